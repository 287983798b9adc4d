//! `.cube` files, as grading and wall-calibration programs write them: a curve, a cube, or a curve before a cube.
//!
//! The format is Adobe's Cube LUT 1.0 with the two words that Resolve added (`LUT_1D_INPUT_RANGE`, `LUT_3D_INPUT_RANGE`).
//! A file is taken whole or not at all: the counts must be exact and every value finite.

use super::{Curve, Lut3d};
use crate::{CUBE_CURVE_ENTRIES_MAX, CUBE_FILE_BYTES_MAX, CUBE_SIDE_MAX, CUBE_VALUE_MAX};
use glam::DVec3;
use std::sync::Arc;
use thiserror::Error;

/// Why bytes are no table of colours.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum CubeError {
    /// More bytes than are taken.
    #[error("has {bytes} bytes, at most {limit} are taken")]
    TooLarge {
        /// Bytes given.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Not UTF-8.
    #[error("is no text")]
    NoText,
    /// No size was given before the entries, or at all.
    #[error("names neither LUT_1D_SIZE nor LUT_3D_SIZE")]
    NoSize,
    /// A size that is not taken.
    #[error("line {line}: the size must be from 2 to {limit}")]
    BadSize {
        /// Line from 1.
        line: usize,
        /// The limit.
        limit: usize,
    },
    /// A word that the format does not have, or has once only.
    #[error("line {line}: '{word}' is unknown or stands there twice")]
    BadWord {
        /// Line from 1.
        line: usize,
        /// The word, cut off.
        word: String,
    },
    /// A line that should hold numbers and does not, or one that is not finite or beyond ±[`CUBE_VALUE_MAX`].
    #[error("line {line}: {wanted} finite numbers are needed")]
    BadNumbers {
        /// Line from 1.
        line: usize,
        /// How many.
        wanted: usize,
    },
    /// A domain whose highest value is not above its lowest.
    #[error("has an empty domain")]
    EmptyDomain,
    /// Too few or too many entries.
    #[error("has {count} entries, its size wants {wanted}")]
    BadCount {
        /// Entries found; counting stops at one too many.
        count: usize,
        /// Entries wanted.
        wanted: usize,
    },
}

impl CubeError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "stage-table-too-large",
            Self::NoText => "stage-table-no-text",
            Self::NoSize => "stage-table-no-size",
            Self::BadSize { .. } => "stage-table-bad-size",
            Self::BadWord { .. } => "stage-table-bad-word",
            Self::BadNumbers { .. } => "stage-table-bad-numbers",
            Self::EmptyDomain => "stage-table-empty-domain",
            Self::BadCount { .. } => "stage-table-bad-count",
        }
    }

    /// The message's arguments, beside the file and where it is named.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { bytes, limit } => {
                vec![("bytes", bytes.to_string()), ("limit", limit.to_string())]
            }
            Self::NoText | Self::NoSize | Self::EmptyDomain => Vec::new(),
            Self::BadSize { line, limit } => {
                vec![("at_line", line.to_string()), ("limit", limit.to_string())]
            }
            Self::BadWord { line, word } => {
                vec![("at_line", line.to_string()), ("word", word.clone())]
            }
            Self::BadNumbers { line, wanted } => {
                vec![
                    ("at_line", line.to_string()),
                    ("wanted", wanted.to_string()),
                ]
            }
            Self::BadCount { count, wanted } => {
                vec![("count", count.to_string()), ("wanted", wanted.to_string())]
            }
        }
    }
}

/// What a `.cube` file holds: at least one of the two.
#[derive(Clone, Debug, PartialEq)]
pub struct CubeFile {
    /// Applied first.
    pub curve: Option<Arc<Curve>>,
    /// Applied to what the curve gives.
    pub lut: Option<Arc<Lut3d>>,
}

#[derive(Default)]
struct Head {
    curve_size: Option<usize>,
    side: Option<usize>,
    low: Option<DVec3>,
    high: Option<DVec3>,
    curve_range: Option<[f64; 2]>,
    lut_range: Option<[f64; 2]>,
}

impl CubeFile {
    /// Reads a file.
    pub fn read(bytes: &[u8]) -> Result<Self, CubeError> {
        let limit = CUBE_FILE_BYTES_MAX;
        if bytes.len() > limit {
            let bytes = bytes.len();
            return Err(CubeError::TooLarge { bytes, limit });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| CubeError::NoText)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut head = Head::default();
        let mut entries: Vec<DVec3> = Vec::new();
        let mut wanted = None;
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            if text.starts_with(|c: char| c.is_ascii_uppercase()) {
                if wanted.is_some() {
                    return Err(bad_word(line, text));
                }
                head.take(line, text)?;
                continue;
            }
            let wanted = match wanted {
                Some(wanted) => wanted,
                None => *wanted.insert(head.entries().ok_or(CubeError::NoSize)?),
            };
            if entries.len() == wanted {
                let count = wanted + 1;
                return Err(CubeError::BadCount { count, wanted });
            }
            entries.push(DVec3::from_array(numbers(line, text)?));
        }
        let wanted = head.entries().ok_or(CubeError::NoSize)?;
        if entries.len() != wanted {
            let count = entries.len();
            return Err(CubeError::BadCount { count, wanted });
        }
        head.build(entries)
    }
}

impl Head {
    /// Lines of numbers that the sizes want. Both are limited, so nothing overflows.
    fn entries(&self) -> Option<usize> {
        if self.curve_size.is_none() && self.side.is_none() {
            return None;
        }
        Some(self.curve_size.unwrap_or(0) + self.side.map_or(0, |s| s * s * s))
    }

    fn take(&mut self, line: usize, text: &str) -> Result<(), CubeError> {
        let (word, rest) = text
            .split_once(|c: char| c.is_whitespace())
            .unwrap_or((text, ""));
        let is_new = match word {
            "TITLE" => true,
            "LUT_1D_SIZE" => {
                let size = size(line, rest, CUBE_CURVE_ENTRIES_MAX)?;
                self.curve_size.replace(size).is_none()
            }
            "LUT_3D_SIZE" => {
                let side = size(line, rest, CUBE_SIDE_MAX)?;
                self.side.replace(side).is_none()
            }
            "DOMAIN_MIN" => {
                let low = DVec3::from_array(numbers(line, rest)?);
                self.low.replace(low).is_none()
            }
            "DOMAIN_MAX" => {
                let high = DVec3::from_array(numbers(line, rest)?);
                self.high.replace(high).is_none()
            }
            "LUT_1D_INPUT_RANGE" => self.curve_range.replace(numbers(line, rest)?).is_none(),
            "LUT_3D_INPUT_RANGE" => self.lut_range.replace(numbers(line, rest)?).is_none(),
            _ => false,
        };
        if is_new {
            Ok(())
        } else {
            Err(bad_word(line, word))
        }
    }

    /// The domain of a table: its own range, else the file's.
    fn domain(&self, range: Option<[f64; 2]>) -> Result<[DVec3; 2], CubeError> {
        let domain = match range {
            Some([low, high]) => [DVec3::splat(low), DVec3::splat(high)],
            None => [
                self.low.unwrap_or(DVec3::ZERO),
                self.high.unwrap_or(DVec3::ONE),
            ],
        };
        if (domain[1] - domain[0]).min_element() > 1e-9 {
            Ok(domain)
        } else {
            Err(CubeError::EmptyDomain)
        }
    }

    fn build(&self, mut entries: Vec<DVec3>) -> Result<CubeFile, CubeError> {
        let cube_entries = entries.split_off(self.curve_size.unwrap_or(0));
        let curve = match self.curve_size {
            Some(_) => Some(Arc::new(Curve {
                domain: self.domain(self.curve_range)?,
                entries,
            })),
            None => None,
        };
        let lut = match self.side {
            Some(side) => Some(Arc::new(Lut3d {
                domain: self.domain(self.lut_range)?,
                side,
                entries: cube_entries,
            })),
            None => None,
        };
        Ok(CubeFile { curve, lut })
    }
}

fn bad_word(line: usize, text: &str) -> CubeError {
    let word = text.split_whitespace().next().unwrap_or("");
    CubeError::BadWord {
        line,
        word: word.chars().take(40).collect(),
    }
}

fn size(line: usize, text: &str, limit: usize) -> Result<usize, CubeError> {
    let size = text.trim().parse().unwrap_or(0);
    if (2..=limit).contains(&size) {
        Ok(size)
    } else {
        Err(CubeError::BadSize { line, limit })
    }
}

fn numbers<const N: usize>(line: usize, text: &str) -> Result<[f64; N], CubeError> {
    let bad = || CubeError::BadNumbers { line, wanted: N };
    let mut words = text.split_whitespace();
    let mut out = [0.0; N];
    for slot in &mut out {
        let number: f64 = words
            .next()
            .and_then(|word| word.parse().ok())
            .ok_or_else(bad)?;
        if !(number.abs() <= CUBE_VALUE_MAX) {
            return Err(bad());
        }
        *slot = number;
    }
    match words.next() {
        None => Ok(out),
        Some(_) => Err(bad()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        CubeFile::read(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_curve_a_cube_and_both_are_read() {
        let curve = "\u{feff}# by hand\r\nTITLE \"x\"\r\nLUT_1D_SIZE 3\r\n0 0 0\r\n\r\n.5 0.25 1e-1\r\n1 1 1\r\n";
        let read = CubeFile::read(curve.as_bytes()).unwrap();
        assert!(read.lut.is_none());
        assert_eq!(read.curve.unwrap().entries()[1], DVec3::new(0.5, 0.25, 0.1));
        let mut cube = "LUT_3D_SIZE 2\nDOMAIN_MIN -1 -1 -1\nDOMAIN_MAX 1 2 3\n".to_owned();
        for i in 0..8 {
            cube += &format!("{} {} {}\n", i & 1, i >> 1 & 1, i >> 2);
        }
        let lut = CubeFile::read(cube.as_bytes()).unwrap().lut.unwrap();
        assert_eq!(lut.domain(), [DVec3::NEG_ONE, DVec3::new(1.0, 2.0, 3.0)]);
        let got = lut.apply(DVec3::new(0.0, -1.0, 3.0));
        assert!(got.abs_diff_eq(DVec3::new(0.5, 0.0, 1.0), 1e-12), "{got}");
        let both = cube
            .replace(
                "LUT_3D_SIZE 2\n",
                "LUT_1D_SIZE 2\nLUT_3D_SIZE 2\nLUT_1D_INPUT_RANGE 0 4\n",
            )
            .replacen("0 0 0\n", "5 5 5\n6 6 6\n0 0 0\n", 1);
        let read = CubeFile::read(both.as_bytes()).unwrap();
        let curve = read.curve.unwrap();
        assert_eq!((curve.entries().len(), curve.domain()[1].x), (2, 4.0));
        assert_eq!(read.lut.unwrap().entries().len(), 8);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        assert_eq!(refused(""), "names neither LUT_1D_SIZE nor LUT_3D_SIZE");
        assert_eq!(
            refused("0 0 0\n"),
            "names neither LUT_1D_SIZE nor LUT_3D_SIZE"
        );
        assert!(refused("LUT_3D_SIZE 1\n").starts_with("line 1: the size must"));
        assert!(refused("LUT_3D_SIZE 99999999999999999999\n").starts_with("line 1"));
        assert!(refused("LUT_3D_SIZE 66\n").contains("from 2 to 65"));
        assert!(refused("LUT_1D_SIZE 2\nLUT_1D_SIZE 2\n").starts_with("line 2: 'LUT_1D_SIZE'"));
        assert!(refused("LUT_1D_SIZE 2\n0 0 0\nDOMAIN_MIN 0 0 0\n").starts_with("line 3"));
        assert!(refused("LUT_1D_SIZE 2\nWHAT 3\n").contains("'WHAT'"));
        for bad in [
            "0 0",
            "0 0 0 0",
            "nan 0 0",
            "inf 0 0",
            "1e300 0 0",
            "0 0 x",
            "0,5 0 0",
        ] {
            let text = format!("LUT_1D_SIZE 2\n{bad}\n1 1 1\n");
            assert_eq!(
                refused(&text),
                "line 2: 3 finite numbers are needed",
                "{bad}"
            );
        }
        let few = "LUT_1D_SIZE 3\n0 0 0\n1 1 1\n";
        assert_eq!(refused(few), "has 2 entries, its size wants 3");
        let many = "LUT_1D_SIZE 2\n0 0 0\n1 1 1\n2 2 2\n3 3 3\n";
        assert_eq!(refused(many), "has 3 entries, its size wants 2");
        let flat = "LUT_1D_SIZE 2\nDOMAIN_MIN 0 1 0\nDOMAIN_MAX 1 1 1\n0 0 0\n1 1 1\n";
        assert_eq!(refused(flat), "has an empty domain");
        assert_eq!(CubeFile::read(&[0xff; 4]), Err(CubeError::NoText));
        let huge = vec![b'#'; CUBE_FILE_BYTES_MAX + 1];
        assert!(matches!(
            CubeFile::read(&huge),
            Err(CubeError::TooLarge { .. })
        ));
    }

    /// A file cut off at every byte, and with every byte of it damaged, is refused or read; nothing panics.
    #[test]
    fn damage_does_no_harm() {
        let text = "LUT_1D_SIZE 3\nDOMAIN_MAX 2 2 2\n0 0 0\n0.5 0.4 0.3\n1 1 1\n".as_bytes();
        for cut in 0..text.len() {
            let _ = CubeFile::read(&text[..cut]);
            for value in [0, b' ', b'-', b'9', b'e', b'\n', 0xff] {
                let mut damaged = text.to_vec();
                damaged[cut] = value;
                if let Ok(read) = CubeFile::read(&damaged) {
                    let got = read.curve.map(|c| c.apply(DVec3::splat(0.7)));
                    assert!(got.is_none_or(|g| g.is_finite()));
                }
            }
        }
    }
}
