//! A flight as it is shown: a lane for each of the five lights over time, and what changed when.

use super::command_words::words_of_json;
use super::head_words;
use super::lights::{light_key, mood_word};
use crate::panel::figures;
use crate::panel::flights::{FlightTitle, OpenFlight};
use crate::wording::Wording;
use cyc_control::{Chain, Change, Mood, StageDocument, changes};

/// A time in which a light did not change: from and to as parts of the flight, 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// From.
    pub from: f64,
    /// To.
    pub to: f64,
    /// How the light was.
    pub mood: Mood,
}

/// A light's lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// The chain's name.
    pub name: String,
    /// Its whole course in words, for those who do not see its colours.
    pub words: String,
    /// Its stretches, which follow one another.
    pub stretches: Vec<Stretch>,
}

/// Something that changed.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeRow {
    /// When, before the end.
    pub at: String,
    /// How good or bad it is.
    pub mood: Mood,
    /// What.
    pub what: String,
}

/// A flight that can be opened, as it is listed.
#[derive(Clone, Debug, PartialEq)]
pub struct FlightRow {
    /// By what it is opened.
    pub name: String,
    /// For people.
    pub title: String,
}

/// What is shown of the flight that is open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlightModel {
    /// Whose and how long it is; or why there is nothing to show.
    pub title: String,
    /// The five lights.
    pub lanes: Vec<Lane>,
    /// What changed, the newest first.
    pub changes: Vec<ChangeRow>,
}

/// The flights that there are.
pub fn rows(titles: &[FlightTitle], text: &dyn Wording) -> Vec<FlightRow> {
    let row = |flight: &FlightTitle| {
        let age = [("age", figures::age(flight.age_s * 1000.0, text))];
        FlightRow {
            name: flight.name.clone(),
            title: match flight.is_running {
                true => text.get("panel-flight-running", &[]),
                false => text.get("panel-flight-ended", &age),
            },
        }
    };
    titles.iter().map(row).collect()
}

impl FlightModel {
    /// What is shown of an opened flight.
    pub fn of(opened: &OpenFlight, text: &dyn Wording) -> Self {
        let titled = |title: String| Self {
            title,
            ..Self::default()
        };
        match opened {
            OpenFlight::None => titled(text.get("panel-flight-choose", &[])),
            OpenFlight::Reading => titled(text.get("panel-flight-reading", &[])),
            OpenFlight::Unreadable(reason) => {
                let reason = [("reason", reason.clone())];
                titled(text.get("panel-flight-unreadable", &reason))
            }
            OpenFlight::Read(documents) => Self::read(documents, text),
        }
    }

    fn read(documents: &[StageDocument], text: &dyn Wording) -> Self {
        let end_s = documents.last().map_or(0.0, |d| d.uptime_s);
        let begin_s = documents.first().map_or(0.0, |d| d.uptime_s);
        let span_s = (end_s - begin_s).max(1e-3);
        let stage = documents.last().map_or(String::new(), |d| d.stage.clone());
        let about = [("stage", stage), ("seconds", format!("{span_s:.0}"))];
        let place = |at_s: f64| ((at_s - begin_s) / span_s).clamp(0.0, 1.0);
        let mut rows: Vec<ChangeRow> = changes(documents)
            .into_iter()
            .map(|(at_s, change)| row(at_s - end_s, change, text))
            .collect();
        rows.reverse();
        Self {
            title: text.get("panel-flight-title", &about),
            lanes: Chain::ALL
                .into_iter()
                .map(|chain| lane(chain, documents, &place, text))
                .collect(),
            changes: rows,
        }
    }
}

fn lane(
    chain: Chain,
    documents: &[StageDocument],
    place: &dyn Fn(f64) -> f64,
    text: &dyn Wording,
) -> Lane {
    let mut stretches: Vec<Stretch> = Vec::new();
    for document in documents {
        let light = document.lights.iter().find(|light| light.chain == chain);
        let mood = light.map_or(Mood::Off, |light| light.mood);
        let at = place(document.uptime_s);
        if let Some(last) = stretches.last_mut() {
            last.to = at;
            if last.mood == mood {
                continue;
            }
        }
        stretches.push(Stretch {
            from: at,
            to: at,
            mood,
        });
    }
    let name = text.get(light_key(chain), &[]);
    let course = stretches.iter().map(|s| mood_word(s.mood, text));
    let course: Vec<String> = course.collect();
    Lane {
        words: format!("{name}: {}", course.join(" → ")),
        name,
        stretches,
    }
}

fn row(at_s: f64, change: Change, text: &dyn Wording) -> ChangeRow {
    let language = text.language();
    let (mood, what) = match change {
        Change::State(state) => {
            let (key, mood) = head_words(state);
            (mood, text.get(key, &[]))
        }
        Change::Began(finding) => (finding.mood, language.of(&finding.what).to_owned()),
        Change::Ceased(finding) => {
            let what = [("what", language.of(&finding.what).to_owned())];
            (Mood::Good, text.get("panel-flight-over", &what))
        }
        Change::Told(entry) => {
            let mood = if entry.done { Mood::Off } else { Mood::Red };
            let words = words_of_json(&entry.command, text);
            (mood, format!("{words} ({})", entry.via))
        }
    };
    ChangeRow {
        at: text.get("panel-s", &[("n", format!("{at_s:.1}"))]),
        mood,
        what,
    }
}
