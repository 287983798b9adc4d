use cyc_model::{Point, Stage};

fn main() {
    let _ = Point::<Stage>::ORIGIN + Point::<Stage>::ORIGIN;
}
