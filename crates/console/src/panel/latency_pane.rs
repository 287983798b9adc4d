//! Where the time goes: for each leg of a frame's way a bar of the last ten seconds over one since the start, from
//! nothing to the median in full colour and on to p99 in half; a line stands where a frame's time ends.

use super::desk::Desk;
use super::model::{LatencyModel, LegRow, Spread};
use super::table::{Column, cells, headings, next_row};
use super::text_cell::TextCell;
use crate::look::{BACKGROUND, FOCUS, SOFT, STRONG, mood_color};
use cyc_control::Mood;
use egui::{Color32, Rect, ScrollArea, Stroke, Ui, pos2};

const COLUMNS: [Column; 5] = [
    Column::words(124.0),
    Column::rest(),
    Column::figures(52.0),
    Column::figures(52.0),
    Column::figures(56.0),
];
const SINCE_START: Color32 = Color32::from_rgb(96, 110, 128);

/// Draws the bars.
pub fn show(ui: &mut Ui, desk: &Desk, latency: &LatencyModel) {
    let names = [
        latency.budget.clone(),
        String::new(),
        desk.t("panel-p50"),
        desk.t("panel-p99"),
        desk.t("panel-worst"),
    ];
    headings(ui, &COLUMNS, &names);
    ScrollArea::vertical()
        .id_salt("latency")
        .auto_shrink([false; 2])
        .show(ui, |ui| {
            for leg in &latency.legs {
                row(ui, latency, leg);
            }
        });
}

fn row(ui: &mut Ui, latency: &LatencyModel, leg: &LegRow) {
    let places = cells(next_row(ui, 19.0), &COLUMNS);
    let ink = if leg.is_sum { STRONG } else { SOFT };
    TextCell::new(14.0, ink).show(ui, places[0], &leg.name);
    let track = places[1].shrink2(egui::vec2(0.0, 2.0));
    ui.painter().rect_filled(track, 1.0, BACKGROUND);
    let (recent, before) = track.split_top_bottom_at_fraction(0.62);
    bar(ui, latency, recent, leg.last_10_s, FOCUS);
    bar(ui, latency, before, leg.since_start, SINCE_START);
    if let Some(budget_ms) = latency.budget_ms {
        let x = at(latency, track, budget_ms);
        let stroke = Stroke::new(2.0, mood_color(Mood::Amber));
        ui.painter().vline(x, places[1].y_range(), stroke);
    }
    for (place, figure) in places[2..].iter().zip(&leg.cells) {
        TextCell::new(14.0, STRONG).right().show(ui, *place, figure);
    }
}

fn bar(ui: &Ui, latency: &LatencyModel, track: Rect, spread: Option<Spread>, color: Color32) {
    let Some(spread) = spread else {
        return;
    };
    let upto = |ms: f64| {
        Rect::from_min_max(
            track.min,
            pos2(at(latency, track, ms), track.bottom() - 1.0),
        )
    };
    ui.painter()
        .rect_filled(upto(spread.p99_ms), 0.0, color.gamma_multiply(0.5));
    ui.painter().rect_filled(upto(spread.p50_ms), 0.0, color);
}

fn at(latency: &LatencyModel, track: Rect, ms: f64) -> f32 {
    let share = (ms / latency.scale_ms.max(1e-6)).clamp(0.0, 1.0) as f32;
    // What is there at all is seen.
    track.left() + (share * track.width()).max(1.0)
}
