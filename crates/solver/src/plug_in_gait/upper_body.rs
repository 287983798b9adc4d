//! Head, thorax, clavicles, arms and hands.
//!
//! The thorax is given by four markers directly; each arm hangs on it by chords: the shoulder from the thorax's origin, the
//! elbow from the shoulder, the hand from the wrist. The wrist joint is set in from the middle of the wrist markers,
//! square to their bar and to the forearm.

use super::chord::{Chord, WandTurn};
use super::marker::Seen;
use super::prepared::PreparedArm;
use super::segment::axes_along;
use super::{BodySide, Gap, Marker, Segment};
use glam::{DMat3, DVec3};

/// The drawn head's origin lies behind and below the middle of the front markers by these parts of its length.
const HEAD_BACK: f64 = 0.84;
const HEAD_DOWN: f64 = 0.3;
/// The drawn forearm's part of the distance from wrist to elbow.
pub(super) const RADIUS_PART: f64 = 0.93;
/// The thorax is drawn with its y to the right and its z down.
pub(super) const DRAWN_THORAX: DMat3 = DMat3::from_cols(DVec3::X, DVec3::NEG_Y, DVec3::NEG_Z);

/// The axes that the head's markers show.
pub(super) fn head_axes(seen: &Seen<'_>) -> Result<DMat3, Gap> {
    use Marker::{LBHD, LFHD, RBHD, RFHD};
    let forward = seen.mid(LFHD, RFHD)? - seen.mid(LBHD, RBHD)?;
    let left = seen.mid(LFHD, LBHD)? - seen.mid(RFHD, RBHD)?;
    let axes = || {
        let x = forward.try_normalize()?;
        let z = x.cross(left).try_normalize()?;
        Some(DMat3::from_cols(x, z.cross(x), z))
    };
    axes().ok_or(Gap::Degenerate(Segment::Head))
}

/// The drawn head's origin.
pub(super) fn head_origin(
    seen: &Seen<'_>,
    axes: Result<DMat3, Gap>,
    length_m: Result<f64, Gap>,
) -> Result<DVec3, Gap> {
    let front = seen.mid(Marker::LFHD, Marker::RFHD)?;
    let (axes, length_m) = (axes?, length_m?);
    Ok(front - (axes.x_axis * HEAD_BACK + axes.z_axis * HEAD_DOWN) * length_m)
}

/// The thorax in one frame, stage coordinates.
pub(super) struct Thorax {
    /// x forward, y to the left, z up.
    pub axes: Result<DMat3, Gap>,
    pub origin: Result<DVec3, Gap>,
}

impl Thorax {
    pub fn of(seen: &Seen<'_>, marker_radius_m: f64) -> Self {
        use Marker::{C7, CLAV, STRN, T10};
        let axes = || {
            let up = seen.mid(CLAV, C7)? - seen.mid(STRN, T10)?;
            let forward = seen.mid(CLAV, STRN)? - seen.mid(C7, T10)?;
            let left = up.cross(forward);
            axes_along(up, left).ok_or(Gap::Degenerate(Segment::Thorax))
        };
        let axes = axes();
        let origin = || Ok(seen.at(CLAV)? - axes?.x_axis * marker_radius_m);
        Self {
            axes,
            origin: origin(),
        }
    }
}

/// One arm in one frame, stage coordinates.
pub(super) struct Arm {
    pub shoulder: Result<DVec3, Gap>,
    pub clavicle: Result<DMat3, Gap>,
    pub elbow: Result<DVec3, Gap>,
    /// y is the elbow's flexion axis.
    pub humerus: Result<DMat3, Gap>,
    pub wrist: Result<DVec3, Gap>,
    pub radius: Result<DMat3, Gap>,
    /// The hand's middle, at half the drawn hand's length.
    pub hand_centre: Result<DVec3, Gap>,
    pub hand: Result<DMat3, Gap>,
}

struct ArmSegments {
    clavicle: Segment,
    humerus: Segment,
    radius: Segment,
    hand: Segment,
}

fn segments(side: BodySide) -> ArmSegments {
    let [clavicle, humerus, radius, hand] = match side {
        BodySide::Left => [
            Segment::LeftClavicle,
            Segment::LeftHumerus,
            Segment::LeftRadius,
            Segment::LeftHand,
        ],
        BodySide::Right => [
            Segment::RightClavicle,
            Segment::RightHumerus,
            Segment::RightRadius,
            Segment::RightHand,
        ],
    };
    ArmSegments {
        clavicle,
        humerus,
        radius,
        hand,
    }
}

impl Arm {
    pub fn of(side: BodySide, seen: &Seen<'_>, thorax: &Thorax, measured: &PreparedArm) -> Self {
        let is = segments(side);
        let markers = side.arm();
        let shoulder = shoulder(side, seen, thorax, measured);
        let clavicle = || {
            let (shoulder, top) = (shoulder?, thorax.origin?);
            let lateral = side.sign() * (seen.at(markers.shoulder)? - shoulder);
            axes_along(top - shoulder, lateral).ok_or(Gap::Degenerate(is.clavicle))
        };
        let elbow = elbow(side, seen, shoulder, measured);
        let wrist = wrist(side, seen, elbow, measured);
        let humerus = || {
            let (shoulder, elbow) = (shoulder?, elbow?);
            let up = shoulder - elbow;
            let flexion_axis = (wrist? - elbow).cross(up);
            axes_along(up, flexion_axis).ok_or(Gap::Degenerate(is.humerus))
        };
        let humerus = humerus();
        let radius = || {
            let up = elbow? - wrist?;
            axes_along(up, humerus?.y_axis).ok_or(Gap::Degenerate(is.radius))
        };
        let hand_centre = hand_centre(side, seen, wrist, measured);
        let hand = || {
            let bar = seen.at(markers.wrist_b)? - seen.at(markers.wrist_a)?;
            let up = wrist? - hand_centre?;
            axes_along(up, side.sign() * bar).ok_or(Gap::Degenerate(is.hand))
        };
        Self {
            shoulder,
            clavicle: clavicle(),
            elbow,
            humerus,
            wrist,
            radius: radius(),
            hand_centre,
            hand: hand(),
        }
    }

    /// The drawn hand's origin: its tip, as far beyond the hand's middle as that is beyond the wrist.
    pub fn hand_tip(&self) -> Result<DVec3, Gap> {
        let wrist = self.wrist?;
        Ok(wrist + 2.0 * (self.hand_centre? - wrist))
    }
}

/// The shoulder joint, below its marker in the plane that stands square to the thorax's forward axis.
fn shoulder(
    side: BodySide,
    seen: &Seen<'_>,
    thorax: &Thorax,
    measured: &PreparedArm,
) -> Result<DVec3, Gap> {
    let is = segments(side).clavicle;
    let (top, marker) = (thorax.origin?, seen.at(side.arm().shoulder)?);
    let forward = thorax.axes?.x_axis;
    let wand = forward.cross(marker - top).try_normalize();
    let chord = Chord {
        above: top,
        marker,
        wand: top + side.sign() * wand.ok_or(Gap::Degenerate(is))?,
    };
    chord
        .joint(measured.shoulder_m?, WandTurn::NONE)
        .ok_or(Gap::Degenerate(is))
}

/// The elbow joint, inward from its marker along the normal of the arm's plane.
fn elbow(
    side: BodySide,
    seen: &Seen<'_>,
    shoulder: Result<DVec3, Gap>,
    measured: &PreparedArm,
) -> Result<DVec3, Gap> {
    let is = segments(side).humerus;
    let markers = side.arm();
    let (shoulder, marker) = (shoulder?, seen.at(markers.elbow)?);
    let wrist_middle = seen.mid(markers.wrist_a, markers.wrist_b)?;
    let normal = (shoulder - marker)
        .cross(wrist_middle - marker)
        .try_normalize();
    let chord = Chord {
        above: shoulder,
        marker,
        wand: marker + side.sign() * normal.ok_or(Gap::Degenerate(is))?,
    };
    chord
        .joint(measured.elbow_m?, WandTurn::NONE)
        .ok_or(Gap::Degenerate(is))
}

fn wrist(
    side: BodySide,
    seen: &Seen<'_>,
    elbow: Result<DVec3, Gap>,
    measured: &PreparedArm,
) -> Result<DVec3, Gap> {
    let markers = side.arm();
    let middle = seen.mid(markers.wrist_a, markers.wrist_b)?;
    let bar = seen.at(markers.wrist_a)? - seen.at(markers.wrist_b)?;
    let inward = bar
        .cross(elbow? - middle)
        .try_normalize()
        .ok_or(Gap::Degenerate(segments(side).radius))?;
    let depth_m = measured.wrist_m?;
    Ok(middle + inward * (side.sign() * depth_m))
}

fn hand_centre(
    side: BodySide,
    seen: &Seen<'_>,
    wrist: Result<DVec3, Gap>,
    measured: &PreparedArm,
) -> Result<DVec3, Gap> {
    let markers = side.arm();
    let chord = Chord {
        above: wrist?,
        marker: seen.at(markers.finger)?,
        wand: seen.mid(markers.wrist_a, markers.wrist_b)?,
    };
    chord
        .joint(measured.hand_m?, WandTurn::NONE)
        .ok_or(Gap::Degenerate(segments(side).hand))
}
