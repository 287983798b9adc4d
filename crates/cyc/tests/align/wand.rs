//! A wand: a tracked body is rocked about marks by a sender that is written here, as FreeD by the vendor's page.

use super::{numbers, stage_file, stage_from_source};
use crate::program::{object, run, said};
use glam::{DMat3, DVec3};
use std::fmt::Write as _;
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Where the tip is on the body.
const TIP: DVec3 = DVec3::new(0.02, -0.05, -0.38);

/// A D1 message of a body that looks `pan` to the left and `tilt` up, degrees.
fn d1(at: DVec3, pan_deg: f64, tilt_deg: f64) -> [u8; 29] {
    let mut bytes = [0u8; 29];
    (bytes[0], bytes[1]) = (0xd1, 1);
    let mut put = |place: usize, v: f64| {
        bytes[place..place + 3].copy_from_slice(&(v.round() as i32).to_be_bytes()[1..]);
    };
    put(2, -pan_deg * 32_768.0);
    put(5, tilt_deg * 32_768.0);
    // To the right, forward, up, in 1/64 mm.
    for (place, metres) in [(11, at.x), (14, -at.z), (17, at.y)] {
        put(place, metres * 64_000.0);
    }
    let sum = bytes[..28].iter().fold(0u8, |sum, b| sum.wrapping_add(*b));
    bytes[28] = 0x40u8.wrapping_sub(sum);
    bytes
}

/// Rocks the wand about a point until `ended`.
fn rock(to: SocketAddr, point: DVec3, [pan_deg, tilt_deg]: [f64; 2], ended: &AtomicBool) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut t = 0.0f64;
    while !ended.load(Ordering::Relaxed) {
        let (pan, tilt) = (40.0 + pan_deg * t.sin(), tilt_deg * (1.7 * t).cos());
        let turn =
            DMat3::from_rotation_y(pan.to_radians()) * DMat3::from_rotation_x(tilt.to_radians());
        // Nobody may listen yet.
        let _ = socket.send_to(&d1(point - turn * TIP, pan, tilt), to);
        t += 0.05;
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The stage with the wand's tracker as its first source.
fn with_tracker(folder: &Path, port: u16) -> String {
    stage_file(folder, |text| {
        format!(
            "{text}\n[[source]]\nname = \"freed\"\nurl = \"freed://127.0.0.1:{port}?name=1:Wand\"\n"
        )
    })
}

#[test]
fn a_wand_finds_the_points_that_line_a_source_up() {
    let folder = tempfile::tempdir().unwrap();
    let free = UdpSocket::bind("127.0.0.1:0").unwrap();
    let to = free.local_addr().unwrap();
    drop(free);
    let stage = with_tracker(folder.path(), to.port());
    let truth = [
        ("low", DVec3::new(0.3, 0.1, -2.0)),
        ("right", DVec3::new(1.9, 0.2, -1.4)),
        ("high", DVec3::new(-1.2, 2.1, -2.2)),
    ];
    let mut text = String::from("# measured with the total station\n");
    for (name, source) in truth {
        let at = numbers(&stage_from_source(source).to_array());
        writeln!(
            text,
            "[[point]]\nname = \"{name}\"   # a mark\nstage_m = {at}"
        )
        .unwrap();
    }
    let points = super::file(folder.path(), "points.toml", &text);
    let ask = ["align", &stage, "--source", "freed", "--points", &points];
    let touch = |point: &str, at: DVec3, turns: [f64; 2], more: &[&str]| {
        let ended = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| rock(to, at, turns, &ended));
            let wand = ["--wand", "Wand", "--touch", point, "--live", "1.2"];
            let output = run(&[&ask[..], &wand[..], more].concat());
            ended.store(true, Ordering::Relaxed);
            output
        })
    };
    // One axis alone, and a point that the file has not, are refused; the file stays as it was.
    let refused = touch("low", truth[0].1, [25.0, 0.0], &[]);
    assert!(
        said(&refused).contains("about one axis alone"),
        "{}",
        said(&refused)
    );
    let refused = touch("left", truth[0].1, [25.0, 20.0], &[]);
    assert!(
        said(&refused).contains("low, right, high"),
        "{}",
        said(&refused)
    );
    assert_eq!(std::fs::read_to_string(&points).unwrap(), text);

    for (nth, (name, source)) in truth.into_iter().enumerate() {
        let told = object(&touch(name, source, [25.0, 20.0], &["--json"]));
        let at: Vec<f64> = serde_json::from_value(told["source_m"].clone()).unwrap();
        // The format's own steps are 0.016 mm and 0.00003 degrees.
        assert!(DVec3::from_slice(&at).distance(source) < 5e-5, "{told}");
        let tip: Vec<f64> = serde_json::from_value(told["tip_m"].clone()).unwrap();
        assert!(DVec3::from_slice(&tip).distance(TIP) < 5e-5, "{told}");
        assert_eq!(told["left"].as_array().unwrap().len(), 2 - nth, "{told}");
    }
    let page = touch("high", truth[2].1, [25.0, 20.0], &[]).stdout;
    let page = String::from_utf8_lossy(&page);
    assert!(page.contains("All points have a place"), "{page}");
    let after = std::fs::read_to_string(&points).unwrap();
    assert!(
        after.starts_with("# measured") && after.contains("# a mark"),
        "{after}"
    );
    let figures = object(&run(&[&ask[..], &["--write", "--json"]].concat()));
    assert!(figures["rms_mm"].as_f64().unwrap() < 0.1, "{figures}");
}
