//! What is made once for a world: sky, the set pieces' shadow, the light on the ground, and the bindings.

use super::pipelines::Pipelines;
use super::{SET_LIGHT_VIEW, VIEW_SIZE};
use crate::RenderError;
use crate::binding::{self, Slot};
use crate::gpu::Gpu;
use crate::light::{GROUND_LIGHT_SIDE_M, LightUniform, set_shadow_matrix};
use crate::pipeline::{DEPTH, WholePass};
use crate::scene::{FLAT_CENTRE_M, Finish, Piece, Scene, detail_picture};
use crate::settings::RenderSettings;
use crate::shader::Program;
use crate::sky::{Sky, whole_pass};
use crate::texture::{Encoding, Target, upload_with_mips};
use crate::view::{ViewUniform, Views};
use cyc_stage::Environment;

/// Side of the set pieces' shadow map, pixels: 1.3 cm on the ground.
const SET_SHADOW_PX: u32 = 4096;

/// Side of the baked light on the ground, pixels: 4.3 cm.
const GROUND_LIGHT_PX: u32 = 1024;

/// Side of the detail texture, pixels.
const DETAIL_PX: u32 = 512;

pub(super) struct Baked {
    pub pipelines: Pipelines,
    pub views: Views,
    pub group: wgpu::BindGroup,
    pub light: LightUniform,
    pub light_buffer: wgpu::Buffer,
    pub light_views: Views,
    pub light_group: wgpu::BindGroup,
    pub sky: Sky,
    pub set_shadow: Target,
    pub human_shadow: Target,
    pub vertices: wgpu::Buffer,
    pub indices: wgpu::Buffer,
    pub pieces: Vec<Piece>,
}

pub(super) fn bake(
    gpu: &Gpu,
    environment: &Environment,
    settings: &RenderSettings,
    view_count: usize,
) -> Result<Baked, RenderError> {
    let (device, queue) = (gpu.device(), gpu.queue());
    let scene = Scene::build(environment);
    let sky = Sky::bake(device, queue, environment, settings.sky_px);
    let pipelines = Pipelines::new(device, settings.samples);
    let light = LightUniform::new(&sky, environment.haze as f32);
    let usage = wgpu::BufferUsages::UNIFORM;
    let light_buffer = binding::buffer(device, queue, "light", usage, bytemuck::bytes_of(&light));
    let light_views = Views::new(device, "light views", 2);
    let set_matrix = set_shadow_matrix(sky.to_sun);
    light_views.set(queue, SET_LIGHT_VIEW, &ViewUniform::of_light(set_matrix));
    let light_resources = [binding::uniform_at(&light_views.buffer, VIEW_SIZE)];
    let light_group = binding::group(
        device,
        "light view",
        &pipelines.light_layout,
        &light_resources,
    );
    let vertex_bytes: &[u8] = bytemuck::cast_slice(&scene.vertices);
    let index_bytes: &[u8] = bytemuck::cast_slice(&scene.indices);
    let (as_vertex, as_index) = (wgpu::BufferUsages::VERTEX, wgpu::BufferUsages::INDEX);
    let vertices = binding::buffer(device, queue, "set vertices", as_vertex, vertex_bytes);
    let indices = binding::buffer(device, queue, "set indices", as_index, index_bytes);

    let set_shadow = draw_set_shadow(gpu, &pipelines, &light_group, [&vertices, &indices], &scene);
    let samplers = Samplers::new(device);
    let side = settings.human_shadow_px;
    let human_shadow = Target::new(device, "human shadow", [side; 2], DEPTH, 1);
    let detail = upload_with_mips(
        device,
        queue,
        "detail",
        [DETAIL_PX; 2],
        &detail_picture(),
        Encoding::Linear,
    );
    let ground = ground_light(gpu, &scene, &sky, &set_shadow, &samplers, &detail);
    let views = Views::new(device, "views", view_count);
    let resources = [
        binding::uniform_at(&views.buffer, VIEW_SIZE),
        light_buffer.as_entire_binding(),
        binding::view(&sky.cube),
        binding::sampler(&samplers.clamp),
        binding::view(&ground.view),
        binding::view(&set_shadow.view),
        binding::view(&human_shadow.view),
        binding::sampler(&samplers.compare),
        binding::view(&detail),
        binding::sampler(&samplers.repeat),
    ];
    let group = binding::group(device, "world", &pipelines.world_layout, &resources);
    gpu.check()?;
    Ok(Baked {
        pipelines,
        views,
        group,
        light,
        light_buffer,
        light_views,
        light_group,
        sky,
        set_shadow,
        human_shadow,
        vertices,
        indices,
        pieces: scene.pieces,
    })
}

/// The set pieces' shadow map.
fn draw_set_shadow(
    gpu: &Gpu,
    pipelines: &Pipelines,
    light_group: &wgpu::BindGroup,
    [vertices, indices]: [&wgpu::Buffer; 2],
    scene: &Scene,
) -> Target {
    let (device, queue) = (gpu.device(), gpu.queue());
    let set_shadow = Target::new(device, "set shadow", [SET_SHADOW_PX; 2], DEPTH, 1);
    let mut encoder = device.create_command_encoder(&Default::default());
    {
        let mut pass = shadow_pass(&mut encoder, "set shadow", &set_shadow.view, None);
        pass.set_pipeline(&pipelines.set_depth);
        pass.set_bind_group(0, light_group, &[Views::offset(SET_LIGHT_VIEW)]);
        pass.set_vertex_buffer(0, vertices.slice(..));
        pass.set_index_buffer(indices.slice(..), wgpu::IndexFormat::Uint32);
        for piece in scene.pieces.iter().filter(|p| p.finish == Finish::Stone) {
            pass.draw_indexed(piece.indices.clone(), 0, 0..1);
        }
    }
    queue.submit([encoder.finish()]);
    set_shadow
}

struct Samplers {
    clamp: wgpu::Sampler,
    repeat: wgpu::Sampler,
    compare: wgpu::Sampler,
}

impl Samplers {
    fn new(device: &wgpu::Device) -> Self {
        let base = wgpu::SamplerDescriptor {
            mag_filter: wgpu::FilterMode::Linear,
            min_filter: wgpu::FilterMode::Linear,
            mipmap_filter: wgpu::MipmapFilterMode::Linear,
            ..Default::default()
        };
        let repeat = wgpu::AddressMode::Repeat;
        Self {
            clamp: device.create_sampler(&base),
            repeat: device.create_sampler(&wgpu::SamplerDescriptor {
                address_mode_u: repeat,
                address_mode_v: repeat,
                ..base.clone()
            }),
            compare: device.create_sampler(&wgpu::SamplerDescriptor {
                compare: Some(wgpu::CompareFunction::LessEqual),
                ..base
            }),
        }
    }
}

/// A pass into a shadow map, cleared to far away.
pub(super) fn shadow_pass<'a>(
    encoder: &'a mut wgpu::CommandEncoder,
    label: &str,
    view: &wgpu::TextureView,
    timestamp_writes: Option<wgpu::RenderPassTimestampWrites<'_>>,
) -> wgpu::RenderPass<'a> {
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some(label),
        color_attachments: &[],
        depth_stencil_attachment: Some(wgpu::RenderPassDepthStencilAttachment {
            view,
            depth_ops: Some(wgpu::Operations {
                load: wgpu::LoadOp::Clear(1.0),
                store: wgpu::StoreOp::Store,
            }),
            stencil_ops: None,
        }),
        timestamp_writes,
        ..Default::default()
    })
}

/// Stones that the ground's baked light knows; the first ones are those nearest to the camera's picture.
const FOOTPRINTS_MAX: usize = 64;

#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
struct BakeUniform {
    set_shadow_from_stage: [[f32; 4]; 4],
    to_sun: [f32; 4],
    area: [f32; 4],
    stones: [[f32; 4]; FOOTPRINTS_MAX],
}

fn ground_light(
    gpu: &Gpu,
    scene: &Scene,
    sky: &Sky,
    set_shadow: &Target,
    samplers: &Samplers,
    detail: &wgpu::TextureView,
) -> Target {
    let (device, queue) = (gpu.device(), gpu.queue());
    let format = wgpu::TextureFormat::Rgba8Unorm;
    let target = Target::new(device, "ground light", [GROUND_LIGHT_PX; 2], format, 1);
    let (layout, pipeline) = WholePass {
        label: "ground light",
        program: Program::GroundLight,
        slots: &[
            Slot::Uniform,
            Slot::Depth,
            Slot::Compare,
            Slot::Texture,
            Slot::Filter,
        ],
        vertex: "vs_bake",
        fragment: "fs_bake",
        format,
    }
    .make(device);
    let mut stones = [[0.0; 4]; FOOTPRINTS_MAX];
    let count = scene.footprints.len().min(FOOTPRINTS_MAX);
    stones[..count].copy_from_slice(&scene.footprints[..count]);
    let uniform = BakeUniform {
        set_shadow_from_stage: set_shadow_matrix(sky.to_sun).to_cols_array_2d(),
        to_sun: sky.to_sun.extend(0.0).to_array(),
        area: [
            FLAT_CENTRE_M.x,
            FLAT_CENTRE_M.y,
            GROUND_LIGHT_SIDE_M,
            count as f32,
        ],
        stones,
    };
    let usage = wgpu::BufferUsages::UNIFORM;
    let bytes = bytemuck::bytes_of(&uniform);
    let buffer = binding::buffer(device, queue, "ground light", usage, bytes);
    let resources = [
        buffer.as_entire_binding(),
        binding::view(&set_shadow.view),
        binding::sampler(&samplers.compare),
        binding::view(detail),
        binding::sampler(&samplers.repeat),
    ];
    let group = binding::group(device, "ground light", &layout, &resources);
    let mut encoder = device.create_command_encoder(&Default::default());
    whole_pass(
        &mut encoder,
        "ground light",
        &target.view,
        &pipeline,
        &group,
    );
    queue.submit([encoder.finish()]);
    target
}
