//! Radiance pictures (`.hdr`): red, green and blue of 8 bits with an exponent in common.
//!
//! The format of Ward's "Real Pixels" (Graphics Gems II, 1991) as Radiance itself writes it: a head of lines, the size, then
//! rows that are coded by runs, one channel after the other, or left as they are. Rows from the top alone (`-Y +X`).

use super::picture::half_of;
use half::f16;

/// Why bytes are no such picture.
pub(super) type Wrong = &'static str;

const CUT: Wrong = "it is cut off";

/// Width and height, and where the rows begin.
pub(super) fn radiance_head(bytes: &[u8]) -> Result<([u32; 2], usize), Wrong> {
    /// Longest head: what programs write there is a few lines.
    const HEAD_MAX: usize = 64 << 10;
    if !bytes.starts_with(b"#?") {
        return Err("it does not begin with #?");
    }
    let mut at = 0;
    let mut is_over = false;
    while at < bytes.len().min(HEAD_MAX) {
        let line = bytes.get(at..).unwrap_or_default();
        let end = line.iter().position(|b| *b == b'\n').ok_or(CUT)?;
        let text = String::from_utf8_lossy(line.get(..end).unwrap_or_default());
        at += end + 1;
        if is_over {
            let words: Vec<&str> = text.split_whitespace().collect();
            let ["-Y", height, "+X", width] = words.as_slice() else {
                return Err("its rows do not run from the top left");
            };
            let side = |text: &str| text.parse().map_err(|_| "its size is no number");
            return Ok(([side(width)?, side(height)?], at));
        }
        if text.starts_with("FORMAT=") && !text.contains("rgbe") {
            return Err("its colours are not red, green and blue");
        }
        is_over = text.is_empty();
    }
    Err(CUT)
}

/// Decodes all rows into linear light.
pub(super) fn read_radiance(bytes: &[u8], light: &mut [f16]) -> Result<(), Wrong> {
    let ([width, _], mut at) = radiance_head(bytes)?;
    let width = width as usize;
    let mut row = vec![[0u8; 4]; width];
    for out in light.chunks_exact_mut(width.max(1) * 4) {
        at += read_row(bytes.get(at..).ok_or(CUT)?, &mut row)?;
        for (texel, rgbe) in out.chunks_exact_mut(4).zip(&row) {
            let [r, g, b, exponent] = *rgbe;
            // The mantissas are parts of 256, and lie in the middle of their step.
            let scale = f32::from(i16::from(exponent) - 136).exp2();
            let of = |part: u8| {
                if exponent == 0 {
                    0.0
                } else {
                    f32::from(part) * scale
                }
            };
            let parts = [of(r), of(g), of(b), 1.0];
            texel.copy_from_slice(&parts.map(half_of));
        }
    }
    Ok(())
}

/// One row; how many bytes it has.
fn read_row(bytes: &[u8], row: &mut [[u8; 4]]) -> Result<usize, Wrong> {
    let head: [u8; 4] = bytes.get(..4).and_then(|b| b.try_into().ok()).ok_or(CUT)?;
    let length = usize::from(head[2]) << 8 | usize::from(head[3]);
    let is_coded = head[0] == 2 && head[1] == 2 && head[2] < 128 && length == row.len();
    if !is_coded {
        let plain = bytes.get(..row.len() * 4).ok_or(CUT)?;
        for (texel, rgbe) in row.iter_mut().zip(plain.chunks_exact(4)) {
            texel.copy_from_slice(rgbe);
        }
        return Ok(row.len() * 4);
    }
    let mut at = 4;
    for channel in 0..4 {
        let mut x = 0;
        while x < row.len() {
            let count = *bytes.get(at).ok_or(CUT)?;
            at += 1;
            let is_run = count > 128;
            let length = usize::from(if is_run { count & 127 } else { count });
            if length == 0 || x + length > row.len() {
                return Err("a run of it is longer than its row");
            }
            for (nth, texel) in row.iter_mut().skip(x).take(length).enumerate() {
                let from = if is_run { at } else { at + nth };
                texel[channel] = *bytes.get(from).ok_or(CUT)?;
            }
            at += if is_run { 1 } else { length };
            x += length;
        }
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(rows: &[u8], width: usize, height: usize) -> Result<Vec<f32>, Wrong> {
        let head = format!("#?RADIANCE\n# x\nFORMAT=32-bit_rle_rgbe\n\n-Y {height} +X {width}\n");
        let bytes = [head.as_bytes(), rows].concat();
        let mut light = vec![f16::ZERO; width * height * 4];
        read_radiance(&bytes, &mut light)?;
        Ok(light.iter().map(|v| v.to_f32()).collect())
    }

    #[test]
    fn plain_and_coded_rows_say_the_same() {
        // 128 of exponent 130: 128/256 × 2² = 2.
        let texel = [128, 64, 0, 130];
        let plain = decoded(&texel.repeat(10), 10, 1).unwrap();
        assert_eq!(plain[..4], [2.0, 1.0, 0.0, 1.0]);
        let coded = [
            2,
            2,
            0,
            10,
            128 + 10,
            128,
            3,
            64,
            64,
            64,
            128 + 7,
            64,
            128 + 10,
            0,
            128 + 10,
            130,
        ];
        assert_eq!(decoded(&coded, 10, 1).unwrap(), plain);
        assert_eq!(decoded(&[9, 9, 9, 0], 1, 1).unwrap(), [0.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn what_lies_is_refused() {
        assert_eq!(
            decoded(&[2, 2, 0, 10, 128 + 11, 1], 10, 1),
            Err("a run of it is longer than its row")
        );
        assert_eq!(decoded(&[2, 2, 0, 10, 128 + 10], 10, 1), Err(CUT));
        assert_eq!(decoded(&[1, 2, 3], 1, 1), Err(CUT));
        assert!(radiance_head(b"#?RADIANCE\n\n+X 3 -Y 2\n").is_err());
        assert!(radiance_head(b"P6 3 2 255\n").is_err());
    }
}
