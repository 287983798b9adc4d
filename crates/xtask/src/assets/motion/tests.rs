//! Tests of the recorded performances: the parts, and the committed files by a reader of their own.

mod bvh_reader;
mod committed;
mod curves;
mod joint_ranges;
mod parts;
mod pivots;
