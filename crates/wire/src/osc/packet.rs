//! Walking through a datagram: bundles within bundles, down to the messages, on a stack of fixed depth.

use super::error::OscError;
use super::limits::{BUNDLE_DEPTH_MAX, DATAGRAM_MAX, ELEMENTS_MAX};
use super::message::OscMessage;
use super::write::IMMEDIATELY;
use crate::big_endian::BigEndianReader;

/// What a bundle begins with.
const BUNDLE: &[u8; 8] = b"#bundle\0";

/// A datagram that was scanned whole: every message in it can be read.
#[derive(Clone, Copy, Debug)]
pub struct OscPacket<'a> {
    bytes: &'a [u8],
}

impl<'a> OscPacket<'a> {
    /// Checks every size, depth, count and text of a datagram. No recursion, no allocation; time grows with the length.
    pub fn scan(bytes: &'a [u8]) -> Result<Self, OscError> {
        if bytes.len() > DATAGRAM_MAX {
            return Err(OscError::TooMuch {
                at: 0,
                what: "bytes",
                limit: DATAGRAM_MAX,
            });
        }
        let mut walk = Walk::new(bytes);
        while walk.next_message()?.is_some() {}
        Ok(Self { bytes })
    }

    /// Its messages in order, whatever bundles they lie in.
    pub fn messages(&self) -> Messages<'a> {
        Messages(Walk::new(self.bytes))
    }
}

/// The messages of a packet.
#[derive(Clone, Debug)]
pub struct Messages<'a>(Walk<'a>);

impl<'a> Iterator for Messages<'a> {
    type Item = OscMessage<'a>;

    fn next(&mut self) -> Option<OscMessage<'a>> {
        // The packet was scanned, so there is no error to lose here.
        self.0.next_message().ok().flatten()
    }
}

/// A bundle that is being walked through.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    /// Where it ends.
    end: usize,
    time_tag: u64,
}

/// Where the walk is.
#[derive(Clone, Debug)]
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    levels: [Level; BUNDLE_DEPTH_MAX],
    depth: usize,
    elements: usize,
    /// A packet that is one message has been given out.
    is_done: bool,
}

impl<'a> Walk<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            levels: [Level::default(); BUNDLE_DEPTH_MAX],
            depth: 0,
            elements: 0,
            is_done: false,
        }
    }

    /// The next message; `None` at the end.
    fn next_message(&mut self) -> Result<Option<OscMessage<'a>>, OscError> {
        loop {
            let Some((at, end)) = self.next_element()? else {
                return Ok(None);
            };
            let element = self.bytes.get(at..end).unwrap_or(&[]);
            if element.starts_with(BUNDLE) {
                self.enter(at, end)?;
            } else {
                self.at = end;
                let time_tag = match self.depth.checked_sub(1).map(|top| self.levels.get(top)) {
                    Some(Some(level)) => level.time_tag,
                    _ => IMMEDIATELY,
                };
                return OscMessage::scan(element, at, time_tag).map(Some);
            }
        }
    }

    /// The range of the next element; leaves bundles that have ended.
    fn next_element(&mut self) -> Result<Option<(usize, usize)>, OscError> {
        while let Some(level) = self
            .depth
            .checked_sub(1)
            .and_then(|top| self.levels.get(top))
        {
            let left = level.end.saturating_sub(self.at);
            if left == 0 {
                self.depth -= 1;
                continue;
            }
            return self.sized_element(left).map(Some);
        }
        if self.is_done {
            return Ok(None);
        }
        self.is_done = true;
        Ok(Some((0, self.bytes.len())))
    }

    fn sized_element(&mut self, left: usize) -> Result<(usize, usize), OscError> {
        self.elements += 1;
        let at = self.at;
        if self.elements > ELEMENTS_MAX {
            return Err(OscError::TooMuch {
                at,
                what: "elements",
                limit: ELEMENTS_MAX,
            });
        }
        let what = "element";
        let within = self.bytes.get(at..at + left).unwrap_or(&[]);
        let mut r = BigEndianReader::new(within);
        let size = r.i32().map_err(|_| OscError::Cut { at, what })?;
        let bytes = usize::try_from(size).unwrap_or(0);
        if bytes == 0 || bytes % 4 != 0 || bytes > r.rest().len() {
            return Err(OscError::BadElement { at, size });
        }
        let begin = at + 4;
        Ok((begin, begin + bytes))
    }

    fn enter(&mut self, at: usize, end: usize) -> Result<(), OscError> {
        let what = "bundle";
        let tag = self.bytes.get(at + BUNDLE.len()..end).unwrap_or(&[]);
        let time_tag = BigEndianReader::new(tag).u64();
        let time_tag = time_tag.map_err(|_| OscError::Cut { at, what })?;
        let Some(level) = self.levels.get_mut(self.depth) else {
            return Err(OscError::TooMuch {
                at,
                what: "bundles within bundles",
                limit: BUNDLE_DEPTH_MAX,
            });
        };
        *level = Level { end, time_tag };
        self.depth += 1;
        self.at = at + BUNDLE.len() + 8;
        Ok(())
    }
}
