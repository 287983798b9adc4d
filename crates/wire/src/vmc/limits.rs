//! Times and sizes of the VMC protocol.

use cyc_model::{Nanos, SUBJECTS_MAX};

/// Longest bundle, as the specification demands.
pub const BUNDLE_BYTES_MAX: usize = 1500;

/// A pause that ends a frame: datagrams of one frame follow each other within a millisecond, and frames come every 8 ms
/// at the most.
pub const PAUSE: Nanos = Nanos::from_millis(4);

/// How long a face or a device is shown that is not sent with every frame: six frames at 60 Hz.
pub const FRESH: Nanos = Nanos::from_millis(100);

/// Frames in a row that lack the same bones before the sender is taken to have left them out: a sixth of a second.
pub const SHORT_FRAMES_MAX: u32 = 10;

/// Devices; the avatar is a subject too.
pub const DEVICES_MAX: usize = SUBJECTS_MAX - 1;

/// Most datagrams of a frame, for the limit of the rate: one for each message of a sender that bundles nothing (55
/// bones, 52 shapes, root, state, time, apply, and some devices).
pub const DATAGRAMS_PER_FRAME: u32 = 128;
