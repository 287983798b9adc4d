//! sACN and Art-Net, read by PyPI `sacn` and `stupidArtnet`.

use crate::peer::{Peer, python_with};
use crate::scene::output;
use cyc_emit::{WallColours, WallGrid};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, UdpSocket};
use std::time::Duration;

const SCRIPT: &str = "peers/read_outputs.py";
/// Cells of the wall: more than a universe holds.
const COLUMNS: usize = 20;
const ROWS: usize = 10;

/// The value of a channel, by its number.
fn channel(i: usize) -> u8 {
    (i * 7 % 256) as u8
}

/// A wall with a colour of its own in each cell.
fn colours() -> WallColours {
    let light = |i: usize| f32::from(channel(i)) / 255.0;
    let cells = (0..COLUMNS * ROWS).map(|i| [light(3 * i), light(3 * i + 1), light(3 * i + 2)]);
    WallColours {
        walls: vec![WallGrid {
            name: "main".into(),
            size: [COLUMNS, ROWS],
            cells: cells.collect(),
        }],
    }
}

/// What the universes hold: 170 cells, then 30.
fn universes() -> [Value; 2] {
    let mut second: Vec<u8> = (510..600).map(channel).collect();
    second.resize(512, 0);
    let mut first: Vec<u8> = (0..510).map(channel).collect();
    first.resize(512, 0);
    [json!(first), json!(second)]
}

#[test]
fn sacn_reads_what_the_walls_show() {
    let Some(python) = python_with("sacn") else {
        return;
    };
    let peer = Peer::start(&python, SCRIPT, &["sacn", "40", "41"]);
    let url = format!(
        "sacn://127.0.0.1:{}?universe=40&wall=main&cells=20x10&curve=linear&priority=120&name=Wand",
        peer.port()
    );
    let (mut outputs, colours) = (output(&url), colours());
    let read = peer.objects_while(2, || outputs.colours(&colours));
    for (i, (object, channels)) in read.iter().zip(universes()).enumerate() {
        assert_eq!(object["universe"], 40 + i);
        assert_eq!(object["name"], "Wand");
        assert_eq!(object["priority"], 120);
        assert_eq!(object["start_code"], 0);
        assert_eq!(object["channels"], channels);
    }
    assert_ne!(read[0]["cid"], read[1]["cid"]);
    outputs.stop();
    let ended = peer.json();
    assert_eq!(ended["ended"], json!([40, 41]));
    let (_, counters) = &outputs.counters()[0];
    assert_eq!(counters.refused.get(), 0);
}

#[test]
fn stupidartnet_reads_what_the_walls_show() {
    let Some(python) = python_with("stupidArtnet") else {
        return;
    };
    let peer = Peer::start(&python, SCRIPT, &["artnet", "300", "301"]);
    let url = format!(
        "artnet://127.0.0.1:{}?universe=300&cells=20x10&curve=linear",
        peer.port()
    );
    let (mut outputs, colours) = (output(&url), colours());
    let read = peer.objects_while(2, || outputs.colours(&colours));
    for (i, (object, channels)) in read.iter().zip(universes()).enumerate() {
        assert_eq!(object["universe"], 300 + i);
        assert_eq!(object["channels"], channels);
    }
}

#[test]
fn sacn_without_a_host_goes_to_the_universes_group() {
    let group = Ipv4Addr::new(239, 255, 0x21, 0x43);
    let receiver = UdpSocket::bind((group, 0)).unwrap();
    let joined = receiver.join_multicast_v4(&group, &Ipv4Addr::LOCALHOST);
    joined.unwrap();
    let wait = Some(Duration::from_secs(10));
    receiver.set_read_timeout(wait).unwrap();
    let port = receiver.local_addr().unwrap().port();
    let url = format!("sacn://:{port}?universe=8515&wall=main,nobody&cells=1x1&curve=linear");
    let (mut outputs, mut packet) = (output(&url), [0; 1024]);
    outputs.colours(&colours());
    let (bytes, from) = receiver.recv_from(&mut packet).unwrap();
    assert_eq!(bytes, 638);
    assert!(from.ip().is_loopback());
    assert_eq!(packet[113..115], [0x21, 0x43]);
    // The wall that is not there is dark, and counted.
    assert_eq!(packet[129..132], [0, 0, 0]);
    assert_eq!(outputs.counters()[0].1.frames_without.get(), 1);
}

/// Receivers give a sender up that is silent for 2.5 s; a picture that stands still is no reason to go dark.
#[test]
fn a_picture_that_stands_still_is_sent_again() {
    let receiver = UdpSocket::bind("127.0.0.1:0").unwrap();
    let wait = Some(Duration::from_secs(10));
    receiver.set_read_timeout(wait).unwrap();
    let port = receiver.local_addr().unwrap().port();
    let mut outputs = output(&format!("sacn://127.0.0.1:{port}?cells=2x1&curve=linear"));
    outputs.colours(&colours());
    let (mut first, mut again) = ([0; 638], [0; 638]);
    assert_eq!(receiver.recv(&mut first).unwrap(), 638);
    assert_eq!(receiver.recv(&mut again).unwrap(), 638);
    // All but the sequence number.
    assert_eq!((first[111], again[111]), (0, 1));
    first[111] = 1;
    assert_eq!(first, again);
    assert_eq!(outputs.counters()[0].1.frames.get(), 1);
}
