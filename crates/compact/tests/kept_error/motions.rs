//! Motions by rule and chance: bodies of any shape that walk, tremble, spin and jump.

use cyc_compact::Track;
use glam::{DQuat, DVec3};
use proptest::prelude::*;

use super::judge::Local;

/// What a body and its motion are like.
#[derive(Clone, Copy, Debug)]
pub struct Motion {
    pub joints: usize,
    pub frames: usize,
    /// Joints from which one is chosen as parent: 1 makes a chain.
    pub branch: usize,
    /// Length of bones, metres.
    pub bone_m: f64,
    /// Angle by which joints swing, radians.
    pub wobble: f64,
    /// Angle by which the root and every fifth joint turn in each frame, radians.
    pub spin: f64,
    /// Angle of noise, radians.
    pub noise: f64,
    /// Distance of the root from the origin, metres.
    pub far_m: f64,
    /// Bones change their length by so much, metres.
    pub stretch_m: f64,
    /// The other quaternion of the same rotation in every other frame.
    pub flip: bool,
    pub seed: u64,
}

impl Motion {
    pub const fn calm() -> Self {
        Self {
            joints: 22,
            frames: 300,
            branch: 3,
            bone_m: 0.25,
            wobble: 0.6,
            spin: 0.01,
            noise: 0.001,
            far_m: 2.0,
            stretch_m: 0.0,
            flip: false,
            seed: 7,
        }
    }

    pub fn track(&self) -> Track {
        let mut random = Random(self.seed | 1);
        let parents: Vec<Option<u16>> = (0..self.joints)
            .map(|j| (j > 0).then(|| (j - 1 - random.below(self.branch.min(j))) as u16))
            .collect();
        let axes: Vec<DVec3> = parents.iter().map(|_| random.direction()).collect();
        let bones: Vec<DVec3> = parents
            .iter()
            .map(|_| random.direction() * self.bone_m)
            .collect();
        let mut locals = Vec::new();
        for f in 0..self.frames {
            let t = f as f64 / 120.0;
            for j in 0..self.joints {
                let swing = self.wobble * (t * (1.0 + j as f64 * 0.37) + j as f64).sin();
                let spin = if j.is_multiple_of(5) {
                    self.spin * f as f64
                } else {
                    0.0
                };
                let noise =
                    DQuat::from_scaled_axis(random.direction() * self.noise * random.unit());
                let q = DQuat::from_axis_angle(axes[j], swing + spin) * noise;
                let q = if self.flip && (f + j).is_multiple_of(2) {
                    -q
                } else {
                    q
                };
                let stretch = self.stretch_m * (t * 7.0 + j as f64).sin();
                let at = match parents[j] {
                    None => {
                        DVec3::new(self.far_m, 1.0 + 0.1 * (t * 9.0).sin(), t)
                            + random.direction() * self.noise
                    }
                    Some(_) => bones[j] + random.direction() * stretch,
                };
                locals.push(Local::new(q.normalize(), at).unwrap());
            }
        }
        Track {
            name: "motion".into(),
            frames: self.frames,
            parents,
            locals,
            ..Track::default()
        }
    }
}

/// Any motion, small enough to be tried often.
pub fn motion() -> impl Strategy<Value = Motion> {
    let shape = (1usize..40, 0usize..80, 1usize..6, 0.0..0.6f64);
    let moves = (
        0.0..3.0f64,
        prop_oneof![Just(0.0), 0.0..0.2f64, 0.0..3.2f64],
        0.0..0.05f64,
    );
    let rest = (
        prop_oneof![0.0..5.0f64, 0.0..90_000.0f64],
        prop_oneof![Just(0.0), 0.0..0.1f64],
        any::<bool>(),
        any::<u64>(),
    );
    (shape, moves, rest).prop_map(
        |(
            (joints, frames, branch, bone_m),
            (wobble, spin, noise),
            (far_m, stretch_m, flip, seed),
        )| {
            Motion {
                joints,
                frames,
                branch,
                bone_m,
                wobble,
                spin,
                noise,
                far_m,
                stretch_m,
                flip,
                seed,
            }
        },
    )
}

/// Numbers by a seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn direction(&mut self) -> DVec3 {
        let v = DVec3::new(self.unit() - 0.5, self.unit() - 0.5, self.unit() - 0.5);
        v.try_normalize().unwrap_or(DVec3::X)
    }
}
