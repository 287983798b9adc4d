//! From the kernel's stamp to the published frame at 240 Hz, with two more sources at once; beside it a bare loop.
//!
//! A round has the same three senders either way: a DataStream server with ten performers (TCP), a Vicon UDP object
//! stream with ten bodies, and FreeD. Ours receives each with `cyc-capture` on its own thread and publishes every frame
//! into a ring, as the engine does and at the priority that the engine asks for. The bare loops read the same bytes with the
//! same stamps, at the same priority, and throw them away.

use crate::packets::{Packets, bodies, fill};
use crate::stamped_reader::{StampedReader, wall_ns};
use crate::{Outcome, due};
use cyc_benches::report::Report;
use cyc_benches::rounds::{Contender, in_turn, percentile};
use cyc_capture::{FrameSink, SourceConfig, SourceEvent, SourceUrl, StopFlag, now_host, source_of};
use cyc_engine::run::{Granted, Intent, spawn};
use cyc_model::{MocapFrame, SourceId};
use cyc_queue::{OnFull, RingProducer, ring};
use cyc_wire::{freed, vicon_udp};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

/// Rounds of three seconds.
const ROUNDS: usize = 9;
/// Frames at the start that warm caches and buffers, and are not counted.
const WARM: usize = 60;

/// Writes the table.
pub fn measure(packets: &Packets, report: &mut Report) -> Outcome<()> {
    let side = &SideFrames::make(packets.frames.len() as u64)?;
    let run =
        |receive: Receive| move || round(packets, side, receive).unwrap_or_else(|e| failed(&*e));
    let contenders = vec![
        Contender {
            name: "cyc-capture, to the published frame",
            is_ours: true,
            run: Box::new(run(Receive::Ours)),
        },
        Contender {
            name: "bare blocking receive",
            is_ours: false,
            run: Box::new(run(Receive::Bare)),
        },
    ];
    let table = in_turn(ROUNDS, contenders);
    report.table(
        &format!(
            "From the kernel's stamp to the published frame, 240 Hz, two more sources at once, {ROUNDS} rounds of {} frames",
            packets.frames.len()
        ),
        &["p50 µs", "p99 µs", "p50 of UDP", "p99 of UDP"],
        &table,
    );
    let priority = match spawn("asks", Intent::RealTime, |granted| granted)?.join() {
        Ok(Granted::RealTime) => "with real-time priority, as the engine's",
        _ => "without real-time priority, which this machine refused",
    };
    report.paragraph(&format!(
        "Aims: p50 60 µs, p99 150 µs, at most twice the bare loop. All receiving threads run {priority}; the sender runs without."
    ));
    Ok(())
}

fn failed(error: &dyn std::error::Error) -> Vec<f64> {
    eprintln!("a round failed: {error}");
    vec![f64::NAN; 4]
}

/// Who receives.
#[derive(Clone, Copy, PartialEq)]
enum Receive {
    Ours,
    Bare,
}

/// Datagrams of the two other sources, one each a frame.
struct SideFrames {
    objects: Vec<Vec<u8>>,
    cameras: Vec<Vec<u8>>,
}

impl SideFrames {
    fn make(count: u64) -> Outcome<Self> {
        let roster = bodies()?;
        let (mut objects, mut cameras) = (Vec::new(), Vec::new());
        let mut camera = freed::Encoder::new(freed::EncodeSettings::default());
        for number in 1..=count {
            let (mut frame, mut datagram) = (MocapFrame::default(), Vec::new());
            fill(&roster, number, &mut frame);
            vicon_udp::encode_frame(&frame, &vicon_udp::EncodeSettings::default(), &mut datagram);
            objects.push(datagram);
            let mut first = None;
            camera.encode(&frame, &mut |bytes| {
                first.get_or_insert_with(|| bytes.to_vec());
            });
            cameras.push(first.unwrap_or_default());
        }
        Ok(Self { objects, cameras })
    }
}

/// The microseconds that each frame took: of the stream, and of the object stream.
fn round(packets: &Packets, side: &SideFrames, receive: Receive) -> Outcome<Vec<f64>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let stream = listener.local_addr()?;
    let (objects, cameras) = (free_port()?, free_port()?);
    let frames = packets.frames.len();
    let whole = std::iter::once(&packets.greeting).chain(&packets.frames);
    let sizes: Vec<usize> = whole.map(Vec::len).collect();
    let start = |receiver: Receiver| spawn("rx", Intent::RealTime, move |_| receiver());
    let receivers: [Receiver; 3] = match receive {
        Receive::Ours => [
            Box::new(move || ours(&format!("vicon://{stream}"), frames)),
            Box::new(move || ours(&format!("vicon-udp://{objects}"), frames)),
            Box::new(move || ours(&format!("freed://{cameras}"), frames)),
        ],
        Receive::Bare => [
            Box::new(move || bare_stream(stream, &sizes)),
            Box::new(move || bare_datagrams(objects, frames)),
            Box::new(move || bare_datagrams(cameras, frames)),
        ],
    };
    let receivers = receivers
        .into_iter()
        .map(start)
        .collect::<Result<Vec<_>, _>>()?;
    serve(&listener, packets, side, [objects, cameras])?;
    let mut took = Vec::new();
    for receiver in receivers {
        took.push(receiver.join().map_err(|_| "a receiver panicked")??);
    }
    let percentiles = |i: usize| {
        let took = took.get(i).into_iter().flatten().skip(WARM).copied();
        let took: Vec<f64> = took.collect();
        [percentile(took.clone(), 0.5), percentile(took, 0.99)]
    };
    Ok([percentiles(0), percentiles(1)].concat())
}

/// What a receiving thread does: the microseconds that each frame took.
type Receiver = Box<dyn FnOnce() -> Result<Vec<f64>, String> + Send>;

fn free_port() -> std::io::Result<SocketAddr> {
    UdpSocket::bind("127.0.0.1:0")?.local_addr()
}

/// Sends the stream and the datagrams of every frame at its time.
fn serve(
    listener: &TcpListener,
    packets: &Packets,
    side: &SideFrames,
    [objects, cameras]: [SocketAddr; 2],
) -> Outcome<()> {
    let (mut stream, _) = listener.accept()?;
    stream.set_nodelay(true)?;
    stream.write_all(&packets.greeting)?;
    // Its requests: they are for every frame, whatever they say in detail.
    let mut requests = [0; 4096];
    let _ = stream.read(&mut requests)?;
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let began = Instant::now();
    for (i, packet) in packets.frames.iter().enumerate() {
        std::thread::sleep(due(i as u64).saturating_sub(began.elapsed()));
        stream.write_all(packet)?;
        for (datagrams, to) in [(&side.objects, objects), (&side.cameras, cameras)] {
            if let Some(datagram) = datagrams.get(i) {
                socket.send_to(datagram, to)?;
            }
        }
    }
    // Until the other side has gone, so that nothing unread is thrown away.
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    while matches!(stream.read(&mut requests), Ok(n) if n > 0) {}
    Ok(())
}

/// Publishes as the engine does, and takes the time.
struct Publish {
    ring: RingProducer<MocapFrame>,
    took_us: Vec<f64>,
    enough: usize,
    stop: StopFlag,
}

impl FrameSink for Publish {
    fn frame(&mut self, frame: &MocapFrame) {
        let _ = self.ring.push_with(|slot| slot.copy_from(frame));
        self.took_us.push((now_host() - frame.heard).micros());
        if self.took_us.len() == self.enough {
            self.stop.raise();
        }
    }
    fn event(&mut self, event: SourceEvent) {
        // A datagram that a busy machine lost must not keep the round from ending.
        if matches!(event, SourceEvent::Silent { .. }) && !self.took_us.is_empty() {
            self.stop.raise();
        }
    }
}

fn ours(url: &str, frames: usize) -> Result<Vec<f64>, String> {
    let url: SourceUrl = url.parse().map_err(|e| format!("{e}"))?;
    let mut source = source_of(&url, SourceConfig::new(SourceId(0)));
    let made = ring(8, OnFull::DropOldest, MocapFrame::default);
    let (ring, _reader) = made.map_err(|e| e.to_string())?;
    let stop = StopFlag::default();
    let mut publish = Publish {
        ring,
        took_us: Vec::with_capacity(frames),
        enough: frames,
        stop: stop.clone(),
    };
    source.run(&mut publish, &stop);
    Ok(publish.took_us)
}

/// Reads whole frames of the stream and does nothing with them.
fn bare_stream(address: SocketAddr, sizes: &[usize]) -> Result<Vec<f64>, String> {
    let read_all = || -> Outcome<Vec<f64>> {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(&[0])?;
        let mut reader = StampedReader::on(&stream)?;
        let mut bytes = vec![0; 256 << 10];
        let mut took = Vec::with_capacity(sizes.len());
        let mut have = 0;
        for size in sizes {
            let mut stamp = 0;
            while have < *size {
                let (n, at) = reader.read(&stream, &mut bytes)?;
                if n == 0 {
                    return Err("the stream ended".into());
                }
                (have, stamp) = (have + n, at);
            }
            have -= size;
            took.push((wall_ns() - stamp) as f64 / 1000.0);
        }
        Ok(took)
    };
    read_all().map_err(|e| e.to_string())
}

fn bare_datagrams(address: SocketAddr, frames: usize) -> Result<Vec<f64>, String> {
    let read_all = || -> Outcome<Vec<f64>> {
        let socket = UdpSocket::bind(address)?;
        socket.set_read_timeout(Some(Duration::from_secs(1)))?;
        let mut reader = StampedReader::on(&socket)?;
        let mut bytes = vec![0; 64 << 10];
        let mut took = Vec::with_capacity(frames);
        while took.len() < frames {
            match reader.read(&socket, &mut bytes) {
                Ok((_, stamp)) => took.push((wall_ns() - stamp) as f64 / 1000.0),
                Err(_) => break,
            }
        }
        Ok(took)
    };
    read_all().map_err(|e| e.to_string())
}
