//! Row 20: solving a performer panics.

use crate::stage::{at, body, core, fill, performer, rig, roster, show};
use cyc_engine::core::Event;
use cyc_model::{MocapFrame, PerformerIdx, Quality, StageFrame};

const ANN: PerformerIdx = PerformerIdx(0);

/// The largest distance of Ann's joints in two frames, metres.
fn apart_m(a: &StageFrame, b: &StageFrame) -> f64 {
    let pairs = a
        .joints_of_performer(0)
        .iter()
        .zip(b.joints_of_performer(0));
    let apart = pairs.map(|(a, b)| a.translation().distance_m(b.translation()));
    apart.fold(0.0, f64::max)
}

/// Row 20: one panic costs one frame of one performer; three within ten seconds set her aside, until she is released.
#[test]
fn row_20_a_panic_costs_its_performer_a_frame_and_the_others_nothing() {
    let rig = rig();
    let names = roster(vec![performer(&rig), body("Cam", 1), body("Prop", 1)]);
    let (mut failing, mut clean) = (core(&rig), core(&rig));
    let (mut frame, mut out, mut before) = (
        MocapFrame::default(),
        StageFrame::default(),
        StageFrame::default(),
    );
    let (mut worst_m, mut panics, mut set_aside) = (0.0f64, 0, 0);
    for number in 1..=400u64 {
        fill(&mut frame, &rig, &names, number);
        let is_rehearsed = [60, 100, 140].contains(&number);
        if is_rehearsed {
            failing.step(at(number), Event::Fail(ANN), &mut out);
        }
        if number == 350 {
            assert_eq!(failing.set_aside(), 1);
            failing.step(at(number), Event::Release(ANN), &mut out);
        }
        let effects = failing.step(at(number), Event::Frame(&frame), &mut out);
        let truth = show(&mut clean, at(number), Event::Frame(&frame));
        panics += effects.panicked;
        set_aside += effects.set_aside;
        assert!(effects.publish);
        assert_eq!(
            (&out.cameras, &out.props),
            (&truth.cameras, &truth.props),
            "{number}"
        );
        let quality = out.performers[0].quality;
        if is_rehearsed {
            assert!(
                matches!(quality, Quality::Held { .. }),
                "{number}: {quality:?}"
            );
            assert_eq!(apart_m(&out, &before), 0.0, "the last good frame is held");
        } else if !(140..=350).contains(&number) {
            assert!(quality.is_measured(), "{number}: {quality:?}");
            if number < 350 {
                worst_m = worst_m.max(apart_m(&out, &truth));
            }
        } else if number > 140 + 121 && number < 350 {
            // A second later there is nothing to show.
            assert_eq!(quality, Quality::Absent, "{number}");
        }
        before.copy_from(&out);
    }
    assert_eq!((panics, set_aside), (3, 1));
    assert!(worst_m < 0.005, "{worst_m} m");
    println!(
        "PROMISE 20: others bit-identical; she is held for one frame and within {:.1} mm from the next on; set aside with the third panic",
        worst_m * 1e3
    );
}
