//! Whether two triangles of a wall lie over each other on its texture: a pixel stands at one place of the stage.
//!
//! Files of several parts, each unwrapped over the whole texture, and plates that were given a thickness are such. Looked at
//! on a grid of places: what two triangles share there must be the same place of the stage.

use glam::{DVec2, DVec3};

/// Places looked at, along each side: a wall of 4096 pixels is looked at every sixteen.
const PLACES: usize = 256;

/// How far within a triangle a place must be, in lengths of the texture: twice what rounding may put an edge off.
const WITHIN: f64 = 2e-4;

/// How far apart on the stage two triangles may be that share a place, metres: a tenth of a fine pixel.
const APART_M: f64 = 1e-3;

/// Visits to places, by all triangles: where nothing overlaps there is one for each.
const VISITS_MAX: usize = 16 * PLACES * PLACES;

/// A place on the texture where two triangles are that stand apart on the stage.
pub(super) fn doubled(points: &[DVec3], st: &[DVec2], triangles: &[[u32; 3]]) -> Option<DVec2> {
    let mut taken: Vec<Option<DVec3>> = vec![None; PLACES * PLACES];
    let mut visits = 0;
    for corners in triangles {
        let on_stage = corners.map(|i| points[i as usize]);
        let [a, b, c] = corners.map(|i| st[i as usize]);
        let area = (b - a).perp_dot(c - a);
        let (low, high) = (a.min(b).min(c), a.max(b).max(c));
        for row in places(low.y, high.y) {
            for column in places(low.x, high.x) {
                let at = DVec2::new(place(column), place(row));
                let sides = [(b, c), (c, a), (a, b)];
                let weights = sides.map(|(from, to)| (to - from).perp_dot(at - from) / area);
                let is_within = sides
                    .iter()
                    .zip(weights)
                    .all(|((from, to), weight)| weight * area.abs() > WITHIN * from.distance(*to));
                if !is_within {
                    continue;
                }
                let point = (0..3).map(|i| on_stage[i] * weights[i]).sum::<DVec3>();
                let known = taken[row * PLACES + column].get_or_insert(point);
                visits += 1;
                if known.distance(point) > APART_M || visits > VISITS_MAX {
                    return Some(at);
                }
            }
        }
    }
    None
}

/// A place of the grid; off the middle of its cell, so that no even division of a texture has edges along it.
fn place(nth: usize) -> f64 {
    (nth as f64 + 0.4142) / PLACES as f64
}

/// The places between two ends.
fn places(low: f64, high: f64) -> std::ops::Range<usize> {
    let nth = |at: f64| {
        (at * PLACES as f64 - 0.4142)
            .ceil()
            .clamp(0.0, PLACES as f64) as usize
    };
    nth(low)..nth(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two panels of two triangles, side by side on the stage.
    fn panels(move_st: DVec2, move_m: DVec3) -> Option<DVec2> {
        let corners = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
        let (mut points, mut st) = (Vec::new(), Vec::new());
        for nth in [0.0, 1.0] {
            for [x, y] in corners {
                points.push(DVec3::new(x, 1.0 - y, -3.0) + move_m * nth);
                st.push(DVec2::new(x * 0.5, y) + move_st * nth);
            }
        }
        let triangles = [[0, 3, 2], [0, 2, 1], [4, 7, 6], [4, 6, 5]];
        doubled(&points, &st, &triangles)
    }

    #[test]
    fn parts_share_a_place_only_where_they_are_one() {
        assert_eq!(panels(DVec2::new(0.5, 0.0), DVec3::X), None);
        // Edges that rounding has put over each other.
        assert_eq!(panels(DVec2::new(0.4999, 0.0), DVec3::X), None);
        assert_eq!(panels(DVec2::ZERO, DVec3::Z * 0.0005), None);
        assert!(panels(DVec2::ZERO, DVec3::X).is_some());
        assert!(panels(DVec2::ZERO, DVec3::Z * 0.02).is_some());
        let found = panels(DVec2::new(0.49, 0.0), DVec3::X).unwrap();
        assert!(found.x > 0.49 && found.x < 0.5, "{found}");
    }

    #[test]
    fn endless_copies_of_one_triangle_end() {
        let points = [DVec3::ZERO, DVec3::X, DVec3::Y];
        let st = [DVec2::Y, DVec2::ONE, DVec2::ZERO];
        assert_eq!(doubled(&points, &st, &[[0, 1, 2]; 16]), None);
        assert!(doubled(&points, &st, &vec![[0, 1, 2]; 65_536]).is_some());
    }
}
