//! Order, copies, two paths, restarts and counters that misbehave, in virtual time. Rows of the fault matrix are named.

use cyc_model::{Epoch, FrameNumber, HostNs, Nanos};
use cyc_timing::{Arrival, FrameOrder, Ordered, ReorderWindow};
use proptest::prelude::*;

/// A frame at 240 Hz.
const PERIOD: i64 = 4_166_667;

/// Pushes numbers at times; what is let through, as (epoch, number, wire number).
struct Run {
    order: FrameOrder<u64>,
    out: Vec<(u32, u64, u64)>,
}

impl Run {
    fn new(bits: u32) -> Self {
        Self {
            order: FrameOrder::new(bits),
            out: Vec::new(),
        }
    }

    fn push(&mut self, number: u64, at_ns: i64, fingerprint: u64) {
        let out = &mut self.out;
        let arrival = Arrival {
            number,
            heard: HostNs(at_ns),
            fingerprint,
        };
        let mut frame = fingerprint;
        let give = |f: &mut u64, o: Ordered| out.push((o.epoch.0, o.number.0, *f));
        self.order.push(arrival, &mut frame, give);
    }

    fn end(mut self) -> Vec<(u32, u64, u64)> {
        let out = &mut self.out;
        let give = |f: &mut u64, o: Ordered| out.push((o.epoch.0, o.number.0, *f));
        self.order.release_due(HostNs(i64::MAX), give);
        self.out
    }

    fn numbers(self) -> Vec<u64> {
        self.end()
            .into_iter()
            .map(|(_, number, _)| number)
            .collect()
    }
}

/// Arrivals in the order of their times; equal times keep the order given.
fn by_time(mut arrivals: Vec<(i64, u64)>) -> Vec<(i64, u64)> {
    arrivals.sort_by_key(|(at, _)| *at);
    arrivals
}

proptest! {
    /// Row 4: frames that are up to three late come out sorted, and none twice.
    #[test]
    fn row_04_reordered_by_up_to_three_frames_is_sorted(
        held in proptest::collection::vec(prop_oneof![9 => Just(0i64), 1 => 1..=3i64], 400),
        jitter in proptest::collection::vec(0..200_000i64, 400),
        first in any::<u32>(),
    ) {
        let arrivals = held.iter().zip(&jitter).enumerate().map(|(i, (held, jitter))| {
            // The first frame is on time: what came before it, nobody could know.
            let held = if i == 0 { 0 } else { *held };
            // A frame that is held comes just after the one that overtakes it last.
            ((i as i64 + held) * PERIOD + jitter + if held > 0 { 250_000 } else { 0 }, i as u64)
        });
        let mut run = Run::new(32);
        for (at, i) in by_time(arrivals.collect()) {
            let number = u64::from(first.wrapping_add(i as u32));
            run.push(number, at, i);
        }
        prop_assert_eq!(run.order.counts().gate.late, 0);
        let out = run.end();
        let sent: Vec<u64> = out.iter().map(|(.., i)| *i).collect();
        prop_assert_eq!(sent, (0..400).collect::<Vec<_>>());
        prop_assert!(out.windows(2).all(|w| w[0].1 + 1 == w[1].1), "numbers step by one over a wrap");
    }

    /// Row 5: every frame once, twice or three times: the same comes out, bit for bit.
    #[test]
    fn row_05_copies_change_nothing(
        frames in proptest::collection::vec((any::<bool>(), 1..=3usize, 0..3 * PERIOD), 1..300),
    ) {
        let (mut clean, mut copied) = (Vec::new(), Vec::new());
        for (i, (lost, copies, spread)) in frames.iter().enumerate() {
            let at = i as i64 * PERIOD;
            if *lost && i % 7 == 3 {
                continue;
            }
            clean.push((at, i as u64));
            copied.extend((0..*copies as i64).map(|k| (at + k * spread / 3, i as u64)));
        }
        let run = |arrivals| {
            let mut run = Run::new(32);
            for (at, i) in by_time(arrivals) {
                run.push(i, at, i * 31);
            }
            run.end()
        };
        prop_assert_eq!(run(clean), run(copied));
    }

    /// Row 6: of two paths, one is cut, or each loses a third: nothing is lost that either brought.
    #[test]
    fn row_06_what_one_of_two_paths_brings_is_not_lost(
        lost in proptest::collection::vec((0..100u32, 0..100u32), 600),
        cut in any::<bool>(),
        skew in 0..10_000_000i64,
    ) {
        let mut arrivals = Vec::new();
        let mut brought = Vec::new();
        for (i, (a, b)) in lost.iter().enumerate() {
            let (a, b) = (*a >= 30 || i == 0, *b >= 30 && !cut);
            let at = i as i64 * PERIOD;
            if a {
                arrivals.push((at, i as u64));
            }
            if b {
                arrivals.push((at + skew, i as u64));
            }
            if a || b {
                brought.push(i as u64);
            }
        }
        let mut run = Run::new(32);
        for (at, i) in by_time(arrivals) {
            run.push(i, at, i);
        }
        // A path that is later than a frame's time may bring what was given up when both lost frames: that is counted.
        let late = run.order.counts().gate.late;
        let out = run.numbers();
        prop_assert!(out.windows(2).all(|w| w[0] < w[1]));
        if skew < PERIOD || cut {
            prop_assert_eq!(late, 0);
            prop_assert_eq!(out, brought);
        } else {
            prop_assert!(out.len() + late as usize >= brought.len());
        }
    }

    /// Row 45, in part: whatever comes, numbers only grow within an epoch, and epochs only grow.
    #[test]
    fn whatever_comes_numbers_only_grow_within_an_epoch(
        arrivals in proptest::collection::vec((any::<u16>(), 0..40_000_000i64, any::<bool>()), 1..400),
        bits in 8..=64u32,
    ) {
        let (mut run, mut at) = (Run::new(bits), 0);
        for (number, step, near) in arrivals {
            at += step;
            let number = if near { at as u64 / PERIOD as u64 } else { u64::from(number) };
            run.push(number, at, number ^ at as u64);
        }
        let out = run.end();
        prop_assert!(out.windows(2).all(|w| (w[0].0, w[0].1) < (w[1].0, w[1].1)), "{out:?}");
    }
}

#[test]
fn a_frame_that_never_comes_holds_the_others_no_longer_than_the_window() {
    let mut run = Run::new(32);
    run.push(10, 0, 0);
    run.push(12, 2 * PERIOD, 0);
    assert_eq!(run.out.len(), 1);
    let due = run.order.due().unwrap();
    assert_eq!(due, HostNs(2 * PERIOD) + Nanos::from_micros(12_500));
    run.push(13, 3 * PERIOD, 0);
    run.push(14, 4 * PERIOD, 0);
    assert_eq!(run.out.len(), 1, "three wait");
    run.push(15, 5 * PERIOD, 0);
    assert_eq!(run.out.len(), 5, "a fourth does not");
    run.push(11, 5 * PERIOD + 1, 0);
    assert_eq!(run.order.counts().gate.late, 1);
    assert_eq!(run.numbers(), [10, 12, 13, 14, 15]);
}

/// Row 6: both paths lose 30 %, and one is a frame and a half later: what is lost is little more than what both lost.
#[test]
fn row_06_two_lossy_paths_lose_the_product_of_their_losses() {
    let mut state = 7u64;
    let mut chance = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % 100
    };
    let mut arrivals = Vec::new();
    for i in 0..100_000u64 {
        for delay in [0, PERIOD * 3 / 2] {
            if chance() >= 30 {
                arrivals.push((i as i64 * PERIOD + delay, i));
            }
        }
    }
    let mut run = Run::new(32);
    for (at, i) in by_time(arrivals) {
        run.push(i, at, i);
    }
    let lost = 1.0 - run.end().len() as f64 / 100_000.0;
    assert!(lost <= 0.09 * 1.1, "{lost}");
    println!(
        "PROMISE 6: {:.2} % lost of two paths that lose 30 % each",
        lost * 100.0
    );
}

/// Row 8: the source begins to count anew after 300 ms.
#[test]
fn row_08_a_restart_begins_an_epoch_with_its_first_frame() {
    let mut run = Run::new(32);
    for i in 0..100 {
        run.push(5000 + i, i as i64 * PERIOD, i);
    }
    let again = 100 * PERIOD + 300_000_000;
    for i in 0..10 {
        run.push(i, again + i as i64 * PERIOD, 7000 + i);
    }
    let out = run.end();
    assert_eq!(out.len(), 110);
    assert_eq!((out[99].0, out[100]), (0, (1, 0, 7000)));
    assert!(out[100..].iter().all(|(epoch, ..)| *epoch == 1));
}

/// Row 9: the counter wraps, jumps or sticks; never are more than two frames lost for it.
#[test]
fn row_09_a_counter_that_wraps_jumps_or_sticks_stalls_two_frames_at_most() {
    let wire = |i: u64| -> u64 {
        match i {
            0..100 => 65_500 + i,
            100..200 => 1_065_500 + i,
            200..300 => 2_000_000,
            _ => 10 + i,
        }
    };
    let mut run = Run::new(32);
    for i in 0..400 {
        run.push(wire(i) & 0xffff_ffff, i as i64 * PERIOD, i);
    }
    assert_eq!(run.order.counts().stuck, 1);
    let out = run.end();
    let shown: Vec<u64> = out.iter().map(|(.., i)| *i).collect();
    assert!(
        shown.windows(2).all(|w| w[0] < w[1] && w[1] - w[0] <= 3),
        "{shown:?}"
    );
    let mut wrapping = Run::new(16);
    for i in 0..200u64 {
        wrapping.push((65_400 + i) & 0xffff, i as i64 * PERIOD, i);
    }
    let out = wrapping.end();
    assert_eq!(out.len(), 200);
    assert!(out.windows(2).all(|w| w[0].1 + 1 == w[1].1 && w[1].0 == 0));
}

/// A stuck counter's copies are still copies, and a counter that never moves is no endless restart.
#[test]
fn a_stuck_counter_goes_by_arrival_and_copies_are_dropped() {
    let mut run = Run::new(32);
    for i in 0..50u64 {
        run.push(7, i as i64 * PERIOD, i);
        run.push(7, i as i64 * PERIOD + 1000, i);
    }
    let out = run.end();
    assert_eq!(out.len(), 49);
    assert_eq!(out[1..].iter().map(|o| o.0).max(), Some(1));
    assert_eq!(out[1].1, FrameNumber(0).0);
    assert_eq!(Epoch(out[1].0), Epoch(1));
}

/// A counter that stands for one frame has one frame less in it: numbers go on telling the time. What two paths make of the
/// same frame is no such thing, however different it is.
/// A tape that is read faster than it was written: what is read later was heard earlier.
#[test]
fn frames_that_were_heard_ever_earlier_go_by_their_numbers() {
    let mut run = Run::new(32);
    for number in 0..500u64 {
        run.push(number, 1_000 * PERIOD - number as i64 * PERIOD, number + 1);
    }
    assert_eq!(run.numbers(), (0..500).collect::<Vec<_>>());
}

proptest! {
    /// Whatever a source counts and a clock says, nothing overflows.
    #[test]
    fn any_numbers_at_any_times_are_survived(
        arrivals in prop::collection::vec((0u64..6, any::<i64>(), 0u64..3), 1..300),
        steps in any::<bool>(),
    ) {
        let mut run = Run::new(16);
        for (i, (number, at, fingerprint)) in arrivals.into_iter().enumerate() {
            let number = if steps { i as u64 } else { number };
            run.push(number, at, fingerprint);
        }
        run.end();
    }
}

#[test]
fn a_frame_that_was_not_counted_is_counted_here() {
    let mut run = Run::new(32);
    for i in 0..60u64 {
        let number = if i < 30 { i } else { i - 1 };
        run.push(number, i as i64 * PERIOD, i);
    }
    let out = run.end();
    assert!(
        out.iter()
            .all(|(epoch, number, i)| *epoch == 0 && number == i),
        "{out:?}"
    );
    assert_eq!(out.len(), 59, "one came under a number that was given");
    let mut run = Run::new(32);
    for i in 0..60u64 {
        run.push(i, i as i64 * PERIOD, i);
        run.push(i, i as i64 * PERIOD + 400_000, 1000 + i);
    }
    let out = run.end();
    assert!(
        out.iter()
            .all(|(epoch, number, i)| *epoch == 0 && number == i),
        "{out:?}"
    );
    assert_eq!(out.len(), 60);
}

/// What comes out of a window of its own, for numbers at times in milliseconds.
fn through_window(frames: usize, time_ms: i64, arrivals: &[(u64, i64)]) -> Vec<u64> {
    let window = ReorderWindow {
        frames,
        time: Nanos::from_millis(time_ms),
    };
    let mut run = Run {
        order: FrameOrder::with_window(32, window),
        out: Vec::new(),
    };
    for (number, at_ms) in arrivals {
        run.push(*number, at_ms * 1_000_000, *number);
    }
    run.numbers()
}

#[test]
fn a_source_s_own_window_is_kept() {
    // Frame 2 comes after five others: a window of five waits for it, the usual one of three has given it up.
    let late = [
        (1, 0),
        (3, 1),
        (4, 2),
        (5, 3),
        (6, 4),
        (7, 5),
        (2, 6),
        (8, 7),
    ];
    assert_eq!(through_window(5, 100, &late), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(through_window(3, 100, &late), [1, 3, 4, 5, 6, 7, 8]);
    // No window: what overtakes is given at once, and what was overtaken is late.
    assert_eq!(
        through_window(0, 100, &[(1, 0), (3, 1), (2, 2), (4, 3)]),
        [1, 3, 4]
    );
    // The time ends the wait as well.
    assert_eq!(through_window(5, 3, &late), [1, 3, 4, 5, 6, 7, 8]);
    // More places than there are is no panic.
    assert_eq!(through_window(99, 100, &late), [1, 2, 3, 4, 5, 6, 7, 8]);
}
