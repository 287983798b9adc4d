//! Through the lens: what a film camera sees on the wall is what it would see of the virtual scene.
//!
//! The tracked pose goes through a UDP socket as a Vicon system sends it and through the decoder that the stage uses.
//! Needs a Vulkan adapter, for which Mesa's software driver is enough. Without one the test says that it was skipped,
//! unless `CYC_GPU=required` or `CI=true`, when it fails.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

use cyc_character::{Character, LoadOptions, load};
use cyc_model::{Body, HostNs, MocapFrame, Source, Xf};
use cyc_renderer::Gpu;
use cyc_renderer::proof::{Bug, Proof, ProofOptions, TruthPose, ViconBody, prove};
use cyc_stage::Stage;
use cyc_wire::vicon_udp::Decoder;
use std::net::UdpSocket;
use std::path::Path;
use std::sync::Arc;

const CURVED: &str = include_str!("through_the_lens/curved.toml");
const FLAT: &str = include_str!("through_the_lens/flat.toml");

/// A device, or the reason to skip.
fn gpu() -> Option<Gpu> {
    match Gpu::headless() {
        Ok(gpu) => Some(gpu),
        Err(error) => {
            let required = std::env::var("CYC_GPU").is_ok_and(|v| v == "required")
                || std::env::var("CI").is_ok_and(|v| v == "true");
            assert!(!required, "a graphics adapter is required: {error}");
            eprintln!("SKIPPED: {error}");
            None
        }
    }
}

/// The committed human.
fn human() -> Option<Arc<Character>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/human/human.glb");
    let bytes = std::fs::read(path).ok()?;
    Some(Arc::new(load(&bytes, &LoadOptions::default()).unwrap()))
}

/// Sends a body as Tracker does (bytes made here, from the protocol's page) and takes what the decoder makes of it.
struct Wire {
    sender: UdpSocket,
    receiver: UdpSocket,
    decoder: Decoder,
    number: u32,
}

impl Wire {
    fn new() -> Self {
        let receiver = UdpSocket::bind("127.0.0.1:0").unwrap();
        receiver
            .set_read_timeout(Some(std::time::Duration::from_secs(5)))
            .unwrap();
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        sender.connect(receiver.local_addr().unwrap()).unwrap();
        Self {
            sender,
            receiver,
            decoder: Decoder::default(),
            number: 0,
        }
    }

    fn carry(&mut self, body: &ViconBody) -> Option<Xf<Source, Body>> {
        self.number += 1;
        let mut datagram = self.number.to_le_bytes().to_vec();
        datagram.extend([1, 0, 72, 0]);
        datagram.extend(b"FilmCamera");
        datagram.resize(8 + 24, 0);
        for value in body.t_mm.iter().chain(&body.euler_rad) {
            datagram.extend(value.to_le_bytes());
        }
        datagram.resize(256, 0);
        self.sender.send(&datagram).unwrap();
        let mut heard = [0; 2048];
        let length = self.receiver.recv(&mut heard).unwrap();
        let mut frame = MocapFrame::default();
        self.decoder
            .decode(&heard[..length], HostNs(1), &mut frame)
            .unwrap();
        assert_eq!(frame.roster.subjects()[0].name, "FilmCamera");
        frame.segments[0]
    }
}

fn run(gpu: &Gpu, stage: &str, options: &ProofOptions) -> Proof {
    let stage = Stage::from_toml(stage).unwrap();
    let mut wire = Wire::new();
    prove(gpu, &stage, human(), options, &mut |body| wire.carry(body)).unwrap()
}

/// Writes the photographs when `CYC_PROOF_OUT` names a folder.
fn keep(name: &str, proof: &Proof) {
    let (Ok(folder), Some(pictures)) = (std::env::var("CYC_PROOF_OUT"), &proof.pictures) else {
        return;
    };
    let [w, h] = pictures.direct.size_px;
    for (what, rgba) in [
        ("wall", pictures.through_wall.to_rgba()),
        ("fine", pictures.through_fine_wall.to_rgba()),
        ("direct", pictures.direct.to_rgba()),
        (
            "difference",
            pictures.direct.difference(&pictures.through_fine_wall),
        ),
    ] {
        let path = Path::new(&folder).join(format!("proof_{name}_{what}.png"));
        image::save_buffer(path, &rgba, w, h, image::ColorType::Rgba8).unwrap();
    }
}

#[track_caller]
fn check(name: &str, stage: &str, fine_scale: f64) {
    let Some(gpu) = gpu() else { return };
    let options = ProofOptions {
        fine_scale,
        ..ProofOptions::default()
    };
    let proof = run(&gpu, stage, &options);
    keep(name, &proof);
    println!(
        "{name}: {} fiducials (at least {} a pose, {} lost), mean {:.4} px, p99 {:.4} px, PSNR {:.2?} dB at {:.2} wall \
         px a camera px; at the real pitch {:.2?} dB, against the ideal {:.2?} dB",
        proof.fiducials,
        proof.fiducials_min,
        proof.lost,
        proof.mean_px,
        proof.p99_px,
        proof.psnr_db,
        proof.wall_px_per_camera_px,
        proof.psnr_real_db,
        proof.psnr_ideal_db,
    );
    assert!(proof.wall_px_per_camera_px >= 2.0);
    assert!(proof.psnr_db.is_some() && proof.psnr_ideal_db.is_some());
    assert!(proof.holds());
}

#[test]
fn the_curved_wall_shows_the_scene() {
    check("curved", CURVED, 2.6);
}

#[test]
fn the_flat_wall_shows_the_scene() {
    check("flat", FLAT, 2.4);
}

#[test]
fn every_seeded_bug_makes_it_fail() {
    let Some(gpu) = gpu() else { return };
    for (name, stage) in [("curved", CURVED), ("flat", FLAT)] {
        for bug in [None].into_iter().chain(Bug::ALL.map(Some)) {
            let options = ProofOptions {
                poses: TruthPose::STANDARD[..1].to_vec(),
                fine_scale: 1.0,
                pictures: false,
                bug,
                ..ProofOptions::default()
            };
            let proof = run(&gpu, stage, &options);
            println!(
                "{name}, {bug:?}: {} fiducials, {} lost, mean {:.3} px, p99 {:.3} px",
                proof.fiducials, proof.lost, proof.mean_px, proof.p99_px
            );
            assert_eq!(proof.holds(), bug.is_none(), "{name}, {bug:?}");
        }
    }
}
