//! A calibration as tables: a curve a channel, and a cube of colours.
//!
//! Between entries a curve is straight, and a cube is cut into six tetrahedra a cell: of all ways that is the one that
//! keeps greys grey where the cube does, and it is what grading programs do.

use glam::DVec3;

/// A table a channel, evenly spaced over a domain.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    pub(super) domain: [DVec3; 2],
    pub(super) entries: Vec<DVec3>,
}

/// A cube of colours, evenly spaced over a domain.
#[derive(Clone, Debug, PartialEq)]
pub struct Lut3d {
    pub(super) domain: [DVec3; 2],
    pub(super) side: usize,
    /// Red runs fastest.
    pub(super) entries: Vec<DVec3>,
}

/// Where a value is among `count` entries: cut off at the domain's ends.
fn place(value: DVec3, [low, high]: [DVec3; 2], count: usize) -> DVec3 {
    let last = (count.max(2) - 1) as f64;
    let part = (value - low) / (high - low);
    // A value that is no number counts as the lowest.
    let part = DVec3::select(part.is_nan_mask(), DVec3::ZERO, part);
    part.clamp(DVec3::ZERO, DVec3::ONE) * last
}

/// The entry below a place and how far it is to the next.
fn split(place: f64, count: usize) -> (usize, f64) {
    let below = (place.floor() as usize).min(count.saturating_sub(2));
    (below, place - below as f64)
}

impl Curve {
    /// Lowest and highest value that the table has entries for; beyond them its ends go on.
    pub fn domain(&self) -> [DVec3; 2] {
        self.domain
    }

    /// The entries, at least two.
    pub fn entries(&self) -> &[DVec3] {
        &self.entries
    }

    /// Each channel through its table.
    pub fn apply(&self, value: DVec3) -> DVec3 {
        let at = place(value, self.domain, self.entries.len());
        let channel = |axis: usize| {
            let (below, part) = split(at[axis], self.entries.len());
            let entry = |index: usize| self.entries.get(index).map_or(0.0, |e| e[axis]);
            entry(below) + (entry(below + 1) - entry(below)) * part
        };
        DVec3::new(channel(0), channel(1), channel(2))
    }
}

impl Lut3d {
    /// Lowest and highest colour that the cube has entries for; beyond them its faces go on.
    pub fn domain(&self) -> [DVec3; 2] {
        self.domain
    }

    /// Entries along an edge, at least two.
    pub fn side(&self) -> usize {
        self.side
    }

    /// The entries, red fastest.
    pub fn entries(&self) -> &[DVec3] {
        &self.entries
    }

    fn at(&self, [r, g, b]: [usize; 3]) -> DVec3 {
        let index = r + self.side * (g + self.side * b);
        self.entries.get(index).copied().unwrap_or_default()
    }

    /// The colour through the cube. From a cell's lowest corner to its highest one the way goes along the axes in the
    /// order of how far the colour lies along each: those four corners are the tetrahedron that holds it.
    pub fn apply(&self, value: DVec3) -> DVec3 {
        let at = place(value, self.domain, self.side);
        let [(r, x), (g, y), (b, z)] = [0, 1, 2].map(|axis| split(at[axis], self.side));
        let mut order = [(x, 0), (y, 1), (z, 2)];
        order.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut corner = [r, g, b];
        let mut before = self.at(corner);
        let mut sum = before;
        for (part, axis) in order {
            corner[axis] += 1;
            let next = self.at(corner);
            sum += (next - before) * part;
            before = next;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cube(side: usize, f: impl Fn(DVec3) -> DVec3) -> Lut3d {
        let last = (side - 1) as f64;
        let entries = (0..side * side * side)
            .map(|i| {
                DVec3::new(
                    (i % side) as f64,
                    (i / side % side) as f64,
                    (i / side / side) as f64,
                )
            })
            .map(|at| f(at / last))
            .collect();
        Lut3d {
            domain: [DVec3::ZERO, DVec3::ONE],
            side,
            entries,
        }
    }

    #[test]
    fn a_cube_of_a_plane_is_exact_everywhere() {
        let plane = |c: DVec3| DVec3::new(0.2 + 0.5 * c.x - 0.1 * c.z, c.y, 0.3 * c.x + 0.7 * c.z);
        let lut = cube(5, plane);
        for n in 0..1000 {
            let part = |step: usize| ((n * step) % 997) as f64 / 996.0;
            let color = DVec3::new(part(1), part(31), part(57));
            assert!(lut.apply(color).abs_diff_eq(plane(color), 1e-12));
        }
        // Beyond its domain it goes on as at its faces.
        assert!(
            lut.apply(DVec3::splat(7.0))
                .abs_diff_eq(plane(DVec3::ONE), 1e-12)
        );
        assert!(
            lut.apply(DVec3::splat(f64::NAN))
                .abs_diff_eq(plane(DVec3::ZERO), 1e-12)
        );
    }

    #[test]
    fn greys_look_at_grey_entries_alone() {
        // Only the entries off the diagonal are coloured: trilinear looks would mix them in.
        let lut = cube(3, |c| {
            if c.x == c.y && c.y == c.z {
                c
            } else {
                DVec3::new(9.0, 0.0, 0.0)
            }
        });
        let got = lut.apply(DVec3::splat(0.3));
        assert!(got.abs_diff_eq(DVec3::splat(0.3), 1e-12), "{got}");
        // The middle of a cell's six tetrahedra, by hand: red before green before blue.
        let lut = cube(2, |c| {
            DVec3::splat(c.x + 10.0 * c.y + 100.0 * c.z + 1000.0 * c.x * c.y)
        });
        let got = lut.apply(DVec3::new(0.75, 0.5, 0.25)).x;
        // 0 → (1,0,0): 1 · 0.75; → (1,1,0): 1010 · 0.5; → (1,1,1): 100 · 0.25.
        assert!((got - (0.75 + 505.0 + 25.0)).abs() < 1e-9, "{got}");
    }

    #[test]
    fn a_curve_is_straight_between_its_entries() {
        let curve = Curve {
            domain: [DVec3::splat(-1.0), DVec3::splat(1.0)],
            entries: vec![DVec3::ZERO, DVec3::new(0.2, 0.4, 0.6), DVec3::ONE],
        };
        let got = curve.apply(DVec3::new(-0.5, 0.5, 3.0));
        assert!(got.abs_diff_eq(DVec3::new(0.1, 0.7, 1.0), 1e-12), "{got}");
    }
}
