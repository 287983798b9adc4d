//! Flights that earlier runs have left.

use super::{ENDINGS, FILE_BYTES_MAX};
use crate::state_folder::{read_small, state_folder};
use cyc_control::StageDocument;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The flight of a run that did not end in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight {
    /// Its files, the one that was written last first.
    pub paths: Vec<PathBuf>,
    /// How long ago it ended.
    pub age: Duration,
}

/// Where flights are.
pub fn folder() -> Option<PathBuf> {
    Some(state_folder()?.join("flights"))
}

/// The flights in a folder whose processes are no more, the newest first.
pub fn found(folder: &Path) -> Vec<Flight> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut runs: Vec<(String, Flight)> = Vec::new();
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_str().unwrap_or_default();
        let Some(run) = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)) else {
            continue;
        };
        let Some(age) = left_behind(&path) else {
            continue;
        };
        match runs.iter_mut().find(|(known, _)| known == run) {
            Some((_, flight)) if age < flight.age => {
                flight.age = age;
                flight.paths.insert(0, path);
            }
            Some((_, flight)) => flight.paths.push(path),
            None => runs.push((
                run.to_owned(),
                Flight {
                    paths: vec![path],
                    age,
                },
            )),
        }
    }
    let mut flights: Vec<Flight> = runs.into_iter().map(|(_, flight)| flight).collect();
    flights.sort_by(|a, b| (a.age, &b.paths).cmp(&(b.age, &a.paths)));
    flights
}

/// How old a file is whose process is no more.
fn left_behind(path: &Path) -> Option<Duration> {
    let file = File::open(path).ok()?;
    file.try_lock_shared().ok()?;
    let written = file.metadata().and_then(|m| m.modified()).ok()?;
    Some(written.elapsed().unwrap_or_default())
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
