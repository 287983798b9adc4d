//! The decoders, a row each: how one is made and what it is made to do with bytes.

use cyc_model::{HostNs, MocapFrame, UNLABELLED_MAX};
use cyc_wire::{
    freed, ifacialmocap, live_link_face, ltc, mosys_f4, natnet, opentrackio, osc, osc_map,
    posistagenet, qualisys, rokoko, vicon_datastream, vicon_osc, vicon_udp, vmc, vrpn, xsens_mvn,
};

/// Takes input after input.
pub type Drive = dyn FnMut(&[u8]);

/// A decoder to be tried.
pub struct Target {
    /// The folder of its corpus.
    pub name: &'static str,
    /// Makes one that takes input after input, and checks what comes out.
    pub make: fn() -> Box<Drive>,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "freed",
        make: freed,
    },
    Target {
        name: "ifacialmocap",
        make: ifacialmocap,
    },
    Target {
        name: "live_link_face",
        make: live_link_face,
    },
    Target {
        name: "ltc",
        make: ltc,
    },
    Target {
        name: "mosys_f4",
        make: mosys_f4,
    },
    Target {
        name: "natnet",
        make: natnet,
    },
    Target {
        name: "opentrackio",
        make: opentrackio,
    },
    Target {
        name: "osc",
        make: osc,
    },
    Target {
        name: "osc_map",
        make: osc_map,
    },
    Target {
        name: "posistagenet",
        make: posistagenet,
    },
    Target {
        name: "qualisys",
        make: qualisys,
    },
    Target {
        name: "rokoko",
        make: rokoko,
    },
    Target {
        name: "vicon_datastream",
        make: vicon_datastream,
    },
    Target {
        name: "vicon_osc",
        make: vicon_osc,
    },
    Target {
        name: "vicon_udp",
        make: vicon_udp,
    },
    Target {
        name: "vmc",
        make: vmc,
    },
    Target {
        name: "vrpn",
        make: vrpn,
    },
    Target {
        name: "xsens_mvn",
        make: xsens_mvn,
    },
];

/// What holds of a frame whatever bytes it was made of: the lists fit the roster and the limits, and every number is
/// finite (a pose or a point that is not finite cannot be made).
pub fn check(frame: &MocapFrame) {
    assert_eq!(frame.segments.len(), frame.roster.segment_count());
    assert_eq!(frame.markers.len(), frame.roster.marker_count());
    assert!(frame.unlabelled.len() <= UNLABELLED_MAX);
    let lenses = frame.lenses.iter();
    assert!(
        lenses
            .clone()
            .all(|l| usize::from(l.subject) < frame.roster.subjects().len())
    );
    assert!(lenses.len() <= frame.roster.subjects().len());
    assert!(frame.rate_hz.is_finite() && frame.rate_hz >= 0.0);
    let poses = frame.segments.iter().flatten();
    assert!(poses.clone().all(|p| p.translation().metres().is_finite()));
    assert!(poses.clone().all(|p| p.rotation().is_normalized()));
    assert!(
        frame
            .markers
            .iter()
            .flatten()
            .all(|m| m.metres().is_finite())
    );
    let weights = frame.faces.iter().flat_map(|f| f.weights.all().iter());
    assert!(weights.clone().all(|w| (0.0..=1.0).contains(w)));
    for lens in frame.lenses.iter().map(|l| &l.sample) {
        let lengths = [lens.focal_length_m, lens.f_stop];
        assert!(lengths.iter().flatten().all(|v| v.is_finite()));
        // A lens may be focused at infinity.
        assert!(lens.focus_distance_m.is_none_or(|d| d > 0.0));
    }
}

fn freed() -> Box<Drive> {
    let (mut frame, mut decoder) = (MocapFrame::default(), freed::Decoder::default());
    Box::new(move |bytes| {
        if decoder.decode(bytes, HostNs(0), &mut frame).is_ok() {
            check(&frame);
        }
    })
}

fn mosys_f4() -> Box<Drive> {
    let (mut frame, mut decoder) = (MocapFrame::default(), mosys_f4::Decoder::default());
    Box::new(move |bytes| {
        if decoder.decode(bytes, HostNs(0), &mut frame).is_ok() {
            check(&frame);
        }
    })
}

/// The datagram as it is, and what follows the header as a sample in both encodings: damage behind a checksum never
/// reaches the sample.
fn opentrackio() -> Box<Drive> {
    use opentrackio::{Decoder, Encoding, Packet, encode_packet};
    let (mut frame, mut decoder) = (MocapFrame::default(), Decoder::default());
    let (mut sequence, mut datagram) = (0u16, Vec::new());
    Box::new(move |bytes| {
        let mut take = |bytes: &[u8]| {
            if let Ok(true) = decoder.decode(bytes, HostNs(0), &mut frame) {
                check(&frame);
            }
        };
        take(bytes);
        for encoding in [Encoding::Json, Encoding::Cbor] {
            sequence = sequence.wrapping_add(1);
            datagram.clear();
            let packet = Packet {
                encoding,
                sequence,
                offset: 0,
                is_last: true,
                payload: bytes.get(16..).unwrap_or_default(),
            };
            encode_packet(&packet, &mut datagram);
            take(&datagram);
        }
    })
}

fn posistagenet() -> Box<Drive> {
    let (mut frame, mut decoder) = (MocapFrame::default(), posistagenet::Decoder::default());
    Box::new(move |bytes| {
        if let Ok(true) = decoder.decode(bytes, HostNs(0), &mut frame) {
            check(&frame);
        }
    })
}

fn natnet() -> Box<Drive> {
    use natnet::{Client, ClientEvent, ClientSettings, decode_model};
    let mut frame = MocapFrame::default();
    let mut client = Client::new(ClientSettings::default());
    Box::new(move |bytes| {
        if let Ok(Some(ClientEvent::Frame)) = client.take(bytes, HostNs(0), &mut frame) {
            check(&frame);
        }
        let _ = bytes
            .get(4..)
            .map(|b| decode_model(b, natnet::Version::V3_1));
    })
}

fn vicon_datastream() -> Box<Drive> {
    use vicon_datastream::{Client, ClientSettings, Server, ServerSettings, decode_payload};
    let mut frame = MocapFrame::default();
    let mut client = Client::new(ClientSettings::default());
    Box::new(move |bytes| {
        client.feed(bytes, HostNs(0));
        loop {
            match client.poll(&mut frame) {
                Ok(Some(_)) => check(&frame),
                Ok(None) => break,
                Err(_) => {
                    client = Client::new(ClientSettings::default());
                    break;
                }
            }
        }
        let _ = Server::new(ServerSettings::default()).feed(bytes);
        let _ = bytes.get(8..).map(decode_payload);
    })
}

fn vicon_udp() -> Box<Drive> {
    let mut frame = MocapFrame::default();
    let mut decoder = vicon_udp::Decoder::default();
    Box::new(move |bytes| {
        if decoder.decode(bytes, HostNs(0), &mut frame).is_ok() {
            check(&frame);
        }
    })
}

fn live_link_face() -> Box<Drive> {
    let (mut frame, mut decoder) = (MocapFrame::default(), live_link_face::Decoder::default());
    Box::new(move |bytes| {
        if decoder.decode(bytes, HostNs(0), &mut frame).is_ok() {
            check(&frame);
        }
    })
}

fn vicon_osc() -> Box<Drive> {
    let (mut frame, mut decoder) = (MocapFrame::default(), vicon_osc::Decoder::default());
    Box::new(move |bytes| {
        if decoder.decode(bytes, HostNs(0), &mut frame).is_ok() {
            check(&frame);
        }
    })
}

/// What passes the scan can be read to its end, within the limits.
fn osc() -> Box<Drive> {
    Box::new(|bytes| {
        if let Ok(packet) = osc::OscPacket::scan(bytes) {
            for message in packet.messages() {
                assert!(message.arguments().count() <= osc::limits::ARGUMENTS_MAX);
            }
        }
    })
}

/// Bytes as samples, for a rate that is told and one that is not: what is found is a label within a day.
fn ltc() -> Box<Drive> {
    use cyc_model::TimecodeRate;
    let told = [Some(TimecodeRate::Fps25), None];
    let mut decoders: Vec<_> = told
        .into_iter()
        .filter_map(|rate| ltc::Decoder::new(16_000, rate))
        .collect();
    let mut samples = Vec::new();
    Box::new(move |bytes| {
        samples.clear();
        let pairs = bytes.chunks_exact(2);
        samples.extend(pairs.map(|p| i16::from_le_bytes([p[0], p[1]])));
        for decoder in &mut decoders {
            decoder.push_i16(&samples, &mut |found| {
                assert!(found.frame.hours < 24 && found.frame.frames < 30);
                assert!(found.samples[0] < found.samples[1]);
                assert!(
                    found
                        .speed
                        .is_none_or(|speed| speed.is_finite() && speed > 0.0)
                );
            });
        }
    })
}

/// By the table that people copy from.
fn osc_map() -> Box<Drive> {
    let table = include_str!("../../../../rigs/osc/markers.toml");
    let mut decoder = osc_map::Decoder::new(osc_map::OscMap::from_toml(table).unwrap());
    let mut frame = MocapFrame::default();
    Box::new(move |bytes| {
        if let Ok(true) = decoder.decode(bytes, HostNs(0), &mut frame) {
            check(&frame);
        }
    })
}

/// A frame's time passes from datagram to datagram, so that frames end.
fn vmc() -> Box<Drive> {
    let (mut frame, mut decoder) = (MocapFrame::default(), vmc::Decoder::new("Ann"));
    let mut heard = HostNs(0);
    Box::new(move |bytes| {
        heard.0 += 16_000_000;
        if let Ok(true) = decoder.decode(bytes, heard, &mut frame) {
            check(&frame);
        }
    })
}

fn ifacialmocap() -> Box<Drive> {
    let (mut frame, mut decoder) = (MocapFrame::default(), ifacialmocap::Decoder::new("Ann"));
    Box::new(move |bytes| {
        if decoder.decode(bytes, HostNs(0), &mut frame).is_ok() {
            check(&frame);
            assert!(frame.faces.len() <= 1);
        }
        let _ = ifacialmocap::Request::read(bytes);
        if let Ok(Some((end, next))) = ifacialmocap::split_face(bytes) {
            assert!(end < next && next <= bytes.len());
        }
    })
}

fn xsens_mvn() -> Box<Drive> {
    let (mut frame, mut decoder) = (MocapFrame::default(), xsens_mvn::Decoder::default());
    Box::new(move |bytes| {
        let mut is_frame = decoder.decode(bytes, HostNs(0), &mut frame) == Ok(true);
        while is_frame {
            check(&frame);
            is_frame = decoder.next(&mut frame);
        }
        if let Ok(Some(length)) = xsens_mvn::packet_bytes(bytes) {
            assert!((1..=xsens_mvn::limits::DATAGRAM_MAX).contains(&length));
        }
    })
}

fn rokoko() -> Box<Drive> {
    let (mut frame, mut decoder) = (MocapFrame::default(), rokoko::Decoder::default());
    Box::new(move |bytes| {
        if let Ok(true) = decoder.decode(bytes, HostNs(0), &mut frame) {
            check(&frame);
        }
    })
}

/// Both ends: a client that is connected, and a server that was greeted.
fn vrpn() -> Box<Drive> {
    use vrpn::{Client, ClientSettings, Server, ServerSettings};
    let mut frame = MocapFrame::default();
    let mut client = Client::new(ClientSettings::default());
    let mut server = Server::new(ServerSettings::default());
    let mut answers = Vec::new();
    Box::new(move |bytes| {
        client.feed(bytes, HostNs(0));
        loop {
            match client.poll(&mut frame) {
                Ok(true) => check(&frame),
                Ok(false) => break,
                Err(_) => {
                    client = Client::new(ClientSettings::default());
                    break;
                }
            }
        }
        if client.take_datagram(bytes, HostNs(0), &mut frame) == Ok(true) {
            check(&frame);
        }
        if server.feed(bytes).is_err() {
            server = Server::new(ServerSettings::default());
        }
        answers.clear();
        server.poll_transmit(&mut answers);
    })
}

/// A client that knows its subjects, over the connection and by datagrams, and a server.
fn qualisys() -> Box<Drive> {
    use qualisys::{Client, ClientSettings, Server, ServerSettings};
    let connected = || {
        let mut client = Client::new(ClientSettings::default());
        client.feed(
            include_bytes!("../corpus/qualisys/good_parameters_1_19.bin"),
            HostNs(0),
        );
        client
    };
    let mut frame = MocapFrame::default();
    let (mut client, mut server) = (connected(), Server::new(ServerSettings::default(), None));
    let mut answers = Vec::new();
    Box::new(move |bytes| {
        client.feed(bytes, HostNs(0));
        loop {
            match client.poll(&mut frame) {
                Ok(Some(qualisys::ClientEvent::Frame)) => check(&frame),
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(_) => {
                    client = connected();
                    break;
                }
            }
        }
        let event = client.take_datagram(bytes, HostNs(0), &mut frame);
        if let Ok(Some(qualisys::ClientEvent::Frame)) = event {
            check(&frame);
        }
        if server.feed(bytes).is_err() {
            server = Server::new(ServerSettings::default(), None);
        }
        answers.clear();
        server.poll_transmit(&mut answers);
        assert!(answers.len() < 1 << 20);
    })
}
