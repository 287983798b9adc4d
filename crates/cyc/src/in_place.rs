//! A page on a terminal that takes the place of the one before it.
//!
//! A line that is wider than the terminal would be two there, and a page that is higher would scroll: then the next page
//! would not find where this one began. So a page is cut to what the terminal shows.

use crate::output::plain;
use crate::table::columns;
use std::io::Write;
use terminal_size::{Height, Width};

/// What stands where something was cut off.
const MORE: &str = "…";

/// The page that stands on standard output.
#[derive(Debug, Default)]
pub struct InPlace {
    lines: usize,
}

impl InPlace {
    /// Writes a page over the one before. What a terminal does not take is not said: the next page comes soon.
    pub fn show(&mut self, page: &str) {
        let size = terminal_size::terminal_size();
        let size = size.map(|(Width(w), Height(h))| [w, h].map(usize::from));
        let lines = fitted(page, size);
        let mut written = self.to_its_top();
        for line in &lines {
            written += "\x1b[K";
            written += line;
            written.push('\n');
        }
        written += "\x1b[J";
        put(&written);
        self.lines = lines.len();
    }

    /// Takes the page off the terminal.
    pub fn clear(&mut self) {
        if self.lines > 0 {
            put(&(self.to_its_top() + "\x1b[J"));
            self.lines = 0;
        }
    }

    fn to_its_top(&self) -> String {
        match self.lines {
            0 => String::new(),
            lines => format!("\x1b[{lines}A"),
        }
    }
}

fn put(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// The lines of a page that fit on a terminal of so many columns and rows, the last row left for the cursor.
fn fitted(page: &str, size: Option<[usize; 2]>) -> Vec<String> {
    let page = plain(page.trim_end());
    let lines = page.lines();
    let Some([width, height]) = size.filter(|size| size.iter().all(|side| *side > 1)) else {
        return lines.map(str::to_owned).collect();
    };
    let mut lines: Vec<String> = lines.map(|line| cut(line, width)).collect();
    if lines.len() >= height {
        lines.truncate(height - 2);
        lines.push(MORE.to_owned());
    }
    lines
}

/// A line of at most so many columns.
fn cut(line: &str, width: usize) -> String {
    if columns(line) <= width {
        return line.to_owned();
    }
    let mut out = String::new();
    let mut left = width - columns(MORE);
    for c in line.chars() {
        let wide = columns(c.encode_utf8(&mut [0; 4]));
        if wide > left {
            break;
        }
        left -= wide;
        out.push(c);
    }
    out + MORE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_and_no_page_higher_than_the_terminal() {
        let page = "墙面 main 1234567890\nshort\n\x1b[2J third\nfourth\n";
        assert_eq!(fitted(page, None).len(), 4);
        for width in 2..24 {
            for height in 2..8 {
                let lines = fitted(page, Some([width, height]));
                assert!(lines.iter().all(|line| columns(line) <= width), "{lines:?}");
                assert!(lines.len() < height, "{lines:?} {height}");
                assert!(!lines.concat().contains('\x1b'));
            }
        }
        assert_eq!(fitted(page, Some([8, 3])), ["墙面 ma…", MORE]);
        assert_eq!(fitted(page, Some([80, 5])), fitted(page, None));
    }
}
