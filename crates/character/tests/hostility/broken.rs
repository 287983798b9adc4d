//! What the committed corpus is made from: files that each lie about one thing, with the key of their refusal.
//!
//! `CYC_WRITE_CORPUS=1 cargo test -p cyc-character --test hostility generated` writes them to `tests/corpus`, a folder for
//! each key. The files are committed, so that a change of the generator changes no proof unseen.

use crate::glb::{Glb, packed_bar};
use serde_json::{Value, json};

/// A file that is refused.
pub struct Broken {
    pub key: &'static str,
    pub name: &'static str,
    pub bytes: Vec<u8>,
}

/// A bar with something changed in its JSON.
fn with(key: &'static str, name: &'static str, change: impl Fn(&mut Glb)) -> Broken {
    let mut glb = Glb::bar();
    change(&mut glb);
    let bytes = glb.build();
    Broken { key, name, bytes }
}

/// A bar with one value of its JSON replaced.
fn at(key: &'static str, name: &'static str, pointer: &str, value: Value) -> Broken {
    with(key, name, |glb| {
        let (parent, last) = pointer.rsplit_once('/').unwrap();
        let parent = glb.json.pointer_mut(parent).unwrap();
        match last.parse::<usize>() {
            Ok(i) if parent.is_array() => parent[i] = value.clone(),
            _ => parent[last] = value.clone(),
        }
    })
}

fn raw(key: &'static str, name: &'static str, bytes: impl Into<Vec<u8>>) -> Broken {
    let bytes = bytes.into();
    Broken { key, name, bytes }
}

/// All of them.
pub fn all() -> Vec<Broken> {
    let mut all = containers();
    all.extend(uris());
    all.extend(graphs());
    all.extend(numbers());
    all.extend(meshes());
    all.extend(streams());
    all.extend(pictures());
    all
}

fn containers() -> Vec<Broken> {
    let header = |words: &[u32]| {
        let mut bytes = b"glTF".to_vec();
        bytes.extend(words.iter().flat_map(|w| w.to_le_bytes()));
        bytes
    };
    let whole = Glb::bar().build();
    let mut two_gib = header(&[2, 0x8000_0000, 0x7fff_fff0]);
    two_gib.extend(b"JSON");
    let mut short_length = header(&[2, 11, 0x7fff_fff0]);
    short_length.extend(b"JSON");
    let mut long_chunk = whole.clone();
    long_chunk[12..16].copy_from_slice(&0x7fff_0000u32.to_le_bytes());
    let mut old = whole.clone();
    old[4..8].copy_from_slice(&1u32.to_le_bytes());
    let deep = format!("{}{}", "{\"asset\":".repeat(5000), "1");
    vec![
        raw("character-not-gltf", "empty", *b""),
        raw("character-glb-cut", "only_magic", *b"glTF"),
        raw("character-not-gltf", "png", *b"\x89PNG\r\n\x1a\n"),
        raw("character-gltf-version", "version_1", old),
        raw("character-out-of-bounds", "claims_two_gib", two_gib),
        raw(
            "character-out-of-bounds",
            "length_below_header",
            short_length,
        ),
        raw("character-out-of-bounds", "chunk_beyond_file", long_chunk),
        raw(
            "character-out-of-bounds",
            "cut_in_half",
            &whole[..whole.len() / 2],
        ),
        raw("character-json", "open_brace", *b"{"),
        raw("character-json", "nested_5000_deep", deep),
        raw("character-json", "asset_missing", *b"{\"scenes\": []}"),
        raw(
            "character-json",
            "negative_count",
            *b"{\"asset\":{\"version\":\"2.0\"},\"accessors\":[{\"count\":-1}]}",
        ),
    ]
}

fn uris() -> Vec<Broken> {
    let uri = |key, name, uri: &str| at(key, name, "/buffers/0/uri", uri.into());
    let mut all = vec![
        uri("character-uri-escape", "percent_ff", "%ff"),
        uri("character-uri-escape", "half_escape", "a%2"),
        uri("character-uri-not-local", "parent_folder", "../secret.bin"),
        uri(
            "character-uri-not-local",
            "escaped_parent_folder",
            "%2e%2e/secret.bin",
        ),
        uri(
            "character-uri-not-local",
            "parent_within",
            "a/../../secret.bin",
        ),
        uri(
            "character-uri-not-local",
            "file_scheme",
            "file:///etc/hostname",
        ),
        uri("character-uri-not-local", "absolute", "/etc/hostname"),
        uri("character-uri-not-local", "http", "http://host/a.bin"),
        uri("character-uri-not-local", "backslash", "..\\secret.bin"),
        uri("character-uri-not-local", "drive", "C:/secret.bin"),
        uri(
            "character-uri-base64",
            "bad_base64",
            "data:application/octet-stream;base64,***",
        ),
        uri(
            "character-uri-data-form",
            "data_not_base64",
            "data:application/octet-stream,abc",
        ),
        uri("character-uri-no-resolver", "external", "own.bin"),
    ];
    all.push(with("character-uri-not-local", "picture_outside", |glb| {
        glb.json["images"] = json!([{"uri": "../../secret.png"}]);
        glb.json["textures"] = json!([{"source": 0}]);
        glb.json["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"] = json!({"index": 0});
    }));
    all
}

fn graphs() -> Vec<Broken> {
    let mut all = vec![
        at(
            "character-graph-cycle",
            "own_child",
            "/nodes/2/children",
            json!([2]),
        ),
        at(
            "character-graph-two-parents",
            "shared_child",
            "/nodes/0/children",
            json!([1, 2, 3]),
        ),
        at(
            "character-rule-names-nothing",
            "child_beyond",
            "/nodes/2/children",
            json!([99]),
        ),
        at(
            "character-rule-names-nothing",
            "skin_joint_beyond",
            "/skins/0/joints",
            json!([1, 99]),
        ),
        at(
            "character-rule-names-nothing",
            "scene_beyond",
            "/scene",
            json!(9),
        ),
        at(
            "character-joint-number",
            "skin_without_joints",
            "/skins/0/joints",
            json!([]),
        ),
    ];
    all.push(with("character-graph-cycle", "island", |glb| {
        let nodes = glb.json["nodes"].as_array_mut().unwrap();
        nodes.push(json!({"children": [5]}));
        nodes.push(json!({"children": [4]}));
    }));
    all.push(with("character-graph-too-deep", "ladder", |glb| {
        let nodes = glb.json["nodes"].as_array_mut().unwrap();
        for i in 4..400 {
            nodes.push(json!({"children": [i + 1]}));
        }
        nodes.push(json!({}));
    }));
    all.push(with("character-skeleton-too-many", "600_joints", |glb| {
        let nodes = glb.json["nodes"].as_array_mut().unwrap();
        let first = nodes.len();
        nodes.extend((0..600).map(|_| json!({})));
        nodes[2]["children"] = (first..first + 600).collect();
        let joints: Vec<usize> = (first..first + 500)
            .chain([1])
            .chain(first + 500..first + 600)
            .collect();
        glb.json["skins"] = json!([{"joints": joints[..300]}, {"joints": joints[300..]}]);
    }));
    all
}

fn numbers() -> Vec<Broken> {
    let node = |key, name, field: &str, value| at(key, name, &format!("/nodes/2/{field}"), value);
    let huge = u64::MAX - 3;
    let mut all = vec![
        node(
            "character-transform-not-finite",
            "translation_infinite",
            "translation",
            json!([1e39, 0, 0]),
        ),
        node(
            "character-transform-too-far",
            "translation_far",
            "translation",
            json!([1e7, 0, 0]),
        ),
        node(
            "character-transform-zero-quaternion",
            "zero_quaternion",
            "rotation",
            json!([0, 0, 0, 0]),
        ),
        node(
            "character-transform-scale",
            "scale_zero",
            "scale",
            json!([0, 1, 1]),
        ),
        with(
            "character-transform-not-affine",
            "projective_matrix",
            |glb| {
                let matrix = json!([1, 0, 0, 5, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1]);
                glb.json["nodes"][2] = json!({"name": "upper", "matrix": matrix});
            },
        ),
        at(
            "character-out-of-bounds",
            "count_beyond_view",
            "/accessors/0/count",
            json!(5),
        ),
        at(
            "character-too-many-elements",
            "count_2_40",
            "/accessors/0/count",
            json!(1u64 << 40),
        ),
        at(
            "character-out-of-bounds",
            "offset_near_2_64",
            "/accessors/0/byteOffset",
            json!(huge),
        ),
        at(
            "character-out-of-bounds",
            "view_offset_near_2_64",
            "/bufferViews/0/byteOffset",
            json!(huge),
        ),
        at(
            "character-out-of-bounds",
            "view_length_near_2_64",
            "/bufferViews/0/byteLength",
            json!(huge),
        ),
        at(
            "character-out-of-bounds",
            "buffer_longer_than_data",
            "/buffers/0",
            json!({"uri": "data:application/octet-stream;base64,AAAA", "byteLength": 1u64 << 33}),
        ),
        at(
            "character-rule-stride",
            "stride_overlaps",
            "/bufferViews/0/byteStride",
            json!(4),
        ),
        at(
            "character-rule-sparse-count",
            "sparse_more_than_all",
            "/accessors/6/sparse/count",
            json!(9),
        ),
        at(
            "character-rule-components",
            "wrong_shape",
            "/accessors/0/type",
            json!("VEC2"),
        ),
    ];
    for (name, bad) in [
        ("position_nan", f32::NAN),
        ("position_infinite", f32::INFINITY),
    ] {
        all.push(with("character-not-finite", name, |glb| {
            glb.bin[4..8].copy_from_slice(&bad.to_le_bytes());
        }));
    }
    all.push(with("character-not-finite", "inverse_bind_nan", |glb| {
        let at = glb.json["bufferViews"][5]["byteOffset"].as_u64().unwrap() as usize;
        glb.bin[at..at + 4].copy_from_slice(&f32::NAN.to_le_bytes());
    }));
    all
}

fn meshes() -> Vec<Broken> {
    let byte = |key, name, view: usize, value: u8| {
        with(key, name, |glb| {
            let at = glb.json["bufferViews"][view]["byteOffset"]
                .as_u64()
                .unwrap() as usize;
            glb.bin[at] = value;
        })
    };
    let primitive = "/meshes/0/primitives/0";
    vec![
        byte("character-vertex-index", "index_beyond", 4, 4),
        byte("character-joint-number", "joint_beyond", 1, 2),
        byte("character-rule-sparse-order", "sparse_index_beyond", 6, 4),
        at(
            "character-rule-names-nothing",
            "no_such_position",
            &format!("{primitive}/attributes/POSITION"),
            json!(99),
        ),
        at(
            "character-rule-names-nothing",
            "no_such_material",
            &format!("{primitive}/material"),
            json!(7),
        ),
        at(
            "character-rule-components",
            "fewer_weights",
            &format!("{primitive}/attributes/WEIGHTS_0"),
            json!(0),
        ),
        at(
            "character-rule-not-unsigned",
            "indices_are_floats",
            &format!("{primitive}/indices"),
            json!(0),
        ),
        at(
            "character-draco",
            "draco",
            "/extensionsRequired",
            json!(["KHR_draco_mesh_compression"]),
        ),
        at(
            "character-unsupported",
            "unheard_of",
            "/extensionsRequired",
            json!(["ACME_everything"]),
        ),
    ]
}

/// Compressed views.
fn streams() -> Vec<Broken> {
    let packed = |key, name, change: &dyn Fn(&mut Value)| {
        let mut glb = packed_bar();
        change(&mut glb.json["bufferViews"][0]);
        let bytes = glb.build();
        Broken { key, name, bytes }
    };
    let said = "EXT_meshopt_compression";
    vec![
        packed("character-rule-stream-short", "stream_cut", &|view| {
            let length = view["extensions"][said]["byteLength"].as_u64().unwrap();
            view["extensions"][said]["byteLength"] = (length - 1).into();
        }),
        packed(
            "character-rule-stream-header",
            "stream_of_another_kind",
            &|view| {
                view["extensions"][said]["mode"] = "INDICES".into();
                view["extensions"][said]["byteStride"] = 4.into();
                view["extensions"][said]["count"] = 12.into();
            },
        ),
        packed(
            "character-rule-compression-mode",
            "stream_mode_unknown",
            &|view| {
                view["extensions"][said]["mode"] = "POINTS".into();
            },
        ),
        packed(
            "character-rule-compression-lacks",
            "stream_count_missing",
            &|view| {
                let said = view["extensions"][said].as_object_mut().unwrap();
                said.remove("count");
            },
        ),
        packed(
            "character-rule-compressed-length",
            "stream_of_another_length",
            &|view| {
                view["byteLength"] = 60.into();
            },
        ),
        packed(
            "character-rule-names-nothing",
            "stream_buffer_missing",
            &|view| {
                view["extensions"][said]["buffer"] = 7.into();
            },
        ),
        packed("character-out-of-bounds", "stream_beyond", &|view| {
            view["extensions"][said]["byteOffset"] = 0xffff_ffff_u64.into();
        }),
        packed(
            "character-too-many-decoded-bytes",
            "stream_of_4_gib",
            &|view| {
                view["extensions"][said]["count"] = (1 << 24).into();
                view["extensions"][said]["byteStride"] = 256.into();
                view["byteLength"] = (1u64 << 32).into();
            },
        ),
        packed("character-out-of-bounds", "stream_of_190_mb", &|view| {
            view["extensions"][said]["count"] = 16_000_000.into();
            view["byteLength"] = 192_000_000.into();
        }),
    ]
}

fn pictures() -> Vec<Broken> {
    let picture = |key, name, bytes: &[u8]| {
        with(key, name, |glb| {
            glb.bytes(bytes, 5121, "SCALAR", bytes.len());
            let view = glb.json["bufferViews"].as_array().unwrap().len() - 1;
            glb.json["images"] = json!([{"bufferView": view}]);
            glb.json["textures"] = json!([{"source": 0}]);
            let pbr = &mut glb.json["materials"][0]["pbrMetallicRoughness"];
            pbr["baseColorTexture"] = json!({"index": 0});
        })
    };
    let mut huge = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    huge.extend([60_000u32, 60_000].map(u32::to_be_bytes).concat());
    // With the right checksum, so that its size is what it is refused for.
    huge.extend([8, 6, 0, 0, 0, 0xd1, 0x76, 0x08, 0x88]);
    vec![
        picture("character-picture", "png_60000_wide", &huge),
        picture("character-picture", "png_cut", b"\x89PNG\r\n\x1a\n"),
        picture("character-picture-format", "gif", b"GIF89a\x01\0\x01\0"),
        picture("character-picture-format", "nothing", b"\0\0\0\0"),
        with("character-out-of-bounds", "picture_view_beyond", |glb| {
            glb.json["bufferViews"].as_array_mut().unwrap().push(json!({
                "buffer": 0, "byteOffset": 0, "byteLength": 1u64 << 32
            }));
            let view = glb.json["bufferViews"].as_array().unwrap().len() - 1;
            glb.json["images"] = json!([{"bufferView": view, "mimeType": "image/png"}]);
            glb.json["textures"] = json!([{"source": 0}]);
            let pbr = &mut glb.json["materials"][0]["pbrMetallicRoughness"];
            pbr["baseColorTexture"] = json!({"index": 0});
        }),
    ]
}
