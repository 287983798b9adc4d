//! Receiving with the kernel's time of arrival, from TCP and UDP alike.
//!
//! `SO_TIMESTAMPNS` makes the kernel hand over, beside the bytes, when the newest of them arrived. So the time that a
//! frame was heard does not depend on how soon this thread was woken.

use crate::clock::{ClockPair, to_ns};
use crate::counters::ReceiveCounters;
use crate::stop_flag::LOOK_EVERY;
use cyc_model::HostNs;
use nix::errno::Errno;
use nix::sys::socket::{
    ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, setsockopt, sockopt,
};
use nix::sys::time::{TimeSpec, TimeVal, TimeValLike};
use std::io::{self, IoSliceMut};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd, AsRawFd};

/// A buffer with room for the kernel's stamp.
#[derive(Debug)]
pub(crate) struct StampedReader {
    buf: Vec<u8>,
    control: Vec<u8>,
}

/// What was read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Received {
    /// Bytes; they are at the start of [`StampedReader::bytes`].
    pub(crate) len: usize,
    /// When the newest of them arrived.
    pub(crate) heard: HostNs,
    /// Who sent a datagram.
    pub(crate) from: Option<SocketAddr>,
    /// Whether a datagram was longer than the buffer.
    pub(crate) truncated: bool,
}

impl StampedReader {
    /// A reader for at most `capacity` bytes at once.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            buf: vec![0; capacity],
            control: nix::cmsg_space!(TimeSpec),
        }
    }

    /// Asks the kernel for stamps and for returning when nothing comes, so that a loop can look around.
    pub(crate) fn prepare(socket: &impl AsFd) -> io::Result<()> {
        setsockopt(socket, sockopt::ReceiveTimestampns, &true)?;
        let timeout = TimeVal::microseconds(LOOK_EVERY.0 / 1000);
        setsockopt(socket, sockopt::ReceiveTimeout, &timeout)?;
        Ok(())
    }

    /// Waits for bytes. `None` when none came for a while.
    pub(crate) fn receive(
        &mut self,
        socket: &impl AsFd,
        counters: &ReceiveCounters,
    ) -> io::Result<Option<Received>> {
        receive(socket, &mut self.buf, &mut self.control, counters)
    }

    /// The same, into another place.
    pub(crate) fn receive_into(
        &mut self,
        socket: &impl AsFd,
        room: &mut [u8],
        counters: &ReceiveCounters,
    ) -> io::Result<Option<Received>> {
        receive(socket, room, &mut self.control, counters)
    }

    /// The bytes of what was read by [`Self::receive`].
    pub(crate) fn bytes(&self, received: Received) -> &[u8] {
        self.buf.get(..received.len).unwrap_or(&self.buf)
    }
}

fn receive(
    socket: &impl AsFd,
    room: &mut [u8],
    control: &mut [u8],
    counters: &ReceiveCounters,
) -> io::Result<Option<Received>> {
    let fd = socket.as_fd().as_raw_fd();
    let mut iov = [IoSliceMut::new(room)];
    let flags = MsgFlags::empty();
    let control = Some(control);
    let message = match recvmsg::<SockaddrStorage>(fd, &mut iov, control, flags) {
        Ok(message) => message,
        // EINTR: a signal. The two others: the time is over.
        Err(Errno::EAGAIN | Errno::EINTR) => return Ok(None),
        Err(e) => return Err(e.into()),
    };
    let now = ClockPair::read();
    let stamp = message.cmsgs().ok().and_then(|mut messages| {
        messages.find_map(|m| match m {
            ControlMessageOwned::ScmTimestampns(t) => Some(to_ns(t.tv_sec(), t.tv_nsec())),
            _ => None,
        })
    });
    let heard = match stamp.map(|s| now.heard(s)) {
        Some(Ok(heard)) => heard,
        Some(Err(now)) => {
            counters.clock_clamps.increment();
            now
        }
        None => {
            counters.unstamped.increment();
            now.host
        }
    };
    counters.bytes.add(message.bytes as u64);
    Ok(Some(Received {
        len: message.bytes,
        heard,
        from: message.address.as_ref().and_then(sender_of),
        truncated: message.flags.contains(MsgFlags::MSG_TRUNC),
    }))
}

fn sender_of(address: &SockaddrStorage) -> Option<SocketAddr> {
    if let Some(v4) = address.as_sockaddr_in() {
        return Some(SocketAddr::from((v4.ip(), v4.port())));
    }
    let v6 = address.as_sockaddr_in6()?;
    let ip: Ipv6Addr = v6.ip();
    Some(SocketAddr::new(IpAddr::V6(ip).to_canonical(), v6.port()))
}
