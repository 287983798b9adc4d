//! The walls' windows of a running stage: which displays of the stage file are this machine's, and how they fare.
//!
//! The windows own the program's first thread, the show runs beside them. What goes wrong with them is told in the
//! terminal and in the panel, never on a wall.

use super::keys::StageKeys;
use crate::failure::Failure;
use crate::guard::GuardWish;
use crate::text::Text;
use cyc_control::Mood;
use cyc_display::{KeyPress, OpenWindow, WindowEvents, WindowPlan};
use cyc_machine::{Place, host_name};
use cyc_renderer::DisplayReport;
use cyc_stage::{DisplayTarget, Stage, StageOverride};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// Missed pictures are counted over this time.
const OVER: Duration = Duration::from_secs(2);

/// Pictures that a display may miss in that time: while a window is moved or a monitor changes its mode.
pub const MISSED_MAX: u64 = 3;

/// What a person wants of the walls' windows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WallWish {
    /// The operator's picture in a window instead.
    pub preview: bool,
    /// Every display in a window with a frame.
    pub windowed: bool,
    /// The name of the machine whose displays are shown; this machine's own when it is not given.
    pub node: Option<String>,
}

/// The windows that the stage file wants on this machine, and which of them are guarded: those that fill a monitor.
pub fn plans(stage: &Stage, wish: &WallWish, text: &Text) -> (Vec<WindowPlan>, GuardWish) {
    let mut guard = GuardWish::default();
    if wish.preview {
        return (Vec::new(), guard);
    }
    let node = wish.node.clone().or_else(|| host_name(&Place::here()));
    let mut plans = Vec::new();
    for display in stage.displays() {
        let DisplayTarget::Window {
            monitor,
            is_guarded,
        } = &display.target
        else {
            continue;
        };
        if display.node.is_some() && display.node != node {
            continue;
        }
        if *is_guarded && !wish.windowed {
            guard.0.push(display.name.clone());
        }
        let names = [
            ("stage", stage.name().to_owned()),
            ("display", display.name.clone()),
        ];
        plans.push(WindowPlan {
            name: display.name.clone(),
            title: text.get("run-wall-title", &names),
            canvas: display.canvas,
            monitor: monitor.clone(),
            is_framed: wish.windowed,
        });
    }
    (plans, guard)
}

/// Whether the operator wants every wall of a display black.
pub fn is_dark(stage: &Stage, over: &StageOverride, display: &str) -> bool {
    let Some(canvas) = stage.displays().iter().find(|d| d.name == display) else {
        return false;
    };
    let mut walls = (stage.walls().iter().enumerate())
        .filter(|(_, wall)| wall.canvas().overlaps(&canvas.canvas))
        .peekable();
    walls.peek().is_some() && walls.all(|(at, _)| over.wall(at).blackout)
}

/// What the windows tell the show.
struct Listener<'a> {
    windows: SyncSender<Vec<OpenWindow>>,
    keys: StageKeys,
    stop: &'a AtomicBool,
}

impl WindowEvents for Listener<'_> {
    fn opened(&mut self, windows: Vec<OpenWindow>) {
        // A show that has ended already wants none.
        let _ = self.windows.try_send(windows);
    }

    fn pressed(&mut self, key: KeyPress) {
        self.keys.press(&key.text, key.shift);
    }

    fn closed(&mut self, _: &str) {
        self.stop.store(true, Ordering::Relaxed);
    }

    fn is_over(&mut self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Opens the windows and does `work` beside them. When one of the two ends, `stop` is raised for the other.
pub fn open(
    plans: &[WindowPlan],
    keys: &StageKeys,
    stop: &Arc<AtomicBool>,
    work: impl FnOnce(Vec<OpenWindow>) -> Result<(), Failure> + Send,
) -> Result<(), Failure> {
    let (windows, opened) = sync_channel(1);
    std::thread::scope(|scope| {
        let show = move || match opened.recv() {
            Ok(windows) => {
                let done = work(windows);
                stop.store(true, Ordering::Relaxed);
                done
            }
            // There are none; why is told by whom they were asked of.
            Err(_) => Ok(()),
        };
        let show = std::thread::Builder::new()
            .name("show".to_owned())
            .spawn_scoped(scope, show);
        let show = show.map_err(|e| Failure::internal(format!("show: {e}")))?;
        let mut listener = Listener {
            windows,
            keys: keys.clone(),
            stop,
        };
        let listened = cyc_display::open(plans, &mut listener);
        stop.store(true, Ordering::Relaxed);
        drop(listener);
        let shown = show.join();
        let shown = shown.unwrap_or_else(|_| Err(Failure::internal("show panicked")));
        listened.map_err(Failure::from).and(shown)
    })
}

/// A display as it is read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DisplayReading {
    /// Its name.
    pub name: String,
    /// The monitor that it fills; `None` for a window with a frame.
    pub monitor: Option<String>,
    /// The monitor that was wanted and is not there.
    pub missing: Option<String>,
    /// Pictures a second of its monitor, when the system tells.
    pub refresh_hz: Option<f64>,
    /// Its canvas pixels.
    pub part_px: [u32; 2],
    /// The window's pixels.
    pub window_px: [u32; 2],
    /// Bits of a channel that the window takes.
    pub bits: u8,
    /// Pictures that it was given.
    pub presented: u64,
    /// Pictures that it could not be given.
    pub missed: u64,
    /// Those of the last two seconds.
    pub missed_lately: u64,
}

impl DisplayReading {
    /// How well it is: red is what stands still or is cut off on the wall.
    pub fn mood(&self) -> Mood {
        match self {
            _ if self.missing.is_some() || self.is_cut() => Mood::Red,
            _ if self.missed_lately > MISSED_MAX => Mood::Red,
            _ if self.missed_lately > 0 => Mood::Amber,
            _ => Mood::Good,
        }
    }

    /// Whether a part of the wall is cut off: a monitor is smaller than what it shows.
    pub fn is_cut(&self) -> bool {
        let [width, height] = self.window_px;
        let is_open = width > 0 && height > 0;
        let [part_width, part_height] = self.part_px;
        self.monitor.is_some() && is_open && (width < part_width || height < part_height)
    }
}

/// The open windows between two readings.
#[derive(Default)]
pub struct Walls {
    windows: Vec<OpenWindow>,
    before: Vec<u64>,
    lately: Vec<u64>,
    since: Option<Instant>,
}

impl Walls {
    /// For these windows.
    pub fn new(windows: Vec<OpenWindow>) -> Self {
        Self {
            before: vec![0; windows.len()],
            lately: vec![0; windows.len()],
            windows,
            since: None,
        }
    }

    /// How they fare.
    pub fn read(&mut self, reports: &[DisplayReport]) -> Vec<DisplayReading> {
        let is_due = self.since.is_none_or(|since| since.elapsed() > OVER);
        if is_due {
            self.since = Some(Instant::now());
        }
        let mut readings = Vec::with_capacity(self.windows.len());
        let counted = self.before.iter_mut().zip(&mut self.lately);
        for (open, (before, lately)) in self.windows.iter().zip(counted) {
            let canvas = open.window.canvas;
            let mut reading = DisplayReading {
                name: open.window.name.clone(),
                monitor: open.monitor.as_ref().map(|m| m.name.clone()),
                missing: open.missing.clone(),
                refresh_hz: open.monitor.as_ref().and_then(|m| m.rate_hz),
                part_px: [canvas.width, canvas.height],
                ..DisplayReading::default()
            };
            if let Some(report) = reports.iter().find(|r| r.name == reading.name) {
                let counts = report.counts;
                if is_due {
                    // Counts begin anew with a new device.
                    *lately = counts.missed.saturating_sub(*before);
                    *before = counts.missed;
                }
                reading.window_px = report.window_px;
                reading.bits = report.bits;
                (reading.presented, reading.missed) = (counts.presented, counts.missed);
                reading.missed_lately = *lately;
            }
            readings.push(reading);
        }
        readings
    }
}
