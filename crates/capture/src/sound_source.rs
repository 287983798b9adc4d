//! The loop that listens to linear timecode in a WAV file, or in one that is still being made.
//!
//! A file is played as if it were live: at its own speed, each label given out when it would have been heard. What is no
//! file, like the other end of `arecord -t wav | cyc listen ltc:/dev/stdin`, is live: samples are timed when they come,
//! less what a late wake-up adds. So a sound card needs no sound library here.

use crate::clock::now_host;
use crate::counters::ReceiveCounters;
use crate::decoder::Numbering;
use crate::door::Door;
use crate::sink::{DisconnectReason, FrameSink, Liveness, SourceEvent};
use crate::source::{BackOff, FrameSource, SourceConfig, wait};
use crate::stop_flag::StopFlag;
use cyc_model::{HostNs, MocapFrame, Nanos, Roster, TimecodeRate};
use cyc_wire::ltc::{DecodedFrame, Decoder, DecoderCounts};
use hound::{SampleFormat, WavReader};
use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

/// Samples taken at once: how much later than its last bit a label is given out, at most.
const BLOCKS_PER_SECOND: u32 = 200;

/// Share of a difference between a sound card's clock and ours that is taken over with each block: ten seconds until it
/// is followed.
const CLOCK_FOLLOW: f64 = 0.0005;

/// What is listened to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SoundPlace {
    /// The file.
    pub(crate) path: String,
    /// The channel, from 1.
    pub(crate) channel: u16,
    /// The labels' rate; measured when not told.
    pub(crate) rate: Option<TimecodeRate>,
    /// Begins again at its end.
    pub(crate) repeat: bool,
}

/// Listens to one file.
pub(crate) struct SoundSource {
    config: SourceConfig,
    place: SoundPlace,
    counters: Arc<ReceiveCounters>,
    door: Door,
    frame: MocapFrame,
    roster: Arc<Roster>,
    block: Vec<f32>,
    found: Vec<DecodedFrame>,
}

/// A file that is being listened to.
struct Playing {
    wav: WavReader<BufReader<File>>,
    decoder: Decoder,
    counts: DecoderCounts,
    is_live: bool,
    /// When its first sample was heard.
    began: HostNs,
    /// Samples of the channel so far.
    heard: u64,
}

impl SoundSource {
    pub(crate) fn new(config: SourceConfig, place: SoundPlace) -> Self {
        Self {
            door: Door::for_stream(&config, Numbering::Arrival),
            config,
            place,
            counters: Arc::default(),
            frame: MocapFrame::default(),
            roster: Arc::default(),
            block: Vec::new(),
            found: Vec::new(),
        }
    }

    fn open(&self) -> Result<Playing, DisconnectReason> {
        let cannot = |reason: String| DisconnectReason::File {
            path: self.place.path.clone(),
            reason,
        };
        let file = File::open(&self.place.path).map_err(|e| cannot(e.to_string()))?;
        let is_live = !file.metadata().is_ok_and(|m| m.is_file());
        let wav = WavReader::new(BufReader::new(file)).map_err(|e| cannot(e.to_string()))?;
        let spec = wav.spec();
        if self.place.channel > spec.channels {
            return Err(cannot(format!(
                "channel {} of {}",
                self.place.channel, spec.channels
            )));
        }
        let decoder = Decoder::new(spec.sample_rate, self.place.rate);
        Ok(Playing {
            wav,
            decoder: decoder.ok_or_else(|| cannot(format!("{} Hz", spec.sample_rate)))?,
            counts: DecoderCounts::default(),
            is_live,
            began: now_host(),
            heard: 0,
        })
    }

    /// Listens until the end. `Ok` when it ended or was stopped.
    fn play(
        &mut self,
        mut playing: Playing,
        liveness: &mut Liveness,
        sink: &mut dyn FrameSink,
        stop: &StopFlag,
    ) -> Result<(), DisconnectReason> {
        let per_block = playing.wav.spec().sample_rate.div_ceil(BLOCKS_PER_SECOND);
        while !stop.is_raised() {
            self.block.clear();
            let read = playing.read(self.place.channel, per_block as usize, &mut self.block);
            self.counters.bytes.add(4 * self.block.len() as u64);
            playing.keep_time(liveness, sink, stop);
            self.take(&mut playing, liveness, sink);
            liveness.look(now_host(), sink);
            match read {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(e) => {
                    let (path, reason) = (self.place.path.clone(), e.to_string());
                    return Err(DisconnectReason::File { path, reason });
                }
            }
        }
        Ok(())
    }

    /// Decodes the block and gives out its labels.
    fn take(&mut self, playing: &mut Playing, liveness: &mut Liveness, sink: &mut dyn FrameSink) {
        self.found.clear();
        let found = &mut self.found;
        playing.decoder.push(&self.block, &mut |f| found.push(*f));
        let (now, before) = (playing.decoder.counts(), playing.counts);
        let refused = now.frames_refused - before.frames_refused;
        self.counters.values_refused.add(refused);
        let lost = now.lost - before.lost;
        self.counters.frames_incomplete.add(lost);
        playing.counts = now;
        for at in 0..self.found.len() {
            let Some(found) = self.found.get(at).copied() else {
                continue;
            };
            self.counters.packets.increment();
            let Some(timecode) = found.timecode else {
                // The rate is not known yet, or is another one.
                self.counters.values_unknown.increment();
                continue;
            };
            let [began, ended] = found.samples.map(|sample| playing.time_of(sample));
            let (num, den) = timecode.rate().fraction();
            self.frame.reset(&self.roster);
            self.frame.taken = Some(began);
            self.frame.heard = ended;
            self.frame.rate_hz = f64::from(num) / f64::from(den);
            self.frame.timecode = Some(timecode);
            self.door
                .pass(&mut self.frame, now_host(), liveness, sink, &self.counters);
        }
    }

    /// Nothing more comes.
    fn rest(&self, liveness: &mut Liveness, sink: &mut dyn FrameSink, stop: &StopFlag) {
        while stop.nap(Nanos::from_secs(1)) {
            liveness.look(now_host(), sink);
        }
    }
}

impl Playing {
    /// Appends a block of one channel as samples from -1 to 1. False at the end.
    fn read(&mut self, channel: u16, count: usize, out: &mut Vec<f32>) -> hound::Result<bool> {
        let spec = self.wav.spec();
        let (all, wanted) = (usize::from(spec.channels), usize::from(channel) - 1);
        let scale = 1.0 / (1u64 << (spec.bits_per_sample - 1)) as f32;
        for i in 0..count * all {
            let next = match spec.sample_format {
                SampleFormat::Float => self.wav.samples::<f32>().next(),
                SampleFormat::Int => {
                    let next = self.wav.samples::<i32>().next();
                    next.map(|sample| sample.map(|sample| sample as f32 * scale))
                }
            };
            match next {
                None => return Ok(false),
                Some(sample) if i % all == wanted => out.push(sample?),
                Some(_) => {}
            }
        }
        Ok(true)
    }

    /// Waits until a file's block would have been heard, or learns when a live one was.
    fn keep_time(&mut self, liveness: &mut Liveness, sink: &mut dyn FrameSink, stop: &StopFlag) {
        let block = self.wav.spec().sample_rate.div_ceil(BLOCKS_PER_SECOND);
        let end = self.heard + u64::from(block);
        let due = self.time_of(end as f64);
        if self.is_live {
            let late_s = (now_host() - due).secs();
            // Nothing is heard before it sounds: what comes early moves the beginning at once.
            let follow = if late_s < 0.0 { 1.0 } else { CLOCK_FOLLOW };
            let is_first = self.heard == 0;
            let moved = if is_first { late_s } else { late_s * follow };
            self.began += Nanos::from_secs_real(moved);
        } else {
            while now_host() < due && stop.nap(due - now_host()) {
                liveness.look(now_host(), sink);
            }
        }
        self.heard = end;
    }

    /// When a sample was heard.
    fn time_of(&self, sample: f64) -> HostNs {
        let rate_hz = f64::from(self.wav.spec().sample_rate);
        self.began + Nanos::from_secs_real(sample / rate_hz)
    }
}

impl FrameSource for SoundSource {
    fn run(&mut self, sink: &mut dyn FrameSink, stop: &StopFlag) {
        let mut back_off = BackOff::new();
        while !stop.is_raised() {
            sink.event(SourceEvent::Connecting);
            let ended = self.open().and_then(|playing| {
                self.counters.connects.increment();
                sink.event(SourceEvent::Connected);
                let mut liveness = Liveness::connected(self.config.silent_after, now_host());
                let is_repeated = self.place.repeat && !playing.is_live;
                self.play(playing, &mut liveness, sink, stop)?;
                if !is_repeated {
                    self.rest(&mut liveness, sink, stop);
                }
                Ok(())
            });
            if let Err(reason) = ended {
                let retry_in = back_off.take();
                sink.event(SourceEvent::Disconnected { reason, retry_in });
                wait(retry_in, sink, stop);
            }
        }
        sink.event(SourceEvent::Stopped);
    }

    fn counters(&self) -> Arc<ReceiveCounters> {
        Arc::clone(&self.counters)
    }
}
