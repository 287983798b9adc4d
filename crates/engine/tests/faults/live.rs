//! The same small stage with real threads and the real clock: Ann and a camera, 120 frames a second.

use crate::stage::{RATE_HZ, body, fill, performer, rig, roster, setup};
use cyc_capture::{FrameSink, FrameSource, ReceiveCounters, SourceEvent, StopFlag, now_host};
use cyc_engine::run::{Engine, EngineSetup, RecordSetup, RunSource};
use cyc_model::{CapturedFace, FaceShape, MocapFrame, Rig, Roster, SourceId, StageFrame};
use cyc_queue::LatestReader;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What is captured of Ann's brows while she does nothing.
pub const BROWS_AT_REST: f32 = 0.25;

fn face_at_rest() -> CapturedFace {
    let mut face = CapturedFace::default();
    face.weights.set(FaceShape::BrowInnerUp, BROWS_AT_REST);
    face
}

/// A capture system that sees Ann with her face, a camera and a prop.
struct Dancer {
    rig: Rig,
    roster: Arc<Roster>,
}

impl FrameSource for Dancer {
    fn run(&mut self, sink: &mut dyn FrameSink, stop: &StopFlag) {
        let mut frame = MocapFrame::default();
        let (began, period) = (Instant::now(), Duration::from_nanos((1e9 / RATE_HZ) as u64));
        sink.event(SourceEvent::Live);
        for number in 1.. {
            if stop.is_raised() {
                return;
            }
            fill(&mut frame, &self.rig, &self.roster, number);
            // Her brows rest a little up, as every tracker says.
            assert!(frame.set_face(face_at_rest()));
            frame.heard = now_host();
            sink.frame(&frame);
            let next = began + period * u32::try_from(number).unwrap_or(u32::MAX);
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
        }
    }

    fn counters(&self) -> Arc<ReceiveCounters> {
        Arc::default()
    }
}

/// The running stage, and what it shows.
pub fn start(record: Option<RecordSetup>) -> (Engine, LatestReader<StageFrame>) {
    start_with(record, None)
}

/// The same with a source beside, whose id is 1.
pub fn start_with(
    record: Option<RecordSetup>,
    beside: Option<RunSource>,
) -> (Engine, LatestReader<StageFrame>) {
    let rig = rig();
    let names = roster(vec![performer(&rig), body("Cam", 1), body("Prop", 1)]);
    let core = setup(&rig);
    let dancer = Dancer { rig, roster: names };
    let (engine, mut readers) = Engine::start(EngineSetup {
        record_at_once: true,
        core,
        sources: std::iter::once(RunSource {
            name: "dancer".into(),
            id: SourceId(0),
            source: Box::new(dancer),
        })
        .chain(beside)
        .collect(),
        readers: 1,
        record,
    })
    .unwrap();
    (engine, readers.pop().unwrap())
}

/// Waits for a shown frame that is as wanted; gives it to `look`.
pub fn wait_for<R>(
    shown: &mut LatestReader<StageFrame>,
    what: &str,
    mut look: impl FnMut(&StageFrame) -> Option<R>,
) -> R {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some((true, frame)) = shown.latest_and_is_new()
            && let Some(seen) = look(frame)
        {
            return seen;
        }
        assert!(Instant::now() < until, "{what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}
