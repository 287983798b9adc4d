//! Decimal text to `f64`, exactly and fast.
//!
//! Motion is nearly all of a BVH file, and nearly all of it is decimals of less than 16 digits. A mantissa below 2^53 and a power of ten
//! up to 10^22 are both exact in `f64`, so their product or quotient is the correctly rounded value (Clinger, "How to
//! Read Floating Point Numbers Accurately", 1990). Everything else goes to the standard library.

const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// Digits that are below 2^53 whatever they are.
const EXACT_DIGITS: usize = 15;

/// The number at the start of `text`, and its length in bytes. `None` when there is none, or it is not finite, or
/// something other than white space follows.
#[inline]
pub(super) fn parse(text: &[u8]) -> Option<(f64, usize)> {
    let negative = text.first() == Some(&b'-');
    let sign = usize::from(negative || text.first() == Some(&b'+'));
    let (whole, whole_end) = digits(text, sign, 0);
    let (mantissa, end, after_point) = if text.get(whole_end) == Some(&b'.') {
        let (mantissa, end) = digits(text, whole_end + 1, whole);
        (mantissa, end, end - whole_end - 1)
    } else {
        (whole, whole_end, 0)
    };
    let count = whole_end - sign + after_point;
    let ends = text.get(end).is_none_or(u8::is_ascii_whitespace);
    match POWERS.get(after_point) {
        Some(power) if ends && (1..=EXACT_DIGITS).contains(&count) => {
            let value = mantissa as f64 / power;
            Some((if negative { -value } else { value }, end))
        }
        _ => slow(text),
    }
}

/// Goes on with a number through the digits from a place on; the place after them. More digits than are exact wrap
/// around, and are not used.
#[inline(always)]
fn digits(text: &[u8], from: usize, before: u64) -> (u64, usize) {
    let (mut number, mut at) = (before, from);
    while let Some(&byte) = text.get(at) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    (number, at)
}

#[cold]
#[inline(never)]
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
