//! Files that lie: each is refused with a reason, none panics, none makes the loader allocate what it claims.

#![allow(clippy::unwrap_used)]

mod glb;

use cyc_character::{
    CharacterError, ExternalProblem, GraphProblem, LoadOptions, TransformProblem, UriProblem, load,
};
use glb::Glb;
use proptest::prelude::*;
use serde_json::json;

fn refusal(glb: &Glb) -> CharacterError {
    load(&glb.build(), &LoadOptions::default()).expect_err("must be refused")
}

#[test]
fn the_unbroken_file_loads() {
    let character = load(&Glb::bar().build(), &LoadOptions::default()).unwrap();
    assert_eq!(character.skeleton.unwrap().len(), 2);
}

#[test]
fn twenty_bytes_that_claim_two_gigabytes() {
    for length in [0u32, 11, 12, 19, 0x8000_0000, u32::MAX] {
        let mut bytes = b"glTF".to_vec();
        bytes.extend([2, length, 0x7fff_fff0].map(u32::to_le_bytes).concat());
        bytes.extend(b"JSON");
        let error = load(&bytes, &LoadOptions::default()).unwrap_err();
        assert!(
            matches!(error, CharacterError::OutOfBounds { .. }),
            "{length}: {error}"
        );
    }
}

#[test]
fn truncated_anywhere() {
    let whole = Glb::bar().build();
    for end in 0..whole.len() {
        assert!(
            load(&whole[..end], &LoadOptions::default()).is_err(),
            "cut at {end}"
        );
    }
}

#[test]
fn uris_that_do_not_decode_or_leave_the_folder() {
    let given = |_: &str| -> Result<Vec<u8>, ExternalProblem> { panic!("must not be asked") };
    for (uri, problem) in [
        ("%ff", UriProblem::Escape),
        ("../secret.bin", UriProblem::NotLocal),
        ("file:///etc/hostname", UriProblem::NotLocal),
        (
            "data:application/octet-stream;base64,***",
            UriProblem::Base64,
        ),
        ("data:application/octet-stream,abc", UriProblem::DataForm),
    ] {
        let mut file = Glb::bar();
        file.json["buffers"][0]["uri"] = uri.into();
        let options = LoadOptions {
            resolver: Some(&given),
            ..LoadOptions::default()
        };
        match load(&file.build(), &options) {
            Err(CharacterError::Uri { problem: found, .. }) => assert_eq!(found, problem, "{uri}"),
            other => panic!("{uri}: {other:?}"),
        }
    }
}

#[test]
fn external_files_come_only_through_the_resolver() {
    let mut file = Glb::bar();
    let bin = file.bin.clone();
    file.json["buffers"][0] = json!({"uri": "sub/a%20b.bin", "byteLength": bin.len()});
    assert!(matches!(
        refusal(&file),
        CharacterError::Uri {
            problem: UriProblem::NoResolver,
            ..
        }
    ));
    let resolver = |path: &str| {
        assert_eq!(path, "sub/a b.bin");
        Ok(bin.clone())
    };
    let options = LoadOptions {
        resolver: Some(&resolver),
        ..LoadOptions::default()
    };
    load(&file.build(), &options).unwrap();
}

#[test]
fn node_graphs_that_are_no_forest() {
    for (children, problem) in [
        (json!([0]), GraphProblem::Cycle),
        (json!([1]), GraphProblem::TwoParents),
        (json!([2]), GraphProblem::Cycle),
    ] {
        let mut file = Glb::bar();
        file.json["nodes"][2]["children"] = children.clone();
        match refusal(&file) {
            CharacterError::Graph { problem: found, .. } => {
                let twice = found == GraphProblem::TwoParents;
                assert!(found == problem || twice, "{children}: {found:?}");
            }
            other => panic!("{children}: {other}"),
        }
    }
    let mut island = Glb::bar();
    let nodes = island.json["nodes"].as_array_mut().unwrap();
    nodes.push(json!({"children": [5]}));
    nodes.push(json!({"children": [4]}));
    assert!(matches!(
        refusal(&island),
        CharacterError::Graph {
            problem: GraphProblem::Cycle,
            ..
        }
    ));
    let mut deep = Glb::bar();
    let nodes = deep.json["nodes"].as_array_mut().unwrap();
    for i in 4..1000 {
        nodes.push(json!({"children": [i + 1]}));
    }
    nodes.push(json!({}));
    assert!(matches!(
        refusal(&deep),
        CharacterError::Graph {
            problem: GraphProblem::TooDeep,
            ..
        }
    ));
}

#[test]
fn transforms_that_are_none() {
    for (field, value, problem) in [
        (
            "translation",
            json!([1e39, 0.0, 0.0]),
            TransformProblem::NotFinite,
        ),
        (
            "translation",
            json!([1e7, 0.0, 0.0]),
            TransformProblem::TooFar,
        ),
        (
            "rotation",
            json!([0.0, 0.0, 0.0, 0.0]),
            TransformProblem::ZeroQuaternion,
        ),
        ("scale", json!([0.0, 1.0, 1.0]), TransformProblem::Scale),
    ] {
        let mut file = Glb::bar();
        file.json["nodes"][2][field] = value;
        match refusal(&file) {
            CharacterError::Transform { problem: found, .. } => assert_eq!(found, problem),
            other => panic!("{field}: {other}"),
        }
    }
}

#[test]
fn numbers_that_are_none() {
    for bad in [f32::NAN, f32::INFINITY] {
        let mut file = Glb::bar();
        file.bin[4..8].copy_from_slice(&bad.to_le_bytes());
        let error = refusal(&file);
        assert!(
            matches!(error, CharacterError::NotFinite { element: 0, .. }),
            "{error}"
        );
    }
}

#[test]
fn accessors_beyond_their_data() {
    let huge = u64::MAX - 3;
    for (accessor, field, value) in [
        (0, "count", json!(5)),
        (0, "count", json!(1u64 << 40)),
        (0, "count", json!(u64::MAX)),
        (0, "byteOffset", json!(huge)),
        (4, "byteOffset", json!(2)),
        (6, "count", json!(1u64 << 23)),
        (6, "count", json!(3)),
    ] {
        let mut file = Glb::bar();
        file.accessors()[accessor][field] = value.clone();
        let error = refusal(&file);
        let reasoned = matches!(
            error,
            CharacterError::OutOfBounds { .. }
                | CharacterError::TooLarge { .. }
                | CharacterError::Invalid { .. }
        );
        assert!(reasoned, "{accessor}.{field} = {value}: {error}");
    }
    for (field, value) in [("byteOffset", json!(huge)), ("byteLength", json!(huge))] {
        let mut file = Glb::bar();
        file.json["bufferViews"][0][field] = value;
        let error = refusal(&file);
        assert!(
            matches!(error, CharacterError::OutOfBounds { .. }),
            "{error}"
        );
    }
    let mut file = Glb::bar();
    file.json["meshes"][0]["primitives"][0]["attributes"]["POSITION"] = 99.into();
    assert!(matches!(refusal(&file), CharacterError::Invalid { .. }));
}

#[test]
fn indices_beyond_what_they_index() {
    let mut file = Glb::bar();
    let at = file.json["bufferViews"][4]["byteOffset"].as_u64().unwrap() as usize;
    file.bin[at] = 4;
    assert!(matches!(
        refusal(&file),
        CharacterError::VertexIndex {
            index: 4,
            vertices: 4,
            ..
        }
    ));
    let mut file = Glb::bar();
    let at = file.json["bufferViews"][1]["byteOffset"].as_u64().unwrap() as usize;
    file.bin[at] = 2;
    assert!(matches!(
        refusal(&file),
        CharacterError::JointNumber {
            joint: 2,
            joints: 2,
            ..
        }
    ));
    let mut file = Glb::bar();
    let at = file.json["bufferViews"][6]["byteOffset"].as_u64().unwrap() as usize;
    file.bin[at] = 4;
    assert!(matches!(refusal(&file), CharacterError::Invalid { .. }));
}

#[test]
fn extensions_that_nobody_reads() {
    let mut file = Glb::bar();
    file.json["extensionsRequired"] = json!(["KHR_draco_mesh_compression"]);
    match refusal(&file) {
        CharacterError::Unsupported { feature } => {
            assert_eq!(feature, "KHR_draco_mesh_compression");
        }
        other => panic!("{other}"),
    }
    file.json["extensionsRequired"] = json!(["VRMC_vrm", "KHR_mesh_quantization"]);
    assert!(load(&file.build(), &LoadOptions::default()).is_ok());
}

#[test]
fn a_picture_that_claims_to_be_huge() {
    // A PNG header for 60000 by 60000 pixels with a right checksum would be refused by size; this one has none, and
    // must be refused all the same.
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend([60_000u32, 60_000].map(u32::to_be_bytes).concat());
    png.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
    let mut file = Glb::bar();
    file.bytes(&png, 5121, "SCALAR", png.len());
    let view = file.json["bufferViews"].as_array().unwrap().len() - 1;
    file.json["images"] = json!([{"bufferView": view}]);
    file.json["textures"] = json!([{"source": 0}]);
    file.json["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"] = json!({"index": 0});
    let error = refusal(&file);
    let refused = matches!(
        error,
        CharacterError::Picture { .. } | CharacterError::TooLarge { .. }
    );
    assert!(refused, "{error}");
}

#[test]
fn every_error_has_a_message_key() {
    let error = load(b"nonsense", &LoadOptions::default()).unwrap_err();
    assert_eq!(error.key(), "character-not-gltf");
    assert!(error.args().is_empty());
    let error = load(b"glTF\x03\0\0\0\x14\0\0\0", &LoadOptions::default()).unwrap_err();
    assert_eq!(error.key(), "character-gltf-version");
    assert_eq!(error.args(), [("version", "3".to_owned())]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Bytes of a valid file changed at random: loaded or refused, and what is loaded holds its promises.
    #[test]
    fn mutations_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)
    ) {
        let mut bytes = Glb::bar().build();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Ok(character) = load(&bytes, &LoadOptions::default()) {
            for p in &character.primitives {
                prop_assert!(p.positions.iter().all(|v| v.is_finite()));
                prop_assert!(p.indices.iter().all(|i| (*i as usize) < p.positions.len()));
                prop_assert_eq!(p.normals.len(), p.positions.len());
                prop_assert_eq!(p.uvs.len(), p.positions.len());
                prop_assert!(p.material < character.materials.len());
                prop_assert_eq!(p.morphs.len(), character.morph_names.len());
                let joints = p.skin.map_or(0, |s| character.skins[s].joints.len());
                for (j, w) in p.joints.iter().zip(&p.weights) {
                    prop_assert!(j.iter().all(|j| usize::from(*j) < joints));
                    prop_assert!((w.iter().sum::<f32>() - 1.0).abs() < 1e-3);
                }
            }
        }
    }

    /// The same with whole numbers of the JSON changed, which random bytes seldom do well.
    #[test]
    fn mutated_numbers_never_panic(
        which in any::<prop::sample::Index>(),
        value in prop_oneof![Just(0i64), Just(-1), Just(1), Just(255), Just(i64::MAX), 0..100i64]
    ) {
        let mut file = Glb::bar();
        let mut numbers = Vec::new();
        collect(&file.json, String::new(), &mut numbers);
        let pointer = &numbers[which.index(numbers.len())];
        *file.json.pointer_mut(pointer).unwrap() = json!(value);
        let _ = load(&file.build(), &LoadOptions::default());
    }
}

fn collect(value: &serde_json::Value, at: String, out: &mut Vec<String>) {
    match value {
        serde_json::Value::Number(_) => out.push(at),
        serde_json::Value::Array(list) => {
            for (i, v) in list.iter().enumerate() {
                collect(v, format!("{at}/{i}"), out);
            }
        }
        serde_json::Value::Object(map) => {
            for (k, v) in map {
                collect(v, format!("{at}/{k}"), out);
            }
        }
        _ => {}
    }
}
