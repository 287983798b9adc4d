//! What a file may have too much of: one text for each limit.

/// What there is too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Bytes of the file.
    FileBytes,
    /// Bytes of a file that lies beside it.
    ExternalBytes,
    /// Bytes of all buffers together.
    BufferBytes,
    /// Bytes that everything would take once it is decoded.
    DecodedBytes,
    /// Objects, lists and commas of the JSON.
    JsonParts,
    /// Nodes.
    Nodes,
    /// Primitives of all meshes.
    Primitives,
    /// Morph targets, or what they make with all primitives.
    MorphTargets,
    /// Elements of one accessor or one compressed view.
    Elements,
    /// Materials or pictures.
    Materials,
    /// Pixels along a side of a picture.
    PictureSide,
    /// Animations.
    Animations,
    /// Channels of an animation.
    Channels,
}

impl Amount {
    /// The message id in `assets/text`.
    pub fn key(self) -> &'static str {
        match self {
            Self::FileBytes => "character-too-many-file-bytes",
            Self::ExternalBytes => "character-too-many-external-bytes",
            Self::BufferBytes => "character-too-many-buffer-bytes",
            Self::DecodedBytes => "character-too-many-decoded-bytes",
            Self::JsonParts => "character-too-many-json-parts",
            Self::Nodes => "character-too-many-nodes",
            Self::Primitives => "character-too-many-primitives",
            Self::MorphTargets => "character-too-many-morph-targets",
            Self::Elements => "character-too-many-elements",
            Self::Materials => "character-too-many-materials",
            Self::PictureSide => "character-too-many-pixels",
            Self::Animations => "character-too-many-animations",
            Self::Channels => "character-too-many-channels",
        }
    }
}
