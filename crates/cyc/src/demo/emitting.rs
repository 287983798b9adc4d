//! The show's outputs: a thread that makes a capture frame of each new stage frame and gives it away, and the wall
//! colours that the live picture's thread gives.
//!
//! It only reads the newest stage frame, like the live picture, so nothing that it does can hold up the solver.

use crate::failure::Failure;
use crate::outgoing::OutputFigures;
use crate::virtual_system::known_lens;
use cyc_emit::{
    CameraSetup, CanvasSampler, Feed, OutputUrl, Outputs, PerformerSetup, StageSubjects,
    WallColours, WallPlace,
};
use cyc_engine::run::{Intent, spawn};
use cyc_model::{Hop, HostNs, MocapFrame, Nanos, Rig, StageFrame};
use cyc_queue::LatestReader;
use cyc_stage::Stage;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often a new stage frame is looked for: a fraction of the time between two of them.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// Share of a period that must lie between two frames.
const PERIOD_SHARE: f64 = 0.75;

/// The running outputs.
pub struct Emitting {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
    figures: OutputFigures,
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
        rate_hz: f64,
        mut reader: LatestReader<StageFrame>,
    ) -> Result<(Self, Option<Lights>), Failure> {
        let of = |feed| -> Vec<OutputUrl> {
            let urls = urls.iter().filter(|url| url.feed() == feed);
            urls.cloned().collect()
        };
        let subjects = subjects(stage, rigs)?;
        let mut outputs = Outputs::start(&of(Feed::Frames))?;
        let lights = Lights::start(stage, &of(Feed::Colours))?;
        let mut figures = outputs.counters().to_vec();
        if let Some(lights) = &lights {
            figures.extend_from_slice(lights.outputs.counters());
        }
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        // Every source makes a stage frame; receivers are told one rate.
        let shortest = Nanos::from_secs_real(PERIOD_SHARE / rate_hz);
        let run = move |_| {
            let (mut frame, mut last) = (MocapFrame::default(), HostNs::default());
            while !stopped.load(Ordering::Relaxed) {
                let newest = reader.latest_and_is_new();
                let is_due = |f: &&StageFrame| {
                    f.stamps.at(Hop::Published).is_some() && f.due - last >= shortest
                };
                match newest.filter(|n| n.0).map(|n| n.1).filter(is_due) {
                    Some(newest) => {
                        last = newest.due;
                        subjects.fill(newest, rate_hz, &mut frame);
                        outputs.frame(&frame);
                    }
                    None => std::thread::sleep(LOOK_EVERY),
                }
            }
            outputs.stop();
        };
        let thread =
            spawn("tx", Intent::Normal, run).map_err(|e| Failure::internal(format!("tx: {e}")))?;
        let emitting = Self {
            stop,
            thread,
            figures,
        };
        Ok((emitting, lights))
    }

    /// Ends the outputs that take frames; what they counted.
    pub fn finish(self) -> OutputFigures {
        self.stop.store(true, Ordering::Relaxed);
        // A panic there was said by its own hook.
        let _ = self.thread.join();
        self.figures
    }
}

impl Lights {
    fn start(stage: &Stage, urls: &[OutputUrl]) -> Result<Option<Self>, Failure> {
        if urls.is_empty() {
            return Ok(None);
        }
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
        Ok(Some(Self {
            sampler: CanvasSampler::new(stage.walls().iter().map(place).collect()),
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

/// The subjects of the stage, with a rig for each performer. A camera is told at its pupil, with what the stage file says of its lens.
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
    let camera = |camera: &cyc_stage::Camera| CameraSetup {
        name: camera.name.clone(),
        body_from_pupil: camera.body_from_pupil,
        lens: known_lens(&camera.lens),
    };
    let cameras = stage.cameras().iter().map(camera).collect();
    let props: Vec<_> = stage.props().iter().map(|prop| prop.name.clone()).collect();
    Ok(StageSubjects::new(&performers, cameras, &props)?)
}
