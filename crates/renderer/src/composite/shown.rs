//! A view as the composite reads it: where it looks, and what of it the wall shows.

use super::window_uniform::WindowUniform;
use cyc_stage::{ColorWindow, Frustum, InnerFrustum};

/// An inner view to be shown.
pub(crate) struct InnerShown {
    /// Which camera.
    pub camera: usize,
    /// Its view with overscan.
    pub frustum: Frustum,
    /// Its settings.
    pub inner: InnerFrustum,
    /// The part of its target that the view fills, in each direction: less than one where overscan is automatic.
    pub part: f64,
}

/// A view for the shader.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
pub(super) struct ShownUniform {
    clip_from_stage: [[f32; 4]; 4],
    settings: [f32; 4],
    key: [f32; 4],
    marker: [f32; 4],
    spacing: [f32; 4],
    window: WindowUniform,
}

pub(super) const SHOWN_BYTES: u64 = size_of::<ShownUniform>() as u64;

impl ShownUniform {
    /// A facet of the outer view.
    pub(super) fn outer(frustum: &Frustum, exposure: f64) -> Self {
        Self {
            clip_from_stage: frustum.clip_from_stage().as_mat4().to_cols_array_2d(),
            ..Self::plain(exposure)
        }
    }

    /// What looks the same from everywhere.
    pub(super) fn plain(exposure: f64) -> Self {
        Self {
            clip_from_stage: glam::Mat4::IDENTITY.to_cols_array_2d(),
            settings: [exposure as f32, 0.0, 1.0, 0.0],
            key: [0.0; 4],
            marker: [0.0; 4],
            spacing: [0.0; 4],
            window: WindowUniform::new(&ColorWindow::default()),
        }
    }

    /// An inner view; `exposure` is the stage's.
    pub(super) fn inner(shown: &InnerShown, exposure: f64) -> Self {
        let inner = &shown.inner;
        let color = |[r, g, b]: [f64; 3], w: f64| [r, g, b, w].map(|v| v as f32);
        let markers = inner.key.and_then(|key| key.markers);
        let exposure = exposure * 2f64.powf(inner.exposure_ev);
        Self {
            settings: [exposure, inner.feather, shown.part, 0.0].map(|v| v as f32),
            key: inner.key.map_or([0.0; 4], |key| color(key.color, 1.0)),
            marker: markers.map_or([0.0; 4], |m| color(m.color, m.size_m)),
            spacing: [markers.map_or(1.0, |m| m.spacing_m as f32), 0.0, 0.0, 0.0],
            window: WindowUniform::new(&inner.window),
            ..Self::outer(&shown.frustum, exposure)
        }
    }
}
