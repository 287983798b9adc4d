//! Films: H.264 in MP4, decoded by `openh264`.
//!
//! Frames are asked for by their place as they are shown. Decoding begins at the last frame before it from which it can, and
//! goes on from there while the show does; what was shot between two of those is shown in order whatever the order of coding.

use super::mp4::{PictureTrack, picture_track};
use super::parameter_set::{ColorCoding, Matrix, color_coding};
use super::picture::size_ok;
use super::yuv::{Planes, to_rgba};
use super::{PlateFault, PlatePicture};
use openh264::OpenH264API;
use openh264::decoder::{DecodedYUV, Decoder, DecoderConfig, Flush};
use openh264::formats::YUVSource;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Four bytes that begin a unit (ITU-T H.264, annex B).
const START: [u8; 4] = [0, 0, 0, 1];

/// An open film.
pub(super) struct Film {
    path: PathBuf,
    file: File,
    track: PictureTrack,
    /// For each place as shown, the frame's place in the order of decoding.
    by_rank: Vec<u32>,
    coding: ColorCoding,
    size_px: [u32; 2],
    decoder: Option<Decoder>,
    /// Where decoding began, as shown, and which is decoded and which shown next.
    began: u32,
    next_sample: usize,
    next_rank: u32,
    /// Frames that came out of the decoder at its end.
    tail: VecDeque<PlatePicture>,
    coded: Vec<u8>,
    units: Vec<u8>,
}

impl Film {
    pub(super) fn open(path: &Path) -> Result<Self, PlateFault> {
        let mut file = File::open(path).map_err(|e| PlateFault::cannot_read(path, &e))?;
        let track = picture_track(&mut file).map_err(|e| PlateFault::unknown(path, e))?;
        let [width, height] = track.size_px.map(u64::from);
        let size_px = size_ok(path, width, height)?;
        let mut by_rank = vec![0; track.samples.len()];
        for (nth, sample) in track.samples.iter().enumerate() {
            if let Some(place) = by_rank.get_mut(sample.rank as usize) {
                *place = nth as u32;
            }
        }
        let said = track.parameter_sets.first().map(|set| color_coding(set));
        let (matrix, is_full) = said.unwrap_or((None, None));
        Ok(Self {
            path: path.to_owned(),
            file,
            by_rank,
            coding: ColorCoding {
                matrix: matrix.unwrap_or(Matrix::usual(size_px[1])),
                is_full: is_full.unwrap_or(false),
            },
            size_px,
            track,
            decoder: None,
            began: 0,
            next_sample: 0,
            next_rank: 0,
            tail: VecDeque::new(),
            coded: Vec::new(),
            units: Vec::new(),
        })
    }

    pub(super) fn size_px(&self) -> [u32; 2] {
        self.size_px
    }

    pub(super) fn frames(&self) -> u64 {
        self.track.samples.len() as u64
    }

    /// When a frame is shown, nanoseconds after the first one.
    pub(super) fn shown_ns(&self, frame: u64) -> Option<i64> {
        let at = *self.by_rank.get(usize::try_from(frame).ok()?)?;
        Some(self.track.samples.get(at as usize)?.shown_ns)
    }

    pub(super) fn quarter_turns(&self) -> u8 {
        self.track.quarter_turns
    }

    pub(super) fn rate(&self) -> [u32; 2] {
        self.track.rate
    }

    /// Decodes a frame by its place as shown.
    pub(super) fn read(&mut self, frame: u64, into: &mut PlatePicture) -> Result<(), PlateFault> {
        let read = self.advance(frame, into);
        if read.is_err() {
            // What a damaged frame left in the decoder is not gone on with.
            self.decoder = None;
        }
        read.map_err(|reason| PlateFault::broken(&self.path, frame, reason))
    }

    fn advance(&mut self, frame: u64, into: &mut PlatePicture) -> Result<(), String> {
        let wanted = u32::try_from(frame).map_err(|e| e.to_string())?;
        let begin = self.begin_of(wanted)?;
        let begin_rank = self.track.samples.get(begin).map_or(0, |s| s.rank);
        let goes_on =
            self.decoder.is_some() && self.next_rank <= wanted && begin_rank <= self.next_rank;
        if !goes_on {
            self.begin(begin, begin_rank)?;
        }
        loop {
            if let Some(picture) = self.tail.pop_front() {
                let rank = self.next_rank;
                self.next_rank += 1;
                if rank == wanted {
                    *into = picture;
                    return Ok(());
                }
                continue;
            }
            let is_wanted = self.next_rank == wanted;
            match self.decode_next(is_wanted.then_some(&mut *into))? {
                Step::Picture if is_wanted => {
                    self.next_rank += 1;
                    return Ok(());
                }
                Step::Picture => self.next_rank += 1,
                Step::Nothing => {}
                Step::Ended if self.tail.is_empty() => {
                    self.decoder = None;
                    return Err("the film ends before it".to_owned());
                }
                Step::Ended => {}
            }
        }
    }

    /// The last frame from which decoding can begin that is shown no later than a place. The file's own table has those
    /// of open groups as well, from which this decoder does not: they are taken out as they are met.
    fn begin_of(&mut self, rank: u32) -> Result<usize, String> {
        let at = self.by_rank.get(rank as usize).copied();
        let at = at.ok_or("the film has no such frame")? as usize;
        loop {
            let before = self.track.samples.get(..=at).unwrap_or_default();
            let begin = before.iter().rposition(|s| s.is_sync && s.rank <= rank);
            let begin = begin.ok_or("there is no frame before it to begin with")?;
            self.read_sample(begin)?;
            if begins_anew(&self.coded, self.track.length_bytes) {
                return Ok(begin);
            }
            if let Some(sample) = self.track.samples.get_mut(begin) {
                sample.is_sync = false;
            }
        }
    }

    /// Reads the bytes of a coded frame.
    fn read_sample(&mut self, at: usize) -> Result<(), String> {
        let sample = self.track.samples.get(at).copied();
        let sample = sample.ok_or("the film has no such frame")?;
        self.coded.resize(sample.bytes as usize, 0);
        let place = SeekFrom::Start(sample.offset);
        self.file.seek(place).map_err(|e| e.to_string())?;
        let read = self.file.read_exact(&mut self.coded);
        read.map_err(|e| e.to_string())
    }

    fn begin(&mut self, sample: usize, rank: u32) -> Result<(), String> {
        let config = DecoderConfig::new().flush_after_decode(Flush::NoFlush);
        let api = OpenH264API::from_source();
        let mut decoder = Decoder::with_api_config(api, config).map_err(|e| e.to_string())?;
        self.units.clear();
        for set in &self.track.parameter_sets {
            self.units.extend(START);
            self.units.extend(set);
        }
        decoder.decode(&self.units).map_err(|e| e.to_string())?;
        self.decoder = Some(decoder);
        (self.began, self.next_rank) = (rank, rank);
        self.next_sample = sample;
        self.tail.clear();
        Ok(())
    }

    /// Gives the decoder a coded frame, and takes one that comes out.
    fn decode_next(&mut self, into: Option<&mut PlatePicture>) -> Result<Step, String> {
        let Some(sample) = self.track.samples.get(self.next_sample).copied() else {
            return self.flush();
        };
        self.next_sample += 1;
        // Shown before the one that decoding began with: what it was made from is not there.
        if sample.rank < self.began {
            return Ok(Step::Nothing);
        }
        self.read_sample(self.next_sample - 1)?;
        units_of(&self.coded, self.track.length_bytes, &mut self.units)?;
        let decoder = self.decoder.as_mut().ok_or("the decoder is gone")?;
        let decoded = decoder.decode(&self.units).map_err(|e| e.to_string())?;
        let Some(decoded) = decoded else {
            return Ok(Step::Nothing);
        };
        if let Some(into) = into {
            convert(&decoded, (self.size_px, self.coding), into)?;
        } else {
            check(&decoded, self.size_px)?;
        }
        Ok(Step::Picture)
    }

    fn flush(&mut self) -> Result<Step, String> {
        let decoder = self.decoder.as_mut().ok_or("the decoder is gone")?;
        for decoded in decoder.flush_remaining().map_err(|e| e.to_string())? {
            let mut picture = PlatePicture::default();
            convert(&decoded, (self.size_px, self.coding), &mut picture)?;
            self.tail.push_back(picture);
        }
        Ok(Step::Ended)
    }
}

/// What a turn of decoding gave.
enum Step {
    Picture,
    Nothing,
    Ended,
}

/// Whether a coded frame is one before which everything may be forgotten (ITU-T H.264, 7.4.1.2.4: an IDR picture).
fn begins_anew(coded: &[u8], length_bytes: usize) -> bool {
    const IDR: u8 = 5;
    let mut rest = coded;
    while let Some((length, after)) = rest.split_at_checked(length_bytes) {
        let length = length
            .iter()
            .fold(0usize, |n, byte| n << 8 | usize::from(*byte));
        let Some((unit, after)) = after.split_at_checked(length) else {
            return false;
        };
        if unit.first().is_some_and(|head| head & 31 == IDR) {
            return true;
        }
        if length == 0 && after.is_empty() {
            return false;
        }
        rest = after;
    }
    false
}

/// Units with their lengths before them, to units with a start code before them.
fn units_of(coded: &[u8], length_bytes: usize, units: &mut Vec<u8>) -> Result<(), &'static str> {
    const CUT: &str = "its bytes are cut off";
    units.clear();
    let mut rest = coded;
    while !rest.is_empty() {
        let (length, after) = rest.split_at_checked(length_bytes).ok_or(CUT)?;
        let length = length
            .iter()
            .fold(0usize, |n, byte| n << 8 | usize::from(*byte));
        let (unit, after) = after.split_at_checked(length).ok_or(CUT)?;
        units.extend(START);
        units.extend(unit);
        rest = after;
    }
    Ok(())
}

fn check(decoded: &DecodedYUV<'_>, size_px: [u32; 2]) -> Result<(), String> {
    let (width, height) = decoded.dimensions();
    if [width, height] == size_px.map(|px| px as usize) {
        return Ok(());
    }
    Err(format!(
        "it has {width} x {height} px, not the film's {} x {}",
        size_px[0], size_px[1]
    ))
}

fn convert(
    decoded: &DecodedYUV<'_>,
    (size_px, coding): ([u32; 2], ColorCoding),
    into: &mut PlatePicture,
) -> Result<(), String> {
    check(decoded, size_px)?;
    let (luma, blue, red) = decoded.strides();
    let planes = Planes {
        planes: [decoded.y(), decoded.u(), decoded.v()],
        strides: [luma, blue, red],
        size_px,
    };
    to_rgba(&planes, coding, into.srgb(size_px));
    Ok(())
}
