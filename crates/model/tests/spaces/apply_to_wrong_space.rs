use cyc_model::{Body, Point, Source, Stage, Xf};

fn main() {
    let stage_from_source = Xf::<Stage, Source>::IDENTITY;
    let _ = stage_from_source * Point::<Body>::ORIGIN;
}
