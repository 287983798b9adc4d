//! What keeps a panic in solving one performer from everybody else: each of her steps is caught on its own.
//!
//! The last good frame is held and grows old honestly; what the panic may have left half done is built anew from what it
//! was built from; the next frame is solved as usual. See [`PanicRecord`](super::panic_record::PanicRecord) for those who
//! panic again and again.

use super::performer_slot::{PerformerSlot, Solved};
use super::source_labels::SourceLabels;
use cyc_model::{HostNs, MocapFrame, Nanos, Quality, Source, Stage, StageFrame, Xf};
use cyc_timing::ABSENT_AFTER;
use std::panic::{AssertUnwindSafe, catch_unwind};

impl PerformerSlot {
    /// [`Self::read_names`], guarded.
    pub fn read(
        &mut self,
        now: HostNs,
        frame: &MocapFrame,
        stage_from_source: Xf<Stage, Source>,
        dt_s: f64,
    ) -> bool {
        if self.panics.is_quarantined() {
            return false;
        }
        let read = || self.read_names(frame, stage_from_source, dt_s);
        let read = catch_unwind(AssertUnwindSafe(read));
        read.unwrap_or_else(|_| {
            self.recover(now);
            false
        })
    }

    /// [`Self::solve_frame`], guarded.
    pub fn solve(
        &mut self,
        shown: (HostNs, Nanos),
        frame: &MocapFrame,
        cloud: Option<&SourceLabels>,
        me: usize,
        dt_s: f64,
    ) -> Solved {
        if self.panics.is_quarantined() {
            return Solved::Nothing;
        }
        let solve = || self.solve_frame(shown, frame, cloud, me, dt_s);
        let solved = catch_unwind(AssertUnwindSafe(solve));
        solved.unwrap_or_else(|_| self.recover(shown.0))
    }

    /// [`Self::take_face`], guarded.
    pub fn see_face(&mut self, now: HostNs, frame: &MocapFrame) -> bool {
        if self.panics.is_quarantined() {
            return false;
        }
        let seen = catch_unwind(AssertUnwindSafe(|| self.take_face(frame)));
        seen.unwrap_or_else(|_| {
            self.recover(now);
            false
        })
    }

    /// [`Self::pose_now`], guarded.
    pub fn renew(&mut self, now: HostNs) {
        if self.panics.is_quarantined() {
            self.hold(now);
            return;
        }
        if catch_unwind(AssertUnwindSafe(|| self.pose_now(now))).is_err() {
            self.recover(now);
        }
    }

    /// Writes how she stands now into the stage's frame.
    pub fn put(&mut self, now: HostNs, out: &mut StageFrame) {
        if self.is_due(now) {
            self.renew(now);
        }
        self.write(out);
    }

    /// After a panic: she is held, and what may be half done is built anew.
    fn recover(&mut self, now: HostNs) -> Solved {
        let is_set_aside = self.panics.note(now);
        self.rebuild();
        self.hold(now);
        Solved::Panicked { is_set_aside }
    }

    /// What is shown stays, as old as it is.
    fn hold(&mut self, now: HostNs) {
        self.renewed_at = now;
        let at = now - self.delay;
        let age = self
            .measured_at()
            .map(|measured| (at - measured).max(Nanos::ZERO));
        self.span.quality = match age {
            Some(age) if age <= ABSENT_AFTER => Quality::Held { age },
            _ => Quality::Absent,
        };
    }
}
