//! Numbers for triangles that cost nothing to draw: a triangle is told by its first corner.
//!
//! Of its corners' values a fragment is given the first one's as it is; that is a number of the triangle's own where no other one
//! begins there. A mesh has twice as many triangles as vertices, so they are turned until each vertex begins few, and drawn in as
//! many turns as there are. (A device's own count of its triangles is slower by half where a processor draws: it takes all
//! vertices apart for it.)

use std::ops::Range;

/// More turns than this are not worth it: such a mesh has many triangles on the same vertices.
const TURNS_MAX: usize = 6;

/// The triangles of a part with their numbers.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Numbered {
    /// Three a triangle, turned, those of one turn side by side.
    pub indices: Vec<u32>,
    /// Each turn's part of these.
    pub turns: Vec<Range<u32>>,
    /// By a turn's number times the number of vertices and the first corner's number: the corners.
    pub triangles: Vec<[u32; 4]>,
}

/// Numbers the triangles of a part whose vertices are those from `base` on; `None` when it would take too many turns, or an
/// index is none of a vertex.
pub(super) fn number(indices: &[u32], base: u32, vertices: usize) -> Option<Numbered> {
    let mut begun = vec![0u8; vertices];
    let mut turns: Vec<Vec<[u32; 3]>> = Vec::new();
    for corners in indices.chunks_exact(3) {
        let corners = [corners[0], corners[1], corners[2]];
        let count = |at: &usize| begun.get(corners[*at].checked_sub(base)? as usize).copied();
        let counts = [count(&0)?, count(&1)?, count(&2)?];
        let first = (0..3).min_by_key(|at| counts[*at])?;
        let turn = usize::from(counts[first]);
        if turn >= TURNS_MAX {
            return None;
        }
        begun[(corners[first] - base) as usize] += 1;
        if turns.len() <= turn {
            turns.push(Vec::new());
        }
        turns[turn].push([0, 1, 2].map(|at| corners[(first + at) % 3]));
    }
    let mut numbered = Numbered {
        triangles: vec![[0; 4]; turns.len() * vertices],
        ..Numbered::default()
    };
    for (nth, turn) in turns.iter().enumerate() {
        let first = numbered.indices.len() as u32;
        for [a, b, c] in turn {
            numbered.indices.extend([a, b, c]);
            numbered.triangles[nth * vertices + (a - base) as usize] = [*a, *b, *c, 0];
        }
        let range = first..numbered.indices.len() as u32;
        numbered.turns.push(range);
    }
    Some(numbered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// Corners in turn, the smallest first: two triangles that are turned are the same.
    fn turned([a, b, c]: [u32; 3]) -> [u32; 3] {
        [[a, b, c], [b, c, a], [c, a, b]].into_iter().min().unwrap()
    }

    fn corners(list: &[u32]) -> Vec<[u32; 3]> {
        let triangles = list.chunks_exact(3);
        triangles.map(|t| turned([t[0], t[1], t[2]])).collect()
    }

    /// Every triangle is there once, wound as it was, and has a number of its own by which it is found.
    fn check(indices: &[u32], base: u32, vertices: usize) -> usize {
        let found = number(indices, base, vertices).unwrap();
        let (mut before, mut after) = (corners(indices), corners(&found.indices));
        before.sort_unstable();
        after.sort_unstable();
        assert_eq!(before, after);
        let mut seen = HashSet::new();
        for (turn, range) in found.turns.iter().enumerate() {
            let range = range.start as usize..range.end as usize;
            for t in found.indices[range].chunks_exact(3) {
                let id = turn * vertices + (t[0] - base) as usize;
                assert!(seen.insert(id), "{id} twice");
                assert_eq!(found.triangles[id][..3], *t);
            }
        }
        assert_eq!(seen.len() * 3, indices.len());
        found.turns.len()
    }

    /// A sheet of squares, two triangles each, of which the last column is the first one again when it is closed.
    fn sheet(columns: u32, rows: u32, base: u32) -> Vec<u32> {
        let at = |x: u32, y: u32| base + y * (columns + 1) + x;
        let squares = (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y)));
        squares
            .flat_map(|(x, y)| {
                let [a, b, c, d] = [at(x, y), at(x + 1, y), at(x + 1, y + 1), at(x, y + 1)];
                [a, b, c, a, c, d]
            })
            .collect()
    }

    #[test]
    fn every_triangle_has_a_number_of_its_own() {
        assert!(check(&sheet(40, 30, 17), 17, 41 * 31) <= 3);
        // A fan about one vertex.
        let fan: Vec<u32> = (1..60).flat_map(|i| [0, i, i + 1]).collect();
        assert!(check(&fan, 0, 61) <= 2);
        // Triangles that share nothing.
        let apart: Vec<u32> = (0..90).collect();
        assert_eq!(check(&apart, 0, 90), 1);
    }

    #[test]
    fn what_cannot_be_numbered_is_left_alone() {
        let heap: Vec<u32> = [0, 1, 2].repeat(3 * TURNS_MAX + 1);
        assert_eq!(number(&heap, 0, 3), None);
        assert_eq!(number(&[0, 1, 3], 0, 3), None);
        assert_eq!(number(&[0, 1, 3], 1, 3), None);
        assert_eq!(number(&[], 0, 0), Some(Numbered::default()));
    }
}
