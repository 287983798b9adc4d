//! How a recording is, for those who watch it: numbers that any thread may read.

use cyc_model::Nanos;
use cyc_telemetry::Counter;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

/// How a recording is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum RecorderState {
    /// Everything is written.
    #[default]
    Recording,
    /// The disk does not keep up, and something is left out.
    Losing,
    /// The disk is full: the take is sealed with what was recorded before.
    DiskFull,
    /// The disk failed: what was written before lies in the unfinished part.
    Failed,
}

/// Minutes of room at which it is said that the disk fills up.
pub const WARN_MINUTES: [u64; 3] = [10, 5, 1];

/// Stands for room that is not known yet.
const UNKNOWN: u64 = u64::MAX;

/// Numbers of one recording.
#[derive(Debug)]
pub struct RecorderStatus {
    state: AtomicU8,
    room_s: AtomicU64,
    sync_max_us: AtomicU64,
    /// Whether the take was ended without its summary, for lack of room.
    pub(super) without_summary: AtomicBool,
    /// Bytes written.
    pub bytes: Counter,
    /// Blocks written.
    pub blocks: Counter,
    /// Blocks that could not be written: what was on its way when the disk failed, or was fuller than it had said.
    pub blocks_lost: Counter,
    /// Times that the disk was told to make what it has last.
    pub syncs: Counter,
    /// Times that this failed.
    pub syncs_failed: Counter,
    /// Capture frames left out.
    pub mocap_dropped: Counter,
    /// Stage frames left out.
    pub stage_dropped: Counter,
    /// Raw packets left out.
    pub raw_dropped: Counter,
    /// Events left out.
    pub events_dropped: Counter,
    /// Frames, packets and events that came after the take was sealed or had failed.
    pub after_end: Counter,
    /// Gap records written.
    pub gaps: Counter,
}

impl Default for RecorderStatus {
    fn default() -> Self {
        let counter = Counter::new;
        Self {
            state: AtomicU8::new(0),
            room_s: AtomicU64::new(UNKNOWN),
            sync_max_us: AtomicU64::new(0),
            without_summary: AtomicBool::new(false),
            bytes: counter(),
            blocks: counter(),
            blocks_lost: counter(),
            syncs: counter(),
            syncs_failed: counter(),
            mocap_dropped: counter(),
            stage_dropped: counter(),
            raw_dropped: counter(),
            events_dropped: counter(),
            after_end: counter(),
            gaps: counter(),
        }
    }
}

impl RecorderStatus {
    /// How it is.
    pub fn state(&self) -> RecorderState {
        match self.state.load(Ordering::Relaxed) {
            1 => RecorderState::Losing,
            2 => RecorderState::DiskFull,
            3 => RecorderState::Failed,
            _ => RecorderState::Recording,
        }
    }

    pub(super) fn set_state(&self, state: RecorderState) {
        self.state.store(state as u8, Ordering::Relaxed);
    }

    /// How long the disk lasts at the rate of the last seconds; `None` before that is known.
    pub fn room(&self) -> Option<Nanos> {
        let room_s = self.room_s.load(Ordering::Relaxed);
        let room_s = i64::try_from(room_s).ok().filter(|_| room_s != UNKNOWN)?;
        Some(Nanos::from_secs(room_s))
    }

    /// The smallest of [`WARN_MINUTES`] that the room has fallen below.
    pub fn warning_minutes(&self) -> Option<u64> {
        let room_s = self.room_s.load(Ordering::Relaxed);
        let below = WARN_MINUTES.into_iter().filter(|m| room_s < m * 60);
        below.min()
    }

    pub(super) fn set_room_s(&self, room_s: u64) {
        self.room_s
            .store(room_s.min(u64::MAX / 2), Ordering::Relaxed);
    }

    /// The longest time that the disk took to make what it has last, microseconds.
    pub fn sync_max_us(&self) -> u64 {
        self.sync_max_us.load(Ordering::Relaxed)
    }

    pub(super) fn synced(&self, took_us: u64) {
        self.syncs.increment();
        self.sync_max_us.fetch_max(took_us, Ordering::Relaxed);
    }

    /// Everything that was left out while it was recording.
    pub fn dropped(&self) -> u64 {
        let all = [
            &self.mocap_dropped,
            &self.stage_dropped,
            &self.raw_dropped,
            &self.events_dropped,
        ];
        all.into_iter().map(Counter::get).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disk_filling_up_is_said_at_ten_five_and_one_minute() {
        let status = RecorderStatus::default();
        assert_eq!((status.room(), status.warning_minutes()), (None, None));
        for (room_s, warning) in [
            (601, None),
            (599, Some(10)),
            (300, Some(10)),
            (299, Some(5)),
            (60, Some(5)),
            (59, Some(1)),
            (0, Some(1)),
        ] {
            status.set_room_s(room_s);
            assert_eq!(status.warning_minutes(), warning, "{room_s}");
        }
    }
}
