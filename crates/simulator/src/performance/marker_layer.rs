//! Markers on the skin as real ones are: not quite where they should be, never quite still, read with noise.

use super::linear::{Placement, add_scaled};
use super::noise::{gaussian, gaussian3, stream};
use super::occlusion::{OcclusionSettings, Occlusions};
use super::skin::{LandmarkError, Landmarks, SkinPoint, on_skin};
use cyc_character::Character;
use rand_chacha::ChaCha8Rng;
use std::f64::consts::TAU;

/// How real the markers are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarkerRealism {
    /// Standard deviation of the placement along each direction of the skin, metres.
    pub placement_m: f64,
    /// The marker's radius: its centre is that far above the skin, metres.
    pub radius_m: f64,
    /// How strongly soft tissue sways with acceleration: 0 stiff, 1 much.
    pub sway: f64,
    /// Standard deviation of the cameras' noise, metres on each axis.
    pub noise_m: f64,
    /// What is hidden.
    pub occlusion: OcclusionSettings,
}

impl Default for MarkerRealism {
    fn default() -> Self {
        Self {
            // 5 mm as a distance on the skin: two directions of 5/√2 mm each.
            placement_m: 0.005 / std::f64::consts::SQRT_2,
            radius_m: 0.007,
            sway: 0.35,
            noise_m: 0.0003,
            occlusion: OcclusionSettings::default(),
        }
    }
}

/// Natural frequency of the soft tissue under a marker and its damping ratio.
const SWAY_HZ: f64 = 6.0;
const SWAY_DAMPING: f64 = 0.35;
/// Tissue does not go further than this.
const SWAY_MAX_M: f64 = 0.012;

#[derive(Clone, Debug)]
struct Marker {
    skin: SkinPoint,
    noise: ChaCha8Rng,
    before: Option<([f64; 3], [f64; 3])>,
    sway: [f64; 3],
    sway_speed: [f64; 3],
}

/// The markers of one performer.
#[derive(Debug)]
pub struct MarkerLayer {
    labels: Vec<String>,
    markers: Vec<Marker>,
    occlusions: Occlusions,
    realism: MarkerRealism,
}

impl MarkerLayer {
    /// Puts a marker on every landmark of the body.
    pub fn new(
        body: &Character,
        landmarks: &Landmarks,
        seed: u64,
        realism: MarkerRealism,
    ) -> Result<Self, LandmarkError> {
        let mut labels = Vec::new();
        let mut markers = Vec::new();
        for (i, landmark) in landmarks.0.iter().enumerate() {
            let mut rng = stream(seed, 0x3a00_0000 + i as u64);
            let (_, normal) = landmark.rest(body)?;
            let (u, v) = (gaussian(&mut rng), gaussian(&mut rng));
            let offset = on_skin(
                normal,
                u * realism.placement_m,
                v * realism.placement_m,
                realism.radius_m,
            );
            let skin = landmark.bind(body, offset)?;
            labels.push(landmark.name.clone());
            let still = [0.0; 3];
            markers.push(Marker {
                skin,
                noise: rng,
                before: None,
                sway: still,
                sway_speed: still,
            });
        }
        let occlusions = Occlusions::new(seed, markers.len(), realism.occlusion);
        Ok(Self {
            labels,
            markers,
            occlusions,
            realism,
        })
    }

    /// The labels in order.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// What the cameras see `dt_s` seconds after the last call: stage metres, `None` when hidden.
    pub fn observe(&mut self, joints: &[Placement], dt_s: f64, out: &mut Vec<Option<[f64; 3]>>) {
        out.clear();
        self.occlusions.advance(dt_s);
        for (i, marker) in self.markers.iter_mut().enumerate() {
            let on_body = marker.skin.at(joints);
            marker.swing(on_body, dt_s, self.realism.sway);
            let noise = gaussian3(&mut marker.noise, self.realism.noise_m);
            let seen = add_scaled(add_scaled(on_body, marker.sway, 1.0), noise, 1.0);
            out.push((!self.occlusions.is_hidden(i)).then_some(seen));
        }
    }
}

impl Marker {
    /// Moves the tissue: a damped spring pulled by the skin's acceleration, integrated semi-implicitly.
    fn swing(&mut self, at: [f64; 3], dt_s: f64, strength: f64) {
        let omega = TAU * SWAY_HZ;
        if let (Some((last, before_last)), true) = (self.before, dt_s > 0.0) {
            for k in 0..3 {
                let pull = (at[k] - 2.0 * last[k] + before_last[k]) / (dt_s * dt_s);
                let force = -omega * omega * self.sway[k]
                    - 2.0 * SWAY_DAMPING * omega * self.sway_speed[k]
                    - strength * pull.clamp(-60.0, 60.0);
                self.sway_speed[k] += force * dt_s;
                self.sway[k] =
                    (self.sway[k] + self.sway_speed[k] * dt_s).clamp(-SWAY_MAX_M, SWAY_MAX_M);
            }
        }
        let last = self.before.map_or(at, |b| b.0);
        self.before = Some((at, last));
    }
}
