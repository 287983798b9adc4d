//! A take that is being recorded, and what goes on when recording it fails by a fault of the program: a panic costs the
//! frame that was in hand, the file is sealed with everything before, and the take goes on in another file beside it.
//!
//! What was half written by a panic is not trusted with one more frame. What never came into a file is said by a gap record
//! in the next one.

use super::heartbeat::Heartbeat;
use super::record::{NewTake, RecordReport, RecordSetup, RecordStatus};
use super::threads::{Intent, spawn};
use cyc_model::{HostNs, MocapFrame, SourceId, StageFrame};
use cyc_take::{
    GapKind, GapReason, RawPacket, Sealed, TakeError, TakeEvent, TakeGap, TakeRecorder,
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// Files of one take: who fails more often does so with every frame.
const FILES_MAX: u32 = 8;

/// The ending of takes, before which the number of a further file goes.
const ENDING: &str = ".take.mcap";

/// A rehearsal: the recording panics with the next frame.
pub type Rehearsal = Arc<AtomicBool>;

/// A take while it is recorded.
pub struct Recording {
    /// `None` once the take can go on in no file.
    recorder: Option<TakeRecorder>,
    setup: RecordSetup,
    files: u32,
    /// The files before this one, while they are sealed.
    earlier: Vec<JoinHandle<Result<Sealed, TakeError>>>,
    report: RecordReport,
    status: Arc<RecordStatus>,
    heartbeat: Arc<Heartbeat>,
    rehearsal: Rehearsal,
}

impl Recording {
    /// Of a take whose file was created.
    pub fn new(
        take: NewTake,
        (status, heartbeat): (Arc<RecordStatus>, Arc<Heartbeat>),
        rehearsal: Rehearsal,
    ) -> Self {
        Self {
            recorder: Some(take.recorder),
            setup: take.setup,
            files: 1,
            earlier: Vec::new(),
            report: RecordReport::default(),
            status,
            heartbeat,
            rehearsal,
        }
    }

    /// Records a capture frame.
    pub fn mocap(&mut self, frame: &MocapFrame) {
        let gap = gap(GapKind::Mocap, Some(frame.source), frame.heard);
        let rehearsal = Arc::clone(&self.rehearsal);
        let write = |recorder: &mut TakeRecorder| {
            let is_rehearsed = rehearsal.swap(false, Ordering::Relaxed);
            assert!(!is_rehearsed, "a rehearsed panic of the recording");
            recorder.mocap(frame)
        };
        if self.write(gap, write) {
            self.report.mocap_frames += 1;
            self.status.mocap_frames.increment();
        }
    }

    /// Records a stage frame, if those are wanted.
    pub fn stage(&mut self, frame: &StageFrame) {
        let gap = gap(GapKind::Stage, None, frame.due);
        if self.setup.stage_frames && self.write(gap, |recorder| recorder.stage(frame)) {
            self.report.stage_frames += 1;
        }
    }

    /// Records a packet, if those are wanted.
    pub fn packet(&mut self, source: SourceId, packet: &RawPacket) {
        let gap = gap(GapKind::Raw, Some(source), packet.heard);
        if self.setup.packets && self.write(gap, |recorder| recorder.raw(source, packet)) {
            self.report.packets += 1;
        }
    }

    /// Records what the stage said.
    pub fn event(&mut self, event: &TakeEvent) {
        let gap = gap(GapKind::Events, None, event.at);
        self.write(gap, |recorder| recorder.event(event));
    }

    /// Notes that something never came here.
    pub fn lost(&mut self, gap: TakeGap) {
        self.write(gap, |recorder| {
            recorder.lost(gap);
            true
        });
    }

    /// Nothing came for a while.
    pub fn rest(&mut self, now: HostNs) {
        let nothing = TakeGap {
            count: 0,
            ..gap(GapKind::Events, None, now)
        };
        self.write(nothing, |recorder| {
            recorder.rest(now);
            true
        });
    }

    /// Whether the recorder took it; `gap` is what is missing when that is a panic.
    fn write(&mut self, gap: TakeGap, write: impl FnOnce(&mut TakeRecorder) -> bool) -> bool {
        let Some(recorder) = &mut self.recorder else {
            self.report.left_out += gap.count;
            return false;
        };
        let written = catch_unwind(AssertUnwindSafe(|| write(recorder)));
        written.unwrap_or_else(|_| {
            self.heartbeat.note_panic();
            self.go_on();
            match &mut self.recorder {
                // Counted there as what was left out.
                Some(next) if gap.count > 0 => next.lost(gap),
                Some(_) => {}
                None => self.report.left_out += gap.count,
            }
            false
        })
    }

    /// Seals what there is, where nobody waits for it, and begins the take's next file.
    fn go_on(&mut self) {
        if let Some(broken) = self.recorder.take() {
            let seen = broken.status();
            self.report.left_out += seen.dropped() + seen.after_end.get();
            let sealing = spawn("take-seal", Intent::Normal, move |_| broken.finish());
            // Without a thread its part stays, and can be recovered.
            self.earlier.extend(sealing);
        }
        while self.files < FILES_MAX && self.recorder.is_none() {
            self.files += 1;
            let path = numbered(&self.setup.path, self.files);
            let created = self.setup.begin(&path);
            match created {
                Ok(next) => {
                    self.status.set_take(Arc::clone(next.status()));
                    self.recorder = Some(next);
                }
                Err(e) => self.status.set_reason(Some(e.to_string())),
            }
        }
        if self.recorder.is_none() {
            self.status.failed.increment();
        } else {
            self.status.set_reason(None);
        }
    }

    /// The show goes on without a recording that fails; the report says why.
    pub fn finish(mut self) -> RecordReport {
        for earlier in self.earlier {
            match earlier.join() {
                Ok(Ok(sealed)) => self.report.earlier.push(sealed.path),
                Ok(Err(e)) => self.report.failed = Some(e.to_string()),
                Err(_) => self.report.failed = Some(FAULT.to_owned()),
            }
        }
        let sealed = self.recorder.map(|recorder| {
            let seen = Arc::clone(recorder.status());
            self.report.left_out += seen.dropped() + seen.after_end.get();
            catch_unwind(AssertUnwindSafe(|| recorder.finish()))
        });
        match sealed {
            Some(Ok(Ok(sealed))) => {
                self.report.sealed = Some(sealed.path);
                self.report.disk_was_full = sealed.disk_was_full;
            }
            Some(Ok(Err(e))) => self.report.failed = Some(e.to_string()),
            Some(Err(_)) | None => {
                let why = self.status.why_failed();
                self.report.failed = Some(why.unwrap_or_else(|| FAULT.to_owned()));
            }
        }
        if self.report.failed.is_some() {
            self.status.set_reason(self.report.failed.clone());
            self.status.failed.increment();
        }
        self.report
    }
}

/// One thing that is missing because of a panic.
fn gap(what: GapKind, source: Option<SourceId>, at: HostNs) -> TakeGap {
    TakeGap {
        what,
        source,
        reason: GapReason::Fault,
        from: at,
        to: at,
        count: 1,
    }
}

/// Said of what a panic ended.
const FAULT: &str = "a fault of the program ended it";

/// The path of a take's further file: the number before its ending.
fn numbered(path: &Path, number: u32) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let (stem, ending) = match name.strip_suffix(ENDING) {
        Some(stem) => (stem, ENDING),
        None => name
            .rfind('.')
            .map_or((&*name, ""), |dot| name.split_at(dot)),
    };
    path.with_file_name(format!("{stem}.{number}{ending}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_further_file_stands_beside_the_first() {
        for (path, expected) in [
            ("takes/a_T01.take.mcap", "takes/a_T01.2.take.mcap"),
            ("one.mcap", "one.2.mcap"),
            ("bare", "bare.2"),
        ] {
            assert_eq!(numbered(Path::new(path), 2), Path::new(expected));
        }
    }
}
