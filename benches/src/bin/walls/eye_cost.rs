//! What an outer eye that goes after a camera costs: while it moves the whole outer view is drawn anew, while it stands only what
//! moves in it.

use crate::Outcome;
use cyc_benches::report::Report;
use cyc_benches::rounds::percentile;
use cyc_character::Character;
use cyc_model::{FaceWeights, HostNs, Pupil, Quality, StageFrame, TrackedBody, Xf};
use cyc_renderer::{Gpu, RenderSettings, Renderer, Wanted};
use cyc_stage::Stage;
use glam::{DQuat, DVec3};
use std::sync::Arc;
use std::time::Instant;

/// Frames that count, at 24 a second: a walk of two and a half metres is not over before.
const FRAMES: u64 = 48;
/// Frames before.
const WARM_UP: u64 = 6;
/// Of the canvas's pixels a side: a software adapter has an eighth of an hour, not a day.
const CANVAS_SCALE: f64 = 0.25;

/// The four walls, whose outer eye goes after the first camera.
pub fn four_walls_with_eye_that_follows() -> String {
    let follow = "\n[outer.follow]\ncamera = \"A\"\n\n[[wall]]";
    include_str!("four_walls.toml").replacen("\n[[wall]]", follow, 1)
}

/// What a camera does.
#[derive(Clone, Copy, PartialEq)]
enum Camera {
    Stands,
    Pans,
    Walks,
}

/// Measures; nothing is promised of a software adapter.
pub fn measure(gpu: &Gpu, human: &Arc<Character>, report: &mut Report) -> Outcome<()> {
    let text = include_str!("four_walls.toml");
    let following = four_walls_with_eye_that_follows();
    let mut rows = String::new();
    for (name, stage, camera) in [
        ("fixed, the camera stands", text, Camera::Stands),
        ("fixed, the camera pans", text, Camera::Pans),
        ("fixed, the camera walks", text, Camera::Walks),
        ("follows, the camera pans", &following, Camera::Pans),
        ("follows, the camera walks", &following, Camera::Walks),
    ] {
        let (ms, facets) = frames(gpu, human, &Stage::from_toml(stage)?, camera)?;
        let at = |q| percentile(ms.clone(), q);
        rows += &format!(
            "| {name} | {facets:.1} | {:.1} | {:.1} |\n",
            at(0.5),
            at(0.99)
        );
    }
    report.paragraph(&format!(
        "## What an outer eye that follows costs\n\nThe four walls with one human, {CANVAS_SCALE} of their canvas's sides, {FRAMES} frames of 24 a second: from planning until the \
         picture is drawn, milliseconds. While the eye moves, at most 0.25 m/s, every facet of the outer view is drawn and every cabinet composited; nothing is drawn more coarsely.\n\n\
         | outer eye | facets drawn a frame | median | p99 |\n|---|---:|---:|---:|\n{rows}",
    ));
    Ok(())
}

/// Milliseconds of each frame, and facets drawn on average.
fn frames(
    gpu: &Gpu,
    human: &Arc<Character>,
    stage: &Stage,
    camera: Camera,
) -> Outcome<(Vec<f64>, f64)> {
    let settings = RenderSettings {
        canvas_scale: CANVAS_SCALE,
        camera_px: [16, 16],
        wide_px: [16, 16],
        ..RenderSettings::default()
    };
    let mut renderer = Renderer::new(gpu, stage, &[Some(human.clone())], settings)?;
    let (mut ms, mut facets) = (Vec::new(), 0);
    let mut frame = StageFrame::default();
    for nth in 0..WARM_UP + FRAMES {
        fill(&mut frame, stage, human, (nth, camera));
        let begun = Instant::now();
        let drawn = renderer.render(&frame, Wanted::default())?;
        gpu.wait()?;
        if nth >= WARM_UP {
            ms.push(begun.elapsed().as_secs_f64() * 1e3);
            facets += drawn.facets_drawn;
        }
    }
    Ok((ms, f64::from(facets) / FRAMES as f64))
}

/// The first camera moves, the second one is lost; a human stands.
fn fill(frame: &mut StageFrame, stage: &Stage, human: &Character, (nth, camera): (u64, Camera)) {
    frame.clear();
    let t = nth as f64 / 24.0;
    frame.number = nth;
    frame.due = HostNs(1 + nth as i64 * 41_666_667);
    let aside_m = if camera == Camera::Walks { t } else { 0.0 };
    let pan = if camera == Camera::Stands {
        0.0
    } else {
        0.2 * t.sin()
    };
    for (index, place) in stage.cameras().iter().enumerate() {
        let at = DVec3::new(aside_m, 1.5, 1.0);
        let pupil: Xf<cyc_model::Stage, Pupil> = Xf::saturating(DQuat::from_rotation_y(pan), at);
        frame.cameras.push(TrackedBody {
            stage_from_body: (pupil * place.body_from_pupil.inverse()).relabel(),
            quality: if index == 0 {
                Quality::Live
            } else {
                Quality::Absent
            },
        });
    }
    let Some(skeleton) = &human.skeleton else {
        return;
    };
    let place = Xf::saturating(DQuat::IDENTITY, DVec3::new(0.0, 0.0, -7.0));
    let joints: Vec<_> = skeleton.rest_global().iter().map(|j| place * *j).collect();
    frame.push_human(Quality::Live, &joints, FaceWeights::default());
}
