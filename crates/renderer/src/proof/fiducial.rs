//! Fiducials: where they should be in a photograph, and where they are.

use super::photograph::Photograph;
use super::pinhole::Pinhole;
use super::rigid::sub;
use super::wall::{PhysicalWall, first_met};
use crate::scene::Fiducial;

/// A fiducial that the photograph must show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    pub at_px: [f64; 2],
    pub radius_px: f64,
}

/// Pixels around a fiducial that belong to its measurement.
const WINDOW_PX: f64 = 4.0;

/// The fiducials that lie whole in the picture, on a wall, and apart from all others.
pub(super) fn expected(
    camera: &Pinhole,
    walls: &[PhysicalWall],
    fiducials: &[Fiducial],
) -> Vec<Expected> {
    let [width, height] = camera.size_px.map(f64::from);
    let near: Vec<_> = fiducials
        .iter()
        .filter_map(|fiducial| {
            let centre = fiducial.centre_m.to_array();
            let (at_px, depth) = camera.project(centre)?;
            let away = sub(centre, camera.centre());
            let slant = away.iter().map(|c| c * c).sum::<f64>().sqrt();
            // A ball off the axis appears longer, by at most this much; the glass stretches it further.
            let radius_px =
                camera.fx * fiducial.radius_m / depth * (slant / depth) * camera.stretch(at_px);
            let visible = at_px[0] > -60.0
                && at_px[1] > -60.0
                && at_px[0] < width + 60.0
                && at_px[1] < height + 60.0;
            visible.then_some(Expected { at_px, radius_px })
        })
        .collect();
    let origin = camera.centre();
    near.iter()
        .enumerate()
        .filter(|(index, one)| {
            let reach = one.radius_px + WINDOW_PX + 2.0;
            let [u, v] = one.at_px;
            let whole = u > reach && v > reach && u < width - reach && v < height - reach;
            let on_wall = [
                (-reach, -reach),
                (reach, -reach),
                (-reach, reach),
                (reach, reach),
            ]
            .iter()
            .all(|(du, dv)| first_met(walls, origin, camera.ray(u + du, v + dv)).is_some());
            let apart = near.iter().enumerate().all(|(other_index, other)| {
                let gap = (u - other.at_px[0]).hypot(v - other.at_px[1]);
                other_index == *index || gap > one.radius_px + other.radius_px + WINDOW_PX + 3.0
            });
            whole && on_wall && apart && one.radius_px < 40.0
        })
        .map(|(_, one)| *one)
        .collect()
}

/// The distance between where a fiducial is and where it should be; `None` when it is not there.
pub(super) fn miss_px(photograph: &Photograph, expected: &Expected) -> Option<f64> {
    let reach = expected.radius_px + WINDOW_PX;
    let [u, v] = expected.at_px;
    let width = photograph.size_px[0] as usize;
    let (mut sum, mut sum_x, mut sum_y) = (0.0, 0.0, 0.0);
    let mut brightest = 0f64;
    for y in (v - reach).floor() as usize..=(v + reach).ceil() as usize {
        for x in (u - reach).floor() as usize..=(u + reach).ceil() as usize {
            let (at_x, at_y) = (x as f64 + 0.5, y as f64 + 0.5);
            if (at_x - u).hypot(at_y - v) > reach {
                continue;
            }
            let color = photograph.rgb.get(y * width + x)?;
            let light = f64::from(color[0] + color[1] + color[2]) / 3.0;
            brightest = brightest.max(light);
            sum += light;
            sum_x += light * at_x;
            sum_y += light * at_y;
        }
    }
    // Half of the light that the whole ball sends; the rest may be lost to coarse edges.
    let whole = std::f64::consts::PI * expected.radius_px * expected.radius_px;
    if brightest < 0.2 || sum < 0.5 * whole * brightest {
        return None;
    }
    Some((sum_x / sum - u).hypot(sum_y / sum - v))
}

/// Mean and 99th percentile.
pub(super) fn mean_and_p99(misses: &mut [f64]) -> (f64, f64) {
    if misses.is_empty() {
        return (f64::NAN, f64::NAN);
    }
    misses.sort_by(f64::total_cmp);
    let mean = misses.iter().sum::<f64>() / misses.len() as f64;
    let rank = ((misses.len() as f64 * 0.99).ceil() as usize).clamp(1, misses.len());
    (mean, misses[rank - 1])
}
