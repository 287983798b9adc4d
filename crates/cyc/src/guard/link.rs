//! The stage's end: it starts the guard or takes over the one that it finds, tells it how far it is, and ends it.
//!
//! Called by the thread that a person waits for; nothing here is on a frame's way.

use super::copier::Copier;
use super::fault::GuardFault;
use super::files::{GuardFiles, Holder};
use super::plan::{FORMAT, GuardPlan, GuardStatus, GuardedWindow, Phase};
use cyc_display::OpenWindow;
use cyc_renderer::{DisplayReport, WindowCopy};
use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

/// Pictures that a window was given until its own are surely seen: the first ones may wait for the monitor.
const SURELY_SEEN: u64 = 3;
/// How often it is looked whether the guard lives.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// A guard that ends is started again after this time, and so often until it has held a picture.
const AGAIN_AFTER: Duration = Duration::from_secs(5);
const TRIES_MAX: u32 = 3;
/// How long is waited for its end.
const ENDS_WITHIN: Duration = Duration::from_millis(300);

/// How it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GuardState {
    /// There is none.
    #[default]
    None,
    /// It has not every window's picture yet.
    Starting,
    /// It holds a picture of every window.
    Holding,
}

impl GuardState {
    /// Its stable name.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Starting => "starting",
            Self::Holding => "holding",
        }
    }
}

/// How the guard fares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuardReading {
    /// How it is.
    pub state: GuardState,
    /// Why there is none.
    pub fault: Option<GuardFault>,
    /// Pictures that it was handed.
    pub pictures: u64,
    /// Pictures that could not be handed over.
    pub failed: u64,
    /// How often it was started.
    pub starts: u32,
}

/// The stage's end of the guard.
pub struct GuardLink {
    files: GuardFiles,
    guarded: Vec<String>,
    plan: GuardPlan,
    told: Option<GuardPlan>,
    copier: Option<Copier>,
    child: Option<Child>,
    looked_at: Option<Instant>,
    tried_at: Option<Instant>,
    tries: u32,
    /// How the last guard ended.
    ended: String,
    reading: GuardReading,
    /// Tells the guard that the stage lives.
    _lives: File,
}

fn not_started(e: &std::io::Error) -> GuardFault {
    GuardFault::NotStarted {
        reason: e.to_string(),
    }
}

impl GuardLink {
    /// Takes the screen's guard for this stage.
    pub(super) fn take(files: GuardFiles, guarded: Vec<String>) -> Result<Self, GuardFault> {
        let lives = files.lock(Holder::Stage).map_err(|e| not_started(&e))?;
        let lives = lives.ok_or(GuardFault::Taken)?;
        // What a guard holds stays where it is until the new windows are there.
        let before = files.plan().filter(|_| files.is_held(Holder::Guard));
        let windows = before.map_or_else(Vec::new, |plan| plan.windows);
        let mut link = Self {
            files,
            guarded,
            plan: GuardPlan {
                format: FORMAT,
                pid: std::process::id(),
                phase: Phase::Starting,
                windows,
            },
            told: None,
            copier: None,
            child: None,
            looked_at: None,
            tried_at: None,
            tries: 0,
            ended: String::new(),
            reading: GuardReading::default(),
            _lives: lives,
        };
        link.tell();
        Ok(link)
    }

    pub(super) fn guards_nothing(&self) -> bool {
        self.guarded.is_empty()
    }

    /// The windows are open: which of them are guarded, and where copies of their pictures go; `None` when none of them can be.
    pub fn open(&mut self, windows: &[OpenWindow]) -> Option<SyncSender<WindowCopy>> {
        let guarded = |w: &&OpenWindow| self.guarded.contains(&w.window.name);
        if windows.iter().filter(guarded).any(|w| !w.is_on_x11) {
            self.fail(GuardFault::Wayland);
            return None;
        }
        let placed = |w: &OpenWindow| {
            let monitor = w.monitor.as_ref().filter(|_| guarded(&w))?;
            Some(GuardedWindow {
                name: w.window.name.clone(),
                origin_px: monitor.origin_px,
                size_px: monitor.size_px,
                is_dark: false,
            })
        };
        let places: Vec<_> = windows.iter().map(placed).collect();
        self.plan.windows = places.iter().flatten().cloned().collect();
        if !self.files.is_held(Holder::Guard) {
            // Whatever was left is nobody's last picture.
            self.guarded
                .iter()
                .for_each(|name| self.files.forget_pictures(name));
        }
        let writer = |place: &Option<GuardedWindow>| {
            let place = place.as_ref()?;
            Some(self.files.writer(&place.name))
        };
        match Copier::start(places.iter().map(writer).collect()) {
            Ok((copier, to)) if !self.plan.windows.is_empty() => {
                self.copier = Some(copier);
                Some(to)
            }
            // Every monitor is missing: there is nothing to guard.
            Ok(_) => None,
            Err(e) => {
                self.fail(not_started(&e));
                None
            }
        }
    }

    fn fail(&mut self, fault: GuardFault) {
        self.reading.fault = Some(fault);
        self.reading.state = GuardState::None;
        self.plan.phase = Phase::Ended;
        self.tell();
    }

    /// To be called often: how the windows fare, and which displays the operator wants black.
    pub fn advance(&mut self, displays: &[DisplayReport], is_dark: impl Fn(&str) -> bool) {
        if self.copier.is_none() || self.plan.phase == Phase::Ended {
            return;
        }
        let shows = |w: &GuardedWindow| {
            let report = displays.iter().find(|d| d.name == w.name);
            report.is_some_and(|r| r.counts.presented >= SURELY_SEEN)
        };
        if self.plan.phase == Phase::Starting && self.plan.windows.iter().all(shows) {
            self.plan.phase = Phase::Showing;
        }
        for window in &mut self.plan.windows {
            window.is_dark = is_dark(&window.name);
        }
        self.tell();
        if self.looked_at.is_none_or(|at| at.elapsed() >= LOOK_EVERY) {
            self.looked_at = Some(Instant::now());
            self.look();
        }
    }

    fn tell(&mut self) {
        if self.told.as_ref() == Some(&self.plan) {
            return;
        }
        match self.files.put_plan(&self.plan) {
            Ok(()) => self.told = Some(self.plan.clone()),
            Err(e) => self.reading.fault = Some(not_started(&e)),
        }
    }

    /// Whether the guard lives and what it holds; starts it when it does not.
    fn look(&mut self) {
        let copies = self.copier.as_ref().map(Copier::counts);
        [self.reading.pictures, self.reading.failed] = copies.unwrap_or_default();
        if self.files.is_held(Holder::Guard) {
            let status = self.files.status().unwrap_or_default();
            let holds = status.fault.is_none() && status.held >= self.plan.windows.len();
            self.reading.state = if holds {
                self.tries = 0;
                GuardState::Holding
            } else {
                GuardState::Starting
            };
            let fault = self.copier.as_ref().and_then(Copier::fault);
            self.reading.fault = fault.map(|reason| GuardFault::NoPictures { reason });
            return;
        }
        if let Some(child) = &mut self.child {
            let Ok(Some(ended)) = child.try_wait() else {
                // It is about to take its lock.
                return;
            };
            self.child = None;
            let said = self.files.status().and_then(|s| s.fault);
            self.ended = said.unwrap_or_else(|| ended.to_string());
        }
        if self.tries >= TRIES_MAX {
            self.reading.state = GuardState::None;
            self.reading.fault = Some(GuardFault::NotStarted {
                reason: self.ended.clone(),
            });
        } else if self.tried_at.is_none_or(|at| at.elapsed() >= AGAIN_AFTER) {
            self.start();
        }
    }

    fn start(&mut self) {
        (self.tried_at, self.tries) = (Some(Instant::now()), self.tries + 1);
        self.reading.state = GuardState::Starting;
        // What an earlier one said is not about this one.
        let _ = self.files.put_status(&GuardStatus::default());
        match started() {
            Ok(child) => {
                self.child = Some(child);
                self.reading.starts += 1;
            }
            Err(e) => {
                self.tries = TRIES_MAX;
                self.ended = e.to_string();
            }
        }
    }

    /// How it fares.
    pub fn reading(&self) -> GuardReading {
        self.reading.clone()
    }

    /// The stage ends in order from here on, however it ends.
    pub fn leave(&mut self) {
        if self.plan.phase != Phase::Ended {
            self.plan.phase = Phase::Leaving;
            self.tell();
        }
    }

    /// The stage has ended in order: the guard ends before its windows do.
    pub fn end(mut self) {
        self.plan.phase = Phase::Ended;
        self.tell();
        let began = Instant::now();
        while self.files.is_held(Holder::Guard) && began.elapsed() < ENDS_WITHIN {
            std::thread::sleep(Duration::from_millis(5));
        }
        if let Some(mut child) = self.child.take() {
            // One that still lives has been told twice.
            if child.try_wait().ok().flatten().is_none() && began.elapsed() >= ENDS_WITHIN {
                let _ = child.kill();
            }
            let _ = child.wait();
        }
    }
}

/// Starts the process. It holds none of ours: not the terminal's pipes, which would wait for it, nor the folder.
fn started() -> std::io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .arg(crate::commands::GUARD)
        .current_dir("/")
        .env_remove("NOTIFY_SOCKET")
        .env_remove("WATCHDOG_USEC")
        .env_remove("WATCHDOG_PID")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}
