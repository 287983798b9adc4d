//! Six people who perform for ever before the cameras of a virtual capture system: the load of the benches that run a stage.
//!
//! What is wrong with what the system sends can be switched while it runs.

use cyc_model::{MocapFrame, Point, Rig, Roster, SubjectInfo};
use cyc_simulator::performance::Clip;
use cyc_simulator::servers::FrameProducer;
use cyc_simulator::whole_stage::{JointPose, RigMotion, ScriptedPerformer};
use cyc_take::bvh::{self, BvhReadOptions};
use glam::DVec3;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// Frames a second.
pub const RATE_HZ: f64 = 240.0;
/// Performers.
pub const PERFORMERS: usize = 6;
/// What they perform.
const PERFORMANCES: [&str; 3] = ["walk_dance", "action", "floor"];

/// The checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file of the demo's content.
///
/// # Errors
/// It is not there.
pub fn asset(name: &str) -> std::io::Result<Vec<u8>> {
    std::fs::read(root().join("assets").join(name))
}

/// The name of a performer, the first being 0.
pub fn name_of(performer: usize) -> String {
    format!("Performer {}", performer + 1)
}

/// What is wrong with what the system sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing.
    Nothing,
    /// Its axes: what should be up lies on the floor.
    Axes,
    /// Two markers of the first performer have each other's names.
    Labels,
}

/// The switch of what is wrong.
#[derive(Clone, Debug, Default)]
pub struct WrongSwitch(Arc<AtomicU8>);

impl WrongSwitch {
    /// From the next frame on.
    pub fn set(&self, wrong: Wrong) {
        self.0.store(wrong as u8, Ordering::Relaxed);
    }

    fn is(&self, wrong: Wrong) -> bool {
        self.0.load(Ordering::Relaxed) == wrong as u8
    }
}

/// Six people who perform for ever.
pub struct Troupe {
    motions: Vec<RigMotion>,
    performers: Vec<ScriptedPerformer>,
    roster: Arc<Roster>,
    pose: Vec<JointPose>,
    wrong: WrongSwitch,
}

/// Markers that take each other's names: those of the two wrists, which are never where the other is.
const SWAPPED: [&str; 2] = ["LWRA", "RWRA"];

impl Troupe {
    /// People with the markers of a rig.
    ///
    /// # Errors
    /// A performance cannot be read, or does not fit the rig.
    pub fn new(rig: &Rig, wrong: WrongSwitch) -> Result<Self, Box<dyn Error>> {
        let mut motions = Vec::new();
        for name in PERFORMANCES {
            let bytes = asset(&format!("performances/{name}.bvh"))?;
            let clip = bvh::read(&bytes, &BvhReadOptions::default())?;
            motions.push(RigMotion::new(Clip::from_bvh(&clip), rig)?);
        }
        let performer = |i: usize| {
            let at = DVec3::new((i % 3) as f64 * 2.5 - 2.5, 0.0, (i / 3) as f64 * 2.5);
            ScriptedPerformer::new(i % PERFORMANCES.len(), i as f64 * 1.7, i as f64, at)
        };
        let subject = |i: usize| SubjectInfo {
            name: name_of(i),
            segments: Vec::new(),
            markers: rig.markers().iter().map(|m| m.name.clone()).collect(),
        };
        Ok(Self {
            motions,
            performers: (0..PERFORMERS).map(performer).collect(),
            roster: Arc::new(Roster::build((0..PERFORMERS).map(subject).collect())?),
            pose: Vec::new(),
            wrong,
        })
    }
}

impl FrameProducer for Troupe {
    fn roster(&self) -> Arc<Roster> {
        Arc::clone(&self.roster)
    }

    fn rate_hz(&self) -> f64 {
        RATE_HZ
    }

    fn produce(&mut self, number: u64, out: &mut MocapFrame) -> bool {
        out.reset(&self.roster);
        let at_s = number as f64 / RATE_HZ;
        for (performer, span) in self.performers.iter().zip(self.roster.spans()) {
            let Some(motion) = self.motions.get(performer.motion) else {
                continue;
            };
            performer.pose(motion, at_s, &mut self.pose);
            let markers = motion.rig().markers().iter();
            let slots = out.markers.get_mut(span.markers()).into_iter().flatten();
            for (slot, marker) in slots.zip(markers) {
                let joint = self.pose.get(marker.joint.idx());
                // Its own volume is the stage.
                *slot = joint.and_then(|joint| Point::new((*joint * marker.in_joint).metres()));
            }
        }
        if self.wrong.is(Wrong::Axes) {
            for marker in out.markers.iter_mut().flatten() {
                let at = marker.metres();
                *marker = Point::saturating(DVec3::new(at.x, at.z, -at.y));
            }
        }
        if self.wrong.is(Wrong::Labels) {
            let names = self.roster.subjects().first().map(|s| &s.markers);
            let place = |name| names.and_then(|names| names.iter().position(|n| n == name));
            if let [Some(left), Some(right)] = SWAPPED.map(place) {
                out.markers.swap(left, right);
            }
        }
        true
    }
}
