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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn applies_by_weight_to_the_named_vertices_only() {
        let target = Target::parse("# note\n2 1 0 -2\n0 0 .5 0\n", 3).unwrap();
        let mut positions = [Vec3::ONE; 3];
        target.apply(&mut positions, 0.5);
        assert_eq!(
            positions,
            [
                Vec3::new(1.0, 1.25, 1.0),
                Vec3::ONE,
                Vec3::new(1.5, 1.0, 0.0)
            ]
        );
    }

    #[test]
    fn mask_is_one_where_the_target_moves_most() {
        let target = Target::parse("0 0 1 0\n1 0 2 0\n", 3).unwrap();
        assert_eq!(target.mask(3), [0.5, 1.0, 0.0]);
    }

    #[test]
    fn refuses_missing_vertices_and_broken_lines() {
        for bad in ["3 0 0 0", "0 0 0", "x 0 0 0", "0 inf 0 0"] {
            assert!(Target::parse(bad, 3).is_err(), "{bad}");
        }
    }
}
