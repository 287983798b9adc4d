//! What a frame costs the processor before the graphics card has anything to do: planning and recording, and who allocates.

use crate::Outcome;
use crate::eye_cost::four_walls_with_eye_that_follows;
use cyc_allocation::{allocations, innermost, origins};
use cyc_benches::report::Report;
use cyc_benches::rounds::percentile;
use cyc_character::Character;
use cyc_model::{FaceShape, FaceWeights, HostNs, Pupil, Quality, StageFrame, TrackedBody, Xf};
use cyc_renderer::{Gpu, RenderSettings, Renderer, Wanted};
use cyc_stage::Stage;
use glam::{DQuat, DVec3, EulerRot};
use std::sync::Arc;

const HUMANS: usize = 10;
const FRAMES: u64 = 400;
/// Frames before anything counts.
const WARM_UP: u64 = 20;

/// What is promised.
const COST_MAX_MS: f64 = 1.0;

/// Measures, and says whether the promises are kept.
pub fn measure(gpu: &Gpu, human: &Arc<Character>, report: &mut Report) -> Outcome<bool> {
    let stage = Stage::from_toml(include_str!("four_walls.toml"))?;
    let characters = vec![Some(human.clone()); HUMANS];
    // The processor plans and records the same for a picture of any size.
    let settings = RenderSettings {
        canvas_scale: 0.05,
        samples: 1,
        camera_px: [16, 16],
        wide_px: [16, 16],
        human_shadow_px: 64,
        sky_px: 32,
    };
    let mut renderer = Renderer::new(gpu, &stage, &characters, settings)?;
    let (mut plan, mut encode, mut both, mut counts) = (vec![], vec![], vec![], vec![]);
    let mut frame = StageFrame::default();
    for nth in 0..FRAMES {
        fill(&mut frame, &stage, human, nth);
        let before = allocations();
        let cost = renderer.render(&frame, Wanted::default())?;
        let count = allocations() - before;
        gpu.wait()?;
        if nth >= WARM_UP {
            let ms = [cost.plan, cost.encode].map(|d| d.as_secs_f64() * 1e3);
            plan.push(ms[0]);
            encode.push(ms[1]);
            both.push(ms[0] + ms[1]);
            counts.push(count);
        }
    }
    let (wgpus, ours) = owners_of_allocations(gpu, &characters, settings, human)?;
    let row = |name: &str, ms: &[f64]| {
        let at = |q| percentile(ms.to_vec(), q);
        format!(
            "| {name} | {:.3} | {:.3} | {:.3} |\n",
            at(0.0),
            at(0.5),
            at(0.99)
        )
    };
    let (fewest, most) = (counts.iter().min(), counts.iter().max());
    let (fewest, most) = (fewest.copied().unwrap_or(0), most.copied().unwrap_or(0));
    let owners = if ours.is_empty() {
        "**none** by our own code".into()
    } else {
        format!("**ours: {}**", ours.join(", "))
    };
    report.paragraph(&format!(
        "## What a frame costs the processor\n\nFour walls (an arc, two flat ones, a ceiling), two cameras that move, {HUMANS} humans of {} joints with moving faces, \
         {} frames; milliseconds. Planning poses, frusta and which cabinets change, and writing that for the card; recording the commands and submitting them.\n\n\
         | | best | median | p99 |\n|---|---:|---:|---:|\n{}{}{}\n\
         Promised: {COST_MAX_MS} ms. Allocations of a frame: {fewest} to {most}, {owners}, {} by wgpu (where each came from was asked of ten more frames, whose outer eye follows a camera).",
        human.skeleton.as_ref().map_or(0, |s| s.len()),
        plan.len(),
        row("plan", &plan),
        row("record and submit", &encode),
        row("both", &both),
        wgpus / 10,
    ));
    Ok(percentile(both, 0.5) <= COST_MAX_MS && ours.is_empty())
}

/// How many allocations of ten frames are wgpu's, and which are ours. All that a frame of a show may ask of the plan is asked: the
/// outer eye moves too.
fn owners_of_allocations(
    gpu: &Gpu,
    characters: &[Option<Arc<Character>>],
    settings: RenderSettings,
    human: &Character,
) -> Outcome<(usize, Vec<String>)> {
    let stage = Stage::from_toml(&four_walls_with_eye_that_follows())?;
    let mut renderer = Renderer::new(gpu, &stage, characters, settings)?;
    let mut frame = StageFrame::default();
    let (mut wgpus, mut ours) = (0, Vec::new());
    for nth in 0..WARM_UP + 10 {
        fill(&mut frame, &stage, human, nth);
        let mut drawn = Ok(());
        let mut draw = || drawn = renderer.render(&frame, Wanted::default()).map(drop);
        let traces = if nth < WARM_UP {
            draw();
            Vec::new()
        } else {
            origins(draw)
        };
        drawn?;
        gpu.wait()?;
        for trace in traces {
            match innermost(&trace, &["wgpu", "cyc_"]) {
                Some(name) if !name.contains("wgpu") => ours.push(name),
                _ => wgpus += 1,
            }
        }
    }
    ours.sort();
    ours.dedup();
    Ok((wgpus, ours))
}

/// Cameras that pan, humans in two rows who turn, faces that change.
fn fill(frame: &mut StageFrame, stage: &Stage, human: &Character, nth: u64) {
    frame.clear();
    frame.number = nth;
    frame.due = HostNs(1 + nth as i64 * 16_666_667);
    let t = nth as f64 / 60.0;
    for (index, camera) in stage.cameras().iter().enumerate() {
        let side = index as f64 * 2.0 - 1.0;
        let rotation = DQuat::from_euler(EulerRot::YXZ, -0.3 * side + 0.2 * t.sin(), 0.05, 0.01);
        let place = DVec3::new(side + 0.3 * t.cos(), 1.5, 1.0);
        let pupil: Xf<cyc_model::Stage, Pupil> = Xf::saturating(rotation, place);
        frame.cameras.push(TrackedBody {
            stage_from_body: (pupil * camera.body_from_pupil.inverse()).relabel(),
            quality: Quality::Live,
        });
    }
    let Some(skeleton) = &human.skeleton else {
        return;
    };
    for who in 0..HUMANS {
        let place = DVec3::new(who as f64 % 5.0 - 2.0, 0.0, -7.0 - (who / 5) as f64 * 1.5);
        let turned = Xf::saturating(DQuat::from_rotation_y(t + who as f64), place);
        let joints: Vec<_> = skeleton.rest_global().iter().map(|j| turned * *j).collect();
        let mut face = FaceWeights::default();
        face.set(FaceShape::JawOpen, (0.5 + 0.5 * (t * 3.0).sin()) as f32);
        frame.push_human(Quality::Live, &joints, face);
    }
}
