//! The stage that is soaked: six scripted performers, heard over a DataStream connection, solved, and put on humans.

use crate::Outcome;
use cyc_benches::troupe::{PERFORMERS, Troupe, WrongSwitch, asset, name_of};
use cyc_capture::{SourceConfig, SourceUrl, source_of};
use cyc_character::{LoadOptions, NeutralFace, load};
use cyc_engine::bring_up::{JobSettings, performer_job};
use cyc_engine::core::{CoreSetup, PerformerSetup, SourceSetup, SourceTiming};
use cyc_engine::run::{Engine, EngineSetup, RunSource};
use cyc_model::{SourceId, Xf};
use cyc_simulator::servers::{ServerConfig, Simulator, SimulatorConfig, SimulatorHandle};
use cyc_solver::{HUMAN_SKELETON, PRODUCTION_53, build_rig, parse_markerset, parse_skeleton};
use cyc_stage::LabelPolicy;
use std::net::{Ipv4Addr, SocketAddr};

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
    let simulator = Simulator::start(config, Box::new(Troupe::new(&rig, WrongSwitch::default())?))?;
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
            face_rest: NeutralFace::default(),
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
