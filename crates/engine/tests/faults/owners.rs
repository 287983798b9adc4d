//! Row 47: two sources with a subject of the same name.

use crate::stage::{at, body, core, fill, numbers, rig, roster, show};
use cyc_engine::core::Event;
use cyc_model::{MocapFrame, Nanos, SourceId, StageFrame};

/// Row 47: whose a subject is stands in the stage file; another source that has one of the same name changes nothing.
#[test]
fn row_47_a_second_source_with_the_same_name_changes_nothing() {
    let rig = rig();
    let names = roster(vec![body("Cam", 1), body("Prop", 1)]);
    let (mut two, mut one) = (core(&rig), core(&rig));
    let (mut own, mut other) = (MocapFrame::default(), MocapFrame::default());
    let mut flagged = Vec::new();
    for number in 1..=400u64 {
        fill(&mut own, &rig, &names, number);
        let alone = show(&mut one, at(number), Event::Frame(&own));
        let shown = show(&mut two, at(number), Event::Frame(&own));
        assert_eq!(numbers(&shown), numbers(&alone), "frame {number}");
        // Elsewhere, later by a millisecond, sometimes under a number far ahead.
        fill(&mut other, &rig, &names, number + 7777);
        other.source = SourceId(1);
        let now = at(number) + Nanos::from_millis(1);
        two.step(now, Event::Frame(&other), &mut StageFrame::default());
        flagged.push(two.claims().all().collect::<Vec<_>>());
        let later = show(&mut two, now, Event::Tick);
        assert_eq!(numbers(&later), numbers(&show(&mut one, now, Event::Tick)));
    }
    // Ann is her owner's alone; the camera and the prop are claimed from the second source's first frame on.
    let both = vec![None, Some(SourceId(1)), Some(SourceId(1))];
    assert!(flagged.iter().all(|claims| *claims == both));
    assert!(one.claims().all().all(|claim| claim.is_none()));
    // Who no longer sends them claims them no more.
    let nobody = roster(vec![body("Else", 1)]);
    fill(&mut other, &rig, &nobody, 9000);
    other.source = SourceId(1);
    two.step(at(401), Event::Frame(&other), &mut StageFrame::default());
    assert!(two.claims().all().all(|claim| claim.is_none()));
    println!(
        "PROMISE 47: bit-identical to the run without the second source, which is flagged with its first frame"
    );
}
