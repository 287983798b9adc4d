//! The normal matrix of markers on a tree, built as a mass matrix.
//!
//! A marker of weight `w` contributes `w·JᵀJ`, which is what a point mass `w` contributes to the joint-space inertia of
//! a mechanism. So the composite-rigid-body recursion (Featherstone 2008, §6.2) builds the whole matrix from ten
//! numbers a joint, and no Jacobian is ever formed. The gradient is the same recursion over forces `w·r`.
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

/// The weighted markers on a body and the pull on them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Composite {
    mass: f64,
    first: DVec3,
    /// Second moments `Σ w (p·p 1 − p pᵀ)`: xx, yy, zz and xy, xz, yz.
    diagonal: DVec3,
    mixed: DVec3,
    moment: DVec3,
    force: DVec3,
}

impl Composite {
    pub(crate) const ZERO: Self = Self {
        mass: 0.0,
        first: DVec3::ZERO,
        diagonal: DVec3::ZERO,
        mixed: DVec3::ZERO,
        moment: DVec3::ZERO,
        force: DVec3::ZERO,
    };

    /// Adds a marker at `p` with weight `w` and residual `r`.
    #[inline]
    pub(crate) fn add_marker(&mut self, p: DVec3, r: DVec3, w: f64) {
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
        let force = r * w;
        self.force += force;
        self.moment += p.cross(force);
    }

    #[inline]
    fn add(&mut self, other: &Self) {
        self.mass += other.mass;
        self.first += other.first;
        self.diagonal += other.diagonal;
        self.mixed += other.mixed;
        self.moment += other.moment;
        self.force += other.force;
    }

    /// The weight of all markers on the body.
    pub(crate) fn mass(&self) -> f64 {
        self.mass
    }

    /// The body's momentum when it moves by a screw: about the reference point, and linear.
    #[inline]
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

/// Writes every coordinate's screw in the present pose.
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

/// Sums the bodies towards the roots and writes the packed matrix and the gradient.
pub(crate) fn build(
    tree: &Tree,
    bodies: &mut [Composite],
    screws: &[Screw],
    h: &mut [f64],
    gradient: &mut [f64],
) {
    for j in (0..tree.joints.len()).rev() {
        let joint = &tree.joints[j];
        let body = bodies[j];
        for k in joint.first_dof..joint.first_dof + joint.motion.count() {
            let momentum = body.momentum(&screws[k]);
            gradient[k] = screws[k].turn.dot(body.moment) + screws[k].slide.dot(body.force);
            let row = tree.rows[k];
            let entries = &mut h[row.start..=row.start + row.depth];
            let mut i = k;
            for entry in entries.iter_mut().rev() {
                let s = &screws[i];
                *entry = s.turn.dot(momentum.turn) + s.slide.dot(momentum.slide);
                i = tree.rows[i].parent;
            }
        }
        if joint.parent != NONE {
            bodies[joint.parent].add(&body);
        }
    }
}
