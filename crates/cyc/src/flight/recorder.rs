//! Writes the flight of a stage that runs.

use super::found::{found, remove};
use super::{ENDINGS, EVERY, FILE_BYTES_MAX, KEPT_MAX, SPAN};
use cyc_control::{StageDocument, StageState};
use cyc_telemetry::Counter;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

/// Documents that wait for the disk: two seconds.
const WAITING_MAX: usize = 8;

/// Writes the flight of a stage that runs.
pub struct FlightRecorder {
    documents: Option<SyncSender<StageDocument>>,
    thread: Option<JoinHandle<()>>,
    paths: [PathBuf; 2],
    kept_at: Option<Instant>,
    /// Documents that the disk did not take, or not in time.
    pub lost: Arc<Counter>,
}

impl FlightRecorder {
    /// Begins in a folder, which is made when it is not there; flights of long ago make room. `None` when the folder takes no
    /// file: the stage runs without.
    pub fn start(folder: &Path) -> Option<Self> {
        let at = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let (at_s, process) = (at.unwrap_or_default().as_secs(), std::process::id());
        let paths = ENDINGS.map(|ending| folder.join(format!("{at_s}-{process}{ending}")));
        let mut private = DirBuilder::new();
        private.recursive(true).mode(0o700).create(folder).ok()?;
        for old in found(folder).iter().skip(KEPT_MAX - 1) {
            remove(&old.paths);
        }
        let files = [open(&paths[0])?, open(&paths[1])?];
        let (documents, coming) = sync_channel(WAITING_MAX);
        let lost = Arc::<Counter>::default();
        let uncounted = Arc::clone(&lost);
        let thread = std::thread::Builder::new().name("flight".to_owned());
        let thread = thread.spawn(move || write_all(files, &coming, &uncounted));
        Some(Self {
            documents: Some(documents),
            thread: Some(thread.ok()?),
            paths,
            kept_at: None,
            lost,
        })
    }

    /// Keeps a document, if it is time for one. Never waits.
    pub fn note(&mut self, document: &StageDocument) {
        // That it has failed is the last that it says.
        let has_failed = document.state == StageState::Failed;
        if self.kept_at.is_some_and(|at| at.elapsed() < EVERY) && !has_failed {
            return;
        }
        self.kept_at = Some(Instant::now());
        let Some(documents) = &self.documents else {
            return;
        };
        if documents.try_send(document.clone()).is_err() {
            self.lost.increment();
        }
    }

    /// The stage ends in order: nobody will ask.
    pub fn finish(mut self) {
        self.documents = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        remove(&self.paths);
    }
}

/// A file that is locked as long as the process lives.
fn open(path: &Path) -> Option<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let file = options.open(path).ok()?;
    file.try_lock().ok()?;
    Some(file)
}

fn write_all(mut files: [File; 2], coming: &Receiver<StageDocument>, lost: &Counter) {
    let (mut at, mut bytes, mut began) = (0, 0u64, Instant::now());
    for document in coming {
        let Ok(mut line) = serde_json::to_vec(&document) else {
            lost.increment();
            continue;
        };
        line.push(b'\n');
        let size = line.len() as u64;
        if began.elapsed() >= SPAN || bytes + size > FILE_BYTES_MAX {
            (at, bytes, began) = (1 - at, 0, Instant::now());
            if let Some(file) = files.get_mut(at) {
                restart(file);
            }
        }
        let written = files.get_mut(at).map(|file| file.write_all(&line));
        match written {
            Some(Ok(())) => bytes += size,
            // Part of a line may stand there: the reader skips it.
            _ => {
                lost.increment();
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    }
}

fn restart(file: &mut File) {
    use std::io::Seek;
    // What cannot be emptied is written over.
    let _ = file.set_len(0);
    let _ = file.rewind();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flight::read;

    fn document(number: u64) -> StageDocument {
        StageDocument {
            number,
            stage: "Demo volume".into(),
            ..StageDocument::default()
        }
    }

    #[test]
    fn a_stage_that_ends_in_order_leaves_nothing_and_one_that_does_not_its_last_minute() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("flights");
        let mut flight = FlightRecorder::start(&folder).unwrap();
        flight.note(&document(1));
        // Too soon for another.
        flight.note(&document(2));
        assert!(found(&folder).is_empty(), "one that runs is not found");
        flight.finish();
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
        let mut flight = FlightRecorder::start(&folder).unwrap();
        flight.note(&document(3));
        // As a process that is killed lets it go: the channel closes and the locks end, without a last word.
        flight.documents = None;
        flight.thread.take().unwrap().join().unwrap();
        let left = found(&folder);
        assert_eq!(left.len(), 1);
        let documents = read(&left[0].paths[0]).unwrap();
        let numbers: Vec<u64> = documents.iter().map(|d| d.number).collect();
        assert_eq!(numbers, [3]);
    }

    #[test]
    fn the_second_file_takes_over_and_the_first_is_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ENDINGS.map(|ending| folder.path().join(format!("7-7{ending}")));
        let files = [open(&paths[0]).unwrap(), open(&paths[1]).unwrap()];
        let (documents, coming) = sync_channel(64);
        let writer = std::thread::Builder::new().name("flight".to_owned());
        let writer = writer.spawn(move || write_all(files, &coming, &Counter::default()));
        // Three files' worth and a half.
        let large = "x".repeat(1 << 20);
        for number in 0..25 {
            let mut document = document(number);
            document.stage.clone_from(&large);
            documents.send(document).unwrap();
        }
        drop(documents);
        writer.unwrap().join().unwrap();
        let numbers: Vec<u64> = read(&paths[1]).unwrap().iter().map(|d| d.number).collect();
        assert!(numbers.len() >= 7, "{numbers:?}");
        assert!(numbers.windows(2).all(|w| w[1] == w[0] + 1));
        assert_eq!(numbers.last(), Some(&24));
        for path in &paths {
            assert!(std::fs::metadata(path).unwrap().len() <= FILE_BYTES_MAX);
        }
    }

    #[test]
    fn old_flights_make_room() {
        let folder = tempfile::tempdir().unwrap();
        for run in 0..20 {
            for ending in ENDINGS {
                std::fs::write(folder.path().join(format!("{run}-1{ending}")), "{}\n").unwrap();
            }
        }
        std::fs::write(folder.path().join("notes.txt"), "not one").unwrap();
        let flight = FlightRecorder::start(folder.path()).unwrap();
        assert_eq!(found(folder.path()).len(), KEPT_MAX - 1);
        assert!(folder.path().join("notes.txt").exists());
        flight.finish();
    }
}
