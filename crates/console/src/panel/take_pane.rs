//! The take: its slate, arming, rolling and cutting, and what the disk still takes.

use super::desk::{Desk, within};
use super::model::TakeModel;
use super::table::next_row;
use super::text_cell::TextCell;
use crate::look::{SOFT, STRONG, mood_color, mood_shape};
use cyc_control::{Command, Mood, TakeState, limits};
use egui::{Rect, Response, TextEdit, Ui, pos2, vec2};

/// What is typed for the next take.
#[derive(Clone, Debug, Default)]
pub struct TakeDraft {
    /// The slate's name.
    pub slate: String,
    /// The take's number; the next one while empty.
    pub take: String,
    /// The remark.
    pub notes: String,
}

impl TakeDraft {
    /// The command that arms it; `None` while what is typed is no slate and no number.
    pub fn command(&self) -> Option<Command> {
        let take = match self.take.trim() {
            "" => None,
            number => Some(number.parse().ok()?),
        };
        let command = Command::TakeArm {
            slate: self.slate.trim().to_owned(),
            take,
            notes: self.notes.trim().to_owned(),
        };
        command.validate().is_ok().then_some(command)
    }
}

/// Draws the take.
pub fn show(ui: &mut Ui, desk: &mut Desk, take: &TakeModel, draft: &mut TakeDraft) {
    let row = next_row(ui, 32.0);
    let mood = match take.state {
        TakeState::Idle => Mood::Off,
        TakeState::Armed => Mood::Amber,
        TakeState::Rolling => Mood::Red,
    };
    // Red is the colour of recording on every set; the shape says that nothing is wrong.
    ui.painter().circle_filled(
        pos2(row.left() + 12.0, row.center().y),
        8.0,
        mood_color(mood),
    );
    let part = |from: f32, to: f32| {
        Rect::from_x_y_ranges(row.left() + from..=row.left() + to, row.y_range())
    };
    let width = row.width();
    TextCell::new(18.0, mood_color(mood)).show(ui, part(28.0, 112.0), &take.state_word);
    TextCell::new(17.0, STRONG).show(ui, part(116.0, width - 108.0), &take.slate);
    let rolled = TextCell::new(20.0, STRONG).monospace().right();
    rolled.show(ui, part(width - 104.0, width), &take.rolled);
    let row = next_row(ui, 22.0);
    let (left, right) = row.split_left_right_at_fraction(0.5);
    if take.dropped.is_empty() {
        TextCell::new(14.0, SOFT).show(ui, left, &take.frames);
    } else {
        TextCell::new(14.0, mood_color(Mood::Red)).show(ui, left, &take.dropped);
    }
    let shape = pos2(right.left() + 8.0, right.center().y);
    mood_shape(ui.painter(), shape, 6.0, take.disk_mood);
    let disk = Rect::from_min_max(pos2(right.left() + 20.0, right.top()), right.max);
    let ink = if take.disk_mood >= Mood::Amber {
        mood_color(take.disk_mood)
    } else {
        SOFT
    };
    TextCell::new(14.0, ink)
        .show(ui, disk, &take.disk)
        .on_hover_text(&take.path);
    fields(ui, desk, draft);
    buttons(ui, desk, take.state, draft);
}

fn fields(ui: &mut Ui, desk: &Desk, draft: &mut TakeDraft) {
    let row = next_row(ui, 34.0);
    let (slate, number) = row.split_left_right_at_x(row.right() - 76.0);
    let number = Rect::from_min_max(pos2(number.left() + 6.0, number.top()), number.max);
    field(
        ui,
        slate,
        &mut draft.slate,
        &desk.t("panel-slate"),
        limits::NAME_CHARS_MAX,
    );
    field(ui, number, &mut draft.take, &desk.t("panel-take-number"), 4);
    let row = next_row(ui, 34.0);
    field(
        ui,
        row,
        &mut draft.notes,
        &desk.t("panel-notes"),
        limits::NOTE_CHARS_MAX,
    );
}

fn field(ui: &mut Ui, place: Rect, value: &mut String, name: &str, most: usize) {
    let place = place.shrink2(vec2(1.0, 3.0));
    within(ui, place, |ui| {
        let edit = TextEdit::singleline(value)
            .hint_text(name.to_owned())
            .font(egui::FontId::proportional(16.0))
            .char_limit(most)
            .margin(vec2(8.0, 4.0));
        let response: Response = ui.add_sized(place.size(), edit);
        response.on_hover_text(name);
    });
}

fn buttons(ui: &mut Ui, desk: &mut Desk, state: TakeState, draft: &TakeDraft) {
    let row = next_row(ui, 48.0);
    let width = (row.width() - 12.0) / 3.0;
    let place = |index: f32| {
        let at = pos2(row.left() + (width + 6.0) * index, row.top() + 4.0);
        Rect::from_min_size(at, vec2(width, 44.0))
    };
    let arm = draft.command();
    let armed = (state == TakeState::Armed).then_some(Mood::Amber);
    let parts = [
        (
            0.0,
            "panel-arm",
            armed,
            arm.clone().unwrap_or(Command::Undo {}),
            arm.is_some(),
        ),
        (
            1.0,
            "panel-roll",
            None,
            Command::TakeRoll {},
            state == TakeState::Armed,
        ),
        (
            2.0,
            "panel-cut",
            None,
            Command::TakeCut {},
            state == TakeState::Rolling,
        ),
    ];
    for (index, label, lit, command, is_possible) in parts {
        let place = place(index);
        let label = desk.t(label);
        within(ui, place, |ui| {
            ui.add_enabled_ui(is_possible, |ui| {
                desk.button(ui, place.size(), &label, lit, &command);
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_arms_a_take_or_nothing() {
        let draft = |slate: &str, take: &str| TakeDraft {
            slate: slate.into(),
            take: take.into(),
            notes: String::new(),
        };
        let armed = draft(" A12 ", "").command();
        let expected = Command::TakeArm {
            slate: "A12".into(),
            take: None,
            notes: String::new(),
        };
        assert_eq!(armed, Some(expected));
        assert!(draft("A12", "7").command().is_some());
        for (slate, take) in [("", ""), (" ", "1"), ("A", "0"), ("A", "x"), ("A", "-1")] {
            assert_eq!(draft(slate, take).command(), None, "{slate}/{take}");
        }
    }
}
