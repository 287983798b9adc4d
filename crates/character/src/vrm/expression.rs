//! VRM's expressions: what a face's named states do to morph targets and materials, in versions 0 and 1.
//!
//! Version 0 calls them blend shape groups, counts weights to 100, names meshes and has names of its own for the presets;
//! both become the same here. Binds to things that do not exist are left out, with a count. Sources: VRM 0
//! `blendShapeMaster`, VRM 1.0 `VRMC_vrm` expressions.

use crate::limits::{EXPRESSION_BINDS_MAX, EXPRESSIONS_MAX};
use crate::morph::MorphSlots;
use glam::{Vec2, Vec4};
use gltf::json;
use serde_json::Value;

/// What an expression does to a group of others while it acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Override {
    /// Nothing.
    #[default]
    None,
    /// They stop.
    Block,
    /// They fade by as much as it acts.
    Blend,
}

/// What an expression does to a material at full weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MaterialChange {
    /// A colour (linear RGBA) takes this value; which one is VRM's name of it.
    Color {
        /// Which colour.
        which: MaterialColor,
        /// Its value.
        target: Vec4,
    },
    /// All textures are moved.
    Texture {
        /// `uv' = scale * uv + offset`.
        scale: Vec2,
        /// See `scale`.
        offset: Vec2,
    },
}

/// The colours that an expression may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaterialColor {
    /// Base colour.
    Base,
    /// Emitted light.
    Emission,
    /// MToon's shade colour.
    Shade,
    /// MToon's matcap colour.
    Matcap,
    /// MToon's rim colour.
    Rim,
    /// MToon's outline colour.
    Outline,
}

/// A named state of the face.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expression {
    /// VRM 1's name of a preset (`happy`, `aa`, `blinkLeft`), or the author's own.
    pub name: String,
    /// Whether VRM defines the name.
    pub is_preset: bool,
    /// Whether it is only on or off.
    pub is_binary: bool,
    /// What it does to blinking.
    pub overrides_blink: Override,
    /// What it does to looking.
    pub overrides_look_at: Override,
    /// What it does to the mouth.
    pub overrides_mouth: Override,
    /// Morph targets of the character with their weights at full weight.
    pub morphs: Vec<(u16, f32)>,
    /// Materials with what happens to them at full weight.
    pub materials: Vec<(usize, MaterialChange)>,
}

/// Presets of VRM 1.
const PRESETS: [&str; 18] = [
    "happy",
    "angry",
    "sad",
    "relaxed",
    "surprised",
    "aa",
    "ih",
    "ou",
    "ee",
    "oh",
    "blink",
    "blinkLeft",
    "blinkRight",
    "lookUp",
    "lookDown",
    "lookLeft",
    "lookRight",
    "neutral",
];

/// VRM 0's names of them.
const OLD_PRESETS: &[(&str, &str)] = &[
    ("joy", "happy"),
    ("angry", "angry"),
    ("sorrow", "sad"),
    ("fun", "relaxed"),
    ("a", "aa"),
    ("i", "ih"),
    ("u", "ou"),
    ("e", "ee"),
    ("o", "oh"),
    ("blink", "blink"),
    ("blink_l", "blinkLeft"),
    ("blink_r", "blinkRight"),
    ("lookup", "lookUp"),
    ("lookdown", "lookDown"),
    ("lookleft", "lookLeft"),
    ("lookright", "lookRight"),
    ("neutral", "neutral"),
];

/// The expressions of a VRM file, and how many binds name nothing that exists.
pub(crate) fn read(root: &json::Root, slots: &MorphSlots) -> (Vec<Expression>, usize) {
    let extensions = root.extensions.as_ref().map(|e| &e.others);
    let (one, zero) = (
        extensions.and_then(|e| e.get("VRMC_vrm")),
        extensions.and_then(|e| e.get("VRM")),
    );
    let mut reader = Reader {
        root,
        slots,
        broken: 0,
        binds: 0,
    };
    let mut found = match (one, zero) {
        (Some(one), _) => reader.version_1(one),
        (None, Some(zero)) => reader.version_0(zero),
        (None, None) => Vec::new(),
    };
    reader.broken += found.len().saturating_sub(EXPRESSIONS_MAX);
    found.truncate(EXPRESSIONS_MAX);
    (found, reader.broken)
}

struct Reader<'a> {
    root: &'a json::Root,
    slots: &'a MorphSlots,
    broken: usize,
    binds: usize,
}

impl Reader<'_> {
    fn version_1(&mut self, extension: &Value) -> Vec<Expression> {
        let all = extension.get("expressions");
        let mut found = Vec::new();
        for kind in ["preset", "custom"] {
            let named = all.and_then(|e| e.get(kind)).and_then(Value::as_object);
            for (name, entry) in named.into_iter().flatten() {
                let overrides = |key: &str| match entry.get(key).and_then(Value::as_str) {
                    Some("block") => Override::Block,
                    Some("blend") => Override::Blend,
                    _ => Override::None,
                };
                let mut built = Expression {
                    name: short(name),
                    is_preset: kind == "preset" && PRESETS.contains(&name.as_str()),
                    is_binary: entry.get("isBinary").and_then(Value::as_bool) == Some(true),
                    overrides_blink: overrides("overrideBlink"),
                    overrides_look_at: overrides("overrideLookAt"),
                    overrides_mouth: overrides("overrideMouth"),
                    ..Expression::default()
                };
                for bind in list(entry, "morphTargetBinds") {
                    let node = whole(bind, "node").and_then(|n| self.root.nodes.get(n));
                    let mesh = node.and_then(|n| n.mesh).map(|m| m.value());
                    self.morph(&mut built, mesh, bind, 1.0);
                }
                self.materials_1(&mut built, entry);
                found.push(built);
            }
        }
        found
    }

    fn materials_1(&mut self, built: &mut Expression, entry: &Value) {
        for bind in list(entry, "materialColorBinds") {
            let which = match bind.get("type").and_then(Value::as_str) {
                Some("color") => Some(MaterialColor::Base),
                Some("emissionColor") => Some(MaterialColor::Emission),
                Some("shadeColor") => Some(MaterialColor::Shade),
                Some("matcapColor") => Some(MaterialColor::Matcap),
                Some("rimColor") => Some(MaterialColor::Rim),
                Some("outlineColor") => Some(MaterialColor::Outline),
                _ => None,
            };
            let target = numbers::<4>(bind, "targetValue").map(Vec4::from_array);
            let change = which
                .zip(target)
                .map(|(which, target)| MaterialChange::Color { which, target });
            self.material(built, whole(bind, "material"), change);
        }
        for bind in list(entry, "textureTransformBinds") {
            let change = MaterialChange::Texture {
                scale: numbers::<2>(bind, "scale").map_or(Vec2::ONE, Vec2::from_array),
                offset: numbers::<2>(bind, "offset").map_or(Vec2::ZERO, Vec2::from_array),
            };
            self.material(built, whole(bind, "material"), Some(change));
        }
    }

    fn version_0(&mut self, extension: &Value) -> Vec<Expression> {
        let groups = extension.get("blendShapeMaster");
        let groups = groups.map_or(&[][..], |m| list(m, "blendShapeGroups"));
        let mut found = Vec::new();
        for group in groups {
            let preset = group.get("presetName").and_then(Value::as_str);
            let preset = preset.map(str::to_ascii_lowercase);
            let preset = OLD_PRESETS
                .iter()
                .find(|(old, _)| preset.as_deref() == Some(*old));
            let own = group
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let mut built = Expression {
                name: preset.map_or_else(|| short(own), |(_, new)| (*new).to_owned()),
                is_preset: preset.is_some(),
                is_binary: group.get("isBinary").and_then(Value::as_bool) == Some(true),
                ..Expression::default()
            };
            for bind in list(group, "binds") {
                let mesh = whole(bind, "mesh");
                self.morph(&mut built, mesh, bind, 100.0);
            }
            for value in list(group, "materialValues") {
                let name = value.get("materialName").and_then(Value::as_str);
                let mut materials = self.root.materials.iter();
                let material = materials.position(|m| name.is_some() && m.name.as_deref() == name);
                let change = old_material_value(value);
                self.material(&mut built, material, change);
            }
            found.push(built);
        }
        found
    }

    fn morph(&mut self, built: &mut Expression, mesh: Option<usize>, bind: &Value, full: f64) {
        let target = mesh.zip(whole(bind, "index"));
        let slot = target.and_then(|(mesh, index)| self.slots.of(mesh, index));
        let weight = bind.get("weight").and_then(Value::as_f64).unwrap_or(full) / full;
        self.binds += 1;
        match slot {
            Some(slot) if weight.is_finite() && self.binds <= EXPRESSION_BINDS_MAX => {
                // Targets of one name in several meshes are one morph target here.
                match built.morphs.iter_mut().find(|(s, _)| *s == slot) {
                    Some(known) => known.1 = known.1.max(weight.clamp(0.0, 1.0) as f32),
                    None => built.morphs.push((slot, weight.clamp(0.0, 1.0) as f32)),
                }
            }
            _ => self.broken += 1,
        }
    }

    fn material(
        &mut self,
        built: &mut Expression,
        material: Option<usize>,
        change: Option<MaterialChange>,
    ) {
        let exists = material.filter(|m| *m < self.root.materials.len());
        self.binds += 1;
        match (exists, change) {
            (Some(material), Some(change)) if self.binds <= EXPRESSION_BINDS_MAX => {
                built.materials.push((material, change));
            }
            _ => self.broken += 1,
        }
    }
}

fn old_material_value(value: &Value) -> Option<MaterialChange> {
    let property = value.get("propertyName").and_then(Value::as_str)?;
    let target = Vec4::from_array(numbers::<4>(value, "targetValue")?);
    let which = match property {
        "_Color" => MaterialColor::Base,
        "_EmissionColor" => MaterialColor::Emission,
        "_ShadeColor" => MaterialColor::Shade,
        "_RimColor" => MaterialColor::Rim,
        "_OutlineColor" => MaterialColor::Outline,
        // Unity's scale and offset; its v runs upwards.
        "_MainTex_ST" => {
            let (scale, offset) = (target.truncate().truncate(), Vec2::new(target.z, target.w));
            return Some(MaterialChange::Texture {
                scale,
                offset: Vec2::new(offset.x, 1.0 - scale.y - offset.y),
            });
        }
        _ => return None,
    };
    Some(MaterialChange::Color { which, target })
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn whole(value: &Value, key: &str) -> Option<usize> {
    usize::try_from(value.get(key)?.as_u64()?).ok()
}

fn numbers<const N: usize>(value: &Value, key: &str) -> Option<[f32; N]> {
    let given = value.get(key)?.as_array()?;
    let mut out = [0.0; N];
    for (slot, v) in out.iter_mut().zip(given) {
        *slot = v.as_f64().map(|v| v as f32).filter(|v| v.is_finite())?;
    }
    (given.len() == N).then_some(out)
}

fn short(name: &str) -> String {
    name.chars().take(64).collect()
}
