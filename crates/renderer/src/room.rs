//! The real room: the walls as a camera in the room sees them. The picture through the film camera, and an overview.

mod lamps;
mod mesh;
mod mirror;

use crate::binding::{self, Slot};
use crate::human::Human;
use crate::pipeline::{DEPTH, DISPLAY, DepthUse, Draw};
use crate::settings::RenderSettings;
use crate::shader::Program;
use crate::texture::Target;
use crate::view::{VIEW_BYTES, ViewUniform, Views};
use cyc_model::{Pupil, Stage as StageSpace, Xf};
use cyc_stage::{Frustum, Stage, Tangents};
use glam::{DQuat, DVec3, EulerRot, Mat4};
use lamps::Lamps;
use mesh::RoomVertex;

/// Humans that the room's shaders know.
const ROOM_MAX: usize = 8;

const CAMERA_VIEW: usize = 0;
const WIDE_VIEW: usize = 1;

/// Vertices of what moves in the room: camera rigs and lines.
const MOVING_MAX: usize = 4096;

/// The room.
pub(crate) struct Room {
    layout_group: wgpu::BindGroup,
    views: Views,
    led: wgpu::RenderPipeline,
    floor: wgpu::RenderPipeline,
    thing: wgpu::RenderPipeline,
    performer: wgpu::RenderPipeline,
    line: wgpu::RenderPipeline,
    lamps: Lamps,
    still: wgpu::Buffer,
    led_vertices: u32,
    floor_vertices: u32,
    moving: wgpu::Buffer,
    scratch: Vec<RoomVertex>,
    rig_vertices: u32,
    line_vertices: u32,
    pub camera: Target,
    camera_depth: Target,
    pub wide: Target,
    wide_depth: Target,
    mirror_count: usize,
    overview: Option<Frustum>,
}

// Each pipeline takes the attributes that its shader reads, and no others.
const LIT: [wgpu::VertexAttribute; 3] =
    wgpu::vertex_attr_array![0 => Float32x3, 1 => Float32x3, 2 => Float32x3];
const LED: [wgpu::VertexAttribute; 4] = [
    LIT[0],
    LIT[1],
    wgpu::VertexAttribute {
        format: wgpu::VertexFormat::Float32x2,
        offset: 36,
        shader_location: 3,
    },
    wgpu::VertexAttribute {
        format: wgpu::VertexFormat::Float32x4,
        offset: 44,
        shader_location: 4,
    },
];
const POSED: [wgpu::VertexAttribute; 2] = wgpu::vertex_attr_array![0 => Float32x3, 1 => Float32x3];

struct RoomPipelines {
    layout: wgpu::BindGroupLayout,
    led: wgpu::RenderPipeline,
    floor: wgpu::RenderPipeline,
    thing: wgpu::RenderPipeline,
    performer: wgpu::RenderPipeline,
    line: wgpu::RenderPipeline,
}

impl RoomPipelines {
    fn new(device: &wgpu::Device) -> Self {
        let slots = [
            Slot::UniformAt(VIEW_BYTES),
            Slot::Texture,
            Slot::Filter,
            Slot::Texture,
            Slot::Uniform,
            Slot::Uniform,
            Slot::Uniform,
        ];
        let layout = binding::layout(device, "room", &slots);
        let module = Program::Room.module(device);
        let make = |vertex: &str, fragment: &str, stride, attributes: &[_], topology| {
            let buffers = [wgpu::VertexBufferLayout {
                array_stride: stride,
                step_mode: wgpu::VertexStepMode::Vertex,
                attributes,
            }];
            Draw {
                buffers: &buffers,
                depth: DepthUse::Nearer,
                topology,
                ..Draw::new(fragment, &module, &[&layout], vertex, fragment, DISPLAY)
            }
            .make(device)
        };
        let triangles = wgpu::PrimitiveTopology::TriangleList;
        let lines = wgpu::PrimitiveTopology::LineList;
        let stride = size_of::<RoomVertex>() as u64;
        Self {
            led: make("vs_led", "fs_led", stride, &LED, triangles),
            floor: make("vs_room", "fs_floor", stride, &LIT, triangles),
            thing: make("vs_room", "fs_thing", stride, &LIT, triangles),
            performer: make("vs_performer", "fs_thing", 24, &POSED, triangles),
            line: make("vs_room", "fs_mark", stride, &LIT, lines),
            layout,
        }
    }
}

impl Room {
    pub(crate) fn new(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        stage: &Stage,
        canvas: &Target,
        settings: &RenderSettings,
    ) -> Self {
        let made = RoomPipelines::new(device);
        let sampler = device.create_sampler(&wgpu::SamplerDescriptor {
            mag_filter: wgpu::FilterMode::Linear,
            min_filter: wgpu::FilterMode::Linear,
            ..Default::default()
        });
        let views = Views::new(device, "room views", 2);
        let (mirror_count, mirrors) = mirror::mirrors(stage);
        let usage = wgpu::BufferUsages::UNIFORM;
        let mirrors = bytemuck::cast_slice(&mirrors);
        let mirrors = binding::buffer(device, queue, "mirrors", usage, mirrors);
        let lamps = Lamps::new(device, queue, stage, canvas, &sampler);
        let moved = performer_matrices(stage);
        let moved = binding::buffer(
            device,
            queue,
            "performers",
            usage,
            bytemuck::cast_slice(&moved),
        );
        let resources = [
            binding::uniform_at(&views.buffer, VIEW_BYTES),
            binding::view(&canvas.view),
            binding::sampler(&sampler),
            binding::view(&lamps.glow.view),
            mirrors.as_entire_binding(),
            moved.as_entire_binding(),
            lamps.buffer.as_entire_binding(),
        ];
        let mut vertices = Vec::new();
        for wall in stage.walls() {
            mesh::led(&mut vertices, wall, stage.canvas_px());
        }
        let led_vertices = vertices.len() as u32;
        mesh::floor(&mut vertices);
        let as_vertex = wgpu::BufferUsages::VERTEX;
        Self {
            layout_group: binding::group(device, "room", &made.layout, &resources),
            still: binding::buffer(
                device,
                queue,
                "room",
                as_vertex,
                bytemuck::cast_slice(&vertices),
            ),
            floor_vertices: vertices.len() as u32 - led_vertices,
            led_vertices,
            moving: device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("room, moving"),
                size: (MOVING_MAX * size_of::<RoomVertex>()) as u64,
                usage: as_vertex | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            }),
            scratch: Vec::with_capacity(MOVING_MAX),
            rig_vertices: 0,
            line_vertices: 0,
            camera: Target::new(device, "camera picture", settings.camera_px, DISPLAY, 1),
            camera_depth: Target::new(device, "camera depth", settings.camera_px, DEPTH, 1),
            wide: Target::new(device, "overview", settings.wide_px, DISPLAY, 1),
            wide_depth: Target::new(device, "overview depth", settings.wide_px, DEPTH, 1),
            views,
            led: made.led,
            floor: made.floor,
            thing: made.thing,
            performer: made.performer,
            line: made.line,
            lamps,
            mirror_count,
            overview: overview(stage, settings.wide_px),
        }
    }

    /// Sets what the film camera sees.
    pub(crate) fn set_camera(&self, queue: &wgpu::Queue, frustum: &Frustum) {
        let view =
            ViewUniform::of_frustum(frustum).with_counts(self.lamps.count, self.mirror_count);
        self.views.set(queue, CAMERA_VIEW, &view);
    }

    /// Sets the overview, and what moves in it.
    pub(crate) fn set_wide(
        &mut self,
        queue: &wgpu::Queue,
        stage: &Stage,
        pupils: &[Option<Xf<StageSpace, Pupil>>],
    ) {
        if let Some(frustum) = &self.overview {
            let view = ViewUniform::of_frustum(frustum)
                .with_counts(self.lamps.count, self.mirror_count)
                .through_backs();
            self.views.set(queue, WIDE_VIEW, &view);
        }
        self.scratch.clear();
        for pupil in pupils.iter().flatten() {
            mesh::camera_rig(&mut self.scratch, *pupil);
        }
        self.scratch.truncate(MOVING_MAX);
        self.rig_vertices = self.scratch.len() as u32;
        for (camera, pupil) in stage.cameras().iter().zip(pupils) {
            if let Some(pupil) = pupil {
                mesh::sight_lines(&mut self.scratch, stage, camera, *pupil);
            }
        }
        self.scratch.truncate(MOVING_MAX);
        self.line_vertices = self.scratch.len() as u32 - self.rig_vertices;
        queue.write_buffer(&self.moving, 0, bytemuck::cast_slice(&self.scratch));
    }

    /// Reduces the canvas to the light that falls into the room.
    pub(crate) fn encode_light(&self, encoder: &mut wgpu::CommandEncoder) {
        self.lamps.encode(encoder);
    }

    /// Draws the picture through the film camera.
    pub(crate) fn encode_camera(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        times: Option<wgpu::RenderPassTimestampWrites<'_>>,
    ) {
        let mut pass = room_pass(encoder, "camera", &self.camera, &self.camera_depth, times);
        self.draw_still(&mut pass, CAMERA_VIEW);
    }

    /// Draws the overview.
    pub(crate) fn encode_wide<'a>(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        humans: impl Iterator<Item = (usize, &'a Human)>,
        times: Option<wgpu::RenderPassTimestampWrites<'_>>,
    ) {
        let mut pass = room_pass(encoder, "overview", &self.wide, &self.wide_depth, times);
        self.draw_still(&mut pass, WIDE_VIEW);
        pass.set_vertex_buffer(0, self.moving.slice(..));
        pass.set_pipeline(&self.thing);
        pass.draw(0..self.rig_vertices, 0..1);
        pass.set_pipeline(&self.line);
        pass.draw(
            self.rig_vertices..self.rig_vertices + self.line_vertices,
            0..1,
        );
        pass.set_pipeline(&self.performer);
        for (index, human) in humans.filter(|(index, _)| *index < ROOM_MAX) {
            human.draw_bare(&mut pass, index as u32);
        }
    }

    fn draw_still(&self, pass: &mut wgpu::RenderPass<'_>, view: usize) {
        pass.set_bind_group(0, &self.layout_group, &[Views::offset(view)]);
        pass.set_vertex_buffer(0, self.still.slice(..));
        pass.set_pipeline(&self.led);
        pass.draw(0..self.led_vertices, 0..1);
        pass.set_pipeline(&self.floor);
        pass.draw(
            self.led_vertices..self.led_vertices + self.floor_vertices,
            0..1,
        );
    }
}

fn performer_matrices(stage: &Stage) -> [Mat4; ROOM_MAX] {
    let mut matrices = [Mat4::IDENTITY; ROOM_MAX];
    for (slot, performer) in matrices.iter_mut().zip(stage.performers()) {
        let back = performer.stage_from_performance.inverse();
        *slot = back.to_matrix().as_mat4();
    }
    matrices
}

/// From the corner behind the camera, high up; as far away as the stage is large.
fn overview(stage: &Stage, [width, height]: [u32; 2]) -> Option<Frustum> {
    let target = DVec3::new(-0.35, 1.75, -2.4);
    let corners = stage.walls().iter().flat_map(|wall| {
        wall.triangles(0.2)
            .into_iter()
            .flatten()
            .map(|c| wall.point_of_place(c.place))
    });
    let (low, high) = corners.fold((target, target), |(low, high), point| {
        (low.min(point.metres()), high.max(point.metres()))
    });
    // The demonstration volume is seen from where it looks best; what is larger or stands elsewhere, from further off.
    const USUAL_M: f64 = 6.5;
    let size_m = (high - low).length() / 2.0;
    let (target, away) = if size_m > USUAL_M || high.z > 1.5 {
        ((low + high) * 0.5, (size_m / USUAL_M).max(1.0))
    } else {
        (target, 1.0)
    };
    let eye = target + DVec3::new(4.05, 1.35, 8.0) * away;
    let to = target - eye;
    let yaw = (-to.x).atan2(-to.z);
    let pitch = to.y.atan2(to.x.hypot(to.z));
    let pose: Xf<StageSpace, Pupil> =
        Xf::saturating(DQuat::from_euler(EulerRot::YXZ, yaw, pitch, 0.0), eye);
    let half = 0.50;
    let aspect = f64::from(width) / f64::from(height);
    let tangents = Tangents::new([-half * aspect, half * aspect, -half, half]);
    Frustum::inner(pose, tangents, 1.0, 0.05).ok()
}

fn room_pass<'a>(
    encoder: &'a mut wgpu::CommandEncoder,
    label: &str,
    color: &Target,
    depth: &Target,
    timestamp_writes: Option<wgpu::RenderPassTimestampWrites<'_>>,
) -> wgpu::RenderPass<'a> {
    let dark = wgpu::Color {
        r: 0.0035,
        g: 0.0038,
        b: 0.0045,
        a: 1.0,
    };
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some(label),
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view: &color.view,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations {
                load: wgpu::LoadOp::Clear(dark),
                store: wgpu::StoreOp::Store,
            },
        })],
        depth_stencil_attachment: Some(wgpu::RenderPassDepthStencilAttachment {
            view: &depth.view,
            depth_ops: Some(wgpu::Operations {
                load: wgpu::LoadOp::Clear(0.0),
                store: wgpu::StoreOp::Discard,
            }),
            stencil_ops: None,
        }),
        timestamp_writes,
        ..Default::default()
    })
}
