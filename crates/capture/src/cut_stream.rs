//! Datagrams that come one after the other over a connection: what cuts them apart is the protocol's, what reads them is the
//! decoder that reads them as datagrams.

use crate::decoder::{Datagram, DatagramDecoder, DecodeCounts, Numbering, Progress, StreamDecoder};
use cyc_model::{HostNs, MocapFrame};
use std::net::{Ipv4Addr, SocketAddr};

/// Where the first datagram of a stream ends, and where the next begins; `None` until it is whole. An error ends the
/// connection.
pub(crate) type Cut<E> = fn(&[u8]) -> Result<Option<(usize, usize)>, E>;

/// Bytes that may wait for the rest of their datagram: two reads of the loop.
const PENDING_MAX: usize = 512 << 10;

/// Datagrams that cannot be read, before anything could be, at which the connection is given up: none of what comes is of use,
/// and somebody should know why.
const UNREADABLE_MAX: u32 = 32;

/// A decoder of datagrams that takes a stream.
pub(crate) struct CutStream<D: DatagramDecoder> {
    make: Box<dyn Fn() -> D + Send>,
    decoder: D,
    cut: Cut<D::Error>,
    received: Vec<u8>,
    start: usize,
    heard: HostNs,
    /// The last datagram may have completed another frame.
    has_more: bool,
    packets: u64,
    /// Datagrams that could not be read since the connection began; `None` once a frame was.
    unreadable: Option<u32>,
    refused: u64,
}

impl<D: DatagramDecoder> CutStream<D> {
    /// Cuts a stream and reads it by what `make` makes, anew for every connection.
    pub(crate) fn new(make: impl Fn() -> D + Send + 'static, cut: Cut<D::Error>) -> Self {
        Self {
            decoder: make(),
            make: Box::new(make),
            cut,
            received: Vec::new(),
            start: 0,
            heard: HostNs::default(),
            has_more: false,
            packets: 0,
            unreadable: Some(0),
            refused: 0,
        }
    }
}

impl<D: DatagramDecoder> StreamDecoder for CutStream<D> {
    type Error = D::Error;
    const NUMBERING: Numbering = D::NUMBERING;

    fn connected(&mut self) {
        self.decoder = (self.make)();
        self.received.clear();
        self.start = 0;
        self.has_more = false;
        self.unreadable = Some(0);
    }

    fn feed(&mut self, bytes: &[u8], heard: HostNs) {
        self.heard = heard;
        self.received.drain(..self.start);
        self.start = 0;
        // The cut refuses what is longer than a datagram, so that this is never reached; it bounds memory in any case.
        let room = PENDING_MAX.saturating_sub(self.received.len());
        self.received.extend(bytes.iter().take(room));
    }

    fn poll(&mut self, out: &mut MocapFrame) -> Result<Option<Progress>, D::Error> {
        if self.has_more {
            self.has_more = self.decoder.next(out);
            if self.has_more {
                return Ok(Some(Progress::Frame));
            }
        }
        let rest = self.received.get(self.start..).unwrap_or(&[]);
        let Some((end, next)) = (self.cut)(rest)?.filter(|(_, next)| *next <= rest.len()) else {
            return Ok(None);
        };
        self.start += next;
        let datagram = Datagram {
            bytes: rest.get(..end).unwrap_or(rest),
            from: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
            heard: self.heard,
        };
        self.packets += 1;
        let is_frame = match self.decoder.decode(datagram, out) {
            Ok(is_frame) => is_frame,
            // It is as long as it says, so what follows is still known: it costs itself alone.
            Err(error) => {
                self.refused += 1;
                let unreadable = self.unreadable.as_mut();
                let count = unreadable.map_or(0, |count| {
                    *count += 1;
                    *count
                });
                if count >= UNREADABLE_MAX {
                    return Err(error);
                }
                false
            }
        };
        self.has_more = is_frame;
        if is_frame {
            self.unreadable = None;
        }
        Ok(Some(if is_frame {
            Progress::Frame
        } else {
            Progress::Other
        }))
    }

    fn poll_transmit(&mut self, _now: HostNs, _out: &mut Vec<u8>) -> bool {
        false
    }

    fn poll_call(&mut self, now: HostNs, out: &mut Vec<u8>) -> bool {
        self.decoder.poll_transmit(now, out)
    }

    fn packets(&self) -> u64 {
        self.packets
    }

    fn counts(&self) -> DecodeCounts {
        let counts = self.decoder.counts();
        DecodeCounts {
            values_unknown: counts.values_unknown + self.refused,
            ..counts
        }
    }
}
