//! Blocks on their way from the recorder to the disk.
//!
//! The recorder never waits here: it looks how much lies there, and leaves out what matters least before it is too much.

use cyc_model::HostNs;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Lists that are kept to be filled again.
const SPARE_MAX: usize = 16;

/// A chunk, or what stands between two.
#[derive(Debug)]
pub(super) struct Block {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The time of the oldest frame in it, if there is one.
    pub from: Option<HostNs>,
    /// Whether it ends the take.
    pub is_last: bool,
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
        inner.spare.pop().unwrap_or_default()
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
        if inner.spare.len() < SPARE_MAX {
            bytes.clear();
            inner.spare.push(bytes);
        }
    }
}
