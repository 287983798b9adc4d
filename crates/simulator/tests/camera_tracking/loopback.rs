//! From the virtual system to our own receiver: poses, lenses and timecode of every frame.

use crate::cameras::{Cameras, RATE_HZ, lens, pose, server, timecode};
use cyc_capture::{
    FrameSink, ReceiveCounters, SourceConfig, SourceEvent, SourceUrl, StopFlag, source_of,
};
use cyc_model::{LensSample, MocapFrame, SourceId};
use cyc_simulator::servers::{
    FREED, MOSYS_F4, OPENTRACKIO, OpenTrackIoEncoder, POSISTAGENET, ServerConfig, Simulator,
    SimulatorConfig,
};
use cyc_wire::opentrackio::Encoding;
use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const FRAMES: u64 = 45;
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Default)]
struct Heard {
    is_connected: bool,
    frames: Vec<MocapFrame>,
}

struct Keep(Arc<Mutex<Heard>>);

impl FrameSink for Keep {
    fn frame(&mut self, frame: &MocapFrame) {
        let mut copy = MocapFrame::default();
        copy.copy_from(frame);
        self.0.lock().unwrap().frames.push(copy);
    }
    fn event(&mut self, event: SourceEvent) {
        self.0.lock().unwrap().is_connected |= matches!(event, SourceEvent::Connected);
    }
}

pub fn free_port() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap()
}

/// What a URL receives of a server.
fn received(url: &str, server: ServerConfig, at_least: usize) -> Vec<MocapFrame> {
    let send = || {
        let config = SimulatorConfig {
            servers: vec![server],
            ..SimulatorConfig::default()
        };
        let mut simulator = Simulator::start(config, Box::new(Cameras::new(FRAMES))).unwrap();
        simulator.wait();
    };
    hear(url, send, at_least).0
}

/// What a URL receives of whoever sends, and what was counted.
pub fn hear(
    url: &str,
    send: impl FnOnce(),
    at_least: usize,
) -> (Vec<MocapFrame>, Arc<ReceiveCounters>) {
    let url: SourceUrl = url.parse().unwrap();
    let heard = Arc::new(Mutex::new(Heard::default()));
    let stop = StopFlag::default();
    let mut config = SourceConfig::new(SourceId(0));
    config.declared_rate_hz = RATE_HZ;
    let mut source = source_of(&url, config);
    let counters = source.counters();
    let (mut sink, flag) = (Keep(Arc::clone(&heard)), stop.clone());
    let thread = std::thread::Builder::new().name("rx-test".to_owned());
    let thread = thread.spawn(move || source.run(&mut sink, &flag)).unwrap();
    wait(|| heard.lock().unwrap().is_connected);
    send();
    wait(|| heard.lock().unwrap().frames.len() >= at_least);
    stop.raise();
    thread.join().unwrap();
    let mut heard = heard.lock().unwrap();
    (std::mem::take(&mut heard.frames), counters)
}

fn wait(done: impl Fn() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < PATIENCE, "nothing came");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Compares the poses that a frame has; the number is told by the first tracked camera's X. Returns it and how many
/// cameras were there.
fn compare(frame: &MocapFrame, cameras: &[(&str, usize)], metres: f64, rad: f64) -> (u64, usize) {
    let first = frame.segments.iter().flatten().next().unwrap();
    let number = (first.translation().metres().x * 1000.0).round() as u64;
    let mut seen = 0;
    for (name, camera) in cameras {
        let Some(place) = frame.roster.find(name) else {
            continue;
        };
        let Some(got) = frame.segments[place] else {
            continue;
        };
        let sent = pose(*camera, number);
        let off = got.translation().distance_m(sent.translation());
        assert!(off < metres, "{name} of frame {number} is {off} m off");
        assert!(
            got.angle_to(sent) < rad,
            "{name} of frame {number} is turned"
        );
        seen += 1;
    }
    (number, seen)
}

fn near(a: Option<f64>, b: Option<f64>, share: f64) {
    let (a, b) = (a.unwrap(), b.unwrap());
    assert!((a / b - 1.0).abs() < share, "{a} is not {b}");
}

#[test]
fn freed() {
    let to = free_port();
    let url = format!("freed://{to}?lens=generic&name=1:FilmCamera,2:Witness,3:Handheld");
    let frames = received(&url, ServerConfig::new(FREED, to), FRAMES as usize * 3);
    assert_eq!(frames.len(), FRAMES as usize * 3);
    let cameras = [("FilmCamera", 0), ("Witness", 1), ("Handheld", 2)];
    let mut rings = 0;
    for frame in &frames {
        // Half a step is 8 µm and 0.3 µrad.
        let (number, seen) = compare(frame, &cameras, 2e-5, 3e-6);
        assert_eq!(seen, 1, "each message is a frame of its own");
        if let (Some(got), true) = (frame.lens_of(0), frame.segments[0].is_some()) {
            let sent = lens(number);
            let same = |a: Option<f64>, b: Option<f64>| (a.unwrap() - b.unwrap()).abs() < 1e-4;
            assert!(same(got.zoom.normalised, sent.zoom.normalised));
            assert!(same(got.focus.normalised, sent.focus.normalised));
            rings += 1;
        }
    }
    assert_eq!(rings, FRAMES);
}

fn assert_whole_lens(got: &LensSample, number: u64) {
    let sent = lens(number);
    near(got.focal_length_m, sent.focal_length_m, 1e-9);
    near(got.focus_distance_m, sent.focus_distance_m, 1e-9);
    near(
        got.entrance_pupil_offset_m,
        sent.entrance_pupil_offset_m,
        1e-9,
    );
    near(got.f_stop, sent.f_stop, 1e-9);
    near(got.t_stop, sent.t_stop, 1e-9);
    let same = |a: Option<f64>, b: Option<f64>| (a.unwrap() - b.unwrap()).abs() < 1e-12;
    assert!(same(got.zoom.normalised, sent.zoom.normalised));
    assert!(same(got.focus.normalised, sent.focus.normalised));
    let (a, b) = (got.distortion.unwrap(), sent.distortion.unwrap());
    assert_eq!((a.direction, a.overscan), (b.direction, b.overscan));
    near(Some(a.numerator[0]), Some(b.numerator[0]), 1e-9);
    near(Some(a.numerator[1]), Some(b.numerator[1]), 1e-9);
    near(
        got.sensor_size_m.map(|s| s[0]),
        sent.sensor_size_m.map(|s| s[0]),
        1e-9,
    );
}

#[test]
fn opentrackio_in_both_encodings() {
    for encoding in [Encoding::Json, Encoding::Cbor] {
        let to = free_port();
        let url = format!("opentrackio://{to}?unicast=true&name=FilmCamera");
        let encoder = OpenTrackIoEncoder::new(encoding);
        let frames = received(&url, server(OPENTRACKIO, to, encoder), FRAMES as usize);
        assert_eq!(frames.len(), FRAMES as usize);
        for frame in &frames {
            let (number, seen) = compare(frame, &[("FilmCamera", 0)], 1e-9, 1e-6);
            assert_eq!((seen, frame.number.0), (1, number));
            assert_eq!(frame.timecode, Some(timecode(number)));
            assert!((frame.rate_hz - RATE_HZ).abs() < 1e-9);
            assert_whole_lens(frame.lens_of(0).unwrap(), number);
        }
    }
}

#[test]
fn mosys_f4() {
    let to = free_port();
    let url = format!("mosys://{to}?sensor_mm=36x20.25&name=0:FilmCamera,1:Witness,2:Handheld");
    let frames = received(&url, ServerConfig::new(MOSYS_F4, to), FRAMES as usize * 3);
    let cameras = [("FilmCamera", 0), ("Witness", 1), ("Handheld", 2)];
    let mut lenses = 0;
    for frame in &frames {
        // Half a step is 5 µm and 9 µrad.
        let (number, seen) = compare(frame, &cameras, 1.5e-5, 3e-5);
        assert_eq!(seen, 1);
        assert_eq!(frame.timecode, Some(timecode(number)));
        if let (Some(got), true) = (frame.lens_of(0), frame.segments[0].is_some()) {
            let sent = lens(number);
            near(got.focal_length_m, sent.focal_length_m, 1e-5);
            near(got.focus_distance_m, sent.focus_distance_m, 1e-5);
            near(
                got.entrance_pupil_offset_m,
                sent.entrance_pupil_offset_m,
                1e-5,
            );
            let (a, b) = (got.distortion.unwrap(), sent.distortion.unwrap());
            near(Some(a.numerator[0]), Some(b.numerator[0]), 1e-4);
            lenses += 1;
        }
    }
    assert_eq!((frames.len() as u64, lenses), (FRAMES * 3, FRAMES));
}

#[test]
fn posistagenet() {
    let to = free_port();
    let url = format!("psn://{to}?unicast=true");
    let frames = received(&url, ServerConfig::new(POSISTAGENET, to), FRAMES as usize);
    assert_eq!(frames.len(), FRAMES as usize);
    let cameras = [("FilmCamera", 0), ("Witness", 1), ("Handheld", 2)];
    for frame in &frames {
        let (number, seen) = compare(frame, &cameras, 1e-6, 1e-3);
        assert_eq!((seen, frame.number.0), (3, number));
    }
}
