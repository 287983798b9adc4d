//! The static set of a connection, and the rule by which it is replaced.
//!
//! Statics are not patched: a packet that holds *any* static object replaces the whole set, except for types that it
//! lists as unchanged. The set is kept as the bytes that came, per type, so that a server which repeats its statics
//! with every frame costs a comparison and no allocation.

use super::error::DecodeError;
use super::object_type::{Lifetime, ObjectType, TypeSet};
use super::packet::Blocks;

/// The static types that are read here; others only count for the rule.
const KEPT: [ObjectType; 7] = [
    ObjectType::SUBJECT_INFO,
    ObjectType::SUBJECT_TOPOLOGY,
    ObjectType::SUBJECT_SCALE,
    ObjectType::APPLICATION_INFO,
    ObjectType::STREAM_INFO,
    ObjectType::SUBJECT_HEALTH,
    ObjectType::OBJECT_QUALITY,
];

/// What the newest packet did to the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StaticChange {
    /// Names, trees, neutral poses or axes are others.
    pub(crate) subjects: bool,
    /// Rate, health or quality are others.
    pub(crate) figures: bool,
}

/// The newest static blocks.
#[derive(Debug, Default)]
pub(crate) struct StaticSet {
    blocks: [Vec<u8>; KEPT.len()],
    incoming: Vec<u8>,
}

impl StaticSet {
    /// Applies a packet.
    pub(crate) fn take_packet(
        &mut self,
        payload: &[u8],
        unchanged: TypeSet,
    ) -> Result<StaticChange, DecodeError> {
        let mut change = StaticChange {
            subjects: false,
            figures: false,
        };
        let mut any = false;
        for block in Blocks::of(payload) {
            any |= block?.0.lifetime() == Lifetime::Static;
        }
        if !any {
            return Ok(change);
        }
        for (i, (kept, object)) in self.blocks.iter_mut().zip(KEPT).enumerate() {
            if unchanged.contains(object) {
                continue;
            }
            self.incoming.clear();
            for block in Blocks::of(payload) {
                let (t, body) = block?;
                if t == object {
                    super::packet::write_object(&mut self.incoming, t, |out| {
                        out.extend_from_slice(body);
                    });
                }
            }
            if *kept != self.incoming {
                std::mem::swap(kept, &mut self.incoming);
                // The first four say who there is; a change in them makes a new roster.
                if i < 4 {
                    change.subjects = true;
                } else {
                    change.figures = true;
                }
            }
        }
        Ok(change)
    }

    /// The bodies of the kept blocks of a type.
    pub(crate) fn bodies(&self, object: ObjectType) -> impl Iterator<Item = &[u8]> {
        let at = KEPT.iter().position(|t| *t == object);
        let bytes = at.and_then(|i| self.blocks.get(i)).map_or(&[][..], |b| b);
        Blocks::of(bytes).flatten().map(|(_, body)| body)
    }
}
