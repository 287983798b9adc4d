//! Single colours through a wall's whole way, on the GPU: to measure a calibration, and to compare the shader with its
//! definition.

use super::tables::ColorTables;
use super::{SIGNAL, SIGNAL_BYTES, SignalUniform, slots};
use crate::RenderError;
use crate::binding;
use crate::composite::{WALL_BYTES, WallUniform};
use crate::gpu::Gpu;
use crate::pipeline::WholePass;
use crate::shader::Program;
use crate::texture::{Target, extent, read_bytes};
use cyc_stage::{Wall, WallColor};

/// Colours of a row of the probe's picture.
const ROW: usize = 256;

/// The codes (spread over 16 bits) that a wall's processor is told for radiances, as the shader makes them.
///
/// # Errors
/// What the device reports.
pub fn signal_of(
    gpu: &Gpu,
    wall: &Wall,
    color: &WallColor,
    radiances: &[[f32; 3]],
) -> Result<Vec<[u16; 3]>, RenderError> {
    if radiances.is_empty() {
        return Ok(Vec::new());
    }
    let (device, queue) = (gpu.device(), gpu.queue());
    let size_px = [ROW as u32, radiances.len().div_ceil(ROW) as u32];
    let mut texels: Vec<[f32; 4]> = radiances
        .iter()
        .map(|[r, g, b]| [*r, *g, *b, 1.0])
        .collect();
    texels.resize(ROW * size_px[1] as usize, [0.0; 4]);
    let given = Target::new(
        device,
        "probe",
        size_px,
        wgpu::TextureFormat::Rgba32Float,
        1,
    );
    let layout = wgpu::TexelCopyBufferLayout {
        offset: 0,
        bytes_per_row: Some(size_px[0] * 16),
        rows_per_image: None,
    };
    let bytes = bytemuck::cast_slice(&texels);
    queue.write_texture(
        given.texture.as_image_copy(),
        bytes,
        layout,
        extent(size_px, 1),
    );
    let (layout, pipeline) = WholePass {
        label: "probe",
        program: Program::Signal,
        slots: &slots(),
        vertex: "vs_probe",
        fragment: "fs_probe",
        format: SIGNAL,
    }
    .make(device);
    let usage = wgpu::BufferUsages::UNIFORM;
    let wall = WallUniform::new(wall, 0, [1, 1], 1.0).with_color(color);
    let wall = binding::buffer(device, queue, "wall", usage, bytemuck::bytes_of(&wall));
    let signal = SignalUniform::new(color);
    let signal = binding::buffer(device, queue, "signal", usage, bytemuck::bytes_of(&signal));
    let tables = ColorTables::new(device, queue, color);
    let resources = [
        binding::uniform_at(&wall, WALL_BYTES),
        binding::uniform_at(&signal, SIGNAL_BYTES),
        binding::view(&given.view),
        binding::view(&tables.curve),
        binding::view(&tables.cube),
    ];
    let group = binding::group(device, "probe", &layout, &resources);
    let target = Target::new(device, "probe", size_px, SIGNAL, 1);
    let mut encoder = device.create_command_encoder(&Default::default());
    {
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("probe"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: &target.view,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT),
                    store: wgpu::StoreOp::Store,
                },
            })],
            ..Default::default()
        });
        pass.set_pipeline(&pipeline);
        pass.set_bind_group(0, &group, &[0, 0]);
        pass.draw(0..3, 0..1);
    }
    queue.submit([encoder.finish()]);
    let bytes = read_bytes(gpu, &target.texture, size_px, 8)?;
    let code = |texel: &[u8], i: usize| u16::from_le_bytes([texel[2 * i], texel[2 * i + 1]]);
    let codes = bytes
        .chunks_exact(8)
        .map(|texel| [code(texel, 0), code(texel, 1), code(texel, 2)]);
    Ok(codes.take(radiances.len()).collect())
}
