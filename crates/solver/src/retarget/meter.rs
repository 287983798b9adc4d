//! Measures a retarget frame by frame: skate, drift, penetration, pitch and pops of the feet.
//!
//! Which points stand is told from outside, by a labeller that knows nothing of the retargeter ([`ReferenceStance`] is
//! one): a retarget that found no contact would otherwise slide nowhere. The speed in a frame is the difference between
//! the frames around it, so that the first and the last frame of a stance contain how the foot came and went.
//!
//! [`ReferenceStance`]: super::ReferenceStance

use super::FootContacts;
use super::body::Body;
use super::contact::flat;
use super::error::{RetargetError, Side};
use super::feet::Sole;
use super::figures::{RetargetFigures, SolePlace, StanceFigures, WORST_STANCES_MAX, quantile};
use super::leg::FEET;
use cyc_model::{HumanBone, HumanoidMap, JointFrame, Skeleton, Stage, Xf};
use glam::DVec3;

/// One frame to be measured.
#[derive(Clone, Copy, Debug)]
pub struct MeterFrame<'a> {
    /// Seconds since the frame before; the first frame's does not count.
    pub dt_s: f64,
    /// Which points of the left and right foot stand on the floor, as a labeller says.
    pub stance: [FootContacts; 2],
    /// What the retargeter says of it.
    pub held: [FootContacts; 2],
    /// The performer's joints.
    pub source: &'a [Xf<Stage, JointFrame>],
    /// The character's joints.
    pub target: &'a [Xf<Stage, JointFrame>],
    /// The character's joints by the same retarget without contacts, IK and limits.
    pub unconstrained: &'a [Xf<Stage, JointFrame>],
}

/// A point's recent past.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    target: DVec3,
    source: DVec3,
    stance: bool,
}

/// A stance that goes on.
#[derive(Clone, Copy, Debug)]
struct Open {
    first_frame: u64,
    at: DVec3,
    drift_m: f64,
    speeds: (f64, u64),
}

/// Sums up the frames of one take.
#[derive(Clone, Debug)]
pub struct RetargetMeter {
    soles: [(Sole, Sole); 2],
    before: [[Seen; 2]; 2],
    last: [[Seen; 2]; 2],
    last_dt_s: f64,
    open: [[Option<Open>; 2]; 2],
    offsets: Vec<DVec3>,
    speeds_mps: Vec<f32>,
    pops_m: Vec<f32>,
    foot_pops_m: Vec<f32>,
    source_speeds_mps: f64,
    held_s: f64,
    float_m: (f64, u64),
    pitch_rad: (f64, u64),
    figures: RetargetFigures,
}

impl RetargetMeter {
    /// Prepares to measure a retarget between two skeletons.
    ///
    /// # Errors
    /// As a retargeter between them.
    pub fn new(
        source: (&Skeleton, &HumanoidMap),
        target: (&Skeleton, &HumanoidMap),
    ) -> Result<Self, RetargetError> {
        let from = Body::new(source.0, source.1, Side::Source)?;
        let to = Body::new(target.0, target.1, Side::Target)?;
        let soles = |[foot, toes]: [HumanBone; 2]| {
            Some((Sole::new(&from, foot, toes)?, Sole::new(&to, foot, toes)?))
        };
        let missing = RetargetError::MissingBones {
            side: Side::Target,
            bones: Vec::new(),
        };
        let [Some(left), Some(right)] = FEET.map(soles) else {
            return Err(missing);
        };
        Ok(Self {
            soles: [left, right],
            before: Default::default(),
            last: Default::default(),
            last_dt_s: 0.0,
            open: Default::default(),
            offsets: Vec::with_capacity(target.0.len()),
            speeds_mps: Vec::new(),
            pops_m: Vec::new(),
            foot_pops_m: Vec::new(),
            source_speeds_mps: 0.0,
            held_s: 0.0,
            float_m: (0.0, 0),
            pitch_rad: (0.0, 0),
            figures: RetargetFigures::default(),
        })
    }

    /// Takes the next frame. Slices that are shorter than the skeletons are not measured.
    pub fn push(&mut self, frame: &MeterFrame<'_>) {
        let needs = |sole: &Sole| sole.foot.max(sole.toes.unwrap_or(0));
        let fits = self
            .soles
            .iter()
            .all(|(from, to)| needs(from) < frame.source.len() && needs(to) < frame.target.len());
        if !fits || frame.unconstrained.len() < frame.target.len() {
            return;
        }
        let mut now = [[Seen::default(); 2]; 2];
        for (foot, seen) in now.iter_mut().enumerate() {
            let (from, to) = self.soles[foot];
            let (source, target) = (from.places(frame.source), to.places(frame.target));
            for (point, seen) in seen.iter_mut().enumerate() {
                *seen = Seen {
                    source: source[point],
                    target: target[point],
                    stance: frame.stance[foot].points()[point],
                };
            }
            let [heel, ball] = target;
            let tip_m = to.tip_height_m(frame.target);
            let deep_m = -heel.y.min(ball.y).min(tip_m.unwrap_or(f64::INFINITY));
            let worst = &mut self.figures.penetration_max_m;
            worst.take(deep_m, self.figures.frames);
            self.compare_foot(foot, frame, (&target, tip_m));
        }
        self.pops(frame);
        if self.figures.frames > 0 {
            self.speeds(&now, frame.dt_s);
        }
        self.before = self.last;
        self.last = now;
        self.last_dt_s = frame.dt_s;
        self.figures.frames += 1;
    }

    /// What a foot in stance does apart from its speed.
    fn compare_foot(
        &mut self,
        foot: usize,
        frame: &MeterFrame<'_>,
        (target, tip_m): (&[DVec3; 2], Option<f64>),
    ) {
        let (from, to) = self.soles[foot];
        let stance = frame.stance[foot].points();
        for (stands, held) in stance.into_iter().zip(frame.held[foot].points()) {
            if stands && self.figures.frames > 0 {
                self.figures.stance_s += frame.dt_s;
                self.held_s += if held { frame.dt_s } else { 0.0 };
            }
        }
        if !frame.stance[foot].any() {
            return;
        }
        let lowest_m = stance.iter().zip(target).filter(|(s, _)| **s);
        let lowest_m = lowest_m.fold(tip_m.unwrap_or(f64::INFINITY), |low, (_, at)| low.min(at.y));
        self.float_m = (self.float_m.0 + lowest_m.max(0.0), self.float_m.1 + 1);
        let pitch = |sole: &Sole, globals: &[Xf<Stage, JointFrame>]| {
            sole.pitch_rad(globals[sole.foot].rotation())
        };
        let off_rad = (pitch(&to, frame.target) - pitch(&from, frame.source)).abs();
        self.pitch_rad = (self.pitch_rad.0 + off_rad, self.pitch_rad.1 + 1);
        self.figures
            .pitch_error_max_rad
            .take(off_rad, self.figures.frames);
    }

    fn pops(&mut self, frame: &MeterFrame<'_>) {
        let feet = self.soles.map(|(_, to)| to.foot);
        let known = !self.offsets.is_empty();
        self.offsets.resize(frame.target.len(), DVec3::ZERO);
        let (mut frame_pop_m, mut foot_pop_m) = (0.0f64, 0.0f64);
        let pairs = frame.target.iter().zip(frame.unconstrained);
        for (j, ((target, free), before)) in pairs.zip(&mut self.offsets).enumerate() {
            let offset = target.translation().metres() - free.translation().metres();
            let pop_m = offset.distance(*before);
            *before = offset;
            if known {
                frame_pop_m = frame_pop_m.max(pop_m);
                if feet.contains(&j) {
                    foot_pop_m = foot_pop_m.max(pop_m);
                }
            }
        }
        if known {
            self.pops_m.push(frame_pop_m as f32);
            self.foot_pops_m.push(foot_pop_m as f32);
            self.figures
                .foot_pop_max_m
                .take(foot_pop_m, self.figures.frames);
            self.figures
                .joint_pop_max_m
                .take(frame_pop_m, self.figures.frames);
        }
    }

    /// The frame before has its neighbours now.
    fn speeds(&mut self, now: &[[Seen; 2]; 2], dt_s: f64) {
        let frame = self.figures.frames - 1;
        for (foot, next) in now.iter().enumerate() {
            for (point, next) in next.iter().enumerate() {
                let last = self.last[foot][point];
                let (before, span_s) = match frame {
                    0 => (last, dt_s),
                    _ => (self.before[foot][point], self.last_dt_s + dt_s),
                };
                let speed = |a: DVec3, b: DVec3| flat(b - a).length() / span_s.max(1e-9);
                let measured = (
                    speed(before.target, next.target),
                    speed(before.source, next.source),
                );
                self.take_speed((foot, point), frame, &last, measured);
            }
        }
    }

    fn take_speed(
        &mut self,
        (foot, point): (usize, usize),
        frame: u64,
        seen: &Seen,
        (target_mps, source_mps): (f64, f64),
    ) {
        if !seen.stance {
            self.close(foot, point, frame);
            return;
        }
        self.speeds_mps.push(target_mps as f32);
        self.source_speeds_mps += source_mps;
        let open = self.open[foot][point].get_or_insert(Open {
            first_frame: frame,
            at: seen.target,
            drift_m: 0.0,
            speeds: (0.0, 0),
        });
        open.drift_m = open.drift_m.max(flat(seen.target - open.at).length());
        open.speeds = (open.speeds.0 + target_mps, open.speeds.1 + 1);
    }

    /// Ends a stance before `frame`.
    fn close(&mut self, foot: usize, point: usize, frame: u64) {
        let Some(open) = self.open[foot][point].take() else {
            return;
        };
        let last_frame = frame.saturating_sub(1);
        self.figures.drift_max_m.take(open.drift_m, last_frame);
        let stance = StanceFigures {
            place: SolePlace {
                foot,
                is_ball: point == 1,
            },
            first_frame: open.first_frame,
            last_frame,
            skate_mean_mps: open.speeds.0 / open.speeds.1.max(1) as f64,
            drift_m: open.drift_m,
        };
        let worst = &mut self.figures.worst_stances;
        let at = worst.partition_point(|s| s.drift_m >= stance.drift_m);
        worst.insert(at, stance);
        worst.truncate(WORST_STANCES_MAX);
    }

    /// The figures of all frames so far, with the last of them as the end of every stance.
    pub fn figures(&self) -> RetargetFigures {
        let mut whole = self.clone();
        if whole.figures.frames > 0 {
            let end = whole.last;
            whole.speeds(&end, whole.last_dt_s);
            for foot in 0..2 {
                for point in 0..2 {
                    whole.close(foot, point, whole.figures.frames);
                }
            }
        }
        let mean = |sum: f64, n: usize| sum / n.max(1) as f64;
        let n = whole.speeds_mps.len();
        let sum: f64 = whole.speeds_mps.iter().map(|s| f64::from(*s)).sum();
        RetargetFigures {
            held_part: if whole.figures.stance_s > 0.0 {
                whole.held_s / whole.figures.stance_s
            } else {
                1.0
            },
            skate_mean_mps: mean(sum, n),
            skate_p95_mps: quantile(&mut whole.speeds_mps, 0.95),
            source_skate_mean_mps: mean(whole.source_speeds_mps, n),
            float_mean_m: mean(whole.float_m.0, whole.float_m.1 as usize),
            pitch_error_mean_rad: mean(whole.pitch_rad.0, whole.pitch_rad.1 as usize),
            foot_pop_p99_m: quantile(&mut whole.foot_pops_m, 0.99),
            joint_pop_p99_m: quantile(&mut whole.pops_m, 0.99),
            ..whole.figures
        }
    }
}
