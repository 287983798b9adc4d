//! The panel as a person uses it: every widget is found by what it is called, every command that it gives is recorded.

#![allow(clippy::unwrap_used, reason = "what fails in a test is to fail it")]

#[path = "panel/documents.rs"]
mod documents;
#[path = "panel/fake_stage.rs"]
mod fake_stage;
#[path = "panel/flights.rs"]
mod flights;
#[path = "panel/texts.rs"]
mod texts;

use cyc_console::{Language, Outcome, PanelView, PolledStage, Seen, prepare};
use cyc_control::{Access, ClientError, Command, Pattern, Reply, Said, TakeState};
use documents::{faulty, healthy, seen};
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT, Queryable};
use egui_kittest::{Harness, SnapshotOptions, SnapshotResults};
use fake_stage::FakeStage;
use texts::Texts;

const FONT: &[u8] = include_bytes!("../../../assets/fonts/cyclorama-sans.ttf");

type Panel = Harness<'static, PanelView>;

fn open(stage: &FakeStage, language: Language, width: f32, scale: f32) -> Panel {
    sized(stage, language, [width, 800.0], scale)
}

fn sized(stage: &FakeStage, language: Language, size: [f32; 2], scale: f32) -> Panel {
    let view = PanelView::new(Box::new(stage.clone()), Texts::both(language));
    harness(view, size, scale)
}

fn harness(view: PanelView, size: [f32; 2], scale: f32) -> Panel {
    let mut panel = Harness::builder()
        .with_size(size)
        .with_pixels_per_point(scale)
        .with_step_dt(0.1)
        .with_render_cursor(false)
        .with_context_setup(|ctx| prepare(ctx, FONT))
        .build_ui_state(whole_window, view);
    panel.run();
    panel
}

/// The panel over the whole window, as in a window of its own.
fn whole_window(ui: &mut egui::Ui, view: &mut PanelView) {
    let whole = ui.ctx().content_rect();
    let mut root = ui.new_child(egui::UiBuilder::new().max_rect(whole));
    root.set_clip_rect(whole);
    // The colour that the window is cleared to.
    root.painter()
        .rect_filled(whole, 0.0, egui::Color32::from_rgb(20, 25, 32));
    view.show(&mut root);
}

fn panel(stage: &FakeStage) -> Panel {
    open(stage, Language::English, 1280.0, 1.0)
}

/// Presses a button by its name; of several of one name, the one at `index`.
fn press(panel: &mut Panel, name: &str, index: usize) {
    let buttons: Vec<_> = panel
        .get_all_by_role_and_label(Role::Button, name)
        .collect();
    assert!(index < buttons.len(), "{} buttons {name}", buttons.len());
    buttons[index].click();
    drop(buttons);
    panel.step();
    panel.step();
}

fn has(panel: &Panel, text: &str) -> bool {
    panel.query_all_by_label_contains(text).next().is_some()
}

#[test]
fn every_button_gives_its_command() {
    let stage = FakeStage::new(seen(faulty()));
    stage.change(|d| d.take.state = TakeState::Idle);
    let mut panel = panel(&stage);
    let camera = |name: &str| name.to_owned();
    // Harmless ones, on the first press.
    let harmless: Vec<(&str, usize, Command)> = vec![
        ("Freeze", 0, Command::Freeze { on: false }),
        ("Undo", 0, Command::Undo {}),
        ("0", 0, Command::Exposure { stops: 0.0 }),
        (
            "On air",
            1,
            Command::CameraCut {
                camera: camera("B"),
            },
        ),
        (
            "Inner",
            0,
            Command::InnerFrustum {
                camera: camera("A"),
                on: false,
            },
        ),
        (
            "Hold",
            1,
            Command::InnerFreeze {
                camera: camera("B"),
                on: true,
            },
        ),
        (
            "Key",
            1,
            Command::ChromaKey {
                camera: camera("B"),
                on: false,
            },
        ),
        (
            "Key",
            0,
            Command::ChromaKey {
                camera: camera("A"),
                on: true,
            },
        ),
        (
            "+",
            1,
            Command::CameraPriority {
                camera: camera("A"),
                priority: 2,
            },
        ),
        (
            "−",
            1,
            Command::CameraPriority {
                camera: camera("A"),
                priority: 0,
            },
        ),
    ];
    for (name, index, expected) in harmless {
        press(&mut panel, name, index);
        assert_eq!(stage.told(), vec![expected], "{name} {index}");
    }
    press(&mut panel, "+", 0);
    let told = stage.told();
    assert!(
        matches!(told[..], [Command::Exposure { stops }] if (stops - 1.0 / 3.0).abs() < 1e-9),
        "{told:?}"
    );
}

#[test]
fn tabs_hold_patterns_and_light_cards() {
    let stage = FakeStage::new(seen(faulty()));
    // Tall enough that nothing has to be scrolled to.
    let mut panel = sized(&stage, Language::English, [1280.0, 1200.0], 1.0);
    press(&mut panel, "Patterns", 0);
    press(&mut panel, "Show", 2);
    let off = Command::TestPattern {
        wall: Some("ceiling".into()),
        pattern: Pattern::Off,
    };
    assert_eq!(stage.told(), vec![off]);
    press(&mut panel, "Grid", 0);
    press(&mut panel, "Again", 0);
    let grid = Command::TestPattern {
        wall: None,
        pattern: Pattern::Grid,
    };
    assert_eq!(stage.told(), vec![grid]);
    press(&mut panel, "Light cards", 0);
    press(&mut panel, "→", 0);
    press(&mut panel, "↑", 0);
    let told = stage.told();
    let moves: Vec<_> = told
        .iter()
        .map(|command| match command {
            Command::LightCard {
                card,
                azimuth_deg,
                elevation_deg,
                on: None,
                gain: None,
                ..
            } => (card.as_str(), *azimuth_deg, *elevation_deg),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        ("key light", Some(-38.0), None),
        ("key light", None, Some(32.0)),
    ];
    assert_eq!(moves, expected);
}

#[test]
fn a_guard_wants_a_second_press_and_times_out() {
    let stage = FakeStage::new(seen(healthy()));
    let mut panel = panel(&stage);
    let cases = [
        ("Blackout", Command::Blackout { on: true }),
        ("Freeze", Command::Freeze { on: true }),
        ("Cut", Command::TakeCut {}),
        (
            "Calibrate",
            Command::Calibrate {
                performer: "Ann".into(),
            },
        ),
    ];
    for (name, command) in cases {
        press(&mut panel, name, 0);
        assert_eq!(stage.told(), vec![], "{name} was given at once");
        let again = match name {
            "Blackout" | "Freeze" | "Cut" => format!("Again: {name}"),
            _ => "Again".to_owned(),
        };
        press(&mut panel, &again, 0);
        assert_eq!(stage.told(), vec![command]);
    }
    press(&mut panel, "Blackout", 0);
    for _ in 0..31 {
        panel.step();
    }
    assert!(!has(&panel, "Again:"), "the guard must have timed out");
    press(&mut panel, "Blackout", 0);
    panel.key_press(egui::Key::Escape);
    panel.step();
    panel.step();
    assert!(!has(&panel, "Again:"), "Escape must have called it off");
    // Armed for black; meanwhile somebody else has made it black: the button now means light.
    press(&mut panel, "Blackout", 0);
    stage.change(|d| d.show.blackout = true);
    panel.step();
    assert!(!has(&panel, "Again:"));
    press(&mut panel, "Blackout", 0);
    assert_eq!(stage.told(), vec![Command::Blackout { on: false }]);
}

#[test]
fn a_source_is_switched_off_behind_a_guard() {
    let stage = FakeStage::new(seen(healthy()));
    let mut panel = panel(&stage);
    press(&mut panel, "On", 0);
    assert_eq!(stage.told(), vec![]);
    assert!(has(&panel, "Press again within 3 s: Source vicon off"));
    press(&mut panel, "Again", 0);
    let off = Command::Source {
        source: "vicon".into(),
        on: false,
    };
    assert_eq!(stage.told(), vec![off]);
}

#[test]
fn everything_is_reached_by_the_keyboard() {
    let stage = FakeStage::new(seen(faulty()));
    let mut panel = panel(&stage);
    // From the first field onwards, Tab comes by the release of the freeze; Space presses it.
    let mut is_found = false;
    for _ in 0..80 {
        panel.key_press(egui::Key::Tab);
        panel.step();
        let freeze = panel.get_by_role_and_label(Role::Button, "Freeze");
        if freeze.is_focused() {
            is_found = true;
            break;
        }
    }
    assert!(is_found, "Tab never comes to Freeze");
    panel.key_press(egui::Key::Space);
    panel.step();
    panel.step();
    assert_eq!(stage.told(), vec![Command::Freeze { on: false }]);
}

#[test]
fn a_fault_is_told_in_its_sentence_in_both_languages() {
    for (language, what, fix, other) in [
        (
            Language::English,
            "vicon-objects has fallen silent.",
            "Check the capture program",
            "Only 31 of 53 markers",
        ),
        (
            Language::Chinese,
            "vicon-objects 没有数据了。",
            "检查采集程序",
            "只看到 31 个",
        ),
    ] {
        let stage = FakeStage::new(seen(healthy()));
        let mut panel = open(&stage, language, 1280.0, 1.0);
        assert!(!has(&panel, what));
        stage.change(|d| *d = faulty());
        panel.step();
        assert!(has(&panel, what) && has(&panel, fix) && has(&panel, other));
    }
}

#[test]
fn a_stage_that_does_not_answer_is_not_shown_as_well() {
    let stage = FakeStage::new(seen(healthy()));
    let mut panel = panel(&stage);
    assert!(has(&panel, "RUNNING") && has(&panel, "Source: good"));
    stage.set(|seen| {
        seen.age_s = 4.2;
        seen.trouble = Some(ClientError::NoAnswer {
            address: "http://127.0.0.1:4711".into(),
            reason: "timeout".into(),
        });
    });
    panel.step();
    assert!(has(&panel, "NO ANSWER") && !has(&panel, "RUNNING"));
    assert!(has(&panel, "has not answered for 4.2 s") && has(&panel, "4.2 s old"));
    assert!(!has(&panel, "Source: good"), "nobody knows that");
    stage.set(|seen| (seen.age_s, seen.trouble) = (0.1, None));
    panel.step();
    assert!(has(&panel, "RUNNING") && !has(&panel, "NO ANSWER"));
}

#[test]
fn what_became_of_a_command_is_told() {
    let stage = FakeStage::new(seen(faulty()));
    let mut panel = panel(&stage);
    press(&mut panel, "Undo", 0);
    assert!(has(&panel, "Undo: on its way"));
    let said = |en: &str| {
        Some(Said {
            en: en.into(),
            zh_cn: en.into(),
        })
    };
    stage.answer(Outcome::Answered(Reply {
        number: 5,
        done: false,
        key: Some("control-x".into()),
        what: said("There is nothing to take back."),
        fix: said("Give a command first."),
    }));
    panel.step();
    assert!(has(
        &panel,
        "refused. There is nothing to take back. Give a command first."
    ));
}

#[test]
fn a_take_is_named_armed_and_rolled() {
    let stage = FakeStage::new(seen(healthy()));
    stage.change(|d| d.take.state = TakeState::Idle);
    let mut panel = panel(&stage);
    let roll = panel.get_by_role_and_label(Role::Button, "Roll");
    assert!(roll.accesskit_node().is_disabled(), "nothing is armed");
    let slate = panel.get_by_role_and_label(Role::TextInput, "Slate");
    slate.focus();
    panel.step();
    panel
        .get_by_role_and_label(Role::TextInput, "Slate")
        .type_text("B-7");
    panel.step();
    press(&mut panel, "Arm", 0);
    let arm = Command::TakeArm {
        slate: "B-7".into(),
        take: None,
        notes: String::new(),
    };
    assert_eq!(stage.told(), vec![arm]);
    stage.change(|d| d.take.state = TakeState::Armed);
    panel.step();
    press(&mut panel, "Roll", 0);
    assert_eq!(stage.told(), vec![Command::TakeRoll {}]);
}

#[test]
fn a_fault_takes_nobody_s_keyboard_away() {
    let stage = FakeStage::new(seen(healthy()));
    let mut panel = panel(&stage);
    panel
        .get_by_role_and_label(Role::TextInput, "Notes")
        .focus();
    panel.step();
    stage.change(|d| *d = faulty());
    panel.step();
    panel.step();
    let notes = panel.get_by_role_and_label(Role::TextInput, "Notes");
    assert!(notes.is_focused(), "typing goes on");
}

#[test]
fn names_with_unknown_characters_stay_apart_and_long_ones_stay_in_their_place() {
    let stage = FakeStage::new(seen(healthy()));
    stage.change(|d| {
        d.performers[0].name = "\u{2A6D6}".into();
        d.performers[1].name = "\u{2A6D5}".into();
        d.sources[0].name = "a very long name of a source that no column could hold ".repeat(3);
    });
    // The test fails by itself when a character without a glyph is drawn.
    let mut panel = panel(&stage);
    panel.step();
    assert!(has(&panel, "[821E]"), "the foot says what the numbers are");
}

#[test]
fn frames_go_on_while_the_stage_hangs() {
    // The kernel accepts, nobody answers.
    let hung = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let access = Access::new(&hung.local_addr().unwrap().to_string(), "token").unwrap();
    let link = PolledStage::start(access, Box::new(|| None)).unwrap();
    let view = PanelView::new(Box::new(link), Texts::both(Language::English));
    let mut panel = Harness::builder()
        .with_size([1280.0, 800.0])
        .with_context_setup(|ctx| prepare(ctx, FONT))
        .build_ui_state(whole_window, view);
    // Frames that are drawn before the first wait for the stage has ended (after seconds).
    let mut frames = 0;
    while !has(&panel, "does not answer") {
        frames += 1;
        assert!(frames < 100_000, "the panel never says so");
        panel.step();
    }
    assert!(frames > 5, "{frames}: a frame has waited for the stage");
    assert!(has(&panel, "NO ANSWER"));
}

#[test]
fn the_language_changes_by_a_button() {
    let stage = FakeStage::new(seen(healthy()));
    let mut panel = panel(&stage);
    assert!(has(&panel, "RUNNING"));
    press(&mut panel, "中文", 0);
    assert!(has(&panel, "运行中") && !has(&panel, "RUNNING"));
}

#[test]
fn queues_stand_where_delays_do_when_they_are_asked_for() {
    let stage = FakeStage::new(seen(healthy()));
    let mut panel = panel(&stage);
    let is_told = |panel: &Panel| has(panel, "frames to output  vmc://10.0.0.7:39539");
    assert!(has(&panel, "wait for solver") && !is_told(&panel));
    press(&mut panel, "Queues", 0);
    assert!(is_told(&panel) && has(&panel, "4/4") && has(&panel, "1312"));
    assert!(!has(&panel, "wait for solver"));
    press(&mut panel, "Delays", 0);
    assert!(has(&panel, "wait for solver") && !is_told(&panel));
    assert_eq!(stage.told(), []);
}

#[test]
fn a_panel_without_a_stage_says_so() {
    let stage = FakeStage::new(Seen::default());
    let panel = panel(&stage);
    assert!(has(&panel, "The stage has not answered yet."));
}

/// Pictures of half size: a pane out of place, a colour or a glyph that changes is seen in them.
#[test]
fn it_looks_as_it_did() {
    let mut results = SnapshotResults::new();
    for (name, document) in [("healthy", healthy()), ("faulty", faulty())] {
        for (tag, language) in [("en", Language::English), ("zh", Language::Chinese)] {
            let stage = FakeStage::new(seen(document.clone()));
            let mut panel = open(&stage, language, 1280.0, 0.5);
            // Rasterisers differ at edges; a pane that moved differs by thousands of pixels.
            let options = SnapshotOptions::new().threshold(1.5).max_failed_pixels(200);
            panel.snapshot_options(format!("panel_{name}_{tag}"), &options);
            results.extend(panel.take_snapshot_results());
        }
    }
}

/// Full pictures for people: `CYC_PICTURES=FOLDER cargo test -p cyc-console --test panel -- --ignored pictures`.
#[test]
#[ignore = "draws pictures for people to look at"]
fn pictures() {
    let folder = std::env::var("CYC_PICTURES").expect("CYC_PICTURES names a folder");
    let folder = std::path::PathBuf::from(folder);
    for (name, document) in [("healthy", healthy()), ("faulty", faulty())] {
        for (tag, language) in [("en", Language::English), ("zh", Language::Chinese)] {
            for (size, width, scale) in [("1280", 1280.0, 1.0), ("1920", 1422.0, 1.35)] {
                let stage = FakeStage::new(seen(document.clone()));
                let mut panel = open(&stage, language, width, scale);
                let picture = panel.render().unwrap();
                let path = folder.join(format!("panel_{name}_{tag}_{size}.png"));
                picture.save(path).unwrap();
                let queues = ["Queues", "队列"][usize::from(tag == "zh")];
                press(&mut panel, queues, 0);
                let path = folder.join(format!("panel_{name}_{tag}_{size}_queues.png"));
                panel.render().unwrap().save(path).unwrap();
            }
        }
    }
}
