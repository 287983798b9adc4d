//! The same packets, read and written by both.

use cyc_wire::osc::{IMMEDIATELY, OscArgument, OscPacket, put_bundle, put_element};
use proptest::prelude::*;
use rosc::{OscArray, OscBundle, OscColor, OscMessage, OscMidiMessage, OscTime, OscType};

fn any_argument() -> impl Strategy<Value = OscType> {
    let text = "[a-zA-Z0-9 äß日]{0,9}";
    let leaf = prop_oneof![
        any::<i32>().prop_map(OscType::Int),
        any::<i64>().prop_map(OscType::Long),
        any::<f32>().prop_map(OscType::Float),
        any::<f64>().prop_map(OscType::Double),
        text.prop_map(OscType::String),
        prop::collection::vec(any::<u8>(), 0..12).prop_map(OscType::Blob),
        any::<(u32, u32)>().prop_map(|t| OscType::Time(t.into())),
        any::<bool>().prop_map(OscType::Bool),
        any::<char>().prop_map(OscType::Char),
        any::<[u8; 4]>().prop_map(|[red, green, blue, alpha]| OscType::Color(OscColor {
            red,
            green,
            blue,
            alpha
        })),
        any::<[u8; 4]>().prop_map(
            |[port, status, data1, data2]| OscType::Midi(OscMidiMessage {
                port,
                status,
                data1,
                data2
            })
        ),
        Just(OscType::Nil),
        Just(OscType::Inf),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop::collection::vec(inner, 0..4).prop_map(|content| OscType::Array(OscArray { content }))
    })
}

fn any_packet() -> impl Strategy<Value = rosc::OscPacket> {
    let message = (
        "/[a-z]{1,6}(/[A-Za-z0-9_]{1,8}){0,2}",
        prop::collection::vec(any_argument(), 0..8),
    );
    let message =
        message.prop_map(|(addr, args)| rosc::OscPacket::Message(OscMessage { addr, args }));
    message.prop_recursive(3, 24, 5, |inner| {
        (any::<(u32, u32)>(), prop::collection::vec(inner, 0..5)).prop_map(|(time, content)| {
            rosc::OscPacket::Bundle(OscBundle {
                timetag: OscTime::from(time),
                content,
            })
        })
    })
}

/// Everything in a packet of theirs, one line a message, arrays opened.
fn theirs(packet: &rosc::OscPacket, out: &mut Vec<String>) {
    match packet {
        rosc::OscPacket::Message(m) => {
            let mut line = m.addr.clone();
            m.args.iter().for_each(|a| put_theirs(a, &mut line));
            out.push(line);
        }
        rosc::OscPacket::Bundle(b) => b.content.iter().for_each(|p| theirs(p, out)),
    }
}

fn put_theirs(argument: &OscType, line: &mut String) {
    *line += &match argument {
        OscType::Int(v) => format!(" {v}"),
        OscType::Long(v) => format!(" {v}"),
        OscType::Float(v) => format!(" {:08x}", v.to_bits()),
        OscType::Double(v) => format!(" {:016x}", v.to_bits()),
        OscType::String(v) => format!(" {v:?}"),
        OscType::Blob(v) => format!(" {v:?}"),
        OscType::Time(v) => format!(" {}", u64::from(v.seconds) << 32 | u64::from(v.fractional)),
        OscType::Bool(v) => format!(" {v}"),
        OscType::Char(v) => format!(" {}", *v as u32),
        OscType::Color(c) => format!(" {:?}", [c.red, c.green, c.blue, c.alpha]),
        OscType::Midi(m) => format!(" {:?}", [m.port, m.status, m.data1, m.data2]),
        OscType::Nil => " nil".to_owned(),
        OscType::Inf => " inf".to_owned(),
        OscType::Array(a) => return a.content.iter().for_each(|a| put_theirs(a, line)),
    };
}

fn put_ours(argument: OscArgument<'_>, line: &mut String) {
    *line += &match argument {
        OscArgument::Int(v) => format!(" {v}"),
        OscArgument::Long(v) => format!(" {v}"),
        OscArgument::Float(v) => format!(" {:08x}", v.to_bits()),
        OscArgument::Double(v) => format!(" {:016x}", v.to_bits()),
        OscArgument::Text(v) => format!(" {v:?}"),
        OscArgument::Blob(v) => format!(" {v:?}"),
        OscArgument::Time(v) => format!(" {v}"),
        OscArgument::Bool(v) => format!(" {v}"),
        OscArgument::Char(v) => format!(" {v}"),
        OscArgument::Bytes(v) => format!(" {v:?}"),
        OscArgument::Nil => " nil".to_owned(),
        OscArgument::Impulse => " inf".to_owned(),
    };
}

fn ours(packet: &OscPacket<'_>) -> Vec<String> {
    let messages = packet.messages().map(|m| {
        let mut line = m.address().to_owned();
        m.arguments().for_each(|a| put_ours(a, &mut line));
        line
    });
    messages.collect()
}

/// An argument of theirs that ours can write: all but arrays.
fn to_ours(argument: &OscType) -> Option<OscArgument<'_>> {
    Some(match argument {
        OscType::Int(v) => OscArgument::Int(*v),
        OscType::Long(v) => OscArgument::Long(*v),
        OscType::Float(v) => OscArgument::Float(*v),
        OscType::Double(v) => OscArgument::Double(*v),
        OscType::String(v) => OscArgument::Text(v),
        OscType::Blob(v) => OscArgument::Blob(v),
        OscType::Bool(v) => OscArgument::Bool(*v),
        OscType::Char(v) => OscArgument::Char(*v as u32),
        OscType::Color(c) => OscArgument::Bytes([c.red, c.green, c.blue, c.alpha]),
        OscType::Nil => OscArgument::Nil,
        OscType::Inf => OscArgument::Impulse,
        OscType::Time(v) => OscArgument::Time(u64::from(v.seconds) << 32 | u64::from(v.fractional)),
        OscType::Midi(_) | OscType::Array(_) => return None,
    })
}

proptest! {
    #[test]
    fn what_they_write_we_read(packet in any_packet()) {
        let bytes = rosc::encoder::encode(&packet).unwrap();
        let mut expected = Vec::new();
        theirs(&packet, &mut expected);
        let scanned = OscPacket::scan(&bytes);
        // Theirs may nest a level deeper than ours takes, or write an element of no bytes.
        prop_assume!(scanned.is_ok());
        prop_assert_eq!(ours(&scanned.unwrap()), expected);
    }

    #[test]
    fn what_we_write_they_read(
        messages in prop::collection::vec(
            ("/[a-z]{1,9}", prop::collection::vec(any_argument(), 0..9)), 0..9),
    ) {
        let (mut bytes, mut expected) = (Vec::new(), Vec::new());
        put_bundle(IMMEDIATELY, &mut bytes);
        for (address, arguments) in &messages {
            let arguments: Vec<_> = arguments.iter().filter_map(to_ours).collect();
            put_element(address, &arguments, &mut bytes);
            let mut line = address.clone();
            arguments.iter().for_each(|a| put_ours(*a, &mut line));
            expected.push(line);
        }
        let (rest, packet) = rosc::decoder::decode_udp(&bytes).unwrap();
        prop_assert!(rest.is_empty());
        let mut read = Vec::new();
        theirs(&packet, &mut read);
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn damaged_packets_that_pass_the_scan_are_still_read_alike(
        packet in any_packet(), damage in prop::collection::vec(any::<(u16, u8)>(), 1..4),
    ) {
        let mut bytes = rosc::encoder::encode(&packet).unwrap();
        for (at, byte) in damage {
            let at = usize::from(at) % bytes.len();
            bytes[at] = byte;
        }
        let Ok(scanned) = OscPacket::scan(&bytes) else { return Ok(()) };
        let ours = ours(&scanned);
        // They are stricter with padding and characters; where they read it at all, it is the same.
        let Ok((rest, packet)) = rosc::decoder::decode_udp(&bytes) else { return Ok(()) };
        prop_assume!(rest.is_empty());
        let mut read = Vec::new();
        theirs(&packet, &mut read);
        // They end a bundle silently at an element that they do not take: all that they read we read too, in order.
        let mut ours = ours.iter();
        for theirs in &read {
            // They do not look whether the list of types begins with its comma; without it ours has no arguments.
            let without_comma = |line: &str| theirs.strip_prefix(line).is_some_and(|rest| rest.starts_with(' '));
            prop_assert!(ours.any(|line| line == theirs || without_comma(line)), "{theirs}");
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(packet) = OscPacket::scan(&bytes) {
            for message in packet.messages() {
                prop_assert!(message.arguments().count() <= cyc_wire::osc::limits::ARGUMENTS_MAX);
            }
        }
    }
}
