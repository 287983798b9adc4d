//! The table: raw as people write it, and built.

use super::MESSAGES_MAX;
use super::error::MapError;
use super::pattern::{AddressPattern, Name, Names};
use crate::axis_map::AxisMap;
use glam::EulerRot;
use serde::Deserialize;

/// What tells where a frame ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FrameBoundary {
    /// Each datagram is a frame.
    #[default]
    Datagram,
    /// The message that is a frame begins one; the frame before is then whole, a frame's time late.
    First,
    /// The message that is a frame ends it.
    Last,
}

/// What a message tells about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Thing {
    /// A labelled marker.
    Marker,
    /// A marker without a label.
    Unlabelled,
    /// A segment of a subject.
    Segment,
    /// A rigid body.
    Body,
    /// The frame itself.
    Frame,
}

/// One argument's meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Argument {
    X,
    Y,
    Z,
    Qx,
    Qy,
    Qz,
    Qw,
    /// Angle about X.
    Rx,
    /// Angle about Y.
    Ry,
    /// Angle about Z.
    Rz,
    Subject,
    Marker,
    Segment,
    /// Whether it is tracked.
    Tracked,
    /// The frame's number.
    Number,
    /// Frames a second.
    Rate,
    /// Not looked at.
    Any,
}

impl Argument {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::X => "x",
            Self::Y => "y",
            Self::Z => "z",
            Self::Qx => "qx",
            Self::Qy => "qy",
            Self::Qz => "qz",
            Self::Qw => "qw",
            Self::Rx => "rx",
            Self::Ry => "ry",
            Self::Rz => "rz",
            Self::Subject => "subject",
            Self::Marker => "marker",
            Self::Segment => "segment",
            Self::Tracked => "tracked",
            Self::Number => "number",
            Self::Rate => "rate",
            Self::Any => "any",
        }
    }

    /// The name that the argument is, if it is one.
    pub(super) fn as_name(self) -> Option<Name> {
        match self {
            Self::Subject => Some(Name::Subject),
            Self::Marker => Some(Name::Marker),
            Self::Segment => Some(Name::Segment),
            _ => None,
        }
    }

    fn fits(self, thing: Thing) -> bool {
        match self {
            Self::Any => true,
            Self::Number | Self::Rate => thing == Thing::Frame,
            Self::X | Self::Y | Self::Z => thing != Thing::Frame,
            Self::Subject | Self::Tracked => !matches!(thing, Thing::Frame | Thing::Unlabelled),
            Self::Marker => thing == Thing::Marker,
            Self::Segment => thing == Thing::Segment,
            _ => matches!(thing, Thing::Segment | Thing::Body),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Units {
    Mm,
    Cm,
    M,
    In,
}

impl Units {
    fn metres(self) -> f64 {
        match self {
            Self::Mm => 1e-3,
            Self::Cm => 1e-2,
            Self::M => 1.0,
            Self::In => 0.0254,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Angles {
    #[default]
    Degrees,
    Radians,
}

/// The order of turns about moving axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum EulerOrder {
    #[default]
    Xyz,
    Xzy,
    Yxz,
    Yzx,
    Zxy,
    Zyx,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MapFile {
    units: Units,
    axes: [String; 3],
    #[serde(default)]
    frame: FrameBoundary,
    #[serde(default)]
    angles: Angles,
    #[serde(default)]
    euler: EulerOrder,
    #[serde(default = "yes")]
    zero_is_occluded: bool,
    #[serde(default)]
    message: Vec<MessageFile>,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MessageFile {
    address: String,
    is: Thing,
    arguments: Vec<Argument>,
    subject: Option<String>,
}

/// One row of the table.
#[derive(Clone, Debug)]
pub(super) struct MessageMap {
    pub(super) address: AddressPattern,
    pub(super) thing: Thing,
    pub(super) arguments: Vec<Argument>,
    /// The subject when neither address nor arguments name one.
    pub(super) subject: Option<String>,
}

/// A checked table.
#[derive(Clone, Debug)]
pub struct OscMap {
    pub(super) axes: AxisMap,
    pub(super) boundary: FrameBoundary,
    pub(super) radians_per_unit: f64,
    pub(super) euler: EulerRot,
    pub(super) zero_is_occluded: bool,
    pub(super) messages: Vec<MessageMap>,
}

impl OscMap {
    /// Reads and checks a table.
    pub fn from_toml(text: &str) -> Result<Self, MapError> {
        let file: MapFile = toml::from_str(text).map_err(|e| text_error(text, &e))?;
        let [x, y, z] = &file.axes;
        let axes = AxisMap::new([x, y, z], file.units.metres());
        let axes = axes.ok_or_else(|| MapError::BadAxes {
            axes: file.axes.join(" "),
        })?;
        let count = file.message.len();
        if count == 0 || count > MESSAGES_MAX {
            return Err(MapError::Count {
                count,
                limit: MESSAGES_MAX,
            });
        }
        let messages: Vec<_> = file
            .message
            .into_iter()
            .map(MessageMap::build)
            .collect::<Result<_, _>>()?;
        let has_frame = messages.iter().any(|m| m.thing == Thing::Frame);
        if file.frame != FrameBoundary::Datagram && !has_frame {
            return Err(MapError::NoFrameMessage);
        }
        Ok(Self {
            axes,
            boundary: file.frame,
            radians_per_unit: match file.angles {
                Angles::Degrees => 1f64.to_radians(),
                Angles::Radians => 1.0,
            },
            euler: match file.euler {
                EulerOrder::Xyz => EulerRot::XYZ,
                EulerOrder::Xzy => EulerRot::XZY,
                EulerOrder::Yxz => EulerRot::YXZ,
                EulerOrder::Yzx => EulerRot::YZX,
                EulerOrder::Zxy => EulerRot::ZXY,
                EulerOrder::Zyx => EulerRot::ZYX,
            },
            zero_is_occluded: file.zero_is_occluded,
            messages,
        })
    }

    /// What tells where a frame ends.
    pub fn boundary(&self) -> FrameBoundary {
        self.boundary
    }

    /// The row of an address, with the names that stand in it.
    pub(super) fn find<'a>(&self, address: &'a str) -> Option<(&MessageMap, Names<'a>)> {
        let mut rows = self.messages.iter();
        rows.find_map(|row| row.address.names(address).map(|names| (row, names)))
    }

    pub(super) fn rows_of(&self, thing: Thing) -> impl Iterator<Item = &MessageMap> {
        self.messages.iter().filter(move |row| row.thing == thing)
    }

    /// Angles about x, y and z, in the order in which they are turned.
    pub(super) fn in_order(&self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        match self.euler {
            EulerRot::XZY => [x, z, y],
            EulerRot::YXZ => [y, x, z],
            EulerRot::YZX => [y, z, x],
            EulerRot::ZXY => [z, x, y],
            EulerRot::ZYX => [z, y, x],
            _ => [x, y, z],
        }
    }

    /// Angles in the order in which they are turned, as those about x, y and z.
    pub(super) fn by_axis(&self, [a, b, c]: [f64; 3]) -> [f64; 3] {
        match self.euler {
            EulerRot::XZY => [a, c, b],
            EulerRot::YXZ => [b, a, c],
            EulerRot::YZX => [c, a, b],
            EulerRot::ZXY => [b, c, a],
            EulerRot::ZYX => [c, b, a],
            _ => [a, b, c],
        }
    }
}

impl MessageMap {
    fn build(file: MessageFile) -> Result<Self, MapError> {
        let built = Self {
            address: AddressPattern::read(&file.address)?,
            thing: file.is,
            arguments: file.arguments,
            subject: file.subject,
        };
        built.check_excess()?;
        built.check_lack()?;
        Ok(built)
    }

    fn check_excess(&self) -> Result<(), MapError> {
        for (i, argument) in self.arguments.iter().enumerate() {
            let earlier = self.arguments.get(..i).unwrap_or(&[]);
            let in_address = argument.as_name().is_some_and(|n| self.address.has(n));
            let is_twice = *argument != Argument::Any && (earlier.contains(argument) || in_address);
            if is_twice || !argument.fits(self.thing) {
                return Err(MapError::TooMuch {
                    address: self.address.text().to_owned(),
                    what: argument.name(),
                });
            }
        }
        Ok(())
    }

    fn check_lack(&self) -> Result<(), MapError> {
        use Argument::*;
        let has = |a: &Argument| {
            let fixed = *a == Subject && self.subject.is_some();
            let in_address = a.as_name().is_some_and(|n| self.address.has(n));
            fixed || in_address || self.arguments.contains(a)
        };
        let needed: &[Argument] = match self.thing {
            Thing::Marker => &[Subject, Marker, X, Y, Z],
            Thing::Unlabelled => &[X, Y, Z],
            Thing::Segment => &[Subject, Segment, X, Y, Z],
            Thing::Body => &[Subject, X, Y, Z],
            Thing::Frame => &[],
        };
        let is_turned = matches!(self.thing, Thing::Segment | Thing::Body);
        let turn: &[Argument] = match (is_turned, self.turns_by_angles()) {
            (false, _) => &[],
            (true, true) => &[Rx, Ry, Rz],
            (true, false) => &[Qx, Qy, Qz, Qw],
        };
        match needed.iter().chain(turn).find(|a| !has(a)) {
            Some(lacking) => Err(MapError::Lacks {
                address: self.address.text().to_owned(),
                what: lacking.name(),
            }),
            None => Ok(()),
        }
    }

    /// Whether a rotation is told as angles rather than as a quaternion.
    pub(super) fn turns_by_angles(&self) -> bool {
        self.arguments.contains(&Argument::Rx)
    }
}

/// Line and column of what the reader stumbled over.
fn text_error(text: &str, error: &toml::de::Error) -> MapError {
    let at = error.span().map_or(0, |s| s.start);
    let before = text.get(..at).unwrap_or(text);
    let line_begin = before.rfind('\n').map_or(0, |n| n + 1);
    MapError::Text {
        line: before.matches('\n').count() + 1,
        column: before.get(line_begin..).unwrap_or_default().chars().count() + 1,
        reason: error.message().to_owned(),
    }
}
