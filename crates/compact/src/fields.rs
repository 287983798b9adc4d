//! Whole numbers and texts of the header, written to a list and read from a slice.
//!
//! Numbers are LEB128, so that small ones are short; signed ones are folded first (0, -1, 1, -2 …). Reading never panics
//! and claims no memory that the bytes do not bring.

use crate::error::{CompactError, Part};

/// A signed number as an unsigned one, small ones small.
pub(crate) fn folded(v: i64) -> u64 {
    ((v << 1) ^ (v >> 63)) as u64
}

/// The way back.
pub(crate) fn unfolded(v: u64) -> i64 {
    (v >> 1) as i64 ^ -((v & 1) as i64)
}

/// Appends an unsigned number.
pub(crate) fn put(out: &mut Vec<u8>, mut v: u64) {
    while v >= 0x80 {
        out.push(v as u8 | 0x80);
        v >>= 7;
    }
    out.push(v as u8);
}

/// Appends a signed number.
pub(crate) fn put_signed(out: &mut Vec<u8>, v: i64) {
    put(out, folded(v));
}

/// Appends a number of metres or a part of a quaternion.
pub(crate) fn put_f64(out: &mut Vec<u8>, v: f64) {
    out.extend_from_slice(&v.to_le_bytes());
}

/// Appends bytes with their length.
pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Takes fields off the front of a header.
pub(crate) struct Fields<'a> {
    left: &'a [u8],
    start: usize,
    part: Part,
}

impl<'a> Fields<'a> {
    /// Of a part that begins at a byte of the file.
    pub(crate) fn new(bytes: &'a [u8], part: Part, start: usize) -> Self {
        Self {
            left: bytes,
            start,
            part,
        }
    }

    /// That what was read makes no sense.
    pub(crate) fn damaged(&self) -> CompactError {
        CompactError::Damaged {
            part: self.part,
            offset: self.start,
        }
    }

    /// How many bytes are left.
    pub(crate) fn left(&self) -> usize {
        self.left.len()
    }

    /// The next `n` bytes.
    pub(crate) fn take(&mut self, n: usize) -> Result<&'a [u8], CompactError> {
        let (taken, left) = self.left.split_at_checked(n).ok_or(self.damaged())?;
        self.left = left;
        Ok(taken)
    }

    /// An unsigned number.
    pub(crate) fn number(&mut self) -> Result<u64, CompactError> {
        let mut v = 0u64;
        for shift in (0..64).step_by(7) {
            let [byte] = *self.take(1)? else {
                return Err(self.damaged());
            };
            let part = u64::from(byte & 0x7f);
            if part << shift >> shift != part {
                return Err(self.damaged());
            }
            v |= part << shift;
            if byte < 0x80 {
                return Ok(v);
            }
        }
        Err(self.damaged())
    }

    /// A signed number.
    pub(crate) fn signed(&mut self) -> Result<i64, CompactError> {
        self.number().map(unfolded)
    }

    /// A count of at most `limit`.
    pub(crate) fn count(
        &mut self,
        what: &'static str,
        limit: usize,
    ) -> Result<usize, CompactError> {
        let size = self.number()?;
        if size > limit as u64 {
            let limit = limit as u64;
            return Err(CompactError::TooLarge { what, size, limit });
        }
        Ok(size as usize)
    }

    /// A finite number.
    pub(crate) fn f64(&mut self) -> Result<f64, CompactError> {
        let bytes = self.take(8)?.try_into();
        let v = bytes.map(f64::from_le_bytes).unwrap_or(f64::NAN);
        if v.is_finite() {
            Ok(v)
        } else {
            Err(self.damaged())
        }
    }

    /// Bytes with their length.
    pub(crate) fn bytes(
        &mut self,
        what: &'static str,
        limit: usize,
    ) -> Result<&'a [u8], CompactError> {
        let n = self.count(what, limit)?;
        self.take(n)
    }

    /// A text with its length.
    pub(crate) fn text(
        &mut self,
        what: &'static str,
        limit: usize,
    ) -> Result<String, CompactError> {
        let bytes = self.bytes(what, limit)?;
        let text = std::str::from_utf8(bytes).map_err(|_| self.damaged())?;
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_comes_back(v in any::<i64>(), small in -300i64..300) {
            let mut out = Vec::new();
            put_signed(&mut out, v);
            put_signed(&mut out, small);
            let mut fields = Fields::new(&out, Part::Header, 0);
            prop_assert_eq!(fields.signed().unwrap(), v);
            prop_assert_eq!(fields.signed().unwrap(), small);
            prop_assert_eq!(fields.left(), 0);
        }
    }

    #[test]
    fn a_number_that_is_too_long_is_refused() {
        for bytes in [
            &[0xff; 11][..],
            &[0x80],
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2],
        ] {
            let mut fields = Fields::new(bytes, Part::Header, 3);
            assert!(fields.number().is_err(), "{bytes:?}");
        }
    }
}
