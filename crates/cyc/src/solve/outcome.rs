//! What a solve found out: plain figures, before any language.

use super::rig_choice::Found;
use super::track::{Counts, Track};
use serde_json::{Value, json};
use std::path::PathBuf;

/// The figures of a solve.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The take's name.
    pub take: String,
    /// Frames a second.
    pub rate_hz: f64,
    /// The number of the first frame.
    pub first_frame: u64,
    /// The performers.
    pub tracks: Vec<Track>,
    /// Records of a recording that could not be read.
    pub damaged: u64,
    /// Whether far markers pull less.
    pub robust: bool,
    /// What was written.
    pub outputs: Vec<PathBuf>,
    /// The report.
    pub report: Option<PathBuf>,
}

impl Outcome {
    /// Frames of the take.
    pub fn frames(&self) -> usize {
        self.tracks
            .iter()
            .map(|t| t.frames.len())
            .max()
            .unwrap_or(0)
    }

    /// Markers of all rigs.
    pub fn markers(&self) -> usize {
        self.tracks.iter().map(|t| t.rig.markers().len()).sum()
    }

    /// Root mean square residual, millimetres.
    pub fn rms_mm(&self) -> f64 {
        let (sum, n) = self
            .tracks
            .iter()
            .map(Track::squares)
            .fold((0.0, 0), |(sum, n), (s, k)| (sum + s, n + k));
        (sum / n.max(1) as f64).sqrt() * 1e3
    }

    /// Markers over frames of all performers.
    pub fn counts(&self) -> Counts {
        let mut all = Counts::default();
        for counts in self.tracks.iter().map(Track::counts) {
            all.all += counts.all;
            all.labelled += counts.labelled;
            all.filled += counts.filled;
        }
        all
    }

    /// The share of the rigs' markers that were seen with their label, 0 to 1.
    pub fn labelled_ratio(&self) -> f64 {
        let counts = self.counts();
        counts.labelled as f64 / counts.all.max(1) as f64
    }

    /// The time of a frame's fit that the share `q` of all frames did not exceed, microseconds.
    pub fn time_us(&self, q: f64) -> f64 {
        let frames = self.tracks.iter().flat_map(|t| &t.frames);
        let mut times: Vec<f64> = frames.map(|f| f.took_us).collect();
        times.sort_by(f64::total_cmp);
        let rank = (q.clamp(0.0, 1.0) * times.len() as f64).ceil() as usize;
        times.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
    }

    /// The object of `--json`.
    pub fn to_json(&self) -> Value {
        json!({
            "take": self.take,
            "frames": self.frames(),
            "rate_hz": self.rate_hz,
            "markers": self.markers(),
            "rms_mm": self.rms_mm(),
            "p50_us": self.time_us(0.5),
            "p99_us": self.time_us(0.99),
            "max_us": self.time_us(1.0),
            "labelled_ratio": self.labelled_ratio(),
            "filled": self.counts().filled,
            "robust": self.robust,
            "damaged": self.damaged,
            "performers": self.tracks.iter().map(|t| self.performer(t)).collect::<Vec<_>>(),
            "outputs": self.outputs,
            "report": self.report,
        })
    }

    fn performer(&self, track: &Track) -> Value {
        let worst = track.worst_frame();
        let marker = |m: &super::track::MarkerFigures| {
            json!({
                "label": m.label,
                "seen": m.seen,
                "rms_mm": m.rms_m * 1e3,
                "max_mm": m.max_m * 1e3,
                "worst_frame": m.worst_frame,
            })
        };
        let joint = |j: &super::track::JointFigures| json!({ "name": j.name, "quality": j.quality, "unsure": j.unsure });
        let calibration = track.calibration.as_ref().map(|c| {
            json!({
                "frames": c.report.frames,
                "scale": c.report.scale,
                "rms_before_mm": c.report.rms_before_m * 1e3,
                "rms_after_mm": c.report.rms_after_m * 1e3,
                "seconds": c.took_s,
            })
        });
        let labelling = track
            .labelling
            .map(|l| json!({ "sure": l.sure, "agreement": l.agreement(), "compared": l.compared }));
        json!({
            "subject": track.subject,
            "rig": track.rig.name(),
            "recognised_by": recognised_by(track.found),
            "labelling": labelling,
            "matched": track.matched,
            "markers": track.rig.markers().len(),
            "bones": track.rig.skeleton().len(),
            "rms_mm": track.rms_m() * 1e3,
            "frames_without_pose": track.frames.iter().filter(|f| !f.posed).count(),
            "worst_frame": worst,
            "worst_frame_rms_mm": track.frames.get(worst).map_or(0.0, |f| f.rms_m * 1e3),
            "worst_marker": track.worst_marker().map(|m| m.label.clone()),
            "by_marker": track.by_marker.iter().map(marker).collect::<Vec<_>>(),
            "by_joint": track.by_joint.iter().map(joint).collect::<Vec<_>>(),
            "calibration": calibration,
        })
    }
}

/// How a rig was found, for scripts.
fn recognised_by(found: Found) -> &'static str {
    match found {
        Found::RigFile => "rig",
        Found::Named => "markerset",
        Found::Labels => "labels",
        Found::Shape => "shape",
    }
}
