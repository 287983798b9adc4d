//! The committed people of other proportions, as any program loads them: bodies that stand, measures that differ as
//! their names say, faces that do what a shape's name says, and the avatar.

#![allow(clippy::unwrap_used)]

use cyc_character::{
    BoneSource, Character, CharacterNote, LoadOptions, PosedVertices, RestPoseKind, load,
    pose_vertices,
};
use cyc_model::{FaceShape, FaceWeights, HumanBone, ModelSpace};
use glam::DVec3;
use std::path::Path;

const PEOPLE: [&str; 4] = ["child.glb", "tall.glb", "heavy.glb", "tall.vrm"];

fn person(file: &str) -> Character {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/bodies");
    let bytes = std::fs::read(path.join(file)).unwrap();
    assert!(bytes.len() <= 3_000_000, "{file}: {} bytes", bytes.len());
    load(&bytes, &LoadOptions::default()).unwrap()
}

fn posed(person: &Character, shapes: &[FaceShape]) -> Vec<DVec3> {
    let mut face = FaceWeights::default();
    for shape in shapes {
        face.set(*shape, 1.0);
    }
    let rest = person.skeleton.as_ref().unwrap().rest_global();
    let mut out = PosedVertices::<ModelSpace>::default();
    pose_vertices(person, rest, &face, &mut out).unwrap();
    out.positions.iter().map(|p| p.metres()).collect()
}

fn at(person: &Character, bone: HumanBone) -> DVec3 {
    let joint = person.humanoid.joint(bone).unwrap().idx();
    person.skeleton.as_ref().unwrap().rest_global()[joint]
        .translation()
        .metres()
}

/// How far the skin reaches to both sides at the height of the waist's joint, metres; arms are not meant.
fn waist_m(person: &Character) -> f64 {
    let height_m = at(person, HumanBone::Spine).y + 0.05;
    posed(person, &[])
        .iter()
        .filter(|p| (p.y - height_m).abs() < 0.03 && p.x.abs() < 0.35)
        .map(|p| p.x.abs() + p.z.abs())
        .fold(0.0, f64::max)
}

#[test]
fn everybody_is_a_whole_human_on_the_floor() {
    for file in PEOPLE {
        let person = person(file);
        assert_eq!(person.humanoid.missing_required().count(), 0, "{file}");
        // An avatar's expressions come before its morph targets.
        let shapes = match file.ends_with(".vrm") {
            true => person.expressions.iter().filter(|e| !e.is_preset).count(),
            false => person.face_morphs.0.iter().flatten().count(),
        };
        assert_eq!(shapes, FaceShape::COUNT, "{file}");
        let changed = person
            .notes
            .iter()
            .filter(|n| !matches!(n, CharacterNote::HumanoidInferred { .. }));
        assert_eq!(changed.collect::<Vec<_>>(), Vec::<&CharacterNote>::new());
        let lowest = posed(&person, &[])
            .iter()
            .fold(f64::MAX, |low, p| low.min(p.y));
        assert!(lowest.abs() < 0.01, "{file}: {lowest}");
        for bone in [
            HumanBone::LeftToes,
            HumanBone::RightLittleDistal,
            HumanBone::LeftEye,
        ] {
            assert!(person.humanoid.joint(bone).is_some(), "{file}: {bone:?}");
        }
    }
}

#[test]
fn measures_differ_as_the_names_say() {
    let [child, tall, heavy, _] = PEOPLE.map(person);
    let height_m = |p: &Character| f64::from(p.height_m);
    assert!(
        (1.0..1.25).contains(&height_m(&child)),
        "{}",
        child.height_m
    );
    assert!((1.9..2.15).contains(&height_m(&tall)), "{}", tall.height_m);
    assert!((1.5..1.7).contains(&height_m(&heavy)), "{}", heavy.height_m);
    // A child's head is a larger part of it: from the eyes to the crown and down to the chin.
    let head = |p: &Character| (height_m(p) - at(p, HumanBone::Neck).y) / height_m(p);
    assert!(
        head(&child) > head(&tall) + 0.03,
        "{} {}",
        head(&child),
        head(&tall)
    );
    let girth = |p: &Character| waist_m(p) / height_m(p);
    assert!(
        girth(&heavy) > 1.25 * girth(&tall),
        "{} {}",
        girth(&heavy),
        girth(&tall)
    );
}

/// Where the front of the face moves under some shapes: mean movement of what moves most, metres.
fn movement(person: &Character, shapes: &[FaceShape]) -> DVec3 {
    let (still, moved) = (posed(person, &[]), posed(person, shapes));
    let mut by: Vec<DVec3> = still.iter().zip(&moved).map(|(a, b)| *b - *a).collect();
    by.sort_by(|a, b| b.length().total_cmp(&a.length()));
    let most = &by[..20];
    most.iter().sum::<DVec3>() / most.len() as f64
}

#[test]
fn faces_do_what_the_shapes_are_called() {
    for file in PEOPLE {
        let person = person(file);
        let head_m = f64::from(person.height_m) - at(&person, HumanBone::Head).y;
        let by = |shapes: &[FaceShape]| movement(&person, shapes) / head_m;
        assert!(by(&[FaceShape::JawOpen]).y < -0.05, "{file}");
        assert!(by(&[FaceShape::EyeBlinkLeft]).y < -0.01, "{file}");
        assert!(by(&[FaceShape::BrowInnerUp]).y > 0.01, "{file}");
        assert!(by(&[FaceShape::MouthLeft]).x > 0.01, "{file}");
        assert!(by(&[FaceShape::MouthRight]).x < -0.01, "{file}");
        assert!(by(&[FaceShape::TongueOut]).z > 0.03, "{file}");
        let smile = by(&[FaceShape::MouthSmileLeft]);
        assert!(smile.x > 0.005 && smile.y > 0.005, "{file}: {smile}");
    }
}

#[test]
fn the_avatar_stands_in_a_t_pose_and_says_its_bones_and_expressions() {
    let avatar = person("tall.vrm");
    assert_eq!(avatar.rest_pose.unwrap().kind, RestPoseKind::T);
    assert!(HumanBone::ALL.iter().all(|bone| {
        avatar.humanoid.joint(*bone).is_none()
            || avatar.bone_sources.of(*bone) == Some(BoneSource::Vrm)
    }));
    for (bone, sign) in [(HumanBone::LeftHand, 1.0), (HumanBone::RightHand, -1.0)] {
        let shoulder = match bone {
            HumanBone::LeftHand => HumanBone::LeftUpperArm,
            _ => HumanBone::RightUpperArm,
        };
        let along = at(&avatar, bone) - at(&avatar, shoulder);
        assert!(
            (along.normalize_or_zero().x * sign - 1.0).abs() < 1e-6,
            "{bone:?}: {along}"
        );
    }
    let presets = avatar.expressions.iter().filter(|e| e.is_preset);
    assert_eq!(presets.count(), 18);
    let smile = avatar
        .expressions
        .iter()
        .find(|e| e.name == "happy")
        .unwrap();
    assert!(smile.morphs.len() >= 4);
    let own = avatar.expressions.iter().filter(|e| !e.is_preset).count();
    assert_eq!(own, FaceShape::COUNT);
    assert!(avatar.look_at.is_some());
    // The same person in another pose: as tall, as long in the leg.
    let body = person("tall.glb");
    assert!((body.height_m - avatar.height_m).abs() < 0.01);
    let shank_m =
        |p: &Character| at(p, HumanBone::LeftLowerLeg).distance(at(p, HumanBone::LeftFoot));
    assert!((shank_m(&body) - shank_m(&avatar)).abs() < 1e-5);
}

/// A GLB file with another JSON part.
fn edited(file: &str, edit: impl FnOnce(&mut serde_json::Value)) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/bodies");
    let bytes = std::fs::read(path.join(file)).unwrap();
    let length = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let text = 20..20 + length(12) as usize;
    let mut json = serde_json::from_slice(&bytes[text.clone()]).unwrap();
    edit(&mut json);
    let mut new = serde_json::to_vec(&json).unwrap();
    new.resize(new.len().next_multiple_of(4), b' ');
    let mut out = bytes[..20].to_vec();
    out[12..16].copy_from_slice(&(new.len() as u32).to_le_bytes());
    out.extend(new);
    out.extend(&bytes[text.end..]);
    let whole = (out.len() as u32).to_le_bytes();
    out[8..12].copy_from_slice(&whole);
    out
}

/// Something hangs from the hips to half a metre under the soles: the person stands on them all the same.
#[test]
fn a_tail_that_hangs_lower_lifts_nobody_off_the_floor() {
    let plain = person("child.glb");
    for up_m in [0.0, 0.3] {
        let bytes = edited("child.glb", |json| {
            let nodes = json["nodes"].as_array_mut().unwrap();
            let mesh = nodes.iter().find_map(|n| n["mesh"].as_u64()).unwrap();
            let joint = plain.humanoid.joint(HumanBone::Hips).unwrap();
            let hips = &plain.skeleton.as_ref().unwrap().joints()[joint.idx()].name;
            let tail = nodes.len();
            nodes.push(serde_json::json!({"name": "tail", "mesh": mesh,
                "scale": [0.05, 0.05, 0.05], "translation": [0.0, -1.2, -0.2]}));
            let hips = nodes.iter_mut().find(|n| n["name"] == hips.as_str());
            let hips = hips.unwrap().as_object_mut().unwrap();
            let children = hips.entry("children").or_insert(serde_json::json!([]));
            children.as_array_mut().unwrap().push(tail.into());
            let at = hips["translation"][1].as_f64().unwrap();
            hips["translation"][1] = (at + up_m).into();
        });
        let tailed = load(&bytes, &LoadOptions::default()).unwrap();
        let lowest = posed(&tailed, &[])
            .iter()
            .fold(f64::MAX, |low, p| low.min(p.y));
        assert!(lowest < -0.3, "{lowest}");
        let moved = tailed.notes.iter().find_map(|n| match n {
            CharacterNote::PutOnFloor { by_m } => Some(*by_m),
            _ => None,
        });
        assert!((moved.unwrap_or(0.0) + up_m).abs() < 1e-4, "{moved:?}");
        let ankle = at(&tailed, HumanBone::LeftFoot).y - at(&plain, HumanBone::LeftFoot).y;
        assert!(ankle.abs() < 1e-4, "{ankle}");
        assert!((tailed.height_m - plain.height_m).abs() < 1e-4);
        assert_eq!(
            tailed.humanoid.bones().count(),
            plain.humanoid.bones().count()
        );
    }
}

/// How far shoes reach, beside what the skin of each foot says when it is asked another way: along z, since these feet point
/// there within some degrees.
#[test]
fn feet_reach_as_far_as_their_soles() {
    for file in PEOPLE {
        let person = person(file);
        let vertices = posed(&person, &[]);
        for (side, bones) in [
            [HumanBone::LeftFoot, HumanBone::LeftToes],
            [HumanBone::RightFoot, HumanBone::RightToes],
        ]
        .into_iter()
        .enumerate()
        {
            let [ankle, toes] = bones.map(|b| at(&person, b));
            let low = vertices.iter().filter(|p| {
                p.y < 0.3 * ankle.y && (p.x - ankle.x).abs() < 0.12 && p.x * ankle.x > 0.0
            });
            let along: Vec<f64> = low.map(|p| p.z - ankle.z).collect();
            let tip = along.iter().copied().fold(f64::MIN, f64::max);
            let back = along.iter().copied().fold(f64::MAX, f64::min);
            let reach = person.humanoid.foot_reach(side).unwrap();
            assert!(
                (reach.ahead_m - tip).abs() < 0.02,
                "{file}: {reach:?}, {tip}"
            );
            assert!(
                (reach.behind_m + back).abs() < 0.02,
                "{file}: {reach:?}, {back}"
            );
            assert!(reach.ahead_m > toes.z - ankle.z, "{file}: {reach:?}");
        }
    }
}
