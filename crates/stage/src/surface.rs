//! The shape of a wall in its own frame: where each point of it is, and where a ray meets it.
//!
//! A wall's frame has its origin at the middle of the lower edge (a plane), at the foot of the axis (an arc), or where
//! the file has it (folds and meshes), Y up along the wall. A plane faces +Z. An arc is seen from inside and its middle
//! lies towards -Z. `s` runs from the left edge (0) to the right edge (1) as the stage sees it, `t` from the upper edge
//! (0) to the lower (1), so that both run like the wall's pixels. Everything is exact: an arc is never cut into chords here.
//!
//! A *place* is a point before it is bent: on an arc (angle, height, 0), elsewhere the point itself. Pixels and places
//! go together by straight lines on every triangle of a wall, which is how one shader serves all shapes.

mod doubled;
mod folded;
mod mesh;

pub use folded::{Folded, Panel};
pub use mesh::{MeshProblem, SurfaceMesh};

use glam::{DVec2, DVec3};
use std::sync::Arc;

/// A wall's shape. Lengths in metres, positive and finite.
#[derive(Clone, Debug, PartialEq)]
pub enum Surface {
    /// A flat rectangle.
    Plane {
        /// Width.
        width_m: f64,
        /// Height.
        height_m: f64,
    },
    /// A part of an upright cylinder, seen from inside.
    Cylinder {
        /// Radius.
        radius_m: f64,
        /// Whole angle of the arc, radians, less than 2π.
        arc_rad: f64,
        /// Height.
        height_m: f64,
    },
    /// Flat panels side by side.
    Folded(Folded),
    /// Triangles of any shape.
    Mesh(Arc<SurfaceMesh>),
}

/// Where a ray meets a surface.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurfaceHit {
    /// Distance in lengths of the ray's direction.
    pub t_ray: f64,
    /// Where on the surface, (s, t).
    pub st: DVec2,
}

/// Rays that meet the surface nearer than this are taken to start on it.
const NEAR: f64 = 1e-9;

impl Surface {
    /// Height in metres; of a mesh, what its mean pixel makes of the whole texture.
    pub fn height_m(&self) -> f64 {
        match self {
            Self::Plane { height_m, .. } | Self::Cylinder { height_m, .. } => *height_m,
            Self::Folded(folded) => folded.height_m(),
            Self::Mesh(mesh) => mesh.size_m()[1],
        }
    }

    /// Length from left to right along the surface, metres; of a mesh as for its height.
    pub fn length_m(&self) -> f64 {
        match self {
            Self::Plane { width_m, .. } => *width_m,
            Self::Cylinder {
                radius_m, arc_rad, ..
            } => radius_m * arc_rad,
            Self::Folded(folded) => folded.length_m(),
            Self::Mesh(mesh) => mesh.size_m()[0],
        }
    }

    /// The radius that places are bent by; `None` where nothing is bent.
    pub fn bend_m(&self) -> Option<f64> {
        match self {
            Self::Cylinder { radius_m, .. } => Some(*radius_m),
            _ => None,
        }
    }

    /// The point of a place.
    pub fn bent(&self, place: DVec3) -> DVec3 {
        let Some(radius_m) = self.bend_m() else {
            return place;
        };
        let (sin, cos) = place.x.sin_cos();
        DVec3::new(radius_m * sin, place.y, -radius_m * cos)
    }

    /// The place at (s, t).
    pub fn place(&self, st: DVec2) -> DVec3 {
        match self {
            Self::Plane { width_m, height_m } => {
                DVec3::new((st.x - 0.5) * width_m, (1.0 - st.y) * height_m, 0.0)
            }
            Self::Cylinder {
                arc_rad, height_m, ..
            } => DVec3::new((st.x - 0.5) * arc_rad, (1.0 - st.y) * height_m, 0.0),
            Self::Folded(folded) => folded.point(st),
            Self::Mesh(mesh) => mesh.point(st),
        }
    }

    /// The point at (s, t) in the wall's frame, metres; also beyond 0..1. Where a mesh has no triangle, the plane of the
    /// nearest one goes on.
    pub fn point(&self, st: DVec2) -> DVec3 {
        self.bent(self.place(st))
    }

    /// The unit normal at (s, t), towards those who look at the wall.
    pub fn normal(&self, st: DVec2) -> DVec3 {
        match self {
            Self::Plane { .. } => DVec3::Z,
            Self::Cylinder { arc_rad, .. } => {
                let (sin, cos) = ((st.x - 0.5) * arc_rad).sin_cos();
                DVec3::new(-sin, 0.0, cos)
            }
            Self::Folded(folded) => folded.normal(st),
            Self::Mesh(mesh) => mesh.normal(st),
        }
    }

    /// (s, t) of the surface's point that is nearest in the surface's own sense: a plane's foot point, an arc's point
    /// at the same angle and height. May lie beyond 0..1, except on a mesh.
    pub fn st(&self, point: DVec3) -> DVec2 {
        match self {
            Self::Plane { width_m, height_m } => {
                DVec2::new(point.x / width_m + 0.5, 1.0 - point.y / height_m)
            }
            Self::Cylinder {
                arc_rad, height_m, ..
            } => DVec2::new(
                point.x.atan2(-point.z) / arc_rad + 0.5,
                1.0 - point.y / height_m,
            ),
            Self::Folded(folded) => folded.st(point),
            Self::Mesh(mesh) => mesh.st(point),
        }
    }

    /// The first meeting of a ray with the lit side of the surface, in the wall's frame.
    pub fn intersect(&self, origin: DVec3, direction: DVec3) -> Option<SurfaceHit> {
        let (near, far) = match self {
            Self::Plane { .. } => (-origin.z / direction.z, f64::NAN),
            Self::Cylinder { radius_m, .. } => roots_xz(origin, direction, *radius_m),
            Self::Folded(folded) => return folded.intersect(origin, direction),
            Self::Mesh(mesh) => return mesh.intersect(origin, direction),
        };
        [near, far]
            .into_iter()
            .filter(|t| t.is_finite() && *t > NEAR)
            .map(|t_ray| SurfaceHit {
                t_ray,
                st: self.st(origin + direction * t_ray),
            })
            .find(|hit| inside_unit(hit.st) && self.normal(hit.st).dot(direction) < 0.0)
    }
}

fn inside_unit(st: DVec2) -> bool {
    (0.0..=1.0).contains(&st.x) && (0.0..=1.0).contains(&st.y)
}

/// Ray parameters at which x² + z² = r², ascending; NaN when there are none.
fn roots_xz(origin: DVec3, direction: DVec3, radius: f64) -> (f64, f64) {
    let a = direction.x * direction.x + direction.z * direction.z;
    let half_b = origin.x * direction.x + origin.z * direction.z;
    let c = origin.x * origin.x + origin.z * origin.z - radius * radius;
    let discriminant = half_b * half_b - a * c;
    if a < 1e-18 || discriminant < 0.0 {
        return (f64::NAN, f64::NAN);
    }
    // The form without cancellation: the larger root in size first, the other from their product.
    let q = -(half_b + half_b.signum() * discriminant.sqrt());
    let (x, y) = (q / a, c / q);
    if x < y || y.is_nan() { (x, y) } else { (y, x) }
}
