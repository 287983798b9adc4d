//! glTF files put together in code, for benches that give the same file to several programs.

use image::codecs::png::PngEncoder;
use image::{Rgb, RgbImage};
use serde_json::{Value, json};

/// Component types of accessors (glTF 2.0, section 3.6.2.2).
const FLOAT: u32 = 5126;
const SHORT: u32 = 5123;

/// A file being put together: its binary part, its views and its accessors.
#[derive(Default)]
pub struct Parts {
    bytes: Vec<u8>,
    views: Vec<Value>,
    accessors: Vec<Value>,
}

impl Parts {
    fn view(&mut self, bytes: &[u8]) -> usize {
        let at = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        let view = json!({"buffer": 0, "byteOffset": at, "byteLength": bytes.len()});
        self.views.push(view);
        self.views.len() - 1
    }

    fn accessor(&mut self, mut accessor: Value, bytes: &[u8]) -> usize {
        accessor["bufferView"] = json!(self.view(bytes));
        self.accessors.push(accessor);
        self.accessors.len() - 1
    }

    /// Adds rows of floats (`kind` is `VEC3` and the like); the accessor's number.
    pub fn floats<const N: usize>(&mut self, kind: &str, rows: &[[f32; N]]) -> usize {
        let bytes = rows.iter().flatten().flat_map(|f| f.to_le_bytes());
        let bytes: Vec<u8> = bytes.collect();
        let edge = |pick: fn(f32, f32) -> f32| {
            let rows = rows.iter().copied();
            rows.reduce(|a, b| std::array::from_fn(|i| pick(a[i], b[i])))
                .map_or_else(Vec::new, |row| row.to_vec())
        };
        let (min, max) = (edge(f32::min), edge(f32::max));
        let accessor = json!({
            "componentType": FLOAT, "count": rows.len(), "type": kind, "min": min, "max": max,
        });
        self.accessor(accessor, &bytes)
    }

    /// Adds `count` elements of unsigned 16-bit numbers; the accessor's number.
    pub fn shorts(&mut self, kind: &str, count: usize, numbers: &[u16]) -> usize {
        let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
        let accessor = json!({"componentType": SHORT, "count": count, "type": kind});
        self.accessor(accessor, &bytes)
    }

    /// Adds a PNG file: an entry for the document's `images`.
    pub fn image(&mut self, png: &[u8]) -> Value {
        json!({"bufferView": self.view(png), "mimeType": "image/png"})
    }

    /// The file of a document that knows these accessors: glTF's binary container (section 4.4).
    pub fn packed(self, mut document: Value) -> Vec<u8> {
        document["buffers"] = json!([{"byteLength": self.bytes.len()}]);
        document["bufferViews"] = json!(self.views);
        document["accessors"] = json!(self.accessors);
        let mut text = document.to_string().into_bytes();
        text.resize(text.len().next_multiple_of(4), b' ');
        let whole = 12 + 8 + text.len() + 8 + self.bytes.len();
        let mut out = b"glTF".to_vec();
        let words = |out: &mut Vec<u8>, words: [u32; 2]| {
            out.extend(words.iter().flat_map(|w| w.to_le_bytes()));
        };
        words(&mut out, [2, whole as u32]);
        words(&mut out, [text.len() as u32, u32::from_le_bytes(*b"JSON")]);
        out.extend(text);
        let chunk = [self.bytes.len() as u32, u32::from_le_bytes(*b"BIN\0")];
        words(&mut out, chunk);
        out.extend(self.bytes);
        out
    }
}

/// A square picture as a PNG file: the colour at each place, both from 0 to 1.
///
/// # Errors
/// When it cannot be packed.
pub fn png(side_px: u32, color: impl Fn(f32, f32) -> [f32; 3]) -> image::ImageResult<Vec<u8>> {
    let picture = RgbImage::from_fn(side_px, side_px, |x, y| {
        let [u, v] = [x, y].map(|c| (c as f32 + 0.5) / side_px as f32);
        Rgb(color(u, v).map(|c| (c.clamp(0.0, 1.0) * 255.0).round() as u8))
    });
    let mut bytes = Vec::new();
    picture.write_with_encoder(PngEncoder::new(&mut bytes))?;
    Ok(bytes)
}
