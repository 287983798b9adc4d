//! What a retarget found out: plain figures, before any language.

use super::source::SourceMotion;
use super::target::Target;
use super::track::Track;
use crate::outgoing::{OutputFigures, as_json};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;

/// A retargeted take.
#[derive(Debug)]
pub struct Retargeted {
    /// Its performers, each by herself; never empty.
    pub performers: Vec<Outcome>,
    /// What was played to whom, of all of them.
    pub played: OutputFigures,
}

impl Retargeted {
    /// Records of the take that could not be read.
    pub fn damaged(&self) -> u64 {
        let each = self.performers.iter().map(|one| one.source.damaged);
        each.max().unwrap_or(0)
    }

    /// The object of `--json`: the performer's, or one that has those of several.
    pub fn to_json(&self) -> Value {
        let mut object = match self.performers.as_slice() {
            [one] => one.to_json(),
            several => {
                let performers = several.iter().map(Outcome::to_json);
                json!({
                    "performers": performers.collect::<Vec<_>>(),
                    "damaged": self.damaged(),
                })
            }
        };
        object["played"] = as_json(&self.played);
        object
    }
}

/// One performer on the character.
#[derive(Debug)]
pub struct Outcome {
    /// The performer.
    pub source: SourceMotion,
    /// The character.
    pub target: Arc<Target>,
    /// The performer's motion on the character.
    pub track: Track,
    /// What was written.
    pub outputs: Vec<PathBuf>,
    /// The report.
    pub report: Option<PathBuf>,
}

impl Outcome {
    /// Her object.
    fn to_json(&self) -> Value {
        let feet = &self.track.figures;
        json!({
            "take": self.source.name,
            "performer": self.source.performer,
            "character": self.target.character.name,
            "frames": self.source.frames(),
            "rate_hz": self.source.rate_hz,
            "bones": self.target.character.humanoid.bones().count(),
            "joints": self.target.skeleton.len(),
            "scale": self.track.scale,
            "p50_us": self.track.time_us(0.5),
            "p99_us": self.track.time_us(0.99),
            "max_us": self.track.time_us(1.0),
            "skate_mean_mm_s": feet.skate_mean_mps * 1e3,
            "skate_p95_mm_s": feet.skate_p95_mps * 1e3,
            "source_skate_mean_mm_s": feet.source_skate_mean_mps * 1e3,
            "stance_drift_max_mm": feet.drift_max_m.value * 1e3,
            "stance_ratio": feet.held_part,
            "stance_s": feet.stance_s,
            "penetration_max_mm": feet.penetration_max_m.value * 1e3,
            "float_mean_mm": feet.float_mean_m * 1e3,
            "pitch_error_max_deg": feet.pitch_error_max_rad.value.to_degrees(),
            "pop_max_mm": feet.foot_pop_max_m.value * 1e3,
            "missing": self.target.missing(),
            "remarks": self.source.remarks.iter().map(|(key, _)| *key).collect::<Vec<_>>(),
            "damaged": self.source.damaged,
            "outputs": self.outputs,
            "report": self.report,
        })
    }
}
