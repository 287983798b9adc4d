//! Faces of many corners as triangles: a fan where the face is convex, else ears that are cut off one after the other.
//!
//! Exporters write a hollow outline (an L, a wall with a doorway) as one face; a fan about its first corner would lie outside
//! of it. Source: Meisters 1975, every simple polygon of four corners or more has two ears.

use glam::{DVec2, DVec3};

/// Corners of a face that is not convex: cutting its ears looks at each corner for each corner of each ear at worst,
/// 256³ = 1.7e7 steps of a few nanoseconds.
const HOLLOW_CORNERS_MAX: usize = 256;

/// Triangles of a face, by three of its corners each, in its own sense of turning. `None` for a face that crosses itself, and
/// for one that is not convex and has more than [`HOLLOW_CORNERS_MAX`] corners.
pub(super) fn triangles_of(corners: &[DVec3]) -> Option<Vec<[usize; 3]>> {
    let fan = || (2..corners.len()).map(|nth| [0, nth - 1, nth]).collect();
    let flat = flattened(corners);
    // Twice the area of the largest triangle that fits: what turns by less than a billionth of it is straight.
    let straight = 1e-9 * extent(&flat).powi(2);
    let turn = |a: usize, b: usize, c: usize| (flat[b] - flat[a]).perp_dot(flat[c] - flat[b]);
    let count = corners.len();
    let is_convex =
        (0..count).all(|nth| turn(nth, (nth + 1) % count, (nth + 2) % count) >= -straight);
    if count <= 3 || is_convex {
        return Some(fan());
    }
    if count > HOLLOW_CORNERS_MAX {
        return None;
    }
    let mut left: Vec<usize> = (0..count).collect();
    let mut triangles = Vec::with_capacity(count - 2);
    while left.len() > 3 {
        let around = |nth: usize| {
            let last = left.len();
            [
                left[(nth + last - 1) % last],
                left[nth],
                left[(nth + 1) % last],
            ]
        };
        let is_ear = |nth: &usize| {
            let ear = around(*nth);
            let is_free = |corner: &usize| {
                let p = flat[*corner];
                let [a, b, c] = ear.map(|i| flat[i]);
                let sides = [(a, b), (b, c), (c, a)];
                !sides
                    .iter()
                    .all(|(a, b)| (*b - *a).perp_dot(p - *a) > straight)
            };
            turn(ear[0], ear[1], ear[2]) >= -straight && left.iter().all(is_free)
        };
        let nth = (0..left.len()).find(is_ear)?;
        triangles.push(around(nth));
        left.remove(nth);
    }
    triangles.push([left[0], left[1], left[2]]);
    let area = |triangle: &[usize; 3]| turn(triangle[0], triangle[1], triangle[2]);
    // A face that crosses itself has parts that turn the other way.
    triangles
        .iter()
        .all(|triangle| area(triangle) >= -straight)
        .then_some(triangles)
}

/// The corners on the plane that the face lies in at best (Newell), turning counter-clockwise.
fn flattened(corners: &[DVec3]) -> Vec<DVec2> {
    let next = corners.iter().cycle().skip(1);
    let normal: DVec3 = corners.iter().zip(next).map(|(a, b)| a.cross(*b)).sum();
    let Some(normal) = normal.try_normalize() else {
        return vec![DVec2::ZERO; corners.len()];
    };
    let (right, up) = normal.any_orthonormal_pair();
    corners
        .iter()
        .map(|p| DVec2::new(p.dot(right), p.dot(up)))
        .collect()
}

fn extent(points: &[DVec2]) -> f64 {
    let low = points.iter().fold(DVec2::INFINITY, |low, p| low.min(*p));
    let high = points
        .iter()
        .fold(DVec2::NEG_INFINITY, |high, p| high.max(*p));
    (high - low).max_element().max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A face in a slanted plane, from places on it.
    fn face(outline: &[[f64; 2]]) -> Vec<DVec3> {
        let (right, up) = (DVec3::new(0.8, 0.0, 0.6), DVec3::new(-0.36, 0.8, 0.48));
        let at = |[x, y]: &[f64; 2]| DVec3::new(1.0, 2.0, -3.0) + right * *x + up * *y;
        outline.iter().map(at).collect()
    }

    /// Whether a place is in the outline, by the number of sides to its right.
    fn holds(outline: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
        let next = outline.iter().cycle().skip(1);
        let crossed = outline.iter().zip(next).filter(|([ax, ay], [bx, by])| {
            (*ay > y) != (*by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax
        });
        crossed.count() % 2 == 1
    }

    fn inside(outline: &[[f64; 2]], triangle: [usize; 3], [x, y]: [f64; 2]) -> bool {
        let corners = triangle.map(|i| outline[i]);
        (0..3).all(|i| {
            let ([ax, ay], [bx, by]) = (corners[i], corners[(i + 1) % 3]);
            (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0.0
        })
    }

    #[test]
    fn every_place_of_an_outline_is_on_one_triangle_and_no_place_beside_it_on_any() {
        let door = [
            [0.0, 0.0],
            [2.0, 0.0],
            [2.0, 2.0],
            [3.0, 2.0],
            [3.0, 0.0],
            [6.0, 0.0],
            [6.0, 3.0],
            [0.0, 3.0],
        ];
        let star: Vec<[f64; 2]> = (0..14)
            .map(|nth| {
                let (angle, radius) = (
                    f64::from(nth) * std::f64::consts::TAU / 14.0,
                    1.0 + f64::from(nth % 2),
                );
                [3.0 + radius * angle.cos(), 1.5 + radius * angle.sin()]
            })
            .collect();
        let arrow = [[0.0, 0.0], [3.0, 1.5], [0.0, 3.0], [1.0, 1.5]];
        for outline in [&door[..], &star, &arrow] {
            for first in 0..outline.len() {
                let mut turned = outline.to_vec();
                turned.rotate_left(first);
                let triangles = triangles_of(&face(&turned)).unwrap();
                assert_eq!(triangles.len(), turned.len() - 2);
                for step in 0..1500 {
                    let at = [
                        f64::from(step % 50) * 0.1234 + 0.011,
                        f64::from(step / 50) * 0.1171 + 0.013,
                    ];
                    let on = triangles
                        .iter()
                        .filter(|t| inside(&turned, **t, at))
                        .count();
                    assert_eq!(on, usize::from(holds(&turned, at)), "{first} {at:?}");
                }
            }
        }
    }

    #[test]
    fn faces_that_cross_themselves_or_are_endless_are_refused() {
        let bow = [[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 1.0]];
        assert_eq!(triangles_of(&face(&bow)), None);
        let comb: Vec<[f64; 2]> = (0..300)
            .map(|nth| [f64::from(nth), f64::from(nth % 2)])
            .chain([[299.0, 9.0], [0.0, 9.0]])
            .collect();
        assert_eq!(triangles_of(&face(&comb)), None);
        let line = [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]];
        assert_eq!(triangles_of(&face(&line)).unwrap().len(), 2);
    }
}
