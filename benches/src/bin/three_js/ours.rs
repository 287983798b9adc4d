//! The same scene in our renderer: characters posed once in a compute pass, drawn into one view.

use crate::Outcome;
use crate::scene::Scene;
use cyc_benches::perspective::looking;
use cyc_character::{Character, LoadOptions, load};
use cyc_model::{
    FaceShape, FaceWeights, JointFrame, Point, Quality, Stage as StageSpace, StageFrame, Xf,
};
use cyc_renderer::{DirectView, Gpu, Layers, RenderSettings, Renderer};
use cyc_stage::Stage;
use glam::{DMat4, DQuat, DVec3};
use std::f64::consts::PI;
use std::sync::Arc;
use std::time::Instant;

/// A renderer with the scene.
pub struct Ours {
    gpu: Gpu,
    renderer: Renderer,
    view: DirectView,
    character: Arc<Character>,
    scene: Scene,
    /// The number in each joint's name.
    numbers: Vec<usize>,
    clip_from_stage: DMat4,
    eye: Point<StageSpace>,
    frame: StageFrame,
    joints: Vec<Xf<StageSpace, JointFrame>>,
    has_face: bool,
    time_s: f64,
}

/// The sun stands where the scene says. The wall is there because a stage has one; it is not drawn.
fn stage(scene: &Scene) -> Outcome<Stage> {
    let [x, y, z] = scene.to_sun;
    let (azimuth, elevation) = (x.atan2(-z).to_degrees(), y.asin().to_degrees());
    let text = format!(
        r#"
name = "three.js"
[environment]
sun_azimuth_deg = {azimuth}
sun_elevation_deg = {elevation}
haze = 0.0
exposure_ev = -1.6
[outer]
eye_m = [0.0, 1.6, 0.0]
[[wall]]
name = "wall"
kind = "plane"
position_m = [0.0, 0.0, -5.0]
width_m = 1.0
height_m = 1.0
cabinets = [1, 1]
cabinet_px = [16, 16]
canvas_px = [0, 0]
"#
    );
    Ok(Stage::from_toml(&text)?)
}

impl Ours {
    pub fn new(gpu: &Gpu, scene: &Scene, glb: &[u8], has_face: bool) -> Outcome<Self> {
        let character = Arc::new(load(glb, &LoadOptions::default())?);
        let skeleton = character.skeleton.as_ref().ok_or("no skeleton")?;
        let number = |name: &str| name.strip_prefix("joint_").and_then(|n| n.parse().ok());
        let joints = skeleton.joints().iter();
        let numbers: Option<Vec<usize>> = joints.map(|j| number(&j.name)).collect();
        let settings = RenderSettings {
            samples: scene.samples,
            camera_px: [16, 16],
            wide_px: [16, 16],
            sky_px: 256,
            ..RenderSettings::default()
        };
        let characters = vec![Some(character.clone()); scene.places_m.len()];
        let mut renderer = Renderer::new(gpu, &stage(scene)?, &characters, settings)?;
        // As in the other one: characters before nothing.
        renderer.set_layers(Layers {
            set: false,
            sky: false,
            humans: true,
            fiducials: false,
        });
        let view = renderer.direct_view(scene.size_px)?;
        let frustum = looking(scene.eye_m, scene.target_m, scene.fov_deg, scene.size_px)?;
        Ok(Self {
            gpu: gpu.clone(),
            renderer,
            view,
            numbers: numbers.ok_or("joints have other names")?,
            character,
            scene: scene.clone(),
            clip_from_stage: frustum.clip_from_stage(),
            eye: frustum.eye(),
            frame: StageFrame::default(),
            joints: Vec::new(),
            has_face,
            time_s: 0.0,
        })
    }

    /// Each joint swings about Z, from the ground up.
    fn pose(&mut self) {
        self.frame.clear();
        let Some(skeleton) = &self.character.skeleton else {
            return;
        };
        let mut face = FaceWeights::default();
        if self.has_face {
            for (nth, shape) in FaceShape::ALL.into_iter().enumerate() {
                let weight = 0.55 + 0.4 * (2.0 * PI * self.time_s + nth as f64).sin();
                face.set(shape, weight as f32);
            }
        }
        for (who, place) in self.scene.places_m.iter().enumerate() {
            self.joints.clear();
            let root: Xf<StageSpace, JointFrame> =
                Xf::saturating(DQuat::IDENTITY, DVec3::from(*place));
            for (joint, number) in skeleton.joints().iter().zip(&self.numbers) {
                let swing = PI * self.time_s + 0.15 * *number as f64 + who as f64;
                let turn = DQuat::from_rotation_z(self.scene.sway_rad * swing.sin());
                let parent = joint.parent.map_or(root, |p| self.joints[p.idx()]);
                let local = joint.parent_from_joint;
                let turned: Xf<JointFrame, JointFrame> = Xf::saturating(turn, DVec3::ZERO);
                self.joints.push(parent * local * turned);
            }
            self.frame.push_human(Quality::Live, &self.joints, face);
        }
    }

    fn draw(&mut self) -> Outcome<()> {
        self.pose();
        let (matrix, eye) = (self.clip_from_stage, self.eye);
        self.renderer
            .draw_view(&self.view, &self.frame, matrix, eye)?;
        Ok(())
    }

    /// Draws frames and waits for each: milliseconds.
    pub fn frames_ms(&mut self, count: usize) -> Outcome<Vec<f64>> {
        let mut times = Vec::with_capacity(count);
        for _ in 0..count {
            let begun = Instant::now();
            self.time_s += 1.0 / 60.0;
            self.draw()?;
            self.gpu.wait()?;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        Ok(times)
    }

    /// The picture of the first frame: RGBA.
    pub fn picture(&mut self) -> Outcome<Vec<u8>> {
        self.time_s = 0.0;
        self.draw()?;
        Ok(self.renderer.read_view(&self.view)?)
    }
}
