//! What a seed means: who is on the stage, over what they are heard, and everything that will go wrong.
//!
//! Each seed uses some of the faults only: a stage on which everything is wrong at once shows less than many on which
//! few things are. Times are counted from the plan's start, so that the same seed an uptime later is the same show.

use super::fault::{Fault, FaultKind};
use super::rig_motion::ScriptedPerformer;
use cyc_model::{HostNs, Nanos};
use glam::DVec3;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::f64::consts::TAU;

/// What may be chosen beside the seed.
#[derive(Clone, Debug, PartialEq)]
pub struct ShowSettings {
    /// Decides everything.
    pub seed: u64,
    /// How long the show is.
    pub length: Nanos,
    /// The host's clock when it begins.
    pub start: HostNs,
    /// The number of the sources' first frames.
    pub first_number: u64,
    /// Kinds of faults that may happen.
    pub kinds: Vec<FaultKind>,
    /// The source's frames a second; `None` lets the seed choose.
    pub rate_hz: Option<f64>,
}

impl ShowSettings {
    /// The usual ones: every fault, a clock that has just begun.
    pub fn new(seed: u64, length: Nanos) -> Self {
        Self {
            seed,
            length,
            start: HostNs(1_000_000_000),
            first_number: 1,
            kinds: FaultKind::ALL.to_vec(),
            rate_hz: None,
        }
    }
}

/// How a source's frames travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carriage {
    /// NatNet: the client asks, the server sends.
    NatNet,
    /// Vicon's OSC output.
    ViconOsc,
    /// Vicon's UDP object stream; rigid bodies alone.
    ViconUdp,
}

/// A source of the show.
#[derive(Clone, Debug, PartialEq)]
pub struct SourcePlan {
    /// How its frames travel.
    pub carriage: Carriage,
    /// Frames a second.
    pub rate_hz: f64,
    /// Networks that bring the same frames.
    pub paths: usize,
    /// What every datagram takes.
    pub delay: Nanos,
}

/// A whole show.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it was made from.
    pub settings: ShowSettings,
    /// The performers, all of source 0.
    pub performers: Vec<ScriptedPerformer>,
    /// Source 0 sees the performers and the prop, source 1 the camera; source 2, if there is one, claims what is theirs.
    pub sources: Vec<SourcePlan>,
    /// Everything that goes wrong, by its beginning.
    pub faults: Vec<Fault>,
}

/// The show begins without faults, so that everything has been seen once.
pub(super) const CALM_AT_FIRST: Nanos = Nanos::from_secs(2);
/// And ends without, so that everything has to be right again.
pub(super) const CALM_AT_LAST: Nanos = Nanos::from_secs(3);
/// Faults in a minute, about.
const FAULTS_A_MINUTE: f64 = 40.0;
/// Rates of capture systems.
const RATES_HZ: [f64; 4] = [60.0, 100.0, 120.0, 120.0];
/// Performers stand on a grid so wide apart, metres.
const APART_M: f64 = 2.5;

impl Plan {
    /// The show of these settings, with so many motions to choose from.
    pub fn new(settings: &ShowSettings, motions: usize) -> Self {
        let mut dice = ChaCha8Rng::seed_from_u64(settings.seed);
        let performers = performers(&mut dice, motions.max(1));
        let kinds = some_of(&settings.kinds, &mut dice);
        let sources = sources(settings, &kinds, &mut dice);
        let faults = faults(settings, &kinds, &sources, performers.len(), &mut dice);
        Self {
            settings: settings.clone(),
            performers,
            sources,
            faults,
        }
    }

    /// When the show ends.
    pub fn ends(&self) -> HostNs {
        self.settings.start + self.settings.length
    }

    /// Faults of a kind that are on at a time, to a source.
    pub fn on(&self, kind: FaultKind, source: usize, at: HostNs) -> impl Iterator<Item = &Fault> {
        let of = self.faults.iter();
        of.filter(move |f| f.kind == kind && f.source == source && f.is_on(at))
    }

    /// A fault of a kind that is on at a time, whomever it befalls.
    pub fn on_anywhere(&self, kind: FaultKind, at: HostNs) -> Option<&Fault> {
        self.faults.iter().find(|f| f.kind == kind && f.is_on(at))
    }

    /// How strong a fault is at a time; `None` while there is none.
    pub fn strength(&self, kind: FaultKind, source: usize, at: HostNs) -> Option<f64> {
        self.on(kind, source, at)
            .map(|f| f.strength)
            .reduce(f64::max)
    }
}

fn performers(dice: &mut impl Rng, motions: usize) -> Vec<ScriptedPerformer> {
    // One is the commonest, six the most.
    let count = 1 + (dice.random::<f64>().powi(2) * 6.0) as usize;
    (0..count)
        .map(|i| {
            let at = DVec3::new(
                (i % 3) as f64 * APART_M - APART_M,
                0.0,
                (i / 3) as f64 * APART_M,
            );
            let motion = (dice.random::<f64>() * motions as f64) as usize;
            let begins_s = dice.random::<f64>() * 15.0;
            ScriptedPerformer::new(motion, begins_s, dice.random::<f64>() * TAU, at)
        })
        .collect()
}

/// Each kind with an even chance, and at least one.
fn some_of(kinds: &[FaultKind], dice: &mut impl Rng) -> Vec<FaultKind> {
    let share = 0.2 + 0.6 * dice.random::<f64>();
    let drawn = |dice: &mut _| -> Vec<FaultKind> {
        let mut chosen = kinds.to_vec();
        chosen.retain(|_| RngExt::random::<f64>(dice) < share);
        chosen
    };
    let chosen = drawn(dice);
    if chosen.is_empty() {
        kinds.to_vec()
    } else {
        chosen
    }
}

fn sources(settings: &ShowSettings, kinds: &[FaultKind], dice: &mut impl Rng) -> Vec<SourcePlan> {
    let mut source = |carriages: &[Carriage]| {
        let pick = |of: usize, at: f64| ((at * of as f64) as usize).min(of - 1);
        let carriage = carriages[pick(carriages.len(), dice.random())];
        let rate_hz = RATES_HZ[pick(RATES_HZ.len(), dice.random())];
        SourcePlan {
            carriage,
            rate_hz: settings.rate_hz.unwrap_or(rate_hz),
            paths: 1 + usize::from(dice.random::<f64>() < 0.3),
            delay: Nanos::from_micros(200 + (dice.random::<f64>() * 1500.0) as i64),
        }
    };
    let mut sources = vec![
        source(&[Carriage::NatNet, Carriage::ViconOsc]),
        source(&[Carriage::ViconUdp, Carriage::NatNet, Carriage::ViconOsc]),
    ];
    if kinds.contains(&FaultKind::Impostor) {
        sources.push(source(&[Carriage::NatNet]));
    }
    sources
}

fn faults(
    settings: &ShowSettings,
    kinds: &[FaultKind],
    sources: &[SourcePlan],
    performers: usize,
    dice: &mut impl Rng,
) -> Vec<Fault> {
    let Some(last) = kinds.len().checked_sub(1) else {
        return Vec::new();
    };
    let room = settings.length - CALM_AT_FIRST - CALM_AT_LAST;
    let count = (room.secs().max(0.0) / 60.0 * FAULTS_A_MINUTE).ceil() as usize;
    let mut faults: Vec<Fault> = (0..count)
        .filter_map(|_| {
            let kind = kinds[((dice.random::<f64>() * kinds.len() as f64) as usize).min(last)];
            let (lasts, strength) = kind.extent();
            let between = |[a, b]: [f64; 2], t: f64| a + (b - a) * t;
            // Short ones are commoner.
            let length =
                Nanos(between(lasts.map(|n| n.0 as f64), dice.random::<f64>().powi(2)) as i64);
            let begins = Nanos((room.0 as f64 * dice.random::<f64>()) as i64);
            let source = usize::from(dice.random::<f64>() < 0.3);
            let (whom, strength_at) = (dice.random::<f64>(), dice.random::<f64>());
            let begins = settings.start + CALM_AT_FIRST + begins;
            let ends = (begins + length).min(settings.start + settings.length - CALM_AT_LAST);
            let of_whom = match kind {
                FaultKind::PathCut => sources[source].paths,
                _ if source == 0 => performers,
                _ => 1,
            };
            let is_possible = kind != FaultKind::PathCut || sources[source].paths > 1;
            (is_possible && ends > begins).then_some(Fault {
                kind,
                source,
                whom: (whom * of_whom as f64) as usize,
                begins,
                ends,
                strength: between(strength, strength_at),
            })
        })
        .collect();
    faults.sort_by_key(|fault| fault.begins);
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_show_and_another_seed_another_one() {
        let plan = |seed| Plan::new(&ShowSettings::new(seed, Nanos::from_secs(60)), 3);
        assert_eq!(plan(7).faults, plan(7).faults);
        assert_ne!(plan(7).faults, plan(8).faults);
        let all: Vec<_> = (0..100).flat_map(|seed| plan(seed).faults).collect();
        for kind in FaultKind::ALL {
            assert!(all.iter().any(|f| f.kind == kind), "{kind:?}");
        }
        let counts: Vec<usize> = (0..100).map(|seed| plan(seed).performers.len()).collect();
        assert!((1..=6).all(|n| counts.contains(&n)), "{counts:?}");
    }

    #[test]
    fn begins_and_ends_calmly_at_any_time_of_the_clock() {
        let settings = ShowSettings {
            start: HostNs(60 * 86_400_000_000_000),
            ..ShowSettings::new(3, Nanos::from_secs(60))
        };
        let (late, early) = (
            Plan::new(&settings, 3),
            Plan::new(&ShowSettings::new(3, Nanos::from_secs(60)), 3),
        );
        let times = |plan: &Plan| -> Vec<Nanos> {
            plan.faults
                .iter()
                .map(|f| f.begins - plan.settings.start)
                .collect()
        };
        assert_eq!(times(&late), times(&early));
        for fault in &late.faults {
            assert!(fault.begins >= settings.start + CALM_AT_FIRST);
            assert!(fault.ends <= late.ends() - CALM_AT_LAST && fault.ends > fault.begins);
        }
    }
}
