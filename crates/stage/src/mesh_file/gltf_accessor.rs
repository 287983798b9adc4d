//! An accessor's numbers: nothing is taken from a buffer before it is known to lie inside it.
//!
//! Integers are numbers too, normalised or not: files that were packed hold places and texture coordinates as such
//! (`KHR_mesh_quantization`), and put them right by their nodes and `KHR_texture_transform`.

use super::GltfFault;
use super::gltf::index;
use crate::MESH_VERTICES_MAX;
use serde_json::Value;

/// A file's JSON and its buffers.
pub(super) type Numbers<'a> = (&'a Value, &'a [Vec<u8>]);

/// What an accessor's components are.
#[derive(Clone, Copy)]
enum Component {
    I8,
    U8,
    I16,
    U16,
    U32,
    F32,
}

impl Component {
    fn of(number: u64) -> Option<Self> {
        Some(match number {
            5120 => Self::I8,
            5121 => Self::U8,
            5122 => Self::I16,
            5123 => Self::U16,
            5125 => Self::U32,
            5126 => Self::F32,
            _ => return None,
        })
    }

    fn bytes(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::U32 | Self::F32 => 4,
        }
    }

    /// What is 1 where integers are normalised; a float is itself.
    fn one(self) -> f64 {
        match self {
            Self::I8 => 127.0,
            Self::U8 => 255.0,
            Self::I16 => 32_767.0,
            Self::U16 => 65_535.0,
            Self::U32 => 4_294_967_295.0,
            Self::F32 => 1.0,
        }
    }

    fn read(self, raw: &[u8]) -> f64 {
        match (self, raw) {
            (Self::I8, [a]) => f64::from(i8::from_le_bytes([*a])),
            (Self::U8, [a]) => f64::from(*a),
            (Self::I16, [a, b]) => f64::from(i16::from_le_bytes([*a, *b])),
            (Self::U16, [a, b]) => f64::from(u16::from_le_bytes([*a, *b])),
            (Self::U32, [a, b, c, d]) => f64::from(u32::from_le_bytes([*a, *b, *c, *d])),
            (Self::F32, [a, b, c, d]) => f64::from(f32::from_le_bytes([*a, *b, *c, *d])),
            _ => f64::NAN,
        }
    }
}

/// The elements of an accessor as numbers; normalised integers as -1 to 1 or 0 to 1.
pub(super) fn values<const N: usize>(
    (root, buffers): Numbers<'_>,
    number: usize,
) -> Result<Vec<[f64; N]>, GltfFault> {
    let other = || GltfFault::OtherNumbers { accessor: number };
    let beyond = || GltfFault::BeyondBuffer { accessor: number };
    let accessor = &root["accessors"][number];
    let kind = ["SCALAR", "VEC2", "VEC3"][N - 1];
    if accessor["type"].as_str() != Some(kind) || !accessor["sparse"].is_null() {
        return Err(other());
    }
    let component = accessor["componentType"].as_u64().and_then(Component::of);
    let component = component.ok_or_else(other)?;
    let is_normalized = accessor["normalized"].as_bool().unwrap_or(false);
    let one = if is_normalized { component.one() } else { 1.0 };
    let count = index(&accessor["count"]).unwrap_or(0);
    if count > MESH_VERTICES_MAX * 3 {
        return Err(GltfFault::TooMany);
    }
    let view = &root["bufferViews"][index(&accessor["bufferView"]).unwrap_or(usize::MAX)];
    let offset = index(&view["byteOffset"]).unwrap_or(0);
    let length = index(&view["byteLength"]).unwrap_or(0);
    let data = index(&view["buffer"])
        .and_then(|b| buffers.get(b))
        .and_then(|data| data.get(offset..offset.checked_add(length)?))
        .ok_or_else(beyond)?;
    let start = index(&accessor["byteOffset"]).unwrap_or(0);
    let size = component.bytes();
    let stride = index(&view["byteStride"]).unwrap_or(size * N).max(size * N);
    let mut out = Vec::with_capacity(count.min(data.len()));
    for element in 0..count {
        let at = element
            .checked_mul(stride)
            .and_then(|o| o.checked_add(start));
        let bytes = at
            .and_then(|at| data.get(at..at.checked_add(size * N)?))
            .ok_or_else(beyond)?;
        let mut values = [0.0; N];
        for (value, raw) in values.iter_mut().zip(bytes.chunks_exact(size)) {
            *value = (component.read(raw) / one).max(if is_normalized { -1.0 } else { f64::MIN });
        }
        out.push(values);
    }
    Ok(out)
}
