//! `assets/performances/`: the recorded human motion that goes into the demo.
//!
//! Short recorded clips are cut and joined on the stage ([`timeline`]), resampled by C² splines to
//! 120 Hz ([`clip`], [`spline`]), put onto the committed body with planted feet ([`foot`],
//! [`planting`], [`fit`]) and written as BVH. Fingers, toes, the face and the range of motion at the
//! start are ours; `assets/LICENSES.md` says so. The same input gives the same bytes every time.

pub mod archive;
pub mod authored;
pub mod body;
pub mod bvh;
pub mod chance;
pub mod clip;
pub mod face;
pub mod fit;
pub mod foot;
pub mod hands;
pub mod performances;
pub mod performer;
pub mod pivot;
pub mod planting;
pub mod smooth;
pub mod spline;
pub mod timeline;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use body::Body;
use fit::BodyPose;
use hands::Fingers;
use performances::{Library, Performance};
use timeline::RATE_HZ;

#[cfg(test)]
mod tests;

/// Writes every performance into `out` for the body in `skeleton` (the path of `skeleton.json`) and
/// returns the names of the files.
///
/// # Errors
/// When the clips cannot be fetched, the skeleton is not the expected one, or a file cannot be
/// written.
pub fn build(skeleton: &Path, out: &Path) -> Result<Vec<String>> {
    let text =
        fs::read_to_string(skeleton).with_context(|| format!("reading {}", skeleton.display()))?;
    let body = Body::parse(&text)?;
    let library = Library::read(&body, &archive::clips()?)?;
    fs::create_dir_all(out).with_context(|| format!("making {}", out.display()))?;
    let mut written = Vec::new();
    for performance in [library.walk_dance()?, library.action()?, library.floor()?] {
        let frames = fitted(&body, &performance);
        let motion = bvh::write(&body, &frames, RATE_HZ)?;
        let face = face::track(&performance).to_json();
        for (ending, bytes) in [("bvh", motion), ("face.json", face)] {
            let name = format!("{}.{ending}", performance.name);
            let path = out.join(&name);
            fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))?;
            written.push(name);
        }
    }
    Ok(written)
}

/// A performance on the body, frame by frame.
fn fitted(body: &Body, performance: &Performance) -> Vec<BodyPose> {
    let mut line = performance.line.clone();
    let lift_m = fit::lift_off_floor_m(body, &line.poses);
    for (pose, lift_m) in line.poses.iter_mut().zip(lift_m) {
        pose.root_m.y += lift_m;
    }
    let feet = planting::plant(body, &line, &performance.contacts);
    let sink_m = fit::sink_to_reach_m(body, &line.poses, &feet);
    for (pose, sink_m) in line.poses.iter_mut().zip(sink_m) {
        pose.root_m.y -= sink_m;
    }
    let fingers = Fingers::seeded(body, performance.seed);
    line.poses
        .iter()
        .enumerate()
        .map(|(k, pose)| {
            let t_s = k as f64 / RATE_HZ;
            let hands = fingers.at(t_s, t_s - performance.rest_until_s);
            fit::fit(body, pose, [feet[0][k], feet[1][k]], &hands)
        })
        .collect()
}
