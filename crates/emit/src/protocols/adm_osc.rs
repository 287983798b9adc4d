//! `adm-osc://[host][:4001][?object=N:SUBJECT,N:SUBJECT/SEGMENT&form=polar|cartesian&extent=M&origin=X,Y,Z&yaw=DEG]`:
//! performers and props as sound objects.
//!
//! `extent` is how many metres are 1 in the format, `origin` where the listeners are, `yaw` where they look: degrees from
//! the stage's -Z, to the left. Without `object`, all subjects are numbered from 1.

use super::{Protocol, Recipe};
use crate::datagram_writer::DatagramWriter;
use crate::error::OutputError;
use crate::output_url::{UrlParts, finite};
use crate::per_source::PerSource;
use crate::send_socket::SendPlace;
use crate::writer::{AnyWriter, Feed};
use cyc_model::NAME_BYTES_MAX;
use cyc_wire::adm_osc::limits::{EXTENT_M, OBJECT_NUMBER, OBJECTS_MAX};
use cyc_wire::adm_osc::{DEFAULT_PORT, EncodeSettings, Encoder, Form, ObjectSettings};
use std::fmt;
use std::net::Ipv4Addr;

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "adm-osc",
    feed: Feed::Frames,
    read: |url| Ok(Box::new(read(url)?)),
};

#[derive(Debug)]
struct AdmOsc {
    place: SendPlace,
    settings: EncodeSettings,
}

fn read(url: &UrlParts<'_>) -> Result<AdmOsc, OutputError> {
    let mut settings = EncodeSettings::default();
    let place = url.send_place(DEFAULT_PORT, |option, value| {
        let taken = match option {
            "object" => objects(value).map(|objects| settings.objects = objects),
            "form" => form(value).map(|form| settings.form = form),
            "extent" => finite(value)
                .filter(|extent| EXTENT_M.contains(extent))
                .map(|extent| settings.extent_m = extent),
            "origin" => place(value).map(|origin| settings.origin_m = origin),
            "yaw" => finite(value).map(|degrees| settings.yaw_rad = degrees.to_radians()),
            _ => None,
        };
        taken.is_some()
    })?;
    Ok(AdmOsc {
        place: place.or_to(Ipv4Addr::LOCALHOST),
        settings,
    })
}

fn form(value: &str) -> Option<Form> {
    match value {
        "polar" => Some(Form::Polar),
        "cartesian" => Some(Form::Cartesian),
        _ => None,
    }
}

fn place(value: &str) -> Option<[f64; 3]> {
    let numbers: Option<Vec<f64>> = value.split(',').map(finite).collect();
    numbers?.try_into().ok()
}

/// `N:SUBJECT` or `N:SUBJECT/SEGMENT`, with commas between them.
fn objects(list: &str) -> Option<Vec<ObjectSettings>> {
    let is_name = |name: &str| (1..=NAME_BYTES_MAX).contains(&name.len());
    let one = |text: &str| {
        let (number, whom) = text.split_once(':')?;
        let number = number.parse().ok().filter(|n| OBJECT_NUMBER.contains(n))?;
        let (subject, segment) = match whom.split_once('/') {
            Some((subject, segment)) => (subject, Some(segment)),
            None => (whom, None),
        };
        let named = is_name(subject) && segment.is_none_or(is_name);
        named.then(|| ObjectSettings {
            number,
            subject: subject.to_owned(),
            segment: segment.map(str::to_owned),
        })
    };
    let objects: Option<Vec<_>> = list.split(',').map(one).collect();
    objects.filter(|objects| objects.len() <= OBJECTS_MAX)
}

impl fmt::Display for AdmOsc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", PROTOCOL.scheme, self.place)
    }
}

impl Recipe for AdmOsc {
    fn open(&self) -> Result<AnyWriter, OutputError> {
        let settings = self.settings.clone();
        Ok(AnyWriter::Frames(Box::new(DatagramWriter {
            socket: self.place.open(None)?,
            encoders: PerSource::new(move || Encoder::new(settings.clone())),
            encode: Encoder::encode,
        })))
    }
}
