//! The find thread: looks for performers whose markers have no names, while the solve thread goes on with everybody who
//! is followed. Nobody waits for it within a frame.

use super::error::EngineError;
use super::heartbeat::{Heartbeat, Patience};
use super::queues::NamedQueue;
use super::threads::{Intent, spawn};
use crate::core::{CoreSetup, SourceLabels};
use cyc_capture::now_host;
use cyc_model::{PerformerIdx, SourceId};
use cyc_queue::{OnFull, RingConsumer, RingProducer, ring};
use cyc_solver::{LabelAnswer, LabelQuestion, LabelSearch, LabelSubject};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, Thread};
use std::time::Duration;

/// Questions under way: a labeller asks one at a time.
const QUESTIONS: usize = 4;
/// Longest sleep; a question wakes the thread.
const IDLE: Duration = Duration::from_millis(50);

/// A question or an answer with its source.
pub type Of<T> = (SourceId, T);
/// A rig for a subject of a source's search.
type NewSubject = Option<(SourceId, usize, LabelSubject)>;

/// The solve thread's side.
pub struct FinderLink {
    pub questions: RingProducer<Of<LabelQuestion>>,
    pub answers: RingConsumer<Of<LabelAnswer>>,
    pub thread: Thread,
}

/// The engine's side.
pub struct Finder {
    handle: JoinHandle<()>,
    stop: Arc<AtomicBool>,
    subjects: RingProducer<NewSubject>,
    /// Which subject of which source's labeller each performer is.
    places: Vec<(PerformerIdx, SourceId, usize)>,
    /// The thread's sign of life.
    pub heartbeat: Arc<Heartbeat>,
    /// What leads to the thread and back.
    pub queues: Vec<NamedQueue>,
}

struct FindThread {
    searches: Vec<(SourceId, LabelSearch)>,
    questions: RingConsumer<Of<LabelQuestion>>,
    answers: RingProducer<Of<LabelAnswer>>,
    subjects: RingConsumer<NewSubject>,
    question: Of<LabelQuestion>,
    answer: LabelAnswer,
    heartbeat: Arc<Heartbeat>,
    stop: Arc<AtomicBool>,
}

/// Starts the thread, when there is a source whose performers may have to be found.
pub fn start(core: &mut CoreSetup) -> Result<Option<(Finder, FinderLink)>, EngineError> {
    let (performers, labels) = (core.performers.len(), &mut core.labels);
    if labels.is_empty() {
        return Ok(None);
    }
    let mut places = Vec::new();
    for performer in 0..performers {
        for source in labels.iter() {
            if let Some(subject) = source.subject_of(performer) {
                places.push((PerformerIdx(performer as u16), source.source, subject));
            }
        }
    }
    let markers = labels.iter().map(SourceLabels::markers_max).max();
    let markers = markers.unwrap_or(0);
    let question = || (SourceId::default(), LabelQuestion::with_room());
    let answer = || (SourceId::default(), LabelAnswer::with_room(markers));
    let (mut questions, questions_in) = ring(QUESTIONS, OnFull::DropOldest, question)?;
    let (mut answers_out, answers) = ring(QUESTIONS, OnFull::DropOldest, answer)?;
    let (subjects, subjects_in) = ring(QUESTIONS, OnFull::DropNewest, || None)?;
    let queues = vec![
        NamedQueue::new("questions", "", questions.gauge()),
        NamedQueue::new("answers", "", answers_out.gauge()),
    ];
    let stop = Arc::new(AtomicBool::new(false));
    let searches = labels.iter_mut().map(|l| (l.source, l.defer_searches()));
    let heartbeat = Heartbeat::new("find", Patience::SEARCHING);
    let find = FindThread {
        heartbeat: heartbeat.clone(),
        searches: searches.collect(),
        questions: questions_in,
        answers: answers_out,
        subjects: subjects_in,
        question: question(),
        answer: answer().1,
        stop: stop.clone(),
    };
    let handle = spawn("find", Intent::Normal, move |_| find.run())
        .map_err(|e| EngineError::thread("find", &e))?;
    let link = FinderLink {
        questions,
        answers,
        thread: handle.thread().clone(),
    };
    let finder = Finder {
        handle,
        stop,
        subjects,
        places,
        heartbeat,
        queues,
    };
    Ok(Some((finder, link)))
}

impl Finder {
    /// Looks for a performer by another rig from now on. False when too many changes are under way.
    pub fn use_subject(&mut self, performer: PerformerIdx, with: &LabelSubject) -> bool {
        let mut places = self.places.iter();
        let Some(&(_, source, subject)) = places.find(|p| p.0 == performer) else {
            return true;
        };
        let with = with.clone();
        let pushed = self
            .subjects
            .push_with(|slot| *slot = Some((source, subject, with)));
        pushed.is_stored()
    }

    /// Tells the thread to end, and leaves it to that.
    pub fn leave(self) -> JoinHandle<()> {
        self.stop.store(true, Ordering::Relaxed);
        self.handle.thread().unpark();
        self.handle
    }

    /// Tells the thread to end, and waits.
    pub fn join(self) {
        // A search that panicked has found nobody more; everybody who was followed was followed on.
        let _ = self.leave().join();
    }
}

impl FindThread {
    fn run(mut self) {
        while !self.stop.load(Ordering::Relaxed) {
            self.heartbeat.beat(now_host());
            self.take_subjects();
            let asked = self
                .questions
                .pop_with(|slot| std::mem::swap(slot, &mut self.question));
            if asked.is_none() {
                std::thread::park_timeout(IDLE);
                continue;
            }
            let (source, question) = (self.question.0, &self.question.1);
            if let Some((_, search)) = self.searches.iter_mut().find(|s| s.0 == source) {
                search.answer(question, &mut self.answer);
                let answer = &self.answer;
                // An answer that displaces another one is newer than it: the labeller uses the newest only.
                let _ = self.answers.push_with(|slot| {
                    slot.0 = source;
                    slot.1.copy_from(answer);
                });
            }
        }
    }

    fn take_subjects(&mut self) {
        let mut taken = None;
        while self.subjects.pop_with(|slot| taken = slot.take()).is_some() {
            if let Some((source, subject, with)) = taken.take()
                && let Some((_, search)) = self.searches.iter_mut().find(|s| s.0 == source)
            {
                drop(search.replace(subject, with));
            }
        }
    }
}
