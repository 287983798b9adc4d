//! The solve thread: takes the newest frame of every source, steps the core, publishes.
//!
//! Should it hang, another one goes on: see [`SolveDesk`].

use super::attention::{Attention, Rest};
use super::exchange::{Exchange, SourceInput};
use super::heartbeat::{Heartbeat, Patience};
use super::lead_link::LeadLink;
use super::solve_desk::{SolveDesk, SolveLinks};
use super::threads::Granted;
use crate::core::{CalibrationMemory, ClaimTable, Core, Effects, Event, PerformerJob};
use crate::latency::LatencyBook;
use cyc_capture::now_host;
use cyc_model::{Hop, HostNs, MocapFrame, Nanos, PerformerIdx, Point, SourceId, Stage, StageFrame};
use cyc_queue::Pushed;
use cyc_solver::LabelAnswer;
use cyc_telemetry::Counter;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

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
    /// Performers of whom a face was captured, the first in the lowest bit.
    pub faces_heard: AtomicU64,
    /// Points that a labeller had no room for.
    pub not_labelled: Counter,
    /// Stage frames that the recording's queue had no room for.
    pub not_recorded: Counter,
    /// The configuration that is solved.
    pub config: AtomicU32,
}

/// A performer's remembered markers, oldest first.
pub type MarkerFrames = Vec<Vec<Option<Point<Stage>>>>;

/// What the solve thread is told, in the order in which it is told.
pub enum SolveOrder {
    /// A performer is solved with another job.
    Job(PerformerIdx, Box<PerformerJob>),
    /// What a performer's face does is its rest.
    RestFace(PerformerIdx),
    /// Another configuration of the stage begins.
    Exchange(Box<Exchange>),
}

/// What the solve thread does not use any more: it is dropped by who ordered.
#[expect(dead_code, reason = "its only use is to be dropped elsewhere")]
pub enum Retired {
    /// A performer's job.
    Job(Box<PerformerJob>),
    /// The configuration before.
    Exchange(Box<Exchange>),
}

/// What the solve thread shares with others, and leaves to its successor.
#[derive(Clone)]
pub struct SolveSeat {
    pub desk: Arc<SolveDesk>,
    pub recording: Arc<AtomicBool>,
    pub memory_asked: Arc<AtomicU32>,
    pub latency: Arc<LatencyBook>,
    pub lead: Arc<LeadLink>,
    pub counters: Arc<SolveCounters>,
    pub claims: Arc<ClaimTable>,
    pub heartbeat: Arc<Heartbeat>,
    pub stop: Arc<AtomicBool>,
}

/// How much there is of what a seat counts.
#[derive(Clone, Copy, Debug)]
pub struct SeatShape {
    pub cameras: usize,
    pub subjects: usize,
}

impl SolveSeat {
    /// At a desk.
    pub fn new(
        desk: Arc<SolveDesk>,
        recording: Arc<AtomicBool>,
        stop: Arc<AtomicBool>,
        shape: SeatShape,
    ) -> Self {
        Self {
            desk,
            recording,
            memory_asked: Arc::new(AtomicU32::new(NO_MEMORY_ASKED)),
            latency: Arc::default(),
            lead: Arc::new(LeadLink::new(shape.cameras)),
            counters: Arc::default(),
            claims: Arc::new(ClaimTable::new(shape.subjects)),
            heartbeat: Heartbeat::new("solve", Patience::FRAMES),
            stop,
        }
    }
}

/// What the solve thread has for itself.
pub struct SolveThread {
    seat: SolveSeat,
    turn: usize,
    core: Core,
    newest: Vec<MocapFrame>,
    /// How many frames were taken of each source just now.
    taken: Vec<u64>,
    /// The stage frame that is being made.
    frame: StageFrame,
    found: (SourceId, LabelAnswer),
    /// When the stage frame was last published, or renewed in vain.
    published_at: HostNs,
    attention: Attention,
}

/// The ends of the queues that the next configuration has, in place of those before.
fn exchange_links(links: &mut SolveLinks, next: &mut Exchange) {
    for (input, old) in next.inputs.iter_mut().zip(&next.what.sources) {
        if let Some(old) = old.and_then(|old| links.live.get_mut(old)) {
            std::mem::swap::<Option<SourceInput>>(input, old);
        }
    }
    std::mem::swap(&mut links.live, &mut next.inputs);
    if let Some(finder) = &mut next.finder {
        std::mem::swap(&mut links.finder, finder);
    }
}

/// Another thread has the turn.
struct Overtaken;

/// `memory_asked` value that asks for nothing.
const NO_MEMORY_ASKED: u32 = u32::MAX;

impl SolveThread {
    /// Everything that it needs is made here.
    pub fn new(seat: SolveSeat, turn: usize, core: Core, granted: Granted) -> Self {
        let mut newest = Vec::new();
        let sources = core.source_count();
        newest.resize_with(sources, MocapFrame::default);
        Self {
            turn,
            core,
            newest,
            taken: vec![0; sources],
            attention: Attention::new(sources, granted == Granted::RealTime),
            frame: StageFrame::default(),
            found: Default::default(),
            published_at: now_host(),
            seat,
        }
    }

    /// Runs until told to stop, or until another thread goes on in its place.
    pub fn run(mut self) {
        while !self.seat.stop.load(Ordering::Relaxed) && self.come_round().is_ok() {}
    }

    fn come_round(&mut self) -> Result<(), Overtaken> {
        let now = now_host();
        // Before the beat: one that was overtaken does not speak for its successor.
        self.take_commands(now)?;
        self.seat.heartbeat.beat(now);
        self.take_found(now)?;
        let any = self.take_frames()?;
        let now = now_host();
        // Frames that publish nothing, since nobody of the stage is in them, must not keep the stage from growing old.
        if now - self.published_at > TICK_AFTER {
            self.step(now, Event::Tick)?;
            self.published_at = now;
        } else if !any {
            match self.attention.rest(now) {
                Rest::Watch => std::hint::spin_loop(),
                Rest::Sleep(length) => std::thread::park_timeout(length),
            }
        }
        Ok(())
    }

    /// Works with the ends of the queues.
    fn with_desk<R>(&self, work: impl FnOnce(&mut SolveLinks) -> R) -> Result<R, Overtaken> {
        self.seat.desk.with(self.turn, work).ok_or(Overtaken)
    }

    /// Steps the newest frame of every source that has one. Older ones in its queue are passed over: on the live path
    /// a backlog would only be delay. The recording has its own queue and loses none of them.
    fn take_frames(&mut self) -> Result<bool, Overtaken> {
        let (newest, counts) = (&mut self.newest, &mut self.taken);
        let took = self.seat.desk.with(self.turn, |links| {
            let sources = links.live.iter_mut().zip(newest).zip(counts);
            for ((input, newest), count) in sources {
                let input = input.as_mut();
                *count = input.map_or(0, |input| input.take_newest(newest));
            }
        });
        took.ok_or(Overtaken)?;
        let mut any = false;
        for source in 0..self.newest.len() {
            let taken = self.taken.get(source).copied().unwrap_or(0);
            if taken == 0 {
                continue;
            }
            any = true;
            self.seat.counters.superseded.add(taken - 1);
            let began = now_host();
            let mut frame = std::mem::take(&mut self.newest[source]);
            self.attention.take(source, frame.heard);
            // Where its source stands now; it may have stood elsewhere when the frame was heard.
            frame.source = SourceId(source as u16);
            frame.stamps.stamp(Hop::SolveBegan, began);
            let stepped = self.step(began, Event::Frame(&frame));
            self.newest[source] = frame;
            stepped?;
            self.ask_finder()?;
        }
        Ok(any)
    }

    fn step(&mut self, now: HostNs, event: Event<'_>) -> Result<(), Overtaken> {
        let is_frame = matches!(event, Event::Frame(_));
        self.seat.desk.rehearse_hang();
        self.core.follow_lead(self.seat.lead.get());
        let effects = self.core.step(now, event, &mut self.frame);
        self.count(is_frame, &effects);
        if effects.publish {
            self.publish(now, is_frame, effects.solved)?;
        }
        if let Some(job) = effects.retired {
            // Displacing drops the oldest retired job here: rare, and better than keeping it for ever.
            self.with_desk(|links| {
                let retired = Retired::Job(job);
                let _ = links.retired.push_with(|slot| *slot = Some(retired));
            })?;
        }
        if effects.face_rest.is_some() {
            // Displacing an answer that nobody fetched is right: the newest one counts.
            self.with_desk(|links| {
                let _ = links.face_rests.push_with(|slot| *slot = effects.face_rest);
            })?;
        }
        Ok(())
    }

    fn count(&self, is_frame: bool, effects: &Effects) {
        let counters = &self.seat.counters;
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
        if effects.claims_changed {
            self.seat.claims.post(self.core.claims());
        }
        if effects.set_aside > 0 || !is_frame {
            let now = self.core.set_aside();
            counters.set_aside_now.store(now, Ordering::Relaxed);
            let faces = self.core.faces_heard();
            counters.faces_heard.store(faces, Ordering::Relaxed);
        }
    }

    fn publish(&mut self, now: HostNs, is_frame: bool, solved: u16) -> Result<(), Overtaken> {
        let frame = &mut self.frame;
        if is_frame {
            frame.stamps.stamp(Hop::Solved, now_host());
        } else {
            // A tick carries the stamps of an older frame; counting them again would flatter or spoil the figures.
            frame.stamps = cyc_model::Stamps::default();
        }
        let (seat, has_performers) = (&self.seat, self.core.has_performers());
        let put = seat.desk.with(self.turn, |links| {
            if is_frame
                && seat.recording.load(Ordering::Acquire)
                && !links
                    .record
                    .push_with(|kept| kept.copy_from(frame))
                    .is_stored()
            {
                seat.counters.not_recorded.increment();
            }
            if is_frame {
                frame.stamps.stamp(Hop::Published, now_host());
                // A frame with a camera alone is solved in no time and would flatter the figures of those with performers.
                if solved > 0 || !has_performers {
                    seat.latency
                        .record(&frame.stamps, Hop::Heard, Hop::Published);
                }
            }
            let mut slot = links.out.slot_mut();
            std::mem::swap(&mut *slot, frame);
            slot.publish();
        });
        put.ok_or(Overtaken)?;
        self.seat.lead.post(self.core.camera_slips());
        self.published_at = now;
        self.seat.counters.published.increment();
        Ok(())
    }

    /// Another configuration begins: the next frame is of it, and so is one that is published at once, so that whoever
    /// waits for it need not wait for a source.
    fn exchange(&mut self, now: HostNs, mut next: Box<Exchange>) -> Result<(), Overtaken> {
        // A successor may have begun with it already.
        if self.core.config() != next.what.config {
            next.core.continue_from(&mut self.core, &next.what);
            std::mem::swap(&mut self.core, &mut next.core);
            std::mem::swap(&mut self.newest, &mut next.newest);
            std::mem::swap(&mut self.taken, &mut next.taken);
            self.attention.begin_anew(self.newest.len());
        }
        self.seat.claims.post(self.core.claims());
        self.step(now, Event::Tick)?;
        let config = next.what.config;
        self.with_desk(|links| {
            let retired = Retired::Exchange(next);
            let _ = links.retired.push_with(|slot| *slot = Some(retired));
        })?;
        let counters = &self.seat.counters;
        counters.config.store(config, Ordering::Release);
        Ok(())
    }

    /// Hands on who is to be looked for.
    fn ask_finder(&mut self) -> Result<(), Overtaken> {
        let (seat, core) = (&self.seat, &mut self.core);
        let asked = seat.desk.with(self.turn, |links| {
            let Some(finder) = &mut links.finder else {
                return;
            };
            for (source, question) in core.questions() {
                let pushed = finder.questions.push_with(|slot| {
                    slot.0 = source;
                    slot.1.copy_from(question);
                });
                if pushed != Pushed::Stored {
                    seat.counters.not_searched.increment();
                }
                finder.thread.unpark();
            }
        });
        asked.ok_or(Overtaken)
    }

    /// Takes what the find thread has found.
    fn take_found(&mut self, now: HostNs) -> Result<(), Overtaken> {
        let mut found = std::mem::take(&mut self.found);
        loop {
            let any = self.with_desk(|links| {
                let finder = links.finder.as_mut();
                let answers = finder.map(|f| &mut f.answers);
                answers.is_some_and(|answers| {
                    let took = answers.pop_with(|slot| std::mem::swap(slot, &mut found));
                    took.is_some()
                })
            })?;
            if !any {
                break;
            }
            self.step(now, Event::Found(found.0, &found.1))?;
        }
        self.found = found;
        Ok(())
    }

    /// What the control side asks for; rare, and the only place where this thread allocates.
    fn take_commands(&mut self, now: HostNs) -> Result<(), Overtaken> {
        let mut taken = None;
        self.with_desk(|links| {
            let _ = links.orders.pop_with(|slot| taken = slot.take());
            // The queues change with the order, so that a successor finds both or neither.
            if let Some(SolveOrder::Exchange(next)) = &mut taken {
                exchange_links(links, next);
            }
        })?;
        match taken {
            Some(SolveOrder::Job(performer, job)) => self.step(now, Event::Job(performer, job))?,
            Some(SolveOrder::RestFace(performer)) => self.step(now, Event::RestFace(performer))?,
            Some(SolveOrder::Exchange(next)) => self.exchange(now, next)?,
            None => {}
        }
        let asked = self.seat.memory_asked.load(Ordering::Relaxed);
        if asked == NO_MEMORY_ASKED {
            return Ok(());
        }
        self.seat
            .memory_asked
            .store(NO_MEMORY_ASKED, Ordering::Relaxed);
        let performer = PerformerIdx(asked as u16);
        let frames = self
            .core
            .memory(performer)
            .map(CalibrationMemory::frames)
            .unwrap_or_default();
        // Displacing an answer that nobody fetched is right: the newest one counts.
        self.with_desk(|links| {
            let _ = links
                .memories
                .push_with(|slot| *slot = Some((performer, frames)));
        })
    }
}
