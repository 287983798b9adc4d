//! What the window shows, as the engine hands it over.

/// A picture: RGBA, 8 bits a channel, sRGB, rows from the top. Reused, so that publishing one allocates only while it
/// grows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RgbaPicture {
    /// Width in pixels; zero while there is none.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
    /// `4 * width_px * height_px` bytes.
    pub rgba: Vec<u8>,
}

impl RgbaPicture {
    /// Takes over another picture's pixels, keeping the memory.
    pub fn copy_from(&mut self, width_px: u32, height_px: u32, rgba: &[u8]) {
        (self.width_px, self.height_px) = (width_px, height_px);
        self.rgba.clear();
        self.rgba.extend_from_slice(rgba);
    }

    /// Whether the bytes are a whole picture.
    pub fn is_whole(&self) -> bool {
        let bytes = u128::from(self.width_px) * u128::from(self.height_px) * 4;
        bytes > 0 && self.rgba.len() as u128 == bytes
    }
}

/// The newest pictures of the stage.
#[derive(Clone, Debug, Default)]
pub struct LivePictures {
    /// Number of the stage frame that they show.
    pub number: u64,
    /// The canvas that goes to the LED processor.
    pub canvas: RgbaPicture,
    /// What the film camera sees.
    pub camera: RgbaPicture,
}

/// How a figure is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mood {
    /// As it should be.
    #[default]
    Good,
    /// Degraded, but the audience cannot see it.
    Amber,
    /// The audience can see it.
    Red,
}

impl From<Mood> for cyc_control::Mood {
    fn from(mood: Mood) -> Self {
        match mood {
            Mood::Good => Self::Good,
            Mood::Amber => Self::Amber,
            Mood::Red => Self::Red,
        }
    }
}

/// One line of the figures.
#[derive(Clone, Debug, Default)]
pub struct LiveFigure {
    /// What it is, in the reader's language.
    pub label: String,
    /// The value with its unit.
    pub value: String,
    /// How it is doing.
    pub mood: Mood,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_whole_or_it_is_not_shown() {
        let mut picture = RgbaPicture::default();
        assert!(!picture.is_whole());
        picture.copy_from(2, 2, &[0; 16]);
        assert!(picture.is_whole());
        picture.copy_from(2, 2, &[0; 15]);
        assert!(!picture.is_whole());
    }
}
