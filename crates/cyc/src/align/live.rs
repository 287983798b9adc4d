//! A source that is heard for a while by somebody who collects what its frames say.

use super::error::AlignFault;
use crate::failure::Failure;
use cyc_capture::{FrameSink, PlayStart, SourceEvent, StopFlag, source_of};
use cyc_engine::playback::{source_config_of, source_url};
use cyc_model::{Body, LensSample, MocapFrame, Point, Pose, RingPosition, Source, SourceId};
use cyc_stage::CaptureSource;
use glam::{DQuat, DVec3, DVec4};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often it is looked whether the time is over.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Who collects.
pub trait Collect: Send + 'static {
    /// One frame.
    fn frame(&mut self, frame: &MocapFrame);

    /// Looked at now and then by who waits: whether there is enough.
    fn is_done(&mut self) -> bool {
        false
    }
}

struct Heard<T> {
    collector: T,
    frames: u64,
}

struct Listener<T>(Arc<Mutex<Heard<T>>>);

impl<T: Collect> FrameSink for Listener<T> {
    fn frame(&mut self, frame: &MocapFrame) {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.frames += 1;
        heard.collector.frame(frame);
    }

    fn event(&mut self, _: SourceEvent) {}
}

/// Listens for a time, or until there is enough; `look` sees the collector now and then.
///
/// # Errors
/// The source's address is none, or nothing came from there.
pub fn hear<T: Collect>(
    source: &CaptureSource,
    collector: T,
    time: Duration,
    stop: &AtomicBool,
    mut look: impl FnMut(&mut T),
) -> Result<T, Failure> {
    let heard_at = source_url(source)?;
    let config = source_config_of(source, SourceId(0), &PlayStart::default());
    let heard = Arc::new(Mutex::new(Heard {
        collector,
        frames: 0,
    }));
    let end = StopFlag::default();
    let (mut listener, ended) = (Listener(Arc::clone(&heard)), end.clone());
    let receiving = std::thread::Builder::new().name("rx-align".to_owned());
    let receiving = receiving.spawn(move || {
        let mut source = source_of(&heard_at, config);
        source.run(&mut listener, &ended);
    });
    let receiving = receiving.map_err(|e| Failure::internal(format!("rx-align: {e}")))?;
    let until = Instant::now() + time;
    while Instant::now() < until && !stop.load(Ordering::Relaxed) {
        std::thread::sleep(LOOK_EVERY);
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        look(&mut heard.collector);
        if heard.collector.is_done() {
            break;
        }
    }
    end.raise();
    if receiving.join().is_err() {
        return Err(Failure::internal("rx-align panicked"));
    }
    // The thread that shared it is gone.
    let heard = Arc::into_inner(heard).ok_or_else(|| Failure::internal("rx-align"))?;
    let heard = heard.into_inner().unwrap_or_else(PoisonError::into_inner);
    if heard.frames == 0 {
        let url = source.url.clone();
        return Err(AlignFault::NothingHeard { url }.into());
    }
    Ok(heard.collector)
}

/// Where markers are on average, so that their noise is not a point's place.
#[derive(Debug, Default)]
pub struct MarkerMeans {
    wanted: Vec<String>,
    sums: Vec<(DVec3, u32)>,
}

impl MarkerMeans {
    /// Of these markers, by their names or by `subject:marker`.
    pub fn new(wanted: Vec<String>) -> Self {
        Self {
            sums: vec![(DVec3::ZERO, 0); wanted.len()],
            wanted,
        }
    }

    /// Each one's mean, `None` for one that was not seen.
    pub fn means(&self) -> Vec<Option<Point<Source>>> {
        let mean = |(sum, count): &(DVec3, u32)| {
            (*count > 0).then(|| Point::saturating(*sum / f64::from(*count)))
        };
        self.sums.iter().map(mean).collect()
    }
}

impl Collect for MarkerMeans {
    fn frame(&mut self, frame: &MocapFrame) {
        for (index, subject) in frame.roster.subjects().iter().enumerate() {
            for (name, marker) in subject.markers.iter().zip(frame.markers_of(index)) {
                let whole = || format!("{}:{name}", subject.name);
                let is_wanted = |w: &String| w == name || *w == whole();
                let at = self.wanted.iter().position(is_wanted);
                let sum = at.and_then(|at| self.sums.get_mut(at));
                if let (Some((sum, count)), Some(marker)) = (sum, marker) {
                    *sum += marker.metres();
                    *count += 1;
                }
            }
        }
    }
}

/// The pose of a rigid body in a frame.
pub fn body_in(frame: &MocapFrame, subject: &str) -> Option<Pose<Source, Body>> {
    let subjects = frame.roster.subjects();
    let index = subjects.iter().position(|s| s.name == subject)?;
    frame.segments_of(index).first().copied().flatten()
}

/// Where a body is on average while it is still.
#[derive(Debug)]
pub struct BodyMean {
    subject: String,
    places: DVec3,
    turns: DVec4,
    count: u32,
    low: DVec3,
    high: DVec3,
    lens: LensSample,
}

impl BodyMean {
    /// Of a subject.
    pub fn new(subject: &str) -> Self {
        Self {
            subject: subject.to_owned(),
            places: DVec3::ZERO,
            turns: DVec4::ZERO,
            count: 0,
            low: DVec3::INFINITY,
            high: DVec3::NEG_INFINITY,
            lens: LensSample::default(),
        }
    }

    /// Place, turn, and how far it went meanwhile, metres; `None` when it was not seen.
    pub fn mean(&self) -> Option<(DVec3, DQuat, f64)> {
        let place = self.places / f64::from(self.count);
        let turn = self.turns.try_normalize()?;
        let went_m = (self.high - self.low).length();
        Some((place, DQuat::from_vec4(turn), went_m))
    }

    /// The rings of the lens on it, as keys of a view: what the source sends.
    pub fn rings(&self) -> String {
        let position = |ring: RingPosition| ring.normalised.or(ring.raw.map(f64::from));
        let key = |name: &str, ring| {
            let at = position(ring);
            at.map_or_else(String::new, |at| format!("{name} = {at:?}\n"))
        };
        key("zoom", self.lens.zoom) + &key("focus", self.lens.focus)
    }
}

impl Collect for BodyMean {
    fn frame(&mut self, frame: &MocapFrame) {
        let mut subjects = frame.roster.subjects().iter();
        let own = subjects.position(|s| s.name == self.subject);
        if let Some(lens) = own.and_then(|index| frame.lens_of(index)) {
            self.lens = *lens;
        }
        let Some(pose) = body_in(frame, &self.subject) else {
            return;
        };
        let (place, turn) = (pose.translation().metres(), DVec4::from(pose.rotation()));
        // A quaternion and its negative are the same turn.
        let turn = if turn.dot(self.turns) < 0.0 {
            -turn
        } else {
            turn
        };
        self.places += place;
        self.turns += turn;
        self.count += 1;
        self.low = self.low.min(place);
        self.high = self.high.max(place);
    }
}
