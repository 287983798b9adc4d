//! Writing messages and bundles.

use super::message::OscArgument;

/// The time tag of what is meant for now.
pub const IMMEDIATELY: u64 = 1;

/// Appends the head of a bundle; elements follow with [`put_element`].
pub fn put_bundle(time_tag: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(b"#bundle\0");
    out.extend_from_slice(&time_tag.to_be_bytes());
}

/// Appends a message as an element of a bundle: its size, then itself.
pub fn put_element(address: &str, arguments: &[OscArgument<'_>], out: &mut Vec<u8>) {
    let at = out.len();
    out.extend_from_slice(&[0; 4]);
    put_message(address, arguments, out);
    // A message is far shorter than 2 GiB: it goes into a datagram.
    let size = i32::try_from(out.len() - at - 4).unwrap_or(i32::MAX);
    for (place, byte) in out.iter_mut().skip(at).zip(size.to_be_bytes()) {
        *place = byte;
    }
}

/// Appends a message. Texts end at their first NUL.
pub fn put_message(address: &str, arguments: &[OscArgument<'_>], out: &mut Vec<u8>) {
    let begin = out.len();
    put_text(address, begin, out);
    out.push(b',');
    out.extend(arguments.iter().map(|a| tag_of(*a)));
    out.push(0);
    pad(begin, out);
    for argument in arguments {
        put_argument(*argument, begin, out);
    }
}

fn tag_of(argument: OscArgument<'_>) -> u8 {
    match argument {
        OscArgument::Int(_) => b'i',
        OscArgument::Long(_) => b'h',
        OscArgument::Float(_) => b'f',
        OscArgument::Double(_) => b'd',
        OscArgument::Text(_) => b's',
        OscArgument::Blob(_) => b'b',
        OscArgument::Time(_) => b't',
        OscArgument::Char(_) => b'c',
        OscArgument::Bytes(_) => b'r',
        OscArgument::Bool(true) => b'T',
        OscArgument::Bool(false) => b'F',
        OscArgument::Nil => b'N',
        OscArgument::Impulse => b'I',
    }
}

fn put_argument(argument: OscArgument<'_>, begin: usize, out: &mut Vec<u8>) {
    match argument {
        OscArgument::Int(v) => out.extend_from_slice(&v.to_be_bytes()),
        OscArgument::Long(v) => out.extend_from_slice(&v.to_be_bytes()),
        OscArgument::Float(v) => out.extend_from_slice(&v.to_be_bytes()),
        OscArgument::Double(v) => out.extend_from_slice(&v.to_be_bytes()),
        OscArgument::Time(v) => out.extend_from_slice(&v.to_be_bytes()),
        OscArgument::Char(v) => out.extend_from_slice(&v.to_be_bytes()),
        OscArgument::Bytes(v) => out.extend_from_slice(&v),
        OscArgument::Text(text) => put_text(text, begin, out),
        OscArgument::Blob(bytes) => {
            let size = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
            out.extend_from_slice(&size.to_be_bytes());
            out.extend_from_slice(bytes);
            pad(begin, out);
        }
        OscArgument::Bool(_) | OscArgument::Nil | OscArgument::Impulse => {}
    }
}

fn put_text(text: &str, begin: usize, out: &mut Vec<u8>) {
    out.extend(text.bytes().take_while(|b| *b != 0));
    out.push(0);
    pad(begin, out);
}

/// Pads what was written since `begin` to a multiple of four.
fn pad(begin: usize, out: &mut Vec<u8>) {
    let length = (out.len() - begin).next_multiple_of(4);
    out.resize(begin + length, 0);
}
