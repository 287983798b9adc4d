//! The clock's thread: each frame at its absolute deadline, and then its fate.
//!
//! Deadlines are counted from the start, so that rounding and lateness never add up. When the machine was too slow,
//! frames that are late by less than [`CATCH_UP_MAX`] are made at once, one after the other; beyond it they are
//! skipped and counted, as a camera system would that lost its host.

use super::counters::ServerCounters;
use super::datagrams::DatagramSender;
use super::faults::{Fate, FaultDice};
use super::producer::FrameProducer;
use super::source_faults::SourceFaults;
use cyc_capture::now_host;
use cyc_model::{FrameNumber, Hop, HostNs, MocapFrame, Nanos};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;

/// Lateness up to which frames are made up for.
const CATCH_UP_MAX: Nanos = Nanos::from_millis(250);

/// Longest sleep, so that a stop is noticed.
const SLEEP_MAX: Nanos = Nanos::from_millis(20);

/// Datagrams and frames that may wait for their delay: 10 s at 1000 Hz for a few servers.
const WAITING_MAX: usize = 1 << 16;

/// Where frames go.
pub(crate) enum Outlet {
    /// To the clients of a stream.
    Stream(watch::Sender<Option<Arc<MocapFrame>>>),
    /// To addresses.
    Datagrams(DatagramSender),
}

/// An outlet with its own chance.
pub(crate) struct Channel {
    pub(crate) outlet: Outlet,
    pub(crate) dice: FaultDice,
    /// When the last frame of a stream that keeps its order is due.
    pub(crate) last_due: HostNs,
}

/// What waits for its time.
enum Parcel {
    Frame(Arc<MocapFrame>),
    Datagram(Vec<u8>),
}

struct Waiting {
    due: HostNs,
    order: u64,
    channel: usize,
    parcel: Parcel,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        (self.due, self.order) == (other.due, other.order)
    }
}
impl Eq for Waiting {}
impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.due, self.order).cmp(&(other.due, other.order))
    }
}

/// The state of the clock's thread.
pub(crate) struct Pace {
    pub(crate) producer: Box<dyn FrameProducer>,
    pub(crate) channels: Vec<Channel>,
    pub(crate) counters: Arc<ServerCounters>,
    pub(crate) stop: Arc<AtomicBool>,
    pub(crate) first_number: u64,
    pub(crate) frames_max: Option<u64>,
    pub(crate) rate_hz: f64,
    source_faults: SourceFaults,
    seed: u64,
    waiting: BinaryHeap<Reverse<Waiting>>,
    order: u64,
}

impl Pace {
    pub(crate) fn new(
        producer: Box<dyn FrameProducer>,
        channels: Vec<Channel>,
        counters: Arc<ServerCounters>,
        stop: Arc<AtomicBool>,
        (first_number, frames_max): (u64, Option<u64>),
        (source_faults, seed): (SourceFaults, u64),
    ) -> Self {
        let rate_hz = producer.rate_hz();
        Self {
            producer,
            channels,
            counters,
            stop,
            first_number,
            frames_max,
            rate_hz,
            source_faults,
            seed,
            waiting: BinaryHeap::new(),
            order: 0,
        }
    }

    /// Runs until the producer ends, the frames are done, or it is stopped; then sends what still waits.
    pub(crate) fn run(mut self) {
        let start = now_host();
        let mut frame_idx = 0u64;
        while self.frames_max.is_none_or(|max| frame_idx < max) {
            let due_s = self.source_faults.due_s(frame_idx, self.rate_hz);
            let deadline = start + Nanos::from_secs_real(due_s);
            if !self.sleep_until(deadline) {
                return;
            }
            if now_host() - deadline > CATCH_UP_MAX {
                self.counters.frames_skipped_late.increment();
                frame_idx += 1;
                continue;
            }
            let number = self.first_number.saturating_add(frame_idx);
            let mut frame = MocapFrame::default();
            if !self.producer.produce(number, &mut frame) {
                break;
            }
            self.counters.frames_produced.increment();
            frame.taken = frame.taken.or(Some(deadline));
            frame.rate_hz = self.rate_hz;
            frame.reference = self.source_faults.reference(frame_idx, self.rate_hz);
            self.flood(frame_idx);
            // The performance goes on while the source restarts; nobody is told of it.
            if let Some(counted) = self.source_faults.counted(frame_idx, self.rate_hz) {
                frame.number = FrameNumber(self.first_number.saturating_add(counted));
                self.source_faults
                    .mislabel(self.seed, frame_idx, self.rate_hz, &mut frame);
                self.dispatch(frame, deadline);
            }
            frame_idx += 1;
        }
        while let Some(Reverse(last)) = self.waiting.peek() {
            let due = last.due;
            if !self.sleep_until(due) {
                return;
            }
        }
    }

    /// Sends the junk that goes with a frame.
    fn flood(&self, frame_idx: u64) {
        for channel in &self.channels {
            if let Outlet::Datagrams(sender) = &channel.outlet {
                let send = |junk: &[u8]| sender.send_junk(junk, &self.counters);
                self.source_faults
                    .junk(self.seed, frame_idx, self.rate_hz, send);
            }
        }
    }

    /// Sleeps, and sends what comes due on the way. False when stopped.
    fn sleep_until(&mut self, deadline: HostNs) -> bool {
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return false;
            }
            self.send_due();
            let now = now_host();
            if now >= deadline {
                return true;
            }
            let next = self.waiting.peek().map_or(deadline, |w| w.0.due);
            let left = (next.min(deadline) - now).min(SLEEP_MAX);
            if left > Nanos::ZERO {
                std::thread::sleep(Duration::from_nanos(left.0.unsigned_abs()));
            }
        }
    }

    fn send_due(&mut self) {
        for channel in &mut self.channels {
            if let Outlet::Datagrams(sender) = &mut channel.outlet {
                sender.answer(&self.counters);
            }
        }
        while self.waiting.peek().is_some_and(|w| w.0.due <= now_host()) {
            if let Some(Reverse(w)) = self.waiting.pop() {
                self.send(w.channel, w.parcel);
            }
        }
    }

    fn send(&mut self, channel: usize, parcel: Parcel) {
        let outlet = self.channels.get_mut(channel).map(|c| &mut c.outlet);
        match (outlet, parcel) {
            (Some(Outlet::Stream(newest)), Parcel::Frame(frame)) => {
                newest.send_replace(Some(frame));
            }
            (Some(Outlet::Datagrams(sender)), Parcel::Datagram(datagram)) => {
                sender.send(&datagram, &self.counters);
            }
            _ => {}
        }
    }

    fn dispatch(&mut self, frame: MocapFrame, deadline: HostNs) {
        let mut frame = frame;
        frame.stamps.stamp(Hop::Heard, deadline);
        let frame = Arc::new(frame);
        for i in 0..self.channels.len() {
            let Some(channel) = self.channels.get_mut(i) else {
                continue;
            };
            match &mut channel.outlet {
                Outlet::Stream(_) => self.dispatch_frame(i, &frame),
                Outlet::Datagrams(sender) => {
                    let datagrams = sender.encode(&frame);
                    if datagrams.is_empty() {
                        self.counters.frames_unsendable.increment();
                    }
                    for datagram in datagrams {
                        self.dispatch_datagram(i, datagram);
                    }
                }
            }
        }
        self.send_due();
    }

    /// To a stream, which keeps its order: a frame cannot overtake one that was delayed more.
    fn dispatch_frame(&mut self, i: usize, frame: &Arc<MocapFrame>) {
        let Some(channel) = self.channels.get_mut(i) else {
            return;
        };
        let fate = channel.dice.roll();
        if fate.lost {
            return self.counters.frames_lost_by_fault.increment();
        }
        let now = now_host();
        channel.last_due = channel.last_due.max(now + fate.delay);
        let due = channel.last_due;
        self.post(i, Parcel::Frame(Arc::clone(frame)), due);
    }

    fn dispatch_datagram(&mut self, i: usize, datagram: Vec<u8>) {
        let period = Nanos::period_of_hz(self.rate_hz);
        let Some(channel) = self.channels.get_mut(i) else {
            return;
        };
        let Fate {
            lost,
            twice,
            held_frames,
            delay,
        } = channel.dice.roll();
        if lost {
            return self.counters.frames_lost_by_fault.increment();
        }
        let held = Nanos(period.0.saturating_mul(i64::from(held_frames)));
        let due = now_host() + delay + held;
        if twice {
            self.counters.duplicates_by_fault.increment();
            self.post(i, Parcel::Datagram(datagram.clone()), due);
        }
        if held_frames > 0 {
            self.counters.reorders_by_fault.increment();
        }
        self.post(i, Parcel::Datagram(datagram), due);
    }

    fn post(&mut self, channel: usize, parcel: Parcel, due: HostNs) {
        if self.waiting.len() == WAITING_MAX {
            self.counters.send_errors.increment();
            return;
        }
        self.order += 1;
        self.waiting.push(Reverse(Waiting {
            due,
            order: self.order,
            channel,
            parcel,
        }));
    }
}
