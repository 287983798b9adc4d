//! The limits of what is parsed here, in one place.

/// Bytes of one text file: a full-body VSK with hands has some 200 kB.
pub const TEXT_BYTES_MAX: usize = 8 << 20;

/// Nodes of an XML document: attributes and elements of 512 segments and 256 markers, ten times over.
pub const XML_NODES_MAX: u32 = 200_000;

/// Parameters of a VSK.
pub const PARAMETERS_MAX: usize = 4096;

/// Nesting of an expression and of parameters that name parameters.
pub const EXPRESSION_DEPTH_MAX: usize = 32;

/// Parameters that one value may look up, through all its nesting: a model's deepest value needs some ten.
pub const EXPRESSION_NAMES_MAX: usize = 1000;

/// Nesting of segments: a spine, an arm and a finger are 15 deep.
pub const SEGMENT_DEPTH_MAX: usize = 128;

/// Longest bone or marker offset in a file, metres: nobody is that big, and a file in wrong units is noticed.
pub const OFFSET_MAX_M: f64 = 10.0;

/// Shortest leg that a gait measurement is believed to be, metres: a newborn's is 0.15 m, and an adult's in centimetres
/// or metres instead of millimetres stays far below.
pub const GAIT_LEG_MIN_M: f64 = 0.12;

/// Longest leg, metres: the tallest people's are 1.3 m.
pub const GAIT_LEG_MAX_M: f64 = 1.6;

/// Widest joint or hip that a gait measurement is believed to be, metres.
pub const GAIT_WIDTH_MAX_M: f64 = 0.8;

/// Points within one marker's gate that an assignment considers: gates are smaller than hands, and a hand has 5 markers.
pub const LABEL_CANDIDATES_MAX: usize = 6;

/// Hypotheses that a first labelling follows at once: both bodies of a crossing, both mirror images, and the ways to
/// leave two of eight markers out (29), five times over.
pub const LABEL_HYPOTHESES_MAX: usize = 600;
