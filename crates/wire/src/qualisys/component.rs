//! The components of a frame: what a client may ask for, and their numbers on the wire.

/// One kind of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Component {
    /// Labelled markers.
    Markers,
    /// The same with their residuals.
    MarkersResidual,
    /// Markers without a label.
    Loose,
    /// The same with their residuals.
    LooseResidual,
    /// Bodies with a matrix.
    Bodies,
    /// The same with their residuals.
    BodiesResidual,
    /// Bodies with angles.
    BodiesEuler,
    /// The same with their residuals.
    BodiesEulerResidual,
    /// Timecode.
    Timecode,
    /// Skeletons with segments in their parents.
    SkeletonsLocal,
    /// Skeletons with segments in the volume.
    SkeletonsGlobal,
}

impl Component {
    /// All, in the order in which a server sends them.
    pub const ALL: [Self; 11] = [
        Self::Markers,
        Self::MarkersResidual,
        Self::Loose,
        Self::LooseResidual,
        Self::Bodies,
        Self::BodiesResidual,
        Self::BodiesEuler,
        Self::BodiesEulerResidual,
        Self::Timecode,
        Self::SkeletonsLocal,
        Self::SkeletonsGlobal,
    ];

    /// Its number on the wire. Both kinds of skeletons have the same.
    pub fn number(self) -> u32 {
        match self {
            Self::Markers => 1,
            Self::Loose => 2,
            Self::Bodies => 5,
            Self::BodiesEuler => 6,
            Self::MarkersResidual => 9,
            Self::LooseResidual => 10,
            Self::BodiesResidual => 11,
            Self::BodiesEulerResidual => 12,
            Self::Timecode => 17,
            Self::SkeletonsLocal | Self::SkeletonsGlobal => 18,
        }
    }

    /// Its name in a command.
    pub fn name(self) -> &'static str {
        match self {
            Self::Markers => "3D",
            Self::Loose => "3DNoLabels",
            Self::Bodies => "6D",
            Self::BodiesEuler => "6DEuler",
            Self::MarkersResidual => "3DRes",
            Self::LooseResidual => "3DNoLabelsRes",
            Self::BodiesResidual => "6DRes",
            Self::BodiesEulerResidual => "6DEulerRes",
            Self::Timecode => "Timecode",
            Self::SkeletonsLocal => "Skeleton",
            Self::SkeletonsGlobal => "Skeleton:global",
        }
    }

    /// The component with a name, whatever its case.
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|c| c.name().eq_ignore_ascii_case(name))
    }
}

/// Some components.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ComponentSet(u16);

impl ComponentSet {
    /// What a client asks for unless told otherwise: everything that the model has a place for.
    pub const USUAL: Self = Self(
        1 << Component::Markers as u16
            | 1 << Component::Loose as u16
            | 1 << Component::Bodies as u16
            | 1 << Component::Timecode as u16
            | 1 << Component::SkeletonsGlobal as u16,
    );

    /// With one more.
    pub fn with(self, one: Component) -> Self {
        Self(self.0 | 1 << one as u16)
    }

    /// Whether it has one.
    pub fn contains(self, one: Component) -> bool {
        self.0 & 1 << one as u16 != 0
    }

    /// Those that it has.
    pub fn iter(self) -> impl Iterator<Item = Component> {
        Component::ALL
            .into_iter()
            .filter(move |c| self.contains(*c))
    }

    /// Whether it has none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}
