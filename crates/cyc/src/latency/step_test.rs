//! The step test: a virtual tracker moves the film camera at once, and the running stage says which picture shows it.
//!
//! The tracker stands where the stage file says that the camera's source is, and serves that source's own protocol over real
//! sockets, so that nothing on the way is left out: kernel, decoding, reordering, prediction, the wait for the frame, the
//! drawing. Both ends read the same clock, the machine's monotonic one.
//!
//! What must stay true: a step is counted with the first picture after it that shows the camera jump, and a step that no
//! picture shows before the next one is lost, not left out.

use super::error::LatencyFault;
use crate::demo::files::read_text;
use crate::failure::Failure;
use crate::stage_file::stage_of_text;
use crate::virtual_system::still_camera;
use cyc_capture::now_host;
use cyc_control::{ControlClient, StageDocument};
use cyc_model::{HostNs, MocapFrame, Nanos, Roster, Vector, Xf};
use cyc_simulator::servers::{
    FrameProducer, PROTOCOLS, Protocol, ServerConfig, Simulator, SimulatorConfig,
};
use glam::DVec3;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Frames a second of the virtual tracker.
const RATE_HZ: f64 = 120.0;
/// How far the camera steps: twice what counts as a jump, metres.
const STEP_M: f64 = 0.3;
/// Between two steps, at least and at most: longer than any delay of a stage that can be worked with, and never in step with
/// its pictures.
const BETWEEN_S: [f64; 2] = [0.9, 1.6];
/// The stage must hear the camera within this.
const HEARD_WITHIN: Duration = Duration::from_secs(20);
/// How often the stage is asked.
const ASK_EVERY: Duration = Duration::from_millis(200);

/// What may be chosen.
#[derive(Clone, Debug)]
pub struct StepArgs {
    /// The stage file that runs.
    pub stage: PathBuf,
    /// How many steps.
    pub steps: usize,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct StepDelays {
    /// The camera's name.
    pub camera: String,
    /// From each step to the picture that shows it, in order of size.
    pub delays: Vec<Nanos>,
    /// Steps that no picture showed in time.
    pub lost: usize,
    /// One picture of the stage.
    pub picture: Nanos,
    /// What the displays add, as the stage file says.
    pub display: Nanos,
}

impl StepDelays {
    /// The delay that so much of them are not above; nothing was found without any.
    pub fn quantile(&self, part: f64) -> Nanos {
        let last = self.delays.len().saturating_sub(1);
        let place = (part * last as f64).round() as usize;
        self.delays.get(place).copied().unwrap_or(Nanos::ZERO)
    }
}

/// Steps the camera of a stage that runs, and finds the pictures that show it.
pub fn measure(
    args: &StepArgs,
    client: &ControlClient,
    stop: &AtomicBool,
    mut told: impl FnMut(usize),
) -> Result<StepDelays, Failure> {
    let stage = stage_of_text(&args.stage, &read_text(&args.stage)?)?;
    let Some(camera) = stage.cameras().first() else {
        let stage = stage.name().to_owned();
        return Err(LatencyFault::NoCamera { stage }.into());
    };
    let first = client.state()?;
    if first.stage != stage.name() {
        let (stage, runs) = (stage.name().to_owned(), first.stage);
        return Err(LatencyFault::OtherStage { stage, runs }.into());
    }
    let source = stage.sources().get(camera.tracked.source);
    let url = source.map(|s| s.url.clone()).unwrap_or_default();
    let (protocol, address) =
        served(&url).ok_or_else(|| LatencyFault::NotServed { url: url.clone() })?;
    let sent = Arc::new(Mutex::new(Vec::new()));
    let tracker = Stepping {
        volume: still_camera(&stage, RATE_HZ)?,
        began: None,
        steps: args.steps,
        is_on: Arc::new(AtomicBool::new(false)),
        sent: Arc::clone(&sent),
    };
    let is_on = Arc::clone(&tracker.is_on);
    let config = SimulatorConfig {
        servers: vec![ServerConfig::new(protocol, address)],
        ..SimulatorConfig::default()
    };
    let mut simulator = Simulator::start(config, Box::new(tracker))?;
    let camera = camera.name.clone();
    let seen = wait_until_heard(client, &camera, stop)?;
    if !seen && !stop.load(Ordering::Relaxed) {
        return Err(LatencyFault::NotHeard { camera, url }.into());
    }
    is_on.store(true, Ordering::Relaxed);
    let jumps = watch(client, (&camera, args.steps), (&sent, stop), &mut told)?;
    simulator.stop();
    let sent = sent.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let (delays, lost) = matched(&sent, &jumps);
    if delays.is_empty() && !sent.is_empty() {
        return Err(LatencyFault::NotShown { camera }.into());
    }
    Ok(StepDelays {
        camera,
        delays,
        lost,
        picture: stage.timing().frame_rate.time_of(1),
        display: stage.display_latency(),
    })
}

/// Whether the stage came to hear the camera.
fn wait_until_heard(
    client: &ControlClient,
    camera: &str,
    stop: &AtomicBool,
) -> Result<bool, Failure> {
    let until = Instant::now() + HEARD_WITHIN;
    while Instant::now() < until && !stop.load(Ordering::Relaxed) {
        let state = client.state()?;
        let mut own = state.cameras.iter().filter(|c| c.name == camera);
        if own.any(|c| !matches!(c.quality.as_str(), "held" | "absent")) {
            return Ok(true);
        }
        std::thread::sleep(ASK_EVERY);
    }
    Ok(false)
}

/// The times of all pictures that show the camera jump, until the last step had its time.
fn watch(
    client: &ControlClient,
    (camera, steps): (&str, usize),
    (sent, stop): (&Mutex<Vec<HostNs>>, &AtomicBool),
    told: &mut impl FnMut(usize),
) -> Result<Vec<HostNs>, Failure> {
    let of = |state: &StageDocument| -> Vec<(u64, HostNs)> {
        let own = state.cameras.iter().filter(|c| c.name == camera);
        let jumps = own.flat_map(|c| &c.jumps);
        jumps.map(|j| (j.number, HostNs(j.presented_ns))).collect()
    };
    let mut jumps = Vec::new();
    let mut newest = of(&client.state()?).last().map_or(0, |last| last.0);
    let [_, longest_s] = BETWEEN_S;
    // However slow the tracker's thread is: all steps, and one more for the last to be shown.
    let until = now_host() + Nanos::from_secs_real(longest_s * 2.0 * (steps + 2) as f64);
    while now_host() < until && !stop.load(Ordering::Relaxed) {
        std::thread::sleep(ASK_EVERY);
        for (number, presented) in of(&client.state()?) {
            if number > newest {
                newest = number;
                jumps.push(presented);
            }
        }
        let sent = sent.lock().unwrap_or_else(PoisonError::into_inner);
        told(sent.len());
        let last = sent.last().filter(|_| sent.len() >= steps);
        if last.is_some_and(|last| (now_host() - *last).secs() > longest_s) {
            break;
        }
    }
    Ok(jumps)
}

/// The delay of each step to the first jump after it, sorted, and how many had none before the next step.
fn matched(sent: &[HostNs], jumps: &[HostNs]) -> (Vec<Nanos>, usize) {
    let mut delays = Vec::new();
    let mut lost = 0;
    for (k, step) in sent.iter().enumerate() {
        let next = sent.get(k + 1).copied().unwrap_or(HostNs(i64::MAX));
        match jumps.iter().find(|j| **j > *step && **j <= next) {
            Some(jump) => delays.push(*jump - *step),
            None => lost += 1,
        }
    }
    delays.sort_unstable();
    (delays, lost)
}

/// The protocol of a source's address that can be served, and where: the first path's.
fn served(url: &str) -> Option<(Protocol, SocketAddr)> {
    let (scheme, rest) = url.split('|').next()?.split_once("://")?;
    let (place, options) = rest.split_once('?').unwrap_or((rest, ""));
    if options.contains("multicast") {
        return None;
    }
    let named = |p: &&Protocol| p.scheme() == scheme && !p.is_calling();
    let protocol = PROTOCOLS.iter().find(named).copied()?;
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
        _ => (place, protocol.port()),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let ip = match host {
        "" | "localhost" | "0.0.0.0" => IpAddr::V4(Ipv4Addr::LOCALHOST),
        host => host.parse().ok()?,
    };
    Some((protocol, SocketAddr::new(ip, port)))
}

/// A volume with a camera that stands, and steps from side to side.
struct Stepping {
    volume: Box<dyn FrameProducer>,
    /// When the first step is due, once the stage hears the camera.
    began: Option<HostNs>,
    steps: usize,
    is_on: Arc<AtomicBool>,
    sent: Arc<Mutex<Vec<HostNs>>>,
}

impl FrameProducer for Stepping {
    fn roster(&self) -> Arc<Roster> {
        self.volume.roster()
    }

    fn rate_hz(&self) -> f64 {
        self.volume.rate_hz()
    }

    fn produce(&mut self, number: u64, out: &mut MocapFrame) -> bool {
        // The volume stands still at any number: its camera must not begin to walk.
        if !self.volume.produce(number, out) {
            return false;
        }
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_on.load(Ordering::Relaxed) && sent.len() < self.steps {
            let now = now_host();
            let began = *self.began.get_or_insert(now);
            let before = sent.last().copied().unwrap_or(began);
            let [least, most] = BETWEEN_S;
            // The golden ratio's multiples fall everywhere within a picture's time.
            let part = (sent.len() as f64 * 0.618_034).fract();
            if (now - before).secs() >= least + (most - least) * part {
                sent.push(now);
            }
        }
        let side = if sent.len() % 2 == 1 { STEP_M } else { 0.0 };
        let shift = Xf::from_translation(DVec3::new(side, 0.0, 0.0));
        for segment in out.segments.iter_mut().flatten() {
            *segment = shift * *segment;
        }
        let shift = Vector::saturating(DVec3::new(side, 0.0, 0.0));
        for marker in out.markers.iter_mut().flatten() {
            *marker = *marker + shift;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: &[i64]) -> Vec<HostNs> {
        ms.iter().map(|ms| HostNs(ms * 1_000_000)).collect()
    }

    #[test]
    fn each_step_has_the_first_picture_after_it_or_none() {
        // The second jump after the first step is the prediction's way back; the third step is never shown.
        let (delays, lost) = matched(
            &ms(&[1000, 2000, 3000, 4000]),
            &ms(&[900, 1050, 1090, 2030, 4100]),
        );
        assert_eq!(delays, [30, 50, 100].map(Nanos::from_millis));
        assert_eq!(lost, 1);
    }

    #[test]
    fn a_source_is_served_where_the_stage_listens_or_connects() {
        for (url, name, at) in [
            ("vicon://127.0.0.1:8801", "vicon", "127.0.0.1:8801"),
            ("vicon-udp://:51001", "vicon-udp", "127.0.0.1:51001"),
            (
                "freed://0.0.0.0:40000?profile=generic",
                "freed",
                "127.0.0.1:40000",
            ),
            ("vicon://localhost", "vicon", "127.0.0.1:8801"),
            ("vicon://[::1]:8801|vicon-udp://:9", "vicon", "[::1]:8801"),
        ] {
            let (protocol, address) = served(url).unwrap_or_else(|| panic!("{url}"));
            assert_eq!((protocol.name(), address.to_string().as_str()), (name, at));
        }
        for url in [
            "",
            "gopher://x:1",
            "opentrackio://:55555?multicast=239.135.1.1",
            "vicon://tracker-pc:801",
        ] {
            assert!(served(url).is_none(), "{url}");
        }
    }
}
