//! The live part: a virtual capture system on one side of the sockets, the stage on the other.

use super::DemoArgs;
use super::error::DemoError;
use super::live_view::{LiveView, LiveViewSetup};
use super::outcome::CalibrationFigures;
use super::performance::Performance;
use super::progress::Progress;
use super::show::Show;
use crate::failure::Failure;
use crate::virtual_system::{self, VirtualSetup};
use cyc_engine::bring_up::{PerformerParts, core_setup, performer_job, sources};
use cyc_engine::run::{Engine, EngineSetup, RecordSetup, SourceState};
use cyc_model::{PerformerIdx, Rig};
use cyc_renderer::Gpu;
use cyc_simulator::servers::{
    FrameProducer, ServerConfig, Simulator, SimulatorConfig, SimulatorHandle,
};
use cyc_solver::{CalibrateSettings, FitSettings, calibrate};
use cyc_stage::Stage;
use cyc_take::{TakeConfig, TakeFile};
use cyc_telemetry::LatencySummary;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
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
    let truth = matches!(show.performance, Performance::Motion { .. })
        .then(|| args.out.join("truth.jsonl"));
    let (producer, face) = producer(show, args, truth.as_deref())?;
    let rate_hz = producer.rate_hz();
    let (mut simulator, stage) = start_simulator(producer, args.seed, &show.stage_text)?;
    let address = |i: usize| {
        simulator
            .addresses()
            .get(i)
            .map(|a| a.address.to_string())
            .unwrap_or_default()
    };
    progress.step(
        "demo-step-start",
        &[("address", address(0)), ("camera", address(1))],
    );
    let take = args.out.join("demo.take.mcap");
    make_room(&take)?;
    let parts = PerformerParts {
        rig: show.rig.clone(),
        calibrated: show.calibrated,
        character: Arc::clone(&show.character),
        face_track: face,
        memory_frames: (CALIBRATE_S * rate_hz) as usize,
    };
    let setup = EngineSetup {
        core: core_setup(&stage, vec![parts])?,
        sources: sources(&stage)?,
        readers: 1,
        record: Some(RecordSetup {
            path: take.clone(),
            config: take_config(show),
        }),
    };
    let (mut engine, mut readers) = Engine::start(setup)?;
    let view = match readers.pop() {
        Some(reader) => Some(LiveView::start(show, gpu, reader, &engine, view)?),
        None => None,
    };
    let performer_source = stage.performers().first().map_or(0, |p| p.tracked.source);
    wait_for_first(&engine, &stage, performer_source)?;
    let (rig, calibration) = if show.calibrated {
        (show.rig.clone(), None)
    } else {
        calibrate_live(show, &mut engine, rate_hz, progress, stop)?
    };
    let counted = Counted::of(&engine, performer_source);
    let sent_before = simulator.counters().frames_sent.get();
    progress.step(
        "demo-step-live",
        &[
            ("seconds", format!("{:.0}", args.seconds)),
            ("rate", format!("{rate_hz:.0}")),
        ],
    );
    engine.set_recording(true);
    let began = Instant::now();
    wait_with_bar(args.seconds, progress, stop);
    engine.set_recording(false);
    let live_s = began.elapsed().as_secs_f64();
    let after = Counted::of(&engine, performer_source);
    let frames_sent = simulator.counters().frames_sent.get() - sent_before;
    let frames_live = match view {
        Some(view) => view.finish()?,
        None => 0,
    };
    let latency = engine.latency.summaries();
    let real_time = engine.is_real_time();
    let (recorded, _) = engine.stop();
    simulator.stop();
    if let Some(reason) = recorded.and_then(|r| r.failed) {
        return Err(DemoError::CannotWrite { path: take, reason }.into());
    }
    Ok(LiveResult {
        take,
        truth,
        rig,
        calibration,
        latency,
        frames_in: after.frames - counted.frames,
        frames_lost: after.lost - counted.lost,
        frames_superseded: after.superseded - counted.superseded,
        frames_live,
        live_s,
        frames_sent,
        real_time,
        rate_hz,
    })
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
    seed: u64,
    stage_text: &str,
) -> Result<(SimulatorHandle, Stage), Failure> {
    let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    // The stage's receiver must have its port before the virtual system can send to it.
    let free = UdpSocket::bind(local).and_then(|s| s.local_addr());
    let camera = free.map_err(|e| Failure::internal(format!("loopback UDP: {e}")))?;
    let config = SimulatorConfig {
        servers: vec![
            ServerConfig::vicon_datastream(local),
            ServerConfig::vicon_udp(camera),
        ],
        seed,
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(config, producer)?;
    let stream = simulator
        .addresses()
        .first()
        .map(|a| a.address)
        .unwrap_or(local);
    let stage = Stage::from_toml(&with_addresses(stage_text, stream, camera))?;
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

/// What the take says about itself.
fn take_config(show: &Show) -> TakeConfig {
    let stage = TakeFile {
        name: "stage.toml".to_owned(),
        media_type: "application/toml".to_owned(),
        data: show.stage_text.clone().into_bytes(),
    };
    TakeConfig {
        title: show.performance_name.clone(),
        program: concat!("cyc ", env!("CARGO_PKG_VERSION")).to_owned(),
        created_unix_ns: unix_now_ns(),
        files: vec![stage],
        ..TakeConfig::default()
    }
}

fn unix_now_ns() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since
        .ok()
        .and_then(|d| i64::try_from(d.as_nanos()).ok())
        .unwrap_or_default()
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
        FitSettings::default(),
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
}

impl Counted {
    fn of(engine: &Engine, source: usize) -> Self {
        let status = engine.status.get(source);
        Self {
            frames: status.map_or(0, |s| s.frames.get()),
            lost: status.map_or(0, |s| s.lost.get()),
            superseded: engine.solve.superseded.get(),
        }
    }
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
