//! Bytes to a chunk's numbers, as fast as a live player wants them.
//!
//! The mirror of `coder`: what it does with numbers that are known is done here with numbers that become known. All that
//! one channel needs lies together, and four channels are decoded side by side.

use crate::bits::BitReader;
use crate::coder::{Tables, Wiring};
use crate::expectation::{CLASSES, Expectation};
use crate::fields::unfolded;
use crate::predictor::{History, STEPS};
use crate::range_code::RangeDecoder;
use crate::symbol_table::{ESCAPE, SCALE_BITS, SYMBOLS, Span};

/// What is known of a channel.
#[derive(Clone, Debug)]
struct Channel {
    history: History,
    steps: [i64; STEPS],
    links: (u32, u32),
    expectation: Expectation,
}

/// Decodes the chunks of one track. Keeps what it needs, so that a warm one does not allocate.
#[derive(Clone, Debug)]
pub(crate) struct MatrixDecoder {
    channels: Vec<Channel>,
    links: Vec<(u32, i32)>,
    symbols: Symbols,
    deviations: Vec<i64>,
}

/// The symbols of all classes, and their parts.
#[derive(Clone, Debug)]
struct Symbols {
    at: Box<[u8; CLASSES << SCALE_BITS]>,
    spans: Box<[Span; CLASSES * SYMBOLS]>,
}

impl Symbols {
    fn new(tables: &Tables) -> Self {
        let mut symbols = Self {
            at: Box::new([0; CLASSES << SCALE_BITS]),
            spans: Box::new([Span::default(); CLASSES * SYMBOLS]),
        };
        let places = symbols.at.chunks_exact_mut(1 << SCALE_BITS);
        let spans = symbols.spans.chunks_exact_mut(SYMBOLS);
        for (table, (places, spans)) in tables.0.iter().zip(places.zip(spans)) {
            table.fill(places);
            spans.copy_from_slice(table.spans());
        }
        symbols
    }
}

/// The two streams of a chunk.
struct Streams<'a> {
    symbols: RangeDecoder<'a>,
    beside: BitReader<'a>,
}

impl MatrixDecoder {
    /// With a track's weights and tables.
    pub(crate) fn new(wiring: Wiring, tables: &Tables) -> Self {
        let mut first = 0;
        let channels = wiring.steps.iter().zip(&wiring.ends).map(|(steps, end)| {
            let links = (first, *end);
            first = *end;
            Channel {
                history: History::default(),
                steps: *steps,
                links,
                expectation: Expectation::BEGIN,
            }
        });
        Self {
            channels: channels.collect(),
            deviations: vec![0; wiring.steps.len()],
            links: wiring.links,
            symbols: Symbols::new(tables),
        }
    }

    /// Fills `values`, whole frames. `None` when the bytes are not those of so many numbers.
    pub(crate) fn decode(&mut self, bytes: &[u8], values: &mut [i64]) -> Option<()> {
        let n = self.channels.len().max(1);
        let (size, rest) = bytes.split_first_chunk()?;
        let (symbols, beside) = rest.split_at_checked(u32::from_le_bytes(*size) as usize)?;
        let mut streams = Streams {
            symbols: RangeDecoder::new(symbols)?,
            beside: BitReader::new(beside),
        };
        let mut frames = values.chunks_exact_mut(n);
        for (value, channel) in frames.next()?.iter_mut().zip(&mut self.channels) {
            *value = whole(&mut streams.beside);
            channel.history.begin(*value);
            channel.expectation = Expectation::BEGIN;
        }
        for frame in frames {
            self.frame(&mut streams, frame);
        }
        (streams.symbols.is_at_end() && streams.beside.is_at_end()).then_some(())
    }

    fn frame(&mut self, streams: &mut Streams<'_>, frame: &mut [i64]) {
        let symbols = &self.symbols;
        let (links, deviations) = (self.links.as_slice(), self.deviations.as_mut_slice());
        let mut fours = frame
            .chunks_exact_mut(4)
            .zip(self.channels.chunks_exact_mut(4));
        let mut first = 0;
        for (values, channels) in &mut fours {
            let (Ok(values), Ok(channels)) = (
                <&mut [i64; 4]>::try_from(values),
                <&mut [Channel; 4]>::try_from(channels),
            ) else {
                continue;
            };
            // Written out, so that the four states stay in registers.
            let known = (symbols, links);
            values[0] = next_value(0, streams, known, (&mut channels[0], deviations, first));
            values[1] = next_value(1, streams, known, (&mut channels[1], deviations, first + 1));
            values[2] = next_value(2, streams, known, (&mut channels[2], deviations, first + 2));
            values[3] = next_value(3, streams, known, (&mut channels[3], deviations, first + 3));
            first += 4;
        }
        let rest = frame
            .iter_mut()
            .zip(&mut self.channels)
            .enumerate()
            .skip(first);
        for (c, (value, channel)) in rest {
            *value = next_value(c, streams, (symbols, links), (channel, deviations, c));
        }
    }
}

/// The next value of the channel at a place, and its deviation into that place of the list.
#[inline(always)]
fn next_value(
    lane: usize,
    streams: &mut Streams<'_>,
    (symbols, links): (&Symbols, &[(u32, i32)]),
    (channel, deviations, place): (&mut Channel, &mut [i64], usize),
) -> i64 {
    let others = linked(links, channel, deviations);
    let deviation = deviation(streams, symbols, channel, lane);
    if let Some(slot) = deviations.get_mut(place) {
        *slot = deviation;
    }
    channel.next(deviation, others)
}

impl Channel {
    /// Takes in a deviation and returns the value that it makes.
    #[inline(always)]
    fn next(&mut self, deviation: i64, others: i64) -> i64 {
        let value = self
            .history
            .predicted(&self.steps, others)
            .wrapping_add(deviation);
        self.history.push(value);
        self.expectation.learn(deviation);
        value
    }
}

/// The weighted sum of what other channels did in this frame.
#[inline(always)]
fn linked(links: &[(u32, i32)], channel: &Channel, deviations: &[i64]) -> i64 {
    let (first, end) = (channel.links.0 as usize, channel.links.1 as usize);
    let mut sum = 0i64;
    for (other, weight) in links.get(first..end).unwrap_or(&[]) {
        let deviation = deviations.get(*other as usize).copied().unwrap_or(0);
        sum = sum.wrapping_add(deviation.wrapping_mul(i64::from(*weight)));
    }
    sum
}

/// The next deviation of a channel.
#[inline(always)]
fn deviation(streams: &mut Streams<'_>, symbols: &Symbols, channel: &Channel, lane: usize) -> i64 {
    let (class, low_bits) = channel.expectation.class();
    // Masks for what cannot be otherwise, so that no bound is checked.
    let class = class & (CLASSES - 1);
    let place = class << SCALE_BITS | streams.symbols.peek(lane);
    let symbol = usize::from(symbols.at[place]) & (SYMBOLS - 1);
    streams
        .symbols
        .advance(lane, symbols.spans[class * SYMBOLS + symbol]);
    if symbol == ESCAPE {
        return whole(&mut streams.beside);
    }
    let high = symbol as i64 - 32;
    if low_bits == 0 {
        high
    } else {
        high << low_bits | streams.beside.take(low_bits) as i64
    }
}

/// A number that stands beside the symbols: its length, then its bits.
#[inline(never)]
fn whole(bits: &mut BitReader<'_>) -> i64 {
    let n = bits.take(7).min(64) as u32;
    let low = n.min(32);
    unfolded(bits.take(low) | bits.take(n - low) << 32)
}
