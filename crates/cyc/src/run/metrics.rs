//! The stage in figures, in Prometheus' text format (version 0.0.4): what the document tells people, and every counter.
//!
//! Names end in their unit, counters in `_total`. A family stands together, its name and kind once; a sample that is not
//! known is left out rather than invented.

use super::document::quality_name;
use super::finding::Finding;
use super::health::{PerformerReading, Reading, SourceReading, StageState, state_name};
use super::queues::QueueFigures;
use crate::outgoing::OutputFigures;
use cyc_control::server::{ControlServer, MetricsServer};
use cyc_engine::latency::LatencyBook;
use cyc_engine::run::{Engine, SourceState, SourceStatus};
use cyc_model::Quality;
use cyc_queue::QueueReading;
use std::fmt::Write;
use std::time::{Duration, Instant};

/// How often the text is renewed: monitoring systems ask every few seconds.
const EVERY: Duration = Duration::from_millis(500);

/// What serves the figures, while a stage asks for it.
pub struct Metrics {
    server: MetricsServer,
    written: Option<Instant>,
    began: Instant,
}

/// What the figures are read from.
pub struct Figures<'f> {
    /// The stage's name.
    pub stage: &'f str,
    /// How it is.
    pub state: StageState,
    /// What is wrong.
    pub findings: &'f [Finding],
    /// What was read.
    pub reading: &'f Reading,
    /// The engine.
    pub engine: &'f Engine,
    /// What each output counts.
    pub outputs: &'f OutputFigures,
    /// The door.
    pub door: Option<&'f ControlServer>,
    /// Edits of the stage file that were taken over.
    pub edits: u32,
}

impl Metrics {
    /// Serves from now on.
    pub fn new(server: MetricsServer) -> Self {
        Self {
            server,
            written: None,
            began: Instant::now(),
        }
    }

    /// Where.
    pub fn address(&self) -> std::net::SocketAddr {
        self.server.address
    }

    /// Whether the text is old.
    pub fn is_due(&self) -> bool {
        self.written.is_none_or(|at| at.elapsed() >= EVERY)
    }

    /// Renews the text.
    pub fn write(&mut self, figures: &Figures<'_>) {
        self.written = Some(Instant::now());
        let mut page = Page::default();
        page.family("cyclorama_uptime_seconds", "gauge");
        page.sample(&[], self.began.elapsed().as_secs_f64());
        page.family("cyclorama_metrics_crowded_total", "counter");
        page.sample(&[], self.server.crowded() as f64);
        page.family("cyclorama_metrics_cut_total", "counter");
        page.sample(&[], self.server.cut() as f64);
        self.server.put(text(page, figures));
    }
}

/// A text that grows by families of samples.
#[derive(Default)]
struct Page {
    text: String,
    name: String,
}

impl Page {
    fn family(&mut self, name: &str, kind: &str) {
        name.clone_into(&mut self.name);
        let _ = writeln!(self.text, "# TYPE {name} {kind}");
    }

    fn sample(&mut self, labels: &[(&str, &str)], value: f64) {
        self.suffixed("", labels, value);
    }

    fn suffixed(&mut self, suffix: &str, labels: &[(&str, &str)], value: f64) {
        let _ = write!(self.text, "{}{suffix}", self.name);
        for (i, (label, content)) in labels.iter().enumerate() {
            let before = if i == 0 { '{' } else { ',' };
            let _ = write!(self.text, "{before}{label}=\"{}\"", escaped(content));
        }
        let end = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.text, "{end} {value}");
    }

    /// A family with a sample of each thing that knows the figure.
    fn each<T>(
        &mut self,
        (name, kind): (&str, &str),
        things: &[T],
        named: impl Fn(&T) -> (&'static str, String),
        figure: impl Fn(&T) -> Option<f64>,
    ) {
        self.family(name, kind);
        for thing in things {
            if let Some(value) = figure(thing) {
                let (label, name) = named(thing);
                self.sample(&[(label, name.as_str())], value);
            }
        }
    }
}

/// A label's value as the format wants it.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\\' => text += "\\\\",
            '"' => text += "\\\"",
            '\n' => text += "\\n",
            c => text.push(c),
        }
    }
    text
}

const GAUGE: &str = "gauge";
const COUNTER: &str = "counter";

fn text(mut page: Page, figures: &Figures<'_>) -> String {
    states(&mut page, figures);
    sources(&mut page, figures);
    performers(&mut page, &figures.reading.performers);
    cameras(&mut page, figures.reading);
    latency(&mut page, &figures.engine.latency);
    solver(&mut page, figures.engine);
    recording(&mut page, figures.engine);
    outputs(&mut page, figures.outputs);
    queues(&mut page, &figures.reading.queues);
    if let Some(pictures) = figures.reading.pictures {
        let drawn = [
            ("cyclorama_pictures_total", COUNTER, pictures.drawn as f64),
            ("cyclorama_picture_rate_hertz", GAUGE, pictures.rate_hz),
            ("cyclorama_picture_age_seconds", GAUGE, pictures.age_s),
            (
                "cyclorama_pictures_missed_total",
                COUNTER,
                pictures.pace.missed as f64,
            ),
            (
                "cyclorama_genlock_locked",
                GAUGE,
                flag(pictures.pace.is_locked),
            ),
        ];
        plain(&mut page, &drawn);
        if let Some(error) = pictures.pace.error {
            plain(
                &mut page,
                &[("cyclorama_genlock_error_seconds", GAUGE, error.secs())],
            );
        }
    }
    if let Some(door) = figures.door.map(ControlServer::figures) {
        let counts = [
            (
                "cyclorama_control_let_in_total",
                COUNTER,
                door.let_in as f64,
            ),
            (
                "cyclorama_control_refused_total",
                COUNTER,
                door.refused as f64,
            ),
            (
                "cyclorama_control_crowded_total",
                COUNTER,
                door.crowded as f64,
            ),
        ];
        plain(&mut page, &counts);
    }
    page.text
}

/// Families of one sample without a label.
fn plain(page: &mut Page, figures: &[(&str, &str, f64)]) {
    for (name, kind, value) in figures {
        page.family(name, kind);
        page.sample(&[], *value);
    }
}

fn flag(is: bool) -> f64 {
    f64::from(u8::from(is))
}

fn states(page: &mut Page, figures: &Figures<'_>) {
    page.family("cyclorama_info", GAUGE);
    let version = ("version", env!("CARGO_PKG_VERSION"));
    page.sample(&[("stage", figures.stage), version], 1.0);
    page.family("cyclorama_state", GAUGE);
    for state in [
        StageState::Starting,
        StageState::Running,
        StageState::Degraded,
        StageState::Holding,
        StageState::Failed,
    ] {
        page.sample(
            &[("state", state_name(state))],
            flag(state == figures.state),
        );
    }
    page.family("cyclorama_finding", GAUGE);
    for finding in figures.findings {
        let mood = format!("{:?}", finding.mood()).to_lowercase();
        let labels = [
            ("key", finding.key()),
            ("about", finding.about()),
            ("mood", mood.as_str()),
        ];
        page.sample(&labels, 1.0);
    }
    let plain_figures = [
        ("cyclorama_edits_total", COUNTER, f64::from(figures.edits)),
        (
            "cyclorama_prediction_lead_seconds",
            GAUGE,
            figures.reading.lead.time.secs(),
        ),
        (
            "cyclorama_real_time",
            GAUGE,
            flag(figures.engine.is_real_time()),
        ),
    ];
    plain(page, &plain_figures);
}

/// One of the numbers that a source counts.
type SourceCount = fn(&SourceStatus) -> u64;

fn sources(page: &mut Page, figures: &Figures<'_>) {
    let all = &figures.reading.sources;
    let named = |s: &SourceReading| ("source", s.name.clone());
    let mut gauge = |name: &str, figure: fn(&SourceReading) -> Option<f64>| {
        page.each((name, GAUGE), all, named, figure);
    };
    gauge("cyclorama_source_live", |s| {
        Some(flag(s.state == SourceState::Live))
    });
    gauge("cyclorama_source_on", |s| Some(flag(s.is_on)));
    gauge("cyclorama_source_rate_hertz", |s| Some(s.rate_hz));
    gauge("cyclorama_source_loss_ratio", |s| Some(s.loss));
    gauge("cyclorama_source_jitter_seconds", |s| {
        Some(s.jitter_ms * 1e-3)
    });
    gauge("cyclorama_source_age_seconds", |s| {
        s.age_ms.map(|ms| ms * 1e-3)
    });
    let status = all.iter().zip(&figures.engine.status);
    let status: Vec<_> = status.map(|(s, status)| (s.name.clone(), status)).collect();
    let counts: [(&str, SourceCount); 5] = [
        ("cyclorama_source_frames_total", |s| s.frames.get()),
        ("cyclorama_source_frames_lost_total", |s| s.lost.get()),
        ("cyclorama_source_frames_solved_total", |s| s.solved.get()),
        ("cyclorama_source_frames_superseded_total", |s| {
            s.superseded.get()
        }),
        ("cyclorama_source_frames_not_recorded_total", |s| {
            s.not_recorded.get()
        }),
    ];
    for (name, count) in counts {
        let named = |s: &(String, _)| ("source", s.0.clone());
        page.each((name, COUNTER), &status, named, |s| Some(count(s.1) as f64));
    }
    page.family("cyclorama_receive_total", COUNTER);
    for (source, received) in all.iter().zip(&figures.engine.received) {
        received.each(|count, value| {
            let labels = [("source", source.name.as_str()), ("count", count)];
            page.sample(&labels, value as f64);
        });
    }
}

fn qualities(page: &mut Page, name: &str, label: &str, all: &[(&str, Quality)]) {
    page.family(name, GAUGE);
    for (who, quality) in all {
        let labels = [(label, *who), ("quality", quality_name(*quality))];
        page.sample(&labels, 1.0);
    }
}

fn performers(page: &mut Page, all: &[PerformerReading]) {
    let named = |p: &PerformerReading| ("performer", p.name.clone());
    let mut gauge = |name: &str, figure: fn(&PerformerReading) -> Option<f64>| {
        page.each((name, GAUGE), all, named, figure);
    };
    gauge("cyclorama_performer_calibrated", |p| {
        Some(flag(p.is_calibrated))
    });
    gauge("cyclorama_performer_residual_meters", |p| {
        p.quality.is_present().then_some(p.rms_mm * 1e-3)
    });
    gauge("cyclorama_performer_markers_seen", |p| {
        Some(f64::from(p.seen))
    });
    gauge("cyclorama_performer_markers", |p| Some(f64::from(p.all)));
    let all: Vec<_> = all.iter().map(|p| (p.name.as_str(), p.quality)).collect();
    qualities(page, "cyclorama_performer_quality", "performer", &all);
}

fn cameras(page: &mut Page, reading: &Reading) {
    let all: Vec<_> = reading
        .cameras
        .iter()
        .map(|c| (c.name.as_str(), c.quality))
        .collect();
    qualities(page, "cyclorama_camera_quality", "camera", &all);
    page.each(
        ("cyclorama_camera_slip_pixels", GAUGE),
        &reading.cameras,
        |c| ("camera", c.name.clone()),
        |c| c.slip_px,
    );
}

/// Since the start, within 1 %: a difference of two scrapes is what a monitoring system makes of them itself.
fn latency(page: &mut Page, book: &LatencyBook) {
    page.family("cyclorama_latency_seconds", "summary");
    for &(leg, s) in book.summaries().iter().filter(|(_, s)| s.count > 0) {
        let quantiles = [
            ("0.5", s.p50),
            ("0.99", s.p99),
            ("0.999", s.p99_9),
            ("1", s.max),
        ];
        for (quantile, value) in quantiles {
            page.sample(&[("leg", leg), ("quantile", quantile)], value.secs());
        }
        let sum = s.mean.secs() * s.count as f64;
        page.suffixed("_sum", &[("leg", leg)], sum);
        page.suffixed("_count", &[("leg", leg)], s.count as f64);
    }
}

fn solver(page: &mut Page, engine: &Engine) {
    let solve = &engine.solve;
    let counts = [
        ("stepped", &solve.stepped),
        ("superseded", &solve.superseded),
        ("refused", &solve.refused),
        ("published", &solve.published),
        ("solved", &solve.solved),
        ("mislabelled", &solve.mislabelled),
        ("from_cloud", &solve.from_cloud),
        ("implausible", &solve.implausible),
        ("not_searched", &solve.not_searched),
        ("not_labelled", &solve.not_labelled),
        ("not_recorded", &solve.not_recorded),
    ];
    page.family("cyclorama_solve_total", COUNTER);
    for (name, counter) in counts {
        page.sample(&[("count", name)], counter.get() as f64);
    }
}

fn recording(page: &mut Page, engine: &Engine) {
    let status = engine.record_status();
    let failed = status.failed.get() as f64;
    let dropped = engine.events().dropped() as f64;
    let figures = [
        ("cyclorama_recording", GAUGE, flag(engine.is_recording())),
        ("cyclorama_takes_failed_total", COUNTER, failed),
        ("cyclorama_events_dropped_total", COUNTER, dropped),
    ];
    plain(page, &figures);
    let Some(take) = status.take() else { return };
    let counts = [
        ("bytes", &take.bytes),
        ("blocks", &take.blocks),
        ("blocks_lost", &take.blocks_lost),
        ("syncs_failed", &take.syncs_failed),
        ("mocap_dropped", &take.mocap_dropped),
        ("stage_dropped", &take.stage_dropped),
        ("raw_dropped", &take.raw_dropped),
        ("events_dropped", &take.events_dropped),
        ("after_end", &take.after_end),
        ("gaps", &take.gaps),
    ];
    // Of the newest take: a new one begins at zero.
    page.family("cyclorama_take_total", COUNTER);
    for (name, counter) in counts {
        page.sample(&[("count", name)], counter.get() as f64);
    }
    if let Some(room) = take.room() {
        plain(page, &[("cyclorama_take_room_seconds", GAUGE, room.secs())]);
    }
}

fn outputs(page: &mut Page, outputs: &OutputFigures) {
    page.family("cyclorama_output_total", COUNTER);
    // An output that was ended and opened again by an edit is one line.
    let mut seen = Vec::new();
    for (url, counters) in outputs.iter().rev() {
        let url = url.to_string();
        if seen.contains(&url) {
            continue;
        }
        counters.each(|count, value| {
            let labels = [("output", url.as_str()), ("count", count)];
            page.sample(&labels, value as f64);
        });
        seen.push(url);
    }
}

/// One of the numbers of a queue.
type QueueCount = fn(&QueueReading) -> u64;

fn queues(page: &mut Page, queues: &[QueueFigures]) {
    let families: [(&str, &str, QueueCount); 4] = [
        ("cyclorama_queue_waiting", GAUGE, |q| q.waiting),
        ("cyclorama_queue_capacity", GAUGE, |q| q.capacity),
        ("cyclorama_queue_most", GAUGE, |q| q.most),
        ("cyclorama_queue_dropped_total", COUNTER, |q| q.dropped),
    ];
    for (name, kind, count) in families {
        page.family(name, kind);
        for q in queues {
            let labels = [("queue", q.queue), ("about", q.about.as_str())];
            page.sample(&labels, count(&q.figures) as f64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_written_as_the_format_wants_them() {
        let mut page = Page::default();
        page.family("a_total", COUNTER);
        page.sample(&[], 3.0);
        page.sample(&[("name", "a \"b\"\\\nc"), ("other", "舞台")], 0.25);
        assert_eq!(
            page.text,
            "# TYPE a_total counter\na_total 3\na_total{name=\"a \\\"b\\\"\\\\\\nc\",other=\"舞台\"} 0.25\n"
        );
    }
}
