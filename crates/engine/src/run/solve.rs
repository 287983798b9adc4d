//! The solve thread: takes the newest frame of every source, steps the core, publishes.

use super::find::FinderLink;
use super::lead_link::LeadLink;
use super::watch::Heartbeat;
use crate::core::{CalibrationMemory, Core, Event, PerformerJob};
use crate::latency::LatencyBook;
use cyc_capture::now_host;
use cyc_model::{Hop, HostNs, MocapFrame, Nanos, PerformerIdx, Point, SourceId, Stage, StageFrame};
use cyc_queue::{LatestWriter, Pushed, RingConsumer, RingProducer};
use cyc_solver::LabelAnswer;
use cyc_telemetry::Counter;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// Longest sleep without a frame: so often is the stage frame renewed when sources are silent.
const IDLE: Duration = Duration::from_millis(4);
/// Time without a stage frame after which ticks renew the stage frame, so that what is held grows old visibly.
const TICK_AFTER: Nanos = Nanos::from_millis(12);

/// What the solve thread counts.
#[derive(Debug, Default)]
pub struct SolveCounters {
    /// Frames taken from the sources' queues and stepped.
    pub stepped: Counter,
    /// Frames passed over because a newer one of the same source was there already.
    pub superseded: Counter,
    /// Frames that the core refused (out of order, unknown source).
    pub refused: Counter,
    /// Stage frames published.
    pub published: Counter,
    /// Performers solved.
    pub solved: Counter,
    /// Of these, performers whose source had mixed her labels up.
    pub mislabelled: Counter,
    /// Performers with two markers that took each other's names since somebody looked, a bit each.
    pub swapped: AtomicU64,
    /// Of these, performers who were labelled from a cloud without names.
    pub from_cloud: Counter,
    /// Performers whose labels from the cloud no pose explains; they were held.
    pub implausible: Counter,
    /// Questions for performers in a cloud that a newer one has overtaken.
    pub not_searched: Counter,
    /// Times that solving a performer panicked; she was held for a frame.
    pub panics: Counter,
    /// Times that a performer was set aside, since she panicked again and again.
    pub set_aside: Counter,
    /// Performers who are set aside now, the first in the lowest bit.
    pub set_aside_now: AtomicU64,
    /// Points that a labeller had no room for.
    pub not_labelled: Counter,
    /// Stage frames that the recording's queue had no room for.
    pub not_recorded: Counter,
}

/// A performer's remembered markers, oldest first.
pub type MarkerFrames = Vec<Vec<Option<Point<Stage>>>>;

/// What the solve thread works with.
pub struct SolveThread {
    pub core: Core,
    pub live: Vec<RingConsumer<MocapFrame>>,
    pub newest: Vec<MocapFrame>,
    pub out: LatestWriter<StageFrame>,
    pub record: RingProducer<StageFrame>,
    pub recording: Arc<AtomicBool>,
    pub jobs: RingConsumer<Option<(PerformerIdx, Box<PerformerJob>)>>,
    pub retired: RingProducer<Option<Box<PerformerJob>>>,
    pub memory_asked: Arc<AtomicU32>,
    pub memories: RingProducer<Option<(PerformerIdx, MarkerFrames)>>,
    pub latency: Arc<LatencyBook>,
    pub lead: Arc<LeadLink>,
    pub counters: Arc<SolveCounters>,
    pub finder: Option<FinderLink>,
    pub found: (SourceId, LabelAnswer),
    pub heartbeat: Arc<Heartbeat>,
    /// When the stage frame was last published, or renewed in vain.
    pub published_at: HostNs,
    pub stop: Arc<AtomicBool>,
}

/// `memory_asked` value that asks for nothing.
pub const NO_MEMORY_ASKED: u32 = u32::MAX;

impl SolveThread {
    /// Runs until told to stop.
    pub fn run(mut self) {
        while !self.stop.load(Ordering::Relaxed) {
            let now = now_host();
            self.heartbeat.beat(now);
            self.take_commands(now);
            self.take_found(now);
            let any = self.take_frames();
            let now = now_host();
            // Frames that publish nothing, since nobody of the stage is in them, must not keep the stage from growing old.
            if now - self.published_at > TICK_AFTER {
                self.step(now, Event::Tick);
                self.published_at = now;
            } else if !any {
                std::thread::park_timeout(IDLE);
            }
        }
    }

    /// Steps the newest frame of every source that has one. Older ones in its queue are passed over: on the live path
    /// a backlog would only be delay. The recording has its own queue and loses none of them.
    fn take_frames(&mut self) -> bool {
        let mut any = false;
        for source in 0..self.live.len() {
            let mut taken = 0;
            while self.live[source]
                .pop_with(|slot| std::mem::swap(slot, &mut self.newest[source]))
                .is_some()
            {
                taken += 1;
            }
            if taken == 0 {
                continue;
            }
            any = true;
            self.counters.superseded.add(taken - 1);
            let began = now_host();
            let mut frame = std::mem::take(&mut self.newest[source]);
            frame.stamps.stamp(Hop::SolveBegan, began);
            self.step(began, Event::Frame(&frame));
            self.newest[source] = frame;
            self.ask_finder();
        }
        any
    }

    fn step(&mut self, now: HostNs, event: Event<'_>) {
        let is_frame = matches!(event, Event::Frame(_));
        let mut slot = self.out.slot_mut();
        self.core.follow_lead(self.lead.get());
        let effects = self.core.step(now, event, &mut slot);
        let counters = &self.counters;
        if is_frame {
            counters.stepped.increment();
            counters.refused.add(u64::from(effects.refused));
            counters.solved.add(u64::from(effects.solved));
            counters.mislabelled.add(u64::from(effects.mislabelled));
            if effects.swapped != 0 {
                counters
                    .swapped
                    .fetch_or(effects.swapped, Ordering::Relaxed);
            }
            counters.from_cloud.add(u64::from(effects.from_cloud));
            counters.implausible.add(u64::from(effects.implausible));
            counters.not_labelled.add(effects.not_labelled as u64);
            counters.panics.add(u64::from(effects.panicked));
            counters.set_aside.add(u64::from(effects.set_aside));
        }
        if effects.set_aside > 0 || !is_frame {
            let now = self.core.set_aside();
            counters.set_aside_now.store(now, Ordering::Relaxed);
        }
        if effects.publish {
            // A tick carries the stamps of an older frame; counting them again would flatter or spoil the figures.
            if !is_frame {
                slot.stamps = cyc_model::Stamps::default();
            }
            if is_frame {
                slot.stamps.stamp(Hop::Solved, now_host());
            }
            if is_frame
                && self.recording.load(Ordering::Acquire)
                && !self
                    .record
                    .push_with(|kept| kept.copy_from(&slot))
                    .is_stored()
            {
                counters.not_recorded.increment();
            }
            if is_frame {
                slot.stamps.stamp(Hop::Published, now_host());
                // A frame with a camera alone is solved in no time and would flatter the figures of those with performers.
                if effects.solved > 0 || !self.core.has_performers() {
                    self.latency
                        .record(&slot.stamps, Hop::Heard, Hop::Published);
                }
            }
            slot.publish();
            self.lead.post(self.core.camera_slips());
            self.published_at = now;
            counters.published.increment();
        }
        if let Some(job) = effects.retired {
            // Displacing drops the oldest retired job here: rare, and better than keeping it for ever.
            let _ = self.retired.push_with(|slot| *slot = Some(job));
        }
    }

    /// Hands on who is to be looked for.
    fn ask_finder(&mut self) {
        let Some(finder) = &mut self.finder else {
            return;
        };
        for (source, question) in self.core.questions() {
            let pushed = finder.questions.push_with(|slot| {
                slot.0 = source;
                slot.1.copy_from(question);
            });
            if pushed != Pushed::Stored {
                self.counters.not_searched.increment();
            }
            finder.thread.unpark();
        }
    }

    /// Takes what the find thread has found.
    fn take_found(&mut self, now: HostNs) {
        let mut found = std::mem::take(&mut self.found);
        while let Some(finder) = &mut self.finder
            && finder
                .answers
                .pop_with(|slot| std::mem::swap(slot, &mut found))
                .is_some()
        {
            self.step(now, Event::Found(found.0, &found.1));
        }
        self.found = found;
    }

    /// What the control side asks for; rare, and the only place where this thread allocates.
    fn take_commands(&mut self, now: HostNs) {
        let mut taken = None;
        if self.jobs.pop_with(|slot| taken = slot.take()).is_some()
            && let Some((performer, job)) = taken
        {
            self.step(now, Event::Job(performer, job));
        }
        let asked = self.memory_asked.load(Ordering::Relaxed);
        if asked == NO_MEMORY_ASKED {
            return;
        }
        self.memory_asked.store(NO_MEMORY_ASKED, Ordering::Relaxed);
        let performer = PerformerIdx(asked as u16);
        let frames = self
            .core
            .memory(performer)
            .map(CalibrationMemory::frames)
            .unwrap_or_default();
        // Displacing an answer that nobody fetched is right: the newest one counts.
        let _ = self
            .memories
            .push_with(|slot| *slot = Some((performer, frames)));
    }
}
