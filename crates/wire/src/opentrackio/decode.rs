//! Datagrams to frames.

use super::assembly::{Assembled, Assembly};
use super::error::DecodeError;
use super::lens::lens_of;
use super::packet::decode_packet;
use super::sample::{Fraction, Sample, TimecodePart, decode_sample};
use super::transform::pose_of;
use crate::body_list::BodyList;
use cyc_model::{
    ClockReference, FrameNumber, HostNs, LensSample, MocapFrame, Roster, SUBJECTS_MAX, Timecode,
    TimecodeRate,
};
use std::sync::Arc;

/// How samples are understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecodeSettings {
    /// Only samples of this source number, or without one, are taken; all when `None`.
    pub source_number: Option<u32>,
    /// What sources are called; one that has no name here is called `Camera` and its number.
    pub names: Vec<(u32, String)>,
}

/// What arrived but could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DecoderCounts {
    /// Poses, lenses and timecodes that cannot be: shown as not there.
    pub values: u64,
    /// Samples of other sources, of sources beyond the number that is taken, and distortions of unknown models.
    pub unknown: u64,
    /// Packets that came twice.
    pub duplicates: u64,
    /// Samples that were never whole.
    pub incomplete: u64,
}

/// Puts samples together and remembers their sources.
#[derive(Debug, Default)]
pub struct Decoder {
    settings: DecodeSettings,
    assembly: Assembly,
    sources: BodyList<u32>,
    /// The sensor of each source, which is told only now and then.
    sensors_m: Vec<Option<[f64; 2]>>,
    samples: u32,
    sample: Sample,
    counts: DecoderCounts,
}

const MM_PER_M: f64 = 1000.0;

impl Decoder {
    /// A decoder that knows no source yet.
    pub fn new(settings: DecodeSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// Decodes a datagram, received at `heard`, into `out`, except for its source and epoch, which are the caller's. True
    /// when it completed a sample that is wanted: then `out` is a frame.
    ///
    /// The frame's number is the sample's sequence number when samples of one source are taken, else a count of samples;
    /// 32 bits wide. A frame has a new roster when its source was not known; then something was allocated.
    pub fn decode(
        &mut self,
        datagram: &[u8],
        heard: HostNs,
        out: &mut MocapFrame,
    ) -> Result<bool, DecodeError> {
        let packet = decode_packet(datagram)?;
        let assembled = self.assembly.take(&packet);
        let sample = match assembled? {
            Assembled::Sample(encoding, bytes) => decode_sample(encoding, bytes)?,
            Assembled::Waiting => return Ok(false),
            Assembled::Duplicate => {
                self.counts.duplicates += 1;
                return Ok(false);
            }
        };
        self.sample = sample;
        let number = sample.source_number.map(|n| n.0);
        let wanted = self.settings.source_number.map(u64::from);
        if wanted.is_some() && number.is_some() && wanted != number {
            self.counts.unknown += 1;
            return Ok(false);
        }
        let number = number.or(wanted).unwrap_or(0);
        let place = u32::try_from(number).ok().and_then(|n| self.place(n));
        let Some(place) = place else {
            self.counts.unknown += 1;
            return Ok(false);
        };
        self.sources.begin();
        self.take(&sample, place);
        self.sources.write(heard, out);
        self.samples = self.samples.wrapping_add(1);
        self.time(&sample, wanted.is_some(), out);
        Ok(true)
    }

    fn take(&mut self, sample: &Sample, place: usize) {
        if let Some(chain) = &sample.transforms {
            let pose = pose_of(chain.as_slice());
            self.counts.values += u64::from(pose.is_none());
            self.sources.set_pose(place, pose);
        }
        let camera = sample.statics.and_then(|s| s.camera);
        let size = camera.and_then(|c| c.active_sensor_physical_dimensions);
        let known = self.sensors_m.get_mut(place);
        if let (Some(size), Some(known)) = (size, known) {
            let metres = [size.width.0 / MM_PER_M, size.height.0 / MM_PER_M];
            let is_size = metres.iter().all(|m| m.is_finite() && *m > 0.0);
            *known = is_size.then_some(metres);
            self.counts.values += u64::from(!is_size);
        }
        let (lens, unknown) = sample.lens.as_ref().map(lens_of).unwrap_or_default();
        self.counts.unknown += unknown;
        let sensor_size_m = self.sensors_m.get(place).copied().flatten();
        let lens = LensSample {
            sensor_size_m,
            ..lens
        };
        self.sources.set_lens(place, lens);
    }

    fn time(&mut self, sample: &Sample, of_one_source: bool, out: &mut MocapFrame) {
        let timing = sample.timing.unwrap_or_default();
        let told = timing.sequence_number.filter(|_| of_one_source);
        let number = told.map_or(u64::from(self.samples), |n| n.0 & u64::from(u32::MAX));
        out.number = FrameNumber(number);
        out.rate_hz = timing.sample_rate.and_then(hertz).unwrap_or(0.0);
        let sync = timing.synchronization.unwrap_or_default();
        out.reference = match (sync.locked, sync.source) {
            (Some(true), _) => ClockReference::Locked,
            (Some(false), Some(_)) => ClockReference::Lost,
            // A tracker that is locked to nothing and names nothing was never to follow anything.
            _ => ClockReference::Untold,
        };
        if let Some(part) = timing.timecode {
            out.timecode = timecode_of(&part, out.rate_hz);
            self.counts.values += u64::from(out.timecode.is_none());
        }
    }

    fn place(&mut self, number: u32) -> Option<usize> {
        if let Some(place) = self.sources.find(&number) {
            return Some(place);
        }
        let mut named = self.settings.names.iter();
        let place = match named.find(|(n, _)| *n == number) {
            Some((_, name)) => self.sources.introduce(number, name),
            // A stranger beyond the limit must not cost an allocation a datagram.
            None if self.sensors_m.len() == SUBJECTS_MAX => None,
            None => self.sources.introduce(number, &format!("Camera {number}")),
        }?;
        self.sensors_m.push(None);
        Some(place)
    }

    /// The newest sample, whether it was wanted or not: times and states that a frame has no place for.
    pub fn sample(&self) -> &Sample {
        &self.sample
    }

    /// The sources seen so far.
    pub fn roster(&self) -> &Arc<Roster> {
        self.sources.roster()
    }

    /// What could not be taken.
    pub fn counts(&self) -> DecoderCounts {
        DecoderCounts {
            incomplete: self.assembly.dropped(),
            ..self.counts
        }
    }
}

fn hertz(rate: Fraction) -> Option<f64> {
    let hertz = rate.num.0 as f64 / rate.denom.0 as f64;
    (hertz.is_finite() && hertz > 0.0).then_some(hertz)
}

/// `None` when a field is missing, or the label is one that its rate does not use.
fn timecode_of(part: &TimecodePart, rate_hz: f64) -> Option<Timecode> {
    let rate = part.frame_rate?;
    let is_drop = part.drop_frame.unwrap_or(false);
    let same = |r: &TimecodeRate| {
        let (num, denom) = r.fraction();
        // Cross-multiplied, so that 30000/1001 and 60000/2002 are one rate.
        let equal = u128::from(num) * u128::from(rate.denom.0)
            == u128::from(denom) * u128::from(rate.num.0);
        equal && (r.dropped_per_minute() > 0) == is_drop && rate.denom.0 > 0
    };
    let rate = TimecodeRate::ALL.into_iter().find(same)?;
    let field = |v: Option<super::Whole>| u8::try_from(v?.0).ok();
    let (hours, minutes) = (field(part.hours)?, field(part.minutes)?);
    let (seconds, frames) = (field(part.seconds)?, field(part.frames)?);
    let label = Timecode::new(rate, hours, minutes, seconds, frames).ok()?;
    let Some(sub_frame) = part.sub_frame.and_then(|s| u16::try_from(s.0).ok()) else {
        return Some(label);
    };
    // How many parts a frame has is not told: it follows from the rates.
    let (num, denom) = rate.fraction();
    let parts = (rate_hz * f64::from(denom) / f64::from(num)).round();
    let parts = if parts >= 1.0 { parts as u16 } else { 1 };
    let parts = parts.max(sub_frame.saturating_add(1));
    label.with_subframe(sub_frame, parts)
}
