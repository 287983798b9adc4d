//! The spaces that a point can be in, as types without values.
//!
//! A space is a marker type: `Point<Stage>` and `Point<Source>` are different types with the same storage. All
//! spaces are right-handed, in metres, with Y up unless their doc says otherwise.

/// A coordinate space. Implemented only by marker types.
pub trait Space: 'static {
    /// The name as it appears in debug output and reports.
    const NAME: &'static str;
}

macro_rules! spaces {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}
        impl Space for $name {
            const NAME: &'static str = stringify!($name);
        }
    )*};
}

spaces! {
    /// The LED stage: origin on the floor at the stage centre, the main wall towards -Z, Y up.
    Stage,
    /// A capture system's volume after vendor units and axes are gone: metres, Y up, its own origin and heading.
    Source,
    /// A tracked rigid body's own frame, as the capture system defines it.
    Body,
    /// The frame of the tracked body on a film camera, before the offset to the entrance pupil.
    CameraBody,
    /// A camera's entrance pupil: looks along -Z, +X right, +Y up (glTF's camera convention).
    Pupil,
    /// The frame of one joint of a skeleton.
    JointFrame,
    /// A character's or skeleton's own space: Y up, faces +Z, origin on the floor between the feet.
    ModelSpace,
    /// Pixels of the canvas that goes to the LED processor: x right, y down, origin at the upper left corner.
    Canvas,
}
