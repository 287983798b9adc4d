//! What the demo is doing, for the person who waits: steps as lines, long ones with a bar.

use crate::Session;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Tells steps on standard error; quiet when asked to be.
pub struct Progress<'s> {
    session: &'s Session,
}

impl<'s> Progress<'s> {
    /// For a session.
    pub fn new(session: &'s Session) -> Self {
        Self { session }
    }

    /// A step begins.
    pub fn step(&self, key: &str, args: &[(&str, String)]) {
        self.session
            .output
            .remark(&self.session.text.get(key, args));
    }

    /// A bar of the given length; invisible when standard error is no terminal or quiet is asked for.
    pub fn bar(&self, length: u64) -> ProgressBar {
        if self.session.output.is_quiet() {
            return ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::hidden());
        }
        let bar = ProgressBar::new(length);
        if let Ok(style) = ProgressStyle::with_template("  [{bar:40}] {pos}/{len}  {eta}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar
    }
}
