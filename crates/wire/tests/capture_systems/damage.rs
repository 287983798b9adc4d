//! What a network and a stranger do to bytes: cut at every byte, changed at random, counts made huge.

/// Gives a decoder every cut and some thousand damaged forms of good bytes. It must not panic; that it neither loops
/// nor allocates without bound shows in that the test ends.
pub fn inflict(good: &[u8], rounds: usize, mut decode: impl FnMut(&[u8])) {
    for cut in 0..good.len() {
        decode(&good[..cut]);
    }
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..rounds {
        let mut bytes = good.to_vec();
        for _ in 0..=next() % 4 {
            let at = next() as usize % bytes.len();
            bytes[at] = match next() % 3 {
                0 => 0xff,
                1 => 0,
                _ => next() as u8,
            };
        }
        decode(&bytes);
    }
    // Every four bytes as the largest count, with and without a sign.
    for at in 0..good.len().saturating_sub(3) {
        for huge in [u32::MAX, i32::MAX as u32] {
            let mut bytes = good.to_vec();
            bytes[at..at + 4].copy_from_slice(&huge.to_le_bytes());
            decode(&bytes);
            bytes[at..at + 4].copy_from_slice(&huge.to_be_bytes());
            decode(&bytes);
        }
    }
}
