//! Where in a file something stands: the part that a reader of glTF would look up, in words of each language.
//!
//! A refusal is a place and what is wrong there. Both are texts, so a place is no string of this crate: it is told as
//! arguments of the text `character-place`, to which the texts of refusals refer. [`Display`](std::fmt::Display) says the
//! same for developers.

use std::fmt;

/// A part of a glTF file. Numbers count from 0, as glTF's do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// The chunks around a GLB's contents.
    Container,
    /// The JSON as a whole.
    Json,
    /// A path in the JSON, as `meshes[0].primitives[2]`.
    Path(String),
    /// A buffer.
    Buffer(usize),
    /// A buffer view.
    BufferView(usize),
    /// An accessor.
    Accessor(usize),
    /// An image.
    Image(usize),
    /// A texture.
    Texture(usize),
    /// A node.
    Node {
        /// Its number.
        node: usize,
        /// Its name, if it has one.
        name: Option<String>,
    },
    /// A mesh's primitive.
    Primitive {
        /// The mesh.
        mesh: usize,
        /// Its primitive.
        primitive: usize,
    },
    /// An attribute of a primitive.
    Attribute {
        /// The mesh.
        mesh: usize,
        /// Its primitive.
        primitive: usize,
        /// What glTF calls the attribute: `POSITION`.
        attribute: &'static str,
    },
    /// A skin.
    Skin(usize),
    /// The inverse bind matrices of a skin.
    InverseBinds(usize),
    /// One of them.
    InverseBind {
        /// The skin.
        skin: usize,
        /// The matrix.
        matrix: usize,
    },
    /// A channel of an animation.
    Channel {
        /// The animation.
        animation: usize,
        /// Its channel.
        channel: usize,
    },
    /// A motion that is to be written.
    Motion,
}

impl Place {
    /// Which variant of the text it is, its numbers from outside inwards, and its name.
    fn parts(&self) -> (&'static str, [usize; 2], &str) {
        match self {
            Self::Container => ("container", [0; 2], ""),
            Self::Json => ("json", [0; 2], ""),
            Self::Path(path) => ("path", [0; 2], path),
            Self::Buffer(n) => ("buffer", [*n, 0], ""),
            Self::BufferView(n) => ("buffer-view", [*n, 0], ""),
            Self::Accessor(n) => ("accessor", [*n, 0], ""),
            Self::Image(n) => ("image", [*n, 0], ""),
            Self::Texture(n) => ("texture", [*n, 0], ""),
            Self::Node { node, name: None } => ("node", [*node, 0], ""),
            Self::Node {
                node,
                name: Some(name),
            } => ("named-node", [*node, 0], name),
            Self::Primitive { mesh, primitive } => ("primitive", [*mesh, *primitive], ""),
            Self::Attribute {
                mesh,
                primitive,
                attribute,
            } => ("attribute", [*mesh, *primitive], attribute),
            Self::Skin(n) => ("skin", [*n, 0], ""),
            Self::InverseBinds(skin) => ("inverse-binds", [*skin, 0], ""),
            Self::InverseBind { skin, matrix } => ("inverse-bind", [*skin, *matrix], ""),
            Self::Channel { animation, channel } => ("channel", [*animation, *channel], ""),
            Self::Motion => ("motion", [0; 2], ""),
        }
    }

    /// The arguments of the text `character-place`.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        let (kind, [number, part], name) = self.parts();
        vec![
            ("place", kind.to_owned()),
            ("place-number", number.to_string()),
            ("place-part", part.to_string()),
            ("place-name", name.to_owned()),
        ]
    }
}

impl From<&Self> for Place {
    fn from(place: &Self) -> Self {
        place.clone()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Container => f.write_str("GLB container"),
            Self::Json => f.write_str("JSON"),
            Self::Path(path) => f.write_str(path),
            Self::Buffer(n) => write!(f, "buffer {n}"),
            Self::BufferView(n) => write!(f, "buffer view {n}"),
            Self::Accessor(n) => write!(f, "accessor {n}"),
            Self::Image(n) => write!(f, "image {n}"),
            Self::Texture(n) => write!(f, "texture {n}"),
            Self::Node { node, name: None } => write!(f, "node {node}"),
            Self::Node {
                node,
                name: Some(name),
            } => write!(f, "node {node} ({name})"),
            Self::Primitive { mesh, primitive } => write!(f, "mesh {mesh}, primitive {primitive}"),
            Self::Attribute {
                mesh,
                primitive,
                attribute,
            } => write!(f, "mesh {mesh}, primitive {primitive}, {attribute}"),
            Self::Skin(n) => write!(f, "skin {n}"),
            Self::InverseBinds(skin) => write!(f, "skin {skin}, inverse bind matrices"),
            Self::InverseBind { skin, matrix } => {
                write!(f, "skin {skin}, inverse bind matrix {matrix}")
            }
            Self::Channel { animation, channel } => {
                write!(f, "animation {animation}, channel {channel}")
            }
            Self::Motion => f.write_str("motion"),
        }
    }
}
