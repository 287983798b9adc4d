//! The gate that lets each frame of a source through once and in order, and notices when the source restarted.
//!
//! Numbers are compared by signed distance, so that a wrapping counter just goes on. What comes out is widened to 64 bits
//! and never decreases within an epoch.

use crate::limits::{FRAME_HISTORY, FRAME_JUMP_MAX, RESTART_SILENCE};
use cyc_model::{Epoch, FrameNumber, HostNs};

/// What became of a frame at the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// New: use it.
    Fresh {
        /// Its epoch.
        epoch: Epoch,
        /// Its number, widened.
        number: FrameNumber,
        /// Frames missing between it and the one before it.
        missing: u64,
    },
    /// The first frame after the source restarted: use it, and forget what was before.
    Restarted {
        /// The new epoch.
        epoch: Epoch,
        /// Its number.
        number: FrameNumber,
    },
    /// It was here already.
    Duplicate,
    /// A newer one was let through before.
    Late,
    /// Far from where the count should be; the next frame will tell whether the source restarted.
    Stray,
}

/// What a gate let through and what it did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GateCounts {
    /// Let through.
    pub fresh: u64,
    /// Numbers that were passed over (some may have come late).
    pub missing: u64,
    /// Dropped: seen before.
    pub duplicate: u64,
    /// Dropped: after a newer one.
    pub late: u64,
    /// Dropped: far from the count.
    pub stray: u64,
    /// Restarts of the source.
    pub restarts: u64,
}

impl GateCounts {
    /// Adds what a gate counted between two looks.
    pub(crate) fn add(&mut self, before: Self, now: Self) {
        self.fresh += now.fresh - before.fresh;
        self.missing += now.missing - before.missing;
        self.duplicate += now.duplicate - before.duplicate;
        self.late += now.late - before.late;
        self.stray += now.stray - before.stray;
        self.restarts += now.restarts - before.restarts;
    }
}

/// The gate of one source.
#[derive(Clone, Debug)]
pub struct FrameGate {
    bits: u32,
    newest: Option<Newest>,
    stray: Option<u64>,
    epoch: Epoch,
    counts: GateCounts,
}

#[derive(Clone, Copy, Debug)]
struct Newest {
    number: u64,
    heard: HostNs,
    /// Which of the 64 numbers up to this one were seen; bit 0 is this one.
    seen: u64,
}

impl FrameGate {
    /// A gate for a counter that is `bits` wide on the wire (8 to 64).
    pub fn new(bits: u32) -> Self {
        let bits = bits.clamp(8, 64);
        Self {
            bits,
            newest: None,
            stray: None,
            epoch: Epoch(0),
            counts: GateCounts::default(),
        }
    }

    /// Judges the frame with this number, heard at this time.
    pub fn judge(&mut self, wire_number: u64, heard: HostNs) -> Passage {
        let wire_number = self.cut(wire_number);
        let Some(newest) = self.newest else {
            self.newest = Some(Newest {
                number: wire_number,
                heard,
                seen: 1,
            });
            self.counts.fresh += 1;
            let number = FrameNumber(wire_number);
            return Passage::Fresh {
                epoch: self.epoch,
                number,
                missing: 0,
            };
        };
        let distance = self.signed_distance(wire_number, newest.number);
        let was_silent = heard - newest.heard >= RESTART_SILENCE;
        match distance {
            1..=FRAME_JUMP_MAX => self.advance(newest, distance as u64, heard),
            // An old number after a silence is a source that counts from its beginning again.
            _ if was_silent && distance != 0 => self.restart(wire_number, heard),
            _ if distance <= 0 && distance > -FRAME_HISTORY => self.refuse_old(newest, -distance),
            _ => self.judge_stray(wire_number, heard),
        }
    }

    /// How far ahead of the newest frame a number is, by signed distance; `None` before the first frame, and for a number
    /// so far off that it belongs to another count.
    pub fn ahead(&self, wire_number: u64) -> Option<i64> {
        let newest = self.newest?;
        let distance = self.signed_distance(self.cut(wire_number), newest.number);
        (-FRAME_HISTORY..=FRAME_JUMP_MAX)
            .contains(&distance)
            .then_some(distance)
    }

    /// What was let through and what not.
    pub fn counts(&self) -> GateCounts {
        self.counts
    }

    /// The current epoch.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    fn cut(&self, number: u64) -> u64 {
        if self.bits == 64 {
            number
        } else {
            number & ((1 << self.bits) - 1)
        }
    }

    fn signed_distance(&self, wire_number: u64, from: u64) -> i64 {
        let unused = 64 - self.bits;
        ((wire_number.wrapping_sub(from) << unused) as i64) >> unused
    }

    fn advance(&mut self, newest: Newest, distance: u64, heard: HostNs) -> Passage {
        let number = newest.number.saturating_add(distance);
        let seen = if distance < 64 {
            (newest.seen << distance) | 1
        } else {
            1
        };
        self.newest = Some(Newest {
            number,
            heard,
            seen,
        });
        self.stray = None;
        let missing = distance - 1;
        self.counts.fresh += 1;
        self.counts.missing += missing;
        Passage::Fresh {
            epoch: self.epoch,
            number: FrameNumber(number),
            missing,
        }
    }

    fn refuse_old(&mut self, newest: Newest, back: i64) -> Passage {
        let bit = 1u64 << back;
        if newest.seen & bit != 0 {
            self.counts.duplicate += 1;
            return Passage::Duplicate;
        }
        self.newest = Some(Newest {
            seen: newest.seen | bit,
            ..newest
        });
        self.counts.late += 1;
        Passage::Late
    }

    fn judge_stray(&mut self, wire_number: u64, heard: HostNs) -> Passage {
        // Two strays that follow each other are no accident.
        let follows = self.stray.is_some_and(|before| {
            (1..=FRAME_HISTORY).contains(&self.signed_distance(wire_number, before))
        });
        if follows {
            return self.restart(wire_number, heard);
        }
        self.stray = Some(wire_number);
        self.counts.stray += 1;
        Passage::Stray
    }

    fn restart(&mut self, wire_number: u64, heard: HostNs) -> Passage {
        self.epoch = Epoch(self.epoch.0.saturating_add(1));
        self.newest = Some(Newest {
            number: wire_number,
            heard,
            seen: 1,
        });
        self.stray = None;
        self.counts.fresh += 1;
        self.counts.restarts += 1;
        Passage::Restarted {
            epoch: self.epoch,
            number: FrameNumber(wire_number),
        }
    }
}
