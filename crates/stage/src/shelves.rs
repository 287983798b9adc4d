//! Where imported windows are on the one canvas: side by side, and in a new row where the canvas would become too wide.
//!
//! A cluster or a calibration may have more pixels side by side than a canvas has (eight outputs of 3840 px); a window is
//! never divided, since a node or an output shows it whole.

use crate::CANVAS_SIDE_MAX_PX;

/// Rows of windows, each as high as its highest one.
#[derive(Default)]
pub(crate) struct Shelves {
    left: u32,
    top: u32,
    height: u32,
}

impl Shelves {
    /// The upper left corner of the next window, pixels. Sides are at most those of the canvas.
    pub(crate) fn place(&mut self, [width, height]: [u32; 2]) -> [u32; 2] {
        if self.left.saturating_add(width) > CANVAS_SIDE_MAX_PX {
            self.top = self.top.saturating_add(self.height);
            (self.left, self.height) = (0, 0);
        }
        let corner = [self.left, self.top];
        self.left += width;
        self.height = self.height.max(height);
        corner
    }
}
