//! How frames come, and what is in them.

use crate::collect::Receiver;
use crate::volume::Volume;
use cyc_simulator::servers::{
    ServerConfig, Simulator, SimulatorConfig, SimulatorHandle, VICON_DATASTREAM,
    ViconDataStreamServer,
};
use cyc_wire::ServerAxes;

fn serve(volume: Volume, axes: ServerAxes) -> (SimulatorHandle, String) {
    let server = ViconDataStreamServer {
        axes,
        ..ViconDataStreamServer::default()
    };
    let bind = "127.0.0.1:0".parse().unwrap();
    let server = ServerConfig::stream(VICON_DATASTREAM, bind, server);
    let config = SimulatorConfig {
        servers: vec![server],
        ..SimulatorConfig::default()
    };
    let sim = Simulator::start(config, Box::new(volume)).unwrap();
    let address = sim.address_of(VICON_DATASTREAM).unwrap();
    (sim, format!("vicon://{address}"))
}

#[test]
fn every_mode_brings_what_was_sent() {
    for axes in [ServerAxes::ZUp, ServerAxes::YUp] {
        for (option, metres) in [
            ("?mode=push", 1e-9),
            ("?mode=pull", 1e-9),
            ("?mode=prefetch", 1e-9),
            // f32 millimetres through a chain of parents.
            ("?lightweight=true", 1e-5),
        ] {
            let (sim, url) = serve(Volume::new(200.0, 2, u64::MAX), axes);
            let receiver = Receiver::start(&format!("{url}{option}"), metres);
            receiver.wait_for_frames(30);
            let heard = receiver.finish();
            let heard = heard.lock().unwrap();
            assert_eq!(
                heard.events[..4],
                ["connecting", "connected", "roster 5", "live"]
            );
            assert_eq!(heard.last.rate_hz, 200.0);
            let held = heard.last.heard - heard.last.taken.unwrap();
            assert!((0..1_000_000_000).contains(&held.0), "{option}: {held:?}");
            if !option.contains("lightweight") {
                assert!(heard.last.timecode.is_some());
                assert_eq!(heard.last.unlabelled.len(), 1);
            }
            drop(sim);
        }
    }
}

#[test]
fn the_last_frame_of_a_performance_arrives_before_the_goodbye() {
    let (mut sim, url) = serve(Volume::new(500.0, 1, 200), ServerAxes::ZUp);
    let receiver = Receiver::start(&url, 1e-9);
    receiver.wait_for("goodbye", |h| {
        h.events.iter().any(|e| e == "disconnected capture-closed")
    });
    sim.wait();
    assert!(!sim.is_running());
    let heard = receiver.finish();
    assert_eq!(heard.lock().unwrap().numbers.last().unwrap().1, 200);
}

#[test]
fn a_subject_that_comes_later_is_told() {
    let mut volume = Volume::new(200.0, 1, u64::MAX);
    volume.newcomer_at = Some(60);
    let (_sim, url) = serve(volume, ServerAxes::ZUp);
    let receiver = Receiver::start(&url, 1e-9);
    receiver.wait_for("newcomer", |h| h.events.contains(&"roster 5".to_owned()));
    receiver.wait_for("frame after it", |h| h.numbers.last().unwrap().1 > 70);
    let heard = receiver.finish();
    assert_eq!(heard.lock().unwrap().last.roster.subjects().len(), 5);
}
