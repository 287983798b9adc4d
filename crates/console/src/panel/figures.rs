//! Numbers as an operator reads them: with units, of one width, never jumping between forms from frame to frame.

use crate::wording::Wording;

/// A frame rate.
pub fn hertz(hz: f64, text: &dyn Wording) -> String {
    text.get("panel-hz", &[("n", format!("{hz:.1}"))])
}

/// A duration of milliseconds; from a second up in seconds, from two minutes up in minutes.
pub fn age(ms: f64, text: &dyn Wording) -> String {
    if ms < 1000.0 {
        text.get("panel-ms", &[("n", format!("{:.0}", ms.max(0.0)))])
    } else if ms < 120_000.0 {
        text.get("panel-s", &[("n", format!("{:.1}", ms / 1000.0))])
    } else {
        text.get("panel-min", &[("n", format!("{:.0}", ms / 60_000.0))])
    }
}

/// Milliseconds with one decimal.
pub fn milliseconds(ms: f64, text: &dyn Wording) -> String {
    text.get("panel-ms", &[("n", format!("{ms:.1}"))])
}

/// A share, 0 to 1.
pub fn percent(share: f64, text: &dyn Wording) -> String {
    text.get("panel-percent", &[("n", format!("{:.1}", share * 100.0))])
}

/// Hours, minutes and seconds.
pub fn clock(seconds: f64) -> String {
    let s = seconds.max(0.0) as u64;
    format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
}

/// What is left, in minutes, and from two hours up in hours.
pub fn minutes(left: f64, text: &dyn Wording) -> String {
    if left < 120.0 {
        text.get(
            "panel-min",
            &[("n", format!("{:.0}", left.max(0.0).floor()))],
        )
    } else {
        text.get("panel-h", &[("n", format!("{:.0}", (left / 60.0).floor()))])
    }
}
