use cyc_model::{Point, Source, Stage};

fn main() {
    let in_stage = Point::<Stage>::ORIGIN;
    let in_source = Point::<Source>::ORIGIN;
    let _ = in_stage - in_source;
}
