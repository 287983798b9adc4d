//! What the loader changed or left out, for the person who made the file.
//!
//! A note is not an error: the character is whole and right without what it names. Notes are an enum so that the edge
//! can say them in the person's language; nothing is silently different from the file.

/// One remark about a loaded file.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CharacterNote {
    /// A VRM 0 model faces -Z; it was turned by 180° about Y so that the built character faces +Z.
    TurnedToFaceForward,
    /// The model was moved up (or down) so that its soles are at y = 0 in the rest pose.
    PutOnFloor {
        /// By how much, metres.
        by_m: f64,
    },
    /// Non-uniform scale at or above a joint: the rest shape is as in the file, but turning the joint does not shear.
    ShearBaked {
        /// The joint.
        joint: String,
    },
    /// A mesh without normals; smooth ones were computed.
    NormalsComputed {
        /// The mesh.
        mesh: String,
    },
    /// Vertices with more than four joints kept their four strongest.
    WeightsReduced {
        /// The mesh.
        mesh: String,
    },
    /// Vertices whose weights were all zero hang on the first joint that they name.
    WeightsMissing {
        /// The mesh.
        mesh: String,
        /// How many vertices.
        vertices: usize,
    },
    /// Points or lines, which a wall does not show, were left out.
    NoTriangles {
        /// The mesh.
        mesh: String,
    },
    /// A mesh shows its morph targets at other weights than zero by default; the character starts at zero.
    MorphDefaultsIgnored {
        /// The mesh.
        mesh: String,
    },
    /// A texture that uses a texture coordinate set other than the first was left out.
    TextureSetIgnored {
        /// The material.
        material: String,
    },
    /// A humanoid bone of a VRM file was left out: its node is another bone's, or does not exist.
    BoneIgnored {
        /// VRM's name of the bone.
        bone: String,
    },
    /// The humanoid bones were inferred from the joints' names, since the file does not say.
    HumanoidInferred {
        /// How many of the 15 required bones were not found.
        missing_required: usize,
    },
    /// The body did not stand with its head towards +Y and its face towards +Z; it was turned.
    TurnedUpright {
        /// The file's axis towards the head.
        up: &'static str,
        /// The file's axis where the body faces.
        facing: &'static str,
    },
    /// The joints' names say left and right the other way round than the feet, which point forward: they were exchanged.
    SidesSwapped,
    /// Binds of VRM expressions that name nothing that exists were left out.
    ExpressionBindsIgnored {
        /// How many.
        binds: usize,
    },
    /// Something of a material that is not read.
    MaterialPartIgnored {
        /// The material.
        material: String,
        /// The extension, or its texture.
        part: String,
    },
    /// The rest pose is outside what a human measures: the file may not be in metres.
    HeightUnusual {
        /// Its height.
        height_m: f32,
    },
}

impl CharacterNote {
    /// The message id in `assets/text`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TurnedToFaceForward => "character-note-turned",
            Self::PutOnFloor { .. } => "character-note-put-on-floor",
            Self::ShearBaked { .. } => "character-note-shear-baked",
            Self::NormalsComputed { .. } => "character-note-normals-computed",
            Self::WeightsReduced { .. } => "character-note-weights-reduced",
            Self::WeightsMissing { .. } => "character-note-weights-missing",
            Self::NoTriangles { .. } => "character-note-no-triangles",
            Self::MorphDefaultsIgnored { .. } => "character-note-morph-defaults-ignored",
            Self::TextureSetIgnored { .. } => "character-note-texture-set-ignored",
            Self::BoneIgnored { .. } => "character-note-bone-ignored",
            Self::HumanoidInferred { .. } => "character-note-humanoid-inferred",
            Self::TurnedUpright { .. } => "character-note-turned-upright",
            Self::SidesSwapped => "character-note-sides-swapped",
            Self::ExpressionBindsIgnored { .. } => "character-note-expression-binds-ignored",
            Self::MaterialPartIgnored { .. } => "character-note-material-part-ignored",
            Self::HeightUnusual { .. } => "character-note-height-unusual",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TurnedToFaceForward | Self::SidesSwapped => vec![],
            Self::PutOnFloor { by_m } => vec![("metres", format!("{by_m:.3}"))],
            Self::ShearBaked { joint } => vec![("joint", joint.clone())],
            Self::NormalsComputed { mesh }
            | Self::WeightsReduced { mesh }
            | Self::MorphDefaultsIgnored { mesh }
            | Self::NoTriangles { mesh } => vec![("mesh", mesh.clone())],
            Self::WeightsMissing { mesh, vertices } => {
                vec![("mesh", mesh.clone()), ("vertices", vertices.to_string())]
            }
            Self::TextureSetIgnored { material } => vec![("material", material.clone())],
            Self::BoneIgnored { bone } => vec![("bone", bone.clone())],
            Self::HumanoidInferred { missing_required } => {
                vec![("missing", missing_required.to_string())]
            }
            Self::TurnedUpright { up, facing } => {
                vec![("up", (*up).to_owned()), ("facing", (*facing).to_owned())]
            }
            Self::ExpressionBindsIgnored { binds } => vec![("binds", binds.to_string())],
            Self::MaterialPartIgnored { material, part } => {
                vec![("material", material.clone()), ("part", part.clone())]
            }
            Self::HeightUnusual { height_m } => vec![("metres", format!("{height_m:.2}"))],
        }
    }
}
