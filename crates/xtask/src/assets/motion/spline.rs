//! Natural cubic splines through unevenly spaced samples: twice continuously differentiable, with
//! zero acceleration at both ends.
//!
//! A pose is splined channel by channel: the root position, and the four components of every
//! quaternion after their signs were unrolled. Renormalising the interpolated quaternion is a smooth
//! map as long as its length is not zero (neighbouring samples are far closer than 180°), so the
//! rotation is C² in time as well.

/// One spline through several channels that share their sample times.
#[derive(Clone, Debug)]
pub struct Spline<const N: usize> {
    times_s: Vec<f64>,
    values: Vec<[f64; N]>,
    second: Vec<[f64; N]>,
}

impl<const N: usize> Spline<N> {
    /// Fits the spline. Times must rise strictly; with fewer than two samples there is no spline.
    pub fn through(times_s: Vec<f64>, values: Vec<[f64; N]>) -> Option<Self> {
        let rising = times_s.windows(2).all(|pair| pair[1] > pair[0]);
        if times_s.len() < 2 || times_s.len() != values.len() || !rising {
            return None;
        }
        let second = second_derivatives(&times_s, &values);
        Some(Self {
            times_s,
            values,
            second,
        })
    }

    /// First and last sample time, seconds.
    pub fn span_s(&self) -> (f64, f64) {
        (self.times_s[0], self.times_s[self.times_s.len() - 1])
    }

    /// Value at `t_s`, clamped to the span.
    pub fn value(&self, t_s: f64) -> [f64; N] {
        let (i, h, a, b) = self.locate(t_s);
        let mut out = [0.0; N];
        for (c, slot) in out.iter_mut().enumerate() {
            let bend =
                (a * a * a - a) * self.second[i][c] + (b * b * b - b) * self.second[i + 1][c];
            *slot = a * self.values[i][c] + b * self.values[i + 1][c] + bend * h * h / 6.0;
        }
        out
    }

    /// Velocity at `t_s`, clamped to the span.
    pub fn velocity(&self, t_s: f64) -> [f64; N] {
        let (i, h, a, b) = self.locate(t_s);
        let mut out = [0.0; N];
        for (c, slot) in out.iter_mut().enumerate() {
            let bend = (3.0 * b * b - 1.0) * self.second[i + 1][c]
                - (3.0 * a * a - 1.0) * self.second[i][c];
            *slot = (self.values[i + 1][c] - self.values[i][c]) / h + bend * h / 6.0;
        }
        out
    }

    /// Piece index, its length and the two barycentric weights of `t_s` in it.
    fn locate(&self, t_s: f64) -> (usize, f64, f64, f64) {
        let (first, last) = self.span_s();
        let t = t_s.clamp(first, last);
        let i = self
            .times_s
            .partition_point(|&x| x <= t)
            .clamp(1, self.times_s.len() - 1)
            - 1;
        let h = self.times_s[i + 1] - self.times_s[i];
        let b = (t - self.times_s[i]) / h;
        (i, h, 1.0 - b, b)
    }
}

/// Solves the tridiagonal system of the natural spline (Numerical Recipes, section 3.3).
fn second_derivatives<const N: usize>(times_s: &[f64], values: &[[f64; N]]) -> Vec<[f64; N]> {
    let n = times_s.len();
    let mut second = vec![[0.0; N]; n];
    let mut work = vec![[0.0; N]; n];
    for i in 1..n - 1 {
        let left = times_s[i] - times_s[i - 1];
        let right = times_s[i + 1] - times_s[i];
        let share = left / (left + right);
        for c in 0..N {
            let pivot = share * second[i - 1][c] + 2.0;
            second[i][c] = (share - 1.0) / pivot;
            let slope = (values[i + 1][c] - values[i][c]) / right
                - (values[i][c] - values[i - 1][c]) / left;
            work[i][c] = (6.0 * slope / (left + right) - share * work[i - 1][c]) / pivot;
        }
    }
    for i in (0..n - 1).rev() {
        for c in 0..N {
            let next = second[i + 1][c];
            second[i][c] = second[i][c] * next + work[i][c];
        }
    }
    second[0] = [0.0; N];
    second
}
