//! Photographs of a test pattern on the walls: what a person takes to find out where a camera's pupil and lens are.

use super::photograph::{Lit, Photograph};
use super::wall::PhysicalWall;
use super::{ProofError, TruthPose, ViconBody};
use crate::{Gpu, Pictures, RenderSettings, Renderer, Wanted};
use cyc_model::StageFrame;
use cyc_stage::{Stage, StageOverride, TestPattern, WallOverride};

/// A pattern through the lens, and what the capture system sent at that moment.
#[derive(Clone, Debug)]
pub struct PatternView {
    /// The picture.
    pub photograph: Photograph,
    /// The tracked body.
    pub body: ViconBody,
}

/// Photographs a pattern on all walls, at their real pitch, from poses of a camera of the true stage.
///
/// # Errors
/// The stage has no such camera, or cannot be drawn.
pub fn photograph_pattern(
    gpu: &Gpu,
    truth: &Stage,
    camera: usize,
    poses: &[TruthPose],
    pattern: TestPattern,
) -> Result<Vec<PatternView>, ProofError> {
    let found = truth.cameras().get(camera);
    let camera = found.ok_or(ProofError::NoCamera { camera })?;
    let settings = RenderSettings {
        sky_px: 64,
        camera_px: [16, 16],
        wide_px: [16, 16],
        ..RenderSettings::default()
    };
    let mut renderer = Renderer::new(gpu, truth, &[], settings)?;
    let over = WallOverride {
        pattern: Some(pattern),
        ..WallOverride::default()
    };
    // Nothing is wrong with a pattern on every wall.
    let _ = renderer.set_override(&StageOverride {
        walls: vec![over; truth.walls().len()],
        ..StageOverride::default()
    });
    let wanted = Wanted {
        canvas: true,
        ..Wanted::default()
    };
    let mut pictures = Pictures::default();
    renderer.render(&StageFrame::default(), wanted)?;
    renderer.take_pictures(&mut pictures)?;
    let canvas = Lit::new(&pictures.canvas, pictures.canvas_px);
    let canvas_px = truth.canvas_px();
    let scale =
        [0, 1].map(|axis: usize| f64::from(pictures.canvas_px[axis]) / f64::from(canvas_px[axis]));
    let walls = PhysicalWall::of_stage(truth);
    let view = |(index, pose): (usize, &TruthPose)| {
        let body = pose.vicon_body(truth, camera);
        let body = body.ok_or(ProofError::PoseLost { pose: index })?;
        let photograph = Photograph::of_walls(&pose.pinhole(camera), &walls, &canvas, scale);
        Ok(PatternView { photograph, body })
    };
    poses.iter().enumerate().map(view).collect()
}
