//! Numbers out of buffers: views, strides, component types and sparse substitution, with checked arithmetic.
//!
//! Written here instead of taking the `gltf` crate's readers, which panic on views beyond their buffer. Nothing is
//! read before `offset + (count - 1) * stride + size <= view <= buffer` holds in `u64`. Source: glTF 2.0, 3.6.

use crate::amount::Amount;
use crate::error::{CharacterError, UriProblem, invalid};
use crate::limits::{ELEMENTS_MAX, EXPANDED_BYTES_MAX, FILE_BYTES_MAX};
use crate::meshopt::{self, Compressed};
use crate::place::Place;
use crate::rule::BrokenRule;
use crate::uri::{Resolver, fetch};
use gltf::json;
use gltf::json::accessor::{ComponentType, Type};
use gltf::json::validation::Checked;
use std::cell::Cell;
use std::collections::BTreeMap;

/// The buffers of one file, and how much may still be decoded from it.
pub(crate) struct Source<'a> {
    root: &'a json::Root,
    buffers: Vec<Vec<u8>>,
    /// The bytes of views that are compressed in the file, by the view's number.
    decoded: BTreeMap<usize, Vec<u8>>,
    budget: Cell<u64>,
}

/// Elements laid out in bytes.
struct Strided<'a> {
    bytes: &'a [u8],
    stride: usize,
    component: ComponentType,
    components: usize,
    count: usize,
}

impl<'a> Source<'a> {
    /// Fetches every buffer, and decodes what is compressed in them.
    pub fn open(
        root: &'a json::Root,
        blob: Option<Vec<u8>>,
        resolver: Option<Resolver<'_>>,
    ) -> Result<Self, CharacterError> {
        let mut blob = blob;
        let mut buffers = Vec::with_capacity(root.buffers.len().min(64));
        let mut total = 0u64;
        for (b, buffer) in root.buffers.iter().enumerate() {
            let what = Place::Buffer(b);
            let data = match &buffer.uri {
                Some(uri) => fetch(uri, &what, resolver)?,
                // Its bytes are those that compressed views become.
                None if is_fallback(buffer) && (b > 0 || blob.is_none()) => {
                    buffers.push(Vec::new());
                    continue;
                }
                None if b == 0 => blob.take().ok_or_else(|| CharacterError::Uri {
                    what: what.clone(),
                    problem: UriProblem::DataForm,
                })?,
                None => return Err(invalid(what, BrokenRule::NoBufferData)),
            };
            if buffer.byte_length.0 > data.len() as u64 {
                return Err(CharacterError::OutOfBounds {
                    what,
                    end: buffer.byte_length.0,
                    available: data.len() as u64,
                });
            }
            total += data.len() as u64;
            if total > FILE_BYTES_MAX {
                return Err(CharacterError::TooLarge {
                    what: Amount::BufferBytes,
                    size: total,
                    limit: FILE_BYTES_MAX,
                });
            }
            buffers.push(data);
        }
        let mut source = Self {
            root,
            buffers,
            decoded: BTreeMap::new(),
            budget: Cell::new(EXPANDED_BYTES_MAX),
        };
        for (v, view) in root.buffer_views.iter().enumerate() {
            let extensions = view.extensions.as_ref().map(|all| &all.others);
            let place = Place::BufferView(v);
            let length = view.byte_length.0;
            if let Some(extensions) = extensions
                && let Some(compressed) = Compressed::of(extensions, &place, length)?
            {
                source.spend(compressed.decoded_bytes())?;
                let stream = (compressed.buffer, compressed.start, compressed.length);
                let bytes = compressed.decode(source.bytes(&place, stream)?, &place)?;
                source.decoded.insert(v, bytes);
            }
        }
        Ok(source)
    }

    /// So many bytes of a buffer from a place on.
    fn bytes(
        &self,
        what: &Place,
        (buffer, start, length): (usize, u64, u64),
    ) -> Result<&[u8], CharacterError> {
        let data = self
            .buffers
            .get(buffer)
            .ok_or_else(|| invalid(what, BrokenRule::NamesNothing))?;
        let end = start.checked_add(length);
        slice(data, start, end).ok_or_else(|| CharacterError::OutOfBounds {
            what: what.clone(),
            end: end.unwrap_or(u64::MAX),
            available: data.len() as u64,
        })
    }

    /// Takes `bytes` off what may still be decoded.
    pub fn spend(&self, bytes: u64) -> Result<(), CharacterError> {
        let left = self.budget.get().checked_sub(bytes);
        self.budget.set(left.ok_or(CharacterError::TooLarge {
            what: Amount::DecodedBytes,
            size: (EXPANDED_BYTES_MAX - self.budget.get()).saturating_add(bytes),
            limit: EXPANDED_BYTES_MAX,
        })?);
        Ok(())
    }

    /// The bytes of a buffer view.
    pub fn view(&self, view: usize) -> Result<&[u8], CharacterError> {
        if let Some(decoded) = self.decoded.get(&view) {
            return Ok(decoded);
        }
        let what = Place::BufferView(view);
        let entry = self.root.buffer_views.get(view);
        let entry = entry.ok_or_else(|| invalid(&what, BrokenRule::NotThere))?;
        let start = entry.byte_offset.map_or(0, |o| o.0);
        let place = (entry.buffer.value(), start, entry.byte_length.0);
        self.bytes(&what, place)
    }

    /// Reads an accessor of `N` components as floats, integers normalised when the accessor says so. All finite.
    pub fn floats<const N: usize>(&self, accessor: usize) -> Result<Vec<[f32; N]>, CharacterError> {
        let entry = self.entry(accessor)?;
        let normalized = entry.normalized;
        let mut out = vec![[0.0; N]; self.count(accessor, entry, 4 * N as u64)?];
        self.each(accessor, entry, N, |element, component, raw| {
            if let Some(slot) = out.get_mut(element).and_then(|e| e.get_mut(component)) {
                *slot = raw.to_f32(normalized);
            }
        })?;
        match out.iter().position(|e| e.iter().any(|v| !v.is_finite())) {
            Some(element) => Err(CharacterError::NotFinite {
                what: Place::Accessor(accessor),
                element,
            }),
            None => Ok(out),
        }
    }

    /// Reads an accessor of `N` unsigned components.
    pub fn unsigned<const N: usize>(
        &self,
        accessor: usize,
    ) -> Result<Vec<[u32; N]>, CharacterError> {
        let entry = self.entry(accessor)?;
        if !matches!(
            component_of(entry),
            Some(ComponentType::U8 | ComponentType::U16 | ComponentType::U32)
        ) {
            return Err(invalid(Place::Accessor(accessor), BrokenRule::NotUnsigned));
        }
        let mut out = vec![[0; N]; self.count(accessor, entry, 4 * N as u64)?];
        self.each(accessor, entry, N, |element, component, raw| {
            if let Some(slot) = out.get_mut(element).and_then(|e| e.get_mut(component)) {
                *slot = raw.to_u32();
            }
        })?;
        Ok(out)
    }

    fn entry(&self, accessor: usize) -> Result<&'a json::Accessor, CharacterError> {
        self.root
            .accessors
            .get(accessor)
            .ok_or_else(|| invalid(Place::Accessor(accessor), BrokenRule::NotThere))
    }

    /// The element count, after it is known that its bytes can be there and may be spent.
    fn count(
        &self,
        accessor: usize,
        entry: &json::Accessor,
        bytes_each: u64,
    ) -> Result<usize, CharacterError> {
        let count = entry.count.0;
        if count > ELEMENTS_MAX {
            return Err(CharacterError::TooLarge {
                what: Amount::Elements,
                size: count,
                limit: ELEMENTS_MAX,
            });
        }
        if let Some(view) = entry.buffer_view {
            let available = self.view(view.value())?.len() as u64;
            if count > available {
                return Err(CharacterError::OutOfBounds {
                    what: Place::Accessor(accessor),
                    end: count,
                    available,
                });
            }
        }
        self.spend(count * bytes_each)?;
        Ok(count as usize)
    }

    fn each(
        &self,
        accessor: usize,
        entry: &json::Accessor,
        components: usize,
        mut put: impl FnMut(usize, usize, Raw),
    ) -> Result<(), CharacterError> {
        let what = Place::Accessor(accessor);
        let (Some(component), Checked::Valid(kind)) = (component_of(entry), &entry.type_) else {
            return Err(invalid(what, BrokenRule::ComponentType));
        };
        if components_of(*kind) != components {
            return Err(invalid(
                what,
                BrokenRule::Components {
                    given: components_of(*kind),
                    needed: components,
                },
            ));
        }
        if let Some(view) = entry.buffer_view {
            let offset = entry.byte_offset.map_or(0, |o| o.0);
            let stride = self
                .root
                .buffer_views
                .get(view.value())
                .and_then(|v| v.byte_stride.map(|s| s.0));
            let shape = (component, components, entry.count.0);
            self.strided(what.clone(), view.value(), offset, stride, shape)?
                .for_each(&mut put);
        }
        if let Some(sparse) = &entry.sparse {
            self.substitute(what, sparse, (component, components, entry.count.0), put)?;
        }
        Ok(())
    }

    fn substitute(
        &self,
        what: Place,
        sparse: &json::accessor::sparse::Sparse,
        (component, components, count): (ComponentType, usize, u64),
        mut put: impl FnMut(usize, usize, Raw),
    ) -> Result<(), CharacterError> {
        let Checked::Valid(index_type) = &sparse.indices.component_type else {
            return Err(invalid(what, BrokenRule::SparseType));
        };
        if sparse.count.0 > count {
            return Err(invalid(what, BrokenRule::SparseCount));
        }
        let (i, v) = (&sparse.indices, &sparse.values);
        let shape = (index_type.0, 1, sparse.count.0);
        let mut targets: Vec<usize> = Vec::new();
        self.strided(
            what.clone(),
            i.buffer_view.value(),
            i.byte_offset.0,
            None,
            shape,
        )?
        .for_each(&mut |_, _, raw| targets.push(raw.to_u32() as usize));
        let ascending = targets.windows(2).all(|w| matches!(w, [a, b] if a < b));
        if !ascending || targets.last().is_some_and(|last| *last as u64 >= count) {
            return Err(invalid(what, BrokenRule::SparseOrder));
        }
        let shape = (component, components, sparse.count.0);
        self.strided(what, v.buffer_view.value(), v.byte_offset.0, None, shape)?
            .for_each(&mut |element, c, raw| {
                if let Some(target) = targets.get(element) {
                    put(*target, c, raw);
                }
            });
        Ok(())
    }

    fn strided(
        &self,
        what: Place,
        view: usize,
        offset: u64,
        stride: Option<usize>,
        (component, components, count): (ComponentType, usize, u64),
    ) -> Result<Strided<'_>, CharacterError> {
        let bytes = self.view(view)?;
        let size = size_of_component(component) * components;
        let stride = stride.unwrap_or(size);
        if stride < size {
            return Err(invalid(what, BrokenRule::Stride));
        }
        let length = match count {
            0 => Some(0),
            _ => (count - 1)
                .checked_mul(stride as u64)
                .and_then(|l| l.checked_add(size as u64)),
        };
        let end = length.and_then(|l| offset.checked_add(l));
        let bytes = slice(bytes, offset, end).ok_or_else(|| CharacterError::OutOfBounds {
            what,
            end: end.unwrap_or(u64::MAX),
            available: bytes.len() as u64,
        })?;
        Ok(Strided {
            bytes,
            stride,
            component,
            components,
            count: count as usize,
        })
    }
}

/// Whether a buffer of a file has no bytes of its own.
fn is_fallback(buffer: &json::Buffer) -> bool {
    let extensions = buffer.extensions.as_ref();
    extensions.is_some_and(|all| meshopt::is_fallback(&all.others))
}

fn slice(data: &[u8], start: u64, end: Option<u64>) -> Option<&[u8]> {
    let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end?).ok()?);
    data.get(start..end)
}

/// One component as it lies in the file.
#[derive(Clone, Copy)]
enum Raw {
    I8(i8),
    U8(u8),
    I16(i16),
    U16(u16),
    U32(u32),
    F32(f32),
}

impl Raw {
    /// glTF 2.0, 3.6.2.2: normalised signed integers clamp at -1.
    fn to_f32(self, normalized: bool) -> f32 {
        let signed = |v: f32, max: f32| if normalized { (v / max).max(-1.0) } else { v };
        let unsigned = |v: f32, max: f32| if normalized { v / max } else { v };
        match self {
            Self::I8(v) => signed(f32::from(v), 127.0),
            Self::U8(v) => unsigned(f32::from(v), 255.0),
            Self::I16(v) => signed(f32::from(v), 32767.0),
            Self::U16(v) => unsigned(f32::from(v), 65535.0),
            Self::U32(v) => v as f32,
            Self::F32(v) => v,
        }
    }

    fn to_u32(self) -> u32 {
        match self {
            Self::U8(v) => u32::from(v),
            Self::U16(v) => u32::from(v),
            Self::U32(v) => v,
            Self::I8(_) | Self::I16(_) | Self::F32(_) => 0,
        }
    }

    fn read(component: ComponentType, b: &[u8]) -> Self {
        match (component, b) {
            (ComponentType::I8, [a, ..]) => Self::I8(*a as i8),
            (ComponentType::U8, [a, ..]) => Self::U8(*a),
            (ComponentType::I16, [a, b, ..]) => Self::I16(i16::from_le_bytes([*a, *b])),
            (ComponentType::U16, [a, b, ..]) => Self::U16(u16::from_le_bytes([*a, *b])),
            (ComponentType::U32, [a, b, c, d, ..]) => {
                Self::U32(u32::from_le_bytes([*a, *b, *c, *d]))
            }
            (ComponentType::F32, [a, b, c, d, ..]) => {
                Self::F32(f32::from_le_bytes([*a, *b, *c, *d]))
            }
            // The caller sliced whole components; nothing shorter can come here.
            _ => Self::U8(0),
        }
    }
}

impl Strided<'_> {
    fn for_each(&self, put: &mut impl FnMut(usize, usize, Raw)) {
        let size = size_of_component(self.component);
        for element in 0..self.count {
            for c in 0..self.components {
                let at = element * self.stride + c * size;
                if let Some(raw) = self.bytes.get(at..at + size) {
                    put(element, c, Raw::read(self.component, raw));
                }
            }
        }
    }
}

fn component_of(entry: &json::Accessor) -> Option<ComponentType> {
    match &entry.component_type {
        Checked::Valid(t) => Some(t.0),
        Checked::Invalid => None,
    }
}

fn size_of_component(component: ComponentType) -> usize {
    match component {
        ComponentType::I8 | ComponentType::U8 => 1,
        ComponentType::I16 | ComponentType::U16 => 2,
        ComponentType::U32 | ComponentType::F32 => 4,
    }
}

/// Matrices of 1- and 2-byte components have padded columns in glTF; only float matrices are read here.
fn components_of(kind: Type) -> usize {
    match kind {
        Type::Scalar => 1,
        Type::Vec2 => 2,
        Type::Vec3 => 3,
        Type::Vec4 | Type::Mat2 => 4,
        Type::Mat3 => 9,
        Type::Mat4 => 16,
    }
}
