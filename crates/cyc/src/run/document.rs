//! The stage as it is now, as the one document that panel, scripts and web pages read.

use super::calibrations::Calibrations;
use super::cast::{Cast, Member};
use super::finding::Finding;
use super::health::{CameraReading, PerformerReading, Reading, SourceReading, state};
use super::lights::lights;
use super::queues::QueueFigures;
use super::steering::{BothTexts, Steering};
use super::walls::DisplayReading;
use crate::demo::CameraJump;
use crate::stage_plates::PlateReading;
use cyc_control::{
    CameraDocument, DOCUMENT_FORMAT, DisplayDocument, FindingDocument, JumpDocument,
    LatencyDocument, Mood, PerformerDocument, PlateDocument, QueueDocument, RenderDocument,
    SourceDocument, StageDocument, StageState, TakeDocument, WallDocument,
};
use cyc_engine::run::SourceState;
use cyc_model::Quality;
use std::time::Instant;

/// What is needed beside the reading.
pub struct Written<'w> {
    /// Who plays.
    pub cast: &'w Cast,
    /// With what rigs and characters now.
    pub calibrations: &'w Calibrations,
    /// What was told.
    pub steering: &'w Steering,
    /// The recording.
    pub take: TakeDocument,
    /// Where the time goes.
    pub latency: Vec<LatencyDocument>,
    /// What draws: the driver's words, and whether it is the processor.
    pub adapter: Option<(String, bool)>,
    /// Whether the frame-carrying threads have real-time priority.
    pub real_time: bool,
    /// Edits of the stage file that were taken over.
    pub edits: u32,
}

/// Writes documents, and remembers since when things are as they are.
pub struct DocumentWriter {
    began: Instant,
    number: u64,
    state: (StageState, Instant),
    since: Vec<(&'static str, String, Instant)>,
}

impl DocumentWriter {
    /// For a stage that begins now.
    pub fn new() -> Self {
        let began = Instant::now();
        Self {
            began,
            number: 0,
            state: (StageState::Starting, began),
            since: Vec::new(),
        }
    }

    /// The document.
    pub fn write(
        &mut self,
        reading: &Reading,
        findings: &[Finding],
        texts: &BothTexts,
        with: Written<'_>,
    ) -> StageDocument {
        self.number += 1;
        let now = state(reading, findings);
        if self.state.0 != now {
            self.state = (now, Instant::now());
        }
        let stage = &with.cast.stage;
        let show = &with.steering.show;
        let camera = |(i, reading): (usize, &CameraReading)| {
            let source = stage.cameras().get(i).map(|c| c.tracked.source);
            let source = source.and_then(|s| stage.sources().get(s));
            let mut document = CameraDocument {
                name: reading.name.clone(),
                source: source.map(|s| s.name.clone()).unwrap_or_default(),
                mood: mood_of_quality(reading.quality),
                quality: quality_name(reading.quality).to_owned(),
                jumps: reading.jumps.iter().map(jump).collect(),
                ..CameraDocument::default()
            };
            show.describe_camera(stage, i, &mut document);
            document
        };
        let wall = |(i, wall): (usize, &cyc_stage::Wall)| WallDocument {
            name: wall.name().to_owned(),
            size_px: wall.size_px(),
            pattern: show.pattern_on(i).name().to_owned(),
        };
        let performers = reading.performers.iter().zip(with.calibrations.members());
        StageDocument {
            format: DOCUMENT_FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            stage: stage.name().to_owned(),
            number: self.number,
            uptime_s: self.began.elapsed().as_secs_f64(),
            state: now,
            state_age_s: self.state.1.elapsed().as_secs_f64(),
            findings: self.findings(findings, texts),
            lights: lights(reading, (&with.take, &with.latency), findings),
            sources: reading.sources.iter().map(source).collect(),
            performers: performers.map(|(p, m)| performer(p, m, stage)).collect(),
            cameras: reading.cameras.iter().enumerate().map(camera).collect(),
            walls: stage.walls().iter().enumerate().map(wall).collect(),
            displays: reading.displays.iter().map(display).collect(),
            plates: reading.plates.iter().map(plate).collect(),
            show: show.document(stage),
            take: with.take,
            latency: with.latency,
            queues: reading.queues.iter().map(queue).collect(),
            render: RenderDocument {
                frame_budget_ms: Some(1e3 / stage.timing().frame_rate.hz()),
                ..render(reading, with.adapter)
            },
            timecode: reading.timecode.clone(),
            real_time: with.real_time,
            edits: with.edits,
            log: with.steering.log().cloned().collect(),
            undo: with.steering.undoes().map(str::to_owned),
        }
    }

    fn findings(&mut self, findings: &[Finding], texts: &BothTexts) -> Vec<FindingDocument> {
        let is_there = |key: &str, about: &str| {
            let same = |f: &Finding| f.key() == key && f.about() == about;
            findings.iter().any(same)
        };
        self.since.retain(|(key, about, _)| is_there(key, about));
        let mut since = |finding: &Finding| {
            let (key, about) = (finding.key(), finding.about());
            let known = self.since.iter().find(|(k, a, _)| *k == key && a == about);
            match known {
                Some((_, _, since)) => *since,
                None => {
                    let now = Instant::now();
                    self.since.push((key, about.to_owned(), now));
                    now
                }
            }
        };
        let one = |finding: &Finding| FindingDocument {
            key: finding.key().to_owned(),
            mood: finding.mood(),
            about: finding.about().to_owned(),
            age_s: since(finding).elapsed().as_secs(),
            what: texts.say(|text| finding.sentences(text)[0].clone()),
            fix: texts.say(|text| finding.sentences(text)[1].clone()),
        };
        findings.iter().map(one).collect()
    }
}

fn jump(jump: &CameraJump) -> JumpDocument {
    JumpDocument {
        number: jump.number,
        by_m: jump.by_m,
        heard_ns: jump.heard.map(|at| at.0),
        latched_ns: jump.latched.0,
        presented_ns: jump.presented.0,
    }
}

fn display(reading: &DisplayReading) -> DisplayDocument {
    DisplayDocument {
        name: reading.name.clone(),
        mood: reading.mood(),
        monitor: reading.monitor.clone(),
        refresh_hz: reading.refresh_hz,
        bits: reading.bits,
        window_px: reading.window_px,
        presented: reading.presented,
        missed: reading.missed,
        missed_lately: reading.missed_lately,
    }
}

fn plate(reading: &PlateReading) -> PlateDocument {
    PlateDocument {
        name: reading.name.clone(),
        mood: reading.mood(),
        shown: reading.shown,
        late: reading.late,
        late_lately: reading.late_lately,
    }
}

fn queue(q: &QueueFigures) -> QueueDocument {
    QueueDocument {
        queue: q.queue.to_owned(),
        about: q.about.clone(),
        waiting: q.figures.waiting,
        capacity: q.figures.capacity,
        most: q.figures.most,
        dropped: q.figures.dropped,
    }
}

fn source(s: &SourceReading) -> SourceDocument {
    let state = match s.state {
        _ if !s.is_on => "off",
        SourceState::Connecting => "connecting",
        SourceState::Connected => "connected",
        SourceState::Live => "live",
        SourceState::Silent => "silent",
        SourceState::Disconnected => "disconnected",
        SourceState::Ended => "ended",
    };
    SourceDocument {
        name: s.name.clone(),
        url: s.url.clone(),
        state: state.to_owned(),
        mood: mood_of_source(s),
        on: s.is_on,
        rate_hz: s.rate_hz,
        loss: s.loss,
        jitter_ms: s.jitter_ms,
        age_ms: s.age_ms,
        frames: s.frames,
        frames_lost: s.lost,
    }
}

/// How a source is doing.
pub fn mood_of_source(s: &SourceReading) -> Mood {
    match s.state {
        _ if !s.is_on => Mood::Off,
        SourceState::Ended => Mood::Off,
        SourceState::Live if s.loss > 0.01 || s.doubt.is_some() => Mood::Amber,
        SourceState::Live => Mood::Good,
        SourceState::Connecting | SourceState::Connected if !s.was_heard => Mood::Amber,
        _ => Mood::Red,
    }
}

fn performer(p: &PerformerReading, member: &Member, stage: &cyc_stage::Stage) -> PerformerDocument {
    let source = stage.sources().get(member.source);
    PerformerDocument {
        name: p.name.clone(),
        source: source.map(|s| s.name.clone()).unwrap_or_default(),
        mood: if p.is_calibrated {
            mood_of_quality(p.quality)
        } else {
            Mood::Amber
        },
        calibrated: p.is_calibrated,
        quality: quality_name(p.quality).to_owned(),
        quality_age_ms: quality_age_ms(p.quality),
        marker_rms_mm: p.rms_mm,
        markers_seen: u32::from(p.seen),
        markers: u32::from(p.all),
        missing: p.missing.clone(),
        character: member.character_file.clone(),
    }
}

/// How something of that quality is doing.
pub fn mood_of_quality(quality: Quality) -> Mood {
    match quality {
        Quality::Live | Quality::Interpolated => Mood::Good,
        Quality::Predicted { .. } | Quality::Held { .. } => Mood::Amber,
        Quality::Absent => Mood::Red,
    }
}

/// The stable name of a quality.
pub fn quality_name(quality: Quality) -> &'static str {
    match quality {
        Quality::Live => "live",
        Quality::Interpolated => "interpolated",
        Quality::Predicted { .. } => "predicted",
        Quality::Held { .. } => "held",
        Quality::Absent => "absent",
    }
}

fn quality_age_ms(quality: Quality) -> f64 {
    match quality {
        Quality::Predicted { age } | Quality::Held { age } => age.millis(),
        _ => 0.0,
    }
}

fn render(reading: &Reading, adapter: Option<(String, bool)>) -> RenderDocument {
    let (adapter, software) = adapter.unwrap_or_default();
    let Some(pictures) = reading.pictures else {
        return RenderDocument::default();
    };
    RenderDocument {
        on: true,
        adapter,
        software,
        rate_hz: pictures.rate_hz,
        drawn: pictures.drawn,
        age_ms: Some(pictures.age_s * 1e3),
        genlock: pictures.genlock.word().to_owned(),
        locked: pictures.pace.is_locked,
        error_ms: pictures.pace.error.map(cyc_model::Nanos::millis),
        missed: pictures.pace.missed,
        ..RenderDocument::default()
    }
}
