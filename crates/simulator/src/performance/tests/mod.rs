//! The truth is judged here by code that shares nothing with it: another reader of BVH, another skinning, glam's
//! rotations instead of our own.

mod bvh_forward;
mod foreign_motion;
mod markers;
mod motions;
mod volume;

use super::{Clip, Landmarks};
use cyc_character::{Character, LoadOptions, load};
use cyc_take::bvh::{self, BvhReadOptions};
use std::path::PathBuf;

/// A file of the repository.
fn file(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The committed body.
fn body() -> Character {
    load(&file("assets/human/human.glb"), &LoadOptions::default()).unwrap()
}

/// Where the markers go on it.
fn landmarks() -> Landmarks {
    Landmarks::parse(&file("assets/human/landmarks.json")).unwrap()
}

/// A motion from BVH text.
fn clip(text: &[u8]) -> Clip {
    Clip::from_bvh(&bvh::read(text, &BvhReadOptions::default()).unwrap())
}
