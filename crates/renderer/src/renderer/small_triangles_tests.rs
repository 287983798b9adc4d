//! Small triangles are lit by what is seen; the picture must be the one in which they are drawn one by one.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

use super::{DirectView, Renderer};
use crate::gpu::{Gpu, tests::gpu};
use crate::settings::RenderSettings;
use crate::world::Layers;
use cyc_character::{AlphaMode, Character, LoadOptions, load};
use cyc_model::{
    FaceWeights, JointFrame, ModelSpace, Pupil, Quality, Stage as StageSpace, StageFrame, Xf,
};
use cyc_stage::{Frustum, Stage, Tangents};
use glam::{DQuat, DVec3};
use std::sync::Arc;

const SIZE_PX: [u32; 2] = [320, 240];
const DISTANCE_M: f64 = 3.5;

const STAGE: &str = r#"
name = "small triangles"
[environment]
sun_azimuth_deg = -40.0
sun_elevation_deg = 30.0
haze = 0.02
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
"#;

fn child() -> Character {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/bodies/child.glb");
    load(&std::fs::read(path).unwrap(), &LoadOptions::default()).unwrap()
}

/// One who bends, an arm before her body, and one beside her who stands as at rest.
fn frame(character: &Character) -> StageFrame {
    let skeleton = character.skeleton.as_ref().unwrap();
    let joints = skeleton.joints().iter().enumerate();
    let locals: Vec<_> = joints
        .map(|(nth, joint)| {
            let turn = DQuat::from_rotation_y(0.25 * (1.3 * nth as f64).sin());
            let rest = joint.parent_from_joint;
            Xf::saturating(rest.rotation() * turn, rest.translation().metres())
        })
        .collect();
    let mut bent = vec![Xf::<ModelSpace, JointFrame>::IDENTITY; skeleton.len()];
    skeleton.globals_from_locals(&locals, &mut bent);
    let mut frame = StageFrame::default();
    for (x_m, pose) in [(-0.3, bent.as_slice()), (0.35, skeleton.rest_global())] {
        let place = Xf::<StageSpace, ModelSpace>::saturating(
            DQuat::from_rotation_y(0.6 * x_m),
            DVec3::new(x_m, 0.0, -0.4 * x_m),
        );
        let joints: Vec<_> = pose.iter().map(|joint| place * *joint).collect();
        frame.push_human(Quality::Live, &joints, FaceWeights::default());
    }
    frame
}

/// Two of a kind before nothing, seen from a distance.
struct Shown {
    renderer: Renderer,
    view: DirectView,
    frame: StageFrame,
}

impl Shown {
    /// `finer`: drawn with so many times the pixels in each direction.
    fn new(
        gpu: &Gpu,
        character: Character,
        samples: u32,
        (one_by_one, finer): (bool, u32),
    ) -> Self {
        let settings = RenderSettings {
            samples,
            camera_px: [16, 16],
            wide_px: [16, 16],
            human_shadow_px: 512,
            sky_px: 64,
            ..RenderSettings::default()
        };
        let character = Arc::new(character);
        let two = [Some(character.clone()), Some(character.clone())];
        let stage = Stage::from_toml(STAGE).unwrap();
        let mut renderer = Renderer::new(gpu, &stage, &two, settings).unwrap();
        renderer.set_layers(Layers {
            set: false,
            sky: false,
            humans: true,
            fiducials: false,
        });
        if one_by_one {
            renderer.world.draw_one_by_one();
        }
        Self {
            view: renderer.direct_view(SIZE_PX.map(|px| px * finer)).unwrap(),
            frame: frame(&character),
            renderer,
        }
    }

    /// Red, green, blue and one of each pixel.
    fn light(&mut self) -> Vec<[f32; 4]> {
        let eye = DVec3::new(0.4, 1.0, DISTANCE_M);
        let pose: Xf<StageSpace, Pupil> = Xf::saturating(DQuat::from_rotation_x(-0.1), eye);
        let up = 0.7 / DISTANCE_M;
        let aside = up * f64::from(SIZE_PX[0]) / f64::from(SIZE_PX[1]);
        let tangents = Tangents::new([-aside, aside, -up, up]);
        let frustum = Frustum::inner(pose, tangents, 1.0, 0.05).unwrap();
        let matrix = frustum.clip_from_stage();
        let (renderer, view) = (&mut self.renderer, &self.view);
        renderer
            .draw_view(view, &self.frame, matrix, frustum.eye())
            .unwrap();
        let light = renderer.read_view_light(view).unwrap();
        let pixels = light.chunks_exact(4);
        pixels
            .map(|p| [0, 1, 2, 3].map(|c| p[c].to_f32()))
            .collect()
    }
}

/// How two pictures differ.
#[derive(Debug)]
struct Difference {
    /// Pixels that only one of them shows something in.
    alone: usize,
    /// Pixels that both show something in.
    both: usize,
    /// Mean and 99 % of the differences there, as a part of the mean light.
    mean: f32,
    p99: f32,
}

fn difference(a: &[[f32; 4]], b: &[[f32; 4]]) -> Difference {
    let sum = |p: &[f32; 4]| p[0] + p[1] + p[2];
    let is_shown = |p: &[f32; 4]| sum(p) > 0.0;
    let mut apart: Vec<f32> = Vec::new();
    let (mut alone, mut light) = (0, 0.0);
    for (a, b) in a.iter().zip(b) {
        match (is_shown(a), is_shown(b)) {
            (true, true) => {
                let channels = (0..3).map(|c| (a[c] - b[c]).abs());
                apart.push(channels.fold(0.0, f32::max));
                light += sum(a) / 3.0;
            }
            (false, false) => (),
            _ => alone += 1,
        }
    }
    apart.sort_by(f32::total_cmp);
    let both = apart.len();
    let unit = light / both as f32;
    Difference {
        alone,
        both,
        mean: apart.iter().sum::<f32>() / both as f32 / unit,
        p99: apart[both * 99 / 100] / unit,
    }
}

/// Holes in the picture's alpha, seen from both sides.
fn with_holes(mut character: Character) -> Character {
    for material in &mut character.materials {
        material.alpha = AlphaMode::Mask { cutoff: 0.5 };
        material.double_sided = true;
    }
    for picture in &mut character.pictures {
        let width = picture.width_px as usize;
        for (nth, pixel) in picture.rgba.chunks_exact_mut(4).enumerate() {
            let is_hole = (nth % width / 16 + nth / width / 16).is_multiple_of(3);
            pixel[3] = if is_hole { 0 } else { 255 };
        }
    }
    character
}

/// Each pixel the mean of a square of finer ones.
fn averaged(fine: &[[f32; 4]], finer: u32) -> Vec<[f32; 4]> {
    let [width, height] = SIZE_PX.map(|px| px as usize);
    let finer = finer as usize;
    let pixel = |x: usize, y: usize| {
        let mut sum = [0.0; 4];
        for nth in 0..finer * finer {
            let (dx, dy) = (nth % finer, nth / finer);
            let at = (y * finer + dy) * width * finer + x * finer + dx;
            (0..4).for_each(|c| sum[c] += fine[at][c]);
        }
        sum.map(|light| light / (finer * finer) as f32)
    };
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    places.map(|(x, y)| pixel(x, y)).collect()
}

const HOLES: [bool; 2] = [false, true];

fn character(holes: bool) -> Character {
    match holes {
        true => with_holes(child()),
        false => child(),
    }
}

#[test]
fn with_one_sample_it_is_the_same_picture() {
    let Some(gpu) = gpu() else { return };
    for holes in HOLES {
        let mut seen = Shown::new(&gpu, character(holes), 1, (false, 1));
        let mut one_by_one = Shown::new(&gpu, character(holes), 1, (true, 1));
        let found = seen.light();
        let found = difference(&one_by_one.light(), &found);
        eprintln!("holes {holes}: {found:?}");
        assert!(found.both > 4000, "{found:?}");
        // Nothing is missing at the edges of a part, nothing is cut off by its box.
        assert_eq!(found.alone, 0, "{found:?}");
        assert!(found.mean < 0.003 && found.p99 < 0.03, "{found:?}");
    }
}

/// With several samples, a triangle drawn by itself is lit at the pixel's middle, where it may not be at all: along an outline
/// the two ways differ. The truth is the mean of a picture with sixteen times the pixels, each lit by itself.
#[test]
fn with_four_samples_it_is_nearer_to_the_truth() {
    let Some(gpu) = gpu() else { return };
    for holes in HOLES {
        let mut truth = Shown::new(&gpu, character(holes), 1, (true, 4));
        let mut seen = Shown::new(&gpu, character(holes), 4, (false, 1));
        let mut one_by_one = Shown::new(&gpu, character(holes), 4, (true, 1));
        let truth = averaged(&truth.light(), 4);
        let found = difference(&truth, &seen.light());
        let plain = difference(&truth, &one_by_one.light());
        eprintln!("holes {holes}: {found:?}; one by one {plain:?}");
        assert!(found.both > 4000, "{found:?}");
        assert!(found.alone <= plain.alone, "{found:?}, {plain:?}");
        assert!(found.mean < plain.mean, "{found:?}, {plain:?}");
        assert!(found.p99 < 1.1 * plain.p99, "{found:?}, {plain:?}");
    }
}
