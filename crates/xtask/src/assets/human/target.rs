//! Shape targets: sparse vertex offsets, one `index x y z` line each.

use anyhow::{Context, Result, ensure};
use glam::Vec3;

/// A sparse displacement of the base mesh, in the mesh's units.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Target {
    /// `(vertex, offset)` in ascending vertex order, without repeats.
    pub offsets: Vec<(u32, Vec3)>,
}

impl Target {
    /// Parses a target file; `#` starts a comment line.
    ///
    /// # Errors
    /// On a malformed line or a vertex number that is not below `vertex_count`.
    pub fn parse(text: &str, vertex_count: usize) -> Result<Self> {
        let mut offsets = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            let at = || format!("target line {}: {line}", number + 1);
            ensure!(words.len() == 4, "{}", at());
            let vertex: u32 = words[0].parse().with_context(at)?;
            ensure!((vertex as usize) < vertex_count, "{}: no such vertex", at());
            let mut offset = Vec3::ZERO;
            for axis in 0..3 {
                offset[axis] = words[axis + 1].parse().with_context(at)?;
            }
            ensure!(offset.is_finite(), "{}", at());
            offsets.push((vertex, offset));
        }
        offsets.sort_by_key(|&(vertex, _)| vertex);
        offsets.dedup_by_key(|&mut (vertex, _)| vertex);
        Ok(Self { offsets })
    }

    /// Adds `weight` times the target to `positions`.
    pub fn apply(&self, positions: &mut [Vec3], weight: f32) {
        for &(vertex, offset) in &self.offsets {
            positions[vertex as usize] += offset * weight;
        }
    }

    /// Length of each vertex's offset, divided by the largest: a soft mask of what the target moves.
    pub fn mask(&self, vertex_count: usize) -> Vec<f32> {
        let mut mask = vec![0.0; vertex_count];
        let largest = self
            .offsets
            .iter()
            .map(|(_, offset)| offset.length())
            .fold(1e-9, f32::max);
        for &(vertex, offset) in &self.offsets {
            mask[vertex as usize] = offset.length() / largest;
        }
        mask
    }
}
