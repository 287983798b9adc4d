//! The rules of glTF that a file may break, each with a text of its own.
//!
//! A place and a rule make a sentence that a person reads in her own language, so no rule is a string of this crate: what
//! is quoted are a parser's own words ([`BrokenRule::Parser`]) and the names that glTF gives to things (`POSITION`).

/// Which rule of glTF a file breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BrokenRule {
    /// Something is named that does not exist; the place is its own.
    NotThere,
    /// The place names something that does not exist.
    NamesNothing,
    /// A part that must be there is missing.
    Missing,
    /// A value that glTF does not allow.
    BadValue,
    /// A size beyond what can be addressed.
    Oversize,
    /// Chunks of an unknown kind, or in the wrong order.
    Chunks,
    /// A parser's own words about JSON that was readable so far.
    Parser {
        /// The words.
        reason: String,
    },
    /// A primitive without positions.
    NoPositions,
    /// A skinned primitive without joints or weights.
    NoWeights,
    /// A vertex has a weight below zero.
    NegativeWeight,
    /// An attribute with more or fewer elements than there are vertices.
    AttributeLength {
        /// The attribute, as glTF names it.
        attribute: &'static str,
        /// Its elements.
        given: usize,
        /// The vertices.
        vertices: usize,
    },
    /// The same of a morph target.
    MorphLength {
        /// The attribute, as glTF names it.
        attribute: &'static str,
        /// Its elements.
        given: usize,
        /// The vertices.
        vertices: usize,
    },
    /// Triangles whose corners are no multiple of three.
    TriangleCorners,
    /// A skin without joints.
    NoJoints,
    /// More joints than a skin may have, or than there are matrices.
    BindMatrices {
        /// Joints of the skin.
        joints: usize,
        /// Its inverse bind matrices.
        matrices: usize,
    },
    /// A matrix whose last row is not 0 0 0 1.
    NotAffine,
    /// The transform of a texture is not finite.
    TextureTransform,
    /// A picture with neither a view nor a URI.
    NoPictureData,
    /// A buffer that is neither in the file nor beside it.
    NoBufferData,
    /// An accessor that must be of whole numbers without a sign.
    NotUnsigned,
    /// A component type or a shape that glTF does not know.
    ComponentType,
    /// An accessor of another shape than is needed.
    Components {
        /// Components it has.
        given: usize,
        /// Components that are needed.
        needed: usize,
    },
    /// Sparse indices of an unknown type.
    SparseType,
    /// More sparse elements than elements.
    SparseCount,
    /// Sparse indices that do not ascend, or go beyond the elements.
    SparseOrder,
    /// A byteStride in which elements overlap.
    Stride,
    /// An interpolation that glTF does not know.
    Interpolation,
    /// Weights that are animated on a node without morph targets.
    NoMorphTargets,
    /// Key times that do not ascend, or other than one value a key.
    KeyTimes,
    /// A compressed view that lacks one of its numbers.
    CompressionLacks {
        /// What it lacks, as the extension names it.
        name: &'static str,
    },
    /// A mode of compression that is not known.
    CompressionMode,
    /// A filter of compression that is not known.
    CompressionFilter,
    /// A mode, filter, stride and count that do not go together.
    CompressionShape,
    /// A compressed view whose elements do not fill it.
    CompressedLength {
        /// Its elements.
        count: u64,
        /// Bytes of one.
        stride: u64,
        /// Bytes of the view.
        bytes: u64,
    },
    /// A compressed stream that is not in the file.
    NoStream,
    /// A compressed stream that ends too early.
    StreamShort,
    /// A compressed stream that begins as none that is known.
    StreamHeader,
    /// A compressed stream that is longer than its elements.
    StreamLong,
    /// A compressed stream with a channel of an unknown kind.
    StreamChannel,
    /// A compressed stream with a number of more than 32 bits.
    StreamNumber,
    /// A motion of other joints than the file's.
    ForeignMotion,
    /// A motion without frames, or with a part of one.
    NoFrames,
}

impl BrokenRule {
    /// What a parser says of JSON that does not become what it should.
    pub(crate) fn parser(error: &serde_json::Error) -> Self {
        Self::Parser {
            reason: error.to_string(),
        }
    }

    /// The message id in `assets/text`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NotThere => "character-rule-not-there",
            Self::NamesNothing => "character-rule-names-nothing",
            Self::Missing => "character-rule-missing",
            Self::BadValue => "character-rule-bad-value",
            Self::Oversize => "character-rule-oversize",
            Self::Chunks => "character-rule-chunks",
            Self::Parser { .. } => "character-rule-parser",
            Self::NoPositions => "character-rule-no-positions",
            Self::NoWeights => "character-rule-no-weights",
            Self::NegativeWeight => "character-rule-negative-weight",
            Self::AttributeLength { .. } => "character-rule-attribute-length",
            Self::MorphLength { .. } => "character-rule-morph-length",
            Self::TriangleCorners => "character-rule-triangle-corners",
            Self::NoJoints => "character-rule-no-joints",
            Self::BindMatrices { .. } => "character-rule-bind-matrices",
            Self::NotAffine => "character-rule-not-affine",
            Self::TextureTransform => "character-rule-texture-transform",
            Self::NoPictureData => "character-rule-no-picture-data",
            Self::NoBufferData => "character-rule-no-buffer-data",
            Self::NotUnsigned => "character-rule-not-unsigned",
            Self::ComponentType => "character-rule-component-type",
            Self::Components { .. } => "character-rule-components",
            Self::SparseType => "character-rule-sparse-type",
            Self::SparseCount => "character-rule-sparse-count",
            Self::SparseOrder => "character-rule-sparse-order",
            Self::Stride => "character-rule-stride",
            Self::Interpolation => "character-rule-interpolation",
            Self::NoMorphTargets => "character-rule-no-morph-targets",
            Self::KeyTimes => "character-rule-key-times",
            Self::CompressionLacks { .. } => "character-rule-compression-lacks",
            Self::CompressionMode => "character-rule-compression-mode",
            Self::CompressionFilter => "character-rule-compression-filter",
            Self::CompressionShape => "character-rule-compression-shape",
            Self::CompressedLength { .. } => "character-rule-compressed-length",
            Self::NoStream => "character-rule-no-stream",
            Self::StreamShort => "character-rule-stream-short",
            Self::StreamHeader => "character-rule-stream-header",
            Self::StreamLong => "character-rule-stream-long",
            Self::StreamChannel => "character-rule-stream-channel",
            Self::StreamNumber => "character-rule-stream-number",
            Self::ForeignMotion => "character-rule-foreign-motion",
            Self::NoFrames => "character-rule-no-frames",
        }
    }

    /// The message's arguments, besides the place.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Parser { reason } => vec![("reason", reason.clone())],
            Self::AttributeLength {
                attribute,
                given,
                vertices,
            }
            | Self::MorphLength {
                attribute,
                given,
                vertices,
            } => vec![
                ("attribute", (*attribute).to_owned()),
                ("given", given.to_string()),
                ("vertices", vertices.to_string()),
            ],
            Self::BindMatrices { joints, matrices } => vec![
                ("joints", joints.to_string()),
                ("matrices", matrices.to_string()),
            ],
            Self::Components { given, needed } => {
                vec![("given", given.to_string()), ("needed", needed.to_string())]
            }
            Self::CompressionLacks { name } => vec![("name", (*name).to_owned())],
            Self::CompressedLength {
                count,
                stride,
                bytes,
            } => vec![
                ("count", count.to_string()),
                ("stride", stride.to_string()),
                ("bytes", bytes.to_string()),
            ],
            _ => Vec::new(),
        }
    }
}
