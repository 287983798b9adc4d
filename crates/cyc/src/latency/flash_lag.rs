//! How many frames one part of a film flashes after another: the display's delay, seen by a camera.
//!
//! A flash begins within a camera's frame, which then sees a part of it; the light of the frames around the beginning, taken
//! together, says where. Both parts are filmed by the same camera, so that its exposure falls out of the difference.
//!
//! What must stay true: what is no flash, by the film's own noise, is none.

/// The delay between two parts of a film.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlashLag {
    /// Median delay, frames of the film.
    pub frames: f64,
    /// The farthest that a single flash was from it.
    pub spread: f64,
    /// Flashes that were seen in both.
    pub flashes: usize,
    /// Median delay in seconds, where it is known when each frame was taken.
    pub seconds: Option<f64>,
}

/// Why there is no delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoLag {
    /// The first part does not flash.
    ReferenceDark,
    /// The second part does not flash.
    WallDark,
    /// No flash of the second part follows one of the first.
    NoPairs,
}

/// Longest delay that is looked for, frames: a second of the fastest usual camera.
const LAG_MAX: f64 = 60.0;
/// A flash is so many times brighter than the noise around it.
const ABOVE_NOISE: f64 = 8.0;
/// And brighter than this, of 255.
const CONTRAST_MIN: f64 = 3.0;
/// Frames after a beginning in which no other one is taken.
const APART: usize = 4;
/// Share of the frames that are surely bright when anything flashes.
const BRIGHT_SHARE: f64 = 0.01;

/// The delay of `wall` after `reference`, each the mean brightness of a part of every frame (0 to 255). `taken_s` says when
/// each frame was taken, seconds; empty when that is not known.
pub fn flash_lag(reference: &[f64], wall: &[f64], taken_s: &[f64]) -> Result<FlashLag, NoLag> {
    let begun = beginnings(reference).ok_or(NoLag::ReferenceDark)?;
    let seen = beginnings(wall).ok_or(NoLag::WallDark)?;
    let (mut lags, mut seconds) = (Vec::new(), Vec::new());
    for (i, &from) in begun.iter().enumerate() {
        let next = begun.get(i + 1).copied().unwrap_or(f64::INFINITY);
        // Half a frame of grace, since both beginnings are estimates.
        let to = seen.iter().copied().find(|to| *to > from - 0.5);
        let to = to.filter(|to| *to < next - 0.5 && to - from < LAG_MAX);
        lags.extend(to.map(|to| to - from));
        let time = |place| time_at(taken_s, place);
        seconds.extend(to.and_then(|to| Some(time(to)? - time(from)?)));
    }
    lags.sort_by(f64::total_cmp);
    seconds.sort_by(f64::total_cmp);
    let frames = middle(&lags).ok_or(NoLag::NoPairs)?;
    let off = lags.iter().map(|lag| (lag - frames).abs());
    Ok(FlashLag {
        frames,
        spread: off.fold(0.0, f64::max),
        flashes: lags.len(),
        seconds: middle(&seconds).filter(|_| seconds.len() == lags.len()),
    })
}

/// When a place between two frames was: cameras do not take every frame in the same time.
fn time_at(taken_s: &[f64], place: f64) -> Option<f64> {
    let last = taken_s.len().checked_sub(2)?;
    let before = (place.max(0.0) as usize).min(last);
    let (from, to) = (taken_s.get(before)?, taken_s.get(before + 1)?);
    Some(from + (place - before as f64) * (to - from))
}

/// The middle of sorted values.
fn middle(sorted: &[f64]) -> Option<f64> {
    let half = sorted.len() / 2;
    let upper = *sorted.get(half)?;
    match sorted.len() % 2 {
        0 => Some(0.5 * (upper + sorted.get(half - 1)?)),
        _ => Some(upper),
    }
}

/// When flashes begin, frames; `None` when nothing flashes.
fn beginnings(series: &[f64]) -> Option<Vec<f64>> {
    let mut sorted = series.to_vec();
    sorted.sort_by(f64::total_cmp);
    let dark = middle(&sorted)?;
    let mut off: Vec<f64> = series.iter().map(|v| (v - dark).abs()).collect();
    off.sort_by(f64::total_cmp);
    // The median deviation of a normal distribution is 0.674 of its standard deviation.
    let noise = middle(&off)? / 0.674;
    let rank = (sorted.len() as f64 * BRIGHT_SHARE).ceil() as usize;
    let bright = *sorted.get(sorted.len().checked_sub(rank.max(1))?)?;
    let contrast = bright - dark;
    if contrast < CONTRAST_MIN || contrast < ABOVE_NOISE * noise {
        return None;
    }
    let floor = 3.0 * noise / contrast;
    let light = |k: usize| {
        let part = series.get(k).map_or(0.0, |v| (v - dark) / contrast);
        if part < floor { 0.0 } else { part.min(1.0) }
    };
    let mut found = Vec::new();
    let mut k = 1;
    while k < series.len() {
        if light(k) >= 0.5 && light(k - 1) < 0.5 {
            let before = light(k - 1) + k.checked_sub(2).map_or(0.0, light);
            found.push((k + 1) as f64 - light(k) - before);
            k += APART;
        } else {
            k += 1;
        }
    }
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A seeded chance.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self) -> f64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 11) as f64 / (1u64 << 53) as f64
        }
    }

    struct Film {
        /// Part of the frame's time that the shutter is open.
        exposure: f64,
        /// When the part's rows are read, of the frame's time.
        row: f64,
        noise: f64,
        dark: f64,
        bright: f64,
    }

    impl Film {
        /// Ten flashes of two and a half frames every 48.3, later by `lag`; each frame is the light while its shutter was open.
        fn of(&self, lag: f64, seed: u64) -> Vec<f64> {
            let mut dice = Dice(seed);
            let lit = |t: f64| {
                let within = (t - 20.37 - lag).rem_euclid(48.3);
                t > 20.0 + lag && within < 2.5
            };
            let frame = |k: usize| {
                let steps = 64;
                let open = (0..steps).filter(|s| {
                    let part = f64::from(*s) / f64::from(steps);
                    lit(k as f64 + self.row + part * self.exposure)
                });
                let share = open.count() as f64 / f64::from(steps);
                let noise = (0..12).map(|_| dice.roll()).sum::<f64>() - 6.0;
                self.dark + (self.bright - self.dark) * share + noise * self.noise
            };
            (0..500).map(frame).collect()
        }
    }

    #[test]
    fn one_to_fifteen_frames_are_found_within_half_a_frame() {
        for exposure in [0.25, 0.5, 1.0] {
            for (noise, bright) in [(0.3, 240.0), (3.0, 90.0), (1.5, 40.0)] {
                for readout in [0.0, 0.4] {
                    for tenths in (10..=150).step_by(7) {
                        let lag = f64::from(tenths as u32) / 10.0;
                        let film = |row, dark| Film {
                            exposure,
                            row,
                            noise,
                            dark,
                            bright,
                        };
                        let reference = film(0.0, 12.0).of(0.0, 7 + tenths);
                        let wall = film(readout, 5.0).of(lag, 91 + tenths);
                        let found = flash_lag(&reference, &wall, &[]).unwrap();
                        // A part that is read later sees a flash earlier.
                        let error = found.frames + readout - lag;
                        assert!(
                            error.abs() <= 0.5,
                            "{lag} with exposure {exposure}, noise {noise}, readout {readout}: {found:?}"
                        );
                        assert_eq!(found.flashes, 10);
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_no_flash_is_none() {
        let flashing = Film {
            exposure: 1.0,
            row: 0.0,
            noise: 1.0,
            dark: 10.0,
            bright: 200.0,
        };
        let noise = Film {
            bright: 10.0,
            ..flashing
        };
        let (flash, still) = (flashing.of(0.0, 3), noise.of(0.0, 4));
        assert_eq!(flash_lag(&still, &flash, &[]), Err(NoLag::ReferenceDark));
        assert_eq!(flash_lag(&flash, &still, &[]), Err(NoLag::WallDark));
        assert_eq!(flash_lag(&[], &[], &[]), Err(NoLag::ReferenceDark));
        assert_eq!(flash_lag(&flash, &flash, &[]).unwrap().frames, 0.0);
        assert_eq!(
            flash_lag(&flash[..100], &flash[20..25], &[]),
            Err(NoLag::WallDark)
        );
    }

    /// A phone that takes its frames unevenly: a delay of so many frames is not always as long.
    #[test]
    fn seconds_follow_the_time_of_each_frame() {
        let lit = |from: usize| {
            move |k: usize| {
                if k >= from && k < from + 2 {
                    200.0
                } else {
                    10.0
                }
            }
        };
        let reference: Vec<f64> = (0..60).map(lit(20)).collect();
        let wall: Vec<f64> = (0..60).map(lit(26)).collect();
        // 60 frames a second, of which every second one is missing from frame 22 on.
        let taken = |k: usize| (k + k.saturating_sub(22)) as f64 / 60.0;
        let taken: Vec<f64> = (0..60).map(taken).collect();
        let found = flash_lag(&reference, &wall, &taken).unwrap();
        assert_eq!(found.frames, 6.0);
        let ten_sixtieths = found.seconds.map(|s| (s * 60.0 * 1e6).round() / 1e6);
        assert_eq!(ten_sixtieths, Some(10.0));
        assert_eq!(flash_lag(&reference, &wall, &[]).unwrap().seconds, None);
    }
}
