//! The proof itself: draw, photograph, compare.

use super::fiducial::{Expected, expected, mean_and_p99, miss_px};
use super::photograph::{Lit, Photograph};
use super::pinhole::Pinhole;
use super::wall::PhysicalWall;
use super::{Bug, ProofError, Transport, TruthPose};
use crate::scene::fiducials;
use crate::{Gpu, Layers, Pictures, RenderError, RenderSettings, Renderer, Wanted};
use cyc_character::Character;
use cyc_model::{FaceWeights, Point, Quality, StageFrame, TrackedBody, Xf};
use cyc_stage::{Camera, SceneKind, Stage};
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
}

impl Default for ProofOptions {
    fn default() -> Self {
        Self {
            camera: 0,
            poses: TruthPose::STANDARD.to_vec(),
            fine_scale: 2.0,
            pictures: true,
            bug: None,
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
const DIRECT_FACTOR: u32 = 2;

/// Rays a pixel, in each direction.
const RAYS: u32 = 2;

/// Pixels at the walls' edges that are not compared.
const EDGE_PX: usize = 4;

/// Makes the proof for one camera of a stage, with the test pattern as its world.
pub fn prove(
    gpu: &Gpu,
    stage: &Stage,
    character: Option<Arc<Character>>,
    options: &ProofOptions,
    transport: &mut Transport<'_>,
) -> Result<Proof, ProofError> {
    let camera = stage.cameras().get(options.camera);
    let camera = camera.ok_or(ProofError::NoCamera {
        camera: options.camera,
    })?;
    if !camera.inner.on {
        return Err(ProofError::InnerOff {
            camera: camera.name.clone(),
        });
    }
    let mut shots = Vec::with_capacity(options.poses.len());
    for (index, pose) in options.poses.iter().enumerate() {
        let frame = frame_of(
            stage,
            camera,
            pose,
            options,
            character.as_deref(),
            transport,
        )
        .ok_or(ProofError::PoseLost { pose: index })?;
        shots.push(Shot {
            frame,
            camera: pose.pinhole(camera),
        });
    }
    let stage = stage.with_scene(SceneKind::TestPattern);
    let walls = PhysicalWall::of_stage(&stage);
    let mut proof = Proof {
        wall_px_per_camera_px: f64::INFINITY,
        ..Proof::default()
    };
    let build = |canvas_scale: f64| {
        let settings = RenderSettings {
            canvas_scale,
            sky_px: 64,
            camera_px: [16, 16],
            wide_px: [16, 16],
            ..RenderSettings::default()
        };
        Renderer::new(gpu, &stage, std::slice::from_ref(&character), settings)
    };
    let mut fine = build(options.fine_scale)?;
    fine.set_layers(Layers::FIDUCIALS);
    measure_fiducials(&mut fine, &shots, &walls, options.fine_scale, &mut proof)?;
    if options.pictures {
        fine.set_layers(Layers::ALL);
        let directs = draw_directs(&mut fine, &shots)?;
        let fines = photograph_walls(&mut fine, &shots, &walls, options.fine_scale)?;
        drop(fine);
        let mut real = build(1.0)?;
        let reals = photograph_walls(&mut real, &shots, &walls, 1.0)?;
        compare(&shots, &walls, &directs, fines, reals, &mut proof);
    }
    Ok(proof)
}

struct Shot {
    frame: StageFrame,
    camera: Pinhole,
}

/// What the stage believes after the tracked pose has come through the transport.
fn frame_of(
    stage: &Stage,
    camera: &Camera,
    pose: &TruthPose,
    options: &ProofOptions,
    character: Option<&Character>,
    transport: &mut Transport<'_>,
) -> Option<StageFrame> {
    let sent = pose.vicon_body(stage, camera)?;
    let sent = options.bug.map_or(sent, |bug| bug.in_transport(sent));
    let source_from_body = transport(&sent)?;
    let source = stage.sources().get(camera.tracked.source)?;
    let stage_from_body = source.stage_from_source * source_from_body;
    let stage_from_body = options
        .bug
        .map_or(stage_from_body, |bug| bug.in_stage(camera, stage_from_body));
    let mut frame = StageFrame::default();
    for index in 0..stage.cameras().len() {
        frame.cameras.push(TrackedBody {
            stage_from_body,
            quality: if index == options.camera {
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

fn photograph_walls(
    renderer: &mut Renderer,
    shots: &[Shot],
    walls: &[PhysicalWall],
    scale: f64,
) -> Result<Vec<Photograph>, RenderError> {
    let mut pictures = Pictures::default();
    let mut photographs = Vec::with_capacity(shots.len());
    for shot in shots {
        canvas_of(renderer, shot, &mut pictures)?;
        let canvas = Lit::new(&pictures.canvas, pictures.canvas_px);
        photographs.push(Photograph::of_walls(
            &shot.camera,
            walls,
            &canvas,
            scale,
            RAYS,
        ));
    }
    Ok(photographs)
}

fn measure_fiducials(
    renderer: &mut Renderer,
    shots: &[Shot],
    walls: &[PhysicalWall],
    scale: f64,
    proof: &mut Proof,
) -> Result<(), RenderError> {
    let all = fiducials();
    let mut misses = Vec::new();
    proof.fiducials_min = usize::MAX;
    for (shot, photograph) in shots
        .iter()
        .zip(photograph_walls(renderer, shots, walls, scale)?)
    {
        let wanted = expected(&shot.camera, walls, &all);
        let found: Vec<f64> = wanted
            .iter()
            .filter_map(|one: &Expected| miss_px(&photograph, one))
            .collect();
        proof.lost += wanted.len() - found.len();
        proof.fiducials += found.len();
        proof.fiducials_min = proof.fiducials_min.min(found.len());
        misses.extend(found);
        let ratio = wall_px_per_camera_px(&shot.camera, walls, scale);
        proof.wall_px_per_camera_px = proof.wall_px_per_camera_px.min(ratio);
    }
    (proof.mean_px, proof.p99_px) = mean_and_p99(&mut misses);
    Ok(())
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
                    && a.wall == b.wall
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
            let camera = shot.camera.finer(DIRECT_FACTOR);
            let rows = camera.clip_rows(0.05);
            let clip_from_stage = DMat4::from_cols_array_2d(&rows).transpose();
            let eye = Point::saturating(DVec3::from_array(camera.centre()));
            renderer.draw_direct(&shot.frame, clip_from_stage, eye, camera.size_px)
        })
        .collect()
}

fn compare(
    shots: &[Shot],
    walls: &[PhysicalWall],
    directs: &[Vec<u8>],
    fines: Vec<Photograph>,
    reals: Vec<Photograph>,
    proof: &mut Proof,
) {
    let worst = |before: Option<f64>, now: Option<f64>| match (before, now) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    let through = fines.into_iter().zip(reals);
    for ((shot, direct), (fine, real)) in shots.iter().zip(directs).zip(through) {
        let size_px = shot.camera.finer(DIRECT_FACTOR).size_px;
        let lit = Lit::new(direct, size_px);
        let seen = Photograph::of_picture(&lit, DIRECT_FACTOR);
        let ideal = ideal_photograph(&shot.camera, walls, &lit);
        proof.psnr_db = worst(proof.psnr_db, fine.psnr_db(&seen, EDGE_PX));
        proof.psnr_real_db = worst(proof.psnr_real_db, real.psnr_db(&seen, EDGE_PX));
        proof.psnr_ideal_db = worst(proof.psnr_ideal_db, real.psnr_db(&ideal, EDGE_PX));
        proof.pictures.get_or_insert(ProofPictures {
            through_wall: real,
            through_fine_wall: fine,
            direct: seen,
        });
    }
}

/// The best photograph that a wall of this pixel grid allows: each wall pixel shows what the direct picture has where
/// that pixel is seen, without any error of geometry.
fn ideal_photograph(camera: &Pinhole, walls: &[PhysicalWall], direct: &Lit<'_>) -> Photograph {
    let fine = camera.finer(DIRECT_FACTOR);
    let [width, height] = fine.size_px.map(f64::from);
    let origin = camera.centre();
    let shown = |wall: &PhysicalWall, x: f64, y: f64| {
        let rect = wall.canvas_rect();
        let centre = [
            x.clamp(rect[0] + 0.5, rect[2] - 0.5),
            y.clamp(rect[1] + 0.5, rect[3] - 0.5),
        ];
        let (at, _) = fine.project(wall.point(centre))?;
        // Wall pixels just outside the picture are needed to filter its border, but not known.
        let known = at[0] > 0.0 && at[1] > 0.0 && at[0] < width && at[1] < height;
        known.then(|| direct.between(at, [0.0, 0.0, width, height]))
    };
    Photograph::by_rays(camera, RAYS, |ray| {
        let place = super::wall::first_met(walls, origin, ray)?;
        let wall = walls.get(place.wall)?;
        let [x, y] = place.px.map(|c| c - 0.5);
        let (x0, y0) = (x.floor(), y.floor());
        let (fx, fy) = ((x - x0) as f32, (y - y0) as f32);
        let mut sum = [0.0f32; 3];
        for (dx, dy, weight) in [
            (0.0, 0.0, (1.0 - fx) * (1.0 - fy)),
            (1.0, 0.0, fx * (1.0 - fy)),
            (0.0, 1.0, (1.0 - fx) * fy),
            (1.0, 1.0, fx * fy),
        ] {
            let color = shown(wall, x0 + dx + 0.5, y0 + dy + 0.5)?;
            for (s, c) in sum.iter_mut().zip(color) {
                *s += c * weight;
            }
        }
        Some(sum)
    })
}
