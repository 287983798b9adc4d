//! Frames one after the other: what is left out because it did not change must not be missed, settings of inner frusta
//! do what they say, and a lost device is an error.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

mod adapter;

use adapter::gpu;
use cyc_character::{AlphaMode, Character, LoadOptions, load};
use cyc_model::{FaceWeights, Pupil, Quality, StageFrame, TrackedBody, Xf};
use cyc_renderer::{Gpu, Layers, Pictures, RenderError, RenderSettings, Renderer, Wanted};
use cyc_stage::{ChromaKey, InnerFrustum, KeyMarkers, Overscan, Stage};
use glam::{DQuat, DVec3, EulerRot};
use std::f64::consts::PI;
use std::path::Path;
use std::sync::Arc;

fn file(path: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .join(path),
    )
    .unwrap()
}

fn demo() -> Stage {
    Stage::from_toml(std::str::from_utf8(&file("rigs/stages/demo.toml")).unwrap()).unwrap()
}

fn human() -> Arc<Character> {
    Arc::new(load(&file("assets/human/human.glb"), &LoadOptions::default()).unwrap())
}

const SMALL: RenderSettings = RenderSettings {
    canvas_scale: 0.25,
    samples: 1,
    camera_px: [320, 180],
    wide_px: [320, 180],
    human_shadow_px: 256,
    sky_px: 64,
};

/// Camera and human move with `t`; a negative `t` has no camera.
fn frame(stage: &Stage, character: &Character, t: f64) -> StageFrame {
    let mut frame = StageFrame::default();
    for camera in stage.cameras() {
        let rotation = DQuat::from_euler(EulerRot::YXZ, 0.5 - t, 0.06, 0.02 * t);
        let pupil: Xf<cyc_model::Stage, Pupil> =
            Xf::saturating(rotation, DVec3::new(0.4 + 0.3 * t, 1.5, 0.8));
        frame.cameras.push(TrackedBody {
            stage_from_body: (pupil * camera.body_from_pupil.inverse()).relabel(),
            quality: if t < 0.0 {
                Quality::Absent
            } else {
                Quality::Live
            },
        });
    }
    let place = Xf::saturating(DQuat::IDENTITY, DVec3::new(2.0 * t - 1.0, 0.0, -7.0));
    let rest = character.skeleton.as_ref().unwrap().rest_global();
    let joints: Vec<_> = rest.iter().map(|j| place * *j).collect();
    frame.push_human(Quality::Live, &joints, FaceWeights::default());
    frame
}

const CANVAS: Wanted = Wanted {
    canvas: true,
    camera: None,
    wide: false,
    window_only: false,
};

#[test]
fn what_is_not_drawn_again_is_still_right() {
    let Some(gpu) = gpu() else { return };
    let (stage, human) = (demo(), human());
    let characters = [Some(human.clone())];
    let mut running = Renderer::new(&gpu, &stage, &characters, SMALL).unwrap();
    let mut pictures = Pictures::default();
    let mut drawn = Vec::new();
    // She leaves with her shadow, and comes back with it.
    let all = [0.0, 0.3, 0.35, 0.9].map(|t| (t, true));
    let rest = [(0.9, false), (0.8, false), (-1.0, true), (0.2, true)];
    for (t, is_seen) in all.into_iter().chain(rest) {
        let mut frame = frame(&stage, &human, t);
        if !is_seen {
            frame.humans[0].quality = Quality::Absent;
        }
        let report = running.render(&frame, CANVAS).unwrap();
        drawn.push(report.patches_drawn);
        running.take_pictures(&mut pictures).unwrap();
        let mut fresh = Renderer::new(&gpu, &stage, &characters, SMALL).unwrap();
        fresh.render(&frame, CANVAS).unwrap();
        let mut wanted = Pictures::default();
        fresh.take_pictures(&mut wanted).unwrap();
        let pairs = pictures.canvas.iter().zip(&wanted.canvas);
        let worst = pairs.map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        // Where a soft edge was blended in 8 bits, one step of rounding remains.
        assert!(worst <= 1, "t = {t}: {worst} of 255");
    }
    println!("cabinets drawn: {drawn:?}");
    assert!(drawn[2] < drawn[0] / 2, "{drawn:?}");
}

/// The canvas of a frame after an inner frustum was set.
fn canvas_with(renderer: &mut Renderer, inner: InnerFrustum, frame: &StageFrame) -> Vec<u8> {
    let mut pictures = Pictures::default();
    renderer.set_inner(0, inner);
    renderer.render(frame, CANVAS).unwrap();
    renderer.take_pictures(&mut pictures).unwrap();
    pictures.canvas
}

#[test]
fn inner_frusta_are_keyed_frozen_exposed_and_widened_as_their_settings_say() {
    let Some(gpu) = gpu() else { return };
    let text = String::from_utf8(file("rigs/stages/demo.toml")).unwrap();
    let wide = text.replace("overscan = 1.15", "overscan = \"auto\", overscan_max = 1.6");
    assert_ne!(text, wide);
    let (stage, human) = (demo(), human());
    let now = frame(&stage, &human, 0.2);
    let later = frame(&stage, &human, 0.6);
    let mut renderer = Renderer::new(&gpu, &stage, &[], SMALL).unwrap();
    let usual = stage.cameras()[0].inner;
    let plain = canvas_with(&mut renderer, usual, &now);

    let off = InnerFrustum { on: false, ..usual };
    let outer = canvas_with(&mut renderer, off, &now);
    let changed = |a: &[u8], b: &[u8]| {
        let pairs = a.chunks_exact(4).zip(b.chunks_exact(4));
        pairs.filter(|(a, b)| a != b).count()
    };
    assert!(changed(&plain, &outer) > 10_000);

    // Linear 0.4 is 170 of 255 in sRGB; the crosses are 0.1 of red, 89.
    let key = ChromaKey {
        color: [0.0, 0.4, 0.0],
        markers: Some(KeyMarkers {
            size_m: 0.2,
            spacing_m: 0.8,
            color: [0.1, 0.0, 0.0],
        }),
    };
    let keyed = InnerFrustum {
        key: Some(key),
        ..usual
    };
    let canvas = canvas_with(&mut renderer, keyed, &now);
    // Within what the dither does.
    let near = |p: &[u8], rgb: [u8; 3]| (0..3).all(|i| p[i].abs_diff(rgb[i]) <= 1);
    let count = |rgb: [u8; 3]| canvas.chunks_exact(4).filter(|p| near(p, rgb)).count();
    let (green, red) = (count([0, 170, 0]), count([89, 0, 0]));
    println!("{green} pixels of the key, {red} of its crosses");
    assert!(green > 10_000);
    // Arms of 0.2 m × 25 mm twice less their middle, once in each 0.64 m²: 1.5 %.
    let share = red as f64 / green as f64;
    assert!((0.005..0.03).contains(&share), "{share}");

    // A frozen frustum stays although the camera moves on.
    let frozen = InnerFrustum {
        frozen: true,
        ..usual
    };
    let held = canvas_with(&mut renderer, frozen, &now);
    let still = canvas_with(&mut renderer, frozen, &later);
    assert_eq!(changed(&held, &still), 0);
    let moved = canvas_with(&mut renderer, usual, &later);
    assert!(changed(&held, &moved) > 10_000);

    let dark = InnerFrustum {
        exposure_ev: -2.0,
        ..usual
    };
    let darker = canvas_with(&mut renderer, dark, &now);
    let light = |c: &[u8]| c.iter().map(|v| u64::from(*v)).sum::<u64>();
    assert!(light(&darker) < light(&plain));

    // An automatic frustum of a still camera is as wide as a fixed one, in a larger target of the same pixels.
    let automatic = Stage::from_toml(&wide).unwrap();
    let Overscan::Automatic { least, most } = automatic.cameras()[0].inner.overscan else {
        panic!("not automatic");
    };
    assert_eq!((least, most), (1.15, 1.6));
    let mut renderer = Renderer::new(&gpu, &automatic, &[], SMALL).unwrap();
    let same = canvas_with(&mut renderer, automatic.cameras()[0].inner, &now);
    let apart: u64 = same
        .iter()
        .zip(&plain)
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    let mean = apart as f64 / plain.len() as f64;
    println!("automatic against fixed: mean {mean:.3} of 255");
    assert!(mean < 0.5, "{mean}");
}

/// A flat wall is one view from wherever the eye is: a stage whose eye is fixed there must show the same.
#[test]
fn the_outer_view_is_seen_from_where_its_eye_went() {
    let Some(gpu) = gpu() else { return };
    let fixed = String::from_utf8(file("rigs/stages/flat.toml")).unwrap();
    let follow = "[outer.follow]\ncamera = \"A\"\ntime_s = 0.1\nspeed_m_s = 2.0\n";
    let stage = Stage::from_toml(&format!("{fixed}\n{follow}")).unwrap();
    let (human, rest) = (human(), stage.outer_eye());
    let characters = [Some(human.clone())];
    let outer_alone = InnerFrustum {
        on: false,
        ..stage.cameras()[0].inner
    };
    let renderer_of = |stage: &Stage| {
        let mut renderer = Renderer::new(&gpu, stage, &characters, SMALL).unwrap();
        renderer.set_inner(0, outer_alone);
        renderer
    };
    let mut running = renderer_of(&stage);
    let canvas = |renderer: &mut Renderer, frame: &StageFrame| {
        let mut pictures = Pictures::default();
        let report = renderer.render(frame, CANVAS).unwrap();
        renderer.take_pictures(&mut pictures).unwrap();
        (report.patches_drawn, pictures.canvas)
    };
    let mut places = Vec::new();
    let mut drawn = Vec::new();
    // No camera; it comes and stands, and the eye comes too; the human walks before an eye that stands.
    let t = [-1.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5];
    for (nth, t) in t.into_iter().enumerate() {
        let mut frame = frame(&stage, &human, t);
        frame.due = cyc_model::HostNs(nth as i64 * 200_000_000);
        if nth > 7 {
            let aside: Xf<cyc_model::Stage, cyc_model::Stage> =
                Xf::saturating(DQuat::IDENTITY, DVec3::X * 0.4 * (nth as f64 - 7.0));
            for joint in &mut frame.human_joints {
                *joint = aside * *joint;
            }
        }
        let (patches, shown) = canvas(&mut running, &frame);
        let eye = running.outer_eye();
        places.push(eye);
        drawn.push(patches);
        if [2, 9].contains(&nth) {
            let there = format!("eye_m = {:?}", eye.metres().to_array());
            let text = fixed.replace("eye_m = [0.0, 1.6, 0.0]", &there);
            let (_, wanted) = canvas(&mut renderer_of(&Stage::from_toml(&text).unwrap()), &frame);
            let worst = shown.iter().zip(&wanted).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(worst.unwrap() <= 1, "{nth}: {worst:?} of 255");
        }
    }
    println!("cabinets drawn: {drawn:?}, eye: {places:?}");
    assert_eq!(places[0], rest);
    assert!(places[2].distance_m(places[1]) > 0.2, "{places:?}");
    assert_eq!(places[7], places[9]);
    assert!(places[9].distance_m(rest) > 0.7, "{places:?}");
    assert!(drawn[9] < drawn[2] / 2, "{drawn:?}");

    // Another renderer in its place goes on from there.
    let mut next = renderer_of(&stage);
    next.resume_outer_eye(running.outer_eye());
    let mut lost = frame(&stage, &human, -1.0);
    lost.due = cyc_model::HostNs(2_000_000_000);
    canvas(&mut next, &lost);
    assert_eq!(next.outer_eye(), running.outer_eye());
}

/// A camera that sees a wall of 80 × 45 pixels and nothing else: 16 × 16 pixels of its view lie under each of them.
const COARSE: &str = r#"
name = "coarse"
[environment]
scene = "test-pattern"
[outer]
eye_m = [0.0, 1.6, 0.0]
[[wall]]
name = "w"
kind = "plane"
position_m = [0.0, -0.65, -4.0]
width_m = 8.0
height_m = 4.5
cabinets = [4, 3]
cabinet_px = [20, 15]
canvas_px = [0, 0]
color = { tone_map = "none" }
[[source]]
name = "s"
url = "freed://127.0.0.1:40000"
[[camera]]
name = "A"
source = "s"
subject = "1"
inner = { overscan = 1.0, feather = 0.0 }
lens = { sensor_mm = [36.0, 20.25], focal_length_mm = 18.0 }
"#;

#[test]
fn a_pixel_of_a_coarse_wall_is_the_mean_of_all_that_lies_under_it() {
    let Some(gpu) = gpu() else { return };
    let stage = Stage::from_toml(COARSE).unwrap();
    let full = RenderSettings {
        canvas_scale: 1.0,
        ..SMALL
    };
    let mut renderer = Renderer::new(&gpu, &stage, &[], full).unwrap();
    let pose: Xf<cyc_model::Stage, Pupil> =
        Xf::saturating(DQuat::IDENTITY, DVec3::new(0.0, 1.6, 0.0));
    let frame = StageFrame {
        cameras: vec![TrackedBody {
            stage_from_body: pose.relabel(),
            quality: Quality::Live,
        }],
        ..StageFrame::default()
    };
    renderer.render(&frame, CANVAS).unwrap();
    let light = renderer.read_light().unwrap();
    let tangents = cyc_stage::Tangents::new([-1.0, 1.0, -0.5625, 0.5625]);
    let view = cyc_stage::Frustum::inner(pose, tangents, 1.0, 0.05).unwrap();
    let target = renderer.direct_view([1280, 720]).unwrap();
    let (matrix, eye) = (view.clip_from_stage(), view.eye());
    renderer.draw_view(&target, &frame, matrix, eye).unwrap();
    let direct = renderer.read_view_light(&target).unwrap();
    let (mut worst, mut sum) = (0.0f64, 0.0);
    for at in (1..44).flat_map(|y| (1..79).map(move |x| (x, y))) {
        let block = (0..256).map(|n| ((at.1 * 16 + n / 16) * 1280 + at.0 * 16 + n % 16) * 4 + 1);
        let mean = block.map(|i| direct[i].to_f64()).sum::<f64>() / 256.0;
        let shown = light[(at.1 * 80 + at.0) * 4 + 1].to_f64();
        let off = (shown - mean).abs() / mean.max(0.05);
        (worst, sum) = (worst.max(off), sum + off);
    }
    let usual = sum / (43.0 * 78.0);
    println!("{usual:.5} beside the mean, at worst {worst:.5}");
    // The inner view is a hair wider than the lens, so that its pixels do not lie quite under the wall's. Four looks alone
    // are 0.10 beside it, and 2.8 at worst.
    assert!(usual < 0.01 && worst < 0.2, "{usual} {worst}");
}

#[test]
fn a_lost_device_is_an_error() {
    let Some(gpu) = gpu() else { return };
    let stage = demo();
    let mut renderer = Renderer::new(&gpu, &stage, &[], SMALL).unwrap();
    renderer.render(&StageFrame::default(), CANVAS).unwrap();
    gpu.device().destroy();
    let mut pictures = Pictures::default();
    let first = renderer
        .render(&StageFrame::default(), CANVAS)
        .and_then(|_| renderer.take_pictures(&mut pictures).map(|_| ()));
    let then = renderer.render(&StageFrame::default(), CANVAS).map(|_| ());
    assert!(first.is_err() || then.is_err());
    let _ = gpu.wait();
    assert!(
        matches!(gpu.check(), Err(RenderError::DeviceLost { .. })),
        "{:?}",
        gpu.check()
    );
}

#[test]
fn settings_out_of_range_are_refused() {
    let Some(gpu) = gpu() else { return };
    let build = |settings| Renderer::new(&gpu, &demo(), &[], settings).err();
    let refused = build(RenderSettings {
        samples: 3,
        ..SMALL
    });
    assert!(matches!(refused, Some(RenderError::BadSetting { .. })));
    let refused = build(RenderSettings {
        canvas_scale: 8.0,
        ..SMALL
    });
    assert!(matches!(refused, Some(RenderError::CanvasTooLarge { .. })));
}

/// Only the half of a body that faces +Z, each triangle as its winding says: a shell that is open behind.
fn shell(double_sided: bool, alpha: AlphaMode) -> Character {
    let bytes = file("assets/bodies/child.glb");
    let mut body = load(&bytes, &LoadOptions::default()).unwrap();
    for primitive in &mut body.primitives {
        let at = |index: u32| primitive.positions[index as usize];
        let triangles = primitive.indices.chunks_exact(3);
        let facing = triangles.filter(|t| {
            let side = (at(t[1]) - at(t[0])).cross(at(t[2]) - at(t[0]));
            side.normalize_or_zero().z > 0.2
        });
        primitive.indices = facing.flatten().copied().collect();
    }
    for material in &mut body.materials {
        material.double_sided = double_sided;
        material.alpha = alpha;
    }
    body
}

/// Pixels that a body alone covers, seen from before and from behind.
fn covered(gpu: &Gpu, body: Character) -> [usize; 2] {
    let (stage, body) = (demo(), Arc::new(body));
    let mut renderer = Renderer::new(gpu, &stage, &[Some(body.clone())], SMALL).unwrap();
    renderer.set_layers(Layers {
        set: false,
        sky: false,
        humans: true,
        fiducials: false,
    });
    let rest = body.skeleton.as_ref().unwrap().rest_global();
    let joints = rest.iter().map(|j| Xf::IDENTITY * *j);
    let joints: Vec<Xf<cyc_model::Stage, _>> = joints.collect();
    let mut frame = StageFrame::default();
    frame.push_human(Quality::Live, &joints, FaceWeights::default());
    let tangents = cyc_stage::Tangents::new([-0.8, 0.8, -0.45, 0.45]);
    [(0.0, 2.0), (PI, -2.0)].map(|(turn, z)| {
        let turn = DQuat::from_rotation_y(turn);
        let pose = Xf::saturating(turn, DVec3::new(0.0, 0.6, z));
        let view = cyc_stage::Frustum::inner(pose, tangents, 1.0, 0.05).unwrap();
        let (matrix, eye) = (view.clip_from_stage(), view.eye());
        let picture = renderer.draw_direct(&frame, matrix, eye, [320, 180]);
        let picture = picture.unwrap();
        let pixels = picture.chunks_exact(4);
        pixels.filter(|p| p[..3] != [0; 3]).count()
    })
}

/// glTF: triangles are seen from where they wind counter-clockwise, unless their material is seen from both sides.
#[test]
fn a_surface_is_seen_from_the_sides_that_its_material_says() {
    let Some(gpu) = gpu() else { return };
    let mask = AlphaMode::Mask { cutoff: 0.5 };
    for alpha in [AlphaMode::Opaque, mask, AlphaMode::Blend] {
        let [single, double] = [false, true].map(|both| covered(&gpu, shell(both, alpha)));
        assert!(single[0] > 1500, "{alpha:?}: {single:?}");
        assert_eq!(single[1], 0, "{alpha:?}: its back is seen");
        assert_eq!(double[0], single[0], "{alpha:?}");
        assert!(double[1] > 1500, "{alpha:?}: {double:?}");
    }
    // A cutoff above all that the picture holds leaves nothing.
    let gone = shell(true, AlphaMode::Mask { cutoff: 1.5 });
    assert_eq!(covered(&gpu, gone), [0, 0]);
}
