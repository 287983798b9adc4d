//! A subject that never was: joint centres are chosen, and markers are placed around them by the published definition of
//! Plug-in Gait.

use cyc_model::{Point, Stage};
use cyc_solver::plug_in_gait::{
    BodySide, Marker, MarkerColumns, PlugInGait, SubjectMeasurements, Trial, TrialConstants,
};
use glam::{DMat3, DQuat, DVec3, EulerRot};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::HashMap;

const RADIUS_M: f64 = 0.0095;

/// A body of known joints, in the stage.
pub struct Synthetic {
    pub subject: SubjectMeasurements,
    pub markers: HashMap<Marker, DVec3>,
    pub centres: HashMap<&'static str, DVec3>,
    pub axes: HashMap<&'static str, DMat3>,
    pub hip_deg: [[f64; 3]; 2],
    pub knee_deg: [[f64; 3]; 2],
}

fn cardan(y: f64, x: f64, z: f64) -> DMat3 {
    DMat3::from_euler(EulerRot::YXZ, y, x, z)
}

/// A subject like nobody else, with every offset in use. Lengths in metres.
fn subject(rng: &mut ChaCha8Rng) -> SubjectMeasurements {
    let mut subject = SubjectMeasurements {
        marker_diameter_m: 2.0 * RADIUS_M,
        inter_asis_m: None,
        head_offset_rad: rng.random_range(-0.3..0.3),
        ..SubjectMeasurements::default()
    };
    for side in &mut subject.sides {
        side.leg_length_m = Some(rng.random_range(0.6..1.05));
        side.asis_trochanter_m = rng.random_bool(0.5).then(|| rng.random_range(0.04..0.09));
        side.knee_width_m = Some(rng.random_range(0.08..0.15));
        side.ankle_width_m = Some(rng.random_range(0.05..0.1));
        side.tibial_torsion_rad = rng.random_range(-0.4..0.4);
        side.thigh_rotation_rad = rng.random_range(-0.4..0.4);
        side.shank_rotation_rad = rng.random_range(-0.4..0.4);
        side.static_plant_flex_rad = rng.random_range(0.0..0.4);
        side.static_rot_off_rad = rng.random_range(-0.2..0.2);
        side.shoulder_offset_m = Some(rng.random_range(0.03..0.06));
        side.elbow_width_m = Some(rng.random_range(0.06..0.1));
        side.wrist_width_m = Some(rng.random_range(0.04..0.07));
        side.hand_thickness_m = Some(rng.random_range(0.015..0.035));
    }
    subject
}

/// Stage axes of somebody who stands facing a heading: x forward, y left, z up.
pub fn standing(heading_rad: f64) -> DMat3 {
    DMat3::from_rotation_y(heading_rad) * DMat3::from_cols(DVec3::X, DVec3::NEG_Z, DVec3::Y)
}

fn sign(side: BodySide) -> f64 {
    match side {
        BodySide::Left => 1.0,
        BodySide::Right => -1.0,
    }
}

fn marker(side: BodySide, name: &str) -> Marker {
    let prefix = match side {
        BodySide::Left => "L",
        BodySide::Right => "R",
    };
    let label = format!("{prefix}{name}");
    Marker::ALL
        .into_iter()
        .find(|m| m.label() == label)
        .unwrap()
}

fn named(side: BodySide, left: &'static str, right: &'static str) -> &'static str {
    match side {
        BodySide::Left => left,
        BodySide::Right => right,
    }
}

impl Synthetic {
    pub fn new(seed: u64, heading_rad: f64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut body = Self {
            subject: subject(&mut rng),
            markers: HashMap::new(),
            centres: HashMap::new(),
            axes: HashMap::new(),
            hip_deg: [[0.0; 3]; 2],
            knee_deg: [[0.0; 3]; 2],
        };
        let mut tilt = || rng.random_range(-0.3..0.3);
        let pelvis = standing(heading_rad) * cardan(tilt(), tilt(), tilt());
        let thorax = standing(heading_rad) * cardan(tilt(), tilt(), tilt());
        let head = standing(heading_rad) * cardan(tilt(), tilt(), tilt());
        let middle = DVec3::new(0.4, 1.0, -0.7);
        let half_asis = rng.random_range(0.1..0.15);
        for (name, at) in [
            (Marker::LASI, DVec3::new(0.0, half_asis, 0.0)),
            (Marker::RASI, DVec3::new(0.0, -half_asis, 0.0)),
            (Marker::LPSI, DVec3::new(-0.17, 0.05, 0.0)),
            (Marker::RPSI, DVec3::new(-0.16, -0.03, 0.0)),
        ] {
            body.markers.insert(name, middle + pelvis * at);
        }
        body.axes.insert("PEL", pelvis);
        for side in BodySide::BOTH {
            let hip = middle + pelvis * body.hip_in_pelvis(side, half_asis);
            body.centres.insert(named(side, "LHJC", "RHJC"), hip);
            body.place_leg(side, hip, pelvis, &mut rng);
        }
        body.place_trunk(middle + DVec3::new(0.02, 0.5, 0.01), thorax, head);
        for side in BodySide::BOTH {
            body.place_arm(side, thorax, &mut rng);
        }
        body
    }

    /// Newington-Gage, in millimetres as it was published.
    fn hip_in_pelvis(&self, side: BodySide, half_asis_m: f64) -> DVec3 {
        let leg_mm = self.subject.sides.map(|s| s.leg_length_m.unwrap() * 1e3);
        let c = 0.115 * (leg_mm[0] + leg_mm[1]) / 2.0 - 15.3;
        let i = side as usize;
        let trochanter = match self.subject.sides[i].asis_trochanter_m {
            Some(metres) => metres * 1e3,
            None => 0.1288 * leg_mm[i] - 48.56,
        };
        let t = trochanter + RADIUS_M * 1e3;
        let (theta, beta) = (0.5_f64, 0.314_f64);
        DVec3::new(
            c * theta.cos() * beta.sin() - t * beta.cos(),
            -sign(side) * (c * theta.sin() - half_asis_m * 1e3),
            -c * theta.cos() * beta.cos() - t * beta.sin(),
        ) * 1e-3
    }

    fn place_leg(&mut self, side: BodySide, hip: DVec3, pelvis: DMat3, rng: &mut ChaCha8Rng) {
        let (s, measured) = (sign(side), self.subject.sides[side as usize]);
        let hip_rad = [0; 3].map(|_| rng.random_range(-0.6..0.6));
        let knee_rad = [
            rng.random_range(0.1..1.8),
            rng.random_range(-0.3..0.3),
            rng.random_range(-0.4..0.4),
        ];
        // On the left a positive adduction and rotation turn the other way.
        let femur = pelvis * cardan(-hip_rad[0], -s * hip_rad[1], -s * hip_rad[2]);
        let knee = hip - femur.z_axis * 0.41;
        let untorsioned = femur * cardan(knee_rad[0], -s * knee_rad[1], -s * knee_rad[2]);
        let ankle = knee - untorsioned.z_axis * 0.43;
        let tibia = untorsioned * DMat3::from_rotation_z(-s * measured.tibial_torsion_rad);
        let lateral = DVec3::Y * s;
        // A wand that sits behind the flexion axis, for a positive rotation.
        let wand = |rotation: f64| DVec3::new(-rotation.sin(), s * rotation.cos(), 0.0) * 0.1;
        let technical = tibia * cardan(-1.3, rng.random_range(-0.2..0.2), 0.0);
        let foot = technical
            * DMat3::from_rotation_y(-measured.static_plant_flex_rad)
            * DMat3::from_rotation_x(-s * measured.static_rot_off_rad);
        let out = |width_m: Option<f64>| lateral * (width_m.unwrap() / 2.0 + RADIUS_M);
        for (name, at) in [
            ("KNE", knee + femur * out(measured.knee_width_m)),
            (
                "THI",
                knee + femur * (wand(measured.thigh_rotation_rad) + DVec3::Z * 0.2),
            ),
            ("ANK", ankle + tibia * out(measured.ankle_width_m)),
            (
                "TIB",
                ankle + tibia * (wand(measured.shank_rotation_rad) + DVec3::Z * 0.24),
            ),
            ("TOE", ankle - technical.z_axis * 0.19),
            // Along the foot from the toe: what a static trial sees.
            ("HEE", ankle - technical.z_axis * 0.19 + foot.z_axis * 0.24),
        ] {
            self.markers.insert(marker(side, name), at);
        }
        self.centres.insert(named(side, "LKJC", "RKJC"), knee);
        self.centres.insert(named(side, "LAJC", "RAJC"), ankle);
        self.axes.insert(named(side, "LFE", "RFE"), femur);
        self.axes.insert(named(side, "LTI", "RTI"), tibia);
        self.axes.insert(named(side, "LFO", "RFO"), foot);
        self.hip_deg[side as usize] = hip_rad.map(f64::to_degrees);
        self.knee_deg[side as usize] = knee_rad.map(f64::to_degrees);
    }

    fn place_trunk(&mut self, top: DVec3, thorax: DMat3, head: DMat3) {
        let clavicle = DVec3::new(RADIUS_M, 0.0, 0.0);
        let spine = DVec3::new(-0.13, 0.0, 0.06);
        // Breast and back marker hang below by vectors whose mean is straight down.
        let down = |forward: f64| DVec3::new(forward, 0.0, -0.16);
        for (name, at) in [
            (Marker::CLAV, clavicle),
            (Marker::C7, spine),
            (Marker::STRN, clavicle + down(0.03)),
            (Marker::T10, spine + down(-0.03)),
        ] {
            self.markers.insert(name, top + thorax * at);
        }
        self.centres.insert("thorax", top);
        self.axes.insert("thorax", thorax);
        // The head's own markers look up by the offset when the head is level.
        let markers = head * DMat3::from_rotation_y(-self.subject.head_offset_rad);
        let middle = top + DVec3::Y * 0.3;
        for (name, at) in [
            (Marker::LFHD, DVec3::new(0.1, 0.07, 0.0)),
            (Marker::RFHD, DVec3::new(0.1, -0.07, 0.0)),
            (Marker::LBHD, DVec3::new(-0.1, 0.06, 0.0)),
            (Marker::RBHD, DVec3::new(-0.1, -0.06, 0.0)),
        ] {
            self.markers.insert(name, middle + markers * at);
        }
        self.axes.insert("HED", head);
    }

    fn place_arm(&mut self, side: BodySide, thorax: DMat3, rng: &mut ChaCha8Rng) {
        let (s, measured) = (sign(side), self.subject.sides[side as usize]);
        let top = self.centres["thorax"];
        let forward = thorax.x_axis;
        // The marker stands square on the line from thorax to joint, and joint and marker lie in a plane square to the
        // forward axis made square to the marker's direction: that fixes its forward part.
        let joint = thorax * DVec3::new(rng.random_range(-0.07..0.0), s * 0.17, -0.01);
        let d = measured.shoulder_offset_m.unwrap() + RADIUS_M;
        let along = joint.normalize_or_zero();
        let e1 = (forward - along * along.dot(forward)).normalize_or_zero();
        let e2 = along.cross(e1) * -s;
        let part = joint.dot(forward) * d / joint.length_squared() / e1.dot(forward);
        let shoulder = top + joint;
        let sho = shoulder + (e1 * part + e2 * (1.0 - part * part).sqrt()) * d;
        // The elbow's marker stands outward, square on the upper arm; the wrist markers' middle lies where the normal of
        // the arm's plane is what leads from marker to joint.
        let arm = thorax
            * cardan(
                rng.random_range(-0.8..0.5),
                -s * rng.random_range(0.2..0.8),
                0.3 * s,
            );
        let elbow = shoulder - arm.z_axis * 0.29;
        let elb = elbow + arm * DVec3::Y * (s * (measured.elbow_width_m.unwrap() / 2.0 + RADIUS_M));
        let plane = (shoulder - elb).cross(elbow - elb).normalize_or_zero();
        let straight = (elb - shoulder).normalize_or_zero();
        let wrist_middle = elb + straight * 0.14 + plane * (s * 0.2);
        let to_elbow = (elbow - wrist_middle).normalize_or_zero();
        let inward = DQuat::from_axis_angle(to_elbow, rng.random_range(-0.5..0.5))
            * to_elbow.any_orthonormal_vector();
        let wrist = wrist_middle + inward * (measured.wrist_width_m.unwrap() / 2.0 + RADIUS_M);
        let bar = (to_elbow.cross(inward) * s + to_elbow * 0.2) * 0.03;
        let hand_dir = DQuat::from_axis_angle(inward, 0.3) * -to_elbow;
        let hand = wrist + hand_dir * 0.08;
        let up = (wrist_middle - wrist) - hand_dir * (wrist_middle - wrist).dot(hand_dir);
        let fin_m = measured.hand_thickness_m.unwrap() / 2.0 + RADIUS_M;
        for (name, at) in [
            ("SHO", sho),
            ("ELB", elb),
            ("WRA", wrist_middle + bar),
            ("WRB", wrist_middle - bar),
            ("FIN", hand + up.normalize_or_zero() * fin_m),
        ] {
            self.markers.insert(marker(side, name), at);
        }
        for (name, at) in [
            (named(side, "LSJC", "RSJC"), shoulder),
            (named(side, "LEJC", "REJC"), elbow),
            (named(side, "LWJC", "RWJC"), wrist),
            (named(side, "LHAND", "RHAND"), hand),
        ] {
            self.centres.insert(name, at);
        }
    }

    pub fn points(&self) -> Vec<Option<Point<Stage>>> {
        Marker::ALL
            .into_iter()
            .map(|m| Some(Point::saturating(*self.markers.get(&m)?)))
            .collect()
    }

    /// Columns without the sacral marker, which nobody here wears.
    pub fn columns() -> MarkerColumns {
        let label = |m: Marker| if m == Marker::SACR { "none" } else { m.label() };
        MarkerColumns::find(Marker::ALL.into_iter().map(label))
    }

    pub fn model(&self) -> PlugInGait {
        let columns = Self::columns();
        let constants = TrialConstants::of(&self.subject, &columns, &[self.points()]);
        PlugInGait::new(self.subject, columns, constants, Trial::Dynamic)
    }
}
