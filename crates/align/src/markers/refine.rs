//! A corner to a small part of a pixel: the saddle of the quadratic that fits the smoothed picture around it best, found
//! again and again about its own middle, so that where pixels happen to lie does not matter.

use super::level::GreyPicture;
use glam::DVec2;
use nalgebra::{Matrix6, Vector6};

/// Times at most; three are usual.
const TIMES: usize = 12;
/// A step that is none, pixels.
const SETTLED_PX: f64 = 1e-3;
/// Radius of the window, of a cell's side: dots begin at 0.5.
const WINDOW: f64 = 0.26;
/// Its least and its most, pixels.
const WINDOW_PX: (f64, f64) = (2.5, 10.0);
/// How far a corner may move from where it was seen first, of a cell's side.
const MOVE: f64 = 0.15;

/// A window of places with weights, and what turns values into a quadratic.
pub(super) struct Window {
    places: Vec<(DVec2, f64)>,
    inverse: Matrix6<f64>,
    reach: f64,
}

impl Window {
    /// For cells of a side, pixels.
    pub(super) fn new(side_px: f64) -> Option<Self> {
        let radius = (WINDOW * side_px).clamp(WINDOW_PX.0, WINDOW_PX.1);
        let reach = radius.ceil() as i32;
        let mut places = Vec::new();
        let mut normal = Matrix6::zeros();
        for y in -reach..=reach {
            for x in -reach..=reach {
                let at = DVec2::new(f64::from(x), f64::from(y));
                let far = at.length() / radius;
                if far <= 1.0 {
                    let weight = (1.0 - far * far).max(0.05);
                    let terms = terms(at);
                    normal += terms * terms.transpose() * weight;
                    places.push((at, weight));
                }
            }
        }
        Some(Self {
            places,
            inverse: normal.try_inverse()?,
            reach: radius + 1.5,
        })
    }

    /// The corner near a place; `None` where there is none.
    pub(super) fn corner(&self, picture: &GreyPicture, near: DVec2, side_px: f64) -> Option<DVec2> {
        let mut at = near;
        for _ in 0..TIMES {
            if !picture.holds(at, self.reach) {
                return None;
            }
            let mut right = Vector6::zeros();
            for (place, weight) in &self.places {
                right += terms(*place) * (weight * picture.between(at + *place));
            }
            let q = self.inverse * right;
            let [xx, xy, yy, x, y] = [2.0 * q[0], q[1], 2.0 * q[2], q[3], q[4]];
            let det = xx * yy - xy * xy;
            let step = DVec2::new(xy * y - yy * x, xy * x - xx * y) / det;
            if det >= 0.0 || !step.is_finite() {
                return None;
            }
            at += step.clamp_length_max(1.0);
            if at.distance(near) > (MOVE * side_px).max(1.5) {
                return None;
            }
            if step.length() < SETTLED_PX {
                return Some(at);
            }
        }
        None
    }
}

fn terms(at: DVec2) -> Vector6<f64> {
    Vector6::new(at.x * at.x, at.x * at.y, at.y * at.y, at.x, at.y, 1.0)
}
