//! Portable float maps (PFM): three floats a sample, rows from the bottom, the byte order in the sign of the scale.

use super::{MpcdiAmount, MpcdiError, bad};
use glam::DVec3;

/// Samples of a map: one for each pixel of a region of 4 million.
const SAMPLES_MAX: usize = 1 << 22;

/// Bytes of a map's file: three floats a sample and its head.
pub(super) const FILE_BYTES_MAX: u64 = 12 * SAMPLES_MAX as u64 + 256;

/// A map, rows from the top.
pub(super) struct FloatMap {
    /// Columns and rows; both at least two.
    pub(super) size: [usize; 2],
    /// `None` where nothing is mapped.
    pub(super) samples: Vec<Option<DVec3>>,
}

impl FloatMap {
    pub(super) fn read(bytes: &[u8], name: &str) -> Result<Self, MpcdiError> {
        let mut rest = bytes;
        let kind = word(&mut rest).ok_or_else(|| bad(name))?;
        let mut number = || word(&mut rest).ok_or_else(|| bad(name));
        let (columns, rows, scale) = (number()?, number()?, number()?);
        let side = |text: &str| text.parse::<usize>().ok().filter(|side| *side >= 2);
        let (Some(columns), Some(rows)) = (side(columns), side(rows)) else {
            return Err(bad(name));
        };
        let scale: f32 = scale.parse().map_err(|_| bad(name))?;
        let count = columns.saturating_mul(rows);
        if count > SAMPLES_MAX {
            return Err(MpcdiError::TooLarge {
                name: name.to_owned(),
                of: MpcdiAmount::Samples,
                count: count as u64,
                limit: SAMPLES_MAX as u64,
            });
        }
        if kind != "PF" || rest.len() != count * 12 || !scale.is_normal() {
            return Err(bad(name));
        }
        let float = |four: &[u8]| {
            let four = [four[0], four[1], four[2], four[3]];
            f64::from(if scale < 0.0 {
                f32::from_le_bytes(four)
            } else {
                f32::from_be_bytes(four)
            })
        };
        let row = |row: &[u8]| {
            row.chunks_exact(12)
                .map(|s| DVec3::new(float(&s[..4]), float(&s[4..8]), float(&s[8..])))
                // The third number of a flat map is its error, which may be anything.
                .map(|s| (s.x.is_finite() && s.y.is_finite()).then_some(s))
                .collect::<Vec<_>>()
        };
        Ok(Self {
            size: [columns, rows],
            samples: rest
                .chunks_exact(columns * 12)
                .rev()
                .flat_map(row)
                .collect(),
        })
    }
}

/// The next word of the head, and what is after the one byte of space that ends it; or the two that end a line of programs
/// that write the head as text on some systems.
fn word<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    // The head has four words; none is longer than a float.
    const WORD_BYTES_MAX: usize = 64;
    let begin = rest.iter().position(|b| !b.is_ascii_whitespace())?;
    let text = &rest[begin..];
    let end = text
        .iter()
        .take(WORD_BYTES_MAX)
        .position(|b| b.is_ascii_whitespace())?;
    let after = if text[end..].starts_with(b"\r\n") {
        2
    } else {
        1
    };
    *rest = text.get(end + after..)?;
    std::str::from_utf8(text.get(..end)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_byte_orders_are_read_from_the_bottom() {
        let numbers: Vec<f32> = (0..12u8).map(f32::from).collect();
        let little: Vec<u8> = numbers.iter().flat_map(|v| v.to_le_bytes()).collect();
        let big: Vec<u8> = numbers.iter().flat_map(|v| v.to_be_bytes()).collect();
        for (head, body) in [
            ("PF\n2 2\n-1.0\n", &little),
            ("PF 2 2 1\n", &big),
            ("PF\r\n2 2\r\n-1.0\r\n", &little),
        ] {
            let bytes = [head.as_bytes(), body].concat();
            let map = FloatMap::read(&bytes, "x").unwrap();
            assert_eq!(map.samples[0], Some(DVec3::new(6.0, 7.0, 8.0)));
            assert_eq!(map.samples[3], Some(DVec3::new(3.0, 4.0, 5.0)));
            for cut in 0..bytes.len() {
                assert!(FloatMap::read(&bytes[..cut], "x").is_err());
            }
        }
    }

    #[test]
    fn other_maps_are_refused() {
        let body = [0; 48];
        for head in [
            "Pf\n2 2\n-1\n",
            "PF\n1 4\n-1\n",
            "PF\n2 2\n0\n",
            "PF\n2 2\nnan\n",
            "PF\n99999999999 99999999999\n-1\n",
            "PF\n3 2\n-1\n",
        ] {
            let bytes = [head.as_bytes(), &body].concat();
            assert!(FloatMap::read(&bytes, "x").is_err(), "{head}");
        }
    }
}
