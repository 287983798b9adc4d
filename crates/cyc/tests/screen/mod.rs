//! A screen without a monitor: an X server that draws into a file, whose pixels a test can count.
#![allow(dead_code, reason = "each test uses its part")]

use crate::program::PATIENCE;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use x11rb::rust_connection::RustConnection;

/// The rows of pixels in a dump of a screen (X window dump, version 7: a header of big-endian words, a colour map, rows);
/// none before there is one.
pub fn picture(path: &Path) -> Vec<Vec<[u8; 3]>> {
    let Ok(dump) = std::fs::read(path) else {
        return Vec::new();
    };
    let word = |i: usize| u32::from_be_bytes(dump[4 * i..4 * i + 4].try_into().unwrap()) as usize;
    let [width, height, is_big_endian, bits, row_bytes] = [4, 5, 7, 11, 12].map(word);
    assert_eq!(bits, 32, "a screen of 24 bits has 32 a pixel");
    let first = word(0) + word(19) * 12;
    let rows = dump[first..].chunks_exact(row_bytes).take(height);
    let pixel = |p: &[u8]| match is_big_endian {
        1 => [p[1], p[2], p[3]],
        _ => [p[2], p[1], p[0]],
    };
    rows.map(|row| row[..4 * width].chunks_exact(4).map(pixel).collect())
        .collect()
}

/// A running X server; it ends with the test.
pub struct Screen {
    server: Child,
    /// Its name, as `DISPLAY` wants it.
    pub display: String,
    folder: tempfile::TempDir,
    /// A server whose last client goes begins anew, and refuses whoever comes meanwhile; a desktop always has one.
    _desktop: RustConnection,
}

impl Screen {
    /// Starts one; says aloud when there is no Xvfb, and fails where there must be one.
    pub fn open() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let started = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x800x24",
                "-nolisten",
                "tcp",
                "-nocursor",
            ])
            .arg("-fbdir")
            .arg(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut server = match started {
            Ok(server) => server,
            Err(why) => {
                let is_required = std::env::var("CYC_XVFB").is_ok_and(|v| v == "required");
                assert!(
                    !is_required,
                    "CYC_XVFB=required, but Xvfb does not start: {why}"
                );
                eprintln!("SKIPPED: Xvfb does not start: {why}");
                return None;
            }
        };
        let mut number = String::new();
        let out = server.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut number).unwrap();
        let display = format!(":{}", number.trim());
        let (desktop, _) = x11rb::connect(Some(&display)).unwrap();
        Some(Self {
            server,
            display,
            folder,
            _desktop: desktop,
        })
    }

    /// How many pixels have exactly this colour.
    pub fn pixels_of(&self, rgb: [u8; 3]) -> usize {
        let picture = picture(&self.dump());
        picture.iter().flatten().filter(|p| **p == rgb).count()
    }

    /// Waits until that many pixels have this colour.
    pub fn until_pixels(&self, what: &str, rgb: [u8; 3], least: usize) {
        let until = Instant::now() + PATIENCE;
        while self.pixels_of(rgb) < least {
            assert!(
                Instant::now() < until,
                "{what}: {} pixels",
                self.pixels_of(rgb)
            );
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }

    /// Waits until no pixel has this colour.
    pub fn until_none(&self, what: &str, rgb: [u8; 3]) {
        let until = Instant::now() + PATIENCE;
        while self.pixels_of(rgb) > 0 {
            assert!(
                Instant::now() < until,
                "{what}: {} pixels",
                self.pixels_of(rgb)
            );
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }

    /// The file that it draws into.
    pub fn dump(&self) -> PathBuf {
        self.folder.path().join("Xvfb_screen0")
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
