//! Blocks on their way from the recorder to the disk.
//!
//! The recorder never waits here: it looks how much lies there, and leaves out what matters least before it is too much.

use super::ending::Ending;
use crate::limits::CHUNK_BYTES_TARGET;
use cyc_model::HostNs;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Lists that are kept to be filled again: one that is filled next, and one for a disk that is late by a block. With as many as
/// ever waited at once, a take's memory would grow for as long as the machine now and then is busier than before.
const SPARE_MAX: usize = 2;
/// Room of a list from the beginning, so that it never grows: a chunk closes with the frame that makes it as long as the target,
/// and definitions and indexes stand beside it.
const LIST_BYTES: usize = CHUNK_BYTES_TARGET as usize + (64 << 10);

/// A chunk, or what stands between two.
pub(super) struct Block {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The time of the oldest frame in it, if there is one.
    pub from: Option<HostNs>,
    /// Whether, and how, the take ends with it.
    pub end: Option<End>,
}

/// How a take ends.
pub(super) enum End {
    /// With what is still to be written.
    Whole(Box<Ending>),
    /// It is left as it is.
    Dropped,
}

/// What lies there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Load {
    /// Bytes, those that are being written included.
    pub bytes: u64,
    /// The time of the oldest frame that is not written.
    pub oldest: Option<HostNs>,
}

#[derive(Default)]
struct Inner {
    blocks: VecDeque<Block>,
    /// What is being written.
    writing: Option<(u64, Option<HostNs>)>,
    bytes: u64,
    spare: Vec<Vec<u8>>,
}

/// A queue of blocks.
#[derive(Default)]
pub(super) struct Backlog {
    inner: Mutex<Inner>,
    more: Condvar,
}

impl Backlog {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What lies there.
    pub fn load(&self) -> Load {
        let inner = self.lock();
        let writing = inner.writing.and_then(|(_, from)| from);
        let waiting = || inner.blocks.iter().find_map(|b| b.from);
        Load {
            bytes: inner.bytes,
            oldest: writing.or_else(waiting),
        }
    }

    /// Puts a block behind the others; an empty list in exchange.
    pub fn push(&self, block: Block) -> Vec<u8> {
        let mut inner = self.lock();
        inner.bytes += block.bytes.len() as u64;
        inner.blocks.push_back(block);
        self.more.notify_one();
        let spare = inner.spare.pop();
        spare.unwrap_or_else(|| Vec::with_capacity(LIST_BYTES))
    }

    /// Takes the oldest block, waiting for one a while. It counts until it is [`Self::done`].
    pub fn take(&self, wait: Duration) -> Option<Block> {
        let inner = self.lock();
        let waited = self
            .more
            .wait_timeout_while(inner, wait, |inner| inner.blocks.is_empty());
        let (mut inner, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let block = inner.blocks.pop_front()?;
        inner.writing = Some((block.bytes.len() as u64, block.from));
        Some(block)
    }

    /// A block was written; its list is kept.
    pub fn done(&self, mut bytes: Vec<u8>) {
        let mut inner = self.lock();
        if let Some((length, _)) = inner.writing.take() {
            inner.bytes -= length;
        }
        // One that grew all the same, by an attachment say, is not kept; nor is one that would still grow.
        if inner.spare.len() < SPARE_MAX && bytes.capacity() == LIST_BYTES {
            bytes.clear();
            inner.spare.push(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is kept is the same however much once waited, and however long a block once was.
    #[test]
    fn a_disk_that_was_late_leaves_no_memory_behind() {
        let backlog = Backlog::default();
        let mut filled = Vec::new();
        for (round, waiting) in [1, 40, 3, 40].into_iter().enumerate() {
            for nth in 0..waiting {
                filled.resize(if nth == 7 { 3 * LIST_BYTES } else { 1000 }, 0);
                let block = Block {
                    bytes: std::mem::take(&mut filled),
                    from: None,
                    end: None,
                };
                filled = backlog.push(block);
                assert!(
                    filled.is_empty() && filled.capacity() == LIST_BYTES,
                    "{nth}"
                );
            }
            while let Some(block) = backlog.take(Duration::ZERO) {
                backlog.done(block.bytes);
            }
            assert_eq!(backlog.load(), Load::default());
            let inner = backlog.lock();
            let kept: usize = inner.spare.iter().map(Vec::capacity).sum();
            assert!(kept <= SPARE_MAX * LIST_BYTES, "round {round}: {kept}");
            // What a recorder begins with is too small to be kept.
            assert!(!inner.spare.is_empty() || round == 0);
        }
    }
}
