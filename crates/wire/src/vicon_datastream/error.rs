//! Why bytes are no Vicon DataStream.

use super::object_type::ObjectType;
use crate::wire_error::{WireError, WireErrorKind};
use cyc_model::RosterError;
use thiserror::Error;

/// What is wrong with received bytes. All of them end the connection, as in Vicon's own client: after the first one
/// nothing that follows can be trusted to start where it should.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// The first word is not the protocol's.
    #[error("a packet starts with {found:#010x} and not 0x1a2b0001: this is no Vicon DataStream")]
    NotAPacket {
        /// The word found.
        found: u32,
    },
    /// A packet claims to be larger than the limit.
    #[error("a packet of {bytes} bytes is over the limit of {limit}")]
    PacketTooLarge {
        /// Payload bytes.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A packet ends inside a block's header.
    #[error("a packet ends inside a block header, {left} bytes before its end")]
    BlockHeaderCut {
        /// Bytes left.
        left: usize,
    },
    /// A datagram that is not one whole packet.
    #[error("a datagram of {bytes} bytes is not one whole packet")]
    NotOnePacket {
        /// Its length.
        bytes: usize,
    },
    /// A block claims more bytes than its packet has left.
    #[error("object {} claims {claimed} bytes where {left} are left", object.0)]
    BlockTooLong {
        /// The block's type.
        object: ObjectType,
        /// Bytes claimed.
        claimed: usize,
        /// Bytes left.
        left: usize,
    },
    /// A block is shorter than its type needs.
    #[error("object {} is too short: {needed} bytes are needed and {left} are left", object.0)]
    BlockTooShort {
        /// The block's type.
        object: ObjectType,
        /// Bytes that the next value needs.
        needed: usize,
        /// Bytes left.
        left: usize,
    },
    /// A subject's tree of segments has a cycle or an unknown parent.
    #[error("segment '{segment}' of subject '{subject}' has no way to a root")]
    BrokenTree {
        /// The subject.
        subject: String,
        /// A segment that no root leads to.
        segment: String,
    },
    /// Two subjects, or two parts of one, share an id.
    #[error("id {id} is used twice in '{within}'")]
    DuplicateId {
        /// The id.
        id: u32,
        /// The subject, or `subjects`.
        within: String,
    },
    /// Names or numbers of subjects that the model refuses.
    #[error("the server's subjects cannot be taken: {0}")]
    Roster(#[from] RosterError),
}

impl DecodeError {
    /// The message that tells this to a person: a key of `wire.ftl`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NotAPacket { .. } => "vicon-not-a-packet",
            Self::NotOnePacket { .. } => "vicon-not-one-packet",
            Self::PacketTooLarge { .. } => "vicon-packet-too-large",
            Self::BlockHeaderCut { .. } => "vicon-block-header-cut",
            Self::BlockTooLong { .. } => "vicon-block-too-long",
            Self::BlockTooShort { .. } => "vicon-block-too-short",
            Self::BrokenTree { .. } => "vicon-broken-tree",
            Self::DuplicateId { .. } => "vicon-duplicate-id",
            Self::Roster(RosterError::TooMany { .. }) => "vicon-roster-too-many",
            Self::Roster(RosterError::BadName { .. }) => "vicon-roster-bad-name",
            Self::Roster(RosterError::BadParent { .. }) => "vicon-broken-tree",
        }
    }

    /// The arguments of the message.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotAPacket { found } => vec![("found", format!("{found:#010x}"))],
            Self::NotOnePacket { bytes } => vec![("bytes", bytes.to_string())],
            Self::PacketTooLarge { bytes, limit } => {
                vec![("bytes", bytes.to_string()), ("limit", limit.to_string())]
            }
            Self::BlockHeaderCut { left } => vec![("left", left.to_string())],
            Self::BlockTooLong {
                object,
                claimed,
                left,
            } => vec![
                ("object", object.0.to_string()),
                ("claimed", claimed.to_string()),
                ("left", left.to_string()),
            ],
            Self::BlockTooShort {
                object,
                needed,
                left,
            } => vec![
                ("object", object.0.to_string()),
                ("needed", needed.to_string()),
                ("left", left.to_string()),
            ],
            Self::BrokenTree { subject, segment }
            | Self::Roster(RosterError::BadParent { subject, segment }) => {
                vec![("subject", subject.clone()), ("segment", segment.clone())]
            }
            Self::DuplicateId { id, within } => {
                vec![("id", id.to_string()), ("within", within.clone())]
            }
            Self::Roster(RosterError::TooMany { what, count, limit }) => vec![
                ("what", what.clone()),
                ("count", count.to_string()),
                ("limit", limit.to_string()),
            ],
            Self::Roster(RosterError::BadName { name, within }) => {
                vec![("name", name.clone()), ("within", within.clone())]
            }
        }
    }
}

impl WireError for DecodeError {
    fn kind(&self) -> WireErrorKind {
        match self {
            Self::NotAPacket { .. }
            | Self::NotOnePacket { .. }
            | Self::PacketTooLarge { .. }
            | Self::BlockHeaderCut { .. }
            | Self::BlockTooLong { .. } => WireErrorKind::Framing,
            Self::BlockTooShort { .. } => WireErrorKind::Object,
            Self::BrokenTree { .. } | Self::DuplicateId { .. } | Self::Roster(_) => {
                WireErrorKind::Subjects
            }
        }
    }

    fn key(&self) -> &'static str {
        Self::key(self)
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        Self::args(self)
    }
}
