//! Decimal text to `f64`, exactly and fast.
//!
//! Motion is nearly all of a BVH file, and nearly all of it is short decimals. A mantissa below 2^53 and a power of ten
//! up to 10^22 are both exact in `f64`, so their product or quotient is the correctly rounded value (Clinger, "How to
//! Read Floating Point Numbers Accurately", 1990). Everything else goes to the standard library.

const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// The number at the start of `text`, and its length in bytes. `None` when there is none, or it is not finite, or
/// something other than white space follows.
pub(super) fn parse(text: &[u8]) -> Option<(f64, usize)> {
    let negative = text.first() == Some(&b'-');
    let mut at = usize::from(negative || text.first() == Some(&b'+'));
    let mut mantissa: u64 = 0;
    let mut digits = 0usize;
    let mut after_point = 0i32;
    let mut point = false;
    while let Some(&byte) = text.get(at) {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            if digits >= 18 {
                return slow(text);
            }
            mantissa = mantissa * 10 + u64::from(digit);
            digits += usize::from(mantissa > 0);
            after_point += i32::from(point);
        } else if byte == b'.' && !point {
            point = true;
        } else {
            break;
        }
        at += 1;
    }
    let has_digits = at > usize::from(negative || text.first() == Some(&b'+')) + usize::from(point);
    let ends = text.get(at).is_none_or(u8::is_ascii_whitespace);
    let power = usize::try_from(after_point)
        .ok()
        .and_then(|p| POWERS.get(p));
    match power {
        Some(power) if has_digits && ends && mantissa < 1 << 53 => {
            let value = mantissa as f64 / power;
            Some((if negative { -value } else { value }, at))
        }
        _ => slow(text),
    }
}

fn slow(text: &[u8]) -> Option<(f64, usize)> {
    let end = text
        .iter()
        .take(400)
        .position(u8::is_ascii_whitespace)
        .unwrap_or(text.len().min(400));
    let word = std::str::from_utf8(text.get(..end)?).ok()?;
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    if !word.chars().all(numeric) {
        return None;
    }
    let value: f64 = word.parse().ok()?;
    value.is_finite().then_some((value, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_what_is_no_number() {
        for bad in [
            "", "-", ".", "+.", "nan", "inf", "1e999", "1,5", "0x10", "1-2", "--1",
        ] {
            assert_eq!(parse(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn reads_every_form() {
        for (text, value) in [
            ("1", 1.0),
            ("-1.50 2", -1.5),
            ("+.5", 0.5),
            ("5.", 5.0),
            ("1e-3", 1e-3),
            ("-2.5E+2", -250.0),
            ("0.000000000000000000000000001", 1e-27),
            ("123456789012345678901234567890", 1.234_567_890_123_456_8e29),
        ] {
            assert_eq!(parse(text.as_bytes()).map(|n| n.0), Some(value), "{text}");
        }
    }

    proptest! {
        /// The standard library is the judge.
        #[test]
        fn agrees_with_the_standard_library(text in "[+-]?[0-9]{0,24}(\\.[0-9]{0,24})?(e[+-]?[0-9]{1,2})?") {
            let expected = text.parse::<f64>().ok().filter(|v| v.is_finite());
            prop_assert_eq!(parse(text.as_bytes()).map(|n| n.0), expected);
        }
    }
}
