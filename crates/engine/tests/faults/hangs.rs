//! Row 21: the thread that solves hangs. Real threads, since it is about them.

use crate::live::{BROWS_AT_REST, start, wait_for};
use cyc_engine::run::{HeartReading, Pulse};
use cyc_model::{FaceShape, PerformerIdx, Quality, StageFrame};
use std::time::{Duration, Instant};

/// Ann is measured.
fn is_live(frame: &StageFrame) -> Option<u64> {
    let quality = frame.performers.first()?.quality;
    quality.is_measured().then_some(frame.number)
}

fn solver(hearts: &[HeartReading]) -> &HeartReading {
    hearts.iter().find(|h| h.name == "solve").unwrap()
}

/// Row 21: nobody notices but by the pause; the one who hung is not heard of again, even when it wakes up.
#[test]
fn row_21_a_solve_thread_that_hangs_is_succeeded_by_another() {
    let (mut engine, mut shown) = start(None);
    wait_for(&mut shown, "Ann is not seen", is_live);
    assert_eq!(solver(&engine.hearts()).succeeded, 0);
    let (mut longest, mut number) = (Duration::ZERO, 0);
    for round in 1..=3u64 {
        engine.rehearse_hang();
        let (began, mut newest) = (Instant::now(), Instant::now());
        let mut is_back = false;
        while !is_back {
            if let Some((true, frame)) = shown.latest_and_is_new() {
                assert!(frame.number > number, "numbers go on");
                number = frame.number;
                longest = longest.max(newest.elapsed());
                newest = Instant::now();
                let quality = frame.performers[0].quality;
                assert_ne!(quality, Quality::Absent, "held from what was shown last");
                assert!(frame.cameras[0].quality.is_present());
                let succeeded = solver(&engine.hearts()).succeeded;
                is_back = succeeded >= round && quality.is_measured();
            }
            assert!(began.elapsed() < Duration::from_secs(20), "still hung");
        }
    }
    // The hung ones wake up: they may not publish anything, nor take anything from the queues.
    engine.end_rehearsed_hang();
    let mut numbers = Vec::new();
    let until = Instant::now() + Duration::from_millis(500);
    while Instant::now() < until {
        if let Some((true, frame)) = shown.latest_and_is_new() {
            numbers.push(frame.number);
        }
    }
    assert!(numbers.len() > 20, "{}", numbers.len());
    assert!(
        numbers.windows(2).all(|pair| pair[1] > pair[0]),
        "{numbers:?}"
    );
    let heart = solver(&engine.hearts()).clone();
    assert_eq!(heart.pulse, Pulse::Alive);
    assert!(heart.hung >= 3 && heart.late >= 3, "{heart:?}");
    // The successor answers as the first one did.
    assert!(
        engine
            .marker_memory(PerformerIdx(0))
            .is_some_and(|frames| frames.len() > 3)
    );
    let (_, report) = engine.stop();
    assert!(
        report
            .hung
            .iter()
            .any(|(name, times)| name == "solve" && *times >= 3)
    );
    println!(
        "PROMISE 21: in three hangs held for {} ms at most, test build",
        longest.as_millis()
    );
}

/// What her face rests at is known to whoever succeeds the thread that was told.
#[test]
fn a_face_at_rest_is_not_lost_with_the_solver_that_was_told() {
    let (mut engine, mut shown) = start(None);
    let brows = |frame: &StageFrame| Some(frame.faces.first()?.get(FaceShape::BrowInnerUp));
    wait_for(&mut shown, "her brows are not up", |frame| {
        (brows(frame)? == BROWS_AT_REST).then_some(())
    });
    let rest = engine.rest_face(PerformerIdx(0)).expect("an answer");
    assert_eq!(rest.get(FaceShape::BrowInnerUp), BROWS_AT_REST);
    wait_for(&mut shown, "her brows do not rest", |frame| {
        (brows(frame)? == 0.0).then_some(())
    });
    engine.rehearse_hang();
    let mut measured = 0;
    wait_for(&mut shown, "nobody succeeds", |frame| {
        assert_eq!(brows(frame), Some(0.0), "her brows go up");
        let is_succeeded = solver(&engine.hearts()).succeeded > 0;
        measured += u32::from(is_succeeded && is_live(frame).is_some());
        (measured > 10).then_some(())
    });
    engine.end_rehearsed_hang();
    engine.stop();
}

/// What hangs more often than anybody can have wished is left alone, and told.
#[test]
fn a_solver_that_always_hangs_is_given_up() {
    let (engine, mut shown) = start(None);
    wait_for(&mut shown, "Ann is not seen", is_live);
    let until = Instant::now() + Duration::from_secs(60);
    while solver(&engine.hearts()).pulse != Pulse::Hung || solver(&engine.hearts()).succeeded < 8 {
        engine.rehearse_hang();
        assert!(Instant::now() < until, "{:?}", engine.hearts());
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(300));
    let heart = solver(&engine.hearts()).clone();
    assert_eq!((heart.pulse, heart.succeeded), (Pulse::Hung, 8));
    // It ends all the same.
    engine.end_rehearsed_hang();
    engine.stop();
}
