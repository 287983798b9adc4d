//! A map as triangles: as fine as the map where that is allowed, else thinned out evenly, with the error that this makes.

use crate::MESH_TRIANGLES_MAX;
use glam::DVec3;
use std::fmt::Write as _;

/// Samples that are kept, with their columns and rows in the map.
pub(super) struct Grid {
    columns: Vec<usize>,
    rows: Vec<usize>,
    size: [usize; 2],
    points: Vec<Option<DVec3>>,
    eye: DVec3,
    /// How far a sample that was left out is from the triangles, at most, metres.
    pub(super) deviation_m: f64,
}

/// So many of `count` indices, evenly, the first and the last among them.
fn evenly(count: usize, most: usize) -> Vec<usize> {
    let kept = count.min(most.max(2));
    (0..kept).map(|n| n * (count - 1) / (kept - 1)).collect()
}

impl Grid {
    pub(super) fn new(size: [usize; 2], points: Vec<Option<DVec3>>, eye: DVec3) -> Self {
        // Two triangles a cell; columns and rows as the map has them to each other.
        let cells = (MESH_TRIANGLES_MAX / 2) as f64;
        let thin = (cells / (size[0] as f64 * size[1] as f64)).sqrt().min(1.0);
        let most = |side: usize| ((side as f64 * thin) as usize).max(2);
        let mut grid = Self {
            columns: evenly(size[0], most(size[0])),
            rows: evenly(size[1], most(size[1])),
            size,
            points,
            eye,
            deviation_m: 0.0,
        };
        grid.deviation_m = grid.deviation();
        grid
    }

    fn at(&self, column: usize, row: usize) -> Option<DVec3> {
        self.points
            .get(row * self.size[0] + column)
            .copied()
            .flatten()
    }

    fn deviation(&self) -> f64 {
        let mut worst = 0.0f64;
        for rows in self.rows.windows(2) {
            for columns in self.columns.windows(2) {
                let corner = |c: usize, r: usize| self.at(columns[c], rows[r]);
                let (Some(a), Some(b), Some(c), Some(d)) =
                    (corner(0, 0), corner(0, 1), corner(1, 1), corner(1, 0))
                else {
                    continue;
                };
                for row in rows[0]..=rows[1] {
                    for column in columns[0]..=columns[1] {
                        let x = part(column, columns);
                        let y = part(row, rows);
                        // The diagonal runs from the upper left to the lower right.
                        let flat = if y > x {
                            a + (b - a) * y + (c - b) * x
                        } else {
                            a + (d - a) * x + (c - d) * y
                        };
                        if let Some(point) = self.at(column, row) {
                            worst = worst.max(point.distance(flat));
                        }
                    }
                }
            }
        }
        worst
    }

    /// The triangles as an OBJ file, lit towards the eye; `None` when nothing is mapped.
    pub(super) fn obj(&self) -> Option<String> {
        let mut numbers = vec![0usize; self.columns.len() * self.rows.len()];
        let (mut text, mut count) = ("# metres, Y up\n".to_owned(), 0);
        let [width, height] = self.size.map(|side| (side - 1) as f64);
        for (r, row) in self.rows.iter().enumerate() {
            for (c, column) in self.columns.iter().enumerate() {
                let Some(p) = self.at(*column, *row) else {
                    continue;
                };
                count += 1;
                numbers[r * self.columns.len() + c] = count;
                let (u, v) = (*column as f64 / width, 1.0 - *row as f64 / height);
                // Writing to a string cannot fail.
                let _ = writeln!(text, "v {:.6} {:.6} {:.6}\nvt {u:.7} {v:.7}", p.x, p.y, p.z);
            }
        }
        let mut faces = Vec::new();
        for r in 1..self.rows.len() {
            for c in 1..self.columns.len() {
                let number = |c: usize, r: usize| numbers[r * self.columns.len() + c];
                let [a, b] = [number(c - 1, r - 1), number(c - 1, r)];
                let [d, e] = [number(c, r), number(c, r - 1)];
                faces.extend(
                    [[a, b, d], [a, d, e]]
                        .into_iter()
                        .filter(|f| !f.contains(&0)),
                );
            }
        }
        let flip = self.turns_away();
        for [a, b, c] in &faces {
            let (b, c) = if flip { (c, b) } else { (b, c) };
            let _ = writeln!(text, "f {a}/{a} {b}/{b} {c}/{c}");
        }
        (!faces.is_empty()).then_some(text)
    }

    /// Whether the triangles, as the map runs, show their backs to the eye.
    fn turns_away(&self) -> bool {
        let mut facing = 0.0;
        for rows in self.rows.windows(2) {
            for columns in self.columns.windows(2) {
                let corner = |c: usize, r: usize| self.at(columns[c], rows[r]);
                if let (Some(a), Some(b), Some(c)) = (corner(0, 0), corner(0, 1), corner(1, 1)) {
                    facing += (b - a).cross(c - a).dot(self.eye - a);
                }
            }
        }
        facing < 0.0
    }
}

fn part(index: usize, ends: &[usize]) -> f64 {
    (index - ends[0]) as f64 / (ends[1] - ends[0]).max(1) as f64
}
