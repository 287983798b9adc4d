//! A stream's bytes, read from front to back.

use crate::rule::BrokenRule;

/// What is wrong with a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// It ends too early.
    Short,
    /// It begins as no stream of this kind, or of no version that is known.
    Header,
    /// It goes on where its tail should begin.
    Long,
    /// A channel of a kind that there is not.
    Channel,
    /// A number of more than 32 bits.
    Number,
}

impl Problem {
    /// The rule that a file with such a stream breaks.
    pub fn rule(self) -> BrokenRule {
        match self {
            Self::Short => BrokenRule::StreamShort,
            Self::Header => BrokenRule::StreamHeader,
            Self::Long => BrokenRule::StreamLong,
            Self::Channel => BrokenRule::StreamChannel,
            Self::Number => BrokenRule::StreamNumber,
        }
    }
}

/// What is still to be read.
pub(super) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub fn new(all: &'a [u8]) -> Self {
        Self(all)
    }

    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Problem> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Problem::Short)?;
        self.0 = rest;
        Ok(taken)
    }

    pub fn byte(&mut self) -> Result<u8, Problem> {
        let (first, rest) = self.0.split_first().ok_or(Problem::Short)?;
        self.0 = rest;
        Ok(*first)
    }

    /// A number in seven bits a byte, the lowest first (LEB128).
    pub fn number(&mut self) -> Result<u32, Problem> {
        let mut number = 0u32;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f).unbounded_shl(shift);
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Problem::Number)
    }

    /// That nothing is left.
    pub fn end(&self) -> Result<(), Problem> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(Problem::Long),
        }
    }
}

/// A signed number from one whose lowest bit is its sign.
pub(super) fn unzigzag(number: u32) -> u32 {
    (number >> 1) ^ (number & 1).wrapping_neg()
}
