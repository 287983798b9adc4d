//! Commands as OSC messages: `/cyc/<command>` with the command's fields in order, so that a lighting desk or a tablet
//! can steer the stage.
//!
//! | address | arguments |
//! |---|---|
//! | `/cyc/freeze`, `/cyc/blackout` | on |
//! | `/cyc/test_pattern` | pattern, wall (may be left out: all) |
//! | `/cyc/inner_frustum`, `/cyc/inner_freeze`, `/cyc/chroma_key` | camera, on |
//! | `/cyc/camera_priority` | camera, priority |
//! | `/cyc/camera_cut` | camera |
//! | `/cyc/exposure` | stops |
//! | `/cyc/light_card/on`, `/gain`, `/at`, `/size`, `/color` | card, then on, gain, azimuth and elevation, width and height (degrees), or r g b |
//! | `/cyc/light_card_remove` | card |
//! | `/cyc/source` | source, on |
//! | `/cyc/calibrate`, `/cyc/calibrate_face` | performer |
//! | `/cyc/character` | performer, file |
//! | `/cyc/take_arm` | slate, take number (may be left out), notes (may be left out) |
//! | `/cyc/take_roll`, `/cyc/take_cut`, `/cyc/undo` | none |
//!
//! Buttons of control surfaces send a `0` when they are let go: a command without fields does nothing then.

use crate::{Command, Pattern};
use cyc_wire::osc::{OscArgument, OscMessage};

/// What all addresses begin with.
const PREFIX: &str = "/cyc/";
/// The address of answers: command (s), number (i), done (T or F), what was wrong (s, empty when done).
pub const REPLY_ADDRESS: &str = "/cyc/reply";

/// What a message means.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// A command.
    Command(Command),
    /// A button that was let go.
    Released,
    /// Not for the stage.
    NotOurs,
    /// The address is ours, the arguments are not.
    BadArguments,
}

/// Reads a message of a scanned packet.
pub fn command_of(message: &OscMessage<'_>) -> Heard {
    let Some(name) = message.address().strip_prefix(PREFIX) else {
        return Heard::NotOurs;
    };
    let arguments: Vec<OscArgument<'_>> = message.arguments().collect();
    if is_bare(name) {
        let is_released = arguments.first().and_then(|a| a.truth()) == Some(false);
        return if is_released {
            Heard::Released
        } else {
            bare(name)
        };
    }
    if !NAMES.contains(&name) {
        return Heard::NotOurs;
    }
    let mut fields = Fields(arguments.iter());
    let command = read(name, &mut fields);
    match (command, fields.0.next()) {
        (Some(command), None) => Heard::Command(command),
        _ => Heard::BadArguments,
    }
}

fn is_bare(name: &str) -> bool {
    matches!(name, "take_roll" | "take_cut" | "undo")
}

fn bare(name: &str) -> Heard {
    Heard::Command(match name {
        "take_roll" => Command::TakeRoll {},
        "take_cut" => Command::TakeCut {},
        _ => Command::Undo {},
    })
}

const NAMES: [&str; 20] = [
    "freeze",
    "blackout",
    "test_pattern",
    "inner_frustum",
    "inner_freeze",
    "chroma_key",
    "camera_priority",
    "camera_cut",
    "exposure",
    "light_card/on",
    "light_card/gain",
    "light_card/at",
    "light_card/size",
    "light_card/color",
    "light_card_remove",
    "source",
    "calibrate",
    "calibrate_face",
    "character",
    "take_arm",
];

struct Fields<'a, 'b>(std::slice::Iter<'b, OscArgument<'a>>);

impl Fields<'_, '_> {
    fn text(&mut self) -> Option<String> {
        match self.0.next()? {
            OscArgument::Text(text) => Some((*text).to_owned()),
            _ => None,
        }
    }

    fn on(&mut self) -> Option<bool> {
        self.0.next()?.truth()
    }

    fn number(&mut self) -> Option<f64> {
        self.0.next()?.number()
    }

    fn whole<T: TryFrom<i64>>(&mut self) -> Option<T> {
        T::try_from(self.0.next()?.whole()?).ok()
    }

    fn is_over(&self) -> bool {
        self.0.len() == 0
    }
}

fn read(name: &str, fields: &mut Fields<'_, '_>) -> Option<Command> {
    Some(match name {
        "freeze" => Command::Freeze { on: fields.on()? },
        "blackout" => Command::Blackout { on: fields.on()? },
        "test_pattern" => {
            let wanted = fields.text()?;
            let pattern = Pattern::ALL.into_iter().find(|p| p.name() == wanted)?;
            let wall = if fields.is_over() {
                None
            } else {
                Some(fields.text()?)
            };
            Command::TestPattern { wall, pattern }
        }
        "inner_frustum" => Command::InnerFrustum {
            camera: fields.text()?,
            on: fields.on()?,
        },
        "inner_freeze" => Command::InnerFreeze {
            camera: fields.text()?,
            on: fields.on()?,
        },
        "chroma_key" => Command::ChromaKey {
            camera: fields.text()?,
            on: fields.on()?,
        },
        "camera_priority" => Command::CameraPriority {
            camera: fields.text()?,
            priority: fields.whole()?,
        },
        "camera_cut" => Command::CameraCut {
            camera: fields.text()?,
        },
        "exposure" => Command::Exposure {
            stops: fields.number()?,
        },
        "source" => Command::Source {
            source: fields.text()?,
            on: fields.on()?,
        },
        "calibrate" => Command::Calibrate {
            performer: fields.text()?,
        },
        "calibrate_face" => Command::CalibrateFace {
            performer: fields.text()?,
        },
        "character" => Command::Character {
            performer: fields.text()?,
            file: fields.text()?,
        },
        "take_arm" => take_arm(fields)?,
        "light_card_remove" => Command::LightCardRemove {
            card: fields.text()?,
        },
        _ => light_card(name, fields)?,
    })
}

fn take_arm(fields: &mut Fields<'_, '_>) -> Option<Command> {
    let slate = fields.text()?;
    let take = if fields.is_over() {
        None
    } else {
        Some(fields.whole()?)
    };
    let notes = if fields.is_over() {
        String::new()
    } else {
        fields.text()?
    };
    Some(Command::TakeArm { slate, take, notes })
}

fn light_card(name: &str, fields: &mut Fields<'_, '_>) -> Option<Command> {
    let card = fields.text()?;
    let (mut on, mut gain, mut azimuth_deg, mut elevation_deg) = (None, None, None, None);
    let (mut size_deg, mut color) = (None, None);
    match name {
        "light_card/on" => on = Some(fields.on()?),
        "light_card/gain" => gain = Some(fields.number()?),
        "light_card/at" => {
            azimuth_deg = Some(fields.number()?);
            elevation_deg = Some(fields.number()?);
        }
        "light_card/size" => size_deg = Some([fields.number()?, fields.number()?]),
        _ => color = Some([fields.number()?, fields.number()?, fields.number()?]),
    }
    Some(Command::LightCard {
        card,
        on,
        gain,
        azimuth_deg,
        elevation_deg,
        size_deg,
        color,
    })
}
