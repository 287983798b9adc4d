//! Commands in words: for the log, for what an undo would take back, and for what a guard asks.

use crate::wording::Wording;
use cyc_control::{Command, Pattern};

/// A test pattern's name for people.
pub fn pattern_word(pattern: Pattern, text: &dyn Wording) -> String {
    let key = match pattern {
        Pattern::Off => "panel-pattern-off",
        Pattern::Grid => "panel-pattern-grid",
        Pattern::Ids => "panel-pattern-ids",
        Pattern::Ramps => "panel-pattern-ramps",
        Pattern::Flash => "panel-pattern-flash",
        Pattern::Alignment => "panel-pattern-alignment",
        Pattern::Markers => "panel-pattern-markers",
    };
    text.get(key, &[])
}

/// A command in words.
pub fn words_of(command: &Command, text: &dyn Wording) -> String {
    let named = |key: &str, name: &str| text.get(key, &[("name", name.to_owned())]);
    match command {
        Command::Freeze { on } => switched(*on, ["panel-do-freeze", "panel-do-unfreeze"], "", text),
        Command::Blackout { on } => {
            switched(*on, ["panel-do-blackout", "panel-do-light-up"], "", text)
        }
        Command::TestPattern { wall, pattern } => {
            let pattern = ("pattern", pattern_word(*pattern, text));
            match wall {
                Some(wall) => text.get("panel-do-pattern", &[pattern, ("name", wall.clone())]),
                None => text.get("panel-do-pattern-all", &[pattern]),
            }
        }
        Command::InnerFrustum { camera, on } => switched(
            *on,
            ["panel-do-inner-on", "panel-do-inner-off"],
            camera,
            text,
        ),
        Command::InnerFreeze { camera, on } => {
            let keys = ["panel-do-inner-freeze", "panel-do-inner-follow"];
            switched(*on, keys, camera, text)
        }
        Command::ChromaKey { camera, on } => {
            switched(*on, ["panel-do-key-on", "panel-do-key-off"], camera, text)
        }
        Command::CameraPriority { camera, priority } => text.get(
            "panel-do-priority",
            &[("name", camera.clone()), ("priority", priority.to_string())],
        ),
        Command::CameraCut { camera } => named("panel-do-camera-cut", camera),
        Command::Exposure { stops } => {
            text.get("panel-do-exposure", &[("stops", format!("{stops:+.1}"))])
        }
        Command::LightCard { card, .. } => named("panel-do-card", card),
        Command::LightCardRemove { card } => named("panel-do-card-remove", card),
        Command::Source { source, on } => switched(
            *on,
            ["panel-do-source-on", "panel-do-source-off"],
            source,
            text,
        ),
        Command::Calibrate { performer } => named("panel-do-calibrate", performer),
        Command::CalibrateFace { performer } => named("panel-do-calibrate-face", performer),
        Command::Character { performer, file } => text.get(
            "panel-do-character",
            &[("name", performer.clone()), ("file", file.clone())],
        ),
        Command::TakeArm { slate, .. } => named("panel-do-arm", slate),
        Command::TakeRoll {} => text.get("panel-do-roll", &[]),
        Command::TakeCut {} => text.get("panel-do-cut", &[]),
        Command::Undo {} => text.get("panel-do-undo", &[]),
    }
}

/// A command's JSON form in words; one that a newer stage knows stands as it is.
pub fn words_of_json(json: &str, text: &dyn Wording) -> String {
    match serde_json::from_str::<Command>(json) {
        Ok(command) => words_of(&command, text),
        Err(_) => json.to_owned(),
    }
}

/// The kind of a command, by its name (see [`Command::name`]): what an undo would take back.
pub fn word_of_kind(name: &str, text: &dyn Wording) -> String {
    let key = match name {
        "freeze" => "panel-freeze",
        "blackout" => "panel-blackout",
        "test_pattern" => "panel-walls",
        "inner_frustum" => "panel-inner",
        "inner_freeze" => "panel-inner-hold",
        "chroma_key" => "panel-key",
        "camera_priority" => "panel-word-priority",
        "camera_cut" => "panel-air",
        "exposure" => "panel-exposure",
        "light_card" | "light_card_remove" => "panel-cards",
        "source" => "panel-light-source",
        other => return other.to_owned(),
    };
    text.get(key, &[])
}

fn switched(on: bool, [key_on, key_off]: [&str; 2], name: &str, text: &dyn Wording) -> String {
    let args = [("name", name.to_owned())];
    let args = if name.is_empty() { &[][..] } else { &args[..] };
    text.get(if on { key_on } else { key_off }, args)
}
