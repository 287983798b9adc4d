//! Textures: targets to draw into, and pictures with their mip levels.

use crate::RenderError;
use crate::gpu::Gpu;
use crate::pipeline::{DEPTH, IDS};
use half::f16;

/// A texture with its whole view.
#[derive(Debug)]
pub(crate) struct Target {
    pub texture: wgpu::Texture,
    pub view: wgpu::TextureView,
    pub size_px: [u32; 2],
}

impl Target {
    /// A 2D target that can be drawn into, and unless it is multisampled sampled and copied from; [`IDS`] are read in any case.
    pub(crate) fn new(
        device: &wgpu::Device,
        label: &str,
        size_px: [u32; 2],
        format: wgpu::TextureFormat,
        samples: u32,
    ) -> Self {
        let mut usage = wgpu::TextureUsages::RENDER_ATTACHMENT;
        if format == IDS {
            usage |= wgpu::TextureUsages::TEXTURE_BINDING;
        } else if samples == 1 {
            usage |= wgpu::TextureUsages::TEXTURE_BINDING;
            if format != DEPTH {
                usage |= wgpu::TextureUsages::COPY_SRC | wgpu::TextureUsages::COPY_DST;
            }
        }
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some(label),
            size: extent(size_px, 1),
            mip_level_count: 1,
            sample_count: samples,
            dimension: wgpu::TextureDimension::D2,
            format,
            usage,
            view_formats: &[],
        });
        let view = texture.create_view(&Default::default());
        Self {
            texture,
            view,
            size_px,
        }
    }
}

pub(crate) fn extent([width, height]: [u32; 2], layers: u32) -> wgpu::Extent3d {
    wgpu::Extent3d {
        width,
        height,
        depth_or_array_layers: layers,
    }
}

/// What the bytes of a picture mean, for averaging them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Colours as displays show them.
    Srgb,
    /// Numbers.
    Linear,
}

/// Uploads an RGBA picture with all its mip levels. A picture without pixels becomes one of one white pixel.
pub(crate) fn upload_with_mips(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    label: &str,
    size_px: [u32; 2],
    rgba: &[u8],
    encoding: Encoding,
) -> wgpu::TextureView {
    let whole = rgba.len() as u64 == u64::from(size_px[0]) * u64::from(size_px[1]) * 4;
    let (mut size_px, mut level) = if whole && !rgba.is_empty() {
        (size_px, rgba.to_vec())
    } else {
        ([1, 1], vec![255; 4])
    };
    let levels = size_px[0].max(size_px[1]).ilog2() + 1;
    let texture = device.create_texture(&wgpu::TextureDescriptor {
        label: Some(label),
        size: extent(size_px, 1),
        mip_level_count: levels,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: match encoding {
            Encoding::Srgb => wgpu::TextureFormat::Rgba8UnormSrgb,
            Encoding::Linear => wgpu::TextureFormat::Rgba8Unorm,
        },
        usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
        view_formats: &[],
    });
    let tables = Tables::new(encoding);
    for mip_level in 0..levels {
        queue.write_texture(
            wgpu::TexelCopyTextureInfo {
                texture: &texture,
                mip_level,
                origin: wgpu::Origin3d::ZERO,
                aspect: wgpu::TextureAspect::All,
            },
            &level,
            wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(size_px[0] * 4),
                rows_per_image: None,
            },
            extent(size_px, 1),
        );
        (size_px, level) = tables.halved(size_px, &level);
    }
    texture.create_view(&Default::default())
}

/// To linear light and back, by table: a texture has millions of pixels.
struct Tables {
    to_linear: [f32; 256],
    from_linear: Vec<u8>,
}

const STEPS: usize = 4096;

impl Tables {
    fn new(encoding: Encoding) -> Self {
        let decode = |v: f32| match encoding {
            Encoding::Linear => v,
            Encoding::Srgb if v <= 0.04045 => v / 12.92,
            Encoding::Srgb => ((v + 0.055) / 1.055).powf(2.4),
        };
        let encode = |v: f32| match encoding {
            Encoding::Linear => v,
            Encoding::Srgb if v <= 0.0031308 => v * 12.92,
            Encoding::Srgb => 1.055 * v.powf(1.0 / 2.4) - 0.055,
        };
        let mut to_linear = [0.0; 256];
        for (value, slot) in to_linear.iter_mut().enumerate() {
            *slot = decode(value as f32 / 255.0);
        }
        let from_linear = (0..=STEPS)
            .map(|step| (encode(step as f32 / STEPS as f32) * 255.0).round() as u8)
            .collect();
        Self {
            to_linear,
            from_linear,
        }
    }

    fn halved(&self, [width, height]: [u32; 2], rgba: &[u8]) -> ([u32; 2], Vec<u8>) {
        let (w, h) = (width as usize, height as usize);
        let (half_w, half_h) = ((w / 2).max(1), (h / 2).max(1));
        let mut out = Vec::with_capacity(half_w * half_h * 4);
        for y in 0..half_h {
            for x in 0..half_w {
                let corners = [(0, 0), (1, 0), (0, 1), (1, 1)]
                    .map(|(dx, dy)| ((2 * y + dy).min(h - 1) * w + (2 * x + dx).min(w - 1)) * 4);
                for channel in 0..3 {
                    let sum: f32 = corners
                        .iter()
                        .map(|at| self.to_linear[usize::from(rgba[at + channel])])
                        .sum();
                    out.push(self.from_linear[(sum * 0.25 * STEPS as f32 + 0.5) as usize]);
                }
                let alpha: u32 = corners.iter().map(|at| u32::from(rgba[at + 3])).sum();
                out.push(((alpha + 2) / 4) as u8);
            }
        }
        ([half_w as u32, half_h as u32], out)
    }
}

/// Reads a whole 2D texture, waiting for it: its rows without padding.
pub(crate) fn read_bytes(
    gpu: &Gpu,
    texture: &wgpu::Texture,
    size_px: [u32; 2],
    texel_bytes: u32,
) -> Result<Vec<u8>, RenderError> {
    let device = gpu.device();
    let row = size_px[0] * texel_bytes;
    let padded = row.next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
    let staging = device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("read whole"),
        size: u64::from(padded) * u64::from(size_px[1]),
        usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    let mut encoder = device.create_command_encoder(&Default::default());
    encoder.copy_texture_to_buffer(
        texture.as_image_copy(),
        wgpu::TexelCopyBufferInfo {
            buffer: &staging,
            layout: wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(padded),
                rows_per_image: None,
            },
        },
        extent(size_px, 1),
    );
    gpu.queue().submit([encoder.finish()]);
    staging.map_async(wgpu::MapMode::Read, .., |_| ());
    gpu.wait()?;
    let mapped = staging
        .get_mapped_range(..)
        .map_err(|error| RenderError::Refused {
            reason: error.to_string(),
        })?;
    let rows = mapped.chunks_exact(padded as usize);
    let rows = rows.map(|padded| &padded[..row as usize]);
    Ok(rows.flatten().copied().collect())
}

/// Reads a whole texture of four half floats, waiting for it: red, green, blue, alpha, row by row.
pub(crate) fn read_halves(
    gpu: &Gpu,
    texture: &wgpu::Texture,
    size_px: [u32; 2],
) -> Result<Vec<f16>, RenderError> {
    let bytes = read_bytes(gpu, texture, size_px, 8)?;
    let halves = bytes.chunks_exact(2);
    Ok(halves
        .map(|half| f16::from_le_bytes([half[0], half[1]]))
        .collect())
}

/// Reads one level and layer of a half-float texture, waiting for it. For set-up only.
pub(crate) fn read_half_floats(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    texture: &wgpu::Texture,
    mip_level: u32,
    layer: u32,
    size_px: [u32; 2],
) -> Vec<[f32; 4]> {
    let row_bytes = (size_px[0] * 8).next_multiple_of(256);
    let staging = device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("read half floats"),
        size: u64::from(row_bytes) * u64::from(size_px[1]),
        usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    let mut encoder = device.create_command_encoder(&Default::default());
    encoder.copy_texture_to_buffer(
        wgpu::TexelCopyTextureInfo {
            texture,
            mip_level,
            origin: wgpu::Origin3d {
                x: 0,
                y: 0,
                z: layer,
            },
            aspect: wgpu::TextureAspect::All,
        },
        wgpu::TexelCopyBufferInfo {
            buffer: &staging,
            layout: wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(row_bytes),
                rows_per_image: None,
            },
        },
        extent(size_px, 1),
    );
    queue.submit([encoder.finish()]);
    staging.map_async(wgpu::MapMode::Read, .., |_| ());
    // A failure shows as an unmapped range below.
    let _ = device.poll(wgpu::PollType::wait_indefinitely());
    let Ok(mapped) = staging.get_mapped_range(..) else {
        return Vec::new();
    };
    let mut pixels = Vec::with_capacity((size_px[0] * size_px[1]) as usize);
    for row in mapped.chunks_exact(row_bytes as usize) {
        for texel in row[..size_px[0] as usize * 8].chunks_exact(8) {
            let half = |i: usize| f16::from_le_bytes([texel[i], texel[i + 1]]).to_f32();
            pixels.push([half(0), half(2), half(4), half(6)]);
        }
    }
    pixels
}
