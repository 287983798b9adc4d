//! The whole objective of production, against its minimum by a dense solve that shares nothing with the solver.
//!
//! Everything is written down again here: kinematics from the rig's public parts, the objective term by term, residuals
//! differenced numerically, dense normal equations by Gaussian elimination, iterated until nothing moves. The pose and
//! its prediction are taken from the fitter's published joints of three frames.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod minimal_c3d;

use cyc_model::{Dof, HumanBone, JointFrame, Point, Rig, Stage, Xf};
use cyc_solver::{
    CalibrateSettings, FitSettings, Fitter, HUMAN_SKELETON, Loss, PLUG_IN_GAIT_39, build_rig,
    calibrate, parse_markerset, parse_skeleton, vsk,
};
use glam::{DQuat, DVec3};

type Frame = Vec<Option<Point<Stage>>>;

/// A joint's coordinates: what it is turned and, for a root, shifted from rest; angles where the joint has axes.
#[derive(Clone, Copy)]
struct Q {
    turn: DQuat,
    angles: [f64; 2],
    shift: DVec3,
}

fn log(q: DQuat) -> DVec3 {
    let q = if q.w < 0.0 { -q } else { q };
    q.to_scaled_axis()
}

/// The angle of a turn about a known axis.
fn angle_about(q: DQuat, axis: DVec3) -> f64 {
    let angle = 2.0 * q.xyz().dot(axis).atan2(q.w);
    (angle + std::f64::consts::PI).rem_euclid(std::f64::consts::TAU) - std::f64::consts::PI
}

/// Reads the coordinates off published joints.
fn coordinates(rig: &Rig, globals: &[Xf<Stage, JointFrame>]) -> Vec<Q> {
    let joints = rig.skeleton().joints().iter().zip(rig.dofs());
    joints
        .enumerate()
        .map(|(j, (joint, dofs))| {
            let rest = joint.parent_from_joint;
            let (turn, at) = (globals[j].rotation(), globals[j].translation().metres());
            let (from, origin) = joint.parent.map_or((DQuat::IDENTITY, DVec3::ZERO), |p| {
                let parent = &globals[p.idx()];
                (parent.rotation(), parent.translation().metres())
            });
            let turn = (rest.rotation().conjugate() * from.conjugate() * turn).normalize();
            let shift = from.conjugate() * (at - origin) - rest.translation().metres();
            let mut q = Q {
                turn,
                angles: [0.0; 2],
                shift: DVec3::ZERO,
            };
            match dofs.dof {
                Dof::Free => q.shift = shift,
                Dof::Hinge { axis } => q.angles[0] = angle_about(turn, axis),
                Dof::Universal { axes: [a, b] } => {
                    // Where the inner axis goes tells the outer angle.
                    let across = |v: DVec3| v - a * a.dot(v);
                    let (u, v) = (across(b), across(turn * b));
                    let outer = a.dot(u.cross(v)).atan2(u.dot(v));
                    let left = DQuat::from_axis_angle(a, -outer) * turn;
                    q.angles = [outer, angle_about(left, b)];
                }
                Dof::Ball | Dof::Fixed => {}
            }
            q
        })
        .collect()
}

fn moved(dof: Dof, q: &Q, s: &[f64]) -> Q {
    let mut to = *q;
    let v = |s: &[f64]| DVec3::new(s[0], s[1], s[2]);
    match dof {
        Dof::Fixed => {}
        Dof::Hinge { axis } => {
            to.angles[0] += s[0];
            to.turn = DQuat::from_axis_angle(axis, to.angles[0]);
        }
        Dof::Universal { axes: [a, b] } => {
            to.angles = [q.angles[0] + s[0], q.angles[1] + s[1]];
            to.turn =
                DQuat::from_axis_angle(a, to.angles[0]) * DQuat::from_axis_angle(b, to.angles[1]);
        }
        Dof::Ball => to.turn = (q.turn * DQuat::from_scaled_axis(v(s))).normalize(),
        Dof::Free => {
            to.shift += v(s);
            to.turn = (q.turn * DQuat::from_scaled_axis(v(&s[3..]))).normalize();
        }
    }
    to
}

/// Constant velocity in the coordinates.
fn predicted(rig: &Rig, before: &[Q], last: &[Q]) -> Vec<Q> {
    let pairs = before.iter().zip(last).zip(rig.dofs());
    pairs
        .map(|((a, b), dofs)| {
            let spin = log(a.turn.conjugate() * b.turn);
            let step: Vec<f64> = match dofs.dof {
                Dof::Fixed => vec![],
                Dof::Hinge { .. } => vec![b.angles[0] - a.angles[0]],
                Dof::Universal { .. } => (0..2).map(|k| b.angles[k] - a.angles[k]).collect(),
                Dof::Ball => spin.to_array().to_vec(),
                Dof::Free => [(b.shift - a.shift).to_array(), spin.to_array()].concat(),
            };
            moved(dofs.dof, b, &step)
        })
        .collect()
}

struct Problem<'a> {
    rig: &'a Rig,
    settings: FitSettings,
    frame: &'a Frame,
    predicted: Vec<Q>,
}

impl Problem<'_> {
    fn markers(&self, pose: &[Q]) -> Vec<DVec3> {
        let mut frames: Vec<(DQuat, DVec3)> = Vec::new();
        for (joint, q) in self.rig.skeleton().joints().iter().zip(pose) {
            let rest = joint.parent_from_joint;
            let (turn, at) = joint
                .parent
                .map_or((DQuat::IDENTITY, DVec3::ZERO), |p| frames[p.idx()]);
            frames.push((
                turn * rest.rotation() * q.turn,
                at + turn * (rest.translation().metres() + q.shift),
            ));
        }
        let place = |m: &cyc_model::RigMarker| {
            let (turn, at) = frames[m.joint.idx()];
            at + turn * m.in_joint.metres()
        };
        self.rig.markers().iter().map(place).collect()
    }

    /// Everything that is squared, each with the root of its weight.
    fn residuals(&self, pose: &[Q], marker_weights: &[f64]) -> Vec<f64> {
        let mut all = Vec::new();
        for ((at, seen), w) in self
            .markers(pose)
            .iter()
            .zip(self.frame)
            .zip(marker_weights)
        {
            let off = seen.map_or(DVec3::ZERO, |s| *at - s.metres()) * w.sqrt();
            all.extend(off.to_array());
        }
        let s = &self.settings;
        for (j, (q, from)) in pose.iter().zip(&self.predicted).enumerate() {
            let dofs = &self.rig.dofs()[j];
            let is = |bones: &[HumanBone]| {
                let index = |b: &HumanBone| self.rig.humanoid().joint(*b).map(|i| i.idx());
                bones.iter().any(|b| index(b) == Some(j))
            };
            use HumanBone::*;
            let rest = if is(&[Spine, Chest, UpperChest, Neck]) {
                s.chain_rest_weight
            } else if is(&[LeftShoulder, RightShoulder]) {
                s.collar_rest_weight
            } else {
                s.rest_weight
            };
            let chord = (from.turn.conjugate() * q.turn).xyz() * 2.0 * s.predicted_weight.sqrt();
            let bend = q.turn.xyz() * 2.0 * rest.sqrt();
            let shift = (q.shift - from.shift) * s.predicted_weight.sqrt();
            match dofs.dof {
                Dof::Fixed => {}
                Dof::Ball => all.extend([chord.to_array(), bend.to_array()].concat()),
                Dof::Free => all.extend([chord.to_array(), shift.to_array()].concat()),
                _ => {
                    for k in 0..dofs.dof.count() {
                        let off = q.angles[k] - from.angles[k];
                        all.push(off * s.predicted_weight.sqrt());
                        all.push(q.angles[k] * rest.sqrt());
                    }
                }
            }
            let angles = match dofs.dof {
                Dof::Ball | Dof::Free => log(q.turn).to_array(),
                _ => [q.angles[0], q.angles[1], 0.0],
            };
            for (angle, range) in angles.iter().zip(dofs.ranges) {
                if let Some(r) = range {
                    let over = (angle - r.max_rad).max(0.0) + (angle - r.min_rad).min(0.0);
                    all.push(over * s.limit_weight.sqrt());
                }
            }
        }
        all
    }

    /// What a marker's squared distance costs, and by how much the cost grows with it.
    fn loss(&self, s: f64) -> (f64, f64) {
        match self.settings.loss {
            Loss::Squared => (s, 1.0),
            Loss::GemanMcClure { sigma_m } => {
                let c = sigma_m * sigma_m;
                (s * c / (c + s), (c / (c + s)).powi(2))
            }
            Loss::Cauchy { sigma_m } => {
                let c = sigma_m * sigma_m;
                (c * (1.0 + s / c).ln(), c / (c + s))
            }
        }
    }

    fn cost(&self, pose: &[Q]) -> f64 {
        let none = vec![0.0; self.frame.len()];
        let mut cost: f64 = self.residuals(pose, &none).iter().map(|r| r * r).sum();
        for ((at, seen), m) in self
            .markers(pose)
            .iter()
            .zip(self.frame)
            .zip(self.rig.markers())
        {
            let s = seen.map_or(0.0, |s| at.distance_squared(s.metres()));
            cost += m.weight * self.loss(s).0;
        }
        cost
    }

    fn stepped(&self, pose: &[Q], step: &[f64]) -> Vec<Q> {
        let mut first = 0;
        let pairs = pose.iter().zip(self.rig.dofs());
        pairs
            .map(|(q, dofs)| {
                let n = dofs.dof.count();
                first += n;
                moved(dofs.dof, q, &step[first - n..first])
            })
            .collect()
    }

    /// Iterates re-weighted, damped least squares until the cost stands still to 1e-12.
    fn minimum(&self, mut pose: Vec<Q>) -> f64 {
        let n = self.rig.dof_count();
        let (mut cost, mut damping) = (self.cost(&pose), 1e-6);
        let mut still = 0;
        for _ in 0..400 {
            let points = self.markers(&pose);
            let weights: Vec<f64> = points
                .iter()
                .zip(self.frame)
                .zip(self.rig.markers())
                .map(|((at, seen), m)| {
                    seen.map_or(0.0, |s| {
                        m.weight * self.loss(at.distance_squared(s.metres())).1
                    })
                })
                .collect();
            let here = self.residuals(&pose, &weights);
            let columns: Vec<Vec<f64>> = (0..n)
                .map(|k| {
                    let side = |by: f64| {
                        let mut step = vec![0.0; n];
                        step[k] = by;
                        self.residuals(&self.stepped(&pose, &step), &weights)
                    };
                    let (up, down) = (side(1e-6), side(-1e-6));
                    up.iter().zip(&down).map(|(a, b)| (a - b) / 2e-6).collect()
                })
                .collect();
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
            let mut rows: Vec<Vec<f64>> = (0..n)
                .map(|i| {
                    let mut row: Vec<f64> = (0..n).map(|j| dot(&columns[i], &columns[j])).collect();
                    row[i] *= 1.0 + damping;
                    row.push(-dot(&columns[i], &here));
                    row
                })
                .collect();
            let next = self.stepped(&pose, &eliminate(&mut rows));
            let lower = self.cost(&next);
            if lower < cost {
                still = if cost - lower < 1e-12 * cost {
                    still + 1
                } else {
                    0
                };
                (pose, cost) = (next, lower);
                damping = (damping * 0.3).max(1e-12);
            } else {
                damping *= 10.0;
                still += 1;
            }
            if still >= 4 {
                break;
            }
        }
        cost
    }
}

/// Gaussian elimination with row pivots; each row ends with its right side.
fn eliminate(rows: &mut [Vec<f64>]) -> Vec<f64> {
    let n = rows.len();
    for k in 0..n {
        let best = (k..n).max_by(|&a, &b| rows[a][k].abs().total_cmp(&rows[b][k].abs()));
        rows.swap(k, best.unwrap());
        let pivot = rows[k].clone();
        for row in rows
            .iter_mut()
            .enumerate()
            .filter(|(i, _)| *i != k)
            .map(|(_, r)| r)
        {
            let factor = row[k] / pivot[k];
            for (a, b) in row.iter_mut().zip(&pivot) {
                *a -= factor * b;
            }
        }
    }
    rows.iter().enumerate().map(|(k, r)| r[n] / r[k]).collect()
}

/// By what part the fitter's cost is over the minimum, in some frames of a take: the sum's, and the worst frame's.
fn over_minimum(rig: &Rig, frames: &[Frame], settings: FitSettings) -> (f64, f64) {
    let mut fitter = Fitter::new(rig, settings);
    let (mut before, mut last) = (Vec::new(), Vec::new());
    let (mut ours, mut least, mut worst) = (0.0, 0.0, 0.0f64);
    for (f, frame) in frames.iter().enumerate() {
        let report = fitter.fit(frame);
        let pose = coordinates(rig, fitter.globals());
        let whole = f >= 4 && frames[f - 4..=f].iter().flatten().all(Option::is_some);
        if f % 23 == 5 && whole && !report.cold {
            let problem = Problem {
                rig,
                settings,
                frame,
                predicted: predicted(rig, &before, &last),
            };
            let cost = problem.cost(&pose);
            let minimum = problem.minimum(pose.clone());
            assert!(minimum <= cost);
            worst = worst.max(cost / minimum - 1.0);
            ours += cost;
            least += minimum;
        }
        before = last;
        last = pose;
    }
    assert!(least > 0.0);
    (ours / least - 1.0, worst)
}

#[test]
fn the_objective_is_within_a_thousandth_of_its_minimum() {
    let (Some(text), Some(bytes)) = (
        minimal_c3d::shared_file("pycgm/Test.vsk"),
        minimal_c3d::shared_file("pycgm/Movement_trial.c3d"),
    ) else {
        return;
    };
    let take = minimal_c3d::read(&bytes);
    let frames_of = |rig: &Rig| {
        let names: Vec<&str> = rig.markers().iter().map(|m| m.name.as_str()).collect();
        take.ordered(&names)
    };
    let vendor = vsk::parse(&String::from_utf8(text).unwrap()).unwrap().rig;
    let set = parse_markerset(PLUG_IN_GAIT_39).unwrap();
    let template = build_rig(&parse_skeleton(HUMAN_SKELETON).unwrap(), &set).unwrap();
    let own = calibrate(
        &template,
        &frames_of(&template),
        &CalibrateSettings::default(),
    );
    let own = own.unwrap().rig;
    let production = FitSettings::default();
    let cauchy = FitSettings {
        loss: Loss::Cauchy { sigma_m: 0.03 },
        ..production
    };
    for (name, rig, settings) in [
        ("vendor's rig, production", &vendor, production),
        ("vendor's rig, Cauchy", &vendor, cauchy),
        (
            "vendor's rig, squares",
            &vendor,
            FitSettings::least_squares(),
        ),
        ("calibrated, production", &own, production),
    ] {
        let (over, worst) = over_minimum(rig, &frames_of(rig), settings);
        eprintln!("{name}: {over:.2e} over the minimum, worst frame {worst:.2e}");
        assert!(over < 1e-3, "{name}: {over}");
        assert!(worst < 2e-3, "{name}: {worst}");
    }
    // The measure tells: without an iteration the prediction itself is far off.
    let none = FitSettings {
        max_iterations: 0,
        ..production
    };
    let (over, _) = over_minimum(&vendor, &frames_of(&vendor), none);
    assert!(over > 1e-3, "{over}");
}
