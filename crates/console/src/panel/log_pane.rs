//! The log of the last commands, newest first: when, by what way, what, and why not.

use super::model::LogRow;
use super::table::{Column, cells, next_row};
use super::text_cell::TextCell;
use crate::look::{SOFT, STRONG, mood_color, mood_shape};
use egui::{Rect, ScrollArea, Ui, pos2};

const COLUMNS: [Column; 4] = [
    Column::words(16.0),
    Column::words(66.0),
    Column::words(52.0),
    Column::rest(),
];

/// Draws the log.
pub fn show(ui: &mut Ui, rows: &[LogRow]) {
    ScrollArea::vertical()
        .id_salt("log")
        .auto_shrink([false; 2])
        .show(ui, |ui| {
            for row in rows {
                let places = cells(next_row(ui, 22.0), &COLUMNS);
                mood_shape(ui.painter(), places[0].center(), 6.0, row.mood);
                TextCell::new(14.0, SOFT).show(ui, places[1], &row.at);
                TextCell::new(14.0, SOFT).show(ui, places[2], &row.via);
                TextCell::new(15.0, STRONG).show(ui, places[3], &row.what);
                if !row.why_not.is_empty() {
                    let line = next_row(ui, 20.0);
                    let line = Rect::from_min_max(pos2(places[3].left(), line.top()), line.max);
                    TextCell::new(14.0, mood_color(row.mood)).show(ui, line, &row.why_not);
                }
            }
        });
}
