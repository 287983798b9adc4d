//! Why there is no picture.

use thiserror::Error;

/// What can go wrong between a stage and its picture.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum RenderError {
    /// No Vulkan driver offers an adapter: neither a GPU's nor Mesa's software driver.
    #[error("no graphics adapter: {reason}")]
    NoAdapter {
        /// What the loader said.
        reason: String,
    },
    /// The adapter refused to open, or lacks what the renderer needs.
    #[error("the adapter {adapter} cannot be used: {reason}")]
    NoDevice {
        /// The adapter's name.
        adapter: String,
        /// What it said.
        reason: String,
    },
    /// The device was lost (driver reset, unplugged GPU). Everything on it is gone; build a new one.
    #[error("the graphics device was lost: {reason}")]
    DeviceLost {
        /// What the driver said.
        reason: String,
    },
    /// The canvas at this scale is larger than the adapter's largest texture.
    #[error("the canvas of {width_px} x {height_px} px is larger than {limit_px} px")]
    CanvasTooLarge {
        /// Width asked for.
        width_px: u32,
        /// Height asked for.
        height_px: u32,
        /// Largest side.
        limit_px: u32,
    },
    /// Memory of the device is exhausted.
    #[error("the graphics memory is full")]
    OutOfMemory,
    /// The driver refused something that should be valid.
    #[error("the driver refused: {reason}")]
    Refused {
        /// What it said.
        reason: String,
    },
    /// A window that the adapter cannot present to.
    #[error("the window of '{display}' cannot be drawn into: {reason}")]
    NoSurface {
        /// The display's name.
        display: String,
        /// What the driver said, or what it offers.
        reason: String,
    },
    /// A setting outside its range.
    #[error("{setting} must be from {min} to {max}")]
    BadSetting {
        /// The setting.
        setting: &'static str,
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
    },
    /// The stage has no wall to draw.
    #[error("the stage has no wall")]
    NoWalls,
    /// No frame was rendered yet, or the picture was not asked for.
    #[error("there is no picture to read yet")]
    NothingToRead,
}

impl RenderError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NoAdapter { .. } => "renderer-no-adapter",
            Self::NoDevice { .. } => "renderer-no-device",
            Self::DeviceLost { .. } => "renderer-device-lost",
            Self::CanvasTooLarge { .. } => "renderer-canvas-too-large",
            Self::OutOfMemory => "renderer-out-of-memory",
            Self::Refused { .. } => "renderer-refused",
            Self::NoSurface { .. } => "renderer-no-surface",
            Self::BadSetting { .. } => "renderer-bad-setting",
            Self::NoWalls => "renderer-no-walls",
            Self::NothingToRead => "renderer-nothing-to-read",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoAdapter { reason } | Self::DeviceLost { reason } | Self::Refused { reason } => {
                vec![("reason", reason.clone())]
            }
            Self::NoDevice { adapter, reason } => {
                vec![("adapter", adapter.clone()), ("reason", reason.clone())]
            }
            Self::NoSurface { display, reason } => {
                vec![("display", display.clone()), ("reason", reason.clone())]
            }
            Self::CanvasTooLarge {
                width_px,
                height_px,
                limit_px,
            } => vec![
                ("width", width_px.to_string()),
                ("height", height_px.to_string()),
                ("limit", limit_px.to_string()),
            ],
            Self::BadSetting { setting, min, max } => vec![
                ("setting", (*setting).to_owned()),
                ("min", min.to_string()),
                ("max", max.to_string()),
            ],
            Self::OutOfMemory | Self::NoWalls | Self::NothingToRead => Vec::new(),
        }
    }
}
