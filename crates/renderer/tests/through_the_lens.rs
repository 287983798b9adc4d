//! Through the lens: what a film camera sees on the wall is what it would see of the virtual scene.
//!
//! The tracked pose goes through a UDP socket as a Vicon system sends it and through the decoder that the stage uses.
//! Needs a Vulkan adapter, for which Mesa's software driver is enough. Without one the test says that it was skipped,
//! unless `CYC_GPU=required` or `CI=true`, when it fails.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

use cyc_character::{Character, LoadOptions, load};
use cyc_model::{Body, HostNs, MocapFrame, Source, Xf};
use cyc_renderer::Gpu;
use cyc_renderer::proof::{
    Delay, Proof, ProofOptions, TruthPose, ViconBody, prove, prove_with_bugs,
};
use cyc_stage::Stage;
use cyc_wire::vicon_udp::Decoder;
use std::net::UdpSocket;
use std::path::Path;
use std::sync::Arc;

mod adapter;
#[path = "through_the_lens/markers.rs"]
mod markers;
#[path = "through_the_lens/odd.rs"]
mod odd;
#[path = "through_the_lens/shapes.rs"]
#[allow(dead_code)] // Other tests and the bench use the rest.
mod shapes;

use adapter::gpu;
use shapes::{Glass, Shape};

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

fn run(gpu: &Gpu, stage: &Stage, options: &ProofOptions) -> Proof {
    let mut wire = Wire::new();
    prove(gpu, stage, human(), options, &mut |body| wire.carry(body)).unwrap()
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
fn check(shape: Shape, glass: Glass, poses: &[TruthPose]) {
    let Some(gpu) = gpu() else { return };
    let options = ProofOptions {
        fine_scale: shape.fine_scale(),
        poses: poses.to_vec(),
        ..ProofOptions::default()
    };
    let proof = run(&gpu, &shapes::stage(shape, glass), &options);
    let name = format!("{}-{}", shape.name(), glass.name());
    keep(&name, &proof);
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
    assert!(proof.wall_px_per_camera_px >= 2.0, "{name}");
    assert!(proof.psnr_db.is_some() && proof.psnr_ideal_db.is_some());
    assert!(proof.holds(), "{name}");
}

#[test]
fn a_flat_wall_shows_the_scene() {
    check(Shape::Flat, Glass::Plain, &TruthPose::STANDARD[1..2]);
}

#[test]
fn a_folded_wall_shows_the_scene() {
    check(Shape::Folded, Glass::Plain, &TruthPose::STANDARD[2..3]);
}

#[test]
fn an_arc_shows_the_scene_to_a_barrel_lens() {
    check(Shape::Arc, Glass::Barrel, &TruthPose::STANDARD[..1]);
}

#[test]
fn a_cylinder_of_270_degrees_shows_the_scene() {
    check(Shape::Cylinder270, Glass::Plain, &TruthPose::STANDARD[..1]);
}

#[test]
fn a_cave_shows_the_scene() {
    check(Shape::Cave, Glass::Plain, &TruthPose::STANDARD[..1]);
}

#[test]
fn a_mesh_shows_the_scene_to_a_pincushion_lens() {
    check(Shape::Mesh, Glass::Pincushion, &TruthPose::STANDARD[..1]);
}

#[test]
fn a_moving_camera_sees_the_scene_and_slips_only_by_the_delay() {
    let Some(gpu) = gpu() else { return };
    let measure = |pan_deg_per_s, velocity_m_per_s, count| {
        let options = ProofOptions {
            poses: TruthPose::moving(count),
            fine_scale: 1.0,
            pictures: false,
            delay: Some(Delay {
                pan_deg_per_s,
                velocity_m_per_s,
                latency_s: 3.0 / 24.0,
            }),
            ..ProofOptions::default()
        };
        let proof = run(&gpu, &shapes::stage(Shape::Flat, Glass::Plain), &options);
        let slip = proof.slip.unwrap();
        println!(
            "moving: {} fiducials, {} lost, mean {:.3} px, p99 {:.3} px; {slip:?}",
            proof.fiducials, proof.lost, proof.mean_px, proof.p99_px
        );
        assert!(proof.holds());
        assert!(
            slip.lost == 0 && slip.fiducials >= 50 && slip.p99_px <= 0.5,
            "{slip:?}"
        );
        slip.slip_px
    };
    // Turning about the pupil alone: each direction still shows its light.
    assert!(measure(15.0, [0.0; 3], 5) < 1e-6);
    // Half a metre a second to the right, an eighth of a second late: what is d away behind a wall w away slips by
    // f v L (1/w - 1/d), seen from straight ahead; the picture's middle stands for its edges.
    let moved_m = 0.5 / 8.0;
    let (focal_px, wall_m) = (35.0 / 36.0 * 1280.0, 5.0 + 0.85);
    let [x, y, z] = TruthPose::STANDARD[0].position_m;
    let slips: Vec<f64> = cyc_renderer::fiducials()
        .iter()
        .map(|f| (f.centre_m.x - x, f.centre_m.y - y, z - f.centre_m.z))
        .filter(|(across, up, away)| across.abs() < 0.5 * away && up.abs() < 0.28 * away)
        .map(|(.., away)| focal_px * moved_m * (1.0 / wall_m - 1.0 / away).abs())
        .collect();
    let wanted_px = slips.iter().sum::<f64>() / slips.len() as f64;
    let slip_px = measure(0.0, [0.5, 0.0, 0.0], 1);
    println!("slip {slip_px:.2} px, wanted {wanted_px:.2} px");
    assert!(
        (slip_px / wanted_px - 1.0).abs() < 0.25,
        "{slip_px}, {wanted_px}"
    );
}

#[test]
fn every_seeded_bug_makes_it_fail_on_every_shape() {
    let Some(gpu) = gpu() else { return };
    for shape in Shape::ALL {
        let options = ProofOptions {
            poses: TruthPose::STANDARD[..1].to_vec(),
            fine_scale: 1.0,
            ..ProofOptions::default()
        };
        let mut wire = Wire::new();
        let stage = shapes::stage(shape, Glass::Plain);
        let carry = &mut |body: &ViconBody| wire.carry(body);
        for (bug, proof) in prove_with_bugs(&gpu, &stage, &options, carry).unwrap() {
            println!(
                "{}, {bug:?}: {} fiducials, {} lost, mean {:.3} px, p99 {:.3} px",
                shape.name(),
                proof.fiducials,
                proof.lost,
                proof.mean_px,
                proof.p99_px
            );
            assert_eq!(proof.holds(), bug.is_none(), "{}, {bug:?}", shape.name());
        }
    }
}
