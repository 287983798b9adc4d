//! A window that shows a part of the canvas, as whoever opened it describes it.

use cyc_stage::CanvasRect;
use std::fmt;
use std::sync::Arc;
use wgpu::rwh::{HasDisplayHandle, HasWindowHandle};

/// A window of the system. It must outlive what is drawn into it: whoever draws holds a share of it.
pub trait PresentWindow: HasWindowHandle + HasDisplayHandle + Send + Sync {
    /// Width and height of what can be drawn into now, pixels. Asked for each picture: must not wait.
    fn size_px(&self) -> [u32; 2];
}

/// How a part of the canvas lies on a window of another size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Pixel for pixel from the upper left corner, as LED processors take it: what is too much is cut, what is too
    /// little is black.
    Pixels,
    /// The whole of it, as large as it fits, in the middle: for people in front of a screen.
    Whole,
}

/// A window and what it shows.
#[derive(Clone)]
pub struct WallWindow {
    /// The name of its display.
    pub name: String,
    /// The canvas pixels that it shows.
    pub canvas: CanvasRect,
    /// How they lie on it.
    pub fit: Fit,
    /// The window.
    pub window: Arc<dyn PresentWindow>,
}

impl fmt::Debug for WallWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WallWindow")
            .field("name", &self.name)
            .field("canvas", &self.canvas)
            .field("fit", &self.fit)
            .finish_non_exhaustive()
    }
}

/// Where the picture lies on a window, and which part of the canvas texture it shows: the shader's uniform.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub(crate) struct Placed {
    origin: [f32; 2],
    step: [f32; 2],
    corner: [f32; 2],
    size: [f32; 2],
}

impl Placed {
    /// For a canvas rectangle of a canvas texture that has `texture_scale` texels a canvas pixel.
    pub(crate) fn new(
        canvas: CanvasRect,
        fit: Fit,
        window_px: [u32; 2],
        texture_scale: f64,
    ) -> Self {
        let part_px = [canvas.width, canvas.height].map(f64::from);
        let window_px = window_px.map(f64::from);
        let scale = match fit {
            Fit::Pixels => 1.0,
            Fit::Whole => (window_px[0] / part_px[0]).min(window_px[1] / part_px[1]),
        };
        let (mut corner, mut size) = ([0.0; 2], [0.0; 2]);
        for i in 0..2 {
            // Whole pixels: a picture that begins between two would be blurred all over.
            size[i] = (part_px[i] * scale)
                .round()
                .clamp(1.0, window_px[i].max(1.0));
            if fit == Fit::Whole {
                corner[i] = ((window_px[i] - size[i]) / 2.0).floor().max(0.0);
            }
        }
        let step = texture_scale / scale;
        Self {
            origin: [canvas.x, canvas.y].map(|v| (f64::from(v) * texture_scale) as f32),
            step: [step as f32; 2],
            corner: corner.map(|v| v as f32),
            size: size.map(|v| v as f32),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART: CanvasRect = CanvasRect {
        x: 640,
        y: 32,
        width: 320,
        height: 160,
    };

    #[test]
    fn a_processor_is_given_pixel_for_pixel_from_the_upper_left() {
        let placed = Placed::new(PART, Fit::Pixels, [1920, 1080], 1.0);
        assert_eq!((placed.origin, placed.step), ([640.0, 32.0], [1.0; 2]));
        assert_eq!((placed.corner, placed.size), ([0.0; 2], [320.0, 160.0]));
        // A monitor that is too small cuts; the rest stays pixel for pixel.
        let placed = Placed::new(PART, Fit::Pixels, [200, 100], 1.0);
        assert_eq!((placed.step, placed.size), ([1.0; 2], [200.0, 100.0]));
    }

    #[test]
    fn people_are_shown_the_whole_in_the_middle() {
        let placed = Placed::new(PART, Fit::Whole, [160, 100], 1.0);
        assert_eq!((placed.step, placed.size), ([2.0; 2], [160.0, 80.0]));
        assert_eq!(placed.corner, [0.0, 10.0]);
        // A canvas drawn at a quarter of its size.
        let placed = Placed::new(PART, Fit::Whole, [640, 320], 0.25);
        assert_eq!((placed.origin, placed.step), ([160.0, 8.0], [0.125; 2]));
    }
}
