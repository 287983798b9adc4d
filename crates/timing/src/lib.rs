//! Clocks, gaps and prediction: where a thing was or will be at a time, and how sure that is.
