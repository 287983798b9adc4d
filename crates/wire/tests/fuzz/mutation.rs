//! Damage by a seed: what networks, other versions and attackers do to bytes.

/// Numbers that break comparisons and sizes.
const NUMBERS: [u64; 12] = [
    0,
    1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0x8000,
    0xffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    // A quiet NaN as f32 in either half.
    0x7fc0_0000_7fc0_0000,
];

/// Longest input, bytes: beyond the largest datagram.
const INPUT_MAX: usize = 70_000;

/// Makes damaged inputs from a corpus.
pub struct Mutator(u64);

impl Mutator {
    /// The same seed makes the same inputs.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn random(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        (self.random() % n.max(1) as u64) as usize
    }

    /// The next input.
    pub fn next(&mut self, seeds: &[Vec<u8>], input: &mut Vec<u8>) {
        let at = self.below(seeds.len());
        input.clone_from(&seeds[at]);
        for _ in 0..=self.below(4) {
            let other = self.below(seeds.len());
            self.damage(input, &seeds[other]);
        }
        input.truncate(INPUT_MAX);
    }

    fn damage(&mut self, input: &mut Vec<u8>, other: &[u8]) {
        if input.is_empty() {
            return input.push(self.random() as u8);
        }
        let at = self.below(input.len());
        match self.random() % 9 {
            0 => input[at] ^= 1 << self.below(8),
            1 => input[at] = self.random() as u8,
            2 | 3 => self.number(input, at),
            4 => input.truncate(at),
            5 => {
                let len = self.below(64).min(input.len() - at);
                input.drain(at..at + len);
            }
            6 => {
                let len = self.below(256).min(input.len() - at);
                let copy = input[at..at + len].to_vec();
                input.splice(at..at, copy);
            }
            7 => {
                let from = self.below(other.len());
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            _ => {
                let grown = input.len() + self.below(2048);
                input.resize(grown, self.random() as u8);
            }
        }
    }

    /// Writes a number that breaks things, in any width and order.
    fn number(&mut self, input: &mut [u8], at: usize) {
        let number = NUMBERS[self.below(NUMBERS.len())];
        let width = 1 << self.below(4);
        let bytes = if self.random().is_multiple_of(2) {
            number.to_le_bytes()
        } else {
            (number << (64 - 8 * width as u32)).to_be_bytes()
        };
        for (place, byte) in input[at..].iter_mut().zip(&bytes[..width]) {
            *place = *byte;
        }
    }
}
