//! Stills: PNG, JPEG, Radiance HDR and OpenEXR. The size is known and bounded before anything is decoded.

use super::picture::{half_of, light_of_srgb, premultiply, size_ok};
use super::radiance::{radiance_head, read_radiance};
use super::{PLATE_DECODE_BYTES_MAX, PLATE_STILL_BYTES_MAX, PlateFault, PlatePicture, PlateTexels};
use exr::meta::MetaData;
use exr::prelude::{ReadChannels, ReadLayers, Vec2};
use half::f16;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::cell::RefCell;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// What a still is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StillKind {
    /// PNG or JPEG.
    Image(ImageFormat),
    /// Radiance HDR.
    Radiance,
    /// OpenEXR.
    Exr,
}

impl StillKind {
    /// By the end of a file's name.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let end = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match end.as_str() {
            "png" => Self::Image(ImageFormat::Png),
            "jpg" | "jpeg" => Self::Image(ImageFormat::Jpeg),
            "hdr" => Self::Radiance,
            "exr" => Self::Exr,
            _ => return None,
        })
    }
}

/// The most that is read of a Radiance picture for its size.
const RADIANCE_HEAD_BYTES: u64 = 64 << 10;

/// Opens a still, if it is not too large.
fn opened(path: &Path) -> Result<BufReader<File>, PlateFault> {
    let file = File::open(path).map_err(|e| PlateFault::cannot_read(path, &e))?;
    let facts = file.metadata();
    let bytes = facts.map_err(|e| PlateFault::cannot_read(path, &e))?.len();
    if bytes > PLATE_STILL_BYTES_MAX {
        return Err(PlateFault::TooManyBytes {
            path: path.to_owned(),
            bytes,
            limit: PLATE_STILL_BYTES_MAX,
        });
    }
    Ok(BufReader::new(file))
}

/// Width and height, from the head of the file.
pub(super) fn still_size(path: &Path, kind: StillKind) -> Result<[u32; 2], PlateFault> {
    match kind {
        StillKind::Exr => exr_windows(path).map(|windows| windows.size_px),
        StillKind::Radiance => {
            let mut head = Vec::new();
            let read = opened(path)?
                .take(RADIANCE_HEAD_BYTES)
                .read_to_end(&mut head);
            read.map_err(|e| PlateFault::cannot_read(path, &e))?;
            let head = radiance_head(&head).map_err(|e| PlateFault::unknown(path, e))?;
            let [width, height] = head.0.map(u64::from);
            size_ok(path, width, height)
        }
        StillKind::Image(format) => {
            let mut reader = ImageReader::new(opened(path)?);
            reader.set_format(format);
            let decoder = reader.into_decoder();
            let size = decoder
                .map_err(|e| PlateFault::unknown(path, e))?
                .dimensions();
            size_ok(path, u64::from(size.0), u64::from(size.1))
        }
    }
}

/// Decodes a still into memory that may have been used before.
pub(super) fn read_still(
    path: &Path,
    kind: StillKind,
    into: &mut PlatePicture,
) -> Result<(), PlateFault> {
    match kind {
        StillKind::Exr => read_exr(path, into),
        StillKind::Radiance => {
            let size_px = still_size(path, kind)?;
            let mut bytes = Vec::new();
            let read = opened(path)?.read_to_end(&mut bytes);
            read.map_err(|e| PlateFault::cannot_read(path, &e))?;
            let read = read_radiance(&bytes, into.light(size_px));
            read.map_err(|e| PlateFault::broken(path, 0, e))
        }
        StillKind::Image(format) => read_image(path, format, into),
    }
}

fn read_image(path: &Path, format: ImageFormat, into: &mut PlatePicture) -> Result<(), PlateFault> {
    let size_px = still_size(path, StillKind::Image(format))?;
    let mut reader = ImageReader::new(opened(path)?);
    reader.set_format(format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(PLATE_DECODE_BYTES_MAX);
    reader.limits(limits);
    let image = reader
        .decode()
        .map_err(|e| PlateFault::broken(path, 0, e))?;
    let is_deep = matches!(
        image,
        DynamicImage::ImageLuma16(_)
            | DynamicImage::ImageLumaA16(_)
            | DynamicImage::ImageRgb16(_)
            | DynamicImage::ImageRgba16(_)
    );
    if is_deep {
        let pixels = image.into_rgba16();
        let to = into.light(size_px).chunks_exact_mut(4);
        for (to, from) in to.zip(pixels.as_raw().chunks_exact(4)) {
            let alpha = f32::from(from[3]) / 65_535.0;
            for (to, code) in to.iter_mut().zip(&from[..3]) {
                *to = f16::from_f32(light_of_srgb(f32::from(*code) / 65_535.0) * alpha);
            }
            to[3] = f16::from_f32(alpha);
        }
    } else {
        let pixels = image.into_rgba8();
        let codes = into.srgb(size_px);
        if codes.len() == pixels.as_raw().len() {
            codes.copy_from_slice(pixels.as_raw());
        }
        premultiply(codes);
    }
    Ok(())
}

/// Where an EXR file's pixels are in its picture.
struct Windows {
    /// The picture.
    size_px: [u32; 2],
    /// The upper left pixel that the file has, seen from the picture's.
    offset_px: [i64; 2],
}

fn exr_windows(path: &Path) -> Result<Windows, PlateFault> {
    let say = |e: exr::error::Error| PlateFault::unknown(path, e);
    let meta = MetaData::read_from_buffered(opened(path)?, false).map_err(say)?;
    let head = meta.headers.first();
    let head = head.ok_or_else(|| PlateFault::unknown(path, "it has no layer"))?;
    let shown = head.shared_attributes.display_window;
    let Vec2(width, height) = shown.size;
    let size_px = size_ok(path, width as u64, height as u64)?;
    let Vec2(own_width, own_height) = head.layer_size;
    size_ok(path, own_width as u64, own_height as u64)?;
    let at = head.own_attributes.layer_position;
    Ok(Windows {
        size_px,
        offset_px: [
            i64::from(at.x()) - i64::from(shown.position.x()),
            i64::from(at.y()) - i64::from(shown.position.y()),
        ],
    })
}

/// What of the file's pixels lies in its picture; the rest of the picture is transparent.
#[derive(Default)]
struct Shifted {
    size_px: [u32; 2],
    offset_px: [i64; 2],
    light: Vec<f16>,
}

impl Shifted {
    fn set(&mut self, at: Vec2<usize>, rgba: (f32, f32, f32, f32)) {
        let x = at.x() as i64 + self.offset_px[0];
        let y = at.y() as i64 + self.offset_px[1];
        let [width, height] = self.size_px.map(i64::from);
        if !(0..width).contains(&x) || !(0..height).contains(&y) {
            return;
        }
        let first = ((y * width + x) * 4) as usize;
        if let Some(texel) = self.light.get_mut(first..first + 4) {
            let (r, g, b, a) = rgba;
            for (to, from) in texel.iter_mut().zip([r, g, b, a]) {
                *to = half_of(from);
            }
        }
    }
}

fn read_exr(path: &Path, into: &mut PlatePicture) -> Result<(), PlateFault> {
    let windows = exr_windows(path)?;
    into.light(windows.size_px).fill(f16::ZERO);
    let light = match std::mem::take(into).texels {
        PlateTexels::Light(light) => light,
        PlateTexels::Srgb(_) => Vec::new(),
    };
    let kept = RefCell::new(Some(Shifted {
        size_px: windows.size_px,
        offset_px: windows.offset_px,
        light,
    }));
    let read = exr::prelude::read()
        .no_deep_data()
        .largest_resolution_level()
        .rgba_channels(
            move |_, _| kept.borrow_mut().take().unwrap_or_default(),
            |shifted: &mut Shifted, at, rgba: (f32, f32, f32, f32)| shifted.set(at, rgba),
        )
        .first_valid_layer()
        .all_attributes()
        .non_parallel()
        .from_buffered(opened(path)?)
        .map_err(|e| PlateFault::broken(path, 0, e))?;
    let read = read.layer_data.channel_data.pixels;
    into.size_px = read.size_px;
    into.texels = PlateTexels::Light(read.light);
    Ok(())
}

/// The first bytes of a file, to see what it is.
pub(super) fn first_bytes(path: &Path) -> Result<[u8; 12], PlateFault> {
    let mut bytes = [0; 12];
    let mut file = File::open(path).map_err(|e| PlateFault::cannot_read(path, &e))?;
    let mut filled = 0;
    while filled < bytes.len() {
        match file.read(&mut bytes[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(e) => return Err(PlateFault::cannot_read(path, &e)),
        }
    }
    Ok(bytes)
}
