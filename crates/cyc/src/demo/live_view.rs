//! The live picture: a thread that draws the newest stage frame, late-latched, and stamps what it shows.
//!
//! With a window the pictures go there; without one they are drawn all the same, because the delay from packet to
//! picture is measured on them. The walls' own windows are given the signal on the graphics card. What an operator wants of the walls lies in a latest-value cell that is read before each
//! picture.

use super::board::{Board, BoardWriter};
use super::drawing::Drawing;
use super::emitting::Lights;
use super::frame_pacer::{FramePacer, PaceFigures, since_epoch};
use super::jump_watch::{CameraJump, JumpList, JumpWatch};
use super::live_renderer::kept;
use super::picture_pulse::{PicturePulse, PulseReading, PulseWriter, picture_pulse};
use super::wall_copies::WallCopies;
use crate::failure::Failure;
use crate::stage_plates::{PlateReading, StagePlates};
use cyc_capture::now_host;
use cyc_character::Character;
use cyc_console::LivePictures;
use cyc_engine::latency::LatencyBook;
use cyc_engine::run::{Engine, Intent, NamedQueue, SourceStatus, spawn};
use cyc_model::{Hop, HostNs, Nanos, StageFrame, Stamps};
use cyc_queue::{LatestReader, LatestWriter, latest_value_array};
use cyc_renderer::{
    DisplayReport, Gpu, KeptRenderer, Pictures, RenderError, WallWindow, Wanted, WindowCopy,
};
use cyc_stage::{Genlock, Stage, StageOverride, Timing};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Where live pictures go when there is a window.
pub struct LiveViewSetup {
    /// The cell that the window reads.
    pub pictures: LatestWriter<LivePictures>,
    /// Where the figures go.
    pub board: Board,
}

/// What an operator wants to see.
#[derive(Clone, Debug, Default)]
pub struct LiveWish {
    /// What lies over the stage.
    pub over: StageOverride,
    /// The camera whose picture is shown.
    pub on_air: usize,
    /// The edit of the stage that it is for; one for another edit is passed over.
    pub edit: u32,
}

/// A software renderer draws at most so many pictures a second, so that the solver keeps a core.
const SOFTWARE_HZ: f64 = 6.0;
/// How often the figures of the walls' windows are told.
const TELL_EVERY: Nanos = Nanos(250_000_000);

/// How windows and plates fared a moment ago.
struct Told {
    displays: Vec<DisplayReport>,
    plates: Vec<PlateReading>,
}

/// The running thread.
pub struct LiveView {
    stop: Arc<AtomicBool>,
    pulse: PicturePulse,
    wishes: Option<LatestWriter<LiveWish>>,
    /// What waits of them.
    wished: NamedQueue,
    drawings: SyncSender<Box<Drawing>>,
    used: Receiver<Box<Drawing>>,
    gpu: Gpu,
    walls: Vec<WallWindow>,
    told: Arc<Mutex<Told>>,
    pace: Arc<Mutex<PaceFigures>>,
    jumps: JumpList,
    thread: JoinHandle<Result<(), RenderError>>,
}

impl LiveView {
    /// Starts drawing a stage with its performers' characters and its plates, for a window and for lights if there are any.
    pub fn start(
        (stage, characters, plates): (&Stage, &[Option<Arc<Character>>], StagePlates),
        gpu: &Gpu,
        reader: LatestReader<StageFrame>,
        engine: &Engine,
        (setup, lights): (Option<LiveViewSetup>, Option<Lights>),
        (walls, copies_to): (Vec<WallWindow>, Option<SyncSender<WindowCopy>>),
    ) -> Result<Self, Failure> {
        let mut renderer = kept(gpu, (stage, &walls), characters)?;
        let copies = WallCopies::for_taker(copies_to, &mut renderer);
        renderer.show_in(&walls)?;
        let told = Arc::new(Mutex::new(Told {
            displays: renderer.displays(),
            plates: plates.read(),
        }));
        let software = gpu.report().software;
        let stop = Arc::<AtomicBool>::default();
        let (beat, pulse) = picture_pulse(now_host());
        let shown = setup.map(|s| Shown {
            pictures: s.pictures,
            board: BoardWriter::new(s.board, engine.status.clone()),
        });
        let pace = Arc::new(Mutex::new(PaceFigures::default()));
        let jumps = JumpList::default();
        let (wishes, [wished]) = latest_value_array(LiveWish::default);
        let waiting = NamedQueue::new("wishes", "", wished.gauge());
        let (drawings, next_drawings) = sync_channel(1);
        let (using, used) = sync_channel(2);
        let mut loop_ = RenderLoop {
            renderer,
            next_drawings,
            next: None,
            used: using,
            config: 0,
            edit: 0,
            on_air: 0,
            reader,
            wished,
            latency: Arc::clone(&engine.latency),
            shown,
            lights,
            has_walls: !walls.is_empty(),
            copies,
            plates,
            told: Arc::clone(&told),
            told_at: HostNs(0),
            software,
            stop: Arc::clone(&stop),
            beat,
            pacer: pacer(stage.timing(), software),
            pace: Arc::clone(&pace),
            jumps: JumpWatch::new(jumps.clone()),
            status: engine.status.clone(),
            timecode: None,
            latched: StageFrame::default(),
            pictures: Pictures::default(),
            has_camera: !stage.cameras().is_empty(),
        };
        // A software renderer at real-time priority would starve the threads that it shows the work of.
        let intent = match software {
            true => Intent::Normal,
            false => Intent::RealTime,
        };
        let thread = spawn("render-0", intent, move |_| loop_.run())
            .map_err(|e| Failure::internal(format!("render-0: {e}")))?;
        Ok(Self {
            stop,
            pulse,
            wishes: Some(wishes),
            wished: waiting,
            drawings,
            used,
            gpu: gpu.clone(),
            walls,
            told,
            pace,
            jumps,
            thread,
        })
    }

    /// The cell of an operator's wishes, for the one who takes them: patterns, black and held walls, cards, cameras.
    /// Check them with [`StageOverride::check`]: what cannot be is left out of the picture. `None` when it was taken.
    pub fn take_wishes(&mut self) -> Option<LatestWriter<LiveWish>> {
        self.wishes.take()
    }

    /// How the cell of those wishes is.
    pub fn wished(&self) -> &NamedQueue {
        &self.wished
    }

    /// How many pictures were drawn.
    pub fn drawn(&self) -> u64 {
        self.pulse.drawn()
    }

    /// The drawing thread's sign of life.
    pub fn pulse(&self) -> PulseReading {
        self.pulse.read()
    }

    /// What draws.
    pub fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// The walls' windows.
    pub fn walls(&self) -> &[WallWindow] {
        &self.walls
    }

    /// How the moments of the pictures lay a moment ago.
    pub fn pace(&self) -> PaceFigures {
        *self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The film cameras' last jumps, with the times of the pictures that show them.
    pub fn jumps(&self) -> Vec<CameraJump> {
        self.jumps.read()
    }

    /// How the walls' windows fared a moment ago.
    pub fn displays(&self) -> Vec<DisplayReport> {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.displays.clone()
    }

    /// How the plates fared a moment ago.
    pub fn plates(&self) -> Vec<PlateReading> {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.plates.clone()
    }

    /// A renderer like its own for other characters, which takes over its windows. Takes a while: not for a thread that
    /// carries frames.
    pub fn renderer_for(
        gpu: &Gpu,
        (stage, walls): (&Stage, &[WallWindow]),
        characters: &[Option<Arc<Character>>],
    ) -> Result<Box<KeptRenderer>, RenderError> {
        Ok(Box::new(kept(gpu, (stage, walls), characters)?))
    }

    /// Draws in another way from the first frame of its configuration on. It comes back when one is on its way already.
    pub fn draw_with(&self, drawing: Box<Drawing>) -> Result<(), Box<Drawing>> {
        // What was used before is dropped here, where nobody waits for a picture.
        while self.used.try_recv().is_ok() {}
        self.drawings.try_send(drawing).map_err(|e| match e {
            TrySendError::Full(drawing) | TrySendError::Disconnected(drawing) => drawing,
        })
    }

    /// Whether it has ended by itself: the graphics failed.
    pub fn has_ended(&self) -> bool {
        self.thread.is_finished()
    }

    /// Stops and tells how many pictures were drawn.
    pub fn finish(self) -> Result<Drawn, Failure> {
        self.stop.store(true, Ordering::Relaxed);
        match self.thread.join() {
            Ok(result) => result?,
            Err(_) => return Err(Failure::internal("render-0 panicked")),
        }
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Drawn {
            pictures: self.pulse.drawn(),
            displays: told.displays.clone(),
        })
    }
}

/// What was drawn in all.
pub struct Drawn {
    /// Pictures.
    pub pictures: u64,
    /// How the windows fared, to the last picture.
    pub displays: Vec<DisplayReport>,
}

/// When pictures are due.
fn pacer(timing: Timing, software: bool) -> FramePacer {
    let at_most_hz = if software { SOFTWARE_HZ } else { f64::INFINITY };
    let genlock = (timing.genlock, timing.phase);
    FramePacer::new(timing.frame_rate, genlock, at_most_hz)
}

struct Shown {
    pictures: LatestWriter<LivePictures>,
    board: BoardWriter,
}

struct RenderLoop {
    renderer: KeptRenderer,
    next_drawings: Receiver<Box<Drawing>>,
    next: Option<Box<Drawing>>,
    used: SyncSender<Box<Drawing>>,
    config: u32,
    edit: u32,
    on_air: usize,
    reader: LatestReader<StageFrame>,
    wished: LatestReader<LiveWish>,
    latency: Arc<LatencyBook>,
    shown: Option<Shown>,
    lights: Option<Lights>,
    has_walls: bool,
    copies: WallCopies,
    plates: StagePlates,
    told: Arc<Mutex<Told>>,
    /// When that was told last.
    told_at: HostNs,
    software: bool,
    stop: Arc<AtomicBool>,
    beat: PulseWriter,
    pacer: FramePacer,
    pace: Arc<Mutex<PaceFigures>>,
    jumps: JumpWatch,
    status: Vec<Arc<SourceStatus>>,
    /// The newest timecode frame that the pacer was told of.
    timecode: Option<HostNs>,
    latched: StageFrame,
    pictures: Pictures,
    has_camera: bool,
}

impl RenderLoop {
    fn run(&mut self) -> Result<(), RenderError> {
        while !self.stop.load(Ordering::Relaxed) {
            self.read_reference();
            let early = self.pacer.due(now_host()) - now_host();
            if early.0 > 0 {
                std::thread::sleep(Duration::from_nanos(early.0.unsigned_abs()));
            }
            self.draw_newest()?;
            self.pacer.begun(now_host());
            if let Ok(mut pace) = self.pace.try_lock() {
                *pace = self.pacer.figures();
            }
        }
        // The last word counts every picture.
        self.told_at = HostNs(0);
        self.tell_displays();
        Ok(())
    }

    /// Tells the pacer where its reference's newest frame began.
    fn read_reference(&mut self) {
        let now = now_host();
        match self.pacer.genlock() {
            Genlock::Free => {}
            Genlock::Ptp => {
                if let Some(since_epoch) = since_epoch() {
                    self.pacer.read_clock(since_epoch, now);
                }
            }
            Genlock::Timecode => {
                // The first source of the stage file that has one: two may differ.
                let newest = self.status.iter().find_map(|s| s.timecode_began());
                if let Some(began) = newest.filter(|began| self.timecode != Some(*began)) {
                    self.timecode = Some(began);
                    self.pacer.reference(began, now);
                }
            }
        }
    }

    /// Goes on with another drawing when its configuration has come; whether it did.
    fn take_drawing(&mut self) -> bool {
        if self.next.is_none() {
            self.next = self.next_drawings.try_recv().ok();
        }
        // While nothing was ever published there is nothing to wait for.
        let newest = self.reader.latest().map(|frame| frame.config);
        let config = |next: &Drawing| next.begins.map_or(0, |(config, _)| config);
        let is_there = |next: &mut Box<Drawing>| newest.is_none_or(|now| config(next) <= now);
        let Some(mut next) = self.next.take_if(is_there) else {
            return false;
        };
        (self.config, self.edit) = next.begins.unwrap_or((self.config, self.edit));
        if let Some(renderer) = &mut next.renderer {
            renderer.go_on_from(&mut self.renderer);
            std::mem::swap(&mut self.renderer, &mut **renderer);
            self.plates.show_again();
            self.beat.begin_anew();
        }
        if let Some(plates) = &mut next.plates {
            plates.adopt(&mut self.plates);
            // What is left over ends where the drawing is dropped.
            std::mem::swap(&mut self.plates, plates);
        }
        if let Some((timing, has_camera)) = next.pace {
            // What was missed before stays counted.
            let missed = self.pacer.figures().missed;
            self.pacer = pacer(timing, self.software).with_missed(missed);
            self.has_camera = has_camera;
        }
        if let Some((names, status)) = next.sources.take() {
            self.status.clone_from(&status);
            if let Some(window) = &mut self.shown {
                window.board.watch(names, status);
            }
        }
        if let Some(lights) = &mut next.lights {
            lights.replace(&mut self.lights);
        }
        let next_begins = next.begins.is_some();
        let _ = self.used.try_send(next);
        if next_begins {
            self.on_air = 0;
        }
        true
    }

    /// Gives the renderer a new wish, if it is for the stage that is drawn; whether the picture changes by that.
    fn take_wish(&mut self) -> bool {
        let is_other = self.take_drawing();
        match self.wished.latest_and_is_new() {
            Some((_, wish)) if wish.edit != self.edit => is_other,
            Some((is_new, wish)) if is_new || is_other => {
                self.on_air = wish.on_air;
                self.renderer.set_override(&wish.over).is_ok()
            }
            _ => is_other,
        }
    }

    /// Tells how windows and plates fare, now and then, unless somebody reads it just now.
    fn tell_displays(&mut self) {
        if now_host() - self.told_at <= TELL_EVERY {
            return;
        }
        self.told_at = now_host();
        if let Ok(mut told) = self.told.try_lock() {
            told.displays = self.renderer.displays();
            told.plates = self.plates.read();
        }
    }

    fn draw_newest(&mut self) -> Result<(), RenderError> {
        // The windows say when they want a picture; what it shows is chosen after that.
        self.renderer.acquire()?;
        let is_wished = self.take_wish();
        let is_constant = self.has_walls && !self.software;
        match self.reader.latest() {
            // Of a configuration that cannot be drawn yet: what is shown stays.
            Some(frame) if frame.config != self.config => {
                std::thread::sleep(Duration::from_millis(1));
                return Ok(());
            }
            Some(frame) if frame.number != self.latched.number => {
                self.latched.copy_from(frame);
            }
            // Walls change at a wish and with a plate, even while nothing is captured.
            _ if is_wished || is_constant || self.plates.are_playing() => {
                self.latched.stamps = Stamps::default()
            }
            _ => {
                self.copies.while_still(&mut self.renderer)?;
                self.tell_displays();
                self.beat.idle(now_host());
                std::thread::sleep(Duration::from_millis(2));
                return Ok(());
            }
        }
        let is_frame = self.latched.stamps.at(Hop::Published).is_some();
        self.latched.stamps.stamp(Hop::Latched, now_host());
        // Walls are shown on the graphics card; only who looks at pictures elsewhere has them read back.
        let is_read = !self.has_walls || self.shown.is_some();
        let wanted = Wanted {
            canvas: is_read || self.lights.is_some(),
            camera: (is_read && self.has_camera).then_some(self.on_air),
            ..Wanted::default()
        };
        self.plates
            .show(&mut self.renderer, now_host(), self.latched.timecode);
        self.renderer.render(&self.latched, wanted)?;
        self.latched.stamps.stamp(Hop::Submitted, now_host());
        self.copies.before(&mut self.renderer, is_wished);
        self.renderer.present()?;
        self.renderer.take_pictures(&mut self.pictures)?;
        let presented = now_host();
        self.latched.stamps.stamp(Hop::Presented, presented);
        let drawn = self.beat.presented(presented);
        if is_frame {
            self.jumps.look(&self.latched);
            self.latency
                .record(&self.latched.stamps, Hop::Latched, Hop::Presented);
        }
        self.tell_displays();
        let pictures = &self.pictures;
        if let Some(lights) = &mut self.lights {
            lights.show(&pictures.canvas, pictures.canvas_px);
        }
        if let Some(window) = &mut self.shown {
            window.board.post(&self.latched, &self.latency, drawn);
            window.pictures.publish_with(|shown| {
                shown.number = pictures.number;
                let [w, h] = pictures.canvas_px;
                shown.canvas.copy_from(w, h, &pictures.canvas);
                let [w, h] = pictures.camera_px;
                shown.camera.copy_from(w, h, &pictures.camera);
            });
        }
        Ok(())
    }
}
