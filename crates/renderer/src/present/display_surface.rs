//! A window on the device: its surface, the format of its images, and what it shows.

use super::swapchain::{Next, PresentCounts, Swapchain, acquire};
use super::wall_window::{Placed, WallWindow};
use crate::RenderError;
use crate::binding;
use crate::gpu::Gpu;
use crate::sky::whole_pass;

/// What a surface's images can hold, best first. Codes are written as they are, so formats that would encode them once
/// more (sRGB) are not among them.
const FORMATS: [(wgpu::TextureFormat, u8); 3] = [
    (wgpu::TextureFormat::Rgb10a2Unorm, 10),
    (wgpu::TextureFormat::Bgra8Unorm, 8),
    (wgpu::TextureFormat::Rgba8Unorm, 8),
];

/// Frames that may wait for a window: one, since each more is a frame of delay.
const QUEUED_MAX: u32 = 1;

/// A window's surface, as it is configured.
struct Surface {
    gpu: Gpu,
    shown: WallWindow,
    /// `None` while it is made again: a window has one surface at a time.
    surface: Option<wgpu::Surface<'static>>,
    config: wgpu::SurfaceConfiguration,
    is_stale: bool,
}

impl Surface {
    fn make(gpu: &Gpu, shown: &WallWindow) -> Result<wgpu::Surface<'static>, RenderError> {
        let made = gpu.surface(&shown.window);
        made.map_err(|reason| RenderError::NoSurface {
            display: shown.name.clone(),
            reason,
        })
    }
}

impl Swapchain for Surface {
    type Image = wgpu::SurfaceTexture;

    fn next(&mut self) -> Next<Self::Image> {
        let Some(surface) = &self.surface else {
            return Next::Lost;
        };
        let [width, height] = self.shown.window.size_px();
        if width == 0 || height == 0 {
            return Next::Occluded;
        }
        let limit_px = self.gpu.report().texture_side_max_px;
        let size_px = [width.min(limit_px), height.min(limit_px)];
        if self.is_stale || size_px != [self.config.width, self.config.height] {
            return Next::Outdated;
        }
        match surface.get_current_texture() {
            wgpu::CurrentSurfaceTexture::Success(image) => Next::Image(image),
            wgpu::CurrentSurfaceTexture::Suboptimal(image) => {
                self.is_stale = true;
                Next::Suboptimal(image)
            }
            wgpu::CurrentSurfaceTexture::Timeout => Next::Timeout,
            wgpu::CurrentSurfaceTexture::Occluded => Next::Occluded,
            wgpu::CurrentSurfaceTexture::Outdated => Next::Outdated,
            wgpu::CurrentSurfaceTexture::Lost => Next::Lost,
            wgpu::CurrentSurfaceTexture::Validation => Next::Refused,
        }
    }

    fn configure(&mut self) {
        let limit_px = self.gpu.report().texture_side_max_px;
        let [width, height] = self.shown.window.size_px();
        (self.config.width, self.config.height) =
            (width.clamp(1, limit_px), height.clamp(1, limit_px));
        self.is_stale = false;
        if let Some(surface) = &self.surface {
            surface.configure(self.gpu.device(), &self.config);
        }
    }

    fn make_again(&mut self) -> Result<(), RenderError> {
        self.surface = None;
        self.surface = Some(Self::make(&self.gpu, &self.shown)?);
        self.configure();
        Ok(())
    }
}

/// A window, ready to be drawn into.
pub(crate) struct DisplaySurface {
    /// Goes before its surface does.
    image: Option<wgpu::SurfaceTexture>,
    surface: Surface,
    counts: PresentCounts,
    /// Bits of a channel of its images.
    pub(crate) bits: u8,
    placed: Option<Placed>,
    uniform: wgpu::Buffer,
    group: Option<wgpu::BindGroup>,
}

impl DisplaySurface {
    /// Makes the surface of a window.
    ///
    /// # Errors
    /// The adapter cannot present to it.
    pub(crate) fn new(gpu: &Gpu, shown: &WallWindow) -> Result<Self, RenderError> {
        let surface = Surface::make(gpu, shown)?;
        let offered = surface.get_capabilities(gpu.adapter()).formats;
        let known = FORMATS.iter().find(|(format, _)| offered.contains(format));
        let Some((format, bits)) = known.copied() else {
            return Err(RenderError::NoSurface {
                display: shown.name.clone(),
                reason: format!("{}: {offered:?}", gpu.report().name),
            });
        };
        let config = wgpu::SurfaceConfiguration {
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT,
            format,
            color_space: wgpu::SurfaceColorSpace::Auto,
            width: 1,
            height: 1,
            desired_maximum_frame_latency: QUEUED_MAX,
            // With the monitor's own beat: an LED wall that tears is filmed tearing.
            present_mode: wgpu::PresentMode::Fifo,
            alpha_mode: wgpu::CompositeAlphaMode::Auto,
            view_formats: Vec::new(),
        };
        let mut surface = Surface {
            gpu: gpu.clone(),
            shown: shown.clone(),
            surface: Some(surface),
            config,
            is_stale: false,
        };
        surface.configure();
        let size = size_of::<Placed>() as u64;
        Ok(Self {
            uniform: binding::uniform_buffer(gpu.device(), &shown.name, size),
            surface,
            image: None,
            counts: PresentCounts::default(),
            bits,
            placed: None,
            group: None,
        })
    }

    /// What it shows.
    pub(crate) fn shown(&self) -> &WallWindow {
        &self.surface.shown
    }

    /// The format of its images.
    pub(crate) fn format(&self) -> wgpu::TextureFormat {
        self.surface.config.format
    }

    /// What became of its pictures.
    pub(crate) fn counts(&self) -> PresentCounts {
        self.counts
    }

    /// Waits for its next image, which takes until the monitor has shown the last one.
    ///
    /// # Errors
    /// Its surface is lost and cannot be made again.
    pub(crate) fn acquire(&mut self) -> Result<(), RenderError> {
        if self.image.is_none() {
            self.image = acquire(&mut self.surface, &mut self.counts)?;
        }
        Ok(())
    }

    /// Forgets which signal it read: there is another one.
    pub(crate) fn unbind(&mut self) {
        (self.group, self.placed) = (None, None);
    }

    /// Records the drawing of its part of the signal; nothing without an image.
    pub(crate) fn encode(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        (layout, pipeline): (&wgpu::BindGroupLayout, &wgpu::RenderPipeline),
        signal: &wgpu::TextureView,
        texture_scale: f64,
    ) {
        let Some(image) = &self.image else {
            return;
        };
        let gpu = &self.surface.gpu;
        let size_px = [image.texture.width(), image.texture.height()];
        let shown = &self.surface.shown;
        let placed = Placed::new(shown.canvas, shown.fit, size_px, texture_scale);
        if self.placed != Some(placed) {
            self.placed = Some(placed);
            let bytes = bytemuck::bytes_of(&placed);
            gpu.queue().write_buffer(&self.uniform, 0, bytes);
        }
        let group = self.group.get_or_insert_with(|| {
            let resources = [self.uniform.as_entire_binding(), binding::view(signal)];
            binding::group(gpu.device(), "present", layout, &resources)
        });
        let view = image.texture.create_view(&Default::default());
        whole_pass(encoder, "present", &view, pipeline, group);
    }

    /// Records the drawing of the same picture into another target, which is asked for by the picture's size; nothing without
    /// an image, or without a target.
    pub(crate) fn encode_copy<'t>(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        pipeline: &wgpu::RenderPipeline,
        target: impl FnOnce(&wgpu::Device, [u32; 2]) -> Option<&'t wgpu::TextureView>,
    ) {
        let (Some(image), Some(group)) = (&self.image, &self.group) else {
            return;
        };
        let size_px = [image.texture.width(), image.texture.height()];
        if let Some(view) = target(self.surface.gpu.device(), size_px) {
            whole_pass(encoder, "present copy", view, pipeline, group);
        }
    }

    /// Lets go of an image in hand, and of what is still to be drawn into it: a surface must not go before its images.
    fn release(&mut self) {
        if self.image.take().is_some() {
            // A device that is lost has nothing to wait for.
            let device = self.surface.gpu.device();
            let _ = device.poll(wgpu::PollType::wait_indefinitely());
        }
    }

    /// Gives the window what was drawn.
    pub(crate) fn present(&mut self) {
        if let Some(image) = self.image.take() {
            self.surface.gpu.queue().present(image);
            self.counts.presented += 1;
        }
    }
}

impl Drop for DisplaySurface {
    fn drop(&mut self) {
        self.release();
    }
}
