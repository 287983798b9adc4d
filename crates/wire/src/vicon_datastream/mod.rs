//! Vicon DataStream, also called CGStream: what Tracker, Shogun, Nexus and Evoke serve on TCP port 801.
//!
//! Both ends as state machines without sockets or clocks: [`Client`] turns a server's bytes into frames, [`Server`]
//! does what a server does for one client. Poses cross this border once: on the wire they are millimetres in the
//! server's axes, in a [`MocapFrame`](cyc_model::MocapFrame) metres with Y up.
//!
//! What must stay true: bytes from outside cannot panic, loop or allocate beyond `limits`; types that are not known
//! are skipped; a block longer than its reader knows is skipped to its end; a block too short ends the connection;
//! a warm frame allocates nothing. Sources: the object headers of the vendor's MIT-licensed SDK 1.12.

mod client;
mod dynamic_set;
mod error;
mod frame_encoder;
pub mod limits;
mod object;
mod object_type;
mod objects;
mod packet;
mod ping;
mod rows;
mod server;
mod server_statics;
mod static_set;
mod subject_map;
mod subject_objects;
pub(crate) mod timecode;

pub use client::{Client, ClientCounts, ClientEvent, ClientSettings, StreamMode, SubjectFigures};
pub use dynamic_set::RefusedValues;
pub use error::DecodeError;
pub use object::{Object, decode_payload, encode_packet};
pub use object_type::{Lifetime, ObjectType, TypeSet};
pub use objects::{
    ApplicationInfo, Contents, Filter, FrameInfo, FrameRateInfo, HardwareFrameInfo, LatencyInfo,
    NO_FRAME, ObjectEnums, Ping, RequestFrame, RequestNextFrame, STREAM_CLOCK_HZ, StreamInfo,
    TimecodeObject,
};
pub use packet::PACKET_MAGIC;
pub use rows::{LabelledRecon, LightweightRow, Recon, SegmentRow};
pub use server::{Server, ServerSettings};
pub use server_statics::ServerStatics;
pub use subject_objects::{
    ObjectQuality, SegmentEntry, SubjectHealth, SubjectInfo, SubjectScale, SubjectTopology,
};

/// The port that Vicon servers listen on.
pub const DEFAULT_PORT: u16 = 801;

/// The port of the multicast form.
pub const MULTICAST_PORT: u16 = 44801;
