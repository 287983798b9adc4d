//! The stage that is soaked: six scripted performers, heard over a DataStream connection, solved, and put on humans.

use crate::Outcome;
use cyc_capture::{SourceConfig, SourceUrl, source_of};
use cyc_character::{LoadOptions, load};
use cyc_engine::bring_up::{JobSettings, performer_job};
use cyc_engine::core::{CoreSetup, PerformerSetup, SourceSetup, SourceTiming};
use cyc_engine::run::{Engine, EngineSetup, RunSource};
use cyc_model::{MocapFrame, Point, Rig, Roster, SourceId, SubjectInfo, Xf};
use cyc_simulator::performance::Clip;
use cyc_simulator::servers::{
    FrameProducer, ServerConfig, Simulator, SimulatorConfig, SimulatorHandle,
};
use cyc_simulator::whole_stage::{JointPose, RigMotion, ScriptedPerformer};
use cyc_solver::{HUMAN_SKELETON, PRODUCTION_53, build_rig, parse_markerset, parse_skeleton};
use cyc_stage::LabelPolicy;
use cyc_take::bvh::{self, BvhReadOptions};
use glam::DVec3;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

/// Frames a second.
pub const RATE_HZ: f64 = 240.0;
/// Performers.
const PERFORMERS: usize = 6;
/// What they perform.
const PERFORMANCES: [&str; 3] = ["walk_dance", "action", "floor"];

fn asset(name: &str) -> Outcome<Vec<u8>> {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets");
    Ok(std::fs::read(assets.join(name))?)
}

fn name_of(performer: usize) -> String {
    format!("Performer {}", performer + 1)
}

/// Six people who perform for ever.
struct Troupe {
    motions: Vec<RigMotion>,
    performers: Vec<ScriptedPerformer>,
    roster: Arc<Roster>,
    pose: Vec<JointPose>,
}

impl Troupe {
    fn new(rig: &Rig) -> Outcome<Self> {
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
        true
    }
}

/// Starts both ends.
pub fn start() -> Outcome<(SimulatorHandle, Engine)> {
    let rig = build_rig(
        &parse_skeleton(HUMAN_SKELETON)?,
        &parse_markerset(PRODUCTION_53)?,
    )?;
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let config = SimulatorConfig {
        servers: vec![ServerConfig::vicon_datastream(any)],
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(config, Box::new(Troupe::new(&rig)?))?;
    let server = simulator.addresses().first().ok_or("no server")?;
    let url: SourceUrl = server.url().parse()?;
    let human = load(&asset("human/human.glb")?, &LoadOptions::default())?;
    let mut performers = Vec::new();
    for i in 0..PERFORMERS {
        let job = performer_job(rig.clone(), &human, &JobSettings::default())?;
        performers.push(PerformerSetup {
            source: SourceId(0),
            subject: name_of(i),
            job: Some(Box::new(job)),
            memory_frames: 1680,
            labels: rig.markers().iter().map(|m| m.name.clone()).collect(),
            label_policy: LabelPolicy::Source,
            stage_from_performance: Xf::IDENTITY,
            face: None,
            face_track: None,
        });
    }
    let core = CoreSetup {
        sources: vec![SourceSetup {
            id: SourceId(0),
            stage_from_source: Xf::IDENTITY,
            timing: SourceTiming::default(),
        }],
        performers,
        ..CoreSetup::default()
    };
    let sources = vec![RunSource {
        name: "troupe".to_owned(),
        id: SourceId(0),
        source: source_of(&url, SourceConfig::new(SourceId(0))),
    }];
    let setup = EngineSetup {
        record_at_once: false,
        core,
        sources,
        readers: 1,
        record: None,
    };
    Ok((simulator, Engine::start(setup)?.0))
}
