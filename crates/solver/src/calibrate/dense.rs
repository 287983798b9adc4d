//! A dense symmetric solve for the few hundred parameters of a performer.

/// A symmetric matrix of which the lower triangle is used, row by row.
#[derive(Clone, Debug)]
pub(super) struct Symmetric {
    n: usize,
    rows: Vec<f64>,
}

impl Symmetric {
    pub(super) fn zero(n: usize) -> Self {
        Self {
            n,
            rows: vec![0.0; n * n],
        }
    }

    pub(super) fn clear(&mut self) {
        self.rows.fill(0.0);
    }

    pub(super) fn row_mut(&mut self, i: usize) -> &mut [f64] {
        &mut self.rows[i * self.n..i * self.n + i + 1]
    }

    pub(super) fn add(&mut self, i: usize, j: usize, value: f64) {
        let (row, column) = if i >= j { (i, j) } else { (j, i) };
        self.rows[row * self.n + column] += value;
    }

    pub(super) fn diagonal(&self, i: usize) -> f64 {
        self.rows[i * self.n + i]
    }

    /// Solves in place by Cholesky. False when the matrix is not positive definite.
    pub(super) fn solve(&mut self, x: &mut [f64]) -> bool {
        let n = self.n;
        for i in 0..n {
            let (above, row) = self.rows.split_at_mut(i * n);
            for j in 0..i {
                let other = &above[j * n..j * n + j + 1];
                let dot: f64 = row[..j].iter().zip(other).map(|(a, b)| a * b).sum();
                row[j] = (row[j] - dot) / other[j];
            }
            let pivot = row[i] - row[..i].iter().map(|a| a * a).sum::<f64>();
            if pivot.is_nan() || pivot <= 0.0 {
                return false;
            }
            row[i] = pivot.sqrt();
        }
        for i in 0..n {
            let row = &self.rows[i * n..i * n + i + 1];
            let dot: f64 = row[..i].iter().zip(x.iter()).map(|(a, b)| a * b).sum();
            x[i] = (x[i] - dot) / row[i];
        }
        for i in (0..n).rev() {
            let row = &self.rows[i * n..i * n + i + 1];
            x[i] /= row[i];
            let value = x[i];
            for (xj, a) in x.iter_mut().zip(&row[..i]) {
                *xj -= a * value;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_and_refuses() {
        let mut m = Symmetric::zero(3);
        for (i, j, v) in [
            (0, 0, 4.0),
            (1, 0, 1.0),
            (1, 1, 3.0),
            (2, 1, -1.0),
            (2, 2, 5.0),
        ] {
            m.add(i, j, v);
        }
        // M (1, -2, 3) with the symmetric M above.
        let mut x = [2.0, -8.0, 17.0];
        assert!(m.clone().solve(&mut x));
        for (a, b) in x.iter().zip([1.0, -2.0, 3.0]) {
            assert!((a - b).abs() < 1e-12);
        }
        m.add(0, 0, -10.0);
        assert!(!m.solve(&mut x));
    }
}
