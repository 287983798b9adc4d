//! Little-endian fields, written to a list and read from a slice.
//!
//! Reading never panics and never allocates by a claimed length: a count is checked against its limit and a text
//! against what is there before anything is made of it.

use super::error::DamageKind;
use cyc_model::{Hop, HostNs, Nanos, Point, Quality, Space, Stamps, Timecode, TimecodeRate, Xf};
use glam::{DQuat, DVec3};

/// Appends fields to a list that is kept between frames, so that a warm writer does not allocate.
pub(super) struct Put<'a>(pub &'a mut Vec<u8>);

impl Put<'_> {
    /// Raw bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// One byte.
    pub fn u8(&mut self, v: u8) {
        self.0.push(v);
    }

    /// 16 bits.
    pub fn u16(&mut self, v: u16) {
        self.bytes(&v.to_le_bytes());
    }

    /// 32 bits.
    pub fn u32(&mut self, v: u32) {
        self.bytes(&v.to_le_bytes());
    }

    /// 64 bits.
    pub fn u64(&mut self, v: u64) {
        self.bytes(&v.to_le_bytes());
    }

    /// 64 bits, signed.
    pub fn i64(&mut self, v: i64) {
        self.bytes(&v.to_le_bytes());
    }

    /// A 32-bit float.
    pub fn f32(&mut self, v: f32) {
        self.bytes(&v.to_le_bytes());
    }

    /// A 64-bit float.
    pub fn f64(&mut self, v: f64) {
        self.bytes(&v.to_le_bytes());
    }

    /// Length in 16 bits, then UTF-8. Names are bounded by the model far below that.
    pub fn text(&mut self, text: &str) {
        let bytes = text.as_bytes().get(..text.len().min(usize::from(u16::MAX)));
        let bytes = bytes.unwrap_or(&[]);
        self.u16(bytes.len() as u16);
        self.bytes(bytes);
    }

    /// Length in 32 bits, then UTF-8, as MCAP has it.
    pub fn long_text(&mut self, text: &str) {
        self.u32(text.len() as u32);
        self.bytes(text.as_bytes());
    }

    /// Three coordinates in metres.
    pub fn point<S: Space>(&mut self, p: Point<S>) {
        p.metres().to_array().into_iter().for_each(|v| self.f64(v));
    }

    /// Quaternion x y z w, then translation in metres: 56 bytes.
    pub fn xf<A: Space, B: Space>(&mut self, xf: Xf<A, B>) {
        xf.rotation()
            .to_array()
            .into_iter()
            .for_each(|v| self.f64(v));
        self.point(xf.translation());
    }

    /// One bit an element, low bits first: set where there is a value.
    pub fn presence<T>(&mut self, list: &[Option<T>]) {
        for eight in list.chunks(8) {
            let bit = |(i, v): (usize, &Option<T>)| u8::from(v.is_some()) << i;
            self.u8(eight.iter().enumerate().map(bit).sum());
        }
    }

    /// All hops, `i64::MIN` where not passed.
    pub fn stamps(&mut self, stamps: &Stamps) {
        for hop in Hop::ALL {
            self.i64(stamps.at(hop).map_or(i64::MIN, |t| t.0));
        }
    }

    /// 0, or 1 and the label: rate code, frame of day, sub-frame, sub-frames a frame.
    pub fn timecode(&mut self, timecode: Option<Timecode>) {
        self.u8(u8::from(timecode.is_some()));
        let Some(timecode) = timecode else { return };
        let rate = TimecodeRate::ALL.iter().position(|r| *r == timecode.rate());
        let (subframe, per_frame) = timecode.subframe();
        self.u8(rate.unwrap_or(0) as u8);
        self.i64(timecode.frame_of_day());
        self.u16(subframe);
        self.u16(per_frame);
    }

    /// Code and age in nanoseconds.
    pub fn quality(&mut self, quality: Quality) {
        let (code, age) = match quality {
            Quality::Absent => (0, Nanos::ZERO),
            Quality::Live => (1, Nanos::ZERO),
            Quality::Interpolated => (2, Nanos::ZERO),
            Quality::Predicted { age } => (3, age),
            Quality::Held { age } => (4, age),
        };
        self.u8(code);
        self.i64(age.0);
    }
}

/// Takes fields off the front of a slice.
pub(super) struct Fields<'a>(pub &'a [u8]);

/// What a field, or what is wrong.
pub(super) type Field<T> = Result<T, DamageKind>;

impl<'a> Fields<'a> {
    /// The next `n` bytes.
    pub fn bytes(&mut self, n: usize) -> Field<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n).ok_or(DamageKind::Length)?;
        self.0 = rest;
        Ok(taken)
    }

    /// The next bytes as an array.
    pub fn array<const N: usize>(&mut self) -> Field<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(DamageKind::Length)?;
        self.0 = rest;
        Ok(*taken)
    }

    /// One byte.
    pub fn u8(&mut self) -> Field<u8> {
        self.array::<1>().map(|[b]| b)
    }

    /// 16 bits.
    pub fn u16(&mut self) -> Field<u16> {
        self.array().map(u16::from_le_bytes)
    }

    /// 32 bits.
    pub fn u32(&mut self) -> Field<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// 64 bits.
    pub fn u64(&mut self) -> Field<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// 64 bits, signed.
    pub fn i64(&mut self) -> Field<i64> {
        self.array().map(i64::from_le_bytes)
    }

    /// A finite 32-bit float.
    pub fn f32(&mut self) -> Field<f32> {
        let v = self.array().map(f32::from_le_bytes)?;
        if v.is_finite() {
            Ok(v)
        } else {
            Err(DamageKind::Number)
        }
    }

    /// A finite 64-bit float.
    pub fn f64(&mut self) -> Field<f64> {
        let v = self.array().map(f64::from_le_bytes)?;
        if v.is_finite() {
            Ok(v)
        } else {
            Err(DamageKind::Number)
        }
    }

    /// A finite 64-bit float, or positive infinity.
    pub fn f64_or_infinite(&mut self) -> Field<f64> {
        let v = self.array().map(f64::from_le_bytes)?;
        if v.is_finite() || v == f64::INFINITY {
            Ok(v)
        } else {
            Err(DamageKind::Number)
        }
    }

    /// A 32-bit count of at most `limit`.
    pub fn count(&mut self, limit: usize) -> Field<usize> {
        let n = self.u32()? as usize;
        if n <= limit {
            Ok(n)
        } else {
            Err(DamageKind::Count)
        }
    }

    /// A text with a 16-bit length.
    pub fn text(&mut self) -> Field<String> {
        let n = usize::from(self.u16()?);
        self.utf8(n)
    }

    /// A text with MCAP's 32-bit length.
    pub fn long_text(&mut self) -> Field<String> {
        let n = self.u32()? as usize;
        self.utf8(n)
    }

    fn utf8(&mut self, n: usize) -> Field<String> {
        let text = std::str::from_utf8(self.bytes(n)?).map_err(|_| DamageKind::Text)?;
        Ok(text.to_owned())
    }

    /// Three coordinates.
    pub fn point<S: Space>(&mut self) -> Field<Point<S>> {
        let p = DVec3::new(self.f64()?, self.f64()?, self.f64()?);
        Point::new(p).ok_or(DamageKind::Number)
    }

    /// A transform.
    pub fn xf<A: Space, B: Space>(&mut self) -> Field<Xf<A, B>> {
        let q = DQuat::from_xyzw(self.f64()?, self.f64()?, self.f64()?, self.f64()?);
        let t = DVec3::new(self.f64()?, self.f64()?, self.f64()?);
        Xf::new(q, t).ok_or(DamageKind::Number)
    }

    /// The presence bits of `n` elements.
    pub fn presence(&mut self, n: usize) -> Field<impl Iterator<Item = bool> + use<'a>> {
        let bits = self.bytes(n.div_ceil(8))?;
        let each = bits
            .iter()
            .flat_map(|b| (0..8).map(move |i| b >> i & 1 == 1));
        Ok(each.take(n))
    }

    /// All hops.
    pub fn stamps(&mut self) -> Field<Stamps> {
        let mut stamps = Stamps::default();
        for hop in Hop::ALL {
            let at = self.i64()?;
            if at != i64::MIN {
                stamps.stamp(hop, HostNs(at));
            }
        }
        Ok(stamps)
    }

    /// A timecode, if there is one.
    pub fn timecode(&mut self) -> Field<Option<Timecode>> {
        match self.u8()? {
            0 => return Ok(None),
            1 => {}
            _ => return Err(DamageKind::Code),
        }
        let rate = TimecodeRate::ALL.get(usize::from(self.u8()?));
        let rate = *rate.ok_or(DamageKind::Code)?;
        let frame = self.i64()?;
        if !(0..rate.frames_per_day()).contains(&frame) {
            return Err(DamageKind::Number);
        }
        let (subframe, per_frame) = (self.u16()?, self.u16()?);
        let timecode = Timecode::from_frame_of_day(rate, frame);
        let timecode = timecode.with_subframe(subframe, per_frame);
        timecode.map(Some).ok_or(DamageKind::Number)
    }

    /// A quality.
    pub fn quality(&mut self) -> Field<Quality> {
        let (code, age) = (self.u8()?, Nanos(self.i64()?));
        match code {
            0 => Ok(Quality::Absent),
            1 => Ok(Quality::Live),
            2 => Ok(Quality::Interpolated),
            3 => Ok(Quality::Predicted { age }),
            4 => Ok(Quality::Held { age }),
            _ => Err(DamageKind::Code),
        }
    }

    /// The version byte of a message, at most `newest`.
    pub fn version(&mut self, newest: u8) -> Field<u8> {
        match self.u8()? {
            version if (1..=newest).contains(&version) => Ok(version),
            _ => Err(DamageKind::Version),
        }
    }

    /// That nothing is left.
    pub fn end(&self) -> Field<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(DamageKind::Length)
        }
    }
}
