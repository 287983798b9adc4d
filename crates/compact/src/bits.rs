//! Plain bits beside the entropy coded symbols: what has no probability worth telling.
//!
//! The lowest bit of a byte comes first. Reading beyond the end gives zeros and is noticed once, at the end of a chunk.

/// Writes bits.
#[derive(Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl BitWriter {
    /// Appends the lowest `n` ≤ 32 bits.
    pub(crate) fn put(&mut self, v: u64, n: u32) {
        self.held |= (v & ((1 << n) - 1)) << self.count;
        self.count += n;
        while self.count >= 8 {
            self.bytes.push(self.held as u8);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    /// The bytes, the last filled with zeros.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.bytes.push(self.held as u8);
        }
        self.bytes
    }
}

/// Reads bits.
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    /// From the first bit of a slice.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next `n` ≤ 32 bits.
    #[inline]
    pub(crate) fn take(&mut self, n: u32) -> u64 {
        let byte = self.at >> 3;
        let word = match self.bytes.get(byte..byte + 8) {
            Some(eight) => u64::from_le_bytes(eight.try_into().unwrap_or_default()),
            None => self.last_word(byte),
        };
        let v = word >> (self.at & 7) & ((1 << n) - 1);
        self.at += n as usize;
        v
    }

    fn last_word(&self, byte: usize) -> u64 {
        let left = self.bytes.get(byte..).unwrap_or(&[]);
        let bytes = left.iter().take(8).enumerate();
        bytes.map(|(i, b)| u64::from(*b) << (8 * i)).sum()
    }

    /// Whether the bits that were taken are all there were, but for those that fill the last byte.
    pub(crate) fn is_at_end(&self) -> bool {
        self.at.div_ceil(8) == self.bytes.len()
    }
}
