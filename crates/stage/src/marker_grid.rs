//! The cells of a wall's marker pattern: where in its pixels they are. What the dots in them say is `cyc-align`'s.

use crate::Wall;
use glam::DVec2;

/// A checkerboard of square cells from a wall's upper left corner; the last ones may be cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkerGrid {
    /// Side of a cell, wall pixels.
    pub cell_px: u32,
    /// Cells from left to right.
    pub columns: u32,
    /// Cells from top to bottom.
    pub rows: u32,
}

/// Side of a cell about, metres: 10 camera pixels at 15 m for a lens of 35 mm, and a dozen cells at 1 m.
const CELL_M: f64 = 0.125;
/// Its side in wall pixels: a dot must be round enough to be one, and a row must have some.
const CELL_PX: (f64, f64) = (8.0, 256.0);

impl MarkerGrid {
    /// Of a wall.
    pub fn of(wall: &Wall) -> Self {
        let [across, down] = wall.pitch_m();
        let cell_px = (CELL_M / across.max(down))
            .round()
            .clamp(CELL_PX.0, CELL_PX.1) as u32;
        let [columns, rows] = wall.size_px().map(|px| px.div_ceil(cell_px));
        Self {
            cell_px,
            columns,
            rows,
        }
    }

    /// The wall pixel of the corner that has so many cells to its left and above it.
    pub fn corner_px(&self, corner: [u32; 2]) -> DVec2 {
        let [x, y] = corner.map(|cells| f64::from(cells) * f64::from(self.cell_px));
        DVec2::new(x, y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stage;

    #[test]
    fn cells_are_a_quarter_of_a_usual_cabinet_and_cover_the_wall() {
        let text = "name = \"x\"\n[[wall]]\nname = \"w\"\nkind = \"plane\"\nposition_m = [0, 0, -3]\nwidth_m = 2.2\n\
                    height_m = 1\ncabinets = [4, 2]\ncabinet_px = [160, 144]\ncanvas_px = [0, 0]\n";
        let grid = MarkerGrid::of(&Stage::from_toml(text).unwrap().walls()[0]);
        assert_eq!((grid.cell_px, grid.columns, grid.rows), (36, 18, 8));
        assert_eq!(grid.corner_px([3, 2]), DVec2::new(108.0, 72.0));
    }
}
