//! OpenTrackIO samples that are too long for a datagram, cut, lost, repeated and reordered by a sender that nobody here
//! shares code with, and heard through the whole receiver.

use crate::loopback::{free_port, hear};
use crate::peers::{peer_python, published};
use glam::{DQuat, DVec3};
use std::process::Command;

const SAMPLES: u64 = 60;

#[test]
fn samples_in_segments_arrive_whole_or_not_at_all_and_the_lost_ones_are_counted() {
    let Some(python) = peer_python("cbor2") else {
        return;
    };
    let Some(example) = published("complete_dynamic_example.json") else {
        return;
    };
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/peers/send_opentrackio_segments.py"
    );
    let whole: Vec<u64> = (0..SAMPLES).filter(|n| n % 10 != 3).collect();
    for encoding in ["1", "2"] {
        let to = free_port();
        let url = format!("opentrackio://{to}?unicast=true&name=FilmCamera");
        let send = || {
            let sent = Command::new(&python)
                .args([script, "127.0.0.1", &to.port().to_string(), encoding])
                .args([example.to_str().unwrap(), "400", &SAMPLES.to_string()])
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&sent.stderr).into_owned();
            assert!(sent.status.success(), "{said}");
        };
        let (frames, counters) = hear(&url, send, whole.len());
        let numbers: Vec<u64> = frames.iter().map(|f| f.number.0).collect();
        assert_eq!(numbers, whole, "encoding {encoding}");
        for frame in &frames {
            let n = frame.number.0;
            let pose = frame.segments[0].unwrap();
            // Theirs is Z up with Y ahead, ours Y up with Z behind; pan turns about what is up.
            let at = DVec3::new(n as f64 / 1000.0, 2.0, n as f64 / -2000.0);
            assert!((pose.translation().metres() - at).length() < 1e-12, "{n}");
            let turn = DQuat::from_rotation_y(((n % 90) as f64).to_radians());
            let apart = pose.rotation().angle_between(turn);
            assert!(apart < 1e-6, "{n} is turned by {apart}");
            let lens = frame.lens_of(0).unwrap();
            assert_eq!(lens.t_stop, Some(4.1));
            assert!((frame.rate_hz - 24_000.0 / 1001.0).abs() < 1e-9);
        }
        assert_eq!(counters.frames_incomplete.get(), SAMPLES / 10);
        assert_eq!(counters.errors_framing.get(), 0);
    }
}
