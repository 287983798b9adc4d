//! Streams that somebody else's encoder wrote, with what somebody else's decoder makes of them.
//!
//! `tests/meshopt/vectors.json` holds the streams of the decoder test of the npm package `meshoptimizer` 1.3.0 and others that
//! its encoder made of seeded bytes, each with its decoder's bytes (MIT, © 2016-2026 Arseny Kapoulkine).

use super::*;

struct Vector {
    name: String,
    said: Value,
    stream: Vec<u8>,
    decoded: Vec<u8>,
}

fn unhex(text: &Value) -> Vec<u8> {
    let digits = text.as_str().unwrap().as_bytes().chunks_exact(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16);
    digits.map(|pair| byte(pair).unwrap()).collect()
}

fn vectors() -> Vec<Vector> {
    let file = include_str!("../../tests/meshopt/vectors.json");
    let all: Vec<Value> = serde_json::from_str(file).unwrap();
    let vector = |mut said: Value| Vector {
        name: said["name"].as_str().unwrap().to_owned(),
        stream: unhex(&said["encoded"]),
        decoded: unhex(&said["decoded"]),
        said: {
            said["buffer"] = 0.into();
            said["byteLength"] = (said["encoded"].as_str().unwrap().len() / 2).into();
            said
        },
    };
    all.into_iter().map(vector).collect()
}

fn compressed(said: &Value, length: usize) -> Result<Option<Compressed>, CharacterError> {
    let mut extensions = Map::new();
    extensions.insert("EXT_meshopt_compression".to_owned(), said.clone());
    Compressed::of(&extensions, &Place::BufferView(0), length as u64)
}

#[test]
fn every_stream_becomes_the_bytes_that_it_was_made_of() {
    let vectors = vectors();
    assert!(vectors.len() > 50, "{}", vectors.len());
    for vector in vectors {
        let compressed = compressed(&vector.said, vector.decoded.len())
            .unwrap()
            .expect("a compressed view");
        let decoded = compressed.decode(&vector.stream, &Place::BufferView(0));
        // Version 0 of the triangles is not in the extension.
        if vector.stream[0] == 0xe0 {
            assert!(decoded.is_err(), "{}", vector.name);
            continue;
        }
        let decoded = decoded.unwrap_or_else(|e| panic!("{}: {e}", vector.name));
        assert_eq!(decoded, vector.decoded, "{}", vector.name);
    }
}

#[test]
fn streams_that_are_cut_longer_or_damaged_are_refused_or_harmless() {
    let mut harmless = 0;
    for vector in vectors() {
        let compressed = compressed(&vector.said, vector.decoded.len())
            .unwrap()
            .expect("a compressed view");
        for end in 0..vector.stream.len() {
            let cut = compressed.decode(&vector.stream[..end], &Place::BufferView(0));
            assert!(cut.is_err(), "{} cut at {end}", vector.name);
        }
        let mut longer = vector.stream.clone();
        let stride = vector.said["byteStride"].as_u64().unwrap() as usize;
        let tail = match vector.stream[0] {
            0xa0 => stride.max(32),
            0xa1 => (stride + stride / 4).max(24),
            0xe0 | 0xe1 => 16,
            _ => 4,
        };
        longer.insert(vector.stream.len() - tail, 0);
        assert!(
            compressed.decode(&longer, &Place::BufferView(0)).is_err(),
            "{}",
            vector.name
        );
        for at in 0..vector.stream.len() {
            let mut damaged = vector.stream.clone();
            damaged[at] ^= 1 << (at % 8);
            if let Ok(decoded) = compressed.decode(&damaged, &Place::BufferView(0)) {
                assert_eq!(decoded.len(), vector.decoded.len());
                harmless += 1;
            }
        }
    }
    assert!(harmless > 0);
}

#[test]
fn what_nobody_can_have_compressed_is_refused_before_anything_is_decoded() {
    let whole = serde_json::json!({
        "buffer": 0, "byteLength": 100, "count": 30, "byteStride": 4, "mode": "ATTRIBUTES",
    });
    assert!(compressed(&whole, 120).unwrap().is_some());
    for (key, value) in [
        ("count", serde_json::json!(31)),
        ("count", serde_json::json!(u64::MAX)),
        ("count", serde_json::json!(-1)),
        ("byteStride", serde_json::json!(6)),
        ("byteStride", serde_json::json!(260)),
        ("byteStride", serde_json::json!(0)),
        ("byteStride", Value::Null),
        ("mode", serde_json::json!("POINTS")),
        ("mode", Value::Null),
        ("filter", serde_json::json!("BLUR")),
        ("filter", serde_json::json!("QUATERNION")),
        ("buffer", serde_json::json!("0")),
        ("byteLength", Value::Null),
    ] {
        let mut broken = whole.clone();
        broken[key] = value;
        assert!(compressed(&broken, 120).is_err(), "{broken}");
    }
    let mut list = whole.clone();
    (list["mode"], list["count"]) = ("TRIANGLES".into(), 31.into());
    assert!(
        compressed(&list, 124).is_err(),
        "31 corners make no triangles"
    );
    // 4 GiB of four bytes.
    let mut bomb = whole;
    (bomb["count"], bomb["byteStride"]) = (ELEMENTS_MAX.into(), 256.into());
    let bomb = compressed(&bomb, 256 * ELEMENTS_MAX as usize).unwrap();
    let refused = bomb
        .expect("a view")
        .decode(&[0xa1, 0, 0, 0], &Place::BufferView(0));
    assert!(matches!(refused, Err(CharacterError::OutOfBounds { .. })));
    // Others' extensions are none of ours.
    assert!(
        Compressed::of(&Map::new(), &Place::BufferView(0), 0)
            .unwrap()
            .is_none()
    );
}
