//! Text in a place of its own: never wider than the place, elided with the whole of it a hover away, and named for
//! those who do not see it.

use super::legible;
use egui::text::LayoutJob;
use egui::{Align, Color32, FontId, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2};

/// How a text stands in its place.
#[derive(Clone, Copy, Debug)]
pub struct TextCell {
    /// Size in points.
    pub size: f32,
    /// Colour.
    pub color: Color32,
    /// Against which side.
    pub align: Align,
    /// Rows that it may have.
    pub rows: usize,
    /// Figures of one width.
    pub is_monospace: bool,
}

impl TextCell {
    /// One row at the left.
    pub fn new(size: f32, color: Color32) -> Self {
        Self {
            size,
            color,
            align: Align::Min,
            rows: 1,
            is_monospace: false,
        }
    }

    /// The same at the right: for figures, whose units then stand below each other.
    pub fn right(self) -> Self {
        let align = Align::Max;
        Self { align, ..self }
    }

    /// The same in the middle.
    pub fn center(self) -> Self {
        let align = Align::Center;
        Self { align, ..self }
    }

    /// The same with room for more rows.
    pub fn rows(self, rows: usize) -> Self {
        Self { rows, ..self }
    }

    /// The same with figures of one width.
    pub fn monospace(self) -> Self {
        let is_monospace = true;
        Self {
            is_monospace,
            ..self
        }
    }

    /// Draws a text in its place, in the middle of its height.
    pub fn show(self, ui: &mut Ui, place: Rect, text: &str) -> Response {
        let font = if self.is_monospace {
            FontId::monospace(self.size)
        } else {
            FontId::proportional(self.size)
        };
        let shown = legible::legible(ui, text);
        let mut job = LayoutJob::simple(
            shown.clone().into_owned(),
            font,
            self.color,
            place.width().max(1.0),
        );
        job.wrap.max_rows = self.rows;
        job.wrap.break_anywhere = self.rows == 1;
        let galley = ui.painter().layout_job(job);
        let size = galley.size();
        let x = match self.align {
            Align::Min => place.left(),
            Align::Center => place.center().x - size.x / 2.0,
            Align::Max => place.right() - size.x,
        };
        let is_elided = galley.elided;
        let at = pos2(x, place.center().y - size.y / 2.0);
        ui.painter_at(place.expand(1.0))
            .galley(at, galley, self.color);
        // The place is the caller's: where the next row begins is not this text's to say.
        let id = ui.next_auto_id();
        ui.skip_ahead_auto_ids(1);
        let response = ui.interact(place, id, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
        if is_elided {
            response.on_hover_text(shown.as_ref())
        } else {
            response
        }
    }
}
