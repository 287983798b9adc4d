//! Model definitions: what a server says of its rigid bodies, skeletons, marker sets and assets, as it is on the wire.
//!
//! Kinds that are not known are skipped by their size from version 4.1 on; before it, where nothing says how long they
//! are, the walk ends at the first one and what came before it is taken.

use super::error::{DecodeError, cut};
use super::message::Version;
use crate::little_endian::{PutLe, Reader, UnexpectedEnd};

/// A rigid body or bone.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct BodyDescription {
    /// Name.
    pub name: String,
    /// Its id; of a bone, its number in the skeleton.
    pub id: i32,
    /// The id of its parent; 0 or -1 for none.
    pub parent: i32,
    /// Where it is in its parent at rest, metres.
    pub offset: [f32; 3],
    /// How it is turned in its parent at rest, x, y, z, w; from version 4.2 on.
    pub rotation: Option<[f32; 4]>,
    /// Where its markers are in it, metres.
    pub markers: Vec<[f32; 3]>,
    /// What they are called; empty before version 4.0.
    pub marker_names: Vec<String>,
}

/// One entry of the models.
#[derive(Clone, Debug, PartialEq)]
pub enum Description {
    /// Labels.
    MarkerSet {
        /// Name; that of its rigid body, skeleton or asset, if there is one.
        name: String,
        /// The labels.
        markers: Vec<String>,
    },
    /// A rigid body.
    RigidBody(BodyDescription),
    /// A skeleton.
    Skeleton {
        /// Name.
        name: String,
        /// Its id.
        id: i32,
        /// Its bones.
        bones: Vec<BodyDescription>,
    },
    /// A trained marker set.
    Asset {
        /// Name.
        name: String,
        /// Its id.
        id: i32,
        /// Its bodies.
        bodies: Vec<BodyDescription>,
        /// Its markers: name and id.
        markers: Vec<(String, i32)>,
    },
}

const MARKER_SET: i32 = 0;
const RIGID_BODY: i32 = 1;
const SKELETON: i32 = 2;
const FORCE_PLATE: i32 = 3;
const DEVICE: i32 = 4;
const CAMERA: i32 = 5;
const ASSET: i32 = 6;

/// Fewest bytes of an entry: its kind and an empty name.
const ENTRY_BYTES_MIN: usize = 5;
/// Fewest bytes of a body: an empty name, id, parent, offset, no markers.
const BODY_BYTES_MIN: usize = 1 + 4 + 4 + 12 + 4;
/// Bytes of an asset's marker after its name: id, position, size, parameters.
const ASSET_MARKER_BYTES: usize = 4 + 12 + 4 + 2;

/// Reads the models of a payload.
pub fn decode_model(payload: &[u8], version: Version) -> Result<Vec<Description>, DecodeError> {
    let cut = cut("models");
    let mut r = Reader::new(payload);
    let count = r.count(ENTRY_BYTES_MIN).map_err(cut)?;
    let mut all = Vec::new();
    for _ in 0..count {
        let kind = r.i32().map_err(cut)?;
        if version.has_section_sizes() {
            let mut body = Reader::new(r.counted_bytes().map_err(cut)?);
            all.extend(read(kind, version, &mut body).map_err(cut)?);
        } else if (MARKER_SET..=CAMERA).contains(&kind) {
            all.extend(read(kind, version, &mut r).map_err(cut)?);
        } else {
            break;
        }
    }
    Ok(all)
}

fn read(
    kind: i32,
    version: Version,
    r: &mut Reader<'_>,
) -> Result<Option<Description>, UnexpectedEnd> {
    Ok(match kind {
        MARKER_SET => Some(Description::MarkerSet {
            name: text(r)?,
            markers: texts(r)?,
        }),
        RIGID_BODY => Some(Description::RigidBody(body(r, version)?)),
        SKELETON => Some(Description::Skeleton {
            name: text(r)?,
            id: r.i32()?,
            bones: bodies(r, version)?,
        }),
        ASSET => Some(asset(r, version)?),
        FORCE_PLATE => {
            r.i32()?;
            r.until_nul()?;
            // Width, length, place, a 12 × 12 matrix, four corners; kind, kind of channels.
            r.bytes(4 * (2 + 3 + 144 + 12) + 8)?;
            texts(r)?;
            None
        }
        DEVICE => {
            r.i32()?;
            r.until_nul()?;
            r.until_nul()?;
            r.bytes(8)?;
            texts(r)?;
            None
        }
        CAMERA => {
            r.until_nul()?;
            r.bytes(4 * (3 + 4))?;
            None
        }
        _ => None,
    })
}

fn text(r: &mut Reader<'_>) -> Result<String, UnexpectedEnd> {
    Ok(String::from_utf8_lossy(r.until_nul()?).into_owned())
}

fn texts(r: &mut Reader<'_>) -> Result<Vec<String>, UnexpectedEnd> {
    (0..r.count(1)?).map(|_| text(r)).collect()
}

fn body(r: &mut Reader<'_>, version: Version) -> Result<BodyDescription, UnexpectedEnd> {
    let (name, id, parent) = (text(r)?, r.i32()?, r.i32()?);
    let offset = r.f32s()?;
    let rotation = if version.has_rest_rotations() {
        Some(r.f32s()?)
    } else {
        None
    };
    let count = r.count(12 + 4)?;
    let markers = (0..count).map(|_| r.f32s()).collect::<Result<_, _>>()?;
    // Labels of active markers.
    r.bytes(4 * count)?;
    let mut marker_names = Vec::new();
    if version.has_marker_names() {
        for _ in 0..count {
            marker_names.push(text(r)?);
        }
    }
    Ok(BodyDescription {
        name,
        id,
        parent,
        offset,
        rotation,
        markers,
        marker_names,
    })
}

fn bodies(r: &mut Reader<'_>, version: Version) -> Result<Vec<BodyDescription>, UnexpectedEnd> {
    (0..r.count(BODY_BYTES_MIN)?)
        .map(|_| body(r, version))
        .collect()
}

fn asset(r: &mut Reader<'_>, version: Version) -> Result<Description, UnexpectedEnd> {
    let (name, _, id) = (text(r)?, r.i32()?, r.i32()?);
    let bodies = bodies(r, version)?;
    let mut markers = Vec::new();
    for _ in 0..r.count(1 + ASSET_MARKER_BYTES)? {
        markers.push((text(r)?, r.i32()?));
        r.bytes(ASSET_MARKER_BYTES - 4)?;
    }
    Ok(Description::Asset {
        name,
        id,
        bodies,
        markers,
    })
}

/// Appends the models as a payload.
pub fn encode_model(model: &[Description], version: Version, out: &mut Vec<u8>) {
    out.put_count(model.len());
    for description in model {
        let kind = match description {
            Description::MarkerSet { .. } => MARKER_SET,
            Description::RigidBody(_) => RIGID_BODY,
            Description::Skeleton { .. } => SKELETON,
            Description::Asset { .. } => ASSET,
        };
        out.put_i32(kind);
        if version.has_section_sizes() {
            sized(out, |out| write(description, version, out));
        } else {
            write(description, version, out);
        }
    }
}

/// Appends a `u32` of bytes and what `body` appends.
pub(crate) fn sized(out: &mut Vec<u8>, body: impl FnOnce(&mut Vec<u8>)) {
    let from = out.len();
    out.put_u32(0);
    body(out);
    let bytes = u32::try_from(out.len() - from - 4).unwrap_or(u32::MAX);
    if let Some(slot) = out.get_mut(from..from + 4) {
        slot.copy_from_slice(&bytes.to_le_bytes());
    }
}

fn write(description: &Description, version: Version, out: &mut Vec<u8>) {
    match description {
        Description::MarkerSet { name, markers } => {
            out.put_nul_ended(name);
            out.put_count(markers.len());
            for marker in markers {
                out.put_nul_ended(marker);
            }
        }
        Description::RigidBody(one) => write_body(one, version, out),
        Description::Skeleton { name, id, bones } => {
            out.put_nul_ended(name);
            out.put_i32(*id);
            write_bodies(bones, version, out);
        }
        Description::Asset {
            name,
            id,
            bodies,
            markers,
        } => {
            out.put_nul_ended(name);
            out.put_i32(0);
            out.put_i32(*id);
            write_bodies(bodies, version, out);
            out.put_count(markers.len());
            for (name, id) in markers {
                out.put_nul_ended(name);
                out.put_i32(*id);
                out.put_f32s(&[0.0; 4]);
                out.put_u16(0);
            }
        }
    }
}

fn write_bodies(bodies: &[BodyDescription], version: Version, out: &mut Vec<u8>) {
    out.put_count(bodies.len());
    for one in bodies {
        write_body(one, version, out);
    }
}

fn write_body(one: &BodyDescription, version: Version, out: &mut Vec<u8>) {
    out.put_nul_ended(&one.name);
    out.put_i32(one.id);
    out.put_i32(one.parent);
    out.put_f32s(&one.offset);
    if version.has_rest_rotations() {
        out.put_f32s(&one.rotation.unwrap_or([0.0, 0.0, 0.0, 1.0]));
    }
    out.put_count(one.markers.len());
    for at in &one.markers {
        out.put_f32s(at);
    }
    for _ in &one.markers {
        out.put_i32(0);
    }
    if version.has_marker_names() {
        for i in 0..one.markers.len() {
            out.put_nul_ended(one.marker_names.get(i).map_or("", String::as_str));
        }
    }
}
