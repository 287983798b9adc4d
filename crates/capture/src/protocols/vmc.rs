//! `vmc://[bind][:39539][?subject=NAME]`: the VMC protocol, as its marionette.

use super::datagram_recipe::DatagramRecipe;
use super::{Protocol, Transport};
use crate::decoder::{Datagram, DatagramDecoder, DecodeCounts, Numbering};
use crate::source_url::{SourceUrlError, UrlParts};
use cyc_model::{MocapFrame, NAME_BYTES_MAX};
use cyc_wire::osc::OscError;
use cyc_wire::vmc::{DATAGRAM_MAX, DEFAULT_PORT, DEFAULT_SUBJECT, Decoder, limits};

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "vmc",
    transport: Transport::Datagrams,
    read: |url| Ok(Box::new(read(url)?)),
};

fn read(url: &UrlParts<'_>) -> Result<DatagramRecipe<String, Decoder>, SourceUrlError> {
    let mut subject = DEFAULT_SUBJECT;
    let place = url.datagram_place(DEFAULT_PORT, None, |option, value| {
        let is_name = option == "subject" && (1..=NAME_BYTES_MAX).contains(&value.len());
        if is_name {
            subject = value;
        }
        Ok(is_name)
    })?;
    let decoder = |subject: &String| Decoder::new(subject);
    Ok(DatagramRecipe::new(url, place, subject.to_owned(), decoder))
}

impl DatagramDecoder for Decoder {
    type Error = OscError;
    const DATAGRAM_MAX: usize = DATAGRAM_MAX;
    const DATAGRAMS_PER_FRAME: u32 = limits::DATAGRAMS_PER_FRAME;
    const NUMBERING: Numbering = Numbering::Arrival;

    fn decode(&mut self, datagram: Datagram<'_>, out: &mut MocapFrame) -> Result<bool, OscError> {
        Decoder::decode(self, datagram.bytes, datagram.heard, out)
    }

    fn counts(&self) -> DecodeCounts {
        let counts = Decoder::counts(self);
        DecodeCounts {
            values_refused: counts.values,
            values_unknown: counts.unknown,
            frames_incomplete: counts.incomplete,
            frames_late: counts.superseded,
            ..DecodeCounts::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source_url::SourceUrl;

    #[test]
    fn the_avatar_may_be_named() {
        let subject = |url| {
            UrlParts::split(url)
                .and_then(|p| read(&p))
                .unwrap()
                .settings
        };
        assert_eq!(subject("vmc://"), "vmc");
        assert_eq!(subject("vmc://:39540?subject=Ann"), "Ann");
        let error = "vmc://?subject=".parse::<SourceUrl>().unwrap_err();
        assert_eq!(error.key(), "capture-url-bad-option");
    }
}
