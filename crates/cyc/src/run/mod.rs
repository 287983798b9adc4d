//! `cyc run`: the stage, all day. Sources, solver, characters, walls, outputs and recording of one stage file.
//!
//! The threads are the engine's and the live picture's; here is only what a person waits for: bringing up, calibrating
//! performers, saying how the stage is, and ending well. Nothing here is on a frame's way.

mod calibrations;
mod cast;
mod delays;
mod document;
mod door;
mod finding;
mod gauge;
mod health;
mod hearts;
mod keys;
mod lead;
mod lights;
mod metrics;
mod origin;
mod page;
mod program_fault;
mod queues;
mod reading;
mod recast;
mod recent;
mod refusal;
mod reload;
mod scene;
mod session_file;
mod show;
mod stall;
mod steered;
mod steering;
mod supervision;
mod takes;
mod teller;
mod wall_clock;
mod walls;

use crate::Session;
use crate::demo::{Emitting, LiveView, LiveViewSetup, window};
use crate::failure::Failure;
use crate::flight::{self, FlightRecorder};
use crate::guard::WallGuard;
use crate::interrupt;
use crate::outgoing::{self, OutputFigures};
use crate::recording::{self, Recording};
use crate::stage_plates::StagePlates;
use calibrations::Calibrations;
use cast::Cast;
use cyc_capture::now_host;
use cyc_control::server::MetricsServer;
use cyc_display::OpenWindow;
use cyc_emit::OutputUrl;
use cyc_engine::bring_up::{core_setup, sources};
use cyc_engine::run::{Engine, EngineSetup, RecordReport, RecordSetup, SourceState};
use cyc_renderer::KeptRenderer;
use finding::Finding;
use gauge::Gauge;
use health::{Reading, StageState};
use keys::StageKeys;
use lead::LeadKeeper;
use metrics::{Figures, Metrics};
pub use origin::{Replay, StageOrigin};
use queues::QueueBook;
use reload::Reloading;
use scene::SceneReader;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use steered::{Steered, Subject};
use supervision::Supervision;
use takes::TakeDesk;
use teller::Teller;
pub use walls::WallWish;
use walls::Walls;

/// What may be chosen.
#[derive(Clone, Debug)]
pub struct RunArgs {
    /// The stage.
    pub stage: StageOrigin,
    /// The take that is recorded from the start.
    pub record: Option<Recording>,
    /// The calibrations that were kept are not used again.
    pub fresh: bool,
    /// End after this time; `None` for Ctrl-C.
    pub time: Option<Duration>,
    /// No window, even with a display.
    pub headless: bool,
    /// What is wanted of the walls' windows.
    pub walls: WallWish,
    /// Draw nothing: no graphics are needed.
    pub no_picture: bool,
    /// Where frames go to, beside the stage file's outputs.
    pub outputs: Vec<OutputUrl>,
}

/// How soon a wish to end is noticed.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Runs the stage until the time is over or a person ends it.
pub fn run(args: &RunArgs, session: &Session) -> Result<(), Failure> {
    let mut cast = Cast::load(args)?;
    let supervision = Supervision::begin(args, &mut cast, session);
    let args = &RunArgs {
        // Without a wall there is nothing to draw.
        no_picture: args.no_picture || cast.stage.walls().is_empty(),
        ..args.clone()
    };
    if args.no_picture {
        outgoing::without_walls(&cast.outputs)?;
    }
    let stop = interrupt::flag()?;
    let is_wanted = !args.no_picture && !args.headless;
    let (plans, guard) = walls::plans(&cast.stage, &args.walls, &session.text);
    if !is_wanted || !window::is_possible() {
        if is_wanted && !plans.is_empty() {
            let text = session.text.get("run-walls-not-shown", &[]);
            session.output.remark(&text);
        }
        return play(
            args,
            (cast, supervision),
            session,
            Screens::default(),
            &stop,
        );
    }
    let keys = StageKeys::default();
    if !plans.is_empty() {
        // Before there are windows: a guard that still holds a picture lies over them until they have their own.
        let guard = WallGuard::announce(guard);
        return walls::open(&plans, &keys, &stop, |windows| {
            let screens = Screens {
                keys: Some(keys.clone()),
                windows,
                guard,
                ..Screens::default()
            };
            play(args, (cast, supervision), session, screens, &stop)
        });
    }
    let names = cast.stage.sources().iter().map(|s| s.name.clone());
    let names: Vec<String> = names.collect();
    let for_window = Some(keys.window(session.text.language()));
    window::open(names, session, &stop, for_window, |view| {
        let screens = Screens {
            view: Some(view),
            keys: Some(keys),
            ..Screens::default()
        };
        play(args, (cast, supervision), session, screens, &stop)
    })
}

/// Where people see the stage and press keys.
#[derive(Default)]
struct Screens {
    /// The operator's window.
    view: Option<LiveViewSetup>,
    keys: Option<StageKeys>,
    /// The walls' windows.
    windows: Vec<OpenWindow>,
    guard: WallGuard,
}

/// What is running.
struct Running {
    cast: Cast,
    engine: Engine,
    view: Option<LiveView>,
    emitting: Option<Emitting>,
    gauge: Gauge,
    calibrations: Calibrations,
    steered: Steered,
    lead: LeadKeeper,
    reloading: Reloading,
    metrics: Option<Metrics>,
    walls: Walls,
    queues: QueueBook,
    guard: WallGuard,
    /// What it says of itself, for whoever asks why it ended.
    flight: Option<FlightRecorder>,
}

impl Running {
    fn start(args: &RunArgs, cast: Cast, mut screens: Screens) -> Result<Self, Failure> {
        let copies_to = screens.guard.open(&screens.windows);
        let windows: Vec<_> = screens.windows.iter().map(|w| w.window.clone()).collect();
        let setup = EngineSetup {
            record_at_once: true,
            core: core_setup(&cast.stage, cast.parts())?,
            sources: sources(&cast.stage)?,
            readers: 4,
            record: args.record.as_ref().map(|to| record_setup(to, &cast)),
        };
        // The graphics come first: what they lack is said before a take is begun.
        let gpu = if args.no_picture {
            None
        } else {
            Some(KeptRenderer::gpu_for(&windows)?)
        };
        let (mut engine, mut readers) = Engine::start(setup)?;
        let mut reader = || readers.pop().ok_or_else(|| Failure::internal("no reader"));
        let figures = reader()?;
        let mut queues = QueueBook::default();
        queues.watch("stage_figures", &figures);
        let gauge = Gauge::new(&cast, figures);
        // Without outputs as well: an edit of the stage file may bring some.
        let rigs: Vec<_> = cast.members.iter().map(|m| m.rig.clone()).collect();
        let sent = (&cast.stage, rigs.as_slice());
        let sending = reader()?;
        queues.watch("stage_outputs", &sending);
        let (emitting, lights) = Emitting::start(sent, &cast.outputs, sending)?;
        let mut view = match gpu {
            Some(gpu) => {
                let characters = cast.members.iter().map(|m| Some(Arc::clone(&m.character)));
                let characters: Vec<_> = characters.collect();
                let plates = StagePlates::open(&cast.stage_file, &cast.stage)?;
                let drawing = reader()?;
                queues.watch("stage_walls", &drawing);
                let drawn = (&cast.stage, characters.as_slice(), plates);
                Some(LiveView::start(
                    drawn,
                    &gpu,
                    drawing,
                    &engine,
                    (screens.view, lights),
                    (windows, copies_to),
                )?)
            }
            None => None,
        };
        let wishes = view.as_mut().and_then(LiveView::take_wishes);
        let shown = std::mem::take(&mut engine.shown);
        queues.extend(view.iter().map(|view| view.wished().clone()));
        let seen = reader()?;
        queues.watch("stage_panel", &seen);
        let scene = SceneReader::new(&cast.stage, seen, shown);
        let takes = TakeDesk::new(&cast, args.record.as_ref());
        let steered = Steered::new(&cast, (scene, takes), (wishes, screens.keys))?;
        Ok(Self {
            engine,
            view,
            emitting: Some(emitting),
            gauge,
            calibrations: Calibrations::new(&cast),
            steered,
            lead: LeadKeeper::new(&cast.stage, !args.no_picture),
            walls: Walls::new(screens.windows),
            queues,
            guard: screens.guard,
            reloading: Reloading::new(args.stage.file(), &cast.stage_text, &args.outputs),
            metrics: serve_metrics(&cast)?,
            flight: flight::folder().and_then(|folder| FlightRecorder::start(&folder)),
            cast,
        })
    }

    /// Does what was ordered, and shows how the stage is.
    fn steer(&mut self, session: &Session) {
        let mut subject = Subject {
            cast: &self.cast,
            engine: &mut self.engine,
            calibrations: &mut self.calibrations,
            gauge: &mut self.gauge,
            view: self.view.as_ref(),
        };
        self.steered.advance(&mut subject, session);
        if self.steered.is_due() {
            self.say();
        }
        self.steered.steering.answer();
    }

    /// Says how the stage is, to whoever reads its document now or later.
    fn say(&mut self) -> (StageState, Vec<Finding>, Reading) {
        let (state, findings, reading) = self.read();
        let of = (&self.cast, &self.engine, &self.calibrations);
        let view = self.view.as_ref();
        let document = self.steered.write((&reading, &findings), of, view);
        if let Some(flight) = &mut self.flight {
            flight.note(&document);
        }
        (state, findings, reading)
    }

    /// Tells the guard how far the walls are.
    fn guard(&mut self) {
        if let Some(view) = &self.view {
            let (stage, show) = (&self.cast.stage, &self.steered.steering.show);
            let is_dark = |display: &str| walls::is_dark(stage, &show.over, display);
            self.guard.advance(&view.displays(), is_dark);
        }
    }

    /// Renews the figures for monitoring systems.
    fn measure(&mut self) {
        if self
            .metrics
            .as_ref()
            .is_none_or(|metrics| !metrics.is_due())
        {
            return;
        }
        let (state, findings, reading) = self.read();
        let none = OutputFigures::default();
        if let Some(metrics) = &mut self.metrics {
            metrics.write(&Figures {
                stage: self.cast.stage.name(),
                state,
                findings: &findings,
                reading: &reading,
                engine: &self.engine,
                outputs: self.emitting.as_ref().map_or(&none, Emitting::figures),
                door: self.steered.door.as_ref().map(|door| &door.server),
                edits: self.reloading.edits,
            });
        }
    }

    /// Whether every source is a recording that was played to its end.
    fn has_ended(&self) -> bool {
        let status = &self.engine.status;
        status.iter().all(|s| s.state() == SourceState::Ended)
    }

    fn read(&mut self) -> (StageState, Vec<Finding>, Reading) {
        let view = self.view.as_ref();
        let mut reading = self.gauge.read(&self.engine, &self.calibrations, view);
        let takes = &self.steered.steering.takes;
        reading.has_failed = view.is_some_and(LiveView::has_ended);
        reading.lead = self.lead.lead();
        reading.queues = self.queues.read(&self.engine, self.emitting.as_ref());
        reading.displays = self
            .walls
            .read(&view.map(LiveView::displays).unwrap_or_default());
        reading.guard = self.guard.reading();
        reading.plates = view.map(LiveView::plates).unwrap_or_default();
        reading.recording_failed = takes.failed(&self.engine);
        reading.edit_refused.clone_from(&self.reloading.refused);
        reading.edit_waits = self.reloading.waits;
        let ill = self.emitting.iter().flat_map(Emitting::ill);
        reading.ill_outputs = ill.collect();
        let findings = health::findings(&reading);
        (health::state(&reading, &findings), findings, reading)
    }
}

/// Serves figures to monitoring systems, when the stage file says where.
fn serve_metrics(cast: &Cast) -> Result<Option<Metrics>, Failure> {
    let address = cast.stage.control().metrics;
    let server = address.map(MetricsServer::start).transpose()?;
    Ok(server.map(Metrics::new))
}

fn play(
    args: &RunArgs,
    (cast, mut supervision): (Cast, Supervision),
    session: &Session,
    screens: Screens,
    stop: &Arc<AtomicBool>,
) -> Result<(), Failure> {
    let name = ("stage", cast.stage.name().to_owned());
    session
        .output
        .remark(&session.text.get("run-begins", &[name]));
    if let Some(to) = &args.record {
        recording::tell_leftovers(to, session);
    }
    let mut running = Running::start(args, cast, screens)?;
    if let Some(door) = &running.steered.door {
        let path = ("path", door.path().display().to_string());
        session
            .output
            .remark(&session.text.get("run-door", &[path]));
    }
    if let Some(metrics) = &running.metrics {
        let address = ("address", metrics.address().to_string());
        let said = session.text.get("run-metrics", &[address]);
        session.output.remark(&said);
    }
    supervision.ready();
    let mut teller = Teller::new(session);
    let began = Instant::now();
    while args.time.is_none_or(|t| began.elapsed() < t) && !stop.load(Ordering::Relaxed) {
        std::thread::sleep(LOOK_EVERY);
        running.calibrations.advance(&mut running.engine, session);
        running.lead.advance(now_host(), &running.engine);
        running.reload(session);
        running.steer(session);
        running.guard();
        running.measure();
        supervision.advance(&mut running, session);
        if running.view.as_ref().is_some_and(LiveView::has_ended)
            || args.stage.has_end() && running.has_ended()
        {
            break;
        }
        teller.tell(&mut running)?;
    }
    teller.clear();
    supervision.ending();
    // Graphics that failed are no wish of anybody's: the guard keeps the walls for a stage that is started again.
    if !running.view.as_ref().is_some_and(LiveView::has_ended) {
        running.guard.leave();
    }
    let ended = finish(args, running, session, began);
    supervision.end(session);
    ended
}

/// Ends everything and says what there was.
fn finish(
    args: &RunArgs,
    mut running: Running,
    session: &Session,
    began: Instant,
) -> Result<(), Failure> {
    let (state, findings, mut reading) = running.say();
    // Nobody steers a stage that ends.
    running.steered.door = None;
    let latency = Arc::clone(&running.engine.latency);
    let published = running.engine.solve.published.get();
    // Sources, solver and recording first: the take is sealed before anything that can be slow.
    let (recorded, _) = running.engine.stop();
    let recorded = recorded.unwrap_or_default();
    let outputs = running.emitting.map(Emitting::finish).unwrap_or_default();
    let drawn = running.view.map(LiveView::finish).transpose();
    if let Ok(Some(drawn)) = &drawn {
        reading.displays = running.walls.read(&drawn.displays);
    }
    running.guard.end();
    if session.output.wants_json() {
        let mut object = page::as_json(state, &findings, &reading, &latency, &session.text);
        object["seconds"] = json!(began.elapsed().as_secs_f64());
        object["frames_published"] = json!(published);
        object["frames_drawn"] = json!(
            drawn
                .as_ref()
                .ok()
                .and_then(Option::as_ref)
                .map_or(0, |d| d.pictures)
        );
        object["outputs"] = outgoing::as_json(&outputs);
        object["take"] = take_json(args, &recorded);
        session.output.object(&object)?;
    } else {
        let mut text = page::page(state, &findings, &reading, &session.text);
        text += &ending(args, &recorded, &outputs, session);
        session.output.result(&text)?;
    }
    drawn?;
    // In order, as far as the stage goes: whatever is wrong with the take is said.
    if let Some(flight) = running.flight {
        flight.finish();
    }
    match &args.record {
        Some(to) => recording::outcome(to, &recorded),
        None => Ok(()),
    }
}

fn record_setup(to: &Recording, cast: &Cast) -> RecordSetup {
    let stage = (cast.stage.name(), &*cast.stage_file, &*cast.stage_text);
    let sources = cast.stage.sources().iter();
    let sources = sources.map(|s| (s.name.as_str(), s.url.as_str()));
    to.setup(to.config(Some(stage), sources), true)
}

fn take_json(args: &RunArgs, recorded: &RecordReport) -> serde_json::Value {
    let record = args.record.as_ref();
    record.map_or(serde_json::Value::Null, |to| {
        recording::as_json(to, recorded)
    })
}

fn ending(
    args: &RunArgs,
    recorded: &RecordReport,
    outputs: &OutputFigures,
    session: &Session,
) -> String {
    let mut text = String::new();
    if !outputs.is_empty() {
        text.push('\n');
        text += &outgoing::table(outputs, &session.text);
    }
    if let Some(to) = &args.record {
        let path = ("path", to.path.display().to_string());
        let frames = ("frames", recorded.mocap_frames.to_string());
        text.push('\n');
        text += &session.text.get("run-recorded", &[path, frames]);
    }
    text
}
