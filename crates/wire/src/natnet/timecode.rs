//! NatNet's timecode word against SMPTE labels.
//!
//! The wire carries hours, minutes, seconds and frames as the four bytes of a word, highest first, and a sub-frame.
//! It says neither the rate nor how many sub-frames a frame has: the rate is a setting, and the sub-frames follow
//! from it and the rate of the cameras. A word of zero is how Motive says that it has none.

use cyc_model::{Timecode, TimecodeRate};

/// The fields are no label of their rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InvalidLabel;

/// The label of a word. `Ok(None)` when there is none, or no rate to read it by.
pub(crate) fn from_wire(
    word: u32,
    subframe: u32,
    rate: Option<TimecodeRate>,
    camera_rate_hz: f64,
) -> Result<Option<Timecode>, InvalidLabel> {
    let Some(rate) = rate.filter(|_| word != 0 || subframe != 0) else {
        return Ok(None);
    };
    let [h, m, s, f] = word.to_be_bytes();
    let label = Timecode::new(rate, h, m, s, f).map_err(|_| InvalidLabel)?;
    let (frames, seconds) = rate.fraction();
    let per_frame = (camera_rate_hz * f64::from(seconds) / f64::from(frames)).round();
    // Saturates; zero and NaN become one, which is what a camera rate that is not known yet comes to.
    let per_frame = (per_frame as u16).max(1);
    if per_frame == 1 {
        return Ok(Some(label));
    }
    let subframe = u16::try_from(subframe).map_err(|_| InvalidLabel)?;
    let label = label.with_subframe(subframe, per_frame);
    label.map(Some).ok_or(InvalidLabel)
}

/// The word and sub-frame of a label, or of having none.
pub(crate) fn to_wire(label: Option<Timecode>) -> (u32, u32) {
    let Some(label) = label else {
        return (0, 0);
    };
    let (h, m, s, f) = label.label();
    (
        u32::from_be_bytes([h, m, s, f]),
        u32::from(label.subframe().0),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_a_setting_and_the_subframes_follow_from_the_cameras() {
        let rate = Some(TimecodeRate::Fps29_97Drop);
        let read = |word, sub, hz| from_wire(word, sub, rate, hz);
        let label = read(0x0102_0304, 3, 120.0).unwrap().unwrap();
        assert_eq!((label.label(), label.subframe()), ((1, 2, 3, 4), (3, 4)));
        assert_eq!(to_wire(Some(label)), (0x0102_0304, 3));
        let label = read(0x0102_0304, 3, 0.0).unwrap().unwrap();
        assert_eq!(label.subframe(), (0, 1));
        assert_eq!(read(0x0102_0304, 4, 120.0), Err(InvalidLabel));
        assert_eq!(read(0x0102_031e, 0, 120.0), Err(InvalidLabel), "frame 30");
        assert_eq!(read(0x0001_0000, 0, 120.0), Err(InvalidLabel), "dropped");
        assert_eq!(read(0, 0, 120.0), Ok(None));
        assert_eq!(from_wire(0x0102_0304, 0, None, 120.0), Ok(None));
        assert_eq!(to_wire(None), (0, 0));
    }
}
