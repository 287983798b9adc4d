//! The walls' signal: what LED processors are told, wall by wall, in codes spread over 16 bits.
//!
//! It is made from the walls' light, which the composite keeps, and only when somebody asks for it: pictures for eyes do
//! not need it. What the shader does is defined by [`cyc_stage::WallColor`].

mod probe;
mod tables;

use crate::binding::{self, Slot, UNIFORM_STRIDE, uniform_buffer};
use crate::composite::WALL_BYTES;
use crate::pipeline::{Draw, Mix};
use crate::shader::Program;
use crate::texture::Target;
use crate::view::Views;
use cyc_stage::{LutSpace, Stage, Transfer, WallColor};
use glam::DVec3;
pub use probe::signal_of;
use std::ops::Range;
use tables::{ColorTables, cube_uniform, curve_uniform};

/// Codes, spread over 16 bits: exact for every depth that processors take.
pub(crate) const SIGNAL: wgpu::TextureFormat = wgpu::TextureFormat::Rgba16Uint;

/// A wall's signal, as the shader reads it.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
struct SignalUniform {
    matrix: [[f32; 4]; 3],
    transfer: [f32; 4],
    tables: [f32; 4],
    curve: [[f32; 4]; 2],
    cube: [[f32; 4]; 2],
    dither: [f32; 4],
}

const SIGNAL_BYTES: u64 = size_of::<SignalUniform>() as u64;

/// Dither from end to end, codes: a little less than one, so that black stays black.
const DITHER: f32 = 0.9;

impl SignalUniform {
    fn new(color: &WallColor) -> Self {
        let rows = color.matrix.transpose();
        let wide = |v: DVec3| v.extend(0.0).as_vec4().to_array();
        let (number, gamma) = match color.transfer {
            Transfer::Linear => (0.0, 1.0),
            Transfer::Srgb => (1.0, 1.0),
            Transfer::Gamma(gamma) => (2.0, gamma),
            Transfer::Pq => (3.0, 1.0),
            Transfer::Hlg => (4.0, 1.0),
        };
        let of_peak = color.unit_nit / color.peak_nit;
        let transfer = [number, 1.0 / gamma, of_peak, color.peak_nit];
        let entries = color.curve.as_ref().map_or(0, |c| c.entries().len());
        let side = color.lut.as_ref().map_or(0, |l| l.side());
        let takes_light = f32::from(u8::from(color.lut_space == LutSpace::Light));
        let levels = color.levels() as f32;
        Self {
            matrix: [rows.x_axis, rows.y_axis, rows.z_axis].map(wide),
            transfer: transfer.map(|v| v as f32),
            tables: [entries as f32, side as f32, takes_light, levels],
            curve: curve_uniform(color),
            cube: cube_uniform(color),
            dither: [if color.is_dithered { DITHER } else { 0.0 }, 0.0, 0.0, 0.0],
        }
    }
}

fn slots() -> [Slot; 5] {
    [
        Slot::UniformAt(WALL_BYTES),
        Slot::UniformAt(SIGNAL_BYTES),
        Slot::Texels,
        Slot::Texels,
        Slot::TexelCube,
    ]
}

/// The signal of all walls.
pub(crate) struct SignalPass {
    /// What it is drawn into.
    pub(crate) target: Target,
    pipeline: wgpu::RenderPipeline,
    groups: Vec<wgpu::BindGroup>,
}

impl SignalPass {
    /// For a stage's walls: how many bits their windows take, their uniforms, and the light that is read.
    pub(crate) fn new(
        (device, queue): (&wgpu::Device, &wgpu::Queue),
        (stage, window_bits): (&Stage, &[Option<u8>]),
        walls: &wgpu::Buffer,
        light: &Target,
        vertices: wgpu::VertexBufferLayout<'_>,
    ) -> Self {
        let layout = binding::layout(device, "signal", &slots());
        let module = Program::Signal.module(device);
        let count = stage.walls().len();
        let signals = uniform_buffer(device, "signals", UNIFORM_STRIDE * count as u64);
        let mut groups = Vec::with_capacity(count);
        for (index, wall) in stage.walls().iter().enumerate() {
            // Dither is for the depth that arrives: a window may take fewer bits than the wall.
            let bits = window_bits.get(index).copied().flatten();
            let bits = bits.map_or(wall.color().bits, |b| wall.color().bits.min(u32::from(b)));
            let color = WallColor {
                bits,
                ..wall.color().clone()
            };
            let uniform = SignalUniform::new(&color);
            let offset = UNIFORM_STRIDE * index as u64;
            queue.write_buffer(&signals, offset, bytemuck::bytes_of(&uniform));
            let tables = ColorTables::new(device, queue, wall.color());
            let resources = [
                binding::uniform_at(walls, WALL_BYTES),
                binding::uniform_at(&signals, SIGNAL_BYTES),
                binding::view(&light.view),
                binding::view(&tables.curve),
                binding::view(&tables.cube),
            ];
            groups.push(binding::group(device, "signal", &layout, &resources));
        }
        Self {
            target: Target::new(device, "signal", light.size_px, SIGNAL, 1),
            pipeline: Draw {
                buffers: &[vertices],
                fragment: Some(("fs_signal", SIGNAL, Mix::Replace)),
                ..Draw::new(
                    "signal",
                    &module,
                    &[&layout],
                    "vs_signal",
                    "fs_signal",
                    SIGNAL,
                )
            }
            .make(device),
            groups,
        }
    }

    /// Draws all walls, whose corners are given.
    pub(crate) fn encode(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        vertices: &wgpu::Buffer,
        corners: impl Fn(usize) -> Range<u32>,
    ) {
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("signal"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: &self.target.view,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT),
                    store: wgpu::StoreOp::Store,
                },
            })],
            ..Default::default()
        });
        pass.set_pipeline(&self.pipeline);
        pass.set_vertex_buffer(0, vertices.slice(..));
        for (wall, group) in self.groups.iter().enumerate() {
            let offset = Views::offset(wall);
            pass.set_bind_group(0, group, &[offset, offset]);
            pass.draw(corners(wall), 0..1);
        }
    }
}
