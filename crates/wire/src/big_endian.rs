//! Reading and writing big-endian bytes that came from outside.
//!
//! As for little endian: every read checks the length first, and nothing here panics or allocates on the reading side.

use crate::little_endian::UnexpectedEnd;

/// A cursor over borrowed bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BigEndianReader<'a> {
    rest: &'a [u8],
}

macro_rules! read_number {
    ($($name:ident: $t:ty;)*) => {$(
        pub(crate) fn $name(&mut self) -> Result<$t, UnexpectedEnd> {
            Ok(<$t>::from_be_bytes(self.array()?))
        }
    )*};
}

impl<'a> BigEndianReader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The bytes that are left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next `n` bytes.
    pub(crate) fn bytes(&mut self, n: usize) -> Result<&'a [u8], UnexpectedEnd> {
        let (head, tail) = self.rest.split_at_checked(n).ok_or(UnexpectedEnd {
            needed: n,
            left: self.rest.len(),
        })?;
        self.rest = tail;
        Ok(head)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], UnexpectedEnd> {
        let (head, tail) = self.rest.split_first_chunk::<N>().ok_or(UnexpectedEnd {
            needed: N,
            left: self.rest.len(),
        })?;
        self.rest = tail;
        Ok(*head)
    }

    read_number! {
        u8: u8;
        u32: u32;
        u64: u64;
        i32: i32;
        i64: i64;
        f32: f32;
        f64: f64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_highest_byte_first_and_never_beyond_the_end() {
        let bytes = [0x06, 0, 0, 1, 2, 0x3f, 0x80, 0, 0];
        let mut r = BigEndianReader::new(&bytes);
        assert_eq!((r.u8(), r.u32(), r.f32()), (Ok(6), Ok(258), Ok(1.0)));
        let end = r.u64().unwrap_err();
        assert_eq!((end.needed, end.left, r.rest().len()), (8, 0, 0));
    }
}
