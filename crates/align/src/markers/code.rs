//! What the wall's marker pattern says: a checkerboard whose cells carry a dot or none, by a fixed hash of wall, column and
//! row. `shaders/pattern.wgsl` draws the same bits; a test reads drawn walls by these.

/// A wall that shows the pattern: whole cells of it count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkerWall {
    /// The wall's place in the stage, from 0: its pattern differs from every other's.
    pub wall: u32,
    /// Cells from left to right, the last one perhaps cut off.
    pub columns: u32,
    /// Cells from top to bottom.
    pub rows: u32,
}

/// A mixing of 32 bits in which every bit depends on every other (Wellons' lowbias32).
fn mixed(mut x: u32) -> u32 {
    x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
    x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

/// Whether the cell of a wall has a dot of the other colour in its middle.
pub fn marker_dot(wall: u32, column: u32, row: u32) -> bool {
    let of_wall = mixed(row.wrapping_add((wall + 1).wrapping_mul(0x9e37_79b1)));
    mixed(column.wrapping_add(of_wall)) & 1 == 1
}

/// Whether a cell is white; its dot then is black.
pub fn marker_white(column: u32, row: u32) -> bool {
    (column + row).is_multiple_of(2)
}
