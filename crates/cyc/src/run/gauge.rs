//! Reads the running engine: counts become rates over the last seconds.

use super::calibrations::Calibrations;
use super::cast::Cast;
use super::health::{PerformerReading, Reading, SourceReading};
use cyc_engine::run::Engine;
use cyc_model::StageFrame;
use cyc_queue::LatestReader;
use std::time::{Duration, Instant};

/// Rates and losses are over at least this time: long enough to be steady, short enough to see a cable pulled.
const OVER: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, Default)]
struct Counts {
    frames: u64,
    lost: u64,
}

/// What was read before, and what follows from it.
pub struct Gauge {
    reader: LatestReader<StageFrame>,
    names: Vec<(String, String)>,
    performers: Vec<String>,
    since: Instant,
    before: Vec<Counts>,
    rates: Vec<(f64, f64)>,
    not_recorded_before: u64,
    not_recorded: u64,
}

impl Gauge {
    /// For a stage whose newest frames `reader` has.
    pub fn new(cast: &Cast, reader: LatestReader<StageFrame>) -> Self {
        let stage = &cast.stage;
        let sources = stage.sources().iter();
        let n = stage.sources().len();
        Self {
            reader,
            names: sources.map(|s| (s.name.clone(), s.url.clone())).collect(),
            performers: cast.members.iter().map(|m| m.name.clone()).collect(),
            since: Instant::now(),
            before: vec![Counts::default(); n],
            rates: vec![(0.0, 0.0); n],
            not_recorded_before: 0,
            not_recorded: 0,
        }
    }

    /// Reads everything.
    pub fn read(&mut self, engine: &Engine, calibrations: &Calibrations) -> Reading {
        self.renew(engine);
        let sources = self.names.iter().zip(&engine.status).zip(&self.rates);
        let sources = sources.map(|(((name, url), status), (rate_hz, loss))| SourceReading {
            name: name.clone(),
            url: url.clone(),
            state: status.state(),
            was_heard: status.frames.get() > 0,
            rate_hz: *rate_hz,
            loss: *loss,
            frames: status.frames.get(),
            lost: status.lost.get(),
        });
        let sources = sources.collect();
        let newest = self.reader.latest_and_is_new().map(|(_, frame)| frame);
        let performer = |(i, name): (usize, &String)| {
            let span = newest.and_then(|f| f.performers.get(i).copied());
            let span = span.unwrap_or_default();
            PerformerReading {
                name: name.clone(),
                is_calibrated: calibrations.is_calibrated(i),
                quality: span.quality,
                rms_mm: f64::from(span.marker_rms_m) * 1000.0,
                seen: span.markers_seen,
                all: span.markers_all,
            }
        };
        Reading {
            sources,
            performers: self.performers.iter().enumerate().map(performer).collect(),
            not_recorded: self.not_recorded,
        }
    }

    fn renew(&mut self, engine: &Engine) {
        let passed_s = self.since.elapsed().as_secs_f64();
        if passed_s < OVER.as_secs_f64() {
            return;
        }
        self.since = Instant::now();
        for ((status, before), rate) in engine
            .status
            .iter()
            .zip(&mut self.before)
            .zip(&mut self.rates)
        {
            let now = Counts {
                frames: status.frames.get(),
                lost: status.lost.get(),
            };
            let (frames, lost) = (now.frames - before.frames, now.lost - before.lost);
            let loss = lost as f64 / (frames + lost).max(1) as f64;
            *rate = (frames as f64 / passed_s, loss);
            *before = now;
        }
        let mut not_recorded = engine.solve.not_recorded.get();
        not_recorded += engine
            .status
            .iter()
            .map(|s| s.not_recorded.get())
            .sum::<u64>();
        self.not_recorded = not_recorded - self.not_recorded_before;
        self.not_recorded_before = not_recorded;
    }
}
