//! A client process that asks for the same frames, finds where each ends, and throws them away: what the kernel's part of
//! a client costs.

use crate::Outcome;
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::vicon_datastream::{Client, ClientEvent, ClientSettings};
use std::io::{Read, Write};
use std::net::TcpStream;

/// Bytes of a packet's header: a sign and the length of what follows.
const HEADER_BYTES: usize = 8;

/// Reads frames; `each` is told of every one, and ends it with false.
pub fn read(address: &str, mut each: impl FnMut() -> bool) -> Outcome<()> {
    let mut stream = TcpStream::connect(address)?;
    let mut bytes = vec![0u8; 256 << 10];
    ask(&mut stream, &mut bytes)?;
    let (mut header, mut known, mut left) = ([0u8; HEADER_BYTES], 0, 0);
    loop {
        let n = stream.read(&mut bytes)?;
        let mut chunk = bytes.get(..n).unwrap_or_default();
        if chunk.is_empty() {
            return Err("the server has gone".into());
        }
        while !chunk.is_empty() {
            if left > 0 {
                let skipped = left.min(chunk.len());
                left -= skipped;
                chunk = chunk.get(skipped..).unwrap_or_default();
                if left == 0 && !each() {
                    return Ok(());
                }
                continue;
            }
            let (byte, rest) = chunk.split_first().ok_or("no byte")?;
            *header.get_mut(known).ok_or("no header")? = *byte;
            (known, chunk) = (known + 1, rest);
            if known == HEADER_BYTES {
                let [.., a, b, c, d] = header;
                (known, left) = (0, u32::from_le_bytes([a, b, c, d]) as usize);
            }
        }
    }
}

/// Speaks as ours does until a frame has come whole.
fn ask(stream: &mut TcpStream, bytes: &mut [u8]) -> Outcome<()> {
    let settings = ClientSettings {
        ping: false,
        ..ClientSettings::default()
    };
    let (mut client, mut frame) = (Client::new(settings), MocapFrame::default());
    loop {
        let n = stream.read(bytes)?;
        client.feed(bytes.get(..n).unwrap_or_default(), HostNs(0));
        let mut came = false;
        while let Some(event) = client.poll(&mut frame)? {
            came |= event == ClientEvent::Frame;
        }
        if came && client.pending_bytes() == 0 {
            return Ok(());
        }
        let mut requests = Vec::new();
        client.poll_transmit(HostNs(0), &mut requests);
        stream.write_all(&requests)?;
    }
}
