//! Vicon's timecode standards against SMPTE labels.
//!
//! Vicon knows six standards, none above 30. Faster labels go out as half of them with the odd one as a sub-frame,
//! which is what ST 12-1 does with frame pairs.

use super::objects::TimecodeObject;
use cyc_model::{Timecode, TimecodeRate};

const NONE: u32 = u32::MAX;

/// The label of an object; `Ok(None)` when the server says that it has none, `Err` when it is no label.
pub(crate) fn from_wire(o: &TimecodeObject) -> Result<Option<Timecode>, InvalidLabel> {
    let rate = match o.standard {
        0 => TimecodeRate::Fps25,
        1 => TimecodeRate::Fps29_97,
        2 => TimecodeRate::Fps29_97Drop,
        3 => TimecodeRate::Fps24,
        4 => TimecodeRate::Fps23_976,
        5 => TimecodeRate::Fps30,
        NONE => return Ok(None),
        _ => return Err(InvalidLabel),
    };
    let [h, m, s, f] = o.label;
    let label = Timecode::new(rate, h, m, s, f).map_err(|_| InvalidLabel)?;
    // Zero sub-frames in a frame is how a server without sub-frames says one.
    let per_frame = o.subframes_per_frame.max(1);
    label
        .with_subframe(o.subframes, per_frame)
        .map(Some)
        .ok_or(InvalidLabel)
}

/// The fields are no label of their standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InvalidLabel;

/// The object of a label, or of having none.
pub(crate) fn to_wire(tc: Option<Timecode>) -> TimecodeObject {
    let Some(tc) = tc else {
        return TimecodeObject {
            label: [0; 4],
            subframes: 0,
            subframes_per_frame: 0,
            standard: NONE,
            user_bits: 0,
            field_flag: 0,
        };
    };
    let (standard, pairs) = match tc.rate() {
        TimecodeRate::Fps25 => (0, 1),
        TimecodeRate::Fps50 => (0, 2),
        TimecodeRate::Fps29_97 => (1, 1),
        TimecodeRate::Fps59_94 => (1, 2),
        TimecodeRate::Fps29_97Drop => (2, 1),
        TimecodeRate::Fps59_94Drop => (2, 2),
        TimecodeRate::Fps24 => (3, 1),
        TimecodeRate::Fps48 => (3, 2),
        TimecodeRate::Fps23_976 => (4, 1),
        TimecodeRate::Fps47_952 => (4, 2),
        TimecodeRate::Fps30 => (5, 1),
        TimecodeRate::Fps60 => (5, 2),
    };
    let (h, m, s, f) = tc.label();
    let (subframe, per_frame) = tc.subframe();
    let odd = u16::from(f) % pairs;
    TimecodeObject {
        label: [h, m, s, f / pairs as u8],
        subframes: odd.saturating_mul(per_frame).saturating_add(subframe),
        subframes_per_frame: per_frame.saturating_mul(pairs),
        standard,
        user_bits: 0,
        field_flag: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rate_goes_there_and_the_slow_ones_come_back() {
        for rate in TimecodeRate::ALL {
            let tc = Timecode::from_frame_of_day(rate, 123_457);
            let tc = tc.with_subframe(3, 4).unwrap();
            let back = from_wire(&to_wire(Some(tc))).unwrap().unwrap();
            if rate.labels_per_second() <= 30 {
                assert_eq!(back, tc);
            } else {
                assert_eq!(back.label().2, tc.label().2);
                assert_eq!(back.subframe().1, 8);
            }
        }
    }

    #[test]
    fn a_label_that_its_standard_skips_is_refused() {
        let tc = Timecode::new(TimecodeRate::Fps29_97Drop, 0, 1, 0, 2).unwrap();
        let mut o = to_wire(Some(tc));
        o.label[3] = 1;
        assert_eq!(from_wire(&o), Err(InvalidLabel));
        o.standard = 9;
        assert_eq!(from_wire(&o), Err(InvalidLabel));
        assert_eq!(from_wire(&to_wire(None)), Ok(None));
    }
}
