//! How the stage is: one state, and in one sentence each what is wrong and what to do.
//!
//! A pure function of what was read from the engine at two moments, so that every sentence can be tested.

use super::finding::Finding;
pub use super::reading::{CameraReading, PerformerReading, PictureReading, Reading, SourceReading};
use super::walls::DisplayReading;
use crate::text::Text;
use cyc_control::Mood;
use cyc_emit::Life;
use cyc_engine::run::SourceState;
use cyc_model::LabelOrigin;
use cyc_stage::Genlock;
use cyc_take::RecorderState;

pub use cyc_control::StageState;

/// Its stable name: the same in the terminal, the log and `--json`.
pub fn state_name(state: StageState) -> &'static str {
    match state {
        StageState::Starting => "starting",
        StageState::Running => "running",
        StageState::Degraded => "degraded",
        StageState::Holding => "holding",
        StageState::Failed => "failed",
    }
}

/// Its name for people.
pub fn state_word(state: StageState, text: &Text) -> String {
    let key = match state {
        StageState::Starting => "run-state-starting",
        StageState::Running => "run-state-running",
        StageState::Degraded => "run-state-degraded",
        StageState::Holding => "run-state-holding",
        StageState::Failed => "run-state-failed",
    };
    text.get(key, &[])
}

/// Share of lost frames that is said.
const LOSS_MIN: f64 = 0.01;
/// Residual that no skin explains, millimetres.
const MISFIT_MM: f64 = 40.0;
/// Share of the markers below which they are few.
const SEEN_MIN: f64 = 0.6;

/// How long a restart of a source, or a clock that was set, is told.
const TOLD: f64 = 10.0;
/// Pictures this late are said, seconds. A processor that draws does so a few times a second, and less beside others.
const STALLED_S: f64 = 0.7;
const STALLED_SOFTWARE_S: f64 = 5.0;
/// Pictures that a display may miss in two seconds: while a window is moved or a monitor changes its mode.
const MISSED_MAX: u64 = 3;
/// Minutes of room on the disk that are said.
const ROOM_MINUTES: f64 = 10.0;

fn stalled_s(pictures: &PictureReading) -> f64 {
    if pictures.software {
        STALLED_SOFTWARE_S
    } else {
        STALLED_S
    }
}

/// What is wrong, the worst first.
pub fn findings(reading: &Reading) -> Vec<Finding> {
    let mut found = Vec::new();
    reading.sources.iter().for_each(|s| source(s, &mut found));
    reading
        .performers
        .iter()
        .for_each(|p| performer(p, &mut found));
    // A source that is silent says it for its cameras as well.
    let is_heard = |s: &SourceReading| s.state == SourceState::Live;
    if reading.sources.iter().all(is_heard) {
        let lost = |c: &&CameraReading| c.was_seen && !c.quality.is_present();
        let lost = reading.cameras.iter().filter(lost);
        found.extend(lost.map(|c| Finding::CameraNotSeen {
            name: c.name.clone(),
        }));
    }
    if let Some(pictures) = reading.pictures
        && pictures.age_s > stalled_s(&pictures)
        && reading.sources.iter().any(is_heard)
    {
        found.push(Finding::PictureStalled {
            seconds: pictures.age_s,
        });
    }
    if let Some(pictures) = reading.pictures
        && pictures.genlock != Genlock::Free
        && !pictures.pace.is_locked
    {
        let reference = pictures.genlock.word();
        found.push(Finding::NotLocked { reference });
    }
    reading.displays.iter().for_each(|d| display(d, &mut found));
    let ill = reading.ill_outputs.iter().cloned();
    found.extend(ill.map(|(url, life)| match life {
        Life::Failed => Finding::OutputFailed { url },
        _ => Finding::OutputHangs { url },
    }));
    if reading.not_recorded > 0 {
        found.push(Finding::RecordingLoses {
            frames: reading.not_recorded,
        });
    }
    match reading.disk {
        RecorderState::Losing => found.push(Finding::DiskSlow),
        RecorderState::DiskFull => found.push(Finding::DiskFull),
        // Why it failed is said below.
        RecorderState::Failed | RecorderState::Recording => {}
    }
    if let Some(reason) = &reading.recording_failed {
        let reason = reason.clone();
        found.push(Finding::RecordingFailed { reason });
    }
    if let Some(minutes) = reading.room_minutes.filter(|m| *m < ROOM_MINUTES) {
        found.push(Finding::DiskNearlyFull { minutes });
    }
    if let Some(seconds) = reading.clock_jumped_s {
        found.push(Finding::ClockJumped { seconds });
    }
    found.extend(reading.edit_refused.clone().map(Finding::EditRefused));
    found.extend(reading.edit_waits.then_some(Finding::EditWaits));
    found.sort_by_key(|f| f.mood() != Mood::Red);
    found
}

fn source(s: &SourceReading, found: &mut Vec<Finding>) {
    if !s.is_on {
        return;
    }
    let (name, url) = (s.name.clone(), s.url.clone());
    if let (Some((subject, doubt)), SourceState::Live) = (&s.doubt, s.state) {
        found.push(Finding::Implausible {
            name: name.clone(),
            subject: subject.clone(),
            doubt: doubt.clone(),
        });
    }
    if s.restarted_s.is_some_and(|age| age < TOLD) {
        let name = name.clone();
        found.push(Finding::Restarted { name });
    }
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

fn performer(p: &PerformerReading, found: &mut Vec<Finding>) {
    let name = p.name.clone();
    if !p.is_calibrated {
        found.push(Finding::Calibrating { name });
    } else if !p.quality.is_present() {
        found.push(Finding::NotSeen { name });
    } else if p.labels == LabelOrigin::Continued {
        found.push(Finding::Mislabelled { name });
    } else if p.swapped_s.is_some_and(|age| age < TOLD) {
        found.push(Finding::Swapped { name });
    } else if p.rms_mm > MISFIT_MM {
        found.push(Finding::Misfit { name, mm: p.rms_mm });
    } else if f64::from(p.seen) < f64::from(p.all) * SEEN_MIN {
        let (seen, all) = (p.seen, p.all);
        found.push(Finding::FewMarkers { name, seen, all });
    }
}

fn display(d: &DisplayReading, found: &mut Vec<Finding>) {
    let name = d.name.clone();
    if let Some(monitor) = d.missing.clone() {
        found.push(Finding::MonitorMissing { name, monitor });
    } else if d.is_cut() {
        let (part_px, window_px) = (d.part_px, d.window_px);
        found.push(Finding::DisplayCut {
            name,
            part_px,
            window_px,
        });
    } else if d.missed_lately > MISSED_MAX {
        let pictures = d.missed_lately;
        found.push(Finding::PicturesMissed { name, pictures });
    }
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
    use crate::plausibility::Doubt;
    use cyc_model::Quality;

    fn good() -> Reading {
        Reading {
            sources: vec![SourceReading {
                name: "vicon".into(),
                url: "vicon://host".into(),
                state: SourceState::Live,
                was_heard: true,
                rate_hz: 120.0,
                is_on: true,
                ..SourceReading::default()
            }],
            performers: vec![PerformerReading {
                name: "Ann".into(),
                is_calibrated: true,
                quality: Quality::Live,
                rms_mm: 5.0,
                seen: 53,
                all: 53,
                ..PerformerReading::default()
            }],
            cameras: vec![CameraReading {
                name: "A-cam".into(),
                quality: Quality::Live,
                was_seen: true,
                slip_px: None,
            }],
            pictures: Some(PictureReading {
                drawn: 100,
                rate_hz: 24.0,
                age_s: 0.04,
                ..PictureReading::default()
            }),
            ..Reading::default()
        }
    }

    fn wall(change: impl FnOnce(&mut DisplayReading)) -> DisplayReading {
        let mut wall = DisplayReading {
            name: "left".into(),
            monitor: Some("DP-1".into()),
            part_px: [1920, 1080],
            window_px: [1920, 1200],
            ..DisplayReading::default()
        };
        change(&mut wall);
        wall
    }

    fn judged(change: impl FnOnce(&mut Reading)) -> (StageState, Vec<Finding>) {
        let mut reading = good();
        change(&mut reading);
        let found = findings(&reading);
        (state(&reading, &found), found)
    }

    #[test]
    fn an_output_that_hangs_or_failed_is_said_and_the_stage_goes_on() {
        let url = || "vmc://10.0.0.9:39539".to_owned();
        for (life, key) in [
            (Life::Hung, "run-output-hangs"),
            (Life::Failed, "run-output-failed"),
        ] {
            let (state, found) = judged(|r| r.ill_outputs = vec![(url(), life)]);
            assert_eq!((state, found.len()), (StageState::Degraded, 1));
            assert_eq!((found[0].key(), found[0].about()), (key, &*url()));
            for language in [Language::English, Language::Chinese] {
                let [what, fix] = found[0].sentences(&Text::new(language));
                assert!(what.contains(&url()) && !fix.is_empty(), "{what} {fix}");
            }
        }
    }

    #[test]
    fn a_good_stage_runs() {
        assert_eq!(judged(|_| {}), (StageState::Running, vec![]));
        let with_wall = judged(|r| r.displays = vec![wall(|_| {})]);
        assert_eq!(with_wall, (StageState::Running, vec![]));
    }

    #[test]
    fn each_fault_has_its_state_and_its_sentences_in_both_languages() {
        type Change = fn(&mut Reading);
        let table: [(Change, StageState, &str); 23] = [
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
            (
                |r| r.sources[0].doubt = Some(("Ben".into(), Doubt::Lying)),
                StageState::Degraded,
                "Ben",
            ),
            (
                |r| r.sources[0].restarted_s = Some(2.0),
                StageState::Degraded,
                "vicon",
            ),
            (
                |r| r.performers[0].labels = LabelOrigin::Continued,
                StageState::Degraded,
                "Ann",
            ),
            (
                |r| r.performers[0].swapped_s = Some(0.5),
                StageState::Degraded,
                "Ann",
            ),
            (
                |r| r.cameras[0].quality = Quality::Absent,
                StageState::Degraded,
                "A-cam",
            ),
            (
                |r| r.pictures.as_mut().unwrap().age_s = 4.25,
                StageState::Degraded,
                "4.2",
            ),
            (
                |r| r.recording_failed = Some("no space".into()),
                StageState::Degraded,
                "no space",
            ),
            (|r| r.room_minutes = Some(4.5), StageState::Degraded, "4.5"),
            (
                |r| r.disk = RecorderState::DiskFull,
                StageState::Degraded,
                "cyc record",
            ),
            (
                |r| r.disk = RecorderState::Losing,
                StageState::Degraded,
                "cyc take info",
            ),
            (
                |r| r.displays = vec![wall(|d| d.missing = Some("DP-7".into()))],
                StageState::Degraded,
                "DP-7",
            ),
            (
                |r| r.displays = vec![wall(|d| d.window_px = [1280, 720])],
                StageState::Degraded,
                "1920",
            ),
            (
                |r| r.displays = vec![wall(|d| d.missed_lately = 60)],
                StageState::Degraded,
                "60",
            ),
            (
                |r| r.clock_jumped_s = Some(-3600.0),
                StageState::Degraded,
                "-3600",
            ),
            (
                |r| {
                    let lying = Doubt::Size {
                        size_m: 1700.0,
                        factor: Some(0.001),
                    };
                    r.sources[0].doubt = Some(("Ben".into(), lying));
                },
                StageState::Degraded,
                "0.001",
            ),
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
    fn what_is_past_or_wanted_is_not_said() {
        let (state, found) = judged(|r| {
            r.sources[0].restarted_s = Some(60.0);
            r.room_minutes = Some(45.0);
        });
        assert_eq!((state, found), (StageState::Running, vec![]));
        let (_, found) = judged(|r| {
            r.sources[0].is_on = false;
            r.sources[0].state = SourceState::Silent;
        });
        assert_eq!(found, vec![]);
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
