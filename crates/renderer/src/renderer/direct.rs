//! The virtual scene seen directly, by any projection: for stills, for proofs that bring their own matrices, and for
//! measurements beside other renderers.

use super::{DIRECT_VIEW, Renderer};
use crate::RenderError;
use crate::binding::{self, Slot};
use crate::composite::tone_number;
use crate::pipeline::{DISPLAY, WholePass};
use crate::shader::Program;
use crate::sky::whole_pass;
use crate::texture::{Target, read_bytes, read_halves};
use crate::view::ViewUniform;
use crate::view_target::ViewTarget;
use crate::world::{Shot, Window};
use cyc_model::{Point, Stage as StageSpace, StageFrame};
use glam::DMat4;
use half::f16;

/// Where the scene is drawn directly, again and again in one size.
pub struct DirectView {
    target: ViewTarget,
    shown: Target,
    pipeline: wgpu::RenderPipeline,
    group: wgpu::BindGroup,
}

impl Renderer {
    /// Makes what a direct picture of this size needs.
    ///
    /// # Errors
    /// A size that the adapter cannot draw, and what the device reports.
    pub fn direct_view(&self, size_px: [u32; 2]) -> Result<DirectView, RenderError> {
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
        let target = ViewTarget::new(
            device,
            "direct",
            size_px,
            self.settings.samples,
            self.world.has_any_human(),
        );
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
        self.gpu.check()?;
        Ok(DirectView {
            target,
            shown,
            pipeline,
            group,
        })
    }

    /// Draws the scene of a frame by a projection that the caller made; does not wait.
    ///
    /// `clip_from_stage` has reversed depth (1 near, 0 at infinity) and belongs to the eye.
    ///
    /// # Errors
    /// What the device reports.
    pub fn draw_view(
        &mut self,
        view: &DirectView,
        frame: &StageFrame,
        clip_from_stage: DMat4,
        eye: Point<StageSpace>,
    ) -> Result<(), RenderError> {
        self.gpu.check()?;
        let (device, queue) = (self.gpu.device(), self.gpu.queue());
        self.world.take_frame(queue, frame);
        let uniform = ViewUniform::of_matrix(clip_from_stage, eye.metres());
        self.world.set_view(queue, DIRECT_VIEW, &uniform);
        let mut encoder = device.create_command_encoder(&Default::default());
        self.world.encode_skin(&mut encoder, None);
        self.world.encode_shadow(&mut encoder, None);
        let shot = Shot {
            view: DIRECT_VIEW,
            still: false,
            window: Window::part_of(&view.target, 1.0),
            times: None,
        };
        self.world.encode_view(&mut encoder, &view.target, shot);
        let to = &view.shown.view;
        whole_pass(&mut encoder, "develop", to, &view.pipeline, &view.group);
        queue.submit([encoder.finish()]);
        self.gpu.check()
    }

    /// Waits for what was drawn last and returns it: RGBA, 8 bits, sRGB, rows from the top.
    ///
    /// # Errors
    /// What the device reports.
    pub fn read_view(&self, view: &DirectView) -> Result<Vec<u8>, RenderError> {
        read_bytes(&self.gpu, &view.shown.texture, view.shown.size_px, 4)
    }

    /// Waits for what was drawn last and returns it before exposure, tone map, rounding and dither: scene-linear half floats,
    /// red, green, blue and one, rows from the top.
    ///
    /// # Errors
    /// What the device reports.
    pub fn read_view_light(&self, view: &DirectView) -> Result<Vec<f16>, RenderError> {
        let color = &view.target.color;
        read_halves(&self.gpu, &color.texture, color.size_px)
    }

    /// One direct picture: see [`Self::draw_view`]. Slow: everything is made for the call.
    ///
    /// # Errors
    /// A size that the adapter cannot draw, and what the device reports.
    pub fn draw_direct(
        &mut self,
        frame: &StageFrame,
        clip_from_stage: DMat4,
        eye: Point<StageSpace>,
        size_px: [u32; 2],
    ) -> Result<Vec<u8>, RenderError> {
        let view = self.direct_view(size_px)?;
        self.draw_view(&view, frame, clip_from_stage, eye)?;
        self.read_view(&view)
    }
}
