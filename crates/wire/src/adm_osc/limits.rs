//! What of ADM-OSC is sent.

/// Objects of one output: what renderers have, 64 to 128.
pub const OBJECTS_MAX: usize = 128;

/// Numbers that an object may have. The format sets no end; nobody's renderer has five digits.
pub const OBJECT_NUMBER: std::ops::RangeInclusive<u32> = 1..=9999;

/// How many metres may be 1: from a table to a stadium.
pub const EXTENT_M: std::ops::RangeInclusive<f64> = 0.1..=1000.0;
