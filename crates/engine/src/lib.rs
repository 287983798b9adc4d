//! The stage as one machine: a pure step function, and the threads that drive it.
