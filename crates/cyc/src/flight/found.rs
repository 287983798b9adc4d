//! Flights that earlier runs have left.

use super::{ENDINGS, FILE_BYTES_MAX};
use crate::state_folder::{read_small, state_folder};
use cyc_control::StageDocument;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The flight of a run: of one that did not end in order, or of one that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight {
    /// Its files, the one that was written last first.
    pub paths: Vec<PathBuf>,
    /// How long ago it was written last.
    pub age: Duration,
    /// Whether its process is there.
    pub is_running: bool,
}

/// Where flights are.
pub fn folder() -> Option<PathBuf> {
    Some(state_folder()?.join("flights"))
}

/// The flights in a folder whose processes are no more, the newest first.
pub fn found(folder: &Path) -> Vec<Flight> {
    let mut flights = all(folder);
    flights.retain(|flight| !flight.is_running);
    flights
}

/// All flights in a folder, the one that was written last first.
pub fn all(folder: &Path) -> Vec<Flight> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut runs: Vec<(String, Flight)> = Vec::new();
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_str().unwrap_or_default();
        let Some(run) = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)) else {
            continue;
        };
        let Some((age, is_running)) = read_age(&path) else {
            continue;
        };
        match runs.iter_mut().find(|(known, _)| known == run) {
            Some((_, flight)) => {
                flight.is_running |= is_running;
                if age < flight.age {
                    flight.age = age;
                    flight.paths.insert(0, path);
                } else {
                    flight.paths.push(path);
                }
            }
            None => runs.push((
                run.to_owned(),
                Flight {
                    paths: vec![path],
                    age,
                    is_running,
                },
            )),
        }
    }
    let mut flights: Vec<Flight> = runs.into_iter().map(|(_, flight)| flight).collect();
    flights.sort_by(|a, b| (a.age, &b.paths).cmp(&(b.age, &a.paths)));
    flights
}

/// How old a file is, and whether its process, which has locked it, is there.
fn read_age(path: &Path) -> Option<(Duration, bool)> {
    let file = File::open(path).ok()?;
    let is_running = match file.try_lock_shared() {
        Ok(()) => false,
        Err(TryLockError::WouldBlock) => true,
        Err(TryLockError::Error(_)) => return None,
    };
    let written = file.metadata().and_then(|m| m.modified()).ok()?;
    Some((written.elapsed().unwrap_or_default(), is_running))
}

/// Takes files away; one that is gone already is no fault.
pub(super) fn remove(paths: &[PathBuf]) {
    for path in paths {
        let _ = std::fs::remove_file(path);
    }
}

/// The documents of a flight's file, and of the one that was written in turn with it, in their order. A line that was not
/// finished is left out.
///
/// # Errors
/// When the file cannot be read, or has no document.
pub fn read(path: &Path) -> std::io::Result<Vec<StageDocument>> {
    let mut documents = lines(path)?;
    let name = path.to_str().unwrap_or_default();
    for (own, other) in [(ENDINGS[0], ENDINGS[1]), (ENDINGS[1], ENDINGS[0])] {
        if let Some(run) = name.strip_suffix(own) {
            let beside = lines(Path::new(&format!("{run}{other}")));
            documents.extend(beside.unwrap_or_default());
        }
    }
    documents.sort_by_key(|document| document.number);
    match documents.is_empty() {
        true => Err(std::io::ErrorKind::InvalidData.into()),
        false => Ok(documents),
    }
}

fn lines(path: &Path) -> std::io::Result<Vec<StageDocument>> {
    // The error of a file that is not there says so.
    File::open(path)?;
    let bytes = read_small(path, FILE_BYTES_MAX as usize).unwrap_or_default();
    let lines = bytes.split(|byte| *byte == b'\n');
    Ok(lines
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect())
}
