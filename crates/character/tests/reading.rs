//! What files may hold: the same numbers in every storage give the same character, and materials say what they are.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod glb;

use cyc_character::{
    Character, CharacterNote, ExportMotion, LoadOptions, PosedVertices, export_glb, load,
    pose_vertices,
};
use cyc_model::{FaceShape, FaceWeights, ModelSpace};
use glb::Glb;
use serde_json::json;

fn loaded(glb: &Glb) -> Character {
    load(&glb.build(), &LoadOptions::default()).unwrap()
}

fn posed(character: &Character) -> Vec<glam::DVec3> {
    let mut face = FaceWeights::default();
    face.set(FaceShape::JawOpen, 1.0);
    let rest = character.skeleton.as_ref().unwrap().rest_global();
    let mut out = PosedVertices::<ModelSpace>::default();
    pose_vertices(character, rest, &face, &mut out).unwrap();
    out.positions.iter().map(|p| p.metres()).collect()
}

/// KHR_mesh_quantization: 16-bit positions whose scale is in the inverse bind matrices, bytes for normals, weights and
/// the morph target.
#[test]
fn quantised_meshes_are_what_floats_were() {
    let plain = loaded(&Glb::bar());
    let mut file = Glb::bar();
    file.json["extensionsUsed"] = json!(["KHR_mesh_quantization"]);
    file.json["extensionsRequired"] = json!(["KHR_mesh_quantization"]);
    // A step is a millimetre; 0.2 m and 2 m are whole. Each position is padded to eight bytes.
    let steps: [[u16; 3]; 4] = [[0, 0, 0], [200, 0, 0], [200, 2000, 0], [0, 2000, 0]];
    let bytes: Vec<u8> = steps
        .iter()
        .flat_map(|p| {
            p.iter()
                .chain(&[0])
                .flat_map(|v| v.to_le_bytes())
                .collect::<Vec<u8>>()
        })
        .collect();
    let place = |file: &mut Glb, bytes: &[u8], component: u32, kind: &str, stride: usize| {
        file.bytes(bytes, component, kind, 4);
        let accessor = file.accessors().len() - 1;
        let view = file.json["accessors"][accessor]["bufferView"]
            .as_u64()
            .unwrap() as usize;
        file.json["bufferViews"][view]["byteStride"] = stride.into();
        accessor
    };
    let positions = place(&mut file, &bytes, 5123, "VEC3", 8);
    let normals = place(&mut file, &[0, 0, 127, 0].repeat(4), 5120, "VEC3", 4);
    file.json["accessors"][normals]["normalized"] = true.into();
    let weights = place(&mut file, &[255, 0, 0, 0].repeat(4), 5121, "VEC4", 4);
    file.json["accessors"][weights]["normalized"] = true.into();
    let mut offsets = [0i16; 16];
    offsets[10] = 500;
    let bytes: Vec<u8> = offsets.iter().flat_map(|v| v.to_le_bytes()).collect();
    let morph = place(&mut file, &bytes, 5122, "VEC3", 8);
    let primitive = &mut file.json["meshes"][0]["primitives"][0];
    primitive["attributes"]["POSITION"] = positions.into();
    primitive["attributes"]["NORMAL"] = normals.into();
    primitive["attributes"]["WEIGHTS_0"] = weights.into();
    primitive["targets"] = json!([{"POSITION": morph}]);
    // Millimetres to metres, for both joints.
    let at = file.json["bufferViews"][5]["byteOffset"].as_u64().unwrap() as usize;
    for joint in 0..2 {
        for diagonal in [0, 5, 10] {
            let place = at + 64 * joint + 4 * diagonal;
            file.bin[place..place + 4].copy_from_slice(&0.001f32.to_le_bytes());
        }
    }
    let quantised = loaded(&file);
    for (a, b) in posed(&plain).iter().zip(posed(&quantised)) {
        assert!(a.distance(b) < 1e-6, "{a} {b}");
    }
    for n in &quantised.primitives[0].normals {
        assert!(n.distance(glam::Vec3::Z) < 1e-6, "{n}");
    }
}

#[test]
fn layers_of_materials_are_read_and_what_is_left_out_is_said() {
    let mut file = Glb::bar();
    file.json["materials"][0]["extensions"] = json!({
        "KHR_materials_specular": {"specularFactor": 0.5, "specularColorFactor": [1, 0.5, 0.25]},
        "KHR_materials_ior": {"ior": 1.4},
        "KHR_materials_sheen": {"sheenColorFactor": [0.1, 0.2, 0.3], "sheenRoughnessFactor": 0.7,
            "sheenColorTexture": {"index": 0}},
        "KHR_materials_clearcoat": {"clearcoatFactor": 1, "clearcoatRoughnessFactor": 0.1},
        "KHR_materials_transmission": {"transmissionFactor": 7},
        "KHR_materials_emissive_strength": {"emissiveStrength": 4},
        "KHR_materials_iridescence": {"iridescenceFactor": 1},
        "VRMC_materials_mtoon": {"shadeColorFactor": [0.5, 0.4, 0.3], "shadingToonyFactor": 0.8,
            "outlineWidthMode": "worldCoordinates", "outlineWidthFactor": 0.002}
    });
    file.json["materials"][0]["emissiveFactor"] = json!([0.5, 0, 0]);
    let character = loaded(&file);
    let material = &character.materials[0];
    let layers = material.layers;
    assert_eq!((layers.specular, layers.ior), (0.5, 1.4));
    assert_eq!(layers.specular_color.to_array(), [1.0, 0.5, 0.25]);
    assert_eq!(layers.sheen_color.to_array(), [0.1, 0.2, 0.3]);
    assert_eq!((layers.sheen_roughness, layers.clearcoat), (0.7, 1.0));
    assert_eq!(layers.transmission, 1.0, "held to what it may be");
    assert_eq!(material.emissive.x, 2.0);
    let toon = layers.toon.unwrap();
    assert_eq!(toon.shade_color.to_array(), [0.5, 0.4, 0.3]);
    assert_eq!((toon.shading_toony, toon.outline_width_m), (0.8, 0.002));
    let ignored: Vec<&str> = character
        .notes
        .iter()
        .filter_map(|n| match n {
            CharacterNote::MaterialPartIgnored { part, .. } => Some(part.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(
        ignored,
        [
            "KHR_materials_iridescence",
            "KHR_materials_sheen sheenColorTexture"
        ]
    );
}

#[test]
fn texture_transforms_are_read_with_their_turn() {
    let mut png = Vec::new();
    let picture = image::RgbaImage::from_pixel(2, 2, image::Rgba([255, 0, 0, 255]));
    picture
        .write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png)
        .unwrap();
    let mut file = Glb::bar();
    file.bytes(&png, 5121, "SCALAR", png.len());
    let view = file.json["bufferViews"].as_array().unwrap().len() - 1;
    file.json["images"] = json!([{"bufferView": view, "mimeType": "image/png"}]);
    file.json["textures"] = json!([{"source": 0}]);
    file.json["extensionsUsed"] = json!(["KHR_texture_transform"]);
    file.json["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"] = json!({
        "index": 0,
        "extensions": {"KHR_texture_transform": {"offset": [0.5, 0.25], "rotation": 1.5, "scale": [2, 4]}}
    });
    let character = loaded(&file);
    let texture = character.materials[0].base_color_texture.unwrap();
    assert_eq!(texture.offset.to_array(), [0.5, 0.25]);
    assert_eq!(texture.scale.to_array(), [2.0, 4.0]);
    assert_eq!(texture.rotation_rad, 1.5);
    assert_eq!(character.pictures[0].rgba[..4], [255, 0, 0, 255]);
}

/// EXT_meshopt_compression, of the package's own encoder: positions, octahedral normals, triangles. An export is plain, since
/// few others read it.
#[test]
fn compressed_views_are_what_plain_ones_were() {
    let (plain, file) = (loaded(&Glb::bar()), glb::packed_bar());
    let hold = |character: &Character, what: &str| {
        let (is, was) = (&character.primitives[0], &plain.primitives[0]);
        assert_eq!(is.positions, was.positions, "{what}");
        assert_eq!(is.indices, was.indices, "{what}");
        assert_eq!(is.normals, was.normals, "{what}");
        assert_eq!(posed(character), posed(&plain), "{what}");
    };
    let packed = loaded(&file);
    hold(&packed, "loaded");
    let motion = ExportMotion {
        name: "still",
        rate_hz: 25.0,
        joints: packed.skeleton.as_ref().unwrap().rest_global(),
        morph_weights: &[],
    };
    let options = LoadOptions::default();
    let exported = export_glb(&file.build(), &options, &packed, &motion).unwrap();
    assert!(!String::from_utf8_lossy(&exported).contains("meshopt"));
    hold(&load(&exported, &options).unwrap(), "exported");
    // With the newer name, and with plain bytes behind the compressed ones for whoever cannot read these.
    let mut newer = glb::packed_bar();
    let text = newer.json.to_string().replace("EXT_meshopt", "KHR_meshopt");
    newer.json = serde_json::from_str(&text).unwrap();
    hold(&loaded(&newer), "newer");
}

/// A bar whose material has a normal map, with these texture coordinates for its four vertices.
fn mapped(uvs: [[f32; 2]; 4]) -> Glb {
    let mut file = glb::mapped_bar();
    let coordinates = file.accessors().len();
    file.floats(&uvs.concat(), "VEC2", 4);
    let attributes = &mut file.json["meshes"][0]["primitives"][0]["attributes"];
    attributes["TEXCOORD_0"] = coordinates.into();
    file
}

/// The bar faces +Z. Wherever its texture's u runs, the tangent runs, and `w` times normal across tangent runs against v,
/// since a normal map's green points up in the picture.
#[test]
fn tangents_run_as_the_texture_lies() {
    let up = glam::Vec3::Z;
    type Laid = (&'static str, fn(f32, f32) -> [f32; 2], [f32; 3], [f32; 3]);
    let cases: [Laid; 4] = [
        (
            "as it is",
            |x, y| [x, 1.0 - y],
            [1.0, 0.0, 0.0],
            [0.0, 1.0, 0.0],
        ),
        (
            "mirrored",
            |x, y| [1.0 - x, 1.0 - y],
            [-1.0, 0.0, 0.0],
            [0.0, 1.0, 0.0],
        ),
        ("turned", |x, y| [y, x], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]),
        (
            "upside down",
            |x, y| [x, y],
            [1.0, 0.0, 0.0],
            [0.0, -1.0, 0.0],
        ),
    ];
    for (what, uv, along, green) in cases {
        let corners = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
        let character = loaded(&mapped(corners.map(|[x, y]| uv(x, y))));
        let tangents = &character.primitives[0].tangents;
        assert_eq!(tangents.len(), 4, "{what}");
        for tangent in tangents {
            let t = tangent.truncate();
            assert!(
                t.distance(glam::Vec3::from_array(along)) < 1e-5,
                "{what}: {tangent}"
            );
            let bitangent = up.cross(t) * tangent.w;
            assert!(
                bitangent.distance(glam::Vec3::from_array(green)) < 1e-5,
                "{what}: {tangent}"
            );
        }
    }
    // Without a map nobody needs them; given ones are kept, but for their length.
    assert!(loaded(&Glb::bar()).primitives[0].tangents.is_empty());
    let mut given = mapped([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]);
    let tangents = given.accessors().len();
    given.floats(&[0.0f32, 2.0, 0.0, -1.0].repeat(4), "VEC4", 4);
    given.json["meshes"][0]["primitives"][0]["attributes"]["TANGENT"] = tangents.into();
    let kept = &loaded(&given).primitives[0].tangents;
    assert_eq!(kept[..], [glam::Vec4::new(0.0, 1.0, 0.0, -1.0); 4]);
    // What a morph target does to them counts, on vertices that nothing else of it moves, too; made ones are not the file's.
    let turned = given.accessors().len();
    given.floats(
        &[[0.0f32; 9].as_slice(), &[0.5, -1.0, 0.0]].concat(),
        "VEC3",
        4,
    );
    given.json["meshes"][0]["primitives"][0]["targets"][0]["TANGENT"] = turned.into();
    let mut character = loaded(&given);
    let morph = &character.primitives[0].morphs[0];
    let last = morph.vertices.iter().position(|v| *v == 3).unwrap();
    assert_eq!(morph.tangents.len(), morph.vertices.len());
    assert_eq!(morph.tangents[last], glam::Vec3::new(0.5, -1.0, 0.0));
    let attributes = &mut given.json["meshes"][0]["primitives"][0]["attributes"];
    attributes.as_object_mut().unwrap().remove("TANGENT");
    character = loaded(&given);
    assert!(character.primitives[0].morphs[0].tangents.is_empty());
    given.json["meshes"][0]["primitives"][0]["attributes"]["TANGENT"] = tangents.into();
    given.accessors()[turned]["count"] = 3.into();
    let refused = cyc_character::load(&given.build(), &Default::default());
    assert!(refused.is_err_and(|e| e.key() == "character-rule-morph-length"));
    // Coordinates that lie nowhere say nothing.
    let nowhere = loaded(&mapped([[0.5, 0.5]; 4]));
    let finite = nowhere.primitives[0].tangents.iter().all(|t| t.is_finite());
    assert!(finite, "{:?}", nowhere.primitives[0].tangents);
}

/// A texture that is mirrored along the bar's left edge: the two vertices there belong to both sides, and become four.
#[test]
fn a_vertex_on_the_line_of_a_mirrored_texture_becomes_two() {
    let mut file = mapped([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]]);
    let base = file.accessors().len();
    // The bar and its mirror image to the left, which share an edge: vertices 0 and 3.
    let positions: [[f32; 3]; 6] = [
        [0.0, 0.0, 0.0],
        [0.2, 0.0, 0.0],
        [0.2, 2.0, 0.0],
        [0.0, 2.0, 0.0],
        [-0.2, 2.0, 0.0],
        [-0.2, 0.0, 0.0],
    ];
    let uvs = [
        [0.0f32, 1.0],
        [1.0, 1.0],
        [1.0, 0.0],
        [0.0, 0.0],
        [1.0, 0.0],
        [1.0, 1.0],
    ];
    file.floats(&positions.concat(), "VEC3", 6);
    file.floats(&[0.0f32, 0.0, 1.0].repeat(6), "VEC3", 6);
    file.floats(&uvs.concat(), "VEC2", 6);
    file.bytes(&[0, 1, 0, 0].repeat(6), 5121, "VEC4", 6);
    file.floats(&[0.75f32, 0.25, 0.0, 0.0].repeat(6), "VEC4", 6);
    let corners: Vec<u8> = [0, 1, 2, 0, 2, 3, 0, 3, 4, 0, 4, 5u16]
        .iter()
        .flat_map(|i| i.to_le_bytes())
        .collect();
    file.bytes(&corners, 5123, "SCALAR", 12);
    let lifted: Vec<f32> = (0..6).flat_map(|v| [0.0, 0.0, 0.1 * v as f32]).collect();
    file.floats(&lifted, "VEC3", 6);
    file.json["meshes"][0]["primitives"] = json!([{
        "attributes": {"POSITION": base, "NORMAL": base + 1, "TEXCOORD_0": base + 2,
            "JOINTS_0": base + 3, "WEIGHTS_0": base + 4},
        "indices": base + 5, "material": 0, "targets": [{"POSITION": base + 6}]
    }]);
    let character = loaded(&file);
    let p = &character.primitives[0];
    assert_eq!(p.positions.len(), 8);
    for list in [
        p.normals.len(),
        p.uvs.len(),
        p.joints.len(),
        p.weights.len(),
        p.tangents.len(),
    ] {
        assert_eq!(list, 8);
    }
    for (t, triangle) in p.indices.chunks_exact(3).enumerate() {
        // The right side's u runs right, the left one's left; green runs up on both.
        let side = if t < 2 { 1.0 } else { -1.0 };
        for vertex in triangle.iter().map(|v| *v as usize) {
            let tangent = p.tangents[vertex];
            let expected = glam::Vec4::new(side, 0.0, 0.0, side);
            assert!(tangent.distance(expected) < 1e-5, "triangle {t}: {tangent}");
            assert!(p.positions[vertex].x * side >= 0.0);
        }
    }
    // The twins do what their originals do.
    let moved = &p.morphs[0];
    let lift = |v: usize| {
        let nth = moved.vertices.iter().position(|m| *m as usize == v);
        nth.map_or(0.0, |nth| moved.positions[nth].z)
    };
    assert!(moved.vertices.windows(2).all(|pair| pair[0] < pair[1]));
    for twin in 6..8 {
        let original = (0..6)
            .find(|v| p.positions[*v] == p.positions[twin])
            .unwrap();
        assert!([0, 3].contains(&original));
        assert_eq!(lift(twin), lift(original));
        assert_eq!(p.uvs[twin], p.uvs[original]);
        assert_eq!(p.weights[twin], p.weights[original]);
    }
}

/// A node that mirrors what hangs on it: its normals still point outside.
#[test]
fn a_mirrored_node_keeps_its_normals_outside() {
    let mut file = Glb::bar();
    let primitive = &mut file.json["meshes"][0]["primitives"][0];
    let attributes = primitive["attributes"].as_object_mut().unwrap();
    attributes.retain(|name, _| name == "POSITION" || name == "NORMAL");
    file.json["nodes"][3] = json!({"name": "mirrored", "mesh": 0, "scale": [-1.0, 1.0, 1.0]});
    let character = loaded(&file);
    let rest = character
        .skeleton
        .as_ref()
        .map_or(&[][..], |s| s.rest_global());
    let mut out = PosedVertices::<ModelSpace>::default();
    pose_vertices(&character, rest, &FaceWeights::default(), &mut out).unwrap();
    let corners = character.primitives[0].indices[..3].iter();
    let [a, b, c] = [0, 1, 2].map(|i| corners.as_slice()[i] as usize);
    let at = |v: usize| out.positions[v].metres();
    let outside = (at(b) - at(a)).cross(at(c) - at(a));
    assert!(outside.dot(out.normals[a].metres()) > 0.0);
    assert!(out.normals[a].metres().z > 0.99);
}
