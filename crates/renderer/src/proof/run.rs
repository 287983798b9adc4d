//! The proof itself: draw, photograph, compare.

use super::compare::compare;
use super::fiducial::{Expected, expected, mean_and_p99, miss_px};
use super::photograph::{Lit, Photograph};
use super::pinhole::Pinhole;
use super::slip::{Slip, slip};
use super::wall::PhysicalWall;
use super::{Bug, ProofError, Transport, TruthPose, ViconBody};
use crate::scene::fiducials;
use crate::{Gpu, Layers, Pictures, RenderError, RenderSettings, Renderer, Wanted};
use cyc_character::Character;
use cyc_model::{FaceWeights, Point, Quality, StageFrame, TrackedBody, Xf};
use cyc_stage::{Camera, SceneKind, Stage, StageOverride};
use glam::{DMat4, DQuat, DVec3};
use std::sync::Arc;

/// What is proved.
#[derive(Clone, Debug)]
pub struct ProofOptions {
    /// The film camera, by its place in the stage.
    pub camera: usize,
    /// Where it is held.
    pub poses: Vec<TruthPose>,
    /// Canvas pixels drawn per real one, so that a camera pixel sees two wall pixels or more.
    pub fine_scale: f64,
    /// Whether photographs of the whole scene are compared too, or fiducials alone.
    pub pictures: bool,
    /// A bug to be seeded.
    pub bug: Option<Bug>,
    /// A camera that pans while the picture is on its way, whose slip is to be measured.
    pub delay: Option<Delay>,
    /// Where source, pupil and lens really are, when the stage only believes to know: what was measured by `cyc align` is
    /// proved against what it was measured from. Its walls and cameras are the stage's, in the same order.
    pub truth: Option<Arc<Stage>>,
}

/// A picture that comes late to a camera that moves. Turning about the pupil alone does no harm inside the inner
/// frustum, since the wall shows each direction's light in that direction; going aside does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Delay {
    /// How fast the camera pans to the left.
    pub pan_deg_per_s: f64,
    /// How fast it goes, stage axes.
    pub velocity_m_per_s: [f64; 3],
    /// How late the picture is.
    pub latency_s: f64,
}

impl Default for ProofOptions {
    fn default() -> Self {
        Self {
            camera: 0,
            poses: TruthPose::STANDARD.to_vec(),
            fine_scale: 2.0,
            pictures: true,
            bug: None,
            delay: None,
            truth: None,
        }
    }
}

/// Photographs of one pose, for people.
#[derive(Clone, Debug, Default)]
pub struct ProofPictures {
    /// The wall, photographed through the lens at the wall's real pitch.
    pub through_wall: Photograph,
    /// The same at a pitch finer than the camera's pixels.
    pub through_fine_wall: Photograph,
    /// The virtual scene, seen directly by the same lens.
    pub direct: Photograph,
    /// What the walls showed, at their real pitch: RGBA, 8 bits, sRGB.
    pub canvas: Vec<u8>,
    /// Width and height of it.
    pub canvas_px: [u32; 2],
}

/// What came out.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// Fiducials measured, all poses together.
    pub fiducials: usize,
    /// The fewest of one pose.
    pub fiducials_min: usize,
    /// Fiducials that should be in a photograph and are not.
    pub lost: usize,
    /// Mean distance of a fiducial from where it should be, camera pixels.
    pub mean_px: f64,
    /// 99th percentile of it.
    pub p99_px: f64,
    /// Wall through the lens against the direct picture, at two or more wall pixels a camera pixel: the worst pose.
    pub psnr_db: Option<f64>,
    /// The same at the wall's real pitch.
    pub psnr_real_db: Option<f64>,
    /// At the real pitch, against the ideal: the direct picture resampled through the wall's pixel grid.
    pub psnr_ideal_db: Option<f64>,
    /// Wall pixels per camera pixel in each direction: the fewest in the fine photographs.
    pub wall_px_per_camera_px: f64,
    /// What a delay did, when one was asked for.
    pub slip: Option<Slip>,
    /// Photographs of the first pose.
    pub pictures: Option<ProofPictures>,
}

impl Proof {
    /// Whether it holds: at least 60 fiducials a pose and none lost, p99 at most 0.5 px, mean at most 0.1 px, PSNR at
    /// least 32 dB, and 38 dB against the ideal.
    pub fn holds(&self) -> bool {
        let at_least = |value: Option<f64>, limit: f64| value.is_none_or(|v| v >= limit);
        self.fiducials_min >= 60
            && self.lost == 0
            && self.p99_px <= 0.5
            && self.mean_px <= 0.1
            && at_least(self.psnr_db, 32.0)
            && at_least(self.psnr_ideal_db, 38.0)
    }
}

/// The direct picture is drawn with this many times the camera's pixels, and averaged.
pub(super) const DIRECT_FACTOR: u32 = 2;

/// Makes the proof for one camera of a stage, with the test pattern as its world.
pub fn prove(
    gpu: &Gpu,
    stage: &Stage,
    character: Option<Arc<Character>>,
    options: &ProofOptions,
    transport: &mut Transport<'_>,
) -> Result<Proof, ProofError> {
    let bench = Bench::new(gpu, stage, options, character);
    let shots = bench.shots(options, options.bug, transport)?;
    let mut proof = Proof::default();
    let mut fine = bench.renderer(options.fine_scale)?;
    fine.set_layers(Layers::FIDUCIALS);
    bench.expose_evenly(&mut fine);
    bench.measure_fiducials(&mut fine, &shots, &mut proof)?;
    if let (Some(delay), Some(shot)) = (options.delay, shots.first()) {
        let later = options.poses.first().map(|pose| pose.later(delay));
        let camera = bench.truth.cameras().get(options.camera);
        if let (Some(later), Some(camera)) = (later, camera) {
            let mut pictures = Pictures::default();
            canvas_of(&mut fine, shot, &mut pictures)?;
            let lit = Lit::new(&pictures.canvas, pictures.canvas_px);
            let scale = bench.scale(pictures.canvas_px);
            let later = later.pinhole(camera);
            proof.slip = slip(&shot.camera, &later, &bench.walls, &lit, scale);
        }
    }
    if options.pictures {
        fine.set_layers(Layers::ALL);
        bench.expose_as_shown(&mut fine);
        let directs = draw_directs(&mut fine, &shots)?;
        let fines = bench.photograph_walls(&mut fine, &shots, None)?;
        drop(fine);
        let mut real = bench.renderer(1.0)?;
        let mut first = Pictures::default();
        let reals = bench.photograph_walls(&mut real, &shots, Some(&mut first))?;
        compare(&shots, &bench.walls, &directs, fines, reals, &mut proof);
        if let Some(pictures) = &mut proof.pictures {
            pictures.canvas_px = first.canvas_px;
            pictures.canvas = first.canvas;
        }
    }
    Ok(proof)
}

/// Makes the proof from fiducials alone, once as it is and once for each seeded bug, with one renderer for all.
pub fn prove_with_bugs(
    gpu: &Gpu,
    stage: &Stage,
    options: &ProofOptions,
    transport: &mut Transport<'_>,
) -> Result<Vec<(Option<Bug>, Proof)>, ProofError> {
    let bench = Bench::new(gpu, stage, options, None);
    let mut renderer = bench.renderer(options.fine_scale)?;
    renderer.set_layers(Layers::FIDUCIALS);
    bench.expose_evenly(&mut renderer);
    let mut all = Vec::new();
    for bug in [None].into_iter().chain(Bug::ALL.map(Some)) {
        let shots = bench.shots(options, bug, transport)?;
        let mut proof = Proof::default();
        bench.measure_fiducials(&mut renderer, &shots, &mut proof)?;
        all.push((bug, proof));
    }
    Ok(all)
}

/// What a stage file may say may be taken back: it is within the same range.
fn expose(renderer: &mut Renderer, over: &StageOverride) {
    let taken = renderer.set_override(over);
    debug_assert!(taken.is_ok(), "{taken:?}");
}

/// The stage in its test world, and its walls once more as the proof knows them.
struct Bench<'a> {
    gpu: &'a Gpu,
    stage: Stage,
    /// What is really there.
    truth: Arc<Stage>,
    walls: Vec<PhysicalWall>,
    characters: [Option<Arc<Character>>; 1],
}

impl<'a> Bench<'a> {
    fn new(
        gpu: &'a Gpu,
        stage: &Stage,
        options: &ProofOptions,
        character: Option<Arc<Character>>,
    ) -> Self {
        let truth = options.truth.clone();
        let truth = truth.unwrap_or_else(|| Arc::new(stage.clone()));
        Self {
            gpu,
            walls: PhysicalWall::of_stage(&truth),
            stage: stage.with_scene(SceneKind::TestPattern),
            truth,
            characters: [character],
        }
    }

    fn renderer(&self, canvas_scale: f64) -> Result<Renderer, RenderError> {
        let settings = RenderSettings {
            canvas_scale,
            sky_px: 64,
            camera_px: [16, 16],
            wide_px: [16, 16],
            ..RenderSettings::default()
        };
        Renderer::new(self.gpu, &self.stage, &self.characters, settings)
    }

    /// Where a fiducial is does not hang on how dark the show is.
    fn expose_evenly(&self, renderer: &mut Renderer) {
        let mut over = StageOverride::of(&self.stage);
        over.exposure_ev = -self.stage.environment().exposure_ev;
        for (index, camera) in self.stage.cameras().iter().enumerate() {
            if let Some(over) = over.camera_mut(&self.stage, index) {
                over.exposure_ev = -camera.inner.exposure_ev;
            }
        }
        expose(renderer, &over);
    }

    fn expose_as_shown(&self, renderer: &mut Renderer) {
        expose(renderer, &StageOverride::of(&self.stage));
    }

    /// Drawn pixels per canvas pixel, to the right and down: whole pixels make them differ a little.
    fn scale(&self, drawn_px: [u32; 2]) -> [f64; 2] {
        let canvas_px = self.stage.canvas_px();
        [0, 1].map(|axis: usize| f64::from(drawn_px[axis]) / f64::from(canvas_px[axis]))
    }

    fn shots(
        &self,
        options: &ProofOptions,
        bug: Option<Bug>,
        transport: &mut Transport<'_>,
    ) -> Result<Vec<Shot>, ProofError> {
        let camera = self.stage.cameras().get(options.camera);
        let camera = camera.ok_or(ProofError::NoCamera {
            camera: options.camera,
        })?;
        if !camera.inner.on || camera.inner.key.is_some() {
            return Err(ProofError::InnerOff {
                camera: camera.name.clone(),
            });
        }
        let real = self.truth.cameras().get(options.camera);
        let real = real.ok_or(ProofError::NoCamera {
            camera: options.camera,
        })?;
        let character = self.characters[0].as_deref();
        let poses = options.poses.iter().enumerate();
        poses
            .map(|(index, pose)| {
                let index_of_camera = options.camera;
                let which = (camera, index_of_camera, bug);
                let sent = pose.vicon_body(&self.truth, real);
                let frame = sent
                    .and_then(|sent| frame_of(&self.stage, which, sent, character, transport))
                    .ok_or(ProofError::PoseLost { pose: index })?;
                let camera = pose.pinhole(real);
                Ok(Shot { frame, camera })
            })
            .collect()
    }

    /// `first` takes what the walls showed in the first shot.
    fn photograph_walls(
        &self,
        renderer: &mut Renderer,
        shots: &[Shot],
        mut first: Option<&mut Pictures>,
    ) -> Result<Vec<Photograph>, RenderError> {
        let mut pictures = Pictures::default();
        let mut photographs = Vec::with_capacity(shots.len());
        for shot in shots {
            canvas_of(renderer, shot, &mut pictures)?;
            if let Some(first) = first.take() {
                first.clone_from(&pictures);
            }
            let canvas = Lit::new(&pictures.canvas, pictures.canvas_px);
            let scale = self.scale(pictures.canvas_px);
            let photograph = Photograph::of_walls(&shot.camera, &self.walls, &canvas, scale);
            photographs.push(photograph);
        }
        Ok(photographs)
    }

    fn measure_fiducials(
        &self,
        renderer: &mut Renderer,
        shots: &[Shot],
        proof: &mut Proof,
    ) -> Result<(), RenderError> {
        let all = fiducials();
        let mut misses = Vec::new();
        proof.fiducials_min = usize::MAX;
        proof.wall_px_per_camera_px = f64::INFINITY;
        let photographs = self.photograph_walls(renderer, shots, None)?;
        let [across, down] = self.scale(renderer.canvas_px());
        for (shot, photograph) in shots.iter().zip(photographs) {
            let wanted = expected(&shot.camera, &self.walls, &all);
            let found: Vec<f64> = wanted
                .iter()
                .filter_map(|one: &Expected| miss_px(&photograph, one))
                .collect();
            proof.lost += wanted.len() - found.len();
            proof.fiducials += found.len();
            proof.fiducials_min = proof.fiducials_min.min(found.len());
            misses.extend(found);
            let ratio = wall_px_per_camera_px(&shot.camera, &self.walls, across.min(down));
            proof.wall_px_per_camera_px = proof.wall_px_per_camera_px.min(ratio);
        }
        (proof.mean_px, proof.p99_px) = mean_and_p99(&mut misses);
        Ok(())
    }
}

/// A pose of the camera: what the stage believes, and what is true.
pub(super) struct Shot {
    pub frame: StageFrame,
    pub camera: Pinhole,
}

/// What the stage believes after the tracked pose has come through the transport.
fn frame_of(
    stage: &Stage,
    (camera, camera_index, bug): (&Camera, usize, Option<Bug>),
    sent: ViconBody,
    character: Option<&Character>,
    transport: &mut Transport<'_>,
) -> Option<StageFrame> {
    let sent = bug.map_or(sent, |bug| bug.in_transport(sent));
    let source_from_body = transport(&sent)?;
    let source = stage.sources().get(camera.tracked.source)?;
    let stage_from_body = source.stage_from_source * source_from_body;
    let stage_from_body = bug.map_or(stage_from_body, |bug| bug.in_stage(camera, stage_from_body));
    let mut frame = StageFrame::default();
    for index in 0..stage.cameras().len() {
        frame.cameras.push(TrackedBody {
            stage_from_body,
            quality: if index == camera_index {
                Quality::Live
            } else {
                Quality::Absent
            },
        });
    }
    if let Some(skeleton) = character.and_then(|c| c.skeleton.as_ref()) {
        let place = Xf::saturating(DQuat::from_rotation_y(0.5), DVec3::new(-0.4, 0.2, -7.5));
        let joints: Vec<_> = skeleton.rest_global().iter().map(|j| place * *j).collect();
        frame.push_human(Quality::Live, &joints, FaceWeights::default());
    }
    Some(frame)
}

/// Draws the canvas of a shot and reads it.
fn canvas_of(renderer: &mut Renderer, shot: &Shot, out: &mut Pictures) -> Result<(), RenderError> {
    let wanted = Wanted {
        canvas: true,
        ..Wanted::default()
    };
    renderer.render(&shot.frame, wanted)?;
    renderer.take_pictures(out)?;
    Ok(())
}

/// How much finer than its real pitch a canvas must be drawn so that a camera pixel sees two wall pixels or more at all of
/// these poses: at least 1, and no more than the adapter's textures hold.
pub fn fine_scale(gpu: &Gpu, stage: &Stage, camera: usize, poses: &[TruthPose]) -> f64 {
    let walls = PhysicalWall::of_stage(stage);
    let Some(camera) = stage.cameras().get(camera) else {
        return 1.0;
    };
    let fewest = poses
        .iter()
        .map(|pose| wall_px_per_camera_px(&pose.pinhole(camera), &walls, 1.0))
        .fold(f64::INFINITY, f64::min);
    let [width, height] = stage.canvas_px().map(f64::from);
    let most = f64::from(gpu.report().texture_side_max_px) / width.max(height);
    // A little more: only some places of the picture are looked at.
    (2.1 / fewest).clamp(1.0, most.max(1.0))
}

/// The fewest wall pixels between the rays of neighbouring camera pixels, over the picture.
fn wall_px_per_camera_px(camera: &Pinhole, walls: &[PhysicalWall], scale: f64) -> f64 {
    let mut fewest = f64::INFINITY;
    let at = |u: f64, v: f64| super::wall::first_met(walls, camera.centre(), camera.ray(u, v));
    for y in (0..camera.size_px[1]).step_by(40) {
        for x in (0..camera.size_px[0]).step_by(40) {
            let (u, v) = (f64::from(x), f64::from(y));
            for other in [at(u + 1.0, v), at(u, v + 1.0)] {
                if let (Some(a), Some(b)) = (at(u, v), other)
                    && (a.wall, a.block) == (b.wall, b.block)
                {
                    let apart = (a.px[0] - b.px[0]).hypot(a.px[1] - b.px[1]);
                    fewest = fewest.min(apart * scale);
                }
            }
        }
    }
    fewest
}

/// The virtual scene seen directly, by a matrix that is made here.
fn draw_directs(renderer: &mut Renderer, shots: &[Shot]) -> Result<Vec<Vec<u8>>, RenderError> {
    shots
        .iter()
        .map(|shot| {
            let camera = shot.camera.without_glass(DIRECT_FACTOR);
            let rows = camera.clip_rows(0.05);
            let clip_from_stage = DMat4::from_cols_array_2d(&rows).transpose();
            let eye = Point::saturating(DVec3::from_array(camera.centre()));
            renderer.draw_direct(&shot.frame, clip_from_stage, eye, camera.size_px)
        })
        .collect()
}
