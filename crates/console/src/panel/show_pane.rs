//! What is told to all walls at once: blackout, freeze, exposure; and the way back.

use super::desk::{Desk, keyed, within};
use super::table::next_row;
use super::text_cell::TextCell;
use crate::look::{SOFT, STRONG};
use cyc_control::{Command, Mood, ShowDocument, limits::STOPS_MAX};
use egui::{Rect, Ui, pos2, vec2};

/// One press of the exposure's buttons, stops: the third of a lens.
const STOP_STEP: f64 = 1.0 / 3.0;

/// Draws the pane.
pub fn show(ui: &mut Ui, desk: &mut Desk, show: &ShowDocument, undo: Option<&str>) {
    let row = next_row(ui, 52.0);
    let width = (row.width() - 6.0) / 2.0;
    let half = |index: f32| {
        let at = pos2(row.left() + (width + 6.0) * index, row.top() + 2.0);
        Rect::from_min_size(at, vec2(width, 48.0))
    };
    let switches = [
        (
            0.0,
            "panel-blackout",
            show.blackout,
            Command::Blackout { on: !show.blackout },
            Mood::Red,
        ),
        (
            1.0,
            "panel-freeze",
            show.frozen,
            Command::Freeze { on: !show.frozen },
            Mood::Amber,
        ),
    ];
    for (index, label, is_on, command, mood) in switches {
        let (place, label) = (half(index), desk.t(label));
        within(ui, place, |ui| {
            desk.button(ui, place.size(), &label, is_on.then_some(mood), &command);
        });
    }
    exposure(ui, desk, show.exposure_stops);
    let row = next_row(ui, 35.0);
    let (button, what) = row.split_left_right_at_x(row.left() + 96.0);
    let button = button.shrink2(vec2(0.0, 3.0));
    let label = desk.t("panel-undo");
    within(ui, button, |ui| {
        ui.add_enabled_ui(undo.is_some(), |ui| {
            desk.button(ui, button.size(), &label, None, &Command::Undo {});
        });
    });
    let what = Rect::from_min_max(pos2(what.left() + 8.0, what.top()), what.max);
    TextCell::new(14.0, SOFT).show(ui, what, undo.unwrap_or("–"));
}

fn exposure(ui: &mut Ui, desk: &mut Desk, stops: f64) {
    let row = next_row(ui, 35.0);
    TextCell::new(15.0, SOFT).show(ui, part(row, 0.0, 76.0), &desk.t("panel-exposure"));
    let steps = [
        (-STOP_STEP, "−", 76.0),
        (STOP_STEP, "+", row.width() - 100.0),
    ];
    for (step, label, at) in steps {
        let place = part(row, at, at + 44.0).shrink2(vec2(0.0, 3.0));
        let command = Command::Exposure {
            stops: thirds(stops + step),
        };
        keyed(ui, label, |ui| {
            within(ui, place, |ui| {
                desk.button(ui, place.size(), label, None, &command)
            });
        });
    }
    let figure = desk
        .text
        .get("panel-stops", &[("n", format!("{stops:+.1}"))]);
    let place = part(row, 122.0, row.width() - 106.0);
    TextCell::new(16.0, STRONG)
        .center()
        .show(ui, place, &figure);
    let place = part(row, row.width() - 50.0, row.width()).shrink2(vec2(0.0, 3.0));
    let neutral = Command::Exposure { stops: 0.0 };
    within(ui, place, |ui| {
        desk.button(ui, place.size(), "0", None, &neutral)
    });
}

fn part(row: Rect, from: f32, to: f32) -> Rect {
    Rect::from_x_y_ranges(row.left() + from..=row.left() + to, row.y_range())
}

/// To a third of a stop, within what a stage takes: sums of thirds must come back to nothing.
fn thirds(stops: f64) -> f64 {
    let thirds = (stops * 3.0).round() / 3.0;
    thirds.clamp(-STOPS_MAX, STOPS_MAX) + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_steps_up_and_three_down_are_none() {
        let mut stops = 0.0;
        for step in [1.0, 1.0, 1.0, -1.0, -1.0, -1.0] {
            stops = thirds(stops + step * STOP_STEP);
        }
        assert_eq!(stops.to_bits(), 0.0_f64.to_bits());
        assert_eq!(thirds(STOPS_MAX + STOP_STEP), STOPS_MAX);
    }
}
