//! Why a file holds no wall: each reason by itself, so that each has its text in every language.

use crate::surface::MeshProblem;
use thiserror::Error;

/// Why a file holds no wall.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum MeshFileError {
    /// Larger than [`crate::MESH_FILE_BYTES_MAX`].
    #[error("has {bytes} bytes, at most {limit} are taken")]
    TooLarge {
        /// Bytes given.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Neither OBJ nor glTF.
    #[error("is neither OBJ nor glTF")]
    UnknownFormat,
    /// A line of an OBJ file.
    #[error("line {line}: {fault}")]
    Line {
        /// Line from 1.
        line: usize,
        /// What is wrong with it.
        fault: ObjFault,
    },
    /// A part of a glTF file.
    #[error("{0}")]
    Gltf(#[from] GltfFault),
    /// Nothing of that name in the file.
    #[error("holds no object '{name}'")]
    NoObject {
        /// The name asked for.
        name: String,
    },
    /// The triangles are no wall.
    #[error("{0}")]
    Mesh(#[from] MeshProblem),
}

/// What is wrong with a line of an OBJ file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ObjFault {
    /// A coordinate that is missing, no number, or not finite.
    #[error("a coordinate is missing or no finite number")]
    NoNumber,
    /// A corner that names nothing that came before it.
    #[error("a corner names a vertex that is not there")]
    NoVertex,
    /// A corner without a texture coordinate.
    #[error("a corner has no texture coordinate")]
    NoTexture,
    /// A face of fewer than three corners.
    #[error("a face needs three corners or more")]
    FewCorners,
    /// A face that cannot be cut into triangles.
    #[error("a face crosses itself, or is hollow with very many corners")]
    Crossed,
    /// More than is taken from there on.
    #[error("more vertices or triangles than are taken")]
    TooMany,
}

/// What is wrong with a glTF file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GltfFault {
    /// No JSON.
    #[error("JSON goes wrong in line {line}, column {column}")]
    NotJson {
        /// Line from 1.
        line: usize,
        /// Column from 1.
        column: usize,
    },
    /// A container that is not of version 2, is cut off, or has no JSON.
    #[error("the container is damaged, or not of version 2")]
    BadContainer,
    /// No scene.
    #[error("has no scene")]
    NoScene,
    /// A shape that only an extension can read.
    #[error("needs the extension {name}")]
    Extension {
        /// As glTF calls it.
        name: String,
    },
    /// A buffer in a file of its own, which was not found.
    #[error("buffer {buffer} is in {file}, which cannot be read: {reason}")]
    NoFile {
        /// Its number.
        buffer: usize,
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// A buffer whose data is missing or damaged.
    #[error("buffer {buffer} has no data")]
    NoData {
        /// Its number.
        buffer: usize,
    },
    /// Nodes that are too many, too deep or a circle.
    #[error("the nodes are too many, too deep or a circle")]
    Circle,
    /// A node whose place is no place.
    #[error("a node has a bad {key}")]
    BadNode {
        /// What of it: "matrix", "translation", "rotation" or "scale".
        key: &'static str,
    },
    /// Lines, points or strips.
    #[error("mesh {mesh} is not made of triangles")]
    NoTriangles {
        /// Its number.
        mesh: usize,
    },
    /// Vertices without places or texture coordinates.
    #[error("mesh {mesh} has no {attribute}")]
    NoAttribute {
        /// Its number.
        mesh: usize,
        /// As glTF calls it.
        attribute: String,
    },
    /// Texture coordinates that are moved by no numbers.
    #[error("a KHR_texture_transform holds no numbers")]
    BadTransform,
    /// Places, texture coordinates and corners that do not fit together.
    #[error("mesh {mesh} has corners without a vertex")]
    NoVertex {
        /// Its number.
        mesh: usize,
    },
    /// Numbers of a kind that is not read: sparse ones, other counts.
    #[error("accessor {accessor} holds numbers of a kind that is not read")]
    OtherNumbers {
        /// Its number.
        accessor: usize,
    },
    /// Numbers that are not in their buffer.
    #[error("accessor {accessor} reaches beyond its buffer")]
    BeyondBuffer {
        /// Its number.
        accessor: usize,
    },
    /// More than is taken.
    #[error("more vertices or triangles than are taken")]
    TooMany,
}

impl MeshFileError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "stage-mesh-too-large",
            Self::UnknownFormat => "stage-mesh-unknown-format",
            Self::Line { fault, .. } => match fault {
                ObjFault::NoNumber => "stage-mesh-line-no-number",
                ObjFault::NoVertex => "stage-mesh-line-no-vertex",
                ObjFault::NoTexture => "stage-mesh-line-no-texture",
                ObjFault::FewCorners => "stage-mesh-line-few-corners",
                ObjFault::Crossed => "stage-mesh-line-crossed",
                ObjFault::TooMany => "stage-mesh-too-many",
            },
            Self::Gltf(fault) => fault.key(),
            Self::NoObject { .. } => "stage-mesh-no-object",
            Self::Mesh(problem) => match problem {
                MeshProblem::TooManyTriangles { .. } | MeshProblem::TooManyVertices { .. } => {
                    "stage-mesh-too-many"
                }
                MeshProblem::Empty => "stage-mesh-empty",
                MeshProblem::NoVertex => "stage-mesh-corner",
                MeshProblem::BadCoordinate => "stage-mesh-coordinate",
                MeshProblem::BeyondTexture => "stage-mesh-beyond-texture",
                MeshProblem::Doubled { .. } => "stage-mesh-doubled",
            },
        }
    }

    /// The message's arguments, beside the file and where it is named.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { bytes, limit } => {
                vec![("bytes", bytes.to_string()), ("limit", limit.to_string())]
            }
            Self::Line { line, .. } => [vec![("at_line", line.to_string())], too_many()].concat(),
            Self::Gltf(fault) => fault.args(),
            Self::NoObject { name } => vec![("name", name.clone())],
            Self::Mesh(MeshProblem::Doubled { s, t }) => {
                let percent = |part: &f64| format!("{:.1}", part * 100.0);
                vec![("across", percent(s)), ("down", percent(t))]
            }
            Self::Mesh(_) => too_many(),
            Self::UnknownFormat => Vec::new(),
        }
    }
}

/// The limits, for the text that names them.
fn too_many() -> Vec<(&'static str, String)> {
    vec![
        ("triangles", crate::MESH_TRIANGLES_MAX.to_string()),
        ("vertices", crate::MESH_VERTICES_MAX.to_string()),
    ]
}

impl GltfFault {
    fn key(&self) -> &'static str {
        match self {
            Self::NotJson { .. } => "stage-mesh-not-json",
            Self::BadContainer => "stage-mesh-bad-container",
            Self::NoScene => "stage-mesh-no-scene",
            Self::Extension { .. } => "stage-mesh-extension",
            Self::NoFile { .. } => "stage-mesh-no-file",
            Self::NoData { .. } => "stage-mesh-no-data",
            Self::Circle => "stage-mesh-circle",
            Self::BadNode { .. } => "stage-mesh-bad-node",
            Self::NoTriangles { .. } => "stage-mesh-no-triangles",
            Self::NoAttribute { .. } => "stage-mesh-no-attribute",
            Self::BadTransform => "stage-mesh-bad-transform",
            Self::NoVertex { .. } => "stage-mesh-corner",
            Self::OtherNumbers { .. } => "stage-mesh-other-numbers",
            Self::BeyondBuffer { .. } => "stage-mesh-beyond-buffer",
            Self::TooMany => "stage-mesh-too-many",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotJson { line, column } => vec![
                ("at_line", line.to_string()),
                ("at_column", column.to_string()),
            ],
            Self::Extension { name } => vec![("name", name.clone())],
            Self::NoFile {
                buffer,
                file,
                reason,
            } => vec![
                ("buffer", buffer.to_string()),
                ("beside", file.clone()),
                ("reason", reason.clone()),
            ],
            Self::NoData { buffer } => vec![("buffer", buffer.to_string())],
            Self::BadNode { key } => vec![("key", (*key).to_owned())],
            Self::NoTriangles { mesh } | Self::NoVertex { mesh } => {
                vec![("mesh", mesh.to_string())]
            }
            Self::NoAttribute { mesh, attribute } => {
                vec![("mesh", mesh.to_string()), ("attribute", attribute.clone())]
            }
            Self::OtherNumbers { accessor } | Self::BeyondBuffer { accessor } => {
                vec![("accessor", accessor.to_string())]
            }
            Self::TooMany => too_many(),
            Self::BadContainer | Self::NoScene | Self::Circle | Self::BadTransform => Vec::new(),
        }
    }
}
