//! An inspected character as a page for people.

use super::figures::{joint_name, rest_pose_name, vertices};
use crate::table::aligned;
use crate::text::Text;
use cyc_character::{BoneSource, Character, FaceSource};
use cyc_model::{FaceShape, HumanBone};

/// Names of one kind that are told before the rest is only counted.
const NAMES_MAX: usize = 16;

/// The page.
pub fn of(character: &Character, text: &Text) -> String {
    let mut page = aligned(&summary(character, text));
    if character.humanoid.bones().next().is_some() {
        page += &format!("\n{}\n", text.get("inspect-bones", &[]));
        page += &aligned(&bones(character, text));
    }
    let face = face(character, text);
    if !face.is_empty() {
        page += &format!("\n{}\n{}", text.get("inspect-face", &[]), aligned(&face));
    }
    if !character.notes.is_empty() {
        page += &format!("\n{}\n", text.get("inspect-warnings", &[]));
        for note in &character.notes {
            page += &format!("  {}\n", text.get(note.key(), &note.args()));
        }
    }
    page
}

fn summary(character: &Character, text: &Text) -> Vec<Vec<String>> {
    let row = |key: &str, value: String| vec![text.get(key, &[]), value];
    let surface = [
        ("vertices", vertices(character).to_string()),
        (
            "joints",
            character
                .skeleton
                .as_ref()
                .map_or(0, |s| s.len())
                .to_string(),
        ),
        ("skins", character.skins.len().to_string()),
        ("materials", character.materials.len().to_string()),
    ];
    let mut rows = vec![
        row("inspect-name", character.name.clone()),
        row("inspect-size", text.get("inspect-size-figures", &surface)),
        row("inspect-height", format!("{:.3} m", character.height_m)),
    ];
    if let (Some(rest), Some(kind)) = (character.rest_pose, rest_pose_name(character)) {
        let kind = match kind {
            "other" => text.get("inspect-rest-other", &[]),
            letter => letter.to_owned(),
        };
        let args = [
            ("kind", kind),
            ("degrees", format!("{:.0}", rest.arm_angle_deg)),
        ];
        rows.push(row("inspect-rest", text.get("inspect-rest-figures", &args)));
    }
    if let Some((up, facing)) = character.file_axes() {
        let args = [("up", up.to_owned()), ("facing", facing.to_owned())];
        rows.push(row("inspect-axes", text.get("inspect-axes-figures", &args)));
    }
    let found = character.humanoid.bones().count();
    let missing: Vec<&str> = character
        .humanoid
        .missing_required()
        .map(|b| b.vrm_name())
        .collect();
    if character.skeleton.is_some() {
        let args = [
            ("found", found.to_string()),
            ("all", HumanBone::COUNT.to_string()),
        ];
        rows.push(row(
            "inspect-humanoid",
            text.get("inspect-humanoid-figures", &args),
        ));
        if found > 0 && !missing.is_empty() {
            rows.push(row("inspect-missing", missing.join(", ")));
        }
    }
    if !character.morph_names.is_empty() {
        rows.push(row("inspect-morphs", names(&character.morph_names, text)));
    }
    if !character.expressions.is_empty() {
        let all: Vec<String> = character
            .expressions
            .iter()
            .map(|e| e.name.clone())
            .collect();
        rows.push(row("inspect-expressions", names(&all, text)));
    }
    rows
}

/// The first names, and how many more there are.
fn names(all: &[String], text: &Text) -> String {
    let shown = all
        .iter()
        .take(NAMES_MAX)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if all.len() <= NAMES_MAX {
        return shown;
    }
    let args = [
        ("shown", shown),
        ("more", (all.len() - NAMES_MAX).to_string()),
    ];
    text.get("inspect-more", &args)
}

fn bones(character: &Character, text: &Text) -> Vec<Vec<String>> {
    let how = |bone| {
        let key = match character.bone_sources.of(bone)? {
            BoneSource::Vrm => "inspect-by-vrm",
            BoneSource::Map => "inspect-by-map",
            BoneSource::Name => "inspect-by-name",
            BoneSource::Shape => "inspect-by-shape",
        };
        Some(text.get(key, &[]))
    };
    let row = |bone: HumanBone| {
        let joint = joint_name(character, bone)?.to_owned();
        let name = format!("  {}", bone.vrm_name());
        Some(vec![name, joint, how(bone).unwrap_or_default()])
    };
    HumanBone::ALL.into_iter().filter_map(row).collect()
}

fn face(character: &Character, text: &Text) -> Vec<Vec<String>> {
    let row = |shape: FaceShape| {
        let targets = character.face.targets_of(character, shape);
        let key = match character.face.source(shape)? {
            FaceSource::Map => "inspect-by-map",
            FaceSource::PerfectSync => "inspect-by-perfect-sync",
            FaceSource::Name => "inspect-by-name",
            FaceSource::Table => "inspect-by-table",
        };
        let written: Vec<String> = targets
            .iter()
            .map(|(target, weight)| match *weight {
                1.0 => target.clone(),
                weight => format!("{weight} × {target}"),
            })
            .collect();
        let name = format!("  {}", shape.arkit_name());
        (!written.is_empty()).then(|| vec![name, written.join(", "), text.get(key, &[])])
    };
    FaceShape::ALL.into_iter().filter_map(row).collect()
}
