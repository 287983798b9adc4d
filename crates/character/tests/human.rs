//! The committed human, as the demo loads it.

#![allow(clippy::unwrap_used)]

use cyc_character::{Character, CharacterNote, LoadOptions, PosedVertices, load, pose_vertices};
use cyc_model::{FaceShape, FaceWeights, HumanBone, ModelSpace};

fn human() -> Character {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/human/human.glb");
    load(&std::fs::read(path).unwrap(), &LoadOptions::default()).unwrap()
}

fn posed(human: &Character, face: &FaceWeights) -> PosedVertices<ModelSpace> {
    let rest = human.skeleton.as_ref().unwrap().rest_global();
    let mut out = PosedVertices::default();
    pose_vertices(human, rest, face, &mut out).unwrap();
    out
}

#[test]
fn is_a_whole_human_on_the_floor() {
    let human = human();
    assert_eq!(human.humanoid.missing_required().count(), 0);
    assert!((1.5..2.0).contains(&human.height_m), "{}", human.height_m);
    assert_eq!(
        human.face_morphs.0.iter().flatten().count(),
        FaceShape::COUNT
    );
    assert!(!human.pictures.is_empty() && !human.materials.is_empty());
    // Fingers and eyes are mapped too, and nothing had to be changed to load it.
    for bone in [
        HumanBone::LeftIndexDistal,
        HumanBone::RightThumbMetacarpal,
        HumanBone::LeftEye,
    ] {
        assert!(human.humanoid.joint(bone).is_some(), "{bone:?}");
    }
    let changed = human
        .notes
        .iter()
        .filter(|n| !matches!(n, CharacterNote::HumanoidInferred { .. }));
    assert_eq!(changed.collect::<Vec<_>>(), Vec::<&CharacterNote>::new());
    let lowest = posed(&human, &FaceWeights::default());
    let lowest = lowest
        .positions
        .iter()
        .map(|p| p.metres().y)
        .fold(f64::MAX, f64::min);
    assert!(lowest.abs() < 0.01, "{lowest}");
}

#[test]
fn faces_forward_with_its_left_on_the_left() {
    let human = human();
    let rest = human.skeleton.as_ref().unwrap().rest_global();
    let at = |bone| {
        rest[human.humanoid.joint(bone).unwrap().idx()]
            .translation()
            .metres()
    };
    assert!(at(HumanBone::LeftHand).x > 0.3 && at(HumanBone::RightHand).x < -0.3);
    assert!(at(HumanBone::LeftToes).z > at(HumanBone::LeftFoot).z + 0.05);
    assert!(at(HumanBone::LeftEye).z > at(HumanBone::Head).z);
}

#[test]
fn an_open_jaw_moves_the_face_and_nothing_else() {
    let human = human();
    let mut face = FaceWeights::default();
    face.set(FaceShape::JawOpen, 1.0);
    let (still, open) = (posed(&human, &FaceWeights::default()), posed(&human, &face));
    let mut moved = 0;
    for (a, b) in still.positions.iter().zip(&open.positions) {
        if a.distance_m(*b) > 1e-4 {
            moved += 1;
            assert!(
                a.metres().y > 0.75 * f64::from(human.height_m),
                "{a:?} is no face"
            );
        }
    }
    assert!(moved > 50, "{moved} vertices");
}
