//! Reads the running engine: counts become rates over the last seconds.

use super::calibrations::Calibrations;
use super::cast::Cast;
use super::delays::Delays;
use super::health::{CameraReading, PerformerReading, PictureReading, Reading, SourceReading};
use super::hearts::Hearts;
use super::lead;
use super::recent::Recent;
use super::stall::StallWatch;
use super::wall_clock::{WallClockWatch, both_clocks};
use crate::demo::LiveView;
use crate::guard::GuardReading;
use crate::plausibility::Plausibility;
use cyc_capture::now_host;
use cyc_engine::latency::LatencyBook;
use cyc_engine::run::{Engine, SourceStatus};
use cyc_model::{HostNs, MocapFrame, PerformerSpan, Quality, StageFrame};
use cyc_queue::LatestReader;
use cyc_stage::Stage;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Pictures, and frames that are not recorded, are counted over this time.
const OVER: Duration = Duration::from_secs(2);
/// Missing markers that are named.
const MISSING_NAMED: usize = 16;

/// A source between two readings.
struct Source {
    name: String,
    url: String,
    recent: Recent,
    restarts: u64,
    restarted: Option<Instant>,
    plausibility: Plausibility,
}

impl Source {
    fn new(s: &cyc_stage::CaptureSource) -> Self {
        Self {
            name: s.name.clone(),
            url: s.url.clone(),
            recent: Recent::default(),
            restarts: 0,
            restarted: None,
            plausibility: Plausibility::default(),
        }
    }

    fn reading(&self, status: &SourceStatus, now: HostNs) -> SourceReading {
        let heard = status.last_heard();
        let doubt = self.plausibility.doubt();
        SourceReading {
            name: self.name.clone(),
            url: self.url.clone(),
            state: status.state(),
            cannot: status.cannot(),
            was_heard: status.frames.get() > 0,
            rate_hz: self.recent.rate_hz(),
            loss: self.recent.loss(),
            frames: status.frames.get(),
            lost: status.lost.get(),
            is_on: status.is_on(),
            jitter_ms: status.jitter().millis(),
            age_ms: heard.map(|heard| (now - heard).millis().max(0.0)),
            doubt: doubt.map(|(subject, doubt)| (subject.to_owned(), doubt)),
            reference: status.reference(),
            restarted_s: self.restarted.map(|at| at.elapsed().as_secs_f64()),
        }
    }
}

/// A performer between two readings.
struct Performer {
    name: String,
    source: usize,
    subject: String,
    missing: Vec<String>,
    swapped: Option<Instant>,
}

impl Performer {
    fn new(p: &cyc_stage::PerformerSlot) -> Self {
        Self {
            name: p.name.clone(),
            source: p.tracked.source,
            subject: p.tracked.subject.clone(),
            missing: Vec::new(),
            swapped: None,
        }
    }

    /// What her span of the newest frame says of her.
    fn reading(&self, span: &PerformerSpan) -> PerformerReading {
        PerformerReading {
            name: self.name.clone(),
            quality: span.quality,
            rms_mm: f64::from(span.marker_rms_m) * 1000.0,
            seen: span.markers_seen,
            all: span.markers_all,
            missing: self.missing.clone(),
            labels: span.labels,
            swapped_s: self.swapped.map(|at| at.elapsed().as_secs_f64()),
            ..PerformerReading::default()
        }
    }
}

/// What was read before, and what follows from it.
pub struct Gauge {
    reader: LatestReader<StageFrame>,
    config: u32,
    stage: Stage,
    delays: Delays,
    sources: Vec<Source>,
    performers: Vec<Performer>,
    cameras: Vec<(String, bool)>,
    since: Instant,
    not_recorded_before: u64,
    not_recorded: u64,
    /// Pictures at the last count, and how many a second there were then.
    drawn: (u64, f64),
    stall: StallWatch,
    wall_clock: WallClockWatch,
    hearts: Hearts,
    began: HostNs,
}

impl Gauge {
    /// For a stage whose newest frames `reader` has.
    pub fn new(cast: &Cast, reader: LatestReader<StageFrame>) -> Self {
        let stage = &cast.stage;
        let cameras = stage.cameras().iter().map(|c| (c.name.clone(), false));
        Self {
            reader,
            config: 0,
            stage: stage.clone(),
            delays: Delays::default(),
            sources: stage.sources().iter().map(Source::new).collect(),
            performers: stage.performers().iter().map(Performer::new).collect(),
            cameras: cameras.collect(),
            since: Instant::now(),
            not_recorded_before: 0,
            not_recorded: 0,
            drawn: (0, 0.0),
            stall: StallWatch::default(),
            wall_clock: WallClockWatch::default(),
            hearts: Hearts::default(),
            began: now_host(),
        }
    }

    /// The configuration whose frames it reads.
    pub fn config(&self) -> u32 {
        self.config
    }

    /// Goes on with another stage, from the frames of its configuration on; `sources` are the places before of those that go
    /// on.
    pub fn exchange(&mut self, cast: &Cast, config: u32, sources: &[Option<usize>]) {
        let stage = &cast.stage;
        self.config = config;
        self.stage = stage.clone();
        let old = std::mem::take(&mut self.sources).into_iter();
        let mut old: Vec<_> = old.map(Some).collect();
        for (source, place) in stage.sources().iter().zip(sources) {
            let known = place.and_then(|place| old.get_mut(place)?.take());
            self.sources
                .push(known.unwrap_or_else(|| Source::new(source)));
        }
        self.performers = stage.performers().iter().map(Performer::new).collect();
        let was_seen = |name: &str| self.cameras.iter().any(|(n, seen)| n == name && *seen);
        let cameras = stage.cameras().iter();
        self.cameras = cameras
            .map(|c| (c.name.clone(), was_seen(&c.name)))
            .collect();
    }

    /// Looks at what a source sends: whether it can be people, and which of their markers are missing.
    pub fn look(&mut self, source: usize, frame: &MocapFrame) {
        if let Some(source) = self.sources.get_mut(source) {
            source.plausibility.frame(frame);
        }
        let subjects = frame.roster.subjects();
        for performer in self.performers.iter_mut().filter(|p| p.source == source) {
            performer.missing.clear();
            let Some(at) = subjects.iter().position(|s| s.name == performer.subject) else {
                continue;
            };
            let names = subjects.get(at).map(|s| &s.markers);
            let seen = frame.markers_of(at).iter();
            let missing = seen.zip(names.into_iter().flatten());
            let missing = missing.filter(|(marker, _)| marker.is_none());
            let missing = missing.map(|(_, name)| name.clone()).take(MISSING_NAMED);
            performer.missing.extend(missing);
        }
    }

    /// Reads everything but the recording.
    pub fn read(
        &mut self,
        engine: &Engine,
        calibrations: &Calibrations,
        view: Option<&LiveView>,
    ) -> Reading {
        if let Some((wall, steady)) = both_clocks(now_host) {
            self.wall_clock.look(wall, steady);
        }
        self.renew(engine, view);
        let now = now_host();
        let sources = self.sources.iter().zip(&engine.status);
        let sources = sources.map(|(s, status)| s.reading(status, now)).collect();
        let hearts = engine.hearts();
        let looked = Instant::now();
        self.hearts.look(looked, &hearts);
        let claims = self.claims(engine);
        let set_aside = engine.solve.set_aside_now.load(Ordering::Relaxed);
        let pictures = view.map(|view| self.pictures(view));
        // A frame of another configuration has other lists.
        let newest = self.reader.latest().filter(|f| f.config == self.config);
        let performer = |(i, p): (usize, &Performer)| {
            let span = newest.and_then(|f| f.performers.get(i).copied());
            PerformerReading {
                is_calibrated: calibrations.is_calibrated(i),
                is_set_aside: i < 64 && set_aside >> i & 1 == 1,
                ..p.reading(&span.unwrap_or_default())
            }
        };
        let performers = self.performers.iter().enumerate().map(performer).collect();
        let slips = lead::slips_px(&self.stage, engine, newest);
        let jumps = view.map(LiveView::jumps).unwrap_or_default();
        let mut cameras = Vec::new();
        for (i, (name, was_seen)) in self.cameras.iter_mut().enumerate() {
            let body = newest.and_then(|f| f.cameras.get(i));
            let quality = body.map_or(Quality::Absent, |b| b.quality);
            *was_seen |= quality.is_present();
            let told = newest.and_then(|f| f.lenses.get(i));
            let camera = self.stage.cameras().get(i);
            cameras.push(CameraReading {
                name: name.clone(),
                quality,
                was_seen: *was_seen,
                misses_lens: camera.is_some_and(|c| c.misses_lens(told)),
                slip_px: slips.get(i).copied().flatten(),
                jumps: jumps.iter().filter(|j| j.camera == i).copied().collect(),
            });
        }
        let take = engine.record_status().take();
        let take = take.filter(|_| engine.is_recording());
        let room = take.as_ref().and_then(|take| take.room());
        Reading {
            disk: take.map(|take| take.state()).unwrap_or_default(),
            room_minutes: room.map(|room| room.secs() / 60.0),
            sources,
            performers,
            cameras,
            claims,
            hearts,
            often_late: self.hearts.often_late(looked),
            restarted: self.hearts.restarted(looked),
            succeeded_s: self.hearts.succeeded_s(looked),
            delays: self.delays.read(now_host(), &engine.latency),
            display: self.stage.display_latency(),
            pictures,
            displays: Vec::new(),
            guard: GuardReading::default(),
            not_recorded: self.not_recorded,
            clock_jumped_s: self.wall_clock.jumped_s(),
            timecode: newest.and_then(|f| f.timecode).map(|t| t.to_string()),
            ..Reading::default()
        }
    }

    /// Which subjects another source claims: by the stage's name for them, and that source's name.
    fn claims(&self, engine: &Engine) -> Vec<(String, String)> {
        let performers = self.performers.iter().map(|p| p.name.as_str());
        let cameras = self.cameras.iter().map(|(name, _)| name.as_str());
        let props = self.stage.props().iter().map(|p| p.name.as_str());
        let named = performers.chain(cameras).chain(props).enumerate();
        let claimed = named.filter_map(|(i, name)| {
            let other = engine.claims.claimed_by(i)?;
            let other = self.sources.get(other.idx())?;
            Some((name.to_owned(), other.name.clone()))
        });
        claimed.collect()
    }

    fn pictures(&mut self, view: &LiveView) -> PictureReading {
        let (now, pulse) = (now_host(), view.pulse());
        let stalled = self.stall.look(pulse, now);
        PictureReading {
            drawn: pulse.drawn,
            rate_hz: self.drawn.1,
            age_s: (now - pulse.presented.unwrap_or(self.began))
                .secs()
                .max(0.0),
            stalled_s: stalled.map(|stalled| stalled.secs()),
            genlock: self.stage.timing().genlock,
            pace: view.pace(),
        }
    }

    fn renew(&mut self, engine: &Engine, view: Option<&LiveView>) {
        for (source, counters) in self.sources.iter_mut().zip(&engine.received) {
            let restarts = counters.restarts.get();
            if restarts > source.restarts {
                source.restarted = Some(Instant::now());
            }
            source.restarts = restarts;
        }
        let now = Instant::now();
        for (source, status) in self.sources.iter_mut().zip(&engine.status) {
            let (frames, lost) = (status.frames.get(), status.lost.get());
            source.recent.take(now, frames, lost);
        }
        let swapped = engine.solve.swapped.swap(0, Ordering::Relaxed);
        for (i, performer) in self.performers.iter_mut().enumerate().take(64) {
            if swapped >> i & 1 == 1 {
                performer.swapped = Some(now);
            }
        }
        let passed_s = self.since.elapsed().as_secs_f64();
        if passed_s < OVER.as_secs_f64() {
            return;
        }
        self.since = Instant::now();
        let drawn = view.map_or(0, LiveView::drawn);
        self.drawn = (drawn, drawn.saturating_sub(self.drawn.0) as f64 / passed_s);
        let mut not_recorded = engine.solve.not_recorded.get();
        not_recorded += engine
            .status
            .iter()
            .map(|s| s.not_recorded.get())
            .sum::<u64>();
        self.not_recorded = not_recorded.saturating_sub(self.not_recorded_before);
        self.not_recorded_before = not_recorded;
    }
}

/// Figures of each leg, since the start and over the last ten seconds.
#[derive(Default)]
pub struct LatencyGauge {
    windows: Vec<cyc_telemetry::LatencyWindow>,
}

impl LatencyGauge {
    /// Reads the book; to be called at least once a second.
    pub fn read(&mut self, book: &LatencyBook) -> Vec<cyc_control::LatencyDocument> {
        let legs = book.histograms();
        self.windows.resize_with(legs.len(), Default::default);
        let now = now_host();
        let figures = |s: cyc_telemetry::LatencySummary| cyc_control::LatencyFigures {
            count: s.count,
            p50_us: s.p50.micros(),
            p99_us: s.p99.micros(),
            p999_us: s.p99_9.micros(),
            max_us: s.max.micros(),
        };
        let legs = legs.iter().zip(&mut self.windows);
        legs.map(|((leg, histogram), window)| cyc_control::LatencyDocument {
            leg: leg.name.to_owned(),
            is_sum: leg.is_sum(),
            since_start: figures(histogram.snapshot().summary()),
            last_10_s: figures(window.view(now, histogram).summary()),
        })
        .collect()
    }
}
