//! What the panes draw with: texts, the guard, and where commands are laid down.

use super::guard::Guard;
use super::legible;
use super::text_cell::TextCell;
use crate::look::{BACKGROUND, BUTTON, FOCUS, LINE, SOFT, STRONG, mood_color};
use crate::wording::Wording;
use cyc_control::{Command, Mood};
use egui::{
    Button, Color32, CornerRadius, Rect, RichText, Stroke, StrokeKind, Ui, UiBuilder, Vec2, pos2,
    vec2,
};

/// The desk that the panes share for one frame.
pub struct Desk<'a> {
    /// The texts.
    pub text: &'a dyn Wording,
    /// The guard.
    pub guard: &'a mut Guard,
    /// Commands that were given in this frame.
    pub given: &'a mut Vec<Command>,
    /// The time of this frame, seconds.
    pub now_s: f64,
}

/// Height of a pane's heading.
pub const HEADING: f32 = 26.0;
const MARGIN: f32 = 8.0;
/// A button narrower than this has room for one word.
const NARROW: f32 = 100.0;

impl Desk<'_> {
    /// A text.
    pub fn t(&self, key: &str) -> String {
        self.text.get(key, &[])
    }

    /// A button that gives a command. `lit` colours it while what it switches is on; a dangerous one asks for a
    /// second press.
    pub fn button(
        &mut self,
        ui: &mut Ui,
        size: Vec2,
        label: &str,
        lit: Option<Mood>,
        command: &Command,
    ) {
        let left = self.guard.left(command, self.now_s);
        let shown = match left {
            // A narrow button has no room to say for what; the foot of the panel says it.
            Some(_) if size.x < NARROW => self.t("panel-guard-short"),
            Some(_) => self.text.get("panel-guard", &[("what", label.to_owned())]),
            None => label.to_owned(),
        };
        let mood = if left.is_some() {
            Some(Mood::Amber)
        } else {
            lit
        };
        let (fill, ink) = match mood {
            Some(mood) => (mood_color(mood), BACKGROUND),
            None => (BUTTON, STRONG),
        };
        let response = ui.add_sized(size, push_button(ui, &shown, fill, ink, size));
        if response.has_focus() {
            focus_ring(ui, response.rect);
        }
        if let Some(left) = left {
            let bar = Rect::from_min_max(
                pos2(response.rect.left(), response.rect.bottom() - 5.0),
                pos2(
                    response.rect.left() + response.rect.width() * left,
                    response.rect.bottom(),
                ),
            );
            ui.painter().rect_filled(bar, 2.0, BACKGROUND);
        }
        if response.clicked() && self.guard.press(command, self.now_s) {
            self.given.push(command.clone());
        }
    }

    /// A button that tells the stage nothing.
    pub fn plain_button(&self, ui: &mut Ui, size: Vec2, label: &str, is_lit: bool) -> bool {
        let (fill, ink) = if is_lit {
            (FOCUS, BACKGROUND)
        } else {
            (BUTTON, STRONG)
        };
        let response = ui.add_sized(size, push_button(ui, label, fill, ink, size));
        if response.has_focus() {
            focus_ring(ui, response.rect);
        }
        response.clicked()
    }
}

fn push_button<'t>(ui: &Ui, label: &str, fill: Color32, ink: Color32, size: Vec2) -> Button<'t> {
    let points = if size.y >= 40.0 { 18.0 } else { 15.0 };
    let label = legible::legible(ui, label).into_owned();
    Button::new(RichText::new(label).size(points).color(ink))
        .fill(fill)
        .stroke(Stroke::new(1.0, LINE))
        .corner_radius(CornerRadius::same(4))
        .truncate()
        .min_size(size)
}

fn focus_ring(ui: &Ui, place: Rect) {
    let stroke = Stroke::new(2.0, FOCUS);
    ui.painter()
        .rect_stroke(place.expand(2.0), 5.0, stroke, StrokeKind::Outside);
}

/// A field with a heading; what is within gets the rest of the place. What it holds is told apart by `name`, so that
/// what comes and goes elsewhere takes nobody's keyboard away.
pub fn pane(
    ui: &mut Ui,
    (name, place): (&str, Rect),
    heading: &str,
    inside: impl FnOnce(&mut Ui, Rect),
) {
    let inner = place.shrink2(vec2(MARGIN, MARGIN / 2.0));
    let (head, rest) = if heading.is_empty() {
        (None, inner)
    } else {
        let (head, rest) = inner.split_top_bottom_at_y(inner.top() + HEADING);
        (Some(head), rest)
    };
    let builder = UiBuilder::new().scope_id(ui.make_persistent_id(name));
    ui.scope_builder(builder.max_rect(inner), |ui| {
        ui.shrink_clip_rect(inner.expand(4.0));
        if let Some(head) = head {
            TextCell::new(15.0, SOFT).show(ui, head, heading);
        }
        within(ui, rest, |ui| inside(ui, rest));
    });
}

/// Draws in a place, clipped to it; where the next row begins is not changed by it.
pub fn within<R>(ui: &mut Ui, place: Rect, inside: impl FnOnce(&mut Ui) -> R) -> R {
    let mut child = ui.new_child(UiBuilder::new().max_rect(place));
    child.shrink_clip_rect(place.expand(4.0));
    inside(&mut child)
}

/// A part that is told apart by its key, whatever came before it.
pub fn keyed<R>(ui: &mut Ui, key: impl egui::AsIdSalt, inside: impl FnOnce(&mut Ui) -> R) -> R {
    let builder = UiBuilder::new().scope_id(ui.make_persistent_id(key));
    ui.scope_builder(builder, inside).inner
}
