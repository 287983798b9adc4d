//! What a demo run found out: plain figures, before any language.

use crate::outgoing::{self, OutputFigures};
use cyc_telemetry::LatencySummary;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// The figures of a run.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Name of the performance.
    pub performance: String,
    /// Name of the stage.
    pub stage: String,
    /// Length of the live part that was recorded, seconds.
    pub live_s: f64,
    /// Capture frames a second.
    pub rate_hz: f64,
    /// What the virtual system sent during the live part.
    pub frames_sent: u64,
    /// Frames that arrived.
    pub frames_in: u64,
    /// Frames that were sent and never arrived.
    pub frames_lost: u64,
    /// Frames passed over on the live path because a newer one was there.
    pub frames_superseded: u64,
    /// Stage frames whose camera was predicted rather than measured.
    pub frames_predicted: u64,
    /// Pictures drawn live.
    pub frames_live: u64,
    /// Pictures in the film.
    pub frames_film: u64,
    /// Pictures a second in the film.
    pub film_hz: f64,
    /// Latency of each part of the way.
    pub latency: Vec<(&'static str, LatencySummary)>,
    /// Root mean square marker residual over the take, millimetres.
    pub marker_rms_mm: f64,
    /// The same over time: seconds, millimetres.
    pub marker_curve: Vec<(f64, f64)>,
    /// Calibration: residual before and after, millimetres; seconds it took.
    pub calibration: Option<CalibrationFigures>,
    /// Joints against the truth; `None` when there is none (recorded markers).
    pub joints: Option<JointFigures>,
    /// The canvas in pixels, and the part of each side at which the film shows it.
    pub canvas_px: [u32; 2],
    /// Scale of the canvas in the film.
    pub canvas_scale: f64,
    /// The graphics adapter.
    pub adapter: String,
    /// The proof's figures for each wall shape.
    pub proofs: Vec<ProofFigures>,
    /// Pictures written: file and text key of the caption.
    pub pictures: Vec<(PathBuf, &'static str)>,
    /// The film.
    pub film: Option<PathBuf>,
    /// The report.
    pub report: PathBuf,
    /// The recording.
    pub take: PathBuf,
    /// Seconds from start to end.
    pub wall_clock_s: f64,
    /// Whether threads that carry frames run with real-time priority.
    pub real_time: bool,
    /// What each output counted.
    pub outputs: OutputFigures,
}

/// What the calibration did.
#[derive(Clone, Copy, Debug, Default)]
pub struct CalibrationFigures {
    /// Marker residual with the template, millimetres.
    pub before_mm: f64,
    /// Marker residual with the calibrated rig, millimetres.
    pub after_mm: f64,
    /// Seconds it took.
    pub took_s: f64,
}

/// Solved joints against the simulator's truth.
#[derive(Clone, Debug, Default)]
pub struct JointFigures {
    /// Mean distance of the performer's solved joints, millimetres.
    pub performer_mean_mm: f64,
    /// 99th percentile, millimetres.
    pub performer_p99_mm: f64,
    /// Mean distance of the digital human's joints, millimetres.
    pub human_mean_mm: f64,
    /// 99th percentile, millimetres.
    pub human_p99_mm: f64,
    /// Mean by bone, the performer's: VRM name, millimetres.
    pub by_bone: Vec<(&'static str, f64)>,
    /// Frames compared.
    pub frames: usize,
}

/// The through-the-lens proof on one wall.
#[derive(Clone, Debug, Default)]
pub struct ProofFigures {
    /// Text key of the wall's shape.
    pub wall: &'static str,
    /// 99th percentile of the fiducials' error, camera pixels.
    pub p99_px: f64,
    /// Mean of it.
    pub mean_px: f64,
    /// Picture against picture, decibels.
    pub psnr_db: f64,
    /// At the wall's pitch, against the ideal picture through that pixel grid.
    pub psnr_ideal_db: f64,
    /// Fiducials seen.
    pub fiducials: usize,
    /// Whether every bound of the proof holds.
    pub holds: bool,
}

impl Outcome {
    /// The object of `--json`.
    pub fn to_json(&self) -> Value {
        let mut latency = Map::new();
        for (name, s) in &self.latency {
            latency.insert((*name).to_owned(), percentiles(s));
        }
        let end_to_end = latency.remove("end_to_end");
        let proofs: Vec<_> = self.proofs.iter().map(ProofFigures::to_json).collect();
        json!({
            "performance": self.performance,
            "stage": self.stage,
            "live_s": self.live_s,
            "rate_hz": self.rate_hz,
            "frames_sent": self.frames_sent,
            "frames_in": self.frames_in,
            "frames_lost": self.frames_lost,
            "frames_superseded": self.frames_superseded,
            "frames_predicted": self.frames_predicted,
            "frames_rendered": self.frames_live + self.frames_film,
            "frames_live": self.frames_live,
            "frames_film": self.frames_film,
            "film_hz": self.film_hz,
            "marker_rms_mm": self.marker_rms_mm,
            "calibration": self.calibration.map(|c| json!({
                "rms_before_mm": c.before_mm, "rms_after_mm": c.after_mm, "took_s": c.took_s,
            })),
            "joints": self.joints.as_ref().map(JointFigures::to_json),
            "latency": latency,
            "end_to_end": end_to_end,
            "adapter": self.adapter,
            "real_time": self.real_time,
            "outputs": outgoing::as_json(&self.outputs),
            "canvas_px": self.canvas_px,
            "canvas_scale": self.canvas_scale,
            "proof": proofs,
            "pictures": self.pictures.iter().map(|p| p.0.display().to_string()).collect::<Vec<_>>(),
            "film": self.film.as_ref().map(|f| f.display().to_string()),
            "report": self.report.display().to_string(),
            "take": self.take.display().to_string(),
            "wall_clock_s": self.wall_clock_s,
        })
    }
}

impl JointFigures {
    fn to_json(&self) -> Value {
        let by_bone: Map<String, Value> = self
            .by_bone
            .iter()
            .map(|(bone, mm)| ((*bone).to_owned(), json!(mm)))
            .collect();
        json!({
            "performer_mean_mm": self.performer_mean_mm,
            "performer_p99_mm": self.performer_p99_mm,
            "human_mean_mm": self.human_mean_mm,
            "human_p99_mm": self.human_p99_mm,
            "by_bone_mm": by_bone,
            "frames": self.frames,
        })
    }
}

impl ProofFigures {
    fn to_json(&self) -> Value {
        json!({
            "wall": self.wall,
            "p99_px": self.p99_px,
            "mean_px": self.mean_px,
            "psnr_db": self.psnr_db,
            "psnr_ideal_db": self.psnr_ideal_db,
            "fiducials": self.fiducials,
            "holds": self.holds,
        })
    }
}

fn percentiles(s: &LatencySummary) -> Value {
    json!({
        "count": s.count,
        "p50_us": s.p50.micros(),
        "p99_us": s.p99.micros(),
        "p99_9_us": s.p99_9.micros(),
        "max_us": s.max.micros(),
    })
}
