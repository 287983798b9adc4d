//! Vicon Tracker's UDP object stream: rigid bodies as datagrams, port 51001.
//!
//! Little endian, packed: `u32` frame number, `u8` count, then items of `u8` id, `u16` data size, data. Id 0 is an
//! object: 24 bytes of name, then f64 translation x y z in millimetres and rotation x y z in radians. The datagram is
//! padded to a block of 256, 512 or 1024 bytes, so its length says nothing and the count everything.
//!
//! The rotation is Euler XYZ about moving axes: `R = Rx(x) · Ry(y) · Rz(z)`, acting on column vectors, in Vicon's
//! right-handed Z-up axes. An object that is not tracked is left out or exactly zero in all six numbers; both are
//! `None` in a frame. Source: Vicon Tracker user guide; six independent readers agree on the layout.

mod decode;
mod encode;
mod error;
pub mod limits;
#[cfg(test)]
mod tests;

pub use decode::{Decoder, DecoderCounts, Item, decode_items};
pub use encode::{EncodeSettings, NotTracked, encode_frame, encode_items};
pub use error::DecodeError;

/// The port that Tracker sends to unless told otherwise.
pub const DEFAULT_PORT: u16 = 51001;

/// The item id of a Tracker object.
pub const OBJECT_ITEM: u8 = 0;
