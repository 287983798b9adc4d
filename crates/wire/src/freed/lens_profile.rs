//! What a maker's zoom, focus and user numbers mean: `rigs/freed/*.toml`.
//!
//! FreeD leaves their units to every maker, and the question that people ask most is how zoom becomes a focal length.
//! A profile answers it with the ring's end stops, with a factor, or with a table between whose entries is interpolated.
//! Without a profile the numbers stay raw, and nothing is made up.

use super::limits::{PROFILE_BYTES_MAX, TABLE_MAX, U24_MAX};
use super::message::Message;
use cyc_model::{LensSample, RingPosition};
use serde::Deserialize;
use thiserror::Error;

/// Why a text is no profile.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProfileError {
    /// Longer than such a file can be.
    #[error("the profile has {bytes} bytes, more than the {PROFILE_BYTES_MAX} that are read")]
    TooLong {
        /// Bytes given.
        bytes: usize,
    },
    /// Not TOML, an unknown key, or a value of the wrong kind.
    #[error("line {line}: {reason}")]
    Toml {
        /// Where, from 1.
        line: usize,
        /// What the reader says.
        reason: String,
    },
    /// The two end stops of a ring are the same number, or one does not fit the wire.
    #[error("the end stops of {ring} are the same, or beyond 24 bits")]
    EndStops {
        /// Which ring.
        ring: &'static str,
    },
    /// A factor that is not positive, or a table that does not rise or is too long.
    #[error("the scale of {ring} is not positive, or its table does not rise")]
    Scale {
        /// Which ring.
        ring: &'static str,
    },
}

impl ProfileError {
    /// The message that tells this to a person: a key of `wire.ftl`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "freed-profile-too-long",
            Self::Toml { .. } => "freed-profile-toml",
            Self::EndStops { .. } => "freed-profile-end-stops",
            Self::Scale { .. } => "freed-profile-scale",
        }
    }

    /// The arguments of the message.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLong { bytes } => vec![
                ("bytes", bytes.to_string()),
                ("limit", PROFILE_BYTES_MAX.to_string()),
            ],
            Self::Toml { line, reason } => {
                vec![("line", line.to_string()), ("reason", reason.clone())]
            }
            Self::EndStops { ring } | Self::Scale { ring } => {
                vec![("ring", (*ring).to_owned())]
            }
        }
    }
}

/// Where a ring's numbers begin and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndStops {
    /// The number at 0: wide, infinite, open.
    zero: u32,
    /// The number at 1: tele, close, closed. May be the smaller one.
    one: u32,
}

/// How one ring's numbers are understood.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RingFile {
    end_stops: Option<EndStops>,
    /// Take the smallest and largest number seen for end stops.
    #[serde(default)]
    auto_range: bool,
    /// The bits that count, for the user's field.
    mask: Option<u32>,
    /// The physical value of one step.
    per_step: Option<f64>,
    /// Number and physical value, rising in the number.
    #[serde(default)]
    table: Vec<(u32, f64)>,
}

#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileFile {
    name: String,
    /// Physical values are focal lengths in millimetres.
    zoom: Option<RingFile>,
    /// Physical values are distances in metres.
    focus: Option<RingFile>,
    /// The user's field as an iris; physical values are f-numbers.
    user_iris: Option<RingFile>,
}

/// How a maker's numbers are understood. The default leaves zoom and focus raw and the user's field alone.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LensProfile(ProfileFile);

/// The smallest and largest numbers that the rings of one camera have reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SeenRange {
    zoom: Option<(u32, u32)>,
    focus: Option<(u32, u32)>,
    iris: Option<(u32, u32)>,
}

const MM_PER_M: f64 = 1000.0;

/// The profiles that come with the program.
const BUILT_IN: [&str; 6] = [
    include_str!("../../../../rigs/freed/generic.toml"),
    include_str!("../../../../rigs/freed/auto.toml"),
    include_str!("../../../../rigs/freed/stype.toml"),
    include_str!("../../../../rigs/freed/panasonic.toml"),
    include_str!("../../../../rigs/freed/sony.toml"),
    include_str!("../../../../rigs/freed/z-cam.toml"),
];

impl LensProfile {
    /// The profile of a maker that comes with the program.
    pub fn built_in(name: &str) -> Option<Self> {
        let all = BUILT_IN.iter().filter_map(|text| Self::parse(text).ok());
        all.into_iter().find(|profile| profile.name() == name)
    }

    /// Reads a profile.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        if text.len() > PROFILE_BYTES_MAX {
            let bytes = text.len();
            return Err(ProfileError::TooLong { bytes });
        }
        let file: ProfileFile = toml::from_str(text).map_err(|e| {
            let start = e.span().map_or(0, |s| s.start);
            let before = text.as_bytes().get(..start).unwrap_or_default();
            ProfileError::Toml {
                line: before.iter().filter(|b| **b == b'\n').count() + 1,
                reason: e.message().to_owned(),
            }
        })?;
        for (ring, read) in [
            ("zoom", &file.zoom),
            ("focus", &file.focus),
            ("user_iris", &file.user_iris),
        ] {
            if let Some(read) = read {
                read.check(ring)?;
            }
        }
        Ok(Self(file))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The lens that a message tells.
    pub(crate) fn lens(&self, message: &Message, seen: &mut SeenRange) -> LensSample {
        let file = &self.0;
        let mut lens = LensSample::default();
        let (zoom, mm) = ring(file.zoom.as_ref(), message.zoom, &mut seen.zoom);
        let (focus, distance) = ring(file.focus.as_ref(), message.focus, &mut seen.focus);
        lens.zoom = zoom;
        lens.focus = focus;
        lens.focal_length_m = mm.map(|mm| mm / MM_PER_M).filter(|f| *f > 0.0);
        lens.focus_distance_m = distance.filter(|d| *d > 0.0);
        if let Some(iris) = &file.user_iris {
            let (iris, f_stop) = ring(Some(iris), u32::from(message.user), &mut seen.iris);
            lens.iris = iris;
            lens.f_stop = f_stop.filter(|f| *f > 0.0);
        }
        lens
    }

    /// Writes a lens into a message: the raw numbers where there are any, else the nearest steps for what is known.
    pub(crate) fn set_rings(&self, lens: &LensSample, message: &mut Message) {
        let file = &self.0;
        let mm = lens.focal_length_m.map(|f| f * MM_PER_M);
        let steps = |r: &Option<RingFile>, at: RingPosition, value: Option<f64>| {
            at.raw
                .or_else(|| r.as_ref()?.steps(at.normalised, value))
                .unwrap_or(0)
        };
        message.zoom = steps(&file.zoom, lens.zoom, mm);
        message.focus = steps(&file.focus, lens.focus, lens.focus_distance_m);
        let user = steps(&file.user_iris, lens.iris, lens.f_stop);
        message.user = u16::try_from(user).unwrap_or(u16::MAX);
    }
}

fn ring(
    file: Option<&RingFile>,
    raw: u32,
    seen: &mut Option<(u32, u32)>,
) -> (RingPosition, Option<f64>) {
    let Some(file) = file else {
        let raw = Some(raw);
        return (
            RingPosition {
                raw,
                normalised: None,
            },
            None,
        );
    };
    let raw = raw & file.mask.unwrap_or(u32::MAX);
    let (low, high) = seen.unwrap_or((raw, raw));
    *seen = Some((low.min(raw), high.max(raw)));
    let stops = match (*seen, file.auto_range) {
        (Some((zero, one)), true) if zero != one => Some(EndStops { zero, one }),
        (_, true) => None,
        _ => file.end_stops,
    };
    let normalised = stops.map(|s| s.normalised(raw));
    let raw_and_share = RingPosition {
        raw: Some(raw),
        normalised,
    };
    (raw_and_share, file.physical(raw))
}

impl EndStops {
    fn normalised(self, raw: u32) -> f64 {
        let (zero, one) = (f64::from(self.zero), f64::from(self.one));
        ((f64::from(raw) - zero) / (one - zero)).clamp(0.0, 1.0)
    }
}

impl RingFile {
    fn check(&self, ring: &'static str) -> Result<(), ProfileError> {
        if let Some(s) = self.end_stops
            && (s.zero == s.one || s.zero.max(s.one) > U24_MAX)
        {
            return Err(ProfileError::EndStops { ring });
        }
        let factor = self.per_step.unwrap_or(1.0);
        let rises = self.table.is_sorted_by(|a, b| a.0 < b.0);
        let finite = self.table.iter().all(|(_, v)| v.is_finite());
        let positive = factor > 0.0 && factor.is_finite();
        if positive && rises && finite && self.table.len() <= TABLE_MAX {
            Ok(())
        } else {
            Err(ProfileError::Scale { ring })
        }
    }

    /// The physical value of a number: by the table, held at its ends, else by the factor.
    fn physical(&self, raw: u32) -> Option<f64> {
        let above = self.table.iter().position(|(r, _)| *r >= raw);
        let (Some(first), Some(last)) = (self.table.first(), self.table.last()) else {
            return self.per_step.map(|f| f * f64::from(raw));
        };
        let Some((high, value_high)) = above.and_then(|i| self.table.get(i)) else {
            return Some(last.1);
        };
        let below = above.and_then(|i| self.table.get(i.checked_sub(1)?));
        let Some((low, value_low)) = below else {
            return Some(first.1);
        };
        let share = f64::from(raw - low) / f64::from(high - low);
        Some(value_low + (value_high - value_low) * share)
    }

    /// The number that is nearest to a share of the ring, or else to a physical value.
    fn steps(&self, normalised: Option<f64>, value: Option<f64>) -> Option<u32> {
        if let (Some(stops), Some(share)) = (self.end_stops, normalised) {
            let (zero, one) = (f64::from(stops.zero), f64::from(stops.one));
            return Some((zero + (one - zero) * share.clamp(0.0, 1.0)).round() as u32);
        }
        let value = value?;
        if let Some(per_step) = self.per_step.filter(|_| self.table.is_empty()) {
            return Some(((value / per_step).round() as u32).min(U24_MAX));
        }
        let pairs = self.table.iter().zip(self.table.iter().skip(1));
        for ((r0, v0), (r1, v1)) in pairs {
            let (low, high) = (v0.min(*v1), v0.max(*v1));
            if (low..=high).contains(&value) && low < high {
                let share = (value - v0) / (v1 - v0);
                let step = f64::from(*r0) + share * f64::from(r1 - r0);
                return Some(step.round() as u32);
            }
        }
        None
    }
}
