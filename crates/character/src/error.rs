//! Why bytes are no character, and where.
//!
//! Each variant names the place in the file as a reader of glTF would (`accessor 12`, `node 3 (Hips)`). The texts
//! here are for developers; people get theirs from [`CharacterError::key`] and [`CharacterError::args`].

use thiserror::Error;

/// What is wrong with a node's transform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransformProblem {
    /// A number is infinite or not a number, or becomes so together with the nodes above.
    NotFinite,
    /// The quaternion has no direction.
    ZeroQuaternion,
    /// The matrix has a last row other than 0 0 0 1.
    NotAffine,
    /// A joint is scaled to nothing, or out of all proportion.
    Scale,
    /// A joint is mirrored.
    Mirrored,
    /// A joint is too far from the origin.
    TooFar,
}

/// What is wrong with the node graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphProblem {
    /// A node is its own ancestor.
    Cycle,
    /// A node has two parents.
    TwoParents,
    /// Nodes are nested too deeply.
    TooDeep,
}

/// What is wrong with a URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UriProblem {
    /// A percent escape is incomplete or does not decode to UTF-8.
    Escape,
    /// The base64 of a data URI does not decode.
    Base64,
    /// A data URI without a comma, or not in base64.
    DataForm,
    /// Absolute, with a scheme, or leaving its folder.
    NotLocal,
    /// An external file, and the caller gave no way to read one.
    NoResolver,
}

/// A compression that many files have, and whose readers nobody keeps: it is refused with what to do.
const DRACO: &str = "KHR_draco_mesh_compression";

/// Why bytes are no character.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CharacterError {
    /// More than a limit allows.
    #[error("{what}: {size}, at most {limit}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// Neither glTF JSON nor a whole GLB container.
    #[error("not a glTF file: {reason}")]
    NotGltf {
        /// What was found.
        reason: &'static str,
    },
    /// The JSON cannot be read.
    #[error("glTF JSON, line {line}, column {column}: {reason}")]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// The parser's words.
        reason: String,
    },
    /// The JSON is readable but breaks glTF's rules.
    #[error("{path}: {reason}")]
    Invalid {
        /// Where: a JSON path, or `mesh 2, primitive 0`.
        path: String,
        /// Which rule.
        reason: String,
    },
    /// The file needs something that this loader does not do.
    #[error("needs '{feature}', which is not supported")]
    Unsupported {
        /// The glTF extension or feature.
        feature: String,
    },
    /// A URI that cannot be used.
    #[error("{what}: URI refused: {problem:?}")]
    Uri {
        /// Whose URI.
        what: String,
        /// Why.
        problem: UriProblem,
    },
    /// The caller's resolver could not give an external file.
    #[error("{what}: cannot read '{path}': {reason}")]
    External {
        /// Whose URI.
        what: String,
        /// The decoded relative path.
        path: String,
        /// The resolver's words.
        reason: String,
    },
    /// Data that would lie outside its container.
    #[error("{what} ends at byte {end}, but only {available} are there")]
    OutOfBounds {
        /// Which accessor, view or chunk.
        what: String,
        /// Where it would end; `u64::MAX` when that overflows.
        end: u64,
        /// What is there.
        available: u64,
    },
    /// A number is infinite or not a number.
    #[error("{what}: element {element} is not finite")]
    NotFinite {
        /// Whose number.
        what: String,
        /// Which element.
        element: usize,
    },
    /// A node's transform cannot be used.
    #[error("{node}: transform refused: {problem:?}")]
    Transform {
        /// The node.
        node: String,
        /// Why.
        problem: TransformProblem,
    },
    /// The nodes are no forest.
    #[error("{node}: node graph refused: {problem:?}")]
    Graph {
        /// One node of the problem.
        node: String,
        /// Why.
        problem: GraphProblem,
    },
    /// The joints are no skeleton.
    #[error(transparent)]
    Skeleton(#[from] cyc_model::SkeletonError),
    /// The person's map does not fit.
    #[error(transparent)]
    Map(#[from] crate::map_file::CharacterMapError),
    /// A vertex index beyond the vertices.
    #[error("{primitive}: index {index}, but there are {vertices} vertices")]
    VertexIndex {
        /// The primitive.
        primitive: String,
        /// The index.
        index: u32,
        /// Vertices there are.
        vertices: usize,
    },
    /// A joint number beyond the skin's joints.
    #[error("{primitive}: joint {joint}, but the skin has {joints}")]
    JointNumber {
        /// The primitive.
        primitive: String,
        /// The joint number.
        joint: u32,
        /// Joints of the skin.
        joints: usize,
    },
    /// A picture that does not decode.
    #[error("picture {picture}: {reason}")]
    Picture {
        /// Which picture.
        picture: usize,
        /// The decoder's words.
        reason: String,
    },
}

impl CharacterError {
    /// The message id in `assets/text`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "character-too-large",
            Self::NotGltf { .. } => "character-not-gltf",
            Self::Json { .. } => "character-json",
            Self::Invalid { .. } => "character-invalid",
            Self::Unsupported { feature } if feature == DRACO => "character-draco",
            Self::Unsupported { .. } => "character-unsupported",
            Self::Uri { problem, .. } => match problem {
                UriProblem::Escape => "character-uri-escape",
                UriProblem::Base64 => "character-uri-base64",
                UriProblem::DataForm => "character-uri-data-form",
                UriProblem::NotLocal => "character-uri-not-local",
                UriProblem::NoResolver => "character-uri-no-resolver",
            },
            Self::External { .. } => "character-external",
            Self::OutOfBounds { .. } => "character-out-of-bounds",
            Self::NotFinite { .. } => "character-not-finite",
            Self::Transform { problem, .. } => match problem {
                TransformProblem::NotFinite => "character-transform-not-finite",
                TransformProblem::ZeroQuaternion => "character-transform-zero-quaternion",
                TransformProblem::NotAffine => "character-transform-not-affine",
                TransformProblem::Scale => "character-transform-scale",
                TransformProblem::Mirrored => "character-transform-mirrored",
                TransformProblem::TooFar => "character-transform-too-far",
            },
            Self::Graph { problem, .. } => match problem {
                GraphProblem::Cycle => "character-graph-cycle",
                GraphProblem::TwoParents => "character-graph-two-parents",
                GraphProblem::TooDeep => "character-graph-too-deep",
            },
            Self::Skeleton(_) => "character-skeleton",
            Self::Map(inner) => inner.key(),
            Self::VertexIndex { .. } => "character-vertex-index",
            Self::JointNumber { .. } => "character-joint-number",
            Self::Picture { .. } => "character-picture",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { what, size, limit } => vec![
                ("what", (*what).to_owned()),
                ("size", size.to_string()),
                ("limit", limit.to_string()),
            ],
            Self::NotGltf { reason } => vec![("reason", (*reason).to_owned())],
            Self::Json {
                line,
                column,
                reason,
            } => vec![
                ("line", line.to_string()),
                ("column", column.to_string()),
                ("reason", reason.clone()),
            ],
            Self::Invalid { path, reason } => {
                vec![("path", path.clone()), ("reason", reason.clone())]
            }
            Self::Unsupported { feature } => vec![("feature", feature.clone())],
            Self::Uri { what, .. } => vec![("what", what.clone())],
            Self::External { what, path, reason } => vec![
                ("what", what.clone()),
                ("path", path.clone()),
                ("reason", reason.clone()),
            ],
            Self::OutOfBounds {
                what,
                end,
                available,
            } => vec![
                ("what", what.clone()),
                ("end", end.to_string()),
                ("available", available.to_string()),
            ],
            Self::NotFinite { what, element } => {
                vec![("what", what.clone()), ("element", element.to_string())]
            }
            Self::Transform { node, .. } | Self::Graph { node, .. } => vec![("node", node.clone())],
            Self::Map(inner) => inner.args(),
            Self::Skeleton(inner) => vec![("reason", inner.to_string())],
            Self::VertexIndex {
                primitive,
                index,
                vertices,
            } => vec![
                ("primitive", primitive.clone()),
                ("index", index.to_string()),
                ("vertices", vertices.to_string()),
            ],
            Self::JointNumber {
                primitive,
                joint,
                joints,
            } => vec![
                ("primitive", primitive.clone()),
                ("joint", joint.to_string()),
                ("joints", joints.to_string()),
            ],
            Self::Picture { picture, reason } => {
                vec![("picture", picture.to_string()), ("reason", reason.clone())]
            }
        }
    }
}

/// Shorthand for a broken rule at a place.
pub(crate) fn invalid(path: impl Into<String>, reason: impl Into<String>) -> CharacterError {
    CharacterError::Invalid {
        path: path.into(),
        reason: reason.into(),
    }
}
