//! Files that hold the shape of a wall: Wavefront OBJ and glTF 2.0, from their bytes.
//!
//! What comes out is a [`SurfaceMesh`], whatever the file was: points in metres with Y up, (s, t) with t down. Nothing is
//! read from a disk here; who calls brings the bytes.

mod error;
mod gltf;
mod gltf_accessor;
mod gltf_buffer;
mod obj;
mod polygon;

use crate::Files;
use crate::surface::SurfaceMesh;
pub use error::{GltfFault, MeshFileError, ObjFault};
use glam::{DVec2, DVec3};

/// Largest file of a wall's shape: 65,536 triangles in OBJ's text are about 10 MB.
pub const MESH_FILE_BYTES_MAX: usize = 64 << 20;

/// How a mesh file is to be read.
#[derive(Clone, Debug, PartialEq)]
pub struct MeshReading<'a> {
    /// Metres in one unit of the file.
    pub unit_m: f64,
    /// Whether the file's Z is up (OBJ from CAD programs); else its Y.
    pub z_up: bool,
    /// Whether triangles are lit on the side from which their corners run clockwise.
    pub flipped: bool,
    /// The object, group or node to be taken; `None` for all of them.
    pub object: Option<&'a str>,
}

impl Default for MeshReading<'_> {
    fn default() -> Self {
        Self {
            unit_m: 1.0,
            z_up: false,
            flipped: false,
            object: None,
        }
    }
}

/// Triangles as they lie in a file: points in its units and axes, (u, v) with v up.
#[derive(Default)]
struct RawMesh {
    points: Vec<DVec3>,
    uv: Vec<DVec2>,
    triangles: Vec<[u32; 3]>,
}

/// Reads an OBJ or glTF file (`.glb` or `.gltf`). `beside` brings a glTF file's buffers that are files of their own, by
/// their paths relative to it.
///
/// # Errors
/// Why it holds no wall.
pub fn read_mesh(
    bytes: &[u8],
    reading: &MeshReading<'_>,
    beside: &mut Files<'_>,
) -> Result<SurfaceMesh, MeshFileError> {
    if bytes.len() > MESH_FILE_BYTES_MAX {
        return Err(MeshFileError::TooLarge {
            bytes: bytes.len(),
            limit: MESH_FILE_BYTES_MAX,
        });
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let first = bytes.iter().find(|b| !b.is_ascii_whitespace());
    let mut raw = if bytes.starts_with(b"glTF") || first == Some(&b'{') {
        gltf::read(bytes, reading.object, beside)?
    } else {
        // Comments and names of materials may be in any encoding; what a shape is made of is ASCII.
        obj::read(&String::from_utf8_lossy(bytes), reading.object)?
    };
    if let (Some(name), true) = (reading.object, raw.triangles.is_empty()) {
        return Err(MeshFileError::NoObject {
            name: name.to_owned(),
        });
    }
    for p in &mut raw.points {
        let up = if reading.z_up {
            DVec3::new(p.x, p.z, -p.y)
        } else {
            *p
        };
        *p = up * reading.unit_m;
    }
    if reading.flipped {
        for corners in &mut raw.triangles {
            corners.swap(1, 2);
        }
    }
    let st = raw.uv.iter().map(|c| DVec2::new(c.x, 1.0 - c.y)).collect();
    Ok(SurfaceMesh::new(raw.points, st, raw.triangles)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface::MeshProblem;

    fn read_alone(bytes: &[u8], reading: &MeshReading<'_>) -> Result<SurfaceMesh, MeshFileError> {
        read_mesh(bytes, reading, &mut |_| {
            Err("nothing is beside it".to_owned())
        })
    }

    /// A roof of two triangles and a quad: golden text, its figures worked out by hand.
    const OBJ: &str = "# two objects\n\
        o floor\nv 0 0 0\nv 9 0 0\nv 0 0 9\nvt 0 0\nvt 1 0\nvt 0 1\nf 1/1 2/2 3/3\n\
        o screen\nv -100 0 -500\nv 100 0 -500\nv 100 150 -480\nv -100 150 -480\n\
        vt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\nvn 0 0 1\nf -4/4/1 -3/5/1 -2/6/1 -1/7/1\n";

    fn centimetres(object: Option<&str>) -> MeshReading<'_> {
        MeshReading {
            unit_m: 0.01,
            object,
            ..MeshReading::default()
        }
    }

    #[test]
    fn a_quad_of_an_obj_is_two_triangles_in_metres_with_t_down() {
        let mesh = read_alone(OBJ.as_bytes(), &centimetres(Some("screen"))).unwrap();
        assert_eq!(mesh.triangles().len(), 2);
        let [a, b, c] = mesh.triangles()[0].map(|i| mesh.points()[i as usize]);
        assert!(a.distance(DVec3::new(-1.0, 0.0, -5.0)) < 1e-12);
        assert!(b.distance(DVec3::new(1.0, 0.0, -5.0)) < 1e-12);
        assert!(c.distance(DVec3::new(1.0, 1.5, -4.8)) < 1e-12);
        assert_eq!(
            mesh.st_of_points()[mesh.triangles()[0][0] as usize],
            DVec2::new(0.0, 1.0)
        );
        let [length, height] = mesh.size_m();
        assert!((length - 2.0).abs() < 1e-12);
        assert!((height - 1.5f64.hypot(0.2)).abs() < 1e-12);
        // All objects together are one wall where each has a part of the texture to itself.
        let apart = OBJ
            .replace("vt 0 0\nvt 1 0\nvt 0 1\nf", "vt 0.5 0\nvt 1 0\nvt 0.5 1\nf")
            .replace(
                "vt 1 0\nvt 1 1\nvt 0 1\nvn",
                "vt 0.5 0\nvt 0.5 1\nvt 0 1\nvn",
            );
        let whole = read_alone(apart.as_bytes(), &centimetres(None)).unwrap();
        assert_eq!(whole.triangles().len(), 3);
        let doubled = read_alone(OBJ.as_bytes(), &centimetres(None)).unwrap_err();
        let is_doubled = matches!(doubled, MeshFileError::Mesh(MeshProblem::Doubled { .. }));
        assert!(is_doubled, "{doubled}");
    }

    #[test]
    fn z_up_and_flipped_are_what_they_say() {
        let reading = MeshReading {
            z_up: true,
            flipped: true,
            ..MeshReading::default()
        };
        let text = "v 0 0 0\nv 1 0 0\nv 1 2 3\nvt 0 0\nvt 1 0\nvt 1 1\nf 1/1 2/2 3/3\n";
        let mesh = read_alone(text.as_bytes(), &reading).unwrap();
        let corners = mesh.triangles()[0].map(|i| mesh.points()[i as usize]);
        assert_eq!(corners[1], DVec3::new(1.0, 3.0, -2.0));
        assert_eq!(corners[2], DVec3::X);
    }

    #[test]
    fn a_byte_order_mark_other_encodings_and_lines_that_go_on_change_nothing() {
        let plain = "v 0 0 0\nv 2 0 0\nv 2 1 0\nvt 0 0\nvt 1 0\nvt 1 1\nf 1/1 2/2 3/3\n";
        let wanted = read_alone(plain.as_bytes(), &MeshReading::default()).unwrap();
        let marked = format!("\u{feff}{plain}");
        let latin = [
            b"# Gr\xF6\xDFe, \xC7\xBD\nusemtl \xC7\xBD\n",
            plain.as_bytes(),
        ]
        .concat();
        let goes_on = plain.replace("f 1/1 2/2", "f 1/1 \\\r\n  2/2 \\\n");
        for bytes in [marked.as_bytes(), &latin, goes_on.as_bytes()] {
            assert_eq!(read_alone(bytes, &MeshReading::default()).unwrap(), wanted);
        }
    }

    #[test]
    fn what_is_no_wall_says_why_and_where() {
        let read = |text: &str| read_alone(text.as_bytes(), &MeshReading::default()).unwrap_err();
        let head = "v 0 0 0\nv 1 0 0\nv 1 1 0\nvt 0 0\nvt 1 0\nvt 1 1\n";
        for (text, line) in [
            ("v 0 0\n", 1),
            ("v 0 0 zero\n", 1),
            ("\nvt 1 inf\n", 2),
            (&format!("{head}f 1/1 2/2\n"), 7),
            (&format!("{head}f 1/1 2/2 4/3\n"), 7),
            (&format!("{head}f 1/1 2/2 0/3\n"), 7),
            (&format!("{head}f 1/1 2/2 -9/3\n"), 7),
            (&format!("{head}f 1 2 3\n"), 7),
            (&format!("{head}f 1/1 \\\n 2/2 \\\n 4/3\n"), 9),
            (&format!("{head}v 0 2 0\nf 1/1 3/2 2/3 4/1\n"), 8),
        ] {
            match read(text) {
                MeshFileError::Line { line: found, .. } => assert_eq!(found, line, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        assert_eq!(read(head), MeshFileError::Mesh(MeshProblem::Empty));
        let beyond = head.replace("vt 1 1", "vt 1 1.5");
        let beyond = read(&format!("{beyond}f 1/1 2/2 3/3\n"));
        assert_eq!(beyond, MeshFileError::Mesh(MeshProblem::BeyondTexture));
        let named = read_alone(OBJ.as_bytes(), &centimetres(Some("door"))).unwrap_err();
        assert!(matches!(named, MeshFileError::NoObject { .. }));
    }
}
