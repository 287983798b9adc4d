//! Everything that a person may tell a running stage: one closed set, whatever the way it comes by.
//!
//! Keys, OSC and HTTP all end in a [`Command`]. It is plain data: whether the stage has such a camera is the stage's
//! answer, but a value that no stage could take is refused here.

use crate::limits::{
    CARD_DEG_MAX, CARD_DEG_MIN, GAIN_MAX, NAME_CHARS_MAX, NOTE_CHARS_MAX, PATH_BYTES_MAX,
    STOPS_MAX, TAKE_NUMBER_MAX,
};
use crate::role::Role;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A picture that is shown in place of the show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// The show itself.
    #[default]
    Off,
    /// A grid with the wall's edges and middle.
    Grid,
    /// Every cabinet's number and place.
    Ids,
    /// Ramps of grey and of each colour.
    Ramps,
    /// White for one frame a second: what a latency meter looks at.
    Flash,
    /// Lines that run on straight over every seam between walls.
    Alignment,
    /// Markers by which a picture says where its camera stood.
    Markers,
}

impl Pattern {
    /// All of them, in the order in which a key steps through.
    pub const ALL: [Self; 7] = [
        Self::Off,
        Self::Grid,
        Self::Ids,
        Self::Ramps,
        Self::Flash,
        Self::Alignment,
        Self::Markers,
    ];

    /// Its name in commands.
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Grid => "grid",
            Self::Ids => "ids",
            Self::Ramps => "ramps",
            Self::Flash => "flash",
            Self::Alignment => "alignment",
            Self::Markers => "markers",
        }
    }
}

/// What a person tells the stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Every wall keeps the picture that it has.
    Freeze {
        /// Keep it, or go on.
        on: bool,
    },
    /// Every wall is black.
    Blackout {
        /// Black, or the show.
        on: bool,
    },
    /// A test pattern on one wall, or on all.
    TestPattern {
        /// The wall's name; all walls without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wall: Option<String>,
        /// The pattern.
        pattern: Pattern,
    },
    /// A camera's inner frustum is shown.
    InnerFrustum {
        /// The camera's name.
        camera: String,
        /// Shown, or not.
        on: bool,
    },
    /// A camera's inner frustum stays where it is.
    InnerFreeze {
        /// The camera's name.
        camera: String,
        /// Stay, or follow.
        on: bool,
    },
    /// A camera's inner frustum is a chroma key.
    ChromaKey {
        /// The camera's name.
        camera: String,
        /// The key colour, or the show.
        on: bool,
    },
    /// Which camera's inner frustum lies on top.
    CameraPriority {
        /// The camera's name.
        camera: String,
        /// The higher lies on top.
        priority: u8,
    },
    /// The camera that is on air.
    CameraCut {
        /// The camera's name.
        camera: String,
    },
    /// Brightness of everything that is drawn.
    Exposure {
        /// Stops over the stage file's own.
        stops: f64,
    },
    /// A light card: put up, moved, coloured, dimmed or hidden.
    LightCard {
        /// The card's name.
        card: String,
        /// Shown or not; as it was without a word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on: Option<bool>,
        /// Its brightness; as it was without a word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        gain: Option<f64>,
        /// Where its middle is seen from the outer eye, from -Z towards +X, degrees; as it was without a word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        azimuth_deg: Option<f64>,
        /// The same, upwards.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        elevation_deg: Option<f64>,
        /// Its width and height as the outer eye sees them, degrees; as they were without a word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        size_deg: Option<[f64; 2]>,
        /// Its colour, linear light with sRGB primaries, 0 to 1; as it was without a word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        color: Option<[f64; 3]>,
    },
    /// A light card is forgotten.
    LightCardRemove {
        /// The card's name.
        card: String,
    },
    /// A source is listened to.
    Source {
        /// The source's name.
        source: String,
        /// Listened to, or not.
        on: bool,
    },
    /// A performer is calibrated from what she does now.
    Calibrate {
        /// The performer's name.
        performer: String,
    },
    /// What a performer's face does now is its rest.
    CalibrateFace {
        /// The performer's name.
        performer: String,
    },
    /// A performer drives another digital human.
    Character {
        /// The performer's name.
        performer: String,
        /// The character's file.
        file: String,
    },
    /// The next take is named.
    TakeArm {
        /// The slate's name.
        slate: String,
        /// The take's number; the next one without a word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        take: Option<u32>,
        /// A remark.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        notes: String,
    },
    /// The take that is armed begins.
    TakeRoll {},
    /// The take that rolls ends and is sealed.
    TakeCut {},
    /// The last step is taken back.
    Undo {},
}

/// A value that no stage could take.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum CommandError {
    /// A number out of its range.
    #[error("`{field}` is {value}; it may be from {least} to {most}")]
    OutOfRange {
        /// The field.
        field: &'static str,
        /// What was given.
        value: String,
        /// Least.
        least: String,
        /// Most.
        most: String,
    },
    /// A name that is empty, too long, or holds control characters.
    #[error(
        "`{field}` has {chars} characters; from 1 to {most} are taken, and no control characters"
    )]
    BadName {
        /// The field.
        field: &'static str,
        /// Its length.
        chars: usize,
        /// Most.
        most: usize,
    },
}

impl CommandError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::OutOfRange { .. } => "control-out-of-range",
            Self::BadName { .. } => "control-bad-name",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::OutOfRange {
                field,
                value,
                least,
                most,
            } => vec![
                ("field", (*field).to_owned()),
                ("value", value.clone()),
                ("least", least.clone()),
                ("most", most.clone()),
            ],
            Self::BadName { field, chars, most } => vec![
                ("field", (*field).to_owned()),
                ("chars", chars.to_string()),
                ("most", most.to_string()),
            ],
        }
    }
}

impl Command {
    /// Its name: the `command` of the JSON form and the address of the OSC form.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Freeze { .. } => "freeze",
            Self::Blackout { .. } => "blackout",
            Self::TestPattern { .. } => "test_pattern",
            Self::InnerFrustum { .. } => "inner_frustum",
            Self::InnerFreeze { .. } => "inner_freeze",
            Self::ChromaKey { .. } => "chroma_key",
            Self::CameraPriority { .. } => "camera_priority",
            Self::CameraCut { .. } => "camera_cut",
            Self::Exposure { .. } => "exposure",
            Self::LightCard { .. } => "light_card",
            Self::LightCardRemove { .. } => "light_card_remove",
            Self::Source { .. } => "source",
            Self::Calibrate { .. } => "calibrate",
            Self::CalibrateFace { .. } => "calibrate_face",
            Self::Character { .. } => "character",
            Self::TakeArm { .. } => "take_arm",
            Self::TakeRoll {} => "take_roll",
            Self::TakeCut {} => "take_cut",
            Self::Undo {} => "undo",
        }
    }

    /// Who may give it. What opens files or changes who is listened to is for those who configure.
    pub fn role(&self) -> Role {
        match self {
            Self::Character { .. } | Self::Source { .. } => Role::Configure,
            _ => Role::Operate,
        }
    }

    /// Whether the audience or the recording would notice a slip of the finger: a panel asks before it sends such a one.
    pub fn is_dangerous(&self) -> bool {
        match self {
            Self::Blackout { on } | Self::Freeze { on } => *on,
            Self::TestPattern { pattern, .. } => *pattern != Pattern::Off,
            Self::Source { on, .. } => !on,
            Self::Calibrate { .. }
            | Self::CalibrateFace { .. }
            | Self::Character { .. }
            | Self::TakeCut {} => true,
            _ => false,
        }
    }

    /// Whether it can be taken back. A recording cannot, nor can a calibration.
    pub fn is_undoable(&self) -> bool {
        !matches!(
            self,
            Self::Calibrate { .. }
                | Self::CalibrateFace { .. }
                | Self::Character { .. }
                | Self::TakeArm { .. }
                | Self::TakeRoll {}
                | Self::TakeCut {}
                | Self::Undo {}
        )
    }

    /// Refuses values that no stage could take.
    pub fn validate(&self) -> Result<(), CommandError> {
        match self {
            Self::Freeze { .. }
            | Self::Blackout { .. }
            | Self::TakeRoll {}
            | Self::TakeCut {}
            | Self::Undo {} => Ok(()),
            Self::TestPattern { wall, .. } => wall.as_ref().map_or(Ok(()), |w| name("wall", w)),
            Self::InnerFrustum { camera, .. }
            | Self::InnerFreeze { camera, .. }
            | Self::ChromaKey { camera, .. }
            | Self::CameraPriority { camera, .. }
            | Self::CameraCut { camera } => name("camera", camera),
            Self::Exposure { stops } => within("stops", *stops, -STOPS_MAX, STOPS_MAX),
            Self::LightCard {
                card,
                gain,
                azimuth_deg,
                elevation_deg,
                size_deg,
                color,
                ..
            } => {
                name("card", card)?;
                let each = |field, values: &[f64], least, most| {
                    values
                        .iter()
                        .try_for_each(|v| within(field, *v, least, most))
                };
                each("gain", gain.as_slice(), 0.0, GAIN_MAX)?;
                each("azimuth_deg", azimuth_deg.as_slice(), -360.0, 360.0)?;
                each("elevation_deg", elevation_deg.as_slice(), -90.0, 90.0)?;
                each(
                    "size_deg",
                    size_deg.as_slice().as_flattened(),
                    CARD_DEG_MIN,
                    CARD_DEG_MAX,
                )?;
                each("color", color.as_slice().as_flattened(), 0.0, 1.0)
            }
            Self::LightCardRemove { card } => name("card", card),
            Self::Source { source, .. } => name("source", source),
            Self::Calibrate { performer } | Self::CalibrateFace { performer } => {
                name("performer", performer)
            }
            Self::Character { performer, file } => {
                name("performer", performer)?;
                text("file", file, file.len(), PATH_BYTES_MAX)
            }
            Self::TakeArm { slate, take, notes } => {
                name("slate", slate)?;
                if notes.chars().count() > NOTE_CHARS_MAX {
                    return text("notes", notes, notes.chars().count(), NOTE_CHARS_MAX);
                }
                let most = f64::from(TAKE_NUMBER_MAX);
                take.map_or(Ok(()), |n| within("take", f64::from(n), 1.0, most))
            }
        }
    }
}

fn name(field: &'static str, value: &str) -> Result<(), CommandError> {
    text(field, value, value.chars().count(), NAME_CHARS_MAX)
}

fn text(field: &'static str, value: &str, long: usize, most: usize) -> Result<(), CommandError> {
    let is_fine = (1..=most).contains(&long) && !value.chars().any(char::is_control);
    is_fine.then_some(()).ok_or(CommandError::BadName {
        field,
        chars: long,
        most,
    })
}

fn within(field: &'static str, value: f64, least: f64, most: f64) -> Result<(), CommandError> {
    let is_fine = (least..=most).contains(&value);
    is_fine.then_some(()).ok_or(CommandError::OutOfRange {
        field,
        value: value.to_string(),
        least: least.to_string(),
        most: most.to_string(),
    })
}
