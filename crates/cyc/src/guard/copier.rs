//! Hands copies of the walls' pictures to the guard, on a thread of its own.

use super::picture_file::PictureWriter;
use cyc_engine::run::{Intent, spawn};
use cyc_renderer::WindowCopy;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// What was handed over.
#[derive(Debug, Default)]
struct Counts {
    pictures: AtomicU64,
    failed: AtomicU64,
    fault: Mutex<Option<String>>,
}

/// The running thread. It ends when the last one who gives pictures does.
#[derive(Debug)]
pub(super) struct Copier {
    counts: Arc<Counts>,
}

impl Copier {
    /// Starts it for the windows in their order, of which those without a writer are passed over. Pictures go where is said
    /// with it.
    pub(super) fn start(
        mut writers: Vec<Option<PictureWriter>>,
    ) -> std::io::Result<(Self, SyncSender<WindowCopy>)> {
        let (to, copies): (_, Receiver<WindowCopy>) = sync_channel(writers.len().max(1));
        let counts = Arc::new(Counts::default());
        let ours = Arc::clone(&counts);
        spawn("guard", Intent::Normal, move |_| {
            for copy in &copies {
                let writer = writers.get_mut(copy.display).and_then(Option::as_mut);
                if let Some(writer) = writer {
                    ours.note(writer.write(copy.size_px, |put| copy.rows(put)));
                }
            }
        })?;
        Ok((Self { counts }, to))
    }

    /// Pictures that were handed over, and those that could not be.
    pub(super) fn counts(&self) -> [u64; 2] {
        [&self.counts.pictures, &self.counts.failed].map(|count| count.load(Ordering::Relaxed))
    }

    /// Why the last picture could not be handed over.
    pub(super) fn fault(&self) -> Option<String> {
        let fault = self.counts.fault.lock();
        fault.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Counts {
    fn note(&self, written: std::io::Result<bool>) {
        let fault = match written {
            Ok(true) => {
                self.pictures.fetch_add(1, Ordering::Relaxed);
                None
            }
            // The device is gone, and comes again.
            Ok(false) => return,
            Err(e) => {
                self.failed.fetch_add(1, Ordering::Relaxed);
                Some(e.to_string())
            }
        };
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }
}
