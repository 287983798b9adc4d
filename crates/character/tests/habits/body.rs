//! A human body as points, from which skeletons of every habit are made: where each bone begins, in metres, facing +Z.

use cyc_model::HumanBone::{self, *};
use glam::{DQuat, DVec3};

/// Proportions and rest pose.
#[derive(Clone, Copy, Debug)]
pub struct Body {
    /// How far the arms are below straight out, degrees.
    pub arms_deg: f64,
    /// Length of the legs against an adult's.
    pub legs: f64,
    /// Length of the arms.
    pub arms: f64,
    /// Size of the head and neck.
    pub head: f64,
    /// Width of shoulders and hips.
    pub width: f64,
    /// Size of the whole, 1 for 1.7 m.
    pub size: f64,
}

pub const ADULT: Body = Body {
    arms_deg: 0.0,
    legs: 1.0,
    arms: 1.0,
    head: 1.0,
    width: 1.0,
    size: 1.0,
};

impl Body {
    /// Where a bone begins; `0.5 of` the way to another for joints between.
    pub fn place(&self, place: &str) -> DVec3 {
        if let Some((from, rest)) = place.split_once('>') {
            let (to, t) = rest.split_once('*').unwrap();
            return self.place(from).lerp(self.place(to), t.parse().unwrap());
        }
        match place {
            "ground" => DVec3::ZERO,
            "leftToeEnd" => self.at(LeftToes) + DVec3::new(0.005, -0.01, 0.08) * self.size,
            "rightToeEnd" => self.at(RightToes) + DVec3::new(-0.005, -0.01, 0.08) * self.size,
            "headTop" => self.at(Head) + DVec3::Y * 0.17 * self.head * self.size,
            "leftHeel" => self.at(LeftFoot) + DVec3::new(0.0, -0.06, -0.05) * self.size,
            "rightHeel" => self.at(RightFoot) + DVec3::new(0.0, -0.06, -0.05) * self.size,
            name => match name.strip_suffix("Tip") {
                Some(finger) => {
                    let distal = HumanBone::from_vrm_name(finger).unwrap();
                    let before = self.at(distal.parent().unwrap());
                    self.at(distal) + 0.8 * (self.at(distal) - before)
                }
                None => self.at(HumanBone::from_vrm_name(name).expect(name)),
            },
        }
    }

    pub fn at(&self, bone: HumanBone) -> DVec3 {
        let name = bone.vrm_name();
        if name.starts_with("right") {
            let left = HumanBone::from_vrm_name(&name.replace("right", "left")).unwrap();
            let p = self.at(left);
            return DVec3::new(-p.x, p.y, p.z);
        }
        self.left(bone) * self.size
    }

    fn left(&self, bone: HumanBone) -> DVec3 {
        let hips = 0.95 * self.legs;
        let torso = |y: f64, z: f64| DVec3::new(0.0, hips + y - 0.95, z);
        let leg = |x: f64, y: f64, z: f64| DVec3::new(x * self.width, y * self.legs, z);
        let neck = torso(1.45, -0.03);
        let upward = |y: f64, x: f64, z: f64| neck + DVec3::new(x, y, z) * self.head;
        let shoulder = torso(1.41, -0.03) + DVec3::X * 0.17 * self.width;
        // Along the arm, forward, and up from it.
        let arm = |along: f64, forward: f64, up: f64| {
            let drop = DQuat::from_rotation_z(-self.arms_deg.to_radians());
            shoulder + drop * DVec3::new(along * self.arms, up, forward)
        };
        match bone {
            Hips => torso(0.95, 0.0),
            Spine => torso(1.05, -0.01),
            Chest => torso(1.17, -0.02),
            UpperChest => torso(1.29, -0.02),
            Neck => neck,
            Head => upward(0.08, 0.0, 0.02),
            LeftEye => upward(0.15, 0.032, 0.11),
            Jaw => upward(0.09, 0.0, 0.05),
            LeftUpperLeg => leg(0.09, 0.90, 0.0),
            LeftLowerLeg => leg(0.095, 0.49, 0.012),
            LeftFoot => leg(0.10, 0.08, -0.03),
            LeftToes => leg(0.105, 0.02, 0.10),
            LeftShoulder => torso(1.41, -0.01) + DVec3::X * 0.03 * self.width,
            LeftUpperArm => arm(0.0, 0.0, 0.0),
            LeftLowerArm => arm(0.28, -0.01, 0.0),
            LeftHand => arm(0.53, 0.0, 0.0),
            LeftThumbMetacarpal => arm(0.555, 0.025, -0.01),
            LeftThumbProximal => arm(0.585, 0.05, -0.02),
            LeftThumbDistal => arm(0.61, 0.065, -0.025),
            LeftIndexProximal => arm(0.625, 0.03, 0.0),
            LeftIndexIntermediate => arm(0.665, 0.032, 0.0),
            LeftIndexDistal => arm(0.69, 0.033, 0.0),
            LeftMiddleProximal => arm(0.63, 0.008, 0.0),
            LeftMiddleIntermediate => arm(0.674, 0.008, 0.0),
            LeftMiddleDistal => arm(0.702, 0.008, 0.0),
            LeftRingProximal => arm(0.625, -0.012, 0.0),
            LeftRingIntermediate => arm(0.665, -0.013, 0.0),
            LeftRingDistal => arm(0.69, -0.013, 0.0),
            LeftLittleProximal => arm(0.615, -0.03, 0.0),
            LeftLittleIntermediate => arm(0.645, -0.032, 0.0),
            LeftLittleDistal => arm(0.665, -0.033, 0.0),
            other => panic!("{other:?}"),
        }
    }
}
