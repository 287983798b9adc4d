//! Numbers as the three kinds of computers of 1987 wrote them.

use super::error::{C3dError, C3dProblem};

/// Which computer wrote the file. All numbers in it, header included, are in its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Processor {
    /// Little-endian, IEEE.
    Intel,
    /// Little-endian, VAX floats.
    Dec,
    /// Big-endian, IEEE.
    Sgi,
}

/// A C3D file's bytes, every read checked.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a> {
    /// The whole file.
    pub data: &'a [u8],
    /// How its numbers are written.
    pub processor: Processor,
}

impl Bytes<'_> {
    fn array<const N: usize>(&self, at: usize, what: &'static str) -> Result<[u8; N], C3dError> {
        let end = at.saturating_add(N);
        let found = self.data.get(at..end).and_then(|b| b.try_into().ok());
        found.ok_or_else(|| self.truncated(at, what, end as u64))
    }

    /// That the file ends before `end`.
    pub fn truncated(&self, at: usize, what: &'static str, end: u64) -> C3dError {
        let available = self.data.len() as u64;
        let problem = C3dProblem::Truncated {
            what,
            end,
            available,
        };
        C3dError::new(at, problem)
    }

    /// One byte.
    pub fn u8(&self, at: usize, what: &'static str) -> Result<u8, C3dError> {
        self.array::<1>(at, what).map(|[b]| b)
    }

    /// A 16-bit integer.
    pub fn i16(&self, at: usize, what: &'static str) -> Result<i16, C3dError> {
        self.array(at, what).map(|b| self.processor.i16(b))
    }

    /// A 16-bit integer that counts, and so has no sign.
    pub fn u16(&self, at: usize, what: &'static str) -> Result<u16, C3dError> {
        self.i16(at, what).map(|v| v as u16)
    }

    /// A float.
    pub fn f32(&self, at: usize, what: &'static str) -> Result<f32, C3dError> {
        self.array(at, what).map(|b| self.processor.f32(b))
    }
}

impl Processor {
    /// From the parameter section's fourth byte.
    pub fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            84 => Some(Self::Intel),
            85 => Some(Self::Dec),
            86 => Some(Self::Sgi),
            _ => None,
        }
    }

    /// A 16-bit integer in this form.
    pub fn i16(self, b: [u8; 2]) -> i16 {
        match self {
            Self::Intel | Self::Dec => i16::from_le_bytes(b),
            Self::Sgi => i16::from_be_bytes(b),
        }
    }

    /// A float in this form. A VAX F float has its 16-bit halves swapped and an exponent that is larger by two.
    pub fn f32(self, b: [u8; 4]) -> f32 {
        match self {
            Self::Intel => f32::from_le_bytes(b),
            Self::Sgi => f32::from_be_bytes(b),
            Self::Dec => {
                let [b0, b1, b2, b3] = b;
                let value = f32::from_le_bytes([b2, b3, b0, b1]);
                // An exponent of zero is zero, whatever the fraction says: VAX has no smaller numbers.
                if value.is_normal() {
                    value / 4.0
                } else if value.is_finite() {
                    0.0
                } else {
                    value
                }
            }
        }
    }
}
