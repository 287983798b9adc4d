//! What both draw: ten characters in two rows, a sun, and one camera.

/// The scene as numbers. Metres, Y up, the camera looks along -Z.
#[derive(Clone, Debug)]
pub struct Scene {
    pub size_px: [u32; 2],
    /// Samples a pixel.
    pub samples: u32,
    /// Where each character stands.
    pub places_m: Vec<[f64; 3]>,
    pub eye_m: [f64; 3],
    pub target_m: [f64; 3],
    /// Vertical.
    pub fov_deg: f64,
    /// Towards the sun, of length 1.
    pub to_sun: [f64; 3],
    /// How far each joint swings.
    pub sway_rad: f64,
}

impl Scene {
    pub fn new(samples: u32) -> Self {
        let place = |who: usize| [(who % 5) as f64 - 2.0, 0.0, -1.5 * (who / 5) as f64];
        Self {
            size_px: [1280, 720],
            samples,
            places_m: (0..10).map(place).collect(),
            eye_m: [0.3, 1.5, 5.0],
            target_m: [0.0, 0.9, 0.0],
            fov_deg: 36.0,
            to_sun: [-0.6, 0.5, 0.624_5],
            sway_rad: 0.02,
        }
    }
}
