//! From the scene's light to what an LED processor is told, wall by wall.
//!
//! The way, in this order: radiance (scene-linear, sRGB primaries, exposed) → the camera's window → the wall's window →
//! tone map → *wall light* (1 = [`WallColor::unit_nit`]) → 3×3 → transfer function → *signal* (0 to 1) → curve → cube →
//! codes of so many bits, dithered. Curve and cube work on the signal, or on light before the transfer function
//! ([`LutSpace`]). Everything here is `f64` and the reference for the shaders, which do the same in `f32`.

mod cube;
mod cube_file;
mod tone;
mod transfer;
mod window;

pub use cube::{Curve, Lut3d};
pub use cube_file::{CubeError, CubeFile};
pub use tone::ToneMap;
pub use transfer::Transfer;
pub use window::ColorWindow;

use glam::{DMat3, DVec3};
use std::sync::Arc;

/// What a curve and a cube take and give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum LutSpace {
    /// The signal, after the transfer function.
    #[default]
    Signal,
    /// Wall light, before it.
    Light,
}

/// Primaries of a wall's signal. The scene's are those of sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Primaries {
    /// ITU-R BT.709, sRGB.
    #[default]
    Rec709,
    /// SMPTE RP 431-2 with the white of D65.
    P3D65,
    /// ITU-R BT.2020.
    Rec2020,
}

/// White of all three, CIE xy of D65.
const D65: [f64; 2] = [0.3127, 0.3290];

impl Primaries {
    /// CIE xy of red, green and blue.
    fn xy(self) -> [[f64; 2]; 3] {
        match self {
            Self::Rec709 => [[0.64, 0.33], [0.30, 0.60], [0.15, 0.06]],
            Self::P3D65 => [[0.680, 0.320], [0.265, 0.690], [0.150, 0.060]],
            Self::Rec2020 => [[0.708, 0.292], [0.170, 0.797], [0.131, 0.046]],
        }
    }

    /// CIE XYZ of linear light (SMPTE RP 177).
    pub fn xyz_from_rgb(self) -> DMat3 {
        let xyz = |[x, y]: [f64; 2]| DVec3::new(x / y, 1.0, (1.0 - x - y) / y);
        let [r, g, b] = self.xy().map(xyz);
        let columns = DMat3::from_cols(r, g, b);
        let scale = columns.inverse() * xyz(D65);
        columns * DMat3::from_diagonal(scale)
    }

    /// From the scene's primaries.
    pub fn from_scene(self) -> DMat3 {
        match self {
            Self::Rec709 => DMat3::IDENTITY,
            other => other.xyz_from_rgb().inverse() * Self::Rec709.xyz_from_rgb(),
        }
    }
}

/// How a wall is coloured.
#[derive(Clone, Debug, PartialEq)]
pub struct WallColor {
    /// From radiance to wall light.
    pub tone_map: ToneMap,
    /// Before the tone map.
    pub window: ColorWindow,
    /// After it: primaries and calibration in one.
    pub matrix: DMat3,
    /// From light to signal.
    pub transfer: Transfer,
    /// Luminance of wall light 1, cd/m².
    pub unit_nit: f64,
    /// The most that the wall can do, cd/m².
    pub peak_nit: f64,
    /// What curve and cube take.
    pub lut_space: LutSpace,
    /// Calibration, channel by channel.
    pub curve: Option<Arc<Curve>>,
    /// Calibration of the whole colour.
    pub lut: Option<Arc<Lut3d>>,
    /// Bits of a code: 8 to 16.
    pub bits: u32,
    /// Whether codes are dithered.
    pub is_dithered: bool,
}

impl WallColor {
    /// A wall that takes sRGB of 8 bits and whose peak is 1.
    pub fn plain(peak_nit: f64) -> Self {
        Self {
            tone_map: ToneMap::Aces,
            window: ColorWindow::default(),
            matrix: DMat3::IDENTITY,
            transfer: Transfer::Srgb,
            unit_nit: peak_nit,
            peak_nit,
            lut_space: LutSpace::Signal,
            curve: None,
            lut: None,
            bits: 8,
            is_dithered: true,
        }
    }

    /// Wall light of radiance.
    pub fn light(&self, radiance: DVec3) -> DVec3 {
        self.tone_map.apply(self.window.apply(radiance))
    }

    /// Signal of wall light, 0 to 1.
    pub fn signal(&self, light: DVec3) -> DVec3 {
        let mut value = self.matrix * light;
        if self.lut_space == LutSpace::Light {
            value = self.looked_up(value);
        }
        value = self.transfer.encode(value, self.unit_nit, self.peak_nit);
        if self.lut_space == LutSpace::Signal {
            value = self.looked_up(value);
        }
        value.clamp(DVec3::ZERO, DVec3::ONE)
    }

    fn looked_up(&self, value: DVec3) -> DVec3 {
        let curved = match &self.curve {
            Some(curve) => curve.apply(value),
            None => value,
        };
        match &self.lut {
            Some(lut) => lut.apply(curved),
            None => curved,
        }
    }

    /// The largest code.
    pub fn levels(&self) -> f64 {
        f64::from((1u32 << self.bits.clamp(1, 16)) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primaries_are_those_of_the_standards() {
        // BT.2087-0, table of the conversion from BT.709 to BT.2020.
        let published = [
            [0.6274, 0.3293, 0.0433],
            [0.0691, 0.9195, 0.0114],
            [0.0164, 0.0880, 0.8956],
        ];
        let ours = Primaries::Rec2020.from_scene();
        for (row, wanted) in published.iter().enumerate() {
            for (column, wanted) in wanted.iter().enumerate() {
                let got = ours.col(column)[row];
                assert!((got - wanted).abs() < 1e-4, "{row} {column}: {got}");
            }
        }
        // White stays white, and luminance is BT.709's.
        assert!((ours * DVec3::ONE).abs_diff_eq(DVec3::ONE, 1e-12));
        let y = Primaries::Rec709.xyz_from_rgb().row(1);
        assert!(
            y.abs_diff_eq(DVec3::new(0.2126, 0.7152, 0.0722), 1e-4),
            "{y}"
        );
    }

    #[test]
    fn a_plain_wall_is_srgb() {
        let plain = WallColor::plain(1500.0);
        let signal = plain.signal(DVec3::new(0.0, 0.214_041_14, 1.0));
        assert!(
            signal.abs_diff_eq(DVec3::new(0.0, 0.5, 1.0), 1e-6),
            "{signal}"
        );
        assert_eq!(plain.levels(), 255.0);
    }
}
