//! Test patterns: on all walls, or on one; below them what shows the walls, and the plates on them.

use super::desk::{Desk, keyed, within};
use super::model::pattern_word;
use super::table::next_row;
use super::text_cell::TextCell;
use crate::look::{SOFT, STRONG, mood_color, mood_shape};
use cyc_control::{
    Command, DisplayDocument, Mood, Pattern, PlateDocument, StageDocument, WallDocument,
};
use egui::{Rect, Ui, pos2, vec2};

/// Draws a row of patterns for all walls and one for each, a row for each display and one for each plate.
pub fn show(ui: &mut Ui, desk: &mut Desk, document: &StageDocument) {
    let walls = document.walls.as_slice();
    let all = desk.t("panel-all-walls");
    keyed(ui, "all-walls", |ui| {
        patterns(ui, desk, (&all, ""), None, walls)
    });
    for wall in walls {
        let [width, height] = wall.size_px;
        let size = format!("{width} × {height} px");
        keyed(ui, ("wall", &wall.name), |ui| {
            let only = std::slice::from_ref(wall);
            patterns(ui, desk, (&wall.name, &size), Some(&wall.name), only);
        });
    }
    if !document.displays.is_empty() {
        let (heading, row) = (desk.t("panel-displays"), next_row(ui, 26.0));
        TextCell::new(14.0, SOFT).show(ui, row, &heading);
    }
    for display in &document.displays {
        let what = display_facts(desk, display);
        let count = desk.t("panel-missed");
        let count = (display.missed > 0).then(|| format!("{count} {}", display.missed));
        health(ui, display.mood, (&display.name, &what), count.as_deref());
    }
    if !document.plates.is_empty() {
        let (heading, row) = (desk.t("panel-plates"), next_row(ui, 26.0));
        TextCell::new(14.0, SOFT).show(ui, row, &heading);
    }
    for plate in &document.plates {
        let PlateDocument {
            name, mood, late, ..
        } = plate;
        let count = desk.t("panel-late");
        let count = (*late > 0).then(|| format!("{count} {late}"));
        health(
            ui,
            *mood,
            (name, &plate.shown.to_string()),
            count.as_deref(),
        );
    }
}

/// Its monitor, the bits of a channel, and the pictures a second.
fn display_facts(desk: &Desk, display: &DisplayDocument) -> String {
    let monitor = display.monitor.clone();
    let monitor = monitor.unwrap_or_else(|| desk.t("panel-framed"));
    let mut facts = format!("{monitor} · {} bit", display.bits);
    if let Some(hz) = display.refresh_hz {
        facts += &format!(" · {hz:.2} Hz");
    }
    facts
}

/// A row: how it is, what it is called, what it is, and what was lost.
fn health(ui: &mut Ui, mood: Mood, (name, what): (&str, &str), lost: Option<&str>) {
    let row = next_row(ui, 24.0);
    mood_shape(
        ui.painter(),
        pos2(row.left() + 9.0, row.center().y),
        6.0,
        mood,
    );
    let text = Rect::from_min_max(pos2(row.left() + 22.0, row.top()), row.max);
    let (left, right) = text.split_left_right_at_fraction(0.3);
    let (middle, right) = right.split_left_right_at_fraction(0.65);
    TextCell::new(16.0, STRONG).show(ui, left, name);
    TextCell::new(14.0, SOFT).show(ui, middle, what);
    if let Some(lost) = lost {
        let ink = mood_color(if mood == Mood::Good {
            Mood::Amber
        } else {
            mood
        });
        TextCell::new(14.0, ink).right().show(ui, right, lost);
    }
}

fn patterns(
    ui: &mut Ui,
    desk: &mut Desk,
    (name, size): (&str, &str),
    wall: Option<&String>,
    walls: &[WallDocument],
) {
    let row = next_row(ui, 24.0);
    let (left, right) = row.split_left_right_at_fraction(0.6);
    TextCell::new(16.0, STRONG).show(ui, left, name);
    TextCell::new(14.0, SOFT).right().show(ui, right, size);
    let row = next_row(ui, 38.0);
    let width = row.width() / Pattern::ALL.len() as f32;
    for (index, pattern) in Pattern::ALL.into_iter().enumerate() {
        let at = pos2(row.left() + width * index as f32, row.top() + 2.0);
        let place = Rect::from_min_size(at, vec2(width - 3.0, 32.0));
        let is_shown = !walls.is_empty() && walls.iter().all(|w| w.pattern == pattern.name());
        let mood = if pattern == Pattern::Off {
            Mood::Good
        } else {
            Mood::Amber
        };
        let command = Command::TestPattern {
            wall: wall.cloned(),
            pattern,
        };
        let label = pattern_word(pattern, desk.text);
        within(ui, place, |ui| {
            desk.button(ui, place.size(), &label, is_shown.then_some(mood), &command);
        });
    }
}
