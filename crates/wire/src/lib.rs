//! Bytes to frames and frames to bytes, for every protocol; bounded and panic-free.
//!
//! Each protocol is a folder with both directions: what decodes for `capture` encodes for `simulator`. Nothing here
//! knows a socket, a thread or a clock: bytes and times are arguments. Vendor units, axes and ids end in this crate;
//! what leaves it is a [`MocapFrame`](cyc_model::MocapFrame) in metres, right-handed, Y up, in which an occluded
//! thing is `None` and never a zero.

pub mod adm_osc;
pub mod artnet;
pub mod freed;
pub mod ifacialmocap;
pub mod live_link_face;
pub mod ltc;
pub mod mosys_f4;
pub mod natnet;
pub mod opentrackio;
pub mod osc;
pub mod osc_map;
pub mod posistagenet;
pub mod qualisys;
pub mod rokoko;
pub mod sacn;
pub mod vicon_datastream;
pub mod vicon_osc;
pub mod vicon_udp;
pub mod vmc;
pub mod vrpn;
pub mod xsens_mvn;

mod axis_map;
mod big_endian;
mod body_list;
mod camera_axes;
mod growing_roster;
mod little_endian;
mod up_axis;
mod vicon_axes;
mod wire_error;

pub use axis_map::AxisMap;
pub use little_endian::UnexpectedEnd;
pub use up_axis::UpAxis;
pub use vicon_axes::ServerAxes;
pub use wire_error::{WireError, WireErrorKind};
