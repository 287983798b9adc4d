//! The live part: a virtual capture system on one side of the sockets, the stage on the other.

use super::DemoArgs;
use super::emitting::Emitting;
use super::error::DemoError;
use super::live_view::{LiveView, LiveViewSetup};
use super::outcome::CalibrationFigures;
use super::performance::Performance;
use super::progress::Progress;
use super::show::Show;
use super::take::take_config;
use crate::failure::Failure;
use crate::outgoing::OutputFigures;
use crate::stage_file::stage_of_text;
use crate::stage_plates::StagePlates;
use crate::virtual_system::{self, VirtualSetup};
use cyc_character::NeutralFace;
use cyc_engine::bring_up::{JobSettings, PerformerParts, core_setup, performer_job, sources};
use cyc_engine::run::{Engine, EngineSetup, RecordSetup, SourceState};
use cyc_model::{PerformerIdx, Rig};
use cyc_renderer::Gpu;
use cyc_simulator::loopback::free_udp_address;
use cyc_simulator::performance::Unlabelled;
use cyc_simulator::servers::{
    FrameProducer, NetworkFaults, ServerConfig, Simulator, SimulatorConfig, SimulatorHandle,
};
use cyc_solver::{CalibrateSettings, calibrate};
use cyc_stage::Stage;
use cyc_telemetry::LatencySummary;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Seconds of the performance that the calibration looks at: standing, then the range of motion.
const CALIBRATE_S: f64 = 7.0;
/// Longest wait for the first frame.
const FIRST_FRAME_S: u32 = 5;

/// What the live part left behind.
pub struct LiveResult {
    /// The recording.
    pub take: PathBuf,
    /// The truth, when there is one.
    pub truth: Option<PathBuf>,
    /// The rig that the performer was solved with.
    pub rig: Rig,
    /// What the calibration did.
    pub calibration: Option<CalibrationFigures>,
    /// Latency of each part of the way.
    pub latency: Vec<(&'static str, LatencySummary)>,
    /// Frames heard from the performer's source while recording, and frame numbers that never came.
    pub frames_in: u64,
    /// See `frames_in`.
    pub frames_lost: u64,
    /// Frames passed over on the live path.
    pub frames_superseded: u64,
    /// Pictures drawn live.
    pub frames_live: u64,
    /// Length of the recording, seconds.
    pub live_s: f64,
    /// Frames that the virtual system sent while recording.
    pub frames_sent: u64,
    /// Whether the solve thread had real-time priority.
    pub real_time: bool,
    /// Capture frames a second.
    pub rate_hz: f64,
    /// What each output counted.
    pub outputs: OutputFigures,
}

/// Plays the show live and records it.
pub fn run(
    show: &Show,
    gpu: &Gpu,
    args: &DemoArgs,
    view: Option<LiveViewSetup>,
    progress: &Progress<'_>,
    stop: &Arc<AtomicBool>,
) -> Result<LiveResult, Failure> {
    let mut running = Running::start(show, gpu, args, view, progress)?;
    wait_for_first(&running.engine, &running.stage, running.source)?;
    let (rig, calibration) = if show.calibrated {
        (show.rig.clone(), None)
    } else {
        calibrate_live(show, &mut running.engine, running.rate_hz, progress, stop)?
    };
    let before = running.count();
    let (seconds, rate) = (
        format!("{:.0}", args.seconds),
        format!("{:.0}", running.rate_hz),
    );
    progress.step("demo-step-live", &[("seconds", seconds), ("rate", rate)]);
    running.engine.set_recording(true);
    let began = Instant::now();
    wait_with_bar(args.seconds, progress, stop);
    running.engine.set_recording(false);
    let live_s = began.elapsed().as_secs_f64();
    let counted = running.count().since(&before);
    let result = LiveResult {
        take: running.take.clone(),
        truth: running.truth.clone(),
        rig,
        calibration,
        latency: Vec::new(),
        frames_in: counted.frames,
        frames_lost: counted.lost,
        frames_superseded: counted.superseded,
        frames_sent: counted.sent,
        frames_live: 0,
        live_s,
        real_time: running.engine.is_real_time(),
        rate_hz: running.rate_hz,
        outputs: OutputFigures::default(),
    };
    running.finish(result)
}

/// The virtual system, the engine and the live picture while they run.
struct Running {
    engine: Engine,
    simulator: SimulatorHandle,
    stage: Stage,
    view: Option<LiveView>,
    emitting: Option<Emitting>,
    /// The performer's source.
    source: usize,
    rate_hz: f64,
    take: PathBuf,
    truth: Option<PathBuf>,
}

impl Running {
    fn start(
        show: &Show,
        gpu: &Gpu,
        args: &DemoArgs,
        view: Option<LiveViewSetup>,
        progress: &Progress<'_>,
    ) -> Result<Self, Failure> {
        let has_truth = matches!(show.performance, Performance::Motion { .. });
        let truth = has_truth.then(|| args.out.join("truth.jsonl"));
        let (mut producer, face_track) = producer(show, args, truth.as_deref())?;
        if args.is_unlabelled {
            producer = Box::new(Unlabelled::new(producer, args.seed)?);
        }
        let rate_hz = producer.rate_hz();
        let (simulator, stage) = start_simulator(producer, args, show)?;
        let served = |i: usize| simulator.addresses().get(i).map(|a| a.address.to_string());
        let [address, camera] = [0, 1].map(|i| served(i).unwrap_or_default());
        progress.step(
            "demo-step-start",
            &[("address", address), ("camera", camera)],
        );
        let take = args.out.join("demo.take.mcap");
        make_room(&take)?;
        let parts = PerformerParts {
            rig: show.rig.clone(),
            calibrated: show.calibrated,
            character: Arc::clone(&show.character),
            settings: JobSettings::default(),
            face_track,
            face_rest: NeutralFace::default(),
            memory_frames: (CALIBRATE_S * rate_hz) as usize,
        };
        let setup = EngineSetup {
            record_at_once: false,
            core: core_setup(&stage, vec![parts])?,
            sources: sources(&stage)?,
            readers: 2,
            record: Some(record_setup(show, &take)),
        };
        let (engine, mut readers) = Engine::start(setup)?;
        let rigs = [show.rig.clone()];
        let characters = [Some(Arc::clone(&show.character))];
        let (emitting, lights) = match readers.pop().filter(|_| !show.outputs.is_empty()) {
            Some(reader) => {
                let (emitting, lights) = Emitting::start((&stage, &rigs), &show.outputs, reader)?;
                (Some(emitting), lights)
            }
            None => (None, None),
        };
        let view = match readers.pop() {
            Some(reader) => {
                let plates = StagePlates::open(&show.stage_path, &stage)?;
                let drawn = (&stage, &characters[..], plates);
                Some(LiveView::start(
                    drawn,
                    gpu,
                    reader,
                    &engine,
                    (view, lights),
                    (Vec::new(), None),
                )?)
            }
            None => None,
        };
        let source = stage.performers().first().map_or(0, |p| p.tracked.source);
        Ok(Self {
            engine,
            simulator,
            stage,
            view,
            emitting,
            source,
            rate_hz,
            take,
            truth,
        })
    }

    fn count(&self) -> Counted {
        let status = self.engine.status.get(self.source);
        Counted {
            frames: status.map_or(0, |s| s.frames.get()),
            lost: status.map_or(0, |s| s.lost.get()),
            superseded: self.engine.solve.superseded.get(),
            sent: self.simulator.counters().frames_sent.get(),
        }
    }

    /// Stops everything and completes the result.
    fn finish(mut self, mut result: LiveResult) -> Result<LiveResult, Failure> {
        if let Some(view) = self.view {
            result.frames_live = view.finish()?.pictures;
        }
        if let Some(emitting) = self.emitting {
            result.outputs = emitting.finish();
        }
        result.latency = self.engine.latency.summaries();
        let (recorded, _) = self.engine.stop();
        self.simulator.stop();
        match recorded.and_then(|r| r.failed) {
            Some(reason) => Err(DemoError::CannotWrite {
                path: self.take,
                reason,
            }
            .into()),
            None => Ok(result),
        }
    }
}

type Produced = (
    Box<dyn FrameProducer>,
    Option<Arc<cyc_engine::core::FaceTrack>>,
);

fn producer(show: &Show, args: &DemoArgs, truth: Option<&Path>) -> Result<Produced, Failure> {
    let setup = VirtualSetup {
        rate_hz: args.rate_hz,
        seed: args.seed,
        occlusion: args.occlusion,
        truth,
    };
    match &show.performance {
        Performance::Motion { clip, face } => {
            let volume = virtual_system::build(
                &show.files,
                &show.stage,
                Some(clip.as_ref().clone()),
                &setup,
            )?;
            Ok((Box::new(volume), face.clone()))
        }
        Performance::Markers { take, .. } => {
            let (markers, _) =
                virtual_system::build_recorded(&show.files, &show.stage, take, &setup)?;
            Ok((markers, None))
        }
    }
}

/// Starts the virtual system on free loopback ports and gives the stage with these ports in its sources' addresses.
fn start_simulator(
    producer: Box<dyn FrameProducer>,
    args: &DemoArgs,
    show: &Show,
) -> Result<(SimulatorHandle, Stage), Failure> {
    let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    // The stage's receiver must have its port before the virtual system can send to it.
    let camera = free_udp_address().map_err(|e| Failure::internal(format!("loopback UDP: {e}")))?;
    let config = SimulatorConfig {
        servers: vec![
            ServerConfig::vicon_datastream(local),
            ServerConfig::vicon_udp(camera),
        ],
        seed: args.seed,
        faults: NetworkFaults {
            loss: args.loss,
            ..NetworkFaults::default()
        },
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(config, producer)?;
    let stream = simulator
        .addresses()
        .first()
        .map(|a| a.address)
        .unwrap_or(local);
    let text = with_addresses(&show.stage_text, stream, camera);
    let stage = stage_of_text(&show.stage_path, &text)?;
    Ok((simulator, stage))
}

/// The stage file with every Vicon source's address replaced by the virtual system's.
fn with_addresses(text: &str, stream: SocketAddr, camera: SocketAddr) -> String {
    let replaced = text.lines().map(|line| {
        let is_url = line.trim_start().starts_with("url");
        if is_url && line.contains("vicon-udp://") {
            format!("url = \"vicon-udp://{camera}\"")
        } else if is_url && line.contains("vicon://") {
            format!("url = \"vicon://{stream}\"")
        } else {
            line.to_owned()
        }
    });
    replaced.collect::<Vec<_>>().join("\n")
}

fn wait_for_first(engine: &Engine, stage: &Stage, source: usize) -> Result<(), Failure> {
    let until = Instant::now() + Duration::from_secs(u64::from(FIRST_FRAME_S));
    let status = engine.status.get(source);
    while Instant::now() < until {
        if status.is_some_and(|s| s.state() == SourceState::Live) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let source_name = stage
        .sources()
        .get(source)
        .map(|s| s.name.clone())
        .unwrap_or_default();
    Err(DemoError::NothingHeard {
        source_name,
        seconds: FIRST_FRAME_S,
    }
    .into())
}

/// A recording never overwrites another one; the demo's own from an earlier run is removed on purpose.
fn make_room(take: &Path) -> Result<(), DemoError> {
    let mut part = take.as_os_str().to_owned();
    part.push(".part");
    for old in [take.to_owned(), PathBuf::from(part)] {
        match std::fs::remove_file(&old) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(DemoError::CannotWrite {
                    path: old,
                    reason: e.to_string(),
                });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Waits until the memory is full, fits the template to the performer, and solves with the result from then on.
fn calibrate_live(
    show: &Show,
    engine: &mut Engine,
    rate_hz: f64,
    progress: &Progress<'_>,
    stop: &Arc<AtomicBool>,
) -> Result<(Rig, Option<CalibrationFigures>), Failure> {
    progress.step("demo-step-calibrate", &[]);
    let wanted = (CALIBRATE_S * rate_hz) as usize;
    wait_with_bar(CALIBRATE_S + 0.1, progress, stop);
    let frames = engine.marker_memory(PerformerIdx(0)).unwrap_or_default();
    let frames = &frames[frames.len().saturating_sub(wanted)..];
    let began = Instant::now();
    let calibrated = calibrate(&show.rig, frames, &CalibrateSettings::default())?;
    let took_s = began.elapsed().as_secs_f64();
    let job = performer_job(
        calibrated.rig.clone(),
        &show.character,
        &JobSettings::default(),
    )?;
    if !engine.use_job(PerformerIdx(0), job) {
        return Err(Failure::internal("the engine takes no job"));
    }
    // One frame to start from nothing, so that the recording begins with a followed performer.
    std::thread::sleep(Duration::from_millis(100));
    let figures = CalibrationFigures {
        before_mm: calibrated.report.rms_before_m * 1000.0,
        after_mm: calibrated.report.rms_after_m * 1000.0,
        took_s,
    };
    Ok((calibrated.rig, Some(figures)))
}

fn wait_with_bar(seconds: f64, progress: &Progress<'_>, stop: &Arc<AtomicBool>) {
    let bar = progress.bar((seconds * 10.0) as u64);
    let began = Instant::now();
    while began.elapsed().as_secs_f64() < seconds && !stop.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(20));
        bar.set_position((began.elapsed().as_secs_f64() * 10.0) as u64);
    }
    bar.finish_and_clear();
}

/// Counts at one moment.
struct Counted {
    frames: u64,
    lost: u64,
    superseded: u64,
    sent: u64,
}

impl Counted {
    /// What was counted after `before`.
    fn since(&self, before: &Self) -> Self {
        Self {
            frames: self.frames - before.frames,
            lost: self.lost - before.lost,
            superseded: self.superseded - before.superseded,
            sent: self.sent - before.sent,
        }
    }
}

/// The demo's take is small, and a visitor's disk may be nearly full.
fn record_setup(show: &Show, take: &Path) -> RecordSetup {
    let config = take_config(&show.performance_name, &show.stage_text);
    let mut setup = RecordSetup::new(take.to_owned(), config);
    setup.options.least_minutes = 0.0;
    setup.packets = false;
    setup
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_addresses_of_vicon_sources_are_replaced() {
        let text = "name = \"x\"\nurl = \"vicon://10.0.0.1:801\"\n  url = \"vicon-udp://0.0.0.0\" # camera\nother = \"vicon://\"";
        let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let replaced = with_addresses(text, local(5), local(6));
        assert_eq!(
            replaced,
            "name = \"x\"\nurl = \"vicon://127.0.0.1:5\"\nurl = \"vicon-udp://127.0.0.1:6\"\nother = \"vicon://\""
        );
    }
}
