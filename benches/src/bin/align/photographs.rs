//! One cell: photographs are taken, harmed, read and solved; what was found is written, read and proved.

use crate::Outcome;
use crate::shapes::{self, Glass, Shape};
use cyc_align::{
    CameraAlignment, GreyPicture, LensFreedom, MarkerWall, PointPair, PoseNoise, PoseOff, Sight,
    Tremble, View, align_camera, align_source, find_markers,
};
use cyc_model::{CameraBody, LensSpec, Point, Source, Stage as StageSpace, Xf};
use cyc_renderer::Gpu;
use cyc_renderer::proof::{
    Photograph, Proof, ProofOptions, TruthPose, ViconBody, fine_scale, photograph_pattern, prove,
};
use cyc_stage::{Camera, MarkerGrid, Stage, TestPattern};
use glam::{DMat3, DQuat, DVec2, DVec3};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;

/// What is photographed.
#[derive(Clone, Copy)]
pub struct Cell {
    pub shape: Shape,
    pub glass: Glass,
    /// Whether tracker and measured points have noise.
    pub trembles: bool,
    pub seed: u64,
}

/// What came out.
pub struct Measured {
    pub corners: usize,
    pub corner_rms_px: f64,
    pub rms_px: f64,
    pub pupil_mm: f64,
    pub turn_deg: f64,
    pub picture_px: f64,
    /// How far the source was from where the four points have it, and from where it is in the end.
    pub source_off: [PoseOff; 2],
    pub proof: Proof,
    /// With a tracker that trembles: the proof when the source is believed as the four points have it, and the proof of the true
    /// values when the poses that are sent tremble as the views' did.
    pub parts: Option<[Proof; 2]>,
}

impl Measured {
    /// Whether all that is promised holds.
    pub fn holds(&self) -> bool {
        self.pupil_mm <= 1.0
            && self.turn_deg <= 0.02
            && self.picture_px <= 0.3
            && self.proof.holds()
    }
}

/// Views from here on.
const PLACES: usize = 10;
/// Noise of a picture, of its range; its blur, pixels.
const PICTURE_NOISE: f64 = 0.01;
const BLUR_PX: f64 = 0.7;
/// A tracker's noise: metres, radians.
const BODY_NOISE: (f64, f64) = (0.000_1, 0.000_035);
/// Noise of points that somebody measured, metres.
const POINT_NOISE_M: f64 = 0.000_2;

/// Nearly normal, with a deviation of 1.
fn normal(random: &mut ChaCha8Rng) -> f64 {
    (0..12).map(|_| random.random_range(-0.5..0.5)).sum()
}

fn vector(random: &mut ChaCha8Rng, size: f64) -> DVec3 {
    DVec3::new(normal(random), normal(random), normal(random)) * size
}

fn stands() -> Vec<TruthPose> {
    let stand = |nth: usize| {
        let t = nth as f64 / PLACES as f64 * std::f64::consts::TAU;
        TruthPose {
            position_m: [
                1.2 * t.sin(),
                1.6 + 0.4 * (2.0 * t).cos(),
                1.0 * t.cos() - 0.6,
            ],
            pan_deg: -16.0 * t.sin(),
            tilt_deg: 6.0 + 6.0 * (2.0 * t).sin(),
            roll_deg: 34.0 * (3.0 * t + 0.4).sin(),
        }
    };
    (0..PLACES).map(stand).collect()
}

/// A body as Vicon sends it: Z up, millimetres, angles about moving axes.
fn body_of(sent: &ViconBody) -> (DVec3, DQuat) {
    let [x, y, z] = sent.t_mm;
    let [a, b, c] = sent.euler_rad;
    let turn = DMat3::from_rotation_x(a) * DMat3::from_rotation_y(b) * DMat3::from_rotation_z(c);
    let from_vicon = DMat3::from_cols(DVec3::X, DVec3::NEG_Z, DVec3::Y);
    let turn = from_vicon * turn * from_vicon.transpose();
    (DVec3::new(x, z, -y) * 1e-3, DQuat::from_mat3(&turn))
}

/// Blur, noise and eight bits.
fn taken(photograph: &Photograph, random: &mut ChaCha8Rng) -> Outcome<GreyPicture> {
    let [width, height] = photograph.size_px.map(|px| px as usize);
    let rgba = photograph.to_rgba();
    let sharp: Vec<f64> = rgba
        .chunks_exact(4)
        .map(|p| f64::from(p[1]) / 255.0)
        .collect();
    let weight = |k: i64| (-0.5 * (k as f64 / BLUR_PX).powi(2)).exp();
    let sum: f64 = (-2..=2).map(weight).sum();
    let pass = |from: &[f64], across: bool| -> Vec<f64> {
        let at = |x: i64, y: i64| {
            let (x, y) = (x.clamp(0, width as i64 - 1), y.clamp(0, height as i64 - 1));
            from[y as usize * width + x as usize]
        };
        let pixel = |nth: usize| {
            let (x, y) = ((nth % width) as i64, (nth / width) as i64);
            let each =
                (-2..=2).map(|k| weight(k) * if across { at(x + k, y) } else { at(x, y + k) });
            each.sum::<f64>() / sum
        };
        (0..width * height).map(pixel).collect()
    };
    let blurred = pass(&pass(&sharp, true), false);
    let code = |v: &f64| {
        let noisy = v + normal(random) * PICTURE_NOISE;
        ((noisy * 255.0).round().clamp(0.0, 255.0) / 255.0) as f32
    };
    let values = blurred.iter().map(code).collect();
    Ok(GreyPicture::new(photograph.size_px, values)?)
}

fn sights(stage: &Stage, picture: &GreyPicture) -> Outcome<Vec<Sight>> {
    let grids: Vec<MarkerGrid> = stage.walls().iter().map(MarkerGrid::of).collect();
    let wall = |(index, grid): (usize, &MarkerGrid)| MarkerWall {
        wall: index as u32,
        columns: grid.columns,
        rows: grid.rows,
    };
    let walls: Vec<MarkerWall> = grids.iter().enumerate().map(wall).collect();
    let found = find_markers(picture, &walls)?;
    let sight = |seen: &cyc_align::MarkerSight| {
        let index = seen.wall as usize;
        let wall = &stage.walls()[index];
        let [width, height] = wall.size_px().map(f64::from);
        let st = grids[index].corner_px(seen.corner) / DVec2::new(width, height);
        Sight {
            stage: wall.point_of_st(st),
            image_px: seen.image_px,
        }
    };
    Ok(found.sights.iter().map(sight).collect())
}

fn source(truth: &Stage, noise: f64, random: &mut ChaCha8Rng) -> Outcome<Xf<StageSpace, Source>> {
    let place = truth.sources()[0].stage_from_source;
    let (turn, shift) = (
        DMat3::from_quat(place.rotation()),
        place.translation().metres(),
    );
    let points = [
        [0.1, 0.2, 0.0],
        [2.0, 0.1, 0.3],
        [-1.5, 1.8, 1.0],
        [0.4, 2.4, -1.9],
    ];
    let pair = |at: [f64; 3]| {
        let at = DVec3::from_array(at);
        PointPair {
            source: Point::saturating(at),
            stage: Point::saturating(turn * at + shift + vector(random, POINT_NOISE_M * noise)),
        }
    };
    Ok(align_source(&points.map(pair))?.stage_from_source)
}

/// Measures a cell.
pub fn measure(gpu: &Gpu, cell: Cell) -> Outcome<Measured> {
    let truth = Arc::new(shapes::stage(cell.shape, cell.glass));
    let mut random = ChaCha8Rng::seed_from_u64(cell.seed);
    let noise = if cell.trembles { 1.0 } else { 0.0 };
    let stage_from_source = source(&truth, noise, &mut random)?;
    let poses = stands();
    let photographs = photograph_pattern(gpu, &truth, 0, &poses, TestPattern::Markers)?;
    let camera = &truth.cameras()[0];
    let (mut views, mut squares, mut corners) = (Vec::new(), 0.0, 0usize);
    for (view, pose) in photographs.iter().zip(&poses) {
        let seen = sights(&truth, &taken(&view.photograph, &mut random)?)?;
        for sight in &seen {
            if let Some([u, v]) = pose.sees(camera, sight.stage.metres().to_array()) {
                squares += sight.image_px.distance_squared(DVec2::new(u, v));
                corners += 1;
            }
        }
        let (place, turn) = body_of(&view.body);
        let shaken = DQuat::from_scaled_axis(vector(&mut random, BODY_NOISE.1 * noise));
        let body: Xf<Source, CameraBody> = Xf::saturating(
            shaken * turn,
            place + vector(&mut random, BODY_NOISE.0 * noise),
        );
        views.push(View {
            stage_from_body: stage_from_source * body,
            sights: seen,
        });
    }
    let tremble = Tremble {
        body: PoseNoise {
            place_m: BODY_NOISE.0,
            turn_rad: BODY_NOISE.1,
        },
        ..Tremble::default()
    };
    let find = |tremble| found(&views, cell.shape, stage_from_source, (camera, tremble));
    let (answer, source, found) = find(tremble)?;
    let (pupil_mm, turn_deg, picture_px) = errors(&found, &truth, &poses);
    let true_source = truth.sources()[0].stage_from_source;
    let parts = if cell.trembles {
        let (.., held) = find(Tremble {
            source: None,
            ..tremble
        })?;
        let held = proof(gpu, &held, &truth, None)?;
        let own = proof(gpu, &truth, &truth, Some(&mut random))?;
        Some([held, own])
    } else {
        None
    };
    Ok(Measured {
        corners,
        corner_rms_px: (squares / corners.max(1) as f64).sqrt(),
        rms_px: answer.rms_px,
        pupil_mm,
        turn_deg,
        picture_px,
        source_off: [stage_from_source, source].map(|s| off(s, true_source)),
        proof: proof(gpu, &found, &truth, None)?,
        parts,
    })
}

/// The answer, where the source is by it, and the stage that says so.
fn found(
    views: &[View],
    shape: Shape,
    source: Xf<StageSpace, Source>,
    (camera, tremble): (&Camera, Tremble),
) -> Outcome<(CameraAlignment, Xf<StageSpace, Source>, Stage)> {
    let spec = camera.lens.spec();
    let written = LensSpec::pinhole(
        spec.sensor_width_m,
        spec.sensor_height_m,
        spec.focal_length_m * 1.06,
    );
    let asked = (LensFreedom::Full, tremble);
    let answer = align_camera(views, camera.picture_px, &written, asked)?;
    let source = answer.source_shift.map_or(source, |shift| shift * source);
    let stage = stage_with(shape, source, &answer)?;
    Ok((answer, source, stage))
}

/// How far a source is off, seen from the middle of the stage.
fn off(source: Xf<StageSpace, Source>, truth: Xf<StageSpace, Source>) -> PoseOff {
    let between = source.rotation() * truth.rotation().conjugate();
    let middle = DVec3::new(0.0, 1.6, -0.6);
    let back = truth.rotation().conjugate() * (middle - truth.translation().metres());
    let there = source.rotation() * back + source.translation().metres();
    PoseOff {
        place_mm: (there - middle).length() * 1e3,
        turn_deg: (2.0 * between.xyz().length()).to_degrees(),
    }
}

/// The stage file as it is after `--write`, read again.
fn stage_with(
    shape: Shape,
    source: Xf<StageSpace, Source>,
    answer: &CameraAlignment,
) -> Outcome<Stage> {
    let (pupil, lens) = (answer.body_from_pupil, &answer.lens);
    let mm = |m: f64| m * 1e3;
    let text = format!(
        "{}\n[[source]]\nname = \"vicon\"\nurl = \"vicon-udp://127.0.0.1:51001\"\nposition_m = {:?}\n\
         rotation_xyzw = {:?}\n[[camera]]\nname = \"A\"\nsource = \"vicon\"\nsubject = \"FilmCamera\"\n\
         pupil_m = {:?}\npupil_rotation_xyzw = {:?}\npicture_px = [1280, 720]\n\
         inner = {{ overscan = 1.15, feather = 0.05, resolution_scale = 2.0 }}\n\
         lens = {{ sensor_mm = [36.0, 20.25], focal_length_mm = {:?}, principal_point_mm = {:?}, \
         radial = {:?}, tangential = {:?} }}\n",
        shape.head(),
        source.translation().metres().to_array(),
        source.rotation().to_array(),
        pupil.translation().metres().to_array(),
        pupil.rotation().to_array(),
        mm(lens.focal_length_m),
        lens.principal_point_m.map(mm),
        lens.radial,
        lens.tangential,
    );
    let mut files = |_: &str| Ok(shapes::wave().into_bytes());
    Ok(Stage::from_toml_with(&text, &mut files)?)
}

/// Millimetres, degrees, and pixels at worst over the picture, at the places of the photographs.
fn errors(found: &Stage, truth: &Stage, poses: &[TruthPose]) -> (f64, f64, f64) {
    let (a, b): (&Camera, &Camera) = (&found.cameras()[0], &truth.cameras()[0]);
    let far = a.body_from_pupil.translation().metres() - b.body_from_pupil.translation().metres();
    let (p, q) = (a.body_from_pupil.rotation(), b.body_from_pupil.rotation());
    let turned = DMat3::from_quat(p).transpose() * DMat3::from_quat(q);
    // The sine of the angle: cosines of small angles say little.
    let sine = DVec3::new(
        turned.y_axis.z - turned.z_axis.y,
        turned.z_axis.x - turned.x_axis.z,
        turned.x_axis.y - turned.y_axis.x,
    )
    .length()
        / 2.0;
    let mut worst_px = 0.0f64;
    for (pose, wall) in poses
        .iter()
        .flat_map(|p| truth.walls().iter().map(move |w| (p, w)))
    {
        for nth in 0..400u32 {
            let st = DVec2::new(f64::from(nth % 20) + 0.5, f64::from(nth / 20) + 0.5) / 20.0;
            let at = wall.point_of_st(st).metres().to_array();
            if let (Some(x), Some(y)) = (pose.sees(a, at), pose.sees(b, at))
                && (0.0..1280.0).contains(&y[0])
                && (0.0..720.0).contains(&y[1])
            {
                worst_px = worst_px.max((x[0] - y[0]).hypot(x[1] - y[1]));
            }
        }
    }
    (far.length() * 1e3, sine.asin().to_degrees(), worst_px)
}

/// The proof from fiducials; with `shaken` the poses that are sent tremble.
fn proof(
    gpu: &Gpu,
    found: &Stage,
    truth: &Arc<Stage>,
    mut shaken: Option<&mut ChaCha8Rng>,
) -> Outcome<Proof> {
    let poses = TruthPose::STANDARD.to_vec();
    let options = ProofOptions {
        fine_scale: fine_scale(gpu, truth, 0, &poses),
        poses,
        pictures: false,
        truth: Some(Arc::clone(truth)),
        ..ProofOptions::default()
    };
    let carry = &mut |sent: &ViconBody| {
        let (mut place, mut turn) = body_of(sent);
        if let Some(random) = shaken.as_deref_mut() {
            turn = DQuat::from_scaled_axis(vector(random, BODY_NOISE.1)) * turn;
            place += vector(random, BODY_NOISE.0);
        }
        Xf::new(turn, place)
    };
    Ok(prove(gpu, found, None, &options, carry)?)
}
