//! Recorded motion as a retargeter gets it: a skeleton, its map, and its joints in every frame.

use crate::minimal_c3d;
use cyc_character::infer_humanoid;
use cyc_model::{HumanoidMap, JointFrame, Point, Skeleton, Stage, Xf};
use cyc_solver::{
    BODY_MARKERSETS, CalibrateSettings, FitSettings, Fitter, HUMAN_SKELETON, build_rig, calibrate,
    parse_markerset, parse_skeleton, plain_label, recognise_markerset,
};
use cyc_take::bvh;
use glam::DVec3;
use std::path::Path;

/// A performer in motion.
pub struct Motion {
    pub name: &'static str,
    pub skeleton: Skeleton,
    pub map: HumanoidMap,
    pub rate_hz: f64,
    pub frames: Vec<Vec<Xf<Stage, JointFrame>>>,
}

/// The recorded performances; none, said aloud, where they are not.
pub const PERFORMANCES: [&str; 3] = ["walk_dance", "action", "floor"];

/// The shared takes of markers.
pub const TAKES: [(&str, &str); 3] = [
    ("cmu_02_05", "cmu/cmu_02_05.c3d"),
    ("cmu_basketball", "cmu/cmu_dribble_shoot_basketball.c3d"),
    ("Movement_trial", "pycgm/Movement_trial.c3d"),
];

/// A committed performance.
pub fn performance(name: &'static str) -> Option<Motion> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = root.ancestors().find(|p| p.join("Cargo.lock").is_file())?;
    let path = root.join(format!("assets/performances/{name}.bvh"));
    let Ok(text) = std::fs::read(&path) else {
        eprintln!("SKIPPED: assets/performances/{name}.bvh is not there");
        return None;
    };
    let clip = bvh::read(&text, &bvh::BvhReadOptions::default()).unwrap();
    let skeleton = clip.skeleton().clone();
    let frames = (0..clip.frame_count())
        .map(|f| {
            let mut globals = vec![Xf::IDENTITY; skeleton.len()];
            skeleton.globals_from_locals(clip.locals(f), &mut globals);
            globals
        })
        .collect();
    Some(Motion {
        name,
        map: infer_humanoid(&skeleton),
        skeleton,
        rate_hz: clip.rate_hz(),
        frames,
    })
}

/// A shared take of markers, solved on a rig that is calibrated to it.
pub fn solved(name: &'static str, path: &str) -> Option<Motion> {
    let take = minimal_c3d::read(&minimal_c3d::shared_file(path)?);
    let labels: Vec<&str> = take.labels.iter().map(|l| plain_label(l)).collect();
    let sets: Vec<_> = BODY_MARKERSETS
        .iter()
        .map(|text| parse_markerset(text).unwrap())
        .collect();
    let found = recognise_markerset(&labels, &sets).unwrap();
    let rig = build_rig(&parse_skeleton(HUMAN_SKELETON).unwrap(), &sets[found.set]).unwrap();
    let names: Vec<&str> = rig.markers().iter().map(|m| m.name.as_str()).collect();
    let markers: Vec<Vec<Option<Point<Stage>>>> = take.ordered(&names);
    let rig = calibrate(&rig, &markers, &CalibrateSettings::default())
        .unwrap()
        .rig;
    let mut fitter = Fitter::new(&rig, FitSettings::default());
    let frames = markers
        .iter()
        .map(|frame| {
            fitter.fit(frame);
            fitter.globals().to_vec()
        })
        .collect();
    Some(Motion {
        name,
        skeleton: rig.skeleton().clone(),
        map: rig.humanoid().clone(),
        rate_hz: take.rate_hz,
        frames,
    })
}

/// Every motion that is there.
pub fn all() -> Vec<Motion> {
    let performances = PERFORMANCES.into_iter().filter_map(performance);
    let takes = TAKES
        .into_iter()
        .filter_map(|(name, path)| solved(name, path));
    performances.chain(takes).collect()
}

impl Motion {
    /// The same motion as a capture at another rate would see it.
    pub fn at_rate(&self, rate_hz: f64) -> Self {
        let seconds = (self.frames.len() - 1) as f64 / self.rate_hz;
        let frames = (0..=(seconds * rate_hz) as usize).map(|f| {
            let at = f as f64 / rate_hz * self.rate_hz;
            let (i, t) = (at.floor() as usize, at.fract());
            let next = &self.frames[(i + 1).min(self.frames.len() - 1)];
            let pairs = self.frames[i].iter().zip(next);
            pairs.map(|(a, b)| a.interpolate(*b, t)).collect()
        });
        Self {
            name: self.name,
            skeleton: self.skeleton.clone(),
            map: self.map.clone(),
            rate_hz,
            frames: frames.collect(),
        }
    }

    /// The same motion with the whole body shaken by so much in every frame: what a solver makes of noisy markers.
    pub fn with_noise(mut self, noise_m: f64) -> Self {
        for (f, frame) in self.frames.iter_mut().enumerate() {
            let k = f as f64;
            let shake = DVec3::new((12.9898 * k).sin(), (78.233 * k).sin(), (37.719 * k).sin());
            for joint in frame {
                let at = joint.translation().metres() + shake * noise_m;
                *joint = Xf::saturating(joint.rotation(), at);
            }
        }
        self
    }
}
