//! What a broken or hostile sender puts into a datagram.

use rand::{Rng, RngExt};

/// What may stand in place of a number.
const EVIL: [f64; 10] = [
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    1e30,
    -1e38,
    1e-310,
    -0.0,
    0.0,
    1e9,
    12_345.0,
];
/// Bytes of a datagram of rubbish.
const RUBBISH_BYTES: usize = 200;
/// Numbers replaced in a datagram at once, at most.
const REPLACED_MAX: usize = 6;

/// Replaces some numbers, four or eight bytes wide, by what is none or far off.
pub(super) fn replace_values(datagram: &mut [u8], dice: &mut impl Rng) {
    for _ in 0..1 + below(REPLACED_MAX, dice) {
        let evil = EVIL[below(EVIL.len(), dice)];
        let is_wide = dice.random::<f64>() < 0.5;
        let bytes = if is_wide {
            evil.to_le_bytes().to_vec()
        } else {
            (evil as f32).to_le_bytes().to_vec()
        };
        let at = below(datagram.len() / 4 + 1, dice) * 4;
        if let Some(place) = datagram.get_mut(at..at + bytes.len()) {
            place.copy_from_slice(&bytes);
        }
    }
}

/// Flips bits, cuts the datagram, or makes rubbish of it.
pub(super) fn damage(datagram: &mut Vec<u8>, dice: &mut impl Rng) {
    match below(3, dice) {
        0 => {
            for _ in 0..1 + below(8, dice) {
                let (at, bit) = (below(datagram.len().max(1), dice), below(8, dice));
                if let Some(byte) = datagram.get_mut(at) {
                    *byte ^= 1 << bit;
                }
            }
        }
        1 => {
            let keep = below(datagram.len().max(1), dice);
            datagram.truncate(keep);
        }
        _ => *datagram = rubbish(dice),
    }
}

/// A datagram of random bytes.
pub(super) fn rubbish(dice: &mut impl Rng) -> Vec<u8> {
    let mut bytes = vec![0u8; RUBBISH_BYTES];
    dice.fill_bytes(&mut bytes);
    bytes
}

fn below(count: usize, dice: &mut impl Rng) -> usize {
    ((dice.random::<f64>() * count as f64) as usize).min(count.saturating_sub(1))
}
