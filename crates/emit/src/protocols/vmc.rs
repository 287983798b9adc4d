//! `vmc://[host][:39539][?subject=NAME]`: the VMC protocol, as its performer.
//!
//! The avatar is the subject named, or the first one with hips. The protocol has one avatar: once a source has brought it,
//! frames of other sources are not sent, which would say that it is gone.

use super::{Protocol, Recipe};
use crate::counters::OutputCounters;
use crate::error::OutputError;
use crate::output_url::UrlParts;
use crate::send_socket::{SendPlace, SendSocket};
use crate::writer::{AnyWriter, Feed, Writer};
use cyc_model::{MocapFrame, NAME_BYTES_MAX, SourceId};
use cyc_wire::vmc::{DEFAULT_PORT, Encoder};
use std::fmt;
use std::net::Ipv4Addr;

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "vmc",
    feed: Feed::Frames,
    read: |url| Ok(Box::new(read(url)?)),
};

#[derive(Debug)]
struct Vmc {
    place: SendPlace,
    subject: String,
}

fn read(url: &UrlParts<'_>) -> Result<Vmc, OutputError> {
    let mut subject = "";
    let place = url.send_place(DEFAULT_PORT, |option, value| {
        let is_name = option == "subject" && (1..=NAME_BYTES_MAX).contains(&value.len());
        if is_name {
            subject = value;
        }
        is_name
    })?;
    Ok(Vmc {
        place: place.or_to(Ipv4Addr::LOCALHOST),
        subject: subject.to_owned(),
    })
}

impl fmt::Display for Vmc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", PROTOCOL.scheme, self.place)
    }
}

impl Recipe for Vmc {
    fn open(&self) -> Result<AnyWriter, OutputError> {
        Ok(AnyWriter::Frames(Box::new(VmcWriter {
            socket: self.place.open(None)?,
            encoder: Encoder::new(&self.subject),
            avatar_from: None,
            datagrams: Vec::new(),
        })))
    }
}

struct VmcWriter {
    socket: SendSocket,
    encoder: Encoder,
    avatar_from: Option<SourceId>,
    datagrams: Vec<Vec<u8>>,
}

impl VmcWriter {
    fn has_avatar(&self, frame: &MocapFrame) -> bool {
        let name = &self.encoder.subject;
        frame.roster.subjects().iter().any(|subject| {
            let has_hips = || subject.segments.iter().any(|s| s.name == "hips");
            subject.name == *name || (name.is_empty() && has_hips())
        })
    }
}

impl Writer<MocapFrame> for VmcWriter {
    fn write(&mut self, frame: &MocapFrame, counters: &OutputCounters) {
        if self.avatar_from.is_none() && self.has_avatar(frame) {
            self.avatar_from = Some(frame.source);
        }
        if self
            .avatar_from
            .is_some_and(|source| source != frame.source)
        {
            return counters.frames_without.increment();
        }
        self.datagrams.clear();
        self.encoder.encode_frame(frame, &mut self.datagrams);
        for datagram in &self.datagrams {
            self.socket.send(datagram, counters);
        }
    }
}
