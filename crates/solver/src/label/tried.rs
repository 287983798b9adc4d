//! What was tried of a body that is being found, so that nothing is tried twice.
//!
//! A finding is improved in rounds: limbs are searched on what the rest says, parts of it put in other orders. A round changes little,
//! and what a search or a fit from nothing makes of the same places it would make of them again: that was no better then, and what
//! there is has only become better since.

/// The limbs of a rig with fingers with what was fitted of each, and the orders of its parts, in all rounds.
const TRIED_MAX: usize = 4096;

/// What was tried.
#[derive(Clone, Copy, Debug)]
pub(super) enum Try {
    /// A body was fitted from nothing.
    Body,
    /// A limb was searched on the places of the rest.
    Limb(usize),
    /// A part, in these places, was put in another order.
    Turn(usize),
}

/// Remembers what was tried. What it has no room for is tried again.
#[derive(Clone, Debug)]
pub(super) struct Tried {
    hashes: Vec<u64>,
}

impl Tried {
    pub(super) fn new() -> Self {
        Self {
            hashes: Vec::with_capacity(TRIED_MAX),
        }
    }

    /// Another body is being found.
    pub(super) fn clear(&mut self) {
        self.hashes.clear();
    }

    /// Notes that something is tried with these places; whether it was before.
    pub(super) fn note(&mut self, what: Try, places: impl Iterator<Item = u16>) -> bool {
        let start = match what {
            Try::Body => 0,
            Try::Limb(limb) => 1 + 2 * limb as u64,
            Try::Turn(turn) => 2 + 2 * turn as u64,
        };
        let hash = places.fold(mix(start), |hash, place| mix(hash ^ u64::from(place)));
        let is_noted = self.hashes.contains(&hash);
        if !is_noted && self.hashes.len() < TRIED_MAX {
            self.hashes.push(hash);
        }
        is_noted
    }
}

/// Spreads every bit over all others (Steele, Lea and Flood, `SplitMix`, 2014); no two numbers come to the same.
fn mix(number: u64) -> u64 {
    let mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_is_noted_once() {
        let mut tried = Tried::new();
        let all = [Try::Body, Try::Limb(0), Try::Turn(0), Try::Limb(1)];
        for what in all {
            for places in [[1, 2, 3], [2, 1, 3], [3, 2, 1]] {
                assert!(!tried.note(what, places.into_iter()), "{what:?} {places:?}");
                assert!(tried.note(what, places.into_iter()), "{what:?} {places:?}");
            }
        }
        tried.clear();
        assert!(!tried.note(Try::Body, [1, 2, 3].into_iter()));
        // What there is no room for is tried again.
        for k in 0..u16::MAX {
            tried.note(Try::Body, [k].into_iter());
        }
        assert!(!tried.note(Try::Body, [u16::MAX].into_iter()));
        assert!(!tried.note(Try::Body, [u16::MAX].into_iter()));
    }
}
