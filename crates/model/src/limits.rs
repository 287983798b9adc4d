//! The limits of the plain data, in one place, with their arithmetic.

/// Largest coordinate, metres: 100 km, far beyond any stage, small enough that a square of a square stays finite.
pub const COORDINATE_MAX_M: f64 = 1e5;

/// Joints of one skeleton: a digital human with face bones and twist joints has some 300.
pub const JOINTS_MAX: usize = 512;

/// Markers of one rig: a body with hands and face has 53 + 2×20 + 60.
pub const RIG_MARKERS_MAX: usize = 256;

/// Subjects of one source: 10 performers with props and cameras, three times over.
pub const SUBJECTS_MAX: usize = 64;

/// Segments or markers of one subject.
pub const SUBJECT_PARTS_MAX: usize = 512;

/// Unlabelled markers of one frame: two performers' worth of ghosts and reflections.
pub const UNLABELLED_MAX: usize = 1024;

/// Bytes of a name that arrives from outside.
pub const NAME_BYTES_MAX: usize = 128;

/// Cameras, performers and humans of one stage frame.
pub const STAGE_ACTORS_MAX: usize = 64;

const _: () = assert!(JOINTS_MAX < u16::MAX as usize);
const _: () = assert!(RIG_MARKERS_MAX < u16::MAX as usize);
