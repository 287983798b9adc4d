//! The panel as a whole: which pane stands where, and where its commands go.
//!
//! All places are worked out from the window's size alone, never from what is in them: nothing moves when a source
//! falls silent or a name is long. What is worst stands on top and largest.

use super::desk::{Desk, HEADING, pane, within};
use super::flight_pane::FlightPane;
use super::flights::FlightShelf;
use super::guard::Guard;
use super::link::{Seen, StageLink};
use super::model::{PanelModel, words_of};
use super::performers_pane::CharacterDraft;
use super::stage_pane::StagePane;
use super::take_pane::TakeDraft;
use super::text_cell::TextCell;
use super::{
    alarm_pane, cameras_pane, cards_pane, head_pane, latency_pane, legible, lights_pane, log_pane,
    performers_pane, queues_pane, show_pane, sources_pane, take_pane, walls_pane,
};
use crate::look::{BACKGROUND, SOFT, STRONG, mood_color, mood_shape};
use crate::wording::Wording;
use cyc_control::{Command, Mood, StageDocument};
use egui::{Key, Rect, ScrollArea, Stroke, StrokeKind, Ui, pos2, vec2};

const GAP: f32 = 6.0;
const STALE_OPACITY: f32 = 0.55;

/// What the lower right shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    #[default]
    Cameras,
    Walls,
    Cards,
}

/// The panel: what it knows, and what a person has begun in it.
pub struct PanelView {
    link: Box<dyn StageLink>,
    /// The texts; the first is the language that is shown.
    texts: [Box<dyn Wording>; 2],
    guard: Guard,
    stage: StagePane,
    tab: Tab,
    take: TakeDraft,
    character: CharacterDraft,
    card: String,
    /// Whether queues stand where delays do else.
    shows_queues: bool,
    /// The flights of this machine, where they can be had.
    shelf: Option<Box<dyn FlightShelf>>,
    /// Drawn in the place of the panes while it is open.
    flight: Option<FlightPane>,
    has_illegible: bool,
}

impl PanelView {
    /// A panel; `texts` in the reader's language first, then in the other.
    pub fn new(link: Box<dyn StageLink>, texts: [Box<dyn Wording>; 2]) -> Self {
        Self {
            link,
            texts,
            guard: Guard::default(),
            stage: StagePane::default(),
            tab: Tab::default(),
            take: TakeDraft::default(),
            character: None,
            card: String::new(),
            shows_queues: false,
            shelf: None,
            flight: None,
            has_illegible: false,
        }
    }

    /// The same with flights that can be opened.
    pub fn with_flights(self, shelf: Box<dyn FlightShelf>) -> Self {
        let shelf = Some(shelf);
        Self { shelf, ..self }
    }

    /// Draws the panel and hands on what was told.
    pub fn show(&mut self, ui: &mut Ui) {
        let seen = self.link.seen();
        let given = self.link.last_given();
        let model = PanelModel::of(&seen, given.as_ref(), self.texts[0].as_ref());
        let mut commands = Vec::new();
        if ui.input(|i| i.key_pressed(Key::Escape)) {
            self.guard.disarm();
            self.close_flight();
        }
        let wants_other = self.panes(ui, &seen, &model, &mut commands);
        for command in commands {
            self.link.give(command);
        }
        if wants_other {
            self.texts.swap(0, 1);
        }
        self.has_illegible = legible::was_illegible(ui.ctx());
    }

    fn close_flight(&mut self) {
        if let (Some(_), Some(shelf)) = (self.flight.take(), &mut self.shelf) {
            shelf.open(None);
        }
    }

    fn panes(
        &mut self,
        ui: &mut Ui,
        seen: &Seen,
        model: &PanelModel,
        given: &mut Vec<Command>,
    ) -> bool {
        let whole = ui.max_rect();
        let places = Places::of(whole.shrink(GAP));
        places.frame(ui, self.flight.is_some());
        let empty = StageDocument::default();
        let document = seen.document.as_deref().unwrap_or(&empty);
        let mut desk = Desk {
            text: self.texts[0].as_ref(),
            guard: &mut self.guard,
            given,
            now_s: ui.input(|i| i.time),
        };
        let wants_other = head_pane::show(ui, places.head, &desk, &model.head);
        lights_pane::show(ui, places.lights, &model.lights);
        alarm_pane::show(ui, places.alarm, &desk, &model.alarm);
        if let (Some(flight), Some(shelf)) = (&mut self.flight, &mut self.shelf) {
            let is_closed = flight.show(ui, places.panes(), &desk, shelf.as_mut());
            foot(ui, places.foot, &desk, model, self.has_illegible);
            if is_closed {
                self.flight = None;
            }
            return wants_other;
        }
        // What is old is faint: nobody takes it for how the stage is.
        let opacity = ui.opacity();
        if model.head.is_stale {
            ui.multiply_opacity(STALE_OPACITY);
        }
        left(ui, &places, &mut desk, model, &mut self.character);
        let moving = (&mut self.stage, seen, document);
        middle(ui, &places, &desk, moving);
        figures(ui, &places, &desk, model, &mut self.shows_queues);
        let begun = (&mut self.take, &mut self.tab, &mut self.card);
        right(ui, &places, &mut desk, (model, document), begun);
        if self.shelf.is_some() && flights_button(ui, places.log, &desk) {
            self.flight = Some(FlightPane::default());
        }
        ui.set_opacity(opacity);
        foot(ui, places.foot, &desk, model, self.has_illegible);
        wants_other
    }
}

/// Whether the flights are asked for.
fn flights_button(ui: &mut Ui, log: Rect, desk: &Desk) -> bool {
    let size = vec2(110.0, 22.0);
    let right = pos2(log.right() - 8.0, log.top() + 4.0);
    let button = Rect::from_min_size(right - vec2(size.x, 0.0), size);
    within(ui, button, |ui| {
        desk.plain_button(ui, size, &desk.t("panel-show-flights"), false)
    })
}

fn left(
    ui: &mut Ui,
    places: &Places,
    desk: &mut Desk,
    model: &PanelModel,
    character: &mut CharacterDraft,
) {
    let heading = desk.t("panel-sources");
    pane(ui, ("sources", places.sources), &heading, |ui, _| {
        sources_pane::show(ui, desk, &model.sources);
    });
    let heading = desk.t("panel-performers");
    pane(ui, ("performers", places.performers), &heading, |ui, _| {
        performers_pane::show(ui, desk, &model.performers, character);
    });
    let heading = desk.t("panel-log");
    pane(ui, ("log", places.log), &heading, |ui, _| {
        log_pane::show(ui, &model.log)
    });
}

fn middle(
    ui: &mut Ui,
    places: &Places,
    desk: &Desk,
    (stage, seen, document): (&mut StagePane, &Seen, &StageDocument),
) {
    pane(
        ui,
        ("stage", places.stage),
        &desk.t("panel-stage"),
        |ui, place| {
            let moving = (document, seen.shapes.as_deref(), seen.scene.as_deref());
            stage.show(ui, place, desk, moving);
        },
    );
    let head = Rect::from_min_max(
        places.stage.min + vec2(80.0, 4.0),
        pos2(
            places.stage.right() - 8.0,
            places.stage.top() + 4.0 + HEADING,
        ),
    );
    let keys = desk.t("panel-stage-keys");
    TextCell::new(13.0, SOFT).right().show(ui, head, &keys);
}

/// Delays, or what waits in the queues.
fn figures(ui: &mut Ui, places: &Places, desk: &Desk, model: &PanelModel, shows_queues: &mut bool) {
    let (heading, other) = match shows_queues {
        true => ("panel-queues", "panel-show-delays"),
        false => ("panel-latency", "panel-show-queues"),
    };
    let heading = desk.t(heading);
    pane(
        ui,
        ("latency", places.latency),
        &heading,
        |ui, _| match shows_queues {
            true => queues_pane::show(ui, desk, &model.queues),
            false => latency_pane::show(ui, desk, &model.latency),
        },
    );
    let size = vec2(86.0, 22.0);
    let right = pos2(places.latency.right() - 8.0, places.latency.top() + 4.0);
    let button = Rect::from_min_size(right - vec2(size.x, 0.0), size);
    let pressed = within(ui, button, |ui| {
        desk.plain_button(ui, size, &desk.t(other), false)
    });
    *shows_queues ^= pressed;
}

fn right(
    ui: &mut Ui,
    places: &Places,
    desk: &mut Desk,
    (model, document): (&PanelModel, &StageDocument),
    (take, tab, card): (&mut TakeDraft, &mut Tab, &mut String),
) {
    pane(ui, ("take", places.take), "", |ui, _| {
        take_pane::show(ui, desk, &model.take, take);
    });
    pane(ui, ("show", places.show), "", |ui, _| {
        show_pane::show(ui, desk, &document.show, model.undo.as_deref());
    });
    pane(ui, ("tabs", places.tabs), "", |ui, place| {
        tabs(ui, desk, place, tab, (document, card));
    });
}

fn tabs(
    ui: &mut Ui,
    desk: &mut Desk,
    place: Rect,
    tab: &mut Tab,
    (document, card): (&StageDocument, &mut String),
) {
    let all = [
        (Tab::Cameras, "panel-cameras"),
        (Tab::Walls, "panel-walls"),
        (Tab::Cards, "panel-cards"),
    ];
    let width = place.width() / all.len() as f32;
    for (index, (which, label)) in all.into_iter().enumerate() {
        let at = pos2(place.left() + width * index as f32, place.top() + 2.0);
        let button = Rect::from_min_size(at, vec2(width - 3.0, 30.0));
        let label = desk.t(label);
        let pressed = within(ui, button, |ui| {
            desk.plain_button(ui, button.size(), &label, *tab == which)
        });
        if pressed {
            *tab = which;
        }
    }
    let rest = Rect::from_min_max(pos2(place.left(), place.top() + 38.0), place.max);
    within(ui, rest, |ui| {
        let scroll = ScrollArea::vertical()
            .id_salt("tab")
            .auto_shrink([false; 2]);
        scroll.show(ui, |ui| match tab {
            Tab::Cameras => cameras_pane::show(ui, desk, &document.cameras),
            Tab::Walls => walls_pane::show(ui, desk, document),
            Tab::Cards => cards_pane::show(ui, desk, &document.show.light_cards, card),
        });
    });
}

/// What became of this panel's newest command, and what is good to know.
fn foot(ui: &mut Ui, place: Rect, desk: &Desk, model: &PanelModel, has_illegible: bool) {
    let (left, right) = place.split_left_right_at_fraction(0.66);
    if let Some(armed) = desk.guard.armed(desk.now_s) {
        let shape = pos2(left.left() + 14.0, left.center().y);
        mood_shape(ui.painter(), shape, 8.0, Mood::Amber);
        let what = Rect::from_min_max(pos2(left.left() + 30.0, left.top()), left.max);
        let words = [("what", words_of(armed, desk.text))];
        let asks = desk.text.get("panel-guard-asks", &words);
        TextCell::new(16.0, mood_color(Mood::Amber)).show(ui, what, &asks);
    } else if let Some(last) = &model.last_given {
        mood_shape(
            ui.painter(),
            pos2(left.left() + 14.0, left.center().y),
            8.0,
            last.mood,
        );
        let what = Rect::from_min_max(pos2(left.left() + 30.0, left.top()), left.max);
        let ink = if last.mood == Mood::Red {
            mood_color(Mood::Red)
        } else {
            STRONG
        };
        TextCell::new(16.0, ink).show(ui, what, &last.what);
    } else {
        let hint = desk.t("panel-hint");
        TextCell::new(14.0, SOFT).show(ui, left.shrink2(vec2(8.0, 0.0)), &hint);
    }
    let notice = if has_illegible {
        desk.t("panel-illegible")
    } else if model.head.lacks_real_time && !model.head.is_stale {
        desk.t("panel-no-real-time")
    } else {
        model.head.adapter.clone()
    };
    TextCell::new(14.0, SOFT).right().show(ui, right, &notice);
}

/// Where everything stands.
struct Places {
    head: Rect,
    lights: Rect,
    alarm: Rect,
    sources: Rect,
    performers: Rect,
    log: Rect,
    stage: Rect,
    latency: Rect,
    take: Rect,
    show: Rect,
    tabs: Rect,
    foot: Rect,
}

impl Places {
    const LEFT: f32 = 468.0;
    const RIGHT: f32 = 340.0;
    const LATENCY: f32 = 236.0;
    const TAKE: f32 = 186.0;
    const SHOW: f32 = 134.0;

    /// The place of all panes below what is wrong.
    fn panes(&self) -> Rect {
        self.sources
            .union(self.log)
            .union(self.tabs)
            .union(self.show)
            .union(self.take)
    }

    /// Draws the gaps between the panes, not the panes: the window is cleared to their colour. Where a processor draws
    /// the panel, filling every pixel twice takes most of its time.
    fn frame(&self, ui: &Ui, has_flight: bool) {
        let above = [self.head, self.lights, self.alarm, self.foot];
        let below = [
            self.sources,
            self.performers,
            self.log,
            self.stage,
            self.latency,
            self.take,
            self.show,
            self.tabs,
        ];
        let flight = FlightPane::places(self.panes());
        let below = if has_flight { &flight[..] } else { &below };
        for place in above.iter().chain(below) {
            let gap = Stroke::new(GAP, BACKGROUND);
            ui.painter()
                .rect_stroke(*place, 4.0, gap, StrokeKind::Outside);
        }
    }

    fn of(whole: Rect) -> Self {
        let (head, rest) = top(whole, 52.0);
        let (lights, rest) = top(rest, 80.0);
        let (alarm, rest) = top(rest, 92.0);
        let (rest, foot) = bottom(rest, 28.0);
        // A narrow window takes from the tables before it takes from the buttons.
        let left_width = Self::LEFT.min((rest.width() - Self::RIGHT) * 0.5);
        let (left, rest) = rest.split_left_right_at_x(rest.left() + left_width);
        let (middle, right) = rest.split_left_right_at_x(rest.right() - Self::RIGHT);
        let middle = middle.shrink2(vec2(GAP, 0.0));
        let (sources, below) = top(left, left.height() * 0.27);
        let (performers, log) = top(below, left.height() * 0.36);
        let (stage, latency) = bottom(middle, Self::LATENCY.min(middle.height() * 0.5));
        let (take, below) = top(right, Self::TAKE);
        let (show, tabs) = top(below, Self::SHOW);
        Self {
            head,
            lights,
            alarm,
            sources,
            performers,
            log,
            stage,
            latency,
            take,
            show,
            tabs,
            foot,
        }
    }
}

/// The upper part of a place, and what is left below a gap.
fn top(place: Rect, height: f32) -> (Rect, Rect) {
    let (upper, rest) = place.split_top_bottom_at_y(place.top() + height);
    (
        upper,
        Rect::from_min_max(rest.min + vec2(0.0, GAP), rest.max),
    )
}

/// What is left above a gap, and the lower part of a place.
fn bottom(place: Rect, height: f32) -> (Rect, Rect) {
    let (rest, lower) = place.split_top_bottom_at_y(place.bottom() - height);
    (
        Rect::from_min_max(rest.min, rest.max - vec2(0.0, GAP)),
        lower,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_panes_share_a_place() {
        for (width, height) in [(1024.0, 700.0), (1280.0, 800.0), (1920.0, 1080.0)] {
            let p = Places::of(Rect::from_min_size(pos2(0.0, 0.0), vec2(width, height)));
            let all = [
                p.head,
                p.lights,
                p.alarm,
                p.sources,
                p.performers,
                p.log,
                p.stage,
                p.latency,
                p.take,
                p.show,
                p.tabs,
                p.foot,
            ];
            for (index, place) in all.iter().enumerate() {
                assert!(
                    place.is_positive(),
                    "{index} at {width}×{height}: {place:?}"
                );
                for other in &all[index + 1..] {
                    let shared = place.intersect(*other);
                    assert!(!shared.is_positive(), "{place:?} and {other:?}");
                }
            }
        }
    }
}
