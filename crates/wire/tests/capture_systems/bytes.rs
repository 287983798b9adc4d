//! Bytes written down by hand, as a protocol's description has them: a list of fields, one after the other.

/// Bytes to be.
#[derive(Clone, Default)]
pub struct Bytes(pub Vec<u8>);

pub fn le() -> Bytes {
    Bytes::default()
}

impl Bytes {
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }
    /// Hexadecimal digits; spaces are for the eye.
    pub fn hex(self, text: &str) -> Self {
        let digits: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        let pair = |p: &[u8]| u8::from_str_radix(std::str::from_utf8(p).unwrap(), 16).unwrap();
        let bytes: Vec<u8> = digits.chunks(2).map(pair).collect();
        self.raw(&bytes)
    }
    pub fn u8(self, v: u8) -> Self {
        self.raw(&[v])
    }
    pub fn u16(self, v: u16) -> Self {
        self.raw(&v.to_le_bytes())
    }
    pub fn i32(self, v: i32) -> Self {
        self.raw(&v.to_le_bytes())
    }
    pub fn u32(self, v: u32) -> Self {
        self.raw(&v.to_le_bytes())
    }
    pub fn u64(self, v: u64) -> Self {
        self.raw(&v.to_le_bytes())
    }
    pub fn f32(mut self, v: &[f32]) -> Self {
        for x in v {
            self = self.raw(&x.to_le_bytes());
        }
        self
    }
    pub fn f64(mut self, v: &[f64]) -> Self {
        for x in v {
            self = self.raw(&x.to_le_bytes());
        }
        self
    }
    /// Text and a NUL.
    pub fn text(self, text: &str) -> Self {
        self.raw(text.as_bytes()).u8(0)
    }
    /// Another list of fields after its length.
    pub fn sized(self, inner: Bytes) -> Self {
        self.u32(inner.0.len() as u32).raw(&inner.0)
    }
    pub fn then(self, inner: &Bytes) -> Self {
        self.raw(&inner.0)
    }
}
