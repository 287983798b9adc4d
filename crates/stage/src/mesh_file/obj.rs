//! Wavefront OBJ: `v`, `vt`, `f`, `o`, `g`; everything else is passed over.
//!
//! Source: the format's published description (Wavefront, Appendix B1). Indices count from 1, or backwards from -1. A line
//! that ends in a backslash goes on in the next one.

use super::polygon::triangles_of;
use super::{MeshFileError, ObjFault, RawMesh};
use crate::{MESH_TRIANGLES_MAX, MESH_VERTICES_MAX};
use glam::{DVec2, DVec3};
use std::collections::HashMap;

struct Reader<'a> {
    wanted: Option<&'a str>,
    points: Vec<DVec3>,
    uv: Vec<DVec2>,
    /// Object and groups of the faces that follow.
    object: String,
    groups: Vec<String>,
    vertices: HashMap<(usize, usize), u32>,
    out: RawMesh,
}

pub(super) fn read(text: &str, wanted: Option<&str>) -> Result<RawMesh, MeshFileError> {
    let mut reader = Reader {
        wanted,
        points: Vec::new(),
        uv: Vec::new(),
        object: String::new(),
        groups: Vec::new(),
        vertices: HashMap::new(),
        out: RawMesh::default(),
    };
    let mut known = false;
    let mut begun = String::new();
    for (nth, line) in text.lines().enumerate() {
        let words = line.split('#').next().unwrap_or_default();
        if let Some(part) = words.trim_end().strip_suffix('\\') {
            begun += part;
            begun.push(' ');
            continue;
        }
        let whole = match begun.is_empty() {
            true => reader.line(words),
            false => reader.line(&(std::mem::take(&mut begun) + words)),
        };
        known |= whole.map_err(|fault| MeshFileError::Line {
            line: nth + 1,
            fault,
        })?;
    }
    if known {
        Ok(reader.out)
    } else {
        Err(MeshFileError::UnknownFormat)
    }
}

impl Reader<'_> {
    /// Takes a line; whether it was one of a shape.
    fn line(&mut self, line: &str) -> Result<bool, ObjFault> {
        let mut words = line.split_ascii_whitespace();
        match words.next() {
            Some("v") => {
                let [x, y, z] = numbers(words)?;
                self.points.push(DVec3::new(x, y, z));
            }
            Some("vt") => {
                let [u, v] = numbers(words)?;
                self.uv.push(DVec2::new(u, v));
            }
            Some("f") => self.face(words)?,
            Some("o") => self.object = words.collect::<Vec<_>>().join(" "),
            Some("g") => self.groups = words.map(str::to_owned).collect(),
            _ => return Ok(false),
        }
        let most = self.points.len().max(self.uv.len());
        if most > MESH_VERTICES_MAX || self.out.triangles.len() > MESH_TRIANGLES_MAX {
            return Err(ObjFault::TooMany);
        }
        Ok(true)
    }

    fn face<'w>(&mut self, words: impl Iterator<Item = &'w str>) -> Result<(), ObjFault> {
        let mut corners = Vec::new();
        for word in words {
            let mut parts = word.split('/');
            let point = index(parts.next(), self.points.len())?;
            let uv = match parts.next() {
                None | Some("") => return Err(ObjFault::NoTexture),
                part => index(part, self.uv.len())?,
            };
            corners.push((point, uv));
        }
        if corners.len() < 3 {
            return Err(ObjFault::FewCorners);
        }
        let taken = self
            .wanted
            .is_none_or(|name| self.object == name || self.groups.iter().any(|g| g == name));
        if !taken {
            return Ok(());
        }
        let mut numbers = Vec::with_capacity(corners.len());
        for key in corners {
            let next = self.out.points.len() as u32;
            let number = *self.vertices.entry(key).or_insert(next);
            if number == next {
                self.out.points.push(self.points[key.0]);
                self.out.uv.push(self.uv[key.1]);
            }
            numbers.push(number);
        }
        let points: Vec<DVec3> = numbers
            .iter()
            .map(|n| self.out.points[*n as usize])
            .collect();
        let triangles = triangles_of(&points).ok_or(ObjFault::Crossed)?;
        let triangles = triangles
            .into_iter()
            .map(|corners| corners.map(|c| numbers[c]));
        self.out.triangles.extend(triangles);
        Ok(())
    }
}

/// The first `N` numbers of a line.
fn numbers<'w, const N: usize>(words: impl Iterator<Item = &'w str>) -> Result<[f64; N], ObjFault> {
    let mut out = [0.0; N];
    let mut count = 0;
    for (slot, word) in out.iter_mut().zip(words) {
        let number: f64 = word.parse().map_err(|_| ObjFault::NoNumber)?;
        *slot = number;
        if !number.is_finite() {
            return Err(ObjFault::NoNumber);
        }
        count += 1;
    }
    if count < N {
        return Err(ObjFault::NoNumber);
    }
    Ok(out)
}

/// An index from 1, or backwards from -1.
fn index(word: Option<&str>, count: usize) -> Result<usize, ObjFault> {
    const BAD: ObjFault = ObjFault::NoVertex;
    let number: i64 = word.unwrap_or_default().parse().map_err(|_| BAD)?;
    let at = match number {
        0 => return Err(BAD),
        n if n > 0 => usize::try_from(n - 1).ok(),
        n => usize::try_from(n.unsigned_abs())
            .ok()
            .and_then(|back| count.checked_sub(back)),
    };
    at.filter(|at| *at < count).ok_or(BAD)
}
