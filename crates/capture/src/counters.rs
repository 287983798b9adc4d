//! What a source counts; every loss is one of these.

use crate::decoder::DecodeCounts;
use cyc_wire::WireErrorKind;

cyc_telemetry::counters! {
    /// Counts of one source since it was made.
    pub struct ReceiveCounters {
        /// Datagrams, or packets of a stream, that were decoded.
        packets,
        /// Bytes received.
        bytes,
        /// Frames given to the sink.
        frames,
        /// Frames that never came: gaps in the numbers.
        frames_missing,
        /// Frames dropped because they came twice.
        frames_duplicate,
        /// Frames dropped because a newer one had been given out.
        frames_late,
        /// Frames dropped because their number was far from the count.
        frames_stray,
        /// Frames that came early, waited, and were given out in their place.
        frames_reordered,
        /// Times that a source's counter was found to stand still.
        counters_stuck,
        /// Times that subjects could not get the names that they are to have, because others have them.
        names_refused,
        /// Times that the source began to count anew.
        restarts,
        /// Times that it failed by a fault of the program, and began again.
        panics,
        /// Connections made.
        connects,
        /// Errors in the cutting of packets and blocks: not the protocol, or damaged.
        errors_framing,
        /// Objects too short for what they are.
        errors_object,
        /// Subjects that cannot be: broken trees, names or ids used twice, too many.
        errors_subjects,
        /// Poses, positions and timecodes that cannot be; shown as occluded.
        values_refused,
        /// Values of subjects, segments or markers that were not introduced, and markers over the limit.
        values_unknown,
        /// Frames of several datagrams of which some never came.
        frames_incomplete,
        /// Kernel stamps that were not believed, because the wall clock was set.
        clock_clamps,
        /// Packets without a kernel stamp, timed when they were read.
        unstamped,
        /// Datagrams longer than the protocol allows.
        oversized,
        /// Datagrams from senders that are not on the list and were not stopped in the kernel.
        strangers,
        /// Datagrams over the rate limit.
        rate_limited,
    }
}

impl ReceiveCounters {
    /// Counts what was wrong with something refused.
    pub(crate) fn refuse(&self, kind: WireErrorKind) {
        match kind {
            WireErrorKind::Framing => self.errors_framing.increment(),
            WireErrorKind::Object => self.errors_object.increment(),
            WireErrorKind::Subjects => self.errors_subjects.increment(),
        }
    }

    /// Adds what a decoder counted between two looks.
    pub(crate) fn take(&self, before: DecodeCounts, now: DecodeCounts) {
        let new = |now: u64, before: u64| now.saturating_sub(before);
        self.values_refused
            .add(new(now.values_refused, before.values_refused));
        self.values_unknown
            .add(new(now.values_unknown, before.values_unknown));
        self.frames_incomplete
            .add(new(now.frames_incomplete, before.frames_incomplete));
        self.frames_duplicate
            .add(new(now.frames_duplicate, before.frames_duplicate));
        self.frames_late
            .add(new(now.frames_late, before.frames_late));
    }
}
