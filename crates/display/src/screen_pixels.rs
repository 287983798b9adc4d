//! How a screen's pixels lie in memory, and pictures brought into that form.

use x11rb::protocol::xproto::{ImageOrder, Screen, Setup, VisualClass};

/// Pixels of four bytes, by the masks of their colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScreenPixels {
    /// Where red, green and blue begin, and how many bits each has.
    places: [(u32, u32); 3],
    is_little_endian: bool,
}

impl ScreenPixels {
    /// Those of a screen; `None` when they are of no known kind.
    pub(crate) fn of(setup: &Setup, screen: &Screen) -> Option<Self> {
        let depth = screen.root_depth;
        let format = setup.pixmap_formats.iter().find(|f| f.depth == depth)?;
        let mut visuals = screen.allowed_depths.iter().flat_map(|d| &d.visuals);
        let visual = visuals.find(|v| v.visual_id == screen.root_visual)?;
        let is_known = format.bits_per_pixel == 32
            && format.scanline_pad == 32
            && [VisualClass::TRUE_COLOR, VisualClass::DIRECT_COLOR].contains(&visual.class);
        let masks = [visual.red_mask, visual.green_mask, visual.blue_mask];
        let is_little_endian = setup.image_byte_order == ImageOrder::LSB_FIRST;
        is_known.then(|| Self::with(masks, is_little_endian))
    }

    fn with(masks: [u32; 3], is_little_endian: bool) -> Self {
        Self {
            places: masks.map(|mask| (mask.trailing_zeros() % 32, mask.count_ones())),
            is_little_endian,
        }
    }

    /// Appends pixels of blue, green, red and a byte that means nothing.
    pub(crate) fn append(&self, bgrx: &[u8], out: &mut Vec<u8>) {
        if self.is_little_endian && self.places == [(16, 8), (8, 8), (0, 8)] {
            out.extend_from_slice(bgrx);
            return;
        }
        for pixel in bgrx.chunks_exact(4) {
            let channels = [pixel[2], pixel[1], pixel[0]];
            let mut word = 0;
            for (value, (shift, bits)) in channels.into_iter().zip(self.places) {
                // The full code stays the full code, whatever the depth.
                let most = (1u64 << bits) - 1;
                let spread = (u64::from(value) * most + 127) / 255;
                word |= (spread as u32).wrapping_shl(shift);
            }
            let bytes: u32 = word;
            out.extend_from_slice(&if self.is_little_endian {
                bytes.to_le_bytes()
            } else {
                bytes.to_be_bytes()
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Orange: blue 0, green 128, red 255.
    const ORANGE: [u8; 4] = [0, 128, 255, 9];

    #[test]
    fn a_pixel_is_the_same_colour_on_every_screen() {
        let table = [
            ([0xff_0000, 0xff00, 0xff], true, [0, 128, 255, 9]),
            ([0xff_0000, 0xff00, 0xff], false, [0, 255, 128, 0]),
            ([0xff, 0xff00, 0xff_0000], true, [255, 128, 0, 0]),
            // Ten bits: 1023, 514, 0.
            ([0x3ff0_0000, 0xf_fc00, 0x3ff], true, [0, 0x08, 0xf8, 0x3f]),
        ];
        for (masks, is_little_endian, wanted) in table {
            let mut out = Vec::new();
            ScreenPixels::with(masks, is_little_endian).append(&ORANGE, &mut out);
            assert_eq!(out, wanted, "{masks:x?}");
        }
    }
}
