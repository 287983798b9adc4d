//! Rows of the tables: sources and performers.

use crate::panel::figures;
use crate::wording::Wording;
use cyc_control::{Mood, StageDocument};

/// A source.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceRow {
    /// Its name.
    pub name: String,
    /// Where it is heard.
    pub url: String,
    /// How it is doing.
    pub mood: Mood,
    /// Whether it is listened to.
    pub is_on: bool,
    /// Its state, rate, loss, jitter and age.
    pub cells: [String; 5],
}

/// A performer.
#[derive(Clone, Debug, PartialEq)]
pub struct PerformerRow {
    /// Her name.
    pub name: String,
    /// How she is doing.
    pub mood: Mood,
    /// Her digital human's file.
    pub character: String,
    /// Her pose's quality, residual, and markers seen of all.
    pub cells: [String; 3],
    /// Names of the markers that are not seen; empty when all are.
    pub missing: String,
}

/// The sources, in the stage's order.
pub fn sources(document: &StageDocument, text: &dyn Wording) -> Vec<SourceRow> {
    let dash = || "–".to_owned();
    let row = |s: &cyc_control::SourceDocument| SourceRow {
        name: s.name.clone(),
        url: s.url.clone(),
        mood: s.mood,
        is_on: s.on,
        cells: [
            source_state_word(&s.state, text),
            figures::hertz(s.rate_hz, text),
            figures::percent(s.loss, text),
            figures::milliseconds(s.jitter_ms, text),
            s.age_ms.map_or_else(dash, |ms| figures::age(ms, text)),
        ],
    };
    document.sources.iter().map(row).collect()
}

/// The performers, in the stage's order.
pub fn performers(document: &StageDocument, text: &dyn Wording) -> Vec<PerformerRow> {
    let row = |p: &cyc_control::PerformerDocument| {
        let quality = if p.calibrated {
            quality_word(&p.quality, text)
        } else {
            text.get("panel-uncalibrated", &[])
        };
        let missing = if p.missing.is_empty() {
            String::new()
        } else {
            text.get("panel-missing", &[("names", p.missing.join(" "))])
        };
        PerformerRow {
            name: p.name.clone(),
            mood: p.mood,
            character: p.character.clone(),
            cells: [
                quality,
                text.get("panel-mm", &[("n", format!("{:.1}", p.marker_rms_mm))]),
                format!("{}/{}", p.markers_seen, p.markers),
            ],
            missing,
        }
    };
    document.performers.iter().map(row).collect()
}

fn source_state_word(state: &str, text: &dyn Wording) -> String {
    let key = match state {
        "connecting" => "panel-source-connecting",
        "connected" => "panel-source-connected",
        "live" => "panel-source-live",
        "silent" => "panel-source-silent",
        "disconnected" => "panel-source-disconnected",
        "off" => "panel-source-off",
        // A newer stage may know more states.
        other => return other.to_owned(),
    };
    text.get(key, &[])
}

/// How sure a pose is, as a word.
pub fn quality_word(quality: &str, text: &dyn Wording) -> String {
    let key = match quality {
        "live" | "interpolated" => "panel-quality-live",
        "predicted" => "panel-quality-predicted",
        "held" => "panel-quality-held",
        "absent" => "panel-quality-absent",
        other => return other.to_owned(),
    };
    text.get(key, &[])
}
