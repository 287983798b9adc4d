//! Test patterns: what a wall shows in place of the scene while it is being built, wired and measured.

use cyc_model::{HostNs, Nanos};

/// What a wall shows in place of the scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestPattern {
    /// A line around each cabinet, a bold one around the wall, its diagonals and its middle: dead, turned and misplaced
    /// cabinets are seen.
    Grid,
    /// Each cabinet with the wall's number above its column and row, counted from 1: which cable goes where.
    Ids,
    /// Ramps of red, green, blue and grey, even to the eye, a smooth and a stepped one each: gradation and clipping.
    Ramps,
    /// White flashes on black, beside squares that count them in binary: how long the way to light is.
    Flash(FlashPace),
    /// Lines of azimuth and height every 5° as the outer eye sees them, bold every 15°: they run on straight over every
    /// seam between walls that stand where the stage file says.
    Alignment,
    /// A checkerboard with dots in its cells that makes every stretch of a wall unlike all others, for pictures that are to
    /// say where their camera stood (see [`crate::MarkerGrid`]).
    Markers,
}

/// When a flashing wall is white.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlashPace {
    /// From one flash to the next.
    pub period: Nanos,
    /// How long it is white.
    pub on: Nanos,
}

impl Default for FlashPace {
    /// Every two seconds, for two pictures of 24 a second.
    fn default() -> Self {
        Self {
            period: Nanos(2_000_000_000),
            on: Nanos(83_333_333),
        }
    }
}

impl FlashPace {
    /// The flash that a picture belongs to, counted from the clock's zero, and whether it is white. `before` is when the
    /// picture before it was due: a picture that is the first after a flash has begun is white however late it comes, so
    /// that a view of few pictures a second leaves no flash out.
    pub fn at(self, due: HostNs, before: Option<HostNs>) -> (i64, bool) {
        let period = self.period.0.max(1);
        let flash = due.0.div_euclid(period);
        let is_first = before.is_some_and(|before| before.0.div_euclid(period) < flash);
        (flash, is_first || due.0.rem_euclid(period) < self.on.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flash_is_white_for_its_time_and_in_the_first_picture_after_it_began() {
        let pace = FlashPace {
            period: Nanos(1000),
            on: Nanos(100),
        };
        assert_eq!(pace.at(HostNs(3000), None), (3, true));
        assert_eq!(pace.at(HostNs(3099), Some(HostNs(3000))), (3, true));
        assert_eq!(pace.at(HostNs(3100), Some(HostNs(3099))), (3, false));
        assert_eq!(pace.at(HostNs(4600), Some(HostNs(3900))), (4, true));
        assert_eq!(pace.at(HostNs(4700), Some(HostNs(4600))), (4, false));
        assert_eq!(pace.at(HostNs(-1), None), (-1, false));
    }
}
