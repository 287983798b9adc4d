//! Where the program keeps what outlives it: calibrations of a stage that runs, reports of its own faults.
//!
//! The service manager's folder (`$STATE_DIRECTORY`), else the user's (`$XDG_STATE_HOME`, `~/.local/state`). Files are small,
//! and written whole or not at all: beside the old one, forced to the disk, then put in its place.

use std::fs::{DirBuilder, File};
use std::io::{Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The program's folder for what outlives it; `None` where there is no place for one.
pub fn state_folder() -> Option<PathBuf> {
    let variable = |name: &str| {
        let value = std::env::var_os(name).filter(|value| !value.is_empty())?;
        Some(PathBuf::from(value))
    };
    // A service may have several, divided by colons; the first is its own.
    let of_service = || {
        let all = std::env::var("STATE_DIRECTORY").ok()?;
        let first = all.split(':').next()?;
        (!first.is_empty()).then(|| PathBuf::from(first))
    };
    let of_user = || {
        let state = variable("XDG_STATE_HOME");
        let state = state.or_else(|| Some(variable("HOME")?.join(".local/state")))?;
        Some(state.join("cyclorama"))
    };
    of_service().or_else(of_user)
}

/// Writes a file, whole or not at all, whatever happens meanwhile; its folder is made when it is not there.
pub fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    // Two programs that write at once each write their own.
    let unfinished = path.with_extension(format!("{}.part", std::process::id()));
    let written = File::create(&unfinished).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&unfinished, path)?;
        File::open(folder)?.sync_all()
    });
    if written.is_err() {
        let _ = std::fs::remove_file(&unfinished);
    }
    written
}

/// Reads a file that has at most so many bytes.
pub fn read_small(path: &Path, bytes_max: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = File::open(path).ok()?;
    file.take(bytes_max as u64 + 1)
        .read_to_end(&mut bytes)
        .ok()?;
    (bytes.len() <= bytes_max).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/state.json");
        for text in ["first, and longer", "second"] {
            write_whole(&path, text.as_bytes()).unwrap();
            assert_eq!(read_small(&path, 100).unwrap(), text.as_bytes());
        }
        let all = std::fs::read_dir(path.parent().unwrap()).unwrap();
        assert_eq!(all.count(), 1);
        assert_eq!(read_small(&path, 5), None);
        // What cannot be put in its place leaves nothing.
        let taken = folder.path().join("taken");
        std::fs::create_dir_all(taken.join("full")).unwrap();
        assert!(write_whole(&taken, b"x").is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
