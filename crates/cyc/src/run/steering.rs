//! What an operator tells the running stage: taken from the door, done or refused, answered, kept in the log.
//!
//! Everything here runs on the thread that a person waits for. What changes the picture goes to the live view through a
//! latest-value cell, what changes the engine through the engine's own queues: no thread that carries frames ever waits
//! for a command.

use super::calibrations::Calibrations;
use super::cast::Cast;
use super::recast::Recasting;
use super::refusal::{Kind, Refusal, place_of};
use super::reload::RefusedEdit;
use super::show::Show;
use super::takes::TakeDesk;
use crate::demo::{LiveView, LiveWish};
use crate::failure::Failure;
use crate::language::Language;
use crate::text::Text;
use cyc_control::limits::{LOG_ENTRIES, LOG_SHOWN, UNDO_STEPS};
use cyc_control::server::Voice;
use cyc_control::{Command, LogEntry, Order, Reply, Said};
use cyc_engine::run::Engine;
use cyc_model::PerformerIdx;
use cyc_queue::LatestWriter;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::time::Instant;

/// Texts in both languages: who reads an answer is not known here.
pub struct BothTexts {
    en: Text,
    zh_cn: Text,
}

impl BothTexts {
    /// Reads them.
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            en: Text::new(Language::English),
            zh_cn: Text::new(Language::Chinese),
        })
    }

    /// Says something twice.
    pub fn say(&self, say: impl Fn(&Text) -> String) -> Said {
        Said {
            en: say(&self.en),
            zh_cn: say(&self.zh_cn),
        }
    }

    /// What is wrong and what to do, by key.
    pub fn message(&self, key: &str, args: &[(&'static str, String)]) -> (Said, Said) {
        let what = self.say(|text| text.get(key, args));
        let fix = self.say(|text| text.fix(key, args).unwrap_or_default());
        (what, fix)
    }

    /// The same for the server.
    pub fn voice(self: &Arc<Self>) -> Voice {
        let both = Arc::clone(self);
        Voice::new(move |key, args| both.message(key, args))
    }
}

/// What can be brought back.
struct Step {
    name: String,
    show: Show,
    sources_on: Vec<bool>,
}

/// The parts of the running stage that commands act on.
pub struct Helm<'r> {
    /// The engine.
    pub engine: &'r mut Engine,
    /// How far performers are calibrated.
    pub calibrations: &'r mut Calibrations,
    /// Who plays.
    pub cast: &'r Cast,
    /// Other digital humans on their way.
    pub recasting: &'r mut Recasting,
    /// The live picture, if anything is drawn.
    pub view: Option<&'r LiveView>,
}

/// Commands of a running stage.
pub struct Steering {
    orders: Receiver<Order>,
    texts: Arc<BothTexts>,
    /// What was done to the picture.
    pub show: Show,
    /// Its takes.
    pub takes: TakeDesk,
    wishes: Option<LatestWriter<LiveWish>>,
    /// The edit of the stage that the wishes are for.
    edit: u32,
    undo: Vec<Step>,
    answers: Vec<(Order, Reply)>,
    log: VecDeque<LogEntry>,
    given: u64,
    began: Instant,
}

impl Steering {
    /// For a stage; `wishes` is where the live view reads, if anything is drawn.
    pub fn new(
        cast: &Cast,
        orders: Receiver<Order>,
        texts: Arc<BothTexts>,
        takes: TakeDesk,
        wishes: Option<LatestWriter<LiveWish>>,
    ) -> Self {
        let mut steering = Self {
            orders,
            texts,
            show: Show::new(&cast.stage),
            takes,
            wishes,
            edit: 0,
            undo: Vec::new(),
            answers: Vec::new(),
            log: VecDeque::new(),
            given: 0,
            began: Instant::now(),
        };
        steering.wish();
        steering
    }

    /// Does everything that was ordered. Tells the log's new entries; the answers wait for [`Self::answer`], so that whoever
    /// has one finds the change in the document.
    pub fn obey(&mut self, mut helm: Helm<'_>) -> Vec<LogEntry> {
        let mut told = Vec::new();
        while let Ok(order) = self.orders.try_recv() {
            let done = self.act(&order.command, &mut helm);
            let entry = self.enter(&order, done.as_ref().err());
            let wrong = done
                .err()
                .map(|why| (why.key(), self.texts.message(why.key(), &why.args())));
            let (key, said) = wrong.map_or((None, None), |(key, said)| {
                (Some(key.to_owned()), Some(said))
            });
            let (what, fix) = said.map_or((None, None), |(what, fix)| (Some(what), Some(fix)));
            let reply = Reply {
                number: entry.number,
                done: entry.done,
                key,
                what,
                fix,
            };
            self.answers.push((order, reply));
            told.push(entry);
        }
        self.takes.look(helm.engine);
        told
    }

    /// Goes on with another stage: what was done to walls and cameras of the same name stays done, and can be taken back.
    pub fn exchange(
        &mut self,
        (before, after): (&Cast, &Cast),
        (edit, sources): (u32, &[Option<usize>]),
    ) {
        let (was, is) = (&before.stage, &after.stage);
        self.edit = edit;
        self.show = self.show.moved(was, is);
        for step in &mut self.undo {
            step.show = step.show.moved(was, is);
            let on = |place: &Option<usize>| place.and_then(|p| step.sources_on.get(p).copied());
            let on = sources.iter().map(|place| on(place).unwrap_or(true));
            step.sources_on = on.collect();
        }
        self.takes.exchange(after);
        self.wish();
    }

    /// Enters an edit of the stage file, with the reason when it was refused.
    pub fn note_edit(&mut self, what: &str, refused: Option<&RefusedEdit>) {
        let why = refused.map(|why| self.texts.say(|text| why.said(text)[0].clone()));
        self.log_entry("file", what.to_owned(), why);
    }

    /// Whether somebody waits for an answer.
    pub fn has_answers(&self) -> bool {
        !self.answers.is_empty()
    }

    /// Answers every order that was done or refused, once.
    pub fn answer(&mut self) {
        for (order, reply) in self.answers.drain(..) {
            order.answer(reply);
        }
    }

    /// The newest log entries, oldest first.
    pub fn log(&self) -> impl Iterator<Item = &LogEntry> {
        let skipped = self.log.len().saturating_sub(LOG_SHOWN);
        self.log.iter().skip(skipped)
    }

    /// What an undo would take back.
    pub fn undoes(&self) -> Option<&str> {
        self.undo.last().map(|step| step.name.as_str())
    }

    fn enter(&mut self, order: &Order, refused: Option<&Refusal>) -> LogEntry {
        let why = refused.map(|why| self.texts.message(why.key(), &why.args()).0);
        let command = serde_json::to_string(&order.command).unwrap_or_default();
        self.log_entry(order.via.name(), command, why)
    }

    fn log_entry(&mut self, via: &str, command: String, why_not: Option<Said>) -> LogEntry {
        self.given += 1;
        let entry = LogEntry {
            number: self.given,
            at_s: self.began.elapsed().as_secs_f64(),
            via: via.to_owned(),
            command,
            done: why_not.is_none(),
            why_not,
        };
        if self.log.len() >= LOG_ENTRIES {
            self.log.pop_front();
        }
        self.log.push_back(entry.clone());
        entry
    }

    fn act(&mut self, command: &Command, helm: &mut Helm<'_>) -> Result<(), Refusal> {
        let step = command.is_undoable().then(|| Step {
            name: command.name().to_owned(),
            show: self.show.clone(),
            sources_on: helm.engine.status.iter().map(|s| s.is_on()).collect(),
        });
        match command {
            Command::Source { source, on } => {
                let names = helm.cast.stage.sources().iter().map(|s| s.name.as_str());
                let at = place_of(Kind::Source, source, names)?;
                if let Some(status) = helm.engine.status.get(at) {
                    status.set_on(*on);
                }
            }
            Command::Calibrate { performer } => {
                helm.calibrations.begin_now(performer, helm.engine)?;
            }
            Command::CalibrateFace { performer } => rest_face(performer, helm)?,
            Command::Character { performer, file } => {
                let who = (&*helm.calibrations, helm.cast);
                helm.recasting.begin((performer, file), who, helm.view)?;
            }
            Command::TakeArm { slate, take, notes } => self.takes.arm(slate, *take, notes)?,
            Command::TakeRoll {} => self.takes.roll(helm.engine, helm.cast)?,
            Command::TakeCut {} => self.takes.cut(helm.engine)?,
            Command::Undo {} => self.take_back(helm.engine)?,
            _ if self.wishes.is_none() => return Err(Refusal::NoPicture),
            _ => self.show.apply(&helm.cast.stage, command)?,
        }
        if let Some(step) = step {
            if self.undo.len() >= UNDO_STEPS {
                self.undo.remove(0);
            }
            self.undo.push(step);
        }
        self.wish();
        Ok(())
    }

    fn take_back(&mut self, engine: &Engine) -> Result<(), Refusal> {
        let step = self.undo.pop().ok_or(Refusal::NothingToUndo)?;
        self.show = step.show;
        for (status, on) in engine.status.iter().zip(step.sources_on) {
            status.set_on(on);
        }
        Ok(())
    }

    fn wish(&mut self) {
        if let Some(wishes) = &mut self.wishes {
            wishes.publish_with(|wish| {
                wish.over.clone_from(&self.show.over);
                wish.on_air = self.show.on_air;
                wish.edit = self.edit;
            });
        }
    }
}

/// Whether a log entry is worth a line for whoever reads the terminal: all are.
pub fn log_line(entry: &LogEntry, text: &Text) -> String {
    let command = ("command", entry.command.clone());
    let via = ("via", entry.via.clone());
    match &entry.why_not {
        None => text.get("steer-done", &[command, via]),
        Some(why) => {
            let why = match text.language() {
                Language::English => &why.en,
                Language::Chinese => &why.zh_cn,
            };
            text.get("steer-refused", &[command, via, ("why", why.clone())])
        }
    }
}
/// What a performer's face did in the last second is its rest from now on.
fn rest_face(performer: &str, helm: &mut Helm<'_>) -> Result<(), Refusal> {
    let names = helm.cast.stage.performers().iter().map(|p| p.name.as_str());
    let at = place_of(Kind::Performer, performer, names)?;
    let heard = helm.engine.solve.faces_heard.load(Ordering::Relaxed);
    if at >= 64 || heard >> at & 1 == 0 {
        let name = performer.to_owned();
        return Err(Refusal::NoFace { name });
    }
    let index = PerformerIdx(u16::try_from(at).unwrap_or(u16::MAX));
    let rest = helm.engine.rest_face(index);
    let rest = rest.ok_or_else(|| Failure::internal("the solver did not answer"))?;
    helm.calibrations.rest_face(at, rest);
    Ok(())
}
