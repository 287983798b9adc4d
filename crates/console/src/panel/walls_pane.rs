//! Test patterns: on all walls, or on one.

use super::desk::{Desk, keyed, within};
use super::model::pattern_word;
use super::table::next_row;
use super::text_cell::TextCell;
use crate::look::{SOFT, STRONG};
use cyc_control::{Command, Mood, Pattern, WallDocument};
use egui::{Rect, Ui, pos2, vec2};

/// Draws a row of patterns for all walls and one for each.
pub fn show(ui: &mut Ui, desk: &mut Desk, walls: &[WallDocument]) {
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
