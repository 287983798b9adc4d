//! The normal matrix of markers on a tree, built as a mass matrix.
//!
//! A marker of weight `w` contributes `w·JᵀJ`, which is what a point mass `w` contributes to the joint-space inertia of
//! a mechanism. So the composite-rigid-body recursion (Featherstone 2008, §6.2) builds the whole matrix from ten
//! numbers a joint, and no Jacobian is ever formed. The gradient is the same recursion over forces `w·r`, and needs none
//! of the matrix.
//!
//! Residuals are forces that turn with the body, and that is curvature too (`Σ w·r·∂²x`, which Gauss-Newton leaves out).
//! It needs only the sum of `f pᵀ` below a joint, because the second derivative by two turns `a` (above) and `b` of a
//! point `d` from the lower joint is `a × (b × d)`, and `f·(a × (b × d)) = (b·f)(a·d) - (a·b)(f·d)`. With it the matrix is the
//! exact Hessian and Newton's steps do not swing about limbs that are held under tension.
//!
//! All moments are about one point near the performer, so that nothing is lost by a far origin.

use super::pose::Frame;
use super::tree::{Motion, NONE, Tree};
use glam::{DMat3, DVec3};

/// A coordinate's instantaneous motion: points move by `turn × p + slide`, `p` from the common reference point.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screw {
    pub turn: DVec3,
    pub slide: DVec3,
}

/// The pull of markers on a body: the sum of their weights, of their forces, and of their moments about the reference
/// point.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pull {
    pub weight: f64,
    force: DVec3,
    moment: DVec3,
}

impl Pull {
    pub(crate) const ZERO: Self = Self {
        weight: 0.0,
        force: DVec3::ZERO,
        moment: DVec3::ZERO,
    };

    /// Adds a marker at `p` with weight `w` and residual `r`.
    #[inline(always)]
    pub(crate) fn add_marker(&mut self, p: DVec3, r: DVec3, w: f64) {
        let force = r * w;
        self.weight += w;
        self.force += force;
        self.moment += p.cross(force);
    }
}

/// The weighted markers on a body, and what pulls on them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Composite {
    mass: f64,
    first: DVec3,
    /// Second moments `Σ w (p·p 1 − p pᵀ)`: xx, yy, zz and xy, xz, yz.
    diagonal: DVec3,
    mixed: DVec3,
    force: DVec3,
    /// `Σ f pᵀ` of forces `f` at points `p`.
    stretch: DMat3,
}

impl Composite {
    pub(crate) const ZERO: Self = Self {
        mass: 0.0,
        first: DVec3::ZERO,
        diagonal: DVec3::ZERO,
        mixed: DVec3::ZERO,
        force: DVec3::ZERO,
        stretch: DMat3::ZERO,
    };

    /// Adds a marker at `p` with weight `w` and residual `r`.
    #[inline(always)]
    pub(crate) fn add_marker(&mut self, p: DVec3, r: DVec3, w: f64) {
        let f = r * w;
        self.force += f;
        self.stretch += DMat3::from_cols(f * p.x, f * p.y, f * p.z);
        let wp = p * w;
        let squares = p * wp;
        self.mass += w;
        self.first += wp;
        self.diagonal += DVec3::new(
            squares.y + squares.z,
            squares.x + squares.z,
            squares.x + squares.y,
        );
        self.mixed -= DVec3::new(wp.x * p.y, wp.x * p.z, wp.y * p.z);
    }

    #[inline(always)]
    fn add(&mut self, other: &Self) {
        self.mass += other.mass;
        self.first += other.first;
        self.diagonal += other.diagonal;
        self.mixed += other.mixed;
        self.force += other.force;
        self.stretch += other.stretch;
    }

    /// The body's momentum when it moves by a screw: about the reference point, and linear.
    #[inline(always)]
    fn momentum(&self, s: &Screw) -> Screw {
        let (d, m, w) = (self.diagonal, self.mixed, s.turn);
        let spin = DVec3::new(
            d.x * w.x + m.x * w.y + m.y * w.z,
            m.x * w.x + d.y * w.y + m.z * w.z,
            m.y * w.x + m.z * w.y + d.z * w.z,
        );
        Screw {
            turn: spin + self.first.cross(s.slide),
            slide: s.slide * self.mass + w.cross(self.first),
        }
    }
}

/// The curvature that the forces on a body give a turn about a joint at `origin`.
struct Curvature {
    /// `Σ f dᵀ` with `d` from the joint.
    stretch: DMat3,
    trace: f64,
    /// `Σ d × f`.
    moment: DVec3,
}

impl Curvature {
    #[inline(always)]
    fn of(body: &Composite, origin: DVec3) -> Self {
        let (f, o) = (body.force, origin);
        let m = body.stretch - DMat3::from_cols(f * o.x, f * o.y, f * o.z);
        Self {
            stretch: m,
            trace: m.x_axis.x + m.y_axis.y + m.z_axis.z,
            moment: DVec3::new(
                m.y_axis.z - m.z_axis.y,
                m.z_axis.x - m.x_axis.z,
                m.x_axis.y - m.y_axis.x,
            ),
        }
    }

    /// What a turn about `axis` feels when a turn above it comes along; its component along the upper axis counts.
    #[inline(always)]
    fn along(&self, axis: DVec3) -> DVec3 {
        let m = &self.stretch;
        DVec3::new(m.x_axis.dot(axis), m.y_axis.dot(axis), m.z_axis.dot(axis)) - axis * self.trace
    }
}

/// Writes every coordinate's screw in the present pose.
#[inline(always)]
pub(crate) fn screws(tree: &Tree, frames: &[Frame], reference: DVec3, out: &mut [Screw]) {
    for (joint, frame) in tree.joints.iter().zip(frames) {
        let arm = frame.origin - reference;
        let about = |axis: DVec3| Screw {
            turn: axis,
            slide: arm.cross(axis),
        };
        let out = &mut out[joint.first_dof..];
        match joint.motion {
            Motion::Fixed => {}
            Motion::Hinge(axis) => out[0] = about(frame.axes * axis),
            Motion::Universal([outer, inner]) => {
                // The outer axis is fixed in the parent: undo this joint's own rotation first.
                let parent = if joint.parent == NONE {
                    DMat3::IDENTITY
                } else {
                    frames[joint.parent].axes
                };
                out[0] = about(parent * (joint.rest_rotation * outer));
                out[1] = about(frame.axes * inner);
            }
            Motion::Ball => axes_of(&frame.axes, about, out),
            Motion::Free => {
                let parent = if joint.parent == NONE {
                    DMat3::IDENTITY
                } else {
                    frames[joint.parent].axes
                };
                for (slot, axis) in
                    out.iter_mut()
                        .zip([parent.x_axis, parent.y_axis, parent.z_axis])
                {
                    *slot = Screw {
                        turn: DVec3::ZERO,
                        slide: axis,
                    };
                }
                axes_of(&frame.axes, about, &mut out[3..]);
            }
        }
    }
}

fn axes_of(axes: &DMat3, about: impl Fn(DVec3) -> Screw, out: &mut [Screw]) {
    for (slot, axis) in out.iter_mut().zip([axes.x_axis, axes.y_axis, axes.z_axis]) {
        *slot = about(axis);
    }
}

/// Sums the bodies towards the roots and writes the packed matrix: the exact Hessian, or without `is_exact`
/// Gauss-Newton's, which is never indefinite.
#[inline(always)]
pub(crate) fn build(
    tree: &Tree,
    frames: &[Frame],
    reference: DVec3,
    is_exact: bool,
    bodies: &mut [Composite],
    screws: &[Screw],
    h: &mut [f64],
) {
    for j in (0..tree.joints.len()).rev() {
        let joint = &tree.joints[j];
        let body = bodies[j];
        let curvature = Curvature::of(&body, frames[j].origin - reference);
        for k in joint.first_dof..joint.first_dof + joint.motion.count() {
            let mut momentum = body.momentum(&screws[k]);
            if is_exact {
                let is_slide = matches!(joint.motion, Motion::Free) && k < joint.first_dof + 3;
                momentum.turn += if is_slide {
                    // A turn above takes the direction of the slide along.
                    screws[k].slide.cross(body.force)
                } else {
                    curvature.along(screws[k].turn)
                };
            }
            let row = tree.rows[k];
            let entries = &mut h[row.start..=row.start + row.depth];
            let mut i = k;
            for entry in entries.iter_mut().rev() {
                let s = &screws[i];
                *entry = s.turn.dot(momentum.turn) + s.slide.dot(momentum.slide);
                i = tree.rows[i].parent;
            }
        }
        let ball = match joint.motion {
            Motion::Ball => Some(joint.first_dof),
            Motion::Free => Some(joint.first_dof + 3),
            _ => None,
        };
        if let Some(first) = ball.filter(|_| is_exact) {
            symmetrise(tree, first, curvature.moment, screws, h);
        }
        if joint.parent != NONE {
            bodies[joint.parent].add(&body);
        }
    }
}

/// The three turns of a ball are one rotation vector, none above the other: their mixed curvature is the mean of both
/// orders, which differ by the moment along the third axis.
#[inline(always)]
fn symmetrise(tree: &Tree, first: usize, moment: DVec3, screws: &[Screw], h: &mut [f64]) {
    let [x, y, z] = [0, 1, 2].map(|a| 0.5 * screws[first + a].turn.dot(moment));
    let rows = &tree.rows[first..first + 3];
    let last = |a: usize| rows[a].start + rows[a].depth;
    h[last(1) - 1] -= z;
    h[last(2) - 2] += y;
    h[last(2) - 1] -= x;
}

/// Sums the pulls towards the roots and adds the slope along every coordinate.
#[inline(always)]
pub(crate) fn add_gradient(
    tree: &Tree,
    frames: &[Frame],
    reference: DVec3,
    pulls: &mut [Pull],
    gradient: &mut [f64],
) {
    for j in (0..tree.joints.len()).rev() {
        let joint = &tree.joints[j];
        let (frame, pull) = (&frames[j], pulls[j]);
        // About the joint's own origin a turn feels the moment alone.
        let moment = pull.moment - (frame.origin - reference).cross(pull.force);
        let out = &mut gradient[joint.first_dof..joint.first_dof + joint.motion.count()];
        let parent_axes = || match joint.parent {
            NONE => DMat3::IDENTITY,
            parent => frames[parent].axes,
        };
        match (joint.motion, out) {
            (Motion::Hinge(axis), [out]) => *out += (frame.axes * axis).dot(moment),
            (Motion::Universal([outer, inner]), [first, second]) => {
                *first += (parent_axes() * (joint.rest_rotation * outer)).dot(moment);
                *second += (frame.axes * inner).dot(moment);
            }
            (Motion::Ball, out) => add_along(&frame.axes, moment, out),
            (Motion::Free, out) => {
                add_along(&parent_axes(), pull.force, &mut out[..3]);
                add_along(&frame.axes, moment, &mut out[3..]);
            }
            _ => {}
        }
        if joint.parent != NONE {
            let parent = &mut pulls[joint.parent];
            parent.weight += pull.weight;
            parent.force += pull.force;
            parent.moment += pull.moment;
        }
    }
}

#[inline(always)]
fn add_along(axes: &DMat3, v: DVec3, out: &mut [f64]) {
    for (slot, axis) in out.iter_mut().zip([axes.x_axis, axes.y_axis, axes.z_axis]) {
        *slot += axis.dot(v);
    }
}
