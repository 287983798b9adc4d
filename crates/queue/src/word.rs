//! What one atomic word of a queue says: which slot, from which publication, and a small mark.
//!
//! `position:40 | slot:16 | mark:8`. Everything that must change together is in one word, which is why a writer or a
//! reader needs one atomic step. Positions are compared by signed distance, so that they may wrap: only a reader that
//! slept through 2³⁹ publications (17 years at 1 kHz) could be fooled.

use crate::limits::READERS_MAX;

const MARK_BITS: u32 = 8;
const SLOT_BITS: u32 = 16;
const POSITION_SHIFT: u32 = MARK_BITS + SLOT_BITS;
const POSITION_BITS: u32 = 64 - POSITION_SHIFT;
const NO_SLOT: u64 = (1 << SLOT_BITS) - 1;

// Readers register by adding one to the mark, at most twice for one publication (see `broadcast`).
const _: () = assert!(2 * READERS_MAX < (1 << MARK_BITS));

/// The word of a cell, taken apart on demand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word(pub(crate) u64);

impl Word {
    /// Nothing was ever put here.
    pub(crate) const EMPTY: Self = Self(NO_SLOT << MARK_BITS);

    #[inline(always)]
    pub(crate) fn new(position: u64, slot: usize, mark: u8) -> Self {
        debug_assert!((slot as u64) < NO_SLOT);
        Self((position << POSITION_SHIFT) | ((slot as u64) << MARK_BITS) | u64::from(mark))
    }

    #[inline(always)]
    pub(crate) fn slot(self) -> usize {
        ((self.0 >> MARK_BITS) & NO_SLOT) as usize
    }

    #[inline(always)]
    pub(crate) fn mark(self) -> u8 {
        (self.0 & ((1 << MARK_BITS) - 1)) as u8
    }

    #[inline(always)]
    pub(crate) fn is_empty(self) -> bool {
        self.slot() as u64 == NO_SLOT
    }

    /// How far this word's position is past `position`; negative when it is before.
    #[inline(always)]
    pub(crate) fn ahead_of(self, position: u64) -> i64 {
        let difference = (self.0 >> POSITION_SHIFT).wrapping_sub(position);
        // Shifted up and down again, so that bit 39 of the difference becomes its sign.
        ((difference << POSITION_SHIFT) as i64) >> (64 - POSITION_BITS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_was_put_in() {
        let word = Word::new(77, 31_000, 3);
        assert_eq!(
            (word.slot(), word.mark(), word.is_empty()),
            (31_000, 3, false)
        );
        assert_eq!(
            (word.ahead_of(77), word.ahead_of(70), word.ahead_of(80)),
            (0, 7, -3)
        );
        assert!(Word::EMPTY.is_empty());
    }

    #[test]
    fn distances_survive_the_wrap_of_the_position() {
        let turn = 1u64 << POSITION_BITS;
        for base in [turn - 2, 5 * turn - 1, u64::MAX] {
            let word = Word::new(base.wrapping_add(3), 0, 0);
            assert_eq!(word.ahead_of(base), 3, "{base}");
            assert_eq!(word.ahead_of(base.wrapping_add(5)), -2, "{base}");
        }
    }
}
