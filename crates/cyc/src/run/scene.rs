//! The stage in space for whoever looks at it: shapes once, then what moves.

use super::cast::Cast;
use cyc_control::{SceneCamera, SceneFrame, SceneShapes, WallShape};
use cyc_engine::run::NextShown;
use cyc_model::{MocapFrame, Point, Source, Stage as StageSpace, StageFrame, Xf};
use cyc_queue::LatestReader;
use cyc_stage::{Camera, Stage, Wall};
use glam::DVec3;
use std::collections::HashMap;

/// An arc is drawn with strips no wider than this, radians.
const STRIP_RAD: f64 = 0.1;
/// Corners of one wall's shape; a mesh with more is thinned by leaving triangles out.
const CORNERS_MAX: usize = 4096;
/// Markers that are shown at once: thirty performers.
const MARKERS_MAX: usize = 2048;

/// What stands still.
pub fn shapes(cast: &Cast) -> SceneShapes {
    let stage = &cast.stage;
    let parents = |member: &super::cast::Member| {
        let joints = member.rig.skeleton().joints();
        let parent = |j: &cyc_model::Joint| j.parent.map_or(-1, |p| p.idx() as i32);
        joints.iter().map(parent).collect()
    };
    SceneShapes {
        walls: stage.walls().iter().map(wall_shape).collect(),
        outer_eye_m: metres(stage.outer_eye().metres()),
        cameras: stage.cameras().iter().map(|c| c.name.clone()).collect(),
        performer_parents: cast.members.iter().map(parents).collect(),
    }
}

fn wall_shape(wall: &Wall) -> WallShape {
    let all = wall.triangles(STRIP_RAD);
    let step = (all.len() * 3).div_ceil(CORNERS_MAX).max(1);
    let mut shape = WallShape {
        name: wall.name().to_owned(),
        ..WallShape::default()
    };
    let mut known: HashMap<[i64; 3], u32> = HashMap::new();
    let mut uses: HashMap<[u32; 2], u32> = HashMap::new();
    for triangle in all.iter().step_by(step) {
        let corners = triangle.each_ref().map(|corner| {
            let at = wall.point_of_place(corner.place).metres();
            let key = (at * 1e4).round().as_i64vec3().to_array();
            *known.entry(key).or_insert_with(|| {
                shape.corners_m.push(metres(at));
                (shape.corners_m.len() - 1) as u32
            })
        });
        shape.triangles.push(corners);
        for (a, b) in [(0, 1), (1, 2), (2, 0)] {
            let (a, b) = (corners[a], corners[b]);
            *uses.entry([a.min(b), a.max(b)]).or_default() += 1;
        }
    }
    // An edge of one triangle alone lies on the outline.
    let outline = uses.into_iter().filter(|(_, times)| *times == 1);
    shape.edges = outline.map(|(edge, _)| edge).collect();
    shape.edges.sort_unstable();
    shape
}

fn metres(at: DVec3) -> [f32; 3] {
    at.as_vec3().to_array()
}

/// What moves: the newest stage frame, and the markers of every source.
pub struct SceneReader {
    frame: LatestReader<StageFrame>,
    shown: Vec<LatestReader<MocapFrame>>,
    placed: Vec<Xf<StageSpace, Source>>,
    config: u32,
    scene: SceneFrame,
}

impl SceneReader {
    /// For a stage whose frames and sources the readers have.
    pub fn new(
        stage: &Stage,
        frame: LatestReader<StageFrame>,
        shown: Vec<LatestReader<MocapFrame>>,
    ) -> Self {
        let placed = stage.sources().iter().map(|s| s.stage_from_source);
        Self {
            frame,
            shown,
            placed: placed.collect(),
            config: 0,
            scene: SceneFrame::default(),
        }
    }

    /// Goes on with another stage, whose sources are given by their places before or by readers of their own.
    pub fn exchange(&mut self, stage: &Stage, config: u32, sources: Option<Vec<NextShown>>) {
        self.config = config;
        let placed = stage.sources().iter().map(|s| s.stage_from_source);
        self.placed = placed.collect();
        let Some(sources) = sources else { return };
        let old = std::mem::take(&mut self.shown).into_iter();
        let mut old: Vec<_> = old.map(Some).collect();
        let next = sources.into_iter().map(|source| match source {
            Ok(place) => old.get_mut(place).and_then(Option::take),
            Err(reader) => Some(reader),
        });
        self.shown = next.flatten().collect();
    }

    /// The scene now. `look` sees each source's newest frame that it has not seen.
    pub fn read(&mut self, stage: &Stage, mut look: impl FnMut(usize, &MocapFrame)) -> &SceneFrame {
        let scene = &mut self.scene;
        scene.markers_m.clear();
        for (i, (shown, placed)) in self.shown.iter_mut().zip(&self.placed).enumerate() {
            let Some((is_new, frame)) = shown.latest_and_is_new() else {
                continue;
            };
            if is_new {
                look(i, frame);
            }
            let given = frame.markers.iter().flatten().copied();
            let cloud = frame.unlabelled.iter().map(|m| m.at);
            let room = MARKERS_MAX - scene.markers_m.len();
            let at = |p: Point<Source>| metres((*placed * p).metres());
            scene
                .markers_m
                .extend(given.chain(cloud).take(room).map(at));
        }
        let frame = self.frame.latest();
        let Some(frame) = frame.filter(|f| f.config == self.config) else {
            return scene;
        };
        scene.number = frame.number;
        scene.hidden_markers_m.clear();
        let hidden = frame.hidden_markers.iter().take(MARKERS_MAX);
        scene
            .hidden_markers_m
            .extend(hidden.map(|m| metres(m.at.metres())));
        scene.cameras.clear();
        for (i, camera) in stage.cameras().iter().enumerate() {
            let body = frame.cameras.get(i).filter(|b| b.quality.is_present());
            scene.cameras.push(match body {
                Some(body) => scene_camera(camera, camera.stage_from_pupil(body.stage_from_body)),
                None => SceneCamera::default(),
            });
        }
        let performers = frame.performers.len();
        scene.performers.resize_with(performers, Vec::new);
        for (i, joints) in scene.performers.iter_mut().enumerate() {
            joints.clear();
            let is_there = frame
                .performers
                .get(i)
                .is_some_and(|p| p.quality.is_present());
            if is_there {
                let at = frame.joints_of_performer(i).iter();
                joints.extend(at.map(|xf| metres(xf.translation().metres())));
            }
        }
        scene
    }
}

fn scene_camera(camera: &Camera, pupil: Xf<StageSpace, cyc_model::Pupil>) -> SceneCamera {
    let [left, right, bottom, top] = camera.lens.tangents();
    let corners = [[left, top], [right, top], [right, bottom], [left, bottom]];
    let at = |[x, y]: [f64; 2]| metres((pupil * Point::xyz(x, y, -1.0)).metres());
    SceneCamera {
        is_present: true,
        eye_m: metres(pupil.translation().metres()),
        picture_m: corners.map(at),
    }
}
