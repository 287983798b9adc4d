//! Shaders that are edited while the stage runs: a folder with files named as those that are built in.
//!
//! An edit is taken whole or not at all. It is checked without a GPU first, so that a slip of the pen is said with its file
//! and line before any pipeline is touched; what runs goes on.

use crate::shader::{Edited, Program};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use thiserror::Error;

/// Bytes of a shader file: a hundred times the largest that we have.
const SHADER_BYTES_MAX: u64 = 1 << 20;

/// Why an edit was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct ShaderFault {
    /// The file's name in the folder; the folder's own where no file is at fault.
    pub file: String,
    /// Line from 1; 0 where there is none.
    pub line: u32,
    /// Column from 1, in bytes; 0 where there is none.
    pub column: u32,
    /// What is wrong.
    pub message: String,
}

impl ShaderFault {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        "renderer-shader-fault"
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        vec![
            ("file", self.file.clone()),
            ("line", self.line.to_string()),
            ("column", self.column.to_string()),
            ("message", self.message.clone()),
        ]
    }

    /// What the device refused although the language allows it: bindings that do not fit, for example.
    pub(crate) fn refused(message: String) -> Self {
        Self::of_file("shaders", message)
    }

    fn of_file(file: &str, message: String) -> Self {
        Self {
            file: file.to_owned(),
            line: 0,
            column: 0,
            message,
        }
    }
}

/// A folder of shader files, and when each was last written.
#[derive(Debug)]
pub struct ShaderFolder {
    path: PathBuf,
    written: Vec<Option<SystemTime>>,
}

impl ShaderFolder {
    /// Watches a folder. Files that are not there are as they were built in.
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            written: Vec::new(),
        }
    }

    /// The files as they are now, when any was written since the last call and all programs are valid with them.
    pub(crate) fn edited(&mut self) -> Result<Option<Edited>, ShaderFault> {
        let names = Program::file_names();
        let written: Vec<_> = names
            .iter()
            .map(|name| {
                let path = self.path.join(name);
                std::fs::metadata(path).and_then(|m| m.modified()).ok()
            })
            .collect();
        if written == self.written {
            return Ok(None);
        }
        self.written = written;
        let mut edited = Edited::default();
        for name in names {
            if let Some(text) = self.read(name)? {
                edited.set(name, text);
            }
        }
        for program in Program::ALL {
            check(program, &edited)?;
        }
        Ok(Some(edited))
    }

    fn read(&self, name: &str) -> Result<Option<String>, ShaderFault> {
        let path = self.path.join(name);
        let Ok(about) = std::fs::metadata(&path) else {
            return Ok(None);
        };
        let fault = |message: String| ShaderFault::of_file(name, message);
        if about.len() > SHADER_BYTES_MAX {
            return Err(fault(format!("has more than {SHADER_BYTES_MAX} bytes")));
        }
        let text = std::fs::read_to_string(&path).map_err(|e| fault(e.to_string()))?;
        Ok(Some(text))
    }
}

/// Parses and validates a program as wgpu will.
fn check(program: Program, edited: &Edited) -> Result<(), ShaderFault> {
    let source = program.source_with(edited);
    let at = |location: Option<naga::SourceLocation>, message: String| {
        let (line, column) = location.map_or((0, 0), |l| (l.line_number, l.line_position));
        let (file, line) = program.file_of_line(edited, line);
        ShaderFault {
            file: file.to_owned(),
            line,
            column,
            message,
        }
    };
    let module = naga::front::wgsl::parse_str(&source)
        .map_err(|error| at(error.location(&source), error.message().to_owned()))?;
    naga::valid::Validator::new(
        naga::valid::ValidationFlags::all(),
        naga::valid::Capabilities::empty(),
    )
    .validate(&module)
    .map_err(|error| at(error.location(&source), error.as_inner().to_string()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn embedded(folder: &Path) {
        for name in Program::file_names() {
            let text = Program::embedded(name).unwrap();
            std::fs::write(folder.join(name), text).unwrap();
        }
    }

    #[test]
    fn an_edit_is_taken_once_and_a_slip_is_said_with_its_file_and_line() {
        let folder = tempfile::tempdir().unwrap();
        embedded(folder.path());
        let mut watched = ShaderFolder::new(folder.path());
        assert!(watched.edited().unwrap().is_some());
        assert!(watched.edited().unwrap().is_none());
        let write = |name: &str, edit: &dyn Fn(String) -> String, later: u64| {
            let path = folder.path().join(name);
            let text = edit(Program::embedded(name).unwrap().to_owned());
            std::fs::write(&path, text).unwrap();
            // A file system may keep whole seconds.
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            let time = SystemTime::now() + std::time::Duration::from_secs(later);
            file.set_modified(time).unwrap();
        };
        // In a file that comes after others in its program.
        write(
            "composite.wgsl",
            &|text| text.replace("let at = wall_point", "let at = wall_pint"),
            5,
        );
        let fault = watched.edited().unwrap_err();
        let line = Program::embedded("composite.wgsl")
            .unwrap()
            .lines()
            .position(|l| l.contains("let at = wall_point"))
            .unwrap();
        assert_eq!(
            (fault.file.as_str(), fault.line),
            ("composite.wgsl", line as u32 + 1)
        );
        assert!(
            fault.column > 1 && fault.message.contains("wall_pint"),
            "{fault}"
        );
        // What validates only as a whole: a type that does not fit.
        write("composite.wgsl", &|text| text, 7);
        write(
            "tone.wgsl",
            &|text| {
                text.replace(
                    "fn tone_aces(x: vec3f) -> vec3f {",
                    "fn tone_aces(x: vec3f) -> vec3f {\n    return 1u;",
                )
            },
            9,
        );
        let fault = watched.edited().unwrap_err();
        assert_eq!(fault.file, "tone.wgsl", "{fault}");
        // The same fault is not said again, and mended files are taken.
        assert!(watched.edited().unwrap().is_none());
        write("tone.wgsl", &|text| text, 11);
        assert!(watched.edited().unwrap().is_some());
    }
}
