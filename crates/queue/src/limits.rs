//! The limits of the queues, in one place, with their arithmetic.

/// Readers of one latest-value cell or broadcast: 4 walls with a renderer each, the console, the recorder, two spare.
pub const READERS_MAX: usize = 8;

/// Values that one queue can hold: 4 s of 240 Hz from 32 sources is 30 720.
pub const CAPACITY_MAX: usize = 32_768;

// A cell of a queue names its slot in 16 bits; `u16::MAX` means "no slot". A broadcast has one slot for each place,
// one for each reader and one for its writer.
const _: () = assert!(CAPACITY_MAX + READERS_MAX + 1 < u16::MAX as usize);
