//! The show's outputs: a thread that makes a capture frame of each new stage frame and gives it away, and the wall
//! colours that the live picture's thread gives.
//!
//! It only reads the newest stage frame, like the live picture, so nothing that it does can hold up the solver.

use crate::failure::Failure;
use crate::outgoing::OutputFigures;
use cyc_emit::{
    CanvasSampler, Feed, Life, OutputUrl, Outputs, PerformerSetup, Pulse, StageSubjects,
    WallColours, WallPlace,
};
use cyc_engine::run::{Intent, NamedQueue, spawn};
use cyc_model::{Hop, HostNs, MocapFrame, Nanos, Rig, StageFrame};
use cyc_queue::LatestReader;
use cyc_stage::Stage;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often a new stage frame is looked for: a fraction of the time between two of them.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// The same while there is nobody to send to.
const LOOK_IDLE: Duration = Duration::from_millis(20);

/// Share of a period that must lie between two frames.
const PERIOD_SHARE: f64 = 0.75;

/// The running outputs.
pub struct Emitting {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<LatestReader<StageFrame>>,
    changes: SyncSender<Box<NextOutputs>>,
    used: Receiver<Box<NextOutputs>>,
    figures: OutputFigures,
    pulses: Vec<(OutputUrl, Arc<Pulse>)>,
}

/// Other subjects and outputs, from the first frame of a configuration on.
pub struct NextOutputs {
    config: u32,
    subjects: StageSubjects,
    urls: Vec<OutputUrl>,
    outputs: Outputs,
}

impl NextOutputs {
    /// For a stage with a rig for each of its performers: what takes frames of `urls`, of which those in `running` are not
    /// opened again.
    pub fn open(
        (stage, rigs): (&Stage, &[Rig]),
        (urls, running): (&[OutputUrl], &[OutputUrl]),
    ) -> Result<Box<Self>, Failure> {
        let urls = of(urls, Feed::Frames);
        let fresh = urls.iter().filter(|url| !running.contains(url));
        Ok(Box::new(Self {
            config: 0,
            subjects: subjects(stage, rigs)?,
            outputs: Outputs::start(&fresh.cloned().collect::<Vec<_>>())?,
            urls,
        }))
    }
}

/// Those of some outputs that are fed with one thing.
fn of(urls: &[OutputUrl], feed: Feed) -> Vec<OutputUrl> {
    let urls = urls.iter().filter(|url| url.feed() == feed);
    urls.cloned().collect()
}

/// What the outputs' thread works with.
struct Sending {
    subjects: StageSubjects,
    outputs: Outputs,
    reader: LatestReader<StageFrame>,
    config: u32,
    changes: Receiver<Box<NextOutputs>>,
    used: SyncSender<Box<NextOutputs>>,
    next: Option<Box<NextOutputs>>,
}

impl Sending {
    fn run(mut self, stopped: &AtomicBool) -> LatestReader<StageFrame> {
        let (mut frame, mut last) = (MocapFrame::default(), HostNs::default());
        while !stopped.load(Ordering::Relaxed) {
            if self.next.is_none() {
                self.next = self.changes.try_recv().ok();
            }
            let newest = self.reader.latest_and_is_new();
            let config = newest.as_ref().map_or(self.config, |(_, f)| f.config);
            if let Some(next) = self.next.take_if(|next| next.config <= config) {
                self.take(next);
                continue;
            }
            let is_due = |f: &&StageFrame| {
                let is_known = f.config == self.config;
                is_known && f.stamps.at(Hop::Published).is_some() && f.due - last >= shortest(f)
            };
            match newest.filter(|n| n.0).map(|n| n.1).filter(is_due) {
                Some(newest) => {
                    last = newest.due;
                    self.subjects.fill(newest, &mut frame);
                    self.outputs.frame(&frame);
                }
                None if self.outputs.takes(Feed::Frames) => std::thread::sleep(LOOK_EVERY),
                None => std::thread::sleep(LOOK_IDLE),
            }
        }
        self.outputs.stop();
        self.reader
    }

    /// Goes on with others; what is not used any more goes back, to be ended where nobody waits for it.
    fn take(&mut self, mut next: Box<NextOutputs>) {
        self.config = next.config;
        std::mem::swap(&mut self.subjects, &mut next.subjects);
        let fresh = std::mem::take(&mut next.outputs);
        next.outputs = self.outputs.exchange(&next.urls, fresh);
        let _ = self.used.try_send(next);
    }
}

/// Time that must lie between a frame and the one before. Every source makes a stage frame; receivers are told one rate, that
/// of the quickest.
fn shortest(frame: &StageFrame) -> Nanos {
    let share = PERIOD_SHARE * Nanos::period_of_hz(frame.rate_hz).secs();
    Nanos::from_secs_real(share)
}

/// What the live picture gives to lights.
pub struct Lights {
    sampler: CanvasSampler,
    colours: WallColours,
    outputs: Outputs,
}

impl Emitting {
    /// For a stage with a rig for each of its performers. Opens the outputs that take frames and starts to feed them; opens those that take colours, for the live picture.
    pub fn start(
        (stage, rigs): (&Stage, &[Rig]),
        urls: &[OutputUrl],
        reader: LatestReader<StageFrame>,
    ) -> Result<(Self, Option<Lights>), Failure> {
        let subjects = subjects(stage, rigs)?;
        let outputs = Outputs::start(&of(urls, Feed::Frames))?;
        let lights = Lights::start(stage, &of(urls, Feed::Colours))?;
        let mut figures = outputs.counters().to_vec();
        let mut pulses = outputs.pulses().to_vec();
        if let Some(lights) = &lights {
            pulses.extend_from_slice(lights.outputs.pulses());
            figures.extend_from_slice(lights.outputs.counters());
        }
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let (changes, changed) = sync_channel(1);
        let (using, used) = sync_channel(2);
        let sending = Sending {
            subjects,
            outputs,
            reader,
            config: 0,
            changes: changed,
            used: using,
            next: None,
        };
        let thread = spawn("tx", Intent::Normal, move |_| sending.run(&stopped));
        let emitting = Self {
            stop,
            thread: thread.map_err(|e| Failure::internal(format!("tx: {e}")))?,
            changes,
            used,
            figures,
            pulses,
        };
        Ok((emitting, lights))
    }

    /// Goes on with other outputs from the first frame of a configuration on. They come back when a change before this one
    /// is still on its way.
    pub fn change(
        &mut self,
        mut next: Box<NextOutputs>,
        config: u32,
    ) -> Result<(), Box<NextOutputs>> {
        self.drop_used();
        next.config = config;
        let counted = next.outputs.counters().to_vec();
        let pulses = next.outputs.pulses().to_vec();
        match self.changes.try_send(next) {
            Ok(()) => {
                self.figures.extend(counted);
                self.pulses.extend(pulses);
            }
            Err(TrySendError::Full(next) | TrySendError::Disconnected(next)) => return Err(next),
        }
        Ok(())
    }

    /// Ends what is not used any more. To be called now and then, by whoever may wait for a moment.
    pub fn drop_used(&mut self) {
        while self.used.try_recv().is_ok() {}
        if !self.thread.is_finished() {
            let is_wanted = |pulse: &Pulse| pulse.state() != Life::Stopped;
            self.pulses.retain(|(_, pulse)| is_wanted(pulse));
        }
    }

    /// What each output counted, those that were ended as well.
    pub fn figures(&self) -> &OutputFigures {
        &self.figures
    }

    /// Counts and watches what the live picture feeds beside.
    pub fn count_too(&mut self, lights: &NextLights) {
        self.figures.extend_from_slice(lights.outputs.counters());
        self.pulses.extend_from_slice(lights.outputs.pulses());
    }

    /// What waits for each output's thread.
    pub fn queues(&self) -> impl Iterator<Item = NamedQueue> {
        let named = |(url, pulse): &(OutputUrl, Arc<Pulse>)| {
            NamedQueue::new("output", &url.to_string(), Arc::clone(pulse.queue()))
        };
        self.pulses.iter().map(named)
    }

    /// The outputs whose threads hang, or failed.
    pub fn ill(&self) -> impl Iterator<Item = (String, Life)> {
        // Without the thread that feeds them none of these gets anything.
        let all_failed = self.thread.is_finished();
        self.pulses.iter().filter_map(move |(url, pulse)| {
            let life = match pulse.state() {
                _ if all_failed && url.feed() == Feed::Frames => Life::Failed,
                life => life,
            };
            let is_ill = matches!(life, Life::Failed | Life::Hung | Life::Restarted);
            is_ill.then(|| (url.to_string(), life))
        })
    }

    /// Ends the outputs that take frames; what they counted.
    pub fn finish(self) -> OutputFigures {
        self.stop.store(true, Ordering::Relaxed);
        // A panic there was said by its own hook.
        let _ = self.thread.join();
        self.figures
    }
}

/// Other lights for the live picture.
pub struct NextLights {
    sampler: CanvasSampler,
    urls: Vec<OutputUrl>,
    outputs: Outputs,
}

impl NextLights {
    /// What takes colours of `urls`, of which those in `running` are not opened again.
    pub fn open(
        stage: &Stage,
        (urls, running): (&[OutputUrl], &[OutputUrl]),
    ) -> Result<Self, Failure> {
        let urls = of(urls, Feed::Colours);
        let fresh = urls.iter().filter(|url| !running.contains(url));
        Ok(Self {
            sampler: sampler(stage),
            outputs: Outputs::start(&fresh.cloned().collect::<Vec<_>>())?,
            urls,
        })
    }

    /// Takes the place of the lights before; what is not used any more comes back.
    pub fn replace(&mut self, lights: &mut Option<Lights>) {
        let mut before = lights.take().map(|l| l.outputs).unwrap_or_default();
        let sampler = std::mem::replace(&mut self.sampler, CanvasSampler::new(Vec::new()));
        let unused = before.exchange(&self.urls, std::mem::take(&mut self.outputs));
        self.outputs = unused;
        *lights = (!self.urls.is_empty()).then(|| Lights {
            sampler,
            colours: WallColours::default(),
            outputs: before,
        });
    }
}

impl Lights {
    fn start(stage: &Stage, urls: &[OutputUrl]) -> Result<Option<Self>, Failure> {
        if urls.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self {
            sampler: sampler(stage),
            colours: WallColours::default(),
            outputs: Outputs::start(urls)?,
        }))
    }

    /// Takes the walls' colours from a picture of the canvas (sRGB with alpha) and gives them away.
    pub fn show(&mut self, rgba: &[u8], size_px: [u32; 2]) {
        self.sampler.sample(rgba, size_px, &mut self.colours);
        self.outputs.colours(&self.colours);
    }
}

fn sampler(stage: &Stage) -> CanvasSampler {
    let canvas = stage.canvas_px().map(f64::from);
    let place = |wall: &cyc_stage::Wall| {
        let rect = wall.canvas();
        let share = |px: u32, axis: usize| f64::from(px) / canvas[axis];
        WallPlace {
            name: wall.name().to_owned(),
            share: [
                share(rect.x, 0),
                share(rect.y, 1),
                share(rect.x + rect.width, 0),
                share(rect.y + rect.height, 1),
            ],
        }
    };
    CanvasSampler::new(stage.walls().iter().map(place).collect())
}

/// The subjects of the stage, with a rig for each performer. A camera is told at its pupil, with its lens.
fn subjects(stage: &Stage, rigs: &[Rig]) -> Result<StageSubjects, Failure> {
    let performers: Vec<_> = stage
        .performers()
        .iter()
        .zip(rigs)
        .map(|(performer, rig)| PerformerSetup {
            name: &performer.name,
            skeleton: rig.skeleton(),
            humanoid: rig.humanoid(),
        })
        .collect();
    let cameras = stage.cameras().to_vec();
    let props: Vec<_> = stage.props().iter().map(|prop| prop.name.clone()).collect();
    Ok(StageSubjects::new(&performers, cameras, &props)?)
}
