//! Fetches the recorded clips: one source archive of PyPI's `pybullet`, checked by its SHA-256, from
//! which only the motion files are read. Nothing in it is built, installed or run by us.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Read};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use flate2::read::GzDecoder;

use super::super::package::{cache_folder, sha256_hex};

const REQUIREMENT: &str = "pybullet==3.2.7";
const FILE: &str = "pybullet-3.2.7.tar.gz";
const SHA256: &str = "042879db8d101ac7590dee475fc6aded508b85fe1273fdbbfde1d88bd200e14f";
const MOTIONS: &str = "/pybullet_data/data/motions/humanoid3d_";

/// Size of a tar header and of the blocks that its members are padded to.
const BLOCK: usize = 512;

/// No motion file comes near this; a longer one is not read, bytes.
const LONGEST_CLIP: u64 = 4 << 20;

/// The text of every recorded clip by its short name (`walk`, `dance_a`, …).
///
/// # Errors
/// When `pip` cannot fetch the archive, when its bytes are not the recorded ones, or when it holds no
/// clips.
pub fn clips() -> Result<BTreeMap<String, String>> {
    let folder = cache_folder()?;
    let path = folder.join(FILE);
    if !path.is_file() {
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        let status = Command::new("python3")
            .args([
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--no-binary",
                "pybullet",
            ])
            .arg("--dest")
            .arg(&folder)
            .arg(REQUIREMENT)
            .status()
            .context("running python3 -m pip (install python3-pip and python3-venv)")?;
        if !status.success() {
            bail!("python3 -m pip download {REQUIREMENT} failed: {status}");
        }
    }
    let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
    let found = sha256_hex(&bytes);
    ensure!(
        found == SHA256,
        "{} has SHA-256 {found}, expected {SHA256}; delete it to fetch it again",
        path.display()
    );
    let clips = read_tar(GzDecoder::new(bytes.as_slice()))?;
    ensure!(!clips.is_empty(), "{FILE} holds no motion files");
    Ok(clips)
}

/// Whether the archive lies in the cache already, so that reading it needs no network.
#[cfg(test)]
pub fn is_cached() -> bool {
    cache_folder().is_ok_and(|folder| folder.join(FILE).is_file())
}

/// Reads the motion files out of a tar stream (POSIX ustar: name at 0, octal size at 124).
fn read_tar(mut stream: impl Read) -> Result<BTreeMap<String, String>> {
    let mut clips = BTreeMap::new();
    let mut header = [0u8; BLOCK];
    loop {
        match stream.read_exact(&mut header) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(clips),
            Err(error) => return Err(error).context("reading the source archive"),
        }
        let name = until_nul(&header[..100]);
        let octal = until_nul(&header[124..136]);
        let octal = octal.trim();
        if name.is_empty() && octal.is_empty() {
            return Ok(clips);
        }
        let size = u64::from_str_radix(octal, 8)
            .with_context(|| format!("the archive's header of {name} has no size"))?;
        let padded = size.div_ceil(BLOCK as u64) * BLOCK as u64;
        let clip = name
            .split_once(MOTIONS)
            .and_then(|(_, file)| file.strip_suffix(".txt"))
            .filter(|_| size <= LONGEST_CLIP);
        let mut member = (&mut stream).take(padded);
        if let Some(clip) = clip {
            let mut bytes = vec![0; size as usize];
            member
                .read_exact(&mut bytes)
                .with_context(|| format!("reading {name}"))?;
            let text = String::from_utf8(bytes).with_context(|| format!("{name} is not text"))?;
            clips.insert(clip.to_owned(), text);
        }
        std::io::copy(&mut member, &mut std::io::sink()).context("reading the source archive")?;
    }
}

fn until_nul(field: &[u8]) -> String {
    let end = field.iter().position(|&b| b == 0).unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).into_owned()
}
