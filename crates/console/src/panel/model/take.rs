//! The take: its slate, how far it is, what it has lost and how much the disk still takes.

use crate::panel::figures;
use crate::wording::Wording;
use cyc_control::{Mood, TakeDocument, TakeState};

/// Minutes of disk below which an operator should think of it, and below which she must act.
const DISK_AMBER_MIN: f64 = 10.0;
const DISK_RED_MIN: f64 = 5.0;

/// The take.
#[derive(Clone, Debug, PartialEq)]
pub struct TakeModel {
    /// How far it is.
    pub state: TakeState,
    /// The same as a word.
    pub state_word: String,
    /// The slate with the take's number.
    pub slate: String,
    /// How long it has rolled.
    pub rolled: String,
    /// Frames in it.
    pub frames: String,
    /// Frames that it had no room for; empty when none.
    pub dropped: String,
    /// What the disk still takes.
    pub disk: String,
    /// How the disk is doing.
    pub disk_mood: Mood,
    /// The file.
    pub path: String,
}

impl TakeModel {
    /// The take of a document.
    pub fn of(take: &TakeDocument, text: &dyn Wording) -> Self {
        let state_key = match take.state {
            TakeState::Idle => "panel-take-idle",
            TakeState::Armed => "panel-take-armed",
            TakeState::Rolling => "panel-take-rolling",
        };
        let slate = match take.slate.as_str() {
            "" => "–".to_owned(),
            slate => format!("{slate} / {}", take.take),
        };
        let left = take.minutes_left;
        Self {
            state: take.state,
            state_word: text.get(state_key, &[]),
            slate,
            rolled: figures::clock(take.seconds),
            frames: text.get("panel-frames", &[("n", take.frames.to_string())]),
            dropped: match take.frames_dropped {
                0 => String::new(),
                n => text.get("panel-frames-dropped", &[("n", n.to_string())]),
            },
            disk: match left {
                Some(left) => text.get("panel-disk", &[("left", figures::minutes(left, text))]),
                None => text.get("panel-disk-unknown", &[]),
            },
            disk_mood: match left {
                None => Mood::Off,
                Some(left) if left < DISK_RED_MIN => Mood::Red,
                Some(left) if left < DISK_AMBER_MIN => Mood::Amber,
                Some(_) => Mood::Good,
            },
            path: take.path.clone(),
        }
    }
}
