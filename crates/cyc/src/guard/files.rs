//! The files by which a stage and its guard know each other: one guard a screen and user.
//!
//! They lie in the user's runtime folder, which nobody else can open: pictures of a show are nobody else's.

use super::fault::GuardFault;
use super::picture_file::{PictureReader, PictureWriter};
use super::plan::{GuardPlan, GuardStatus};
use crate::state_folder::{read_small, write_whole};
use cyc_control::Door;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{File, OpenOptions, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Bytes of a plan or a status: 64 displays with names of 128 bytes, and room.
const TEXT_BYTES_MAX: usize = 64 * 1024;
/// How long a lock is tried for: whoever only looks whether it is held has it for a moment.
const LOCK_WITHIN: Duration = Duration::from_millis(200);
const LOCK_EVERY: Duration = Duration::from_millis(5);

/// Who holds a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    Stage,
    Guard,
}

/// The files of one screen's guard.
#[derive(Clone, Debug)]
pub(super) struct GuardFiles {
    /// What all their names begin with.
    stem: PathBuf,
}

impl GuardFiles {
    /// Those of the X screen of the environment; `None` when there is none.
    ///
    /// # Errors
    /// The folder is not the user's alone.
    pub(super) fn of_screen() -> Result<Option<Self>, GuardFault> {
        let Some(screen) = std::env::var("DISPLAY").ok().filter(|s| !s.is_empty()) else {
            return Ok(None);
        };
        let folder = Door::made_folder().map_err(|e| GuardFault::NotStarted {
            reason: e.to_string(),
        })?;
        Ok(Some(Self::within(&folder, &screen)))
    }

    pub(super) fn within(folder: &Path, screen: &str) -> Self {
        // `:0` and `:0.0` are one server, and one desktop.
        let (host, number) = screen.rsplit_once(':').unwrap_or(("", screen));
        let server = number.split('.').next().unwrap_or(number);
        let name: String = format!("{host}-{server}")
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .take(64)
            .collect();
        Self {
            stem: folder.join(format!("guard{name}")),
        }
    }

    fn path(&self, ending: &str) -> PathBuf {
        let mut path = self.stem.clone().into_os_string();
        path.push(".");
        path.push(ending);
        path.into()
    }

    fn lock_path(&self, holder: Holder) -> PathBuf {
        self.path(match holder {
            Holder::Stage => "stage.lock",
            Holder::Guard => "guard.lock",
        })
    }

    /// Holds a lock for as long as the file lives; `None` when somebody else holds it.
    pub(super) fn lock(&self, holder: Holder) -> std::io::Result<Option<File>> {
        let mut open = OpenOptions::new();
        open.write(true).create(true).truncate(false).mode(0o600);
        let file = open.open(self.lock_path(holder))?;
        let began = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(file)),
                Err(TryLockError::Error(e)) => return Err(e),
                Err(TryLockError::WouldBlock) if began.elapsed() > LOCK_WITHIN => return Ok(None),
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_EVERY),
            }
        }
    }

    /// Whether one of the two lives.
    pub(super) fn is_held(&self, holder: Holder) -> bool {
        File::open(self.lock_path(holder))
            .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    pub(super) fn plan(&self) -> Option<GuardPlan> {
        read_json(&self.path("plan.json"))
    }

    pub(super) fn put_plan(&self, plan: &GuardPlan) -> std::io::Result<()> {
        write_json(&self.path("plan.json"), plan)
    }

    pub(super) fn status(&self) -> Option<GuardStatus> {
        read_json(&self.path("status.json"))
    }

    pub(super) fn put_status(&self, status: &GuardStatus) -> std::io::Result<()> {
        write_json(&self.path("status.json"), status)
    }

    /// The two files of a display's pictures.
    fn picture_paths(&self, display: &str) -> [PathBuf; 2] {
        let mut hasher = DefaultHasher::new();
        display.hash(&mut hasher);
        let name = hasher.finish();
        ["a", "b"].map(|slot| self.path(&format!("{name:016x}.{slot}.picture")))
    }

    pub(super) fn writer(&self, display: &str) -> PictureWriter {
        PictureWriter::new(self.picture_paths(display))
    }

    pub(super) fn reader(&self, display: &str) -> PictureReader {
        PictureReader::new(self.picture_paths(display))
    }

    /// Takes a display's pictures away.
    pub(super) fn forget_pictures(&self, display: &str) {
        for path in self.picture_paths(display) {
            // What is not there need not be taken away.
            let _ = std::fs::remove_file(path);
        }
    }
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&read_small(path, TEXT_BYTES_MAX)?).ok()
}

fn write_json(path: &Path, value: &impl Serialize) -> std::io::Result<()> {
    write_whole(path, &serde_json::to_vec(value)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_held_until_its_holder_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let files = GuardFiles::within(folder.path(), ":0");
        assert!(!files.is_held(Holder::Stage));
        let held = files.lock(Holder::Stage).unwrap();
        assert!(held.is_some() && files.is_held(Holder::Stage) && !files.is_held(Holder::Guard));
        assert!(files.lock(Holder::Stage).unwrap().is_none());
        drop(held);
        assert!(!files.is_held(Holder::Stage) && files.lock(Holder::Stage).unwrap().is_some());
    }

    #[test]
    fn every_server_has_its_own_files_and_its_screens_share_them() {
        let folder = Path::new("/run/x");
        let stem = |screen| GuardFiles::within(folder, screen).stem;
        assert_eq!(stem(":0"), stem(":0.0"));
        assert_eq!(stem(":1"), folder.join("guard-1"));
        assert_ne!(stem(":0"), stem("far:0"));
        assert_eq!(stem("../..:1").parent().unwrap(), folder);
    }
}
