//! All views at once, when a tracker trembles: the pupil, the lens and the source's place are common to the views, and each view
//! has six unknowns of its own, which is what its body was off by.
//!
//! A body that is off by a hundredth of a degree moves all points of its view together. Without unknowns of its own the lens has
//! to explain that, and bends. With them, tied to zero by the tracker's noise, each view's pose is what its points say, and the
//! tracker's poses are averaged where they belong: in the pupil's place and turn. Each view's six are eliminated by the Schur
//! complement (Triggs et al. 2000, section 6.1), so that the effort grows with the views and not with their cube.

use crate::LensFreedom;
use crate::answer::{Answer, Prepared};
use crate::pose::miss_px;
use crate::tremble::{PoseNoise, Tremble};
use glam::{DQuat, DVec2, DVec3};
use nalgebra::{DMatrix, DVector, Matrix6, Vector6};

/// Unknowns of a body, and of a source.
const OWN: usize = 6;
/// Steps at most; some ten are usual.
const STEPS: usize = 60;
/// A step from which nothing changes any more.
const SETTLED: f64 = 1e-10;
/// The size of a difference.
const DIFFERENCE: f64 = 1e-6;
/// How many deviations weigh half.
pub(crate) const ROBUST: f64 = 4.0;
/// The median of a normal distribution's sizes, in deviations.
const MEDIAN: f64 = 0.6745;

/// Turn (scaled axis, radians) and place (metres) that a pose is off by.
pub(crate) type Off = [f64; OWN];

/// What is looked for.
#[derive(Clone)]
pub(crate) struct State {
    pub answer: Answer,
    pub source: Off,
    pub bodies: Vec<Off>,
}

pub(crate) struct Bundle<'a> {
    pub views: &'a [Prepared],
    pub freedom: LensFreedom,
    /// The tracker's deviations; those of a body grow with what the views say.
    pub tremble: Tremble,
    /// A detected point's deviation, pixels.
    pub noise_px: f64,
    pub state: State,
    /// About which the source turns: the middle of the bodies, so that its turn and its place are two things.
    middle: DVec3,
}

/// The normal equations of a view: common unknowns, both, own.
struct Normal {
    common: DMatrix<f64>,
    both: DMatrix<f64>,
    own: Matrix6<f64>,
    right: DVector<f64>,
    own_right: Vector6<f64>,
}

fn cauchy(residual: f64) -> f64 {
    (residual / ROBUST).powi(2).ln_1p() * ROBUST * ROBUST
}

fn cauchy_weight(residual: f64) -> f64 {
    1.0 / (1.0 + (residual / ROBUST).powi(2))
}

fn sigmas(noise: PoseNoise) -> Off {
    let (r, p) = (noise.turn_rad, noise.place_m);
    [r, r, r, p, p, p]
}

fn moved((turn, place): (DQuat, DVec3), off: &Off, about: DVec3) -> (DQuat, DVec3) {
    let [a, b, c, x, y, z] = *off;
    let by = DQuat::from_scaled_axis(DVec3::new(a, b, c));
    let place = about + by * (place - about) + DVec3::new(x, y, z);
    ((by * turn).normalize(), place)
}

/// The usual size of values whose deviation is 1, when as many unknowns as `taken` were fitted to them.
fn usual(values: impl Iterator<Item = f64>, taken: usize) -> Option<f64> {
    let mut sizes: Vec<f64> = values.map(f64::abs).collect();
    let free = sizes.len().checked_sub(taken).filter(|free| *free > 0)?;
    let share = sizes.len() as f64 / free as f64;
    let middle = sizes.len() / 2;
    let (_, median, _) = sizes.select_nth_unstable_by(middle, f64::total_cmp);
    Some(*median / MEDIAN * share.sqrt())
}

impl<'a> Bundle<'a> {
    pub(crate) fn new(
        views: &'a [Prepared],
        answer: Answer,
        (freedom, tremble, noise_px): (LensFreedom, Tremble, f64),
    ) -> Self {
        let places: DVec3 = views.iter().map(|v| v.body.1).sum();
        Self {
            middle: places / views.len().max(1) as f64,
            state: State {
                answer,
                source: [0.0; OWN],
                bodies: vec![[0.0; OWN]; views.len()],
            },
            views,
            freedom,
            tremble,
            noise_px,
        }
    }

    fn lens_end(&self) -> usize {
        6 + self.freedom.count()
    }

    fn common(&self) -> usize {
        self.lens_end() + self.tremble.source.map_or(0, |_| OWN)
    }

    /// Where a view's body was.
    pub(crate) fn body(&self, state: &State, nth: usize) -> (DQuat, DVec3) {
        let body = moved(self.views[nth].body, &state.source, self.middle);
        moved(body, &state.bodies[nth], body.1)
    }

    /// The source as it is on the stage: the turn and the shift that its poses take.
    pub(crate) fn source_shift(&self) -> (DQuat, DVec3) {
        moved(
            (DQuat::IDENTITY, DVec3::ZERO),
            &self.state.source,
            self.middle,
        )
    }

    fn misses_of(&self, state: &State, nth: usize, out: &mut Vec<f64>) {
        let pose = state.answer.pose(self.body(state, nth));
        out.clear();
        for (p, px) in &self.views[nth].points {
            out.extend(miss_px(&state.answer.lens, &pose, *p, *px).to_array());
        }
    }

    /// How far off a view's points are, pixels.
    pub(crate) fn misses_px(&self, nth: usize) -> Vec<f64> {
        let mut misses = Vec::new();
        self.misses_of(&self.state, nth, &mut misses);
        let each = misses.chunks_exact(2);
        each.map(|m| DVec2::new(m[0], m[1]).length()).collect()
    }

    fn step_common(&self, state: &mut State, step: &[f64]) {
        state.answer = state.answer.stepped(step, self.freedom);
        if self.tremble.source.is_some() {
            let own = step.iter().skip(self.lens_end());
            for (value, by) in state.source.iter_mut().zip(own) {
                *value += by;
            }
        }
    }

    fn cost(&self, state: &State) -> f64 {
        let mut misses = Vec::new();
        let mut sum = 0.0;
        let own = sigmas(self.tremble.body);
        for (nth, off) in state.bodies.iter().enumerate() {
            self.misses_of(state, nth, &mut misses);
            sum += misses
                .iter()
                .map(|m| cauchy(m / self.noise_px))
                .sum::<f64>();
            sum += off.iter().zip(own).map(|(v, s)| cauchy(v / s)).sum::<f64>();
        }
        if let Some(source) = self.tremble.source {
            let each = state.source.iter().zip(sigmas(source));
            sum += each.map(|(v, s)| cauchy(v / s)).sum::<f64>();
        }
        sum
    }

    fn slopes(&self, nth: usize, rows: usize) -> DMatrix<f64> {
        let common = self.common();
        let mut slopes = DMatrix::zeros(rows, common + OWN);
        let (mut plus, mut minus) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        let mut step = vec![0.0; common];
        for column in 0..common + OWN {
            for (sign, out) in [(1.0, &mut plus), (-1.0, &mut minus)] {
                let mut state = State {
                    bodies: Vec::new(),
                    ..self.state
                };
                let mut own = self.state.bodies[nth];
                if column < common {
                    step[column] = sign * DIFFERENCE;
                    self.step_common(&mut state, &step);
                    step[column] = 0.0;
                } else {
                    own[column - common] += sign * DIFFERENCE;
                }
                let body = moved(self.views[nth].body, &state.source, self.middle);
                let pose = state.answer.pose(moved(body, &own, body.1));
                out.clear();
                for (p, px) in &self.views[nth].points {
                    out.extend(miss_px(&state.answer.lens, &pose, *p, *px).to_array());
                }
            }
            for (row, (p, m)) in plus.iter().zip(&minus).enumerate() {
                slopes[(row, column)] = (p - m) / (2.0 * DIFFERENCE);
            }
        }
        slopes
    }

    /// Of a view; far points and bodies weigh less when it is `robust`.
    fn normal(&self, nth: usize, robust: bool) -> Normal {
        let common = self.common();
        let mut misses = Vec::new();
        self.misses_of(&self.state, nth, &mut misses);
        let slopes = self.slopes(nth, misses.len());
        let weight = |v: f64| if robust { cauchy_weight(v) } else { 1.0 };
        let mut weighted = slopes.clone();
        for (mut row, miss) in weighted.row_iter_mut().zip(&misses) {
            row *= weight(miss / self.noise_px) / (self.noise_px * self.noise_px);
        }
        let all = weighted.transpose() * &slopes;
        let right = -(weighted.transpose() * DVector::from_column_slice(&misses));
        let mut own: Matrix6<f64> = all.fixed_view::<OWN, OWN>(common, common).into_owned();
        let mut own_right: Vector6<f64> = right.fixed_rows::<OWN>(common).into_owned();
        let tied = self.state.bodies[nth].iter().zip(sigmas(self.tremble.body));
        for (i, (value, sigma)) in tied.enumerate() {
            let stiff = weight(value / sigma) / (sigma * sigma);
            own[(i, i)] += stiff;
            own_right[i] -= stiff * value;
        }
        Normal {
            common: all.view((0, 0), (common, common)).into_owned(),
            both: all.view((0, common), (common, OWN)).into_owned(),
            own,
            right: right.rows(0, common).into_owned(),
            own_right,
        }
    }

    /// What ties the source to where it was measured.
    fn source_tie(&self, robust: bool) -> Vec<(f64, f64)> {
        let Some(source) = self.tremble.source else {
            return Vec::new();
        };
        let tie = |(value, sigma): (&f64, f64)| {
            let weight = if robust {
                cauchy_weight(value / sigma)
            } else {
                1.0
            };
            let stiff = weight / (sigma * sigma);
            (stiff, -stiff * value)
        };
        self.state
            .source
            .iter()
            .zip(sigmas(source))
            .map(tie)
            .collect()
    }

    /// The common unknowns' equations without the views' own; `None` when a view's own are not determined.
    fn reduced(
        &self,
        normals: &[Normal],
        (damping, robust): (f64, bool),
    ) -> Option<(DMatrix<f64>, DVector<f64>)> {
        let common = self.common();
        let mut matrix = DMatrix::zeros(common, common);
        let mut right = DVector::zeros(common);
        let mut kept = DMatrix::zeros(common, common);
        for normal in normals {
            matrix += &normal.common;
            right += &normal.right;
            let inverse = damped(normal.own, damping).cholesky()?.inverse();
            let through = &normal.both * inverse;
            kept += &through * normal.both.transpose();
            right -= &through * normal.own_right;
        }
        for (i, (stiff, pull)) in self.source_tie(robust).into_iter().enumerate() {
            let at = self.lens_end() + i;
            matrix[(at, at)] += stiff;
            right[at] += pull;
        }
        for i in 0..common {
            matrix[(i, i)] += damping * matrix[(i, i)].max(1e-12);
        }
        Some((matrix - kept, right))
    }

    fn tried(&self, normals: &[Normal], damping: f64) -> Option<(State, f64)> {
        let (matrix, right) = self.reduced(normals, (damping, true))?;
        let step = matrix.cholesky()?.solve(&right);
        let mut next = self.state.clone();
        self.step_common(&mut next, step.as_slice());
        let mut size = step.amax();
        for (off, normal) in next.bodies.iter_mut().zip(normals) {
            let left = normal.own_right - normal.both.transpose() * &step;
            let own = damped(normal.own, damping).cholesky()?.solve(&left);
            size = size.max(own.amax());
            for (value, by) in off.iter_mut().zip(own.iter()) {
                *value += by;
            }
        }
        size.is_finite().then_some((next, size))
    }

    /// Levenberg-Marquardt.
    pub(crate) fn solve(&mut self) {
        let mut now = self.cost(&self.state);
        let mut damping = 1e-4;
        for _ in 0..STEPS {
            let normals: Vec<Normal> = (0..self.views.len())
                .map(|v| self.normal(v, true))
                .collect();
            let mut taken = None;
            while damping < 1e12 && taken.is_none() {
                if let Some((next, size)) = self.tried(&normals, damping) {
                    let then = self.cost(&next);
                    taken = (then < now).then_some((next, size, then));
                }
                damping *= if taken.is_some() { 0.2 } else { 8.0 };
            }
            damping = damping.clamp(1e-12, 1e9);
            let Some((next, size, then)) = taken else {
                break;
            };
            (self.state, now) = (next, then);
            if size < SETTLED {
                break;
            }
        }
    }

    /// The covariance of the common unknowns: pupil, lens, source; `None` when they are not determined.
    pub(crate) fn covariance(&self) -> Option<DMatrix<f64>> {
        let normals: Vec<Normal> = (0..self.views.len())
            .map(|v| self.normal(v, false))
            .collect();
        let (matrix, _) = self.reduced(&normals, (0.0, false))?;
        Some(matrix.cholesky()?.inverse())
    }

    /// Learns what points and bodies are off by, bodies not below what was given; `least_px` is a point's least.
    pub(crate) fn learn(&mut self, given: PoseNoise, least_px: f64) {
        let mut misses = Vec::new();
        let mut all = Vec::new();
        for nth in 0..self.views.len() {
            self.misses_of(&self.state, nth, &mut misses);
            all.extend_from_slice(&misses);
        }
        let taken = self.common() + OWN * self.views.len();
        self.noise_px = usual(all.iter().copied(), taken)
            .unwrap_or(least_px)
            .max(least_px);
        // Half of the poses' six in the pupil and in the source are turns, half are places.
        let taken = if self.tremble.source.is_some() {
            OWN
        } else {
            OWN / 2
        };
        let of = |from: usize| {
            let bodies = self.state.bodies.iter();
            usual(bodies.flat_map(|off| off[from..from + 3].to_vec()), taken)
        };
        self.tremble.body = PoseNoise {
            turn_rad: of(0).unwrap_or(0.0).max(given.turn_rad),
            place_m: of(3).unwrap_or(0.0).max(given.place_m),
        };
    }
}

fn damped(mut own: Matrix6<f64>, damping: f64) -> Matrix6<f64> {
    for i in 0..OWN {
        own[(i, i)] *= 1.0 + damping;
    }
    own
}
