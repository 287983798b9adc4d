//! A recording as a source: its frames come again, as far apart as they were heard.
//!
//! What a frame says stays as it was recorded, to the bit: number, rate, timecode, positions. Only what belongs to the
//! moment is new. `heard` is the moment at which the frame is played, so that ages, gaps and predictions are those of the
//! day; `taken` keeps its distance to `heard`; the stamps begin anew; the source is this one. Each time round, the epochs
//! go on above those of the round before, since the numbers begin again. At another speed the distances and the rate are
//! scaled.
//!
//! How the file is read is not known here ([`RecordedFrames`] is brought by the configuration), since the devices'
//! crates do not know each other. Sources that play one recording together share its [`PlayStart`].

use crate::clock::now_host;
use crate::counters::ReceiveCounters;
use crate::sink::{DisconnectReason, FrameSink, Liveness, SourceEvent};
use crate::source::{BackOff, FrameSource, SourceConfig, wait};
use crate::stop_flag::StopFlag;
use cyc_model::{Epoch, Hop, HostNs, MocapFrame, Nanos, Roster, SourceId, Stamps};
use std::sync::{Arc, OnceLock};

/// From opening the first recording to its first frame: long enough that all sources of a stage have opened theirs.
const LEAD: Nanos = Nanos::from_millis(100);

/// The pause between two rounds of a recording that tells no rate.
const PAUSE_WITHOUT_RATE: Nanos = Nanos::from_millis(10);

/// The frames of one recorded source, in the order in which they were recorded.
pub trait RecordedFrames: Send {
    /// Reads the next frame; false at the end. The error is a reason for a person; nothing can be read after it.
    fn next(&mut self, frame: &mut MocapFrame) -> Result<bool, String>;

    /// When the first and the newest frame that were passed so far had been heard, those of the recording's other sources
    /// included, so that all sources agree on when a round began and when it ended.
    fn passed(&self) -> Option<[HostNs; 2]>;

    /// Damaged parts that were passed over so far.
    fn damaged(&self) -> u64;
}

/// Opens a recording for one of its sources; for the first one that it has a frame of when none is named.
pub type OpenRecording = fn(&str, Option<SourceId>) -> Result<Box<dyn RecordedFrames>, String>;

/// When recordings begin to play: one moment for all holders of a clone, set by the first that opens its file.
#[derive(Clone, Debug, Default)]
pub struct PlayStart(Arc<OnceLock<HostNs>>);

impl PlayStart {
    fn get(&self) -> HostNs {
        *self.0.get_or_init(|| now_host() + LEAD)
    }
}

/// How recordings are played.
#[derive(Clone, Debug, Default)]
pub struct Playback {
    /// What opens them; without it they cannot be played.
    pub open: Option<OpenRecording>,
    /// When they begin.
    pub start: PlayStart,
}

/// What is played, and how.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlaybackPlace {
    /// The file.
    pub(crate) path: String,
    /// Whose frames; the first one's when not told.
    pub(crate) source: Option<SourceId>,
    /// How many seconds pass in one.
    pub(crate) speed: f64,
    /// Begins again at its end.
    pub(crate) repeat: bool,
}

/// Plays one source of one recording.
pub(crate) struct RecordingSource {
    config: SourceConfig,
    place: PlaybackPlace,
    counters: Arc<ReceiveCounters>,
    frame: MocapFrame,
    roster: Option<Arc<Roster>>,
}

/// One time through the recording.
#[derive(Clone, Copy, Debug)]
struct Round {
    began: HostNs,
    /// Added to the recorded epochs.
    epochs: u32,
    /// The highest epoch that was given out.
    newest_epoch: u32,
}

impl RecordingSource {
    pub(crate) fn new(config: SourceConfig, place: PlaybackPlace) -> Self {
        Self {
            config,
            place,
            counters: Arc::default(),
            frame: MocapFrame::default(),
            roster: None,
        }
    }

    fn open(&self) -> Result<Box<dyn RecordedFrames>, DisconnectReason> {
        let Some(open) = self.config.playback.open else {
            return Err(self.cannot("no reader of recordings".to_owned()));
        };
        open(&self.place.path, self.place.source).map_err(|reason| self.cannot(reason))
    }

    fn cannot(&self, reason: String) -> DisconnectReason {
        let path = self.place.path.clone();
        DisconnectReason::Recording { path, reason }
    }

    /// Plays one round; the length of it, or `None` when it was stopped or empty.
    fn play(
        &mut self,
        frames: &mut dyn RecordedFrames,
        round: &mut Round,
        sink: &mut dyn FrameSink,
        stop: &StopFlag,
    ) -> Result<Option<Nanos>, DisconnectReason> {
        let mut liveness = Liveness::connected(self.config.silent_after, now_host());
        let (mut damaged, mut rate_hz) = (0, 0.0);
        while !stop.is_raised() {
            let more = frames.next(&mut self.frame);
            let now_damaged = frames.damaged();
            self.counters.errors_framing.add(now_damaged - damaged);
            damaged = now_damaged;
            let Some([first, last]) = frames.passed() else {
                more.map_err(|reason| self.cannot(reason))?;
                return Ok(None);
            };
            if !more.map_err(|reason| self.cannot(reason))? {
                let pause = if rate_hz > 0.0 {
                    Nanos::from_secs_real(1.0 / rate_hz)
                } else {
                    PAUSE_WITHOUT_RATE
                };
                return Ok(Some(self.scaled(last - first + pause)));
            }
            rate_hz = self.frame.rate_hz;
            let due = round.began + self.scaled(self.frame.heard - first);
            while now_host() < due && stop.nap(due - now_host()) {
                liveness.look(now_host(), sink);
            }
            self.give(due, round, &mut liveness, sink);
        }
        Ok(None)
    }

    /// A recorded length of time as long as it is when it is played.
    fn scaled(&self, length: Nanos) -> Nanos {
        if self.place.speed == 1.0 {
            length
        } else {
            Nanos((length.0 as f64 / self.place.speed) as i64)
        }
    }

    fn give(
        &mut self,
        due: HostNs,
        round: &mut Round,
        liveness: &mut Liveness,
        sink: &mut dyn FrameSink,
    ) {
        let frame = &mut self.frame;
        frame.taken = frame.taken.map(|taken| due + (taken - frame.heard));
        frame.heard = due;
        frame.rate_hz *= self.place.speed;
        frame.source = self.config.source;
        frame.epoch = Epoch(frame.epoch.0.saturating_add(round.epochs));
        round.newest_epoch = round.newest_epoch.max(frame.epoch.0);
        let now = now_host();
        frame.stamps = Stamps::default();
        frame.stamps.stamp(Hop::Heard, due);
        frame.stamps.stamp(Hop::Decoded, now);
        if self
            .roster
            .as_ref()
            .is_none_or(|known| **known != *frame.roster)
        {
            sink.event(SourceEvent::RosterChanged(Arc::clone(&frame.roster)));
        }
        self.roster = Some(Arc::clone(&frame.roster));
        liveness.frame(now, sink);
        self.counters.packets.increment();
        self.counters.frames.increment();
        sink.frame(frame);
    }

    /// Plays until it ends or is stopped.
    fn play_rounds(
        &mut self,
        round: &mut Round,
        sink: &mut dyn FrameSink,
        stop: &StopFlag,
    ) -> Result<(), DisconnectReason> {
        loop {
            let mut frames = self.open()?;
            self.counters.connects.increment();
            sink.event(SourceEvent::Connected);
            round.began = round.began.max(self.config.playback.start.get());
            let Some(length) = self.play(&mut *frames, round, sink, stop)? else {
                return Ok(());
            };
            if !self.place.repeat || stop.is_raised() {
                return Ok(());
            }
            round.began += length;
            round.epochs = round.newest_epoch.saturating_add(1);
            self.counters.restarts.increment();
            let epoch = Epoch(round.epochs);
            sink.event(SourceEvent::Restarted { epoch });
        }
    }
}

impl FrameSource for RecordingSource {
    fn run(&mut self, sink: &mut dyn FrameSink, stop: &StopFlag) {
        let mut back_off = BackOff::new();
        let mut round = Round {
            began: HostNs(i64::MIN),
            epochs: 0,
            newest_epoch: 0,
        };
        while !stop.is_raised() {
            sink.event(SourceEvent::Connecting);
            match self.play_rounds(&mut round, sink, stop) {
                Ok(()) => {
                    if !stop.is_raised() {
                        sink.event(SourceEvent::Ended);
                    }
                    while stop.nap(Nanos::from_secs(1)) {
                        sink.beat(now_host());
                    }
                }
                Err(reason) => {
                    let retry_in = back_off.take();
                    sink.event(SourceEvent::Disconnected { reason, retry_in });
                    wait(retry_in, sink, stop);
                }
            }
        }
        sink.event(SourceEvent::Stopped);
    }

    fn counters(&self) -> Arc<ReceiveCounters> {
        Arc::clone(&self.counters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::FrameNumber;

    /// Four frames 10 ms apart, of a recording that goes on for another source until 50 ms.
    struct Four {
        at: i64,
    }

    impl RecordedFrames for Four {
        fn next(&mut self, frame: &mut MocapFrame) -> Result<bool, String> {
            if self.at == 4 {
                return Ok(false);
            }
            *frame = MocapFrame {
                number: FrameNumber(100 + self.at as u64),
                epoch: Epoch(2),
                heard: HostNs(7_000_000_000 + self.at * 10_000_000),
                taken: Some(HostNs(self.at * 10_000_000)),
                rate_hz: 100.0,
                ..MocapFrame::default()
            };
            self.at += 1;
            Ok(true)
        }
        fn passed(&self) -> Option<[HostNs; 2]> {
            let last = if self.at == 4 { 50 } else { self.at * 10 };
            Some([7_000_000_000, 7_000_000_000 + last * 1_000_000].map(HostNs))
        }
        fn damaged(&self) -> u64 {
            0
        }
    }

    struct Kept {
        frames: Vec<(u32, u64, HostNs, Option<HostNs>, f64)>,
        stop: StopFlag,
        ended: bool,
    }

    impl FrameSink for Kept {
        fn frame(&mut self, f: &MocapFrame) {
            let kept = (f.epoch.0, f.number.0, f.heard, f.taken, f.rate_hz);
            self.frames.push(kept);
            if self.frames.len() == 12 {
                self.stop.raise();
            }
        }
        fn event(&mut self, event: SourceEvent) {
            if matches!(event, SourceEvent::Ended) {
                self.ended = true;
                self.stop.raise();
            }
        }
    }

    fn played(repeat: bool, speed: f64) -> Kept {
        let mut config = SourceConfig::new(SourceId(5));
        config.playback.open = Some(|_, _| Ok(Box::new(Four { at: 0 })));
        let place = PlaybackPlace {
            path: String::new(),
            source: None,
            speed,
            repeat,
        };
        let mut kept = Kept {
            frames: Vec::new(),
            stop: StopFlag::default(),
            ended: false,
        };
        let stop = kept.stop.clone();
        RecordingSource::new(config, place).run(&mut kept, &stop);
        kept
    }

    #[test]
    fn frames_are_as_far_apart_as_they_were() {
        let kept = played(false, 1.0);
        assert!(kept.ended);
        let numbers: Vec<_> = kept.frames.iter().map(|f| (f.0, f.1)).collect();
        assert_eq!(numbers, [(2, 100), (2, 101), (2, 102), (2, 103)]);
        for pair in kept.frames.windows(2) {
            assert_eq!(pair[1].2 - pair[0].2, Nanos::from_millis(10));
        }
        for frame in &kept.frames {
            assert_eq!(frame.2 - frame.3.unwrap(), Nanos::from_secs(7));
        }
    }

    #[test]
    fn each_round_has_epochs_of_its_own_and_the_length_of_the_whole_recording() {
        let kept = played(true, 2.0);
        let epochs: Vec<_> = kept.frames.iter().map(|f| f.0).collect();
        // Rounds add one more than the newest epoch to the recorded 2.
        assert_eq!(epochs, [2, 2, 2, 2, 5, 5, 5, 5, 8, 8, 8, 8]);
        // 50 ms and one frame of 100 Hz, in half the time.
        let round = kept.frames[4].2 - kept.frames[0].2;
        assert_eq!(round, Nanos::from_millis(30));
        assert_eq!(kept.frames[1].2 - kept.frames[0].2, Nanos::from_millis(5));
        assert_eq!(kept.frames[0].4, 200.0);
    }
}
