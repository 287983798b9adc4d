//! Recordings and interchange files: MCAP takes, BVH, C3D; written and read.
//!
//! Three formats, each in a module of its own:
//!
//! - **Takes** ([`TakeRecorder`], [`TakeWriter`], [`TakeReader`], [`take_info`], [`recover_take`]): what a stage heard and
//!   solved, in MCAP's container
//!   under the profile [`TAKE_PROFILE`]. Capture frames and stage frames come back as they went in.
//! - [`bvh`]: a skeleton and its motion as text, read and written.
//! - [`c3d`]: labelled marker positions, read.
//!
//! BVH and C3D are parsed from bytes that the caller read, since they also come from sockets and archives; takes are
//! files, because flushing and renaming is half of what they are. Everything read is built before it leaves: metres,
//! Y up, finite, unit quaternions. Every error says where in the file, and what is read from a stranger's file is
//! bounded by the constants below.
//!
//! ```
//! let text = "HIERARCHY ROOT Hips { OFFSET 0 0 0 CHANNELS 3 Zrotation Xrotation Yrotation
//! End Site { OFFSET 0 170 0 } }
//! MOTION Frames: 1 Frame Time: 0.01 90 0 0";
//! let clip = cyc_take::bvh::read(text.as_bytes(), &Default::default())?;
//! assert_eq!(clip.frame_count(), 1);
//! assert_eq!(clip.units().metres_per_unit(), 0.01);
//! # Ok::<(), cyc_take::bvh::BvhError>(())
//! ```

mod take_file;

pub mod bvh;
pub mod c3d;

mod limits;

pub use cyc_compact::{CompactError, CompactTake, PackOptions, looks_compact};
pub use limits::*;
pub use take_file::{
    DamageKind, Disk, DiskSync, FileDisk, GapKind, GapReason, LeftOut, PackedTake, RawKind,
    RawPacket, RecorderOptions, RecorderState, RecorderStatus, Recovered, Sealed, TAKE_PROFILE,
    TakeConfig, TakeError, TakeEvent, TakeFile, TakeFrame, TakeGap, TakeInfo, TakeItem, TakeReader,
    TakeRecorder, TakeWriter, WARN_MINUTES, clip_of, pack_c3d, pack_clip, pack_take, recover_take,
    recovered_path, take_info,
};
