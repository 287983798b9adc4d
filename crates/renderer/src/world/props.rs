//! Props: rigid things that are tracked, drawn where the performers' world puts them.

use crate::binding;
use crate::scene::{SWORD_REACH_M, SetVertex, sword};
use cyc_model::{Stage as StageSpace, StageFrame, Xf};
use glam::{Mat4, Vec3};

/// Props that are drawn.
const PROPS_MAX: usize = 8;

/// All props of a stage; their few vertices are moved on the CPU.
pub(crate) struct Props {
    rest: Vec<SetVertex>,
    moved: Vec<SetVertex>,
    vertices: wgpu::Buffer,
    indices: wgpu::Buffer,
    index_count: u32,
    places: Vec<Mat4>,
    stage_from_performance: Xf<StageSpace, StageSpace>,
}

impl Props {
    /// `stage_from_performance` is where the world of the digital humans lies.
    pub(super) fn new(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        stage_from_performance: Xf<StageSpace, StageSpace>,
    ) -> Self {
        let mesh = sword();
        let index = wgpu::BufferUsages::INDEX;
        let bytes: &[u8] = bytemuck::cast_slice(&mesh.indices);
        Self {
            vertices: device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("props"),
                size: (PROPS_MAX * mesh.vertices.len() * size_of::<SetVertex>()) as u64,
                usage: wgpu::BufferUsages::VERTEX | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            }),
            indices: binding::buffer(device, queue, "prop indices", index, bytes),
            index_count: mesh.indices.len() as u32,
            moved: Vec::with_capacity(PROPS_MAX * mesh.vertices.len()),
            rest: mesh.vertices,
            places: Vec::with_capacity(PROPS_MAX),
            stage_from_performance,
        }
    }

    /// Takes the frame's poses; without `shown` there are none.
    pub(super) fn take_frame(&mut self, queue: &wgpu::Queue, frame: &StageFrame, shown: bool) {
        self.places.clear();
        self.moved.clear();
        let seen = frame
            .props
            .iter()
            .filter(|p| shown && p.quality.is_present());
        for prop in seen.take(PROPS_MAX) {
            let pose = self.stage_from_performance * prop.stage_from_body;
            let matrix = pose.to_matrix().as_mat4();
            self.places.push(matrix);
            self.moved.extend(self.rest.iter().map(|vertex| SetVertex {
                position: matrix.transform_point3(vertex.position.into()).into(),
                normal: matrix.transform_vector3(vertex.normal.into()).into(),
                ..*vertex
            }));
        }
        if !self.moved.is_empty() {
            queue.write_buffer(&self.vertices, 0, bytemuck::cast_slice(&self.moved));
        }
    }

    /// Boxes around them, by low and high corners.
    pub(super) fn boxes(&self) -> impl Iterator<Item = [Vec3; 2]> + Clone + '_ {
        self.places.iter().map(|place| {
            let at = place.w_axis.truncate();
            [at - SWORD_REACH_M, at + SWORD_REACH_M]
        })
    }

    /// Draws them with the pipeline that is set.
    pub(super) fn draw(&self, pass: &mut wgpu::RenderPass<'_>) {
        if self.places.is_empty() {
            return;
        }
        pass.set_vertex_buffer(0, self.vertices.slice(..));
        pass.set_index_buffer(self.indices.slice(..), wgpu::IndexFormat::Uint32);
        for nth in 0..self.places.len() {
            let base = (nth * self.rest.len()) as i32;
            pass.draw_indexed(0..self.index_count, base, 0..1);
        }
    }
}
