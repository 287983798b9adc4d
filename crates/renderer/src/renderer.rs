//! One frame after the other: plan, record, submit.

use crate::RenderError;
use crate::composite::{Composite, InnerShown};
use crate::gpu::Gpu;
use crate::inner::InnerViews;
use crate::outer::Outer;
use crate::plate_textures::PlateTextures;
use crate::readback::{Pictures, Readback};
use crate::room::Room;
use crate::settings::RenderSettings;
use crate::timing::{FrameReport, GpuPass, Timer};
use crate::view::ViewUniform;
use crate::view_target::ViewTarget;
use crate::world::{Layers, Shot, Window, World};
use cyc_character::Character;
use cyc_model::{Point, Pupil, Stage as StageSpace, StageFrame, Xf};
use cyc_stage::{
    CAMERAS_MAX, EyeFollower, Frustum, InnerFrustum, LensView, OuterSight, OverrideError, Stage,
    StageOverride,
};
use std::sync::Arc;
use std::time::Instant;

mod deep;
mod direct;
mod plates;
#[cfg(test)]
mod small_triangles_tests;

pub use direct::DirectView;

/// Which pictures a frame is to be read back as. The canvas is drawn in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Read the canvas.
    pub canvas: bool,
    /// Draw and read the picture through this film camera.
    pub camera: Option<usize>,
    /// Draw and read the overview.
    pub wide: bool,
    /// Draw camera picture and overview for a window, but read nothing.
    pub window_only: bool,
}

/// Draws a stage. Everything on the GPU belongs to one [`Gpu`]; when that is lost, build a new one of each.
pub struct Renderer {
    gpu: Gpu,
    stage: Stage,
    settings: RenderSettings,
    world: World,
    /// The inner view of each camera.
    inner_targets: Vec<ViewTarget>,
    inner_views: InnerViews,
    /// What each camera sees with in this frame.
    lenses: Vec<LensView>,
    sights: Vec<OuterSight>,
    outer: Outer,
    /// How its eye goes; `None` when it is fixed.
    eye: Option<EyeFollower>,
    composite: Composite,
    plates: PlateTextures,
    room: Room,
    timer: Timer,
    readback: Readback,
    inner: Vec<InnerShown>,
    pupils: Vec<Option<Xf<StageSpace, Pupil>>>,
    over: StageOverride,
    /// Whether the next frame composites every cabinet.
    everything: bool,
}

/// World views: one an inner view, one direct, then the facets.
const DIRECT_VIEW: usize = CAMERAS_MAX;
const FIRST_FACET_VIEW: usize = CAMERAS_MAX + 1;

impl Renderer {
    /// Builds everything for a stage. `characters` are the digital humans in the order of the stage's performers;
    /// `None` draws nobody in that place.
    pub fn new(
        gpu: &Gpu,
        stage: &Stage,
        characters: &[Option<Arc<Character>>],
        settings: RenderSettings,
    ) -> Result<Self, RenderError> {
        settings.check()?;
        gpu.check()?;
        if stage.walls().is_empty() {
            return Err(RenderError::NoWalls);
        }
        let canvas_px = canvas_texture_px(gpu, stage, &settings)?;
        let device = gpu.device();
        let outer_plan = stage.outer_plan();
        let has_humans = characters.iter().any(Option::is_some);
        let view_count = FIRST_FACET_VIEW + outer_plan.facets.len();
        let mut world = World::new(gpu, stage, characters, &settings, view_count)?;
        let limit_px = gpu.report().texture_side_max_px;
        let eye = EyeFollower::new(stage, &outer_plan);
        let outer = Outer::new(
            device,
            (outer_plan.facets, stage.outer_eye()),
            stage.outer_resolution_scale() * view_scale(&settings, OUTER_PER_CANVAS),
            limit_px,
            (settings.samples, has_humans),
            FIRST_FACET_VIEW,
        );
        outer.set_views(gpu.queue(), &mut world);
        let inner_targets: Vec<_> = stage
            .cameras()
            .iter()
            .map(|camera| {
                let size_px = camera.inner_px().map(|px| {
                    let drawn =
                        (f64::from(px) * view_scale(&settings, INNER_PER_CANVAS)).round() as u32;
                    drawn.clamp(16, limit_px)
                });
                ViewTarget::new(device, "inner", size_px, settings.samples, has_humans)
            })
            .collect();
        let inner_views: Vec<_> = inner_targets.iter().map(|t| &t.color.view).collect();
        let pieces = (&outer, outer_plan.patches.as_slice());
        let composite = Composite::new(device, gpu.queue(), stage, canvas_px, pieces, &inner_views);
        let room = Room::new(device, gpu.queue(), stage, &composite.canvas, &settings);
        let cameras = stage.cameras().len();
        gpu.check()?;
        Ok(Self {
            timer: Timer::new(device, gpu.queue()),
            plates: PlateTextures::new(device, stage.plates().len() + 1),
            readback: Readback::new([canvas_px, settings.camera_px, settings.wide_px]),
            gpu: gpu.clone(),
            stage: stage.clone(),
            settings,
            world,
            inner_targets,
            inner_views: InnerViews::new(stage),
            lenses: Vec::with_capacity(stage.cameras().len()),
            sights: outer_plan.sights,
            outer,
            eye,
            composite,
            room,
            inner: Vec::with_capacity(cameras),
            pupils: Vec::with_capacity(cameras),
            over: StageOverride::of(stage),
            everything: true,
        })
    }

    /// Draws a frame: records and submits, and does not wait. Pictures asked for are taken later with
    /// [`Self::take_pictures`]; with two frames in flight the oldest one's are given up for a third.
    pub fn render(
        &mut self,
        frame: &StageFrame,
        wanted: Wanted,
    ) -> Result<FrameReport, RenderError> {
        self.gpu.check()?;
        let begun = Instant::now();
        let everything = self.plan(frame, wanted);
        let planned = Instant::now();
        let facets_drawn = self.encode(frame.number, wanted, everything);
        let submitted = Instant::now();
        let (patches, patches_drawn) = self.composite.patches();
        self.gpu.check()?;
        Ok(FrameReport {
            plan: planned.duration_since(begun),
            encode: submitted.duration_since(planned),
            patches_drawn,
            patches,
            facets_drawn,
            inner_views: self.inner.len() as u32,
        })
    }

    /// Waits for the oldest frame in flight and takes its pictures; `false` when none is in flight.
    pub fn take_pictures(&mut self, out: &mut Pictures) -> Result<bool, RenderError> {
        self.readback.take(&self.gpu, &self.timer, out)
    }

    /// Frames whose pictures were asked for and not yet taken: at most two.
    pub fn in_flight(&self) -> usize {
        self.readback.queued()
    }

    /// Chooses what of the world is drawn from the next frame on.
    pub fn set_layers(&mut self, layers: Layers) {
        self.world.set_layers(layers);
        self.outer.invalidate();
        self.everything = true;
    }

    /// Changes how a camera's inner frustum is shown, from the next frame on. Resolution and the most overscan stay what
    /// they were when the renderer was built: its target has that size.
    pub fn set_inner(&mut self, camera: usize, inner: InnerFrustum) {
        self.inner_views.set(camera, inner);
        self.everything = true;
    }

    /// Takes what an operator wants, from the next frame on. Cheap when nothing changed, so that it can be called before
    /// each frame. What cannot be is refused, and what was stays.
    pub fn set_override(&mut self, over: &StageOverride) -> Result<(), OverrideError> {
        if *over == self.over {
            return Ok(());
        }
        over.check(&self.stage)?;
        for camera in 0..self.stage.cameras().len() {
            self.inner_views.set_override(camera, over.camera(camera));
        }
        self.over.clone_from(over);
        self.everything = true;
        Ok(())
    }

    /// Where the outer view is seen from in the last frame.
    pub fn outer_eye(&self) -> Point<StageSpace> {
        self.outer.eye()
    }

    /// Lets an outer eye that follows a camera go on from where another renderer's was, so that the walls do not jump when
    /// one takes the other's place. Nothing for a fixed one.
    pub fn resume_outer_eye(&mut self, eye: Point<StageSpace>) {
        if let Some(follower) = &mut self.eye {
            follower.resume(eye);
        }
    }

    /// How the outer view's eye sees each wall from where it rests.
    pub fn outer_sights(&self) -> &[OuterSight] {
        &self.sights
    }

    /// Settings that it was built with.
    pub fn settings(&self) -> &RenderSettings {
        &self.settings
    }

    /// The device that it draws on.
    pub fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// Width and height of the drawn canvas.
    pub fn canvas_px(&self) -> [u32; 2] {
        self.composite.canvas.size_px
    }

    /// The canvas as a texture (sRGB), for a window on the same device.
    pub fn canvas_view(&self) -> &wgpu::TextureView {
        &self.composite.canvas.view
    }

    /// The picture through the film camera as a texture (sRGB).
    pub fn camera_view(&self) -> &wgpu::TextureView {
        &self.room.camera.view
    }

    /// The overview as a texture (sRGB).
    pub fn wide_view(&self) -> &wgpu::TextureView {
        &self.room.wide.view
    }

    /// Decides what is drawn and writes it for the GPU; true when every cabinet is.
    fn plan(&mut self, frame: &StageFrame, wanted: Wanted) -> bool {
        let queue = self.gpu.queue();
        self.world.take_frame(queue, frame);
        self.pupils.clear();
        self.lenses.clear();
        self.inner.clear();
        for (index, camera) in self.stage.cameras().iter().enumerate() {
            let body = frame.cameras.get(index).filter(|b| b.quality.is_present());
            let lens = camera.view(frame.lenses.get(index));
            self.pupils
                .push(body.map(|b| lens.stage_from_pupil(b.stage_from_body)));
            self.lenses.push(lens);
        }
        self.inner_views
            .plan(frame.due, &self.pupils, &self.lenses, &mut self.inner);
        for shown in &self.inner {
            self.world.set_view(
                queue,
                shown.camera,
                &ViewUniform::of_frustum(&shown.frustum),
            );
        }
        let moved = self.eye.as_mut().is_some_and(|follower| {
            let pupil = self.pupils.get(follower.camera()).copied().flatten();
            let eye = follower.follow(frame.due, pupil.map(|pupil| pupil.translation()));
            self.outer.look_from(eye)
        });
        if moved {
            self.outer.set_views(queue, &mut self.world);
        }
        self.outer.plan(self.world.live_boxes());
        let everything = self.everything || self.outer.is_invalid();
        self.everything = false;
        let wishes = (&self.over, frame.due);
        self.composite
            .plan(queue, (&self.outer, &self.inner), wishes, everything);
        if let Some(frustum) = wanted.camera.and_then(|index| self.sensor_view(index)) {
            self.room.set_camera(queue, &frustum);
        }
        if wanted.wide {
            self.room.set_wide(queue, &self.stage, &self.pupils);
        }
        everything
    }

    fn sensor_view(&self, camera: usize) -> Option<Frustum> {
        let pupil = self.pupils.get(camera).copied().flatten()?;
        self.lenses.get(camera)?.sensor(pupil).ok()
    }

    /// Poses the humans and draws their shadows. A pass that has nothing to do costs the processor as much as another one,
    /// so that there is none.
    fn encode_bodies(&mut self, encoder: &mut wgpu::CommandEncoder) {
        if self.world.has_humans() {
            let times = self.timer.compute(GpuPass::Skin);
            self.world.encode_skin(encoder, times);
        }
        if self.world.changes_shadow() {
            let times = self.timer.render(GpuPass::Shadow, true, true);
            self.world.encode_shadow(encoder, times);
        }
    }

    /// Records and submits; how many facets of the outer view were drawn.
    fn encode(&mut self, number: u64, wanted: Wanted, everything: bool) -> u32 {
        let named = wgpu::CommandEncoderDescriptor {
            label: Some("frame"),
        };
        let mut encoder = self.gpu.device().create_command_encoder(&named);
        self.timer.begin_frame();
        self.encode_bodies(&mut encoder);
        // A keyed camera shows no scene.
        let count = self.inner.iter().filter(|s| s.inner.key.is_none()).count();
        let drawn = self.inner.iter().filter(|s| s.inner.key.is_none());
        for (nth, shown) in drawn.enumerate() {
            if let Some(target) = self.inner_targets.get(shown.camera) {
                let shot = Shot {
                    view: shown.camera,
                    still: false,
                    window: Window::part_of(target, shown.part),
                    times: Some(self.timer.view(GpuPass::Inner, nth == 0, nth + 1 == count)),
                };
                self.world.encode_view(&mut encoder, target, shot);
            }
        }
        let facets = self
            .outer
            .encode(&mut encoder, &self.world, &mut self.timer);
        self.composite
            .encode(&mut encoder, &self.inner, everything, &mut self.timer);
        if wanted.camera.is_some() || wanted.wide {
            self.room.encode_light(&mut encoder);
        }
        if wanted.camera.is_some() {
            let times = self.timer.render(GpuPass::Camera, true, true);
            self.room.encode_camera(&mut encoder, times);
        }
        if wanted.wide {
            let times = self.timer.render(GpuPass::Wide, true, true);
            self.room
                .encode_wide(&mut encoder, self.world.visible_humans(), times);
        }
        let targets = [
            wanted.canvas.then_some(&self.composite.canvas),
            wanted.camera.map(|_| &self.room.camera),
            wanted.wide.then_some(&self.room.wide),
        ];
        let read = !wanted.window_only && targets.iter().any(Option::is_some);
        if read {
            let (readback, timer) = (&mut self.readback, &self.timer);
            readback.encode(self.gpu.device(), &mut encoder, number, targets, timer);
        }
        let submission = self.gpu.queue().submit([encoder.finish()]);
        if read {
            self.readback.submitted(submission);
        }
        facets
    }
}

/// Views are drawn no finer than the drawn canvas can show them.
fn view_scale(settings: &RenderSettings, per_canvas: f64) -> f64 {
    (settings.canvas_scale * per_canvas).min(1.0)
}

/// Pixels of a view per pixel of a canvas that is drawn smaller. The inner view keeps enough for the composite to
/// average; the outer view is seen by no camera.
const INNER_PER_CANVAS: f64 = 1.5;
const OUTER_PER_CANVAS: f64 = 1.4;

/// Size of the canvas texture at the settings' scale.
fn canvas_texture_px(
    gpu: &Gpu,
    stage: &Stage,
    settings: &RenderSettings,
) -> Result<[u32; 2], RenderError> {
    let [width_px, height_px] = stage
        .canvas_px()
        .map(|px| ((f64::from(px) * settings.canvas_scale).round() as u32).max(1));
    let limit_px = gpu.report().texture_side_max_px;
    if width_px.max(height_px) > limit_px {
        return Err(RenderError::CanvasTooLarge {
            width_px,
            height_px,
            limit_px,
        });
    }
    Ok([width_px, height_px])
}
