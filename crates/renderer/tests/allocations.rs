//! A running renderer allocates the same small amount for every frame: what is allocated is wgpu's, not the plan's.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

mod adapter;

use cyc_allocation::{CountingAllocator, allocations};
use cyc_character::{LoadOptions, load};
use cyc_model::{FaceShape, FaceWeights, HostNs, Pupil, Quality, StageFrame, TrackedBody, Xf};
use cyc_renderer::{RenderSettings, Renderer, Wanted};
use cyc_stage::Stage;
use glam::{DQuat, DVec3};
use std::path::Path;
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn file(path: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read(root.join(path)).unwrap()
}

/// Pictures so small that only the processor has work.
const SMALL: RenderSettings = RenderSettings {
    canvas_scale: 0.1,
    samples: 1,
    camera_px: [64, 36],
    wide_px: [64, 36],
    human_shadow_px: 64,
    sky_px: 32,
};

#[test]
fn a_frame_allocates_no_more_for_more_cabinets() {
    let Some(gpu) = adapter::gpu() else { return };
    let stage = String::from_utf8(file("rigs/stages/demo.toml")).unwrap();
    let stage = Stage::from_toml(&stage).unwrap();
    let mut renderer = Renderer::new(&gpu, &stage, &[], SMALL).unwrap();
    let mut frame = StageFrame::default();
    let mut counts = Vec::new();
    for nth in 0..12 {
        // From the wall's middle, where many cabinets are seen, to its end, where few are.
        let rotation = DQuat::from_rotation_y(f64::from(nth) * 0.11);
        let pupil: Xf<cyc_model::Stage, Pupil> = Xf::saturating(rotation, DVec3::Y * 1.5);
        let body = pupil * stage.cameras()[0].body_from_pupil.inverse();
        frame.cameras.clear();
        frame.cameras.push(TrackedBody {
            stage_from_body: body.relabel(),
            quality: Quality::Live,
        });
        let before = allocations();
        let report = renderer.render(&frame, Wanted::default()).unwrap();
        counts.push((report.patches_drawn, allocations() - before));
        gpu.wait().unwrap();
    }
    println!("cabinets drawn and allocations: {counts:?}");
    // After the first frames only wgpu allocates: once a write, a pass or a draw, whatever the plan had to decide.
    let warm = &counts[4..];
    let most = warm.iter().map(|c| c.1).max().unwrap();
    let fewest = warm.iter().map(|c| c.1).min().unwrap();
    assert!(most <= 400 && most - fewest <= 40, "{counts:?}");
}

/// Four walls, an outer eye that goes after the first of two cameras, a human who moves and speaks: whatever a frame of a show
/// asks of the plan, it finds its memory ready. Whose each allocation is, the bench of the walls asks: to ask takes a minute.
#[test]
fn a_frame_in_which_all_moves_allocates_like_the_one_before() {
    let Some(gpu) = adapter::gpu() else { return };
    let text = String::from_utf8(file("benches/src/bin/walls/four_walls.toml")).unwrap();
    let follow = "\n[outer.follow]\ncamera = \"A\"\n\n[[wall]]";
    let stage = Stage::from_toml(&text.replacen("\n[[wall]]", follow, 1)).unwrap();
    assert!(stage.outer_follow().is_some() && stage.cameras().len() == 2);
    let human = load(&file("assets/human/human.glb"), &LoadOptions::default()).unwrap();
    let human = Arc::new(human);
    let rest = human.skeleton.as_ref().unwrap().rest_global();
    let mut renderer = Renderer::new(&gpu, &stage, &[Some(human.clone())], SMALL).unwrap();
    let mut frame = StageFrame::default();
    let fill = |frame: &mut StageFrame, nth: u64| {
        let t = nth as f64 / 24.0;
        frame.clear();
        frame.number = nth;
        frame.due = HostNs(1 + nth as i64 * 41_666_667);
        for (index, camera) in stage.cameras().iter().enumerate() {
            let rotation = DQuat::from_rotation_y(0.3 * index as f64 + 0.2 * t.sin());
            let place = DVec3::new(index as f64 + 0.5 * t, 1.5, 1.0);
            let pupil: Xf<cyc_model::Stage, Pupil> = Xf::saturating(rotation, place);
            frame.cameras.push(TrackedBody {
                stage_from_body: (pupil * camera.body_from_pupil.inverse()).relabel(),
                quality: Quality::Live,
            });
        }
        let turned = Xf::saturating(DQuat::from_rotation_y(t), DVec3::new(0.0, 0.0, -7.0));
        let joints: Vec<_> = rest.iter().map(|joint| turned * *joint).collect();
        let mut face = FaceWeights::default();
        face.set(FaceShape::JawOpen, (0.5 + 0.5 * t.sin()) as f32);
        frame.push_human(Quality::Live, &joints, face);
    };
    // Until the eye, which lags behind, is under way, and wgpu has what it keeps.
    const WARM_UP: u64 = 8;
    let mut counts = Vec::new();
    let mut eye = renderer.outer_eye();
    for nth in 0..24 {
        fill(&mut frame, nth);
        let before = allocations();
        let report = renderer.render(&frame, Wanted::default()).unwrap();
        counts.push(allocations() - before);
        gpu.wait().unwrap();
        // The frame did what costs most: the eye went on, and every facet of the outer view was drawn.
        let moved_m = renderer.outer_eye().distance_m(eye);
        assert!(nth < WARM_UP || moved_m > 1e-3 && report.facets_drawn > 3);
        eye = renderer.outer_eye();
    }
    println!("allocations: {counts:?}");
    // The same passes and draws: the same allocations, but for what wgpu does now and then.
    let warm = &counts[WARM_UP as usize..];
    let most = warm.iter().max().unwrap();
    let fewest = warm.iter().min().unwrap();
    assert!(*most <= 650 && most - fewest <= 16, "{counts:?}");
}
