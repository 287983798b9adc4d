//! Row 47: two sources with a subject of the same name.

use crate::stage::{at, body, core, fill, numbers, rig, roster, show};
use cyc_engine::core::Event;
use cyc_model::{MocapFrame, Nanos, SourceId};

/// Row 47: whose a subject is stands in the stage file; another source that has one of the same name changes nothing.
#[test]
fn row_47_a_second_source_with_the_same_name_changes_nothing() {
    let rig = rig();
    let names = roster(vec![body("Cam", 1), body("Prop", 1)]);
    let (mut two, mut one) = (core(&rig), core(&rig));
    let (mut own, mut other) = (MocapFrame::default(), MocapFrame::default());
    for number in 1..=400u64 {
        fill(&mut own, &rig, &names, number);
        let alone = show(&mut one, at(number), Event::Frame(&own));
        let shown = show(&mut two, at(number), Event::Frame(&own));
        assert_eq!(numbers(&shown), numbers(&alone), "frame {number}");
        // Elsewhere, later by a millisecond, sometimes under a number far ahead.
        fill(&mut other, &rig, &names, number + 7777);
        other.source = SourceId(1);
        let now = at(number) + Nanos::from_millis(1);
        show(&mut two, now, Event::Frame(&other));
        let later = show(&mut two, now, Event::Tick);
        assert_eq!(numbers(&later), numbers(&show(&mut one, now, Event::Tick)));
    }
    println!("PROMISE 47: bit-identical to the run without the second source");
}
