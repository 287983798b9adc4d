//! Light cards: put up, moved as the outer eye sees them, dimmed, taken down; and a field for a new one.

use super::desk::{Desk, keyed, within};
use super::table::next_row;
use super::text_cell::TextCell;
use crate::look::{SOFT, STRONG};
use cyc_control::{Command, LightCardDocument, Mood, limits};
use egui::{Rect, TextEdit, Ui, pos2, vec2};

/// One press of a move, degrees.
const MOVE_DEG: f64 = 2.0;
/// One press of the gain: a quarter of a stop.
const GAIN_STEP: f64 = 1.189_207;
/// From nothing a first press gives this much.
const GAIN_LEAST: f64 = 0.05;

/// Draws the cards.
pub fn show(ui: &mut Ui, desk: &mut Desk, cards: &[LightCardDocument], draft: &mut String) {
    for card in cards {
        keyed(ui, ("card", &card.name), |ui| one(ui, desk, card));
    }
    let row = next_row(ui, 38.0);
    let (field, button) = row.split_left_right_at_x(row.right() - 92.0);
    let field = field.shrink2(vec2(1.0, 3.0));
    let name = desk.t("panel-card-name");
    within(ui, field, |ui| {
        let edit = TextEdit::singleline(draft)
            .hint_text(name.clone())
            .font(egui::FontId::proportional(16.0))
            .margin(vec2(8.0, 4.0))
            .char_limit(limits::NAME_CHARS_MAX);
        ui.add_sized(field.size(), edit).on_hover_text(&name);
    });
    let command = change(draft.trim(), |on, _, _, _| *on = Some(true));
    let button = button.shrink2(vec2(3.0, 3.0));
    let label = desk.t("panel-card-new");
    within(ui, button, |ui| {
        ui.add_enabled_ui(command.validate().is_ok(), |ui| {
            desk.button(ui, button.size(), &label, None, &command);
        });
    });
}

/// A command that changes what `set` sets of a card (shown, gain, azimuth, elevation), and leaves the rest.
fn change(
    name: &str,
    set: impl FnOnce(&mut Option<bool>, &mut Option<f64>, &mut Option<f64>, &mut Option<f64>),
) -> Command {
    let (mut on, mut gain, mut azimuth_deg, mut elevation_deg) = (None, None, None, None);
    set(&mut on, &mut gain, &mut azimuth_deg, &mut elevation_deg);
    Command::LightCard {
        card: name.to_owned(),
        on,
        gain,
        azimuth_deg,
        elevation_deg,
        size_deg: None,
        color: None,
    }
}

fn one(ui: &mut Ui, desk: &mut Desk, card: &LightCardDocument) {
    let row = next_row(ui, 24.0);
    let (left, right) = row.split_left_right_at_fraction(0.5);
    TextCell::new(16.0, STRONG).show(ui, left, &card.name);
    let place = [
        ("azimuth", format!("{:.0}", card.azimuth_deg)),
        ("elevation", format!("{:.0}", card.elevation_deg)),
        ("gain", format!("{:.2}", card.gain)),
    ];
    let place = desk.text.get("panel-card-place", &place);
    TextCell::new(14.0, SOFT).right().show(ui, right, &place);
    let name = card.name.as_str();
    let gain = |gain: f64| {
        change(name, |_, g, _, _| {
            *g = Some(gain.clamp(0.0, limits::GAIN_MAX))
        })
    };
    let (azimuth, elevation) = (card.azimuth_deg, card.elevation_deg);
    let turned = |by: f64| change(name, |_, _, a, _| *a = Some(wrapped(azimuth + by)));
    let raised = |by: f64| {
        change(name, |_, _, _, e| {
            *e = Some((elevation + by).clamp(-90.0, 90.0));
        })
    };
    let shown = card.on.then_some(Mood::Good);
    let switch = change(name, |on, _, _, _| *on = Some(!card.on));
    let remove = Command::LightCardRemove {
        card: name.to_owned(),
    };
    let words = [
        if card.on { "panel-on" } else { "panel-off" },
        "panel-card-remove",
    ];
    let [switch_word, remove_word] = words.map(|key| desk.t(key));
    let parts = [
        (switch_word.as_str(), shown, switch),
        ("−", None, gain(card.gain / GAIN_STEP)),
        ("+", None, gain((card.gain * GAIN_STEP).max(GAIN_LEAST))),
        ("←", None, turned(-MOVE_DEG)),
        ("→", None, turned(MOVE_DEG)),
        ("↑", None, raised(MOVE_DEG)),
        ("↓", None, raised(-MOVE_DEG)),
        (remove_word.as_str(), None, remove),
    ];
    let row = next_row(ui, 38.0);
    let width = row.width() / parts.len() as f32;
    for (index, (label, lit, command)) in parts.into_iter().enumerate() {
        let at = pos2(row.left() + width * index as f32, row.top() + 2.0);
        let place = Rect::from_min_size(at, vec2(width - 3.0, 32.0));
        within(ui, place, |ui| {
            desk.button(ui, place.size(), label, lit, &command)
        });
    }
}

/// From -180 to 180 degrees.
fn wrapped(deg: f64) -> f64 {
    (deg + 180.0).rem_euclid(360.0) - 180.0
}
