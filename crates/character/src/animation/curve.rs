//! A curve over time: keys, and what holds between them.
//!
//! Before the first key the first value holds, after the last the last. Quaternions are interpolated on the sphere by the
//! shorter arc, or by the spline of their components and then made unit, as glTF 2.0, appendix C says.

use glam::DQuat;

/// What holds between two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Between {
    /// Straight, or the shorter arc.
    Linear,
    /// The value of the key before.
    Step,
    /// Cubic Hermite spline; each key has an in-tangent, a value and an out-tangent.
    Cubic,
}

/// Keys of `width` numbers each.
#[derive(Debug)]
pub(super) struct Curve {
    times_s: Vec<f64>,
    values: Vec<f32>,
    width: usize,
    between: Between,
}

/// Where a time lies among the keys.
enum Place {
    At(usize),
    Between {
        before: usize,
        part: f64,
        gap_s: f64,
    },
}

impl Curve {
    /// Times ascend; `values` has `width` numbers a key, three times as many for a spline. `None` when that is not so.
    pub fn new(
        times_s: Vec<f64>,
        values: Vec<f32>,
        width: usize,
        between: Between,
    ) -> Option<Self> {
        let each = width.checked_mul(if between == Between::Cubic { 3 } else { 1 })?;
        let fits = values.len() == each.checked_mul(times_s.len())?;
        let ascends = times_s.windows(2).all(|w| matches!(w, [a, b] if a <= b));
        let finite = times_s.first().is_none_or(|t| *t >= 0.0);
        (fits && ascends && finite).then_some(Self {
            times_s,
            values,
            width,
            between,
        })
    }

    pub fn times_s(&self) -> &[f64] {
        &self.times_s
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn span_s(&self) -> Option<(f64, f64)> {
        Some((*self.times_s.first()?, *self.times_s.last()?))
    }

    fn place(&self, at_s: f64) -> Option<Place> {
        let last = self.times_s.len().checked_sub(1)?;
        let after = self.times_s.partition_point(|t| *t <= at_s);
        if after == 0 {
            return Some(Place::At(0));
        }
        let before = after - 1;
        if before >= last {
            return Some(Place::At(last));
        }
        let (from, to) = (self.times_s.get(before)?, self.times_s.get(after)?);
        let gap_s = to - from;
        // `from <= at < to`, so the gap is not zero.
        let part = (at_s - from) / gap_s;
        Some(Place::Between {
            before,
            part,
            gap_s,
        })
    }

    /// One number of a key: `which` is 0 for the value, or for a spline 0 in-tangent, 1 value, 2 out-tangent.
    fn number(&self, key: usize, which: usize, c: usize) -> f64 {
        let row = match self.between {
            Between::Cubic => 3 * key + which,
            Between::Linear | Between::Step => key,
        };
        let value = self.values.get(row * self.width + c);
        value.copied().map_or(0.0, f64::from)
    }

    /// The value at a time, number by number; writes as many as both have. Nothing when there are no keys.
    pub fn sample(&self, at_s: f64, out: &mut [f64]) {
        let Some(place) = self.place(at_s) else {
            return;
        };
        for (c, slot) in out.iter_mut().enumerate().take(self.width) {
            *slot = match (&place, self.between) {
                (Place::At(key), _) => self.number(*key, 1, c),
                (Place::Between { before, .. }, Between::Step) => self.number(*before, 1, c),
                (Place::Between { before, part, .. }, Between::Linear) => {
                    let (a, b) = (self.number(*before, 1, c), self.number(before + 1, 1, c));
                    a + (b - a) * part
                }
                (
                    Place::Between {
                        before,
                        part,
                        gap_s,
                    },
                    Between::Cubic,
                ) => self.spline(*before, *part, *gap_s, c),
            };
        }
    }

    /// glTF 2.0, appendix C.4.
    fn spline(&self, key: usize, t: f64, gap_s: f64, c: usize) -> f64 {
        let (t2, t3) = (t * t, t * t * t);
        let (from, to) = (self.number(key, 1, c), self.number(key + 1, 1, c));
        let (out_tangent, in_tangent) = (self.number(key, 2, c), self.number(key + 1, 0, c));
        (2.0 * t3 - 3.0 * t2 + 1.0) * from
            + gap_s * (t3 - 2.0 * t2 + t) * out_tangent
            + (3.0 * t2 - 2.0 * t3) * to
            + gap_s * (t3 - t2) * in_tangent
    }

    /// The rotation at a time; `None` when there are no keys, or the quaternion there has no direction.
    pub fn rotation(&self, at_s: f64) -> Option<DQuat> {
        let of = |key: usize| {
            let q = [0, 1, 2, 3].map(|c| self.number(key, 1, c));
            unit(DQuat::from_array(q))
        };
        match (self.place(at_s)?, self.between) {
            (Place::Between { before, part, .. }, Between::Linear) => {
                Some(of(before)?.slerp(of(before + 1)?, part))
            }
            _ => {
                let mut q = [0.0; 4];
                self.sample(at_s, &mut q);
                unit(DQuat::from_array(q))
            }
        }
    }
}

pub(super) fn unit(q: DQuat) -> Option<DQuat> {
    let length = q.length();
    (length > 1e-6 && length.is_finite()).then(|| q * (1.0 / length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(curve: &Curve, t: f64) -> f64 {
        let mut out = [f64::NAN];
        curve.sample(t, &mut out);
        out[0]
    }

    #[test]
    fn a_spline_follows_the_parabola_that_its_tangents_say() {
        // x(t) = t² has tangents 2t, and a cubic Hermite spline reproduces it exactly.
        let times = vec![0.0, 0.5, 2.0];
        let values = times
            .iter()
            .flat_map(|t| [2.0 * t, t * t, 2.0 * t].map(|v| v as f32));
        let curve = Curve::new(times.clone(), values.collect(), 1, Between::Cubic).unwrap();
        for t in [0.0, 0.1, 0.5, 0.9, 1.7, 2.0] {
            assert!((at(&curve, t) - t * t).abs() < 1e-12, "{t}");
        }
        assert_eq!((at(&curve, -1.0), at(&curve, 9.0)), (0.0, 4.0));
    }

    #[test]
    fn steps_hold_and_lines_run() {
        let step = Curve::new(vec![1.0, 2.0], vec![3.0, 5.0], 1, Between::Step).unwrap();
        assert_eq!(
            [0.0, 1.0, 1.99, 2.0].map(|t| at(&step, t)),
            [3.0, 3.0, 3.0, 5.0]
        );
        let line = Curve::new(vec![1.0, 2.0], vec![3.0, 5.0], 1, Between::Linear).unwrap();
        assert_eq!([0.0, 1.25, 2.5].map(|t| at(&line, t)), [3.0, 3.5, 5.0]);
    }

    #[test]
    fn rotations_take_the_shorter_arc() {
        // A quarter turn about Y, written with the sign that goes the long way round.
        let half = std::f32::consts::FRAC_1_SQRT_2;
        let values = vec![0.0, 0.0, 0.0, 1.0, 0.0, -half, 0.0, -half];
        let curve = Curve::new(vec![0.0, 1.0], values, 4, Between::Linear).unwrap();
        let q = curve.rotation(0.5).unwrap();
        let expected = DQuat::from_rotation_y(std::f64::consts::FRAC_PI_4);
        assert!(q.angle_between(expected) < 1e-6, "{q}");
    }

    #[test]
    fn what_is_no_curve_is_refused() {
        assert!(Curve::new(vec![1.0, 0.5], vec![0.0; 2], 1, Between::Step).is_none());
        assert!(Curve::new(vec![-1.0], vec![0.0], 1, Between::Step).is_none());
        assert!(Curve::new(vec![0.0, 1.0], vec![0.0; 2], 1, Between::Cubic).is_none());
        assert!(Curve::new(vec![0.0], vec![0.0; 2], usize::MAX, Between::Cubic).is_none());
    }
}
