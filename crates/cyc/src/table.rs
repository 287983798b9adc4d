//! Columns that stand under each other on a terminal, in any language.

use crate::output::plain_line;

/// The width on a terminal: Chinese characters and their punctuation take two columns.
pub fn columns(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// Whether Unicode's East Asian Width (UAX #11) of a character that our texts use is wide or full.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}')
}

/// Rows of cells as lines, each column as wide as its widest cell; the last one as it is.
pub fn aligned(rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<_>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| plain_line(cell)).collect())
        .collect();
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let wide = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| columns(cell)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(wide).collect();
    let mut page = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line += cell;
            line += &" ".repeat(width - columns(cell) + 2);
        }
        page += line.trim_end();
        page.push('\n');
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_cells_are_aligned_by_columns() {
        assert_eq!(columns("Vulkan 驱动"), 11);
        assert_eq!(columns("– × “µ”"), 7);
        let rows = [["墙", "x"], ["wall", "y"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(aligned(&rows), "墙    x\nwall  y\n");
        let named = [["a\nError: b", "x"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(aligned(&named), "a Error: b  x\n");
    }
}
