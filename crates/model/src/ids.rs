//! Small names for things, so that an index of one kind cannot be used as another.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub $inner);
        impl $name {
            /// As an index into a slice.
            pub fn idx(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// A configured source, by its order in the stage file.
    SourceId(u16);
    /// Counts the restarts of a source: frame numbers are comparable only within one epoch.
    Epoch(u32);
    /// A joint of a skeleton; parents have smaller indices than their children.
    JointIdx(u16);
    /// A marker of a rig.
    MarkerIdx(u16);
    /// A performer being solved.
    PerformerIdx(u16);
    /// A digital human on the stage.
    CharacterIdx(u16);
    /// A film camera of the stage.
    CameraIdx(u16);
}

/// A source's own frame number, widened so that a wrap on the wire does not wrap here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FrameNumber(pub u64);
