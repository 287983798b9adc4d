//! The page of a benchmark: a head with the machine, then one Markdown table a question.

use crate::machine;
use crate::rounds::Figures;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A page being written.
pub struct Report {
    text: String,
}

impl Report {
    /// Begins a page: its title, what is measured and how, and the machine.
    pub fn new(title: &str, about: &str) -> Self {
        let machine = machine::line();
        Self {
            text: format!("# {title}\n\n{about}\n\nMachine: {machine}.\n"),
        }
    }

    /// Adds a table. Each contender's figures fill the named columns, as medians; then comes the smallest of the first
    /// figure, and the ratio of the first figure to the best contender's that is not ours (below 1 is faster).
    pub fn table(&mut self, question: &str, columns: &[&str], figures: &[Figures]) {
        let first = |f: &Figures| f.median.first().copied().unwrap_or(f64::NAN);
        let best_peer = figures
            .iter()
            .filter(|f| !f.is_ours)
            .map(first)
            .fold(f64::INFINITY, f64::min);
        let dashes = "---:|".repeat(columns.len() + 2);
        let heads = columns.join(" | ");
        self.line(&format!(
            "\n## {question}\n\n| | {heads} | best round | of the best peer |"
        ));
        self.line(&format!("|---|{dashes}"));
        for contender in figures {
            let name = &contender.name;
            let name = if contender.is_ours {
                format!("**{name}**")
            } else {
                name.clone()
            };
            let medians: Vec<_> = contender.median.iter().map(|&ns| figure(ns)).collect();
            let best = figure(contender.best.first().copied().unwrap_or(f64::NAN));
            let ratio = first(contender) / best_peer;
            let ratio = if ratio.is_finite() {
                format!("{ratio:.2}")
            } else {
                String::new()
            };
            self.line(&format!(
                "| {name} | {} | {best} | {ratio} |",
                medians.join(" | ")
            ));
        }
    }

    /// Adds a paragraph.
    pub fn paragraph(&mut self, text: &str) {
        self.line(&format!("\n{text}"));
    }

    /// Prints the page, and writes it to `benches/results` under this name.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(self, file_name: &str) -> std::io::Result<PathBuf> {
        println!("{}", self.text);
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("results")
            .join(file_name);
        std::fs::write(&path, self.text)?;
        Ok(path)
    }

    fn line(&mut self, line: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{line}");
    }
}

/// Three digits are as many as a shared machine can tell.
fn figure(value: f64) -> String {
    match value {
        v if !v.is_finite() => String::new(),
        v if v < 10.0 => format!("{v:.2}"),
        v if v < 100.0 => format!("{v:.1}"),
        v => format!("{v:.0}"),
    }
}
