//! Characters from disk: the file, what lies beside it, and a person's map.
//!
//! A `.gltf` names its buffers and pictures by relative paths. They are read only from the folder that the file itself lies
//! in: every path is resolved to what it really is, and what a link or a folder above leads elsewhere is refused. This is
//! the one door through which a command takes a character; retarget, demo and inspect all come through here.

use crate::demo::files::read;
use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use cyc_character::{
    Character, CharacterError, CharacterMap, CharacterMapError, ExternalProblem, FILE_BYTES_MAX,
    LoadOptions, load,
};
use cyc_model::SkinBlend;
use std::path::{Path, PathBuf};

/// A map whose file is known.
struct BadMap {
    path: PathBuf,
    error: CharacterMapError,
}

impl Explain for BadMap {
    fn key(&self) -> &'static str {
        self.error.key()
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        let mut args = self.error.args();
        args.push(("path", self.path.display().to_string()));
        args
    }
}

/// A character's file, read, with a person's corrections to it.
#[derive(Debug)]
pub struct CharacterFile {
    /// Its path.
    pub path: PathBuf,
    bytes: Vec<u8>,
    corrections: Option<(PathBuf, CharacterMap)>,
}

impl CharacterFile {
    /// Reads a file, and the map where one is given.
    ///
    /// # Errors
    /// Exit code 65 when the file cannot be read, 64 when the map is wrong.
    pub fn open(path: &Path, map: Option<&Path>) -> Result<Self, Failure> {
        let mut file = Self::of(path, read(path)?);
        if let Some(map) = map {
            let text = crate::demo::files::read_text(map)?;
            let read = CharacterMap::parse(&text).map_err(|e| bad_map(map, e))?;
            file.corrections = Some((map.to_owned(), read));
        }
        Ok(file)
    }

    /// A file that was read already.
    pub fn of(path: &Path, bytes: Vec<u8>) -> Self {
        Self {
            path: path.to_owned(),
            bytes,
            corrections: None,
        }
    }

    /// Reads the file in one of the ways that `cyc-character` knows, with what lies beside it.
    ///
    /// # Errors
    /// Exit code 65 when the file cannot be used, 64 when the map does not fit it.
    pub fn with<T>(
        &self,
        read: impl FnOnce(&[u8], &LoadOptions<'_>) -> Result<T, CharacterError>,
    ) -> Result<T, Failure> {
        let folder = self.path.parent().filter(|p| !p.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let resolver = |relative: &str| beside(folder, relative);
        let options = LoadOptions {
            resolver: Some(&resolver),
            map: self.corrections.as_ref().map(|(_, map)| map),
            ..LoadOptions::default()
        };
        read(&self.bytes, &options).map_err(|error| match (error, &self.corrections) {
            (CharacterError::Map(error), Some((path, _))) => bad_map(path, error),
            (error, _) => {
                let path = vec![("path", self.path.display().to_string())];
                Failure::from(error).within("character-in-file", path)
            }
        })
    }
}

fn bad_map(path: &Path, error: CharacterMapError) -> Failure {
    let path = path.to_owned();
    Failure::new(Exit::Config, &BadMap { path, error })
}

/// Loads a character, corrected by a map where one is given.
///
/// # Errors
/// Exit code 65 when the character cannot be used, 64 when the map is wrong.
pub fn load_character(path: &Path, map: Option<&Path>) -> Result<Character, Failure> {
    CharacterFile::open(path, map)?.with(load)
}

/// The same, with how its vertices are to follow the joints.
///
/// # Errors
/// As [`load_character`].
pub fn load_skinned(
    path: &Path,
    map: Option<&Path>,
    skin_blend: SkinBlend,
) -> Result<Character, Failure> {
    Ok(Character {
        skin_blend,
        ..load_character(path, map)?
    })
}

/// A file of the character's own folder.
fn beside(folder: &Path, relative: &str) -> Result<Vec<u8>, ExternalProblem> {
    let system = |e: std::io::Error| ExternalProblem::System(e.to_string());
    let real = |path: &Path| path.canonicalize().map_err(system);
    let (folder, path) = (real(folder)?, real(&folder.join(relative))?);
    if !path.starts_with(&folder) {
        return Err(ExternalProblem::Outside);
    }
    let meta = std::fs::metadata(&path).map_err(system)?;
    if !meta.is_file() {
        return Err(ExternalProblem::NotAFile);
    }
    if meta.len() > FILE_BYTES_MAX {
        return Err(ExternalProblem::TooLarge { bytes: meta.len() });
    }
    std::fs::read(&path).map_err(system)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::text::Text;

    #[test]
    fn a_refusal_says_which_file_and_why_in_either_language() {
        let bytes = br#"{"asset": {"version": "2.0"}, "scene": 9}"#;
        let file = CharacterFile::of(Path::new("hero.gltf"), bytes.to_vec());
        let failure = file.with(load).unwrap_err();
        assert_eq!(failure.exit, Exit::Asset);
        let said = |language| failure.explain(&Text::new(language));
        assert_eq!(
            said(Language::English),
            "Error: hero.gltf: scene refers to something that the file does not have"
        );
        assert_eq!(
            said(Language::Chinese),
            "错误：hero.gltf： scene 引用了文件中不存在的内容"
        );
    }

    #[test]
    fn nothing_outside_the_folder_is_read() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("asset");
        std::fs::create_dir_all(folder.join("sub")).unwrap();
        std::fs::write(root.path().join("secret.bin"), b"secret").unwrap();
        std::fs::write(folder.join("sub/own.bin"), b"own").unwrap();
        let link = |to: &Path, at: &str| std::os::unix::fs::symlink(to, folder.join(at)).unwrap();
        link(&root.path().join("secret.bin"), "link.bin");
        link(root.path(), "up");
        link(&folder.join("sub/own.bin"), "within.bin");
        assert_eq!(beside(&folder, "sub/own.bin").unwrap(), b"own");
        assert_eq!(beside(&folder, "within.bin").unwrap(), b"own");
        for (path, problem) in [
            ("link.bin", Some(ExternalProblem::Outside)),
            ("up/secret.bin", Some(ExternalProblem::Outside)),
            ("../secret.bin", Some(ExternalProblem::Outside)),
            ("sub", Some(ExternalProblem::NotAFile)),
            ("none.bin", None),
            ("/etc/hostname", Some(ExternalProblem::Outside)),
        ] {
            let refused = beside(&folder, path).unwrap_err();
            match problem {
                Some(problem) => assert_eq!(refused, problem, "{path}"),
                None => assert!(matches!(refused, ExternalProblem::System(_)), "{path}"),
            }
        }
    }
}
