//! How large the next deviation of a channel will be: the class of its probabilities, from those before it.
//!
//! A running mean of the deviations' sizes chooses one of 16 tables. Above 8 the lowest bits are as good as random and go
//! beside the symbols unchanged, so that two tables serve all larger sizes.

use crate::symbol_table::ESCAPE;

/// Classes: half an octave each, from 1/16 to 8, and two for all that is larger.
pub(crate) const CLASSES: usize = 16;

/// The mean has six bits behind the point.
const POINT: u32 = 6;

/// Deviations beyond this count as this, so that the mean cannot overflow.
const LARGEST: u64 = 1 << 20;

/// A middle size to begin with: 4.
const BEGIN: i32 = 4 << POINT;

/// Exponent and first digit of 4.0.
const FIRST_HALF: usize = (127 + 2) * 2;

/// The running mean of a channel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expectation(i32);

/// A deviation as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Coded {
    /// The class of its table.
    pub class: usize,
    /// The symbol.
    pub symbol: usize,
    /// How many bits stand beside it.
    pub low_bits: u32,
}

impl Expectation {
    /// Before the first deviation.
    pub(crate) const BEGIN: Self = Self(BEGIN);

    /// The class of the next deviation, and how many of its lowest bits stand beside the symbol.
    #[inline]
    pub(crate) fn class(self) -> (usize, u32) {
        // A 32-bit float's exponent and first digit are octave and half; the least mean counted is 4, a sixteenth.
        let halves = (self.0.max(4) as f32).to_bits() >> 22;
        let class = halves as usize - FIRST_HALF;
        if class < 14 {
            (class, 0)
        } else {
            (14 + class % 2, (class as u32 - 12) / 2)
        }
    }

    /// Takes in a deviation.
    #[inline]
    pub(crate) fn learn(&mut self, deviation: i64) {
        let size = deviation.unsigned_abs().min(LARGEST) as i32;
        self.0 += (((size << POINT) - self.0) * 5) >> 5;
    }

    /// How a deviation is written.
    pub(crate) fn code(self, deviation: i64) -> Coded {
        let (class, low_bits) = self.class();
        let high = deviation >> low_bits;
        let symbol = if (-31..=31).contains(&high) {
            (high + 32) as usize
        } else {
            ESCAPE
        };
        Coded {
            class,
            symbol,
            low_bits,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_history_has_a_class(history in prop::collection::vec(any::<i64>(), 0..200)) {
            let mut e = Expectation::BEGIN;
            for deviation in history {
                let (class, low) = e.class();
                prop_assert!(class < CLASSES && low <= 20);
                e.learn(deviation);
            }
        }
    }

    #[test]
    fn stillness_ends_in_the_lowest_class_and_noise_in_its_own() {
        let mut e = Expectation::BEGIN;
        (0..100).for_each(|_| e.learn(0));
        assert_eq!(e.class(), (0, 0));
        (0..100).for_each(|i| e.learn(if i % 2 == 0 { 7 } else { -7 }));
        // 7 is in the second half of 4 to 8, the seventh octave.
        assert_eq!(e.class(), (13, 0));
        (0..100).for_each(|_| e.learn(1000));
        assert_eq!(e.class().1, 7);
    }
}
