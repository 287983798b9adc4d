//! Servers that stop and start, clients that are slow, strange or many.

use crate::collect::Receiver;
use crate::volume::Volume;
use cyc_model::Epoch;
use cyc_simulator::servers::{
    ServerConfig, Simulator, SimulatorConfig, SimulatorError, SimulatorHandle, VICON_DATASTREAM,
};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

fn serve(bind: SocketAddr, volume: Volume) -> Result<SimulatorHandle, SimulatorError> {
    let config = SimulatorConfig {
        servers: vec![ServerConfig::vicon_datastream(bind)],
        ..SimulatorConfig::default()
    };
    Simulator::start(config, Box::new(volume))
}

fn anywhere() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

fn address(sim: &SimulatorHandle) -> SocketAddr {
    sim.address_of(VICON_DATASTREAM).unwrap()
}

#[test]
fn a_server_that_restarts_is_found_again_and_begins_an_epoch() {
    let mut sim = serve(anywhere(), Volume::new(200.0, 1, u64::MAX)).unwrap();
    let at = address(&sim);
    let receiver = Receiver::start(&format!("vicon://{at}"), 1e-9);
    receiver.wait_for_frames(100);
    sim.stop();
    receiver.wait_for("refusal", |h| {
        h.events
            .contains(&"disconnected capture-refused".to_owned())
    });
    let before = receiver.heard.lock().unwrap().numbers.len();
    let _again = serve(at, Volume::new(200.0, 1, u64::MAX)).unwrap();
    receiver.wait_for_frames(before + 20);
    let counters = std::sync::Arc::clone(&receiver.counters);
    let heard = receiver.finish();
    let heard = heard.lock().unwrap();
    assert_eq!(heard.numbers.last().unwrap().0, Epoch(1));
    assert!(
        heard.events.contains(&"restarted 1".to_owned()),
        "{:?}",
        heard.events
    );
    // The subjects are the same: they are told once.
    let told = heard.events.iter().filter(|e| e.starts_with("roster"));
    assert_eq!(told.count(), 1, "{:?}", heard.events);
    assert_eq!((counters.restarts.get(), counters.connects.get()), (1, 2));
}

/// Says what a client says that wants every frame of ten actors.
fn ask_for_everything(stream: &mut TcpStream) {
    let types = [1u32, 2, 5, 6, 7, 8, 9, 28, 100_004];
    let mut request = Vec::new();
    let words = [
        0x1a2b_0001,
        12 + 4 * types.len() as u32,
        100_001,
        4 + 4 * types.len() as u32,
    ];
    for word in words.iter().chain(&[types.len() as u32]).chain(&types) {
        request.extend_from_slice(&word.to_le_bytes());
    }
    request.extend_from_slice(&[
        1, 0, 0x2b, 0x1a, 9, 0, 0, 0, 0xa2, 0x86, 1, 0, 1, 0, 0, 0, 1,
    ]);
    stream.write_all(&request).unwrap();
}

#[test]
fn a_client_that_does_not_read_loses_its_own_frames_only() {
    let sim = serve(anywhere(), Volume::new(240.0, 10, u64::MAX)).unwrap();
    let at = address(&sim);
    let mut stalled = TcpStream::connect(at).unwrap();
    ask_for_everything(&mut stalled);
    let one = Receiver::start(&format!("vicon://{at}"), 1e-9);
    let two = Receiver::start(&format!("vicon://{at}"), 1e-9);
    // 100 kB a frame fill the kernel's buffers in some tens of frames.
    one.wait_for_frames(300);
    two.wait_for_frames(200);
    assert_eq!(sim.counters().clients(), 3);
    // Now it reads again: what comes is whole packets, and the newest of them is new.
    stalled
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    let (mut newest, mut jump) = (0u32, 0u32);
    let began = Instant::now();
    while jump < 20 && began.elapsed() < Duration::from_secs(10) {
        let id = next_frame_id(&mut stalled);
        jump = jump.max(id.saturating_sub(newest.max(1)));
        newest = newest.max(id);
    }
    assert!(
        jump >= 20,
        "the stalled client was sent everything that it had missed"
    );
    assert!(sim.counters().frames_dropped_slow.get() > 0);
    one.finish();
    two.finish();
}

/// Reads one packet; the id of its frame, or 0.
fn next_frame_id(stream: &mut TcpStream) -> u32 {
    let mut header = [0; 8];
    stream.read_exact(&mut header).unwrap();
    assert_eq!(header[..4], 0x1a2b_0001u32.to_le_bytes());
    let mut payload = vec![0; u32::from_le_bytes(header[4..].try_into().unwrap()) as usize];
    stream.read_exact(&mut payload).unwrap();
    let objects = cyc_wire::vicon_datastream::decode_payload(&payload).unwrap();
    let id = objects.iter().find_map(|o| match o {
        cyc_wire::vicon_datastream::Object::FrameInfo(f) => Some(f.frame_id),
        _ => None,
    });
    id.unwrap_or(0)
}

#[test]
fn a_stranger_is_let_go_and_others_stay() {
    let sim = serve(anywhere(), Volume::new(200.0, 1, u64::MAX)).unwrap();
    let at = address(&sim);
    let receiver = Receiver::start(&format!("vicon://{at}"), 1e-9);
    receiver.wait_for_frames(10);
    let mut stranger = TcpStream::connect(at).unwrap();
    stranger.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let mut rest = Vec::new();
    stranger
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    // A greeting, then the end (or a reset, since what it sent was not all read).
    let _ = stranger.read_to_end(&mut rest);
    assert_eq!(rest[..4], 0x1a2b_0001u32.to_le_bytes());
    assert_eq!(sim.counters().requests_malformed.get(), 1);
    let n = receiver.heard.lock().unwrap().numbers.len();
    receiver.wait_for_frames(n + 20);
    receiver.finish();
}

#[test]
fn a_port_that_is_taken_is_named() {
    let sim = serve(anywhere(), Volume::new(100.0, 0, 10)).unwrap();
    let error = serve(address(&sim), Volume::new(100.0, 0, 10)).unwrap_err();
    assert_eq!(error.key(), "simulator-bind");
    assert_eq!(error.args()[0].1, address(&sim).to_string());
}

#[test]
fn another_program_on_the_port_is_diagnosed() {
    let listener = std::net::TcpListener::bind(anywhere()).unwrap();
    let at = listener.local_addr().unwrap();
    let answer = std::thread::Builder::new().spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n");
        std::thread::sleep(Duration::from_millis(200));
    });
    let receiver = Receiver::start(&format!("vicon://{at}"), 0.0);
    receiver.wait_for("diagnosis", |h| {
        h.events
            .contains(&"disconnected vicon-not-a-packet".to_owned())
    });
    assert_eq!(receiver.counters.errors_framing.get(), 1);
    answer.unwrap().join().unwrap();
}
