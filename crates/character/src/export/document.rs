//! A glTF document as JSON, with all its buffers in one, to be written as GLB.

use super::track::{Rest, Track};
use crate::amount::Amount;
use crate::error::{CharacterError, invalid};
use crate::meshopt::{self, Compressed};
use crate::place::Place;
use crate::rule::BrokenRule;
use crate::uri::{Resolver, fetch};
use serde_json::{Map, Value, json};

/// A document that can be added to.
pub(super) struct Document {
    json: Map<String, Value>,
    views: Vec<Value>,
    binary: Vec<u8>,
}

impl Document {
    /// Takes a file apart. External buffers and pictures are fetched; pictures in data URIs stay.
    pub fn open(
        bytes: &[u8],
        blob: Option<Vec<u8>>,
        resolver: Option<Resolver<'_>>,
    ) -> Result<Self, CharacterError> {
        let mut json: Map<String, Value> =
            serde_json::from_slice(json_of(bytes)).map_err(|e| CharacterError::Json {
                line: e.line(),
                column: e.column(),
                reason: e.to_string(),
            })?;
        let mut document = Self {
            views: list(&mut json, "bufferViews"),
            json,
            binary: Vec::new(),
        };
        document.join_buffers(blob, resolver)?;
        document.take_pictures(resolver)?;
        Ok(document)
    }

    /// One buffer instead of several; views find their bytes behind those of the buffers before.
    fn join_buffers(
        &mut self,
        blob: Option<Vec<u8>>,
        resolver: Option<Resolver<'_>>,
    ) -> Result<(), CharacterError> {
        let mut blob = blob;
        let mut starts = Vec::new();
        let buffers = list(&mut self.json, "buffers");
        for (b, buffer) in buffers.iter().enumerate() {
            let what = Place::Buffer(b);
            let data = match buffer.get("uri").and_then(Value::as_str) {
                Some(uri) => fetch(uri, &what, resolver)?,
                None if is_fallback(buffer) && (b > 0 || blob.is_none()) => Vec::new(),
                None => blob.take().unwrap_or_default(),
            };
            // What lies behind the declared length stays: the loader lets views reach it, and so must the copy.
            starts.push(self.binary.len());
            self.append(&data);
        }
        let mut views = std::mem::take(&mut self.views);
        for (v, view) in views.iter_mut().enumerate() {
            match self.decoded(view, &starts, &Place::BufferView(v))? {
                // Few other programs read compressed views.
                Some(bytes) => self.put_plain(view, &bytes),
                None => move_view(view, &starts),
            }
        }
        self.views = views;
        self.forget_extensions(&meshopt::EXTENSIONS);
        let mut only = buffers.into_iter().next().unwrap_or_else(|| json!({}));
        if let Some(entries) = only.as_object_mut() {
            entries.remove("uri");
            entries.remove("extensions");
        }
        self.json.insert("buffers".to_owned(), json!([only]));
        Ok(())
    }

    /// The bytes of a compressed view; `None` for one that is not.
    fn decoded(
        &self,
        view: &Value,
        starts: &[usize],
        place: &Place,
    ) -> Result<Option<Vec<u8>>, CharacterError> {
        let length = view.get("byteLength").and_then(Value::as_u64);
        let extensions = view.get("extensions").and_then(Value::as_object);
        let Some(extensions) = extensions else {
            return Ok(None);
        };
        let compressed = Compressed::of(extensions, place, length.unwrap_or(0))?;
        let Some(compressed) = compressed else {
            return Ok(None);
        };
        let start = starts.get(compressed.buffer).map(|start| *start as u64);
        let range = start.and_then(|start| {
            let start = start.checked_add(compressed.start)?;
            let end = start.checked_add(compressed.length)?;
            Some(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
        });
        let stream = range.and_then(|range| self.binary.get(range));
        let stream = stream.ok_or_else(|| invalid(place, BrokenRule::NoStream))?;
        compressed.decode(stream, place).map(Some)
    }

    /// A view of bytes that are added at the end, without what said how they were compressed.
    fn put_plain(&mut self, view: &mut Value, bytes: &[u8]) {
        let start = self.append(bytes);
        if let Some(entries) = view.as_object_mut() {
            entries.remove("extensions");
            entries.insert("buffer".to_owned(), 0.into());
            entries.insert("byteOffset".to_owned(), start.into());
        }
    }

    /// The file uses some extensions no more.
    fn forget_extensions(&mut self, names: &[&str]) {
        for key in ["extensionsUsed", "extensionsRequired"] {
            let mut list = list(&mut self.json, key);
            list.retain(|name| name.as_str().is_none_or(|name| !names.contains(&name)));
            if !list.is_empty() {
                self.put_list(key, list);
            }
        }
    }

    fn take_pictures(&mut self, resolver: Option<Resolver<'_>>) -> Result<(), CharacterError> {
        let mut images = list(&mut self.json, "images");
        for (i, image) in images.iter_mut().enumerate() {
            let Some(uri) = image.get("uri").and_then(Value::as_str) else {
                continue;
            };
            if uri.starts_with("data:") {
                continue;
            }
            let data = fetch(uri, &Place::Image(i), resolver)?;
            let kind = if data.starts_with(b"\x89PNG") {
                "image/png"
            } else {
                "image/jpeg"
            };
            let view = self.add_view(&data);
            if let Some(entries) = image.as_object_mut() {
                entries.remove("uri");
                entries.insert("bufferView".to_owned(), view.into());
                entries.insert("mimeType".to_owned(), kind.into());
            }
        }
        self.put_list("images", images);
        Ok(())
    }

    /// Says a node's transform by its parts.
    pub fn set_rest(&mut self, node: usize, rest: &Rest) {
        let node = self.json.get_mut("nodes").and_then(|n| n.get_mut(node));
        let Some(entries) = node.and_then(Value::as_object_mut) else {
            return;
        };
        entries.remove("matrix");
        let q = rest.rotation.as_quat().to_array();
        entries.insert(
            "translation".to_owned(),
            json!(rest.translation.as_vec3().to_array()),
        );
        entries.insert("rotation".to_owned(), json!(q));
        entries.insert("scale".to_owned(), json!(rest.scale.as_vec3().to_array()));
    }

    /// Adds an animation before those of the file, since viewers play the first.
    pub fn add_animation(&mut self, name: &str, times_s: &[f32], tracks: &[Track]) {
        // An animation without channels breaks glTF's rules: a motion that stands still at rest adds none.
        if tracks.is_empty() {
            return;
        }
        let mut data: Vec<u8> = Vec::new();
        let mut put = |values: &[f32]| {
            let start = data.len();
            data.extend(values.iter().flat_map(|v| v.to_le_bytes()));
            start
        };
        let starts: Vec<usize> = std::iter::once(put(times_s))
            .chain(tracks.iter().map(|t| put(&t.values)))
            .collect();
        let view = self.add_view(&data);
        let mut accessors = Vec::with_capacity(tracks.len() + 1);
        let kinds = std::iter::once(("SCALAR", times_s.len())).chain(
            tracks
                .iter()
                .map(|t| (t.kind, t.values.len() / width(t.kind))),
        );
        for (start, (kind, count)) in starts.iter().zip(kinds) {
            accessors.push(json!({
                "bufferView": view, "byteOffset": start, "componentType": 5126,
                "type": kind, "count": count,
            }));
        }
        if let Some(times) = accessors.first_mut().and_then(Value::as_object_mut) {
            let ends = (times_s.first(), times_s.last());
            times.insert("min".to_owned(), json!([ends.0]));
            times.insert("max".to_owned(), json!([ends.1]));
        }
        let mut all = list(&mut self.json, "accessors");
        let first = all.len();
        all.extend(accessors);
        self.put_list("accessors", all);
        let samplers: Vec<Value> = (0..tracks.len())
            .map(|t| json!({ "input": first, "output": first + 1 + t, "interpolation": "LINEAR" }))
            .collect();
        let channels: Vec<Value> = tracks
            .iter()
            .enumerate()
            .map(|(t, track)| {
                json!({ "sampler": t, "target": { "node": track.node, "path": track.path } })
            })
            .collect();
        let mut animations = list(&mut self.json, "animations");
        animations.insert(
            0,
            json!({ "name": name, "channels": channels, "samplers": samplers }),
        );
        self.put_list("animations", animations);
    }

    /// The file.
    pub fn into_glb(mut self) -> Result<Vec<u8>, CharacterError> {
        if self.binary.is_empty() && !self.views.is_empty() {
            // Views of nothing still name a buffer, and a buffer has one byte at least.
            self.append(&[0]);
        }
        let length = self.binary.len();
        let views = std::mem::take(&mut self.views);
        self.put_list("bufferViews", views);
        let mut buffers = list(&mut self.json, "buffers");
        if let Some(buffer) = buffers.first_mut().and_then(Value::as_object_mut) {
            buffer.insert("byteLength".to_owned(), length.into());
        }
        if length > 0 {
            self.put_list("buffers", buffers);
        }
        let mut text = serde_json::to_vec(&self.json)
            .map_err(|e| invalid(Place::Json, BrokenRule::parser(&e)))?;
        text.resize(text.len().next_multiple_of(4), b' ');
        self.binary.resize(length.next_multiple_of(4), 0);
        let chunk = |kind: &[u8; 4], data: &[u8]| -> Option<Vec<u8>> {
            let mut out = u32::try_from(data.len()).ok()?.to_le_bytes().to_vec();
            out.extend(kind);
            out.extend(data);
            Some(out)
        };
        let mut chunks = chunk(b"JSON", &text);
        if let Some(chunks) = chunks.as_mut().filter(|_| length > 0) {
            match chunk(b"BIN\0", &self.binary) {
                Some(binary) => chunks.extend(binary),
                None => chunks.clear(),
            }
        }
        let chunks = chunks.unwrap_or_default();
        let total = u32::try_from(12 + chunks.len()).ok();
        let Some(total) = total.filter(|_| !chunks.is_empty()) else {
            return Err(CharacterError::TooLarge {
                what: Amount::FileBytes,
                size: (text.len() + length) as u64,
                limit: u64::from(u32::MAX),
            });
        };
        let mut out = b"glTF".to_vec();
        out.extend(2u32.to_le_bytes());
        out.extend(total.to_le_bytes());
        out.extend(chunks);
        Ok(out)
    }

    /// Adds bytes at the next place that is a multiple of four, and a view of them; returns its number.
    fn add_view(&mut self, data: &[u8]) -> usize {
        let start = self.append(data);
        self.views
            .push(json!({ "buffer": 0, "byteOffset": start, "byteLength": data.len() }));
        self.views.len() - 1
    }

    fn append(&mut self, data: &[u8]) -> usize {
        let start = self.binary.len().next_multiple_of(4);
        self.binary.resize(start, 0);
        self.binary.extend_from_slice(data);
        self.binary.resize(self.binary.len().next_multiple_of(4), 0);
        start
    }

    /// Puts a list back; glTF allows no empty ones.
    fn put_list(&mut self, key: &str, list: Vec<Value>) {
        if !list.is_empty() {
            self.json.insert(key.to_owned(), Value::Array(list));
        }
    }
}

/// Whether a buffer has no bytes of its own.
fn is_fallback(buffer: &Value) -> bool {
    let extensions = buffer.get("extensions").and_then(Value::as_object);
    extensions.is_some_and(meshopt::is_fallback)
}

/// Takes a list out of the document; empty when it has none.
fn list(json: &mut Map<String, Value>, key: &str) -> Vec<Value> {
    match json.remove(key) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}

/// The JSON text of a checked file.
fn json_of(bytes: &[u8]) -> &[u8] {
    if !bytes.starts_with(b"glTF") {
        return bytes;
    }
    let length = bytes.get(12..16).and_then(|b| b.try_into().ok());
    let length = length.map_or(0, u32::from_le_bytes) as usize;
    bytes.get(20..20 + length).unwrap_or(&[])
}

/// Numbers of an element.
fn width(kind: &str) -> usize {
    match kind {
        "VEC4" => 4,
        "VEC3" => 3,
        _ => 1,
    }
}

/// Points a view at the joined buffer.
fn move_view(view: &mut Value, starts: &[usize]) {
    let Some(entries) = view.as_object_mut() else {
        return;
    };
    let buffer = entries.get("buffer").and_then(Value::as_u64);
    let start = buffer.and_then(|b| starts.get(usize::try_from(b).ok()?));
    let Some(start) = start else { return };
    let offset = entries.get("byteOffset").and_then(Value::as_u64);
    let offset = offset.unwrap_or(0) + *start as u64;
    entries.insert("buffer".to_owned(), 0.into());
    entries.insert("byteOffset".to_owned(), offset.into());
}
