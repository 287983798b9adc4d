//! The through-the-lens proof of a person's own stage: its first camera at its home and at two moves from there.

use super::RenderFault;
use super::outcome::Outcome;
use crate::demo::proof::Wire;
use crate::failure::Failure;
use cyc_character::Character;
use cyc_film::{Picture, Still};
use cyc_renderer::Gpu;
use cyc_renderer::proof::{Proof, ProofOptions, TruthPose, fine_scale, prove};
use cyc_stage::{Camera, Stage};
use glam::{DQuat, EulerRot};
use std::path::Path;
use std::sync::Arc;

/// Makes the proof and keeps its photographs.
pub fn run(
    gpu: &Gpu,
    stage: &Stage,
    characters: &[Option<Arc<Character>>],
    out: &Path,
    outcome: &mut Outcome,
) -> Result<Proof, Failure> {
    // The proof is one of geometry, sampled more finely than the camera's own pixels in every step.
    let stage = &stage.with_inner_resolution(2.0);
    let shown = |c: &Camera| c.inner.on && c.inner.key.is_none();
    let camera = stage.cameras().iter().position(shown);
    let camera = camera.ok_or(RenderFault::NoCamera)?;
    let poses = poses(&stage.cameras()[camera]);
    let options = ProofOptions {
        camera,
        fine_scale: fine_scale(gpu, stage, camera, &poses),
        poses,
        ..ProofOptions::default()
    };
    let mut wire = Wire::new().map_err(|e| Failure::internal(format!("loopback UDP: {e}")))?;
    let character = characters.iter().flatten().next().cloned();
    let proof = prove(gpu, stage, character, &options, &mut |body| {
        wire.carry(body)
    })?;
    if let Some(shots) = &proof.pictures {
        let [width, height] = shots.direct.size_px;
        for (name, rgba) in [
            ("proof-wall.png", shots.through_wall.to_rgba()),
            ("proof-direct.png", shots.direct.to_rgba()),
            (
                "proof-difference.png",
                shots.direct.difference(&shots.through_fine_wall),
            ),
        ] {
            let picture = Picture::new(width, height, rgba)?;
            outcome.keep(out, name, &Still::Picture(picture))?;
        }
    }
    Ok(proof)
}

/// The home, and two poses near it.
fn poses(camera: &Camera) -> Vec<TruthPose> {
    let rotation: DQuat = camera.home.rotation();
    let (pan, tilt, roll) = rotation.to_euler(EulerRot::YXZ);
    let at = camera.home.translation().metres();
    [
        (0.0, 0.0, 0.0, 0.0),
        (0.12, 3.0, -1.0, 1.5),
        (-0.1, -2.5, 1.0, -2.0),
    ]
    .map(|(aside_m, pan_deg, tilt_deg, roll_deg)| TruthPose {
        position_m: [at.x + aside_m, at.y - 0.3 * aside_m, at.z + 0.5 * aside_m],
        pan_deg: pan.to_degrees() + pan_deg,
        tilt_deg: tilt.to_degrees() + tilt_deg,
        roll_deg: roll.to_degrees() + roll_deg,
    })
    .to_vec()
}
