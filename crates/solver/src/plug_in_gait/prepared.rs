//! What a subject's measurements come to, worked out once: distances from joints to markers, hips in the pelvis, turns.
//!
//! A frame then needs no trigonometry but its angles.

use super::chord::WandTurn;
use super::lower_body::hip_offsets;
use super::{BodySide, Gap, Measurement, SubjectMeasurements, Trial};
use glam::{DMat3, DVec3};

/// A subject, ready for frames. Metres.
#[derive(Clone, Debug)]
pub(super) struct Prepared {
    pub marker_radius_m: f64,
    /// The hip joints in the pelvis's axes, from the middle of the front spines.
    pub hips: [Result<DVec3, Gap>; 2],
    pub legs: [PreparedLeg; 2],
    pub arms: [PreparedArm; 2],
    /// From the head's axes to those of its markers.
    pub head_offset: DMat3,
}

#[derive(Clone, Debug)]
pub(super) struct PreparedLeg {
    /// From a joint's centre to the centre of its marker.
    pub knee_m: Result<f64, Gap>,
    pub ankle_m: Result<f64, Gap>,
    pub thigh: WandTurn,
    pub shank: WandTurn,
    /// From the torsioned tibia to the untorsioned.
    pub untwist: DMat3,
    /// From the technical foot to the foot.
    pub foot_offset: DMat3,
    /// The drawn tibia ends below the knee joint by this much.
    pub tibia_shorter_by_m: Result<f64, Gap>,
}

#[derive(Clone, Debug)]
pub(super) struct PreparedArm {
    /// From a joint's centre to the centre of its marker.
    pub shoulder_m: Result<f64, Gap>,
    pub elbow_m: Result<f64, Gap>,
    pub wrist_m: Result<f64, Gap>,
    pub hand_m: Result<f64, Gap>,
}

/// The drawn tibia ends below the knee joint by this part of the knee's width.
const TIBIA_SHORTER_BY: f64 = 0.2;

impl Prepared {
    pub fn of(subject: &SubjectMeasurements, inter_asis_m: Result<f64, Gap>, trial: Trial) -> Self {
        let head_offset_rad = match trial {
            Trial::Dynamic => subject.head_offset_rad,
            Trial::Static(_) => 0.0,
        };
        Self {
            marker_radius_m: subject.marker_radius_m(),
            hips: hip_offsets(subject, inter_asis_m),
            legs: BodySide::BOTH.map(|side| leg(subject, side)),
            arms: BodySide::BOTH.map(|side| arm(subject, side)),
            head_offset: DMat3::from_rotation_y(head_offset_rad),
        }
    }
}

fn leg(subject: &SubjectMeasurements, side: BodySide) -> PreparedLeg {
    let measured = subject.side(side);
    let (flexion, turn) = (measured.static_plant_flex_rad, measured.static_rot_off_rad);
    let supported = subject.required(side, Measurement::AnkleAbAdd);
    // The same number means the same on both sides, so about z the two turn in opposite ways.
    let outward = side.sign();
    PreparedLeg {
        knee_m: subject.half_width(side, Measurement::KneeWidth),
        ankle_m: supported.and_then(|_| subject.half_width(side, Measurement::AnkleWidth)),
        thigh: WandTurn::of(-outward * measured.thigh_rotation_rad),
        shank: WandTurn::of(-outward * measured.shank_rotation_rad),
        untwist: DMat3::from_rotation_z(outward * measured.tibial_torsion_rad),
        foot_offset: DMat3::from_rotation_y(-flexion) * DMat3::from_rotation_x(-outward * turn),
        tibia_shorter_by_m: subject
            .required(side, Measurement::KneeWidth)
            .map(|width_m| TIBIA_SHORTER_BY * width_m),
    }
}

fn arm(subject: &SubjectMeasurements, side: BodySide) -> PreparedArm {
    let radius_m = subject.marker_radius_m();
    let shoulder_m = subject.required(side, Measurement::ShoulderOffset);
    PreparedArm {
        shoulder_m: shoulder_m.map(|offset_m| offset_m + radius_m),
        elbow_m: subject.half_width(side, Measurement::ElbowWidth),
        wrist_m: subject.half_width(side, Measurement::WristWidth),
        hand_m: subject.half_width(side, Measurement::HandThickness),
    }
}
