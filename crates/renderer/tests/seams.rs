//! Seams of the outer view: on a wall of any shape, the pixels on both sides of a border between two facets show what
//! the outer view's eye sees there directly, and no step is to be seen between them.

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
        // One step of rounding, and dither on the direct picture.
        let [mean, p99, _] = seams.miss;
        assert!(mean <= 1.0 && p99 <= 2.0, "{name}: {seams:?}");
        // A seam adds no step that could be seen to what the picture does anyway.
        assert!(
            seams.step[0] <= seams.step_within[0] + 1.0,
            "{name}: {seams:?}"
        );
    }
}
