//! Six performers with 53 markers at 240 Hz on two cores: from the moment a frame is due to the last pose of it.
//!
//! The markers are those of the production set on the joints of the fitted movement trial, with camera noise; every
//! performer is somewhere else in the trial. Each of two threads follows three performers, as an engine with two
//! workers would. What the machine's other work costs is in the wall time; what the solver costs is in the work time.

use crate::takes::Takes;
use cyc_benches::report::Report;
use cyc_benches::rounds::percentile;
use cyc_model::{Point, Rig, RigMarker, Stage};
use cyc_solver::{FitSettings, Fitter, PRODUCTION_53, parse_markerset};
use glam::DVec3;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::time::{Duration, Instant};

type Frames = Vec<Vec<Option<Point<Stage>>>>;

const PERFORMERS: usize = 6;
const THREADS: usize = 2;
const PERIOD: Duration = Duration::from_nanos(4_166_667);
const FRAMES: usize = 1200;

/// Adds the figures.
pub fn measure(takes: &Takes, report: &mut Report) {
    let Some((rig, frames)) = production(takes) else {
        return;
    };
    let begin = Instant::now() + Duration::from_millis(50);
    let (rig, frames) = (&rig, &frames);
    let timed: Vec<(Vec<f64>, Vec<f64>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS)
            .map(|worker| scope.spawn(move || follow(rig, frames, worker, begin)))
            .collect();
        workers.into_iter().filter_map(|w| w.join().ok()).collect()
    });
    let wall: Vec<f64> = timed.iter().flat_map(|t| t.0.clone()).collect();
    let work: Vec<f64> = timed.iter().flat_map(|t| t.1.clone()).collect();
    let late = wall
        .iter()
        .filter(|&&us| us > PERIOD.as_secs_f64() * 1e6)
        .count();
    report.paragraph(&format!(
        "## Six performers, 53 markers each, 240 Hz, two threads, {FRAMES} frames\n\n\
         | | p50 | p99 | most |\n|---|---:|---:|---:|\n\
         | three performers' fits, one thread | {:.0} | {:.0} | {:.0} |\n\
         | frame due to last pose, wall | {:.0} | {:.0} | {:.0} |\n\n\
         Frames that were not out before the next was due: {late} of {}.",
        percentile(work.clone(), 0.5),
        percentile(work.clone(), 0.99),
        percentile(work, 1.0),
        percentile(wall.clone(), 0.5),
        percentile(wall.clone(), 0.99),
        percentile(wall.clone(), 1.0),
        wall.len(),
    ));
}

/// The production set on the calibrated skeleton, and what cameras would see of it.
fn production(takes: &Takes) -> Option<(Rig, Frames)> {
    let (own, seen) = &takes.own;
    let set = parse_markerset(PRODUCTION_53).ok()?;
    let place = |m: &cyc_solver::SetMarker| {
        Some(RigMarker {
            name: m.label.clone(),
            joint: own.humanoid().joint(m.bone?)?,
            in_joint: Point::saturating(m.offset_m),
            weight: m.weight,
        })
    };
    let markers: Option<Vec<RigMarker>> = set.markers().iter().map(place).collect();
    let rig = Rig::build(
        "production".into(),
        own.skeleton().clone(),
        own.dofs().to_vec(),
        markers?,
        own.humanoid().clone(),
    )
    .ok()?;
    let mut rng = ChaCha8Rng::seed_from_u64(53);
    let mut fitter = Fitter::new(own, FitSettings::default());
    // 120 Hz there and back, each frame and the half way to the next: 240 Hz without a jump.
    let poses: Vec<Vec<DVec3>> = seen
        .iter()
        .map(|frame| {
            fitter.fit(frame);
            let globals = fitter.globals();
            let at = |m: &RigMarker| (globals[m.joint.idx()] * m.in_joint).metres();
            rig.markers().iter().map(at).collect()
        })
        .collect();
    let there = poses.windows(2).flat_map(|w| {
        let half = w[0].iter().zip(&w[1]).map(|(a, b)| (*a + *b) * 0.5);
        [w[0].clone(), half.collect()]
    });
    let there: Vec<Vec<DVec3>> = there.collect();
    let back = there.iter().rev().cloned().collect::<Vec<_>>();
    let frames = [there, back].concat();
    let mut noisy = |p: &DVec3| {
        let noise = [0; 3].map(|_| rng.random_range(-5e-4..5e-4));
        Some(Point::saturating(*p + DVec3::from_array(noise)))
    };
    let frames = frames
        .iter()
        .map(|f| f.iter().map(&mut noisy).collect())
        .collect();
    Some((rig, frames))
}

/// Follows a thread's share; wall and work time of each frame, microseconds.
fn follow(rig: &Rig, frames: &Frames, worker: usize, begin: Instant) -> (Vec<f64>, Vec<f64>) {
    let share = PERFORMERS / THREADS;
    let at = |performer: usize, f: usize| {
        &frames[(f + (worker * share + performer) * frames.len() / PERFORMERS) % frames.len()]
    };
    let mut fitters = vec![Fitter::new(rig, FitSettings::default()); share];
    for (performer, fitter) in fitters.iter_mut().enumerate() {
        fitter.fit(at(performer, frames.len() - 1));
    }
    let (mut wall, mut work) = (Vec::with_capacity(FRAMES), Vec::with_capacity(FRAMES));
    for f in 0..FRAMES {
        let due = begin + PERIOD * f as u32;
        let left = due.saturating_duration_since(Instant::now());
        std::thread::sleep(left.saturating_sub(Duration::from_micros(200)));
        while Instant::now() < due {
            std::hint::spin_loop();
        }
        let start = Instant::now();
        for (performer, fitter) in fitters.iter_mut().enumerate() {
            fitter.fit(at(performer, f));
        }
        wall.push(due.elapsed().as_secs_f64() * 1e6);
        work.push(start.elapsed().as_secs_f64() * 1e6);
    }
    (wall, work)
}
