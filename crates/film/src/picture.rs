//! An 8-bit picture with an alpha channel, as it is read back from the GPU and written to disk.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a picture cannot be made or written.
#[derive(Debug, Error)]
pub enum PictureError {
    /// The bytes are not `4 * width * height`.
    #[error("{bytes} bytes for a picture of {width_px} x {height_px} px")]
    WrongSize {
        /// Bytes given.
        bytes: usize,
        /// Width given.
        width_px: u32,
        /// Height given.
        height_px: u32,
    },
    /// The file could not be written.
    #[error("cannot write {path}: {reason}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system or the encoder said.
        reason: String,
    },
}

impl PictureError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::WrongSize { .. } => "film-picture-wrong-size",
            Self::Write { .. } => "film-cannot-write",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::WrongSize {
                bytes,
                width_px,
                height_px,
            } => vec![
                ("bytes", bytes.to_string()),
                ("width", width_px.to_string()),
                ("height", height_px.to_string()),
            ],
            Self::Write { path, reason } => {
                vec![
                    ("path", path.display().to_string()),
                    ("reason", reason.clone()),
                ]
            }
        }
    }
}

/// RGBA, 8 bits a channel, sRGB, rows from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width_px: u32,
    height_px: u32,
    rgba: Vec<u8>,
}

impl Picture {
    /// From bytes; they must be exactly `4 * width_px * height_px`.
    pub fn new(width_px: u32, height_px: u32, rgba: Vec<u8>) -> Result<Self, PictureError> {
        let expected = u128::from(width_px) * u128::from(height_px) * 4;
        if rgba.len() as u128 != expected {
            return Err(PictureError::WrongSize {
                bytes: rgba.len(),
                width_px,
                height_px,
            });
        }
        Ok(Self {
            width_px,
            height_px,
            rgba,
        })
    }

    /// A picture of one colour.
    pub fn filled(width_px: u32, height_px: u32, rgba: [u8; 4]) -> Self {
        let pixels = width_px as usize * height_px as usize;
        Self {
            width_px,
            height_px,
            rgba: rgba.repeat(pixels),
        }
    }

    /// Width in pixels.
    pub fn width_px(&self) -> u32 {
        self.width_px
    }

    /// Height in pixels.
    pub fn height_px(&self) -> u32 {
        self.height_px
    }

    /// The bytes.
    pub fn rgba(&self) -> &[u8] {
        &self.rgba
    }

    /// The bytes, to be drawn on.
    pub fn rgba_mut(&mut self) -> &mut [u8] {
        &mut self.rgba
    }

    /// Copies `from` with its upper left corner at `x`, `y`; what does not fit is cut off.
    pub fn paste(&mut self, from: &Self, x: u32, y: u32) {
        let columns = from.width_px.min(self.width_px.saturating_sub(x)) as usize;
        let rows = from.height_px.min(self.height_px.saturating_sub(y)) as usize;
        for row in 0..rows {
            let source = row * from.width_px as usize * 4;
            let target = ((row + y as usize) * self.width_px as usize + x as usize) * 4;
            let (Some(read), Some(write)) = (
                from.rgba.get(source..source + columns * 4),
                self.rgba.get_mut(target..target + columns * 4),
            ) else {
                return;
            };
            write.copy_from_slice(read);
        }
    }

    /// The picture as PNG bytes (for a report that holds its pictures itself).
    pub fn to_png(&self) -> Result<Vec<u8>, PictureError> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        self.encode(&mut bytes)
            .map_err(|e| write_error(Path::new("PNG"), &e))?;
        Ok(bytes.into_inner())
    }

    /// The picture as JPEG bytes of the given quality, 1 to 100; alpha is dropped.
    pub fn to_jpeg(&self, quality: u8) -> Result<Vec<u8>, PictureError> {
        let rgb: Vec<u8> = self
            .rgba
            .chunks_exact(4)
            .flat_map(|p| [p[0], p[1], p[2]])
            .collect();
        let mut bytes = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality.clamp(1, 100))
            .encode(
                &rgb,
                self.width_px,
                self.height_px,
                image::ExtendedColorType::Rgb8,
            )
            .map_err(|e| write_error(Path::new("JPEG"), &e))?;
        Ok(bytes)
    }

    /// Writes a PNG file.
    pub fn write_png(&self, path: &Path) -> Result<(), PictureError> {
        let file = File::create(path).map_err(|e| write_error(path, &e))?;
        self.encode(BufWriter::new(file))
            .map_err(|e| write_error(path, &e))
    }

    fn encode(&self, to: impl std::io::Write) -> image::ImageResult<()> {
        use image::codecs::png::{CompressionType, FilterType, PngEncoder};
        let encoder = PngEncoder::new_with_quality(to, CompressionType::Fast, FilterType::Adaptive);
        let color = image::ExtendedColorType::Rgba8;
        image::ImageEncoder::write_image(encoder, &self.rgba, self.width_px, self.height_px, color)
    }

    /// The same picture at another size, averaged over areas when it gets smaller.
    pub fn resized(&self, width_px: u32, height_px: u32) -> Self {
        let Some(view) =
            image::RgbaImage::from_raw(self.width_px, self.height_px, self.rgba.clone())
        else {
            return self.clone();
        };
        let filter = image::imageops::FilterType::Triangle;
        let small = image::imageops::resize(&view, width_px.max(1), height_px.max(1), filter);
        Self {
            width_px: width_px.max(1),
            height_px: height_px.max(1),
            rgba: small.into_raw(),
        }
    }
}

/// The error of a file that could not be written.
pub(crate) fn write_error(path: &Path, reason: &dyn std::fmt::Display) -> PictureError {
    PictureError::Write {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_bytes_that_are_no_picture() {
        assert!(Picture::new(2, 2, vec![0; 15]).is_err());
        assert!(Picture::new(u32::MAX, u32::MAX, vec![]).is_err());
    }

    #[test]
    fn png_comes_back() {
        let mut picture = Picture::filled(5, 3, [10, 20, 30, 255]);
        picture.paste(&Picture::filled(9, 9, [200, 1, 2, 255]), 4, 1);
        let read = image::load_from_memory(&picture.to_png().unwrap())
            .unwrap()
            .to_rgba8();
        assert_eq!(read.as_raw(), picture.rgba());
        assert_eq!(&picture.rgba()[(5 + 4) * 4..(5 + 4) * 4 + 3], [200, 1, 2]);
        assert_eq!(&picture.rgba()[..3], [10, 20, 30]);
    }
}
