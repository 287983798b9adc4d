//! What a file's index needs of each of its chunks, in some thirty bytes a chunk: a take of hours has a million of them, and
//! what records must not grow.
//!
//! Numbers are written as differences to what the chunk before lets expect, in groups of seven bits. Blocks of one size
//! are added, so that nothing is ever copied into a list of twice the length.

/// Bytes of a block.
const BLOCK_BYTES: usize = 256 << 10;

/// Longest number of 64 bits.
const NUMBER_BYTES_MAX: usize = 10;

/// Where a chunk lies and what times it covers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ChunkEntry {
    /// First and last log time, nanoseconds.
    pub times: [u64; 2],
    /// Where its record begins in the file.
    pub offset: u64,
    /// Bytes of its record.
    pub length: u64,
    /// Bytes of its messages as they stand in the file,
    pub compressed: u64,
    /// and unpacked.
    pub uncompressed: u64,
    /// Whether they are not compressed.
    pub stored: bool,
    /// Bytes of the message indexes behind it.
    pub index_bytes: u64,
    /// Where each channel's message index begins.
    pub indexes: Vec<(u16, u64)>,
}

impl ChunkEntry {
    fn end(&self) -> u64 {
        self.offset
            .wrapping_add(self.length)
            .wrapping_add(self.index_bytes)
    }
}

/// All chunks of a file.
#[derive(Debug, Default)]
pub(super) struct ChunkLog {
    blocks: Vec<Vec<u8>>,
    count: u32,
    last_time: u64,
    last_end: u64,
}

impl ChunkLog {
    /// How many there are.
    pub fn len(&self) -> u32 {
        self.count
    }

    /// Bytes that they take.
    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        self.blocks.iter().map(Vec::capacity).sum()
    }

    /// Adds a chunk.
    pub fn push(&mut self, entry: &ChunkEntry) {
        let most = (10 + 2 * entry.indexes.len()) * NUMBER_BYTES_MAX;
        let has_room = |b: &Vec<u8>| b.capacity() - b.len() >= most;
        if !self.blocks.last().is_some_and(has_room) {
            self.blocks.push(Vec::with_capacity(BLOCK_BYTES.max(most)));
        }
        let Some(block) = self.blocks.last_mut() else {
            return;
        };
        put_signed(block, entry.times[0].wrapping_sub(self.last_time));
        put_signed(block, entry.times[1].wrapping_sub(entry.times[0]));
        put_signed(block, entry.offset.wrapping_sub(self.last_end));
        put(block, entry.compressed);
        put(block, entry.length.wrapping_sub(entry.compressed));
        put(block, entry.uncompressed);
        put(block, entry.index_bytes);
        put(
            block,
            (entry.indexes.len() as u64) << 1 | u64::from(entry.stored),
        );
        let mut expected = entry.offset.wrapping_add(entry.length);
        for (channel, offset) in &entry.indexes {
            put(block, u64::from(*channel));
            put_signed(block, offset.wrapping_sub(expected));
            expected = *offset;
        }
        (self.last_time, self.last_end) = (entry.times[1], entry.end());
        self.count += 1;
    }

    /// Gives each chunk to `take`, in the order of the file, until it fails.
    pub fn each<E>(&self, mut take: impl FnMut(&ChunkEntry) -> Result<(), E>) -> Result<(), E> {
        let (mut entry, mut last_time, mut last_end) = (ChunkEntry::default(), 0u64, 0u64);
        for block in &self.blocks {
            let mut bytes = block.as_slice();
            while !bytes.is_empty() {
                let first = last_time.wrapping_add(signed(&mut bytes));
                entry.times = [first, first.wrapping_add(signed(&mut bytes))];
                entry.offset = last_end.wrapping_add(signed(&mut bytes));
                entry.compressed = number(&mut bytes);
                entry.length = entry.compressed.wrapping_add(number(&mut bytes));
                entry.uncompressed = number(&mut bytes);
                entry.index_bytes = number(&mut bytes);
                let word = number(&mut bytes);
                entry.stored = word & 1 == 1;
                entry.indexes.clear();
                let mut expected = entry.offset.wrapping_add(entry.length);
                for _ in 0..word >> 1 {
                    let channel = number(&mut bytes) as u16;
                    expected = expected.wrapping_add(signed(&mut bytes));
                    entry.indexes.push((channel, expected));
                }
                (last_time, last_end) = (entry.times[1], entry.end());
                take(&entry)?;
            }
        }
        Ok(())
    }
}

/// Seven bits a byte, the lowest first; the eighth says that more come.
fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A difference that may be negative: its sign goes into the lowest bit.
fn put_signed(out: &mut Vec<u8>, difference: u64) {
    let value = difference as i64;
    put(out, (value << 1 ^ value >> 63) as u64);
}

fn number(bytes: &mut &[u8]) -> u64 {
    let (mut value, mut shift) = (0u64, 0);
    while let Some((byte, rest)) = bytes.split_first() {
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 || shift > 63 {
            break;
        }
    }
    value
}

fn signed(bytes: &mut &[u8]) -> u64 {
    let value = number(bytes);
    (value >> 1) ^ (value & 1).wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::convert::Infallible;

    fn entry() -> impl Strategy<Value = ChunkEntry> {
        let numbers = prop::array::uniform7(any::<u64>());
        let indexes = prop::collection::vec((any::<u16>(), any::<u64>()), 0..6);
        (numbers, any::<bool>(), indexes).prop_map(|(n, stored, indexes)| ChunkEntry {
            times: [n[0], n[1]],
            offset: n[2],
            length: n[3],
            compressed: n[4],
            uncompressed: n[5],
            stored,
            index_bytes: n[6],
            indexes,
        })
    }

    proptest! {
        #[test]
        fn what_was_put_in_comes_out(entries in prop::collection::vec(entry(), 0..40)) {
            let mut log = ChunkLog::default();
            entries.iter().for_each(|e| log.push(e));
            prop_assert_eq!(log.len() as usize, entries.len());
            let mut out = Vec::new();
            let Ok(()) = log.each(|e| -> Result<(), Infallible> {
                out.push(e.clone());
                Ok(())
            });
            prop_assert_eq!(out, entries);
        }
    }

    /// An hour of chunks of 20 ms as a stage makes them: five channels, some 40 kB.
    #[test]
    fn an_hour_takes_a_few_mebibytes() {
        let mut log = ChunkLog::default();
        let mut offset = 9_000u64;
        let mut entries = Vec::new();
        for i in 0..180_000u64 {
            let (length, step) = (40_000 + i * 7919 % 4000, 120);
            let entry = ChunkEntry {
                times: [i * 20_000_000 + i % 977, i * 20_000_000 + 19_400_000],
                offset,
                length,
                compressed: length - 60,
                uncompressed: 90_000,
                stored: false,
                index_bytes: 5 * step,
                indexes: (1..=5)
                    .map(|c| (c, offset + length + step * u64::from(c - 1)))
                    .collect(),
            };
            offset = entry.end();
            log.push(&entry);
            entries.push(entry);
        }
        assert!(log.bytes() < 8 << 20, "{}", log.bytes());
        let mut nth = 0;
        let Ok(()) = log.each(|e| -> Result<(), Infallible> {
            assert_eq!(*e, entries[nth]);
            nth += 1;
            Ok(())
        });
        assert_eq!(nth, entries.len());
    }
}
