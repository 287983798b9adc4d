//! Sizes and times of iFacialMocap.

use cyc_model::{FaceShape, Nanos};

/// Largest datagram that is taken: 52 shapes of at most 24 bytes, 12 angles and places of at most 16, and names are
/// 1.5 kB; apps add sections of their own.
pub const DATAGRAM_MAX: usize = 8 << 10;

/// A phone that is silent for so long is asked again, and again after as long.
pub const ASK_EVERY: Nanos = Nanos::from_secs(1);

/// One that sends is asked again after this, in case it forgets those who do not: twice within the ten seconds after
/// which our own does.
pub const REMIND_EVERY: Nanos = Nanos::from_secs(5);

const _: () = assert!(DATAGRAM_MAX > 2 * (FaceShape::COUNT * 24 + 12 * 16 + 64));
