//! VMC protocol: avatars' bones, faces and trackers as OSC, port 39539.
//!
//! `/VMC/Ext/Bone/Pos name p3 q4` is a bone **in its parent**, by Unity's names; `/VMC/Ext/Root/Pos` is where the avatar
//! stands; `/VMC/Ext/Blend/Val name value`, then `/VMC/Ext/Blend/Apply`, is a face; `/VMC/Ext/{Hmd,Con,Tra}/Pos serial
//! p3 q4` are devices; `/VMC/Ext/OK` is the sender's state and `/VMC/Ext/T` its time. Unity's axes: left-handed, Y up,
//! metres; quaternions x y z w. More arguments than these are ignored, messages with fewer are too.
//!
//! A frame is several datagrams, and nothing says where it ends. So the decoder learns which bones a sender sends: a
//! frame is whole when all of them came, and given out at once. When a pause or a repeated bone comes first, some were
//! lost: that frame is dropped and counted, so a lost datagram never mixes two frames. See [`Decoder`].
//!
//! `/VMC/Ext/T` is a 32-bit float: some senders put the seconds since 1970 into it, where it moves once in two minutes.
//! So nothing here depends on its value, and what is sent is small. Bones of an intermediate node between two bones are
//! not in the protocol: a bone's parent is its nearest sent ancestor among Unity's bones.
//!
//! Source: the protocol's specification 3.1 (sh-akira), performer and marionette.

mod blend;
mod bone;
mod collector;
mod decode;
mod encode;
pub mod limits;
#[cfg(test)]
mod tests;

pub use bone::{bone_of_unity, unity_name};
pub use decode::{Decoder, DecoderCounts, PerformerStatus};
pub use encode::Encoder;

/// The port that a receiver (marionette) listens on.
pub const DEFAULT_PORT: u16 = 39539;

/// The subject's name: the protocol has none for an avatar.
pub const DEFAULT_SUBJECT: &str = "vmc";

pub use crate::osc::limits::DATAGRAM_MAX;
