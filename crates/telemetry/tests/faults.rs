//! The fault ring with one thread and with several.
#![cfg(not(loom))]

use cyc_telemetry::{Fault, FaultCursor, FaultRing};
use std::sync::atomic::{AtomicBool, Ordering};

fn fault(number: i64) -> Fault {
    Fault {
        code: (number % 1_000) as u16,
        at_ns: -number,
        value: number,
    }
}

#[test]
fn each_reader_gets_each_fault_once() {
    let ring = FaultRing::new(8);
    let (mut early, mut late) = (FaultCursor::default(), FaultCursor::default());
    for number in 0..20 {
        ring.push(fault(number));
        let mut seen = Vec::new();
        assert_eq!(ring.drain(&mut early, |f| seen.push(f)), 1);
        assert_eq!(seen, [fault(number)]);
    }
    let mut seen = Vec::new();
    ring.drain(&mut late, |f| seen.push(f));
    assert_eq!(seen, (12..20).map(fault).collect::<Vec<_>>());
    assert_eq!(
        (early.overwritten(), late.overwritten(), ring.pushed()),
        (0, 12, 20)
    );
    assert_eq!(ring.drain(&mut late, |_| ()), 0);
}

#[test]
fn writers_race_and_nothing_is_torn() {
    const EACH: i64 = 50_000;
    let ring = FaultRing::new(64);
    let done = AtomicBool::new(false);
    let (mut cursor, mut read) = (FaultCursor::default(), 0);
    std::thread::scope(|scope| {
        let (ring, done) = (&ring, &done);
        let writers: Vec<_> = (0..3)
            .map(|writer| {
                let push = move || (0..EACH).for_each(|i| ring.push(fault(writer * EACH + i)));
                scope.spawn(push)
            })
            .collect();
        scope.spawn(move || {
            writers
                .into_iter()
                .for_each(|writer| writer.join().expect("a writer"));
            done.store(true, Ordering::Release);
        });
        let mut last = [-1; 3];
        while !done.load(Ordering::Acquire) {
            read += ring.drain(&mut cursor, |f| {
                assert_eq!(f, fault(f.value), "torn");
                let writer = (f.value / EACH) as usize;
                assert!(f.value > last[writer], "out of order");
                last[writer] = f.value;
            });
        }
    });
    read += ring.drain(&mut cursor, |f| assert_eq!(f, fault(f.value)));
    let unaccounted = ring.pushed() - read as u64 - cursor.overwritten();
    assert!(unaccounted <= 64, "{unaccounted} unaccounted for");
    assert_eq!(ring.pushed(), 3 * EACH as u64);
}
