//! The chord function: a joint centre from the joint above, the marker on the joint and a marker on the limb.
//!
//! The joint J lies at a given distance from its marker B; the bone from J to the joint A above stands square on the line
//! from J to B (so J is on the sphere whose diameter is AB); and the plane of that bone and B is turned about the
//! bone by a given angle from the plane through the wand marker C. Davis, Õunpuu, Tyburski and Gage, "A gait analysis
//! data collection and reduction technique" (1991); Kadaba, Ramakrishnan and Wooten (1990); the wand rotation as Vicon's
//! "Plug-in Gait Reference Guide" describes it. Closed form: nothing iterates.

use glam::DVec3;

/// A turn of a wand, as its sine and cosine.
#[derive(Clone, Copy, Debug)]
pub(super) struct WandTurn {
    sin: f64,
    cos: f64,
}

impl WandTurn {
    /// A wand in the joint's own plane.
    pub const NONE: Self = Self { sin: 0.0, cos: 1.0 };

    pub fn of(rad: f64) -> Self {
        let (sin, cos) = rad.sin_cos();
        Self { sin, cos }
    }
}

/// The three points that a joint hangs on, in one space.
#[derive(Clone, Copy)]
pub(super) struct Chord {
    /// The joint centre above.
    pub above: DVec3,
    /// The marker on the joint.
    pub marker: DVec3,
    /// The marker (or constructed point) that fixes the plane.
    pub wand: DVec3,
}

impl Chord {
    /// The joint centre, at `offset` from the marker; `None` when the points do not span a plane or the joint above is
    /// nearer than the offset. The turn, about the axis from the joint to the joint above, brings the wand's direction
    /// onto the marker's.
    #[inline]
    pub fn joint(&self, offset: f64, turn: WandTurn) -> Option<DVec3> {
        let up = self.above - self.marker;
        let length = up.length();
        if offset >= length {
            return None;
        }
        let along = up.try_normalize()?;
        let normal = up.cross(self.wand - self.marker).try_normalize()?;
        // In the plane and square to AB, on the side that looks away from the wand: the joint is deeper than the marker.
        let inward = along.cross(normal);
        let foot = self.marker + along * (offset * offset / length);
        let reach = offset * (1.0 - (offset / length).powi(2)).sqrt();
        if turn.sin == 0.0 && turn.cos > 0.0 {
            return Some(foot + inward * reach);
        }
        let (inward_part, normal_part) = self.turned(offset, turn, reach)?;
        Some(foot + inward * inward_part + normal * normal_part)
    }

    /// Where on its circle the joint is, for a wand that is turned: parts along `inward` and along the plane's normal.
    ///
    /// With a = A-J, b = B-J, t = C-B and a·b = 0, the wand's direction square to the bone is w = t + b less its part
    /// along a. Asking that w·b = |w||b| cos θ gives a quadratic in s = t·b; s then fixes b's part in the plane, and
    /// the sign of sin θ its side.
    fn turned(&self, offset: f64, turn: WandTurn, reach: f64) -> Option<(f64, f64)> {
        let (up, t) = (self.above - self.marker, self.wand - self.marker);
        let (length2, offset2) = (up.length_squared(), offset * offset);
        let bone2 = length2 - offset2;
        let (t_up, t2) = (t.dot(up), t.length_squared());
        let k = offset2 * turn.cos * turn.cos;
        // (s + d²)² = d² cos²θ (t² + 2s + d² - (t·u + s)² / h²)
        let a = 1.0 + k / bone2;
        let b = 2.0 * (offset2 - k + k * t_up / bone2);
        let c = offset2 * offset2 - k * (t2 + offset2 - t_up * t_up / bone2);
        let root = (b * b - 4.0 * a * c).max(0.0).sqrt();
        let along = up.try_normalize()?;
        let normal = up.cross(t).try_normalize()?;
        let inward = along.cross(normal);
        let mut best: Option<(f64, f64, f64)> = None;
        for s in [(-b + root) / (2.0 * a), (-b - root) / (2.0 * a)] {
            // b = -(d²/L²) u - p·inward - q·normal; t has no part along the normal.
            let p = -(s + offset2 / length2 * t_up) / t.dot(inward);
            let q = (reach * reach - p * p).max(0.0).sqrt();
            for q in [q, -q] {
                let to_marker = -up * (offset2 / length2) - inward * p - normal * q;
                let bone = (up + to_marker).try_normalize()?;
                let wand = t + to_marker;
                let wand = wand - bone * wand.dot(bone);
                let both = wand.length() * offset;
                let sin = wand.cross(to_marker).dot(bone) / both - turn.sin;
                let cos = wand.dot(to_marker) / both - turn.cos;
                let miss = sin.hypot(cos);
                if best.is_none_or(|(_, _, least)| miss < least) {
                    best = Some((p, q, miss));
                }
            }
        }
        let (p, q, miss) = best?;
        // No joint on the circle sees the wand at that angle.
        (miss < 1e-6).then_some((p, q))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::DQuat;

    /// Placed by hand: the bone along z, the marker `offset` to the side, the wand somewhere turned back by the angle.
    fn placed(offset: f64, rotation_rad: f64, at: DVec3, turn: DQuat) -> (Chord, DVec3) {
        let wand = DQuat::from_rotation_z(-rotation_rad) * DVec3::new(0.0, 0.13, 0.21);
        let chord = Chord {
            above: at + turn * DVec3::new(0.0, 0.0, 0.42),
            marker: at + turn * DVec3::new(0.0, offset, 0.0),
            wand: at + turn * wand,
        };
        (chord, at)
    }

    #[test]
    fn a_placed_joint_is_found_again() {
        let turns = [
            DQuat::IDENTITY,
            DQuat::from_euler(glam::EulerRot::XYZ, 0.7, -1.1, 2.0),
        ];
        for turn in turns {
            for degrees in [0.0, 1e-3, 5.0, -5.0, 20.0, -35.0, 60.0_f64] {
                let at = DVec3::new(0.3, -0.2, 1.1);
                let (chord, joint) = placed(0.06, degrees.to_radians(), at, turn);
                let found = chord
                    .joint(0.06, WandTurn::of(degrees.to_radians()))
                    .unwrap();
                assert!(found.distance(joint) < 1e-9, "{degrees} degrees: {found}");
            }
        }
    }

    #[test]
    fn what_spans_no_plane_has_no_joint() {
        let (chord, _) = placed(0.06, 0.0, DVec3::ZERO, DQuat::IDENTITY);
        assert_eq!(chord.joint(0.5, WandTurn::NONE), None);
        let on_line = Chord {
            wand: chord.above,
            ..chord
        };
        assert_eq!(on_line.joint(0.06, WandTurn::NONE), None);
        let collapsed = Chord {
            above: chord.marker,
            ..chord
        };
        assert_eq!(collapsed.joint(0.06, WandTurn::of(0.2)), None);
    }
}
