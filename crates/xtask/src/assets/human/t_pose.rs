//! Stands a person in the T-pose that VRM asks of an avatar at rest: arms out level, palms down, legs
//! upright, feet as they were.
//!
//! The data stands in an A-pose, so the pose is skinned into the mesh once: every vertex goes where its
//! joints take it, and the joints' rest frames stay aligned with the model's axes.

use anyhow::{Context, Result};
use glam::{Mat3, Quat, Vec3};

use super::part::Part;
use super::rig::{Joint, PREFIX, Rig};

/// How a person stands who was stood so.
pub const REST_POSE: &str = "T-pose: arms level to the sides, palms down, legs upright";

/// Share of an arm's rise that the clavicle takes.
const CLAVICLE_SHARE: f32 = 0.15;

/// Share of the turn that brings the palm down which the forearm takes.
const FOREARM_SHARE: f32 = 0.5;

/// Turns and moves the rig into a T-pose and takes the parts along.
///
/// # Errors
/// When the rig lacks a joint of arms, hands or legs.
pub fn stand<'a>(rig: &mut Rig, parts: impl Iterator<Item = &'a mut Part>) -> Result<()> {
    let turns = turns(rig)?;
    let places = places(rig, &turns)?;
    for part in parts {
        skin(part, &rig.joints, &turns, &places);
    }
    for ((joint, turn), place_m) in rig.joints.iter_mut().zip(&turns).zip(places) {
        let bone_m = *turn * (joint.tail_m - joint.position_m);
        joint.position_m = place_m;
        joint.tail_m = rounded(place_m + bone_m);
    }
    Ok(())
}

/// The turn of every joint in the model's axes. Joints that nothing is said about follow their parent.
fn turns(rig: &Rig) -> Result<Vec<Quat>> {
    let mut own: Vec<Option<Quat>> = vec![None; rig.joints.len()];
    for (side, sign) in [("Left", 1.0), ("Right", -1.0)] {
        let index = |part: &str| rig.index(&format!("{side}{part}"));
        let at = |part: &str| rig.at(&format!("{side}{part}"));
        let out = Vec3::X * sign;
        let along =
            |from: &str, to: &str| Ok::<_, anyhow::Error>((at(to)? - at(from)?).normalize_or(out));
        let upper = Quat::from_rotation_arc(along("Arm", "ForeArm")?, out);
        let fore = Quat::from_rotation_arc(upper * along("ForeArm", "Hand")?, out) * upper;
        let hand = Quat::from_rotation_arc(fore * along("Hand", "HandMiddle1")?, out) * fore;
        let across =
            (at("HandPinky1")? - at("HandIndex1")?).cross(at("HandMiddle1")? - at("Hand")?);
        let palm = hand * (across * sign);
        // About the arm, from where the palm faces to straight down.
        let roll_rad = palm.z.atan2(-palm.y);
        let roll = |share: f32| Quat::from_rotation_x(share * roll_rad);
        own[index("Shoulder")?] = Some(Quat::IDENTITY.slerp(upper, CLAVICLE_SHARE));
        own[index("Arm")?] = Some(upper);
        own[index("ForeArm")?] = Some(roll(FOREARM_SHARE) * fore);
        own[index("Hand")?] = Some(roll(1.0) * hand);
        let leg = at("Foot")? - at("UpLeg")?;
        own[index("UpLeg")?] = Some(Quat::from_rotation_z(-leg.x.atan2(-leg.y)));
        own[index("Foot")?] = Some(Quat::IDENTITY);
    }
    let mut turns: Vec<Quat> = Vec::with_capacity(own.len());
    for (joint, own) in rig.joints.iter().zip(own) {
        let followed = joint.parent.and_then(|parent| turns.get(parent)).copied();
        turns.push(own.or(followed).unwrap_or(Quat::IDENTITY));
    }
    Ok(turns)
}

/// Where the joints come to be, with the feet at the height that they had, metres.
fn places(rig: &Rig, turns: &[Quat]) -> Result<Vec<Vec3>> {
    let mut places: Vec<Vec3> = Vec::with_capacity(turns.len());
    for (index, joint) in rig.joints.iter().enumerate() {
        places.push(match joint.parent {
            Some(parent) => places[parent] + turns[parent] * rig.local_translation_m(index),
            None => joint.position_m,
        });
    }
    let foot = rig
        .index("LeftFoot")
        .with_context(|| format!("{PREFIX}LeftFoot"))?;
    let rise_m = rig.joints[foot].position_m.y - places[foot].y;
    Ok(places
        .into_iter()
        .map(|place_m| rounded(place_m + Vec3::Y * rise_m))
        .collect())
}

/// Linear blend skinning of positions, normals and face shapes.
fn skin(part: &mut Part, joints: &[Joint], turns: &[Quat], places: &[Vec3]) {
    let turned: Vec<Mat3> = part
        .influences
        .iter()
        .map(|influences| {
            let sum = |m: Mat3, &(joint, weight): &(usize, f32)| {
                m + Mat3::from_quat(turns[joint]) * weight
            };
            influences.iter().fold(Mat3::ZERO, sum)
        })
        .collect();
    for (position, influences) in part.positions_m.iter_mut().zip(&part.influences) {
        let moved = |&(joint, weight): &(usize, f32)| {
            (turns[joint] * (*position - joints[joint].position_m) + places[joint]) * weight
        };
        *position = influences.iter().map(moved).sum();
    }
    for (normal, turned) in part.normals.iter_mut().zip(&turned) {
        *normal = (*turned * *normal).try_normalize().unwrap_or(*normal);
    }
    for morph in &mut part.morphs {
        let offsets = morph.positions_m.iter_mut().zip(&mut morph.normals);
        for (&vertex, (position, normal)) in morph.vertices.iter().zip(offsets) {
            let turned = turned[vertex as usize];
            *position = turned * *position;
            *normal = turned * *normal;
        }
    }
}

/// To whole micrometres, as the rest of the rig.
fn rounded(point: Vec3) -> Vec3 {
    (point * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::human::part::MorphOffsets;

    fn joint(name: &str, parent: Option<usize>, at: [f32; 3]) -> Joint {
        Joint {
            name: format!("{PREFIX}{name}"),
            parent,
            position_m: Vec3::from(at),
            tail_m: Vec3::from(at) + Vec3::Y * 0.01,
        }
    }

    /// One side and its mirror image, arms hanging at 45° with the elbows bent forward.
    fn rig() -> Rig {
        let mut joints = vec![joint("Hips", None, [0.0, 1.0, 0.0])];
        for (side, s) in [("Left", 1.0), ("Right", -1.0)] {
            let base = joints.len();
            let mut add = |name: &str, parent: usize, [x, y, z]: [f32; 3]| {
                joints.push(joint(&format!("{side}{name}"), Some(parent), [s * x, y, z]));
            };
            add("Shoulder", 0, [0.05, 1.4, 0.0]);
            add("Arm", base, [0.15, 1.4, 0.0]);
            add("ForeArm", base + 1, [0.35, 1.2, 0.0]);
            add("Hand", base + 2, [0.45, 1.05, 0.15]);
            add("HandIndex1", base + 3, [0.50, 1.0, 0.22]);
            add("HandMiddle1", base + 3, [0.51, 0.99, 0.20]);
            add("HandPinky1", base + 3, [0.52, 0.98, 0.16]);
            add("UpLeg", 0, [0.1, 0.95, 0.0]);
            add("Leg", base + 7, [0.12, 0.5, 0.01]);
            add("Foot", base + 8, [0.15, 0.1, 0.0]);
        }
        Rig {
            joints,
            weights: Vec::new(),
        }
    }

    #[test]
    fn arms_are_level_palms_down_and_legs_upright() {
        let mut rig = rig();
        let length_m = rig
            .at("LeftArm")
            .unwrap()
            .distance(rig.at("LeftForeArm").unwrap());
        stand(&mut rig, std::iter::empty()).unwrap();
        let at = |name: &str| rig.at(name).unwrap();
        for (side, s) in [("Left", 1.0), ("Right", -1.0)] {
            let [arm, fore, hand, index, middle, pinky, hip, foot] = [
                "Arm",
                "ForeArm",
                "Hand",
                "HandIndex1",
                "HandMiddle1",
                "HandPinky1",
                "UpLeg",
                "Foot",
            ]
            .map(|part| at(&format!("{side}{part}")));
            for pair in [arm, fore, hand, middle].windows(2) {
                let along = (pair[1] - pair[0]).normalize_or_zero();
                assert!((along - Vec3::X * s).length() < 1e-4, "{side}: {along}");
            }
            // With level palms down, the index finger is in front of the little one at its height.
            assert!(
                index.z > pinky.z + 0.01 && (index.y - pinky.y).abs() < 0.012,
                "{side}"
            );
            assert!(
                (hip.x - foot.x).abs() < 1e-5 && (foot.y - 0.1).abs() < 1e-5,
                "{side}"
            );
        }
        assert!((at("LeftArm").distance(at("LeftForeArm")) - length_m).abs() < 1e-5);
    }

    #[test]
    fn what_hangs_on_a_joint_goes_where_the_joint_goes() {
        let mut rig = rig();
        let hand = rig.index("LeftHand").unwrap();
        let grip_m = rig.at("LeftHandMiddle1").unwrap();
        let mut part = Part {
            positions_m: vec![grip_m],
            normals: vec![Vec3::Z],
            influences: vec![vec![(hand, 1.0)]],
            morphs: vec![MorphOffsets {
                vertices: vec![0],
                positions_m: vec![grip_m - rig.at("LeftHand").unwrap()],
                normals: vec![Vec3::ZERO],
            }],
            ..Part::default()
        };
        stand(&mut rig, [&mut part].into_iter()).unwrap();
        assert!(part.positions_m[0].distance(rig.at("LeftHandMiddle1").unwrap()) < 1e-5);
        assert!((part.normals[0].length() - 1.0).abs() < 1e-6);
        let offset = part.morphs[0].positions_m[0];
        assert!(
            (offset.normalize_or_zero() - Vec3::X).length() < 1e-4,
            "{offset}"
        );
    }
}
