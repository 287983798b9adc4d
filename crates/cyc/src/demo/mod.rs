//! `cyc demo`: a recorded performance walks all the way to an LED wall.

pub mod error;
pub mod files;
