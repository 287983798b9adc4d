use cyc_model::{Body, Point, Source, Stage, Xf};

fn main() {
    let stage_from_source = Xf::<Stage, Source>::IDENTITY;
    let source_from_body = Xf::<Source, Body>::IDENTITY;
    let tip_in_body = Point::<Body>::xyz(0.0, 0.0, -0.1);
    let tip_in_stage: Point<Stage> = stage_from_source * source_from_body * tip_in_body;
    assert_eq!(tip_in_stage, Point::xyz(0.0, 0.0, -0.1));
}
