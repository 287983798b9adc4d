//! The table of sources, with the switch of each.

use super::desk::{Desk, keyed, within};
use super::model::SourceRow;
use super::table::{Column, cells, headings, next_row};
use super::text_cell::TextCell;
use crate::look::{SOFT, STRONG, mood_shape};
use cyc_control::{Command, Mood};
use egui::{ScrollArea, Ui};

const COLUMNS: [Column; 8] = [
    Column::words(16.0),
    Column::rest(),
    Column::words(52.0),
    Column::figures(60.0),
    Column::figures(46.0),
    Column::figures(50.0),
    Column::figures(48.0),
    Column::words(40.0),
];

/// Draws the table.
pub fn show(ui: &mut Ui, desk: &mut Desk, rows: &[SourceRow]) {
    let names = [
        "",
        "panel-name",
        "panel-source-state",
        "panel-rate",
        "panel-loss",
        "panel-jitter",
        "panel-age",
        "",
    ];
    let names = names.map(|key| {
        if key.is_empty() {
            String::new()
        } else {
            desk.t(key)
        }
    });
    headings(ui, &COLUMNS, &names);
    ScrollArea::vertical()
        .id_salt("sources")
        .auto_shrink([false; 2])
        .show(ui, |ui| {
            for row in rows {
                let place = next_row(ui, 30.0);
                let places = cells(place, &COLUMNS);
                mood_shape(ui.painter(), places[0].center(), 7.0, row.mood);
                let name = TextCell::new(16.0, STRONG).show(ui, places[1], &row.name);
                name.on_hover_text(&row.url);
                TextCell::new(15.0, SOFT).show(ui, places[2], &row.cells[0]);
                for (place, figure) in places[3..7].iter().zip(&row.cells[1..]) {
                    TextCell::new(15.0, STRONG).right().show(ui, *place, figure);
                }
                let button = places[7].shrink2(egui::vec2(0.0, 2.0));
                let command = Command::Source {
                    source: row.name.clone(),
                    on: !row.is_on,
                };
                let label = desk.t(if row.is_on { "panel-on" } else { "panel-off" });
                let lit = (!row.is_on).then_some(Mood::Amber);
                keyed(ui, ("source", &row.name), |ui| {
                    within(ui, button, |ui| {
                        desk.button(ui, button.size(), &label, lit, &command)
                    });
                });
            }
        });
}
