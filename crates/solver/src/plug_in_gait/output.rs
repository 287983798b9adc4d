//! The model's output under Vicon's names: points for a C3D, columns for a CSV.
//!
//! Vicon writes a segment as four points (`LFEO`, `LFEA`, `LFEL`, `LFEP`: the origin, and the ends of its axes) and each
//! triple of angles as a point of its own (`LHipAngles`, degrees). Both are in the laboratory's axes, z up. The names
//! come in a fixed order, so that a writer lays its columns out once and then appends [`values`] frame by frame.

use super::{Angle, GaitFrame, Gap, JointCentre, Segment};
use cyc_model::{Point, Stage};
use glam::DVec3;

/// What an output's three numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputKind {
    /// A place: x, y, z in the laboratory's axes (z up), millimetres.
    PointMm,
    /// Three angles, degrees.
    AnglesDeg,
}

/// One named triple of numbers a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Output {
    /// Vicon's label.
    pub label: &'static str,
    /// What the three numbers are.
    pub kind: OutputKind,
}

/// How many triples a frame has: four points a segment, the joint centres, the angles.
pub const OUTPUTS: usize = 4 * Segment::ALL.len() + JointCentre::ALL.len() + Angle::ALL.len();

/// The outputs, in the order of [`values`].
pub fn outputs() -> [Output; OUTPUTS] {
    let points = Segment::ALL.map(Segment::point_labels);
    let points = points.as_flattened().iter().copied();
    let centres = JointCentre::ALL.map(JointCentre::label).into_iter();
    let places = points.chain(centres).map(|label| Output {
        label,
        kind: OutputKind::PointMm,
    });
    let angles = Angle::ALL
        .map(Angle::label)
        .into_iter()
        .map(|label| Output {
            label,
            kind: OutputKind::AnglesDeg,
        });
    let mut all = places.chain(angles);
    std::array::from_fn(|_| {
        all.next().unwrap_or(Output {
            label: "",
            kind: OutputKind::AnglesDeg,
        })
    })
}

/// A frame's triples, in the order of [`outputs`]: millimetres and degrees, or why there is no value. Allocates nothing.
pub fn values(frame: &GaitFrame) -> [Result<[f64; 3], Gap>; OUTPUTS] {
    let mut all = [Ok([0.0; 3]); OUTPUTS];
    let mut places = all.iter_mut();
    let mut put = |value: Result<[f64; 3], Gap>| {
        if let Some(place) = places.next() {
            *place = value;
        }
    };
    for segment in Segment::ALL {
        for point in frame.segment(segment).points() {
            put(point.map(laboratory_mm));
        }
    }
    for centre in JointCentre::ALL {
        put(frame.joint_centre(centre).map(laboratory_mm));
    }
    for angle in Angle::ALL {
        put(frame.angle_deg(angle));
    }
    all
}

/// A stage point in the laboratory's axes (z up), millimetres.
pub fn laboratory_mm(point: Point<Stage>) -> [f64; 3] {
    let DVec3 { x, y, z } = point.metres() * 1e3;
    [x, -z, y]
}
