//! Rows 10 and 11: clocks that step and drift, and timecode at its edges.

use crate::stage::{at, body, core, fill, numbers, rig, roster, show};
use cyc_engine::core::Event;
use cyc_model::{HostNs, MocapFrame, Nanos, Timecode, TimecodeRate};
use cyc_timing::{ClockFit, ClockNews};

/// A seeded chance, 0 to 1.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Row 10: labels go over midnight and over a dropped minute, and what is shown does not change by it.
#[test]
fn row_10_timecode_at_its_edges_moves_nothing_and_is_right_with_the_next_frame() {
    let rate = |text: &str| {
        let found = TimecodeRate::ALL.into_iter();
        found
            .clone()
            .find(|r| format!("{r:?}").contains(text))
            .unwrap()
    };
    let dropping = TimecodeRate::ALL
        .into_iter()
        .find(|r| r.dropped_per_minute() == 2)
        .unwrap();
    // Literals of SMPTE ST 12-1: the label, and the one after it.
    let edges = [
        (dropping, (0, 0, 59, 29), (0, 1, 0, 2)),
        (dropping, (0, 9, 59, 29), (0, 10, 0, 0)),
        (dropping, (23, 59, 59, 29), (0, 0, 0, 0)),
        (rate("25"), (23, 59, 59, 24), (0, 0, 0, 0)),
    ];
    let rig = rig();
    let names = roster(vec![body("Cam", 1), body("Prop", 1)]);
    for (rate, before, after) in edges {
        let (mut with, mut without) = (core(&rig), core(&rig));
        let label = |(h, m, s, f)| Timecode::new(rate, h, m, s, f).unwrap();
        let first = label(before);
        let mut frame = MocapFrame::default();
        for (number, expected) in [(1, before), (2, after)] {
            fill(&mut frame, &rig, &names, number);
            let plain = show(&mut without, at(number), Event::Frame(&frame));
            let count = first.frame_of_day() + number as i64 - 1;
            frame.timecode = Some(Timecode::from_frame_of_day(rate, count));
            let shown = show(&mut with, at(number), Event::Frame(&frame));
            assert_eq!(shown.timecode, Some(label(expected)), "{before:?}");
            assert_eq!(numbers(&shown), numbers(&plain));
        }
    }
    println!("PROMISE 10: 0 effect on output; the next frame's label is right at 4 edges");
}

/// Row 10: the source's own clock is set by an hour either way: a new fit with the third frame that agrees, right at once.
#[test]
fn row_10_a_clock_that_is_set_by_an_hour_is_followed() {
    for hours in [-1i64, 1] {
        let mut fit = ClockFit::default();
        let mut doubtful = 0;
        for i in 0..2400i64 {
            let host = HostNs(1_000_000_000_000 + i * 4_166_667);
            let step = if i >= 1200 {
                hours * 3_600_000_000_000
            } else {
                0
            };
            let taken = Nanos(5_000_000_000 + i * 4_166_667 + step);
            match fit.observe(taken, host) {
                ClockNews::Doubtful => doubtful += 1,
                ClockNews::Steady | ClockNews::Stepped => {
                    let error = (fit.host_from_source(taken).unwrap() - host).0.abs();
                    assert!(error < 100_000, "{hours} h, frame {i}: {error} ns");
                }
            }
        }
        assert_eq!(fit.steps(), 1);
        // A clock set back is certain at once; one set forward looks like delay for 200 ms.
        assert!(doubtful <= 50, "{doubtful}");
    }
}

/// Row 11: a source that drifts by 200 ppm either way, heard with up to 5 ms of delay.
#[test]
fn row_11_drift_is_followed_within_half_a_millisecond() {
    let mut worst = 0.0f64;
    for (seed, ppm) in (1..=20).flat_map(|seed| [(seed, -200.0), (seed, 200.0)]) {
        let (mut fit, mut dice) = (ClockFit::default(), Dice(seed * 7919));
        let mut at_ten_s = Vec::new();
        for i in 0..(20.0 * 240.0) as i64 {
            let real_s = i as f64 / 240.0;
            let taken = Nanos((real_s * (1.0 + ppm * 1e-6) * 1e9) as i64);
            let delay_ms = 5.0 * dice.roll().powi(3);
            let heard = HostNs((real_s * 1e9 + delay_ms * 1e6) as i64);
            fit.observe(taken, heard);
            if real_s >= 10.0 {
                let host = fit.host_from_source(taken).unwrap();
                at_ten_s.push((host.0 as f64 - real_s * 1e9).abs() / 1e6);
            }
        }
        worst = at_ten_s.into_iter().fold(worst, f64::max);
    }
    assert!(worst <= 0.5, "{worst} ms");
    println!("PROMISE 11: alignment within {worst:.2} ms from 10 s on, 40 runs");
}

/// Row 11: a source that is held to a master by PTP, as the host is, loses it: from then on its crystal runs by 200 ppm too
/// fast or too slow, and what is known of it goes on to be right.
#[test]
fn row_11_a_lost_master_is_followed_from_the_moment_of_the_loss() {
    let mut worst = 0.0f64;
    let lost_s = 20.0;
    for (seed, ppm) in (1..=20).flat_map(|seed| [(seed, -200.0), (seed, 200.0)]) {
        let (mut fit, mut dice) = (ClockFit::default(), Dice(seed * 6271));
        for i in 0..(60.0 * 240.0) as i64 {
            let real_s = i as f64 / 240.0;
            let alone_s = (real_s - lost_s).max(0.0);
            let taken = Nanos(((real_s + alone_s * ppm * 1e-6) * 1e9) as i64);
            let delay_ms = 5.0 * dice.roll().powi(3);
            let heard = HostNs((real_s * 1e9 + delay_ms * 1e6) as i64);
            assert_eq!(
                fit.observe(taken, heard),
                ClockNews::Steady,
                "no step is seen"
            );
            if real_s >= 10.0 {
                let host = fit.host_from_source(taken).unwrap();
                worst = worst.max((host.0 as f64 - real_s * 1e9).abs() / 1e6);
            }
        }
    }
    assert!(worst <= 0.5, "{worst} ms");
    println!(
        "PROMISE 11: a source that loses its master and drifts from then on stays aligned within {worst:.2} ms, 40 runs"
    );
}
