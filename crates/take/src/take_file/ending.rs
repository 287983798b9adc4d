//! The end of a file: its summary and its footer, in pieces. The index of a take of hours has a hundred megabytes, and who
//! records holds a piece of it at a time.

use super::chunk_log::{ChunkEntry, ChunkLog};
use super::container_writer::{MAGIC, PlaceEntry, chunk_compression, record};
use super::fields::Put;
use mcap::records::op;
use std::convert::Infallible;

/// Bytes from which on a piece is given away.
const PIECE_BYTES: usize = 64 << 10;

/// What is still to be written of a file whose last chunk is closed.
pub(super) struct Ending {
    /// What stands before the summary and was not taken away yet.
    pub ready: Vec<u8>,
    /// Where the summary begins in the file.
    pub start: u64,
    /// Definitions and statistics: the beginning of the summary.
    pub head: Vec<u8>,
    /// What the index needs of each chunk.
    pub chunks: ChunkLog,
    /// The records of what stands outside of chunks.
    pub places: Vec<PlaceEntry>,
}

impl Ending {
    /// How long it is.
    pub fn bytes(&self) -> u64 {
        let mut bytes = 0;
        let Ok(()) = self.write(|piece| -> Result<(), Infallible> {
            bytes += piece.len() as u64;
            Ok(())
        });
        bytes
    }

    /// Gives its pieces to `put`, whole records each, in the order of the file.
    ///
    /// # Errors
    /// The first one of `put`; nothing is given after it.
    pub fn write<E>(&self, put: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let mut pieces = Pieces {
            put,
            piece: Vec::with_capacity(2 * PIECE_BYTES),
            crc: crc32fast::Hasher::new(),
        };
        if !self.ready.is_empty() {
            (pieces.put)(&self.ready)?;
        }
        pieces.piece.extend_from_slice(&self.head);
        self.chunks.each(|chunk| {
            chunk_index_record(chunk, &mut pieces.piece);
            pieces.give(PIECE_BYTES)
        })?;
        for place in &self.places {
            record(&mut pieces.piece, place.opcode, |put| {
                put.bytes(&place.body);
            });
        }
        pieces.give(1)?;
        pieces.footer(self.start)
    }
}

/// A piece that grows, and the checksum of all of them.
struct Pieces<P> {
    put: P,
    piece: Vec<u8>,
    crc: crc32fast::Hasher,
}

impl<P> Pieces<P> {
    /// Gives the piece away when it is at least so long.
    fn give<E>(&mut self, least: usize) -> Result<(), E>
    where
        P: FnMut(&[u8]) -> Result<(), E>,
    {
        if self.piece.len() < least {
            return Ok(());
        }
        self.crc.update(&self.piece);
        let given = (self.put)(&self.piece);
        self.piece.clear();
        given
    }

    /// The footer of a summary that begins at `start`. The checksum covers the summary and the footer's own fields before it.
    fn footer<E>(mut self, start: u64) -> Result<(), E>
    where
        P: FnMut(&[u8]) -> Result<(), E>,
    {
        let mut fields = Vec::new();
        let mut put = Put(&mut fields);
        put.u64(start);
        put.u64(0);
        let mut head = vec![op::FOOTER];
        Put(&mut head).u64(20);
        self.crc.update(&head);
        self.crc.update(&fields);
        let crc = self.crc.finalize();
        record(&mut self.piece, op::FOOTER, |put| {
            put.bytes(&fields);
            put.u32(crc);
        });
        self.piece.extend_from_slice(&MAGIC);
        (self.put)(&self.piece)
    }
}

fn chunk_index_record(chunk: &ChunkEntry, out: &mut Vec<u8>) {
    record(out, op::CHUNK_INDEX, |put| {
        put.u64(chunk.times[0]);
        put.u64(chunk.times[1]);
        put.u64(chunk.offset);
        put.u64(chunk.length);
        put.u32(10 * chunk.indexes.len() as u32);
        for (channel, offset) in &chunk.indexes {
            put.u16(*channel);
            put.u64(*offset);
        }
        put.u64(chunk.index_bytes);
        put.long_text(chunk_compression(chunk.stored));
        put.u64(chunk.compressed);
        put.u64(chunk.uncompressed);
    });
}

#[cfg(test)]
mod tests {
    use super::super::container_writer::ContainerWriter;
    use super::*;

    #[test]
    fn an_index_of_many_chunks_is_written_in_small_pieces_and_is_whole() {
        let mut writer = ContainerWriter::new("test", "test", "test");
        let channel = writer.channel("Thing", "", "things");
        let mut file = Vec::new();
        for i in 0..5000 {
            writer.message(channel, i, [u64::from(i) * 20_000_000; 2], &[7; 40]);
            writer.close_chunk();
            file.append(&mut writer.take_ready(Vec::new()));
        }
        let ending = writer.ending();
        let (mut longest, before) = (0, file.len());
        let Ok(()) = ending.write(|piece| -> Result<(), Infallible> {
            longest = longest.max(piece.len());
            file.extend_from_slice(piece);
            Ok(())
        });
        assert_eq!(ending.bytes(), (file.len() - before) as u64);
        assert!(longest < PIECE_BYTES + 1024, "{longest}");
        assert!(file.len() - before > 4 * PIECE_BYTES);
        // The `mcap` crate checks the summary's checksum, and finds a chunk by the last index record.
        let summary = mcap::Summary::read(&file).unwrap().unwrap();
        assert_eq!(summary.chunk_indexes.len(), 5000);
        let last = summary.chunk_indexes.last().unwrap();
        let messages: Vec<_> = summary.stream_chunk(&file, last).unwrap().collect();
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].as_ref().unwrap().sequence, 4999);
    }

    #[test]
    fn nothing_is_given_after_what_failed() {
        let mut writer = ContainerWriter::new("test", "test", "test");
        let channel = writer.channel("Thing", "", "things");
        writer.message(channel, 1, [1; 2], &[7; 40]);
        let mut given = 0;
        let failed = writer.ending().write(|_| {
            given += 1;
            if given == 2 { Err(()) } else { Ok(()) }
        });
        assert_eq!((failed, given), (Err(()), 2));
    }
}
