//! `ifacialmocap://[PHONE][:49983][?tcp=true]`: a phone's face. A phone that is named is asked to send, or with `tcp=true` to
//! connect; without one the port is listened on, for a phone that was told where to send.

use super::datagram_recipe::DatagramRecipe;
use super::stream_recipe::StreamRecipe;
use super::{Protocol, Transport};
use crate::cut_stream::CutStream;
use crate::datagram_place::DatagramPlace;
use crate::decoder::{Datagram, DatagramDecoder, DecodeCounts, Numbering};
use crate::source_url::{SourceUrlError, UrlParts, ip_address};
use crate::stream_place::StreamPlace;
use cyc_model::{HostNs, MocapFrame, NAME_BYTES_MAX};
use cyc_wire::ifacialmocap::limits::DATAGRAM_MAX;
use cyc_wire::ifacialmocap::{
    Client, DEFAULT_PORT, DEFAULT_SUBJECT, DecodeError, Decoder, STREAM_PORT, Version, split_face,
};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "ifacialmocap",
    transport: Transport::AskedDatagrams,
    read: |url| {
        let (place, settings) = read(url)?;
        Ok(if settings.is_stream {
            Box::new(stream(url, place, settings))
        } else {
            Box::new(datagrams(url, place, settings))
        })
    },
};

/// Whose face it is called, and how it is asked for.
#[derive(Clone, Debug)]
struct Settings {
    subject: String,
    version: Version,
    is_stream: bool,
}

impl Settings {
    fn decoder(&self) -> ClientDecoder {
        let client = if self.is_stream {
            Client::of_stream(self.version)
        } else {
            Client::new(self.version)
        };
        ClientDecoder {
            decoder: Decoder::new(&self.subject),
            client,
        }
    }
}

fn datagrams(
    url: &UrlParts<'_>,
    place: DatagramPlace,
    settings: Settings,
) -> DatagramRecipe<Settings, ClientDecoder> {
    DatagramRecipe::new(url, place, settings, Settings::decoder)
}

/// The phone connects to where datagrams would go.
fn stream(
    url: &UrlParts<'_>,
    place: DatagramPlace,
    settings: Settings,
) -> StreamRecipe<Settings, CutStream<ClientDecoder>> {
    let place = StreamPlace::Caller {
        bind: place.bind,
        allow: place.allow,
        asked: place.server,
    };
    let decoder = |settings: &Settings| {
        let settings = settings.clone();
        CutStream::new(move || settings.decoder(), split_face)
    };
    StreamRecipe::at(url, place, settings, decoder).showing("tcp=true")
}

fn read(url: &UrlParts<'_>) -> Result<(DatagramPlace, Settings), SourceUrlError> {
    let (host, port) = url.host_and_port(DEFAULT_PORT)?;
    let phone = match host {
        "" => None,
        named => Some(SocketAddr::new(ip_address(named)?, port)),
    };
    let is_stream = url.options().any(|option| option == ("tcp", "true"));
    let usual = if is_stream { STREAM_PORT } else { DEFAULT_PORT };
    // Without a phone the port is the one that is listened on.
    let is_named = url.place.contains(':');
    let mut data_port = if phone.is_none() && is_named {
        port
    } else {
        usual
    };
    let (mut local, mut any_interface) = (None, false);
    let (mut subject, mut version) = (DEFAULT_SUBJECT, Version::V1);
    for (option, value) in url.options() {
        let bad = || url.bad_option(option, value);
        match (option, value) {
            ("local" | "interface", address) => local = Some(ip_address(address)?),
            ("data", port) => data_port = port.parse().map_err(|_| bad())?,
            ("allow_any_interface", "true") => any_interface = true,
            ("allow_any_interface", "false") => any_interface = false,
            ("tcp", "true" | "false") => {}
            ("version", "1") => version = Version::V1,
            ("version", "2") => version = Version::V2,
            ("subject", name) if (1..=NAME_BYTES_MAX).contains(&name.len()) => subject = name,
            _ => return Err(bad()),
        }
    }
    let nearest: IpAddr = match phone.map(|p| p.ip()) {
        None => Ipv4Addr::LOCALHOST.into(),
        Some(ip) if ip.is_loopback() => ip,
        Some(IpAddr::V4(_)) => Ipv4Addr::UNSPECIFIED.into(),
        Some(IpAddr::V6(_)) => std::net::Ipv6Addr::UNSPECIFIED.into(),
    };
    let bind = SocketAddr::new(local.unwrap_or(nearest), data_port);
    if bind.ip().is_unspecified() && !any_interface {
        return Err(SourceUrlError::AnyInterface { bind });
    }
    let place = DatagramPlace {
        bind,
        group: None,
        allow: phone.iter().map(SocketAddr::ip).collect(),
        server: phone,
    };
    let settings = Settings {
        subject: subject.to_owned(),
        version,
        is_stream,
    };
    Ok((place, settings))
}

/// The decoder, and what is asked, as the loop drives them.
struct ClientDecoder {
    decoder: Decoder,
    client: Client,
}

impl DatagramDecoder for ClientDecoder {
    type Error = DecodeError;
    const DATAGRAM_MAX: usize = DATAGRAM_MAX;
    const NUMBERING: Numbering = Numbering::Arrival;

    fn decode(
        &mut self,
        datagram: Datagram<'_>,
        out: &mut MocapFrame,
    ) -> Result<bool, DecodeError> {
        self.decoder.decode(datagram.bytes, datagram.heard, out)?;
        self.client.heard(datagram.heard);
        Ok(true)
    }

    fn poll_transmit(&mut self, now: HostNs, out: &mut Vec<u8>) -> bool {
        self.client.poll_transmit(now, out)
    }

    fn counts(&self) -> DecodeCounts {
        let counts = self.decoder.counts();
        DecodeCounts {
            values_refused: counts.values,
            values_unknown: counts.unknown,
            ..DecodeCounts::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source_url::SourceUrl;

    #[test]
    fn a_phone_is_asked_and_the_port_is_heard_without_one() {
        let of = |url| {
            let parts = UrlParts::split(url).unwrap();
            let (place, settings) = read(&parts).unwrap();
            datagrams(&parts, place, settings)
        };
        let alone = of("ifacialmocap://:49990?subject=Ann");
        assert_eq!(alone.place.bind.to_string(), "127.0.0.1:49990");
        assert_eq!(
            (alone.place.server, alone.settings.subject.as_str()),
            (None, "Ann")
        );
        let phone = of("ifacialmocap://10.0.0.9?local=10.0.0.5&version=2");
        assert_eq!(phone.place.bind.to_string(), "10.0.0.5:49983");
        assert_eq!(phone.place.server, "10.0.0.9:49983".parse().ok());
        assert_eq!(phone.place.allow, [IpAddr::from([10, 0, 0, 9])]);
        assert_eq!(phone.settings.version, Version::V2);
        assert_eq!(phone.to_string(), "ifacialmocap://10.0.0.9:49983");
        let connects = "ifacialmocap://10.0.0.9?local=10.0.0.5&tcp=true";
        let url: SourceUrl = connects.parse().unwrap();
        assert_eq!(url.to_string(), "ifacialmocap://10.0.0.9:49983?tcp=true");
        assert_eq!(url.transport(), Transport::CallingStream);
        assert!(
            format!("{url:?}").contains("bind: 10.0.0.5:49986"),
            "{url:?}"
        );
        for (url, key) in [
            ("ifacialmocap://phone", "capture-url-bad-address"),
            ("ifacialmocap://10.0.0.9", "capture-url-any-interface"),
            ("ifacialmocap://?version=3", "capture-url-bad-option"),
            ("ifacialmocap://?subject=", "capture-url-bad-option"),
        ] {
            assert_eq!(url.parse::<SourceUrl>().unwrap_err().key(), key, "{url}");
        }
    }
}
