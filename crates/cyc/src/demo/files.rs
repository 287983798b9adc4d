//! Where the show's files are: assets, rigs and stages that come with the program.

use super::error::DemoError;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The folder that holds `assets` and `rigs`.
#[derive(Clone, Debug)]
pub struct ShowFiles {
    root: PathBuf,
}

/// What must be there for a folder to be the right one.
const SIGN: &str = "assets/human/human.glb";

impl ShowFiles {
    /// Looks in `CYC_HOME`, then upwards from the current folder, then upwards from the program.
    pub fn find() -> Result<Self, DemoError> {
        let named = std::env::var_os("CYC_HOME").map(PathBuf::from);
        if let Some(root) = named {
            return if root.join(SIGN).is_file() {
                Ok(Self { root })
            } else {
                Err(DemoError::NoFiles {
                    searched: root.display().to_string(),
                })
            };
        }
        let here = std::env::current_dir().ok();
        let program = std::env::current_exe().ok();
        let starts = [here, program];
        let found = starts
            .iter()
            .flatten()
            .flat_map(|p| p.ancestors())
            .find(|f| f.join(SIGN).is_file());
        match found {
            Some(root) => Ok(Self {
                root: root.to_owned(),
            }),
            None => {
                let searched: Vec<_> = starts
                    .iter()
                    .flatten()
                    .map(|p| p.display().to_string())
                    .collect();
                Err(DemoError::NoFiles {
                    searched: searched.join(", "),
                })
            }
        }
    }

    /// A file of the show.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }
}

/// Largest file that is read whole: the biggest character is far below.
const FILE_BYTES_MAX: u64 = 512 << 20;

/// Reads a whole file of bounded size.
pub fn read(path: &Path) -> Result<Vec<u8>, DemoError> {
    let failed = |reason: String| DemoError::CannotRead {
        path: path.to_owned(),
        reason,
    };
    let file = File::open(path).map_err(|e| failed(e.to_string()))?;
    let meta = file.metadata().map_err(|e| failed(e.to_string()))?;
    if meta.len() > FILE_BYTES_MAX {
        return Err(failed(format!("{} bytes > {FILE_BYTES_MAX}", meta.len())));
    }
    // A pipe tells no length, and a device may have no end.
    let mut bytes = Vec::with_capacity(meta.len() as usize);
    let read = file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes);
    read.map_err(|e| failed(e.to_string()))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(failed(format!("> {FILE_BYTES_MAX} bytes")));
    }
    Ok(bytes)
}

/// Reads a text file.
pub fn read_text(path: &Path) -> Result<String, DemoError> {
    String::from_utf8(read(path)?).map_err(|e| DemoError::CannotRead {
        path: path.to_owned(),
        reason: e.to_string(),
    })
}

/// A file that a stage file names: relative to the stage file's folder, else to the current folder.
pub fn beside(stage_file: &Path, name: &str) -> PathBuf {
    let near = stage_file.parent().unwrap_or(Path::new(".")).join(name);
    if near.exists() {
        near
    } else {
        PathBuf::from(name)
    }
}
