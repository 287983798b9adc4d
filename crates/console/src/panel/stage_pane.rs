//! The stage in space: walls, cameras with what they see, markers and skeletons, drawn as lines and fields from far to
//! near. No GPU work of its own: some hundred shapes a frame, which a processor draws as well.

use super::desk::Desk;
use super::legible;
use super::orbit::{Orbit, Projected};
use crate::look::{BACKGROUND, FOCUS, SOFT, STRONG};
use cyc_control::{SceneFrame, SceneShapes, StageDocument};
use egui::{
    Align2, Color32, FontId, Key, PointerButton, Pos2, Rect, Response, Role, Sense, Shape, Stroke,
    StrokeKind, Ui, WidgetInfo, vec2,
};

/// Length at which a camera's view is drawn, metres.
const VIEW_M: f32 = 2.0;
/// The floor's grid: lines a metre apart, this far from the middle.
const FLOOR_M: i32 = 6;
const FLOOR: Color32 = Color32::from_rgb(38, 46, 56);
const WALL: Color32 = Color32::from_rgba_premultiplied(22, 34, 46, 120);
const WALL_EDGE: Color32 = Color32::from_rgb(96, 134, 168);
const CAMERA: Color32 = Color32::from_rgb(196, 204, 214);
const ON_AIR: Color32 = Color32::from_rgb(240, 97, 109);
const MARKER: Color32 = Color32::from_rgb(150, 200, 255);
const PERFORMERS: [Color32; 6] = [
    Color32::from_rgb(242, 184, 75),
    Color32::from_rgb(120, 210, 170),
    Color32::from_rgb(208, 160, 250),
    Color32::from_rgb(250, 150, 120),
    Color32::from_rgb(130, 190, 255),
    Color32::from_rgb(220, 220, 130),
];

/// What the pane remembers between frames.
#[derive(Debug, Default)]
pub struct StagePane {
    eye: Option<Orbit>,
}

/// What is to be drawn, with its depth.
struct Canvas<'a> {
    eye: &'a Orbit,
    place: Rect,
    shapes: Vec<(f32, Shape)>,
}

impl StagePane {
    /// Draws the stage and follows mouse and keys.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        place: Rect,
        desk: &Desk,
        (document, shapes, scene): (&StageDocument, Option<&SceneShapes>, Option<&SceneFrame>),
    ) {
        let response = ui.allocate_rect(place, Sense::click_and_drag());
        let label = desk.t("panel-stage-view");
        response.widget_info(|| WidgetInfo::labeled(Role::Unknown, true, &label));
        let Some(shapes) = shapes else {
            let font = FontId::proportional(17.0);
            let waiting = desk.t("panel-stage-waiting");
            ui.painter()
                .text(place.center(), Align2::CENTER_CENTER, waiting, font, SOFT);
            return;
        };
        let eye = self.eye.get_or_insert_with(|| {
            let corners = shapes.walls.iter().flat_map(|wall| wall.corners_m.iter());
            let cameras = scene.into_iter().flat_map(|scene| &scene.cameras);
            let cameras = cameras.filter(|c| c.is_present).map(|c| &c.eye_m);
            Orbit::fit(corners.chain(cameras).copied())
        });
        if follow(eye, ui, &response) {
            self.eye = None;
            return;
        }
        let mut canvas = Canvas {
            eye,
            place,
            shapes: Vec::new(),
        };
        let labels = canvas.draw(document, shapes, scene);
        let mut drawn = canvas.shapes;
        drawn.sort_by(|a, b| b.0.total_cmp(&a.0));
        let painter = ui.painter_at(place);
        painter.extend(drawn.into_iter().map(|(_, shape)| shape));
        for (at, name, color) in labels {
            let name = legible::legible(ui, &name).into_owned();
            let font = FontId::proportional(14.0);
            let galley = painter.layout_no_wrap(name, font, color);
            let back = Rect::from_min_size(at, galley.size()).expand2(vec2(4.0, 1.0));
            painter.rect_filled(back, 3.0, BACKGROUND.gamma_multiply(0.75));
            painter.galley(at, galley, color);
        }
        if response.has_focus() {
            let stroke = Stroke::new(2.0, FOCUS);
            painter.rect_stroke(place, 3.0, stroke, StrokeKind::Inside);
        }
    }
}

/// Moves the eye by mouse and keys; whether it is to begin anew.
fn follow(eye: &mut Orbit, ui: &Ui, response: &Response) -> bool {
    let half = (response.rect.height() / 2.0).max(1.0);
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    let drag = response.drag_delta() / half;
    let shift = ui.input(|i| i.modifiers.shift);
    if response.dragged_by(PointerButton::Primary) && !shift {
        eye.turn(drag.x, drag.y);
    } else if response.dragged() {
        eye.pan(drag.x, drag.y);
    }
    if response.hovered() {
        let (scroll, pinch) = ui.input(|i| (i.smooth_scroll_delta().y, i.zoom_delta()));
        eye.zoom((-scroll / 400.0).exp() / pinch);
    }
    if response.double_clicked() {
        return true;
    }
    if !response.has_focus() {
        return false;
    }
    // The arrows turn the eye while it has the keyboard, rather than going on to the next field.
    let filter = egui::EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        ..Default::default()
    };
    ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
    ui.input(|i| {
        let held = |key: Key| if i.key_pressed(key) { 0.08 } else { 0.0 };
        let right = held(Key::ArrowRight) - held(Key::ArrowLeft);
        let down = held(Key::ArrowDown) - held(Key::ArrowUp);
        if shift {
            eye.pan(-right, -down);
        } else {
            eye.turn(right, down);
        }
        let near = held(Key::Plus) + held(Key::Equals) - held(Key::Minus);
        eye.zoom(1.0 - near * 1.5);
        i.key_pressed(Key::Home)
    })
}

impl Canvas<'_> {
    fn at(&self, point: Projected) -> Pos2 {
        let half = self.place.height() / 2.0;
        self.place.center() + vec2(point.x, point.y) * half
    }

    fn line(&mut self, from: [f32; 3], to: [f32; 3], width: f32, color: Color32) {
        if let Some(line) = self.eye.project_line(from, to) {
            let depth = (line[0].depth_m + line[1].depth_m) / 2.0;
            let ends = line.map(|end| self.at(end));
            let shape = Shape::line_segment(ends, Stroke::new(width, color));
            self.shapes.push((depth, shape));
        }
    }

    fn dot(&mut self, point: [f32; 3], radius: f32, color: Color32) {
        if let Some(seen) = self.eye.project(point) {
            let shape = Shape::circle_filled(self.at(seen), radius, color);
            // A hair nearer than the line that ends in it.
            self.shapes.push((seen.depth_m - 0.01, shape));
        }
    }

    /// What is known to be there but not seen.
    fn ring(&mut self, point: [f32; 3], radius: f32, color: Color32) {
        if let Some(seen) = self.eye.project(point) {
            let shape = Shape::circle_stroke(self.at(seen), radius, Stroke::new(1.0, color));
            self.shapes.push((seen.depth_m - 0.01, shape));
        }
    }

    /// Draws all of it; gives the names that stand over it.
    fn draw(
        &mut self,
        document: &StageDocument,
        shapes: &SceneShapes,
        scene: Option<&SceneFrame>,
    ) -> Vec<(Pos2, String, Color32)> {
        for step in -FLOOR_M..=FLOOR_M {
            let (at, end) = (step as f32, FLOOR_M as f32);
            self.line([at, 0.0, -end], [at, 0.0, end], 1.0, FLOOR);
            self.line([-end, 0.0, at], [end, 0.0, at], 1.0, FLOOR);
        }
        let mut labels = self.walls(shapes);
        if let Some(scene) = scene {
            labels.extend(self.cameras(document, shapes, scene));
            labels.extend(self.performers(document, shapes, scene));
            for marker in &scene.markers_m {
                self.dot(*marker, 2.0, MARKER);
            }
            for marker in &scene.hidden_markers_m {
                self.ring(*marker, 3.0, MARKER);
            }
        }
        labels
    }

    fn walls(&mut self, shapes: &SceneShapes) -> Vec<(Pos2, String, Color32)> {
        let mut labels = Vec::new();
        for wall in &shapes.walls {
            let corner = |index: u32| wall.corners_m.get(index as usize).copied();
            let mut field = egui::Mesh::default();
            let mut depth: f32 = 0.0;
            for triangle in &wall.triangles {
                let seen = triangle.map(|i| corner(i).and_then(|c| self.eye.project(c)));
                if let [Some(a), Some(b), Some(c)] = seen {
                    let first = field.vertices.len() as u32;
                    for point in [a, b, c] {
                        field.colored_vertex(self.at(point), WALL);
                        depth = depth.max(point.depth_m);
                    }
                    field.add_triangle(first, first + 1, first + 2);
                }
            }
            // Fields lie behind all lines, so that nothing that matters is covered by a wall.
            self.shapes.push((1e4 + depth, Shape::mesh(field)));
            for edge in &wall.edges {
                if let [Some(from), Some(to)] = edge.map(corner) {
                    self.line(from, to, 1.6, WALL_EDGE);
                }
            }
            let highest = wall.corners_m.iter().copied();
            let highest = highest.max_by(|a, b| a[1].total_cmp(&b[1]));
            if let Some(seen) = highest.and_then(|corner| self.eye.project(corner)) {
                labels.push((self.at(seen), wall.name.clone(), WALL_EDGE));
            }
        }
        labels
    }

    fn cameras(
        &mut self,
        document: &StageDocument,
        shapes: &SceneShapes,
        scene: &SceneFrame,
    ) -> Vec<(Pos2, String, Color32)> {
        let mut labels = Vec::new();
        let cameras = scene.cameras.iter().zip(&shapes.cameras);
        for (camera, name) in cameras.filter(|(camera, _)| camera.is_present) {
            let is_on_air = document.cameras.iter().any(|c| c.on_air && c.name == *name);
            let color = if is_on_air { ON_AIR } else { CAMERA };
            let eye = camera.eye_m;
            let far = camera
                .picture_m
                .map(|corner| [0, 1, 2].map(|i| eye[i] + (corner[i] - eye[i]) * VIEW_M));
            for (index, corner) in far.iter().enumerate() {
                self.line(eye, *corner, 1.6, color);
                self.line(*corner, far[(index + 1) % 4], 1.6, color);
            }
            self.dot(eye, 5.0, color);
            if let Some(seen) = self.eye.project(eye) {
                labels.push((self.at(seen) + vec2(8.0, 4.0), name.clone(), color));
            }
        }
        labels
    }

    fn performers(
        &mut self,
        document: &StageDocument,
        shapes: &SceneShapes,
        scene: &SceneFrame,
    ) -> Vec<(Pos2, String, Color32)> {
        let mut labels = Vec::new();
        for (index, joints) in scene.performers.iter().enumerate() {
            let color = PERFORMERS[index % PERFORMERS.len()];
            let parents = shapes.performer_parents.get(index);
            let parents = parents.map_or(&[][..], Vec::as_slice);
            for (joint, parent) in joints.iter().zip(parents) {
                let parent = usize::try_from(*parent).ok().and_then(|p| joints.get(p));
                if let Some(parent) = parent {
                    self.line(*parent, *joint, 2.5, color);
                }
            }
            let top = joints.iter().copied().max_by(|a, b| a[1].total_cmp(&b[1]));
            let seen = top.and_then(|top| self.eye.project(top));
            if let (Some(seen), Some(performer)) = (seen, document.performers.get(index)) {
                let at = self.at(seen) + vec2(8.0, -18.0);
                labels.push((at, performer.name.clone(), STRONG));
            }
        }
        labels
    }
}
