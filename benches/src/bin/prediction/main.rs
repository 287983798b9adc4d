//! Prediction: how far a performer or a camera is off when the light leaves the wall, by method and lead.
//!
//! ```text
//! cargo run --release -p cyc-benches --bin prediction
//! ```
//!
//! prints the page and replaces `benches/results/prediction.md`. The shared takes are needed for what is measured on them.

#[path = "../../../../crates/solver/tests/minimal_c3d/mod.rs"]
mod minimal_c3d;

mod cameras;
mod performers;
mod stops;

use cyc_benches::report::Report;
use cyc_model::Nanos;

/// The leads that are measured: two frames of 60, and one and a half and three of 25.
pub const LEADS: [Nanos; 3] = [
    Nanos::from_millis(33),
    Nanos::from_millis(60),
    Nanos::from_millis(117),
];

const ABOUT: &str = "Slip is what is shown at a lead minus what was measured so much later, root mean square. \"of none\" is the \
slip of a method as a part of the slip without prediction: below 1 is better. Everything runs through the tracks that the \
stage uses, with their defaults; poses come in at the take's own rate and are asked for at every one of them.";

/// Root mean square of what was pushed.
#[derive(Clone, Copy, Default)]
pub struct MeanSquare {
    sum: f64,
    count: f64,
}

impl MeanSquare {
    /// Takes another error.
    pub fn push(&mut self, error: f64) {
        self.sum += error * error;
        self.count += 1.0;
    }

    /// Its value; zero without errors.
    pub fn root(self) -> f64 {
        (self.sum / self.count.max(1.0)).sqrt()
    }
}

fn main() -> std::io::Result<()> {
    let mut report = Report::new("Prediction", ABOUT);
    performers::measure(&mut report);
    cameras::measure(&mut report);
    stops::measure(&mut report);
    let path = report.finish("prediction.md")?;
    eprintln!("written: {}", path.display());
    Ok(())
}
