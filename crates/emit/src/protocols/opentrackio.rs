//! `opentrackio://[host][:55555][?source=1&camera=NAME,NAME&encoding=json|cbor]`: OpenTrackIO.
//!
//! Cameras are sources numbered from `source` in the order named; without names, all rigid bodies of a frame are. Without
//! a host each source goes to its own group, 239.135.1.N, as the specification has it.

use super::{Protocol, Recipe};
use crate::clock::tai_ns;
use crate::counters::OutputCounters;
use crate::error::OutputError;
use crate::output_url::{UrlParts, names};
use crate::per_source::PerSource;
use crate::send_socket::{SendPlace, SendSocket};
use crate::writer::{AnyWriter, Feed, Writer};
use cyc_model::MocapFrame;
use cyc_wire::opentrackio::{DEFAULT_PORT, EncodeSettings, Encoder, Encoding, group_of};
use std::fmt;

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "opentrackio",
    feed: Feed::Frames,
    read: |url| Ok(Box::new(read(url)?)),
};

#[derive(Debug)]
struct OpenTrackIo {
    place: SendPlace,
    settings: EncodeSettings,
}

fn read(url: &UrlParts<'_>) -> Result<OpenTrackIo, OutputError> {
    let mut settings = EncodeSettings::default();
    let place = url.send_place(DEFAULT_PORT, |option, value| {
        let taken = match option {
            "source" => value
                .parse()
                .ok()
                .filter(|n| group_of(*n).is_some())
                .map(|number| settings.first_source = number),
            "camera" => names(value).map(|names| settings.cameras = names),
            "encoding" => encoding(value).map(|encoding| settings.encoding = encoding),
            _ => None,
        };
        taken.is_some()
    })?;
    Ok(OpenTrackIo { place, settings })
}

fn encoding(value: &str) -> Option<Encoding> {
    match value {
        "json" => Some(Encoding::Json),
        "cbor" => Some(Encoding::Cbor),
        _ => None,
    }
}

impl fmt::Display for OpenTrackIo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match group_of(self.settings.first_source) {
            Some(group) => self.place.clone().or_to(group),
            None => self.place.clone(),
        };
        write!(f, "{}://{place}", PROTOCOL.scheme)
    }
}

impl Recipe for OpenTrackIo {
    fn open(&self) -> Result<AnyWriter, OutputError> {
        let settings = self.settings.clone();
        Ok(AnyWriter::Frames(Box::new(OpenTrackIoWriter {
            socket: self.place.open(group_of(settings.first_source))?,
            to_groups: self.place.host.is_none(),
            encoders: PerSource::new(move || Encoder::new(settings.clone())),
        })))
    }
}

struct OpenTrackIoWriter {
    socket: SendSocket,
    to_groups: bool,
    encoders: PerSource<Encoder>,
}

impl Writer<MocapFrame> for OpenTrackIoWriter {
    fn write(&mut self, frame: &MocapFrame, counters: &OutputCounters) {
        let (mut any, mut groupless) = (false, 0);
        let (socket, to_groups) = (&self.socket, self.to_groups);
        if let Some(encoder) = self.encoders.of(frame.source) {
            let taken = frame.taken.and_then(tai_ns);
            let unsent = encoder.encode(frame, taken, &mut |number, datagram| {
                any = true;
                match group_of(number) {
                    _ if !to_groups => socket.send(datagram, counters),
                    Some(group) => socket.send_to(datagram, group.into(), counters),
                    None => groupless += 1,
                }
            });
            counters.values_beyond.add(unsent as u64 + groupless);
        }
        counters.frames_without.add(u64::from(!any));
    }
}
