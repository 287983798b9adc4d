//! A wall of any shape: triangles with texture coordinates, each lit on the side from which its corners run
//! counter-clockwise.
//!
//! On a triangle the way from (s, t) to the point is affine, so that nothing is approximated: a mesh is as exact as its
//! triangles. Rays look at the triangles in short runs with a box around each.

use super::SurfaceHit;
use super::doubled::doubled;
use crate::{MESH_TRIANGLES_MAX, MESH_VERTICES_MAX};
use glam::{DMat2, DVec2, DVec3};
use thiserror::Error;

/// Why triangles are no wall.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum MeshProblem {
    /// More than [`MESH_TRIANGLES_MAX`] triangles.
    #[error("has {count} triangles, at most {MESH_TRIANGLES_MAX} are taken")]
    TooManyTriangles {
        /// How many.
        count: usize,
    },
    /// More than [`MESH_VERTICES_MAX`] vertices.
    #[error("has {count} vertices, at most {MESH_VERTICES_MAX} are taken")]
    TooManyVertices {
        /// How many.
        count: usize,
    },
    /// Nothing to light.
    #[error("has no triangle with an area on the stage and on the canvas")]
    Empty,
    /// A corner that names no vertex.
    #[error("has a corner without a vertex")]
    NoVertex,
    /// A coordinate that is not a number, or further away than [`crate::WALL_LENGTH_MAX_M`].
    #[error("has a coordinate that is not finite or too far away")]
    BadCoordinate,
    /// A texture coordinate beyond 0 to 1.
    #[error("has texture coordinates beyond 0 to 1")]
    BeyondTexture,
    /// Triangles that stand apart on the stage and have a place of the texture in common.
    #[error("has two parts over each other on the texture, at s = {s:.3}, t = {t:.3}")]
    Doubled {
        /// Where, from the left.
        s: f64,
        /// Where, from the top.
        t: f64,
    },
}

/// Checked triangles.
#[derive(Clone, Debug, PartialEq)]
pub struct SurfaceMesh {
    points: Vec<DVec3>,
    st: Vec<DVec2>,
    triangles: Vec<[u32; 3]>,
    runs: Vec<[DVec3; 2]>,
    length_m: f64,
    height_m: f64,
}

/// Triangles of a run.
const RUN: usize = 32;

/// Smallest doubled area of a triangle on the texture that is taken for one, and smallest area on the stage, m².
const AREA_MIN: f64 = 1e-12;

/// How far texture coordinates may stray beyond 0 to 1 (rounding of the program that wrote them).
const ST_SLACK: f64 = 1e-4;

impl SurfaceMesh {
    /// From vertices (points in the wall's frame, metres; (s, t) with t down) and triangles. Triangles without an area
    /// are left out; they light nothing.
    pub fn new(
        points: Vec<DVec3>,
        mut st: Vec<DVec2>,
        mut triangles: Vec<[u32; 3]>,
    ) -> Result<Self, MeshProblem> {
        if triangles.len() > MESH_TRIANGLES_MAX {
            let count = triangles.len();
            return Err(MeshProblem::TooManyTriangles { count });
        }
        if points.len() > MESH_VERTICES_MAX {
            let count = points.len();
            return Err(MeshProblem::TooManyVertices { count });
        }
        let near = |p: &DVec3| p.is_finite() && p.abs().max_element() <= crate::WALL_LENGTH_MAX_M;
        if !points.iter().all(near) || !st.iter().all(|c| c.is_finite()) {
            return Err(MeshProblem::BadCoordinate);
        }
        let inside = |c: &DVec2| {
            (-ST_SLACK..=1.0 + ST_SLACK).contains(&c.x)
                && (-ST_SLACK..=1.0 + ST_SLACK).contains(&c.y)
        };
        if !st.iter().all(inside) {
            return Err(MeshProblem::BeyondTexture);
        }
        for c in &mut st {
            *c = c.clamp(DVec2::ZERO, DVec2::ONE);
        }
        let known = points.len().min(st.len());
        if triangles
            .iter()
            .flatten()
            .any(|corner| *corner as usize >= known)
        {
            return Err(MeshProblem::NoVertex);
        }
        triangles.retain(|corners| {
            let [a, b, c] = corners.map(|i| points[i as usize]);
            let [sa, sb, sc] = corners.map(|i| st[i as usize]);
            (b - a).cross(c - a).length() > AREA_MIN && (sb - sa).perp_dot(sc - sa).abs() > AREA_MIN
        });
        if triangles.is_empty() {
            return Err(MeshProblem::Empty);
        }
        if let Some(at) = doubled(&points, &st, &triangles) {
            return Err(MeshProblem::Doubled { s: at.x, t: at.y });
        }
        let (length_m, height_m) = extent(&points, &st, &triangles);
        let runs = triangles
            .chunks(RUN)
            .map(|run| bounds(&points, run))
            .collect();
        Ok(Self {
            points,
            st,
            triangles,
            runs,
            length_m,
            height_m,
        })
    }

    /// The points, in the wall's frame, metres.
    pub fn points(&self) -> &[DVec3] {
        &self.points
    }

    /// (s, t) of each point.
    pub fn st_of_points(&self) -> &[DVec2] {
        &self.st
    }

    /// The triangles, by three points each.
    pub fn triangles(&self) -> &[[u32; 3]] {
        &self.triangles
    }

    /// How long the wall would be if its mean pixel went over the whole texture, metres: to the right, and down.
    pub fn size_m(&self) -> [f64; 2] {
        [self.length_m, self.height_m]
    }

    /// Corners of a triangle: points and (s, t).
    fn corners(&self, triangle: [u32; 3]) -> ([DVec3; 3], [DVec2; 3]) {
        (
            triangle.map(|i| self.points[i as usize]),
            triangle.map(|i| self.st[i as usize]),
        )
    }

    /// The triangle at (s, t), or the one that is nearest there, and its weights.
    fn triangle_at(&self, at: DVec2) -> ([u32; 3], DVec3) {
        let mut best = (f64::NEG_INFINITY, self.triangles[0], DVec3::X);
        for triangle in &self.triangles {
            let (_, [a, b, c]) = self.corners(*triangle);
            let inverse = DMat2::from_cols(b - a, c - a).inverse();
            let part = inverse * (at - a);
            let weights = DVec3::new(1.0 - part.x - part.y, part.x, part.y);
            let inside = weights.min_element();
            if inside > best.0 {
                best = (inside, *triangle, weights);
            }
            if inside >= 0.0 {
                break;
            }
        }
        (best.1, best.2)
    }

    /// Whether a triangle lies at (s, t).
    pub fn holds(&self, st: DVec2) -> bool {
        self.triangle_at(st).1.min_element() >= -1e-9
    }

    pub(super) fn point(&self, st: DVec2) -> DVec3 {
        let (triangle, weights) = self.triangle_at(st);
        let ([a, b, c], _) = self.corners(triangle);
        a * weights.x + b * weights.y + c * weights.z
    }

    pub(super) fn normal(&self, st: DVec2) -> DVec3 {
        let ([a, b, c], _) = self.corners(self.triangle_at(st).0);
        (b - a).cross(c - a).normalize_or(DVec3::Z)
    }

    /// (s, t) of the nearest point of the mesh.
    pub(super) fn st(&self, point: DVec3) -> DVec2 {
        let mut best = (f64::INFINITY, DVec2::ZERO);
        for triangle in &self.triangles {
            let (corners, st) = self.corners(*triangle);
            let weights = nearest_weights(point, corners);
            let at = corners[0] * weights.x + corners[1] * weights.y + corners[2] * weights.z;
            let apart = at.distance(point);
            if apart < best.0 {
                best = (
                    apart,
                    st[0] * weights.x + st[1] * weights.y + st[2] * weights.z,
                );
            }
        }
        best.1
    }

    /// The first meeting of a ray with a lit side (Möller and Trumbore 1997).
    pub(super) fn intersect(&self, origin: DVec3, direction: DVec3) -> Option<SurfaceHit> {
        let mut nearest: Option<SurfaceHit> = None;
        for (run, corners) in self.runs.iter().zip(self.triangles.chunks(RUN)) {
            let limit = nearest.map_or(f64::INFINITY, |hit| hit.t_ray);
            if !meets_box(*run, origin, direction, limit) {
                continue;
            }
            for triangle in corners {
                let ([a, b, c], st) = self.corners(*triangle);
                let (ab, ac) = (b - a, c - a);
                let p = direction.cross(ac);
                let det = ab.dot(p);
                // A ray against the lit side has a positive determinant.
                if det <= 1e-18 {
                    continue;
                }
                let from = origin - a;
                let q = from.cross(ab);
                let (u, v) = (from.dot(p) / det, direction.dot(q) / det);
                let t_ray = ac.dot(q) / det;
                let inside = u >= -1e-9 && v >= -1e-9 && u + v <= 1.0 + 1e-9;
                if inside && t_ray > super::NEAR && nearest.is_none_or(|hit| t_ray < hit.t_ray) {
                    let at = st[0] * (1.0 - u - v) + st[1] * u + st[2] * v;
                    let at = at.clamp(DVec2::ZERO, DVec2::ONE);
                    nearest = Some(SurfaceHit { t_ray, st: at });
                }
            }
        }
        nearest
    }
}

/// Length and height that a texture of the mean pixel would have: mean lengths of ∂p/∂s and ∂p/∂t by area on the texture.
fn extent(points: &[DVec3], st: &[DVec2], triangles: &[[u32; 3]]) -> (f64, f64) {
    let (mut area, mut along, mut down) = (0.0, 0.0, 0.0);
    for corners in triangles {
        let [a, b, c] = corners.map(|i| points[i as usize]);
        let [sa, sb, sc] = corners.map(|i| st[i as usize]);
        let (e, f) = (sb - sa, sc - sa);
        let det = e.perp_dot(f);
        let (to_b, to_c) = (b - a, c - a);
        let by_s = (to_b * f.y - to_c * e.y) / det;
        let by_t = (to_c * e.x - to_b * f.x) / det;
        let share = det.abs();
        area += share;
        along += share * by_s.length();
        down += share * by_t.length();
    }
    (along / area, down / area)
}

fn bounds(points: &[DVec3], run: &[[u32; 3]]) -> [DVec3; 2] {
    let corners = run.iter().flatten().map(|i| points[*i as usize]);
    corners.fold([DVec3::INFINITY, DVec3::NEG_INFINITY], |[low, high], p| {
        [low.min(p), high.max(p)]
    })
}

/// Whether a ray meets a box before `limit`.
fn meets_box([low, high]: [DVec3; 2], origin: DVec3, direction: DVec3, limit: f64) -> bool {
    let slack = DVec3::splat(1e-9);
    let inverse = direction.recip();
    let (a, b) = (
        (low - slack - origin) * inverse,
        (high + slack - origin) * inverse,
    );
    // `min` and `max` give the other value for a NaN (a ray within a side), which errs towards looking.
    let enter = a.min(b).max_element().max(0.0);
    let leave = a.max(b).min_element();
    !(enter > leave || enter > limit)
}

/// Weights of the point of a triangle that is nearest to a point (Ericson 2005, section 5.1.5).
fn nearest_weights(p: DVec3, [a, b, c]: [DVec3; 3]) -> DVec3 {
    let (ab, ac, ap) = (b - a, c - a, p - a);
    let (d1, d2) = (ab.dot(ap), ac.dot(ap));
    if d1 <= 0.0 && d2 <= 0.0 {
        return DVec3::X;
    }
    let bp = p - b;
    let (d3, d4) = (ab.dot(bp), ac.dot(bp));
    if d3 >= 0.0 && d4 <= d3 {
        return DVec3::Y;
    }
    let vc = d1 * d4 - d3 * d2;
    if vc <= 0.0 && d1 >= 0.0 && d3 <= 0.0 {
        let v = d1 / (d1 - d3);
        return DVec3::new(1.0 - v, v, 0.0);
    }
    let cp = p - c;
    let (d5, d6) = (ab.dot(cp), ac.dot(cp));
    if d6 >= 0.0 && d5 <= d6 {
        return DVec3::Z;
    }
    let vb = d5 * d2 - d1 * d6;
    if vb <= 0.0 && d2 >= 0.0 && d6 <= 0.0 {
        let w = d2 / (d2 - d6);
        return DVec3::new(1.0 - w, 0.0, w);
    }
    let va = d3 * d6 - d5 * d4;
    if va <= 0.0 && d4 >= d3 && d5 >= d6 {
        let w = (d4 - d3) / ((d4 - d3) + (d5 - d6));
        return DVec3::new(0.0, 1.0 - w, w);
    }
    DVec3::new(va, vb, vc) / (va + vb + vc)
}
