//! What `cyc render` wrote and proved, for people and for scripts.

use crate::failure::Failure;
use crate::text::Text;
use cyc_film::Still;
use cyc_renderer::proof::Proof;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Wall pixels per camera pixel at which the proof is asked for: below, it is the wall's pixels that are judged too.
const WALL_PX_WANTED: f64 = 2.0;

/// What came out.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Frames drawn.
    pub frames: usize,
    /// The graphics adapter.
    pub adapter: String,
    /// Every picture written.
    pub pictures: Vec<PathBuf>,
    /// The film, for more than one frame.
    pub film: Option<PathBuf>,
    /// The proof, when it was asked for.
    pub proof: Option<Proof>,
}

impl Outcome {
    /// Writes a picture and remembers it.
    pub(super) fn keep(&mut self, out: &Path, name: &str, still: &Still) -> Result<(), Failure> {
        let path = out.join(name);
        still.write(&path)?;
        self.pictures.push(path);
        Ok(())
    }

    /// The figures.
    pub fn to_json(&self) -> Value {
        let path = |p: &PathBuf| p.display().to_string();
        let proof = self.proof.as_ref().map(|p| {
            json!({
                "p99_px": p.p99_px, "mean_px": p.mean_px, "psnr_db": p.psnr_db,
                "psnr_ideal_db": p.psnr_ideal_db, "psnr_real_db": p.psnr_real_db,
                "fiducials": p.fiducials, "fiducials_min": p.fiducials_min, "lost": p.lost,
                "wall_px_per_camera_px": p.wall_px_per_camera_px, "holds": p.holds(),
            })
        });
        json!({
            "frames": self.frames,
            "adapter": self.adapter,
            "pictures": self.pictures.iter().map(path).collect::<Vec<_>>(),
            "film": self.film.as_ref().map(path),
            "proof": proof,
        })
    }

    /// Some lines for people.
    pub fn lines(&self, out: &Path, text: &Text) -> String {
        let args = [
            ("frames", self.frames.to_string()),
            ("pictures", self.pictures.len().to_string()),
            ("path", out.display().to_string()),
        ];
        let mut page = text.get("rendering-written", &args);
        if let Some(film) = &self.film {
            page.push('\n');
            page += &text.get("rendering-film", &[("path", film.display().to_string())]);
        }
        if let Some(p) = &self.proof {
            let decibels = |v: Option<f64>| v.map_or("-".to_owned(), |v| format!("{v:.1}"));
            let args = [
                ("p99", format!("{:.2}", p.p99_px)),
                ("mean", format!("{:.3}", p.mean_px)),
                ("psnr", decibels(p.psnr_db)),
                ("ideal", decibels(p.psnr_ideal_db)),
                ("ratio", format!("{:.2}", p.wall_px_per_camera_px)),
                ("fiducials", p.fiducials.to_string()),
                ("lost", p.lost.to_string()),
            ];
            page.push('\n');
            page += &text.get("rendering-proof", &args);
            page.push('\n');
            let key = if p.holds() {
                "rendering-proof-holds"
            } else {
                "rendering-proof-fails"
            };
            page += &text.get(key, &[]);
            if p.wall_px_per_camera_px < WALL_PX_WANTED {
                page.push('\n');
                page += &text.get("rendering-proof-coarse", &[]);
            }
        }
        page
    }
}
