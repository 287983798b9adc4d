//! Looks at the stage file and at the files that its performers' tables name, on a thread of its own: editors write in
//! place or rename another file over it, so what counts is what stands in it, and that it stands there twice in a row. A
//! file that is half written is not looked at yet.

use crate::demo::files::beside;
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
            beside: Beside::of(path, text),
        };
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name("edits".to_owned());
        let started = thread.spawn(move || look.run(&sender, &stopped));
        started.is_ok().then_some(Self { saved, stop })
    }

    /// The text of the stage file when it, or a file that it names, was saved since.
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
    beside: Beside,
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
        let is_other = self.beside.is_other();
        // A file that is not there is being replaced.
        let meta = std::fs::metadata(&self.path).ok()?;
        let now = (meta.modified().ok()?, meta.len());
        if self.unsure.is_none() && self.seen == Some(now) {
            return is_other.then(|| self.known.clone());
        }
        let text = read(&self.path)?;
        self.seen = Some(now);
        if text == self.known {
            self.unsure = None;
            return is_other.then_some(text);
        }
        let before = self.unsure.replace(text);
        let text = self.unsure.take_if(|text| before.as_ref() == Some(text))?;
        self.known.clone_from(&text);
        self.beside = Beside::of(&self.path, &text);
        Some(text)
    }
}

/// What the file system says of a file; nothing while it is being replaced.
type Sign = Option<(SystemTime, u64)>;

/// The files beside a stage file that say how performers become their digital humans.
#[derive(Debug, Default)]
struct Beside {
    files: Vec<(PathBuf, Sign)>,
    /// What they said at the look before, while that is not what is known.
    unsure: Option<Vec<Sign>>,
}

impl Beside {
    /// Of a stage file's text; one that cannot be read names none.
    fn of(stage_file: &Path, text: &str) -> Self {
        let table: toml::Table = text.parse().unwrap_or_default();
        let performers = table.get("performer").and_then(toml::Value::as_array);
        let performers = performers.into_iter().flatten();
        let named = performers.flat_map(|performer| NAMED.map(|key| performer.get(key)));
        let files = named.flatten().filter_map(toml::Value::as_str);
        let files = files.take(FILES_MAX).map(|file| beside(stage_file, file));
        Self {
            files: files.map(|path| (path.clone(), sign(&path))).collect(),
            unsure: None,
        }
    }

    /// Whether one was saved, and is as it was at the look before.
    fn is_other(&mut self) -> bool {
        let now: Vec<Sign> = self.files.iter().map(|(path, _)| sign(path)).collect();
        let is_known = self
            .files
            .iter()
            .zip(&now)
            .all(|((_, known), now)| known == now);
        if is_known || now.contains(&None) {
            self.unsure = None;
            return false;
        }
        if self.unsure.as_ref() != Some(&now) {
            self.unsure = Some(now);
            return false;
        }
        self.unsure = None;
        for ((_, known), now) in self.files.iter_mut().zip(now) {
            *known = now;
        }
        true
    }
}

/// Keys of a performer's table whose files are followed.
const NAMED: [&str; 3] = ["map", "retarget", "face"];
/// Files that are looked at.
const FILES_MAX: usize = 192;

fn sign(path: &Path) -> Sign {
    let meta = std::fs::metadata(path).ok()?;
    Some((meta.modified().ok()?, meta.len()))
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
            beside: Beside::default(),
        }
    }

    #[test]
    fn a_file_that_a_performer_names_counts_as_the_stage_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stage.toml");
        let text = "[[performer]]\nname = 'Ann'\nface = 'face.toml'\n";
        let face = folder.path().join("face.toml");
        std::fs::write(&path, text).unwrap();
        std::fs::write(&face, "mirrored = false").unwrap();
        let mut look = look(&path, text);
        look.beside = Beside::of(&path, text);
        assert_eq!([look.look(), look.look()], [None, None]);
        std::fs::write(&face, "mirrored = true # saved").unwrap();
        assert_eq!(look.look(), None);
        assert_eq!(look.look().as_deref(), Some(text));
        assert_eq!([look.look(), look.look()], [None, None]);
        // While it is being replaced nothing is said.
        std::fs::remove_file(&face).unwrap();
        assert_eq!([look.look(), look.look()], [None, None]);
        std::fs::write(&face, "mirrored = false # and again").unwrap();
        assert_eq!([look.look(), look.look()], [None, Some(text.to_owned())]);
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
