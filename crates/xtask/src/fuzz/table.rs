//! The table of what was fuzzed: a row a target, each of the target's latest run, and their sum.

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    target: String,
    runs: u64,
    us_each: f64,
}

/// What the last row begins with.
const ALL: &str = "| all ";

impl Row {
    /// From what a fuzzer says of a target: `fuzz: NAME: N runs, X us each, …`.
    pub fn said(line: &str) -> Option<Self> {
        let (target, rest) = line.trim().strip_prefix("fuzz: ")?.split_once(": ")?;
        let (runs, rest) = rest.split_once(" runs, ")?;
        let (us_each, _) = rest.split_once(" us each")?;
        Some(Self {
            target: target.to_owned(),
            runs: runs.parse().ok()?,
            us_each: us_each.parse().ok()?,
        })
    }

    /// From the table itself.
    fn written(line: &str) -> Option<Self> {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let target = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        let runs = cells.next()?.replace(' ', "");
        Some(Self {
            target: target.to_owned(),
            runs: runs.parse().ok()?,
            us_each: cells.next()?.parse().ok()?,
        })
    }

    fn line(&self) -> String {
        let (target, us_each) = (&self.target, self.us_each);
        format!("| `{target}` | {} | {us_each:.2} |", in_threes(self.runs))
    }
}

/// The digits of a number, three and three.
fn in_threes(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// The text with these rows in its table, in the place of older ones or after them, and the sum of all.
pub fn with_rows(text: &str, rows: &[Row]) -> String {
    let mut written: Vec<Row> = text.lines().filter_map(Row::written).collect();
    for row in rows {
        match written.iter_mut().find(|w| w.target == row.target) {
            Some(older) => older.clone_from(row),
            None => written.push(row.clone()),
        }
    }
    let sum = written.iter().map(|row| row.runs).sum();
    let all = format!("{ALL}{} | {} | |", written.len(), in_threes(sum));
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.starts_with(ALL) {
            lines.extend(written.iter().map(Row::line));
            lines.push(all.clone());
        } else if Row::written(line).is_none() {
            lines.push(line.to_owned());
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_renewed_or_added_and_the_rest_stays() {
        let text = "# Fuzzing\n\n| target | runs | µs each |\n|---|---:|---:|\n| `a` | 1 234 567 | 0.87 |\n\
            | `b` | 12 | 3.00 |\n| all 2 | 1 234 579 | |\n\nEnd.\n";
        assert_eq!(with_rows(text, &[]), text);
        let said = "noise\nfuzz: b: 1000 runs, 4.126 us each, longest 1ms, no panic\n\
            fuzz: take: 20 runs, 50.00 us each, 3 read\nfuzz: odd";
        let rows: Vec<_> = said.lines().filter_map(Row::said).collect();
        assert_eq!(rows.len(), 2);
        let expected = "# Fuzzing\n\n| target | runs | µs each |\n|---|---:|---:|\n| `a` | 1 234 567 | 0.87 |\n\
            | `b` | 1 000 | 4.13 |\n| `take` | 20 | 50.00 |\n| all 3 | 1 235 587 | |\n\nEnd.\n";
        assert_eq!(with_rows(text, &rows), expected);
    }
}
