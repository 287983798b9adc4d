//! A running renderer allocates the same small amount for every frame: what is allocated is wgpu's, not the plan's.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

use cyc_allocation::{CountingAllocator, allocations};
use cyc_model::{Pupil, Quality, StageFrame, TrackedBody, Xf};
use cyc_renderer::{Gpu, RenderSettings, Renderer, Wanted};
use cyc_stage::Stage;
use glam::{DQuat, DVec3};
use std::path::Path;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

#[test]
fn a_frame_allocates_no_more_for_more_cabinets() {
    let Ok(gpu) = Gpu::headless() else {
        let required = std::env::var("CYC_GPU").is_ok_and(|v| v == "required")
            || std::env::var("CI").is_ok_and(|v| v == "true");
        assert!(!required, "a graphics adapter is required");
        eprintln!("SKIPPED: no graphics adapter");
        return;
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rigs/stages/demo.toml");
    let stage = Stage::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap();
    let settings = RenderSettings {
        canvas_scale: 0.1,
        samples: 1,
        camera_px: [64, 36],
        wide_px: [64, 36],
        human_shadow_px: 64,
        sky_px: 32,
    };
    let mut renderer = Renderer::new(&gpu, &stage, &[], settings).unwrap();
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
