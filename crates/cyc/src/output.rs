//! Where results and remarks go.
//!
//! Results go to standard output: text, or with `--json` one object and nothing else. Everything that is not a result
//! goes to standard error, where `--quiet` silences remarks but never errors. A reader that went away (`| head`) is
//! not an error. Names come from files and from the net: what a terminal would take for an order to it is not written.

use crate::failure::Failure;
use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};

/// The two streams, and how much to say.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    json: bool,
    quiet: bool,
}

impl Output {
    /// From the flags `--json` and `--quiet`.
    pub const fn new(json: bool, quiet: bool) -> Self {
        Self { json, quiet }
    }

    /// Whether remarks and progress are unwanted.
    pub const fn is_quiet(self) -> bool {
        self.quiet
    }

    /// Whether a command should hand over an object instead of text.
    pub const fn wants_json(self) -> bool {
        self.json
    }

    /// A result for people.
    pub fn result(self, text: &str) -> Result<(), Failure> {
        write(io::stdout().lock(), text)
    }

    /// The one object of `--json`.
    pub fn object(self, value: &serde_json::Value) -> Result<(), Failure> {
        write(io::stdout().lock(), &value.to_string())
    }

    /// A remark beside the result; silent with `--quiet`.
    pub fn remark(self, text: &str) {
        if !self.quiet {
            self.error(text);
        }
    }

    /// What went wrong. That it cannot be said is not worth a second error.
    pub fn error(self, text: &str) {
        let _ = write(io::stderr().lock(), text);
    }
}

/// What stands for a character that is no text.
const NO_TEXT: char = '\u{fffd}';

/// A text without control characters but for the ends of lines and tabs, and without those that turn the order of others
/// about: a take's title cannot clear the screen, or look like a message of ours.
pub fn plain(text: &str) -> Cow<'_, str> {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_text = |c: char| matches!(c, '\n' | '\t') || !(c.is_control() || turns(c));
    if text.chars().all(is_text) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n");
    let plain = text.chars().map(|c| if is_text(c) { c } else { NO_TEXT });
    Cow::Owned(plain.collect())
}

/// The same on one line, for a cell of a table or a name within a sentence.
pub fn plain_line(text: &str) -> Cow<'_, str> {
    match plain(text) {
        text if text.contains(['\n', '\t']) => Cow::Owned(text.replace(['\n', '\t'], " ")),
        text => text,
    }
}

fn write(mut stream: impl Write, text: &str) -> Result<(), Failure> {
    let written = writeln!(stream, "{}", plain(text.trim_end())).and_then(|()| stream.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::cannot_write_output(&error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_gives_a_terminal_orders() {
        let good = "墙 “é”\n\tnext · 3 °";
        assert!(matches!(plain(good), Cow::Borrowed(text) if text == good));
        assert_eq!(plain("a\r\nb"), "a\nb");
        let bad = "\x1b[2J\x1b]0;x\x07\u{9b}31m\u{202e}b\r\0\u{7f}";
        assert!(
            !plain(bad)
                .chars()
                .any(|c| c.is_control() || c == '\u{202e}')
        );
        assert_eq!(plain(bad).chars().count(), bad.chars().count());
        assert_eq!(plain_line("a\nError: b\tc"), "a Error: b c");
    }
}
