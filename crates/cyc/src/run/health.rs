//! How the stage is: one state, and in one sentence each what is wrong and what to do.
//!
//! A pure function of what was read from the engine at two moments, so that every sentence can be tested.

use crate::text::Text;
use cyc_engine::run::SourceState;
use cyc_model::Quality;

/// The state of the whole stage; the same words in the terminal, the log and `--json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageState {
    /// Nothing has been heard from anybody yet.
    Starting,
    /// Everything that the stage file names is there.
    Running,
    /// The show goes on, and something is wrong.
    Degraded,
    /// No source is heard any more: what was shown last stays.
    Holding,
}

impl StageState {
    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Degraded => "degraded",
            Self::Holding => "holding",
        }
    }

    /// Its name for people.
    pub fn word(self, text: &Text) -> String {
        let key = match self {
            Self::Starting => "run-state-starting",
            Self::Running => "run-state-running",
            Self::Degraded => "run-state-degraded",
            Self::Holding => "run-state-holding",
        };
        text.get(key, &[])
    }
}

/// A source as it is read.
#[derive(Clone, Debug, Default)]
pub struct SourceReading {
    /// Its name.
    pub name: String,
    /// Where it is heard.
    pub url: String,
    /// Its state.
    pub state: SourceState,
    /// Whether a frame ever came.
    pub was_heard: bool,
    /// Frames a second lately.
    pub rate_hz: f64,
    /// Share of the frames that did not come lately.
    pub loss: f64,
    /// Frames since the start.
    pub frames: u64,
    /// Frame numbers that never came since the start.
    pub lost: u64,
}

/// A performer as she is read.
#[derive(Clone, Debug, Default)]
pub struct PerformerReading {
    /// Her name.
    pub name: String,
    /// Whether she is solved on a rig of her own.
    pub is_calibrated: bool,
    /// How sure her pose is.
    pub quality: Quality,
    /// Residual of her markers, millimetres.
    pub rms_mm: f64,
    /// Markers that are seen.
    pub seen: u16,
    /// All of them.
    pub all: u16,
}

/// Everything that the state depends on.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Sources, in the stage's order.
    pub sources: Vec<SourceReading>,
    /// Performers, in the stage's order.
    pub performers: Vec<PerformerReading>,
    /// Frames that the recording had no room for lately.
    pub not_recorded: u64,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// A source was never heard.
    NotHeard { name: String, url: String },
    /// A source was heard and is not any more.
    Silent { name: String, url: String },
    /// A source loses frames.
    Losing { name: String, percent: f64 },
    /// A performer has no rig yet.
    Calibrating { name: String },
    /// A performer is not seen.
    NotSeen { name: String },
    /// Few of a performer's markers are seen.
    FewMarkers { name: String, seen: u16, all: u16 },
    /// A performer's markers are not where her rig has them.
    Misfit { name: String, mm: f64 },
    /// The recording loses frames.
    RecordingLoses { frames: u64 },
}

/// Share of lost frames that is said.
const LOSS_MIN: f64 = 0.01;
/// Residual that no skin explains, millimetres.
const MISFIT_MM: f64 = 40.0;
/// Share of the markers below which they are few.
const SEEN_MIN: f64 = 0.6;

impl Finding {
    /// What is wrong, then what to do.
    pub fn sentences(&self, text: &Text) -> [String; 2] {
        let (key, args): (_, Vec<(&'static str, String)>) = match self {
            Self::NotHeard { name, url } => (
                "run-not-heard",
                vec![("name", name.clone()), ("url", url.clone())],
            ),
            Self::Silent { name, url } => (
                "run-silent",
                vec![("name", name.clone()), ("url", url.clone())],
            ),
            Self::Losing { name, percent } => (
                "run-losing",
                vec![("name", name.clone()), ("percent", format!("{percent:.1}"))],
            ),
            Self::Calibrating { name } => ("run-calibrating", vec![("name", name.clone())]),
            Self::NotSeen { name } => ("run-not-seen", vec![("name", name.clone())]),
            Self::FewMarkers { name, seen, all } => (
                "run-few-markers",
                vec![
                    ("name", name.clone()),
                    ("seen", seen.to_string()),
                    ("all", all.to_string()),
                ],
            ),
            Self::Misfit { name, mm } => (
                "run-misfit",
                vec![("name", name.clone()), ("mm", format!("{mm:.0}"))],
            ),
            Self::RecordingLoses { frames } => {
                ("run-recording-loses", vec![("frames", frames.to_string())])
            }
        };
        [
            text.get(key, &args),
            text.fix(key, &args).unwrap_or_default(),
        ]
    }
}

/// What is wrong, the worst first.
pub fn findings(reading: &Reading) -> Vec<Finding> {
    let mut found = Vec::new();
    for s in &reading.sources {
        let (name, url) = (s.name.clone(), s.url.clone());
        match s.state {
            SourceState::Live if s.loss > LOSS_MIN => found.push(Finding::Losing {
                name,
                percent: s.loss * 100.0,
            }),
            SourceState::Live | SourceState::Ended => {}
            _ if s.was_heard => found.push(Finding::Silent { name, url }),
            _ => found.push(Finding::NotHeard { name, url }),
        }
    }
    for p in &reading.performers {
        let name = p.name.clone();
        if !p.is_calibrated {
            found.push(Finding::Calibrating { name });
        } else if !p.quality.is_present() {
            found.push(Finding::NotSeen { name });
        } else if p.rms_mm > MISFIT_MM {
            found.push(Finding::Misfit { name, mm: p.rms_mm });
        } else if f64::from(p.seen) < f64::from(p.all) * SEEN_MIN {
            let (seen, all) = (p.seen, p.all);
            found.push(Finding::FewMarkers { name, seen, all });
        }
    }
    if reading.not_recorded > 0 {
        found.push(Finding::RecordingLoses {
            frames: reading.not_recorded,
        });
    }
    found.sort_by_key(|f| {
        !matches!(
            f,
            Finding::NotHeard { .. } | Finding::Silent { .. } | Finding::RecordingLoses { .. }
        )
    });
    found
}

/// The state that follows from a reading.
pub fn state(reading: &Reading, findings: &[Finding]) -> StageState {
    let sources = &reading.sources;
    let is_live = |s: &SourceReading| s.state == SourceState::Live;
    let has_ended = |s: &SourceReading| s.state == SourceState::Ended;
    if !sources.is_empty() && sources.iter().all(has_ended) {
        StageState::Holding
    } else if findings.is_empty() {
        StageState::Running
    } else if sources.iter().any(is_live) {
        StageState::Degraded
    } else if sources.iter().any(|s| s.was_heard) {
        StageState::Holding
    } else {
        StageState::Starting
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn good() -> Reading {
        Reading {
            sources: vec![SourceReading {
                name: "vicon".into(),
                url: "vicon://host".into(),
                state: SourceState::Live,
                was_heard: true,
                rate_hz: 120.0,
                ..SourceReading::default()
            }],
            performers: vec![PerformerReading {
                name: "Ann".into(),
                is_calibrated: true,
                quality: Quality::Live,
                rms_mm: 5.0,
                seen: 53,
                all: 53,
            }],
            not_recorded: 0,
        }
    }

    fn judged(change: impl FnOnce(&mut Reading)) -> (StageState, Vec<Finding>) {
        let mut reading = good();
        change(&mut reading);
        let found = findings(&reading);
        (state(&reading, &found), found)
    }

    #[test]
    fn a_good_stage_runs() {
        assert_eq!(judged(|_| {}), (StageState::Running, vec![]));
    }

    #[test]
    fn each_fault_has_its_state_and_its_sentences_in_both_languages() {
        type Change = fn(&mut Reading);
        let table: [(Change, StageState, &str); 8] = [
            (
                |r| {
                    r.sources[0].state = SourceState::Connecting;
                    r.sources[0].was_heard = false;
                },
                StageState::Starting,
                "cyc listen vicon://host",
            ),
            (
                |r| r.sources[0].state = SourceState::Silent,
                StageState::Holding,
                "cyc listen vicon://host",
            ),
            (|r| r.sources[0].loss = 0.2, StageState::Degraded, "20.0"),
            (
                |r| r.performers[0].is_calibrated = false,
                StageState::Degraded,
                "Ann",
            ),
            (
                |r| r.performers[0].quality = Quality::Absent,
                StageState::Degraded,
                "Ann",
            ),
            (|r| r.performers[0].seen = 20, StageState::Degraded, "53"),
            (
                |r| r.performers[0].rms_mm = 61.0,
                StageState::Degraded,
                "61",
            ),
            (|r| r.not_recorded = 3, StageState::Degraded, "3"),
        ];
        for (change, expected, word) in table {
            let (state, found) = judged(change);
            assert_eq!((state, found.len()), (expected, 1), "{found:?}");
            for language in [Language::English, Language::Chinese] {
                let said = found[0].sentences(&Text::new(language)).join(" ");
                assert!(said.contains(word), "{said}");
            }
        }
    }

    #[test]
    fn a_recording_that_has_ended_is_no_fault() {
        let (state, found) = judged(|r| r.sources[0].state = SourceState::Ended);
        assert_eq!((state, found), (StageState::Holding, vec![]));
    }

    #[test]
    fn the_worst_is_said_first() {
        let (_, found) = judged(|r| {
            r.performers[0].seen = 3;
            r.not_recorded = 1;
        });
        assert!(matches!(found[0], Finding::RecordingLoses { .. }));
    }
}
