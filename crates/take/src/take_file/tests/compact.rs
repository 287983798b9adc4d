//! Compact takes: what comes back is what went in, frame by frame, within the error; damage is refused with its reason.

use super::super::{LeftOut, PackedTake, TakeItem, clip_of, pack_clip, pack_take};
use super::*;
use crate::bvh;
use cyc_compact::{CompactError, PackOptions};

const ERROR_M: f64 = 1e-4;

/// A take of two sources and a stage, whose roster changes half way, in memory.
fn take() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.take.mcap");
    let mut writer = TakeWriter::create(&path, &config()).unwrap();
    let (first, second) = (roster(&["LASI", "RASI"]), roster(&["LASI", "RASI", "SACR"]));
    for i in 0..40 {
        let roster = if i < 25 { &first } else { &second };
        writer.write_mocap(&mocap(roster, 0, i)).unwrap();
        let mut other = mocap(&first, 1, i);
        if i.is_multiple_of(4) {
            other.timecode = None;
            other.segments[1] = None;
            other.unlabelled.clear();
        }
        writer.write_mocap(&other).unwrap();
        if i.is_multiple_of(3) {
            writer.write_stage(&stage(i)).unwrap();
        }
    }
    writer.finish().unwrap();
    std::fs::read(path).unwrap()
}

fn packed(bytes: &[u8]) -> PackedTake {
    let mut reader = TakeReader::from_reader(bytes).unwrap();
    let options = PackOptions {
        error_m: ERROR_M,
        tune: false,
    };
    pack_take(&mut reader, &[], options).unwrap()
}

enum Any {
    Mocap(MocapFrame),
    Stage(StageFrame),
}

fn all(bytes: &[u8]) -> (Vec<Any>, TakeConfig) {
    let mut reader = TakeReader::from_reader(bytes).unwrap();
    let mut frames = Vec::new();
    while let Some(item) = reader.next_item().unwrap() {
        match item {
            TakeItem::Mocap(frame) => {
                let mut kept = MocapFrame::default();
                kept.copy_from(frame);
                frames.push(Any::Mocap(kept));
            }
            TakeItem::Stage(frame) => {
                let mut kept = StageFrame::default();
                kept.copy_from(frame);
                frames.push(Any::Stage(kept));
            }
            _ => panic!("nothing else is in a compact take"),
        }
    }
    assert!(reader.is_finished());
    (frames, reader.config().clone())
}

fn near<A: Space, B: Space>(a: Xf<A, B>, b: Xf<A, B>) -> bool {
    let moved = a.translation().distance_m(b.translation());
    moved + 0.03 * a.angle_to(b) <= ERROR_M + 1e-7
}

/// Times are kept to a microsecond.
fn soon(a: HostNs, b: HostNs) -> bool {
    (a.0 - b.0).abs() <= 1_000
}

fn same_mocap(a: &MocapFrame, b: &MocapFrame) {
    assert_eq!((a.source, a.epoch, a.number), (b.source, b.epoch, b.number));
    assert_eq!(
        (a.rate_hz, a.timecode, &*a.roster),
        (b.rate_hz, b.timecode, &*b.roster)
    );
    assert!(soon(a.heard, b.heard));
    assert_eq!(a.taken.is_some(), b.taken.is_some());
    assert!(a.taken.zip(b.taken).is_none_or(|(a, b)| soon(a, b)));
    for (a, b) in a.segments.iter().zip(&b.segments) {
        assert_eq!(a.is_some(), b.is_some());
        assert!(a.zip(*b).is_none_or(|(a, b)| near(a, b)));
    }
    for (a, b) in a.markers.iter().zip(&b.markers) {
        assert_eq!(a.is_some(), b.is_some());
        assert!(a.zip(*b).is_none_or(|(a, b)| a.distance_m(b) <= ERROR_M));
    }
    assert_eq!(a.unlabelled.len(), b.unlabelled.len());
    for (a, b) in a.unlabelled.iter().zip(&b.unlabelled) {
        assert_eq!(a.trajectory, b.trajectory);
        assert!(a.at.distance_m(b.at) <= ERROR_M);
    }
}

fn same_stage(a: &StageFrame, b: &StageFrame) {
    assert_eq!((a.number, a.timecode), (b.number, b.timecode));
    assert!(soon(a.due, b.due));
    for (a, b) in [(&a.cameras, &b.cameras), (&a.props, &b.props)] {
        assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(b) {
            assert_eq!(a.quality.is_measured(), b.quality.is_measured());
            assert!(near(a.stage_from_body, b.stage_from_body));
        }
    }
    assert_eq!(a.performers.len(), b.performers.len());
    for (p, (a_span, b_span)) in a.performers.iter().zip(&b.performers).enumerate() {
        assert!((a_span.marker_rms_m - b_span.marker_rms_m).abs() < 1e-6);
        assert_eq!(
            (a_span.markers_seen, a_span.markers_all),
            (b_span.markers_seen, b_span.markers_all)
        );
        assert_eq!(
            (a_span.labels, a_span.quality.is_present()),
            (b_span.labels, b_span.quality.is_present())
        );
        let joints = (a.joints_of_performer(p), b.joints_of_performer(p));
        assert_eq!(joints.0.len(), joints.1.len());
        assert!(joints.0.iter().zip(joints.1).all(|(a, b)| near(*a, *b)));
    }
}

#[test]
fn a_compact_take_is_read_as_the_take_it_was_made_of() {
    let whole = take();
    let compact = packed(&whole);
    let (before, after) = (all(&whole), all(&compact.bytes));
    assert_eq!((before.0.len(), after.0.len()), (94, 94));
    assert_eq!(before.1, after.1);
    for pair in before.0.iter().zip(&after.0) {
        match pair {
            (Any::Mocap(a), Any::Mocap(b)) => same_mocap(a, b),
            (Any::Stage(a), Any::Stage(b)) => same_stage(a, b),
            _ => panic!("frames keep their order"),
        }
    }
    assert_eq!((compact.mocap_frames, compact.stage_frames), (80, 14));
    let LeftOut {
        faces,
        lenses,
        humans,
        damaged,
        ..
    } = compact.left_out;
    // Every other capture frame has a face and a lens.
    assert!(
        faces >= 40 && lenses == 40 && damaged == 0,
        "{faces} {lenses} {humans}"
    );
}

#[test]
fn packing_again_changes_nothing_more_than_the_error() {
    let once = packed(&take());
    let twice = packed(&once.bytes);
    assert_eq!(all(&twice.bytes).0.len(), 94);
    assert_eq!(twice.left_out, LeftOut::default());
}

#[test]
fn damage_is_refused_with_its_reason_wherever_it_is() {
    let whole = packed(&take()).bytes;
    let outcome = |bytes: &[u8]| {
        let mut reader = TakeReader::from_reader(bytes)?;
        while reader.next_frame()?.is_some() {}
        Ok::<_, TakeError>(())
    };
    assert!(outcome(&whole).is_ok());
    for at in (0..whole.len()).step_by(7) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x10;
        let refused = outcome(&flipped).unwrap_err();
        let expected = matches!(
            refused,
            TakeError::NotMcap
                | TakeError::Compact(
                    CompactError::Damaged { .. }
                        | CompactError::Version { .. }
                        | CompactError::TooLarge { .. }
                        | CompactError::Truncated { .. }
                )
        );
        assert!(expected, "byte {at}: {refused:?}");
        let cut = outcome(&whole[..at]).unwrap_err();
        assert!(
            matches!(
                cut,
                TakeError::NotMcap | TakeError::Compact(CompactError::Truncated { .. })
            ),
            "{at}: {cut:?}"
        );
    }
}

#[test]
fn a_clip_comes_back_with_its_skeleton() {
    let text = "HIERARCHY ROOT Hips { OFFSET 0 90 0 CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
        JOINT Spine { OFFSET 0 20 1.5 CHANNELS 3 Zrotation Xrotation Yrotation End Site { OFFSET 0 30 0 } } }
        MOTION Frames: 3 Frame Time: 0.01
        0 90 0 0 0 0 10 20 30  1 91 0 5 0 0 11 21 31  2 92 0 9 0 0 12 22 170";
    let options = bvh::BvhReadOptions {
        metres_per_unit: Some(0.01),
    };
    let clip = bvh::read(text.as_bytes(), &options).unwrap();
    let bytes = pack_clip(&clip, &config(), PackOptions::default()).unwrap();
    let back = clip_of(&bytes).unwrap().unwrap();
    assert_eq!((back.frame_count(), back.frame_time_s()), (3, 0.01));
    for (a, b) in back
        .skeleton()
        .joints()
        .iter()
        .zip(clip.skeleton().joints())
    {
        assert_eq!((&a.name, a.parent), (&b.name, b.parent));
        assert!(near(a.parent_from_joint, b.parent_from_joint));
    }
    assert_eq!(back.end_sites().len(), 1);
    for f in 0..3 {
        assert!(
            back.locals(f)
                .iter()
                .zip(clip.locals(f))
                .all(|(a, b)| near(*a, *b))
        );
    }
    // As a take it has no frames of a stage; a take is no clip.
    assert!(all(&bytes).0.is_empty());
    assert!(clip_of(&packed(&take()).bytes).unwrap().is_none());
}
