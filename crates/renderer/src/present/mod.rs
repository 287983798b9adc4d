//! The walls' windows: each frame's signal leaves here, display by display.
//!
//! A frame asks every window for an image first, which takes until the monitor wants one, and only then looks at what the
//! stage is like (late latching); with one image in hand no more than one frame can wait. A window that has none is left
//! out of this frame, and counted; the others are not held up by it. What is written is the walls' signal, code by code.

mod display_surface;
mod swapchain;
mod wall_window;
mod window_copy;

use crate::RenderError;
use crate::binding::Slot;
use crate::gpu::Gpu;
use crate::pipeline::WholePass;
use crate::shader::Program;
use display_surface::DisplaySurface;
use std::sync::mpsc::SyncSender;
pub use swapchain::PresentCounts;
pub use wall_window::{Fit, PresentWindow, WallWindow};
pub use window_copy::WindowCopy;
use window_copy::{COPY_FORMAT, WindowCopies};

/// How the pictures of a display fare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayReport {
    /// Its name.
    pub name: String,
    /// Bits of a channel that its window takes.
    pub bits: u8,
    /// The window's size, pixels.
    pub window_px: [u32; 2],
    /// What became of its pictures.
    pub counts: PresentCounts,
}

/// The windows of a stage on one device.
pub(crate) struct Presenter {
    displays: Vec<DisplaySurface>,
    /// A pipeline for each display's format.
    pipelines: Vec<(wgpu::BindGroupLayout, wgpu::RenderPipeline)>,
    /// The signal that the displays read.
    signal: Option<wgpu::Texture>,
    /// Copies of what is shown, if somebody takes them, and what draws them.
    copies: Option<(WindowCopies, wgpu::RenderPipeline)>,
}

impl Presenter {
    /// Makes the surfaces of these windows.
    ///
    /// # Errors
    /// The adapter cannot present to one of them.
    pub(crate) fn new(
        gpu: &Gpu,
        windows: &[WallWindow],
        copies_to: Option<&SyncSender<WindowCopy>>,
    ) -> Result<Self, RenderError> {
        let mut displays = Vec::with_capacity(windows.len());
        for window in windows {
            displays.push(DisplaySurface::new(gpu, window)?);
        }
        let pipeline = |format| {
            WholePass {
                label: "present",
                program: Program::Present,
                slots: &[Slot::Uniform, Slot::Codes],
                vertex: "vs_present",
                fragment: "fs_present",
                format,
            }
            .make(gpu.device())
        };
        let copies = copies_to.map(|to| {
            let copies = WindowCopies::new(to.clone(), displays.len());
            (copies, pipeline(COPY_FORMAT).1)
        });
        let pipelines = displays.iter().map(|d| pipeline(d.format())).collect();
        gpu.check()?;
        Ok(Self {
            displays,
            pipelines,
            signal: None,
            copies,
        })
    }

    /// Asks for a copy of the next picture of every window; nothing when nobody takes copies.
    pub(crate) fn ask_for_copies(&mut self) {
        if let Some((copies, _)) = &mut self.copies {
            copies.ask();
        }
    }

    /// Whether a copy is asked for and was not made yet.
    pub(crate) fn owes_copies(&self) -> bool {
        self.copies.as_ref().is_some_and(|(c, _)| c.is_owed())
    }

    /// Bits of a channel that the window showing this part of the canvas takes; `None` when none shows it.
    pub(crate) fn bits_of(&self, part: &cyc_stage::CanvasRect) -> Option<u8> {
        let shows = |d: &&DisplaySurface| d.shown().canvas.overlaps(part);
        self.displays.iter().filter(shows).map(|d| d.bits).min()
    }

    /// How the displays fare.
    pub(crate) fn reports(&self) -> impl Iterator<Item = DisplayReport> {
        self.displays.iter().map(|display| DisplayReport {
            name: display.shown().name.clone(),
            bits: display.bits,
            window_px: display.shown().window.size_px(),
            counts: display.counts(),
        })
    }

    /// Waits for an image of every window that has none in hand.
    ///
    /// # Errors
    /// A surface is lost and cannot be made again.
    pub(crate) fn acquire(&mut self) -> Result<(), RenderError> {
        self.displays.iter_mut().try_for_each(|d| d.acquire())
    }

    /// Records the drawing of a signal, which has so many texels a canvas pixel, into the images in hand.
    pub(crate) fn encode(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        (texture, view): (&wgpu::Texture, &wgpu::TextureView),
        texture_scale: f64,
    ) {
        if self.signal.as_ref() != Some(texture) {
            self.signal = Some(texture.clone());
            self.displays.iter_mut().for_each(DisplaySurface::unbind);
        }
        for (display, (layout, pipeline)) in self.displays.iter_mut().zip(&self.pipelines) {
            display.encode(encoder, (layout, pipeline), view, texture_scale);
        }
        let Some((copies, pipeline)) = &mut self.copies else {
            return;
        };
        for (index, display) in self.displays.iter().enumerate() {
            display.encode_copy(encoder, pipeline, |device, size_px| {
                copies.target(device, index, size_px)
            });
        }
        copies.encode(encoder);
    }

    /// Gives the windows what was drawn and submitted.
    pub(crate) fn present(&mut self) {
        self.displays.iter_mut().for_each(DisplaySurface::present);
        if let Some((copies, _)) = &mut self.copies {
            copies.submitted();
        }
    }
}
