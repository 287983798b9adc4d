//! Where a wall's pixels are on the canvas that goes to the LED processor.
//!
//! Processors are wired as it suits the cables: a wall's left half may lie below its right half on the canvas, a column
//! of cabinets may hang upside down. A map is a list of blocks of whole cabinets, each with its upper left corner on the
//! canvas and a quarter turn.

use glam::DVec2;
use std::ops::Range;

/// A rectangle of canvas pixels; x right, y down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CanvasRect {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl CanvasRect {
    /// The first column to the right of it.
    pub fn right(&self) -> u32 {
        self.x.saturating_add(self.width)
    }

    /// The first row below it.
    pub fn bottom(&self) -> u32 {
        self.y.saturating_add(self.height)
    }

    /// Whether two rectangles share a pixel.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// Whether the other one lies in it.
    pub fn holds(&self, other: &Self) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && other.right() <= self.right()
            && other.bottom() <= self.bottom()
    }

    /// The smallest rectangle that holds both.
    fn with(&self, other: &Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Self {
            x,
            y,
            width: self.right().max(other.right()) - x,
            height: self.bottom().max(other.bottom()) - y,
        }
    }
}

/// How a block's picture is turned on the canvas, clockwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum QuarterTurn {
    /// As the audience sees it.
    #[default]
    Upright,
    /// By 90°.
    Right,
    /// Upside down.
    Half,
    /// By 270°.
    Left,
}

impl QuarterTurn {
    /// From degrees, clockwise.
    pub fn from_degrees(degrees: f64) -> Option<Self> {
        [
            (0.0, Self::Upright),
            (90.0, Self::Right),
            (180.0, Self::Half),
            (270.0, Self::Left),
        ]
        .into_iter()
        .find(|(turn, _)| *turn == degrees)
        .map(|(_, turn)| turn)
    }

    /// Whether width and height change places.
    pub fn lies(self) -> bool {
        matches!(self, Self::Right | Self::Left)
    }

    /// From pixels in an upright block of a size to those in the turned one.
    fn turned(self, p: DVec2, size: DVec2) -> DVec2 {
        match self {
            Self::Upright => p,
            Self::Right => DVec2::new(size.y - p.y, p.x),
            Self::Half => size - p,
            Self::Left => DVec2::new(p.y, size.x - p.x),
        }
    }

    /// The way back; `size` is still that of the upright block.
    fn upright(self, p: DVec2, size: DVec2) -> DVec2 {
        match self {
            Self::Upright => p,
            Self::Right => DVec2::new(p.y, size.y - p.x),
            Self::Half => size - p,
            Self::Left => DVec2::new(size.x - p.y, p.x),
        }
    }
}

/// Cabinets that are together on the canvas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanvasBlock {
    /// Their columns.
    pub columns: Range<u32>,
    /// Their rows.
    pub rows: Range<u32>,
    /// Their pixels on the canvas, turned.
    pub canvas: CanvasRect,
    /// How they are turned there.
    pub turn: QuarterTurn,
}

/// A wall's pixels on the canvas. Every cabinet is in exactly one block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanvasMap {
    cabinets: [u32; 2],
    cabinet_px: [u32; 2],
    blocks: Vec<CanvasBlock>,
}

impl CanvasMap {
    /// From blocks; `None` unless they hold every cabinet once, with the right number of pixels.
    pub(crate) fn new(
        cabinets: [u32; 2],
        cabinet_px: [u32; 2],
        blocks: Vec<CanvasBlock>,
    ) -> Option<Self> {
        let [columns, rows] = cabinets;
        let mut covered = vec![false; columns as usize * rows as usize];
        for block in &blocks {
            let inside = block.columns.end <= columns && block.rows.end <= rows;
            if !inside || block.columns.is_empty() || block.rows.is_empty() {
                return None;
            }
            for row in block.rows.clone() {
                for column in block.columns.clone() {
                    let cell = covered.get_mut((row * columns + column) as usize)?;
                    if std::mem::replace(cell, true) {
                        return None;
                    }
                }
            }
        }
        covered.iter().all(|c| *c).then_some(Self {
            cabinets,
            cabinet_px,
            blocks,
        })
    }

    /// The block of these cabinets with its upper left corner on the canvas.
    pub(crate) fn block(
        columns: Range<u32>,
        rows: Range<u32>,
        cabinet_px: [u32; 2],
        corner: [u32; 2],
        turn: QuarterTurn,
    ) -> CanvasBlock {
        let width = (columns.end.saturating_sub(columns.start)).saturating_mul(cabinet_px[0]);
        let height = (rows.end.saturating_sub(rows.start)).saturating_mul(cabinet_px[1]);
        let (width, height) = if turn.lies() {
            (height, width)
        } else {
            (width, height)
        };
        let [x, y] = corner;
        CanvasBlock {
            columns,
            rows,
            canvas: CanvasRect {
                x,
                y,
                width,
                height,
            },
            turn,
        }
    }

    /// Columns and rows of cabinets.
    pub fn cabinets(&self) -> [u32; 2] {
        self.cabinets
    }

    /// Pixels of a cabinet as the audience sees it.
    pub fn cabinet_px(&self) -> [u32; 2] {
        self.cabinet_px
    }

    /// Width and height in wall pixels.
    pub fn size_px(&self) -> [u32; 2] {
        [0, 1].map(|axis: usize| self.cabinets[axis] * self.cabinet_px[axis])
    }

    /// The blocks; at least one.
    pub fn blocks(&self) -> &[CanvasBlock] {
        &self.blocks
    }

    /// The rectangle that holds all blocks.
    pub fn bounds(&self) -> CanvasRect {
        let first = self.blocks[0].canvas;
        self.blocks
            .iter()
            .fold(first, |all, block| all.with(&block.canvas))
    }

    fn size_of(&self, block: &CanvasBlock) -> (DVec2, DVec2) {
        let [width, height] = self.cabinet_px.map(f64::from);
        let at = DVec2::new(
            f64::from(block.columns.start) * width,
            f64::from(block.rows.start) * height,
        );
        let size = DVec2::new(
            f64::from(block.columns.end - block.columns.start) * width,
            f64::from(block.rows.end - block.rows.start) * height,
        );
        (at, size)
    }

    fn block_of(&self, column: u32, row: u32) -> &CanvasBlock {
        self.blocks
            .iter()
            .find(|b| b.columns.contains(&column) && b.rows.contains(&row))
            .unwrap_or(&self.blocks[0])
    }

    fn to_canvas(&self, block: &CanvasBlock, wall_px: DVec2) -> DVec2 {
        let (at, size) = self.size_of(block);
        let corner = DVec2::new(f64::from(block.canvas.x), f64::from(block.canvas.y));
        corner + block.turn.turned(wall_px - at, size)
    }

    /// Canvas coordinates of wall pixels that belong to a cabinet (edges included).
    pub fn canvas_px_in(&self, column: u32, row: u32, wall_px: DVec2) -> DVec2 {
        self.to_canvas(self.block_of(column, row), wall_px)
    }

    /// Canvas coordinates of wall pixels; between two blocks those of the later one.
    pub fn canvas_px(&self, wall_px: DVec2) -> DVec2 {
        let cabinet = |axis: usize| {
            let index = (wall_px[axis] / f64::from(self.cabinet_px[axis])).floor();
            (index.max(0.0) as u32).min(self.cabinets[axis] - 1)
        };
        self.canvas_px_in(cabinet(0), cabinet(1), wall_px)
    }

    /// Wall pixels of canvas coordinates; `None` when they are not on the wall.
    pub fn wall_px(&self, canvas_px: DVec2) -> Option<DVec2> {
        self.blocks.iter().find_map(|block| {
            let c = block.canvas;
            let local = canvas_px - DVec2::new(f64::from(c.x), f64::from(c.y));
            let on = (0.0..=f64::from(c.width)).contains(&local.x)
                && (0.0..=f64::from(c.height)).contains(&local.y);
            let (at, size) = self.size_of(block);
            on.then(|| at + block.turn.upright(local, size))
        })
    }

    /// The canvas pixels of a cabinet.
    pub fn canvas_of_cabinet(&self, column: u32, row: u32) -> CanvasRect {
        let [width, height] = self.cabinet_px;
        let corner = |c: u32, r: u32| {
            let wall_px = DVec2::new(f64::from(c * width), f64::from(r * height));
            self.canvas_px_in(column, row, wall_px)
        };
        let (a, b) = (corner(column, row), corner(column + 1, row + 1));
        let (low, size) = (a.min(b), (b - a).abs());
        CanvasRect {
            x: low.x as u32,
            y: low.y as u32,
            width: size.x as u32,
            height: size.y as u32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map() -> CanvasMap {
        let px = [10, 20];
        let left = CanvasMap::block(0..2, 0..3, px, [100, 0], QuarterTurn::Upright);
        let right = CanvasMap::block(2..3, 0..3, px, [0, 200], QuarterTurn::Right);
        CanvasMap::new([3, 3], px, vec![left, right]).unwrap()
    }

    #[test]
    fn a_turned_block_lies_where_the_processor_wants_it() {
        let map = map();
        assert_eq!(map.size_px(), [30, 60]);
        // The right column is 10 × 60 px; turned clockwise its upper left corner becomes the upper right one.
        assert_eq!(
            map.canvas_px_in(2, 0, DVec2::new(20.0, 0.0)),
            DVec2::new(60.0, 200.0)
        );
        assert_eq!(
            map.canvas_px_in(2, 0, DVec2::new(30.0, 0.0)),
            DVec2::new(60.0, 210.0)
        );
        assert_eq!(
            map.canvas_px_in(2, 2, DVec2::new(20.0, 60.0)),
            DVec2::new(0.0, 200.0)
        );
        let top = map.canvas_of_cabinet(2, 0);
        assert_eq!((top.x, top.y, top.width, top.height), (40, 200, 20, 10));
    }

    #[test]
    fn the_way_there_and_back_is_one_for_every_turn() {
        for degrees in [0.0, 90.0, 180.0, 270.0] {
            let turn = QuarterTurn::from_degrees(degrees).unwrap();
            let block = CanvasMap::block(0..2, 0..3, [8, 5], [30, 40], turn);
            let map = CanvasMap::new([2, 3], [8, 5], vec![block]).unwrap();
            for p in [
                DVec2::new(0.5, 0.5),
                DVec2::new(15.5, 3.0),
                DVec2::new(9.0, 14.5),
            ] {
                let there = map.canvas_px(p);
                assert!(map.wall_px(there).unwrap().distance(p) < 1e-12, "{degrees}");
            }
        }
        assert!(QuarterTurn::from_degrees(45.0).is_none());
    }

    #[test]
    fn a_map_with_a_gap_or_a_cabinet_twice_is_none() {
        let block = |columns| CanvasMap::block(columns, 0..1, [8, 8], [0, 0], QuarterTurn::Upright);
        assert!(CanvasMap::new([3, 1], [8, 8], vec![block(0..2)]).is_none());
        assert!(CanvasMap::new([3, 1], [8, 8], vec![block(0..2), block(1..3)]).is_none());
        assert!(CanvasMap::new([3, 1], [8, 8], vec![block(0..4)]).is_none());
        assert!(CanvasMap::new([3, 1], [8, 8], vec![block(0..2), block(2..3)]).is_some());
    }
}
