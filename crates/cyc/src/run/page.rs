//! The stage in a terminal: its state, what is wrong and what to do, and a table of its parts.

use super::delays;
use super::document::quality_name;
use super::finding::Finding;
use super::health::{Reading, StageState, state_name, state_word};
use crate::table::aligned;
use crate::text::Text;
use cyc_engine::latency::LatencyBook;
use cyc_model::{Nanos, Quality};
use serde_json::{Map, Value, json};

/// The state with everything that is wrong, a line each.
pub fn lines(state: StageState, findings: &[Finding], text: &Text) -> String {
    let mut page = text.get("run-state", &[("state", state_word(state, text))]);
    for finding in findings {
        let [what, fix] = finding.sentences(text);
        page += &format!("\n  {what}\n    {fix}");
    }
    page
}

/// The whole page.
pub fn page(state: StageState, findings: &[Finding], reading: &Reading, text: &Text) -> String {
    let mut page = lines(state, findings, text);
    page += "\n\n";
    page += &aligned(&sources(reading, text));
    if !reading.performers.is_empty() {
        page.push('\n');
        page += &aligned(&performers(reading, text));
    }
    if reading.lead.time > Nanos::ZERO {
        page.push('\n');
        page += &prediction(reading, text);
    }
    page.push('\n');
    page += &delays::table(&reading.delays, reading.display, text);
    page
}

fn heading(keys: &[&str], text: &Text) -> Vec<String> {
    keys.iter().map(|key| text.get(key, &[])).collect()
}

fn sources(reading: &Reading, text: &Text) -> Vec<Vec<String>> {
    let keys = ["run-source", "listen-rate", "listen-loss", "run-frames"];
    let mut rows = vec![heading(&keys, text)];
    for s in &reading.sources {
        rows.push(vec![
            s.name.clone(),
            text.get("listen-hz", &[("hz", format!("{:.1}", s.rate_hz))]),
            text.get(
                "listen-percent",
                &[("percent", format!("{:.1}", s.loss * 100.0))],
            ),
            s.frames.to_string(),
        ]);
    }
    rows
}

fn performers(reading: &Reading, text: &Text) -> Vec<Vec<String>> {
    let keys = [
        "run-performer",
        "run-quality",
        "listen-markers",
        "run-residual",
    ];
    let mut rows = vec![heading(&keys, text)];
    for p in &reading.performers {
        let quality = if p.is_calibrated {
            quality_word(p.quality, text)
        } else {
            text.get("run-quality-uncalibrated", &[])
        };
        rows.push(vec![
            p.name.clone(),
            quality,
            format!("{}/{}", p.seen, p.all),
            format!("{:.1} mm", p.rms_mm),
        ]);
    }
    rows
}

/// How far ahead is shown, and how far off that is on the wall.
fn prediction(reading: &Reading, text: &Text) -> String {
    let ahead = ("ms", format!("{:.0}", reading.lead.time.millis()));
    let method = ("method", reading.lead.prediction.word().to_owned());
    let mut lines = text.get("run-prediction", &[ahead, method]);
    lines.push('\n');
    for camera in &reading.cameras {
        if let Some(px) = camera.slip_px {
            let name = ("name", camera.name.clone());
            lines += "  ";
            lines += &text.get("run-slip", &[name, ("px", format!("{px:.1}"))]);
            lines.push('\n');
        }
    }
    lines
}

fn quality_word(quality: Quality, text: &Text) -> String {
    let key = match quality {
        Quality::Live | Quality::Interpolated => "run-quality-live",
        Quality::Predicted { .. } => "run-quality-predicted",
        Quality::Held { .. } => "run-quality-held",
        Quality::Absent => "run-quality-absent",
    };
    text.get(key, &[])
}

/// The object of `--json`, but for what only the end knows.
pub fn as_json(
    state: StageState,
    findings: &[Finding],
    reading: &Reading,
    latency: &LatencyBook,
    text: &Text,
) -> Value {
    let source = |s: &super::health::SourceReading| {
        json!({
            "name": s.name, "url": s.url, "state": format!("{:?}", s.state).to_lowercase(),
            "rate_hz": s.rate_hz, "loss": s.loss, "frames": s.frames, "frames_lost": s.lost,
        })
    };
    let performer = |p: &super::health::PerformerReading| {
        json!({
            "name": p.name, "calibrated": p.is_calibrated, "quality": quality_name(p.quality),
            "marker_rms_mm": p.rms_mm, "markers_seen": p.seen, "markers": p.all,
        })
    };
    let camera = |c: &super::health::CameraReading| json!({ "name": c.name, "quality": quality_name(c.quality), "slip_px": c.slip_px });
    let display = |d: &super::walls::DisplayReading| {
        json!({
            "name": d.name, "monitor": d.monitor, "window_px": d.window_px, "canvas_px": d.part_px,
            "bits": d.bits, "pictures": d.presented, "pictures_missed": d.missed,
        })
    };
    let mut legs = Map::new();
    for (name, s) in latency.summaries() {
        legs.insert(name.to_owned(), delays::figures(&s));
    }
    let said = |f: &Finding| {
        let [what, fix] = f.sentences(text);
        json!({ "what": what, "fix": fix })
    };
    json!({
        "state": state_name(state),
        "findings": findings.iter().map(said).collect::<Vec<_>>(),
        "sources": reading.sources.iter().map(source).collect::<Vec<_>>(),
        "performers": reading.performers.iter().map(performer).collect::<Vec<_>>(),
        "cameras": reading.cameras.iter().map(camera).collect::<Vec<_>>(),
        "displays": reading.displays.iter().map(display).collect::<Vec<_>>(),
        "guard": {
            "state": reading.guard.state.word(), "starts": reading.guard.starts,
            "pictures": reading.guard.pictures, "pictures_failed": reading.guard.failed,
        },
        "prediction": {
            "method": reading.lead.prediction.word(), "lead_ms": reading.lead.time.millis(),
        },
        "latency": legs,
        "latency_10s": delays::as_json(&reading.delays),
    })
}
