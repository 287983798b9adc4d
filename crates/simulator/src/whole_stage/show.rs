//! A show in virtual time: events in the order of their times, from the first exposure to the last wall frame.

use super::fault::{Fault, FaultKind};
use super::hostility;
use super::plan::{Plan, ShowSettings};
use super::process::{IDLE, Process};
use super::rig_motion::RigMotion;
use super::virtual_network::VirtualPath;
use super::virtual_source::{PROCESSING, VirtualSource};
use super::watcher::{Breach, Figures, Watcher};
use cyc_model::{HostNs, Nanos};
use cyc_solver::RetargetError;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The wall's frames.
const WALL: Nanos = Nanos(16_666_667);
/// A source's thread looks around at least so often.
const LOOK: Nanos = Nanos::from_millis(50);
/// A turn of the solve thread is a spike by this chance, while it has spikes.
const SPIKES: f64 = 0.05;

/// What happens next.
#[derive(Debug)]
enum Happening {
    /// A source exposes a frame.
    Expose(usize),
    /// A datagram arrives over a path of a source.
    Arrive(usize, usize, Vec<u8>),
    /// A source's thread looks around.
    Look(usize),
    /// A source's thread gives out what has waited long enough.
    Release(usize),
    /// The solve thread wakes.
    Wake,
    /// The wall shows what there is.
    Wall,
    /// The program is killed.
    Kill,
    /// It is started again.
    Start,
}

#[derive(Debug)]
struct Scheduled {
    at: HostNs,
    order: u64,
    what: Happening,
}

impl PartialEq for Scheduled {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}
impl Eq for Scheduled {}
impl PartialOrd for Scheduled {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Scheduled {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// What came of a show.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// How many performers there were.
    pub performers: usize,
    /// What went wrong by the plan.
    pub faults: Vec<Fault>,
    /// What was measured.
    pub figures: Figures,
    /// Promises that were broken, the first few of them.
    pub breaches: Vec<Breach>,
    /// Everything that was shown, as a number.
    pub digest: u64,
}

struct Show<'m> {
    plan: Plan,
    motions: &'m [RigMotion],
    sources: Vec<VirtualSource>,
    paths: Vec<Vec<VirtualPath>>,
    process: Option<Process>,
    watcher: Watcher,
    dice: ChaCha8Rng,
    coming: BinaryHeap<Reverse<Scheduled>>,
    order: u64,
    /// When the solve thread is to wake, and until when it is busy.
    wake_at: Option<HostNs>,
    busy_until: HostNs,
}

/// Runs the show of these settings with performances to choose from. The same settings give the same outcome, bit by bit.
///
/// # Errors
/// When a performance's rig cannot be solved.
pub fn run(settings: &ShowSettings, motions: &[RigMotion]) -> Result<Outcome, RetargetError> {
    let plan = Plan::new(settings, motions.len());
    let mut show = Show::new(plan, motions)?;
    let ends = show.plan.ends();
    while let Some(Reverse(next)) = show.coming.pop() {
        if next.at >= ends {
            break;
        }
        show.happen(next.at, next.what)?;
    }
    show.watcher.figures.refused += show.process.as_ref().map_or(0, Process::refused);
    Ok(Outcome {
        seed: settings.seed,
        performers: show.plan.performers.len(),
        faults: show.plan.faults,
        digest: show.watcher.digest(),
        figures: show.watcher.figures,
        breaches: show.watcher.breaches,
    })
}

impl<'m> Show<'m> {
    fn new(plan: Plan, motions: &'m [RigMotion]) -> Result<Self, RetargetError> {
        let (start, seed) = (plan.settings.start, plan.settings.seed);
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        dice.set_stream(0x300);
        let ids = 0..plan.sources.len();
        let paths = |id: usize, of: usize| (0..of).map(move |p| VirtualPath::new(seed, id, p));
        let mut show = Self {
            sources: ids
                .clone()
                .map(|id| VirtualSource::new(&plan, id))
                .collect(),
            paths: plan
                .sources
                .iter()
                .enumerate()
                .map(|(id, source)| paths(id, source.paths).collect())
                .collect(),
            process: Some(Process::start(&plan, motions, start)?),
            watcher: Watcher::new(&plan, motions),
            plan,
            motions,
            dice,
            coming: BinaryHeap::new(),
            order: 0,
            wake_at: None,
            busy_until: start,
        };
        for id in ids {
            show.schedule(
                start + Nanos::from_micros(700 * id as i64),
                Happening::Expose(id),
            );
            show.schedule(start, Happening::Look(id));
        }
        show.schedule(start + WALL, Happening::Wall);
        show.wake(start);
        let kills = show
            .plan
            .faults
            .iter()
            .filter(|f| f.kind == FaultKind::ProcessKill);
        for kill in kills.copied().collect::<Vec<_>>() {
            show.schedule(kill.begins, Happening::Kill);
            show.schedule(kill.ends, Happening::Start);
        }
        Ok(show)
    }

    fn schedule(&mut self, at: HostNs, what: Happening) {
        self.order += 1;
        let order = self.order;
        self.coming.push(Reverse(Scheduled { at, order, what }));
    }

    /// Wakes the solve thread at a time, or as soon as it is free.
    fn wake(&mut self, at: HostNs) {
        let at = at.max(self.busy_until);
        if self.wake_at.is_none_or(|before| at < before) {
            self.wake_at = Some(at);
            self.schedule(at, Happening::Wake);
        }
    }

    fn happen(&mut self, now: HostNs, what: Happening) -> Result<(), RetargetError> {
        match what {
            Happening::Expose(source) => self.expose(source, now),
            Happening::Arrive(source, path, bytes) => {
                let woken = self.process.as_mut().is_some_and(|p| {
                    self.watcher.figures.datagrams += 1;
                    p.receive((source, path), &bytes, now, &mut self.watcher)
                });
                self.after_receiving(source, now, woken);
            }
            Happening::Look(source) => self.look(source, now),
            Happening::Release(source) => self.release(source, now),
            Happening::Wake => self.turn(now),
            Happening::Wall => {
                if let Some(process) = &self.process {
                    self.watcher.wall(now, process, &self.plan, self.motions);
                }
                self.schedule(now + WALL, Happening::Wall);
            }
            Happening::Kill => {
                self.watcher.figures.refused += self.process.as_ref().map_or(0, Process::refused);
                self.process = None;
            }
            Happening::Start => {
                // Killed again meanwhile: the last kill's start counts.
                let is_dead = self.plan.on_anywhere(FaultKind::ProcessKill, now).is_some();
                if self.process.is_none() && !is_dead {
                    self.process = Some(Process::start(&self.plan, self.motions, now)?);
                    self.watcher.restarted(now);
                    (self.busy_until, self.wake_at) = (now, None);
                    self.wake(now);
                }
            }
        }
        Ok(())
    }

    fn expose(&mut self, id: usize, now: HostNs) {
        let Some(source) = self.sources.get_mut(id) else {
            return;
        };
        let datagram = source.expose(&self.plan, self.motions, now);
        let period = source.period(&self.plan, now);
        self.schedule(now + period, Happening::Expose(id));
        let sent = now + PROCESSING;
        if let Some(datagram) = datagram {
            let spoilt = self.spoil(id, datagram, now);
            self.send(id, &spoilt, sent);
        }
        let floods = self.plan.strength(FaultKind::Flood, id, now).unwrap_or(0.0) as usize;
        for _ in 0..floods {
            let rubbish = hostility::rubbish(&mut self.dice);
            self.send(id, &rubbish, sent);
        }
    }

    fn spoil(&mut self, source: usize, mut datagram: Vec<u8>, now: HostNs) -> Vec<u8> {
        let (values, packets) = (self.dice.random::<f64>(), self.dice.random::<f64>());
        let strength = |kind| self.plan.strength(kind, source, now).unwrap_or(0.0);
        if values < strength(FaultKind::HostileValues) {
            hostility::replace_values(&mut datagram, &mut self.dice);
        }
        if packets < strength(FaultKind::HostilePackets) {
            hostility::damage(&mut datagram, &mut self.dice);
        }
        datagram
    }

    /// Sends a datagram over all paths of a source.
    fn send(&mut self, id: usize, datagram: &[u8], sent: HostNs) {
        let mut arrivals = Vec::new();
        for (path, network) in self.paths.get_mut(id).into_iter().flatten().enumerate() {
            let fate = network.send(&self.plan, sent);
            arrivals.extend(fate.into_iter().flatten().map(|delay| (path, delay)));
        }
        for (path, delay) in arrivals {
            self.schedule(sent + delay, Happening::Arrive(id, path, datagram.to_vec()));
        }
    }

    fn look(&mut self, id: usize, now: HostNs) {
        let paths = self.paths.get(id).map_or(0, Vec::len);
        for path in 0..paths {
            let request = self.process.as_mut().and_then(|p| p.ask((id, path), now));
            let network = self.paths.get_mut(id).and_then(|p| p.get_mut(path));
            let (Some(request), Some(network)) = (request, network) else {
                continue;
            };
            let is_there = network.is_there(&self.plan, now);
            let answer = self.sources.get_mut(id).filter(|_| is_there);
            let Some(answer) = answer.and_then(|source| source.answer(&request)) else {
                continue;
            };
            let fate = network.send(&self.plan, now);
            for delay in fate.into_iter().flatten() {
                self.schedule(now + delay, Happening::Arrive(id, path, answer.clone()));
            }
        }
        self.release(id, now);
        self.schedule(now + LOOK, Happening::Look(id));
    }

    fn release(&mut self, id: usize, now: HostNs) {
        let process = self.process.as_mut();
        if process.is_some_and(|p| p.look(id, now, &mut self.watcher)) {
            self.wake(now);
        }
    }

    /// A frame that waits for an earlier one is looked for again when its time is over.
    fn after_receiving(&mut self, source: usize, now: HostNs, woken: bool) {
        if woken {
            self.wake(now);
        }
        let process = self.process.as_mut();
        let Some(due) = process.and_then(|p| p.due(source)) else {
            return;
        };
        self.schedule(due.max(now), Happening::Release(source));
    }

    fn turn(&mut self, now: HostNs) {
        if self.wake_at != Some(now) {
            return;
        }
        self.wake_at = None;
        let Some(process) = &mut self.process else {
            return;
        };
        let mut took = process.turn(now, &mut self.watcher);
        let spike = self.dice.random::<f64>();
        if let Some(fault) = self.plan.on_anywhere(FaultKind::SolverSpike, now)
            && spike < SPIKES
        {
            took = took + Nanos::from_secs_real(fault.strength);
        }
        self.busy_until = now + took;
        // What came while it was busy is taken at once.
        let is_waited_for = took > Nanos::ZERO;
        self.wake(now + if is_waited_for { took } else { IDLE });
    }
}
