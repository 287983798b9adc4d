//! The pictures of plates on the graphics card, with their smaller levels: a plate is often seen from far, and what is not
//! averaged shimmers on an inner frustum.

use crate::binding::{self, Slot};
use crate::pipeline::{LINEAR, WholePass};
use crate::shader::Program;
use crate::sky::whole_pass;
use crate::texture::extent;
use half::f16;
use half::slice::HalfFloatSliceExt;

/// Texels of a picture: red, green, blue, alpha; rows from the top. What is seen through them is multiplied in.
#[derive(Clone, Copy, Debug)]
pub enum PlateTexels<'a> {
    /// Codes of 8 bits, sRGB.
    Srgb(&'a [u8]),
    /// Linear light.
    Light(&'a [f16]),
}

/// A picture of a plate.
#[derive(Clone, Copy, Debug)]
pub struct PlateUpload<'a> {
    /// Width and height.
    pub size_px: [u32; 2],
    /// As many texels.
    pub texels: PlateTexels<'a>,
    /// Whether no other one will follow.
    pub is_still: bool,
}

impl PlateUpload<'_> {
    fn bytes(&self) -> &[u8] {
        match self.texels {
            PlateTexels::Srgb(codes) => codes,
            PlateTexels::Light(light) => bytemuck::cast_slice(light.reinterpret_cast()),
        }
    }

    fn texel_bytes(&self) -> u32 {
        match self.texels {
            PlateTexels::Srgb(_) => 4,
            PlateTexels::Light(_) => 8,
        }
    }

    fn format(&self) -> wgpu::TextureFormat {
        match self.texels {
            PlateTexels::Srgb(_) => wgpu::TextureFormat::Rgba8UnormSrgb,
            PlateTexels::Light(_) => LINEAR,
        }
    }

    /// Whether it has a size that a device takes, and all of its texels.
    fn is_whole(&self, side_max_px: u32) -> bool {
        let [width, height] = self.size_px;
        let bytes = u64::from(width) * u64::from(height) * u64::from(self.texel_bytes());
        bytes > 0 && self.bytes().len() as u64 == bytes && width.max(height) <= side_max_px
    }
}

struct PlateTexture {
    texture: wgpu::Texture,
    /// All levels.
    view: wgpu::TextureView,
    size_px: [u32; 2],
    format: wgpu::TextureFormat,
    /// Each level but the first as a target, with the group that looks at the one before.
    levels: Vec<(wgpu::TextureView, wgpu::BindGroup)>,
}

/// How smaller levels of a format are made.
struct Halving {
    format: wgpu::TextureFormat,
    layout: wgpu::BindGroupLayout,
    pipeline: wgpu::RenderPipeline,
}

/// The pictures of a stage's plates.
pub(crate) struct PlateTextures {
    textures: Vec<Option<PlateTexture>>,
    halvings: Vec<Halving>,
    sampler: wgpu::Sampler,
}

impl PlateTextures {
    pub(crate) fn new(device: &wgpu::Device, plates: usize) -> Self {
        Self {
            textures: (0..plates).map(|_| None).collect(),
            halvings: Vec::new(),
            sampler: device.create_sampler(&wgpu::SamplerDescriptor {
                mag_filter: wgpu::FilterMode::Linear,
                min_filter: wgpu::FilterMode::Linear,
                ..Default::default()
            }),
        }
    }

    /// Puts a picture on the graphics card. Its view, and whether that is another one than before; `None` for a picture that
    /// has not what it says.
    pub(crate) fn upload(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        (plate, side_max_px): (usize, u32),
        upload: &PlateUpload<'_>,
    ) -> Option<(&wgpu::TextureView, bool)> {
        if !upload.is_whole(side_max_px) {
            return None;
        }
        let format = upload.format();
        let halving = self.halving(device, format);
        let fits = |t: &PlateTexture| t.size_px == upload.size_px && t.format == format;
        let is_other = !self.textures.get(plate)?.as_ref().is_some_and(fits);
        if is_other {
            let made = self.made(device, halving, upload);
            *self.textures.get_mut(plate)? = Some(made);
        }
        let there = self.textures.get(plate)?.as_ref()?;
        queue.write_texture(
            there.texture.as_image_copy(),
            upload.bytes(),
            wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(upload.size_px[0] * upload.texel_bytes()),
                rows_per_image: None,
            },
            extent(upload.size_px, 1),
        );
        let pipeline = &self.halvings.get(halving)?.pipeline;
        let mut encoder = device.create_command_encoder(&Default::default());
        for (view, group) in &there.levels {
            whole_pass(&mut encoder, "plate level", view, pipeline, group);
        }
        queue.submit([encoder.finish()]);
        Some((&there.view, is_other))
    }

    /// The place of how a format is halved, made when it is not there.
    fn halving(&mut self, device: &wgpu::Device, format: wgpu::TextureFormat) -> usize {
        if let Some(at) = self.halvings.iter().position(|h| h.format == format) {
            return at;
        }
        let (layout, pipeline) = WholePass {
            label: "plate level",
            program: Program::Downsample,
            slots: &[Slot::Texture, Slot::Filter],
            vertex: "vs_whole",
            fragment: "fs_half",
            format,
        }
        .make(device);
        self.halvings.push(Halving {
            format,
            layout,
            pipeline,
        });
        self.halvings.len() - 1
    }

    fn made(
        &self,
        device: &wgpu::Device,
        halving: usize,
        upload: &PlateUpload<'_>,
    ) -> PlateTexture {
        let format = upload.format();
        let [width, height] = upload.size_px;
        let count = width.max(height).ilog2() + 1;
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("plate"),
            size: extent(upload.size_px, 1),
            mip_level_count: count,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format,
            usage: wgpu::TextureUsages::TEXTURE_BINDING
                | wgpu::TextureUsages::COPY_DST
                | wgpu::TextureUsages::RENDER_ATTACHMENT,
            view_formats: &[],
        });
        let level = |base_mip_level| {
            texture.create_view(&wgpu::TextureViewDescriptor {
                base_mip_level,
                mip_level_count: Some(1),
                ..Default::default()
            })
        };
        let levels = (1..count).filter_map(|nth| {
            let layout = &self.halvings.get(halving)?.layout;
            let larger = level(nth - 1);
            let resources = [binding::view(&larger), binding::sampler(&self.sampler)];
            let group = binding::group(device, "plate level", layout, &resources);
            Some((level(nth), group))
        });
        PlateTexture {
            levels: levels.collect(),
            view: texture.create_view(&Default::default()),
            size_px: upload.size_px,
            texture,
            format,
        }
    }
}

/// What plates are looked at through: smaller levels where they are far; around the horizon on a dome.
pub(crate) fn plate_sampler(device: &wgpu::Device, goes_round: bool) -> wgpu::Sampler {
    device.create_sampler(&wgpu::SamplerDescriptor {
        label: Some("plate"),
        address_mode_u: if goes_round {
            wgpu::AddressMode::Repeat
        } else {
            wgpu::AddressMode::ClampToEdge
        },
        mag_filter: wgpu::FilterMode::Linear,
        min_filter: wgpu::FilterMode::Linear,
        mipmap_filter: wgpu::MipmapFilterMode::Linear,
        ..Default::default()
    })
}
