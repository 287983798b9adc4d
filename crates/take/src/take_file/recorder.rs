//! Recording live: a take that is written beside a stage, which never waits for it.
//!
//! The caller's thread makes the bytes; a second one (`take-disk`) writes them, chunk by chunk, as soon as they are there,
//! so a killed program has written all but the last [`CHUNK_SPAN_MAX_NS`]; a third one (`take-sync`) makes the disk keep
//! them every [`SYNC_EVERY_NS`], which may take as long as it likes.
//!
//! A disk that stalls is waited for in memory. Beyond [`RAW_WAIT_NS`] raw packets are left out, beyond [`STAGE_WAIT_NS`]
//! stage frames, beyond [`MOCAP_WAIT_NS`] capture frames, and sooner where they are many bytes; what is left out is said
//! by a gap record in the take, and counted. A disk that is full seals the take.

use super::appender::{Appender, Room, is_full};
use super::backlog::{Backlog, Block, End, Load};
use super::disk::{Disk, DiskSync, FileDisk};
use super::encoder::TakeEncoder;
use super::error::TakeError;
use super::status::{RecorderState, RecorderStatus};
use super::{GapKind, GapReason, RawPacket, TakeConfig, TakeEvent, TakeGap};
use crate::limits::{
    BACKLOG_BYTES_MAX, CHUNK_SPAN_MAX_NS, EXPECTED_BYTES_PER_S, LEAST_MINUTES, MOCAP_WAIT_NS,
    RAW_WAIT_NS, STAGE_WAIT_NS, SYNC_EVERY_NS, TAIL_BYTES,
};
use cyc_model::{HostNs, MocapFrame, SourceId, StageFrame};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often the room on the disk is looked at: what fills it beside the take is named within a second of somebody's looking.
const ROOM_EVERY: Duration = Duration::from_millis(100);

/// How a take is recorded.
#[derive(Clone, Debug)]
pub struct RecorderOptions {
    /// Whether a finished take of that name is replaced.
    pub overwrite: bool,
    /// Minutes of room without which it does not begin; zero begins always.
    pub least_minutes: f64,
    /// The rate by which that is judged, bytes a second.
    pub expected_bytes_per_s: u64,
    /// Room that is set aside for ending the take; the usual when not told.
    pub tail_bytes: Option<u64>,
    /// What each of its threads does first: ask for a priority.
    pub begin_thread: fn(),
}

impl Default for RecorderOptions {
    fn default() -> Self {
        Self {
            overwrite: false,
            least_minutes: LEAST_MINUTES,
            expected_bytes_per_s: EXPECTED_BYTES_PER_S,
            tail_bytes: None,
            begin_thread: || (),
        }
    }
}

/// How a recording ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The take.
    pub path: PathBuf,
    /// Whether it was sealed early because the disk was full.
    pub disk_was_full: bool,
}

/// Records a take. Dropped without [`Self::finish`] it leaves the unfinished part behind.
pub struct TakeRecorder {
    path: PathBuf,
    encoder: TakeEncoder,
    backlog: Arc<Backlog>,
    status: Arc<RecorderStatus>,
    /// What is being left out.
    gaps: BTreeMap<(GapKind, Option<SourceId>), TakeGap>,
    /// The oldest time in what is not yet handed on, and the newest.
    block_from: Option<HostNs>,
    newest: HostNs,
    /// The last block was handed on.
    ended: bool,
    stop_sync: Arc<AtomicBool>,
    disk: Option<JoinHandle<io::Result<()>>>,
    sync: Option<JoinHandle<()>>,
}

impl TakeRecorder {
    /// Begins a take as `path` with `.part` appended.
    pub fn create(
        path: &Path,
        config: &TakeConfig,
        options: &RecorderOptions,
    ) -> Result<Self, TakeError> {
        let disk = FileDisk::create(path, options.overwrite)?;
        let part = disk.part().to_owned();
        let begun = Self::on_disk(Box::new(disk), path, config, options);
        if begun.is_err() {
            // It has nothing in it.
            let _ = std::fs::remove_file(part);
        }
        begun
    }

    /// Begins a take on any disk; `path` is what it is called where it is spoken of.
    pub fn on_disk(
        disk: Box<dyn Disk>,
        path: &Path,
        config: &TakeConfig,
        options: &RecorderOptions,
    ) -> Result<Self, TakeError> {
        let io = |source| TakeError::Io {
            path: path.to_owned(),
            source,
        };
        let tail_bytes = options.tail_bytes.unwrap_or(TAIL_BYTES);
        check_room(&*disk, path, tail_bytes, options)?;
        let status = Arc::new(RecorderStatus::default());
        let appender = Appender::new(disk, tail_bytes, status.clone()).map_err(io)?;
        let syncer = appender.disk().syncer().map_err(io)?;
        let backlog = Arc::new(Backlog::default());
        let stop_sync = Arc::new(AtomicBool::new(false));
        let (queue, seen) = (backlog.clone(), status.clone());
        let (expected, begin) = (options.expected_bytes_per_s, options.begin_thread);
        let disk = std::thread::Builder::new()
            .name("take-disk".to_owned())
            .spawn(move || {
                begin();
                write_blocks(appender, &queue, &seen, expected)
            })
            .map_err(io)?;
        let (stop, seen) = (stop_sync.clone(), status.clone());
        let sync = std::thread::Builder::new()
            .name("take-sync".to_owned())
            .spawn(move || {
                begin();
                keep_syncing(syncer, &stop, &seen);
            })
            .map_err(io)?;
        let mut recorder = Self {
            path: path.to_owned(),
            encoder: TakeEncoder::new(config),
            backlog,
            status,
            gaps: BTreeMap::new(),
            block_from: None,
            newest: HostNs(i64::MIN),
            ended: false,
            stop_sync,
            disk: Some(disk),
            sync: Some(sync),
        };
        recorder.hand_on();
        Ok(recorder)
    }

    /// How it goes; may be read from any thread.
    pub fn status(&self) -> &Arc<RecorderStatus> {
        &self.status
    }

    /// Bytes that wait for the disk.
    pub fn backlog_bytes(&self) -> u64 {
        self.backlog.load().bytes
    }

    /// Records a capture frame; false when it was left out.
    pub fn mocap(&mut self, frame: &MocapFrame) -> bool {
        let source = Some(frame.source);
        let is_in = self.admit(GapKind::Mocap, source, frame.heard);
        if is_in {
            self.encoder.mocap(frame);
            self.hand_on();
        }
        is_in
    }

    /// Records a stage frame; false when it was left out.
    pub fn stage(&mut self, frame: &StageFrame) -> bool {
        let is_in = self.admit(GapKind::Stage, None, frame.due);
        if is_in {
            self.encoder.stage(frame);
            self.hand_on();
        }
        is_in
    }

    /// Records a packet as it was received; false when it was left out.
    pub fn raw(&mut self, source: SourceId, packet: &RawPacket) -> bool {
        let is_in = self.admit(GapKind::Raw, Some(source), packet.heard);
        if is_in {
            self.encoder.raw(source, packet);
            self.hand_on();
        }
        is_in
    }

    /// Records what the stage said; false when it was left out.
    pub fn event(&mut self, event: &TakeEvent) -> bool {
        let is_in = self.admit(GapKind::Events, None, event.at);
        if is_in {
            self.encoder.event(event);
            self.hand_on();
        }
        is_in
    }

    /// Notes that something never came here: the queue to the recorder was full.
    pub fn lost(&mut self, gap: TakeGap) {
        if self.ended {
            self.status.after_end.add(gap.count);
            return;
        }
        self.counter(gap.what).add(gap.count);
        self.write_gap(&gap);
        self.hand_on();
    }

    /// Nothing came for a while: what is in memory is written once it has been there for a chunk's time.
    pub fn rest(&mut self, now: HostNs) {
        let is_old = |from: HostNs| (now - from).0.unsigned_abs() >= CHUNK_SPAN_MAX_NS;
        if self.block_from.is_some_and(is_old) && !self.ended {
            self.encoder.close_chunk();
            self.hand_on();
        }
        self.end_when_full();
    }

    /// Ends the take: what waits is written, everything is synchronised, and the file gets its name.
    pub fn finish(mut self) -> Result<Sealed, TakeError> {
        self.end();
        let written = self.disk.take().map(JoinHandle::join);
        self.stop_syncing();
        match written {
            Some(Ok(Ok(()))) => Ok(Sealed {
                path: self.path.clone(),
                disk_was_full: self.status.state() == RecorderState::DiskFull,
            }),
            Some(Ok(Err(source))) => Err(TakeError::Io {
                path: self.path.clone(),
                source,
            }),
            _ => Err(TakeError::Write {
                reason: "the disk's thread has gone".to_owned(),
            }),
        }
    }

    /// Whether something of a kind is recorded now.
    fn admit(&mut self, what: GapKind, source: Option<SourceId>, at: HostNs) -> bool {
        self.end_when_full();
        if self.ended || self.status.state() == RecorderState::Failed {
            self.status.after_end.increment();
            return false;
        }
        self.newest = self.newest.max(at);
        let key = (what, source);
        let is_open = self.gaps.contains_key(&key);
        if is_over(what, self.backlog.load(), self.newest, is_open) {
            let gap = self.gaps.entry(key).or_insert(TakeGap {
                what,
                source,
                reason: GapReason::SlowDisk,
                from: at,
                to: at,
                count: 0,
            });
            gap.to = gap.to.max(at);
            gap.count += 1;
            self.counter(what).increment();
            self.status.set_state(RecorderState::Losing);
            return false;
        }
        if let Some(gap) = self.gaps.remove(&key) {
            self.write_gap(&gap);
            if self.gaps.is_empty() {
                self.status.set_state(RecorderState::Recording);
            }
        }
        self.block_from.get_or_insert(at);
        true
    }

    fn counter(&self, what: GapKind) -> &cyc_telemetry::Counter {
        match what {
            GapKind::Mocap => &self.status.mocap_dropped,
            GapKind::Stage => &self.status.stage_dropped,
            GapKind::Raw => &self.status.raw_dropped,
            GapKind::Events => &self.status.events_dropped,
        }
    }

    fn write_gap(&mut self, gap: &TakeGap) {
        self.encoder.gap(gap);
        self.block_from.get_or_insert(gap.to);
        self.status.gaps.increment();
    }

    /// Gives what is ready to the disk's thread.
    fn hand_on(&mut self) {
        if self.encoder.ready().is_empty() {
            return;
        }
        let bytes = self.encoder.take_ready(Vec::new());
        let from = self.block_from.take();
        let spare = self.backlog.push(Block {
            bytes,
            from,
            end: None,
        });
        // The list that came back is the one that is filled next.
        let _ = self.encoder.take_ready(spare);
    }

    fn end_when_full(&mut self) {
        if self.status.state() == RecorderState::DiskFull {
            self.end();
        }
    }

    /// Hands on the last block.
    fn end(&mut self) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        for gap in std::mem::take(&mut self.gaps).into_values() {
            self.write_gap(&gap);
        }
        self.encoder.close_chunk();
        self.hand_on();
        let ending = Box::new(self.encoder.ending());
        self.push_end(End::Whole(ending));
    }

    fn push_end(&mut self, end: End) {
        let _ = self.backlog.push(Block {
            bytes: Vec::new(),
            from: None,
            end: Some(end),
        });
    }

    fn stop_syncing(&mut self) {
        self.stop_sync.store(true, Ordering::Release);
        if let Some(sync) = self.sync.take() {
            sync.thread().unpark();
            let _ = sync.join();
        }
    }
}

impl Drop for TakeRecorder {
    fn drop(&mut self) {
        self.stop_syncing();
        if self.disk.is_some() && !self.ended {
            // Without a last block the disk's thread would wait for ever.
            self.push_end(End::Dropped);
        }
    }
}

/// Whether a kind is left out while so much waits for the disk. What is left out already comes in again at half of it.
fn is_over(what: GapKind, load: Load, newest: HostNs, is_left_out: bool) -> bool {
    let (wait_ns, share) = match what {
        GapKind::Raw => (RAW_WAIT_NS, 2),
        GapKind::Stage => (STAGE_WAIT_NS, 3),
        GapKind::Mocap | GapKind::Events => (MOCAP_WAIT_NS, 4),
    };
    let bytes = BACKLOG_BYTES_MAX / 4 * share;
    let waited = load.oldest.map_or(0, |oldest| (newest - oldest).0);
    let part = if is_left_out { 2 } else { 1 };
    waited > wait_ns / part || load.bytes > bytes / part as u64
}

fn check_room(
    disk: &dyn Disk,
    path: &Path,
    tail_bytes: u64,
    options: &RecorderOptions,
) -> Result<(), TakeError> {
    let free_bytes = disk.free_bytes().map_err(|source| TakeError::Io {
        path: path.to_owned(),
        source,
    })?;
    let rate = options.expected_bytes_per_s.max(1);
    let minutes = free_bytes.saturating_sub(tail_bytes) as f64 / (rate as f64 * 60.0);
    if minutes < options.least_minutes {
        return Err(TakeError::NoRoom {
            path: path.to_owned(),
            free_bytes,
            minutes: minutes as u64,
            least_minutes: options.least_minutes.ceil() as u64,
        });
    }
    Ok(())
}

/// The disk's thread: writes blocks until the last one.
fn write_blocks(
    mut appender: Appender,
    backlog: &Backlog,
    status: &RecorderStatus,
    expected_bytes_per_s: u64,
) -> io::Result<()> {
    let (began, mut looked) = (Instant::now(), None::<Instant>);
    let mut failed = None;
    loop {
        if looked.is_none_or(|at| at.elapsed() >= ROOM_EVERY) {
            looked = Some(Instant::now());
            let passed_s = began.elapsed().as_secs();
            let rate = match passed_s {
                0..=4 => expected_bytes_per_s,
                _ => status.bytes.get() / passed_s,
            };
            if let Ok(free) = appender.disk().free_bytes() {
                status.set_room_s(free / rate.max(1));
            }
        }
        let Some(block) = backlog.take(ROOM_EVERY) else {
            continue;
        };
        if let Some(end) = block.end {
            return match (failed, end) {
                (Some(e), _) => Err(e),
                (None, End::Dropped) => Ok(()),
                (None, End::Whole(ending)) => appender.end(&ending),
            };
        }
        if failed.is_some() {
            status.blocks_lost.increment();
        } else {
            match appender.write(&block.bytes) {
                Ok(Room::Enough) => {}
                Ok(Room::Full) => status.set_state(RecorderState::DiskFull),
                Err(e) if is_full(&e) => {
                    status.blocks_lost.increment();
                    status.set_state(RecorderState::DiskFull);
                }
                Err(e) => {
                    status.blocks_lost.increment();
                    status.set_state(RecorderState::Failed);
                    failed = Some(e);
                }
            }
        }
        backlog.done(block.bytes);
    }
}

/// Decides when the disk is to keep what it was given.
#[derive(Debug, Default)]
pub(super) struct Keeper {
    began_ns: Option<u64>,
    kept: u64,
}

impl Keeper {
    /// Whether to synchronise now, with so many blocks written.
    pub fn is_due(&self, now_ns: u64, blocks: u64) -> bool {
        let is_time = |began| now_ns - began >= SYNC_EVERY_NS;
        blocks > self.kept && self.began_ns.is_none_or(is_time)
    }

    /// It is begun, and keeps so many blocks if it succeeds.
    pub fn begin(&mut self, now_ns: u64) {
        self.began_ns = Some(now_ns);
    }

    /// It has succeeded.
    pub fn done(&mut self, blocks: u64) {
        self.kept = blocks;
    }
}

/// How often the synchronising thread looks whether it is time.
const KEEPER_NAP: Duration = Duration::from_millis(10);

/// The synchronising thread.
fn keep_syncing(mut syncer: Box<dyn DiskSync>, stop: &AtomicBool, status: &RecorderStatus) {
    let (mut keeper, clock) = (Keeper::default(), Instant::now());
    let now_ns = || clock.elapsed().as_nanos() as u64;
    while !stop.load(Ordering::Acquire) {
        std::thread::park_timeout(KEEPER_NAP);
        let blocks = status.blocks.get();
        if !keeper.is_due(now_ns(), blocks) {
            continue;
        }
        let began = Instant::now();
        keeper.begin(now_ns());
        match syncer.sync() {
            Ok(()) => {
                keeper.done(blocks);
                status.synced(began.elapsed().as_micros() as u64);
            }
            Err(_) => status.syncs_failed.increment(),
        }
    }
}
