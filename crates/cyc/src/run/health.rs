//! How the stage is: one state, and in one sentence each what is wrong and what to do.
//!
//! A pure function of what was read from the engine at two moments, so that every sentence can be tested.

use super::finding::Finding;
use super::program_fault::ProgramFault;
pub use super::reading::{CameraReading, PerformerReading, PictureReading, Reading, SourceReading};
use super::walls::{DisplayReading, MISSED_MAX};
use crate::stage_plates::{LATE_MAX, PlateReading};
use crate::text::Text;
use cyc_control::Mood;
use cyc_emit::Life;
use cyc_engine::run::{Pulse, SourceState};
use cyc_model::{ClockReference, LabelOrigin};
use cyc_stage::Genlock;
use cyc_take::RecorderState;

pub use cyc_control::StageState;

/// Its stable name: the same in the terminal, the log and `--json`.
pub fn state_name(state: StageState) -> &'static str {
    match state {
        StageState::Starting => "starting",
        StageState::Running => "running",
        StageState::Degraded => "degraded",
        StageState::Holding => "holding",
        StageState::Failed => "failed",
    }
}

/// Its name for people.
pub fn state_word(state: StageState, text: &Text) -> String {
    let key = match state {
        StageState::Starting => "run-state-starting",
        StageState::Running => "run-state-running",
        StageState::Degraded => "run-state-degraded",
        StageState::Holding => "run-state-holding",
        StageState::Failed => "run-state-failed",
    };
    text.get(key, &[])
}

/// Share of lost frames that is said.
const LOSS_MIN: f64 = 0.01;
/// Residual that no skin explains, millimetres.
const MISFIT_MM: f64 = 40.0;
/// Share of the markers below which they are few.
const SEEN_MIN: f64 = 0.6;

/// How long a restart of a source, or a clock that was set, is told.
const TOLD: f64 = 10.0;
/// How long it is told that a thread was succeeded by another one.
const SUCCESSION_TOLD: f64 = 60.0;
/// Minutes of room on the disk that are said.
const ROOM_MINUTES: f64 = 10.0;

/// What is wrong, the worst first.
pub fn findings(reading: &Reading) -> Vec<Finding> {
    let mut found = Vec::new();
    reading.sources.iter().for_each(|s| source(s, &mut found));
    reading
        .performers
        .iter()
        .for_each(|p| performer(p, &mut found));
    program(reading, &mut found);
    // A source that is silent says it for its cameras as well.
    let is_heard = |s: &SourceReading| s.state == SourceState::Live;
    if reading.sources.iter().all(is_heard) {
        let lost = |c: &&CameraReading| c.was_seen && !c.quality.is_present();
        let lost = reading.cameras.iter().filter(lost);
        found.extend(lost.map(|c| Finding::CameraNotSeen {
            name: c.name.clone(),
        }));
    }
    if let Some(seconds) = reading.pictures.and_then(|p| p.stalled_s)
        && reading.sources.iter().any(is_heard)
    {
        found.push(Finding::PictureStalled { seconds });
    }
    let untold = reading
        .cameras
        .iter()
        .filter(|c| c.misses_lens && c.quality.is_present());
    found.extend(untold.map(|c| Finding::LensNotTold {
        name: c.name.clone(),
    }));
    if let Some(pictures) = reading.pictures
        && pictures.genlock != Genlock::Free
        && !pictures.pace.is_locked
    {
        let reference = pictures.genlock.word();
        found.push(Finding::NotLocked { reference });
    }
    reading.displays.iter().for_each(|d| display(d, &mut found));
    found.extend(reading.guard.fault.clone().map(Finding::Unguarded));
    reading.plates.iter().for_each(|p| plate(p, &mut found));
    let ill = reading.ill_outputs.iter().cloned();
    found.extend(ill.map(|(url, life)| match life {
        Life::Failed => Finding::OutputFailed { url },
        Life::Restarted => Finding::OutputRestarted { url },
        _ => Finding::OutputHangs { url },
    }));
    if reading.not_recorded > 0 {
        found.push(Finding::RecordingLoses {
            frames: reading.not_recorded,
        });
    }
    match reading.disk {
        RecorderState::Losing => found.push(Finding::DiskSlow),
        RecorderState::DiskFull => found.push(Finding::DiskFull),
        // Why it failed is said below.
        RecorderState::Failed | RecorderState::Recording => {}
    }
    if let Some(reason) = &reading.recording_failed {
        let reason = reason.clone();
        found.push(Finding::RecordingFailed { reason });
    }
    if let Some(minutes) = reading.room_minutes.filter(|m| *m < ROOM_MINUTES) {
        found.push(Finding::DiskNearlyFull { minutes });
    }
    if let Some(seconds) = reading.clock_jumped_s {
        found.push(Finding::ClockJumped { seconds });
    }
    found.extend(reading.edit_refused.clone().map(Finding::EditRefused));
    found.extend(reading.edit_waits.then_some(Finding::EditWaits));
    found.sort_by_key(|f| f.mood() != Mood::Red);
    found
}

/// What is wrong with a plate.
fn plate(plate: &PlateReading, found: &mut Vec<Finding>) {
    let name = || plate.name.clone();
    if let Some(fault) = &plate.fault {
        let fault = fault.clone();
        found.push(Finding::PlateBroken {
            name: name(),
            fault,
        });
    } else if plate.late_lately > LATE_MAX {
        let frames = plate.late_lately;
        found.push(Finding::PlateLate {
            name: name(),
            frames,
        });
    }
}

/// What is wrong with the program itself, and with who owns what.
fn program(reading: &Reading, found: &mut Vec<Finding>) {
    for heart in &reading.hearts {
        let thread = heart.name.clone();
        if heart.pulse == Pulse::Hung {
            found.push(Finding::Program(ProgramFault::Hung { thread }));
        } else if reading.often_late.contains(&thread) {
            found.push(Finding::Program(ProgramFault::Late { thread }));
        }
    }
    for (thread, times) in reading.restarted.iter().cloned() {
        let fault = ProgramFault::Restarted { thread, times };
        found.push(Finding::Program(fault));
    }
    let times = reading.hearts.iter().map(|h| h.succeeded).sum();
    if reading.succeeded_s.is_some_and(|age| age < SUCCESSION_TOLD) {
        found.push(Finding::Program(ProgramFault::Succeeded { times }));
    }
    found.extend(reading.claims.iter().map(|(name, other)| Finding::Claimed {
        name: name.clone(),
        other: other.clone(),
    }));
}

fn source(s: &SourceReading, found: &mut Vec<Finding>) {
    if !s.is_on {
        return;
    }
    let (name, url) = (s.name.clone(), s.url.clone());
    if let (Some((subject, doubt)), SourceState::Live) = (&s.doubt, s.state) {
        found.push(Finding::Implausible {
            name: name.clone(),
            subject: subject.clone(),
            doubt: doubt.clone(),
        });
    }
    if s.restarted_s.is_some_and(|age| age < TOLD) {
        let name = name.clone();
        found.push(Finding::Restarted { name });
    }
    if (s.reference, s.state) == (ClockReference::Lost, SourceState::Live) {
        let name = name.clone();
        found.push(Finding::ReferenceLost { name });
    }
    match s.state {
        SourceState::Live if s.loss > LOSS_MIN => found.push(Finding::Losing {
            name,
            percent: s.loss * 100.0,
        }),
        SourceState::Live | SourceState::Ended => {}
        _ if s.cannot.is_some() => found.extend(
            s.cannot
                .clone()
                .map(|why| Finding::CannotReceive { name, why }),
        ),
        _ if s.was_heard => found.push(Finding::Silent { name, url }),
        _ => found.push(Finding::NotHeard { name, url }),
    }
}

fn performer(p: &PerformerReading, found: &mut Vec<Finding>) {
    let name = p.name.clone();
    if p.is_set_aside {
        found.push(Finding::SetAside { name });
    } else if !p.is_calibrated {
        found.push(Finding::Calibrating { name });
    } else if !p.quality.is_present() {
        found.push(Finding::NotSeen { name });
    } else if p.labels == LabelOrigin::Continued {
        found.push(Finding::Mislabelled { name });
    } else if p.swapped_s.is_some_and(|age| age < TOLD) {
        found.push(Finding::Swapped { name });
    } else if p.rms_mm > MISFIT_MM {
        found.push(Finding::Misfit { name, mm: p.rms_mm });
    } else if f64::from(p.seen) < f64::from(p.all) * SEEN_MIN {
        let (seen, all) = (p.seen, p.all);
        found.push(Finding::FewMarkers { name, seen, all });
    }
}

fn display(d: &DisplayReading, found: &mut Vec<Finding>) {
    let name = d.name.clone();
    if let Some(monitor) = d.missing.clone() {
        found.push(Finding::MonitorMissing { name, monitor });
    } else if d.is_cut() {
        let (part_px, window_px) = (d.part_px, d.window_px);
        found.push(Finding::DisplayCut {
            name,
            part_px,
            window_px,
        });
    } else if d.missed_lately > MISSED_MAX {
        let pictures = d.missed_lately;
        found.push(Finding::PicturesMissed { name, pictures });
    }
}

/// The state that follows from a reading.
pub fn state(reading: &Reading, findings: &[Finding]) -> StageState {
    let sources = &reading.sources;
    let is_live = |s: &SourceReading| s.state == SourceState::Live;
    let has_ended = |s: &SourceReading| s.state == SourceState::Ended;
    if reading.has_failed {
        StageState::Failed
    } else if !sources.is_empty() && sources.iter().all(has_ended) {
        StageState::Holding
    } else if findings.iter().all(|f| f.mood() == Mood::Off) {
        StageState::Running
    } else if sources.iter().any(is_live) {
        StageState::Degraded
    } else if sources.iter().any(|s| s.was_heard) {
        StageState::Holding
    } else {
        StageState::Starting
    }
}

#[cfg(test)]
mod tests;
