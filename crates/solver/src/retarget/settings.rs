//! Retarget settings: `rigs/retarget/*.toml`.

use crate::rig_file::RigError;
use crate::rig_file::text::read;
use serde::Deserialize;

/// `rigs/retarget/default.toml`.
pub const DEFAULT_RETARGET: &str = include_str!("../../../../rigs/retarget/default.toml");

/// How the hips' path is scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RootScale {
    /// By the ratio of the heights of the hips over the floor in the rest poses.
    HipHeight,
    /// Not at all.
    None,
}

/// The hips' path.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RootSettings {
    /// How it is scaled.
    pub scale: RootScale,
}

/// Feet and the floor.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FootSettings {
    /// Whether soles are brought to the performer's height over the floor.
    pub match_floor: bool,
    /// Below this height of the performer's sole they are so fully, metres.
    pub full_below_m: f64,
    /// Above this height they are not at all, metres.
    pub none_above_m: f64,
    /// Whether a sole is kept from going below the floor.
    pub keep_above_floor: bool,
    /// How far the hips may be lowered so that a leg reaches the floor, metres.
    pub hips_drop_max_m: f64,
}

/// Fingers that the performer has not.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FingerSettings {
    /// Bend of each joint of a straight finger, degrees.
    pub relaxed_curl_deg: f64,
}

/// Settings of a [`Retargeter`](super::Retargeter).
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetargetSettings {
    /// Their name.
    pub name: String,
    /// The hips' path.
    pub root: RootSettings,
    /// Feet and the floor.
    pub feet: FootSettings,
    /// Fingers that the performer has not.
    pub fingers: FingerSettings,
}

impl Default for RetargetSettings {
    /// What `rigs/retarget/default.toml` says; a test holds the two together.
    fn default() -> Self {
        Self {
            name: "default".into(),
            root: RootSettings {
                scale: RootScale::HipHeight,
            },
            feet: FootSettings {
                match_floor: true,
                full_below_m: 0.08,
                none_above_m: 0.3,
                keep_above_floor: true,
                hips_drop_max_m: 0.15,
            },
            fingers: FingerSettings {
                relaxed_curl_deg: 14.0,
            },
        }
    }
}

/// Reads retarget settings.
///
/// # Errors
/// With line and column: not TOML, unknown or missing keys, or heights that make no sense.
pub fn parse_retarget(text: &str) -> Result<RetargetSettings, RigError> {
    let settings: RetargetSettings = read(text)?;
    let feet = &settings.feet;
    let heights = 0.0 <= feet.full_below_m && feet.full_below_m < feet.none_above_m;
    let sensible = heights
        && feet.none_above_m <= 10.0
        && (0.0..=1.0).contains(&feet.hips_drop_max_m)
        && (0.0..=90.0).contains(&settings.fingers.relaxed_curl_deg);
    if sensible {
        Ok(settings)
    } else {
        Err(RigError::Toml {
            place: crate::rig_file::Place { line: 1, column: 1 },
            reason: "heights must be finite with full_below_m < none_above_m, hips_drop_max_m at most 1 m, \
                     relaxed_curl_deg at most 90"
                .into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_file_is_the_default() {
        assert_eq!(
            parse_retarget(DEFAULT_RETARGET).unwrap(),
            RetargetSettings::default()
        );
    }

    #[test]
    fn nonsense_is_refused() {
        for (from, to) in [
            ("0.08", "0.9"),
            ("0.08", "nan"),
            ("= 14", "= 400"),
            ("[feet]", "[foot]"),
        ] {
            assert!(
                parse_retarget(&DEFAULT_RETARGET.replacen(from, to, 1)).is_err(),
                "{to}"
            );
        }
    }
}
