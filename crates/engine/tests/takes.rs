//! Takes that begin and end while the stage runs: each has every frame of its time, none has another's.

use cyc_capture::{FrameSink, FrameSource, ReceiveCounters, SourceEvent, StopFlag, now_host};
use cyc_engine::core::{CoreSetup, SourceSetup, SourceTiming};
use cyc_engine::run::{Engine, EngineSetup, RecordReport, RecordSetup, RunSource};
use cyc_model::{FrameNumber, MocapFrame, SourceId, Xf};
use cyc_take::{TakeConfig, TakeFrame, TakeReader};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Numbers from zero, a thousand a second.
struct Counting;

impl FrameSource for Counting {
    fn run(&mut self, sink: &mut dyn FrameSink, stop: &StopFlag) {
        let mut frame = MocapFrame::default();
        sink.event(SourceEvent::Live);
        for number in 0.. {
            if stop.is_raised() {
                return;
            }
            frame.number = FrameNumber(number);
            frame.heard = now_host();
            sink.frame(&frame);
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn counters(&self) -> Arc<ReceiveCounters> {
        Arc::default()
    }
}

fn engine(record: Option<RecordSetup>) -> Engine {
    let source = |id| RunSource {
        name: format!("counting-{id}"),
        id: SourceId(id),
        source: Box::new(Counting),
    };
    let placed = |id| SourceSetup {
        id: SourceId(id),
        stage_from_source: Xf::IDENTITY,
        timing: SourceTiming::default(),
    };
    let setup = EngineSetup {
        record_at_once: false,
        core: CoreSetup {
            sources: vec![placed(0), placed(1)],
            cameras: vec![],
            props: vec![],
            performers: vec![],
            labels: vec![],
        },
        sources: vec![source(0), source(1)],
        readers: 1,
        record,
    };
    Engine::start(setup).expect("an engine").0
}

fn setup(folder: &Path, name: &str) -> RecordSetup {
    RecordSetup::new(folder.join(name), TakeConfig::default())
}

fn ended(engine: &Engine) -> RecordReport {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(report) = engine.ended_take() {
            return report;
        }
        assert!(Instant::now() < until, "the take was not sealed");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The numbers of each source's frames in a sealed take.
fn numbers(path: &Path) -> [Vec<u64>; 2] {
    let mut reader = TakeReader::open(path).expect("a take");
    let mut numbers = [vec![], vec![]];
    while let Some(frame) = reader.next_frame().expect("a frame") {
        if let TakeFrame::Mocap(frame) = frame {
            numbers[usize::from(frame.source.0)].push(frame.number.0);
        }
    }
    assert!(reader.is_finished());
    numbers
}

#[test]
fn takes_begin_and_end_while_the_stage_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = engine(None);
    let mut last = [0, 0];
    for name in ["one.mcap", "two.mcap", "three.mcap"] {
        std::thread::sleep(Duration::from_millis(50));
        engine
            .begin_take(&setup(folder.path(), name))
            .expect("begun");
        std::thread::sleep(Duration::from_millis(200));
        assert!(engine.end_take());
        let report = ended(&engine);
        assert_eq!((report.failed, report.sealed.is_some()), (None, true));
        let numbers = numbers(&folder.path().join(name));
        let all = numbers[0].len() + numbers[1].len();
        assert_eq!(report.mocap_frames, all as u64);
        for (numbers, last) in numbers.iter().zip(&mut last) {
            assert!(numbers.len() > 20, "{numbers:?}");
            let first = numbers[0];
            assert!(first > *last + 3, "begins at {first}, after {last}");
            let whole: Vec<u64> = (first..first + numbers.len() as u64).collect();
            assert_eq!(*numbers, whole);
            *last = first + numbers.len() as u64 - 1;
        }
    }
    assert_eq!(engine.ended_take(), None);
    assert_eq!(engine.stop().0, None);
}

#[test]
fn a_take_that_begins_while_another_rolls_ends_that_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = engine(Some(setup(folder.path(), "one.mcap")));
    engine.set_recording(true);
    std::thread::sleep(Duration::from_millis(50));
    engine
        .begin_take(&setup(folder.path(), "two.mcap"))
        .expect("begun");
    assert!(ended(&engine).sealed.is_some());
    std::thread::sleep(Duration::from_millis(50));
    let last = engine.stop().0.expect("a report");
    assert!(last.sealed.is_some_and(|path| path.ends_with("two.mcap")));
    for name in ["one.mcap", "two.mcap"] {
        assert!(numbers(&folder.path().join(name))[0].len() > 5, "{name}");
    }
}

#[test]
fn a_take_that_cannot_be_created_is_said_and_the_stage_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = engine(None);
    let nowhere = folder.path().join("a file/take.mcap");
    std::fs::write(folder.path().join("a file"), "x").expect("written");
    let setup = RecordSetup::new(nowhere, TakeConfig::default());
    let error = engine.begin_take(&setup).expect_err("no folder");
    assert!(error.to_string().contains("a file"), "{error}");
    let before = engine.status[0].frames.get();
    std::thread::sleep(Duration::from_millis(50));
    assert!(engine.status[0].frames.get() > before);
}

#[test]
fn a_source_that_is_turned_off_is_heard_and_not_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = engine(None);
    engine.status[1].set_on(false);
    std::thread::sleep(Duration::from_millis(20));
    engine
        .begin_take(&setup(folder.path(), "one.mcap"))
        .expect("begun");
    std::thread::sleep(Duration::from_millis(60));
    engine.end_take();
    ended(&engine);
    let numbers = numbers(&folder.path().join("one.mcap"));
    assert!(numbers[0].len() > 10 && numbers[1].is_empty());
    assert!(engine.status[1].frames.get() > 10);
}
