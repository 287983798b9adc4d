//! The fault ring's interleavings, explored by loom: no torn fault, none out of order, none unaccounted for.
//!
//! ```text
//! RUSTFLAGS="--cfg loom" cargo test -p cyc-telemetry --release --test loom
//! ```
#![cfg(loom)]

use cyc_telemetry::{Fault, FaultCursor, FaultRing};
use loom::sync::Arc;
use loom::thread;

fn fault(number: i64) -> Fault {
    Fault {
        code: number as u16,
        at_ns: number,
        value: number,
    }
}

fn check(seen: &mut Vec<i64>, fault: Fault) {
    let Fault { code, at_ns, value } = fault;
    assert_eq!((i64::from(code), at_ns), (value, value), "a torn fault");
    seen.push(value);
}

fn explore(pushes: [i64; 2]) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(move || {
        let ring = Arc::new(FaultRing::new(2));
        let writers: Vec<_> = pushes
            .into_iter()
            .enumerate()
            .map(|(writer, n)| {
                let ring = ring.clone();
                thread::spawn(move || {
                    (0..n).for_each(|i| ring.push(fault(100 * writer as i64 + i)));
                })
            })
            .collect();
        let (mut cursor, mut seen) = (FaultCursor::default(), Vec::new());
        ring.drain(&mut cursor, |fault| check(&mut seen, fault));
        writers
            .into_iter()
            .for_each(|writer| writer.join().expect("a writer"));
        for _ in 0..2 {
            ring.drain(&mut cursor, |fault| check(&mut seen, fault));
        }
        for writer in [0, 1] {
            let own = seen.iter().filter(|&&n| n / 100 == writer);
            assert!(own.is_sorted_by(|a, b| a < b), "out of order: {seen:?}");
        }
        let pushed = ring.pushed();
        assert!(seen.len() as u64 + cursor.overwritten() <= pushed);
        // What is not accounted for is an entry whose push collided: the reader waits for half a ring.
        assert!(pushed - seen.len() as u64 - cursor.overwritten() <= ring.collided());
    });
}

#[test]
fn one_writer_goes_round() {
    explore([3, 0]);
}

#[test]
fn two_writers_meet() {
    explore([2, 1]);
}
