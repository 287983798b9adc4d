//! What was seen, said: a table for people and an object for scripts, both with the diagnosis.

use super::diagnosis::diagnosis;
use super::observer::{Observed, State, Subject};
use crate::table::aligned;
use crate::text::Text;
use cyc_capture::now_host;
use serde_json::{Value, json};

/// Subjects that are named in the table; more are counted.
const NAMED: usize = 4;

/// One line a source, with a heading, and below it what is wrong.
pub fn table(sources: &[Observed], text: &Text) -> String {
    let heading = [
        text.get("listen-source", &[]),
        text.get("listen-state", &[]),
        text.get("listen-rate", &[]),
        text.get("listen-loss", &[]),
        text.get("listen-jitter", &[]),
        text.get("listen-latency", &[]),
        text.get("listen-markers", &[]),
        text.get("listen-timecode", &[]),
        text.get("listen-subjects", &[]),
    ];
    let mut rows = vec![heading.to_vec()];
    rows.extend(sources.iter().map(|source| row(source, text)));
    let mut page = aligned(&rows);
    for source in sources {
        if let Some(diagnosis) = diagnosis(source, text) {
            page += &format!("\n{}\n", source.url);
            for line in diagnosis.lines() {
                page += &format!("  {line}\n");
            }
        }
    }
    page
}

/// One line a source and nothing else, for a log.
pub fn lines(sources: &[Observed], text: &Text) -> String {
    let rows: Vec<_> = sources.iter().map(|source| row(source, text)).collect();
    aligned(&rows)
}

fn row(source: &Observed, text: &Text) -> Vec<String> {
    let unknown = || "–".to_owned();
    let ms = |value: Option<f64>| {
        value.map_or_else(unknown, |v| {
            text.get("listen-ms", &[("ms", format!("{v:.2}"))])
        })
    };
    let (state, rate_hz, jitter, latency, timecode, subjects, unlabelled) = source.look(|seen| {
        (
            text.get(state_key(&seen.state), &[]),
            seen.rate_hz(now_host()),
            seen.jitter_ms(),
            seen.latency_ms(),
            seen.timecode(),
            seen.subjects(),
            seen.unlabelled(),
        )
    });
    let nameless = match unlabelled {
        0 => String::new(),
        count => format!(" +{count}"),
    };
    let sum = |i: usize| subjects.iter().map(|s| s.markers[i]).sum::<usize>();
    vec![
        source.url.clone(),
        state,
        text.get("listen-hz", &[("hz", format!("{rate_hz:.1}"))]),
        text.get(
            "listen-percent",
            &[("percent", format!("{:.2}", source.loss() * 100.0))],
        ),
        ms(jitter),
        ms(latency),
        format!("{}/{}{nameless}", sum(0), sum(1)),
        timecode.unwrap_or_else(unknown),
        names(&subjects, text),
    ]
}

fn names(subjects: &[Subject], text: &Text) -> String {
    let named = |s: &Subject| {
        let mut said = s.name.clone();
        if s.has_face {
            said += &format!(" ({})", text.get("listen-face", &[]));
        }
        if let Some(tenths) = s.focal_length_tenths_mm {
            let mm = format!("{:.1}", f64::from(tenths) / 10.0);
            said += &format!(" ({})", text.get("listen-lens", &[("mm", mm)]));
        }
        said
    };
    let named: Vec<String> = subjects.iter().take(NAMED).map(named).collect();
    let mut names = named.join(", ");
    if subjects.len() > NAMED {
        names += &format!(" +{}", subjects.len() - NAMED);
    }
    names
}

fn state_key(state: &State) -> &'static str {
    match state {
        State::Connecting => "listen-state-connecting",
        State::Connected => "listen-state-connected",
        State::Live => "listen-state-live",
        State::Silent => "listen-state-silent",
        State::Ended => "listen-state-ended",
        State::Disconnected { .. } => "listen-state-disconnected",
    }
}

/// The object of `--json`.
pub fn as_json(sources: &[Observed], text: &Text) -> Value {
    let one = |source: &Observed| {
        let mut object = source.look(|seen| {
            let subject = |s: Subject| {
                json!({
                    "name": s.name,
                    "markers": s.markers[1], "markers_seen": s.markers[0],
                    "segments": s.segments[1], "segments_seen": s.segments[0],
                    "face": s.has_face,
                    "focal_length_mm": s.focal_length_tenths_mm.map(|f| f64::from(f) / 10.0),
                })
            };
            json!({
                "url": source.url,
                "state": seen.state.name(),
                "rate_hz": seen.rate_hz(now_host()),
                "jitter_ms": seen.jitter_ms(),
                "latency_ms": seen.latency_ms(),
                "timecode": seen.timecode(),
                "unlabelled": seen.unlabelled(),
                "subjects": seen.subjects().into_iter().map(subject).collect::<Vec<_>>(),
            })
        });
        object["loss"] = json!(source.loss());
        object["frames"] = json!(source.counters.frames.get());
        object["frames_missing"] = json!(source.counters.frames_missing.get());
        object["diagnosis"] = json!(diagnosis(source, text));
        object
    };
    json!({ "sources": sources.iter().map(one).collect::<Vec<_>>() })
}
