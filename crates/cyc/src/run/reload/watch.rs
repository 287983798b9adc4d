//! Looks at the stage file, on a thread of its own: editors write in place or rename another file over it, so what counts
//! is what stands in it, and that it stands there twice in a row. A file that is half written is not looked at yet.

use cyc_stage::STAGE_FILE_BYTES_MAX;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, SystemTime};

/// How often the file is looked at: an edit is seen half a second after it was saved.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The running look-out.
pub struct StageWatch {
    saved: Receiver<String>,
    stop: Arc<AtomicBool>,
}

impl StageWatch {
    /// Looks for texts other than the one that the stage runs with. `None` when there is no thread for it.
    pub fn start(path: &Path, text: &str) -> Option<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        // The newest text counts: one that nobody has taken yet holds up the look, not the file.
        let (sender, saved) = sync_channel(1);
        let look = Look {
            path: path.to_owned(),
            known: text.to_owned(),
            seen: None,
            unsure: None,
        };
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name("edits".to_owned());
        let started = thread.spawn(move || look.run(&sender, &stopped));
        started.is_ok().then_some(Self { saved, stop })
    }

    /// The text of a file that was saved since.
    pub fn saved(&self) -> Option<String> {
        self.saved.try_recv().ok()
    }
}

impl Drop for StageWatch {
    fn drop(&mut self) {
        // It ends by itself within a look.
        self.stop.store(true, Ordering::Relaxed);
    }
}

struct Look {
    path: PathBuf,
    known: String,
    /// What the file system said when the file was read last.
    seen: Option<(SystemTime, u64)>,
    /// What stood in it at the look before.
    unsure: Option<String>,
}

impl Look {
    fn run(mut self, saved: &SyncSender<String>, stopped: &AtomicBool) {
        while !stopped.load(Ordering::Relaxed) {
            std::thread::sleep(LOOK_EVERY);
            if let Some(text) = self.look()
                && saved.send(text).is_err()
            {
                return;
            }
        }
    }

    /// The text, when it is another one and was the same at two looks.
    fn look(&mut self) -> Option<String> {
        // A file that is not there is being replaced.
        let meta = std::fs::metadata(&self.path).ok()?;
        let now = (meta.modified().ok()?, meta.len());
        if self.unsure.is_none() && self.seen == Some(now) {
            return None;
        }
        let text = read(&self.path)?;
        self.seen = Some(now);
        if text == self.known {
            self.unsure = None;
            return None;
        }
        let before = self.unsure.replace(text);
        let text = self.unsure.take_if(|text| before.as_ref() == Some(text))?;
        self.known.clone_from(&text);
        Some(text)
    }
}

/// At most a little more than a stage file may have, so that a longer one is refused by its reader.
fn read(path: &Path) -> Option<String> {
    let file = std::fs::File::open(path).ok()?;
    let mut bytes = Vec::new();
    let most = STAGE_FILE_BYTES_MAX as u64 + 1;
    file.take(most).read_to_end(&mut bytes).ok()?;
    // What is no text is said by the reader of the file, at its place.
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(path: &Path, known: &str) -> Look {
        Look {
            path: path.to_owned(),
            known: known.to_owned(),
            seen: None,
            unsure: None,
        }
    }

    #[test]
    fn a_text_counts_when_it_stands_there_twice_in_place_or_renamed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stage.toml");
        std::fs::write(&path, "one").unwrap();
        let mut look = look(&path, "one");
        assert_eq!([look.look(), look.look()], [None, None]);
        std::fs::write(&path, "half").unwrap();
        assert_eq!(look.look(), None);
        std::fs::write(&path, "half and half").unwrap();
        assert_eq!(look.look(), None);
        assert_eq!(look.look().as_deref(), Some("half and half"));
        assert_eq!([look.look(), look.look()], [None, None]);
        // An editor's way: another file takes the name.
        let other = folder.path().join(".stage.toml.swp");
        std::fs::write(&other, "three").unwrap();
        std::fs::rename(&other, &path).unwrap();
        assert_eq!(look.look(), None);
        assert_eq!(look.look().as_deref(), Some("three"));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(look.look(), None);
        // What comes back as it was is no edit.
        std::fs::write(&path, "three").unwrap();
        assert_eq!([look.look(), look.look()], [None, None]);
    }
}
