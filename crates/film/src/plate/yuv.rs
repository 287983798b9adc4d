//! Luma and two differences at half the resolution (4:2:0) to red, green and blue.
//!
//! Differences lie on every second column and between every second pair of rows (as MPEG-2 and H.264 have it), and are
//! interpolated: repeated ones show as steps on every coloured edge of a large wall.

use super::parameter_set::ColorCoding;

/// Three planes of a decoded frame.
pub(super) struct Planes<'a> {
    /// Luma and the differences of blue and red.
    pub planes: [&'a [u8]; 3],
    /// Bytes from one row to the next.
    pub strides: [usize; 3],
    /// Width and height of luma.
    pub size_px: [u32; 2],
}

/// Parts of a number that is multiplied: 16 bits behind the point.
const ONE: f64 = 65_536.0;

struct Factors {
    black: i32,
    luma: i32,
    red_of_red: i32,
    green_of_red: i32,
    green_of_blue: i32,
    blue_of_blue: i32,
}

impl Factors {
    /// ITU-R BT.601, 709 and 2020 in one: only the parts of red and blue in luma differ.
    fn new(coding: ColorCoding) -> Self {
        let [red, blue] = coding.matrix.red_and_blue();
        let green = 1.0 - red - blue;
        let (black, luma, difference) = if coding.is_full {
            (0, 1.0, 1.0)
        } else {
            (16, 255.0 / 219.0, 255.0 / 224.0)
        };
        // Differences are counted in eighths: that is what interpolating them makes of them.
        let of = |factor: f64| (factor * difference * ONE / 8.0).round() as i32;
        Self {
            black,
            luma: (luma * ONE).round() as i32,
            red_of_red: of(2.0 * (1.0 - red)),
            green_of_red: of(-2.0 * (1.0 - red) * red / green),
            green_of_blue: of(-2.0 * (1.0 - blue) * blue / green),
            blue_of_blue: of(2.0 * (1.0 - blue)),
        }
    }

    fn rgb(&self, luma: u8, blue: i32, red: i32) -> [u8; 3] {
        let base = (i32::from(luma) - self.black) * self.luma + (ONE as i32 >> 1);
        let code = |sum: i32| (sum >> 16).clamp(0, 255) as u8;
        [
            code(base + self.red_of_red * red),
            code(base + self.green_of_blue * blue + self.green_of_red * red),
            code(base + self.blue_of_blue * blue),
        ]
    }
}

/// A row of differences between two rows of the plane, times four, less their middle.
fn row_between(plane: &[u8], stride: usize, rows: [usize; 2], into: &mut Vec<i32>, width: usize) {
    let row = |nth: usize| plane.get(nth * stride..).unwrap_or(&[]);
    let [near, far] = rows.map(row);
    into.clear();
    let pairs = near.iter().zip(far).take(width);
    into.extend(pairs.map(|(near, far)| 3 * i32::from(*near) + i32::from(*far) - 4 * 128));
    into.resize(width, 0);
}

/// Fills RGBA codes of the same size.
pub(super) fn to_rgba(planes: &Planes<'_>, coding: ColorCoding, rgba: &mut [u8]) {
    let factors = Factors::new(coding);
    let [width, height] = planes.size_px.map(|px| px as usize);
    let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
    let (mut blues, mut reds) = (Vec::new(), Vec::new());
    let rows = rgba.chunks_exact_mut((width * 4).max(4));
    for (y, out) in rows.take(height).enumerate() {
        let near = (y / 2).min(half_height.saturating_sub(1));
        let far = if y % 2 == 0 {
            near.saturating_sub(1)
        } else {
            (near + 1).min(half_height.saturating_sub(1))
        };
        let [_, blue, red] = planes.planes;
        let [_, blue_stride, red_stride] = planes.strides;
        row_between(blue, blue_stride, [near, far], &mut blues, half_width);
        row_between(red, red_stride, [near, far], &mut reds, half_width);
        let luma = planes.planes[0].get(y * planes.strides[0]..).unwrap_or(&[]);
        for (x, (texel, luma)) in out.chunks_exact_mut(4).zip(luma).enumerate() {
            let left = x / 2;
            let right = (left + x % 2).min(half_width.saturating_sub(1));
            let of = |row: &[i32]| {
                let at = |i: usize| row.get(i).copied().unwrap_or(0);
                at(left) + at(right)
            };
            let [r, g, b] = factors.rgb(*luma, of(&blues), of(&reds));
            texel.copy_from_slice(&[r, g, b, 255]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parameter_set::Matrix;
    use super::*;

    fn one_color(y: u8, blue: u8, red: u8, coding: ColorCoding) -> [u8; 4] {
        let planes = Planes {
            planes: [&[y; 4], &[blue], &[red]],
            strides: [2, 1, 1],
            size_px: [2, 2],
        };
        let mut rgba = [0; 16];
        to_rgba(&planes, coding, &mut rgba);
        assert!(rgba.chunks_exact(4).all(|t| t == &rgba[..4]));
        rgba[..4].try_into().unwrap()
    }

    #[test]
    fn bars_of_the_standards_come_back() {
        let (matrix, is_full) = (Matrix::Bt601, false);
        let sd = ColorCoding { matrix, is_full };
        // Full red, green and blue in BT.601, limited range, as every table of colour bars has them.
        for (code, rgb) in [
            ([82, 90, 240], [255, 1, 0]),
            ([145, 54, 34], [0, 255, 1]),
            ([41, 240, 110], [0, 0, 255]),
            ([235, 128, 128], [255, 255, 255]),
            ([16, 128, 128], [0, 0, 0]),
        ] {
            let got = one_color(code[0], code[1], code[2], sd);
            let off = (0..3).map(|i| i32::from(got[i]).abs_diff(rgb[i])).max();
            assert!(off <= Some(2), "{code:?}: {got:?}");
        }
        let matrix = Matrix::Bt709;
        // BT.709 red: 63, 102, 240.
        let got = one_color(63, 102, 240, ColorCoding { matrix, is_full });
        assert!(got[0] >= 253 && got[1] <= 2 && got[2] <= 2, "{got:?}");
        let is_full = true;
        assert_eq!(
            one_color(77, 128, 128, ColorCoding { matrix, is_full }),
            [77, 77, 77, 255]
        );
    }

    #[test]
    fn differences_are_interpolated() {
        let coding = ColorCoding {
            matrix: Matrix::Bt709,
            is_full: true,
        };
        let planes = Planes {
            planes: [&[128; 8], &[128, 128], &[128, 160]],
            strides: [4, 2, 2],
            size_px: [4, 2],
        };
        let mut rgba = [0; 32];
        to_rgba(&planes, coding, &mut rgba);
        let reds: Vec<u8> = rgba.chunks_exact(4).take(4).map(|t| t[0]).collect();
        // 32 times 1.5748 is 50.4.
        assert_eq!(reds, [128, 153, 178, 178]);
    }
}
