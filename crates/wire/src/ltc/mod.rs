//! Linear timecode: SMPTE labels as sound, biphase mark, at any usual sample rate, forwards and backwards.
//!
//! A frame is 80 bits. The signal turns over at the beginning of every bit, and once more in the middle of a one. The
//! bits are, lowest first: frames (0 to 3, tens 8 to 9), drop-frame (10), colour frame (11), seconds (16 to 19, tens 24
//! to 26), minutes (32 to 35, tens 40 to 42), hours (48 to 51, tens 56 to 57), user bits in between, a polarity bit that
//! makes the number of zeros even (27; 59 at 25 frames a second), and a sync word of twelve ones between `00` and `01`,
//! which reads differently backwards. So tape may be played at another speed, from a tenth to four times at 48 kHz, and in the
//! other direction. Which rate the labels are of is not in them: it is told, or measured. Source: SMPTE ST 12-1; Debian's
//! libltc and the crate `ltc` are the peers of the tests.

mod bits;
mod decode;
mod encode;
pub mod limits;
mod rate_meter;
#[cfg(test)]
mod tests;

pub use bits::{FRAME_BITS, LtcFrame};
pub use decode::{DecodedFrame, Decoder, DecoderCounts, Direction};
pub use encode::Encoder;
