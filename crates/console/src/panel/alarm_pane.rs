//! What is wrong, in one sentence, and what to do; what else is wrong beside it. The place is always there and always
//! of one size: nothing jumps when something goes wrong.

use super::desk::{Desk, within};
use super::model::AlarmModel;
use super::text_cell::TextCell;
use crate::look::{SOFT, STRONG, mood_color, mood_shape};
use cyc_control::Mood;
use egui::{Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, pos2, vec2};

/// Height of one of the other findings.
const ROW: f32 = 24.0;

/// Draws the alarm.
pub fn show(ui: &mut Ui, place: Rect, desk: &Desk, alarm: &AlarmModel) {
    if alarm.mood >= Mood::Amber {
        let stroke = Stroke::new(2.0, mood_color(alarm.mood));
        ui.painter()
            .rect_stroke(place, 4.0, stroke, StrokeKind::Inside);
    }
    mood_shape(
        ui.painter(),
        pos2(place.left() + 32.0, place.center().y),
        18.0,
        alarm.mood,
    );
    let has_others = !alarm.others.is_empty();
    let right = if has_others {
        place.right() - place.width() * 0.34
    } else {
        place.right() - 12.0
    };
    let left = place.left() + 66.0;
    let row = |from: f32, to: f32| {
        Rect::from_min_max(
            pos2(left, place.top() + from),
            pos2(right - 12.0, place.top() + to),
        )
    };
    if alarm.fix.is_empty() {
        let calm = TextCell::new(24.0, STRONG).rows(2);
        calm.show(ui, row(6.0, place.height() - 6.0), &alarm.what);
    } else {
        TextCell::new(24.0, STRONG).show(ui, row(4.0, 40.0), &alarm.what);
        let fix = TextCell::new(16.0, SOFT).rows(2);
        fix.show(ui, row(40.0, place.height() - 6.0), &alarm.fix);
    }
    if has_others {
        others(
            ui,
            Rect::from_min_max(pos2(right, place.top() + 6.0), place.max - vec2(8.0, 6.0)),
            desk,
            alarm,
        );
    }
}

fn others(ui: &mut Ui, place: Rect, desk: &Desk, alarm: &AlarmModel) {
    let (head, rest) = place.split_top_bottom_at_y(place.top() + 20.0);
    let count = [("n", alarm.others.len().to_string())];
    TextCell::new(14.0, SOFT).show(ui, head, &desk.text.get("panel-others", &count));
    within(ui, rest, |ui| {
        ScrollArea::vertical()
            .id_salt("others")
            .auto_shrink([false; 2])
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                for finding in &alarm.others {
                    let (row, _) =
                        ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
                    let shape = pos2(row.left() + 9.0, row.center().y);
                    mood_shape(ui.painter(), shape, 7.0, finding.mood);
                    let what = Rect::from_min_max(row.min + vec2(24.0, 0.0), row.max);
                    let response = TextCell::new(15.0, STRONG).show(ui, what, &finding.what);
                    response.on_hover_text(&finding.fix);
                }
            });
    });
}
