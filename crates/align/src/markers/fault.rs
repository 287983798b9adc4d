//! Why a picture says nothing about where its camera was.

use thiserror::Error;

/// What is wrong with a picture of the wall's marker pattern.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum MarkerFault {
    /// The picture has no pixels, or more than are taken, or its numbers do not fit its size.
    #[error("a picture of {width} × {height} is not taken")]
    Size {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
    },
    /// The white of the pattern is hardly brighter than its black.
    #[error("the pattern's contrast is {percent:.0} % of the picture's range")]
    TooDark {
        /// White less black, of what a picture can show.
        percent: f64,
    },
    /// The white of the pattern is as bright as the picture can show: edges have grown.
    #[error("{percent:.0} % of the pattern's white is clipped")]
    Overexposed {
        /// How much of the white is clipped.
        percent: f64,
    },
    /// Edges are spread over so much of a cell that its corners are not where they seem.
    #[error("edges are spread over {blur_px:.1} px")]
    Blurred {
        /// Standard deviation of the blur, pixels.
        blur_px: f64,
    },
    /// There is no pattern that can be read.
    #[error("no marker pattern is seen")]
    NoPattern,
    /// Too little of the pattern can be read.
    #[error("{given} points are seen; at least {least} are needed")]
    TooFew {
        /// Points.
        given: usize,
        /// Points that are needed.
        least: usize,
    },
    /// The pattern is seen in a mirror: the picture was flipped.
    #[error("the picture is mirrored")]
    Mirrored,
}

impl MarkerFault {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Size { .. } => "align-photo-size",
            Self::TooDark { .. } => "align-photo-dark",
            Self::Overexposed { .. } => "align-photo-bright",
            Self::Blurred { .. } => "align-photo-blurred",
            Self::NoPattern => "align-photo-no-pattern",
            Self::TooFew { .. } => "align-photo-few",
            Self::Mirrored => "align-photo-mirrored",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Size { width, height } => vec![("size", format!("{width} × {height}"))],
            Self::TooDark { percent } | Self::Overexposed { percent } => {
                vec![("percent", format!("{percent:.0}"))]
            }
            Self::Blurred { blur_px } => vec![("px", format!("{blur_px:.1}"))],
            Self::TooFew { given, least } => {
                vec![("given", given.to_string()), ("least", least.to_string())]
            }
            Self::NoPattern | Self::Mirrored => Vec::new(),
        }
    }
}
