//! The frame gate against streams that lose, repeat, reorder, wrap and restart, in virtual time.

use cyc_model::{Epoch, FrameNumber, HostNs};
use cyc_timing::{FrameGate, Passage};
use proptest::prelude::*;

const PERIOD_NS: i64 = 1_000_000_000 / 240;

fn heard(frame: u64) -> HostNs {
    HostNs(frame as i64 * PERIOD_NS)
}

fn number_of(passage: Passage) -> Option<(Epoch, FrameNumber)> {
    match passage {
        Passage::Fresh { epoch, number, .. } | Passage::Restarted { epoch, number } => {
            Some((epoch, number))
        }
        Passage::Duplicate | Passage::Late | Passage::Stray => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn twice_everything_is_once_everything(bits in 8u32..33, start: u64, copies in 2usize..4) {
        let mut gate = FrameGate::new(bits);
        let mut passed = Vec::new();
        for frame in 0..500u64 {
            for _ in 0..copies {
                passed.extend(number_of(gate.judge(start.wrapping_add(frame), heard(frame))));
            }
        }
        let first = passed[0].1.0;
        let expected: Vec<_> = (first..first + 500).map(|n| (Epoch(0), FrameNumber(n))).collect();
        prop_assert_eq!(passed, expected);
        prop_assert_eq!(gate.counts().duplicate, 500 * (copies as u64 - 1));
        prop_assert_eq!(gate.counts().missing, 0);
    }

    #[test]
    fn numbers_never_go_back_and_all_is_counted(
        shifts in proptest::collection::vec((0u64..4, 0u8..10), 1..300)
    ) {
        // Each frame is delayed by up to three periods or, one in ten, lost.
        let sent = shifts.len() as u64;
        let mut arrivals: Vec<_> = shifts
            .iter()
            .enumerate()
            .filter(|(_, (_, fate))| *fate != 0)
            .map(|(frame, (delay, _))| (frame as u64 + delay, frame as u64))
            .collect();
        arrivals.sort();
        let mut gate = FrameGate::new(32);
        let mut last = None;
        for &(at, frame) in &arrivals {
            if let Some((epoch, number)) = number_of(gate.judge(frame, heard(at))) {
                prop_assert!(last < Some(number) && epoch == Epoch(0));
                prop_assert_eq!(number, FrameNumber(frame));
                last = Some(number);
            }
        }
        let counts = gate.counts();
        prop_assert_eq!(counts.fresh + counts.late, arrivals.len() as u64);
        prop_assert_eq!((counts.duplicate, counts.stray, counts.restarts), (0, 0, 0));
        prop_assert!(counts.fresh + counts.missing <= sent);
    }

    #[test]
    fn a_restart_is_live_with_its_second_frame(
        ran_for in 2u64..5_000, start in 0u64..3, silence in 24u64..100
    ) {
        let mut gate = FrameGate::new(32);
        for frame in 0..ran_for {
            gate.judge(frame, heard(frame));
        }
        let mut restarted = 0;
        for frame in 0..20u64 {
            let at = heard(ran_for + silence + frame);
            let number = if start < ran_for - 1 { start } else { 0 } + frame;
            let passage = gate.judge(number, at);
            restarted += u64::from(matches!(passage, Passage::Restarted { .. }));
            prop_assert!(frame == 0 || number_of(passage).is_some(), "{passage:?} at {frame}");
        }
        prop_assert_eq!((restarted, gate.epoch()), (1, Epoch(1)));
    }
}

#[test]
fn a_jump_of_a_million_begins_an_epoch_and_a_stray_does_not() {
    let mut gate = FrameGate::new(32);
    for frame in 0..100 {
        gate.judge(frame, heard(frame));
    }
    assert_eq!(gate.judge(77_000_000, heard(100)), Passage::Stray);
    let passage = gate.judge(100, heard(100));
    assert_eq!(
        passage,
        Passage::Fresh {
            epoch: Epoch(0),
            number: FrameNumber(100),
            missing: 0
        }
    );
    assert_eq!(gate.judge(1_000_101, heard(101)), Passage::Stray);
    let restarted = Passage::Restarted {
        epoch: Epoch(1),
        number: FrameNumber(1_000_102),
    };
    assert_eq!(gate.judge(1_000_102, heard(102)), restarted);
    assert_eq!(gate.counts().restarts, 1);
}
