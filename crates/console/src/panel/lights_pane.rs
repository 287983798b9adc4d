//! The five lights, large enough to be read across the room.

use super::model::LightTile;
use super::text_cell::TextCell;
use crate::look::{SOFT, STRONG, mood_color, mood_shape};
use cyc_control::Mood;
use egui::{CornerRadius, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

const GAP: f32 = 6.0;

/// Draws the lights side by side.
pub fn show(ui: &mut Ui, place: Rect, lights: &[LightTile]) {
    let count = lights.len().max(1) as f32;
    let width = (place.width() - GAP * (count - 1.0)) / count;
    for (index, light) in lights.iter().enumerate() {
        let left = place.left() + (width + GAP) * index as f32;
        let tile = Rect::from_min_size(pos2(left, place.top()), vec2(width, place.height()));
        show_tile(ui, tile, light);
    }
}

fn show_tile(ui: &mut Ui, tile: Rect, light: &LightTile) {
    let edge = Rect::from_min_size(tile.min, vec2(tile.width(), 4.0));
    let corners = CornerRadius {
        nw: 4,
        ne: 4,
        sw: 0,
        se: 0,
    };
    ui.painter()
        .rect_filled(edge, corners, mood_color(light.mood));
    let shape = pos2(tile.left() + 32.0, tile.center().y + 2.0);
    mood_shape(ui.painter(), shape, 18.0, light.mood);
    let left = tile.left() + 66.0;
    let right = tile.right() - 10.0;
    let row = |from: f32, to: f32| {
        Rect::from_min_max(pos2(left, tile.top() + from), pos2(right, tile.top() + to))
    };
    TextCell::new(17.0, SOFT).show(ui, row(8.0, 30.0), &light.name);
    TextCell::new(15.0, SOFT)
        .right()
        .show(ui, row(8.0, 30.0), &light.age);
    let ink = if light.mood == Mood::Off {
        SOFT
    } else {
        STRONG
    };
    TextCell::new(30.0, ink).show(ui, row(32.0, 74.0), &light.figure);
    let whole = format!(
        "{}: {}, {}, {}",
        light.name, light.mood_word, light.figure, light.age
    );
    let response = ui.allocate_rect(tile, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &whole));
}
