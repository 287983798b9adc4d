//! Giving frames and colours to outputs allocates nothing once warm, on the thread that gives: the live path.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use cyc_allocation::{CountingAllocator, allocations};
use cyc_emit::limits::QUEUE_FRAMES;
use cyc_emit::{OutputCounters, Outputs, WallColours, WallGrid};
use cyc_model::{MocapFrame, Roster, SegmentInfo, SubjectInfo, Xf};
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

#[test]
fn giving_allocates_nothing_once_warm() {
    let folder = tempfile::tempdir().unwrap();
    let sound = format!("ltc:{}", folder.path().join("a.wav").display());
    let urls = [
        "vmc://",
        "opentrackio://",
        "freed://",
        "adm-osc://",
        "sacn://",
        "artnet://",
        &sound,
    ];
    let urls: Vec<_> = urls.iter().map(|url| url.parse().unwrap()).collect();
    let mut outputs = Outputs::start(&urls).unwrap();
    let bones = (0..20).map(|i| SegmentInfo {
        name: if i == 0 {
            "hips".into()
        } else {
            format!("bone {i}")
        },
        parent: None,
        parent_from_segment: None,
    });
    let subject = SubjectInfo {
        name: "Ann".into(),
        segments: bones.collect(),
        markers: (0..53).map(|i| i.to_string()).collect(),
    };
    let mut frame = MocapFrame::default();
    frame.reset(&Arc::new(Roster::build(vec![subject]).unwrap()));
    frame.segments.fill(Some(Xf::IDENTITY));
    let colours = WallColours {
        walls: vec![WallGrid {
            name: "main".into(),
            size: [8, 4],
            cells: vec![[0.5; 3]; 32],
        }],
    };
    let begin = allocations();
    // Each of a ring's slots is filled once: frame after frame, each of them taken before the next one is given.
    for _ in 0..4 * QUEUE_FRAMES {
        let before: Vec<u64> = outputs.counters().iter().map(|o| taken(&o.1)).collect();
        frame.number.0 += 1;
        outputs.frame(&frame);
        outputs.colours(&colours);
        for ((_, counters), before) in outputs.counters().iter().zip(before) {
            while taken(counters) == before {
                std::thread::yield_now();
            }
        }
    }
    let warm = allocations();
    assert!(warm > begin, "nothing is counted");
    for _ in 0..2000 {
        frame.number.0 += 1;
        outputs.frame(&frame);
        outputs.colours(&colours);
    }
    assert_eq!(allocations() - warm, 0);
}

/// Grows with each frame that an output took out of its ring.
fn taken(counters: &OutputCounters) -> u64 {
    counters.sent.get() + counters.refused.get() + counters.frames_without.get()
}
