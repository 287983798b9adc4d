//! Connections that a device makes to its receivers: what it would send as datagrams, one after the other.
//!
//! Writing never waits: a receiver that does not take what it is sent is let go, and called again after a while.

use super::counters::ServerCounters;
use cyc_capture::now_host;
use cyc_model::{HostNs, Nanos};
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long connecting may take: a receiver on the same network answers within, and frames wait meanwhile.
const CONNECT: Duration = Duration::from_millis(20);

/// A receiver that does not answer is called again after this.
const CALL_AGAIN: Nanos = Nanos::from_millis(500);

/// A receiver that is connected to.
pub(crate) struct Caller {
    to: SocketAddr,
    stream: Option<TcpStream>,
    call_at: HostNs,
}

impl Caller {
    /// Calls when there is something to send.
    pub(crate) fn new(to: SocketAddr) -> Self {
        Self {
            to,
            stream: None,
            call_at: HostNs::default(),
        }
    }

    /// The receiver.
    pub(crate) fn to(&self) -> SocketAddr {
        self.to
    }

    /// Sends bytes and what ends them; they are lost while nobody answers.
    pub(crate) fn send(&mut self, bytes: &[u8], end: &[u8], counters: &ServerCounters) {
        if self.stream.is_none() && now_host() >= self.call_at {
            self.stream = call(self.to).ok();
            self.call_at = now_host() + CALL_AGAIN;
            if self.stream.is_some() {
                counters.clients_connected.increment();
            }
        }
        let Some(stream) = &mut self.stream else {
            return;
        };
        if stream
            .write_all(bytes)
            .and_then(|()| stream.write_all(end))
            .is_ok()
        {
            counters.frames_sent.increment();
        } else {
            // Some of it may have gone out: what followed would have no known start.
            self.stream = None;
            counters.clients_gone.increment();
        }
    }
}

fn call(to: SocketAddr) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&to, CONNECT)?;
    stream.set_nodelay(true)?;
    stream.set_nonblocking(true)?;
    Ok(stream)
}
