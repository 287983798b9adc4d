//! The stage file's own set: a glTF model that stands still, with its materials, its shadow, and the light of sky and sun.
//!
//! It is drawn by the same shaders as digital humans, posed once.

use super::{SET_LIGHT_VIEW, World, bake};
use crate::gpu::Gpu;
use crate::human::Human;
use crate::scene::Finish;
use crate::view::Views;
use cyc_character::Character;
use glam::Mat4;
use std::sync::Arc;

impl World {
    /// Stands a model in the world, in place of one that stood there, and draws the set's shadow with it.
    pub(crate) fn set_model(
        &mut self,
        gpu: &Gpu,
        character: &Arc<Character>,
        stage_from_model: Mat4,
    ) {
        let (device, queue) = (gpu.device(), gpu.queue());
        // A set's triangles are large.
        let makers = (&self.skinning, &self.pipelines.materials, None);
        let mut model = Human::new(device, queue, makers, Arc::clone(character));
        model.stand(queue, stage_from_model);
        let mut encoder = device.create_command_encoder(&Default::default());
        if model.is_visible() {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
                label: Some("set"),
                timestamp_writes: None,
            });
            model.skin(&mut pass, &self.skinning);
        }
        let mut pass = bake::shadow_pass(&mut encoder, "set shadow", &self.set_shadow.view, None);
        pass.set_bind_group(0, &self.light_group, &[Views::offset(SET_LIGHT_VIEW)]);
        pass.set_pipeline(&self.pipelines.set_depth);
        pass.set_vertex_buffer(0, self.vertices.slice(..));
        pass.set_index_buffer(self.indices.slice(..), wgpu::IndexFormat::Uint32);
        for piece in self.pieces.iter().filter(|p| p.finish == Finish::Stone) {
            pass.draw_indexed(piece.indices.clone(), 0, 0..1);
        }
        if model.is_visible() {
            model.draw_depth(&mut pass, &self.pipelines.humans);
        }
        drop(pass);
        queue.submit([encoder.finish()]);
        self.model = Some(model).filter(Human::is_visible);
    }
}
