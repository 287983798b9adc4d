//! A 240 Hz stream beside strangers who send as many small datagrams as the machine can.
//!
//! Strangers are stopped in the kernel by the source's allow-list (a classic BPF program on its socket). For comparison the
//! same flood is sent to a socket without one.

use crate::packets::{bodies, fill};
use crate::{Outcome, RATE_HZ, due};
use cyc_benches::report::Report;
use cyc_benches::rounds::median;
use cyc_capture::{FrameSink, SourceConfig, SourceEvent, SourceUrl, StopFlag, source_of};
use cyc_model::{MocapFrame, SourceId};
use cyc_wire::vicon_udp;
use nix::sys::socket::{ControlMessage, MsgFlags, SockaddrIn, sendmsg};
use std::io::IoSlice;
use std::net::{SocketAddr, SocketAddrV4, UdpSocket};
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Good frames of a round: five seconds.
const GOOD: u64 = 1200;
/// Rounds of each.
const ROUNDS: usize = 5;
/// Bytes of a stranger's datagram.
const STRANGE_BYTES: usize = 200;
/// Datagrams in one call; the kernel cuts them apart before it looks for the socket's filter.
const BATCH: usize = 64;

/// Writes the paragraphs.
pub fn measure(report: &mut Report) -> Outcome<()> {
    let mut text = String::from(
        "\n## Beside a flood\n\n| | strangers, million/s | good frames that arrive |\n|---|---:|---:|\n",
    );
    for (name, options) in [
        ("**with the source's allow-list**", "?allow=127.0.0.3"),
        ("without one", ""),
    ] {
        let rounds = (0..ROUNDS)
            .map(|_| round(options))
            .collect::<Outcome<Vec<_>>>()?;
        let rate = median(rounds.iter().map(|r| r.0).collect());
        let shares: Vec<f64> = rounds.iter().map(|r| r.1).collect();
        let worst = shares.iter().copied().fold(f64::INFINITY, f64::min);
        let share = median(shares);
        text += &format!("| {name} | {rate:.2} | {share:.2} %, worst round {worst:.2} % |\n");
    }
    report.paragraph(text.trim_end());
    report.paragraph(&format!(
        "{ROUNDS} rounds of {GOOD} frames of 1024 bytes at {RATE_HZ} Hz beside datagrams of {STRANGE_BYTES} bytes on the same \
         port, handed to the kernel {BATCH} at a time and cut apart by it, so that two cores can send that many; each is then \
         looked at by itself. Aim: 99.8 % beside a million a second."
    ));
    Ok(())
}

/// Counts what arrives.
struct Count(Arc<AtomicU64>);

impl FrameSink for Count {
    fn frame(&mut self, _: &MocapFrame) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
    fn event(&mut self, _: SourceEvent) {}
}

/// Strangers' millions a second, and the share of good frames in percent.
fn round(options: &str) -> Outcome<(f64, f64)> {
    let to = UdpSocket::bind("127.0.0.1:0")?.local_addr()?;
    let url: SourceUrl = format!("vicon-udp://{to}{options}").parse()?;
    let mut source = source_of(&url, SourceConfig::new(SourceId(0)));
    let (arrived, stop) = (Arc::<AtomicU64>::default(), StopFlag::default());
    let mut count = Count(Arc::clone(&arrived));
    let (ended, flag) = (AtomicBool::new(false), stop.clone());
    std::thread::scope(|scope| {
        let receiver = scope.spawn(move || source.run(&mut count, &flag));
        let strangers = scope.spawn(|| flood(to, &ended));
        std::thread::sleep(Duration::from_millis(200));
        let sent = send_good(to);
        ended.store(true, Ordering::Relaxed);
        let rate = strangers.join().map_err(|_| "the flood panicked")?;
        std::thread::sleep(Duration::from_millis(100));
        stop.raise();
        receiver.join().map_err(|_| "the receiver panicked")?;
        sent?;
        let share = arrived.load(Ordering::Relaxed) as f64 / GOOD as f64 * 100.0;
        Ok((rate?, share))
    })
}

/// Sends until told otherwise; gives millions a second.
fn flood(to: SocketAddr, ended: &AtomicBool) -> Result<f64, String> {
    let SocketAddr::V4(to) = to else {
        return Err("an IPv4 address is needed".into());
    };
    let send_all = || -> Outcome<f64> {
        let socket = UdpSocket::bind("127.0.0.2:0")?;
        let datagrams = [7u8; STRANGE_BYTES * BATCH];
        let slices = [IoSlice::new(&datagrams)];
        let address = SockaddrIn::from(SocketAddrV4::new(*to.ip(), to.port()));
        let cut = [ControlMessage::UdpGsoSegments(&(STRANGE_BYTES as u16))];
        let (mut sent, began) = (0usize, Instant::now());
        while !ended.load(Ordering::Relaxed) {
            let flags = MsgFlags::empty();
            let bytes = sendmsg(socket.as_raw_fd(), &slices, &cut, flags, Some(&address))?;
            sent += bytes / STRANGE_BYTES;
        }
        Ok(sent as f64 / began.elapsed().as_secs_f64() / 1e6)
    };
    send_all().map_err(|e| e.to_string())
}

/// Sends the stream at its rate.
fn send_good(to: SocketAddr) -> Outcome<()> {
    let socket = UdpSocket::bind("127.0.0.3:0")?;
    let roster = bodies()?;
    let (mut frame, mut datagram) = (MocapFrame::default(), Vec::new());
    let began = Instant::now();
    for number in 1..=GOOD {
        fill(&roster, number, &mut frame);
        datagram.clear();
        vicon_udp::encode_frame(&frame, &vicon_udp::EncodeSettings::default(), &mut datagram);
        std::thread::sleep(due(number - 1).saturating_sub(began.elapsed()));
        socket.send_to(&datagram, to)?;
    }
    Ok(())
}
