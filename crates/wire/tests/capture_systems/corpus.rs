//! The committed corpus, run as ordinary tests: each file goes through its protocol's decoder. A name that begins
//! with `good` must be taken; any other must not be, and none may do harm.
//!
//! `UPDATE_CORPUS=1` writes the seeds anew. Files that a fuzzer found are added by hand, with a name that says what
//! they broke.

use std::fs;
use std::path::PathBuf;

fn folder(target: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus")).join(target)
}

/// Runs every file of a protocol; `takes` tells whether its decoder took the bytes.
pub fn run(target: &str, seeds: &[(&str, Vec<u8>)], takes: impl Fn(&[u8]) -> bool) {
    if std::env::var_os("UPDATE_CORPUS").is_some() {
        fs::create_dir_all(folder(target)).unwrap();
        for (name, bytes) in seeds {
            fs::write(folder(target).join(name), bytes).unwrap();
        }
    }
    let files = fs::read_dir(folder(target)).unwrap();
    let mut files: Vec<_> = files.map(|f| f.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "the corpus of {target} is empty");
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let taken = takes(&fs::read(&path).unwrap());
        assert_eq!(taken, name.starts_with("good"), "{target}/{name}");
    }
}
