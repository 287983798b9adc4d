//! Tables whose columns stand still: a place for each cell, whatever stands in it.

use super::text_cell::TextCell;
use crate::look::{LINE, SOFT};
use egui::{Rect, Sense, Stroke, Ui, pos2, vec2};

/// A column: its share of the width that is left over, its width in points beside that, and its side.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Width in points.
    pub width: f32,
    /// Whether it takes what is left over.
    pub grows: bool,
    /// Whether it stands at the right, as figures do.
    pub is_right: bool,
}

impl Column {
    /// A column of figures.
    pub const fn figures(width: f32) -> Self {
        Self {
            width,
            grows: false,
            is_right: true,
        }
    }

    /// A column of words.
    pub const fn words(width: f32) -> Self {
        Self {
            width,
            grows: false,
            is_right: false,
        }
    }

    /// The column that takes what is left over.
    pub const fn rest() -> Self {
        Self {
            width: 0.0,
            grows: true,
            is_right: false,
        }
    }
}

/// Room between columns.
const GAP: f32 = 6.0;

/// The places of a row's cells.
pub fn cells(row: Rect, columns: &[Column]) -> Vec<Rect> {
    let gaps = GAP * columns.len().saturating_sub(1) as f32;
    let fixed: f32 = columns.iter().map(|column| column.width).sum();
    let growing = columns.iter().filter(|column| column.grows).count().max(1) as f32;
    let rest = ((row.width() - fixed - gaps) / growing).max(0.0);
    let mut left = row.left();
    let mut place = |column: &Column| {
        let width = if column.grows { rest } else { column.width };
        let cell = Rect::from_min_size(pos2(left, row.top()), vec2(width, row.height()));
        left += width + GAP;
        cell
    };
    columns.iter().map(&mut place).collect()
}

/// The next row of a table.
pub fn next_row(ui: &mut Ui, height: f32) -> Rect {
    ui.spacing_mut().item_spacing.y = 0.0;
    let size = vec2(ui.available_width(), height);
    ui.allocate_exact_size(size, Sense::hover()).0
}

/// The row of headings, with a line below.
pub fn headings(ui: &mut Ui, columns: &[Column], names: &[String]) {
    let row = next_row(ui, 20.0);
    for ((cell, column), name) in cells(row, columns).into_iter().zip(columns).zip(names) {
        let look = TextCell::new(13.0, SOFT);
        let look = if column.is_right { look.right() } else { look };
        if !name.is_empty() {
            look.show(ui, cell, name);
        }
    }
    let stroke = Stroke::new(1.0, LINE);
    ui.painter().hline(row.x_range(), row.bottom(), stroke);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_fill_the_row_and_do_not_touch() {
        let row = Rect::from_min_size(pos2(10.0, 0.0), vec2(300.0, 20.0));
        let columns = [Column::words(20.0), Column::rest(), Column::figures(60.0)];
        let places = cells(row, &columns);
        assert_eq!(places[0].left(), 10.0);
        assert_eq!(places[2].right(), 310.0);
        assert_eq!(places[1].width(), 300.0 - 80.0 - 2.0 * GAP);
        assert!(places[0].right() < places[1].left());
        let narrow = Rect::from_min_size(pos2(0.0, 0.0), vec2(30.0, 20.0));
        assert!(cells(narrow, &columns).iter().all(|c| c.width() >= 0.0));
    }
}
