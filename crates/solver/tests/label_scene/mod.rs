//! Clouds with known labels, for judging a labeller: recorded takes with their labels stripped, thinned, haunted by
//! ghosts and laid over each other. The score compares with the files' own labels and shares nothing with the solver.

#![allow(dead_code, reason = "tests and benches use different parts")]

use crate::minimal_c3d;
use cyc_model::{Point, Rig, Stage};
use cyc_solver::{
    CalibrateSettings, HUMAN_SKELETON, Labeller, PLUG_IN_GAIT_39, PRODUCTION_53, build_rig,
    calibrate, parse_markerset, parse_skeleton,
};
use glam::{DQuat, DVec3};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::HashMap;
use std::time::Instant;

/// A take in a rig's marker order.
pub struct Take {
    pub rig: Rig,
    pub rate_hz: f64,
    pub frames: Vec<Vec<Option<Point<Stage>>>>,
}

/// The marker set of the CMU takes: Plug-in Gait with other names, and the outer toe joints.
pub fn cmu_41() -> Rig {
    let skeleton = parse_skeleton(HUMAN_SKELETON).unwrap();
    let plug_in_gait = build_rig(&skeleton, &parse_markerset(PLUG_IN_GAIT_39).unwrap()).unwrap();
    let production = build_rig(&skeleton, &parse_markerset(PRODUCTION_53).unwrap()).unwrap();
    let rename = |name: &str| match name {
        "RBAK" => "RBAC".to_owned(),
        "LASI" | "RASI" => format!("{}FWT", &name[..1]),
        "LPSI" | "RPSI" => format!("{}BWT", &name[..1]),
        "LTIB" | "RTIB" => format!("{}SHN", &name[..1]),
        other => other.to_owned(),
    };
    let toes = production
        .markers()
        .iter()
        .filter(|m| m.name.ends_with("MT5"));
    let markers = plug_in_gait
        .markers()
        .iter()
        .chain(toes)
        .map(|m| cyc_model::RigMarker {
            name: rename(&m.name),
            ..m.clone()
        })
        .collect();
    Rig::build(
        "cmu-41".into(),
        plug_in_gait.skeleton().clone(),
        plug_in_gait.dofs().to_vec(),
        markers,
        plug_in_gait.humanoid().clone(),
    )
    .unwrap()
}

pub fn plug_in_gait_39() -> Rig {
    let skeleton = parse_skeleton(HUMAN_SKELETON).unwrap();
    build_rig(&skeleton, &parse_markerset(PLUG_IN_GAIT_39).unwrap()).unwrap()
}

/// A shared C3D in the order of a rig's labels, without the subject's name before them.
pub fn shared_take(path: &str, rig: Rig) -> Option<Take> {
    let mut take = minimal_c3d::read(&minimal_c3d::shared_file(path)?);
    for label in &mut take.labels {
        *label = label.rsplit(':').next().unwrap_or(label).to_owned();
    }
    let names: Vec<&str> = rig.markers().iter().map(|m| m.name.as_str()).collect();
    let frames = take.ordered(&names);
    assert!(frames.iter().flatten().flatten().count() > 0, "{path}");
    Some(Take {
        rig,
        rate_hz: 120.0,
        frames,
    })
}

impl Take {
    /// The same take with its rig calibrated to it.
    pub fn calibrated(mut self) -> Self {
        self.rig = calibrate(&self.rig, &self.frames, &CalibrateSettings::default())
            .unwrap()
            .rig;
        self
    }

    /// The same take, turned about the vertical and moved along the floor, metres.
    pub fn moved(mut self, turn_rad: f64, by: DVec3) -> Self {
        let turn = DQuat::from_rotation_y(turn_rad);
        for marker in self.frames.iter_mut().flatten().flatten() {
            *marker = Point::saturating(turn * marker.metres() + by);
        }
        self
    }

    /// Moves the take so that its middle is at the origin of the floor in the middle of its time.
    pub fn centred(self) -> Self {
        let middle = &self.frames[self.frames.len() / 2];
        let seen = || middle.iter().flatten();
        let mean = seen().map(|p| p.metres()).sum::<DVec3>() / seen().count() as f64;
        self.moved(0.0, DVec3::new(-mean.x, 0.0, -mean.z))
    }

    /// Lets the performer also walk along x at a speed, through the origin in the middle of `frames`.
    pub fn walking(mut self, speed_m_s: f64, frames: usize) -> Self {
        let dt_s = 1.0 / self.rate_hz;
        self.frames.truncate(frames);
        let middle = frames as f64 / 2.0;
        for (f, frame) in self.frames.iter_mut().enumerate() {
            let x = speed_m_s * (f as f64 - middle) * dt_s;
            for marker in frame.iter_mut().flatten() {
                *marker = Point::saturating(marker.metres() + DVec3::X * x);
            }
        }
        self
    }
}

/// What is done to the takes.
#[derive(Clone, Copy, Debug)]
pub struct Trouble {
    pub seed: u64,
    /// The part of markers missing at random, for one frame each.
    pub missing: f64,
    /// Ghosts, as a part of the markers.
    pub ghosts: f64,
    /// Every so many seconds a whole limb of each performer is hidden for half a second; 0 for never.
    pub limb_every_s: f64,
}

impl Trouble {
    pub const NONE: Self = Self {
        seed: 1,
        missing: 0.0,
        ghosts: 0.0,
        limb_every_s: 0.0,
    };
    pub const ALL: Self = Self {
        seed: 1,
        missing: 0.10,
        ghosts: 0.05,
        limb_every_s: 2.0,
    };
}

/// Who a point truly is: take and marker; `None` for a ghost.
pub type Truth = Option<(usize, usize)>;

/// Clouds with their truth.
pub struct Scene {
    pub dt_s: f64,
    pub clouds: Vec<Vec<Point<Stage>>>,
    pub truth: Vec<Vec<Truth>>,
}

const LIMBS: [&[&str]; 4] = [
    &["LUPA", "LELB", "LFRM", "LWRA", "LWRB", "LFIN"],
    &[
        "RTHI", "RKNE", "RTIB", "RSHN", "RANK", "RHEE", "RTOE", "RMT5",
    ],
    &["RUPA", "RELB", "RFRM", "RWRA", "RWRB", "RFIN"],
    &[
        "LTHI", "LKNE", "LTIB", "LSHN", "LANK", "LHEE", "LTOE", "LMT5",
    ],
];

fn is_limb_hidden(take: &Take, marker: usize, t_s: f64, trouble: &Trouble) -> bool {
    if trouble.limb_every_s <= 0.0 || t_s < 1.0 {
        return false;
    }
    let round = ((t_s - 1.0) / trouble.limb_every_s) as usize;
    let since_s = t_s - 1.0 - round as f64 * trouble.limb_every_s;
    let limb = LIMBS[round % LIMBS.len()];
    since_s < 0.5 && limb.contains(&take.rig.markers()[marker].name.as_str())
}

impl Scene {
    /// Lays takes over each other, as long as the shortest of them.
    pub fn new(takes: &[&Take], trouble: Trouble) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(trouble.seed);
        let length = takes.iter().map(|t| t.frames.len()).min().unwrap();
        let dt_s = 1.0 / takes[0].rate_hz;
        let mut scene = Self {
            dt_s,
            clouds: Vec::new(),
            truth: Vec::new(),
        };
        for f in 0..length {
            let mut points: Vec<(Point<Stage>, Truth)> = Vec::new();
            for (s, take) in takes.iter().enumerate() {
                for (m, at) in take.frames[f].iter().enumerate() {
                    let lost = rng.random::<f64>() < trouble.missing
                        || is_limb_hidden(take, m, f as f64 * dt_s, &trouble);
                    if let (Some(at), false) = (at, lost) {
                        points.push((*at, Some((s, m))));
                    }
                }
            }
            let bodies: Vec<DVec3> = points.iter().map(|p| p.0.metres()).collect();
            let low = bodies.iter().fold(DVec3::INFINITY, |a, b| a.min(*b)) - 0.3;
            let high = bodies.iter().fold(DVec3::NEG_INFINITY, |a, b| a.max(*b)) + 0.3;
            for _ in 0..bodies.len() {
                let at = DVec3::new(rng.random(), rng.random(), rng.random());
                if rng.random::<f64>() < trouble.ghosts {
                    points.push((Point::saturating(low + at * (high - low)), None));
                }
            }
            // No order gives a label away.
            for i in (1..points.len()).rev() {
                points.swap(i, rng.random_range(0..=i));
            }
            scene.clouds.push(points.iter().map(|p| p.0).collect());
            scene.truth.push(points.iter().map(|p| p.1).collect());
        }
        scene
    }
}

/// How a labeller did, from a given time on.
#[derive(Clone, Debug, Default)]
pub struct Score {
    pub visible: usize,
    pub right: usize,
    /// Visible markers with another marker's label.
    pub wrong: usize,
    /// Ghosts with a label.
    pub ghosts_labelled: usize,
    pub ghosts: usize,
    /// The longest time for which one marker kept a wrong label, seconds.
    pub longest_swap_s: f64,
    pub microseconds: Vec<f64>,
    pub first_right_s: f64,
}

impl Score {
    pub fn right_part(&self) -> f64 {
        self.right as f64 / self.visible.max(1) as f64
    }

    pub fn quantile_us(&self, q: f64) -> f64 {
        let mut sorted = self.microseconds.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        sorted
            .get((last as f64 * q) as usize)
            .copied()
            .unwrap_or(0.0)
    }

    /// Counts one frame's labels.
    pub fn count(
        &mut self,
        truth: &[Truth],
        given: &[Truth],
        dt_s: f64,
        wrong_for: &mut HashMap<(usize, usize), f64>,
    ) {
        for (is, said) in truth.iter().zip(given) {
            match (is, said) {
                (None, said) => {
                    self.ghosts += 1;
                    self.ghosts_labelled += usize::from(said.is_some());
                }
                (Some(is), said) => {
                    self.visible += 1;
                    self.right += usize::from(Some(*is) == *said);
                    let wrong = said.is_some_and(|s| s != *is);
                    self.wrong += usize::from(wrong);
                    let time = wrong_for.entry(*is).or_default();
                    *time = if wrong {
                        *time + dt_s
                    } else if said.is_some() {
                        0.0
                    } else {
                        *time
                    };
                    self.longest_swap_s = self.longest_swap_s.max(*time);
                }
            }
        }
    }
}

pub fn owners_of(labeller: &Labeller) -> Vec<Truth> {
    let owners = labeller.owners().iter();
    owners
        .map(|o| o.map(|o| (usize::from(o.subject), usize::from(o.marker))))
        .collect()
}

/// Labels a scene live and scores it from `from_s` on.
pub fn score(labeller: &mut Labeller, scene: &Scene, from_s: f64) -> Score {
    let mut score = Score::default();
    let mut wrong_for = HashMap::new();
    for (f, (cloud, truth)) in scene.clouds.iter().zip(&scene.truth).enumerate() {
        let start = Instant::now();
        labeller.label(cloud, scene.dt_s);
        score.microseconds.push(start.elapsed().as_secs_f64() * 1e6);
        if f as f64 * scene.dt_s >= from_s {
            score.count(truth, &owners_of(labeller), scene.dt_s, &mut wrong_for);
        }
    }
    score
}
