//! One message: an address and typed arguments, borrowed from the datagram.

use super::error::OscError;
use super::limits::{
    ADDRESS_BYTES_MAX, ARGUMENTS_MAX, ARRAY_DEPTH_MAX, BLOB_BYTES_MAX, STRING_BYTES_MAX,
};
use crate::big_endian::BigEndianReader;

/// An argument, as its type tag says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OscArgument<'a> {
    /// `i`: 32 bits, signed.
    Int(i32),
    /// `h`: 64 bits, signed.
    Long(i64),
    /// `f`: 32 bits.
    Float(f32),
    /// `d`: 64 bits.
    Double(f64),
    /// `s` or `S`: text.
    Text(&'a str),
    /// `b`: bytes.
    Blob(&'a [u8]),
    /// `t`: a time tag.
    Time(u64),
    /// `c`: a character.
    Char(u32),
    /// `r` or `m`: four bytes, a colour or a MIDI message.
    Bytes([u8; 4]),
    /// `T` or `F`.
    Bool(bool),
    /// `N`.
    Nil,
    /// `I`.
    Impulse,
}

impl OscArgument<'_> {
    /// A number, whichever of the four types it is sent as.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Int(v) => Some(f64::from(v)),
            Self::Float(v) => Some(f64::from(v)),
            Self::Double(v) => Some(v),
            Self::Long(v) => Some(v as f64),
            _ => None,
        }
    }

    /// A whole number, as an `i` or `h` or as a number without a fraction.
    pub fn whole(self) -> Option<i64> {
        match self {
            Self::Int(v) => Some(i64::from(v)),
            Self::Long(v) => Some(v),
            other => {
                let v = other.number()?;
                (v.fract() == 0.0 && v.abs() < 9e15).then_some(v as i64)
            }
        }
    }

    /// Yes or no: `T`, `F`, or a number that is not or is zero.
    pub fn truth(self) -> Option<bool> {
        match self {
            Self::Bool(v) => Some(v),
            other => other.number().map(|v| v != 0.0),
        }
    }
}

/// A message of a scanned packet.
#[derive(Clone, Copy, Debug)]
pub struct OscMessage<'a> {
    address: &'a str,
    /// Type tags without the comma.
    tags: &'a [u8],
    data: &'a [u8],
    time_tag: u64,
}

impl<'a> OscMessage<'a> {
    /// Checks a message that is all of `bytes`, which lie at `at` of the datagram.
    pub(super) fn scan(bytes: &'a [u8], at: usize, time_tag: u64) -> Result<Self, OscError> {
        let mut r = BigEndianReader::new(bytes);
        if bytes.first() != Some(&b'/') {
            return Err(OscError::NotOsc { at });
        }
        let address = text(&mut r, ADDRESS_BYTES_MAX);
        let address = address.map_err(|f| f.at(at, "address", "bytes of address"))?;
        let address = std::str::from_utf8(address).map_err(|_| OscError::NotText { at })?;
        let at = at + (bytes.len() - r.rest().len());
        let mut message = Self {
            address,
            tags: &[],
            data: &[],
            time_tag,
        };
        if r.rest().first() == Some(&b',') {
            let tags = text(&mut r, TAGS_MAX);
            let tags = tags.map_err(|f| f.at(at, "list of type tags", "arguments"))?;
            message.tags = tags.get(1..).unwrap_or(&[]);
            message.data = r.rest();
            message.check_arguments(at)?;
        }
        Ok(message)
    }

    fn check_arguments(&self, at: usize) -> Result<(), OscError> {
        let mut depth = 0usize;
        let mut r = BigEndianReader::new(self.data);
        let mut count = 0;
        for tag in self.tags {
            match tag {
                b'[' => {
                    depth += 1;
                    limit(at, "arrays within arrays", depth, ARRAY_DEPTH_MAX)?;
                }
                b']' => depth = depth.checked_sub(1).ok_or(OscError::OpenArray { at })?,
                tag => {
                    count += 1;
                    limit(at, "arguments", count, ARGUMENTS_MAX)?;
                    let read = argument(*tag, &mut r).map_err(|f| f.at(at, *tag))?;
                    if let OscArgument::Blob(b) = read {
                        limit(at, "bytes of blob", b.len(), BLOB_BYTES_MAX)?;
                    }
                }
            }
        }
        if depth > 0 {
            return Err(OscError::OpenArray { at });
        }
        Ok(())
    }

    /// The address; begins with `/`.
    pub fn address(&self) -> &'a str {
        self.address
    }

    /// The time tag of the bundle it lies in; [`IMMEDIATELY`](super::IMMEDIATELY) outside of one.
    pub fn time_tag(&self) -> u64 {
        self.time_tag
    }

    /// The arguments in order; what stands in arrays as if it stood there without them.
    pub fn arguments(&self) -> Arguments<'a> {
        Arguments {
            tags: self.tags,
            data: BigEndianReader::new(self.data),
        }
    }
}

/// The arguments of a message.
#[derive(Clone, Debug)]
pub struct Arguments<'a> {
    tags: &'a [u8],
    data: BigEndianReader<'a>,
}

impl<'a> Iterator for Arguments<'a> {
    type Item = OscArgument<'a>;

    fn next(&mut self) -> Option<OscArgument<'a>> {
        loop {
            let (tag, rest) = self.tags.split_first()?;
            self.tags = rest;
            if !matches!(tag, b'[' | b']') {
                return argument(*tag, &mut self.data).ok();
            }
        }
    }
}

impl<'a> Arguments<'a> {
    /// The next argument as a number.
    pub fn number(&mut self) -> Option<f64> {
        self.next()?.number()
    }

    /// The next `N` arguments as numbers.
    pub fn numbers<const N: usize>(&mut self) -> Option<[f64; N]> {
        let mut out = [0.0; N];
        for v in &mut out {
            *v = self.number()?;
        }
        Some(out)
    }

    /// The next argument as text.
    pub fn text(&mut self) -> Option<&'a str> {
        match self.next()? {
            OscArgument::Text(text) => Some(text),
            _ => None,
        }
    }
}

fn limit(at: usize, what: &'static str, is: usize, limit: usize) -> Result<(), OscError> {
    if is > limit {
        return Err(OscError::TooMuch { at, what, limit });
    }
    Ok(())
}

/// Type tags of one message with their comma: each argument may stand in brackets.
const TAGS_MAX: usize = 1 + 2 * ARGUMENTS_MAX;

/// Why an argument cannot be read.
enum ArgumentFault {
    Cut,
    LongText,
    NotText,
    Unknown,
}

impl ArgumentFault {
    fn at(self, at: usize, tag: u8) -> OscError {
        match self {
            Self::Cut => OscError::Cut {
                at,
                what: "list of arguments",
            },
            Self::LongText => OscError::TooMuch {
                at,
                what: "bytes of text",
                limit: STRING_BYTES_MAX,
            },
            Self::NotText => OscError::NotText { at },
            Self::Unknown => OscError::UnknownTag {
                at,
                tag: char::from(tag),
            },
        }
    }
}

fn argument<'a>(tag: u8, r: &mut BigEndianReader<'a>) -> Result<OscArgument<'a>, ArgumentFault> {
    let cut = |_| ArgumentFault::Cut;
    Ok(match tag {
        b'i' => OscArgument::Int(r.i32().map_err(cut)?),
        b'h' => OscArgument::Long(r.i64().map_err(cut)?),
        b'f' => OscArgument::Float(r.f32().map_err(cut)?),
        b'd' => OscArgument::Double(r.f64().map_err(cut)?),
        b't' => OscArgument::Time(r.u64().map_err(cut)?),
        b'c' => OscArgument::Char(r.u32().map_err(cut)?),
        b'r' | b'm' => OscArgument::Bytes(r.array().map_err(cut)?),
        b'T' => OscArgument::Bool(true),
        b'F' => OscArgument::Bool(false),
        b'N' => OscArgument::Nil,
        b'I' => OscArgument::Impulse,
        b's' | b'S' => {
            let bytes = text(r, STRING_BYTES_MAX).map_err(|fault| match fault {
                TextFault::Cut => ArgumentFault::Cut,
                TextFault::Longer { .. } => ArgumentFault::LongText,
            })?;
            let text = std::str::from_utf8(bytes).map_err(|_| ArgumentFault::NotText)?;
            OscArgument::Text(text)
        }
        b'b' => {
            let size = usize::try_from(r.i32().map_err(cut)?);
            let size = size.map_err(|_| ArgumentFault::Cut)?;
            let bytes = r.bytes(size).map_err(cut)?;
            skip_padding(r, size);
            OscArgument::Blob(bytes)
        }
        _ => return Err(ArgumentFault::Unknown),
    })
}

/// Why a text cannot be read.
enum TextFault {
    Cut,
    Longer { limit: usize },
}

impl TextFault {
    fn at(self, at: usize, text: &'static str, what: &'static str) -> OscError {
        match self {
            Self::Cut => OscError::Cut { at, what: text },
            Self::Longer { limit } => OscError::TooMuch { at, what, limit },
        }
    }
}

/// Bytes up to a NUL, which is taken with its padding. No further than `limit` is looked for it: a datagram full of
/// brackets is refused before they are all read.
fn text<'a>(r: &mut BigEndianReader<'a>, limit: usize) -> Result<&'a [u8], TextFault> {
    let rest = r.rest();
    let window = rest.get(..=limit).unwrap_or(rest);
    let Some(end) = window.iter().position(|b| *b == 0) else {
        return Err(if window.len() > limit {
            TextFault::Longer { limit }
        } else {
            TextFault::Cut
        });
    };
    let cut = |_| TextFault::Cut;
    let text = r.bytes(end).map_err(cut)?;
    r.bytes(1).map_err(cut)?;
    skip_padding(r, end + 1);
    Ok(text)
}

/// Skips to the next multiple of four; the padding of the very last thing may be missing.
fn skip_padding(r: &mut BigEndianReader<'_>, length: usize) {
    let padding = length.next_multiple_of(4) - length;
    let _ = r.bytes(padding.min(r.rest().len()));
}
