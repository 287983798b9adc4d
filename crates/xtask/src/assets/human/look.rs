//! Materials of the human: gathers what the painters need from the body, and paints.

use anyhow::{Context, Result};
use glam::Vec3;

use super::body::{Body, Source};
use super::glb::{Material, Picture};
use super::hair::front_edge_m;
use super::paint::atlas::normal_map;
use super::paint::skin::{Features, Masks};
use super::paint::suit::Cut;
use super::paint::{eye, hair, mouth, skin, suit};
use super::part::Part;
use super::shape;
use super::surface::Surface;
use crate::assets::package::Archive;

const SKIN_TEXELS: usize = 2048;
const SUIT_TEXELS: usize = 2048;
const JPEG_QUALITY: u8 = 88;

/// Paints every material.
///
/// The painters know a face and a suit of the performer's size, in metres: they are shown everybody
/// else enlarged or reduced to it.
///
/// # Errors
/// When a target that serves as a mask is missing or a picture cannot be encoded.
pub fn materials(archive: &mut Archive, source: &Source, body: &Body) -> Result<Vec<Material>> {
    let by = 1.0 / source.person.size;
    let body = &measured(body, by);
    let (eye_m, eye_radius_m) = source.left_eye_m()?;
    let features = Features {
        eye_m: eye_m * by,
        eye_radius_m: eye_radius_m * by,
        head_m: Vec3::new(0.0, eye_m.y, source.rig.at("Head")?.z) * by,
        hair_edge_m: front_edge_m(part(body, "hair")?),
        mouth_m: source.mouth_m * by,
        finger_tips: finger_tips(source, by),
    };
    let masks = masks(archive, source, part(body, "skin")?, &body.face_surfaces[0])?;
    let mut materials = face(body, &features, &masks, source.person.coarser)?;
    materials.extend(clothes(source, body, by)?);
    Ok(materials)
}

/// The body at another size.
fn measured(body: &Body, by: f32) -> Body {
    let all = |parts: &[Part]| parts.iter().map(|part| scaled(part, by)).collect();
    Body {
        face: all(&body.face),
        clothes: all(&body.clothes),
        face_surfaces: body.face_surfaces.clone(),
    }
}

fn scaled(part: &Part, by: f32) -> Part {
    Part {
        positions_m: part.positions_m.iter().map(|p| *p * by).collect(),
        ..part.clone()
    }
}

fn part<'a>(body: &'a Body, name: &str) -> Result<&'a Part> {
    let mut parts = body.face.iter().chain(&body.clothes);
    parts
        .find(|part| part.name == name)
        .with_context(|| format!("no part {name}"))
}

fn face(body: &Body, features: &Features, masks: &Masks, coarser: usize) -> Result<Vec<Material>> {
    let texels = |performer: usize| performer / coarser;
    let [skin_part, eye_part, lashes] = [
        part(body, "skin")?,
        part(body, "eye")?,
        part(body, "lashes")?,
    ];
    let [teeth, tongue] = [part(body, "teeth")?, part(body, "tongue")?];
    let tip = lash_tips(lashes, skin_part);
    let (edge, arc) = tooth_coordinates(teeth);
    let tone = skin::paint(skin_part, features, masks, texels(SKIN_TEXELS)).jpeg(JPEG_QUALITY)?;
    let gloss = skin::paint_roughness(skin_part, features, masks, texels(512)).jpeg(80)?;
    Ok(vec![
        Material {
            metallic_roughness: Some(gloss),
            ..material("skin", Some(tone), 1.0)
        },
        material(
            "eye",
            Some(eye::paint(eye_part, features, texels(1024)).jpeg(JPEG_QUALITY)?),
            0.08,
        ),
        Material {
            alpha_cutoff: Some(0.4),
            double_sided: true,
            ..material(
                "lashes",
                Some(eye::paint_lashes(lashes, features, &tip, texels(1024)).png()?),
                0.7,
            )
        },
        material(
            "teeth",
            Some(mouth::paint_teeth(teeth, &edge, &arc, texels(512)).jpeg(JPEG_QUALITY)?),
            0.25,
        ),
        material(
            "tongue",
            Some(mouth::paint_tongue(tongue, texels(256)).jpeg(JPEG_QUALITY)?),
            0.35,
        ),
    ])
}

fn clothes(source: &Source, body: &Body, by: f32) -> Result<Vec<Material>> {
    let texels = |performer: usize| performer / source.person.coarser;
    let (suit_part, shoes) = (part(body, "suit")?, part(body, "shoes")?);
    let cut = suit_cut(source, suit_part, by)?;
    let height = suit::paint_height(suit_part, &cut, texels(SUIT_TEXELS / 2));
    let folds = normal_map(&height, texel_m(suit_part, texels(SUIT_TEXELS / 2))).jpeg(90)?;
    let gloss = suit::paint_roughness(suit_part, &cut, texels(512)).jpeg(80)?;
    let cloth = suit::paint(suit_part, &cut, texels(SUIT_TEXELS)).jpeg(JPEG_QUALITY)?;
    let of_feet = 1.0 / source.person.feet;
    let shoes = scaled(shoes, of_feet / by);
    let ankle_m = source.rig.at("LeftFoot")? * of_feet;
    let leather = suit::paint_shoes(&shoes, ankle_m, texels(1024)).jpeg(JPEG_QUALITY)?;
    Ok(vec![
        Material {
            normal: Some(folds),
            metallic_roughness: Some(gloss),
            double_sided: true,
            ..material("suit", Some(cloth), 1.0)
        },
        Material {
            double_sided: true,
            ..material("shoes", Some(leather), 0.55)
        },
        Material {
            alpha_cutoff: Some(0.5),
            double_sided: true,
            ..material("hair", Some(hair::paint(texels(1024)).png()?), 0.52)
        },
    ])
}

fn material(name: &'static str, base_colour: Option<Picture>, roughness: f32) -> Material {
    Material {
        name,
        base_colour,
        roughness,
        ..Material::default()
    }
}

fn finger_tips(source: &Source, by: f32) -> Vec<(Vec3, Vec3)> {
    let last = source
        .rig
        .joints
        .iter()
        .filter(|j| j.name.contains("Hand") && j.name.ends_with('3'));
    last.map(|joint| {
        (
            joint.tail_m * by,
            (joint.tail_m - joint.position_m).normalize_or_zero(),
        )
    })
    .collect()
}

/// Masks from what the shape targets move: each names a feature of the face.
fn masks(archive: &mut Archive, source: &Source, part: &Part, surface: &Surface) -> Result<Masks> {
    let count = source.mesh.positions.len();
    let mut mask = |names: &[&str]| -> Result<Vec<f32>> {
        let mut sum = vec![0.0_f32; count];
        for name in names {
            for (slot, value) in sum
                .iter_mut()
                .zip(shape::named(archive, name, count)?.mask(count))
            {
                *slot = slot.max(value);
            }
        }
        let sampled = surface.sample(&sum);
        Ok(part
            .surface_vertex
            .iter()
            .map(|&vertex| sampled[vertex as usize])
            .collect())
    };
    Ok(Masks {
        cheeks: mask(&["cheek/l-cheek-volume-incr", "cheek/r-cheek-volume-incr"])?,
        nose: mask(&["nose/nose-point-up"])?,
        ears: mask(&["ears/l-ear-scale-incr", "ears/r-ear-scale-incr"])?,
        mouth: inside_mouth(part),
    })
}

/// 1 for skin behind the lips: in the chart of the mouth's lining.
fn inside_mouth(part: &Part) -> Vec<f32> {
    let lining = |uv: &glam::Vec2| uv.x > 0.565 && uv.x < 0.722 && uv.y > 0.72 && uv.y < 0.853;
    part.uvs
        .iter()
        .map(|uv| if lining(uv) { 1.0 } else { 0.0 })
        .collect()
}

/// 0 where a lash meets the lid, 1 at its free edge.
fn lash_tips(lashes: &Part, skin: &Part) -> Vec<f32> {
    const LENGTH_M: f32 = 0.009;
    let near = |p: &Vec3| {
        skin.positions_m
            .iter()
            .map(|q| p.distance_squared(*q))
            .fold(f32::INFINITY, f32::min)
    };
    lashes
        .positions_m
        .iter()
        .map(|p| near(p).sqrt() / LENGTH_M)
        .collect()
}

/// Per vertex of the teeth: 0 at the gum to 1 at the edge, and teeth counted along the jaw.
fn tooth_coordinates(teeth: &Part) -> (Vec<f32>, Vec<f32>) {
    let high = teeth
        .positions_m
        .iter()
        .map(|p| p.y)
        .fold(f32::NEG_INFINITY, f32::max);
    let low = teeth
        .positions_m
        .iter()
        .map(|p| p.y)
        .fold(f32::INFINITY, f32::min);
    let middle = 0.5 * (high + low);
    let edge = |p: &Vec3| 1.0 - (p.y - middle).abs() / (0.5 * (high - low));
    let back = teeth
        .positions_m
        .iter()
        .map(|p| p.z)
        .fold(f32::INFINITY, f32::min);
    let arc = |p: &Vec3| libm::atan2f(p.x, p.z - back + 0.004) * 4.6;
    (
        teeth.positions_m.iter().map(edge).collect(),
        teeth.positions_m.iter().map(arc).collect(),
    )
}

fn suit_cut(source: &Source, suit: &Part, by: f32) -> Result<Cut> {
    let at = |name: &str| source.rig.at(name).map(|joint_m| joint_m * by);
    let collar_m = suit.positions_m.iter().map(|p| p.y).fold(0.0, f32::max);
    let (hip, knee, ankle) = (at("LeftUpLeg")?, at("LeftLeg")?, at("LeftFoot")?);
    let (shoulder, elbow, wrist) = (at("LeftArm")?, at("LeftForeArm")?, at("LeftHand")?);
    Ok(Cut {
        bones: [
            (at("Hips")?, at("Neck")?),
            (shoulder, elbow),
            (elbow, wrist),
            (hip, knee),
            (knee, ankle),
        ],
        creases: vec![
            (elbow, 0.11),
            (knee, 0.13),
            (ankle + Vec3::Y * 0.03, 0.10),
            (wrist, 0.07),
            (shoulder - Vec3::new(0.03, 0.06, 0.0), 0.12),
            (hip + Vec3::new(-0.03, -0.02, 0.06), 0.13),
            (at("Spine")? + Vec3::new(0.1, -0.02, 0.05), 0.13),
        ],
        collar_m,
    })
}

/// Mean size of a texel of a part's texture, metres.
fn texel_m(part: &Part, size: usize) -> f32 {
    let (mut area_m2, mut area_uv) = (0.0, 0.0);
    for triangle in &part.triangles {
        let [a, b, c] = triangle.map(|vertex| part.positions_m[vertex as usize]);
        area_m2 += (b - a).cross(c - a).length();
        let [a, b, c] = triangle.map(|vertex| part.uvs[vertex as usize]);
        area_uv += (b - a).perp_dot(c - a).abs();
    }
    (area_m2 / area_uv.max(1e-9)).sqrt() / size as f32
}
