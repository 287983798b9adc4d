//! A plate's file, of whichever kind: any of its frames by number.

use super::film::Film;
use super::sequence::Sequence;
use super::still::{StillKind, first_bytes, read_still, still_size};
use super::{PlateFault, PlatePicture};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is known of a plate before any of its frames is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlateInfo {
    /// Width and height of every frame.
    pub size_px: [u32; 2],
    /// Number of its first frame: 0 but for a sequence.
    pub first: u64,
    /// Number of its last frame.
    pub last: u64,
    /// Frames in so many seconds (numerator, denominator), of a film.
    pub rate: Option<[u32; 2]>,
}

/// An open plate.
pub struct PlateFile {
    info: PlateInfo,
    kind: Kind,
}

enum Kind {
    Still(PathBuf, StillKind),
    Sequence(Sequence),
    Film(Box<Film>),
}

impl PlateFile {
    /// Opens a plate: by its content for films, by the end of its name for stills, by a run of `#` for sequences.
    ///
    /// # Errors
    /// It cannot be read, is of no kind that is known, or is too large.
    pub fn open(path: &Path) -> Result<Self, PlateFault> {
        let name = path.file_name().and_then(|n| n.to_str());
        if name.is_some_and(|n| n.contains('#')) {
            let sequence = Sequence::open(path)?;
            let [first, last] = sequence.numbers();
            let info = PlateInfo {
                size_px: sequence.size_px(),
                first,
                last,
                rate: None,
            };
            let kind = Kind::Sequence(sequence);
            return Ok(Self { info, kind });
        }
        if let Some(kind) = StillKind::of(path) {
            let info = PlateInfo {
                size_px: still_size(path, kind)?,
                first: 0,
                last: 0,
                rate: None,
            };
            let kind = Kind::Still(path.to_owned(), kind);
            return Ok(Self { info, kind });
        }
        if &first_bytes(path)?[4..8] != b"ftyp" {
            let known = ".png, .jpg, .hdr, .exr, name.####.png, name.####.exr, .mp4 with H.264";
            return Err(PlateFault::unknown(path, known));
        }
        let film = Film::open(path)?;
        let info = PlateInfo {
            size_px: film.size_px(),
            first: 0,
            last: film.frames().saturating_sub(1),
            rate: Some(film.rate()),
        };
        let kind = Kind::Film(Box::new(film));
        Ok(Self { info, kind })
    }

    /// What it is.
    pub fn info(&self) -> PlateInfo {
        self.info
    }

    /// When a frame of a film is shown, by its own table, after the first one: cameras do not take every frame in the same
    /// time. `None` for what is no film, and beyond its end.
    pub fn shown_at(&self, frame: u64) -> Option<Duration> {
        let Kind::Film(film) = &self.kind else {
            return None;
        };
        film.shown_ns(frame)
            .map(|ns| Duration::from_nanos(ns.max(0).unsigned_abs()))
    }

    /// How often a player turns the pictures of a film by 90 degrees clockwise before it shows them. [`PlateFile::read`]
    /// gives them as they are coded.
    pub fn quarter_turns(&self) -> u8 {
        match &self.kind {
            Kind::Film(film) => film.quarter_turns(),
            Kind::Still(..) | Kind::Sequence(_) => 0,
        }
    }

    /// Decodes a frame by its number, into memory that may have been used before. Frames that follow each other are
    /// fastest.
    ///
    /// # Errors
    /// The frame is damaged, missing, or beyond the file.
    pub fn read(&mut self, frame: u64, into: &mut PlatePicture) -> Result<(), PlateFault> {
        match &mut self.kind {
            Kind::Still(path, kind) => read_still(path, *kind, into),
            Kind::Sequence(sequence) => sequence.read(frame, into),
            Kind::Film(film) => film.read(frame, into),
        }
    }
}
