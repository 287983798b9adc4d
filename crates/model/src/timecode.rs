//! SMPTE timecode: a label for frames, at every rate of ST 12, with drop-frame.
//!
//! A [`Timecode`] that exists is a label that its rate really uses: drop-frame labels that are skipped cannot be
//! built. Counting is exact in integers; a rate is a fraction, never a float. Source: SMPTE ST 12-1 (labels,
//! drop-frame), ST 12-3 (rates above 30).

use std::fmt;
use thiserror::Error;

/// A timecode rate, with its way of counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimecodeRate {
    /// 24000/1001 frames a second.
    Fps23_976,
    /// 24 frames a second.
    Fps24,
    /// 25 frames a second.
    Fps25,
    /// 30000/1001, counting every label.
    Fps29_97,
    /// 30000/1001, skipping labels 00 and 01 of each minute not divisible by ten.
    Fps29_97Drop,
    /// 30 frames a second.
    Fps30,
    /// 48000/1001 frames a second.
    Fps47_952,
    /// 48 frames a second.
    Fps48,
    /// 50 frames a second.
    Fps50,
    /// 60000/1001, counting every label.
    Fps59_94,
    /// 60000/1001, skipping labels 00 to 03 of each minute not divisible by ten.
    Fps59_94Drop,
    /// 60 frames a second.
    Fps60,
}

impl TimecodeRate {
    /// Every rate.
    pub const ALL: [Self; 12] = [
        Self::Fps23_976,
        Self::Fps24,
        Self::Fps25,
        Self::Fps29_97,
        Self::Fps29_97Drop,
        Self::Fps30,
        Self::Fps47_952,
        Self::Fps48,
        Self::Fps50,
        Self::Fps59_94,
        Self::Fps59_94Drop,
        Self::Fps60,
    ];

    /// Labels in one second.
    pub fn labels_per_second(self) -> u32 {
        match self {
            Self::Fps23_976 | Self::Fps24 => 24,
            Self::Fps25 => 25,
            Self::Fps29_97 | Self::Fps29_97Drop | Self::Fps30 => 30,
            Self::Fps47_952 | Self::Fps48 => 48,
            Self::Fps50 => 50,
            Self::Fps59_94 | Self::Fps59_94Drop | Self::Fps60 => 60,
        }
    }

    /// Frames a second as numerator and denominator.
    pub fn fraction(self) -> (u32, u32) {
        let labels = self.labels_per_second();
        match self {
            Self::Fps23_976
            | Self::Fps29_97
            | Self::Fps29_97Drop
            | Self::Fps47_952
            | Self::Fps59_94
            | Self::Fps59_94Drop => (labels * 1000, 1001),
            _ => (labels, 1),
        }
    }

    /// Labels skipped at the start of each minute not divisible by ten; zero when not drop-frame.
    pub fn dropped_per_minute(self) -> u32 {
        match self {
            Self::Fps29_97Drop => 2,
            Self::Fps59_94Drop => 4,
            _ => 0,
        }
    }

    /// Frames in 24 hours of labels.
    pub fn frames_per_day(self) -> i64 {
        let labels = i64::from(self.labels_per_second()) * 86_400;
        labels - i64::from(self.dropped_per_minute()) * (24 * 60 - 24 * 6)
    }
}

/// Why a label is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TimecodeError {
    /// A field is beyond its range.
    #[error("timecode {hours:02}:{minutes:02}:{seconds:02}:{frames:02} has a field out of range")]
    OutOfRange {
        /// Hours given.
        hours: u8,
        /// Minutes given.
        minutes: u8,
        /// Seconds given.
        seconds: u8,
        /// Frames given.
        frames: u8,
    },
    /// Drop-frame counting skips this label.
    #[error("timecode {minutes:02};{frames:02} (minutes; frames) is a label that drop-frame skips")]
    DroppedLabel {
        /// Minutes given.
        minutes: u8,
        /// Frames given.
        frames: u8,
    },
}

/// One SMPTE label, with sub-frames for capture systems that run faster than the timecode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timecode {
    rate: TimecodeRate,
    frame_of_day: i64,
    subframe: u16,
    subframes_per_frame: u16,
}

impl Timecode {
    /// From a label. Sub-frame 0 of 1.
    pub fn new(
        rate: TimecodeRate,
        hours: u8,
        minutes: u8,
        seconds: u8,
        frames: u8,
    ) -> Result<Self, TimecodeError> {
        let per_second = rate.labels_per_second();
        if hours > 23 || minutes > 59 || seconds > 59 || u32::from(frames) >= per_second {
            return Err(TimecodeError::OutOfRange {
                hours,
                minutes,
                seconds,
                frames,
            });
        }
        let dropped = rate.dropped_per_minute();
        if seconds == 0 && !minutes.is_multiple_of(10) && u32::from(frames) < dropped {
            return Err(TimecodeError::DroppedLabel { minutes, frames });
        }
        let minute_of_day = i64::from(hours) * 60 + i64::from(minutes);
        let labels =
            (minute_of_day * 60 + i64::from(seconds)) * i64::from(per_second) + i64::from(frames);
        let skipped = i64::from(dropped) * (minute_of_day - minute_of_day / 10);
        Ok(Self {
            rate,
            frame_of_day: labels - skipped,
            subframe: 0,
            subframes_per_frame: 1,
        })
    }

    /// From a count of frames since midnight; wraps at 24 hours in both directions.
    pub fn from_frame_of_day(rate: TimecodeRate, frame: i64) -> Self {
        let frame_of_day = frame.rem_euclid(rate.frames_per_day());
        Self {
            rate,
            frame_of_day,
            subframe: 0,
            subframes_per_frame: 1,
        }
    }

    /// The same label with a sub-frame; `None` unless `subframe < per_frame`.
    pub fn with_subframe(self, subframe: u16, per_frame: u16) -> Option<Self> {
        (subframe < per_frame).then_some(Self {
            subframe,
            subframes_per_frame: per_frame,
            ..self
        })
    }

    /// The rate.
    pub fn rate(self) -> TimecodeRate {
        self.rate
    }

    /// Frames since midnight.
    pub fn frame_of_day(self) -> i64 {
        self.frame_of_day
    }

    /// Sub-frame and sub-frames in one frame.
    pub fn subframe(self) -> (u16, u16) {
        (self.subframe, self.subframes_per_frame)
    }

    /// The label as hours, minutes, seconds, frames.
    pub fn label(self) -> (u8, u8, u8, u8) {
        let per_second = i64::from(self.rate.labels_per_second());
        let dropped = i64::from(self.rate.dropped_per_minute());
        let per_minute = per_second * 60 - dropped;
        let per_ten_minutes = per_minute * 10 + dropped;
        let (tens, rest) = (
            self.frame_of_day / per_ten_minutes,
            self.frame_of_day % per_ten_minutes,
        );
        // The first minute of each ten has all its labels; the other nine are `dropped` shorter.
        let short_minutes = ((rest - dropped).max(0) / per_minute).min(9);
        let labels = self.frame_of_day + dropped * (9 * tens + short_minutes);
        let (seconds, frames) = (labels / per_second, labels % per_second);
        let field = |v: i64| u8::try_from(v).unwrap_or(u8::MAX);
        (
            field(seconds / 3600 % 24),
            field(seconds / 60 % 60),
            field(seconds % 60),
            field(frames),
        )
    }
}

impl fmt::Display for Timecode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (h, m, s, frames) = self.label();
        let separator = if self.rate.dropped_per_minute() > 0 {
            ';'
        } else {
            ':'
        };
        write!(f, "{h:02}:{m:02}:{s:02}{separator}{frames:02}")?;
        if self.subframes_per_frame > 1 {
            write!(f, ".{}", self.subframe)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Independent truth: walk a day label by label, as a person would count.
    fn next_label(rate: TimecodeRate, (h, m, s, f): (u8, u8, u8, u8)) -> (u8, u8, u8, u8) {
        let (mut h, mut m, mut s, mut f) = (h, m, s, f + 1);
        if u32::from(f) == rate.labels_per_second() {
            (f, s) = (0, s + 1);
        }
        if s == 60 {
            (s, m) = (0, m + 1);
        }
        if m == 60 {
            (m, h) = (0, (h + 1) % 24);
        }
        if s == 0 && f == 0 && m % 10 != 0 {
            f = rate.dropped_per_minute() as u8;
        }
        (h, m, s, f)
    }

    #[test]
    fn a_whole_day_is_counted_as_a_person_counts() {
        for rate in TimecodeRate::ALL {
            let mut label = (0, 0, 0, 0);
            for frame in 0..rate.frames_per_day() {
                let tc = Timecode::from_frame_of_day(rate, frame);
                assert_eq!(tc.label(), label, "{rate:?} frame {frame}");
                let (h, m, s, f) = label;
                assert_eq!(
                    Timecode::new(rate, h, m, s, f).unwrap().frame_of_day(),
                    frame
                );
                label = next_label(rate, label);
            }
            assert_eq!(label, (0, 0, 0, 0), "{rate:?} does not close its day");
        }
    }

    #[test]
    fn drop_frame_day_has_the_published_length() {
        assert_eq!(TimecodeRate::Fps29_97Drop.frames_per_day(), 2_589_408);
    }

    #[test]
    fn skipped_labels_cannot_be_built() {
        let rate = TimecodeRate::Fps29_97Drop;
        assert!(Timecode::new(rate, 0, 1, 0, 1).is_err());
        assert!(Timecode::new(rate, 0, 10, 0, 1).is_ok());
        assert!(Timecode::new(rate, 0, 1, 0, 2).is_ok());
        assert!(Timecode::new(TimecodeRate::Fps25, 0, 0, 0, 25).is_err());
    }

    #[test]
    fn reads_as_people_write_it() {
        let tc = Timecode::new(TimecodeRate::Fps29_97Drop, 0, 0, 59, 29).unwrap();
        let next = Timecode::from_frame_of_day(tc.rate(), tc.frame_of_day() + 1);
        assert_eq!(
            (tc.to_string(), next.to_string()),
            ("00:00:59;29".into(), "00:01:00;02".into())
        );
        let sub = Timecode::new(TimecodeRate::Fps25, 1, 2, 3, 4)
            .unwrap()
            .with_subframe(3, 4)
            .unwrap();
        assert_eq!(sub.to_string(), "01:02:03:04.3");
    }
}
