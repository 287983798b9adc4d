//! A small GLB written byte by byte, so that tests can break exactly one thing of it.

#![allow(dead_code, clippy::unwrap_used)]

use serde_json::{Value, json};

/// A GLB in the making.
pub struct Glb {
    /// The JSON chunk.
    pub json: Value,
    /// The binary chunk.
    pub bin: Vec<u8>,
}

impl Glb {
    /// A bar of two joints: four vertices, two triangles, one morph target with sparse storage, a base material.
    ///
    /// `lower` at the origin, `upper` one metre above it; vertices 0 and 1 hang on `lower`, 2 and 3 on `upper`.
    pub fn bar() -> Self {
        let mut glb = Self {
            json: json!({
                "asset": {"version": "2.0"},
                "scene": 0,
                "scenes": [{"name": "bar", "nodes": [0]}],
                "nodes": [
                    {"name": "root", "children": [1, 3]},
                    {"name": "lower", "children": [2]},
                    {"name": "upper", "translation": [0.0, 1.0, 0.0]},
                    {"name": "skinned", "mesh": 0, "skin": 0}
                ],
                "skins": [{"joints": [1, 2], "inverseBindMatrices": 5}],
                "materials": [{"name": "paint", "pbrMetallicRoughness": {"baseColorFactor": [1, 0.5, 0.25, 1]}}],
                "meshes": [{
                    "name": "bar",
                    "extras": {"targetNames": ["JawOpen"]},
                    "primitives": [{
                        "attributes": {"POSITION": 0, "JOINTS_0": 1, "WEIGHTS_0": 2, "NORMAL": 3},
                        "indices": 4, "material": 0, "targets": [{"POSITION": 6}]
                    }]
                }],
                "accessors": [], "bufferViews": [], "buffers": [{"byteLength": 0}]
            }),
            bin: Vec::new(),
        };
        let positions = [
            [0.0, 0.0, 0.0],
            [0.2, 0.0, 0.0],
            [0.2, 2.0, 0.0],
            [0.0, 2.0, 0.0],
        ];
        glb.floats(&positions.concat(), "VEC3", 4);
        glb.bytes(
            &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0],
            5121,
            "VEC4",
            4,
        );
        glb.floats(&[1.0f32, 0.0, 0.0, 0.0].repeat(4), "VEC4", 4);
        glb.floats(&[0.0f32, 0.0, 1.0].repeat(4), "VEC3", 4);
        glb.bytes(&[0, 0, 1, 0, 2, 0, 0, 0, 2, 0, 3, 0], 5123, "SCALAR", 6);
        let mut matrices = identity();
        matrices.extend(identity());
        matrices[16 + 13] = -1.0;
        glb.floats(&matrices, "MAT4", 2);
        let index_view = glb.view(&[2]);
        let value_view = glb.view(&floats(&[0.0, 0.0, 0.5]));
        glb.accessors().push(json!({
            "componentType": 5126, "type": "VEC3", "count": 4,
            "sparse": {"count": 1,
                "indices": {"bufferView": index_view, "componentType": 5121},
                "values": {"bufferView": value_view}}
        }));
        glb
    }

    /// Adds a float accessor.
    pub fn floats(&mut self, values: &[f32], kind: &str, count: usize) {
        self.bytes(&floats(values), 5126, kind, count);
    }

    /// Adds an accessor of raw bytes.
    pub fn bytes(&mut self, bytes: &[u8], component: u32, kind: &str, count: usize) {
        let view = self.view(bytes);
        self.accessors().push(json!({
            "bufferView": view, "componentType": component, "type": kind, "count": count
        }));
    }

    fn view(&mut self, bytes: &[u8]) -> usize {
        let views = self.json["bufferViews"].as_array_mut().unwrap();
        views.push(json!({"buffer": 0, "byteOffset": self.bin.len(), "byteLength": bytes.len()}));
        let index = views.len() - 1;
        self.bin.extend_from_slice(bytes);
        while !self.bin.len().is_multiple_of(4) {
            self.bin.push(0);
        }
        index
    }

    /// Replaces an accessor's view by one that is compressed to a stream, given in hexadecimal.
    fn pack(&mut self, accessor: usize, stream: &str, mut said: Value) {
        let stream = hex(stream);
        let (start, view) = (
            self.bin.len(),
            self.accessors()[accessor]["bufferView"].clone(),
        );
        self.view(&stream);
        self.json["bufferViews"].as_array_mut().unwrap().pop();
        (said["buffer"], said["byteOffset"]) = (0.into(), start.into());
        said["byteLength"] = stream.len().into();
        let bytes = said["count"].as_u64().unwrap() * said["byteStride"].as_u64().unwrap();
        let view = &mut self.json["bufferViews"][view.as_u64().unwrap() as usize];
        *view = json!({"buffer": 1, "byteOffset": 0, "byteLength": bytes});
        if said["mode"] == "ATTRIBUTES" {
            view["byteStride"] = said["byteStride"].clone();
        }
        view["extensions"] = json!({"EXT_meshopt_compression": said});
    }

    /// The accessors, to break one.
    pub fn accessors(&mut self) -> &mut Vec<Value> {
        self.json["accessors"].as_array_mut().unwrap()
    }

    /// The file.
    pub fn build(&self) -> Vec<u8> {
        let mut json = self.json.clone();
        if json["buffers"][0].get("uri").is_none() {
            json["buffers"][0]["byteLength"] = self.bin.len().into();
        }
        let mut text = serde_json::to_vec(&json).unwrap();
        while !text.len().is_multiple_of(4) {
            text.push(b' ');
        }
        let mut out = b"glTF".to_vec();
        let total = 12 + 8 + text.len() + 8 + self.bin.len();
        for word in [2, total as u32, text.len() as u32] {
            out.extend(word.to_le_bytes());
        }
        out.extend(b"JSON");
        out.extend(&text);
        out.extend((self.bin.len() as u32).to_le_bytes());
        out.extend(b"BIN\0");
        out.extend(&self.bin);
        out
    }
}

/// Little-endian bytes.
pub fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

fn identity() -> Vec<f32> {
    (0..16)
        .map(|i| if i % 5 == 0 { 1.0 } else { 0.0 })
        .collect()
}

/// Adds a curve; `output` is an accessor that was added already.
pub fn animate(glb: &mut Glb, times: &[f32], output: usize, target: serde_json::Value, how: &str) {
    let input = glb.accessors().len();
    glb.floats(times, "SCALAR", times.len());
    if glb.json["animations"].is_null() {
        glb.json["animations"] = json!([{"name": "wave", "channels": [], "samplers": []}]);
    }
    let animation = &mut glb.json["animations"][0];
    let sampler = animation["samplers"].as_array().unwrap().len();
    let samplers = animation["samplers"].as_array_mut().unwrap();
    samplers.push(json!({"input": input, "output": output, "interpolation": how}));
    let channels = animation["channels"].as_array_mut().unwrap();
    channels.push(json!({"sampler": sampler, "target": target}));
}

/// `upper` turns a quarter about Z in two seconds, stored as normalised shorts; `root` moves along X and doubles its size;
/// the morph target comes in steps.
pub fn waving() -> Glb {
    let mut glb = Glb::bar();
    let turn = glb.accessors().len();
    let half = (std::f64::consts::FRAC_1_SQRT_2 * 32767.0).round() as i16;
    let shorts = [0, 0, 0, 32767, 0, 0, half, half];
    let bytes: Vec<u8> = shorts.iter().flat_map(|v: &i16| v.to_le_bytes()).collect();
    glb.bytes(&bytes, 5122, "VEC4", 2);
    glb.accessors()[turn]["normalized"] = true.into();
    let node = |n: usize, path: &str| json!({"node": n, "path": path});
    animate(&mut glb, &[0.0, 2.0], turn, node(2, "rotation"), "LINEAR");
    let place = glb.accessors().len();
    glb.floats(&[0.0, 0.0, 0.0, 4.0, 0.0, 0.0], "VEC3", 2);
    animate(
        &mut glb,
        &[1.0, 3.0],
        place,
        node(0, "translation"),
        "LINEAR",
    );
    let size = glb.accessors().len();
    glb.floats(&[1.0, 1.0, 1.0, 2.0, 2.0, 2.0], "VEC3", 2);
    animate(&mut glb, &[0.0, 2.0], size, node(0, "scale"), "LINEAR");
    let weight = glb.accessors().len();
    glb.floats(&[0.25, 0.75], "SCALAR", 2);
    animate(&mut glb, &[0.0, 1.5], weight, node(3, "weights"), "STEP");
    glb
}

/// The bar with its positions, normals and indices compressed, as the npm package `meshoptimizer` 1.3.0 does it.
pub fn packed_bar() -> Glb {
    let mut glb = Glb::bar();
    let fallback =
        json!({"byteLength": 512, "extensions": {"EXT_meshopt_compression": {"fallback": true}}});
    glb.json["buffers"].as_array_mut().unwrap().push(fallback);
    glb.json["extensionsUsed"] = json!(["EXT_meshopt_compression", "KHR_mesh_quantization"]);
    glb.json["extensionsRequired"] = glb.json["extensionsUsed"].clone();
    let positions = "a0013300000065660133000000676801330000009897013300\
                     00007c7b000000010c00000080000000000000000000000000\
                     000000000000000000000000000000000000000000000000";
    glb.pack(
        0,
        positions,
        json!({"count": 4, "byteStride": 12, "mode": "ATTRIBUTES"}),
    );
    let normals = "a0000000000000000000000000000000000000000000000000000000000000000000007f00";
    let octahedral =
        json!({"count": 4, "byteStride": 4, "mode": "ATTRIBUTES", "filter": "OCTAHEDRAL"});
    glb.pack(3, normals, octahedral);
    glb.accessors()[3]["componentType"] = 5120.into();
    glb.accessors()[3]["normalized"] = true.into();
    let indices = "e1f000007687566778a9866589689801690000";
    glb.pack(
        4,
        indices,
        json!({"count": 6, "byteStride": 2, "mode": "TRIANGLES"}),
    );
    glb
}

/// The bar with a normal map, so that it needs tangents: a picture of one pixel that points straight out.
pub fn mapped_bar() -> Glb {
    let mut glb = Glb::bar();
    let uvs = glb.accessors().len();
    glb.floats(&[0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0], "VEC2", 4);
    let png = hex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000\
         000c4944415478da636868f80f00038302003e5828250000000049454e44ae426082",
    );
    glb.bytes(&png, 5121, "SCALAR", png.len());
    let view = glb.json["bufferViews"].as_array().unwrap().len() - 1;
    glb.json["images"] = json!([{"bufferView": view, "mimeType": "image/png"}]);
    glb.json["textures"] = json!([{"source": 0}]);
    glb.json["materials"][0]["normalTexture"] = json!({"index": 0});
    let attributes = &mut glb.json["meshes"][0]["primitives"][0]["attributes"];
    attributes["TEXCOORD_0"] = uvs.into();
    glb
}

fn hex(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks_exact(2);
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    pairs.map(byte).collect()
}
