//! Addresses with places for names: `/mocap/{subject}/{marker}`.

use super::error::MapError;
use crate::osc::limits::ADDRESS_BYTES_MAX;

/// What a place in an address is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Subject,
    Marker,
    Segment,
    /// Whatever stands there is not looked at.
    Any,
}

impl Name {
    fn read(text: &str) -> Option<Self> {
        Some(match text {
            "subject" => Self::Subject,
            "marker" => Self::Marker,
            "segment" => Self::Segment,
            "any" => Self::Any,
            _ => return None,
        })
    }
}

/// The names that an address, or a message, holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Names<'a> {
    pub(super) subject: Option<&'a str>,
    pub(super) marker: Option<&'a str>,
    pub(super) segment: Option<&'a str>,
}

impl<'a> Names<'a> {
    pub(super) fn set(&mut self, name: Name, text: &'a str) {
        match name {
            Name::Subject => self.subject = Some(text),
            Name::Marker => self.marker = Some(text),
            Name::Segment => self.segment = Some(text),
            Name::Any => {}
        }
    }

    pub(super) fn get(&self, name: Name) -> Option<&'a str> {
        match name {
            Name::Subject => self.subject,
            Name::Marker => self.marker,
            Name::Segment => self.segment,
            Name::Any => Some("any"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Place(Name),
}

/// An address with places. A place takes one character or more, up to where the text behind it next stands, and never
/// beyond a `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressPattern {
    text: String,
    pieces: Vec<Piece>,
}

impl AddressPattern {
    /// Reads a pattern.
    pub fn read(text: &str) -> Result<Self, MapError> {
        let bad = |reason| MapError::BadAddress {
            address: text.to_owned(),
            reason,
        };
        if !text.starts_with('/') {
            return Err(bad("it does not begin with '/'"));
        }
        if text.len() > ADDRESS_BYTES_MAX {
            return Err(bad("it is too long"));
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((literal, tail)) = rest.split_once('{') {
            let (name, tail) = tail
                .split_once('}')
                .ok_or_else(|| bad("a '{' is not closed"))?;
            if literal.is_empty() {
                return Err(bad("two places stand next to each other"));
            }
            pieces.push(Piece::Literal(literal.to_owned()));
            let place = Name::read(name);
            let place = place
                .ok_or_else(|| bad("a place is named neither subject, marker, segment nor any"))?;
            let is_twice = pieces.contains(&Piece::Place(place));
            if place != Name::Any && is_twice {
                return Err(bad("a name stands there twice"));
            }
            pieces.push(Piece::Place(place));
            rest = tail;
        }
        if rest.contains('}') {
            return Err(bad("a '}' was not opened"));
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.to_owned()));
        }
        Ok(Self {
            text: text.to_owned(),
            pieces,
        })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn has(&self, name: Name) -> bool {
        self.pieces.contains(&Piece::Place(name))
    }

    /// The names in an address; `None` when it does not fit.
    pub(super) fn names<'a>(&self, address: &'a str) -> Option<Names<'a>> {
        let mut names = Names::default();
        let mut rest = address;
        let mut pieces = self.pieces.iter().peekable();
        while let Some(piece) = pieces.next() {
            let place = match piece {
                Piece::Literal(literal) => {
                    rest = rest.strip_prefix(literal.as_str())?;
                    continue;
                }
                Piece::Place(place) => *place,
            };
            let end = match pieces.peek() {
                Some(Piece::Literal(next)) => rest.find(next.as_str())?,
                _ => rest.len(),
            };
            let (name, tail) = rest.split_at_checked(end)?;
            if name.is_empty() || name.contains('/') {
                return None;
            }
            names.set(place, name);
            rest = tail;
        }
        rest.is_empty().then_some(names)
    }

    /// Writes the address of names. False, and nothing is written, when a name is missing or cannot stand in one.
    pub(super) fn write(&self, names: &Names<'_>, out: &mut String) -> bool {
        let begin = out.len();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => out.push_str(literal),
                Piece::Place(place) => out.push_str(names.get(*place).unwrap_or_default()),
            }
        }
        let written = out.get(begin..).unwrap_or_default();
        // A name with a '/' would be read as another.
        let is_read_back = self.names(written).is_some_and(|read| {
            [Name::Subject, Name::Marker, Name::Segment]
                .into_iter()
                .all(|n| !self.has(n) || read.get(n) == names.get(n))
        });
        let fits = is_read_back && written.len() <= ADDRESS_BYTES_MAX;
        if !fits {
            out.truncate(begin);
        }
        fits
    }
}
