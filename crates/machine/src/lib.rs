//! What this computer offers a stage: facts read from the system, without advice.
//!
//! Two programs ask the same questions: `cargo xtask setup`, which installs what is missing before anything heavy is
//! compiled, and `cyc doctor`, which tells an operator what the machine can do. They must never disagree, so the
//! answers live here once. Nothing in this crate loads a driver, opens a device or changes a setting; every reader
//! takes the root of the file system and the environment as arguments, so that tests give it a made-up machine.

mod display;
mod libraries;
mod loopback;
mod network;
mod place;
mod system;
mod vulkan;

pub use display::{Display, display};
pub use libraries::Libraries;
pub use loopback::{Burst, tcp_round_trip, udp_burst};
pub use network::{datagrams_unheard, interface_addresses};
pub use place::Place;
pub use system::{
    RealTime, clock_source, cores, free_disk_bytes, host_name, memory_bytes, os_name, real_time,
    receive_buffer_max_bytes,
};
pub use vulkan::{Driver, DriverKind, DriverState, VULKAN_LOADER, drivers};
