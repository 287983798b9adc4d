//! What the panel shows, as plain data: a pure function of what is known of the stage and of the reader's language.
//!
//! Every judgement that is not the stage's own (the stage does not answer; the disk is nearly full) is made here, so
//! that it can be tested without a window. Names stand in it as the stage gives them.

mod alarm;
mod command_words;
mod flight;
mod latency;
mod lights;
mod log;
mod queues;
mod tables;
mod take;

#[cfg(test)]
mod tests;

pub use alarm::AlarmModel;
pub use command_words::{pattern_word, words_of};
pub use flight::{FlightModel, FlightRow, rows as flight_rows};
pub use latency::{LatencyModel, LegRow, Spread};
pub use lights::LightTile;
pub use log::{LastGiven, LogRow};
pub use queues::{QueueRow, queue_key};
pub use tables::{PerformerRow, SourceRow, quality_word};
pub use take::TakeModel;

use super::figures;
use super::link::{Given, Seen};
use crate::wording::Wording;
use cyc_control::{Mood, StageDocument, StageState};

/// The head of the panel.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadModel {
    /// The stage's name.
    pub stage: String,
    /// Its state, as a word.
    pub state: String,
    /// How it is doing as a whole.
    pub mood: Mood,
    /// For how long it has been in that state.
    pub state_age: String,
    /// Timecode of the newest frame.
    pub timecode: String,
    /// For how long the stage has run.
    pub uptime: String,
    /// How old the shown is.
    pub shown_age: String,
    /// Whether that is too old to be believed.
    pub is_stale: bool,
    /// What draws, in the driver's words, and whether the processor does.
    pub adapter: String,
    /// Whether the frame-carrying threads have no real-time priority.
    pub lacks_real_time: bool,
}

/// Everything that the panel shows.
#[derive(Clone, Debug, PartialEq)]
pub struct PanelModel {
    /// The head.
    pub head: HeadModel,
    /// The five lights.
    pub lights: Vec<LightTile>,
    /// What is wrong.
    pub alarm: AlarmModel,
    /// Sources.
    pub sources: Vec<SourceRow>,
    /// Performers.
    pub performers: Vec<PerformerRow>,
    /// Where the time goes.
    pub latency: LatencyModel,
    /// What waits between the threads.
    pub queues: Vec<QueueRow>,
    /// The take.
    pub take: TakeModel,
    /// The newest commands, newest first.
    pub log: Vec<LogRow>,
    /// What became of the newest command of this panel.
    pub last_given: Option<LastGiven>,
    /// What an undo would take back.
    pub undo: Option<String>,
}

impl PanelModel {
    /// The model of what is known now.
    pub fn of(seen: &Seen, given: Option<&Given>, text: &dyn Wording) -> Self {
        let empty = StageDocument::default();
        let document = seen.document.as_deref().unwrap_or(&empty);
        let undo = document.undo.as_deref();
        Self {
            head: head(seen, text),
            lights: lights::tiles(document, seen.is_stale(), text),
            alarm: AlarmModel::of(seen, text),
            sources: tables::sources(document, text),
            performers: tables::performers(document, text),
            latency: LatencyModel::of(document, text),
            queues: queues::rows(document, text),
            take: TakeModel::of(&document.take, text),
            log: log::rows(document, text),
            last_given: given.map(|given| LastGiven::of(given, text)),
            undo: undo.map(|kind| command_words::word_of_kind(kind, text)),
        }
    }
}

/// The word of a state, and how good or bad it is.
fn head_words(state: StageState) -> (&'static str, Mood) {
    match state {
        StageState::Starting => ("panel-state-starting", Mood::Off),
        StageState::Running => ("panel-state-running", Mood::Good),
        StageState::Degraded => ("panel-state-degraded", Mood::Amber),
        StageState::Holding => ("panel-state-holding", Mood::Red),
        StageState::Failed => ("panel-state-failed", Mood::Red),
    }
}

fn head(seen: &Seen, text: &dyn Wording) -> HeadModel {
    let document = seen.document.as_deref();
    let (key, mood) = match document.map(|d| d.state) {
        _ if seen.is_stale() => ("panel-state-unknown", Mood::Red),
        state => head_words(state.unwrap_or_default()),
    };
    let age_ms = seen.age_s * 1000.0;
    let shown_age = if document.is_none() {
        text.get("panel-nothing-shown", &[])
    } else {
        let age = text.get("panel-s", &[("n", format!("{:.1}", age_ms / 1000.0))]);
        text.get("panel-shown-age", &[("age", age)])
    };
    let state_age_s = document.map_or(0.0, |d| d.state_age_s);
    let render = document.map(|d| &d.render);
    HeadModel {
        stage: document.map_or(String::new(), |d| d.stage.clone()),
        state: text.get(key, &[]),
        mood,
        state_age: if seen.is_stale() {
            String::new()
        } else {
            text.get("panel-for", &[("age", figures::clock(state_age_s))])
        },
        timecode: document
            .and_then(|d| d.timecode.clone())
            .unwrap_or_else(|| "--:--:--:--".to_owned()),
        uptime: figures::clock(document.map_or(0.0, |d| d.uptime_s)),
        shown_age,
        is_stale: seen.is_stale(),
        adapter: match render {
            Some(r) if r.on && r.software => {
                text.get("panel-software", &[("adapter", r.adapter.clone())])
            }
            Some(r) if r.on => r.adapter.clone(),
            _ => text.get("panel-nothing-drawn", &[]),
        },
        lacks_real_time: document.is_some_and(|d| !d.real_time),
    }
}
