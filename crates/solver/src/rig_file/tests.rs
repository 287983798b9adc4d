//! The committed files, and what is said about files that are wrong.

use super::*;
use cyc_model::{Dof, HumanBone};
use glam::DVec3;
use proptest::prelude::*;

const LABELS_53: &str = "LFHD RFHD LBHD RBHD TOPH C7 T10 CLAV STRN RBAK LSHO LUPA LELB LIEL LFRM LWRA LWRB LIHAND \
    LOHAND LTHM RSHO RUPA RELB RIEL RFRM RWRA RWRB RIHAND ROHAND RTHM LASI RASI LPSI RPSI LTHI LKNE LKNI LTIB LANK \
    LHEE LTOE LMT1 LMT5 RTHI RKNE RKNI RTIB RANK RHEE RTOE RMT1 RMT5 SACR";
const LABELS_39: &str = "LFHD RFHD LBHD RBHD C7 T10 CLAV STRN RBAK LSHO LUPA LELB LFRM LWRA LWRB LFIN RSHO RUPA RELB \
    RFRM RWRA RWRB RFIN LASI RASI LPSI RPSI LTHI LKNE LTIB LANK LHEE LTOE RTHI RKNE RTIB RANK RHEE RTOE";

const LABELS_41: &str = "LFHD RFHD LBHD RBHD C7 T10 CLAV STRN RBAC LSHO LUPA LELB LFRM LWRA LWRB LFIN RSHO RUPA RELB \
    RFRM RWRA RWRB RFIN LFWT RFWT LBWT RBWT LTHI LKNE LSHN LANK LHEE LTOE LMT5 RTHI RKNE RSHN RANK RHEE RTOE RMT5";

fn sorted(labels: &str) -> Vec<&str> {
    let mut all: Vec<&str> = labels.split_whitespace().collect();
    all.sort_unstable();
    all
}

#[test]
fn the_committed_sets_have_exactly_their_labels() {
    for (text, labels) in [
        (PRODUCTION_53, LABELS_53),
        (PLUG_IN_GAIT_39, LABELS_39),
        (CMU_41, LABELS_41),
    ] {
        let set = parse_markerset(text).unwrap();
        let mut have: Vec<&str> = set.markers().iter().map(|m| m.label.as_str()).collect();
        have.sort_unstable();
        assert_eq!(have, sorted(labels));
    }
}

#[test]
fn each_set_is_recognised_by_its_labels_with_a_few_missing() {
    let sets: Vec<MarkerSet> = [&BODY_MARKERSETS[..], &PROP_MARKERSETS]
        .concat()
        .into_iter()
        .map(|text| parse_markerset(text).unwrap())
        .collect();
    for (index, set) in sets.iter().enumerate() {
        let subject: Vec<String> = set
            .markers()
            .iter()
            .map(|m| format!("Ann:{}", m.label))
            .collect();
        let labels: Vec<&str> = subject.iter().map(String::as_str).collect();
        let few = labels.len() / 5;
        for shown in [&labels[..], &labels[few..]] {
            let found = recognise_markerset(shown, &sets).unwrap();
            assert_eq!(
                (found.set, found.matched),
                (index, shown.len()),
                "{}",
                set.name()
            );
        }
    }
}

/// Props are told apart, and their markers, by distances alone.
#[test]
fn a_props_distances_all_differ() {
    for text in PROP_MARKERSETS {
        let set = parse_markerset(text).unwrap();
        let rig = build_rig(&SkeletonTemplate::rigid_body(), &set).unwrap();
        assert_eq!(rig.dof_count(), 6);
        let mut distances: Vec<f64> = Vec::new();
        for (a, first) in rig.markers().iter().enumerate() {
            for second in &rig.markers()[..a] {
                distances.push(first.in_joint.distance_m(second.in_joint));
            }
        }
        distances.sort_by(f64::total_cmp);
        assert!(distances[0] > 0.08, "{}: {distances:?}", set.name());
        let apart = distances
            .windows(2)
            .map(|w| w[1] - w[0])
            .fold(1.0, f64::min);
        assert!(apart > 0.0035, "{}: {apart} m", set.name());
    }
}

#[test]
fn only_a_rigid_body_has_markers_without_a_bone() {
    let line = |text: &str| match parse_markerset(text) {
        Err(RigError::Toml { place, .. }) => place.line,
        other => panic!("{other:?}"),
    };
    let bone = "label = \"P1\"\nbone = \"hips\"";
    let labels = PROP_6.lines().position(|l| l == "label = \"P1\"").unwrap();
    assert_eq!(line(&PROP_6.replace("label = \"P1\"", bone)), labels + 2);
    assert_eq!(line(&PROP_6.replace("rigid-body", "human")), labels + 1);
    let human = parse_skeleton(HUMAN_SKELETON).unwrap();
    let prop = parse_markerset(PROP_6).unwrap();
    assert!(matches!(
        build_rig(&human, &prop),
        Err(RigError::OtherSkeleton { .. })
    ));
}

#[test]
fn the_template_stands_in_a_t_pose_and_is_symmetric() {
    let template = parse_skeleton(HUMAN_SKELETON).unwrap();
    let set = parse_markerset(PRODUCTION_53).unwrap();
    let rig = build_rig(&template, &set).unwrap();
    assert_eq!(rig.humanoid().missing_required().count(), 0);
    let at = |bone: HumanBone| {
        let joint = rig.humanoid().joint(bone).unwrap();
        rig.skeleton().rest_global()[joint.idx()]
            .translation()
            .metres()
    };
    for (bone, _) in rig.humanoid().bones() {
        let (own, other) = (at(bone), at(other_side(bone)));
        assert!(
            own.distance(DVec3::new(-other.x, other.y, other.z)) < 1e-12,
            "{bone:?}"
        );
    }
    let (hand, shoulder) = (at(HumanBone::LeftHand), at(HumanBone::LeftUpperArm));
    assert!(hand.x > shoulder.x + 0.5 && (hand.y - shoulder.y).abs() < 1e-9);
    assert!(at(HumanBone::LeftToes).z > at(HumanBone::LeftFoot).z);
    let rest = rig.skeleton().rest_global();
    for marker in rig.markers() {
        let p = rest[marker.joint.idx()] * marker.in_joint;
        assert!((0.0..1.8).contains(&p.metres().y), "{}: {p:?}", marker.name);
        let left = marker.name.starts_with('L');
        assert!(!left || p.metres().x > 0.0, "{}", marker.name);
    }
}

#[test]
fn a_mirrored_elbow_bends_forward_too() {
    let rig = build_rig(
        &parse_skeleton(HUMAN_SKELETON).unwrap(),
        &parse_markerset(PRODUCTION_53).unwrap(),
    )
    .unwrap();
    for (bone, outward) in [
        (HumanBone::LeftLowerArm, 1.0),
        (HumanBone::RightLowerArm, -1.0),
    ] {
        let joint = rig.humanoid().joint(bone).unwrap();
        let Dof::Universal { axes } = rig.dofs()[joint.idx()].dof else {
            panic!("{bone:?} is no universal joint");
        };
        let bent = glam::DQuat::from_axis_angle(axes[0], 1.0) * (DVec3::X * outward);
        assert!(bent.z > 0.5, "{bone:?} bends to {bent}");
    }
}

#[test]
fn recognises_the_set_of_a_take() {
    let sets = [PLUG_IN_GAIT_39, PRODUCTION_53].map(|t| parse_markerset(t).unwrap());
    let labels = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
    let found = |l: &[&str]| recognise_markerset(l, &sets).map(|r| (r.set, r.matched));
    assert_eq!(found(&labels(LABELS_39)), Some((0, 39)));
    assert_eq!(found(&labels(LABELS_53)), Some((1, 53)));
    let named: Vec<String> = labels(LABELS_39)[3..]
        .iter()
        .map(|l| format!("Ann:{l}"))
        .collect();
    let named: Vec<&str> = named.iter().map(String::as_str).collect();
    assert_eq!(found(&named), Some((0, 36)));
    assert_eq!(found(&["Box1", "Box2", "LFHD"]), None);
}

#[test]
fn says_what_is_wrong_and_where() {
    let skeleton =
        |from: &str, to: &str| parse_skeleton(&HUMAN_SKELETON.replacen(from, to, 1)).unwrap_err();
    let unknown = skeleton("parent = \"spine\"", "parent = \"tail\"");
    let line = HUMAN_SKELETON
        .lines()
        .position(|l| l == "parent = \"spine\"")
        .unwrap()
        + 1;
    assert!(
        matches!(&unknown, RigError::UnknownBone { place, name } if place.line == line && place.column == 10 && name == "tail"),
        "{unknown:?}"
    );
    assert!(matches!(
        skeleton("parent = \"spine\"", "parent = \"leftHand\""),
        RigError::BoneNotInSkeleton { .. }
    ));
    assert!(matches!(
        skeleton("bone = \"head\"", "bone = \"neck\""),
        RigError::Twice { .. }
    ));
    assert!(matches!(
        skeleton("axis = [1, 0, 0]", ""),
        RigError::BadDof { .. }
    ));
    assert!(matches!(
        skeleton("axis = [1, 0, 0]", "axis = [0, 0, 0]"),
        RigError::Rig(_)
    ));
    assert!(matches!(
        skeleton("[-70, 40]", "[70, 40]"),
        RigError::OutOfBounds { .. }
    ));
    assert!(matches!(
        skeleton("0.965", "nan"),
        RigError::OutOfBounds { .. }
    ));
    assert!(matches!(
        skeleton("dof = \"free\"", "dof = \"loose\""),
        RigError::Toml { .. }
    ));
    assert!(matches!(
        skeleton("at_m =", "att_m ="),
        RigError::Toml { .. }
    ));
    let other = parse_markerset(&PRODUCTION_53.replacen("\"human\"", "\"horse\"", 1)).unwrap();
    let template = parse_skeleton(HUMAN_SKELETON).unwrap();
    assert!(matches!(
        build_rig(&template, &other),
        Err(RigError::OtherSkeleton { .. })
    ));
    let twice = parse_markerset(&PRODUCTION_53.replacen("\"TOPH\"", "\"RFHD\"", 1));
    assert!(matches!(twice, Err(RigError::Twice { .. })));
}

proptest! {
    #[test]
    fn no_text_brings_the_readers_down(cut in 0usize..4000, junk in "\\PC{0,12}") {
        for text in [HUMAN_SKELETON, PRODUCTION_53] {
            let cut = (0..=cut.min(text.len())).rev().find(|&c| text.is_char_boundary(c)).unwrap();
            let broken = format!("{}{junk}", &text[..cut]);
            let _ = parse_skeleton(&broken);
            let _ = parse_markerset(&broken);
        }
    }
}
