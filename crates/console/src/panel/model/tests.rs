//! The model by tables: what is judged here, and that no light is green which nobody knows to be so.

use super::*;
use crate::panel::link::Seen;
use crate::wording::Language;
use cyc_control::{
    Chain, FindingDocument, LatencyDocument, LatencyFigures, Light, Said, StageDocument,
    TakeDocument, Unit,
};
use std::sync::Arc;

/// Texts that show what was asked for.
struct Keys;

impl Wording for Keys {
    fn language(&self) -> Language {
        Language::English
    }

    fn get(&self, key: &str, args: &[(&str, String)]) -> String {
        let values = args.iter().map(|(_, value)| format!(" {value}"));
        key.to_owned() + &values.collect::<String>()
    }

    fn fix(&self, key: &str, _args: &[(&str, String)]) -> Option<String> {
        Some(format!("{key}.fix"))
    }
}

fn seen(age_s: f64, change: impl FnOnce(&mut StageDocument)) -> Seen {
    let mut document = StageDocument {
        state: StageState::Running,
        ..StageDocument::default()
    };
    change(&mut document);
    Seen {
        document: Some(Arc::new(document)),
        age_s,
        ..Seen::default()
    }
}

fn model(age_s: f64, change: impl FnOnce(&mut StageDocument)) -> PanelModel {
    PanelModel::of(&seen(age_s, change), None, &Keys)
}

fn finding(what: &str, mood: Mood) -> FindingDocument {
    let said = |text: &str| Said {
        en: text.into(),
        zh_cn: String::new(),
    };
    FindingDocument {
        mood,
        what: said(what),
        fix: said("do"),
        ..FindingDocument::default()
    }
}

#[test]
fn states_have_their_words_and_moods() {
    for (state, key, mood) in [
        (StageState::Starting, "panel-state-starting", Mood::Off),
        (StageState::Running, "panel-state-running", Mood::Good),
        (StageState::Degraded, "panel-state-degraded", Mood::Amber),
        (StageState::Holding, "panel-state-holding", Mood::Red),
        (StageState::Failed, "panel-state-failed", Mood::Red),
    ] {
        let head = model(0.1, |d| d.state = state).head;
        assert_eq!((head.state.as_str(), head.mood), (key, mood));
        let head = model(9.0, |d| d.state = state).head;
        assert_eq!(
            (head.state.as_str(), head.mood),
            ("panel-state-unknown", Mood::Red)
        );
    }
}

#[test]
fn every_chain_has_a_light_and_an_old_one_is_not_believed() {
    let lit = |d: &mut StageDocument| {
        d.lights = vec![Light {
            chain: Chain::Render,
            mood: Mood::Good,
            age_ms: Some(21.4),
            figure: Some(24.0),
            unit: Unit::Hertz,
        }];
    };
    let lights = model(0.1, lit).lights;
    assert_eq!(lights.len(), Chain::ALL.len());
    let render = &lights[2];
    assert_eq!(render.mood, Mood::Good);
    assert_eq!(
        (render.figure.as_str(), render.age.as_str()),
        ("panel-hz 24.0", "panel-ms 21")
    );
    assert_eq!(
        (lights[0].mood, lights[0].figure.as_str()),
        (Mood::Off, "–")
    );
    let old = &model(2.0, lit).lights[2];
    assert_eq!((old.mood, old.figure.as_str()), (Mood::Off, "–"));
}

#[test]
fn the_worst_comes_first_and_a_silent_stage_is_worse_than_all() {
    let faults = |d: &mut StageDocument| {
        d.findings = vec![
            finding("a", Mood::Amber),
            finding("b", Mood::Red),
            finding("c", Mood::Red),
        ];
    };
    let alarm = model(0.1, faults).alarm;
    assert_eq!(
        (alarm.what.as_str(), alarm.fix.as_str(), alarm.mood),
        ("b", "do", Mood::Red)
    );
    let others: Vec<_> = alarm.others.iter().map(|row| row.what.as_str()).collect();
    assert_eq!(others, ["c", "a"]);
    let alarm = model(4.25, faults).alarm;
    assert_eq!(alarm.what, "panel-silent panel-s 4.2");
    assert_eq!(alarm.others.len(), 3);
    assert_eq!(model(0.1, |_| {}).alarm.what, "panel-all-well");
    let holding = model(0.1, |d| d.state = StageState::Holding).alarm;
    assert_eq!(
        holding.mood,
        Mood::Red,
        "not well, whatever the findings say"
    );
}

#[test]
fn the_scale_of_the_bars_stands_still() {
    let leg = |p99_us: f64| LatencyDocument {
        leg: "draw".into(),
        last_10_s: LatencyFigures {
            count: 10,
            p50_us: p99_us / 2.0,
            p99_us,
            p999_us: p99_us,
            max_us: p99_us,
        },
        ..LatencyDocument::default()
    };
    let scale = |p99_us: f64, budget: Option<f64>| {
        let latency = model(0.1, |d| {
            d.latency = vec![leg(p99_us)];
            d.render.frame_budget_ms = budget;
        });
        latency.latency.scale_ms
    };
    assert_eq!(scale(12_000.0, None), scale(19_000.0, None));
    assert_eq!(scale(12_000.0, None), 20.0);
    assert_eq!(scale(1_000.0, Some(41.7)), 50.0);
    assert_eq!(scale(300.0, None), 1.0);
    // A figure that is none does not stretch the bars without end.
    assert_eq!(scale(f64::INFINITY, Some(f64::NAN)), 1.0);
    let empty = model(0.1, |d| d.latency = vec![LatencyDocument::default()]);
    assert_eq!(empty.latency.legs[0].cells, ["–"; 3]);
}

#[test]
fn a_disk_that_gets_full_is_seen_in_time() {
    for (left, mood) in [
        (None, Mood::Off),
        (Some(400.0), Mood::Good),
        (Some(9.9), Mood::Amber),
        (Some(4.9), Mood::Red),
        (Some(0.0), Mood::Red),
    ] {
        let take = TakeDocument {
            minutes_left: left,
            ..TakeDocument::default()
        };
        assert_eq!(TakeModel::of(&take, &Keys).disk_mood, mood, "{left:?}");
    }
}

#[test]
fn commands_have_words_and_unknown_ones_stand_as_they_are() {
    let log = |command: &str| {
        let entry = cyc_control::LogEntry {
            command: command.into(),
            at_s: 3725.4,
            done: true,
            ..Default::default()
        };
        model(0.1, |d| d.log = vec![entry]).log.remove(0)
    };
    let row = log(r#"{"command":"test_pattern","wall":"main","pattern":"grid"}"#);
    assert_eq!(row.what, "panel-do-pattern panel-pattern-grid main");
    assert_eq!(row.at, "01:02:05");
    let newer = r#"{"command":"smoke","on":true}"#;
    assert_eq!(log(newer).what, newer);
}
