//! The stage file is read again when it is saved, while the stage runs.
//!
//! A thread looks at the file, another one reads, checks and builds what a saved text needs; the thread that a person
//! waits for hands it over, and engine, picture and outputs change over between two frames, each at the first frame of the
//! new configuration. A text that is wrong changes nothing: it is refused with its line and column and stays a finding until
//! the file is right again. What a running stage cannot change is named and kept.

mod changes;
mod prepared;
mod refused;
mod watch;

use super::Running;
use crate::Session;
use crate::demo::{Drawing, NextOutputs};
use crate::failure::Failure;
use cyc_capture::now_host;
use cyc_emit::OutputUrl;
use cyc_engine::run::{ExchangeSetup, Ordered};
use prepared::{Ground, Prepared};
pub use refused::RefusedEdit;
use serde_json::json;
use std::thread::JoinHandle;
use watch::StageWatch;

/// A text that is made ready.
struct Making {
    text: String,
    /// Of the performers that it was made for: they may be calibrated meanwhile.
    members: u64,
    thread: JoinHandle<Result<Box<Prepared>, RefusedEdit>>,
}

/// The edits of the stage file under way.
pub struct Reloading {
    watch: Option<StageWatch>,
    /// The text that the stage was started with.
    started: String,
    own_outputs: Vec<OutputUrl>,
    saved: Option<String>,
    making: Option<Making>,
    ready: Option<(Box<Prepared>, u64)>,
    /// What the picture and the outputs have not taken yet.
    drawing: Option<Box<Drawing>>,
    frames: Option<(Box<NextOutputs>, u32)>,
    /// Edits that were taken over.
    pub edits: u32,
    /// Why the newest text was not taken over.
    pub refused: Option<RefusedEdit>,
    /// Whether an edit waits for the end of the take.
    pub waits: bool,
}

impl Reloading {
    /// Watches the file of a stage that was started with `text`; without a file there is nothing to watch.
    pub fn new(file: Option<&std::path::Path>, text: &str, own_outputs: &[OutputUrl]) -> Self {
        Self {
            watch: file.and_then(|file| StageWatch::start(file, text)),
            started: text.to_owned(),
            own_outputs: own_outputs.to_vec(),
            saved: None,
            making: None,
            ready: None,
            drawing: None,
            frames: None,
            edits: 0,
            refused: None,
            waits: false,
        }
    }

    /// Whether the change before has left this thread's hands.
    fn is_handed_over(&self) -> bool {
        self.drawing.is_none() && self.frames.is_none()
    }
}

impl Running {
    /// Takes an edit of the stage file a step further. To be called often; never waits for what is slow.
    pub fn reload(&mut self, session: &Session) {
        self.hand_over();
        if let Some(text) = self.reloading.watch.as_ref().and_then(StageWatch::saved) {
            self.reloading.saved = Some(text);
            self.reloading.ready = None;
        }
        self.make_ready();
        let made = self.reloading.making.take_if(|m| m.thread.is_finished());
        if let Some(made) = made {
            let (text, members) = (made.text, made.members);
            let whole = |why| RefusedEdit::whole(&self.cast.stage_file, why);
            let result = made.thread.join();
            let result =
                result.unwrap_or_else(|_| Err(whole(Failure::internal("an edit panicked"))));
            match result {
                // A newer one was saved meanwhile.
                _ if self.reloading.saved.is_some() => {}
                // What stands there is what runs: it was right again, or a file beside it was saved as it was.
                Ok(prepared) if prepared.changes.is_empty() && text == self.cast.stage_text => {
                    self.reloading.refused = None;
                }
                Ok(prepared) => self.reloading.ready = Some((prepared, members)),
                Err(why) => self.refuse(why, &text, session),
            }
        }
        if let Some((prepared, members)) = self.reloading.ready.take() {
            self.take_over(prepared, members, session);
        }
    }

    /// Begins to make the newest text ready.
    fn make_ready(&mut self) {
        if self.reloading.making.is_some() || self.steered.is_recasting() {
            return;
        }
        let Some(text) = self.reloading.saved.take() else {
            return;
        };
        let mut cast = self.cast.clone();
        cast.members = self.calibrations.members().cloned().collect();
        let view = self.view.as_ref();
        let ground = Ground {
            cast,
            own_outputs: self.reloading.own_outputs.clone(),
            gpu: view.map(|view| (view.gpu().clone(), view.walls().to_vec())),
        };
        let members = self.calibrations.changes();
        let make = text.clone();
        let thread = std::thread::Builder::new().name("edit".to_owned());
        // Without a thread the edit is looked at with the next one.
        if let Ok(thread) = thread.spawn(move || Prepared::make(&ground, make)) {
            self.reloading.making = Some(Making {
                text,
                members,
                thread,
            });
        }
    }

    /// Gives the picture and the outputs what they had no room for yet.
    fn hand_over(&mut self) {
        let reloading = &mut self.reloading;
        if let (Some(view), Some(drawing)) = (&self.view, reloading.drawing.take()) {
            reloading.drawing = view.draw_with(drawing).err();
        }
        if let (Some(emitting), Some((next, config))) =
            (&mut self.emitting, reloading.frames.take())
        {
            let back = emitting.change(next, config).err();
            reloading.frames = back.map(|next| (next, config));
        }
        if let Some(emitting) = &mut self.emitting {
            emitting.drop_used();
        }
    }

    fn take_over(&mut self, mut prepared: Box<Prepared>, members: u64, session: &Session) {
        if members != self.calibrations.changes() {
            // Somebody was calibrated or recast: it is made anew for who she is now.
            self.reloading.saved = Some(prepared.cast.stage_text);
            return;
        }
        let is_busy = self.steered.is_recasting() || !self.reloading.is_handed_over();
        let rolls = prepared.engine.is_some() && self.engine.is_recording();
        if rolls && !self.reloading.waits {
            let said = session.text.get("run-edit-waits", &[]);
            session.output.remark(&said);
        }
        self.reloading.waits = rolls;
        if is_busy || rolls || !self.engine.is_exchanged() {
            self.reloading.ready = Some((prepared, members));
            return;
        }
        let ordered = prepared.engine.take().map(|next| {
            self.engine.exchange(ExchangeSetup {
                core: next.core,
                sources: next.sources,
                performers: next.performers,
                keeps_labels: next.keeps_labels,
            })
        });
        match ordered.transpose() {
            Ok(ordered) => self.go_on_with(*prepared, ordered, session),
            Err(why) => {
                let why = RefusedEdit::whole(&self.cast.stage_file, why.into());
                let text = prepared.cast.stage_text;
                self.refuse(why, &text, session);
            }
        }
    }

    /// The engine has its order: everybody else changes over with it.
    fn go_on_with(&mut self, prepared: Prepared, ordered: Option<Ordered>, session: &Session) {
        let Prepared {
            cast,
            changes,
            sources,
            members,
            renderer,
            plates,
            outputs,
            ..
        } = prepared;
        let before = std::mem::replace(&mut self.cast, cast);
        let cast = &self.cast;
        let (config, shown) = match ordered {
            Some(ordered) => (ordered.config, Some(ordered.shown)),
            None => (self.gauge.config(), None),
        };
        let reloading = &mut self.reloading;
        reloading.edits += 1;
        reloading.refused = None;
        self.calibrations.exchange(&cast.members, &members);
        self.gauge.exchange(cast, config, &sources);
        self.lead.exchange(&cast.stage);
        self.steered.exchange(
            (&before, cast),
            (reloading.edits, &sources),
            (config, shown),
        );
        let (frames, lights) = outputs.unzip();
        if let (Some(emitting), Some(lights)) = (&mut self.emitting, &lights) {
            emitting.count_too(lights);
        }
        let names = cast.stage.sources().iter().map(|s| s.name.clone());
        let pace = cast.stage.timing();
        reloading.drawing = Some(Box::new(Drawing {
            begins: Some((config, reloading.edits)),
            renderer,
            plates,
            pace: Some((pace, !cast.stage.cameras().is_empty())),
            sources: Some((names.collect(), self.engine.status.clone())),
            lights,
        }));
        if self.view.is_none() {
            reloading.drawing = None;
        }
        // The outputs follow the engine's configuration even where they stay as they are.
        reloading.frames = frames.map(|frames| (frames, config));
        self.hand_over();
        self.say_edit(&changes.summary(), session);
    }

    fn say_edit(&mut self, summary: &str, session: &Session) {
        let text = &session.text;
        let said = text.get("run-edit-taken", &[("changes", summary.to_owned())]);
        session.output.remark(&said);
        let kept = changes::kept(&self.reloading.started, &self.cast.stage_text);
        if !kept.is_empty() {
            let keys = ("keys", kept.join(", "));
            session.output.remark(&text.get("run-edit-kept", &[keys]));
        }
        self.steered.steering.note_edit(summary, None);
        let content =
            json!({ "changes": summary, "kept": kept, "stage.toml": self.cast.stage_text });
        let events = self.engine.events();
        events.note(now_host(), "config", content.to_string());
    }

    fn refuse(&mut self, why: RefusedEdit, text: &str, session: &Session) {
        let [what, fix] = why.said(&session.text);
        session.output.remark(&format!("{what}\n  {fix}"));
        self.steered.steering.note_edit(&why.place, Some(&why));
        let content = json!({ "refused": why.place, "bytes": text.len() });
        let events = self.engine.events();
        events.note(now_host(), "config", content.to_string());
        self.reloading.refused = Some(why);
    }
}
