//! One frame as a packet: the blocks that a client enabled, with a table of contents before them.

use super::error::DecodeError;
use super::object::put;
use super::object_type::{Lifetime, ObjectType, TypeSet};
use super::objects::{Contents, Filter, FrameInfo, FrameRateInfo, LatencyInfo, Ping, WireObject};
use super::packet::{PacketWriter, write_object};
use super::rows::{LabelledRecon, LightweightRow, Recon, Row, SegmentRow, write_table};
use super::server_statics::{ServerStatics, part_id, subject_id};
use super::timecode;
use crate::little_endian::PutLe;
use crate::vicon_axes::{ServerAxes, SourcePose};
use cyc_model::{Body, HostNs, MocapFrame, Nanos, Point, Source, SubjectInfo, Xf};

/// Buffers that are kept from frame to frame.
#[derive(Debug, Default)]
pub(crate) struct FrameEncoder {
    blocks: Vec<u8>,
    contents: Contents,
}

impl FrameEncoder {
    /// Forgets the last frame.
    pub(crate) fn begin(&mut self) {
        self.blocks.clear();
        self.contents.counts.clear();
        self.contents.unchanged = TypeSet::EMPTY;
    }

    fn count(&mut self, object: ObjectType) {
        match self.contents.counts.iter_mut().find(|c| c.0 == object) {
            Some((_, n)) => *n += 1,
            None => self.contents.counts.push((object, 1)),
        }
    }

    fn object<O: WireObject>(&mut self, o: &O) {
        write_object(&mut self.blocks, O::TYPE, |out| o.write(out));
        self.count(O::TYPE);
    }

    /// Frame number, timecode, latency and rate. The frame number always goes: without it there is no frame.
    pub(crate) fn frame_head(
        &mut self,
        frame_id: u32,
        enabled: TypeSet,
        frame: &MocapFrame,
        statics: &ServerStatics,
        now: HostNs,
    ) {
        self.object(&FrameInfo { frame_id });
        if enabled.contains(ObjectType::TIMECODE) {
            self.object(&timecode::to_wire(frame.timecode));
        }
        if enabled.contains(ObjectType::LATENCY_INFO) {
            let spent = frame.taken.map(|taken| (now - taken).max(Nanos::ZERO));
            let sample = spent.map(|s| ("Data Stream".to_owned(), s.secs()));
            self.object(&LatencyInfo(sample.into_iter().collect()));
        }
        if enabled.contains(ObjectType::FRAME_RATE_INFO) {
            let rate = ("Data Stream".to_owned(), statics.rate_hz);
            self.object(&FrameRateInfo(vec![rate]));
        }
    }

    /// The statics of the types that `of_type` picks.
    pub(crate) fn statics(
        &mut self,
        statics: &ServerStatics,
        enabled: TypeSet,
        filter: &Filter,
        of_type: impl Fn(ObjectType) -> bool,
    ) {
        for (object, block) in statics.blocks(enabled, filter) {
            if of_type(object) {
                self.blocks.extend_from_slice(block);
                self.count(object);
            }
        }
    }

    /// Lists the enabled statics that are not in this packet as unchanged.
    pub(crate) fn others_unchanged(&mut self, enabled: TypeSet) {
        for object in enabled.iter() {
            let here = self.contents.counts.iter().any(|c| c.0 == object);
            if object.lifetime() == Lifetime::Static && !here {
                self.contents.unchanged.insert(object);
            }
        }
    }

    /// Segments and markers.
    pub(crate) fn values(
        &mut self,
        enabled: TypeSet,
        filter: &Filter,
        frame: &MocapFrame,
        axes: ServerAxes,
        radius_mm: f64,
    ) {
        for object in [
            ObjectType::LOCAL_SEGMENTS,
            ObjectType::GLOBAL_SEGMENTS,
            ObjectType::LIGHTWEIGHT_SEGMENTS,
        ] {
            if enabled.contains(object) {
                self.segments(object, filter, frame, axes);
            }
        }
        if enabled.contains(ObjectType::LABELLED_RECONS) {
            self.labelled(filter, frame, axes, radius_mm);
        }
        if enabled.contains(ObjectType::UNLABELLED_RECONS) {
            write_object(&mut self.blocks, ObjectType::UNLABELLED_RECONS, |out| {
                let rows = frame.unlabelled.iter();
                write_table(
                    out,
                    rows.map(|m| recon(axes, m.at, radius_mm, m.trajectory)),
                );
            });
            self.count(ObjectType::UNLABELLED_RECONS);
        }
    }

    fn segments(
        &mut self,
        object: ObjectType,
        filter: &Filter,
        frame: &MocapFrame,
        axes: ServerAxes,
    ) {
        for (i, subject) in frame.roster.subjects().iter().enumerate() {
            let id = subject_id(i);
            if !filter.allows(object, id) {
                continue;
            }
            let poses = frame.segments_of(i);
            write_object(&mut self.blocks, object, |out| {
                out.put_u32(id);
                match object {
                    ObjectType::GLOBAL_SEGMENTS => {
                        let seen = poses.iter().enumerate();
                        write_table(
                            out,
                            seen.filter_map(|(k, p)| Some(large_row(axes, k, (*p)?))),
                        );
                    }
                    ObjectType::LOCAL_SEGMENTS => {
                        let locals = locals(subject, poses);
                        write_table(out, locals.map(|(k, local)| large_row(axes, k, local)));
                    }
                    _ => {
                        let locals = locals(subject, poses);
                        write_table(out, locals.map(|(k, local)| small_row(axes, k, local)));
                    }
                }
            });
            self.count(object);
        }
    }

    fn labelled(&mut self, filter: &Filter, frame: &MocapFrame, axes: ServerAxes, radius_mm: f64) {
        let object = ObjectType::LABELLED_RECONS;
        let subjects = frame.roster.subjects();
        let rows = (0..subjects.len())
            .filter(|i| filter.allows(object, subject_id(*i)))
            .flat_map(|i| {
                let first = frame.roster.spans().get(i).map_or(0, |s| s.markers().start);
                let markers = frame.markers_of(i).iter().enumerate();
                markers.filter_map(move |(k, at)| {
                    Some(LabelledRecon {
                        subject_id: subject_id(i),
                        marker_id: part_id(k),
                        recon: recon(axes, (*at)?, radius_mm, part_id(first + k)),
                    })
                })
            });
        write_object(&mut self.blocks, object, |out| write_table(out, rows));
        self.count(object);
    }

    /// The echo of a ping.
    pub(crate) fn echo(&mut self, id: u64) {
        let ping = Ping { id };
        write_object(&mut self.blocks, Ping::TYPE, |out| ping.write(out));
    }

    /// Appends the packet.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), DecodeError> {
        let mut p = PacketWriter::new(out);
        put(&mut p, &self.contents);
        p.encoded(&self.blocks);
        p.finish()
    }
}

/// The poses of a subject's segments in their parents. A segment whose parent is occluded has none.
fn locals<'a>(
    subject: &'a SubjectInfo,
    poses: &'a [Option<SourcePose>],
) -> impl Iterator<Item = (usize, Xf<Body, Body>)> + 'a {
    let segments = subject.segments.iter().zip(poses).enumerate();
    segments.filter_map(|(k, (info, pose))| {
        let source_from_segment = (*pose)?;
        let Some(parent) = info.parent else {
            return Some((k, source_from_segment.relabel()));
        };
        let source_from_parent = poses.get(usize::from(parent)).copied().flatten()?;
        Some((k, source_from_parent.inverse() * source_from_segment))
    })
}

fn large_row<A: cyc_model::Space, B: cyc_model::Space>(
    axes: ServerAxes,
    place: usize,
    pose: Xf<A, B>,
) -> SegmentRow {
    SegmentRow {
        segment_id: part_id(place),
        t_mm: axes.mm_of(pose.translation()),
        rows: axes.rows_of(pose),
    }
}

fn small_row(axes: ServerAxes, place: usize, local: Xf<Body, Body>) -> LightweightRow {
    let t_mm = axes.mm_of(local.translation());
    let rotvec = axes.rotation_of(local).to_scaled_axis();
    LightweightRow {
        segment_id: part_id(place),
        t_mm: t_mm.map(|v| v as f32),
        rotvec: rotvec.to_array().map(|v| v as f32),
    }
}

fn recon(axes: ServerAxes, at: Point<Source>, radius_mm: f64, trajectory: u32) -> Recon {
    Recon {
        radius_mm,
        at_mm: axes.mm_of(at),
        covariance: [0.0; 9],
        trajectory,
    }
}

const _: () = assert!(<SegmentRow as Row>::BYTES == super::limits::SEGMENT_BYTES);
