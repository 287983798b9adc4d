//! liblo's programs: `oscdump` reads what the simulator sends, capture reads what `oscsend` sends.

use crate::listener::Listener;
use crate::peer::{Peer, skip};
use crate::stage;
use cyc_simulator::servers::VICON_OSC;
use glam::DVec3;
use std::net::UdpSocket;
use std::process::Command;

fn has_liblo() -> bool {
    let runs = |program: &str| Command::new(program).arg("-h").output().is_ok();
    let both = runs("oscdump") && runs("oscsend");
    if !both {
        skip("`oscdump` and `oscsend` (Debian package liblo-tools)");
    }
    both
}

#[test]
fn oscdump_reads_vicons_output() {
    if !has_liblo() {
        return;
    }
    let free = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let mut dump = Peer::start("oscdump", &["-L", &port.to_string()]);
    let _simulator = stage::send(VICON_OSC, port);
    let (mut number, mut markers) = (None, 0);
    while markers < 20 {
        // `time address types arguments`, a message a line.
        let line = dump.line();
        let fields: Vec<&str> = line.split(' ').collect();
        let address = fields.iter().position(|f| f.starts_with('/'));
        let Some((address, rest)) = address.and_then(|i| fields[i..].split_first()) else {
            continue;
        };
        match (*address, rest) {
            ("/vicon/frame", [types, values @ ..]) => {
                assert_eq!(*types, "hfiiiiiiiii");
                number = Some(values[0].parse::<u64>().unwrap());
            }
            ("/vicon/marker/Ann/LASI", [types, x, y, z]) => {
                let Some(number) = number else { continue };
                assert_eq!(*types, "fff");
                let [x, y, z]: [f64; 3] = [x, y, z].map(|v| v.parse().unwrap());
                let sent = stage::frame(number).markers[0].unwrap().metres() * 1000.0;
                assert!(DVec3::new(x, z, -y).distance(sent) < 2e-3, "{line}");
                markers += 1;
            }
            _ => {}
        }
    }
}

#[test]
fn capture_reads_what_oscsend_sends() {
    if !has_liblo() {
        return;
    }
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rigs/osc/markers.toml");
    let listener = Listener::start(|port| format!("osc://:{port}?map={table}"));
    let port = listener.port.to_string();
    let arguments = [
        "127.0.0.1",
        &port,
        "/mocap/marker/Ann/LASI",
        "fff",
        "1000",
        "2000",
        "3000",
    ];
    for _ in 0..3 {
        assert!(
            Command::new("oscsend")
                .args(arguments)
                .status()
                .unwrap()
                .success()
        );
    }
    for frame in listener.frames(3) {
        assert_eq!(frame.roster.subjects()[0].markers, ["LASI"]);
        assert_eq!(
            frame.markers[0].unwrap().metres(),
            DVec3::new(1.0, 3.0, -2.0)
        );
    }
    let vmc = Listener::start(|port| format!("vmc://:{port}"));
    let port = vmc.port.to_string();
    let tracker = ["LHR-1", "0.5", "1", "2", "0", "0", "0", "1"];
    for _ in 0..3 {
        let mut send = Command::new("oscsend");
        send.args(["127.0.0.1", &port, "/VMC/Ext/Tra/Pos", "sfffffff"]);
        assert!(send.args(tracker).status().unwrap().success());
    }
    for frame in vmc.frames(3) {
        let at = frame.segments[0].unwrap().translation().metres();
        assert_eq!(at, DVec3::new(-0.5, 1.0, 2.0));
    }
}
