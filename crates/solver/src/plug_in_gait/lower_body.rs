//! Pelvis, thighs, shanks and feet.
//!
//! The hip joints lie in the pelvis by the Newington-Gage regression (Davis et al. 1991): with C = 0.115 L - 15.3 mm of the
//! mean leg length L, half the distance of the front spines a, the trochanter's distance T and a marker's radius r,
//! x = C cos θ sin β - (T + r) cos β, y = ±(a - C sin θ), z = -C cos θ cos β - (T + r) sin β, θ = 0.5, β = 0.314
//! radians. Knee and ankle follow by chords. Each step depends on the one above and on nothing else.

use super::chord::Chord;
use super::marker::Seen;
use super::prepared::PreparedLeg;
use super::segment::axes_along;
use super::{BodySide, Gap, Measurement, Segment, SubjectMeasurements};
use glam::{DMat3, DVec3};

const HIP_THETA_RAD: f64 = 0.5;
const HIP_BETA_RAD: f64 = 0.314;

/// Where in the foot's axes the drawn foot's origin lies, as parts of its length; y is outward.
const FOOT_ORIGIN: DVec3 = DVec3::new(-11.0 / 169.0, 11.0 / 169.0, -120.0 / 169.0);
/// The toes' length and their distance before the foot's origin, as a part of its length.
pub(super) const TOE_PART: f64 = 1.0 / 3.0;
/// The hip joints in the pelvis's axes, metres from the middle of the front spines.
pub(super) fn hip_offsets(
    subject: &SubjectMeasurements,
    inter_asis_m: Result<f64, Gap>,
) -> [Result<DVec3, Gap>; 2] {
    BodySide::BOTH.map(|side| {
        let leg_m = |side| subject.required(side, Measurement::LegLength);
        let mean_m = 0.5 * (leg_m(BodySide::Left)? + leg_m(BodySide::Right)?);
        let c = 0.115 * mean_m - 0.0153;
        let trochanter_m = match subject.side(side).asis_trochanter_m {
            Some(measured) => measured,
            None => 0.1288 * leg_m(side)? - 0.04856,
        };
        let t = trochanter_m + subject.marker_radius_m();
        let half_asis = 0.5 * subject.inter_asis_m.map_or(inter_asis_m, Ok)?;
        let (sin_theta, cos_theta) = HIP_THETA_RAD.sin_cos();
        let (sin_beta, cos_beta) = HIP_BETA_RAD.sin_cos();
        Ok(DVec3::new(
            c * cos_theta * sin_beta - t * cos_beta,
            side.sign() * (half_asis - c * sin_theta),
            -c * cos_theta * cos_beta - t * sin_beta,
        ))
    })
}

/// The pelvis in one frame, stage coordinates.
pub(super) struct Pelvis {
    pub axes: Result<DMat3, Gap>,
    pub hips: [Result<DVec3, Gap>; 2],
}

impl Pelvis {
    pub fn of(seen: &Seen<'_>, hip_offsets: &[Result<DVec3, Gap>; 2]) -> Self {
        use super::Marker::{LASI, RASI};
        let axes = || {
            let (left, right) = (seen.at(LASI)?, seen.at(RASI)?);
            let forward = 0.5 * (left + right) - seen.sacrum()?;
            let axes = || {
                let y = (left - right).try_normalize()?;
                let x = (forward - y * forward.dot(y)).try_normalize()?;
                Some(DMat3::from_cols(x, y, x.cross(y)))
            };
            axes().ok_or(Gap::Degenerate(Segment::Pelvis))
        };
        let axes = axes();
        let hip = |offset: Result<DVec3, Gap>| Ok(seen.mid(LASI, RASI)? + axes? * offset?);
        Self {
            axes,
            hips: hip_offsets.map(hip),
        }
    }

    /// Halfway between the hip joints.
    pub fn origin(&self) -> Result<DVec3, Gap> {
        Ok(0.5 * (self.hips[0]? + self.hips[1]?))
    }

    /// From hip to hip.
    pub fn width_m(&self) -> Result<f64, Gap> {
        Ok(self.hips[0]?.distance(self.hips[1]?))
    }
}

/// For each foot that is known to stand flat, how much higher than the toe marker its heel counts, metres.
pub(super) type FlatFeet = [Option<f64>; 2];

/// One leg in one frame, stage coordinates.
pub(super) struct Leg {
    pub knee: Result<DVec3, Gap>,
    pub femur: Result<DMat3, Gap>,
    pub ankle: Result<DVec3, Gap>,
    /// With the tibia's torsion: y is the ankle's flexion axis.
    pub tibia: Result<DMat3, Gap>,
    /// Without it: y is the knee's, as far as the tibia knows it.
    pub untorsioned_tibia: Result<DMat3, Gap>,
    /// z points backward, x up.
    pub foot: Result<DMat3, Gap>,
}

impl Leg {
    pub fn of(
        side: BodySide,
        seen: &Seen<'_>,
        hip: Result<DVec3, Gap>,
        is: &PreparedLeg,
        static_flat_feet: Option<FlatFeet>,
    ) -> Self {
        let markers = side.leg();
        let [femur_is, tibia_is] = match side {
            BodySide::Left => [Segment::LeftFemur, Segment::LeftTibia],
            BodySide::Right => [Segment::RightFemur, Segment::RightTibia],
        };
        let joint = |above: Result<DVec3, Gap>, marker, wand, offset_m, turn, segment| {
            let (above, offset_m): (DVec3, f64) = (above?, offset_m?);
            let chord = Chord {
                above,
                marker: seen.at(marker)?,
                wand: seen.at(wand)?,
            };
            chord.joint(offset_m, turn).ok_or(Gap::Degenerate(segment))
        };
        let bone = |above: Result<DVec3, Gap>, joint: Result<DVec3, Gap>, marker, segment| {
            let (above, joint) = (above?, joint?);
            let lateral = side.sign() * (seen.at(marker)? - joint);
            axes_along(above - joint, lateral).ok_or(Gap::Degenerate(segment))
        };
        let (kne, thi) = (markers.knee, markers.thigh);
        let (ank, tib) = (markers.ankle, markers.tibia);
        let knee = joint(hip, kne, thi, is.knee_m, is.thigh, femur_is);
        let ankle = joint(knee, ank, tib, is.ankle_m, is.shank, tibia_is);
        let tibia = bone(knee, ankle, ank, tibia_is);
        let foot = || match static_flat_feet {
            Some(flat) => level_foot(side, seen, tibia?, flat),
            None => Ok(technical_foot(side, seen, ankle?, tibia?)? * is.foot_offset),
        };
        Self {
            knee,
            femur: bone(hip, knee, kne, femur_is),
            ankle,
            tibia,
            untorsioned_tibia: tibia.map(|axes| axes * is.untwist),
            foot: foot(),
        }
    }
}

fn foot_of(side: BodySide) -> Segment {
    match side {
        BodySide::Left => Segment::LeftFoot,
        BodySide::Right => Segment::RightFoot,
    }
}

/// The foot that every frame knows: from the toe marker to the ankle joint, flexing about the ankle's axis.
pub(super) fn technical_foot(
    side: BodySide,
    seen: &Seen<'_>,
    ankle: DVec3,
    tibia: DMat3,
) -> Result<DMat3, Gap> {
    let toe = seen.at(side.leg().toe)?;
    axes_along(ankle - toe, tibia.y_axis).ok_or(Gap::Degenerate(foot_of(side)))
}

/// The foot as it stands in the static trial: from toe to heel, level with the floor when it is known to stand flat.
pub(super) fn level_foot(
    side: BodySide,
    seen: &Seen<'_>,
    tibia: DMat3,
    flat: FlatFeet,
) -> Result<DMat3, Gap> {
    let markers = side.leg();
    let (toe, mut heel) = (seen.at(markers.toe)?, seen.at(markers.heel)?);
    if let Some(sole_delta_m) = flat[side.index()] {
        heel.y = toe.y + sole_delta_m;
    }
    axes_along(heel - toe, tibia.y_axis).ok_or(Gap::Degenerate(foot_of(side)))
}

/// The drawn foot's origin, from the ankle joint.
pub(super) fn foot_origin(
    side: BodySide,
    ankle: Result<DVec3, Gap>,
    foot: Result<DMat3, Gap>,
    length_m: Result<f64, Gap>,
) -> Result<DVec3, Gap> {
    let part = FOOT_ORIGIN * DVec3::new(1.0, side.sign(), 1.0);
    Ok(ankle? + foot? * (part * length_m?))
}
