//! The bytes of a take, whichever form it has: passed on, or made out of a compact one.

use super::unpacked::Unpacked;
use crate::limits::COMPACT_BYTES_MAX;
use crate::take_file::error::TakeError;
use cyc_compact::looks_compact;
use std::io::{self, Read};
use std::path::Path;

/// Bytes that tell the forms apart.
const HEAD: usize = 8;

/// Where a reader's bytes come from.
pub(in crate::take_file) enum TakeInput<R> {
    /// A take: the first bytes, how many of them there are and were read, and the rest.
    Plain([u8; HEAD], usize, usize, R),
    /// A compact take.
    Compact(Box<Unpacked>),
}

impl<R: Read> TakeInput<R> {
    /// Looks at the first bytes. A compact take is read whole.
    pub(in crate::take_file) fn open(mut input: R, path: &Path) -> Result<Self, TakeError> {
        let io = |source| TakeError::Io {
            path: path.to_owned(),
            source,
        };
        let mut head = Vec::with_capacity(HEAD);
        input
            .by_ref()
            .take(HEAD as u64)
            .read_to_end(&mut head)
            .map_err(io)?;
        if looks_compact(&head) {
            let mut bytes = head;
            let mut rest = input.take(COMPACT_BYTES_MAX + 1);
            rest.read_to_end(&mut bytes).map_err(io)?;
            let size = bytes.len() as u64;
            if size > COMPACT_BYTES_MAX {
                let (what, limit) = ("bytes of a compact take", COMPACT_BYTES_MAX);
                return Err(TakeError::TooLarge { what, size, limit });
            }
            return Ok(Self::Compact(Box::new(Unpacked::open(bytes)?)));
        }
        let mut first = [0; HEAD];
        let there = head.len();
        for (slot, byte) in first.iter_mut().zip(head) {
            *slot = byte;
        }
        Ok(Self::Plain(first, there, 0, input))
    }
}

impl<R: Read> Read for TakeInput<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(head, there, read, input) => {
                let mut left = head.get(*read..*there).unwrap_or(&[]);
                if left.is_empty() {
                    return input.read(buffer);
                }
                let n = left.read(buffer)?;
                *read += n;
                Ok(n)
            }
            // A chunk that is damaged ends what can be read; its reason is the error's.
            Self::Compact(unpacked) => unpacked.read(buffer).map_err(io::Error::other),
        }
    }
}
