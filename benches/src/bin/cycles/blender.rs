//! Blender without its window, as a Python package, for pictures by Cycles.

use crate::Outcome;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Names the interpreter that has `bpy`; `cargo xtask bench` sets it.
const PYTHON: &str = "CYC_BLENDER_PYTHON";

/// The interpreter, and a folder for what goes to it and back.
pub struct Blender {
    python: PathBuf,
    pub folder: PathBuf,
}

impl Blender {
    /// `None` where it is not.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn find() -> std::io::Result<Option<Self>> {
        let Some(python) = std::env::var_os(PYTHON).map(PathBuf::from) else {
            return Ok(None);
        };
        let folder = std::env::temp_dir().join(format!("cyc-cycles-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Some(Self { python, folder }))
    }

    /// Runs a script and gives what it said.
    ///
    /// # Errors
    /// When it failed; what it complained of was shown.
    pub fn run(&self, script: &str, arguments: &[&Path]) -> Outcome<String> {
        let output = Command::new(&self.python)
            .arg(script)
            .args(arguments)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            return Err(format!("{script} ended with {}\n{said}", output.status).into());
        }
        Ok(said)
    }
}

impl Drop for Blender {
    fn drop(&mut self) {
        // What stays behind is in the system's own folder for such things.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
