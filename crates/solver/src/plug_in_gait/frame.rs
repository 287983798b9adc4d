//! One frame of the model: from markers to everything that is put out.

use super::angle;
use super::lower_body::{Leg, Pelvis, TOE_PART, foot_origin};
use super::upper_body::{Arm, DRAWN_THORAX, RADIUS_PART, Thorax, head_axes, head_origin};
use super::{Angle, BodySide, Gap, PlugInGait, Progression, Segment, SegmentFrame};
use cyc_model::{Point, Stage};
use glam::{DMat3, DVec3};

/// A joint centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JointCentre {
    /// Hip.
    Hip(BodySide),
    /// Knee.
    Knee(BodySide),
    /// Ankle.
    Ankle(BodySide),
    /// Shoulder.
    Shoulder(BodySide),
    /// Elbow.
    Elbow(BodySide),
    /// Wrist.
    Wrist(BodySide),
    /// The middle of the hand.
    Hand(BodySide),
}

impl JointCentre {
    /// All joint centres, left before right.
    pub const ALL: [Self; 14] = [
        Self::Hip(BodySide::Left),
        Self::Hip(BodySide::Right),
        Self::Knee(BodySide::Left),
        Self::Knee(BodySide::Right),
        Self::Ankle(BodySide::Left),
        Self::Ankle(BodySide::Right),
        Self::Shoulder(BodySide::Left),
        Self::Shoulder(BodySide::Right),
        Self::Elbow(BodySide::Left),
        Self::Elbow(BodySide::Right),
        Self::Wrist(BodySide::Left),
        Self::Wrist(BodySide::Right),
        Self::Hand(BodySide::Left),
        Self::Hand(BodySide::Right),
    ];

    /// Its usual label: `LHJC` is the left hip joint's centre.
    pub fn label(self) -> &'static str {
        use BodySide::{Left, Right};
        match self {
            Self::Hip(Left) => "LHJC",
            Self::Hip(Right) => "RHJC",
            Self::Knee(Left) => "LKJC",
            Self::Knee(Right) => "RKJC",
            Self::Ankle(Left) => "LAJC",
            Self::Ankle(Right) => "RAJC",
            Self::Shoulder(Left) => "LSJC",
            Self::Shoulder(Right) => "RSJC",
            Self::Elbow(Left) => "LEJC",
            Self::Elbow(Right) => "REJC",
            Self::Wrist(Left) => "LWJC",
            Self::Wrist(Right) => "RWJC",
            Self::Hand(Left) => "LHAND",
            Self::Hand(Right) => "RHAND",
        }
    }

    fn index(self) -> usize {
        let (row, side) = match self {
            Self::Hip(side) => (0, side),
            Self::Knee(side) => (1, side),
            Self::Ankle(side) => (2, side),
            Self::Shoulder(side) => (3, side),
            Self::Elbow(side) => (4, side),
            Self::Wrist(side) => (5, side),
            Self::Hand(side) => (6, side),
        };
        2 * row + side.index()
    }
}

/// Everything that the model says of one frame. Each entry is a value or the reason why there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct GaitFrame {
    segments: [SegmentFrame; Segment::ALL.len()],
    centres: [Result<Point<Stage>, Gap>; JointCentre::ALL.len()],
    angles: [Result<[f64; 3], Gap>; Angle::ALL.len()],
}

impl GaitFrame {
    /// A segment.
    pub fn segment(&self, segment: Segment) -> &SegmentFrame {
        &self.segments[segment as usize]
    }

    /// A joint centre.
    pub fn joint_centre(&self, centre: JointCentre) -> Result<Point<Stage>, Gap> {
        self.centres[centre.index()]
    }

    /// A triple of angles, radians.
    pub fn angle_rad(&self, angle: Angle) -> Result<[f64; 3], Gap> {
        self.angles[angle as usize]
    }

    /// A triple of angles, degrees.
    pub fn angle_deg(&self, angle: Angle) -> Result<[f64; 3], Gap> {
        Ok(self.angle_rad(angle)?.map(f64::to_degrees))
    }
}

/// The body of one frame, before it is put out.
struct Body {
    pelvis: Pelvis,
    legs: [Leg; 2],
    thorax: Thorax,
    head: Result<DMat3, Gap>,
    arms: [Arm; 2],
}

pub(super) fn solve(model: &PlugInGait, points: &[Option<Point<Stage>>]) -> GaitFrame {
    let seen = model.columns.read(points);
    let is = &model.prepared;
    let pelvis = Pelvis::of(&seen, &is.hips);
    let leg = |side: BodySide| {
        let (hip, leg) = (pelvis.hips[side.index()], &is.legs[side.index()]);
        Leg::of(side, &seen, hip, leg, model.static_flat_feet)
    };
    let legs = BodySide::BOTH.map(leg);
    let thorax = Thorax::of(&seen, is.marker_radius_m);
    let arm = |side: BodySide| Arm::of(side, &seen, &thorax, &is.arms[side.index()]);
    let body = Body {
        legs,
        head: head_axes(&seen).map(|axes| axes * is.head_offset),
        arms: BodySide::BOTH.map(arm),
        pelvis,
        thorax,
    };
    let head_at = head_origin(&seen, body.head, model.constants.head_length_m);
    GaitFrame {
        segments: body.segments(model, head_at),
        centres: body.centres(),
        angles: body.angles(model),
    }
}

fn distance_m(a: Result<DVec3, Gap>, b: Result<DVec3, Gap>) -> Result<f64, Gap> {
    Ok(a?.distance(b?))
}

impl Body {
    fn segments(
        &self,
        model: &PlugInGait,
        head_at: Result<DVec3, Gap>,
    ) -> [SegmentFrame; Segment::ALL.len()] {
        let [left_leg, right_leg] = BodySide::BOTH.map(|side| self.leg_segments(model, side));
        let [left_arm, right_arm] = BodySide::BOTH.map(|side| self.arm_segments(side));
        let [lfe, lti, lfo, lto] = left_leg;
        let [rfe, rti, rfo, rto] = right_leg;
        let [lcl, lhu, lra, lhn] = left_arm;
        let [rcl, rhu, rra, rhn] = right_arm;
        let pelvis = &self.pelvis;
        let pelvis = SegmentFrame::new(pelvis.origin(), pelvis.axes, pelvis.width_m());
        let head = SegmentFrame::new(head_at, self.head, model.constants.head_length_m);
        let clavicles_m = || Ok(0.5 * (lcl.length_m? + rcl.length_m?));
        let thorax = SegmentFrame::new(
            self.thorax.origin,
            self.thorax.axes.map(|axes| axes * DRAWN_THORAX),
            clavicles_m(),
        );
        [
            pelvis, lfe, lti, lfo, lto, rfe, rti, rfo, rto, head, thorax, lcl, lhu, lra, lhn, rcl,
            rhu, rra, rhn,
        ]
    }

    fn leg_segments(&self, model: &PlugInGait, side: BodySide) -> [SegmentFrame; 4] {
        let leg = &self.legs[side.index()];
        let hip = self.pelvis.hips[side.index()];
        let foot_m = model.constants.foot_length_m[side.index()];
        let tibia_m = || {
            let shorter_by_m = model.prepared.legs[side.index()].tibia_shorter_by_m?;
            Ok(distance_m(leg.knee, leg.ankle)? - shorter_by_m)
        };
        let foot_at = foot_origin(side, leg.ankle, leg.foot, foot_m);
        let toe_at = || Ok(foot_at? - leg.foot?.z_axis * (foot_m? * TOE_PART));
        [
            SegmentFrame::new(leg.knee, leg.femur, distance_m(hip, leg.knee)),
            SegmentFrame::new(leg.ankle, leg.tibia, tibia_m()),
            SegmentFrame::new(foot_at, leg.foot, foot_m),
            SegmentFrame::new(toe_at(), leg.foot, foot_m.map(|m| m * TOE_PART)),
        ]
    }

    fn arm_segments(&self, side: BodySide) -> [SegmentFrame; 4] {
        let arm = &self.arms[side.index()];
        let forearm_m = distance_m(arm.elbow, arm.wrist);
        let tip = arm.hand_tip();
        [
            SegmentFrame::new(
                arm.shoulder,
                arm.clavicle,
                distance_m(arm.shoulder, self.thorax.origin),
            ),
            SegmentFrame::new(arm.elbow, arm.humerus, distance_m(arm.shoulder, arm.elbow)),
            SegmentFrame::new(arm.wrist, arm.radius, forearm_m.map(|m| m * RADIUS_PART)),
            SegmentFrame::new(tip, arm.hand, distance_m(arm.wrist, tip)),
        ]
    }

    fn centres(&self) -> [Result<Point<Stage>, Gap>; JointCentre::ALL.len()] {
        JointCentre::ALL.map(|centre| {
            let at = match centre {
                JointCentre::Hip(side) => self.pelvis.hips[side.index()],
                JointCentre::Knee(side) => self.legs[side.index()].knee,
                JointCentre::Ankle(side) => self.legs[side.index()].ankle,
                JointCentre::Shoulder(side) => self.arms[side.index()].shoulder,
                JointCentre::Elbow(side) => self.arms[side.index()].elbow,
                JointCentre::Wrist(side) => self.arms[side.index()].wrist,
                JointCentre::Hand(side) => self.arms[side.index()].hand_centre,
            };
            at.map(Point::saturating)
        })
    }

    fn angles(&self, model: &PlugInGait) -> [Result<[f64; 3], Gap>; Angle::ALL.len()] {
        let lower = model.constants.lower_progression.map(Progression::axes);
        let upper = model.constants.upper_progression.map(Progression::axes);
        // The trunk is one: its angles are worked out once and mirrored.
        let trunk = self.trunk_angles(lower, upper);
        let [left, right] = BodySide::BOTH.map(|side| self.limb_angles(side, lower));
        let [left_pelvis, left_head, left_thorax, left_neck, left_spine] = trunk;
        let [pelvis, head, thorax, neck, spine] = trunk.map(|a| a.map(angle::mirrored));
        let [lhip, lknee, lankle, labs, lfoot, lshoulder, lelbow, lwrist] = left;
        let [rhip, rknee, rankle, rabs, rfoot, rshoulder, relbow, rwrist] = right;
        [
            left_pelvis,
            pelvis,
            lhip,
            rhip,
            lknee,
            rknee,
            lankle,
            rankle,
            labs,
            rabs,
            lfoot,
            rfoot,
            left_head,
            head,
            left_thorax,
            thorax,
            left_neck,
            neck,
            left_spine,
            spine,
            lshoulder,
            rshoulder,
            lelbow,
            relbow,
            lwrist,
            rwrist,
        ]
    }

    /// Pelvis, head, thorax, neck and spine, as the left side counts them.
    fn trunk_angles(
        &self,
        lower: Result<DMat3, Gap>,
        upper: Result<DMat3, Gap>,
    ) -> [Result<[f64; 3], Gap>; 5] {
        let (pelvis, thorax, head) = (self.pelvis.axes, self.thorax.axes, self.head);
        [
            between(BodySide::Left, angle::trunk, lower, pelvis),
            between(BodySide::Left, angle::upward, upper, head),
            between(BodySide::Left, angle::trunk, upper, thorax),
            between(BodySide::Left, angle::upward, head, thorax),
            between(BodySide::Left, angle::upward, thorax, pelvis),
        ]
    }

    /// One side's hip, knee, ankle, absolute ankle, foot, shoulder, elbow and wrist.
    fn limb_angles(&self, side: BodySide, lower: Result<DMat3, Gap>) -> [Result<[f64; 3], Gap>; 8] {
        let (leg, arm) = (&self.legs[side.index()], &self.arms[side.index()]);
        [
            between(side, angle::hip, self.pelvis.axes, leg.femur),
            between(side, angle::hinge, leg.femur, leg.untorsioned_tibia),
            between(side, angle::ankle, leg.tibia, leg.foot),
            between(side, angle::absolute_ankle, leg.tibia, leg.foot),
            between(side, angle::foot_progress, lower, leg.foot),
            between(side, angle::shoulder, self.thorax.axes, arm.humerus),
            between(side, angle::elbow, arm.humerus, arm.radius),
            between(side, angle::hinge, arm.radius, arm.hand),
        ]
    }
}

fn between(
    side: BodySide,
    angles: impl Fn(BodySide, DMat3, DMat3) -> [f64; 3],
    parent: Result<DMat3, Gap>,
    child: Result<DMat3, Gap>,
) -> Result<[f64; 3], Gap> {
    Ok(angles(side, parent?, child?))
}
