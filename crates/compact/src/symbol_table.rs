//! How probable each symbol is, for one class of expectation.
//!
//! The probabilities are counted in the take itself and stand in its header in 1/2048ths, so no function of real numbers has
//! to give the same bits on two machines.

use crate::error::CompactError;
use crate::fields::{Fields, put};

/// Probabilities are parts of 2^11: finer ones save 0.1 % and fall out of the first cache.
pub(crate) const SCALE_BITS: u32 = 11;

/// The whole.
const SCALE: u32 = 1 << SCALE_BITS;

/// Symbols of a table: -31 to 31, and before them the one that says that the number stands elsewhere.
pub(crate) const SYMBOLS: usize = 64;

/// The symbol for a number that stands elsewhere.
pub(crate) const ESCAPE: usize = 0;

/// A symbol's part of the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    /// Where it begins.
    pub start: u16,
    /// How wide it is; zero for a symbol that does not occur.
    pub width: u16,
}

/// The probabilities of one class.
#[derive(Clone, Debug)]
pub(crate) struct SymbolTable {
    spans: [Span; SYMBOLS],
}

impl SymbolTable {
    /// From how often each symbol occurs. Every symbol that occurs gets a part; without any, the escape has it all.
    pub(crate) fn counted(counts: &[u32; SYMBOLS]) -> Self {
        let total: u64 = counts.iter().map(|c| u64::from(*c)).sum();
        let mut widths = [0u32; SYMBOLS];
        if total == 0 {
            widths[ESCAPE] = SCALE;
            return Self::of(&widths);
        }
        for (width, count) in widths.iter_mut().zip(counts) {
            if *count > 0 {
                let share = (u64::from(*count) * u64::from(SCALE) + total / 2) / total;
                *width = (share as u32).max(1);
            }
        }
        // What rounding took or gave is settled with the widest, where it matters least.
        loop {
            let sum: u32 = widths.iter().sum();
            let Some(widest) = widths.iter_mut().max() else {
                break;
            };
            if sum == SCALE {
                break;
            }
            *widest = if sum > SCALE {
                *widest - 1
            } else {
                *widest + SCALE - sum
            };
        }
        Self::of(&widths)
    }

    fn of(widths: &[u32; SYMBOLS]) -> Self {
        let mut spans = [Span::default(); SYMBOLS];
        let mut start = 0;
        for (span, width) in spans.iter_mut().zip(widths) {
            let width = *width as u16;
            *span = Span { start, width };
            start += width;
        }
        Self { spans }
    }

    /// A symbol's part.
    pub(crate) fn span(&self, symbol: usize) -> Span {
        self.spans.get(symbol).copied().unwrap_or_default()
    }

    /// Bits that a symbol costs, for choosing.
    pub(crate) fn bits(&self, symbol: usize) -> f64 {
        let width = f64::from(self.span(symbol).width.max(1));
        f64::from(SCALE_BITS) - width.log2()
    }

    /// Appends the widths between the first and the last symbol that occurs.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let occurs = |s: &Span| s.width > 0;
        let first = self.spans.iter().position(occurs).unwrap_or(0);
        let last = self.spans.iter().rposition(occurs).unwrap_or(0);
        put(out, first as u64);
        put(out, last as u64);
        let between = self.spans.iter().take(last + 1).skip(first);
        between.for_each(|s| put(out, u64::from(s.width)));
    }

    /// Reads a table; refused when its parts are not the whole.
    pub(crate) fn read(fields: &mut Fields<'_>) -> Result<Self, CompactError> {
        let (first, last) = (fields.number()? as usize, fields.number()? as usize);
        let mut widths = [0; SYMBOLS];
        let Some(between) = widths.get_mut(first..=last.min(SYMBOLS)) else {
            return Err(fields.damaged());
        };
        let mut sum = 0;
        for width in between {
            *width = fields.number()?.min(u64::from(SCALE) + 1) as u32;
            sum += *width;
        }
        if sum != SCALE {
            return Err(fields.damaged());
        }
        Ok(Self::of(&widths))
    }

    /// The symbol at each of the 2048 places. A byte each, so that the tables of all classes that are in use stay in the first
    /// cache; what else a decoder needs is in the symbol's [`Span`].
    pub(crate) fn fill(&self, symbols: &mut [u8]) {
        for (symbol, span) in self.spans.iter().enumerate() {
            let (start, width) = (usize::from(span.start), usize::from(span.width));
            let places = symbols.iter_mut().skip(start).take(width);
            places.for_each(|place| *place = symbol as u8);
        }
    }

    /// The parts of all symbols.
    pub(crate) fn spans(&self) -> &[Span; SYMBOLS] {
        &self.spans
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Part;
    use crate::range_code::{RangeDecoder, encode};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn symbols_come_back_whatever_their_probabilities(
            symbols in prop::collection::vec(prop_oneof![9 => 30usize..34, 1 => 0usize..64], 0..3000),
        ) {
            let mut counts = [0; SYMBOLS];
            symbols.iter().for_each(|s| counts[*s] += 1);
            let table = SymbolTable::counted(&counts);
            let mut header = Vec::new();
            table.write(&mut header);
            let table = SymbolTable::read(&mut Fields::new(&header, Part::Tables, 0)).unwrap();
            let spans = symbols.iter().enumerate().map(|(i, s)| (i, table.span(*s)));
            let spans: Vec<_> = spans.collect();
            let bytes = encode(&spans);
            let mut places = vec![0; 1 << SCALE_BITS];
            table.fill(&mut places);
            let mut decoder = RangeDecoder::new(&bytes).unwrap();
            for (i, symbol) in symbols.iter().enumerate() {
                let found = usize::from(places[decoder.peek(i)]);
                prop_assert_eq!(found, *symbol);
                decoder.advance(i, table.span(found));
            }
            prop_assert!(decoder.is_at_end());
            // Within 2 % and a few bytes of what information theory allows.
            let total = symbols.len() as f64;
            let ideal: f64 = counts.iter().filter(|c| **c > 0)
                .map(|c| -f64::from(*c) * (f64::from(*c) / total).log2()).sum::<f64>() / 8.0;
            prop_assert!(bytes.len() as f64 <= ideal * 1.05 + 28.0, "{} {ideal}", bytes.len());
        }
    }
}
