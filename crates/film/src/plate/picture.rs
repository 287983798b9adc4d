//! One frame of a plate, as it goes to the graphics card.

use super::{PLATE_SIDE_MAX_PX, PlateFault};
use half::f16;
use std::path::Path;

/// Texels of a frame: red, green, blue, alpha; rows from the top. What is seen through them is multiplied in.
#[derive(Clone, Debug, PartialEq)]
pub enum PlateTexels {
    /// Codes of 8 bits, sRGB; alpha is linear.
    Srgb(Vec<u8>),
    /// Linear light.
    Light(Vec<f16>),
}

/// A frame of a plate.
#[derive(Clone, Debug, PartialEq)]
pub struct PlatePicture {
    /// Width and height.
    pub size_px: [u32; 2],
    /// As many texels.
    pub texels: PlateTexels,
}

impl Default for PlatePicture {
    fn default() -> Self {
        Self {
            size_px: [0; 2],
            texels: PlateTexels::Srgb(Vec::new()),
        }
    }
}

impl PlatePicture {
    /// Room for codes of a size, in memory that was used before where it can be.
    pub(super) fn srgb(&mut self, size_px: [u32; 2]) -> &mut [u8] {
        self.size_px = size_px;
        let count = 4 * size_px[0] as usize * size_px[1] as usize;
        if !matches!(self.texels, PlateTexels::Srgb(_)) {
            self.texels = PlateTexels::Srgb(Vec::new());
        }
        match &mut self.texels {
            PlateTexels::Srgb(codes) => {
                codes.resize(count, 0);
                codes
            }
            PlateTexels::Light(_) => &mut [],
        }
    }

    /// The same for light.
    pub(super) fn light(&mut self, size_px: [u32; 2]) -> &mut [f16] {
        self.size_px = size_px;
        let count = 4 * size_px[0] as usize * size_px[1] as usize;
        if !matches!(self.texels, PlateTexels::Light(_)) {
            self.texels = PlateTexels::Light(Vec::new());
        }
        match &mut self.texels {
            PlateTexels::Light(light) => {
                light.resize(count, f16::ZERO);
                light
            }
            PlateTexels::Srgb(_) => &mut [],
        }
    }
}

/// Whether a picture of a size is taken.
pub(super) fn size_ok(path: &Path, width: u64, height: u64) -> Result<[u32; 2], PlateFault> {
    let limit_px = PLATE_SIDE_MAX_PX;
    let limit = u64::from(limit_px);
    if (1..=limit).contains(&width) && (1..=limit).contains(&height) {
        return Ok([width as u32, height as u32]);
    }
    Err(PlateFault::TooLarge {
        path: path.to_owned(),
        width_px: width,
        height_px: height,
        limit_px,
    })
}

/// Linear light of an sRGB code, 0 to 1 (IEC 61966-2-1).
pub(super) fn light_of_srgb(code: f32) -> f32 {
    if code <= 0.04045 {
        code / 12.92
    } else {
        ((code + 0.055) / 1.055).powf(2.4)
    }
}

/// The sRGB code of linear light, 0 to 1.
pub(super) fn srgb_of_light(light: f32) -> f32 {
    if light <= 0.003_130_8 {
        light * 12.92
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    }
}

/// Multiplies alpha into codes, in light.
pub(super) fn premultiply(codes: &mut [u8]) {
    for texel in codes.chunks_exact_mut(4) {
        let alpha = texel[3];
        if alpha == 255 {
            continue;
        }
        for code in &mut texel[..3] {
            let light = light_of_srgb(f32::from(*code) / 255.0) * f32::from(alpha) / 255.0;
            *code = (srgb_of_light(light) * 255.0).round() as u8;
        }
    }
}

/// A half float that is neither infinite nor no number: what files hold is multiplied and averaged.
pub(super) fn half_of(value: f32) -> f16 {
    let most = f16::MAX.to_f32();
    f16::from_f32(if value.is_nan() {
        0.0
    } else {
        value.clamp(-most, most)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_half_there_gives_half_its_light() {
        let mut codes = [255, 128, 0, 128, 10, 20, 30, 255, 9, 9, 9, 0];
        premultiply(&mut codes);
        // 128/255 of full light is code 188 by the standard's formula; 128 is light 0.2158 and becomes 0.1083, code 93.
        assert_eq!(codes, [188, 93, 0, 128, 10, 20, 30, 255, 0, 0, 0, 0]);
    }

    #[test]
    fn light_stays_finite() {
        assert_eq!(half_of(f32::NAN), f16::ZERO);
        assert_eq!(half_of(f32::INFINITY), f16::MAX);
        assert_eq!(half_of(-1e9), f16::MIN);
    }
}
