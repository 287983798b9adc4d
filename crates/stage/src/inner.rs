//! What the inner frustum of a camera is like, and how much wider than its lens it must be.

use crate::ColorWindow;
use cyc_model::{HostNs, Nanos, Pupil, Stage, Xf};

/// How much wider than the lens sees an inner frustum is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Overscan {
    /// Always by this factor, 1 = not.
    Fixed(f64),
    /// As the camera's turning and the latency demand, between two factors.
    Automatic {
        /// When the camera is still.
        least: f64,
        /// However fast it turns.
        most: f64,
    },
}

impl Overscan {
    /// The largest factor that can be asked for.
    pub fn most(self) -> f64 {
        match self {
            Self::Fixed(factor) => factor,
            Self::Automatic { most, .. } => most,
        }
    }

    /// The factor for a camera that has just begun.
    pub fn least(self) -> f64 {
        match self {
            Self::Fixed(factor) => factor,
            Self::Automatic { least, .. } => least,
        }
    }
}

/// Crosses on a keyed wall, by which the picture's movement is found again in post-production.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KeyMarkers {
    /// Length of a cross's arms, tip to tip, metres on the wall.
    pub size_m: f64,
    /// Distance between crosses, metres on the wall.
    pub spacing_m: f64,
    /// Their colour: linear light, sRGB primaries.
    pub color: [f64; 3],
}

/// A camera that sees one colour in place of the scene.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChromaKey {
    /// Linear light, sRGB primaries, as the wall shows it (exposure does not change it).
    pub color: [f64; 3],
    /// Crosses, if any.
    pub markers: Option<KeyMarkers>,
}

/// Settings of an inner frustum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InnerFrustum {
    /// Whether the wall shows it.
    pub on: bool,
    /// How much wider than the lens sees.
    pub overscan: Overscan,
    /// Width of the soft edge as a part of half the picture, 0 to 0.5.
    pub feather: f64,
    /// Pixels of the inner view per pixel of the camera's picture, in each direction.
    pub resolution_scale: f64,
    /// Of two cameras that see one wall pixel, the higher one is shown.
    pub priority: u8,
    /// Whether it stays where it is, whatever the camera does.
    pub frozen: bool,
    /// Exposure of this camera's view against the stage's, stops.
    pub exposure_ev: f64,
    /// Colour of this camera's view, before each wall's own.
    pub window: ColorWindow,
    /// One colour in place of the scene.
    pub key: Option<ChromaKey>,
}

impl Default for InnerFrustum {
    fn default() -> Self {
        Self {
            on: true,
            overscan: Overscan::Fixed(1.15),
            feather: 0.04,
            resolution_scale: 1.0,
            priority: 0,
            frozen: false,
            exposure_ev: 0.0,
            window: ColorWindow::default(),
            key: None,
        }
    }
}

/// How long a widened frustum takes to lose half of what a still camera does not need, nanoseconds.
const FALL_HALF_NS: f64 = 0.4e9;

/// Frames further apart than this (nanoseconds) say nothing about how fast the camera turns.
const GAP_NS: i64 = 250_000_000;

/// Follows a camera and says how much overscan its turning needs. Rises at once and falls slowly, so that the picture's
/// edge does not breathe with every step of a handheld camera.
#[derive(Clone, Copy, Debug, Default)]
pub struct OverscanFollower {
    before: Option<(HostNs, Xf<Stage, Pupil>)>,
    factor: f64,
}

impl OverscanFollower {
    /// The factor for a camera at a pose and time whose light leaves the wall `latency` later. `half_angle_rad` is half the
    /// lens's smaller opening angle: for it the widening counts most.
    ///
    /// A camera that turns at ω has turned by ωL when the picture shines: its edge, at half angle h, then looks where the
    /// still camera would need tan(h + ωL) / tan(h).
    pub fn follow(
        &mut self,
        overscan: Overscan,
        at: HostNs,
        pose: Xf<Stage, Pupil>,
        latency: Nanos,
        half_angle_rad: f64,
    ) -> f64 {
        let Overscan::Automatic { least, most } = overscan else {
            self.before = None;
            return overscan.least();
        };
        let since_ns = self.before.map(|(before, _)| (at - before).0);
        let turned = match (self.before, since_ns) {
            (Some((_, before)), Some(ns)) if ns > 0 && ns <= GAP_NS => {
                before.angle_to(pose) / ns as f64 * latency.0.max(0) as f64
            }
            _ => 0.0,
        };
        if since_ns != Some(0) {
            self.before = Some((at, pose));
        }
        let widest = (std::f64::consts::FRAC_PI_2 - half_angle_rad - 0.01).max(0.0);
        let needed = (half_angle_rad + turned.min(widest)).tan() / half_angle_rad.tan();
        let needed = (least * needed).clamp(least, most);
        let kept = match since_ns {
            Some(ns) if ns >= 0 => 0.5f64.powf(ns as f64 / FALL_HALF_NS),
            _ => 0.0,
        };
        let fallen = least + (self.factor - least).max(0.0) * kept;
        self.factor = needed.max(fallen).clamp(least, most);
        self.factor
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::{DQuat, DVec3};

    const MS: i64 = 1_000_000;

    fn pan(degrees: f64) -> Xf<Stage, Pupil> {
        Xf::saturating(DQuat::from_rotation_y(degrees.to_radians()), DVec3::ZERO)
    }

    /// The published arithmetic: 40° horizontally, 30°/s, 3, 7 and 12 frames of 24.
    #[test]
    fn a_panning_camera_gets_what_the_arithmetic_says() {
        let overscan = Overscan::Automatic {
            least: 1.0,
            most: 2.5,
        };
        for (frames, needed) in [(3.0, 1.21), (7.0, 1.51), (12.0, 1.92)] {
            let latency = Nanos((frames / 24.0 * 1e9) as i64);
            let mut follower = OverscanFollower::default();
            let mut factor = 0.0;
            for nth in 0..10 {
                let at = HostNs(i64::from(nth) * 10 * MS);
                let pose = pan(0.3 * f64::from(nth));
                factor = follower.follow(overscan, at, pose, latency, 20f64.to_radians());
            }
            assert!((factor - needed).abs() < 0.005, "{frames} frames: {factor}");
        }
    }

    #[test]
    fn it_rises_at_once_and_falls_slowly_and_within_its_limits() {
        let overscan = Overscan::Automatic {
            least: 1.1,
            most: 1.3,
        };
        let mut follower = OverscanFollower::default();
        let mut at = |ms: i64, degrees| {
            follower.follow(
                overscan,
                HostNs(ms * MS),
                pan(degrees),
                Nanos(300 * MS),
                0.35,
            )
        };
        assert_eq!(at(0, 0.0), 1.1);
        assert_eq!(at(10, 1.0), 1.3);
        let halfway = at(410, 1.0);
        assert!((halfway - 1.2).abs() < 1e-9, "{halfway}");
        assert!(at(5000, 1.0) < 1.101);
        // A jump after a long silence is no movement.
        assert!(at(9000, 90.0) < 1.101);
    }

    #[test]
    fn a_fixed_one_stays() {
        let mut follower = OverscanFollower::default();
        let fixed = Overscan::Fixed(1.4);
        for nth in 0..3 {
            let (at, pose) = (HostNs(nth * MS), pan(nth as f64 * 20.0));
            assert_eq!(follower.follow(fixed, at, pose, Nanos(MS), 0.3), 1.4);
        }
    }
}
