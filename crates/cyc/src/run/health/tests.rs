//! Every fault has its state, and its sentences in both languages.

use super::*;
use crate::language::Language;
use crate::plausibility::Doubt;
use cyc_engine::run::HeartReading;
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
            misses_lens: false,
            slip_px: None,
            jumps: Vec::new(),
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
        (Life::Restarted, "run-output-restarted"),
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
    let heart = |pulse| HeartReading {
        name: "solve".into(),
        pulse,
        late: 1,
        hung: 2,
        succeeded: 2,
        panicked: 0,
    };
    type Program = fn(&mut Reading, HeartReading);
    let program: [(Program, Pulse, &str); 4] = [
        (
            |r, _| r.restarted.push(("rx-optitrack".into(), 3)),
            Pulse::Alive,
            "rx-optitrack",
        ),
        (|r, heart| r.hearts.push(heart), Pulse::Hung, "solve"),
        (
            |r, heart| {
                r.often_late.push(heart.name.clone());
                r.hearts.push(heart);
            },
            Pulse::Alive,
            "solve",
        ),
        (
            |r, heart| {
                r.hearts.push(heart);
                r.succeeded_s = Some(3.0);
            },
            Pulse::Alive,
            "2",
        ),
    ];
    for (change, pulse, word) in program {
        let (state, found) = judged(|r| change(r, heart(pulse)));
        assert_said(&found, word);
        assert_eq!(state, StageState::Degraded);
    }
    let table: [(Change, StageState, &str); 28] = [
        (
            |r| r.cameras[0].misses_lens = true,
            StageState::Degraded,
            "A-cam",
        ),
        (
            |r| r.sources[0].reference = ClockReference::Lost,
            StageState::Degraded,
            "vicon",
        ),
        (
            |r| r.performers[0].is_set_aside = true,
            StageState::Degraded,
            "Ann",
        ),
        (
            |r| r.claims.push(("Ann".into(), "optitrack".into())),
            // Worth a look; nothing that is shown is the worse for it.
            StageState::Running,
            "optitrack",
        ),
        (
            |r| {
                r.sources[0].state = SourceState::Connecting;
                r.sources[0].was_heard = false;
            },
            StageState::Starting,
            "cyc listen vicon://host",
        ),
        (
            |r| {
                r.sources[0].state = SourceState::Connecting;
                r.sources[0].was_heard = false;
                let args = vec![
                    ("address", "[::1]:7".to_owned()),
                    ("reason", "taken".into()),
                ];
                r.sources[0].cannot = Some(("capture-bind", args));
            },
            StageState::Starting,
            "[::1]:7",
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
            |r| r.pictures.as_mut().unwrap().stalled_s = Some(4.25),
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
        assert_eq!(state, expected, "{found:?}");
        assert_said(&found, word);
    }
}

/// One thing is found, and said with that word in both languages.
fn assert_said(found: &[Finding], word: &str) {
    assert_eq!(found.len(), 1, "{found:?}");
    for language in [Language::English, Language::Chinese] {
        let said = found[0].sentences(&Text::new(language)).join(" ");
        assert!(said.contains(word), "{said}");
    }
}

#[test]
fn a_recording_that_has_ended_is_no_fault() {
    let (state, found) = judged(|r| r.sources[0].state = SourceState::Ended);
    assert_eq!((state, found), (StageState::Holding, vec![]));
}

#[test]
fn a_stage_that_cannot_draw_any_more_has_failed_whatever_else_it_does() {
    assert_eq!(judged(|r| r.has_failed = true).0, StageState::Failed);
    let (state, _) = judged(|r| {
        r.has_failed = true;
        r.sources[0].state = SourceState::Ended;
    });
    assert_eq!(state, StageState::Failed);
}

#[test]
fn what_is_past_or_wanted_is_not_said() {
    let (state, found) = judged(|r| {
        r.sources[0].restarted_s = Some(60.0);
        r.sources[0].reference = ClockReference::Locked;
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
