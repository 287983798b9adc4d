//! Values of a sample that need no heap: numbers of any spelling, short texts, short lists.
//!
//! A sample is read hundreds of times a second, so nothing in it may allocate; and what a stranger puts into a field is
//! either taken with a bound or refused, but never trusted to be of the type that the schema names.

use super::limits::TEXT_BYTES;
use serde::de::{Error, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A real number; integers are taken as well, since writers drop a fraction of zero.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Real(pub f64);

/// A whole number from 0; reals without a fraction are taken as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Whole(pub u64);

/// Largest integer up to which every one is a real.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

struct RealVisitor;

impl Visitor<'_> for RealVisitor {
    type Value = Real;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }
    fn visit_f64<E: Error>(self, v: f64) -> Result<Real, E> {
        Ok(Real(v))
    }
    fn visit_u64<E: Error>(self, v: u64) -> Result<Real, E> {
        Ok(Real(v as f64))
    }
    fn visit_i64<E: Error>(self, v: i64) -> Result<Real, E> {
        Ok(Real(v as f64))
    }
}

struct WholeVisitor;

impl Visitor<'_> for WholeVisitor {
    type Value = Whole;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number from 0")
    }
    fn visit_u64<E: Error>(self, v: u64) -> Result<Whole, E> {
        Ok(Whole(v))
    }
    fn visit_i64<E: Error>(self, v: i64) -> Result<Whole, E> {
        let refused = |_| E::invalid_value(Unexpected::Signed(v), &self);
        u64::try_from(v).map(Whole).map_err(refused)
    }
    fn visit_f64<E: Error>(self, v: f64) -> Result<Whole, E> {
        if v.fract() == 0.0 && (0.0..EXACT_MAX).contains(&v) {
            Ok(Whole(v as u64))
        } else {
            Err(E::invalid_value(Unexpected::Float(v), &self))
        }
    }
}

impl<'de> Deserialize<'de> for Real {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(RealVisitor)
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(WholeVisitor)
    }
}

impl Serialize for Real {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_f64(self.0)
    }
}

impl Serialize for Whole {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_u64(self.0)
    }
}

/// A short text; a longer one is cut at a character.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text {
    bytes: [u8; TEXT_BYTES],
    length: u8,
}

impl Default for Text {
    fn default() -> Self {
        Self {
            bytes: [0; TEXT_BYTES],
            length: 0,
        }
    }
}

impl Text {
    /// A text of at most [`TEXT_BYTES`] bytes.
    pub fn cut(text: &str) -> Self {
        let mut end = text.len().min(TEXT_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let mut cut = Self::default();
        for (to, from) in cut.bytes.iter_mut().zip(text.as_bytes().iter().take(end)) {
            *to = *from;
        }
        cut.length = end as u8;
        cut
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.length));
        std::str::from_utf8(bytes.unwrap_or_default()).unwrap_or_default()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }
    fn visit_str<E: Error>(self, v: &str) -> Result<Text, E> {
        Ok(Text::cut(v))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_str(TextVisitor)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

/// A list of at most `N` things; a longer one is refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct List<T, const N: usize> {
    items: [T; N],
    length: usize,
}

impl<T: Copy + Default, const N: usize> Default for List<T, N> {
    fn default() -> Self {
        Self {
            items: [T::default(); N],
            length: 0,
        }
    }
}

impl<T: Copy + Default, const N: usize> List<T, N> {
    /// Adds one. False when it is full.
    pub fn push(&mut self, item: T) -> bool {
        let Some(slot) = self.items.get_mut(self.length) else {
            return false;
        };
        *slot = item;
        self.length += 1;
        true
    }

    /// What is in it.
    pub fn as_slice(&self) -> &[T] {
        self.items.get(..self.length).unwrap_or_default()
    }
}

struct ListVisitor<T, const N: usize>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de> + Copy + Default, const N: usize> Visitor<'de> for ListVisitor<T, N> {
    type Value = List<T, N>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {N}")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<List<T, N>, A::Error> {
        let mut list = List::default();
        while let Some(item) = seq.next_element()? {
            if !list.push(item) {
                return Err(A::Error::invalid_length(N + 1, &self));
            }
        }
        Ok(list)
    }
}

impl<'de, T: Deserialize<'de> + Copy + Default, const N: usize> Deserialize<'de> for List<T, N> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_seq(ListVisitor(std::marker::PhantomData))
    }
}

impl<T: Serialize + Copy + Default, const N: usize> Serialize for List<T, N> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(self.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_spelling_are_taken_and_others_refused() {
        let real = |t: &str| serde_json::from_str::<Real>(t).ok().map(|r| r.0);
        assert_eq!(
            (real("2"), real("-2.5"), real("1e3")),
            (Some(2.0), Some(-2.5), Some(1000.0))
        );
        assert_eq!(
            (real("\"2\""), real("true"), real("null")),
            (None, None, None)
        );
        let whole = |t: &str| serde_json::from_str::<Whole>(t).ok().map(|w| w.0);
        assert_eq!((whole("25"), whole("25.0")), (Some(25), Some(25)));
        assert_eq!(
            (whole("25.5"), whole("-1"), whole("1e300")),
            (None, None, None)
        );
    }

    #[test]
    fn texts_are_cut_at_a_character_and_lists_refused_when_long() {
        let long = "é".repeat(TEXT_BYTES);
        assert_eq!(Text::cut(&long).as_str(), "é".repeat(TEXT_BYTES / 2));
        let list = serde_json::from_str::<List<Real, 2>>("[1, 2]").unwrap();
        assert_eq!(list.as_slice(), [Real(1.0), Real(2.0)]);
        assert!(serde_json::from_str::<List<Real, 2>>("[1, 2, 3]").is_err());
    }
}
