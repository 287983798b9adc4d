//! Reading and writing little-endian bytes that came from outside.
//!
//! Every read checks the length first and says what was missing; every count is checked against the bytes that are
//! left before anything is done with it, so no length field from outside can make a loop or an allocation larger
//! than the packet that carries it. What must stay true: nothing here panics or allocates on the reading side.

/// The bytes ended before the value did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{needed} bytes are needed and {left} are left")]
pub struct UnexpectedEnd {
    /// Bytes that the value needs.
    pub needed: usize,
    /// Bytes that were left.
    pub left: usize,
}

/// A cursor over borrowed bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

macro_rules! read_number {
    ($($name:ident: $t:ty;)*) => {$(
        #[inline]
        pub(crate) fn $name(&mut self) -> Result<$t, UnexpectedEnd> {
            Ok(<$t>::from_le_bytes(self.array()?))
        }
    )*};
}

impl<'a> Reader<'a> {
    #[inline]
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// How many bytes are left.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    /// The next `n` bytes.
    #[inline]
    pub(crate) fn bytes(&mut self, n: usize) -> Result<&'a [u8], UnexpectedEnd> {
        let (head, tail) = self.rest.split_at_checked(n).ok_or(UnexpectedEnd {
            needed: n,
            left: self.rest.len(),
        })?;
        self.rest = tail;
        Ok(head)
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], UnexpectedEnd> {
        let (head, tail) = self.rest.split_first_chunk::<N>().ok_or(UnexpectedEnd {
            needed: N,
            left: self.rest.len(),
        })?;
        self.rest = tail;
        Ok(*head)
    }

    read_number! {
        u8: u8;
        i8: i8;
        u16: u16;
        u32: u32;
        i32: i32;
        u64: u64;
        i64: i64;
        f32: f32;
        f64: f64;
    }

    /// `N` numbers of 64 bits.
    #[inline]
    pub(crate) fn f64s<const N: usize>(&mut self) -> Result<[f64; N], UnexpectedEnd> {
        // One check for all of them: this is most of a frame's bytes.
        let (chunks, _) = self.bytes(N * 8)?.as_chunks::<8>();
        let mut values = [0.0; N];
        for (value, chunk) in values.iter_mut().zip(chunks) {
            *value = f64::from_le_bytes(*chunk);
        }
        Ok(values)
    }

    /// `N` numbers of 32 bits.
    #[inline]
    pub(crate) fn f32s<const N: usize>(&mut self) -> Result<[f32; N], UnexpectedEnd> {
        // One check for all of them: this is most of a frame's bytes.
        let (chunks, _) = self.bytes(N * 4)?.as_chunks::<4>();
        let mut values = [0.0; N];
        for (value, chunk) in values.iter_mut().zip(chunks) {
            *value = f32::from_le_bytes(*chunk);
        }
        Ok(values)
    }

    /// A `u32` count of items of at least `item_bytes` each; refused when they cannot be in the bytes left.
    pub(crate) fn count(&mut self, item_bytes: usize) -> Result<usize, UnexpectedEnd> {
        let n = self.u32()? as usize;
        let needed = n.saturating_mul(item_bytes);
        if needed > self.rest.len() {
            return Err(UnexpectedEnd {
                needed,
                left: self.rest.len(),
            });
        }
        Ok(n)
    }

    /// A `u32` length and that many bytes.
    pub(crate) fn counted_bytes(&mut self) -> Result<&'a [u8], UnexpectedEnd> {
        let n = self.count(1)?;
        self.bytes(n)
    }

    /// The bytes up to the next NUL, which is taken too.
    pub(crate) fn until_nul(&mut self) -> Result<&'a [u8], UnexpectedEnd> {
        let end = self.rest.iter().position(|b| *b == 0);
        let end = end.ok_or(UnexpectedEnd {
            needed: self.rest.len().saturating_add(1),
            left: self.rest.len(),
        })?;
        let text = self.bytes(end)?;
        self.bytes(1)?;
        Ok(text)
    }

    /// A counted string; bytes that are not UTF-8 become U+FFFD.
    pub(crate) fn string(&mut self) -> Result<String, UnexpectedEnd> {
        Ok(String::from_utf8_lossy(self.counted_bytes()?).into_owned())
    }
}

/// Appends numbers to bytes.
pub(crate) trait PutLe {
    fn put_u8(&mut self, v: u8);
    fn put_u16(&mut self, v: u16);
    fn put_u32(&mut self, v: u32);
    fn put_i32(&mut self, v: i32);
    fn put_u64(&mut self, v: u64);
    fn put_f32s(&mut self, v: &[f32]);
    fn put_f64s(&mut self, v: &[f64]);
    /// A count as the wire has it: `u32`. A list longer than that cannot exist within the packet limit.
    fn put_count(&mut self, n: usize);
    fn put_string(&mut self, s: &str);
    /// Text up to its first NUL, and a NUL.
    fn put_nul_ended(&mut self, s: &str);
}

impl PutLe for Vec<u8> {
    fn put_u8(&mut self, v: u8) {
        self.push(v);
    }
    fn put_u16(&mut self, v: u16) {
        self.extend_from_slice(&v.to_le_bytes());
    }
    fn put_u32(&mut self, v: u32) {
        self.extend_from_slice(&v.to_le_bytes());
    }
    fn put_i32(&mut self, v: i32) {
        self.extend_from_slice(&v.to_le_bytes());
    }
    fn put_u64(&mut self, v: u64) {
        self.extend_from_slice(&v.to_le_bytes());
    }
    fn put_f32s(&mut self, v: &[f32]) {
        for x in v {
            self.extend_from_slice(&x.to_le_bytes());
        }
    }
    fn put_f64s(&mut self, v: &[f64]) {
        for x in v {
            self.extend_from_slice(&x.to_le_bytes());
        }
    }
    fn put_count(&mut self, n: usize) {
        self.put_u32(u32::try_from(n).unwrap_or(u32::MAX));
    }
    fn put_string(&mut self, s: &str) {
        self.put_count(s.len());
        self.extend_from_slice(s.as_bytes());
    }
    fn put_nul_ended(&mut self, s: &str) {
        self.extend(s.bytes().take_while(|b| *b != 0));
        self.push(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_larger_than_the_bytes_left_is_refused_before_use() {
        let bytes = [0xff, 0xff, 0xff, 0xff, 1, 2, 3];
        let err = Reader::new(&bytes).count(100).unwrap_err();
        assert_eq!(err.left, 3);
        assert!(err.needed > 3);
    }

    #[test]
    fn what_is_written_is_read() {
        let mut out = Vec::new();
        out.put_string("Hips");
        out.put_f64s(&[1.5, -2.0]);
        out.put_u16(7);
        out.put_nul_ended("L\0Toe");
        let mut r = Reader::new(&out);
        assert_eq!(r.string().unwrap(), "Hips");
        assert_eq!(r.f64s::<2>().unwrap(), [1.5, -2.0]);
        assert_eq!(r.u16().unwrap(), 7);
        assert_eq!(r.until_nul().unwrap(), b"L");
        assert!(Reader::new(b"no end").until_nul().is_err());
        assert_eq!((r.left(), r.u8().is_err()), (0, true));
    }
}
