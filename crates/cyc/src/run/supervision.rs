//! What lets a stage come back by itself: calibrations that outlive it, and a service manager that is told how it is.
//!
//! The manager hears that the stage lives only while it does: while the solver comes round, or another one can take its
//! place. Should none come any more, the manager hears nothing, and starts the program again.

use super::cast::Cast;
use super::origin::StageOrigin;
use super::session_file::{Learnt, SessionFile};
use super::{RunArgs, Running};
use crate::Session;
use cyc_control::ServiceManager;
use cyc_engine::run::{Engine, Pulse};
use std::thread::JoinHandle;
use std::time::Instant;

/// See the module's page.
pub struct Supervision {
    file: Option<SessionFile>,
    /// What is being written.
    keeping: Option<JoinHandle<std::io::Result<()>>>,
    manager: Option<ServiceManager>,
    told_at: Option<Instant>,
}

impl Supervision {
    /// Gives the performers the rigs that they had, if the stage ran a while ago.
    pub fn begin(args: &RunArgs, cast: &mut Cast, session: &Session) -> Self {
        let file = match &args.stage {
            StageOrigin::File(path) => SessionFile::of(path),
            StageOrigin::Take(_) => None,
        };
        if let Some(file) = file.as_ref().filter(|_| !args.fresh) {
            for reused in file.restore(cast) {
                let minutes = reused.age.as_secs_f64() / 60.0;
                let args = [("name", reused.name), ("minutes", format!("{minutes:.0}"))];
                let said = match reused.what {
                    Learnt::Rig => session.text.get("run-reused", &args),
                    Learnt::FaceRest => session.text.get("run-face-reused", &args),
                };
                session.output.remark(&said);
            }
        }
        Self {
            file,
            keeping: None,
            manager: ServiceManager::of_environment(),
            told_at: None,
        }
    }

    /// Everything runs.
    pub fn ready(&self) {
        if let Some(manager) = &self.manager {
            manager.ready();
        }
    }

    /// To be called often.
    pub fn advance(&mut self, running: &mut Running, session: &Session) {
        self.tell(&running.engine);
        self.keep(running, session);
    }

    /// Keeps what was calibrated, one writing after the other: a disk may take its time.
    fn keep(&mut self, running: &mut Running, session: &Session) {
        if let Some(keeping) = self.keeping.take_if(|keeping| keeping.is_finished()) {
            say_not_kept(keeping, session);
        }
        let Some(file) = self.file.clone().filter(|_| self.keeping.is_none()) else {
            return;
        };
        if running.calibrations.take_news() {
            let members = running.calibrations.members();
            let content = SessionFile::content(&running.cast.stage, members);
            let thread = std::thread::Builder::new().name("session".to_owned());
            // Without a thread it is kept with the next calibration.
            self.keeping = thread.spawn(move || file.keep(&content)).ok();
        }
    }

    fn tell(&mut self, engine: &Engine) {
        let Some((manager, every)) = self
            .manager
            .as_ref()
            .and_then(|m| Some((m, m.beat_every()?)))
        else {
            return;
        };
        if self.told_at.is_some_and(|at| at.elapsed() < every) {
            return;
        }
        let hearts = engine.hearts();
        let is_dead = |name: &str| {
            hearts
                .iter()
                .any(|h| h.name == name && h.pulse == Pulse::Hung)
        };
        if !is_dead("solve") && !is_dead("watch") {
            self.told_at = Some(Instant::now());
            manager.alive();
        }
    }

    /// The stage is about to end.
    pub fn ending(&self) {
        if let Some(manager) = &self.manager {
            manager.stopping();
        }
    }

    /// Everything has ended, and nothing waits any more for what is still being written.
    pub fn end(&mut self, session: &Session) {
        if let Some(keeping) = self.keeping.take() {
            say_not_kept(keeping, session);
        }
    }
}

fn say_not_kept(keeping: JoinHandle<std::io::Result<()>>, session: &Session) {
    if let Ok(Err(why)) = keeping.join() {
        let reason = ("reason", why.to_string());
        let said = session.text.get("run-not-kept", &[reason]);
        session.output.remark(&said);
    }
}
