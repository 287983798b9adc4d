//! The demo's own recording, read back: what was recorded is what the film shows and the truth is compared with.

use super::error::DemoError;
use crate::failure::Failure;
use cyc_model::{Hop, HostNs, Nanos, Quality, SourceId, StageFrame};
use cyc_take::{TakeConfig, TakeFile, TakeFrame, TakeReader};
use std::collections::HashMap;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// What a take of a stage says about itself.
pub fn take_config(title: &str, stage_text: &str) -> TakeConfig {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let unix_ns = since.ok().and_then(|d| i64::try_from(d.as_nanos()).ok());
    TakeConfig {
        title: title.to_owned(),
        program: concat!("cyc ", env!("CARGO_PKG_VERSION")).to_owned(),
        created_unix_ns: unix_ns.unwrap_or_default(),
        files: vec![TakeFile {
            name: "stage.toml".to_owned(),
            media_type: "application/toml".to_owned(),
            data: stage_text.as_bytes().to_vec(),
        }],
        ..TakeConfig::default()
    }
}

/// The stage frames of a take, in order, and what the capture frames say about them.
pub struct Recorded {
    /// Stage frames.
    pub frames: Vec<StageFrame>,
    /// For each of them, the capture system's frame number, when the frame came from the performer's source.
    pub numbers: Vec<Option<u64>>,
}

impl Recorded {
    /// Reads a take. `source` is the performer's.
    pub fn read(path: &Path, source: SourceId) -> Result<Self, Failure> {
        let mut reader = TakeReader::open(path)?;
        let mut number_of = HashMap::new();
        let mut frames = Vec::new();
        while let Some(frame) = reader.next_frame()? {
            match frame {
                TakeFrame::Mocap(mocap) if mocap.source == source => {
                    number_of.insert(mocap.heard, mocap.number.0);
                }
                TakeFrame::Mocap(_) => {}
                TakeFrame::Stage(stage) => {
                    let mut kept = StageFrame::default();
                    kept.copy_from(stage);
                    frames.push(kept);
                }
            }
        }
        if frames.is_empty() {
            return Err(DemoError::EmptyTake {
                path: path.to_owned(),
            }
            .into());
        }
        let number = |f: &StageFrame| {
            f.stamps
                .at(Hop::Heard)
                .and_then(|at| number_of.get(&at).copied())
        };
        let numbers = frames.iter().map(number).collect();
        Ok(Self { frames, numbers })
    }

    /// For each frame of the wall from the take's start to its end, the stage frame that was newest then.
    pub fn wall_frames(&self, rate_hz: f64) -> Vec<usize> {
        let (Some(first), Some(last)) = (self.frames.first(), self.frames.last()) else {
            return Vec::new();
        };
        let mut picked = Vec::new();
        let mut at = 0;
        for n in 0.. {
            let due = HostNs(first.due.0 + (n as f64 * 1e9 / rate_hz) as i64);
            if due > last.due || n > 100_000 {
                return picked;
            }
            while at + 1 < self.frames.len() && self.frames[at + 1].due <= due {
                at += 1;
            }
            picked.push(at);
        }
        picked
    }

    /// Stage frames for which the camera's newest measurement was older than one and a half capture frames, so that its
    /// pose was predicted across a gap or held.
    pub fn predicted(&self, rate_hz: f64) -> u64 {
        let old = Nanos::from_secs_real(1.5 / rate_hz);
        let across_a_gap = |f: &&StageFrame| match f.cameras.first().map(|c| c.quality) {
            Some(Quality::Predicted { age } | Quality::Held { age }) => age > old,
            _ => false,
        };
        self.frames.iter().filter(across_a_gap).count() as u64
    }

    /// Marker residual over time: seconds since the start, millimetres; and its root mean square.
    pub fn residuals(&self) -> (Vec<(f64, f64)>, f64) {
        let Some(first) = self.frames.first() else {
            return (Vec::new(), 0.0);
        };
        let solved = self
            .frames
            .iter()
            .zip(&self.numbers)
            .filter(|(_, number)| number.is_some());
        let curve: Vec<(f64, f64)> = solved
            .filter_map(|(f, _)| {
                let performer = f.performers.first()?;
                Some((
                    (f.due - first.due).secs(),
                    f64::from(performer.marker_rms_m) * 1000.0,
                ))
            })
            .collect();
        let square: f64 = curve.iter().map(|p| p.1 * p.1).sum();
        let rms = (square / curve.len().max(1) as f64).sqrt();
        (curve, rms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wall_frame_shows_what_was_newest_then() {
        let frame = |ms: i64| StageFrame {
            due: HostNs(ms * 1_000_000),
            ..StageFrame::default()
        };
        let frames: Vec<_> = (0..13).map(|i| frame(1000 + i * 10)).collect();
        let recorded = Recorded {
            numbers: vec![None; frames.len()],
            frames,
        };
        assert_eq!(recorded.wall_frames(25.0), [0, 4, 8, 12]);
    }
}
