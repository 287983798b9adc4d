//! The head of the panel: the stage's state, timecode, and how old the shown is.

use super::desk::Desk;
use super::model::HeadModel;
use super::text_cell::TextCell;
use crate::look::{SOFT, STRONG, mood_color, mood_shape};
use cyc_control::Mood;
use egui::{Rect, Ui, pos2, vec2};

/// Draws the head; whether the reader wants the other language.
pub fn show(ui: &mut Ui, place: Rect, desk: &Desk, head: &HeadModel) -> bool {
    let y = place.y_range();
    let column = |from: f32, to: f32| Rect::from_x_y_ranges(from..=to, y);
    let (left, right) = (place.left(), place.right());
    mood_shape(
        ui.painter(),
        pos2(left + 26.0, place.center().y),
        14.0,
        head.mood,
    );
    let state = TextCell::new(28.0, mood_color(head.mood));
    state.show(ui, column(left + 52.0, left + 330.0), &head.state);
    let for_how_long = TextCell::new(16.0, SOFT);
    for_how_long.show(ui, column(left + 336.0, left + 470.0), &head.state_age);
    TextCell::new(20.0, STRONG).show(ui, column(left + 480.0, right - 560.0), &head.stage);
    two_lines(
        ui,
        column(right - 552.0, right - 342.0),
        &head.timecode,
        &desk.t("panel-timecode"),
        true,
    );
    two_lines(
        ui,
        column(right - 334.0, right - 220.0),
        &head.uptime,
        &desk.t("panel-uptime"),
        true,
    );
    let age_color = if head.is_stale {
        mood_color(Mood::Red)
    } else {
        SOFT
    };
    let age = TextCell::new(16.0, age_color).center();
    age.show(ui, column(right - 212.0, right - 72.0), &head.shown_age);
    let button = Rect::from_center_size(pos2(right - 36.0, place.center().y), vec2(56.0, 32.0));
    super::desk::within(ui, button, |ui| {
        desk.plain_button(ui, button.size(), &desk.t("panel-other-language"), false)
    })
}

/// A figure with its name below.
fn two_lines(ui: &mut Ui, place: Rect, figure: &str, name: &str, is_monospace: bool) {
    let (upper, lower) = place.split_top_bottom_at_fraction(0.62);
    let cell = TextCell::new(22.0, STRONG).center();
    let cell = if is_monospace { cell.monospace() } else { cell };
    cell.show(ui, upper, figure);
    TextCell::new(13.0, SOFT).center().show(ui, lower, name);
}
