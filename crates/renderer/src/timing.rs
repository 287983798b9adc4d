//! How long things took: the CPU's share by the clock, the GPU's passes by timestamps where the adapter has them.

use std::time::Duration;

/// A pass on the GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum GpuPass {
    /// Posing the humans.
    Skin,
    /// The humans' shadow map.
    Shadow,
    /// Inner views.
    Inner,
    /// The outer view's live parts.
    Outer,
    /// Wall composite.
    Composite,
    /// The picture through the film camera.
    Camera,
    /// The overview picture.
    Wide,
}

impl GpuPass {
    /// All passes, in the order of a frame.
    pub const ALL: [Self; 7] = [
        Self::Skin,
        Self::Shadow,
        Self::Inner,
        Self::Outer,
        Self::Composite,
        Self::Camera,
        Self::Wide,
    ];

    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();
}

/// What one frame cost on the CPU, and what it drew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameReport {
    /// Planning: poses, frusta, which cabinets change.
    pub plan: Duration,
    /// Recording and submitting the commands.
    pub encode: Duration,
    /// Cabinets whose picture was composited again.
    pub patches_drawn: u32,
    /// Cabinets of all walls.
    pub patches: u32,
    /// Facets of the outer view in which something moved.
    pub facets_drawn: u32,
    /// Cameras whose inner frustum is on the walls.
    pub inner_views: u32,
}

/// Bytes between the results of two passes; the smallest distance that a resolve takes.
const RESULT_STRIDE: u64 = 256;

/// Bytes of all results.
pub(crate) const RESULT_BYTES: u64 = RESULT_STRIDE * GpuPass::COUNT as u64;

/// Timestamps of one frame.
pub(crate) struct Timer {
    queries: Option<wgpu::QuerySet>,
    results: wgpu::Buffer,
    tick_ns: f32,
    written: [bool; GpuPass::COUNT],
}

impl Timer {
    pub(crate) fn new(device: &wgpu::Device, queue: &wgpu::Queue) -> Self {
        let supported = device.features().contains(wgpu::Features::TIMESTAMP_QUERY);
        Self {
            queries: supported.then(|| {
                device.create_query_set(&wgpu::QuerySetDescriptor {
                    label: Some("pass times"),
                    ty: wgpu::QueryType::Timestamp,
                    count: 2 * GpuPass::COUNT as u32,
                })
            }),
            results: device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("pass times"),
                size: RESULT_BYTES,
                usage: wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC,
                mapped_at_creation: false,
            }),
            tick_ns: queue.get_timestamp_period(),
            written: [false; GpuPass::COUNT],
        }
    }

    pub(crate) fn begin_frame(&mut self) {
        self.written = [false; GpuPass::COUNT];
    }

    /// Timestamps for a render pass; a kind of several passes is timed from the first one's begin to the last one's
    /// end.
    pub(crate) fn render(
        &mut self,
        pass: GpuPass,
        first: bool,
        last: bool,
    ) -> Option<wgpu::RenderPassTimestampWrites<'_>> {
        let query_set = self.queries.as_ref()?;
        self.written[pass as usize] |= last;
        let index = 2 * pass as u32;
        (first || last).then_some(wgpu::RenderPassTimestampWrites {
            query_set,
            beginning_of_pass_write_index: first.then_some(index),
            end_of_pass_write_index: last.then_some(index + 1),
        })
    }

    /// The times of a view that is drawn in one pass or two.
    pub(crate) fn view(&mut self, pass: GpuPass, first: bool, last: bool) -> ViewTimes<'_> {
        ViewTimes {
            timer: self,
            pass,
            first,
            last,
        }
    }

    /// Timestamps for a compute pass.
    pub(crate) fn compute(
        &mut self,
        pass: GpuPass,
    ) -> Option<wgpu::ComputePassTimestampWrites<'_>> {
        let query_set = self.queries.as_ref()?;
        self.written[pass as usize] = true;
        let index = 2 * pass as u32;
        Some(wgpu::ComputePassTimestampWrites {
            query_set,
            beginning_of_pass_write_index: Some(index),
            end_of_pass_write_index: Some(index + 1),
        })
    }

    /// Copies the results of the passes that ran to `to`. Queries that were not written must not be resolved: some
    /// drivers wait for them for ever.
    pub(crate) fn resolve(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        to: &wgpu::Buffer,
    ) -> [bool; GpuPass::COUNT] {
        let Some(queries) = &self.queries else {
            return [false; GpuPass::COUNT];
        };
        for pass in GpuPass::ALL {
            if self.written[pass as usize] {
                let index = 2 * pass as u32;
                let offset = RESULT_STRIDE * pass as u64;
                encoder.resolve_query_set(queries, index..index + 2, &self.results, offset);
            }
        }
        encoder.copy_buffer_to_buffer(&self.results, 0, to, 0, RESULT_BYTES);
        self.written
    }

    /// The time of each pass that ran, from the bytes of the results.
    pub(crate) fn durations(
        &self,
        bytes: &[u8],
        written: [bool; GpuPass::COUNT],
    ) -> [Option<Duration>; GpuPass::COUNT] {
        let mut out = [None; GpuPass::COUNT];
        for (pass, slot) in out.iter_mut().enumerate() {
            let tick = |nth: usize| {
                let at = pass * RESULT_STRIDE as usize + nth * 8;
                let bytes: [u8; 8] = bytes.get(at..at + 8)?.try_into().ok()?;
                Some(u64::from_le_bytes(bytes))
            };
            if let (true, Some(begin), Some(end)) = (written[pass], tick(0), tick(1)) {
                let ns = end.saturating_sub(begin) as f64 * f64::from(self.tick_ns);
                *slot = Some(Duration::from_nanos(ns as u64));
            }
        }
        out
    }
}

/// Timestamps of a view that is drawn in one pass or two.
pub(crate) struct ViewTimes<'a> {
    timer: &'a mut Timer,
    pass: GpuPass,
    first: bool,
    last: bool,
}

impl ViewTimes<'_> {
    /// For the first of two passes.
    pub(crate) fn opening(&mut self) -> Option<wgpu::RenderPassTimestampWrites<'_>> {
        let first = std::mem::take(&mut self.first);
        self.timer.render(self.pass, first, false)
    }

    /// For the last pass, or the only one.
    pub(crate) fn closing(&mut self) -> Option<wgpu::RenderPassTimestampWrites<'_>> {
        self.timer.render(self.pass, self.first, self.last)
    }
}
