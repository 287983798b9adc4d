//! A real `cyc run` beside a bench: the stage file that it runs from, its door, and its end.

use crate::troupe::{PERFORMERS, name_of, root};
use crate::virtual_systems::{CAMERA, VirtualSystems, pid_of};
use cyc_control::{Access, ControlClient, Door, LatencyFigures, StageDocument};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::error::Error;
use std::ffi::OsString;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Pictures a second of the stage: as the demo's.
pub const FRAME_HZ: f64 = 24.0;
/// How long a stage may take until all are there: each performer is calibrated after seven seconds.
const READY_IN: Duration = Duration::from_secs(180);
/// After that, the window of ten seconds that a stage tells its delays of holds none of before.
pub const SETTLES_IN: Duration = Duration::from_secs(11);

/// What a stage has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StageShape {
    /// Whether the performers are on it, beside the camera.
    pub has_performers: bool,
    /// Whether it draws.
    pub draws: bool,
}

/// The stage file: a small wall, so that a processor that has to draw it keeps up.
fn stage_text(shape: StageShape, systems: &VirtualSystems) -> String {
    let mut text = format!(
        "name = \"Bench\"\n[timing]\nframe_rate = \"{FRAME_HZ}\"\n\n[control]\ntakes = \"takes\"\n\n\
         [[wall]]\nname = \"main\"\nkind = \"plane\"\nposition_m = [0.0, 0.0, -3.0]\ncabinets = [8, 4]\n\
         cabinet_px = [48, 48]\ncanvas_px = [0, 0]\nwidth_m = 4.0\nheight_m = 2.0\n\n\
         [[source]]\nname = \"tracker\"\nurl = \"{}\"\n\n\
         [[camera]]\nname = \"A\"\nsource = \"tracker\"\nsubject = \"{CAMERA}\"\npicture_px = [320, 180]\n\
         lens = {{ sensor_mm = [36.0, 20.25], focal_length_mm = 35.0 }}\n",
        systems.tracker
    );
    if !shape.has_performers {
        return text;
    }
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "\n[[source]]\nname = \"troupe\"\nurl = \"{}\"\n",
        systems.troupe
    );
    for performer in 0..PERFORMERS {
        let _ = write!(
            text,
            "\n[[performer]]\nname = \"{0}\"\nsource = \"troupe\"\nsubject = \"{0}\"\nlabels = \"source\"\n\
             markerset = \"rigs/markersets/production-53.toml\"\ncharacter = \"assets/human/human.glb\"\n",
            name_of(performer)
        );
    }
    text
}

/// The program as it was built beside this one.
///
/// # Errors
/// It was not.
pub fn program() -> Outcome<PathBuf> {
    let beside = std::env::current_exe()?;
    let path = beside.parent().map(|folder| folder.join("cyc"));
    path.filter(|path| path.is_file())
        .ok_or_else(|| "cyc is not built beside this program: cargo build --release -p cyc".into())
}

/// A stage that runs. It ends with this.
pub struct RunningStage {
    child: Child,
    folder: PathBuf,
    client: ControlClient,
}

impl RunningStage {
    /// Starts it in a folder, with doors and calibrations of its own, and waits until everybody is there.
    ///
    /// # Errors
    /// It does not start, or not all are there in time.
    pub fn start(folder: &Path, shape: StageShape, systems: &VirtualSystems) -> Outcome<Self> {
        Self::start_in(folder, shape, systems, &[])
    }

    /// The same with variables of its environment.
    ///
    /// # Errors
    /// It does not start, or not all are there in time.
    pub fn start_in(
        folder: &Path,
        shape: StageShape,
        systems: &VirtualSystems,
        environment: &[(&str, OsString)],
    ) -> Outcome<Self> {
        std::fs::create_dir_all(folder.join("takes"))?;
        let file = folder.join("stage.toml");
        std::fs::write(&file, stage_text(shape, systems))?;
        let picture = if shape.draws {
            "--headless"
        } else {
            "--no-picture"
        };
        let mut child = Self::command(folder)?
            .args(["--quiet", "run"])
            .arg(&file)
            .args([picture, "--json"])
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null())
            .spawn()?;
        let until = Instant::now() + READY_IN;
        let doors = folder.join("cyclorama");
        let access = loop {
            if let Ok((_, door)) = Door::find(&doors) {
                break Access::of(&door);
            }
            if let Some(status) = child.try_wait()? {
                return Err(format!("the stage ended: {status}").into());
            }
            if Instant::now() > until {
                child.kill()?;
                child.wait()?;
                return Err("the stage opens no door".into());
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        let client = ControlClient::new(access);
        let stage = Self {
            child,
            folder: folder.to_owned(),
            client,
        };
        while !stage.is_complete(shape) {
            if Instant::now() > until {
                return Err(format!("not all are there: {:#?}", stage.state()?.findings).into());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(stage)
    }

    /// A command of the program that finds this stage's door, and no other's.
    ///
    /// # Errors
    /// The program is not there.
    pub fn command(folder: &Path) -> Outcome<Command> {
        let mut command = Command::new(program()?);
        command
            .current_dir(root())
            .env("XDG_RUNTIME_DIR", folder)
            .env("XDG_STATE_HOME", folder)
            .env_remove("WAYLAND_DISPLAY")
            .args(["--lang", "en"]);
        Ok(command)
    }

    fn is_complete(&self, shape: StageShape) -> bool {
        // While it starts it may not answer yet.
        let Ok(state) = self.state() else {
            return false;
        };
        let all = if shape.has_performers { PERFORMERS } else { 0 };
        state.performers.len() == all
            && state.performers.iter().all(|p| p.calibrated)
            && state.cameras.iter().all(|c| c.quality != "absent")
            && (!shape.draws || state.render.drawn > 0)
    }

    /// The stage's document.
    ///
    /// # Errors
    /// It does not answer.
    pub fn state(&self) -> Outcome<StageDocument> {
        Ok(self.client.state()?)
    }

    /// What tells it something.
    pub fn client(&self) -> &ControlClient {
        &self.client
    }

    /// A way in for somebody else.
    ///
    /// # Errors
    /// Its door is not there any more.
    pub fn access(&self) -> Outcome<Access> {
        Ok(Access::of(&Door::find(&self.folder.join("cyclorama"))?.1))
    }

    /// The number of its thread of that name.
    ///
    /// # Errors
    /// There is none.
    pub fn thread(&self, name: &str) -> Outcome<Pid> {
        for task in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let task = task?;
            let own = std::fs::read_to_string(task.path().join("comm"))?;
            if own.trim() == name {
                let number = task.file_name().to_string_lossy().parse()?;
                return Ok(Pid::from_raw(number));
            }
        }
        Err(format!("the stage has no thread `{name}`").into())
    }
}

impl Drop for RunningStage {
    fn drop(&mut self) {
        if let Ok(pid) = pid_of(&self.child) {
            let _ = kill(pid, Signal::SIGTERM);
        }
        // It seals and leaves within half a second.
        let until = Instant::now() + Duration::from_secs(10);
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The figures of a leg over the last ten seconds.
pub fn lately(state: &StageDocument, leg: &str) -> Option<LatencyFigures> {
    let leg = state.latency.iter().find(|l| l.leg == leg)?;
    (leg.last_10_s.count > 0).then_some(leg.last_10_s)
}
