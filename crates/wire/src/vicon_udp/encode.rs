//! Frames to datagrams: what the simulator sends.

use super::OBJECT_ITEM;
use super::decode::Item;
use super::limits::{DATAGRAM_MAX, NAME_BYTES, OBJECT_DATA_BYTES};
use crate::little_endian::PutLe;
use crate::vicon_axes::ServerAxes;
use cyc_model::MocapFrame;
use glam::EulerRot;

/// How a body that is not tracked is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum NotTracked {
    /// Six zeros, as Tracker does.
    #[default]
    Zeros,
    /// Not at all.
    LeftOut,
}

/// How datagrams are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeSettings {
    /// Only these subjects; all rigid bodies when empty.
    pub subjects: Vec<String>,
    /// The datagram is padded to a multiple of this; 0 pads nothing.
    pub block_bytes: usize,
    /// How a body that is not tracked is sent.
    pub not_tracked: NotTracked,
}

impl Default for EncodeSettings {
    fn default() -> Self {
        Self {
            subjects: Vec::new(),
            block_bytes: 1024,
            not_tracked: NotTracked::default(),
        }
    }
}

/// Appends one datagram with the frame's rigid bodies (subjects whose only segment has the subject's name). Names
/// are cut to 24 bytes. The frame's number goes out as its lower 32 bits.
pub fn encode_frame(frame: &MocapFrame, settings: &EncodeSettings, out: &mut Vec<u8>) {
    let subjects = frame.roster.subjects().iter().enumerate();
    let items = subjects.filter_map(|(i, subject)| {
        let wanted = settings.subjects.is_empty() || settings.subjects.contains(&subject.name);
        if !wanted || !subject.is_rigid_body() {
            return None;
        }
        let pose = frame.segments_of(i).first().copied().flatten();
        let (mut t_mm, mut euler_rad) = ([0.0; 3], [0.0; 3]);
        match pose {
            Some(pose) => {
                t_mm = ServerAxes::ZUp.mm_of(pose.translation());
                let (x, y, z) = ServerAxes::ZUp.rotation_of(pose).to_euler(EulerRot::XYZ);
                euler_rad = [x, y, z];
                // A body exactly at rest in the origin would read as not tracked: a millionth of a millimetre
                // tells them apart.
                if t_mm == [0.0; 3] && euler_rad == [0.0; 3] {
                    t_mm[2] = 1e-6;
                }
            }
            None if settings.not_tracked == NotTracked::LeftOut => return None,
            None => {}
        }
        Some(Item::Object {
            name: padded(&subject.name),
            t_mm,
            euler_rad,
        })
    });
    encode_items(frame.number.0 as u32, items, settings.block_bytes, out);
}

/// Appends one datagram of items; those beyond 255 or the largest datagram are left out.
pub fn encode_items<'a>(
    frame: u32,
    items: impl Iterator<Item = Item<'a>>,
    block_bytes: usize,
    out: &mut Vec<u8>,
) {
    let start = out.len();
    out.put_u32(frame);
    out.put_u8(0);
    let mut n = 0u8;
    for item in items.take(usize::from(u8::MAX)) {
        let before = out.len();
        write_item(&item, out);
        if out.len() - start > DATAGRAM_MAX {
            out.truncate(before);
            break;
        }
        n += 1;
    }
    if let Some(count) = out.get_mut(start + 4) {
        *count = n;
    }
    if block_bytes > 0 {
        let padded = (out.len() - start).next_multiple_of(block_bytes);
        out.resize(start + padded.min(DATAGRAM_MAX), 0);
    }
}

fn write_item(item: &Item<'_>, out: &mut Vec<u8>) {
    match item {
        Item::Object {
            name,
            t_mm,
            euler_rad,
        } => {
            out.put_u8(OBJECT_ITEM);
            out.put_u16(OBJECT_DATA_BYTES as u16);
            out.extend_from_slice(name);
            out.put_f64s(t_mm);
            out.put_f64s(euler_rad);
        }
        Item::Other { id, data } => {
            let size = u16::try_from(data.len()).unwrap_or(u16::MAX);
            out.put_u8(*id);
            out.put_u16(size);
            out.extend_from_slice(data.get(..usize::from(size)).unwrap_or(data));
        }
    }
}

fn padded(name: &str) -> [u8; NAME_BYTES] {
    let mut end = name.len().min(NAME_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    let mut bytes = [0; NAME_BYTES];
    for (b, n) in bytes.iter_mut().zip(name.as_bytes().iter().take(end)) {
        *b = *n;
    }
    bytes
}
