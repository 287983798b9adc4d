//! Rust as the rules need it: code without comments and strings, the strings apart, tests told from the rest.
//!
//! The blanked views have the length and the line breaks of the original, so an offset found in one is a place in
//! the file. Known limits, harmless for our rules: macros are not expanded, and `cfg(not(test))` counts as shipped.

/// A Rust file, split into what the compiler reads and what people read.
#[derive(Debug)]
pub struct RustSource {
    /// Code outside tests; comments, string contents and test items are spaces.
    pub shipped: String,
    /// String literals outside tests.
    pub literals: Vec<Literal>,
    line_starts: Vec<usize>,
}

/// A string literal as written, without its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// Where its opening quote stands (the `r` of a raw string).
    pub offset: usize,
    /// Its content, escapes untouched.
    pub text: String,
}

impl RustSource {
    /// Reads a file; `path` tells whether the whole of it is test code.
    pub fn read(path: &str, text: &str) -> Self {
        let (mut code, mut literals) = Scanner::new(text).scan();
        if is_test_path(path) {
            blank(&mut code, 0..text.len());
            literals.clear();
        }
        for range in test_items(&code) {
            literals.retain(|literal| !range.contains(&literal.offset));
            blank(&mut code, range);
        }
        let line_starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let shipped = String::from_utf8(code).unwrap_or_default();
        Self {
            shipped,
            literals,
            line_starts,
        }
    }

    /// The line, from 1, of an offset.
    pub fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset)
    }

    /// Offsets at which `name` stands in shipped code as a whole word (letters around it would make it another).
    pub fn uses<'a>(&'a self, name: &'a str) -> impl Iterator<Item = usize> + 'a {
        let bytes = self.shipped.as_bytes();
        let word = |at: usize| {
            bytes
                .get(at)
                .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
        };
        let starts_with_word = name
            .bytes()
            .next()
            .is_some_and(|b| b.is_ascii_alphanumeric());
        let ends_with_word = name
            .bytes()
            .last()
            .is_some_and(|b| b.is_ascii_alphanumeric());
        self.shipped
            .match_indices(name)
            .map(|(at, _)| at)
            .filter(move |at| {
                let before = starts_with_word && *at > 0 && word(at - 1);
                let after = ends_with_word && word(at + name.len());
                !before && !after
            })
    }

    /// The end (exclusive) of the bracketed text that opens at `open`, by counting brackets of its kind.
    pub fn closing(&self, open: usize) -> usize {
        closing(self.shipped.as_bytes(), open)
    }

    /// The literal that stands first at or after `offset`, if only white space lies between.
    pub fn literal_at(&self, offset: usize) -> Option<&Literal> {
        let rest = self.shipped.get(offset..)?;
        let gap = rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_ascii_whitespace())
                .len();
        // A blanked literal is white space too, so the first one within the gap is the one meant.
        self.literals
            .iter()
            .find(|literal| literal.offset >= offset && literal.offset < offset + gap)
    }
}

fn is_test_path(path: &str) -> bool {
    let test_folder = |part: &str| matches!(part, "tests" | "benches" | "examples");
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    folders.split('/').any(test_folder) || name == "tests.rs" || name.ends_with("_tests.rs")
}

fn blank(code: &mut [u8], range: std::ops::Range<usize>) {
    for byte in code.get_mut(range).into_iter().flatten() {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

fn test_items(code: &[u8]) -> Vec<std::ops::Range<usize>> {
    let text = String::from_utf8_lossy(code);
    let mut ranges: Vec<std::ops::Range<usize>> = Vec::new();
    for mark in [
        "#[cfg(test)]",
        "#[cfg(all(test",
        "#[cfg(any(test",
        "#[test]",
    ] {
        ranges.extend(
            text.match_indices(mark)
                .map(|(at, _)| at..item_end(code, at)),
        );
    }
    ranges
}

/// Where the item that the attribute at `start` belongs to ends.
fn item_end(code: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < code.len() {
        match code[at] {
            b';' => return at + 1,
            b'{' => return closing(code, at),
            b'(' | b'[' => at = closing(code, at),
            _ => at += 1,
        }
    }
    code.len()
}

fn closing(code: &[u8], open: usize) -> usize {
    let (opening, ending) = match code.get(open) {
        Some(b'(') => (b'(', b')'),
        Some(b'[') => (b'[', b']'),
        _ => (b'{', b'}'),
    };
    let mut depth = 0_usize;
    for (at, byte) in code.iter().enumerate().skip(open) {
        if *byte == opening {
            depth += 1;
        } else if *byte == ending {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at + 1;
            }
        }
    }
    code.len()
}

struct Scanner<'a> {
    bytes: &'a [u8],
    code: Vec<u8>,
    literals: Vec<Literal>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            code: text.as_bytes().to_vec(),
            literals: Vec::new(),
        }
    }

    fn scan(mut self) -> (Vec<u8>, Vec<Literal>) {
        let mut at = 0;
        while at < self.bytes.len() {
            at = self.step(at);
        }
        (self.code, self.literals)
    }

    /// Handles what starts at `at`; returns where the next thing starts.
    fn step(&mut self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        if rest.starts_with(b"//") {
            let end = at + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
            blank(&mut self.code, at..end);
            return end;
        }
        if rest.starts_with(b"/*") {
            let end = self.block_comment_end(at);
            blank(&mut self.code, at..end);
            return end;
        }
        if let Some(hashes) = self.raw_string_hashes(at) {
            return self.raw_string(at, hashes);
        }
        match rest.first() {
            Some(b'"') => self.string(at),
            Some(b'\'') => self.character_or_lifetime(at),
            _ => at + 1,
        }
    }

    fn block_comment_end(&self, start: usize) -> usize {
        let mut depth = 0;
        let mut at = start;
        while at < self.bytes.len() {
            if self.bytes[at..].starts_with(b"/*") {
                depth += 1;
                at += 2;
            } else if self.bytes[at..].starts_with(b"*/") {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            } else {
                at += 1;
            }
        }
        at
    }

    fn raw_string_hashes(&self, at: usize) -> Option<usize> {
        let inside_word =
            at > 0 && (self.bytes[at - 1].is_ascii_alphanumeric() || self.bytes[at - 1] == b'_');
        let byte_prefix = at > 0 && self.bytes[at - 1] == b'b';
        if self.bytes[at] != b'r' || (inside_word && !byte_prefix) {
            return None;
        }
        let hashes = self.bytes[at + 1..]
            .iter()
            .take_while(|b| **b == b'#')
            .count();
        (self.bytes.get(at + 1 + hashes) == Some(&b'"')).then_some(hashes)
    }

    fn raw_string(&mut self, at: usize, hashes: usize) -> usize {
        let start = at + hashes + 2;
        let mut ending = vec![b'"'];
        ending.resize(hashes + 1, b'#');
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = rest
            .windows(ending.len())
            .position(|w| w == ending)
            .unwrap_or(rest.len());
        self.literal(at, start..start + length, start + length + ending.len())
    }

    fn string(&mut self, at: usize) -> usize {
        let mut end = at + 1;
        while end < self.bytes.len() && self.bytes[end] != b'"' {
            end += if self.bytes[end] == b'\\' { 2 } else { 1 };
        }
        self.literal(at, at + 1..end.min(self.bytes.len()), end + 1)
    }

    fn literal(&mut self, offset: usize, content: std::ops::Range<usize>, end: usize) -> usize {
        let end = end.min(self.bytes.len());
        let text = String::from_utf8_lossy(&self.bytes[content]).into_owned();
        self.literals.push(Literal { offset, text });
        blank(&mut self.code, offset..end);
        end
    }

    fn character_or_lifetime(&mut self, at: usize) -> usize {
        let next = self.bytes.get(at + 1).copied().unwrap_or_default();
        let width = match next {
            b'\\' => {
                let rest = self.bytes.get(at + 3..).unwrap_or_default();
                rest.iter()
                    .position(|b| *b == b'\'')
                    .map(|length| length + 2)
            }
            _ => {
                let length = match next {
                    0..=0x7f => 1,
                    0x80..=0xdf => 2,
                    0xe0..=0xef => 3,
                    _ => 4,
                };
                (self.bytes.get(at + 1 + length) == Some(&b'\'')).then_some(length)
            }
        };
        let Some(width) = width else { return at + 1 };
        let end = (at + width + 2).min(self.bytes.len());
        blank(&mut self.code, at..end);
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_strings_and_tests_are_told_from_code() {
        let text = "fn a<'x>(v: &'x str) { b(\"todo!\\\" é\"); /* c /* d */ */ r#\"raw \"q\"\"#; '\\''; '{' }\n\
                    // unwrap\n#[cfg(test)]\nmod tests { fn t() { secret(\"inner\"); } }\nfn last() {}\n";
        let source = RustSource::read("crates/x/src/a.rs", text);
        assert_eq!(source.shipped.len(), text.len());
        assert!(source.shipped.contains("fn a<'x>(v: &'x str)"));
        assert!(!source.shipped.contains("todo") && !source.shipped.contains("unwrap"));
        assert!(!source.shipped.contains("secret") && source.shipped.contains("fn last"));
        let texts: Vec<&str> = source.literals.iter().map(|l| l.text.as_str()).collect();
        assert_eq!(texts, ["todo!\\\" é", "raw \"q\""]);
        assert_eq!(source.line(text.find("fn last").unwrap()), 5);
    }

    #[test]
    fn whole_words_only_and_test_files_are_empty() {
        let source = RustSource::read("a.rs", "std::fs; std::fsx; mystd::fs;");
        assert_eq!(source.uses("std::fs").collect::<Vec<_>>(), [0]);
        let test = RustSource::read("crates/x/src/solve/tests.rs", "fn t() { x.unwrap() }");
        assert!(test.shipped.trim().is_empty());
    }

    #[test]
    fn a_literal_is_found_as_the_first_argument() {
        let source = RustSource::read(
            "a.rs",
            "text.get(\n    \"key-one\", \"two\"); f(x, \"three\");",
        );
        assert_eq!(
            source.literal_at(9).map(|l| l.text.as_str()),
            Some("key-one")
        );
        assert_eq!(source.literal_at(source.shipped.find("x").unwrap()), None);
    }
}
