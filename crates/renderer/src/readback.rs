//! Pictures back from the GPU, two frames in flight: while one is read, the next is drawn.

use crate::RenderError;
use crate::gpu::Gpu;
use crate::texture::{Target, extent};
use crate::timing::{GpuPass, RESULT_BYTES, Timer};
use std::time::Duration;

/// Which picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum PictureOut {
    /// All walls' pixels, at the canvas scale.
    Canvas,
    /// Through the film camera.
    Camera,
    /// The stage from a corner of the room.
    Wide,
}

const KINDS: [PictureOut; 3] = [PictureOut::Canvas, PictureOut::Camera, PictureOut::Wide];

/// Pictures of one frame: RGBA, 8 bits, sRGB, rows from the top. Made to be reused.
#[derive(Clone, Debug, Default)]
pub struct Pictures {
    /// `StageFrame::number` of the frame they show.
    pub number: u64,
    /// Canvas; empty when it was not asked for.
    pub canvas: Vec<u8>,
    /// Width and height of the canvas picture.
    pub canvas_px: [u32; 2],
    /// Camera picture; empty when it was not asked for.
    pub camera: Vec<u8>,
    /// Width and height of the camera picture.
    pub camera_px: [u32; 2],
    /// Overview; empty when it was not asked for.
    pub wide: Vec<u8>,
    /// Width and height of the overview.
    pub wide_px: [u32; 2],
    /// GPU time of each pass, in [`GpuPass::ALL`]'s order; `None` for one that did not run or cannot be timed.
    pub passes: [Option<Duration>; GpuPass::COUNT],
}

/// Frames in flight.
pub(crate) const IN_FLIGHT_MAX: usize = 2;

#[derive(Default)]
struct Slot {
    buffers: [Option<wgpu::Buffer>; 3],
    times: Option<wgpu::Buffer>,
    wanted: [bool; 3],
    timed: [bool; GpuPass::COUNT],
    number: u64,
    submission: Option<wgpu::SubmissionIndex>,
}

/// The ring of frames being read.
pub(crate) struct Readback {
    slots: [Slot; IN_FLIGHT_MAX],
    sizes: [[u32; 2]; 3],
    next: usize,
    queued: usize,
}

fn row_bytes(width_px: u32) -> u32 {
    (width_px * 4).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT)
}

impl Readback {
    pub(crate) fn new(sizes: [[u32; 2]; 3]) -> Self {
        Self {
            slots: Default::default(),
            sizes,
            next: 0,
            queued: 0,
        }
    }

    /// Frames whose pictures were not yet taken.
    pub(crate) fn queued(&self) -> usize {
        self.queued
    }

    /// Records the copies of a frame. With all slots in use the oldest frame's pictures are given up.
    pub(crate) fn encode(
        &mut self,
        device: &wgpu::Device,
        encoder: &mut wgpu::CommandEncoder,
        number: u64,
        targets: [Option<&Target>; 3],
        timer: &Timer,
    ) {
        if self.queued == IN_FLIGHT_MAX {
            self.release_oldest();
        }
        let slot = &mut self.slots[self.next];
        slot.number = number;
        for kind in KINDS {
            let index = kind as usize;
            slot.wanted[index] = targets[index].is_some();
            let Some(target) = targets[index] else {
                continue;
            };
            let [width, height] = self.sizes[index];
            let size = u64::from(row_bytes(width)) * u64::from(height);
            let buffer = slot.buffers[index].get_or_insert_with(|| staging(device, size));
            encoder.copy_texture_to_buffer(
                target.texture.as_image_copy(),
                wgpu::TexelCopyBufferInfo {
                    buffer,
                    layout: wgpu::TexelCopyBufferLayout {
                        offset: 0,
                        bytes_per_row: Some(row_bytes(width)),
                        rows_per_image: None,
                    },
                },
                extent(target.size_px, 1),
            );
        }
        let times = slot
            .times
            .get_or_insert_with(|| staging(device, RESULT_BYTES));
        slot.timed = timer.resolve(encoder, times);
    }

    /// Asks for the memory of the frame just submitted.
    pub(crate) fn submitted(&mut self, submission: wgpu::SubmissionIndex) {
        let slot = &mut self.slots[self.next];
        slot.submission = Some(submission);
        for buffer in wanted_buffers(slot) {
            buffer.map_async(wgpu::MapMode::Read, .., |_| ());
        }
        self.next = (self.next + 1) % IN_FLIGHT_MAX;
        self.queued += 1;
    }

    /// Waits for the oldest frame and takes its pictures. `false` when none is in flight.
    pub(crate) fn take(
        &mut self,
        gpu: &Gpu,
        timer: &Timer,
        out: &mut Pictures,
    ) -> Result<bool, RenderError> {
        if self.queued == 0 {
            return Ok(false);
        }
        let oldest = (self.next + IN_FLIGHT_MAX - self.queued) % IN_FLIGHT_MAX;
        let submission_index = self.slots[oldest].submission.clone();
        let polled = gpu.device().poll(wgpu::PollType::Wait {
            submission_index,
            timeout: None,
        });
        gpu.check()?;
        polled.map_err(refused)?;
        let sizes = self.sizes;
        let slot = &self.slots[oldest];
        out.number = slot.number;
        for (kind, pixels) in [
            (PictureOut::Canvas, &mut out.canvas),
            (PictureOut::Camera, &mut out.camera),
            (PictureOut::Wide, &mut out.wide),
        ] {
            pixels.clear();
            let index = kind as usize;
            if let (true, Some(buffer)) = (slot.wanted[index], &slot.buffers[index]) {
                copy_rows(buffer, sizes[index], pixels)?;
            }
        }
        [out.canvas_px, out.camera_px, out.wide_px] = sizes;
        if let Some(times) = &slot.times {
            let mapped = times.get_mapped_range(..).map_err(refused)?;
            out.passes = timer.durations(&mapped, slot.timed);
        }
        self.release_oldest();
        Ok(true)
    }

    fn release_oldest(&mut self) {
        let oldest = (self.next + IN_FLIGHT_MAX - self.queued) % IN_FLIGHT_MAX;
        for buffer in wanted_buffers(&self.slots[oldest]) {
            buffer.unmap();
        }
        self.queued -= 1;
    }
}

fn wanted_buffers(slot: &Slot) -> impl Iterator<Item = &wgpu::Buffer> {
    let pictures = slot.buffers.iter().zip(slot.wanted);
    pictures
        .filter_map(|(buffer, wanted)| buffer.as_ref().filter(|_| wanted))
        .chain(&slot.times)
}

fn staging(device: &wgpu::Device, size: u64) -> wgpu::Buffer {
    device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("read back"),
        size,
        usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
        mapped_at_creation: false,
    })
}

fn refused(error: impl std::fmt::Display) -> RenderError {
    RenderError::Refused {
        reason: error.to_string(),
    }
}

fn copy_rows(
    buffer: &wgpu::Buffer,
    [width, _]: [u32; 2],
    out: &mut Vec<u8>,
) -> Result<(), RenderError> {
    let mapped = buffer.get_mapped_range(..).map_err(refused)?;
    for row in mapped.chunks_exact(row_bytes(width) as usize) {
        out.extend_from_slice(&row[..width as usize * 4]);
    }
    Ok(())
}
