//! Suits, from our simulator to our receiver: values and names against what the stage shows at each frame's number.

use crate::listener::Listener;
use crate::stage;
use cyc_model::MocapFrame;
use cyc_simulator::servers::XSENS_MVN;

/// Compares segments of what came, by name, with bones of the stage, by place.
fn compare(got: &MocapFrame, pairs: &[(&str, usize)], metres: f64) {
    let sent = stage::frame(got.number.0);
    assert_eq!(got.roster.subjects()[0].name, "Ann");
    let segments = &got.roster.subjects()[0].segments;
    for (name, bone) in pairs {
        let place = segments.iter().position(|s| s.name == *name);
        let pose = place.and_then(|p| got.segments_of(0)[p]);
        let (a, b) = (pose.unwrap(), sent.segments[*bone].unwrap());
        let off = a.translation().distance_m(b.translation());
        let (q, r) = (a.rotation(), b.rotation());
        let chord = (q - r).length().min((q + r).length());
        let number = got.number.0;
        assert!(
            off < metres && chord < 1e-6,
            "frame {number} {name}: {off} {chord}"
        );
    }
}

#[test]
fn mvn_arrives_as_it_was_sent() {
    let listener = Listener::start(|port| format!("mvn://:{port}"));
    let _simulator = stage::send(XSENS_MVN, listener.port);
    // L3 is a segment that the avatar has not: it stands with L5, the spine.
    let pairs = [
        ("Pelvis", 0),
        ("L5", 1),
        ("L3", 1),
        ("Head", 2),
        ("RightHand", 4),
    ];
    for frame in listener.frames(30).iter().skip(2) {
        compare(frame, &pairs, 1e-6);
        assert_eq!(frame.segments.iter().flatten().count(), 23);
    }
    let counters = &listener.counters;
    assert_eq!(counters.values_refused.get(), 0);
    assert_eq!(counters.frames_incomplete.get(), 0);
}
