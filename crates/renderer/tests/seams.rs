//! Seams of the outer view: on a wall of any shape, the pixels on both sides of a border between two facets show what
//! the outer view's eye sees there directly.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

mod adapter;
mod seam;
#[path = "through_the_lens/shapes.rs"]
#[allow(dead_code)] // Other tests use the rest.
mod shapes;

use shapes::{Glass, Shape};

#[test]
fn both_sides_of_every_seam_show_what_the_eye_sees_there() {
    let Some(gpu) = adapter::gpu() else { return };
    for shape in [Shape::Arc, Shape::Cylinder270, Shape::Mesh] {
        let seams = seam::measure(&gpu, &shapes::stage(shape, Glass::Plain)).unwrap();
        let name = shape.name();
        println!("{name}: {seams:.2?}");
        assert!(seams.pixels >= 1000, "{name}");
        // The outer view has half the walls' pixels: at the edge of the sun it is off, on both sides of a seam alike.
        let ([mean, p99, _], [_, _, step]) = (seams.miss, seams.step);
        assert!(mean <= 0.2 && p99 <= 0.5, "{name}: {seams:?}");
        assert!(step <= 1.0, "{name}: {seams:?}");
    }
}
