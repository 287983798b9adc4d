//! Where a view of the world is drawn: colour and depth, multisampled if asked for, resolved to one texture.

use crate::pipeline::{DEPTH, LINEAR};
use crate::texture::Target;

/// Targets of one size that views are drawn into.
pub(crate) struct ViewTarget {
    /// The finished picture, scene-linear.
    pub color: Target,
    multisampled: Option<Target>,
    depth: Target,
}

impl ViewTarget {
    pub(crate) fn new(device: &wgpu::Device, label: &str, size_px: [u32; 2], samples: u32) -> Self {
        Self {
            color: Target::new(device, label, size_px, LINEAR, 1),
            multisampled: (samples > 1)
                .then(|| Target::new(device, label, size_px, LINEAR, samples)),
            depth: Target::new(device, label, size_px, DEPTH, samples),
        }
    }

    /// Draws a view into a part of the target, from its upper left corner.
    pub(crate) fn restrict(&self, pass: &mut wgpu::RenderPass<'_>, part: f64) {
        if part < 1.0 {
            let [width, height] = self.color.size_px.map(|px| (f64::from(px) * part) as f32);
            pass.set_viewport(0.0, 0.0, width, height, 0.0, 1.0);
        }
    }

    /// A pass that clears and draws.
    pub(crate) fn pass<'a>(
        &self,
        encoder: &'a mut wgpu::CommandEncoder,
        label: &str,
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
            label: Some(label),
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
                    load: wgpu::LoadOp::Clear(0.0),
                    store: wgpu::StoreOp::Discard,
                }),
                stencil_ops: None,
            }),
            timestamp_writes,
            ..Default::default()
        })
    }
}
