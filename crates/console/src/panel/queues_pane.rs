//! What waits between the threads: for each queue a bar of what waits now over the most that ever waited, of its capacity;
//! what was lost stands in the colour of trouble.

use super::desk::Desk;
use super::model::QueueRow;
use super::table::{Column, cells, headings, next_row};
use super::text_cell::TextCell;
use crate::look::{BACKGROUND, FOCUS, SOFT, STRONG, mood_color};
use cyc_control::Mood;
use egui::{Rect, ScrollArea, Ui, vec2};

const COLUMNS: [Column; 5] = [
    Column::rest(),
    Column::words(64.0),
    Column::figures(66.0),
    Column::figures(46.0),
    Column::figures(60.0),
];

/// Draws the rows.
pub fn show(ui: &mut Ui, desk: &Desk, rows: &[QueueRow]) {
    let names = [
        String::new(),
        String::new(),
        desk.t("panel-queue-waiting"),
        desk.t("panel-queue-most"),
        desk.t("panel-queue-lost"),
    ];
    headings(ui, &COLUMNS, &names);
    ScrollArea::vertical()
        .id_salt("queues")
        .auto_shrink([false; 2])
        .show(ui, |ui| {
            for queue in rows {
                row(ui, queue);
            }
        });
}

fn row(ui: &mut Ui, queue: &QueueRow) {
    let places = cells(next_row(ui, 19.0), &COLUMNS);
    TextCell::new(14.0, STRONG).show(ui, places[0], &queue.name);
    let track = places[1].shrink2(vec2(0.0, 4.0));
    ui.painter().rect_filled(track, 1.0, BACKGROUND);
    let upto = |share: f64| {
        let size = vec2(track.width() * share as f32, track.height());
        Rect::from_min_size(track.min, size)
    };
    let ink = match queue.has_lost {
        true => mood_color(Mood::Amber),
        false => FOCUS,
    };
    ui.painter()
        .rect_filled(upto(queue.most), 0.0, ink.gamma_multiply(0.5));
    ui.painter().rect_filled(upto(queue.filled), 0.0, ink);
    let inks = [STRONG, STRONG, if queue.has_lost { ink } else { SOFT }];
    for ((place, figure), ink) in places[2..].iter().zip(&queue.cells).zip(inks) {
        TextCell::new(14.0, ink).right().show(ui, *place, figure);
    }
}
