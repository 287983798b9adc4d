//! Copies of what the walls' windows show, for somebody outside the graphics card.
//!
//! When one is asked for, the next picture is drawn once more, in eight bits, into a texture that is copied to memory. Whoever
//! takes copies reads that memory on a thread of his own, so nobody who draws waits: a display whose last copy is still being
//! read is left out and asked again with the next picture. There is one copy of a display at a time, and its memory is used
//! again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::SyncSender;

/// Blue first: as screens have their pixels.
pub(super) const COPY_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Bgra8Unorm;

/// Memory that nobody has.
const FREE: u8 = 0;
/// Memory that is being filled or read.
const TAKEN: u8 = 1;
/// Memory that was read, and is to be given back to the card.
const READ: u8 = 2;
/// Memory of a device that is gone.
const GONE: u8 = 3;

/// What a window showed: see the module's page.
pub struct WindowCopy {
    /// The place of its display among the windows.
    pub display: usize,
    /// Width and height, pixels.
    pub size_px: [u32; 2],
    row_bytes: u32,
    buffer: wgpu::Buffer,
    state: Arc<AtomicU8>,
}

impl WindowCopy {
    /// Gives every row from the top, four bytes a pixel: blue, green, red and one that means nothing. `false`, and none, when
    /// the device is gone.
    pub fn rows(&self, mut row: impl FnMut(&[u8])) -> bool {
        let Ok(mapped) = self.buffer.get_mapped_range(..) else {
            return false;
        };
        for bytes in mapped.chunks_exact(self.row_bytes as usize) {
            row(&bytes[..self.size_px[0] as usize * 4]);
        }
        true
    }
}

impl Drop for WindowCopy {
    fn drop(&mut self) {
        // Memory that could not be filled stays gone.
        let read = (Ordering::AcqRel, Ordering::Relaxed);
        let _ = self.state.compare_exchange(TAKEN, READ, read.0, read.1);
    }
}

/// The memory of one display's copies.
struct Slot {
    texture: wgpu::Texture,
    view: wgpu::TextureView,
    buffer: wgpu::Buffer,
    size_px: [u32; 2],
    state: Arc<AtomicU8>,
    is_recorded: bool,
}

fn row_bytes(width_px: u32) -> u32 {
    (width_px * 4).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT)
}

impl Slot {
    fn new(device: &wgpu::Device, [width, height]: [u32; 2]) -> Self {
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("window copy"),
            size: wgpu::Extent3d {
                width,
                height,
                depth_or_array_layers: 1,
            },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: COPY_FORMAT,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        Self {
            view: texture.create_view(&Default::default()),
            buffer: device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("window copy"),
                size: u64::from(row_bytes(width)) * u64::from(height),
                usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
                mapped_at_creation: false,
            }),
            texture,
            size_px: [width, height],
            state: Arc::new(AtomicU8::new(FREE)),
            is_recorded: false,
        }
    }
}

/// The copies of all displays of one device.
pub(super) struct WindowCopies {
    to: SyncSender<WindowCopy>,
    slots: Vec<Option<Slot>>,
    /// Displays of which a copy is asked for.
    wanted: Vec<bool>,
}

impl WindowCopies {
    pub(super) fn new(to: SyncSender<WindowCopy>, displays: usize) -> Self {
        Self {
            to,
            slots: (0..displays).map(|_| None).collect(),
            wanted: vec![false; displays],
        }
    }

    /// Asks for a copy of every display's next picture.
    pub(super) fn ask(&mut self) {
        self.wanted.fill(true);
    }

    /// Whether a copy is asked for and was not made yet.
    pub(super) fn is_owed(&self) -> bool {
        self.wanted.contains(&true)
    }

    /// What a display's picture is to be drawn into once more; `None` when no copy is asked for, or its last one is still
    /// with whoever reads it.
    pub(super) fn target(
        &mut self,
        device: &wgpu::Device,
        display: usize,
        size_px: [u32; 2],
    ) -> Option<&wgpu::TextureView> {
        if !*self.wanted.get(display)? {
            return None;
        }
        let slot = self.slots.get_mut(display)?;
        let state = slot.as_ref().map(|s| s.state.load(Ordering::Acquire));
        match (state, slot.as_ref()) {
            (Some(TAKEN), _) => return None,
            (Some(READ), Some(there)) => {
                there.buffer.unmap();
                there.state.store(FREE, Ordering::Release);
            }
            (Some(GONE), _) => *slot = None,
            _ => {}
        }
        if slot.as_ref().is_none_or(|s| s.size_px != size_px) {
            *slot = Some(Slot::new(device, size_px));
        }
        let slot = slot.as_mut()?;
        slot.is_recorded = true;
        *self.wanted.get_mut(display)? = false;
        Some(&slot.view)
    }

    /// Records the copies to memory of what was drawn.
    pub(super) fn encode(&self, encoder: &mut wgpu::CommandEncoder) {
        for slot in self.slots.iter().flatten().filter(|s| s.is_recorded) {
            encoder.copy_texture_to_buffer(
                slot.texture.as_image_copy(),
                wgpu::TexelCopyBufferInfo {
                    buffer: &slot.buffer,
                    layout: wgpu::TexelCopyBufferLayout {
                        offset: 0,
                        bytes_per_row: Some(row_bytes(slot.size_px[0])),
                        rows_per_image: None,
                    },
                },
                slot.texture.size(),
            );
        }
    }

    /// Asks for the memory of what was just submitted: it is given on as soon as it is there.
    pub(super) fn submitted(&mut self) {
        for (display, slot) in self.slots.iter_mut().enumerate() {
            let Some(slot) = slot.as_mut().filter(|s| s.is_recorded) else {
                continue;
            };
            slot.is_recorded = false;
            slot.state.store(TAKEN, Ordering::Release);
            let (to, state) = (self.to.clone(), Arc::clone(&slot.state));
            let copy = WindowCopy {
                display,
                size_px: slot.size_px,
                row_bytes: row_bytes(slot.size_px[0]),
                buffer: slot.buffer.clone(),
                state: Arc::clone(&slot.state),
            };
            slot.buffer.map_async(wgpu::MapMode::Read, .., move |done| {
                if done.is_err() {
                    state.store(GONE, Ordering::Release);
                }
                // Who takes none any more needs none; one for each display fits.
                let _ = to.try_send(copy);
            });
        }
    }
}
