//! The virtual capture systems of a bench, in a process of their own, as those of a real stage are machines of their own: six
//! performers over a DataStream connection, and a tracked film camera in datagrams.
//!
//! A bench calls [`serve_if_asked`] first; its own program is then also the other end. What is wrong with what is sent is told
//! to it in words, a line each.

use crate::troupe::{Troupe, Wrong, WrongSwitch};
use cyc_simulator::performance::{
    CameraMove, CameraMoveSettings, MarkerRealism, Placement, VirtualVolume, VolumeSettings,
};
use cyc_simulator::servers::{
    NetworkFaults, ServerConfig, Simulator, SimulatorConfig, SimulatorHandle, VICON_UDP,
};
use cyc_solver::{HUMAN_SKELETON, PRODUCTION_53, build_rig, parse_markerset, parse_skeleton};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::process::{Child, ChildStdin, Command, Stdio};

/// The film camera's subject.
pub const CAMERA: &str = "FilmCamera";
/// Frames a second of its tracker.
pub const TRACKER_HZ: f64 = 120.0;

/// The argument that makes a bench the other end.
const FLAG: &str = "--virtual-systems";
/// Share of the tracker's datagrams that are lost when it loses some.
const LOSS: f64 = 0.2;
/// The number that it counts from when its clock was set an hour forwards.
const AN_HOUR_ON: u64 = 3600 * TRACKER_HZ as u64;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What can be told to the systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// All is well again.
    Sound,
    /// The performers' axes are wrong.
    Axes,
    /// Two markers take each other's names.
    Labels,
    /// A fifth of the tracker's datagrams is lost.
    Losing,
    /// The tracker's clock was set an hour forwards.
    Clock,
}

impl Told {
    const ALL: [Self; 5] = [
        Self::Sound,
        Self::Axes,
        Self::Labels,
        Self::Losing,
        Self::Clock,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Axes => "axes",
            Self::Labels => "labels",
            Self::Losing => "losing",
            Self::Clock => "clock",
        }
    }
}

/// Whether this process was the other end, which has ended now.
///
/// # Errors
/// A system cannot be started.
pub fn serve_if_asked() -> Outcome<bool> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() != Some(FLAG) {
        return Ok(false);
    }
    let tracker_to: SocketAddr = arguments.next().unwrap_or_default().parse()?;
    let rig = build_rig(
        &parse_skeleton(HUMAN_SKELETON)?,
        &parse_markerset(PRODUCTION_53)?,
    )?;
    let wrong = WrongSwitch::default();
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let config = SimulatorConfig {
        servers: vec![ServerConfig::vicon_datastream(any)],
        ..SimulatorConfig::default()
    };
    let mut troupe = Simulator::start(config, Box::new(Troupe::new(&rig, wrong.clone())?))?;
    let mut tracker = tracker(tracker_to, Told::Sound)?;
    let server = troupe.addresses().first().ok_or("no server")?;
    println!("{}", server.url());
    // Its end of the pipe is closed when the bench is gone, however it went.
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let told = Told::ALL.into_iter().find(|told| told.word() == line);
        wrong.set(match told {
            Some(Told::Axes) => Wrong::Axes,
            Some(Told::Labels) => Wrong::Labels,
            _ => Wrong::Nothing,
        });
        if let Some(told @ (Told::Losing | Told::Clock | Told::Sound)) = told {
            tracker.stop();
            tracker = self::tracker(tracker_to, told)?;
        }
    }
    troupe.stop();
    tracker.stop();
    Ok(true)
}

/// The film camera's tracking: an operator who walks with it.
fn tracker(to: SocketAddr, told: Told) -> Outcome<SimulatorHandle> {
    let loss = if told == Told::Losing { LOSS } else { 0.0 };
    let first_number = if told == Told::Clock { AN_HOUR_ON } else { 1 };
    let settings = VolumeSettings {
        rate_hz: TRACKER_HZ,
        seed: 1,
        stage_from_source: Placement::IDENTITY,
        pupil_from_body: Placement::IDENTITY,
        camera_subject: CAMERA.to_owned(),
        camera_lens: None,
        prop_subject: String::new(),
        realism: MarkerRealism::default(),
        start_s: 0.0,
    };
    let camera = CameraMove::new(1, CameraMoveSettings::default());
    let volume = VirtualVolume::new(settings, Vec::new(), Some(camera), None, None)?;
    let config = SimulatorConfig {
        servers: vec![ServerConfig::new(VICON_UDP, to)],
        faults: NetworkFaults {
            loss,
            ..NetworkFaults::default()
        },
        first_number,
        ..SimulatorConfig::default()
    };
    Ok(Simulator::start(config, Box::new(volume))?)
}

/// The systems, as the bench holds them. They end with this.
pub struct VirtualSystems {
    child: Child,
    words: ChildStdin,
    /// Where the performers are heard.
    pub troupe: String,
    /// Where the camera is heard.
    pub tracker: String,
}

impl VirtualSystems {
    /// Starts them.
    ///
    /// # Errors
    /// The system gives no process, or it does not say where it serves.
    pub fn start() -> Outcome<Self> {
        let free = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        let to = free.local_addr()?;
        drop(free);
        let mut child = Command::new(std::env::current_exe()?)
            .args([FLAG, &to.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let words = child.stdin.take().ok_or("no pipe")?;
        let mut said = String::new();
        BufReader::new(child.stdout.take().ok_or("no pipe")?).read_line(&mut said)?;
        if said.trim().is_empty() {
            return Err("the virtual systems did not start".into());
        }
        Ok(Self {
            child,
            words,
            troupe: said.trim().to_owned(),
            tracker: format!("vicon-udp://{to}"),
        })
    }

    /// Tells them something.
    ///
    /// # Errors
    /// They are gone.
    pub fn tell(&mut self, told: Told) -> std::io::Result<()> {
        writeln!(self.words, "{}", told.word())
    }

    /// They stand still, or go on.
    ///
    /// # Errors
    /// They are gone.
    pub fn stand_still(&self, still: bool) -> Outcome<()> {
        let signal = if still {
            Signal::SIGSTOP
        } else {
            Signal::SIGCONT
        };
        Ok(kill(pid_of(&self.child)?, signal)?)
    }
}

impl Drop for VirtualSystems {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A child's number as the system's calls want it.
///
/// # Errors
/// It is none.
pub fn pid_of(child: &Child) -> Result<Pid, std::num::TryFromIntError> {
    i32::try_from(child.id()).map(Pid::from_raw)
}
