//! A roster as bytes: written once, before the first frame that needs it.

use super::error::DamageKind;
use super::fields::{Field, Fields, Put};
use cyc_model::{Roster, SUBJECT_PARTS_MAX, SUBJECTS_MAX, SegmentInfo, SubjectInfo};

/// The layout, as it stands in the take's schema.
pub(super) const LAYOUT: &str = "\
u8 version=1; u32 roster; u32 subjects; each: text name; u32 segments; each: text name; u16 \
parent (65535 none); u8 has_rest; [f64 qx qy qz qw tx ty tz]; u32 markers; each: text name. text \
= u16 length, UTF-8. Metres, parent from segment.";

const NO_PARENT: u16 = u16::MAX;

/// Appends a roster under its number.
pub(super) fn encode(number: u32, roster: &Roster, out: &mut Vec<u8>) {
    let mut put = Put(out);
    put.u8(super::ROSTER_VERSION);
    put.u32(number);
    put.u32(roster.subjects().len() as u32);
    for subject in roster.subjects() {
        put.text(&subject.name);
        put.u32(subject.segments.len() as u32);
        for segment in &subject.segments {
            put.text(&segment.name);
            put.u16(segment.parent.unwrap_or(NO_PARENT));
            put.u8(u8::from(segment.parent_from_segment.is_some()));
            if let Some(rest) = segment.parent_from_segment {
                put.xf(rest);
            }
        }
        put.u32(subject.markers.len() as u32);
        subject.markers.iter().for_each(|m| put.text(m));
    }
}

/// Reads a roster and its number.
pub(super) fn decode(bytes: &[u8]) -> Field<(u32, Roster)> {
    let mut fields = Fields(bytes);
    fields.version(super::ROSTER_VERSION)?;
    let number = fields.u32()?;
    let mut subjects = Vec::new();
    for _ in 0..fields.count(SUBJECTS_MAX)? {
        let name = fields.text()?;
        let mut segments = Vec::new();
        for _ in 0..fields.count(SUBJECT_PARTS_MAX)? {
            segments.push(SegmentInfo {
                name: fields.text()?,
                parent: Some(fields.u16()?).filter(|p| *p != NO_PARENT),
                parent_from_segment: match fields.u8()? {
                    0 => None,
                    1 => Some(fields.xf()?),
                    _ => return Err(DamageKind::Code),
                },
            });
        }
        let mut markers = Vec::new();
        for _ in 0..fields.count(SUBJECT_PARTS_MAX)? {
            markers.push(fields.text()?);
        }
        subjects.push(SubjectInfo {
            name,
            segments,
            markers,
        });
    }
    fields.end()?;
    let roster = Roster::build(subjects).map_err(|_| DamageKind::Roster)?;
    Ok((number, roster))
}
