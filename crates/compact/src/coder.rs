//! A matrix of whole numbers, frames times channels, to bytes and back: prediction, expectation, symbols.
//!
//! The first frame of a chunk stands on its own, so that every chunk can be read without the others.

use crate::bits::BitWriter;
use crate::channels::Channels;
use crate::expectation::{CLASSES, Coded, Expectation};
use crate::fields::folded;
use crate::predictor::{Fit, History, OTHERS_MAX, STEPS, Taps};
use crate::range_code::encode;
use crate::symbol_table::{ESCAPE, SYMBOLS, Span, SymbolTable};

/// How often each symbol of each class occurs.
pub(crate) type Counts = [[u32; SYMBOLS]; CLASSES];

/// No symbol yet.
pub(crate) const NO_COUNTS: Counts = [[0; SYMBOLS]; CLASSES];

/// The tables of a track.
#[derive(Clone, Debug)]
pub(crate) struct Tables(pub Vec<SymbolTable>);

impl Tables {
    /// From counts.
    pub(crate) fn counted(counts: &Counts) -> Self {
        Self(counts.iter().map(SymbolTable::counted).collect())
    }

    fn span(&self, coded: Coded) -> Span {
        let table = self.0.get(coded.class);
        table.map(|t| t.span(coded.symbol)).unwrap_or_default()
    }

    /// Bytes that a chunk with these counts would have, for choosing.
    pub(crate) fn bytes(&self, counts: &Counts) -> f64 {
        let each = self.0.iter().zip(counts).flat_map(|(table, counts)| {
            let of = move |(symbol, n): (usize, &u32)| f64::from(*n) * table.bits(symbol);
            counts.iter().enumerate().filter(|(_, n)| **n > 0).map(of)
        });
        each.sum::<f64>() / 8.0
    }
}

/// The weights of a track with the channels that they are for, flat, without those that are zero.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wiring {
    /// Of each channel, the weights of its own steps.
    pub steps: Vec<[i64; STEPS]>,
    /// Of each channel, where its links end; they begin where the channel's before it end.
    pub ends: Vec<u32>,
    /// Channels and their weights.
    pub links: Vec<(u32, i32)>,
}

impl Wiring {
    /// Of the taps of all channels.
    pub(crate) fn new(channels: &Channels, taps: &[Taps]) -> Self {
        let mut wiring = Self::default();
        for (channel, taps) in taps.iter().enumerate() {
            wiring.steps.push(taps.steps);
            let others = channels.others(channel);
            let pairs = others.list().iter().zip(&taps.others);
            let pairs = pairs.filter(|(_, w)| **w != 0);
            wiring.links.extend(pairs.map(|(o, w)| (*o, *w as i32)));
            wiring.ends.push(wiring.links.len() as u32);
        }
        wiring
    }

    fn len(&self) -> usize {
        self.steps.len()
    }
}

/// Gives the deviation of each number of a chunk, frame after frame; of the first frame the numbers themselves.
pub(crate) fn deviations(wiring: &Wiring, values: &[i64], mut each: impl FnMut(usize, usize, i64)) {
    let n = wiring.len().max(1);
    let mut histories = vec![History::default(); n];
    let mut deviation = vec![0i64; n];
    for (f, frame) in values.chunks_exact(n).enumerate() {
        let mut link = 0;
        for (c, value) in frame.iter().enumerate() {
            if f == 0 {
                histories[c].begin(*value);
                each(f, c, *value);
                continue;
            }
            let end = wiring.ends[c] as usize;
            let links = &wiring.links[link..end];
            link = end;
            let others = links
                .iter()
                .map(|(o, w)| deviation[*o as usize].wrapping_mul(i64::from(*w)));
            let others = others.fold(0i64, i64::wrapping_add);
            let predicted = histories[c].predicted(&wiring.steps[c], others);
            deviation[c] = value.wrapping_sub(predicted);
            histories[c].push(*value);
            each(f, c, deviation[c]);
        }
    }
}

/// The weights that suit the chunks best.
pub(crate) fn fitted(channels: &Channels, chunks: &[&[i64]]) -> Vec<Taps> {
    let n = channels.len();
    let mut taps = vec![Taps::STILL; n];
    // The deviations of all frames, so that channels further on can look at them.
    let mut deviation: Vec<Vec<i64>> = chunks.iter().map(|c| vec![0; c.len()]).collect();
    for c in 0..n {
        let others = channels.others(c);
        let list = others.list();
        taps[c] = if channels.is_fitted(c) {
            let mut fit = Fit::new(list.len());
            walk(chunks, &deviation, n, c, list, |history, others, value| {
                fit.add(&history.steps, others, value.wrapping_sub(history.last));
            });
            fit.taps()
        } else {
            stillest(chunks, n, c)
        };
        let own = taps[c];
        let mut found = Vec::new();
        walk(chunks, &deviation, n, c, list, |history, others, value| {
            let sum = others.iter().zip(&own.others);
            let sum = sum.fold(0i64, |s, (d, w)| s.wrapping_add(d.wrapping_mul(*w)));
            found.push(value.wrapping_sub(history.predicted(&own.steps, sum)));
        });
        let mut found = found.into_iter();
        for chunk in &mut deviation {
            for frame in chunk.chunks_exact_mut(n).skip(1) {
                frame[c] = found.next().unwrap_or(0);
            }
        }
    }
    taps
}

/// Goes through a channel but for the first frame of each chunk.
fn walk(
    chunks: &[&[i64]],
    deviation: &[Vec<i64>],
    n: usize,
    c: usize,
    others: &[u32],
    mut each: impl FnMut(&History, &[i64], i64),
) {
    let mut seen = [0i64; OTHERS_MAX];
    for (chunk, deviation) in chunks.iter().zip(deviation) {
        let mut history = History::default();
        let frames = chunk.chunks_exact(n).zip(deviation.chunks_exact(n));
        for (f, (values, deviations)) in frames.enumerate() {
            if f == 0 {
                history.begin(values[c]);
                continue;
            }
            for (slot, other) in seen.iter_mut().zip(others) {
                *slot = deviations[*other as usize];
            }
            each(&history, &seen[..others.len()], values[c]);
            history.push(values[c]);
        }
    }
}

/// Whether a number rather stays or goes on.
fn stillest(chunks: &[&[i64]], n: usize, c: usize) -> Taps {
    let (mut still, mut straight) = (0f64, 0f64);
    for chunk in chunks {
        let mut history = History::default();
        for (f, values) in chunk.chunks_exact(n).enumerate() {
            if f == 0 {
                history.begin(values[c]);
                continue;
            }
            let step = values[c].wrapping_sub(history.last);
            still += (1.0 + (step as f64).abs()).log2();
            straight += (1.0 + (step.wrapping_sub(history.steps[0]) as f64).abs()).log2();
            history.push(values[c]);
        }
    }
    if straight < still {
        Taps::STRAIGHT
    } else {
        Taps::STILL
    }
}

/// Counts the symbols of a chunk; returns the bits that stand beside them.
pub(crate) fn count(wiring: &Wiring, values: &[i64], counts: &mut Counts) -> u64 {
    let mut expectations = vec![Expectation::BEGIN; wiring.len()];
    let mut beside = 0;
    deviations(wiring, values, |f, c, deviation| {
        if f == 0 {
            beside += 7 + u64::from(length(deviation));
            return;
        }
        let coded = expectations[c].code(deviation);
        counts[coded.class][coded.symbol] += 1;
        beside += if coded.symbol == ESCAPE {
            7 + u64::from(length(deviation))
        } else {
            u64::from(coded.low_bits)
        };
        expectations[c].learn(deviation);
    });
    beside
}

/// Bits of a folded number.
fn length(v: i64) -> u32 {
    64 - folded(v).leading_zeros()
}

fn put_whole(bits: &mut BitWriter, v: i64) {
    let (folded, n) = (folded(v), length(v));
    bits.put(u64::from(n), 7);
    let low = n.min(32);
    bits.put(folded, low);
    bits.put(folded.checked_shr(32).unwrap_or(0), n - low);
}

/// A chunk's numbers as bytes: how many bytes of symbols, the symbols, the bits beside them.
pub(crate) fn encoded(wiring: &Wiring, tables: &Tables, values: &[i64]) -> Vec<u8> {
    let mut expectations = vec![Expectation::BEGIN; wiring.len()];
    let (mut symbols, mut bits) = (Vec::with_capacity(values.len()), BitWriter::default());
    deviations(wiring, values, |f, c, deviation| {
        if f == 0 {
            return put_whole(&mut bits, deviation);
        }
        let coded = expectations[c].code(deviation);
        symbols.push((c, tables.span(coded)));
        if coded.symbol == ESCAPE {
            put_whole(&mut bits, deviation);
        } else {
            bits.put(deviation as u64, coded.low_bits);
        }
        expectations[c].learn(deviation);
    });
    let symbols = encode(&symbols);
    let mut out = (symbols.len() as u32).to_le_bytes().to_vec();
    out.extend_from_slice(&symbols);
    out.extend(bits.finish());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix_decoder::MatrixDecoder;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_numbers_come_back(
            numbers in 0usize..4,
            points in 0usize..3,
            values in prop::collection::vec(prop_oneof![
                4 => -5i64..5, 2 => -3000i64..3000, 1 => any::<i64>(),
            ], 0..600),
        ) {
            let channels = Channels { numbers: numbers + 1, points, ..Channels::default() };
            let n = channels.len();
            let values = &values[..values.len() / n * n];
            let chunks: Vec<&[i64]> = values.chunks(7 * n).collect();
            let taps = fitted(&channels, &chunks);
            let wiring = Wiring::new(&channels, &taps);
            let mut counts = NO_COUNTS;
            chunks.iter().for_each(|c| { count(&wiring, c, &mut counts); });
            let tables = Tables::counted(&counts);
            let mut decoder = MatrixDecoder::new(wiring.clone(), &tables);
            for chunk in chunks {
                let bytes = encoded(&wiring, &tables, chunk);
                let mut back = vec![1; chunk.len()];
                prop_assert!(decoder.decode(&bytes, &mut back).is_some());
                prop_assert_eq!(&back, chunk);
                prop_assert!(decoder.decode(&bytes[..bytes.len() - 1], &mut back).is_none());
            }
        }
    }
}
