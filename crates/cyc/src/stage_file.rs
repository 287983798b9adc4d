//! Stage files from disk, with the meshes that they name: those lie in the stage file's own folder, or below it.

use cyc_stage::{MESH_FILE_BYTES_MAX, Stage, StageError};
use std::path::{Path, PathBuf};

/// Reads a stage from its text; `path` is where the text came from.
pub fn stage_of_text(path: &Path, text: &str) -> Result<Stage, StageError> {
    Stage::from_toml_with(text, &mut |name| read_below(path, name))
}

/// Where a file is that a stage file names, in its folder or below it; the error is a reason. A sequence is named by a
/// pattern, which is no file: then its folder must be there.
pub fn path_below(stage_file: &Path, name: &str) -> Result<PathBuf, String> {
    let folder = match stage_file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let say = |error: std::io::Error| error.to_string();
    let folder = folder.canonicalize().map_err(say)?;
    let named = folder.join(name);
    let is_pattern = name.contains('#');
    let path = match (named.parent(), named.file_name()) {
        (Some(within), Some(pattern)) if is_pattern => {
            within.canonicalize().map_err(say)?.join(pattern)
        }
        _ => named.canonicalize().map_err(say)?,
    };
    // A link may lead elsewhere, whatever the name looks like.
    if !path.starts_with(&folder) {
        return Err(path.display().to_string());
    }
    Ok(path)
}

/// The bytes of a file that a stage file names; the error is a reason.
fn read_below(stage_file: &Path, name: &str) -> Result<Vec<u8>, String> {
    let say = |error: std::io::Error| error.to_string();
    let path = path_below(stage_file, name)?;
    let meta = std::fs::metadata(&path).map_err(say)?;
    // Who opens a pipe waits until somebody writes into it; a stage waits for nobody.
    if !(meta.is_file() || meta.is_dir()) {
        return Err(std::io::Error::from(std::io::ErrorKind::NotSeekable).to_string());
    }
    let bytes = meta.len();
    if bytes > MESH_FILE_BYTES_MAX as u64 {
        return Err(format!("{bytes} bytes > {MESH_FILE_BYTES_MAX}"));
    }
    std::fs::read(&path).map_err(say)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_outside_the_folder_is_not_read_even_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("stages");
        std::fs::create_dir(&inside).unwrap();
        std::fs::write(folder.path().join("secret.obj"), "v 0 0 0\n").unwrap();
        std::fs::write(inside.join("wall.obj"), "v 1 0 0\n").unwrap();
        std::os::unix::fs::symlink("../secret.obj", inside.join("link.obj")).unwrap();
        let stage = inside.join("stage.toml");
        assert_eq!(read_below(&stage, "wall.obj").unwrap(), b"v 1 0 0\n");
        assert!(read_below(&stage, "link.obj").is_err());
        assert!(read_below(&stage, "../secret.obj").is_err());
        assert!(read_below(&stage, "none.obj").is_err());
        // A pipe would be waited for without end.
        let pipe = inside.join("pipe.obj");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        assert!(read_below(&stage, "pipe.obj").is_err());
    }
}
