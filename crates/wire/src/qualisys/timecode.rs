//! QTM's timecode words against SMPTE labels.
//!
//! The lower of two words holds, from its lowest bit, 5 bits of hours, 6 of minutes, 6 of seconds, 5 of frames and 9
//! of sub-frames. Neither the rate nor the number of sub-frames is on the wire: the rate is a setting, the sub-frames
//! follow from it and the rate of the cameras.

use cyc_model::{Timecode, TimecodeRate};

/// The kind of a timecode that is SMPTE.
pub(crate) const SMPTE: u32 = 0;

/// The fields are no label of their rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InvalidLabel;

/// The label of a word; `Ok(None)` without a rate to read it by.
pub(crate) fn from_wire(
    word: u32,
    rate: Option<TimecodeRate>,
    camera_rate_hz: f64,
) -> Result<Option<Timecode>, InvalidLabel> {
    let Some(rate) = rate else {
        return Ok(None);
    };
    let field = |from: u32, bits: u32| (word >> from & ((1 << bits) - 1)) as u16;
    let [h, m, s, f] = [field(0, 5), field(5, 6), field(11, 6), field(17, 5)].map(|v| v as u8);
    let label = Timecode::new(rate, h, m, s, f).map_err(|_| InvalidLabel)?;
    let (frames, seconds) = rate.fraction();
    let per_frame = (camera_rate_hz * f64::from(seconds) / f64::from(frames)).round();
    // Saturates; zero and NaN become one, which is what a camera rate that is not known yet comes to.
    let per_frame = (per_frame as u16).max(1);
    if per_frame == 1 {
        return Ok(Some(label));
    }
    let label = label.with_subframe(field(22, 9), per_frame);
    label.map(Some).ok_or(InvalidLabel)
}

/// The word of a label. Frames above 31, which the wire has no bits for, go as pairs with the odd one as sub-frames.
pub(crate) fn to_wire(label: Timecode) -> u32 {
    let (h, m, s, f) = label.label();
    let (subframe, per_frame) = label.subframe();
    let pairs = if label.rate().labels_per_second() > 30 {
        2
    } else {
        1
    };
    let odd = u32::from(f % pairs);
    let subframe = odd * u32::from(per_frame) + u32::from(subframe);
    u32::from(h)
        | u32::from(m) << 5
        | u32::from(s) << 11
        | u32::from(f / pairs) << 17
        | (subframe & 0x1ff) << 22
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_where_the_description_has_them() {
        // Hour 1, minute 2, second 3, frame 4, sub-frame 3: 1 + 2·2⁵ + 3·2¹¹ + 4·2¹⁷ + 3·2²².
        let word = 1 + 64 + 6144 + 524_288 + 12_582_912;
        let rate = Some(TimecodeRate::Fps25);
        let label = from_wire(word, rate, 100.0).unwrap().unwrap();
        assert_eq!(label.to_string(), "01:02:03:04.3");
        assert_eq!(to_wire(label), word);
        assert_eq!(from_wire(word, rate, 75.0), Err(InvalidLabel));
        assert_eq!(from_wire(word, None, 100.0), Ok(None));
        assert_eq!(from_wire(24, rate, 100.0), Err(InvalidLabel), "hour 24");
        let fast = Timecode::new(TimecodeRate::Fps60, 23, 59, 59, 59).unwrap();
        assert_eq!(to_wire(fast), 23 | 59 << 5 | 59 << 11 | 29 << 17 | 1 << 22);
    }
}
