//! Another configuration for the engine that runs: sources, cameras, props and performers come and go, and nobody else
//! notices.
//!
//! Everything is built here, on the owner's thread: the core, its labellers, queues and threads of new sources. The solve
//! thread changes over between two frames, the record thread between two rounds. A source that goes on keeps its thread,
//! its queues and what was counted; one that leaves is told to end and is not waited for.

use super::engine::{Engine, RunSource};
use super::error::EngineError;
use super::find::{self, Finder, FinderLink};
use super::receive::SourceStatus;
use super::record::NextIntake;
use super::solve::SolveOrder;
use super::source_thread::{SourceThread, source_queues};
use crate::core::{Continuity, Core, CoreSetup};
use cyc_model::MocapFrame;
use cyc_queue::{LatestReader, RingConsumer};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What comes after.
pub struct ExchangeSetup {
    /// The core.
    pub core: CoreSetup,
    /// Its sources, in order.
    pub sources: Vec<NextSource>,
    /// For each performer hers before; see [`Continuity::performers`].
    pub performers: Vec<Option<usize>>,
    /// See [`Continuity::keeps_labels`].
    pub keeps_labels: bool,
}

/// A source of the next configuration.
pub enum NextSource {
    /// The one that stands at this place now.
    Kept(usize),
    /// A new one.
    New(RunSource),
}

/// A configuration that was ordered.
pub struct Ordered {
    /// Its number: frames of it carry it, see [`StageFrame::config`](cyc_model::StageFrame::config).
    pub config: u32,
    /// For each source: where it stood before, or the reader of its newest frame, see [`Engine::shown`].
    pub shown: Vec<NextShown>,
}

/// Where a source's frames are seen by people from now on: as at this place before, or by a reader of their own.
pub type NextShown = Result<usize, LatestReader<MocapFrame>>;

/// Where the solve thread takes a source's frames.
pub struct SourceInput {
    live: RingConsumer<MocapFrame>,
    status: Arc<SourceStatus>,
}

impl SourceInput {
    /// From a source's queue.
    pub fn new(live: RingConsumer<MocapFrame>, status: Arc<SourceStatus>) -> Self {
        Self { live, status }
    }

    /// Takes everything that waits into `newest`, which is the newest one then; how many there were.
    pub fn take_newest(&mut self, newest: &mut MocapFrame) -> u64 {
        let mut taken = 0;
        let mut take = || self.live.pop_with(|slot| std::mem::swap(slot, newest));
        while take().is_some() {
            taken += 1;
        }
        if taken > 0 {
            self.status.solved.increment();
            self.status.superseded.add(taken - 1);
        }
        taken
    }
}

/// A configuration on its way to the solve thread, and the one before on its way back.
pub struct Exchange {
    pub core: Core,
    pub what: Continuity,
    pub inputs: Vec<Option<SourceInput>>,
    /// Room for the newest frame of each source.
    pub newest: Vec<MocapFrame>,
    /// Room for how many were taken of each.
    pub taken: Vec<u64>,
    pub finder: Option<Option<FinderLink>>,
}

impl Engine {
    /// Orders another configuration; it is there when [`Self::is_exchanged`] says so, a few milliseconds later.
    ///
    /// # Errors
    /// One is on its way already; a take rolls, whose sources would not be what it says; or a thread or queue cannot be
    /// made. Nothing has changed then.
    pub fn exchange(&mut self, setup: ExchangeSetup) -> Result<Ordered, EngineError> {
        if self.is_recording() {
            return Err(EngineError::TakeRolls);
        }
        if !self.is_exchanged() {
            return Err(EngineError::ExchangeBusy);
        }
        let (config, mut core) = (self.config + 1, setup.core);
        let kept: Vec<_> = setup.sources.iter().map(NextSource::place).collect();
        let mut begun = Begun::default();
        let made = begun.begin_all(self, setup.sources);
        // Labellers that go on are searched for by the thread that does so already.
        let finder = made.and_then(|()| match setup.keeps_labels {
            true => Ok(None),
            false => find::start(&mut core).map(|made| Some(made.unzip())),
        });
        let (finder, link) = match finder {
            Ok(made) => made.unzip(),
            Err(why) => {
                begun.leave(self);
                return Err(why);
            }
        };
        let what = Continuity {
            config,
            sources: kept.clone(),
            performers: setup.performers,
            keeps_labels: setup.keeps_labels,
        };
        let core = Core::new(core);
        let spare = core.clone();
        let mut newest = Vec::new();
        newest.resize_with(kept.len(), MocapFrame::default);
        let order = Exchange {
            core,
            what: what.clone(),
            inputs: std::mem::take(&mut begun.inputs),
            newest,
            taken: vec![0; kept.len()],
            finder: link,
        };
        if !self.order(SolveOrder::Exchange(Box::new(order))) {
            begun.leave(self);
            self.leaving.extend(finder.flatten().map(Finder::leave));
            return Err(EngineError::ExchangeBusy);
        }
        self.renew_spare(spare, &what);
        if let Some(finder) = finder {
            let before = std::mem::replace(&mut self.finder, finder);
            self.leaving.extend(before.map(Finder::leave));
        }
        self.recorder.exchange(begun.intakes);
        self.replace_sources(&kept, begun.threads);
        self.config = config;
        let shown = begun.shown;
        Ok(Ordered { config, shown })
    }

    /// Whether the newest configuration that was ordered is solved.
    pub fn is_exchanged(&mut self) -> bool {
        self.drop_retired();
        self.leaving.retain(|thread| !thread.is_finished());
        self.solve.config.load(Ordering::Acquire) == self.config
    }
}

/// What was begun for the sources of the next configuration, in their order.
#[derive(Default)]
struct Begun {
    threads: Vec<SourceThread>,
    inputs: Vec<Option<SourceInput>>,
    intakes: Vec<NextIntake>,
    shown: Vec<NextShown>,
}

impl Begun {
    fn begin_all(&mut self, engine: &Engine, next: Vec<NextSource>) -> Result<(), EngineError> {
        for source in next {
            match source {
                NextSource::Kept(place) => {
                    self.inputs.push(None);
                    self.intakes.push(NextIntake::Kept(place));
                    self.shown.push(Ok(place));
                }
                NextSource::New(source) => {
                    let (outlets, intakes) = source_queues(source.id, &engine.recording)?;
                    let begun = SourceThread::begin(source, outlets, engine.desk.clone())?;
                    let input = SourceInput::new(intakes.live, intakes.status);
                    self.threads.push(begun.0);
                    self.inputs.push(Some(input));
                    self.intakes.push(NextIntake::New(Box::new(intakes.record)));
                    self.shown.push(Err(begun.1));
                }
            }
        }
        Ok(())
    }

    /// Nothing comes of it.
    fn leave(self, engine: &mut Engine) {
        let threads = self.threads.into_iter();
        engine.leaving.extend(threads.map(SourceThread::leave));
    }
}

impl NextSource {
    fn place(&self) -> Option<usize> {
        match self {
            Self::Kept(place) => Some(*place),
            Self::New(_) => None,
        }
    }
}
