//! The virtual scene seen directly, by any projection: for stills, and for proofs that bring their own matrices.

use super::{DIRECT_VIEW, Renderer};
use crate::RenderError;
use crate::binding::{self, Slot};
use crate::composite::tone_number;
use crate::pipeline::{DISPLAY, WholePass};
use crate::readback::Readback;
use crate::shader::Program;
use crate::sky::whole_pass;
use crate::texture::Target;
use crate::timing::Timer;
use crate::view::ViewUniform;
use crate::view_target::ViewTarget;
use crate::{PictureOut, Pictures};
use cyc_model::{Point, Stage as StageSpace, StageFrame};
use glam::DMat4;

impl Renderer {
    /// Draws the scene of a frame by a projection that the caller made, waits, and returns RGBA, 8 bits, sRGB.
    ///
    /// `clip_from_stage` has reversed depth (1 near, 0 at infinity) and belongs to the eye. Slow: targets are made for
    /// the call.
    pub fn draw_direct(
        &mut self,
        frame: &StageFrame,
        clip_from_stage: DMat4,
        eye: Point<StageSpace>,
        size_px: [u32; 2],
    ) -> Result<Vec<u8>, RenderError> {
        self.gpu.check()?;
        let (device, queue) = (self.gpu.device(), self.gpu.queue());
        let limit_px = self.gpu.report().texture_side_max_px;
        let [width_px, height_px] = size_px;
        if width_px.max(height_px) > limit_px || width_px.min(height_px) == 0 {
            return Err(RenderError::CanvasTooLarge {
                width_px,
                height_px,
                limit_px,
            });
        }
        self.world.take_frame(queue, frame);
        let view = ViewUniform::of_matrix(clip_from_stage, eye.metres());
        self.world.set_view(queue, DIRECT_VIEW, &view);
        let target = ViewTarget::new(device, "direct", size_px, self.settings.samples);
        let shown = Target::new(device, "direct", size_px, DISPLAY, 1);
        let (layout, pipeline) = WholePass {
            label: "develop",
            program: Program::Develop,
            slots: &[Slot::Texture, Slot::Uniform],
            vertex: "vs_develop",
            fragment: "fs_develop",
            format: DISPLAY,
        }
        .make(device);
        let exposure = 2f64.powf(self.stage.environment().exposure_ev) as f32;
        // As the first wall shows it: what stands on several walls is mapped alike on all of them.
        let tone = self.stage.walls().first().map(|w| w.color().tone_map);
        let settings = [exposure, tone_number(tone.unwrap_or_default()), 0.0, 0.0];
        let usage = wgpu::BufferUsages::UNIFORM;
        let bytes = bytemuck::bytes_of(&settings);
        let uniform = binding::buffer(device, queue, "develop", usage, bytes);
        let resources = [
            binding::view(&target.color.view),
            uniform.as_entire_binding(),
        ];
        let group = binding::group(device, "develop", &layout, &resources);
        let mut encoder = device.create_command_encoder(&Default::default());
        self.world.encode_skin(&mut encoder, None);
        self.world.encode_shadow(&mut encoder, None);
        let mut pass = target.pass(&mut encoder, "direct", None);
        self.world.draw(&mut pass, DIRECT_VIEW, false);
        drop(pass);
        whole_pass(&mut encoder, "develop", &shown.view, &pipeline, &group);
        let mut readback = Readback::new([[1, 1], size_px, [1, 1]]);
        let timer = Timer::new(device, queue);
        let mut targets = [None; 3];
        targets[PictureOut::Camera as usize] = Some(&shown);
        readback.encode(device, &mut encoder, frame.number, targets, &timer);
        readback.submitted(queue.submit([encoder.finish()]));
        let mut pictures = Pictures::default();
        readback.take(&self.gpu, &timer, &mut pictures)?;
        Ok(pictures.camera)
    }
}
