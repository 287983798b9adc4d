//! What goes through the queues: a number, or a frame of 16 kB, inline or boxed.

/// Words of a frame.
const WORDS: usize = 2_048;

/// A value that carries a number. Making and filling it writes all of it, asking for the number reads all of it.
pub trait Payload: Clone + Send + Sync + 'static {
    /// As it stands in the table.
    const NAME: &'static str;
    fn make(number: u64) -> Self;
    fn fill(&mut self, number: u64);
    fn number(&self) -> u64;
}

impl Payload for u64 {
    const NAME: &'static str = "u64";

    #[inline(always)]
    fn make(number: u64) -> Self {
        number
    }

    #[inline(always)]
    fn fill(&mut self, number: u64) {
        *self = number;
    }

    #[inline(always)]
    fn number(&self) -> u64 {
        *self
    }
}

/// A frame in the value itself: moving the value moves 16 kB.
#[derive(Clone)]
pub struct Inline([u64; WORDS]);

/// A frame behind a pointer: making one allocates.
#[derive(Clone)]
pub struct Boxed(Box<[u64; WORDS]>);

fn fill(words: &mut [u64; WORDS], number: u64) {
    words.fill(number);
}

fn read(words: &[u64; WORDS]) -> u64 {
    // All words are equal, so this is the number, but only known after reading all.
    words.iter().fold(u64::MAX, |all, &word| all & word)
}

impl Payload for Inline {
    const NAME: &'static str = "16 kB frame, moved";

    #[inline(always)]
    fn make(number: u64) -> Self {
        Self([number; WORDS])
    }

    #[inline(always)]
    fn fill(&mut self, number: u64) {
        fill(&mut self.0, number);
    }

    #[inline(always)]
    fn number(&self) -> u64 {
        read(&self.0)
    }
}

impl Payload for Boxed {
    const NAME: &'static str = "16 kB frame, boxed";

    #[inline(always)]
    fn make(number: u64) -> Self {
        Self(Box::new([number; WORDS]))
    }

    #[inline(always)]
    fn fill(&mut self, number: u64) {
        fill(&mut self.0, number);
    }

    #[inline(always)]
    fn number(&self) -> u64 {
        read(&self.0)
    }
}
