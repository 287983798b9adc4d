//! Retarget settings: `rigs/retarget/*.toml`.

use crate::rig_file::RigError;
use crate::rig_file::text::read;
use cyc_model::HumanBone;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `rigs/retarget/default.toml`.
pub const DEFAULT_RETARGET: &str = include_str!("../../../../rigs/retarget/default.toml");

/// How the hips' path is scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RootScale {
    /// By the ratio of the heights of the hips over the floor on straight legs.
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

/// When a point of the performer's sole stands on the floor. Parts are of her hips' height.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactSettings {
    /// It comes to stand below this height.
    pub enter_height_part: f64,
    /// And below this speed along the floor, hip heights a second.
    pub enter_speed_parts_per_s: f64,
    /// It leaves above this height.
    pub leave_height_part: f64,
    /// Or when it is lifted by this from the lowest that it was since.
    pub leave_lift_part: f64,
    /// Or above this speed.
    pub leave_speed_parts_per_s: f64,
    /// Or farther than this from where it stands, which follows it slowly.
    pub leave_distance_part: f64,
}

/// Feet and the floor. Strengths are 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FootSettings {
    /// Strength with which a foot stays where it landed.
    pub plant: f64,
    /// A foot that slid away from the performer's by this part of the character's hip height is let go.
    pub slip_part: f64,
    /// Time constant with which a released foot follows again, seconds.
    pub release_s: f64,
    /// Nothing that holds or releases a foot moves it faster, metres a second.
    pub correction_max_mps: f64,
    /// Strength with which soles are brought to the performer's height over the floor.
    pub match_floor: f64,
    /// Fully so below this height of the performer's sole, as a part of her hips' height.
    pub full_below_part: f64,
    /// Not at all above this height.
    pub none_above_part: f64,
    /// Strength with which a sole is kept from going below the floor.
    pub keep_above_floor: f64,
    /// Strength with which toes that would go into the floor are bent flat on it, and the tip of a foot without toes is brought up
    /// to it.
    pub toe_bend: f64,
}

/// The step that the whole body takes with the hips.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PelvisSettings {
    /// Strength, 0 to 1.
    pub shift: f64,
    /// How far at most, as a part of the character's hip height.
    pub shift_max_part: f64,
}

/// What hands reach for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HandGoal {
    /// A place relative to the shoulders, scaled by the span of the arms.
    Relative,
    /// The place of the performer's hand.
    Absolute,
}

/// Hands.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandSettings {
    /// What they reach for.
    pub goal: HandGoal,
    /// Strength, 0 to 1.
    pub strength: f64,
    /// Strength with which a hand near the floor is brought to the performer's height over it; 1 where a file of before this
    /// key says nothing.
    #[serde(default = "fully")]
    pub match_floor: f64,
    /// Strength with which a hand is kept from going below the floor; 1 where a file of before this key says nothing.
    #[serde(default = "fully")]
    pub keep_above_floor: f64,
}

fn fully() -> f64 {
    1.0
}

/// A bone as a key: VRM's name in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct BoneKey(pub HumanBone);

impl TryFrom<String> for BoneKey {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        HumanBone::from_vrm_name(&name)
            .map(Self)
            .ok_or_else(|| format!("'{name}' is no bone; bones have VRM's names"))
    }
}

/// Joint limits.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitSettings {
    /// Strength, 0 to 1.
    pub strength: f64,
    /// Least and largest bend of a knee, degrees; negative is backwards.
    pub knee_deg: [f64; 2],
    /// Least and largest bend of an elbow, degrees.
    pub elbow_deg: [f64; 2],
    /// Largest turn of a bone against its parent bone, degrees.
    pub turn_max_deg: BTreeMap<BoneKey, f64>,
}

/// Twist joints.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwistSettings {
    /// Strength with which they share a limb's turn about its bone, 0 to 1.
    pub share: f64,
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
    /// When the performer's feet stand.
    pub contact: ContactSettings,
    /// Feet and the floor.
    pub feet: FootSettings,
    /// The step of the hips.
    pub pelvis: PelvisSettings,
    /// Hands.
    pub hands: HandSettings,
    /// Joint limits.
    pub limits: LimitSettings,
    /// Twist joints.
    pub twist: TwistSettings,
    /// Fingers that the performer has not.
    pub fingers: FingerSettings,
    /// Corrections of the character's rest pose: turns about left, up and forward, degrees.
    pub offsets_deg: BTreeMap<BoneKey, [f64; 3]>,
}

impl Default for RetargetSettings {
    /// What `rigs/retarget/default.toml` says; a test holds the two together.
    fn default() -> Self {
        use HumanBone::*;
        let turns = [
            (Spine, 70.0),
            (Chest, 60.0),
            (UpperChest, 60.0),
            (Neck, 80.0),
            (Head, 80.0),
            (LeftHand, 115.0),
            (RightHand, 115.0),
            (LeftToes, 80.0),
            (RightToes, 80.0),
        ];
        Self {
            name: "default".into(),
            root: RootSettings {
                scale: RootScale::HipHeight,
            },
            contact: ContactSettings {
                enter_height_part: 0.05,
                enter_speed_parts_per_s: 0.38,
                leave_height_part: 0.08,
                leave_lift_part: 0.04,
                leave_speed_parts_per_s: 0.55,
                leave_distance_part: 0.028,
            },
            feet: FootSettings {
                plant: 1.0,
                slip_part: 0.16,
                release_s: 0.09,
                correction_max_mps: 0.58,
                match_floor: 1.0,
                full_below_part: 0.085,
                none_above_part: 0.32,
                keep_above_floor: 1.0,
                toe_bend: 1.0,
            },
            pelvis: PelvisSettings {
                shift: 1.0,
                shift_max_part: 0.17,
            },
            hands: HandSettings {
                goal: HandGoal::Relative,
                strength: 0.0,
                match_floor: 1.0,
                keep_above_floor: 1.0,
            },
            limits: LimitSettings {
                strength: 1.0,
                knee_deg: [-20.0, 165.0],
                elbow_deg: [0.0, 165.0],
                turn_max_deg: turns.map(|(bone, deg)| (BoneKey(bone), deg)).into(),
            },
            twist: TwistSettings { share: 1.0 },
            fingers: FingerSettings {
                relaxed_curl_deg: 14.0,
            },
            offsets_deg: BTreeMap::new(),
        }
    }
}

impl RetargetSettings {
    /// The same without everything that takes a pose away from the performer's turns: no contacts, floor, IK, goals or
    /// limits. What these do is measured against it.
    pub fn unconstrained(&self) -> Self {
        let mut free = self.clone();
        free.feet.plant = 0.0;
        free.feet.match_floor = 0.0;
        free.feet.keep_above_floor = 0.0;
        free.feet.toe_bend = 0.0;
        free.pelvis.shift = 0.0;
        free.hands.strength = 0.0;
        free.hands.match_floor = 0.0;
        free.hands.keep_above_floor = 0.0;
        free.limits.strength = 0.0;
        free
    }

    /// What is out of range, if anything.
    fn complaint(&self) -> Option<&'static str> {
        let (feet, contact, limits) = (&self.feet, &self.contact, &self.limits);
        let strengths = [
            feet.plant,
            feet.match_floor,
            feet.keep_above_floor,
            feet.toe_bend,
            self.pelvis.shift,
            self.hands.strength,
            self.hands.match_floor,
            self.hands.keep_above_floor,
            limits.strength,
            self.twist.share,
        ];
        let within = |x: f64, low: f64, high: f64| (low..=high).contains(&x);
        let range = |[low, high]: [f64; 2]| within(low, -90.0, 90.0) && within(high, low, 180.0);
        let checks = [
            (
                strengths.into_iter().all(|s| within(s, 0.0, 1.0)),
                "a strength must be between 0 and 1",
            ),
            (
                within(contact.enter_height_part, 0.0, contact.leave_height_part)
                    && within(
                        contact.enter_speed_parts_per_s,
                        0.0,
                        contact.leave_speed_parts_per_s,
                    )
                    && within(contact.leave_height_part, 0.0, 1.0)
                    && within(contact.leave_speed_parts_per_s, 0.0, 10.0)
                    && within(contact.leave_lift_part, 0.0, 1.0)
                    && within(contact.leave_distance_part, 0.0, 10.0),
                "a contact must be entered below the height and speed at which it is left, and these be at most 1 and 10",
            ),
            (
                within(feet.full_below_part, 0.0, 10.0)
                    && feet.full_below_part < feet.none_above_part
                    && within(feet.none_above_part, 0.0, 10.0),
                "full_below_part must be below none_above_part, and both be at most 10",
            ),
            (
                within(feet.slip_part, 0.0, 1.0)
                    && within(feet.release_s, 0.005, 5.0)
                    && within(feet.correction_max_mps, 0.01, 10.0)
                    && within(self.pelvis.shift_max_part, 0.0, 1.0),
                "slip_part and shift_max_part must be at most 1, release_s between 0.005 and 5, correction_max_mps between 0.01 and 10",
            ),
            (
                range(limits.knee_deg)
                    && range(limits.elbow_deg)
                    && limits.turn_max_deg.values().all(|d| within(*d, 0.0, 180.0)),
                "limits must be between -90 and 180 degrees, the smaller first, and a turn_max_deg between 0 and 180",
            ),
            (
                within(self.fingers.relaxed_curl_deg, 0.0, 90.0)
                    && self
                        .offsets_deg
                        .values()
                        .flatten()
                        .all(|d| within(*d, -180.0, 180.0)),
                "relaxed_curl_deg must be between 0 and 90, an offset between -180 and 180 degrees",
            ),
        ];
        checks.into_iter().find(|(holds, _)| !holds).map(|c| c.1)
    }
}

/// Reads retarget settings.
///
/// # Errors
/// With line and column: not TOML, unknown or missing keys, or values that make no sense.
pub fn parse_retarget(text: &str) -> Result<RetargetSettings, RigError> {
    let settings: RetargetSettings = read(text)?;
    match settings.complaint() {
        None => Ok(settings),
        Some(reason) => Err(RigError::Toml {
            place: crate::rig_file::Place { line: 1, column: 1 },
            reason: reason.into(),
        }),
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
            ("full_below_part = 0.085", "full_below_part = 0.9"),
            ("full_below_part = 0.085", "full_below_part = nan"),
            ("enter_height_part = 0.05", "enter_height_part = 0.5"),
            ("plant = 1.0", "plant = 1.5"),
            ("plant = 1.0", ""),
            ("plant = 1.0", "plant = 1.0\nplaint = 1.0"),
            ("release_s = 0.09", "release_s = 0"),
            ("knee_deg = [-20, 165]", "knee_deg = [165, -20]"),
            ("neck = 80", "nape = 80"),
            ("# leftUpperArm = [0, 0, -5]", "leftUpperArm = [0, 0, 500]"),
            ("# leftUpperArm = [0, 0, -5]", "leftUperArm = [0, 0, 5]"),
            ("= 14", "= 400"),
            ("[feet]", "[foot]"),
        ] {
            assert!(DEFAULT_RETARGET.contains(from), "{from}");
            let error = parse_retarget(&DEFAULT_RETARGET.replacen(from, to, 1));
            assert!(error.is_err(), "{to}");
        }
        let named = DEFAULT_RETARGET.replacen("neck = 80", "nape = 80", 1);
        let error = parse_retarget(&named).unwrap_err();
        assert!(error.to_string().contains("'nape' is no bone"), "{error}");
    }
}
