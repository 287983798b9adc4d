//! Where the points lie and how they are encoded.
//!
//! Header and parameters both say how many points, samples and frames there are and whether they are integers, and in
//! real files they contradict each other. Then that statement is believed under which the file ends where it should; if
//! there is none, or several, the file is refused.

use super::bytes::Bytes;
use super::error::{C3dError, C3dProblem};
use super::parameters::Parameters;
use super::read::{inconsistent, too_large};
use crate::limits::FRAMES_MAX;

/// Bytes of a block; files are padded to whole ones.
const BLOCK: u64 = 512;
/// The highest number of frames that a header can count to.
const HEADER_FRAMES_MAX: u64 = 65_535;

/// Where the points lie and how they are encoded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Layout {
    /// Points of a frame, of every kind.
    pub points: usize,
    /// Analog samples between two frames, of all channels together.
    pub analog_per_frame: usize,
    /// Byte offset of the first frame.
    pub start: usize,
    /// The file's units in one integer step; its size alone counts where points are floats.
    pub scale: f64,
    /// Floats, or integers to be scaled.
    pub floats: bool,
    /// How many frames.
    pub frames: usize,
    /// The number of the first one.
    pub first_frame: u32,
}

impl Layout {
    /// Bytes of one number.
    pub fn element_bytes(&self) -> usize {
        if self.floats { 4 } else { 2 }
    }

    /// Bytes of one frame with its analog samples.
    pub fn frame_bytes(&self) -> usize {
        (self.points * 4 + self.analog_per_frame) * self.element_bytes()
    }

    /// Takes off the zeros that fill the last block, where nothing but the file's length counted the frames.
    fn without_padding(mut self, bytes: &Bytes<'_>, declared: &FrameCounts) -> Self {
        let size = self.frame_bytes();
        let is_padding = |frames: usize| {
            let start = self.start + (frames - 1) * size;
            let frame = bytes.data.get(start..start + size);
            frame.is_some_and(|f| f.iter().all(|b| *b == 0))
        };
        let most = self.frames.saturating_sub(BLOCK as usize / size.max(1));
        let mut frames = self.frames;
        let by_length = !declared.said.contains(&(frames as u64));
        while by_length && frames > most && frames > 1 && is_padding(frames) {
            frames -= 1;
        }
        self.frames = frames;
        self
    }

    /// Reads what header and parameters say.
    pub fn read(bytes: &Bytes<'_>, parameters: &Parameters<'_>) -> Result<Self, C3dError> {
        let start = data_start(bytes, parameters)?;
        let declared = FrameCounts::read(bytes, parameters)?;
        let choices = choices(bytes, parameters, start)?;
        let available = bytes.data.len().saturating_sub(start) as u64;
        let ends_right = |layout: &Self, frames: u64| {
            let needed = frames.saturating_mul(layout.frame_bytes() as u64);
            needed <= available && available - needed < BLOCK
        };
        let several = choices.len() > 1;
        let complete = |layout: &Self| {
            let right = |frames: &u64| !several || ends_right(layout, *frames);
            let fits = available / layout.frame_bytes().max(1) as u64;
            let counts = declared.counts(fits);
            let frames = counts.into_iter().find(|n| *n <= fits && right(n))?;
            Some((*layout, frames))
        };
        let mut found = choices.iter().filter_map(complete);
        let (first, second) = (found.next(), found.next());
        match (first, second, choices.first(), declared.counts(0).first()) {
            (Some((_, frames)), None, ..) if frames > FRAMES_MAX => {
                Err(too_large("frames", frames, FRAMES_MAX))
            }
            (Some((layout, frames)), None, ..) => {
                let layout = Self {
                    frames: frames as usize,
                    first_frame: declared.first,
                    ..layout
                };
                Ok(layout.without_padding(bytes, &declared))
            }
            (None, _, Some(layout), Some(frames)) if !several => {
                let end = frames.saturating_mul(layout.frame_bytes() as u64);
                Err(bytes.truncated(start, "points", end.saturating_add(start as u64)))
            }
            (_, _, Some(layout), Some(_)) => {
                Err(inconsistent(2, "number of points", layout.points))
            }
            _ => Err(inconsistent(6, "frame range", &declared.range)),
        }
    }
}

fn data_start(bytes: &Bytes<'_>, parameters: &Parameters<'_>) -> Result<usize, C3dError> {
    let header = bytes.u16(16, "header")?;
    let parameter = parameters
        .number("POINT", "DATA_START")
        .map_or(0, |b| b as i32 as u16);
    let inside =
        |block: &u16| *block >= 2 && (u64::from(*block) - 1) * BLOCK < bytes.data.len() as u64;
    let block = [header, parameter].into_iter().find(inside);
    match block.or((header >= 2).then_some(header)) {
        Some(block) => Ok((usize::from(block) - 1) * BLOCK as usize),
        None => Err(inconsistent(16, "data start block", header)),
    }
}

/// What the points may be by the header and by the parameters, the parameters first; one entry when both agree.
fn choices(
    bytes: &Bytes<'_>,
    parameters: &Parameters<'_>,
    start: usize,
) -> Result<Vec<Layout>, C3dError> {
    let of_header = usize::from(bytes.u16(2, "header")?);
    // 16-bit counts above 32767 read as negative.
    let used = parameters.number("POINT", "USED");
    let used = used.map(|n| usize::from(n as i32 as u16));
    let points = distinct([used, Some(of_header)].into_iter().flatten(), |n| *n > 0);
    if points.is_empty() {
        return Err(C3dError::new(2, C3dProblem::NoPoints));
    }
    let in_header = f64::from(bytes.f32(12, "header")?);
    let scales = [parameters.number("POINT", "SCALE"), Some(in_header)];
    let usable = |s: &f64| s.is_finite() && *s != 0.0;
    let mut scales: Vec<f64> = scales.into_iter().flatten().filter(usable).collect();
    // Only the sign decides how the points are encoded.
    scales.dedup_by(|b, a| a.is_sign_negative() == b.is_sign_negative());
    if scales.is_empty() {
        return Err(inconsistent(12, "scale", in_header));
    }
    let analog = [
        Some(usize::from(bytes.u16(4, "header")?)),
        analog_by_parameters(parameters),
    ];
    let analog = distinct(analog.into_iter().flatten(), |_| true);
    let mut choices = Vec::new();
    for &scale in &scales {
        for &points in &points {
            for &analog_per_frame in &analog {
                choices.push(Layout {
                    points,
                    analog_per_frame,
                    start,
                    scale,
                    floats: scale < 0.0,
                    frames: 0,
                    first_frame: 0,
                });
            }
        }
    }
    Ok(choices)
}

/// Channels times samples a frame, when the parameters say both.
fn analog_by_parameters(parameters: &Parameters<'_>) -> Option<usize> {
    let channels = parameters.number("ANALOG", "USED")?;
    if channels == 0.0 {
        return Some(0);
    }
    let (analog_hz, point_hz) = (
        parameters.number("ANALOG", "RATE")?,
        parameters.number("POINT", "RATE")?,
    );
    let samples = (analog_hz / point_hz).round();
    let all = channels * samples;
    (samples >= 1.0 && (0.0..65_536.0).contains(&all)).then_some(all as usize)
}

fn distinct(values: impl Iterator<Item = usize>, usable: fn(&usize) -> bool) -> Vec<usize> {
    let mut kept = Vec::new();
    for value in values.filter(usable) {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    kept
}

/// What a file says about its number of frames. A header counts to 65535 only, so longer takes say it in one of three
/// parameters.
struct FrameCounts {
    first: u32,
    said: Vec<u64>,
    saturated: bool,
    range: String,
}

impl FrameCounts {
    fn read(bytes: &Bytes<'_>, parameters: &Parameters<'_>) -> Result<Self, C3dError> {
        let (first, last) = (bytes.u16(6, "header")?, bytes.u16(8, "header")?);
        // Two words, low before high; some programs write one number instead.
        let actual = |name: &str| {
            let words = parameters.numbers("TRIAL", name)?;
            let unsigned = |n: f64| u64::from(n as i32 as u16);
            match words.as_slice() {
                [whole] => (*whole >= 0.0).then_some(*whole as u64),
                [low, high, ..] => Some(unsigned(*low) | unsigned(*high) << 16),
                [] => None,
            }
        };
        let (start, end) = (actual("ACTUAL_START_FIELD"), actual("ACTUAL_END_FIELD"));
        let counted = |name| {
            let n = parameters.number("POINT", name)?;
            // An integer above 32767 reads as negative; a float is as it is.
            let n = if n < 0.0 { n + 65536.0 } else { n };
            (n.fract() == 0.0).then_some(n as u64)
        };
        let header = (last >= first).then(|| u64::from(last) - u64::from(first) + 1);
        let said = [
            start
                .zip(end)
                .and_then(|(s, e)| (e.checked_sub(s)?).checked_add(1)),
            counted("LONG_FRAMES"),
            counted("FRAMES"),
            header,
        ];
        let said: Vec<u64> = said.into_iter().flatten().filter(|n| *n > 0).collect();
        let saturated = u64::from(last) == HEADER_FRAMES_MAX;
        let first_number = start.and_then(|s| u32::try_from(s).ok());
        Ok(Self {
            first: first_number.unwrap_or(u32::from(first)),
            saturated: saturated && said.iter().all(|n| *n <= HEADER_FRAMES_MAX),
            said,
            range: format!("{first}..{last}"),
        })
    }

    /// The counts to be tried in this order. Where all stop at what the header can count to, the take may be longer:
    /// then the file's own length, `fits` frames, is the count.
    fn counts(&self, fits: u64) -> Vec<u64> {
        let longer = self.saturated && fits > HEADER_FRAMES_MAX;
        let own = longer.then_some(fits);
        own.into_iter().chain(self.said.iter().copied()).collect()
    }
}
