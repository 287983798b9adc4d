use cyc_model::{Body, Source, Stage, Xf};

fn main() {
    let stage_from_source = Xf::<Stage, Source>::IDENTITY;
    let source_from_body = Xf::<Source, Body>::IDENTITY;
    let _ = source_from_body * stage_from_source;
}
