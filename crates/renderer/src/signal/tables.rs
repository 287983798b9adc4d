//! A wall's calibration tables as textures that the shader reads texel by texel.

use crate::texture::extent;
use cyc_stage::WallColor;
use glam::DVec3;

/// Entries in a row of a curve's texture; the shader knows it too.
const CURVE_ROW: usize = 4096;

/// Curve and cube of a wall; of one texel where it has none.
pub(super) struct ColorTables {
    pub(super) curve: wgpu::TextureView,
    pub(super) cube: wgpu::TextureView,
}

impl ColorTables {
    pub(super) fn new(device: &wgpu::Device, queue: &wgpu::Queue, color: &WallColor) -> Self {
        let curve = color.curve.as_ref().map_or(&[][..], |c| c.entries());
        let rows = curve.len().div_ceil(CURVE_ROW).max(1);
        let width = curve.len().clamp(1, CURVE_ROW);
        let side = color.lut.as_ref().map_or(1, |l| l.side()) as u32;
        let cube = color.lut.as_ref().map_or(&[][..], |l| l.entries());
        let upload = |label: &str, size: wgpu::Extent3d, dimension, entries: &[DVec3]| {
            let texels = texels(
                entries,
                (size.width * size.height * size.depth_or_array_layers) as usize,
            );
            let texture = device.create_texture(&wgpu::TextureDescriptor {
                label: Some(label),
                size,
                mip_level_count: 1,
                sample_count: 1,
                dimension,
                format: wgpu::TextureFormat::Rgba32Float,
                usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
                view_formats: &[],
            });
            let layout = wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(size.width * 16),
                rows_per_image: Some(size.height),
            };
            let bytes = bytemuck::cast_slice(&texels);
            queue.write_texture(texture.as_image_copy(), bytes, layout, size);
            texture.create_view(&Default::default())
        };
        Self {
            curve: upload(
                "curve",
                extent([width as u32, rows as u32], 1),
                wgpu::TextureDimension::D2,
                curve,
            ),
            cube: upload(
                "cube",
                extent([side, side], side),
                wgpu::TextureDimension::D3,
                cube,
            ),
        }
    }
}

/// As many texels as the texture has; zero beyond the entries.
fn texels(entries: &[DVec3], count: usize) -> Vec<[f32; 4]> {
    let mut texels: Vec<_> = entries
        .iter()
        .map(|e| e.extend(1.0).as_vec4().to_array())
        .collect();
    texels.resize(count, [0.0; 4]);
    texels
}

fn domain(domain: Option<[DVec3; 2]>) -> [[f32; 4]; 2] {
    let [low, high] = domain.unwrap_or([DVec3::ZERO, DVec3::ONE]);
    [low, (high - low).recip()].map(|v| v.extend(0.0).as_vec4().to_array())
}

/// Lowest value and one over the span of a wall's curve.
pub(super) fn curve_uniform(color: &WallColor) -> [[f32; 4]; 2] {
    domain(color.curve.as_ref().map(|c| c.domain()))
}

/// The same of its cube.
pub(super) fn cube_uniform(color: &WallColor) -> [[f32; 4]; 2] {
    domain(color.lut.as_ref().map(|l| l.domain()))
}
