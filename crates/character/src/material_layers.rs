//! What a material has beyond metallic-roughness: the extensions that skin, hair, eyes and cloth are made with.
//!
//! Only factors are read. Their textures, and extensions that nobody here knows, are left out with a note each, so that a
//! person sees why a surface looks plainer than in its maker's program. Sources: KHR_materials_specular, _ior, _sheen,
//! _clearcoat, _transmission; VRMC_materials_mtoon 1.0; VRM 0 `materialProperties` (MToon).

use crate::note::CharacterNote;
use glam::Vec3;
use gltf::json;
use serde_json::{Map, Value};

/// MToon's shading, as far as one light and an outline need it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Toon {
    /// Colour of the shaded side, linear.
    pub shade_color: Vec3,
    /// Where the shade begins, -1 to 1.
    pub shading_shift: f32,
    /// How hard its edge is, 0 to 1.
    pub shading_toony: f32,
    /// Colour of the light around the edge, linear.
    pub rim_color: Vec3,
    /// Width of the outline, metres; 0 for none.
    pub outline_width_m: f32,
    /// Its colour, linear.
    pub outline_color: Vec3,
}

/// Layers over the base of a material; the default is what glTF's core material means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaterialLayers {
    /// Strength of the reflection of what is no metal, 0 to 1.
    pub specular: f32,
    /// Its colour, linear.
    pub specular_color: Vec3,
    /// Index of refraction: water and eyes 1.33, skin 1.4, most else 1.5.
    pub ior: f32,
    /// Colour of cloth's sheen, linear; black for none.
    pub sheen_color: Vec3,
    /// Its roughness, 0 to 1.
    pub sheen_roughness: f32,
    /// Strength of a clear coat, as over an eye, 0 to 1.
    pub clearcoat: f32,
    /// Its roughness, 0 to 1.
    pub clearcoat_roughness: f32,
    /// How much light goes through, 0 to 1.
    pub transmission: f32,
    /// Drawn as a cartoon.
    pub toon: Option<Toon>,
}

impl Default for MaterialLayers {
    fn default() -> Self {
        Self {
            specular: 1.0,
            specular_color: Vec3::ONE,
            ior: 1.5,
            sheen_color: Vec3::ZERO,
            sheen_roughness: 0.0,
            clearcoat: 0.0,
            clearcoat_roughness: 0.0,
            transmission: 0.0,
            toon: None,
        }
    }
}

/// Extensions that are read here or with the base.
const READ: &[&str] = &[
    "KHR_materials_specular",
    "KHR_materials_ior",
    "KHR_materials_sheen",
    "KHR_materials_clearcoat",
    "KHR_materials_transmission",
    "VRMC_materials_mtoon",
];

/// Reads the layers of material `m`, called `name`.
pub(crate) fn read(
    root: &json::Root,
    m: usize,
    name: &str,
    notes: &mut Vec<CharacterNote>,
) -> MaterialLayers {
    let none = Map::new();
    let entry = root.materials.get(m).and_then(|e| e.extensions.as_ref());
    let given = entry.map_or(&none, |e| &e.others);
    for (extension, value) in given {
        let mut ignored = |part: String| {
            notes.push(CharacterNote::MaterialPartIgnored {
                material: name.to_owned(),
                part,
            });
        };
        if !READ.contains(&extension.as_str()) {
            ignored(extension.chars().take(64).collect());
            continue;
        }
        let parts = value.as_object().into_iter().flatten();
        for (key, _) in parts.filter(|(key, _)| key.ends_with("Texture")) {
            ignored(format!(
                "{extension} {}",
                key.chars().take(64).collect::<String>()
            ));
        }
    }
    let number = |extension: &str, key: &str, usual: f32, max: f32| {
        number(given.get(extension), key, usual).clamp(0.0, max)
    };
    let color = |extension: &str, key: &str, usual: Vec3| color(given.get(extension), key, usual);
    let usual = MaterialLayers::default();
    // KHR_materials_ior: 0 stands for an index without end, which is a mirror.
    let ior = match number("KHR_materials_ior", "ior", usual.ior, 10.0) {
        0.0 => 10.0,
        ior => ior.max(1.0),
    };
    MaterialLayers {
        specular: number("KHR_materials_specular", "specularFactor", 1.0, 1.0),
        specular_color: color("KHR_materials_specular", "specularColorFactor", Vec3::ONE),
        ior,
        sheen_color: color("KHR_materials_sheen", "sheenColorFactor", Vec3::ZERO),
        sheen_roughness: number("KHR_materials_sheen", "sheenRoughnessFactor", 0.0, 1.0),
        clearcoat: number("KHR_materials_clearcoat", "clearcoatFactor", 0.0, 1.0),
        clearcoat_roughness: number(
            "KHR_materials_clearcoat",
            "clearcoatRoughnessFactor",
            0.0,
            1.0,
        ),
        transmission: number("KHR_materials_transmission", "transmissionFactor", 0.0, 1.0),
        toon: given
            .get("VRMC_materials_mtoon")
            .map(toon_1)
            .or_else(|| toon_0(root, m)),
    }
}

fn toon_1(value: &Value) -> Toon {
    let value = Some(value);
    let has_outline = value
        .and_then(|v| v.get("outlineWidthMode"))
        .and_then(Value::as_str)
        .is_some_and(|mode| mode != "none");
    Toon {
        shade_color: color(value, "shadeColorFactor", Vec3::ZERO),
        shading_shift: number(value, "shadingShiftFactor", 0.0).clamp(-1.0, 1.0),
        shading_toony: number(value, "shadingToonyFactor", 0.9).clamp(0.0, 1.0),
        rim_color: color(value, "parametricRimColorFactor", Vec3::ZERO),
        outline_width_m: match has_outline {
            true => number(value, "outlineWidthFactor", 0.0).clamp(0.0, 0.1),
            false => 0.0,
        },
        outline_color: color(value, "outlineColorFactor", Vec3::ZERO),
    }
}

/// VRM 0 keeps its shader's numbers beside the materials, in Unity's words; colours are sRGB encoded there.
fn toon_0(root: &json::Root, m: usize) -> Option<Toon> {
    let vrm = root.extensions.as_ref()?.others.get("VRM")?;
    let entry = vrm.get("materialProperties")?.get(m)?;
    if entry.get("shader").and_then(Value::as_str) != Some("VRM/MToon") {
        return None;
    }
    let (floats, vectors) = (entry.get("floatProperties"), entry.get("vectorProperties"));
    let linear = |key: &str, usual: Vec3| {
        let encoded = color(vectors, key, usual);
        encoded.map(|c| {
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        })
    };
    Some(Toon {
        shade_color: linear("_ShadeColor", Vec3::ZERO),
        shading_shift: number(floats, "_ShadeShift", 0.0).clamp(-1.0, 1.0),
        shading_toony: number(floats, "_ShadeToony", 0.9).clamp(0.0, 1.0),
        rim_color: linear("_RimColor", Vec3::ZERO),
        // Centimetres there.
        outline_width_m: match number(floats, "_OutlineWidthMode", 0.0) {
            0.0 => 0.0,
            _ => (number(floats, "_OutlineWidth", 0.0) * 0.01).clamp(0.0, 0.1),
        },
        outline_color: linear("_OutlineColor", Vec3::ZERO),
    })
}

fn number(value: Option<&Value>, key: &str, usual: f32) -> f32 {
    let given = value.and_then(|v| v.get(key)).and_then(Value::as_f64);
    given.map_or(usual, |v| v as f32).clamp(-1e6, 1e6)
}

/// The first three numbers of a list, 0 to 1 each but for what shines more.
fn color(value: Option<&Value>, key: &str, usual: Vec3) -> Vec3 {
    let list = value.and_then(|v| v.get(key)).and_then(Value::as_array);
    let Some(list) = list.filter(|l| l.len() >= 3) else {
        return usual;
    };
    let at = |i: usize| list.get(i).and_then(Value::as_f64).unwrap_or(0.0) as f32;
    Vec3::new(at(0), at(1), at(2)).clamp(Vec3::ZERO, Vec3::splat(1e6))
}
