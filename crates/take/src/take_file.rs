//! Takes: what a stage heard and solved, as MCAP files of the profile `cyclorama.take.v1`.
//!
//! A take is an [MCAP](https://mcap.dev/spec) container, so any MCAP tool can list and cut it. Inside it:
//!
//! | where | schema | what |
//! |---|---|---|
//! | channel `roster/<source>` | `cyclorama.take.v1.Roster` | who is who, before the first frame that needs it |
//! | channel `mocap/<source>` | `cyclorama.take.v1.MocapFrame` | [`MocapFrame`] as the solver gets it |
//! | channel `stage/frame` | `cyclorama.take.v1.StageFrame` | [`StageFrame`] as the renderer gets it |
//! | channels `raw/<source>` | `cyclorama.take.v1.RawPacket` | packets as they were received, to be decoded anew |
//! | channel `events` | `cyclorama.take.v1.Event` | what the stage said: states, findings, commands |
//! | channel `gaps` | `cyclorama.take.v1.Gap` | what is missing, from when to when, and why |
//! | metadata `cyclorama.take` | | title, program, and whatever the engine wants to keep |
//! | attachments `config/<name>` | | the files that the stage ran with: stage, rigs, lenses |
//!
//! Messages are our own compact binary form, message encoding `cyclorama.le`: little-endian, each beginning with the
//! version byte 1. A change of the layout is a new profile; readers of a later program keep reading this one. The
//! layouts stand in the modules `roster_record`, `mocap_record` and `stage_record`, and as text in each take's schemas.
//! Log time is the host time of the frame (heard, or due) in nanoseconds.
//!
//! What is written comes back equal: positions, times, weights and stamps bit for bit; rotations to within one rounding
//! of the last bit, since a unit quaternion is made unit again when it is read (that is what keeps a damaged file from
//! making one that is not).
//!
//! [`MocapFrame`]: cyc_model::MocapFrame
//! [`StageFrame`]: cyc_model::StageFrame
//!
//! For libraries a take can be made compact ([`pack_take`], crate `cyc-compact`): its poses and markers within a tenth of a
//! millimetre, in a fraction of the bytes. [`TakeReader`] reads those too.
//!
//! A take is written as `NAME.part`, chunk by chunk: at most 50 ms of frames are in memory. It gets its name when it is
//! finished; [`recover_take`] makes a whole one of what an interrupted recording left. Reading is hostile: record, chunk
//! and total sizes are limited, no content panics, and damage costs what is damaged: the chunks behind it are found again.

mod appender;
mod backlog;
mod chunk;
mod chunk_log;
mod compact;
mod container;
mod container_writer;
mod disk;
mod encoder;
mod ending;
mod error;
mod event_record;
mod face_record;
mod fields;
mod gap_record;
mod info;
mod lens_record;
mod mocap_record;
mod raw_record;
mod reader;
mod recorder;
mod recover;
mod roster_record;
mod stage_record;
mod status;
mod writer;

#[cfg(test)]
mod tests;

pub use compact::{LeftOut, PackedTake, clip_of, pack_c3d, pack_clip, pack_take};
pub use disk::{Disk, DiskSync, FileDisk};
pub use error::{DamageKind, TakeError};
pub use event_record::TakeEvent;
pub use gap_record::{GapKind, GapReason, TakeGap};
pub use info::{TakeInfo, take_info};
pub use raw_record::{RawKind, RawPacket};
pub use reader::{TakeFrame, TakeItem, TakeReader};
pub use recorder::{RecorderOptions, Sealed, TakeRecorder};
pub use recover::{Recovered, recover_take, recovered_path};
pub use status::{RecorderState, RecorderStatus, WARN_MINUTES};
pub use writer::TakeWriter;

use std::collections::BTreeMap;

/// The MCAP profile of takes.
pub const TAKE_PROFILE: &str = "cyclorama.take.v1";

/// Message encoding of all channels.
const ENCODING: &str = "cyclorama.le";

/// The first byte of a message: the version of its layout. Older ones are read for ever.
const ROSTER_VERSION: u8 = 1;
/// 2 added faces and lenses.
const MOCAP_VERSION: u8 = 2;
/// 2 added who named a performer's markers.
const STAGE_VERSION: u8 = 2;

/// Name of the metadata record.
const METADATA: &str = "cyclorama.take";

/// A file that the stage ran with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeFile {
    /// Name, such as `stage.toml`.
    pub name: String,
    /// Media type, such as `application/toml`.
    pub media_type: String,
    /// Contents.
    pub data: Vec<u8>,
}

/// What a take says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakeConfig {
    /// Title for people: slate, scene, take.
    pub title: String,
    /// The program that wrote it, with its version.
    pub program: String,
    /// When it began, wall clock, nanoseconds since 1970; decoration only.
    pub created_unix_ns: i64,
    /// Anything else worth keeping, by name.
    pub entries: BTreeMap<String, String>,
    /// The files that the stage ran with.
    pub files: Vec<TakeFile>,
}
