//! The model's angles: which there are, and how they are read from two segments' axes.
//!
//! All are Cardan angles of the child's axes seen from the parent's, first about y (the flexion axis), then about the
//! forward axis, then about the bone; the shoulder's alone go x, y, z. On the left side the second and third are
//! negated, so that the same number means the same movement. Signs, sequences and the order of the three are those of
//! Vicon's output (for the foot, whose z points backward, the third angle comes second). Ranges: the middle angle of a
//! sequence -90° to 90°, the others -180° to 180°; nothing is unwrapped from frame to frame.

use super::BodySide;
use glam::DMat3;
use std::f64::consts::{FRAC_PI_2, PI};

macro_rules! angles {
    ($($left:ident $right:ident $name:literal, $what:literal;)*) => {
        /// A triple of angles of the model, of one side.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Angle {
            $(
                #[doc = concat!($what, ", left.")] $left,
                #[doc = concat!($what, ", right.")] $right,
            )*
        }

        impl Angle {
            /// All angles.
            pub const ALL: [Self; 2 * [$($name),*].len()] = [$(Self::$left, Self::$right),*];

            /// Vicon's label for it.
            pub fn label(self) -> &'static str {
                match self {
                    $(
                        Self::$left => concat!("L", $name),
                        Self::$right => concat!("R", $name),
                    )*
                }
            }
        }
    };
}

angles! {
    LeftPelvis RightPelvis "PelvisAngles", "Pelvis against the progression: tilt, obliquity, rotation";
    LeftHip RightHip "HipAngles", "Thigh against pelvis: flexion, adduction, internal rotation";
    LeftKnee RightKnee "KneeAngles", "Untorsioned shank against thigh: flexion, varus, internal rotation";
    LeftAnkle RightAnkle "AnkleAngles", "Foot against shank: dorsiflexion, inversion, rotation";
    LeftAbsAnkle RightAbsAnkle "AbsAnkleAngle", "Foot to shank as one angle, and two zeros";
    LeftFootProgress RightFootProgress "FootProgressAngles", "Foot against the progression";
    LeftHead RightHead "HeadAngles", "Head against the progression: backward tilt, side tilt, rotation";
    LeftThorax RightThorax "ThoraxAngles", "Thorax against the progression: forward tilt, side tilt, rotation";
    LeftNeck RightNeck "NeckAngles", "Head against thorax: forward tilt, side tilt, rotation";
    LeftSpine RightSpine "SpineAngles", "Thorax against pelvis: forward tilt, side tilt, rotation";
    LeftShoulder RightShoulder "ShoulderAngles", "Upper arm against thorax: flexion, abduction, internal rotation";
    LeftElbow RightElbow "ElbowAngles", "Forearm against upper arm: flexion, and two zeros";
    LeftWrist RightWrist "WristAngles", "Hand against forearm: ulnar deviation, extension, internal rotation";
}

/// The child's axes as the parent sees them, taken apart as turns about y, then x, then z, radians.
#[inline]
fn yxz(parent: DMat3, child: DMat3) -> [f64; 3] {
    let z = parent.transpose() * child.z_axis;
    let sine = parent.y_axis.dot(child.x_axis);
    let cosine = parent.y_axis.dot(child.y_axis);
    [
        z.x.atan2(z.z),
        (-z.y).clamp(-1.0, 1.0).asin(),
        sine.atan2(cosine),
    ]
}

/// The same as turns about x, then y, then z.
#[inline]
fn xyz(parent: DMat3, child: DMat3) -> [f64; 3] {
    let z = parent.transpose() * child.z_axis;
    let sine = -parent.x_axis.dot(child.y_axis);
    let cosine = parent.x_axis.dot(child.x_axis);
    [
        (-z.y).atan2(z.z),
        z.x.clamp(-1.0, 1.0).asin(),
        sine.atan2(cosine),
    ]
}

/// The same angles as the other side counts them.
pub(super) fn mirrored([a, b, c]: [f64; 3]) -> [f64; 3] {
    [a, -b, -c]
}

#[inline]
pub(super) fn hip(side: BodySide, pelvis: DMat3, femur: DMat3) -> [f64; 3] {
    let ([y, x, z], g) = (yxz(pelvis, femur), -side.sign());
    [-y, g * x, g * z]
}

/// Knee and wrist.
#[inline]
pub(super) fn hinge(side: BodySide, parent: DMat3, child: DMat3) -> [f64; 3] {
    let ([y, x, z], g) = (yxz(parent, child), -side.sign());
    [y, g * x, g * z]
}

#[inline]
pub(super) fn ankle(side: BodySide, tibia: DMat3, foot: DMat3) -> [f64; 3] {
    let ([y, x, z], g) = (yxz(tibia, foot), -side.sign());
    let dorsiflexion = -FRAC_PI_2 - y;
    let wrapped = if dorsiflexion <= -PI {
        dorsiflexion + 2.0 * PI
    } else {
        dorsiflexion
    };
    [wrapped, g * z, g * x]
}

#[inline]
pub(super) fn absolute_ankle(_: BodySide, tibia: DMat3, foot: DMat3) -> [f64; 3] {
    let between = tibia.z_axis.dot(foot.z_axis).clamp(-1.0, 1.0).acos();
    [between - FRAC_PI_2, 0.0, 0.0]
}

#[inline]
pub(super) fn foot_progress(side: BodySide, progression: DMat3, foot: DMat3) -> [f64; 3] {
    let ([y, x, z], g) = (yxz(progression, foot), -side.sign());
    [y, -g * z, g * x]
}

/// Pelvis and thorax against the progression frame.
#[inline]
pub(super) fn trunk(side: BodySide, progression: DMat3, segment: DMat3) -> [f64; 3] {
    let ([y, x, z], g) = (yxz(progression, segment), -side.sign());
    [y, -g * x, g * z]
}

/// The head against the progression frame, the neck (the thorax from the head), the spine (the pelvis from the thorax).
#[inline]
pub(super) fn upward(side: BodySide, parent: DMat3, child: DMat3) -> [f64; 3] {
    let [tilt, obliquity, rotation] = trunk(side, parent, child);
    [-tilt, obliquity, rotation]
}

#[inline]
pub(super) fn shoulder(side: BodySide, thorax: DMat3, humerus: DMat3) -> [f64; 3] {
    // The upper arm is seen turned half about itself: its flexion axis points backward when the arm hangs.
    let turned = DMat3::from_cols(-humerus.x_axis, -humerus.y_axis, humerus.z_axis);
    let ([x, y, z], g) = (xyz(thorax, turned), -side.sign());
    [-y, -g * x, g * z]
}

#[inline]
pub(super) fn elbow(_: BodySide, humerus: DMat3, radius: DMat3) -> [f64; 3] {
    let forearm = radius.z_axis;
    let flexion = humerus
        .x_axis
        .dot(forearm)
        .atan2(humerus.z_axis.dot(forearm));
    [flexion, 0.0, 0.0]
}
