//! The buffers of a glTF file: the GLB's own chunk, data URIs, and files that lie beside it.
//!
//! A file may name one buffer a million times, so what all of them hold together is limited as the file itself is.

use super::{GltfFault, MESH_FILE_BYTES_MAX, MeshFileError};
use crate::Files;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_PAD_INDIFFERENT;
use serde_json::Value;

/// All buffers, in their order. `beside` brings a file by its path relative to the glTF file.
pub(super) fn buffers(
    root: &Value,
    blob: Option<&[u8]>,
    beside: &mut Files<'_>,
) -> Result<Vec<Vec<u8>>, MeshFileError> {
    let list = root["buffers"].as_array().map_or(&[][..], Vec::as_slice);
    let mut out = Vec::with_capacity(list.len().min(64));
    let mut whole = 0usize;
    for (nth, buffer) in list.iter().enumerate() {
        let data = match (buffer["uri"].as_str(), blob) {
            (Some(uri), _) => of_uri(uri, nth, beside)?,
            (None, Some(blob)) if nth == 0 => blob.to_vec(),
            _ => return Err(GltfFault::NoData { buffer: nth }.into()),
        };
        whole = whole.saturating_add(data.len());
        if whole > MESH_FILE_BYTES_MAX {
            return Err(MeshFileError::TooLarge {
                bytes: whole,
                limit: MESH_FILE_BYTES_MAX,
            });
        }
        out.push(data);
    }
    Ok(out)
}

fn of_uri(uri: &str, buffer: usize, beside: &mut Files<'_>) -> Result<Vec<u8>, GltfFault> {
    let no_data = || GltfFault::NoData { buffer };
    if let Some(data) = uri.strip_prefix("data:") {
        let (head, body) = data.split_once(',').ok_or_else(no_data)?;
        if !head.ends_with(";base64") {
            return Err(no_data());
        }
        let decoded = STANDARD_PAD_INDIFFERENT.decode(body.trim_ascii());
        return decoded.map_err(|_| no_data());
    }
    let path = unescaped(uri).ok_or_else(no_data)?;
    beside(&path).map_err(|reason| GltfFault::NoFile {
        buffer,
        file: path,
        reason,
    })
}

/// A URI's path with its percent escapes resolved; `None` where an escape is none, or gives no UTF-8.
fn unescaped(uri: &str) -> Option<String> {
    let mut parts = uri.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let code = part.get(..2)?;
        let is_hex = code.bytes().all(|b| b.is_ascii_hexdigit());
        bytes.push(is_hex.then(|| u8::from_str_radix(code, 16).ok())??);
        bytes.extend(part[2..].bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn files_beside_are_asked_for_by_their_real_name_and_all_together_are_limited() {
        let root = json!({ "buffers": [{ "uri": "%E5%A2%99%20a.bin" }, { "uri": "b.bin" }] });
        let mut asked = Vec::new();
        let mut beside = |name: &str| {
            asked.push(name.to_owned());
            Ok(vec![7; 3])
        };
        let found = buffers(&root, None, &mut beside).unwrap();
        assert_eq!(found, [vec![7; 3], vec![7; 3]]);
        assert_eq!(asked, ["墙 a.bin", "b.bin"]);

        let mut large = |_: &str| Ok(vec![0; MESH_FILE_BYTES_MAX / 2 + 1]);
        let refused = buffers(&root, None, &mut large);
        assert!(matches!(refused, Err(MeshFileError::TooLarge { .. })));
        for uri in ["%", "%zz", "%+1", "a%ff", "data:;base64", "data:,abc"] {
            let root = json!({ "buffers": [{ "uri": uri }] });
            let refused = buffers(&root, None, &mut |_| Ok(Vec::new()));
            let no_data = GltfFault::NoData { buffer: 0 };
            assert_eq!(refused, Err(MeshFileError::Gltf(no_data)), "{uri}");
        }
    }
}
