//! `natnet://server[:1510]`: OptiTrack NatNet. The server is asked for its models and its frames; frames come back to the
//! asking socket, to the data port, or to a group.

use super::datagram_recipe::DatagramRecipe;
use super::{Protocol, Transport};
use crate::datagram_place::DatagramPlace;
use crate::decoder::{Datagram, DatagramDecoder, DecodeCounts, Numbering};
use crate::source_url::{SourceUrlError, UrlParts, ip_address};
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::UpAxis;
use cyc_wire::natnet::limits::DATAGRAM_MAX;
use cyc_wire::natnet::{
    BoneSpace, COMMAND_PORT, Client, ClientEvent, ClientSettings, DATA_PORT, DecodeError,
};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "natnet",
    transport: Transport::AskedDatagrams,
    read: |url| Ok(Box::new(read(url)?)),
};

fn read(
    url: &UrlParts<'_>,
) -> Result<DatagramRecipe<ClientSettings, ClientDecoder>, SourceUrlError> {
    let (host, port) = url.required_host(COMMAND_PORT)?;
    let server = SocketAddr::new(ip_address(host)?, port);
    let mut settings = ClientSettings::default();
    let (mut local, mut group, mut any_interface) = (None, None, false);
    let mut data_port = DATA_PORT;
    for (option, value) in url.options() {
        let bad = || url.bad_option(option, value);
        match (option, value) {
            ("local" | "interface", address) => local = Some(ip_address(address)?),
            ("multicast", address) => {
                let named: Ipv4Addr = address.parse().map_err(|_| bad())?;
                group = Some(named).filter(|g| g.is_multicast());
                group.ok_or_else(bad)?;
            }
            ("data", port) => data_port = port.parse().map_err(|_| bad())?,
            ("allow_any_interface", "true") => any_interface = true,
            ("allow_any_interface", "false") => any_interface = false,
            ("up", "y") => settings.up = UpAxis::Y,
            ("up", "z") => settings.up = UpAxis::Z,
            ("bones", "global") => settings.bones = BoneSpace::Global,
            ("bones", "local") => settings.bones = BoneSpace::Local,
            ("timecode", _) => settings.timecode_rate = Some(url.timecode_rate(option, value)?),
            _ => return Err(bad()),
        }
    }
    let nearest: IpAddr = match server.ip() {
        ip if ip.is_loopback() => ip,
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => std::net::Ipv6Addr::UNSPECIFIED.into(),
    };
    let bind = SocketAddr::new(local.unwrap_or(nearest), data_port);
    if bind.ip().is_unspecified() && !any_interface {
        return Err(SourceUrlError::AnyInterface { bind });
    }
    let place = DatagramPlace {
        bind,
        group,
        allow: vec![server.ip()],
        server: Some(server),
    };
    let decoder = |settings: &ClientSettings| ClientDecoder {
        client: Client::new(*settings),
        twice: ToldTwice::default(),
    };
    Ok(DatagramRecipe::new(url, place, settings, decoder))
}

/// The client's state machine as the loop drives it.
struct ClientDecoder {
    client: Client,
    twice: ToldTwice,
}

/// How many frames may lie between a frame and its copy: what two sockets hold while nobody reads them for a third of a
/// second at 200 Hz.
const COPIES_APART: usize = 64;

/// Knows the second copy of a frame: a server may send each to both of our ports, which is no loss and no fault of the
/// network. A third copy is one. What comes under the same number with something else in it is no copy.
struct ToldTwice {
    /// Frame numbers by their remainder, what they came with, and how often.
    came: [(u64, u64, u32); COPIES_APART],
}

impl Default for ToldTwice {
    fn default() -> Self {
        Self {
            came: [(0, 0, 0); COPIES_APART],
        }
    }
}

impl ToldTwice {
    fn is_second(&mut self, number: u64, datagram: &[u8]) -> bool {
        let place = number % COPIES_APART as u64;
        let Some((known, content, times)) = self.came.get_mut(place as usize) else {
            return false;
        };
        let sum = sum_of(datagram);
        if (*known, *content) != (number, sum) {
            (*known, *content, *times) = (number, sum, 0);
        }
        *times += 1;
        *times == 2
    }
}

/// A number that differs when bytes do, but for chance: in words, since it is taken of each datagram. Not cryptographic.
fn sum_of(bytes: &[u8]) -> u64 {
    let mut words = bytes.chunks_exact(8);
    let mut sum = bytes.len() as u64;
    let mut take = |word: u64| {
        sum = (sum ^ word)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29)
    };
    for word in words.by_ref() {
        take(u64::from_le_bytes(word.try_into().unwrap_or_default()));
    }
    words
        .remainder()
        .iter()
        .for_each(|byte| take(u64::from(*byte)));
    sum
}

impl DatagramDecoder for ClientDecoder {
    type Error = DecodeError;
    const DATAGRAM_MAX: usize = DATAGRAM_MAX;
    const DATAGRAMS_PER_FRAME: u32 = 2;
    const NUMBERING: Numbering = Numbering::Counter { bits: 32 };

    fn decode(
        &mut self,
        datagram: Datagram<'_>,
        out: &mut MocapFrame,
    ) -> Result<bool, DecodeError> {
        match self.client.take(datagram.bytes, datagram.heard, out)? {
            Some(ClientEvent::Frame) => Ok(!self.twice.is_second(out.number.0, datagram.bytes)),
            Some(ClientEvent::Connected(_)) => {
                self.twice = ToldTwice::default();
                Ok(false)
            }
            Some(ClientEvent::RosterChanged(_)) | None => Ok(false),
        }
    }

    fn poll_transmit(&mut self, now: HostNs, out: &mut Vec<u8>) -> bool {
        self.client.poll_transmit(now, out)
    }

    fn counts(&self) -> DecodeCounts {
        let refused = self.client.counts().refused;
        DecodeCounts {
            values_refused: refused.values + refused.timecodes,
            values_unknown: refused.unknown_ids + refused.unlabelled,
            ..DecodeCounts::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source_url::SourceUrl;
    use cyc_model::TimecodeRate;

    fn natnet(url: &str) -> DatagramRecipe<ClientSettings, ClientDecoder> {
        UrlParts::split(url).and_then(|parts| read(&parts)).unwrap()
    }

    #[test]
    fn a_server_is_heard_on_the_interface_that_it_is_near() {
        let near = natnet("natnet://127.0.0.1");
        assert_eq!(near.place.bind.to_string(), "127.0.0.1:1511");
        assert_eq!(near.place.server.unwrap().to_string(), "127.0.0.1:1510");
        assert_eq!(near.place.allow, [near.place.server.unwrap().ip()]);
        let far = natnet("natnet://10.0.0.5:1520?local=10.0.0.7&multicast=239.255.42.99");
        assert_eq!(far.place.bind.to_string(), "10.0.0.7:1511");
        assert_eq!(far.place.group, Some([239, 255, 42, 99].into()));
        assert_eq!(far.place.server, Some("10.0.0.5:1520".parse().unwrap()));
        let set = natnet("natnet://127.0.0.1?up=z&bones=local&timecode=29.97df&data=1600");
        let settings = ClientSettings {
            up: UpAxis::Z,
            bones: BoneSpace::Local,
            timecode_rate: Some(TimecodeRate::Fps29_97Drop),
        };
        assert_eq!((set.settings, set.place.bind.port()), (settings, 1600));
    }

    #[test]
    fn a_second_copy_is_known_also_when_others_came_between_and_a_third_is_none() {
        let mut twice = ToldTwice::default();
        // Two sockets that are read in turn, after both had filled.
        let mut is_second = |n: u64| twice.is_second(n, format!("frame {n}").as_bytes());
        let first: Vec<bool> = (1..=60).map(&mut is_second).collect();
        let second: Vec<bool> = (1..=60).map(&mut is_second).collect();
        assert!(first.iter().all(|is| !is) && second.iter().all(|is| *is));
        assert!(!is_second(60));
        assert!(!is_second(60 + 64) && !is_second(60), "long ago");
    }

    #[test]
    fn what_else_comes_under_a_number_is_no_copy() {
        let mut twice = ToldTwice::default();
        // A counter that stands still: each frame differs in one byte, at any place.
        for place in 0..19 {
            let mut datagram = [7u8; 19];
            datagram[place] = 8;
            assert!(!twice.is_second(5, &datagram), "{place}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (url, key) in [
            ("natnet://", "capture-url-no-host"),
            ("natnet://motive-pc", "capture-url-bad-address"),
            ("natnet://10.0.0.5", "capture-url-any-interface"),
            (
                "natnet://127.0.0.1?multicast=10.0.0.1",
                "capture-url-bad-option",
            ),
            ("natnet://127.0.0.1?timecode=31", "capture-url-bad-option"),
            ("natnet://127.0.0.1?up=x", "capture-url-bad-option"),
        ] {
            assert_eq!(url.parse::<SourceUrl>().unwrap_err().key(), key, "{url}");
        }
    }
}
