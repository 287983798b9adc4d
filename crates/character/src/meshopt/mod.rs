//! Compressed buffer views: `EXT_meshopt_compression` and `KHR_meshopt_compression`, decoded while a file is opened.
//!
//! Written here: the kept crate binds a C++ library, and bytes from a USB stick are not handed to one. Every read is
//! checked, a stream must end exactly where its tail begins, and how many bytes may come of it is known before they are
//! made room for. Source: the two extensions' specifications, appendix A (bitstream) and B (filters).

mod bytes;
mod filters;
mod indices;
mod vertices;

use crate::amount::Amount;
use crate::error::{CharacterError, invalid};
use crate::limits::ELEMENTS_MAX;
use crate::place::Place;
use crate::rule::BrokenRule;
use serde_json::{Map, Value};

/// The extensions' names; their bitstreams are read alike, since decoders of the older one read both.
pub(crate) const EXTENSIONS: [&str; 2] = ["EXT_meshopt_compression", "KHR_meshopt_compression"];

/// Bytes that one byte of a stream can become at most: in a block of 256 elements a control byte speaks for four bytes
/// each.
const GROWTH_MAX: u64 = 1024;

/// What the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Elements of several bytes, each like the one before.
    Attributes,
    /// Indices of a triangle list.
    Triangles,
    /// Any other indices.
    Indices,
}

/// What is done to the elements after they are decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filter {
    None,
    Octahedral,
    Quaternion,
    Exponential,
    Color,
}

/// How a buffer view is compressed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compressed {
    /// The buffer that holds the stream.
    pub buffer: usize,
    /// Where it begins there, bytes.
    pub start: u64,
    /// How long it is, bytes.
    pub length: u64,
    count: usize,
    stride: usize,
    mode: Mode,
    filter: Filter,
}

/// Whether a buffer has no bytes of its own, since only compressed views use it.
pub(crate) fn is_fallback(extensions: &Map<String, Value>) -> bool {
    let marks = EXTENSIONS.iter().filter_map(|name| extensions.get(*name));
    marks
        .filter_map(|mark| mark.get("fallback"))
        .any(|fallback| fallback.as_bool() == Some(true))
}

impl Compressed {
    /// What the extensions of a buffer view say; `None` for one that is not compressed. `place` names the view, whose own
    /// length is `length`, bytes.
    pub fn of(
        extensions: &Map<String, Value>,
        place: &Place,
        length: u64,
    ) -> Result<Option<Self>, CharacterError> {
        let mut said = EXTENSIONS.iter().filter_map(|name| extensions.get(*name));
        let Some(said) = said.next() else {
            return Ok(None);
        };
        let number = |key: &str| said.get(key).and_then(Value::as_u64);
        let needed = |name: &'static str| {
            let lacks = BrokenRule::CompressionLacks { name };
            number(name).ok_or_else(|| invalid(place, lacks))
        };
        let (count, stride) = (needed("count")?, needed("byteStride")?);
        let word = |key: &str| said.get(key).and_then(Value::as_str);
        let mode = match word("mode") {
            Some("ATTRIBUTES") => Mode::Attributes,
            Some("TRIANGLES") => Mode::Triangles,
            Some("INDICES") => Mode::Indices,
            _ => return Err(invalid(place, BrokenRule::CompressionMode)),
        };
        let filter = match word("filter") {
            None | Some("NONE") => Filter::None,
            Some("OCTAHEDRAL") => Filter::Octahedral,
            Some("QUATERNION") => Filter::Quaternion,
            Some("EXPONENTIAL") => Filter::Exponential,
            Some("COLOR") => Filter::Color,
            Some(_) => return Err(invalid(place, BrokenRule::CompressionFilter)),
        };
        if !fits(mode, filter, stride) || (mode == Mode::Triangles && !count.is_multiple_of(3)) {
            return Err(invalid(place, BrokenRule::CompressionShape));
        }
        if count > ELEMENTS_MAX {
            return Err(CharacterError::TooLarge {
                what: Amount::Elements,
                size: count,
                limit: ELEMENTS_MAX,
            });
        }
        if count * stride != length {
            let rule = BrokenRule::CompressedLength {
                count,
                stride,
                bytes: length,
            };
            return Err(invalid(place, rule));
        }
        Ok(Some(Self {
            buffer: needed("buffer")? as usize,
            start: number("byteOffset").unwrap_or(0),
            length: needed("byteLength")?,
            // Both are at most `ELEMENTS_MAX`.
            count: count as usize,
            stride: stride as usize,
            mode,
            filter,
        }))
    }

    /// How many bytes [`Self::decode`] makes.
    pub fn decoded_bytes(&self) -> u64 {
        self.count as u64 * self.stride as u64
    }

    /// The view's bytes from its stream.
    pub fn decode(&self, stream: &[u8], place: &Place) -> Result<Vec<u8>, CharacterError> {
        let limit = GROWTH_MAX * stream.len() as u64;
        if self.decoded_bytes() > limit {
            return Err(CharacterError::OutOfBounds {
                what: place.clone(),
                end: self.decoded_bytes(),
                available: limit,
            });
        }
        let decoded = match self.mode {
            Mode::Attributes => vertices::decode(stream, self.count, self.stride),
            Mode::Triangles => indices::decode_triangles(stream, self.count, self.stride),
            Mode::Indices => indices::decode_sequence(stream, self.count, self.stride),
        };
        let mut decoded = decoded.map_err(|problem| invalid(place, problem.rule()))?;
        match self.filter {
            Filter::None => {}
            Filter::Octahedral if self.stride == 4 => filters::octahedral_8(&mut decoded),
            Filter::Octahedral => filters::octahedral_16(&mut decoded),
            Filter::Quaternion => filters::quaternion(&mut decoded),
            Filter::Exponential => filters::exponential(&mut decoded),
            Filter::Color if self.stride == 4 => filters::color_8(&mut decoded),
            Filter::Color => filters::color_16(&mut decoded),
        }
        Ok(decoded)
    }
}

/// Whether a stride may be, for what is compressed and how it is filtered.
fn fits(mode: Mode, filter: Filter, stride: u64) -> bool {
    match (mode, filter) {
        (Mode::Attributes, Filter::None | Filter::Exponential) => {
            (4..=256).contains(&stride) && stride.is_multiple_of(4)
        }
        (Mode::Attributes, Filter::Octahedral | Filter::Color) => stride == 4 || stride == 8,
        (Mode::Attributes, Filter::Quaternion) => stride == 8,
        (_, Filter::None) => stride == 2 || stride == 4,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
