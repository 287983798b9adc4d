//! Symbols to bytes by their probabilities: range asymmetric numeral systems in four lanes.
//!
//! Four states take the symbols in turn, so that the processor need not wait for one symbol to begin the next; each symbol
//! says which lane it is in. A state is in 2^16..2^32 and gives off 16 bits at a time. The encoder goes backwards, the decoder forwards. Source: Duda,
//! "Asymmetric numeral systems: entropy coding combining speed of Huffman coding with compression rate of arithmetic
//! coding" (2014); interleaving: Giesen, "Interleaved entropy coders" (2014).

use crate::symbol_table::{SCALE_BITS, Span};

/// States that take turns.
const LANES: usize = 4;

/// What a state begins with, and ends with at the other side.
const START: u32 = 1 << 16;

/// The symbols, each with its lane, in order, as bytes.
pub(crate) fn encode(symbols: &[(usize, Span)]) -> Vec<u8> {
    let mut states = [START; LANES];
    let mut words: Vec<u16> = Vec::with_capacity(symbols.len() / 2);
    for (lane, span) in symbols.iter().rev() {
        let Some(x) = states.get_mut(lane % LANES) else {
            continue;
        };
        // The state after this symbol stays below 2^32.
        let most = u64::from(span.width) << (32 - SCALE_BITS);
        if u64::from(*x) >= most {
            words.push(*x as u16);
            *x >>= 16;
        }
        let width = u32::from(span.width);
        *x = ((*x / width) << SCALE_BITS) + *x % width + u32::from(span.start);
    }
    let mut bytes: Vec<u8> = states.iter().flat_map(|x| x.to_le_bytes()).collect();
    bytes.extend(words.iter().rev().flat_map(|w| w.to_le_bytes()));
    bytes
}

/// Gives the symbols back, in order.
pub(crate) struct RangeDecoder<'a> {
    states: [u32; LANES],
    bytes: &'a [u8],
    at: usize,
}

impl<'a> RangeDecoder<'a> {
    /// Reads the states; `None` when there are too few bytes for them.
    pub(crate) fn new(bytes: &'a [u8]) -> Option<Self> {
        let (head, bytes) = bytes.split_at_checked(4 * LANES)?;
        let mut states = [0; LANES];
        for (state, four) in states.iter_mut().zip(head.chunks_exact(4)) {
            *state = u32::from_le_bytes(four.try_into().ok()?);
        }
        Some(Self {
            states,
            bytes,
            at: 0,
        })
    }

    /// The place in its table of the next symbol of a lane.
    #[inline(always)]
    pub(crate) fn peek(&self, lane: usize) -> usize {
        self.states[lane & (LANES - 1)] as usize & ((1 << SCALE_BITS) - 1)
    }

    /// Goes on behind the symbol that was found there, whose part this is.
    #[inline(always)]
    pub(crate) fn advance(&mut self, lane: usize, span: Span) {
        let state = &mut self.states[lane & (LANES - 1)];
        // Wraps for damaged bytes only: the width is at most 2^11 and the state's upper part below 2^21.
        let x = u32::from(span.width)
            .wrapping_mul(*state >> SCALE_BITS)
            .wrapping_add(*state & ((1 << SCALE_BITS) - 1))
            .wrapping_sub(u32::from(span.start));
        // Whether more bits are needed is hard to foresee, so both ways are taken and one is chosen.
        let word = match self.bytes.get(self.at..self.at + 2) {
            Some(&[low, high]) => u32::from(u16::from_le_bytes([low, high])),
            _ => 0,
        };
        let more = x < START;
        *state = if more { x << 16 | word } else { x };
        self.at += usize::from(more) * 2;
    }

    /// Whether all bytes were used and all states are what they began with: the symbols were those that were written.
    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.bytes.len() && self.states == [START; LANES]
    }
}
