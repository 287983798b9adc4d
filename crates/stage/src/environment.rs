//! What the stage's virtual world looks like.

/// Which set stands in the virtual world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum SceneKind {
    /// A plain at golden hour with standing stones.
    #[default]
    StandingStones,
    /// Nothing: the sky alone, with plates and people before it.
    Empty,
    /// Fine textures, hard edges and small bright discs at many distances, to measure with.
    TestPattern,
}

/// A picture that is the sky: it is seen behind everything, and it lights.
#[derive(Clone, Debug, PartialEq)]
pub struct SkyPicture {
    /// Its file, an equirectangular still; in the stage file's folder or below it.
    pub file: String,
    /// Where its middle column is, from -Z towards +X, radians.
    pub yaw_rad: f64,
    /// What its light is multiplied by.
    pub gain: f64,
}

/// A model that stands in the virtual world for good.
#[derive(Clone, Debug, PartialEq)]
pub struct SetModel {
    /// Its file, a glTF; in the stage file's folder or below it.
    pub file: String,
    /// Where its origin is on the stage, metres.
    pub position_m: [f64; 3],
    /// Its turn about the vertical, to the left, radians.
    pub yaw_rad: f64,
    /// Metres of the stage for one of the file.
    pub scale: f64,
}

/// Settings of the virtual world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Environment {
    /// Which set.
    pub scene: SceneKind,
    /// Where the sun stands, radians from -Z towards +X.
    pub sun_azimuth_rad: f64,
    /// How high it stands, radians.
    pub sun_elevation_rad: f64,
    /// How much of the sky is cloud, 0 to 1.
    pub clouds: f64,
    /// How thick the haze is, 0 to 1.
    pub haze: f64,
    /// Exposure in stops; 0 shows the sunlit ground as a middle tone.
    pub exposure_ev: f64,
    /// Seed of everything that is scattered.
    pub seed: u32,
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            scene: SceneKind::default(),
            sun_azimuth_rad: 35f64.to_radians(),
            sun_elevation_rad: 14f64.to_radians(),
            clouds: 0.45,
            haze: 0.35,
            exposure_ev: 0.0,
            seed: 2,
        }
    }
}
