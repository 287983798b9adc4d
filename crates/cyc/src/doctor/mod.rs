//! What the doctor asks, in the order of the report.
//!
//! Facts come from `cyc-machine`; judging them and saying what to do happens here. A check is one concept with a
//! stable name for scripts, so the names are never translated and never change.

mod computer;
mod graphics;
mod network;

use crate::text::{Args, Text};
use cyc_machine::{Libraries, Place};

/// How a check turned out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Good,
    /// It works, with a limit that the detail names.
    Limited,
    /// Without it no picture can be drawn.
    Missing,
}

/// One answered question about this machine.
#[derive(Clone, Debug)]
pub struct Check {
    /// The name for scripts.
    pub name: &'static str,
    /// The name for people.
    pub title: String,
    /// How it turned out.
    pub verdict: Verdict,
    /// What was found.
    pub detail: String,
    /// What mends it, when it is not good.
    pub fix: Option<String>,
}

impl Check {
    /// A check whose detail, and whose fix unless it is good, are the text `key` and its `.fix`.
    fn new(
        text: &Text,
        name: &'static str,
        title: String,
        verdict: Verdict,
        key: &str,
        args: Args,
    ) -> Self {
        let fix = if verdict == Verdict::Good {
            None
        } else {
            text.fix(key, args)
        };
        Self {
            name,
            title,
            verdict,
            detail: text.get(key, args),
            fix,
        }
    }
}

/// Every check of this machine. The adapter that Vulkan would choose is asked by the renderer, not here.
pub fn checks(place: &Place, text: &Text) -> Vec<Check> {
    let libraries = Libraries::of(place);
    let mut checks = computer::checks(place, text);
    checks.extend(graphics::checks(place, &libraries, text));
    checks.extend(network::checks(place, text));
    checks
}

/// Nanoseconds as milliseconds with two digits.
fn milliseconds(elapsed_ns: i64) -> String {
    format!("{:.2}", elapsed_ns as f64 / 1e6)
}
