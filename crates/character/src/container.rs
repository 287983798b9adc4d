//! The outer shell of a file: a GLB container or bare JSON, to a validated document.
//!
//! The `gltf` crate is used only behind these checks. Known traps: a GLB header whose length is below 12 underflows
//! in it, and a POSITION accessor beyond the list is indexed unchecked by its validation; both are refused before.

use crate::amount::Amount;
use crate::error::{CharacterError, ContainerProblem, invalid};
use crate::limits::{FILE_BYTES_MAX, JSON_ITEMS_MAX};
use crate::place::Place;
use crate::rule::BrokenRule;
use gltf::json;
use gltf::json::validation::{Checked, Error as Problem, Validate};

/// Extensions that a file may require although the `gltf` crate does not know them: they are read here, or ignoring
/// them changes no vertex of the rest pose.
const KNOWN_EXTENSIONS: &[&str] = &[
    "VRM",
    "VRMC_vrm",
    "VRMC_vrm_animation",
    "VRMC_materials_mtoon",
    "VRMC_springBone",
    "VRMC_node_constraint",
    "KHR_mesh_quantization",
    "EXT_meshopt_compression",
    "KHR_meshopt_compression",
    "KHR_materials_specular",
    "KHR_materials_ior",
    "KHR_materials_clearcoat",
    "KHR_materials_sheen",
    "KHR_materials_transmission",
    "KHR_materials_volume",
    "KHR_materials_anisotropy",
    "KHR_materials_iridescence",
    "KHR_materials_dispersion",
    "KHR_lights_punctual",
];

/// What a file is made of.
pub(crate) struct Contents {
    /// The validated JSON.
    pub root: json::Root,
    /// The GLB's binary chunk.
    pub blob: Option<Vec<u8>>,
}

/// Reads the container and validates the JSON.
pub(crate) fn read(bytes: &[u8]) -> Result<Contents, CharacterError> {
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(CharacterError::TooLarge {
            what: Amount::FileBytes,
            size: bytes.len() as u64,
            limit: FILE_BYTES_MAX,
        });
    }
    if bytes.starts_with(b"glTF") {
        check_glb_header(bytes)?;
    } else if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(CharacterError::NotGltf {
            problem: ContainerProblem::Unknown,
        });
    }
    check_json_items(json_of(bytes))?;
    let gltf = gltf::Gltf::from_slice_without_validation(bytes).map_err(refusal)?;
    let root = gltf.document.into_json();
    check_positions_exist(&root)?;
    validate(&root)?;
    Ok(Contents {
        root,
        blob: gltf.blob,
    })
}

fn check_glb_header(bytes: &[u8]) -> Result<(), CharacterError> {
    let word = |at: usize| {
        let raw = bytes.get(at..at + 4)?;
        Some(u32::from_le_bytes(raw.try_into().ok()?))
    };
    let (Some(version), Some(length)) = (word(4), word(8)) else {
        return Err(CharacterError::NotGltf {
            problem: ContainerProblem::HeaderCut,
        });
    };
    if version != 2 {
        return Err(CharacterError::NotGltf {
            problem: ContainerProblem::Version(version),
        });
    }
    if length < 20 || u64::from(length) > bytes.len() as u64 {
        return Err(CharacterError::OutOfBounds {
            what: Place::Container,
            end: u64::from(length),
            available: bytes.len() as u64,
        });
    }
    Ok(())
}

/// The JSON's bytes: the first chunk of a GLB whose header was checked, or all.
fn json_of(bytes: &[u8]) -> &[u8] {
    if !bytes.starts_with(b"glTF") {
        return bytes;
    }
    let length = bytes.get(12..16).and_then(|b| b.try_into().ok());
    let length = length.map_or(0, u32::from_le_bytes) as usize;
    let chunk = bytes.get(20..).unwrap_or(&[]);
    chunk.get(..length).unwrap_or(chunk)
}

/// Counts what the parser would make things of, before it does.
fn check_json_items(json: &[u8]) -> Result<(), CharacterError> {
    let (mut items, mut in_string, mut escaped) = (0usize, false, false);
    for byte in json {
        match (in_string, *byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (true, b'"') => in_string = false,
            (true, _) => {}
            (false, b'"') => in_string = true,
            (false, b'{' | b'[' | b',') => items += 1,
            (false, _) => {}
        }
    }
    if items > JSON_ITEMS_MAX {
        return Err(CharacterError::TooLarge {
            what: Amount::JsonParts,
            size: items as u64,
            limit: JSON_ITEMS_MAX as u64,
        });
    }
    Ok(())
}

fn refusal(error: gltf::Error) -> CharacterError {
    match error {
        gltf::Error::Deserialize(e) => CharacterError::Json {
            line: e.line(),
            column: e.column(),
            reason: e.to_string(),
        },
        gltf::Error::Binary(gltf::binary::Error::ChunkLength {
            length,
            length_read,
            ..
        }) => CharacterError::OutOfBounds {
            what: Place::Container,
            end: u64::from(length),
            available: length_read as u64,
        },
        gltf::Error::Binary(gltf::binary::Error::Length {
            length,
            length_read,
        }) => CharacterError::OutOfBounds {
            what: Place::Container,
            end: u64::from(length),
            available: length_read as u64,
        },
        _ => invalid(Place::Container, BrokenRule::Chunks),
    }
}

fn check_positions_exist(root: &json::Root) -> Result<(), CharacterError> {
    let position = Checked::Valid(json::mesh::Semantic::Positions);
    for (m, mesh) in root.meshes.iter().enumerate() {
        for (p, primitive) in mesh.primitives.iter().enumerate() {
            let beyond = primitive
                .attributes
                .get(&position)
                .is_some_and(|a| a.value() >= root.accessors.len());
            if beyond {
                return Err(invalid(
                    Place::Attribute {
                        mesh: m,
                        primitive: p,
                        attribute: "POSITION",
                    },
                    BrokenRule::NamesNothing,
                ));
            }
        }
    }
    Ok(())
}

fn validate(root: &json::Root) -> Result<(), CharacterError> {
    let mut first: Option<CharacterError> = None;
    root.validate(root, json::Path::new, &mut |path, problem| {
        if first.is_some() {
            return;
        }
        let path = path();
        let place = path.as_str();
        // Bounds of POSITION are required by the specification but used by nobody here; many exporters omit them.
        if place.ends_with(".min") || place.ends_with(".max") {
            return;
        }
        if place.starts_with("extensionsRequired") {
            first = required_extension(place);
            return;
        }
        first = Some(invalid(Place::Path(place.to_owned()), rule_of(problem)));
    });
    first.map_or(Ok(()), Err)
}

/// What the validation of the `gltf` crate found.
fn rule_of(problem: Problem) -> BrokenRule {
    match problem {
        Problem::IndexOutOfBounds => BrokenRule::NamesNothing,
        Problem::Missing => BrokenRule::Missing,
        Problem::Oversize => BrokenRule::Oversize,
        // `Unsupported` stands at required extensions alone, which are looked at before.
        Problem::Invalid | Problem::Unsupported => BrokenRule::BadValue,
    }
}

/// The path ends in ` = "NAME"`.
fn required_extension(place: &str) -> Option<CharacterError> {
    let name = place
        .rsplit_once(" = \"")
        .map_or(place, |(_, name)| name.trim_end_matches('"'));
    (!KNOWN_EXTENSIONS.contains(&name)).then(|| CharacterError::Unsupported {
        feature: name.to_owned(),
    })
}
