//! Random screens with eyes before them, and points of which it is known where they appear: a point appears where the
//! ray from the eye to it pierces the screen. No matrix and no projection is computed here; all in f64.

use cyc_model::Point;
use cyc_stage::Screen;
use glam::{DVec2, DVec3};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

fn direction(random: &mut ChaCha8Rng) -> DVec3 {
    loop {
        let v = DVec3::from_array([(); 3].map(|()| random.random_range(-1.0..1.0)));
        if (0.1..1.0).contains(&v.length()) {
            return v / v.length();
        }
    }
}

/// A screen and an eye.
pub struct RandomScreen {
    pub corner: DVec3,
    pub right: DVec3,
    pub up: DVec3,
    pub width: f64,
    pub height: f64,
    pub eye: DVec3,
}

impl RandomScreen {
    pub fn new(random: &mut ChaCha8Rng) -> Self {
        let normal = direction(random);
        let other = direction(random).cross(normal);
        let right = other / other.length();
        let up = normal.cross(right);
        let (width, height) = (
            random.random_range(0.2..20.0),
            random.random_range(0.2..9.0),
        );
        let corner = direction(random) * random.random_range(0.0..8.0);
        let eye = corner
            + right * random.random_range(-5.0..15.0)
            + up * random.random_range(-4.0..9.0)
            + normal * random.random_range(0.05..9.0);
        Self {
            corner,
            right,
            up,
            width,
            height,
            eye,
        }
    }

    pub fn screen(&self) -> Screen {
        Screen {
            lower_left: Point::saturating(self.corner),
            lower_right: Point::saturating(self.corner + self.right * self.width),
            upper_left: Point::saturating(self.corner + self.up * self.height),
        }
    }

    /// A place on the screen or about it in device coordinates, and some point of the ray through it.
    pub fn point(&self, random: &mut ChaCha8Rng) -> (DVec2, DVec3) {
        // Choose the place on the screen, then any point of the ray through it: no projection is computed here.
        let ndc = DVec2::new(
            random.random_range(-1.5..1.5),
            random.random_range(-1.5..1.5),
        );
        let pierced = self.corner
            + self.right * (self.width * (ndc.x + 1.0) / 2.0)
            + self.up * (self.height * (ndc.y + 1.0) / 2.0);
        let point = self.eye + (pierced - self.eye) * random.random_range(0.5..40.0);
        (ndc, point)
    }

    /// How far a point lies before the eye, along the screen's normal.
    pub fn depth(&self, point: DVec3) -> f64 {
        (point - self.eye).dot(self.up.cross(self.right))
    }
}
