//! `freed://[host][:40000][?camera=NAME,NAME&id=1&lens=PROFILE]`: FreeD D1.
//!
//! Cameras are numbered from `id` in the order named; without names, all rigid bodies of a frame are. `lens` is one of the
//! profiles that come with the program, as for the source.

use super::{Protocol, Recipe};
use crate::datagram_writer::DatagramWriter;
use crate::error::OutputError;
use crate::output_url::{UrlParts, names};
use crate::per_source::PerSource;
use crate::send_socket::SendPlace;
use crate::writer::{AnyWriter, Feed};
use cyc_wire::freed::{DEFAULT_PORT, EncodeSettings, Encoder, LensProfile};
use std::fmt;
use std::net::Ipv4Addr;

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "freed",
    feed: Feed::Frames,
    read: |url| Ok(Box::new(read(url)?)),
};

#[derive(Debug)]
struct FreeD {
    place: SendPlace,
    settings: EncodeSettings,
}

fn read(url: &UrlParts<'_>) -> Result<FreeD, OutputError> {
    let mut settings = EncodeSettings {
        profile: LensProfile::built_in("generic").unwrap_or_default(),
        ..EncodeSettings::default()
    };
    let place = url.send_place(DEFAULT_PORT, |option, value| {
        let taken = match option {
            "camera" => names(value).map(|names| settings.cameras = names),
            "id" => value.parse().ok().map(|id| settings.first_id = id),
            "lens" => LensProfile::built_in(value).map(|profile| settings.profile = profile),
            _ => None,
        };
        taken.is_some()
    })?;
    Ok(FreeD {
        place: place.or_to(Ipv4Addr::LOCALHOST),
        settings,
    })
}

impl fmt::Display for FreeD {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", PROTOCOL.scheme, self.place)
    }
}

impl Recipe for FreeD {
    fn open(&self) -> Result<AnyWriter, OutputError> {
        let settings = self.settings.clone();
        Ok(AnyWriter::Frames(Box::new(DatagramWriter {
            socket: self.place.open(None)?,
            encoders: PerSource::new(move || Encoder::new(settings.clone())),
            encode: Encoder::encode,
        })))
    }
}
