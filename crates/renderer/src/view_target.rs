//! Where a view of the world is drawn: colour and depth, multisampled if asked for, resolved to one texture; and before that,
//! where humans are in it, which of their triangles is seen.

use crate::binding::{self, Slot};
use crate::pipeline::{DEPTH, IDS, LINEAR};
use crate::texture::Target;

/// Targets of one size that views are drawn into.
pub(crate) struct ViewTarget {
    /// The finished picture, scene-linear.
    pub color: Target,
    multisampled: Option<Target>,
    depth: Target,
    ids: Option<Ids>,
}

/// The number of the triangle that is seen in each sample.
struct Ids {
    target: Target,
    group: wgpu::BindGroup,
}

/// How the numbers of the triangles seen are bound.
pub(crate) fn ids_layout(device: &wgpu::Device, samples: u32) -> wgpu::BindGroupLayout {
    let slot = match samples {
        1 => Slot::Codes,
        _ => Slot::CodeSamples,
    };
    binding::layout(device, "seen", &[slot])
}

/// What a pass finds in the depth buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DepthFound {
    /// Nothing.
    Cleared,
    /// What [`ViewTarget::ids_pass`] drew.
    Kept,
}

impl ViewTarget {
    /// `has_humans`: whether humans will be seen in it.
    pub(crate) fn new(
        device: &wgpu::Device,
        label: &str,
        size_px: [u32; 2],
        samples: u32,
        has_humans: bool,
    ) -> Self {
        Self {
            color: Target::new(device, label, size_px, LINEAR, 1),
            multisampled: (samples > 1)
                .then(|| Target::new(device, label, size_px, LINEAR, samples)),
            depth: Target::new(device, label, size_px, DEPTH, samples),
            ids: has_humans.then(|| {
                let target = Target::new(device, label, size_px, IDS, samples);
                let resources = [binding::view(&target.view)];
                let layout = ids_layout(device, samples);
                let group = binding::group(device, label, &layout, &resources);
                Ids { target, group }
            }),
        }
    }

    /// Which triangle is seen, to be bound; `None` where that is never asked.
    pub(crate) fn ids(&self) -> Option<&wgpu::BindGroup> {
        self.ids.as_ref().map(|ids| &ids.group)
    }

    /// A pass that clears depth and numbers and draws them; `None` where there are no numbers.
    pub(crate) fn ids_pass<'a>(
        &self,
        encoder: &'a mut wgpu::CommandEncoder,
        timestamp_writes: Option<wgpu::RenderPassTimestampWrites<'_>>,
    ) -> Option<wgpu::RenderPass<'a>> {
        let ids = self.ids.as_ref()?;
        // Nobody's: both halves full.
        let nobody = wgpu::Color {
            r: f64::from(u16::MAX),
            g: f64::from(u16::MAX),
            b: 0.0,
            a: 0.0,
        };
        Some(encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: None,
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: &ids.target.view,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(nobody),
                    store: wgpu::StoreOp::Store,
                },
            })],
            depth_stencil_attachment: Some(wgpu::RenderPassDepthStencilAttachment {
                view: &self.depth.view,
                depth_ops: Some(wgpu::Operations {
                    load: wgpu::LoadOp::Clear(0.0),
                    store: wgpu::StoreOp::Store,
                }),
                stencil_ops: None,
            }),
            timestamp_writes,
            ..Default::default()
        }))
    }

    /// A pass that clears the colours and draws them. (A name of its own would be made anew for each pass of each frame; what it is
    /// drawn into has one.)
    pub(crate) fn pass<'a>(
        &self,
        encoder: &'a mut wgpu::CommandEncoder,
        depth: DepthFound,
        timestamp_writes: Option<wgpu::RenderPassTimestampWrites<'_>>,
    ) -> wgpu::RenderPass<'a> {
        let (view, resolve_target) = match &self.multisampled {
            Some(many) => (&many.view, Some(&self.color.view)),
            None => (&self.color.view, None),
        };
        let store = match resolve_target {
            Some(_) => wgpu::StoreOp::Discard,
            None => wgpu::StoreOp::Store,
        };
        encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: None,
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view,
                depth_slice: None,
                resolve_target,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                    store,
                },
            })],
            depth_stencil_attachment: Some(wgpu::RenderPassDepthStencilAttachment {
                view: &self.depth.view,
                depth_ops: Some(wgpu::Operations {
                    load: match depth {
                        DepthFound::Cleared => wgpu::LoadOp::Clear(0.0),
                        DepthFound::Kept => wgpu::LoadOp::Load,
                    },
                    store: wgpu::StoreOp::Discard,
                }),
                stencil_ops: None,
            }),
            timestamp_writes,
            ..Default::default()
        })
    }
}
