//! Capture on a thread of its own, keeping what it receives.

use cyc_capture::{
    FrameSink, ReceiveCounters, SourceConfig, SourceEvent, SourceUrl, StopFlag, source_of,
};
use cyc_model::{MocapFrame, SourceId};
use std::net::UdpSocket;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub struct Listener {
    frames: Arc<Mutex<Vec<MocapFrame>>>,
    pub counters: Arc<ReceiveCounters>,
    stop: Arc<StopFlag>,
    thread: Option<JoinHandle<()>>,
    pub port: u16,
}

struct Keep(Arc<Mutex<Vec<MocapFrame>>>);

impl FrameSink for Keep {
    fn frame(&mut self, frame: &MocapFrame) {
        let mut copy = MocapFrame::default();
        copy.copy_from(frame);
        self.0.lock().unwrap().push(copy);
    }

    fn event(&mut self, _: SourceEvent) {}
}

impl Listener {
    /// Listens on a free port, and does so when it returns: `url` makes the address of it.
    pub fn start(url: impl Fn(u16) -> String) -> Self {
        let started = Self::expecting(url);
        let began = Instant::now();
        while started.counters.connects.get() == 0 {
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "it did not listen"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        started
    }

    /// The same for one who connects, whenever that is.
    pub fn expecting(url: impl Fn(u16) -> String) -> Self {
        let free = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let url: SourceUrl = url(port).parse().unwrap();
        let mut source = source_of(&url, SourceConfig::new(SourceId(0)));
        let (frames, stop) = (Arc::default(), Arc::new(StopFlag::default()));
        let (mut sink, flag) = (Keep(Arc::clone(&frames)), Arc::clone(&stop));
        let counters = source.counters();
        let thread = std::thread::Builder::new()
            .name("rx".into())
            .spawn(move || source.run(&mut sink, &flag));
        Self {
            frames,
            counters,
            stop,
            thread: Some(thread.unwrap()),
            port,
        }
    }

    /// Waits for so many frames, and gives them.
    pub fn frames(&self, count: usize) -> Vec<MocapFrame> {
        let began = Instant::now();
        loop {
            let mut frames = self.frames.lock().unwrap();
            if frames.len() >= count {
                return std::mem::take(&mut *frames);
            }
            let so_far = frames.len();
            drop(frames);
            let told = || format!("{so_far} of {count} frames: {:?}", self.counters);
            assert!(began.elapsed() < Duration::from_secs(30), "{}", told());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop.raise();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was told by its own hook.
            let _ = thread.join();
        }
    }
}
