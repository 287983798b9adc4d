//! Slip: how far the picture on the wall is behind a camera that turns.
//!
//! The wall shows what the camera saw when its pose was measured; the camera photographs it later. Where the glass then
//! finds a fiducial follows from the two poses alone, and is looked for there: the slip is a property of the delay, and the
//! wall must show exactly that and nothing else.

use super::fiducial::{Expected, expected, mean_and_p99, miss_px};
use super::photograph::{Lit, Photograph};
use super::pinhole::Pinhole;
use super::rigid::sub;
use super::wall::{PhysicalWall, first_met};
use crate::scene::fiducials;

/// What a delay did to the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slip {
    /// Mean distance of the fiducials from where the camera sees them directly, camera pixels.
    pub slip_px: f64,
    /// 99th percentile of their distance from where the delay alone brings them, camera pixels.
    pub p99_px: f64,
    /// Fiducials measured.
    pub fiducials: usize,
    /// Fiducials not found.
    pub lost: usize,
}

/// Photographs walls that were drawn for `then` with the camera `later`.
pub(super) fn slip(
    then: &Pinhole,
    later: &Pinhole,
    walls: &[PhysicalWall],
    canvas: &Lit<'_>,
    scale: [f64; 2],
) -> Option<Slip> {
    let photograph = Photograph::of_walls(later, walls, canvas, scale);
    let all = fiducials();
    let [width, height] = later.size_px.map(f64::from);
    let (mut slips, mut misses, mut lost) = (Vec::new(), Vec::new(), 0);
    for one in expected(then, walls, &all) {
        // The wall lights it where the earlier camera's ray meets it.
        let origin = then.centre();
        let [u, v] = one.at_px;
        let Some(place) = first_met(walls, origin, then.ray(u, v)) else {
            continue;
        };
        let on_wall = walls.get(place.wall)?.point(place.px, &place);
        let fiducial = all.iter().min_by(|a, b| {
            let away = |f: &crate::Fiducial| {
                let at = then
                    .project(f.centre_m.to_array())
                    .map_or([-1e9; 2], |p| p.0);
                (at[0] - u).hypot(at[1] - v)
            };
            away(a).total_cmp(&away(b))
        })?;
        let (Some((at_px, _)), Some((direct_px, _))) = (
            later.project(on_wall),
            later.project(fiducial.centre_m.to_array()),
        ) else {
            continue;
        };
        // Rays of the later camera see the wall at another angle: a ball becomes an ellipse, a little larger.
        let radius_px = one.radius_px * 1.15;
        let reach = radius_px + 6.0;
        let inside = at_px[0] > reach
            && at_px[1] > reach
            && at_px[0] < width - reach
            && at_px[1] < height - reach;
        if !inside || sub(on_wall, origin).iter().any(|c| !c.is_finite()) {
            continue;
        }
        match miss_px(&photograph, &Expected { at_px, radius_px }) {
            Some(miss) => {
                misses.push(miss);
                slips.push((at_px[0] - direct_px[0]).hypot(at_px[1] - direct_px[1]));
            }
            None => lost += 1,
        }
    }
    let fiducials = misses.len();
    (fiducials > 0).then(|| Slip {
        slip_px: slips.iter().sum::<f64>() / fiducials as f64,
        p99_px: mean_and_p99(&mut misses).1,
        fiducials,
        lost,
    })
}
