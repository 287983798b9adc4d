//! The base mesh: a Wavefront OBJ of quads in named groups, with texture coordinates.
//!
//! Reads the subset that the MakeHuman base mesh uses: `v`, `vt`, `g`, and `f` of three or four
//! `position/texture` corners. Vertex numbers are kept as they stand in the file, because the target
//! files, the rig and the weights all refer to them.

use anyhow::{Context, Result, bail, ensure};
use glam::{Vec2, Vec3};

/// One face: a group, and three or four corners.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    /// Index into [`BaseMesh::groups`].
    pub group: usize,
    /// `(position, texture coordinate)` indices of the corners, counter-clockwise from outside.
    pub corners: Vec<(u32, u32)>,
}

/// The base mesh in the units of its file (decimetres, Y up, +Z forward).
#[derive(Debug, Clone, Default)]
pub struct BaseMesh {
    /// Positions, decimetres.
    pub positions: Vec<Vec3>,
    /// Texture coordinates, origin at the lower left as in the file.
    pub uvs: Vec<Vec2>,
    /// Group names in order of first appearance.
    pub groups: Vec<String>,
    /// Faces in file order.
    pub faces: Vec<Face>,
}

impl BaseMesh {
    /// Parses the text of an OBJ file.
    ///
    /// # Errors
    /// On a malformed line (named by its number) or a face that refers to a missing element.
    pub fn parse(text: &str) -> Result<Self> {
        let mut mesh = Self::default();
        let mut group = None;
        for (number, line) in text.lines().enumerate() {
            let mut words = line.split_ascii_whitespace();
            let at = || format!("OBJ line {}", number + 1);
            match words.next() {
                Some("v") => {
                    let [x, y, z] = numbers(words).with_context(at)?;
                    mesh.positions.push(Vec3::new(x, y, z));
                }
                Some("vt") => {
                    let [u, v] = numbers(words).with_context(at)?;
                    mesh.uvs.push(Vec2::new(u, v));
                }
                Some("g") => group = Some(mesh.group_index(words.next().unwrap_or("default"))),
                Some("f") => {
                    let corners: Vec<(u32, u32)> =
                        words.map(corner).collect::<Result<_>>().with_context(at)?;
                    ensure!(
                        matches!(corners.len(), 3 | 4),
                        "{}: not a triangle or quad",
                        at()
                    );
                    let group = *group.get_or_insert_with(|| mesh.group_index("default"));
                    mesh.faces.push(Face { group, corners });
                }
                _ => {}
            }
        }
        mesh.check()?;
        Ok(mesh)
    }

    fn group_index(&mut self, name: &str) -> usize {
        self.groups
            .iter()
            .position(|group| group == name)
            .unwrap_or_else(|| {
                self.groups.push(name.to_owned());
                self.groups.len() - 1
            })
    }

    fn check(&self) -> Result<()> {
        for face in &self.faces {
            for &(position, uv) in &face.corners {
                ensure!(
                    (position as usize) < self.positions.len() && (uv as usize) < self.uvs.len(),
                    "a face of group {} refers to a missing vertex",
                    self.groups[face.group]
                );
            }
        }
        Ok(())
    }

    /// Faces of every group whose name satisfies a condition, in file order.
    pub fn faces_where<'a>(
        &'a self,
        wanted: impl Fn(&str) -> bool + 'a,
    ) -> impl Iterator<Item = &'a Face> {
        self.faces
            .iter()
            .filter(move |face| wanted(&self.groups[face.group]))
    }

    /// Vertex numbers that a group's faces use, ascending and without repeats.
    pub fn vertices_of(&self, group: &str) -> Vec<u32> {
        let mut vertices: Vec<u32> = self
            .faces_where(|name| name == group)
            .flat_map(|face| face.corners.iter().map(|corner| corner.0))
            .collect();
        vertices.sort_unstable();
        vertices.dedup();
        vertices
    }
}

fn numbers<'a, const N: usize>(words: impl Iterator<Item = &'a str>) -> Result<[f32; N]> {
    let mut out = [0.0_f32; N];
    let mut count = 0;
    for (slot, word) in out.iter_mut().zip(words) {
        *slot = word
            .parse()
            .with_context(|| format!("not a number: {word}"))?;
        ensure!(slot.is_finite(), "not finite: {word}");
        count += 1;
    }
    ensure!(count == N, "expected {N} numbers, found {count}");
    Ok(out)
}

fn corner(word: &str) -> Result<(u32, u32)> {
    let mut parts = word
        .split('/')
        .map(|part| part.parse::<u32>().ok().filter(|&n| n > 0));
    match (parts.next().flatten(), parts.next()) {
        (Some(position), Some(Some(uv))) => Ok((position - 1, uv - 1)),
        (Some(position), None) => Ok((position - 1, 0)),
        _ => bail!("bad face corner {word}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: &str = "# a square\nv 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 1 1\n\
        vt 0 1\ng left\nf 1/1 2/2 3/3 4/4\ng right\nf 1/1 3/3 4/4\n";

    #[test]
    fn reads_groups_and_keeps_numbers() {
        let mesh = BaseMesh::parse(SQUARE).unwrap();
        assert_eq!(mesh.groups, ["left", "right"]);
        assert_eq!(mesh.faces[0].corners, [(0, 0), (1, 1), (2, 2), (3, 3)]);
        assert_eq!(mesh.vertices_of("right"), [0, 2, 3]);
    }

    #[test]
    fn names_the_line_that_is_wrong() {
        for (bad, why) in [("v 1 2\n", "line 1"), ("v 0 0 0\nf 1/1 2/2\n", "line 2")] {
            let error = format!("{:#}", BaseMesh::parse(bad).unwrap_err());
            assert!(error.contains(why), "{error}");
        }
        assert!(BaseMesh::parse("v 0 0 0\nvt 0 0\nf 1/1 2/1 3/1\n").is_err());
        assert!(BaseMesh::parse("v 0 0 nan\n").is_err());
    }
}
