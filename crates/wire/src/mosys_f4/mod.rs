//! Mo-Sys F4: a camera's axes, lens and timecode, each as five bytes with an id.
//!
//! `0xF4`, `u8` camera id, `u8` count of axes, `u8` status (bits 0 to 3 a frame counter, bit 4 recording, bit 5
//! genlock), then for each axis an id, a status and three bytes, and a checksum as in FreeD: 0x40 minus all bytes before
//! it. Big endian. Angles are thousandths of a degree and positions hundredths of a millimetre, both signed 24 bits;
//! rings are 16 bits; lens parameters are an f32 in the status byte and the three after it; 0xF8 is a timecode.
//!
//! Two things the sources leave open are settled by a recording from a studio. A position divided by a thousand is in
//! centimetres: the camera stands at 1.198 m and not at 12 cm. And the focal length (0x53, 0x58), which one reader takes
//! for an angle in degrees, is in pixels: the recording has 1517 to 4854. Both readings are told apart by the size of the
//! number. Source: `camdkit/mosys/f4.py` of SMPTE RIS-OSVP, and its recording.

mod axis;
mod decode;
mod encode;
mod error;
pub mod limits;
#[cfg(test)]
mod tests;

pub use axis::{Axis, AxisId, Packet, decode_packet, encode_packet};
pub use decode::{DecodeSettings, Decoder, DecoderCounts, PanDirection};
pub use encode::{EncodeSettings, Encoder};
pub use error::DecodeError;

/// The port that is used here; Mo-Sys lets the operator choose.
pub const DEFAULT_PORT: u16 = 8001;
