//! The least that a receiver can do: a blocking read with the kernel's stamp.

use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt, sockopt};
use nix::time::{ClockId, clock_gettime};
use std::io::IoSliceMut;
use std::os::fd::{AsFd, AsRawFd};

/// A buffer with room for the stamp.
pub struct StampedReader {
    control: Vec<u8>,
}

impl StampedReader {
    /// Asks the kernel for stamps on this socket.
    pub fn on(socket: &impl AsFd) -> nix::Result<Self> {
        setsockopt(socket, sockopt::ReceiveTimestampns, &true)?;
        let control = nix::cmsg_space!(nix::sys::time::TimeSpec);
        Ok(Self { control })
    }

    /// Waits for bytes: how many, and the wall clock's nanoseconds at which the newest of them arrived.
    pub fn read(&mut self, socket: &impl AsFd, into: &mut [u8]) -> nix::Result<(usize, i64)> {
        let mut iov = [IoSliceMut::new(into)];
        let fd = socket.as_fd().as_raw_fd();
        let message = recvmsg::<()>(fd, &mut iov, Some(&mut self.control), MsgFlags::empty())?;
        let stamp = message.cmsgs()?.find_map(|m| match m {
            ControlMessageOwned::ScmTimestampns(t) => {
                Some(t.tv_sec() * 1_000_000_000 + t.tv_nsec())
            }
            _ => None,
        });
        Ok((message.bytes, stamp.unwrap_or(0)))
    }
}

/// Now, on the clock of the stamps.
pub fn wall_ns() -> i64 {
    clock_gettime(ClockId::CLOCK_REALTIME).map_or(0, |t| t.tv_sec() * 1_000_000_000 + t.tv_nsec())
}
