//! Takes that an operator arms, rolls and cuts while the stage runs.

use super::cast::Cast;
use super::health::Reading;
use super::refusal::Refusal;
use crate::recording::{Recording, Slate};
use cyc_control::limits::TAKE_NUMBER_MAX;
use cyc_control::{TakeDocument, TakeState};
use cyc_engine::run::{Engine, RecordReport, RecordSetup};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The takes of a running stage.
pub struct TakeDesk {
    folder: PathBuf,
    armed: Option<Recording>,
    rolling: Option<(Recording, Instant, u64)>,
    last: Option<(Recording, RecordReport)>,
}

impl TakeDesk {
    /// For a stage that may record from its start already.
    pub fn new(cast: &Cast, from_start: Option<&Recording>) -> Self {
        Self {
            folder: folder(cast),
            armed: None,
            rolling: from_start.map(|take| (take.clone(), Instant::now(), 0)),
            last: None,
        }
    }

    /// Writes takes where another stage file says, from the next one on.
    pub fn exchange(&mut self, cast: &Cast) {
        self.folder = folder(cast);
    }

    /// Names the next take. Without a number it gets the first that is free for that slate.
    pub fn arm(&mut self, slate: &str, take: Option<u32>, notes: &str) -> Result<(), Refusal> {
        let recording = |number| {
            let slate = Slate {
                slate: Some(slate.to_owned()),
                take: Some(number),
                notes: (!notes.is_empty()).then(|| notes.to_owned()),
            };
            Recording::in_folder(&self.folder, slate)
        };
        let armed = match take {
            Some(number) => recording(number),
            None => {
                let mut numbers = (1..=TAKE_NUMBER_MAX).map(recording);
                let free = numbers.find(|r| !is_used(r));
                free.unwrap_or_else(|| recording(TAKE_NUMBER_MAX))
            }
        };
        if is_used(&armed) {
            return Err(Refusal::TakeExists {
                path: armed.path.display().to_string(),
            });
        }
        self.armed = Some(armed);
        Ok(())
    }

    /// Begins the take that is armed.
    pub fn roll(&mut self, engine: &Engine, cast: &Cast) -> Result<(), Refusal> {
        if self.rolling.is_some() {
            return Err(Refusal::Rolling);
        }
        let Some(armed) = self.armed.clone() else {
            return Err(Refusal::NotArmed);
        };
        if let Err(e) = std::fs::create_dir_all(&self.folder) {
            let reason = format!("{}: {e}", self.folder.display());
            return Err(Refusal::Other {
                key: "steer-no-disk",
                args: vec![("reason", reason)],
            });
        }
        let setup: RecordSetup = super::record_setup(&armed, cast);
        let before = engine.record_status().mocap_frames.get();
        engine.begin_take(&setup).map_err(|e| Refusal::of(&e))?;
        self.rolling = Some((armed, Instant::now(), before));
        self.armed = None;
        Ok(())
    }

    /// Ends the take that rolls; it is sealed a moment later.
    pub fn cut(&mut self, engine: &Engine) -> Result<(), Refusal> {
        if self.rolling.is_none() {
            return Err(Refusal::NotRolling);
        }
        if !engine.end_take() {
            return Err(Refusal::of(&cyc_engine::run::EngineError::RecorderBusy));
        }
        let rolled = self.rolling.take();
        self.last = rolled.map(|(take, ..)| (take, RecordReport::default()));
        Ok(())
    }

    /// Looks for takes that have ended, by a cut or because they could not be written.
    pub fn look(&mut self, engine: &Engine) {
        while let Some(report) = engine.ended_take() {
            if let Some((_, last)) = &mut self.last {
                *last = report;
            }
        }
    }

    /// Why the last take, or the one that rolls, could not be written to its end.
    pub fn failed(&self, engine: &Engine) -> Option<String> {
        let last = self.last.as_ref().and_then(|(_, r)| r.failed.clone());
        let is_rolling = self.rolling.is_some();
        engine
            .record_status()
            .why_failed()
            .filter(|_| is_rolling)
            .or(last)
    }

    /// The document's part.
    pub fn document(&self, engine: &Engine, reading: &Reading) -> TakeDocument {
        let counted = engine.record_status().mocap_frames.get();
        let (state, recording, seconds, frames) = match (&self.rolling, &self.armed, &self.last) {
            (Some((take, since, before)), ..) => {
                let frames = counted.saturating_sub(*before);
                (
                    TakeState::Rolling,
                    take,
                    since.elapsed().as_secs_f64(),
                    frames,
                )
            }
            (None, Some(take), _) => (TakeState::Armed, take, 0.0, 0),
            (None, None, Some((take, report))) => (TakeState::Idle, take, 0.0, report.mocap_frames),
            (None, None, None) => return TakeDocument::default(),
        };
        let slate = &recording.slate;
        let stem = || {
            recording
                .path
                .file_stem()
                .map(|s| s.to_string_lossy().into_owned())
        };
        TakeDocument {
            state,
            slate: slate.slate.clone().or_else(stem).unwrap_or_default(),
            take: slate.take.unwrap_or(0),
            notes: slate.notes.clone().unwrap_or_default(),
            path: recording.path.display().to_string(),
            seconds,
            frames,
            frames_dropped: reading.not_recorded,
            minutes_left: reading.room_minutes,
        }
    }
}

fn folder(cast: &Cast) -> PathBuf {
    let beside = cast.stage_file.parent().unwrap_or(Path::new("."));
    beside.join(&cast.stage.control().takes)
}

/// Whether a take of that name exists, whole or as the part of one.
fn is_used(recording: &Recording) -> bool {
    let mut part = recording.path.clone().into_os_string();
    part.push(".part");
    recording.path.exists() || PathBuf::from(part).exists()
}
