//! The door file: how a program on this machine finds a running stage, and what it must show to be let in.
//!
//! A running stage keeps one file with its address and its tokens, readable by its own user alone, under a folder that
//! is the user's alone. While it runs it holds a lock on that file: the kernel lets go of the lock however the stage
//! ends, so a file that nobody holds is left over from a stage that is gone, whatever number stands in it.

use crate::limits::{DOOR_BYTES_MAX, DOOR_FILES_MAX, DOOR_NAME_BYTES_MAX};
use crate::role::Role;
use serde::{Deserialize, Serialize};
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// How every door file ends.
const ENDING: &str = ".door.json";
/// The file whose lock a stage holds while it chooses the name of its own: of two that start at once, one waits.
const CHOOSING: &str = "doors.lock";

/// The way into a running stage.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    /// Where its control interface listens.
    pub address: SocketAddr,
    /// Token of [`Role::View`].
    pub view: String,
    /// Token of [`Role::Operate`].
    pub operate: String,
    /// Token of [`Role::Configure`].
    pub configure: String,
    /// The stage's name.
    pub stage: String,
    /// The stage's process, for people; whether it lives is told by the lock.
    pub pid: u32,
}

/// Tokens are for those who may read the file: they go into no log.
impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door")
            .field("address", &self.address)
            .field("stage", &self.stage)
            .field("pid", &self.pid)
            .finish_non_exhaustive()
    }
}

/// Why there is no door.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DoorError {
    /// The folder cannot be made, or is not the user's alone.
    #[error("the folder {path} cannot hold door files: {reason}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The file cannot be written.
    #[error("the door file {path} cannot be written: {reason}")]
    CannotWrite {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The file cannot be read.
    #[error("the door file {path} cannot be read: {reason}")]
    CannotRead {
        /// The file.
        path: PathBuf,
        /// What the system said, or what is wrong in it.
        reason: String,
    },
    /// No stage runs.
    #[error("no stage runs: {folder} holds no door file of one")]
    NoStage {
        /// Where was looked.
        folder: PathBuf,
    },
    /// Several stages run.
    #[error("{count} stages run: {stages}")]
    Several {
        /// How many.
        count: usize,
        /// Their door files.
        stages: String,
    },
}

impl DoorError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "control-door-folder",
            Self::CannotWrite { .. } => "control-door-cannot-write",
            Self::CannotRead { .. } => "control-door-cannot-read",
            Self::NoStage { .. } => "control-no-stage",
            Self::Several { .. } => "control-several-stages",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Folder { path, reason }
            | Self::CannotWrite { path, reason }
            | Self::CannotRead { path, reason } => vec![
                ("path", path.display().to_string()),
                ("reason", reason.clone()),
            ],
            Self::NoStage { folder } => vec![("folder", folder.display().to_string())],
            Self::Several { count, stages } => {
                vec![("count", count.to_string()), ("stages", stages.clone())]
            }
        }
    }
}

/// A door file that this process keeps; it is gone when this is dropped.
#[derive(Debug)]
pub struct KeptDoor {
    path: PathBuf,
    /// Its lock says that the stage lives.
    _locked: File,
}

impl KeptDoor {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for KeptDoor {
    fn drop(&mut self) {
        // A file that stays is known to be left over by its lock.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Door {
    /// The user's folder for door files: `$XDG_RUNTIME_DIR/cyclorama`, else one with the user's number in the
    /// temporary folder.
    pub fn folder() -> PathBuf {
        match std::env::var_os("XDG_RUNTIME_DIR").filter(|path| !path.is_empty()) {
            Some(path) => PathBuf::from(path).join("cyclorama"),
            None => std::env::temp_dir().join(format!("cyclorama-{}", own_user())),
        }
    }

    /// The user's folder, made when it is not there, and nobody else's: for other files by which programs of this machine
    /// know each other.
    ///
    /// # Errors
    /// It cannot be made, or others can open it.
    pub fn made_folder() -> Result<PathBuf, DoorError> {
        let folder = Self::folder();
        private_folder(&folder)?;
        Ok(folder)
    }

    /// The token of a role.
    pub fn token(&self, role: Role) -> &str {
        match role {
            Role::View => &self.view,
            Role::Operate => &self.operate,
            Role::Configure => &self.configure,
        }
    }

    /// Writes the file into a folder (see [`Door::folder`]), whole or not at all, and keeps it as long as the result
    /// lives. A second stage of the same name gets a file with its process' number in the name.
    pub fn keep(&self, folder: &Path) -> Result<KeptDoor, DoorError> {
        private_folder(folder)?;
        let _choosing = choosing(folder)?;
        let name = file_name(&self.stage);
        let mut path = folder.join(format!("{name}{ENDING}"));
        if is_held(&path) {
            path = folder.join(format!("{name}-{}{ENDING}", self.pid));
        }
        let refused = |e: std::io::Error| DoorError::CannotWrite {
            path: path.clone(),
            reason: e.to_string(),
        };
        let text = serde_json::to_vec(self).map_err(|e| refused(e.into()))?;
        // A name of its own, so that nobody reads half a file, nor one that is not locked yet.
        let unfinished = path.with_extension(format!("{}.part", self.pid));
        let _ = std::fs::remove_file(&unfinished);
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&unfinished)
            .and_then(|mut file| {
                file.lock()?;
                file.write_all(&text)?;
                std::fs::rename(&unfinished, &path)?;
                Ok(file)
            });
        let locked = written.map_err(|e| {
            let _ = std::fs::remove_file(&unfinished);
            refused(e)
        })?;
        Ok(KeptDoor {
            path,
            _locked: locked,
        })
    }

    /// Reads a door file, whether its stage runs or not.
    pub fn read(path: &Path) -> Result<Self, DoorError> {
        let refused = |reason: String| DoorError::CannotRead {
            path: path.to_owned(),
            reason,
        };
        let file = File::open(path).map_err(|e| refused(e.to_string()))?;
        let mut text = Vec::new();
        let most = DOOR_BYTES_MAX as u64 + 1;
        file.take(most)
            .read_to_end(&mut text)
            .map_err(|e| refused(e.to_string()))?;
        if text.len() > DOOR_BYTES_MAX {
            return Err(refused(format!("more than {DOOR_BYTES_MAX} bytes")));
        }
        serde_json::from_slice(&text).map_err(|e| refused(e.to_string()))
    }

    /// The stages that run, by their door files, in the order of their names. A file that cannot be read is not one.
    pub fn running(folder: &Path) -> Vec<(PathBuf, Self)> {
        let Ok(entries) = std::fs::read_dir(folder) else {
            return Vec::new();
        };
        let paths = entries.take(DOOR_FILES_MAX).flatten().map(|e| e.path());
        let mut doors: Vec<(PathBuf, Self)> = paths
            .filter(|path| path.to_string_lossy().ends_with(ENDING) && is_held(path))
            .filter_map(|path| Self::read(&path).ok().map(|door| (path, door)))
            .collect();
        doors.sort_by(|a, b| a.0.cmp(&b.0));
        doors
    }

    /// The one stage that runs.
    pub fn find(folder: &Path) -> Result<(PathBuf, Self), DoorError> {
        let mut doors = Self::running(folder);
        match doors.len() {
            0 => Err(DoorError::NoStage {
                folder: folder.to_owned(),
            }),
            1 => Ok(doors.remove(0)),
            count => Err(DoorError::Several {
                count,
                stages: doors
                    .iter()
                    .map(|(path, _)| path.display().to_string())
                    .collect::<Vec<_>>()
                    .join(", "),
            }),
        }
    }
}

/// Waits until nobody else chooses a name in this folder; nobody does while the result lives.
fn choosing(folder: &Path) -> Result<File, DoorError> {
    let path = folder.join(CHOOSING);
    let opened = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path);
    let locked = opened.and_then(|file| file.lock().map(|()| file));
    locked.map_err(|e| DoorError::CannotWrite {
        path,
        reason: e.to_string(),
    })
}

/// Whether a running process holds this door file.
fn is_held(path: &Path) -> bool {
    File::open(path)
        .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Makes the folder, and makes sure that nobody else made it: others could read tokens out of theirs, or lead a panel
/// to a stage of their own.
fn private_folder(folder: &Path) -> Result<(), DoorError> {
    let refused = |reason: String| DoorError::Folder {
        path: folder.to_owned(),
        reason,
    };
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|e| refused(e.to_string()))?;
    let found = std::fs::symlink_metadata(folder).map_err(|e| refused(e.to_string()))?;
    if !found.is_dir() || found.uid() != own_user() || found.mode() & 0o077 != 0 {
        return Err(refused(format!(
            "owner {}, mode {:o}",
            found.uid(),
            found.mode() & 0o777
        )));
    }
    Ok(())
}

/// The number of the user that runs this process; the system shows it as the owner of the process' own entry.
fn own_user() -> u32 {
    std::fs::metadata("/proc/self").map_or(0, |entry| entry.uid())
}

/// A stage's name as a file's name: letters, digits, `-` and `_`; everything else becomes `_`.
fn file_name(stage: &str) -> String {
    let mut name = String::new();
    for c in stage.chars() {
        let c = if c.is_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        };
        if name.len() + c.len_utf8() > DOOR_NAME_BYTES_MAX {
            break;
        }
        name.push(c);
    }
    if name.is_empty() {
        "stage".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn door(stage: &str, pid: u32) -> Door {
        Door {
            address: "127.0.0.1:4711".parse().unwrap(),
            view: "see".into(),
            operate: "do".into(),
            configure: "change".into(),
            stage: stage.into(),
            pid,
        }
    }

    #[test]
    fn a_kept_door_is_found_and_is_nobody_elses() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("cyclorama");
        assert!(matches!(
            Door::find(&folder),
            Err(DoorError::NoStage { .. })
        ));
        let kept = door("Demo volume", 7).keep(&folder).unwrap();
        assert_eq!(kept.path(), folder.join("Demo_volume.door.json"));
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(kept.path()), 0o600);
        assert_eq!(mode(&folder), 0o700);
        let found = Door::find(&folder).unwrap();
        assert_eq!(found, (kept.path().to_owned(), door("Demo volume", 7)));
        assert_eq!(found.1.token(Role::Operate), "do");
        drop(kept);
        assert!(Door::running(&folder).is_empty());
        let left: Vec<_> = std::fs::read_dir(&folder).unwrap().flatten().collect();
        let names: Vec<_> = left.iter().map(|entry| entry.file_name()).collect();
        assert_eq!(names, [CHOOSING]);
    }

    #[test]
    fn the_file_is_the_documented_json() {
        let text = r#"{"address":"127.0.0.1:4711","view":"see","operate":"do","configure":"change","stage":"A","pid":7}"#;
        assert_eq!(serde_json::to_string(&door("A", 7)).unwrap(), text);
    }

    #[test]
    fn a_door_that_nobody_holds_is_left_over() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("doors");
        let kept = door("A", 7).keep(&folder).unwrap();
        let left = folder.join("B.door.json");
        std::fs::copy(kept.path(), &left).unwrap();
        assert_eq!(Door::running(&folder).len(), 1);
        // A stage of that name takes the place of the one that is gone.
        let again = door("B", 8).keep(&folder).unwrap();
        assert_eq!(again.path(), left);
        assert_eq!(Door::running(&folder).len(), 2);
    }

    #[test]
    fn stages_of_one_name_do_not_take_each_others_door() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("doors");
        let first = door("A", 7).keep(&folder).unwrap();
        let second = door("A", 8).keep(&folder).unwrap();
        assert_eq!(second.path(), folder.join("A-8.door.json"));
        let several = Door::find(&folder).unwrap_err();
        assert!(
            matches!(&several, DoorError::Several { count: 2, stages } if stages.contains("A-8"))
        );
        drop(second);
        assert_eq!(Door::find(&folder).unwrap().0, first.path());
    }

    #[test]
    fn stages_that_start_at_the_same_moment_have_a_door_each() {
        let place = tempfile::tempdir().unwrap();
        let folder = &place.path().join("doors");
        for _ in 0..20 {
            let together = &std::sync::Barrier::new(8);
            let kept: Vec<KeptDoor> = std::thread::scope(|threads| {
                let started = |pid| {
                    threads.spawn(move || {
                        together.wait();
                        door("A", pid).keep(folder).unwrap()
                    })
                };
                let stages: Vec<_> = (0..8).map(started).collect();
                stages.into_iter().map(|s| s.join().unwrap()).collect()
            });
            let mut found: Vec<u32> = Door::running(folder).iter().map(|d| d.1.pid).collect();
            found.sort_unstable();
            assert_eq!(found, [0, 1, 2, 3, 4, 5, 6, 7]);
            drop(kept);
        }
    }

    #[test]
    fn a_folder_that_others_can_open_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("doors");
        std::fs::create_dir(&folder).unwrap();
        std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o755)).unwrap();
        let refused = door("A", 7).keep(&folder).unwrap_err();
        assert!(matches!(refused, DoorError::Folder { .. }), "{refused}");
        let real = place.path().join("real");
        std::fs::create_dir(&real).unwrap();
        std::fs::set_permissions(&real, PermissionsExt::from_mode(0o700)).unwrap();
        let link = place.path().join("link");
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let refused = door("A", 7).keep(&link).unwrap_err();
        assert!(matches!(refused, DoorError::Folder { .. }), "{refused}");
    }

    #[test]
    fn a_file_that_is_no_door_says_so() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("x.door.json");
        for text in ["", "{}", r#"{"address":"nowhere"}"#] {
            std::fs::write(&path, text).unwrap();
            assert!(matches!(
                Door::read(&path),
                Err(DoorError::CannotRead { .. })
            ));
        }
        std::fs::write(&path, vec![b' '; DOOR_BYTES_MAX + 1]).unwrap();
        let refused = Door::read(&path).unwrap_err();
        assert!(refused.to_string().contains("4096"), "{refused}");
    }

    #[test]
    fn names_become_file_names() {
        assert_eq!(file_name("../etc/passwd"), "___etc_passwd");
        assert_eq!(file_name("舞台 一"), "舞台_一");
        assert_eq!(file_name(""), "stage");
        assert!(file_name(&"舞".repeat(128)).len() <= DOOR_NAME_BYTES_MAX);
    }

    #[test]
    fn tokens_are_not_printed() {
        let shown = format!("{:?}", door("A", 7));
        assert!(
            !shown.contains("see") && !shown.contains("change"),
            "{shown}"
        );
    }
}
