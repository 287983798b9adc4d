//! Which cells of which wall a piece of the checkerboard is: the dots of all its cells together, compared with every place of
//! every wall in every turn. All that is seen counts, so covered and misread cells do not matter, and chance is computed.

use super::code::{MarkerWall, marker_dot, marker_white};
use super::lattice::Lattice;
use super::level::GreyPicture;
use glam::DVec2;
use std::collections::HashMap;

/// A cell that was read.
#[derive(Clone, Copy, Debug)]
struct Cell {
    place: (i32, i32),
    is_white: bool,
    has_dot: bool,
}

/// How bright a piece is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tone {
    /// White less black, the median of the cells.
    pub contrast: f64,
    /// How much of the white is clipped.
    pub clipped: f64,
}

/// Where a piece is.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub wall: u32,
    turn: Turn,
    offset: (i32, i32),
    /// The piece's cells, by whether they are other than the wall's.
    pub wrong: HashMap<(i32, i32), bool>,
}

impl Reading {
    /// Whether it is seen in a mirror.
    pub(super) fn is_mirrored(&self) -> bool {
        self.turn.is_mirrored
    }

    /// The corner of the wall at a corner of the piece: cells to its left and above it.
    pub(super) fn corner(&self, place: (i32, i32)) -> (i32, i32) {
        let (column, row) = self.turn.applied(place);
        (column + self.offset.0, row + self.offset.1)
    }
}

#[derive(Clone, Copy, Debug)]
struct Turn {
    quarters: u8,
    is_mirrored: bool,
}

impl Turn {
    const ALL: [Self; 8] = {
        let mut all = [Self {
            quarters: 0,
            is_mirrored: false,
        }; 8];
        let mut nth = 0;
        while nth < 8 {
            all[nth] = Self {
                quarters: (nth % 4) as u8,
                is_mirrored: nth >= 4,
            };
            nth += 1;
        }
        all
    };

    fn applied(self, (x, y): (i32, i32)) -> (i32, i32) {
        let (x, y) = if self.is_mirrored { (y, x) } else { (x, y) };
        match self.quarters {
            0 => (x, y),
            1 => (-y, x),
            2 => (-x, -y),
            _ => (y, -x),
        }
    }

    /// The same for cells, which are named by their corner of the least column and row.
    fn of_cell(self, (x, y): (i32, i32)) -> (i32, i32) {
        let (x, y) = self.applied((2 * x + 1, 2 * y + 1));
        ((x - 1) / 2, (y - 1) / 2)
    }
}

/// How sure a reading must be: one in so many pictures may be misread, as a logarithm.
const SURE: f64 = 16.0;
/// Cells that agree, of all, at least.
const AGREE_MIN: f64 = 0.72;
/// Cells that are compared first: a wrong place shows itself in a few.
const FIRST: usize = 48;
/// How far a dot may be from being as bright as the other colour, as a part of the contrast: between is unread.
const UNSURE: f64 = 0.12;
/// How bright clipped white is.
const CLIPPED: f64 = 0.985;

/// Reads a piece; `None` when no place of any wall explains it.
pub(super) fn read(
    picture: &GreyPicture,
    lattice: &Lattice,
    walls: &[MarkerWall],
) -> (Option<Reading>, Tone) {
    let (Cells { cells, dull }, tone) = cells(picture, lattice);
    let order = spread(cells.len());
    let cells: Vec<Cell> = order.into_iter().map(|nth| cells[nth]).collect();
    let tests: f64 = walls
        .iter()
        .map(|w| 8.0 * f64::from(w.columns) * f64::from(w.rows))
        .sum();
    let mut best: Option<(usize, Reading)> = None;
    for wall in walls {
        for turn in Turn::ALL {
            search(&cells, *wall, turn, &mut best);
        }
    }
    let all = cells.len();
    let found = best.filter(|(agree, _)| is_sure(*agree, all, tests));
    let read = found.map(|(_, mut reading)| {
        reading.wrong = wrong(&cells, &reading);
        reading
            .wrong
            .extend(dull.iter().map(|place| (*place, true)));
        reading
    });
    (read, tone)
}

fn wrong(cells: &[Cell], reading: &Reading) -> HashMap<(i32, i32), bool> {
    let is_wrong = |cell: &Cell| {
        let (column, row) = reading.turn.of_cell(cell.place);
        let at = (column + reading.offset.0, row + reading.offset.1);
        let (Ok(column), Ok(row)) = (u32::try_from(at.0), u32::try_from(at.1)) else {
            return true;
        };
        marker_white(column, row) != cell.is_white
            || marker_dot(reading.wall, column, row) != cell.has_dot
    };
    let each = cells.iter().map(|cell| (cell.place, is_wrong(cell)));
    each.collect()
}

/// Whether chance alone would hardly let so many of all agree somewhere (Chernoff's bound).
fn is_sure(agree: usize, all: usize, tests: f64) -> bool {
    let part = agree as f64 / all.max(1) as f64;
    let entropy = |p: f64| if p > 0.0 { p * p.ln() } else { 0.0 };
    let surprise = std::f64::consts::LN_2 + entropy(part) + entropy(1.0 - part);
    part >= AGREE_MIN && all as f64 * surprise >= tests.max(1.0).ln() + SURE
}

/// Numbers below a count, so that any first ones are from everywhere.
fn spread(count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|nth| (*nth as u32).wrapping_mul(0x9e37_79b1));
    order
}

fn search(cells: &[Cell], wall: MarkerWall, turn: Turn, best: &mut Option<(usize, Reading)>) {
    let turned: Vec<(i32, i32, bool, bool)> = cells
        .iter()
        .map(|cell| {
            let (x, y) = turn.of_cell(cell.place);
            (x, y, cell.is_white, cell.has_dot)
        })
        .collect();
    let ends = |of: fn(&(i32, i32, bool, bool)) -> i32| {
        let low = turned.iter().map(of).min().unwrap_or_default();
        let high = turned.iter().map(of).max().unwrap_or_default();
        (low, high)
    };
    let ((left, right), (top, bottom)) = (ends(|c| c.0), ends(|c| c.1));
    let (columns, rows) = (wall.columns as i32, wall.rows as i32);
    let bits: Vec<bool> = (0..wall.rows)
        .flat_map(|row| (0..wall.columns).map(move |column| marker_dot(wall.wall, column, row)))
        .collect();
    // A stray column or row beside the wall must not hide the rest.
    for oy in -top - 1..=rows - bottom {
        for ox in -left - 1..=columns - right {
            let mut agree = 0;
            let mut wrong = 0;
            let most_wrong = |seen: usize| {
                if seen == FIRST {
                    FIRST / 3
                } else {
                    cells.len() / 5 + FIRST / 3
                }
            };
            for (nth, (x, y, is_white, has_dot)) in turned.iter().enumerate() {
                let (x, y) = (x + ox, y + oy);
                let is_inside = (0..columns).contains(&x) && (0..rows).contains(&y);
                let is_same = is_inside
                    && marker_white(x as u32, y as u32) == *is_white
                    && bits[(y * columns + x) as usize] == *has_dot;
                if is_same {
                    agree += 1
                } else {
                    wrong += 1
                }
                if wrong > most_wrong(nth + 1) {
                    break;
                }
            }
            let is_whole = agree + wrong == cells.len();
            if is_whole && best.as_ref().is_none_or(|(most, _)| agree > *most) {
                *best = Some((
                    agree,
                    Reading {
                        wall: wall.wall,
                        turn,
                        offset: (ox, oy),
                        wrong: HashMap::new(),
                    },
                ));
            }
        }
    }
}

/// A cell's ring and middle.
struct Seen {
    ring: f64,
    middle: f64,
}

/// Cells of a piece.
struct Cells {
    /// Those that can be read.
    cells: Vec<Cell>,
    /// Places of those that are none.
    dull: Vec<(i32, i32)>,
}

/// The cells of a piece, and how bright they are.
fn cells(picture: &GreyPicture, lattice: &Lattice) -> (Cells, Tone) {
    let mut seen: HashMap<(i32, i32), Seen> = HashMap::new();
    for (column, row) in lattice.corners.keys() {
        let corner = |dx, dy| lattice.corners.get(&(column + dx, row + dy)).copied();
        if let (Some(a), Some(b), Some(c), Some(d)) =
            (corner(0, 0), corner(1, 0), corner(0, 1), corner(1, 1))
        {
            seen.insert((*column, *row), looked_at(picture, [a, b, c, d]));
        }
    }
    let mut cells = Vec::with_capacity(seen.len());
    let mut heights = Vec::new();
    let (mut contrasts, mut white, mut clipped) = (Vec::new(), 0usize, 0usize);
    let mut places: Vec<_> = seen.keys().copied().collect();
    places.sort_unstable();
    for (column, row) in places {
        let own = &seen[&(column, row)];
        let beside = [(1, 0), (-1, 0), (0, 1), (0, -1)];
        let beside = beside
            .iter()
            .filter_map(|(dx, dy)| seen.get(&(column + dx, row + dy)));
        let (sum, count) = beside.fold((0.0, 0.0), |(s, n), c| (s + c.ring, n + 1.0));
        if count == 0.0 {
            continue;
        }
        let other = sum / count;
        let contrast = own.ring - other;
        let is_white = contrast > 0.0;
        contrasts.push(contrast.abs());
        if is_white {
            white += 1;
            clipped += usize::from(own.ring >= CLIPPED);
        }
        let part = (own.middle - own.ring) / (other - own.ring);
        if part.is_finite() && (part - DOT_SEEN).abs() > UNSURE {
            heights.push(contrast.abs());
            cells.push(Cell {
                place: (column, row),
                is_white,
                has_dot: part > DOT_SEEN,
            });
        }
    }
    contrasts.sort_by(f64::total_cmp);
    let contrast = contrasts
        .get(contrasts.len() / 2)
        .copied()
        .unwrap_or_default();
    // What is much duller than the rest is no wall, or one in another light.
    let mut height = heights.iter();
    let (cells, dull): (Vec<Cell>, Vec<Cell>) = cells
        .into_iter()
        .partition(|_| height.next().is_some_and(|h| *h >= DULL * contrast));
    (
        Cells {
            cells,
            dull: dull.into_iter().map(|cell| cell.place).collect(),
        },
        Tone {
            contrast,
            clipped: clipped as f64 / white.max(1) as f64,
        },
    )
}

/// Contrast of a cell at least, of the median of its piece.
const DULL: f64 = 0.3;
/// From here on a middle is a dot: blur takes from a dot, and gives to none.
const DOT_SEEN: f64 = 0.4;

fn looked_at(picture: &GreyPicture, [a, b, c, d]: [DVec2; 4]) -> Seen {
    let at = |x: f64, y: f64| {
        let (upper, lower) = (a.lerp(b, x), c.lerp(d, x));
        picture.between(upper.lerp(lower, y))
    };
    let mean = |places: &[(f64, f64)]| {
        places.iter().map(|(x, y)| at(*x, *y)).sum::<f64>() / places.len() as f64
    };
    Seen {
        // Outside the dot, as far from its edge as from the cell's.
        ring: mean(&[
            (0.22, 0.22),
            (0.78, 0.22),
            (0.22, 0.78),
            (0.78, 0.78),
            (0.17, 0.5),
            (0.83, 0.5),
            (0.5, 0.17),
            (0.5, 0.83),
        ]),
        middle: mean(&[
            (0.5, 0.5),
            (0.45, 0.5),
            (0.55, 0.5),
            (0.5, 0.45),
            (0.5, 0.55),
        ]),
    }
}
