//! Materials of humans on the GPU.

use crate::binding::{self, Slot};
use crate::texture::{Encoding, upload_with_mips};
use cyc_character::{AlphaMode, Character, Material, TextureRef, TextureWrap};

#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
struct MaterialUniform {
    base_color: [f32; 4],
    emissive: [f32; 4],
    surface: [f32; 4],
    kind: [f32; 4],
    uv: [f32; 4],
}

/// How materials are bound.
pub(crate) struct MaterialLayout {
    pub layout: wgpu::BindGroupLayout,
}

impl MaterialLayout {
    pub(crate) fn new(device: &wgpu::Device) -> Self {
        let slots = [
            Slot::Uniform,
            Slot::Texture,
            Slot::Texture,
            Slot::Texture,
            Slot::Filter,
        ];
        Self {
            layout: binding::layout(device, "material", &slots),
        }
    }
}

/// One material, bound.
pub(super) struct GpuMaterial {
    pub group: wgpu::BindGroup,
}

/// Which shading a material's name asks for.
fn kind_of(material: &Material) -> f32 {
    let name = material.name.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if material.unlit {
        4.0
    } else if has(&["hair", "brow", "lash", "beard"]) {
        2.0
    } else if has(&["eye", "cornea", "iris"]) {
        3.0
    } else if has(&["skin", "body", "face", "head", "tongue", "lip"]) {
        1.0
    } else {
        0.0
    }
}

fn address(wrap: TextureWrap) -> wgpu::AddressMode {
    match wrap {
        TextureWrap::Repeat => wgpu::AddressMode::Repeat,
        TextureWrap::Mirror => wgpu::AddressMode::MirrorRepeat,
        TextureWrap::Clamp => wgpu::AddressMode::ClampToEdge,
    }
}

/// Uploads each picture in each encoding at most once.
struct Pictures<'a> {
    device: &'a wgpu::Device,
    queue: &'a wgpu::Queue,
    character: &'a Character,
    known: Vec<((usize, Encoding), wgpu::TextureView)>,
}

impl Pictures<'_> {
    fn view(&mut self, texture: Option<TextureRef>, encoding: Encoding) -> wgpu::TextureView {
        let key = (texture.map_or(usize::MAX, |t| t.picture), encoding);
        if let Some((_, view)) = self.known.iter().find(|(known, _)| *known == key) {
            return view.clone();
        }
        let picture = texture.and_then(|t| self.character.pictures.get(t.picture));
        let (size, rgba) = picture.map_or(([0, 0], &[][..]), |p| {
            ([p.width_px, p.height_px], p.rgba.as_slice())
        });
        let view = upload_with_mips(self.device, self.queue, "material", size, rgba, encoding);
        self.known.push((key, view.clone()));
        view
    }
}

/// Uploads all materials of a character.
pub(super) fn upload(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    layout: &MaterialLayout,
    character: &Character,
) -> Vec<GpuMaterial> {
    let mut pictures = Pictures {
        device,
        queue,
        character,
        known: Vec::new(),
    };
    let materials = character.materials.iter();
    materials
        .map(|material| {
            let uniform = uniform(material);
            let usage = wgpu::BufferUsages::UNIFORM;
            let bytes = bytemuck::bytes_of(&uniform);
            let buffer = binding::buffer(device, queue, &material.name, usage, bytes);
            let base = pictures.view(material.base_color_texture, Encoding::Srgb);
            let normal = pictures.view(material.normal_texture, Encoding::Linear);
            let packed = material
                .metallic_roughness_texture
                .or(material.occlusion_texture);
            let packed = pictures.view(packed, Encoding::Linear);
            let wrap = material
                .base_color_texture
                .map_or([TextureWrap::Repeat; 2], |t| t.wrap);
            let sampler = device.create_sampler(&wgpu::SamplerDescriptor {
                label: Some("material"),
                address_mode_u: address(wrap[0]),
                address_mode_v: address(wrap[1]),
                mag_filter: wgpu::FilterMode::Linear,
                min_filter: wgpu::FilterMode::Linear,
                mipmap_filter: wgpu::MipmapFilterMode::Linear,
                ..Default::default()
            });
            let resources = [
                buffer.as_entire_binding(),
                binding::view(&base),
                binding::view(&normal),
                binding::view(&packed),
                binding::sampler(&sampler),
            ];
            GpuMaterial {
                group: binding::group(device, &material.name, &layout.layout, &resources),
            }
        })
        .collect()
}

fn uniform(material: &Material) -> MaterialUniform {
    let cutoff = match material.alpha {
        AlphaMode::Mask { cutoff } => cutoff,
        AlphaMode::Opaque => 0.0,
        AlphaMode::Blend => -1.0,
    };
    let mapped = if material.normal_texture.is_some() {
        1.0
    } else {
        0.0
    };
    let uv = material
        .base_color_texture
        .map_or([1.0, 1.0, 0.0, 0.0], |t| {
            [t.scale.x, t.scale.y, t.offset.x, t.offset.y]
        });
    MaterialUniform {
        base_color: material.base_color.to_array(),
        emissive: material.emissive.extend(0.0).to_array(),
        surface: [
            material.metallic,
            material.roughness,
            material.normal_scale,
            cutoff,
        ],
        kind: [kind_of(material), mapped, 0.0, 0.0],
        uv,
    }
}
