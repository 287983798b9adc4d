//! What a sequence parameter set of H.264 (ITU-T H.264, 7.3.2.1.1 and annex E) says about colour: by which matrix, and in
//! which range, its codes were made.

/// How colours became luma and two differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ColorCoding {
    /// The part of red and of blue in luma, in thousandths of ten thousand.
    pub matrix: Matrix,
    /// Whether codes fill 0 to 255 instead of 16 to 235.
    pub is_full: bool,
}

/// The matrices of the standards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matrix {
    /// ITU-R BT.601.
    Bt601,
    /// ITU-R BT.709.
    Bt709,
    /// ITU-R BT.2020, not of constant luminance.
    Bt2020,
}

impl Matrix {
    /// The parts of red and of blue in luma.
    pub(super) fn red_and_blue(self) -> [f64; 2] {
        match self {
            Self::Bt601 => [0.299, 0.114],
            Self::Bt709 => [0.2126, 0.0722],
            Self::Bt2020 => [0.2627, 0.0593],
        }
    }

    /// What a film of a height was made with that does not say: BT.709 from 720 lines on, as every player takes it.
    pub(super) fn usual(height_px: u32) -> Self {
        if height_px >= 720 {
            Self::Bt709
        } else {
            Self::Bt601
        }
    }
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn bit(&mut self) -> Option<u32> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(u32::from(bit))
    }

    fn bits(&mut self, count: u32) -> Option<u32> {
        (0..count).try_fold(0u32, |value, _| Some(value << 1 | self.bit()?))
    }

    /// Exp-Golomb, 9.1.
    fn number(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.bit()? == 0 {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some((1u32 << zeros) - 1 + self.bits(zeros)?)
    }

    fn signed(&mut self) -> Option<i64> {
        let number = i64::from(self.number()?);
        Some(if number % 2 == 1 {
            (number + 1) / 2
        } else {
            -number / 2
        })
    }

    /// 7.3.2.1.1.1.
    fn scaling_list(&mut self, size: usize) -> Option<()> {
        let (mut last, mut next) = (8i64, 8i64);
        for _ in 0..size {
            if next != 0 {
                next = (last + self.signed()? + 256).rem_euclid(256);
            }
            if next != 0 {
                last = next;
            }
        }
        Some(())
    }
}

/// What a set says; `None` for each of the two that it does not, or when it is cut off.
pub(super) fn color_coding(set: &[u8]) -> (Option<Matrix>, Option<bool>) {
    // Three bytes 0 0 3 stand for 0 0.
    let mut bytes = Vec::with_capacity(set.len());
    let mut zeros = 0;
    for byte in set.iter().skip(1) {
        if zeros >= 2 && *byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        bytes.push(*byte);
    }
    let mut bits = Bits {
        bytes: &bytes,
        at: 0,
    };
    read(&mut bits).unwrap_or((None, None))
}

fn read(bits: &mut Bits<'_>) -> Option<(Option<Matrix>, Option<bool>)> {
    const WITH_CHROMA: [u32; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];
    let profile = bits.bits(8)?;
    bits.bits(16)?;
    bits.number()?;
    if WITH_CHROMA.contains(&profile) {
        chroma(bits)?;
    }
    bits.number()?;
    match bits.number()? {
        0 => {
            bits.number()?;
        }
        1 => {
            bits.bit()?;
            bits.signed()?;
            bits.signed()?;
            for _ in 0..bits.number()?.min(255) {
                bits.signed()?;
            }
        }
        _ => {}
    }
    bits.number()?;
    bits.bit()?;
    bits.number()?;
    bits.number()?;
    if bits.bit()? == 0 {
        bits.bit()?;
    }
    bits.bit()?;
    if bits.bit()? == 1 {
        for _ in 0..4 {
            bits.number()?;
        }
    }
    if bits.bit()? == 0 {
        return None;
    }
    usability(bits)
}

fn chroma(bits: &mut Bits<'_>) -> Option<()> {
    let format = bits.number()?;
    if format == 3 {
        bits.bit()?;
    }
    bits.number()?;
    bits.number()?;
    bits.bit()?;
    if bits.bit()? == 1 {
        for list in 0..if format == 3 { 12 } else { 8 } {
            if bits.bit()? == 1 {
                bits.scaling_list(if list < 6 { 16 } else { 64 })?;
            }
        }
    }
    Some(())
}

/// Annex E.1.1, as far as colour.
fn usability(bits: &mut Bits<'_>) -> Option<(Option<Matrix>, Option<bool>)> {
    const EXTENDED_ASPECT: u32 = 255;
    if bits.bit()? == 1 && bits.bits(8)? == EXTENDED_ASPECT {
        bits.bits(32)?;
    }
    if bits.bit()? == 1 {
        bits.bit()?;
    }
    if bits.bit()? == 0 {
        return None;
    }
    bits.bits(3)?;
    let is_full = bits.bit()? == 1;
    if bits.bit()? == 0 {
        return Some((None, Some(is_full)));
    }
    bits.bits(16)?;
    let matrix = match bits.bits(8)? {
        1 => Some(Matrix::Bt709),
        5..=7 => Some(Matrix::Bt601),
        9 | 10 => Some(Matrix::Bt2020),
        _ => None,
    };
    Some((matrix, Some(is_full)))
}
