//! What may be chosen about the pictures.

use crate::{AdapterReport, RenderError};

/// Settings of a renderer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RenderSettings {
    /// Pixels of the drawn canvas per pixel of the real one, in each direction.
    pub canvas_scale: f64,
    /// Samples per pixel of inner and outer views: 1 or 4.
    pub samples: u32,
    /// Size of the picture through the film camera, pixels.
    pub camera_px: [u32; 2],
    /// Size of the overview picture, pixels.
    pub wide_px: [u32; 2],
    /// Side of the shadow map that follows the humans, pixels.
    pub human_shadow_px: u32,
    /// Side of a face of the sky cube, pixels.
    pub sky_px: u32,
}

impl Default for RenderSettings {
    fn default() -> Self {
        Self {
            canvas_scale: 1.0,
            samples: 4,
            camera_px: [1280, 720],
            wide_px: [1280, 720],
            human_shadow_px: 1024,
            sky_px: 1024,
        }
    }
}

impl RenderSettings {
    /// What an adapter can be expected to draw: everything on a GPU; on the processor the canvas at half scale and one
    /// sample a pixel, which two cores draw four times a second.
    pub fn for_adapter(adapter: &AdapterReport) -> Self {
        let full = Self::default();
        if adapter.software {
            Self {
                canvas_scale: 0.5,
                samples: 1,
                ..full
            }
        } else {
            full
        }
    }

    pub(crate) fn check(&self) -> Result<(), RenderError> {
        let sides = self.camera_px.iter().chain(&self.wide_px);
        let rows = [("canvas_scale", self.canvas_scale, 0.05, 8.0)]
            .into_iter()
            .chain(sides.map(|px| ("picture size", f64::from(*px), 16.0, 8192.0)))
            .chain([
                (
                    "human_shadow_px",
                    f64::from(self.human_shadow_px),
                    64.0,
                    8192.0,
                ),
                ("sky_px", f64::from(self.sky_px), 32.0, 4096.0),
            ]);
        for (setting, value, min, max) in rows {
            if !(min..=max).contains(&value) {
                return Err(RenderError::BadSetting { setting, min, max });
            }
        }
        if self.samples != 1 && self.samples != 4 {
            return Err(RenderError::BadSetting {
                setting: "samples",
                min: 1.0,
                max: 4.0,
            });
        }
        Ok(())
    }
}
