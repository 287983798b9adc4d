//! What a server says once about its subjects: names and tree, neutral pose, scale, health.

use super::object_type::ObjectType;
use super::objects::WireObject;
use crate::little_endian::{PutLe, Reader, UnexpectedEnd};

/// A segment in [`SubjectInfo`].
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentEntry {
    /// Parent's id; 0 for a root.
    pub parent_id: u32,
    /// Its id, unique in the subject, not 0.
    pub segment_id: u32,
    /// Bounding box, millimetres: least x y z, greatest x y z.
    pub bounds_mm: [f32; 6],
    /// Name.
    pub name: String,
}

/// `SubjectInfo`, 2: one block for each subject.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SubjectInfo {
    /// Id of the subject in this connection.
    pub subject_id: u32,
    /// Name.
    pub name: String,
    /// Segments, in the order of the server.
    pub segments: Vec<SegmentEntry>,
    /// Ids and names of markers.
    pub markers: Vec<(u32, String)>,
    /// Marker id and the id of the segment that carries it.
    pub attachments: Vec<(u32, u32)>,
}

impl WireObject for SubjectInfo {
    const TYPE: ObjectType = ObjectType::SUBJECT_INFO;

    fn read(r: &mut Reader<'_>) -> Result<Self, UnexpectedEnd> {
        let mut s = Self {
            subject_id: r.u32()?,
            name: r.string()?,
            ..Self::default()
        };
        for _ in 0..r.count(4 + 4 + 24 + 4)? {
            s.segments.push(SegmentEntry {
                parent_id: r.u32()?,
                segment_id: r.u32()?,
                bounds_mm: r.f32s()?,
                name: r.string()?,
            });
        }
        for _ in 0..r.count(8)? {
            s.markers.push((r.u32()?, r.string()?));
        }
        for _ in 0..r.count(8)? {
            s.attachments.push((r.u32()?, r.u32()?));
        }
        Ok(s)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.put_u32(self.subject_id);
        out.put_string(&self.name);
        out.put_count(self.segments.len());
        for s in &self.segments {
            out.put_u32(s.parent_id);
            out.put_u32(s.segment_id);
            out.put_f32s(&s.bounds_mm);
            out.put_string(&s.name);
        }
        out.put_count(self.markers.len());
        for (id, name) in &self.markers {
            out.put_u32(*id);
            out.put_string(name);
        }
        out.put_count(self.attachments.len());
        for (marker, segment) in &self.attachments {
            out.put_u32(*marker);
            out.put_u32(*segment);
        }
    }
}

/// `SubjectTopology`, 28: the neutral pose of each segment in its parent.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SubjectTopology {
    /// The subject.
    pub subject_id: u32,
    /// Segment id, translation in millimetres, row-major rotation.
    pub segments: Vec<(u32, [f64; 3], [f64; 9])>,
}

impl WireObject for SubjectTopology {
    const TYPE: ObjectType = ObjectType::SUBJECT_TOPOLOGY;

    fn read(r: &mut Reader<'_>) -> Result<Self, UnexpectedEnd> {
        let mut s = Self {
            subject_id: r.u32()?,
            segments: Vec::new(),
        };
        for _ in 0..r.count(super::limits::SEGMENT_BYTES)? {
            s.segments.push((r.u32()?, r.f64s()?, r.f64s()?));
        }
        Ok(s)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.put_u32(self.subject_id);
        out.put_count(self.segments.len());
        for (id, t, rows) in &self.segments {
            out.put_u32(*id);
            out.put_f64s(t);
            out.put_f64s(rows);
        }
    }
}

/// `SubjectScale`, 28001: the scale of each segment; inherited where absent.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SubjectScale {
    /// The subject.
    pub subject_id: u32,
    /// Segment id and scale along its axes.
    pub segments: Vec<(u32, [f64; 3])>,
}

impl WireObject for SubjectScale {
    const TYPE: ObjectType = ObjectType::SUBJECT_SCALE;

    fn read(r: &mut Reader<'_>) -> Result<Self, UnexpectedEnd> {
        let mut s = Self {
            subject_id: r.u32()?,
            segments: Vec::new(),
        };
        for _ in 0..r.count(4 + 24)? {
            s.segments.push((r.u32()?, r.f64s()?));
        }
        Ok(s)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.put_u32(self.subject_id);
        out.put_count(self.segments.len());
        for (id, scale) in &self.segments {
            out.put_u32(*id);
            out.put_f64s(scale);
        }
    }
}

/// `SubjectHealth`, 29.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SubjectHealth {
    /// The subject.
    pub subject_id: u32,
    /// Mean error of its markers, millimetres.
    pub marker_error_mm: f64,
    /// 0 to 1.
    pub health: f64,
}

impl WireObject for SubjectHealth {
    const TYPE: ObjectType = ObjectType::SUBJECT_HEALTH;

    fn read(r: &mut Reader<'_>) -> Result<Self, UnexpectedEnd> {
        Ok(Self {
            subject_id: r.u32()?,
            marker_error_mm: r.f64()?,
            health: r.f64()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.put_u32(self.subject_id);
        out.put_f64s(&[self.marker_error_mm, self.health]);
    }
}

/// `ObjectQuality`, 40.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ObjectQuality {
    /// The subject.
    pub subject_id: u32,
    /// 0 to 1.
    pub quality: f64,
}

impl WireObject for ObjectQuality {
    const TYPE: ObjectType = ObjectType::OBJECT_QUALITY;

    fn read(r: &mut Reader<'_>) -> Result<Self, UnexpectedEnd> {
        Ok(Self {
            subject_id: r.u32()?,
            quality: r.f64()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.put_u32(self.subject_id);
        out.put_f64s(&[self.quality]);
    }
}
