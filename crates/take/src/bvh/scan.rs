//! Words and numbers of a text, with places for errors.
//!
//! Only the byte position is kept while reading; line and column are counted when an error needs them.

use super::error::{BvhError, BvhProblem};
use super::number;

/// A position in a text.
pub(super) struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    /// At the start, after a byte order mark.
    pub fn new(text: &'a [u8]) -> Self {
        let at = if text.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        Self { text, at }
    }

    /// Bytes not yet read.
    pub fn left(&self) -> usize {
        self.text.len().saturating_sub(self.at)
    }

    /// The next word without taking it; braces are words of their own.
    pub fn peek(&mut self) -> Option<&'a [u8]> {
        self.skip_space();
        let rest = self.text.get(self.at..)?;
        let first = rest.first()?;
        if matches!(first, b'{' | b'}') {
            return rest.get(..1);
        }
        let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'{' | b'}');
        let end = rest.iter().position(ends).unwrap_or(rest.len());
        rest.get(..end)
    }

    /// Takes the next word if it is this one, in any case.
    pub fn takes(&mut self, wanted: &str) -> bool {
        let found = self
            .peek()
            .is_some_and(|w| w.eq_ignore_ascii_case(wanted.as_bytes()));
        if found {
            self.at += wanted.len();
        }
        found
    }

    /// Takes this word or fails.
    pub fn need(&mut self, wanted: &'static str) -> Result<(), BvhError> {
        if self.takes(wanted) {
            return Ok(());
        }
        Err(self.unexpected(wanted))
    }

    /// That something else stands here.
    pub fn unexpected(&mut self, wanted: &'static str) -> BvhError {
        match self.peek() {
            Some(word) => {
                let found = shortened(word);
                self.error(BvhProblem::Expected { wanted, found })
            }
            None => self.error(BvhProblem::EndOfFile { wanted }),
        }
    }

    /// What stands before the next brace or line end, trimmed: a name may have spaces.
    pub fn name(&mut self) -> String {
        let rest = self.text.get(self.at..).unwrap_or(&[]);
        let ends = |b: &u8| matches!(b, b'\n' | b'\r' | b'{' | b'}');
        let end = rest.iter().position(ends).unwrap_or(rest.len());
        self.at += end;
        let line = rest.get(..end.min(crate::limits::LINE_BYTES_MAX));
        String::from_utf8_lossy(line.unwrap_or(&[]))
            .trim()
            .to_owned()
    }

    /// Takes a number.
    #[inline]
    pub fn number(&mut self) -> Result<f64, BvhError> {
        self.skip_space();
        let rest = self.text.get(self.at..).unwrap_or(&[]);
        match number::parse(rest) {
            Some((value, length)) => {
                self.at += length;
                Ok(value)
            }
            None => Err(self.no_number()),
        }
    }

    #[cold]
    fn no_number(&mut self) -> BvhError {
        match self.peek() {
            Some(word) => {
                let found = shortened(word);
                self.error(BvhProblem::BadNumber { found })
            }
            None => self.error(BvhProblem::EndOfFile { wanted: "number" }),
        }
    }

    /// An error at this place.
    pub fn error(&self, problem: BvhProblem) -> BvhError {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let line = before.iter().filter(|b| **b == b'\n').count() as u64 + 1;
        let start = before
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |i| i + 1);
        let column = (before.len() - start) as u64 + 1;
        BvhError {
            line,
            column,
            problem,
        }
    }

    fn skip_space(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }
}

fn shortened(word: &[u8]) -> String {
    let word = String::from_utf8_lossy(word.get(..word.len().min(160)).unwrap_or(&[]));
    word.chars().take(40).collect()
}
