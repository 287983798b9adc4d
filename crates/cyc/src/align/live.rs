//! Markers of a source, heard for a while: the mean of each, so that its noise is not a point's place.

use super::error::AlignFault;
use crate::failure::Failure;
use cyc_capture::{FrameSink, PlayStart, SourceEvent, StopFlag, source_of};
use cyc_engine::playback::{source_config_of, source_url};
use cyc_model::{MocapFrame, Point, Source, SourceId};
use cyc_stage::CaptureSource;
use glam::DVec3;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often it is looked whether the time is over.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A marker's mean.
#[derive(Clone, Copy, Debug, Default)]
struct Mean {
    sum: DVec3,
    count: u32,
}

#[derive(Debug, Default)]
struct Means {
    wanted: Vec<String>,
    means: Vec<Mean>,
    frames: u64,
}

impl Means {
    fn frame(&mut self, frame: &MocapFrame) {
        self.frames += 1;
        for (index, subject) in frame.roster.subjects().iter().enumerate() {
            for (name, marker) in subject.markers.iter().zip(frame.markers_of(index)) {
                let whole = || format!("{}:{name}", subject.name);
                let is_wanted = |w: &String| w == name || *w == whole();
                let at = self.wanted.iter().position(is_wanted);
                let mean = at.and_then(|at| self.means.get_mut(at));
                if let (Some(mean), Some(marker)) = (mean, marker) {
                    mean.sum += marker.metres();
                    mean.count += 1;
                }
            }
        }
    }
}

struct Listener(Arc<Mutex<Means>>);

impl FrameSink for Listener {
    fn frame(&mut self, frame: &MocapFrame) {
        let mut means = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        means.frame(frame);
    }

    fn event(&mut self, _: SourceEvent) {}
}

/// Listens for a time; where each wanted marker was on average, `None` for one that was not seen.
pub fn hear(
    source: &CaptureSource,
    wanted: Vec<String>,
    time: Duration,
    stop: &AtomicBool,
) -> Result<Vec<Option<Point<Source>>>, Failure> {
    let (url, heard_at) = (&source.url, source_url(source)?);
    let config = source_config_of(source, SourceId(0), &PlayStart::default());
    let means = Arc::new(Mutex::new(Means {
        means: vec![Mean::default(); wanted.len()],
        wanted,
        frames: 0,
    }));
    let end = StopFlag::default();
    let (mut listener, ended) = (Listener(Arc::clone(&means)), end.clone());
    let receiving = std::thread::Builder::new().name("rx-align".to_owned());
    let receiving = receiving.spawn(move || {
        let mut source = source_of(&heard_at, config);
        source.run(&mut listener, &ended);
    });
    let receiving = receiving.map_err(|e| Failure::internal(format!("rx-align: {e}")))?;
    let until = Instant::now() + time;
    while Instant::now() < until && !stop.load(Ordering::Relaxed) {
        std::thread::sleep(LOOK_EVERY);
    }
    end.raise();
    if receiving.join().is_err() {
        return Err(Failure::internal("rx-align panicked"));
    }
    let means = means.lock().unwrap_or_else(PoisonError::into_inner);
    if means.frames == 0 {
        return Err(AlignFault::NothingHeard {
            url: url.to_owned(),
        }
        .into());
    }
    let mean = |m: &Mean| (m.count > 0).then(|| Point::saturating(m.sum / f64::from(m.count)));
    Ok(means.means.iter().map(mean).collect())
}
