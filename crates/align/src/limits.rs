//! What is taken, and from when an answer counts as determined.

/// Points of a source at most: a person measures a few, a wand some thousands.
pub const POINTS_MAX: usize = 10_000;
/// Views at most.
pub const VIEWS_MAX: usize = 1_000;
/// Points of a view at most: a wall of 100 × 40 marks.
pub const SIGHTS_MAX: usize = 4_096;

/// Points of a source at least: three fix a place and a turn.
pub const POINTS_MIN: usize = 3;
/// Points of a view at least: four of a plane fix a pose.
pub const SIGHTS_MIN: usize = 4;

/// How far points must lie beside the line through them, metres: less turns about that line freely.
pub const BESIDE_LINE_MIN_M: f64 = 0.05;
/// How far the sources' unit may be from the stage's: more is another unit, or points that were mixed up.
pub const SCALE_TOLERANCE: f64 = 0.02;

/// Poses of a wand at least, each turned against the one before.
pub const WAND_POSES_MIN: usize = 12;
/// How far a wand's tip may be from the point that it rests on, root mean square, metres: more is a tip that slipped.
pub const TIP_MOVED_MAX_M: f64 = 0.004;
/// Standard error of a touched point that is still an answer, metres.
pub const TIP_ERROR_MAX_M: f64 = 0.001;

/// Standard error of the pupil's place that is still an answer, metres: a quarter of what an LED pitch shows.
pub const PLACE_ERROR_MAX_M: f64 = 0.003;
/// The same of its direction, radians: 0.05°.
pub const TURN_ERROR_MAX_RAD: f64 = 0.000_87;
/// The same of the focal length, of it.
pub const FOCAL_ERROR_MAX: f64 = 0.005;

/// Pixels of a picture at most: 100 million of four bytes, three times over for its sizes, are 1.6 GB.
pub const PICTURE_PX_MAX: u64 = 100_000_000;
/// Corners of a picture's marker pattern that are an answer at least: two dozen spread errors.
pub const MARKERS_MIN: usize = 24;
/// Corners of a picture that are given at most: more say nothing more.
pub const PICTURE_SIGHTS_MAX: usize = 1_200;
const _: () = assert!(PICTURE_SIGHTS_MAX <= SIGHTS_MAX && MARKERS_MIN >= SIGHTS_MIN);
