//! Random objects of every type, for round trips and for the corpus.

use cyc_wire::vicon_datastream::*;
use proptest::collection::vec;
use proptest::prelude::*;

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        -1e7..1e7f64,
        Just(0.0),
        Just(-0.0),
        Just(f64::INFINITY),
        Just(f64::NAN)
    ]
}

fn small_number() -> impl Strategy<Value = f32> {
    prop_oneof![-1e6..1e6f32, Just(f32::NAN)]
}

fn name() -> impl Strategy<Value = String> {
    "[A-Za-zé中 ]{0,12}"
}

fn matrix() -> impl Strategy<Value = [f64; 9]> {
    prop::array::uniform9(number())
}

fn triple() -> impl Strategy<Value = [f64; 3]> {
    prop::array::uniform3(number())
}

fn segment_row() -> impl Strategy<Value = SegmentRow> {
    (any::<u32>(), triple(), matrix()).prop_map(|(segment_id, t_mm, rows)| SegmentRow {
        segment_id,
        t_mm,
        rows,
    })
}

fn lightweight_row() -> impl Strategy<Value = LightweightRow> {
    let t = || prop::array::uniform3(small_number());
    (any::<u32>(), t(), t()).prop_map(|(segment_id, t_mm, rotvec)| LightweightRow {
        segment_id,
        t_mm,
        rotvec,
    })
}

fn recon() -> impl Strategy<Value = Recon> {
    (number(), triple(), matrix(), any::<u32>()).prop_map(
        |(radius_mm, at_mm, covariance, trajectory)| Recon {
            radius_mm,
            at_mm,
            covariance,
            trajectory,
        },
    )
}

fn labelled() -> impl Strategy<Value = LabelledRecon> {
    (any::<u32>(), any::<u32>(), recon()).prop_map(|(subject_id, marker_id, recon)| LabelledRecon {
        subject_id,
        marker_id,
        recon,
    })
}

fn known_types() -> impl Strategy<Value = TypeSet> {
    vec((0u32..50).prop_map(ObjectType), 0..8).prop_map(|types| TypeSet::of(&types))
}

fn subject_info() -> impl Strategy<Value = Object> {
    let segment = (
        any::<u32>(),
        any::<u32>(),
        prop::array::uniform6(small_number()),
        name(),
    );
    let segment = segment.prop_map(|(parent_id, segment_id, bounds_mm, name)| SegmentEntry {
        parent_id,
        segment_id,
        bounds_mm,
        name,
    });
    let pairs = vec((any::<u32>(), any::<u32>()), 0..4);
    let lists = (vec(segment, 0..5), vec((any::<u32>(), name()), 0..5), pairs);
    (any::<u32>(), name(), lists).prop_map(
        |(subject_id, name, (segments, markers, attachments))| {
            Object::SubjectInfo(SubjectInfo {
                subject_id,
                name,
                segments,
                markers,
                attachments,
            })
        },
    )
}

fn timecode() -> impl Strategy<Value = Object> {
    let head = (any::<[u8; 4]>(), any::<u16>(), any::<u16>());
    (head, any::<u32>(), any::<u32>(), any::<u8>()).prop_map(
        |((label, subframes, subframes_per_frame), standard, user_bits, field_flag)| {
            Object::Timecode(TimecodeObject {
                label,
                subframes,
                subframes_per_frame,
                standard,
                user_bits,
                field_flag,
            })
        },
    )
}

fn figures() -> impl Strategy<Value = Object> {
    prop_oneof![
        (any::<u32>(), number(), number()).prop_map(|(subject_id, marker_error_mm, health)| {
            Object::SubjectHealth(SubjectHealth {
                subject_id,
                marker_error_mm,
                health,
            })
        }),
        (any::<u32>(), number()).prop_map(|(subject_id, quality)| {
            Object::ObjectQuality(ObjectQuality {
                subject_id,
                quality,
            })
        }),
        vec((name(), number()), 0..4).prop_map(|l| Object::LatencyInfo(LatencyInfo(l))),
        vec((name(), number()), 0..4).prop_map(|l| Object::FrameRateInfo(FrameRateInfo(l))),
        any::<i64>().prop_map(|period_ticks| Object::StreamInfo(StreamInfo { period_ticks })),
        any::<i8>().prop_map(|axis| Object::ApplicationInfo(ApplicationInfo { axis })),
        any::<u32>().prop_map(|frame_id| Object::FrameInfo(FrameInfo { frame_id })),
        any::<u32>().prop_map(|frame| Object::HardwareFrameInfo(HardwareFrameInfo { frame })),
    ]
}

fn neutral() -> impl Strategy<Value = Object> {
    let topology = vec((any::<u32>(), triple(), matrix()), 0..4);
    let scale = vec((any::<u32>(), triple()), 0..4);
    prop_oneof![
        (any::<u32>(), topology).prop_map(|(subject_id, segments)| {
            Object::SubjectTopology(SubjectTopology {
                subject_id,
                segments,
            })
        }),
        (any::<u32>(), scale).prop_map(|(subject_id, segments)| {
            Object::SubjectScale(SubjectScale {
                subject_id,
                segments,
            })
        }),
    ]
}

fn requests() -> impl Strategy<Value = Object> {
    let counts = vec((any::<u32>().prop_map(ObjectType), any::<u32>()), 0..6);
    let filter = vec(
        (any::<u32>().prop_map(ObjectType), vec(any::<u32>(), 0..4)),
        0..4,
    );
    prop_oneof![
        any::<u64>().prop_map(|id| Object::Ping(Ping { id })),
        any::<u8>().prop_map(|streaming| Object::RequestFrame(RequestFrame { streaming })),
        any::<u32>().prop_map(|count| Object::RequestNextFrame(RequestNextFrame { count })),
        known_types().prop_map(|t| Object::ObjectEnums(ObjectEnums(t))),
        filter.prop_map(|f| Object::Filter(Filter(f))),
        (counts, known_types())
            .prop_map(|(counts, unchanged)| Object::Contents(Contents { counts, unchanged })),
        vec(any::<u8>(), 0..20).prop_map(|b| Object::Other(ObjectType(424_242), b)),
    ]
}

/// Any object.
pub fn object() -> impl Strategy<Value = Object> {
    let rows = || vec(segment_row(), 0..4);
    prop_oneof![
        subject_info(),
        neutral(),
        figures(),
        timecode(),
        requests(),
        (any::<u32>(), rows()).prop_map(|(id, r)| Object::GlobalSegments(id, r)),
        (any::<u32>(), rows()).prop_map(|(id, r)| Object::LocalSegments(id, r)),
        (any::<u32>(), vec(lightweight_row(), 0..4))
            .prop_map(|(id, r)| Object::LightweightSegments(id, r)),
        vec(labelled(), 0..4).prop_map(Object::LabelledRecons),
        vec(recon(), 0..4).prop_map(Object::UnlabelledRecons),
    ]
}
