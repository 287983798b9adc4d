//! Plates: pictures that were filmed or painted before, shown on a wall, on a card that stands in the virtual world, or
//! all around it.
//!
//! A plate is scene light: the stage's exposure, the colour windows and the wall's tone map act on it as on everything else
//! that is drawn, so that a plate and a set match. Here is what a stage file says of it and which of its frames is due;
//! files are opened by others.

use crate::FrameRate;
use cyc_model::{Nanos, Stage, Timecode, Xf};

/// The frame of a card, origin in its middle: x to its right, y up, z towards those who see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlateCard {}

impl cyc_model::Space for PlateCard {
    const NAME: &'static str = "PlateCard";
}

/// Where a plate is.
#[derive(Clone, Debug, PartialEq)]
pub enum PlatePlace {
    /// Stretched over a part of a wall's own surface, above what the wall shows else; every eye sees it there.
    Wall {
        /// Index of the wall in the stage.
        wall: usize,
        /// Left, top, right and bottom edge as parts of the wall's width and height, from its upper left corner.
        part: [f64; 4],
    },
    /// On a flat card in the virtual world, in front of and behind other things there.
    Card {
        /// Where its middle is, and how it stands; without a turn it faces +Z.
        stage_from_card: Xf<Stage, PlateCard>,
        /// Width and height, metres; a missing one follows from the picture's own proportions.
        size_m: [Option<f64>; 2],
    },
    /// Around everything, infinitely far away, as an equirectangular picture whose middle column lies at a yaw.
    Dome {
        /// From -Z towards +X, radians.
        yaw_rad: f64,
    },
}

/// A plate of a stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Plate {
    /// Name for people; unique among the plates.
    pub name: String,
    /// A still, a film, or a sequence of stills with `####` for the number; in the stage file's folder or below it.
    pub file: String,
    /// Where it is.
    pub place: PlatePlace,
    /// The first frame shown, in the file's own count; its first one when it is not given.
    pub first: Option<u64>,
    /// The last frame shown; the file's last one when it is not given.
    pub last: Option<u64>,
    /// Whether it begins anew after the last frame; else that one stays.
    pub is_loop: bool,
    /// Frames a second; a film's own, and the stage's for a sequence, when it is not given.
    pub frame_rate: Option<FrameRate>,
    /// The label of the timecode at which the first frame is due: hours, minutes, seconds, frames. `None` runs free.
    pub start: Option<[u8; 4]>,
    /// What its light is multiplied by.
    pub gain: f64,
}

impl Plate {
    /// Whether the same frames of the same file are due at the same times as of another one.
    pub fn plays_as(&self, other: &Self) -> bool {
        let played = |p: &Self| (p.first, p.last, p.is_loop, p.frame_rate, p.start);
        self.file == other.file && played(self) == played(other)
    }

    /// How many frames have begun before the one that is due, at its own rate. Running free, that is by the time since
    /// the show began. Chasing timecode it is by the newest label: none before the start, and `None` without timecode.
    pub fn position(
        &self,
        since_begin: Nanos,
        timecode: Option<Timecode>,
        rate: FrameRate,
    ) -> Option<u64> {
        let Some([hours, minutes, seconds, frames]) = self.start else {
            // Times of frames are rounded down to a nanosecond: one that begins within it has begun.
            return Some(rate.frames_in(since_begin + Nanos(1)));
        };
        let now = timecode?;
        // A label that this rate does not have is as good as the one before it.
        let label = |frames| Timecode::new(now.rate(), hours, minutes, seconds, frames).ok();
        let most = u8::try_from(now.rate().labels_per_second() - 1).unwrap_or(u8::MAX);
        let start = label(frames.min(most)).or_else(|| label(4))?;
        let since = (now.frame_of_day() - start.frame_of_day()).max(0);
        let (above, below) = now.rate().fraction();
        let per_second = i128::from(above) * i128::from(rate.denominator);
        let passed = i128::from(since) * i128::from(below) * i128::from(rate.numerator);
        u64::try_from(passed / per_second.max(1)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::TimecodeRate;

    const FILM: FrameRate = FrameRate {
        numerator: 24,
        denominator: 1,
    };

    fn plate(start: Option<[u8; 4]>) -> Plate {
        Plate {
            name: "x".to_owned(),
            file: "x.png".to_owned(),
            place: PlatePlace::Dome { yaw_rad: 0.0 },
            first: None,
            last: None,
            is_loop: true,
            frame_rate: None,
            start,
            gain: 1.0,
        }
    }

    #[test]
    fn a_free_plate_counts_by_time() {
        let free = plate(None);
        let at = |ms| free.position(Nanos::from_millis(ms), None, FILM);
        assert_eq!([at(0), at(41), at(42)], [Some(0), Some(0), Some(1)]);
        assert_eq!(at(3_600_000), Some(86_400));
        // Every second frame of 24 is one of 12, over a day.
        let half = FrameRate {
            numerator: 12,
            denominator: 1,
        };
        for n in [2u64, 4, 6, 1_000_000, 2_073_600] {
            let at = free.position(FILM.time_of(n), None, half);
            assert_eq!(at, Some(n / 2), "{n}");
        }
    }

    #[test]
    fn a_chasing_plate_follows_the_label_at_its_own_rate() {
        let chasing = plate(Some([10, 0, 0, 0]));
        let at = |h, m, s, f| {
            let label = Timecode::new(TimecodeRate::Fps25, h, m, s, f).unwrap();
            chasing.position(Nanos::ZERO, Some(label), FILM)
        };
        assert_eq!(at(10, 0, 0, 0), Some(0));
        // 2 s and 1/25 s are 48.96 frames of 24.
        assert_eq!(at(10, 0, 2, 1), Some(48));
        assert_eq!(at(9, 59, 59, 24), Some(0), "it waits for its start");
        assert_eq!(chasing.position(Nanos::from_secs(5), None, FILM), None);
        // 29.97 drops the labels 00 and 01 of minute 1: the start is the first that there is.
        let dropped = plate(Some([0, 1, 0, 1]));
        let two = Timecode::new(TimecodeRate::Fps29_97Drop, 0, 1, 1, 0).unwrap();
        let rate = FrameRate {
            numerator: 30_000,
            denominator: 1001,
        };
        assert_eq!(dropped.position(Nanos::ZERO, Some(two), rate), Some(26));
    }
}
