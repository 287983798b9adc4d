//! Row 21, the threads around the solver: one that receives or records panics, begins again, and costs only itself.

use cyc_capture::{FrameSink, FrameSource, ReceiveCounters, SourceEvent, StopFlag, now_host};
use cyc_engine::core::{CoreSetup, SourceSetup, SourceTiming};
use cyc_engine::run::{Engine, EngineSetup, HeartReading, RecordReport, RecordSetup, RunSource};
use cyc_model::{FrameNumber, MocapFrame, SourceId, Xf};
use cyc_take::{GapKind, GapReason, TakeConfig, TakeItem, TakeReader};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Frames that a test waits for.
const FRAMES: u64 = 400;

/// Numbers its frames on from life to life, a thousand a second, and panics instead of sending some.
struct Numbering {
    next: u64,
    panics_at: Vec<u64>,
    counters: Arc<ReceiveCounters>,
}

impl Numbering {
    fn new(panics_at: Vec<u64>) -> Box<Self> {
        Box::new(Self {
            next: 0,
            panics_at,
            counters: Arc::default(),
        })
    }
}

impl FrameSource for Numbering {
    fn run(&mut self, sink: &mut dyn FrameSink, stop: &StopFlag) {
        let mut frame = MocapFrame::default();
        sink.event(SourceEvent::Live);
        while !stop.is_raised() {
            frame.number = FrameNumber(self.next);
            frame.heard = now_host();
            self.next += 1;
            let number = frame.number.0;
            assert!(!self.panics_at.contains(&number), "a rehearsed panic");
            sink.frame(&frame);
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn counters(&self) -> Arc<ReceiveCounters> {
        Arc::clone(&self.counters)
    }
}

/// An engine with two such sources, that records from the first frame on.
fn engine(folder: &Path, panics_at: Vec<u64>) -> Engine {
    let source = |id, panics_at| RunSource {
        name: format!("numbering-{id}"),
        id: SourceId(id),
        source: Numbering::new(panics_at),
    };
    let placed = |id| SourceSetup {
        id: SourceId(id),
        stage_from_source: Xf::IDENTITY,
        timing: SourceTiming::default(),
    };
    let setup = EngineSetup {
        record_at_once: true,
        core: CoreSetup {
            sources: vec![placed(0), placed(1)],
            cameras: vec![],
            props: vec![],
            performers: vec![],
            labels: vec![],
        },
        sources: vec![source(0, panics_at), source(1, vec![])],
        readers: 1,
        record: Some(RecordSetup::new(
            folder.join("a.take.mcap"),
            TakeConfig::default(),
        )),
    };
    Engine::start(setup).unwrap().0
}

fn until(what: &str, is: impl Fn() -> bool) {
    let began = Instant::now();
    while !is() {
        assert!(began.elapsed() < Duration::from_secs(60), "not {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn heart(engine: &Engine, name: &str) -> HeartReading {
    let hearts = engine.hearts();
    hearts.into_iter().find(|h| h.name == name).unwrap()
}

/// The numbers of each source's frames in the files, in order, and what their gap records count as missing by a fault.
fn recorded(report: &RecordReport) -> ([Vec<u64>; 2], u64) {
    let files = report.earlier.iter().chain(&report.sealed);
    let (mut numbers, mut missing) = ([vec![], vec![]], 0);
    for file in files {
        let mut reader = TakeReader::open(file).unwrap();
        while let Some(item) = reader.next_item().unwrap() {
            match item {
                TakeItem::Mocap(frame) => {
                    numbers[usize::from(frame.source.0)].push(frame.number.0);
                }
                TakeItem::Gap(gap) if gap.reason == GapReason::Fault => {
                    assert_eq!(gap.what, GapKind::Mocap);
                    missing += gap.count;
                }
                _ => {}
            }
        }
        assert!(reader.is_finished());
    }
    (numbers, missing)
}

/// Moments between which there is room for a life.
fn seeded(seed: u64) -> Vec<u64> {
    // Weyl's sequence: any two seeds differ.
    let moment = |i: u64| i * 120 + (seed * 37 + i * 23) % 60;
    (1..3).map(moment).collect()
}

/// Row 21: a receiver misses the frame that it panicked over; the other source misses none, and neither does the take.
#[test]
fn row_21_a_receiver_that_panics_begins_again_and_the_others_know_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for seed in 1..=3u64 {
        let folder = folder.path().join(seed.to_string());
        std::fs::create_dir(&folder).unwrap();
        let panics_at = seeded(seed);
        let engine = engine(&folder, panics_at.clone());
        let heard = |i: usize| engine.status[i].frames.get();
        until("heard", || heard(0) >= FRAMES && heard(1) >= FRAMES);
        let failing = heart(&engine, "rx-numbering-0");
        assert_eq!(failing.panicked, panics_at.len() as u64);
        assert_eq!(heart(&engine, "rx-numbering-1").panicked, 0);
        assert_eq!(engine.received[0].panics.get(), panics_at.len() as u64);
        let report = engine.stop().0.unwrap();
        let (numbers, _) = recorded(&report);
        let [failing, other] = numbers;
        assert!(other.iter().copied().eq(0..other.len() as u64), "{other:?}");
        let sent = (0..).filter(|n| !panics_at.contains(n)).take(failing.len());
        assert!(
            failing.iter().copied().eq(sent),
            "{panics_at:?}: {failing:?}"
        );
    }
    println!(
        "PROMISE 21: a receiver that panics misses the frame in hand, in 6 of 6 panics; the other source and the take miss none"
    );
}

/// Row 21: a recording that panics seals what it had, goes on in another file, and has every frame but the one in hand.
#[test]
fn row_21_a_recording_that_panics_goes_on_in_another_file() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), vec![]);
    let heard = || {
        engine.status[0]
            .frames
            .get()
            .min(engine.status[1].frames.get())
    };
    for (i, moment) in seeded(7).into_iter().enumerate() {
        until("heard", || heard() >= moment);
        engine.rehearse_recording_panic();
        let times = i as u64 + 1;
        until("noticed", || heart(&engine, "record").panicked == times);
    }
    until("heard", || heard() >= FRAMES);
    assert!(engine.is_recording());
    let all = engine.status.iter().map(|s| s.frames.get()).sum::<u64>();
    let report = engine.stop().0.unwrap();
    assert_eq!(report.failed, None);
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let names: Vec<_> = report.earlier.iter().map(|path| name(path)).collect();
    assert_eq!(names, ["a.take.mcap", "a.2.take.mcap"]);
    assert_eq!(report.sealed.as_deref().map(name).unwrap(), "a.3.take.mcap");
    let (numbers, missing) = recorded(&report);
    // What a panic had in hand may have been a stage frame, or nothing at all; a capture frame is missing in its numbers.
    let mut absent = 0;
    for numbers in &numbers {
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
        absent += numbers.last().unwrap() + 1 - numbers.len() as u64;
    }
    assert_eq!(absent, missing);
    assert!(absent <= 2, "{absent}");
    let found = numbers.iter().map(Vec::len).sum::<usize>() as u64;
    assert_eq!(report.mocap_frames, found);
    assert!(found + missing >= all, "{found} of {all}");
    println!(
        "PROMISE 21: a recording that panicked twice went on in two more files and misses {missing} of {found} capture frames"
    );
}
