//! The through-the-lens proof, for the report: on the curved and the flat wall of the renderer's own test, on this
//! machine's adapter.
//!
//! The tracked pose goes through a UDP socket as a Vicon system sends it; its bytes are written here, not by the
//! encoder that is under proof with the rest.

use super::outcome::ProofFigures;
use super::show::Show;
use crate::failure::Failure;
use cyc_film::Picture;
use cyc_model::{Body, HostNs, MocapFrame, Source, Xf};
use cyc_renderer::Gpu;
use cyc_renderer::proof::{ProofOptions, TruthPose, ViconBody, prove};
use cyc_simulator::loopback::DatagramLoop;
use cyc_stage::Stage;
use cyc_wire::vicon_udp::Decoder;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Name of the wall, caption of its picture, stage file, and canvas pixels drawn per real one so that a camera pixel
/// sees two wall pixels.
const WALLS: [(&str, &str, &str, f64); 2] = [
    (
        "demo-wall-curved",
        "picture-proof-curved",
        include_str!("../../../renderer/tests/through_the_lens/curved.toml"),
        2.6,
    ),
    (
        "demo-wall-flat",
        "picture-proof-flat",
        include_str!("../../../renderer/tests/through_the_lens/flat.toml"),
        2.4,
    ),
];

/// What the proof of one wall came to.
pub struct Proved {
    /// The figures.
    pub figures: ProofFigures,
    /// Direct, through the wall, and how they differ; with its file and caption.
    pub strip: Option<(Picture, PathBuf, &'static str)>,
}

/// Runs the proof from one pose a wall (the test takes all of them).
pub fn run(show: &Show, gpu: &Gpu, out: &Path) -> Result<Vec<Proved>, Failure> {
    let mut all = Vec::new();
    for (wall, caption, toml, fine_scale) in WALLS {
        let stage = Stage::from_toml(toml)?;
        let mut wire = Wire::new().map_err(|e| Failure::internal(format!("loopback UDP: {e}")))?;
        let options = ProofOptions {
            poses: TruthPose::STANDARD[..1].to_vec(),
            fine_scale,
            ..ProofOptions::default()
        };
        let character = Some(Arc::clone(&show.character));
        let proof = prove(gpu, &stage, character, &options, &mut |body| {
            wire.carry(body)
        })?;
        let figures = ProofFigures {
            wall,
            p99_px: proof.p99_px,
            mean_px: proof.mean_px,
            psnr_db: proof.psnr_db.unwrap_or(0.0),
            psnr_ideal_db: proof.psnr_ideal_db.unwrap_or(0.0),
            fiducials: proof.fiducials,
            holds: proof.holds(),
        };
        let Some(shots) = proof.pictures else {
            let strip = None;
            all.push(Proved { figures, strip });
            continue;
        };
        let [width, height] = shots.direct.size_px;
        let mut strip = Picture::filled(width * 3, height, [0, 0, 0, 255]);
        let parts = [
            shots.direct.to_rgba(),
            shots.through_wall.to_rgba(),
            shots.direct.difference(&shots.through_fine_wall),
        ];
        for (i, rgba) in parts.into_iter().enumerate() {
            strip.paste(&Picture::new(width, height, rgba)?, width * i as u32, 0);
        }
        let path = out.join(format!("{caption}.png").replace("picture-", ""));
        strip.write_png(&path)?;
        let strip = Some((strip, path, caption));
        all.push(Proved { figures, strip });
    }
    Ok(all)
}

/// The way of a tracked pose: bytes, a loopback socket, the stage's decoder.
pub struct Wire {
    datagrams: DatagramLoop,
    decoder: Decoder,
    number: u32,
}

impl Wire {
    /// Over loopback.
    pub fn new() -> std::io::Result<Self> {
        Ok(Self {
            datagrams: DatagramLoop::new()?,
            decoder: Decoder::default(),
            number: 0,
        })
    }

    /// One object of Vicon Tracker's UDP stream, there and back; `None` when it got lost.
    pub fn carry(&mut self, body: &ViconBody) -> Option<Xf<Source, Body>> {
        self.number += 1;
        let mut datagram = self.number.to_le_bytes().to_vec();
        // One item: id 0, 72 bytes, a name of 24.
        datagram.extend([1, 0, 72, 0]);
        datagram.extend(b"FilmCamera");
        datagram.resize(8 + 24, 0);
        for value in body.t_mm.iter().chain(&body.euler_rad) {
            datagram.extend(value.to_le_bytes());
        }
        let mut heard = [0; 2048];
        let length = self.datagrams.there_and_back(&datagram, &mut heard)?;
        let mut frame = MocapFrame::default();
        self.decoder
            .decode(heard.get(..length)?, HostNs(1), &mut frame)
            .ok()?;
        frame.segments.first().copied().flatten()
    }
}
