//! The last minutes of a stage, in the place of the panes: which flights there are, the five lights over time, and what
//! changed when.

use super::desk::{Desk, pane, within};
use super::flights::FlightShelf;
use super::model::{FlightModel, FlightRow, flight_rows};
use super::table::{Column, cells, next_row};
use super::text_cell::TextCell;
use crate::look::{BACKGROUND, SOFT, STRONG, mood_color, mood_shape};
use egui::{Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

const LIST: f32 = 250.0;
const GAP: f32 = 6.0;
const LANE: f32 = 26.0;
/// Width of the lanes' names.
const NAMES: f32 = 70.0;
const COLUMNS: [Column; 3] = [Column::words(16.0), Column::figures(72.0), Column::rest()];

/// Which flight is open, in the panel's own memory.
#[derive(Default)]
pub struct FlightPane {
    chosen: Option<String>,
}

impl FlightPane {
    /// Where the list stands, and what is opened.
    pub fn places(place: Rect) -> [Rect; 2] {
        let (list, rest) = place.split_left_right_at_x(place.left() + LIST);
        let rest = Rect::from_min_max(rest.min + vec2(GAP, 0.0), rest.max);
        [list, rest]
    }

    /// Draws it; whether it is to be closed.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        place: Rect,
        desk: &Desk,
        shelf: &mut dyn FlightShelf,
    ) -> bool {
        let rows = flight_rows(&shelf.titles(), desk.text);
        let model = FlightModel::of(&shelf.opened(), desk.text);
        let [list, rest] = Self::places(place);
        let mut wish = None;
        pane(ui, ("flights", list), &desk.t("panel-flights"), |ui, _| {
            wish = self.list(ui, desk, &rows);
        });
        if let Some(name) = wish {
            shelf.open(Some(&name));
            self.chosen = Some(name);
        }
        pane(ui, ("flight", rest), &model.title, |ui, place| {
            course(ui, place, &model);
        });
        let size = vec2(86.0, 22.0);
        let right = pos2(rest.right() - 8.0, rest.top() + 4.0);
        let button = Rect::from_min_size(right - vec2(size.x, 0.0), size);
        let is_closed = within(ui, button, |ui| {
            desk.plain_button(ui, size, &desk.t("panel-flight-close"), false)
        });
        if is_closed {
            self.chosen = None;
            shelf.open(None);
        }
        is_closed
    }

    /// The flights; the one that was pressed.
    fn list(&self, ui: &mut Ui, desk: &Desk, rows: &[FlightRow]) -> Option<String> {
        if rows.is_empty() {
            let line = next_row(ui, 44.0);
            let none = desk.t("panel-flight-none");
            TextCell::new(14.0, SOFT).rows(2).show(ui, line, &none);
            return None;
        }
        let mut pressed = None;
        let scroll = ScrollArea::vertical()
            .id_salt("flights")
            .auto_shrink([false; 2]);
        scroll.show(ui, |ui| {
            for row in rows {
                let button = next_row(ui, 34.0).shrink2(vec2(2.0, 2.0));
                let is_open = self.chosen.as_ref() == Some(&row.name);
                let is_pressed = within(ui, button, |ui| {
                    desk.plain_button(ui, button.size(), &row.title, is_open)
                });
                if is_pressed {
                    pressed = Some(row.name.clone());
                }
            }
        });
        pressed
    }
}

/// The lanes over the list of changes.
fn course(ui: &mut Ui, place: Rect, model: &FlightModel) {
    for lane in &model.lanes {
        let line = next_row(ui, LANE);
        let (name, track) = line.split_left_right_at_x(line.left() + NAMES);
        TextCell::new(14.0, STRONG).show(ui, name, &lane.name);
        let track = track.shrink2(vec2(0.0, 5.0));
        ui.painter().rect_filled(track, 2.0, BACKGROUND);
        for stretch in &lane.stretches {
            let x = |part: f64| track.left() + track.width() * part as f32;
            // What was for a moment only is seen all the same.
            let right = x(stretch.to).max(x(stretch.from) + 2.0).min(track.right());
            let bar = Rect::from_min_max(
                pos2(x(stretch.from), track.top()),
                pos2(right, track.bottom()),
            );
            ui.painter().rect_filled(bar, 0.0, mood_color(stretch.mood));
            // Colours are not everybody's: a shape stands where there is room for it.
            if bar.width() > 18.0 {
                let at = pos2(bar.left() + 9.0, bar.center().y);
                ui.painter().circle_filled(at, 8.0, BACKGROUND);
                mood_shape(ui.painter(), at, 5.0, stretch.mood);
            }
        }
        let response = ui.interact(line, ui.scope_id().with(&lane.name), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &lane.words));
    }
    let used = LANE * model.lanes.len() as f32 + 8.0;
    let rest = Rect::from_min_max(pos2(place.left(), place.top() + used), place.max);
    within(ui, rest, |ui| {
        let scroll = ScrollArea::vertical()
            .id_salt("changes")
            .auto_shrink([false; 2]);
        scroll.show(ui, |ui| {
            for change in &model.changes {
                let places = cells(next_row(ui, 22.0), &COLUMNS);
                mood_shape(ui.painter(), places[0].center(), 6.0, change.mood);
                TextCell::new(14.0, SOFT)
                    .right()
                    .show(ui, places[1], &change.at);
                TextCell::new(15.0, STRONG).show(ui, places[2], &change.what);
            }
        });
    });
}
