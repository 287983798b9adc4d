//! Files that say how a performer becomes a digital human: her body (`rigs/retarget`), her face (`rigs/face`). A stage file
//! names them, and so does a command.

use crate::demo::files::read_text;
use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use cyc_character::{FaceSettings, parse_face};
use cyc_solver::{RetargetSettings, parse_retarget};
use std::path::{Path, PathBuf};

/// What is wrong in such a file.
struct InFile {
    path: PathBuf,
    key: &'static str,
    args: Vec<(&'static str, String)>,
}

impl Explain for InFile {
    fn key(&self) -> &'static str {
        match self.key {
            // A rig's words would send people to another file.
            "solver-rig-not-readable" => "run-bad-settings",
            key => key,
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        let path = ("path", self.path.display().to_string());
        self.args.iter().cloned().chain([path]).collect()
    }
}

fn in_file(path: &Path, key: &'static str, args: Vec<(&'static str, String)>) -> Failure {
    let path = path.to_owned();
    Failure::new(Exit::Config, &InFile { path, key, args })
}

/// Reads how a body becomes a digital human's.
///
/// # Errors
/// Exit code 65 when the file cannot be read, 64 with line and column when what it says cannot be used.
pub fn read_retarget(path: &Path) -> Result<RetargetSettings, Failure> {
    parse_retarget(&read_text(path)?).map_err(|e| in_file(path, e.key(), e.args()))
}

/// Reads how a face becomes a digital human's.
///
/// # Errors
/// See [`read_retarget`].
pub fn read_face(path: &Path) -> Result<FaceSettings, Failure> {
    parse_face(&read_text(path)?).map_err(|e| in_file(path, e.key(), e.args()))
}
