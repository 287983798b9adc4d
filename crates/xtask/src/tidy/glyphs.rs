//! Every character of every text has a glyph in the embedded font; otherwise an operator sees empty boxes.
//!
//! Reads the font's `cmap` table directly (OpenType 1.9, section "cmap", formats 4 and 12), not through the library
//! that cut the font or the one that draws with it.

use super::{Finding, TextFile, Tree};
use anyhow::Context;
use std::collections::BTreeSet;

/// The embedded font.
pub const FONT: &str = "assets/fonts/cyclorama-sans.ttf";

/// Characters that the font has whether a text uses them or not: what programs compose by themselves.
pub fn always_in_font() -> BTreeSet<char> {
    let ascii = (' '..='~').collect::<BTreeSet<char>>();
    let symbols = "°±²³µ·×÷ÄÖÜäöüßéèàçñ–—‘’“”•…′″→←↑↓≈≠≤≥∞√πΔΩσ■□▲△▶▼●○◆✓\
                   、。《》「」『』【】〈〉〔〕・！＂＃％＆＇（）＊＋，－．／：；＜＝＞？＠［＼］＿｛｜｝～￥";
    ascii.into_iter().chain(symbols.chars()).collect()
}

/// Names the characters without a glyph, file by file.
pub fn missing(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let texts: Vec<_> = tree.with_ending(".ftl").collect();
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let Ok(font) = std::fs::read(tree.root.join(FONT)) else {
        return Ok(vec![Finding::whole(
            FONT,
            "is not there; run `cargo xtask font`",
        )]);
    };
    let covered =
        characters(&font).with_context(|| format!("{FONT} has no readable cmap table"))?;
    let mut findings = Vec::new();
    for file in texts {
        let shown = TextFile::read(&file.text).shown;
        let absent: BTreeSet<char> = shown
            .chars()
            .filter(|c| !c.is_control() && !covered.contains(c))
            .collect();
        if !absent.is_empty() {
            let list: String = absent.into_iter().collect();
            let text = format!("no glyph for {list}; run `cargo xtask font`");
            findings.push(Finding::whole(&file.path, text));
        }
    }
    Ok(findings)
}

/// The characters that a font maps to a glyph.
pub fn characters(font: &[u8]) -> Option<BTreeSet<char>> {
    let tables = usize::from(u16_at(font, 4)?);
    let record = (0..tables)
        .map(|i| 12 + 16 * i)
        .find(|at| font.get(*at..at + 4) == Some(b"cmap"))?;
    let cmap = font.get(u32_at(font, record + 8)? as usize..)?;
    let subtables = usize::from(u16_at(cmap, 2)?);
    let mut found = BTreeSet::new();
    for index in 0..subtables {
        let at = u32_at(cmap, 4 + 8 * index + 4)? as usize;
        let subtable = cmap.get(at..)?;
        let codes = match u16_at(subtable, 0)? {
            4 => format_4(subtable)?,
            12 => format_12(subtable)?,
            _ => continue,
        };
        found.extend(codes.into_iter().filter_map(char::from_u32));
    }
    Some(found)
}

/// Segments of 16-bit codes. A glyph id of 0 means "missing", by delta or by the glyph array.
fn format_4(table: &[u8]) -> Option<Vec<u32>> {
    let segments = usize::from(u16_at(table, 6)?) / 2;
    let (ends, starts) = (14, 16 + 2 * segments);
    let (deltas, offsets) = (starts + 2 * segments, starts + 4 * segments);
    let mut codes = Vec::new();
    for segment in 0..segments {
        let at = |base: usize| base + 2 * segment;
        let (start, end) = (u16_at(table, at(starts))?, u16_at(table, at(ends))?);
        let (delta, offset) = (u16_at(table, at(deltas))?, u16_at(table, at(offsets))?);
        for code in start..=end {
            let glyph = if offset == 0 {
                code.wrapping_add(delta)
            } else {
                let place = at(offsets) + usize::from(offset) + 2 * usize::from(code - start);
                u16_at(table, place)?
            };
            if glyph != 0 && code != 0xffff {
                codes.push(u32::from(code));
            }
        }
    }
    Some(codes)
}

/// Groups of 32-bit codes.
fn format_12(table: &[u8]) -> Option<Vec<u32>> {
    let groups = u32_at(table, 12)? as usize;
    let mut codes = Vec::new();
    for group in 0..groups {
        let at = 16 + 12 * group;
        let (start, end) = (u32_at(table, at)?, u32_at(table, at + 4)?);
        if end > 0x0010_ffff {
            return None;
        }
        codes.extend(start..=end);
    }
    Some(codes)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
