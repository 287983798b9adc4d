//! Stills in full depth: light as half floats (OpenEXR), codes of 16 bits (PNG).

use crate::picture::write_error;
use crate::{Picture, PictureError};
use exr::meta::attribute::Chromaticities;
use exr::prelude::{
    Encoding, Image, ImageAttributes, Layer, LayerAttributes, SpecificChannels, Vec2, WritableImage,
};
use half::f16;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

fn checked(width_px: u32, height_px: u32, numbers: usize) -> Result<(), PictureError> {
    let expected = u128::from(width_px) * u128::from(height_px) * 4;
    if numbers as u128 == expected && expected > 0 {
        return Ok(());
    }
    Err(PictureError::WrongSize {
        bytes: numbers,
        width_px,
        height_px,
    })
}

/// Linear light with BT.709 primaries, red, green, blue and a fourth number a pixel, rows from the top.
#[derive(Clone, Debug, PartialEq)]
pub struct LightPicture {
    width_px: u32,
    height_px: u32,
    rgba: Vec<f16>,
    unit_nit: f32,
}

impl LightPicture {
    /// From numbers: exactly `4 * width_px * height_px`, at least four. Light of 1 is `unit_nit` cd/m².
    pub fn new(
        width_px: u32,
        height_px: u32,
        rgba: Vec<f16>,
        unit_nit: f64,
    ) -> Result<Self, PictureError> {
        checked(width_px, height_px, rgba.len())?;
        Ok(Self {
            width_px,
            height_px,
            rgba,
            unit_nit: unit_nit as f32,
        })
    }

    /// Writes red, green and blue to an EXR file, with the primaries and the luminance of 1 in its head.
    pub fn write_exr(&self, path: &Path) -> Result<(), PictureError> {
        let width = self.width_px as usize;
        let pixel = |at: Vec2<usize>| {
            let first = (at.y() * width + at.x()) * 4;
            let channel = |i: usize| self.rgba.get(first + i).copied().unwrap_or_default();
            (channel(0), channel(1), channel(2))
        };
        let size = (width, self.height_px as usize);
        let mut head = ImageAttributes::with_size(size);
        head.chromaticities = Some(Chromaticities {
            red: Vec2(0.64, 0.33),
            green: Vec2(0.30, 0.60),
            blue: Vec2(0.15, 0.06),
            white: Vec2(0.3127, 0.3290),
        });
        let attributes = LayerAttributes {
            white_luminance: Some(self.unit_nit),
            ..LayerAttributes::default()
        };
        let channels = SpecificChannels::rgb(pixel);
        let layer = Layer::new(size, attributes, Encoding::SMALL_FAST_LOSSLESS, channels);
        let mut image = Image::from_layer(layer);
        image.attributes = head;
        image
            .write()
            .to_file(path)
            .map_err(|error| write_error(path, &error))
    }
}

/// Codes of 16 bits, red, green, blue and a fourth number a pixel, rows from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodePicture {
    width_px: u32,
    height_px: u32,
    rgba: Vec<u16>,
}

impl CodePicture {
    /// From codes: exactly `4 * width_px * height_px`, at least four.
    pub fn new(width_px: u32, height_px: u32, rgba: Vec<u16>) -> Result<Self, PictureError> {
        checked(width_px, height_px, rgba.len())?;
        Ok(Self {
            width_px,
            height_px,
            rgba,
        })
    }

    /// Writes red, green and blue to a PNG file of 16 bits a channel.
    pub fn write_png(&self, path: &Path) -> Result<(), PictureError> {
        use image::codecs::png::{CompressionType, FilterType, PngEncoder};
        let file = File::create(path).map_err(|e| write_error(path, &e))?;
        let fast = CompressionType::Fast;
        let encoder =
            PngEncoder::new_with_quality(BufWriter::new(file), fast, FilterType::Adaptive);
        // The encoder takes the machine's own order of bytes.
        let pixels = self.rgba.chunks_exact(4);
        let bytes: Vec<u8> = pixels
            .flat_map(|p| [p[0], p[1], p[2]])
            .flat_map(u16::to_ne_bytes)
            .collect();
        let color = image::ExtendedColorType::Rgb16;
        image::ImageEncoder::write_image(encoder, &bytes, self.width_px, self.height_px, color)
            .map_err(|e| write_error(path, &e))
    }
}

/// A still of any kind.
#[derive(Clone, Debug)]
pub enum Still {
    /// For eyes.
    Picture(Picture),
    /// Light.
    Light(LightPicture),
    /// Codes.
    Codes(CodePicture),
}

impl Still {
    /// Writes it: PNG, EXR or PNG.
    pub fn write(&self, path: &Path) -> Result<(), PictureError> {
        match self {
            Self::Picture(picture) => picture.write_png(path),
            Self::Light(light) => light.write_exr(path),
            Self::Codes(codes) => codes.write_png(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_must_fill_the_picture() {
        assert!(CodePicture::new(2, 1, vec![0; 7]).is_err());
        assert!(CodePicture::new(0, 1, Vec::new()).is_err());
        assert!(LightPicture::new(1, 1, vec![f16::ONE; 5], 1.0).is_err());
    }

    #[test]
    fn codes_come_back_from_their_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("codes.png");
        let codes = vec![0, 1, 65_535, 9, 300, 40_000, 2, 9];
        CodePicture::new(2, 1, codes)
            .unwrap()
            .write_png(&path)
            .unwrap();
        let read = image::ImageReader::open(&path).unwrap().decode().unwrap();
        assert_eq!(read.color(), image::ColorType::Rgb16);
        assert_eq!(read.to_rgb16().into_raw(), [0, 1, 65_535, 300, 40_000, 2]);
    }

    /// The format's own bytes: magic number, attributes by name, half floats.
    #[test]
    fn light_comes_back_from_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("light.exr");
        let light: Vec<_> = [0.25, 5.5, 0.0, 1.0, 1e-4, 1.0, 60_000.0, 1.0]
            .map(f16::from_f64)
            .to_vec();
        let picture = LightPicture::new(2, 1, light.clone(), 1500.0).unwrap();
        picture.write_exr(&path).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(bytes[..4], [0x76, 0x2f, 0x31, 0x01]);
        let at = |name: &[u8]| bytes.windows(name.len()).position(|w| w == name).unwrap();
        let value = at(b"whiteLuminance\0float\0") + 15 + 6 + 4;
        let nit = f32::from_le_bytes(bytes[value..value + 4].try_into().unwrap());
        assert_eq!(nit, 1500.0);
        at(b"chromaticities\0");
        let read = exr::prelude::read_first_rgba_layer_from_file(
            &path,
            |size, _| vec![[f16::ZERO; 3]; size.area()],
            |pixels, at, (r, g, b, _): (f16, f16, f16, f16)| {
                pixels[at.x()] = [r, g, b];
            },
        );
        let read = read.unwrap().layer_data.channel_data.pixels;
        assert_eq!(read, [&light[..3], &light[4..7]]);
    }
}
