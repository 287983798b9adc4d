//! What a protocol brings to be received: a decoder for its datagrams or its stream, without sockets or clocks.
//!
//! The loops ([`DatagramSource`](crate::datagram_source::DatagramSource),
//! [`StreamSource`](crate::stream_source::StreamSource)) do what is the same for all: sockets, kernel stamps, filters,
//! limits, back-off, the door, states and counters. So a new protocol is one short file in `protocols`, which wraps a
//! decoder of `cyc_wire`.

use cyc_model::{HostNs, MocapFrame};
use cyc_wire::WireError;
use std::net::SocketAddr;

/// How the frames of a protocol are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbering {
    /// By a counter of the source that is so many bits wide on the wire and wraps.
    Counter {
        /// 8 to 64.
        bits: u32,
    },
    /// Not at all: they are numbered as they arrive, so that neither loss nor order can be seen.
    Arrival,
}

/// What arrived and could not be taken, counted since the decoder was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DecodeCounts {
    /// Poses, positions, weights and timecodes that cannot be; shown as occluded.
    pub values_refused: u64,
    /// Values of subjects that were not introduced, items of kinds that are not known, things over a limit.
    pub values_unknown: u64,
    /// Frames of several datagrams of which some never came.
    pub frames_incomplete: u64,
    /// Frames that came twice, where the decoder itself sees that.
    pub frames_duplicate: u64,
    /// Frames that a newer one had overtaken, where the decoder itself sees that.
    pub frames_late: u64,
}

/// A datagram as it came from the kernel.
#[derive(Clone, Copy, Debug)]
pub struct Datagram<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Who sent it.
    pub from: SocketAddr,
    /// When the kernel received it.
    pub heard: HostNs,
}

/// Decodes a protocol of datagrams. What is remembered between them (names, halves of frames) is bounded.
pub trait DatagramDecoder: Send {
    /// Why a datagram is refused; it costs the datagram, not the source.
    type Error: WireError;

    /// Longest datagram of the protocol, bytes.
    const DATAGRAM_MAX: usize;

    /// Most datagrams that a frame is made of: the rate limit counts datagrams.
    const DATAGRAMS_PER_FRAME: u32 = 1;

    /// How frames are numbered.
    const NUMBERING: Numbering;

    /// Decodes a datagram into `out`, all but its source and epoch. True when a frame is whole. A frame with a new
    /// roster is enough to tell that the subjects are others. Once warm, nothing may be allocated.
    fn decode(&mut self, datagram: Datagram<'_>, out: &mut MocapFrame)
    -> Result<bool, Self::Error>;

    /// Fills in another frame that the last datagram completed; asked until there is none.
    fn next(&mut self, _out: &mut MocapFrame) -> bool {
        false
    }

    /// Writes the request that is to be sent now; false when none is. Asked at least each 50 ms; sent to the place's
    /// server, if it has one.
    fn poll_transmit(&mut self, _now: HostNs, _out: &mut Vec<u8>) -> bool {
        false
    }

    /// What could not be taken so far.
    fn counts(&self) -> DecodeCounts;
}

/// What a stream brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A frame was filled in.
    Frame,
    /// Something else was understood; there may be more.
    Other,
}

/// Decodes a protocol over TCP.
pub trait StreamDecoder: Send {
    /// Why the connection is given up.
    type Error: WireError;

    /// How frames are numbered.
    const NUMBERING: Numbering;

    /// A new connection was made: everything of the old one is forgotten.
    fn connected(&mut self);

    /// Takes bytes in the order they came, the newest of them heard at a time.
    fn feed(&mut self, bytes: &[u8], heard: HostNs);

    /// Room of the decoder's own that at least `bytes` bytes may be read into, so that they are not copied a second time;
    /// `None` when it takes them by [`Self::feed`] alone.
    fn room(&mut self, _bytes: usize) -> Option<&mut [u8]> {
        None
    }

    /// So many bytes were read into the room, the newest of them heard at a time.
    fn filled(&mut self, _bytes: usize, _heard: HostNs) {}

    /// The next thing that is whole; a frame is written to `out`, all but its source and epoch. Asked until there is
    /// none. Once warm, nothing may be allocated.
    fn poll(&mut self, out: &mut MocapFrame) -> Result<Option<Progress>, Self::Error>;

    /// Appends the requests that are to be sent now; false when there are none. Asked after every read, and at least
    /// each 50 ms.
    fn poll_transmit(&mut self, now: HostNs, out: &mut Vec<u8>) -> bool;

    /// Whether frames are to come as datagrams beside the connection: the loop then opens a socket for them.
    fn wants_datagrams(&self) -> bool {
        false
    }

    /// Datagrams are waited for at this address, from now on; told after every connection.
    fn wait_for_datagrams_at(&mut self, _address: SocketAddr) {}

    /// Takes a datagram of the server's. True when a frame was written to `out`. An error costs the datagram alone.
    fn take_datagram(
        &mut self,
        _datagram: Datagram<'_>,
        _out: &mut MocapFrame,
    ) -> Result<bool, Self::Error> {
        Ok(false)
    }

    /// Writes the request that is to be sent to the one who is to connect to us; false when none is. Asked at least each
    /// 50 ms while nobody is connected.
    fn poll_call(&mut self, _now: HostNs, _out: &mut Vec<u8>) -> bool {
        false
    }

    /// Packets understood since the decoder was made.
    fn packets(&self) -> u64;

    /// What could not be taken since the decoder was made.
    fn counts(&self) -> DecodeCounts;
}
