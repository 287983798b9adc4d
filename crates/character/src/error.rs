//! Why bytes are no character, and where.
//!
//! Each variant names the [`Place`] in the file as a reader of glTF would (`accessor 12`, `node 3 (Hips)`). The texts
//! here are for developers; people get theirs from [`CharacterError::key`] and [`CharacterError::args`].

use crate::amount::Amount;
use crate::limits::FILE_BYTES_MAX;
use crate::place::Place;
use crate::rule::BrokenRule;
use cyc_model::{JOINTS_MAX, SkeletonError};
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

/// Why bytes are no glTF container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerProblem {
    /// They begin as neither a GLB nor JSON.
    Unknown,
    /// A GLB's header is cut off.
    HeaderCut,
    /// A version of glTF other than 2.
    Version(u32),
}

/// Why a file beside the character's cannot be had: what a resolver answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExternalProblem {
    /// It lies outside the character's folder, by a link or a folder above.
    Outside,
    /// It is a folder or a device.
    NotAFile,
    /// It has more bytes than a file may have.
    TooLarge {
        /// Its bytes.
        bytes: u64,
    },
    /// The system's words.
    System(String),
}

impl ContainerProblem {
    fn key(self) -> &'static str {
        match self {
            Self::Unknown => "character-not-gltf",
            Self::HeaderCut => "character-glb-cut",
            Self::Version(_) => "character-gltf-version",
        }
    }

    fn args(self) -> Vec<(&'static str, String)> {
        match self {
            Self::Unknown | Self::HeaderCut => Vec::new(),
            Self::Version(version) => vec![("version", version.to_string())],
        }
    }
}

impl ExternalProblem {
    fn key(&self) -> &'static str {
        match self {
            Self::Outside => "character-external-outside",
            Self::NotAFile => "character-external-not-a-file",
            Self::TooLarge { .. } => "character-external-too-large",
            Self::System(_) => "character-external",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Outside | Self::NotAFile => Vec::new(),
            Self::TooLarge { bytes } => vec![
                ("size", bytes.to_string()),
                ("limit", FILE_BYTES_MAX.to_string()),
            ],
            Self::System(reason) => vec![("reason", reason.clone())],
        }
    }
}

/// A compression that many files have, and whose readers nobody keeps: it is refused with what to do.
const DRACO: &str = "KHR_draco_mesh_compression";

/// Why bytes are no character.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CharacterError {
    /// More than a limit allows.
    #[error("{what:?}: {size}, at most {limit}")]
    TooLarge {
        /// What there is too much of.
        what: Amount,
        /// How much there is.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// Neither glTF JSON nor a whole GLB container.
    #[error("not a glTF file: {problem:?}")]
    NotGltf {
        /// What was found.
        problem: ContainerProblem,
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
    #[error("{path}: {rule:?}")]
    Invalid {
        /// Where.
        path: Place,
        /// Which rule.
        rule: BrokenRule,
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
        what: Place,
        /// Why.
        problem: UriProblem,
    },
    /// The caller's resolver could not give an external file.
    #[error("{what}: cannot read '{path}': {problem:?}")]
    External {
        /// Whose URI.
        what: Place,
        /// The decoded relative path.
        path: String,
        /// Why.
        problem: ExternalProblem,
    },
    /// Data that would lie outside its container.
    #[error("{what} ends at byte {end}, but only {available} are there")]
    OutOfBounds {
        /// Which accessor, view or chunk.
        what: Place,
        /// Where it would end; `u64::MAX` when that overflows.
        end: u64,
        /// What is there.
        available: u64,
    },
    /// A number is infinite or not a number.
    #[error("{what}: element {element} is not finite")]
    NotFinite {
        /// Whose number.
        what: Place,
        /// Which element.
        element: usize,
    },
    /// A node's transform cannot be used.
    #[error("{node}: transform refused: {problem:?}")]
    Transform {
        /// The node.
        node: Place,
        /// Why.
        problem: TransformProblem,
    },
    /// The nodes are no forest.
    #[error("{node}: node graph refused: {problem:?}")]
    Graph {
        /// One node of the problem.
        node: Place,
        /// Why.
        problem: GraphProblem,
    },
    /// The joints are no skeleton.
    #[error(transparent)]
    Skeleton(#[from] SkeletonError),
    /// The person's map does not fit.
    #[error(transparent)]
    Map(#[from] crate::map_file::CharacterMapError),
    /// A vertex index beyond the vertices.
    #[error("{primitive}: index {index}, but there are {vertices} vertices")]
    VertexIndex {
        /// The primitive.
        primitive: Place,
        /// The index.
        index: u32,
        /// Vertices there are.
        vertices: usize,
    },
    /// A joint number beyond the skin's joints.
    #[error("{primitive}: joint {joint}, but the skin has {joints}")]
    JointNumber {
        /// The primitive.
        primitive: Place,
        /// The joint number.
        joint: u32,
        /// Joints of the skin.
        joints: usize,
    },
    /// A picture in a format other than glTF's.
    #[error("picture {picture} is neither PNG nor JPEG")]
    PictureFormat {
        /// Which picture.
        picture: usize,
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
            Self::TooLarge { what, .. } => what.key(),
            Self::NotGltf { problem } => problem.key(),
            Self::Json { .. } => "character-json",
            Self::Invalid { rule, .. } => rule.key(),
            Self::Unsupported { feature } if feature == DRACO => "character-draco",
            Self::Unsupported { .. } => "character-unsupported",
            Self::Uri { problem, .. } => match problem {
                UriProblem::Escape => "character-uri-escape",
                UriProblem::Base64 => "character-uri-base64",
                UriProblem::DataForm => "character-uri-data-form",
                UriProblem::NotLocal => "character-uri-not-local",
                UriProblem::NoResolver => "character-uri-no-resolver",
            },
            Self::External { problem, .. } => problem.key(),
            Self::OutOfBounds { .. } => "character-out-of-bounds",
            Self::NotFinite { .. } => "character-not-finite",
            Self::Transform { problem, .. } => match problem {
                TransformProblem::NotFinite => "character-transform-not-finite",
                TransformProblem::ZeroQuaternion => "character-transform-zero-quaternion",
                TransformProblem::NotAffine => "character-transform-not-affine",
                TransformProblem::Scale => "character-transform-scale",
                TransformProblem::TooFar => "character-transform-too-far",
            },
            Self::Graph { problem, .. } => match problem {
                GraphProblem::Cycle => "character-graph-cycle",
                GraphProblem::TwoParents => "character-graph-two-parents",
                GraphProblem::TooDeep => "character-graph-too-deep",
            },
            Self::Skeleton(problem) => skeleton_key(problem),
            Self::Map(inner) => inner.key(),
            Self::VertexIndex { .. } => "character-vertex-index",
            Self::JointNumber { .. } => "character-joint-number",
            Self::PictureFormat { .. } => "character-picture-format",
            Self::Picture { .. } => "character-picture",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { size, limit, .. } => {
                vec![("size", size.to_string()), ("limit", limit.to_string())]
            }
            Self::NotGltf { problem } => problem.args(),
            Self::Json {
                line,
                column,
                reason,
            } => vec![
                ("line", line.to_string()),
                ("column", column.to_string()),
                ("reason", reason.clone()),
            ],
            Self::Invalid { path, rule } => {
                let mut args = rule.args();
                args.extend(path.args());
                args
            }
            Self::Unsupported { feature } => vec![("feature", feature.clone())],
            Self::Uri { what, .. } => what.args(),
            Self::External {
                what,
                path,
                problem,
            } => {
                let mut args = problem.args();
                args.extend(what.args());
                args.push(("path", path.clone()));
                args
            }
            Self::OutOfBounds {
                what,
                end,
                available,
            } => at(
                what,
                [
                    ("end", end.to_string()),
                    ("available", available.to_string()),
                ],
            ),
            Self::NotFinite { what, element } => at(what, [("element", element.to_string())]),
            Self::Transform { node, .. } | Self::Graph { node, .. } => node.args(),
            Self::Map(inner) => inner.args(),
            Self::Skeleton(problem) => skeleton_args(problem),
            Self::VertexIndex {
                primitive,
                index,
                vertices,
            } => at(
                primitive,
                [
                    ("index", index.to_string()),
                    ("vertices", vertices.to_string()),
                ],
            ),
            Self::JointNumber {
                primitive,
                joint,
                joints,
            } => at(
                primitive,
                [("joint", joint.to_string()), ("joints", joints.to_string())],
            ),
            Self::PictureFormat { picture } => vec![("picture", picture.to_string())],
            Self::Picture { picture, reason } => {
                vec![("picture", picture.to_string()), ("reason", reason.clone())]
            }
        }
    }
}

/// The arguments of a place with those of what is wrong there.
fn at<const N: usize>(
    place: &Place,
    more: [(&'static str, String); N],
) -> Vec<(&'static str, String)> {
    let mut args = place.args();
    args.extend(more);
    args
}

/// Shorthand for a broken rule at a place.
pub(crate) fn invalid(path: impl Into<Place>, rule: BrokenRule) -> CharacterError {
    CharacterError::Invalid {
        path: path.into(),
        rule,
    }
}

fn skeleton_key(problem: &SkeletonError) -> &'static str {
    match problem {
        SkeletonError::Empty => "character-skeleton-empty",
        SkeletonError::TooMany { .. } => "character-skeleton-too-many",
        SkeletonError::UnknownParent { .. } => "character-skeleton-unknown-parent",
        SkeletonError::Cycle { .. } => "character-skeleton-cycle",
        SkeletonError::BadName { .. } => "character-skeleton-bad-name",
    }
}

fn skeleton_args(problem: &SkeletonError) -> Vec<(&'static str, String)> {
    match problem {
        SkeletonError::Empty => Vec::new(),
        SkeletonError::TooMany { joints } => vec![
            ("joints", joints.to_string()),
            ("limit", JOINTS_MAX.to_string()),
        ],
        SkeletonError::UnknownParent { joint } | SkeletonError::Cycle { joint } => {
            vec![("joint", joint.clone())]
        }
        SkeletonError::BadName { name } => vec![("name", name.clone())],
    }
}
