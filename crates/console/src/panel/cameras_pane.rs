//! Cameras: which is on air, and what of each lies on the walls.

use super::desk::{Desk, keyed, within};
use super::model::quality_word;
use super::table::next_row;
use super::text_cell::TextCell;
use crate::look::{SOFT, STRONG, mood_color, mood_shape};
use cyc_control::{CameraDocument, Command, Mood};
use egui::{Rect, Ui, pos2, vec2};

/// Draws the cameras.
pub fn show(ui: &mut Ui, desk: &mut Desk, cameras: &[CameraDocument]) {
    for camera in cameras {
        keyed(ui, ("camera", &camera.name), |ui| one(ui, desk, camera));
    }
}

fn one(ui: &mut Ui, desk: &mut Desk, camera: &CameraDocument) {
    let row = next_row(ui, 32.0);
    let part = |from: f32, to: f32| Rect::from_x_y_ranges(row.left() + from..=to, row.y_range());
    mood_shape(
        ui.painter(),
        pos2(row.left() + 9.0, row.center().y),
        7.0,
        camera.mood,
    );
    let right = row.right() - 96.0;
    TextCell::new(16.0, STRONG).show(ui, part(24.0, right - 90.0), &camera.name);
    let quality = quality_word(&camera.quality, desk.text);
    let quality_color = if camera.mood >= Mood::Amber {
        mood_color(camera.mood)
    } else {
        SOFT
    };
    let from = right - 84.0 - row.left();
    TextCell::new(14.0, quality_color).show(ui, part(from, right), &quality);
    priority(ui, desk, row, camera);
    let name = || camera.name.clone();
    let on_air = camera.on_air.then_some(Mood::Red);
    let parts = [
        ("panel-air", on_air, Command::CameraCut { camera: name() }),
        (
            "panel-inner",
            camera.inner.then_some(Mood::Good),
            Command::InnerFrustum {
                camera: name(),
                on: !camera.inner,
            },
        ),
        (
            "panel-inner-hold",
            camera.frozen.then_some(Mood::Amber),
            Command::InnerFreeze {
                camera: name(),
                on: !camera.frozen,
            },
        ),
        (
            "panel-key",
            camera.chroma_key.then_some(Mood::Amber),
            Command::ChromaKey {
                camera: name(),
                on: !camera.chroma_key,
            },
        ),
    ];
    let row = next_row(ui, 38.0);
    let width = row.width() / 4.0;
    for (index, (label, lit, command)) in parts.into_iter().enumerate() {
        let at = pos2(row.left() + width * index as f32, row.top() + 2.0);
        let place = Rect::from_min_size(at, vec2(width - 4.0, 32.0));
        let label = desk.t(label);
        within(ui, place, |ui| {
            desk.button(ui, place.size(), &label, lit, &command)
        });
    }
}

fn priority(ui: &mut Ui, desk: &mut Desk, row: Rect, camera: &CameraDocument) {
    let left = row.right() - 92.0;
    let steps = [
        (left, "−", camera.priority.checked_sub(1)),
        (row.right() - 28.0, "+", camera.priority.checked_add(1)),
    ];
    for (at, label, priority) in steps {
        let place = Rect::from_min_size(pos2(at, row.top() + 2.0), vec2(28.0, 27.0));
        let command = Command::CameraPriority {
            camera: camera.name.clone(),
            priority: priority.unwrap_or(camera.priority),
        };
        within(ui, place, |ui| {
            ui.add_enabled_ui(priority.is_some(), |ui| {
                desk.button(ui, place.size(), label, None, &command);
            });
        });
    }
    let place = Rect::from_min_size(pos2(left + 28.0, row.top() + 2.0), vec2(36.0, 27.0));
    let figure = TextCell::new(16.0, STRONG).center();
    let response = figure.show(ui, place, &camera.priority.to_string());
    response.on_hover_text(desk.t("panel-priority"));
}
