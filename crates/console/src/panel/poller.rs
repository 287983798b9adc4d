//! Threads that ask a stage again and again, so that the panel never waits for it.
//!
//! One thread reads the state, one the moving scene, one hands commands over: a stage that is slow in one does not
//! hold up the others. They leave what is newest behind a lock that is held for the length of a pointer's copy. A
//! stage that does not answer is asked again and again, ever less often up to once a second, for as long as the panel
//! is open; and each time it is looked for anew, since a stage that was started again listens elsewhere.

use super::link::{Given, Outcome, Seen, StageLink};
use cyc_control::{
    Access, ClientError, Command, ControlClient, SceneFrame, SceneShapes, StageDocument,
};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;
use std::time::{Duration, Instant};

/// How often the state is read: ten times a second, as often as a person can follow.
const STATE_EVERY: Duration = Duration::from_millis(100);
/// How often the scene is read: thirty times a second, as often as the panel draws.
const SCENE_EVERY: Duration = Duration::from_millis(33);
/// Longest time between two tries of a stage that does not answer.
const RETRY_MAX: Duration = Duration::from_secs(1);
/// Commands that may wait for a slow stage: more than a person gives within an answer's time.
const WAITING_MAX: usize = 16;
/// Given commands that are kept with their outcomes.
const KEPT: usize = 32;

/// What the threads leave for the panel.
#[derive(Default)]
struct Newest {
    document: Option<Arc<StageDocument>>,
    /// When a document with another number came last.
    renewed_at: Option<Instant>,
    shapes: Option<Arc<SceneShapes>>,
    scene: Option<Arc<SceneFrame>>,
    trouble: Option<ClientError>,
    given: VecDeque<Given>,
}

/// Looks for the stage; `None` when it is not to be found now.
pub type Finder = Box<dyn Fn() -> Option<Access> + Send>;

struct Shared {
    newest: Mutex<Newest>,
    /// The way to the stage, and how often it has changed.
    way: Mutex<(u64, Access)>,
    stop: AtomicBool,
}

impl Shared {
    fn newest(&self) -> MutexGuard<'_, Newest> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn way(&self) -> MutexGuard<'_, (u64, Access)> {
        self.way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes another way from now on.
    fn go(&self, access: Access) {
        let mut way = self.way();
        if way.1 != access {
            *way = (way.0 + 1, access);
        }
    }

    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Keeps a document, unless it is the one that was there: a stage whose server answers while its own work stands
    /// still must look as still as it is.
    fn keep(&self, document: StageDocument) -> bool {
        let mut newest = self.newest();
        newest.trouble = None;
        let before = newest.document.as_deref();
        let is_restarted = before.is_none_or(|d| d.uptime_s > document.uptime_s);
        let is_edited = before.is_none_or(|d| d.edits != document.edits);
        if before.is_none_or(|d| d.number != document.number || is_restarted) {
            newest.renewed_at = Some(Instant::now());
            newest.document = Some(Arc::new(document));
        }
        is_restarted || is_edited
    }
}

/// One thread's connection, made anew when the way to the stage changes.
struct Caller {
    shared: Arc<Shared>,
    way: u64,
    client: ControlClient,
}

impl Caller {
    fn new(shared: &Arc<Shared>) -> Self {
        let (way, access) = shared.way().clone();
        Self {
            shared: Arc::clone(shared),
            way,
            client: ControlClient::new(access),
        }
    }

    fn client(&mut self) -> &ControlClient {
        let way = self.shared.way();
        if way.0 != self.way {
            (self.way, self.client) = (way.0, ControlClient::new(way.1.clone()));
        }
        drop(way);
        &self.client
    }
}

/// A stage that is asked by threads.
pub struct PolledStage {
    shared: Arc<Shared>,
    began: Instant,
    commands: SyncSender<(u64, Command)>,
    numbers: u64,
}

impl PolledStage {
    /// Starts to ask, and looks for the stage with `find` whenever it does not answer. Fails when the system gives no
    /// threads.
    pub fn start(access: Access, find: Finder) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            newest: Mutex::default(),
            way: Mutex::new((0, access)),
            stop: AtomicBool::new(false),
        });
        let (commands, waiting) = sync_channel(WAITING_MAX);
        let [state, scene, give] = [(); 3].map(|()| Caller::new(&shared));
        Builder::new()
            .name("asks-state".to_owned())
            .spawn(move || read_state(state, &find))?;
        Builder::new()
            .name("asks-scene".to_owned())
            .spawn(move || read_scene(scene))?;
        Builder::new()
            .name("gives-commands".to_owned())
            .spawn(move || give_commands(give, &waiting))?;
        Ok(Self {
            shared,
            began: Instant::now(),
            commands,
            numbers: 0,
        })
    }
}

/// The threads end by themselves, after the answer that they wait for: closing the panel waits for nobody.
impl Drop for PolledStage {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
    }
}

impl StageLink for PolledStage {
    fn seen(&mut self) -> Seen {
        let newest = self.shared.newest();
        let since = newest.renewed_at.unwrap_or(self.began);
        Seen {
            document: newest.document.clone(),
            age_s: since.elapsed().as_secs_f64(),
            shapes: newest.shapes.clone(),
            scene: newest.scene.clone(),
            trouble: newest.trouble.clone(),
        }
    }

    fn give(&mut self, command: Command) {
        self.numbers += 1;
        let number = self.numbers;
        let outcome = match self.commands.try_send((number, command.clone())) {
            Ok(()) => Outcome::Waiting,
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Outcome::Crowded,
        };
        let mut newest = self.shared.newest();
        // The answer may have been quicker than this thread: then it stands there already.
        if !newest.given.iter().any(|g| g.number == number) {
            put(&mut newest.given, number, command, outcome);
        }
    }

    fn last_given(&mut self) -> Option<Given> {
        self.shared.newest().given.back().cloned()
    }
}

/// Keeps what became of a command.
fn put(given: &mut VecDeque<Given>, number: u64, command: Command, outcome: Outcome) {
    if let Some(known) = given.iter_mut().find(|g| g.number == number) {
        known.outcome = outcome;
        return;
    }
    if given.len() == KEPT {
        given.pop_front();
    }
    given.push_back(Given {
        number,
        command,
        outcome,
    });
}

/// Waits until the next turn; longer after each failure in a row.
fn rest(every: Duration, failures: u32, began: Instant) {
    let pause = match failures {
        0 => every,
        n => (every * 2_u32.pow(n.min(5))).min(RETRY_MAX),
    };
    std::thread::sleep(pause.saturating_sub(began.elapsed()));
}

fn read_state(mut caller: Caller, find: &Finder) {
    let shared = Arc::clone(&caller.shared);
    let (mut failures, mut has_shapes) = (0, false);
    while !shared.is_over() {
        let began = Instant::now();
        let client = caller.client();
        match client.state() {
            Ok(document) => {
                failures = 0;
                // Another run of the stage may stand differently.
                has_shapes &= !shared.keep(document);
                if !has_shapes && let Ok(shapes) = client.shapes() {
                    shared.newest().shapes = Some(Arc::new(shapes));
                    has_shapes = true;
                }
            }
            Err(trouble) => {
                failures += 1;
                has_shapes = false;
                shared.newest().trouble = Some(trouble);
                if let Some(access) = find() {
                    shared.go(access);
                }
            }
        }
        rest(STATE_EVERY, failures, began);
    }
}

fn read_scene(mut caller: Caller) {
    let shared = Arc::clone(&caller.shared);
    let mut failures = 0;
    while !shared.is_over() {
        let began = Instant::now();
        match caller.client().scene() {
            Ok(scene) => {
                failures = 0;
                shared.newest().scene = Some(Arc::new(scene));
            }
            Err(_) => failures += 1,
        }
        rest(SCENE_EVERY, failures, began);
    }
}

fn give_commands(mut caller: Caller, waiting: &Receiver<(u64, Command)>) {
    let shared = Arc::clone(&caller.shared);
    // Ends when the panel drops its end of the queue; what waits then is not given any more.
    while let Ok((number, command)) = waiting.recv() {
        if shared.is_over() {
            return;
        }
        let outcome = match caller.client().give(&command, "panel") {
            Ok(reply) => Outcome::Answered(reply),
            Err(trouble) => Outcome::Lost(trouble),
        };
        put(&mut shared.newest().given, number, command, outcome);
    }
}

#[cfg(test)]
mod tests;
