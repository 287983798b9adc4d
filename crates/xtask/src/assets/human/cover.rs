//! Which skin lies under the suit and can be left out, so that nothing can poke through.

use glam::Vec3;

/// Skin further than this from the suit is not under it.
const REACH_M: f32 = 0.045;
/// Skin this close to an open edge of the suit stays, so that the cuff and collar show no gap.
const OVERLAP_M: f32 = 0.018;

/// For each point, whether it lies under the suit and away from the suit's open edges.
///
/// `edge` says which suit vertices lie on an open edge.
pub fn covered(points_m: &[Vec3], suit_m: &[Vec3], edge: &[bool]) -> Vec<bool> {
    let edges: Vec<Vec3> = suit_m
        .iter()
        .zip(edge)
        .filter(|pair| *pair.1)
        .map(|p| *p.0)
        .collect();
    points_m
        .iter()
        .map(|point| {
            let nearest = |cloud: &[Vec3]| {
                cloud
                    .iter()
                    .map(|other| point.distance_squared(*other))
                    .fold(f32::MAX, f32::min)
            };
            let to_suit = nearest(suit_m);
            to_suit < REACH_M * REACH_M
                && nearest(&edges) > OVERLAP_M * OVERLAP_M
                && to_suit < nearest(&edges)
        })
        .collect()
}
