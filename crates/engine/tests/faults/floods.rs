//! Rows 17 and 18, over sockets of the loopback: too much from a friend, and from strangers.

use cyc_capture::{
    FrameSink, ReceiveCounters, SourceConfig, SourceEvent, SourceUrl, StopFlag, source_of,
};
use cyc_model::{MocapFrame, SourceId};
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A Vicon UDP datagram with one body, by hand from the vendor's layout.
fn datagram(number: u32) -> Vec<u8> {
    let mut bytes = number.to_le_bytes().to_vec();
    bytes.extend([1, 0]);
    bytes.extend(72u16.to_le_bytes());
    bytes.extend(b"Cam\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    for value in [100.0 + f64::from(number), 200.0, 300.0, 0.1, 0.2, 0.3] {
        bytes.extend(value.to_le_bytes());
    }
    bytes
}

/// Counts frames and remembers the newest number.
#[derive(Clone, Default)]
struct Count(Arc<(AtomicU64, AtomicU64)>);

impl FrameSink for Count {
    fn frame(&mut self, frame: &MocapFrame) {
        self.0.0.fetch_add(1, Ordering::Relaxed);
        self.0.1.store(frame.number.0, Ordering::Relaxed);
    }
    fn event(&mut self, _: SourceEvent) {}
}

impl Count {
    fn frames(&self) -> u64 {
        self.0.0.load(Ordering::Relaxed)
    }
}

/// Receives on a free port while `send` goes on; what it counted.
fn receive(
    options: &str,
    config: SourceConfig,
    send: impl FnOnce(SocketAddr),
) -> (Count, Arc<ReceiveCounters>) {
    let to = UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url: SourceUrl = format!("vicon-udp://{to}{options}").parse().unwrap();
    let mut source = source_of(&url, config);
    let (count, counters, stop) = (Count::default(), source.counters(), StopFlag::default());
    std::thread::scope(|scope| {
        let (mut sink, flag) = (count.clone(), stop.clone());
        scope.spawn(move || source.run(&mut sink, &flag));
        std::thread::sleep(Duration::from_millis(200));
        send(to);
        std::thread::sleep(Duration::from_millis(300));
        stop.raise();
    });
    (count, counters)
}

/// Sends at a rate for a while.
fn send_at(rate_hz: f64, seconds: f64, from: &str, to: SocketAddr) -> u64 {
    let socket = UdpSocket::bind(from).unwrap();
    let began = Instant::now();
    let frames = (rate_hz * seconds) as u64;
    for i in 0..frames {
        let due = Duration::from_nanos((i as f64 / rate_hz * 1e9) as u64);
        std::thread::sleep(due.saturating_sub(began.elapsed()));
        socket.send_to(&datagram(i as u32 + 1), to).unwrap();
    }
    frames
}

/// Row 17: a source that declared 240 Hz sends 2400 a second: it is cut to four times its rate, its own rate is kept.
#[test]
fn row_17_ten_times_too_much_from_a_friend_is_cut_and_keeps_its_rate() {
    let seconds = 2.0;
    let config = SourceConfig {
        declared_rate_hz: 240.0,
        ..SourceConfig::new(SourceId(0))
    };
    let began = Instant::now();
    let (count, counters) = receive("", config, |to| {
        send_at(2400.0, seconds, "127.0.0.1:0", to);
    });
    let (frames, cut) = (count.frames() as f64, counters.rate_limited.get());
    let took_s = began.elapsed().as_secs_f64();
    assert!(cut > 0, "nothing was cut");
    assert!(frames <= 4.0 * 240.0 * took_s + 64.0, "{frames}");
    assert!(frames >= 240.0 * seconds, "{frames}");
    println!(
        "PROMISE 17: of 2400 a second {:.0} a second are let through, never fewer than its 240; the rest is counted",
        frames / seconds
    );
}

/// Row 18: strangers as fast as a thread can send, and the allow-list's filter in the kernel.
#[test]
fn row_18_strangers_cost_no_frame() {
    let ended = AtomicBool::new(false);
    let (good, strange, seconds) = (AtomicU64::new(0), AtomicU64::new(0), 3.0);
    let config = SourceConfig::new(SourceId(0));
    let (count, counters) = receive("?allow=127.0.0.3", config, |to| {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let socket = UdpSocket::bind("127.0.0.2:0").unwrap();
                while !ended.load(Ordering::Relaxed) {
                    let sent = socket.send_to(&[7; 200], to).is_ok();
                    strange.fetch_add(u64::from(sent), Ordering::Relaxed);
                }
            });
            let sent = send_at(240.0, seconds, "127.0.0.3:0", to);
            good.store(sent, Ordering::Relaxed);
            ended.store(true, Ordering::Relaxed);
        });
    });
    let (good, strange) = (
        good.load(Ordering::Relaxed),
        strange.load(Ordering::Relaxed),
    );
    let share = count.frames() as f64 / good as f64 * 100.0;
    assert!(share >= 99.8, "{share} % beside {strange} strangers");
    assert_eq!(
        counters.strangers.get(),
        0,
        "they were not stopped in the kernel"
    );
    println!(
        "PROMISE 18: {share:.1} % of the good frames beside {:.2} million datagrams a second",
        strange as f64 / seconds / 1e6
    );
}
