//! Commands in their two forms: JSON as it is written down, OSC as somebody else's library sends it.

use cyc_control::limits::{GAIN_MAX, NAME_CHARS_MAX, STOPS_MAX};
use cyc_control::osc::{Heard, command_of};
use cyc_control::{Command, Pattern, Role};
use cyc_wire::osc::OscPacket;
use rosc::OscType::{self, Bool, Double, Float, Int, Long};

fn s(text: &str) -> OscType {
    OscType::String(text.to_owned())
}

/// Every command with its JSON form and its OSC form.
fn table() -> Vec<(Command, &'static str, &'static str, Vec<OscType>)> {
    let card = |on, gain, at: Option<[f64; 2]>, size_deg, color| Command::LightCard {
        card: "key".into(),
        on,
        gain,
        azimuth_deg: at.map(|a| a[0]),
        elevation_deg: at.map(|a| a[1]),
        size_deg,
        color,
    };
    vec![
        (
            Command::Freeze { on: true },
            r#"{"command":"freeze","on":true}"#,
            "freeze",
            vec![Int(1)],
        ),
        (
            Command::Blackout { on: false },
            r#"{"command":"blackout","on":false}"#,
            "blackout",
            vec![Float(0.0)],
        ),
        (
            Command::TestPattern {
                wall: None,
                pattern: Pattern::Grid,
            },
            r#"{"command":"test_pattern","pattern":"grid"}"#,
            "test_pattern",
            vec![s("grid")],
        ),
        (
            Command::TestPattern {
                wall: Some("main".into()),
                pattern: Pattern::Off,
            },
            r#"{"command":"test_pattern","wall":"main","pattern":"off"}"#,
            "test_pattern",
            vec![s("off"), s("main")],
        ),
        (
            Command::InnerFrustum {
                camera: "A".into(),
                on: true,
            },
            r#"{"command":"inner_frustum","camera":"A","on":true}"#,
            "inner_frustum",
            vec![s("A"), Bool(true)],
        ),
        (
            Command::InnerFreeze {
                camera: "A".into(),
                on: true,
            },
            r#"{"command":"inner_freeze","camera":"A","on":true}"#,
            "inner_freeze",
            vec![s("A"), Int(1)],
        ),
        (
            Command::ChromaKey {
                camera: "A".into(),
                on: false,
            },
            r#"{"command":"chroma_key","camera":"A","on":false}"#,
            "chroma_key",
            vec![s("A"), Int(0)],
        ),
        (
            Command::CameraPriority {
                camera: "B".into(),
                priority: 3,
            },
            r#"{"command":"camera_priority","camera":"B","priority":3}"#,
            "camera_priority",
            vec![s("B"), Float(3.0)],
        ),
        (
            Command::CameraCut { camera: "B".into() },
            r#"{"command":"camera_cut","camera":"B"}"#,
            "camera_cut",
            vec![s("B")],
        ),
        (
            Command::Exposure { stops: -0.5 },
            r#"{"command":"exposure","stops":-0.5}"#,
            "exposure",
            vec![Double(-0.5)],
        ),
        (
            card(Some(true), None, None, None, None),
            r#"{"command":"light_card","card":"key","on":true}"#,
            "light_card/on",
            vec![s("key"), Int(1)],
        ),
        (
            card(None, Some(2.0), None, None, None),
            r#"{"command":"light_card","card":"key","gain":2.0}"#,
            "light_card/gain",
            vec![s("key"), Float(2.0)],
        ),
        (
            card(None, None, Some([-30.0, 12.5]), None, None),
            r#"{"command":"light_card","card":"key","azimuth_deg":-30.0,"elevation_deg":12.5}"#,
            "light_card/at",
            vec![s("key"), Int(-30), Float(12.5)],
        ),
        (
            card(None, None, None, Some([20.0, 8.0]), None),
            r#"{"command":"light_card","card":"key","size_deg":[20.0,8.0]}"#,
            "light_card/size",
            vec![s("key"), Float(20.0), Double(8.0)],
        ),
        (
            card(None, None, None, None, Some([1.0, 0.5, 0.25])),
            r#"{"command":"light_card","card":"key","color":[1.0,0.5,0.25]}"#,
            "light_card/color",
            vec![s("key"), Int(1), Float(0.5), Float(0.25)],
        ),
        (
            Command::LightCardRemove { card: "key".into() },
            r#"{"command":"light_card_remove","card":"key"}"#,
            "light_card_remove",
            vec![s("key")],
        ),
        (
            Command::Source {
                source: "vicon".into(),
                on: false,
            },
            r#"{"command":"source","source":"vicon","on":false}"#,
            "source",
            vec![s("vicon"), Int(0)],
        ),
        (
            Command::Calibrate {
                performer: "Ann".into(),
            },
            r#"{"command":"calibrate","performer":"Ann"}"#,
            "calibrate",
            vec![s("Ann")],
        ),
        (
            Command::CalibrateFace {
                performer: "Ann".into(),
            },
            r#"{"command":"calibrate_face","performer":"Ann"}"#,
            "calibrate_face",
            vec![s("Ann")],
        ),
        (
            Command::Character {
                performer: "Ann".into(),
                file: "a.vrm".into(),
            },
            r#"{"command":"character","performer":"Ann","file":"a.vrm"}"#,
            "character",
            vec![s("Ann"), s("a.vrm")],
        ),
        (
            Command::TakeArm {
                slate: "12A".into(),
                take: None,
                notes: String::new(),
            },
            r#"{"command":"take_arm","slate":"12A"}"#,
            "take_arm",
            vec![s("12A")],
        ),
        (
            Command::TakeArm {
                slate: "12A".into(),
                take: Some(3),
                notes: "wild".into(),
            },
            r#"{"command":"take_arm","slate":"12A","take":3,"notes":"wild"}"#,
            "take_arm",
            vec![s("12A"), Long(3), s("wild")],
        ),
        (
            Command::TakeRoll {},
            r#"{"command":"take_roll"}"#,
            "take_roll",
            vec![],
        ),
        (
            Command::TakeCut {},
            r#"{"command":"take_cut"}"#,
            "take_cut",
            vec![Float(1.0)],
        ),
        (Command::Undo {}, r#"{"command":"undo"}"#, "undo", vec![]),
    ]
}

fn heard(address: &str, args: Vec<OscType>) -> Heard {
    let message = rosc::OscMessage {
        addr: format!("/cyc/{address}"),
        args,
    };
    let bytes = rosc::encoder::encode(&rosc::OscPacket::Message(message)).expect("encoded");
    let packet = OscPacket::scan(&bytes).expect("scanned");
    command_of(&packet.messages().next().expect("a message"))
}

#[test]
fn each_command_is_the_same_in_json_and_in_osc() {
    for (command, json, address, args) in table() {
        assert_eq!(serde_json::to_string(&command).expect("json"), json);
        let read: Command = serde_json::from_str(json).expect(json);
        assert_eq!(read, command);
        assert_eq!(read.name(), address.split('/').next().unwrap_or(""));
        assert_eq!(heard(address, args), Heard::Command(command), "{address}");
    }
}

#[test]
fn missing_and_left_over_arguments_are_refused() {
    for (_, _, address, args) in table() {
        let mut more = args.clone();
        more.push(OscType::Blob(vec![1]));
        let bare = matches!(address, "take_roll" | "take_cut" | "undo");
        assert!(
            bare || heard(address, more) == Heard::BadArguments,
            "{address}"
        );
        let optional = matches!(address, "test_pattern" | "take_arm");
        if !bare && !optional {
            let less = args[..args.len() - 1].to_vec();
            assert_eq!(heard(address, less), Heard::BadArguments, "{address}");
        }
    }
}

#[test]
fn values_that_no_stage_could_take_are_refused() {
    let exposure = |stops| Command::Exposure { stops };
    let gain = |gain| Command::LightCard {
        card: "key".into(),
        on: None,
        gain: Some(gain),
        azimuth_deg: None,
        elevation_deg: None,
        size_deg: None,
        color: None,
    };
    let cut = |camera: String| Command::CameraCut { camera };
    let take = |take| Command::TakeArm {
        slate: "1".into(),
        take: Some(take),
        notes: String::new(),
    };
    let fine = [
        exposure(STOPS_MAX),
        gain(0.0),
        gain(GAIN_MAX),
        cut("机".repeat(NAME_CHARS_MAX)),
        take(1),
    ];
    for command in fine {
        assert_eq!(command.validate(), Ok(()), "{command:?}");
    }
    let not = [
        exposure(STOPS_MAX + 0.1),
        exposure(f64::NAN),
        exposure(f64::INFINITY),
        gain(-0.1),
        cut(String::new()),
        cut("x".repeat(NAME_CHARS_MAX + 1)),
        cut("a\u{1b}[2J".into()),
        take(0),
        take(10_000),
    ];
    for command in not {
        assert!(command.validate().is_err(), "{command:?}");
    }
}

#[test]
fn what_opens_files_is_not_for_operators() {
    for (command, ..) in table() {
        let least = match command {
            Command::Character { .. } | Command::Source { .. } => Role::Configure,
            _ => Role::Operate,
        };
        assert_eq!(command.role(), least);
    }
}
