//! The table of performers: how well each is seen and fitted, with her calibration and her digital human.

use super::desk::{Desk, keyed, within};
use super::model::PerformerRow;
use super::table::{Column, cells, headings, next_row};
use super::text_cell::TextCell;
use crate::look::{SOFT, STRONG, mood_color, mood_shape};
use cyc_control::{Command, Mood};
use egui::{Rect, ScrollArea, TextEdit, Ui, pos2, vec2};

const COLUMNS: [Column; 7] = [
    Column::words(16.0),
    Column::rest(),
    Column::words(84.0),
    Column::figures(66.0),
    Column::figures(56.0),
    Column::words(84.0),
    Column::words(28.0),
];

/// The digital human that is being chosen: for whom, and its file.
pub type CharacterDraft = Option<(String, String)>;

/// Draws the table.
pub fn show(ui: &mut Ui, desk: &mut Desk, rows: &[PerformerRow], draft: &mut CharacterDraft) {
    let names = [
        "",
        "panel-name",
        "panel-pose",
        "panel-residual",
        "panel-seen",
        "",
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
        .id_salt("performers")
        .auto_shrink([false; 2])
        .show(ui, |ui| {
            for row in rows {
                keyed(ui, ("performer", &row.name), |ui| {
                    performer(ui, desk, row, draft)
                });
            }
        });
}

fn performer(ui: &mut Ui, desk: &mut Desk, row: &PerformerRow, draft: &mut CharacterDraft) {
    let places = cells(next_row(ui, 30.0), &COLUMNS);
    mood_shape(ui.painter(), places[0].center(), 7.0, row.mood);
    TextCell::new(16.0, STRONG).show(ui, places[1], &row.name);
    TextCell::new(15.0, SOFT).show(ui, places[2], &row.cells[0]);
    for (place, figure) in places[3..5].iter().zip(&row.cells[1..]) {
        TextCell::new(15.0, STRONG).right().show(ui, *place, figure);
    }
    let calibrate = Command::Calibrate {
        performer: row.name.clone(),
    };
    let button = places[5].shrink2(vec2(0.0, 2.0));
    let label = desk.t("panel-calibrate");
    within(ui, button, |ui| {
        desk.button(ui, button.size(), &label, None, &calibrate)
    });
    let button = places[6].shrink2(vec2(0.0, 2.0));
    let is_open = draft.as_ref().is_some_and(|(name, _)| *name == row.name);
    let pressed = within(ui, button, |ui| {
        desk.plain_button(ui, button.size(), "…", is_open)
    });
    if pressed {
        *draft = (!is_open).then(|| (row.name.clone(), row.character.clone()));
    }
    if let Some((_, file)) = draft.as_mut().filter(|(name, _)| *name == row.name) {
        character(ui, desk, row, file);
    }
    if !row.missing.is_empty() {
        let line = next_row(ui, 20.0);
        let line = Rect::from_min_max(pos2(places[1].left(), line.top()), line.max);
        TextCell::new(14.0, mood_color(Mood::Amber)).show(ui, line, &row.missing);
    }
}

/// What is told seldom: her face rests now, and the field in which another digital human is named.
fn character(ui: &mut Ui, desk: &mut Desk, row: &PerformerRow, file: &mut String) {
    let line = next_row(ui, 32.0);
    let (face, line) = line.split_left_right_at_x(line.left() + 130.0);
    let (field, button) = line.split_left_right_at_x(line.right() - 100.0);
    let rest = Command::CalibrateFace {
        performer: row.name.clone(),
    };
    let label = desk.t("panel-calibrate-face");
    let face = face.shrink2(vec2(2.0, 2.0));
    within(ui, face, |ui| {
        desk.button(ui, face.size(), &label, None, &rest)
    });
    let field = field.shrink2(vec2(4.0, 2.0));
    let hint = desk.t("panel-character-file");
    within(ui, field, |ui| {
        let edit = TextEdit::singleline(file)
            .hint_text(hint.clone())
            .char_limit(cyc_control::limits::PATH_BYTES_MAX / 4)
            .desired_width(field.width());
        ui.add(edit).on_hover_text(&hint);
    });
    let command = Command::Character {
        performer: row.name.clone(),
        file: file.clone(),
    };
    if !file.is_empty() && *file != row.character {
        let label = desk.t("panel-character-swap");
        let button = button.shrink2(vec2(2.0, 2.0));
        within(ui, button, |ui| {
            desk.button(ui, button.size(), &label, None, &command)
        });
    }
}
