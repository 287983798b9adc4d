//! Humanoid maps of generated skeletons: every tool's names and hierarchy, the same with names that say nothing, and all
//! that characters wear. What is right comes from the generator, which knows where it put each bone.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod body;
mod names;
mod tools;
mod tree;

use body::{ADULT, Body};
use cyc_character::infer_humanoid;
use cyc_model::{HumanBone, JointIdx};
use glam::DQuat;
use names::HABITS;
use std::f64::consts::{FRAC_PI_2, PI};
use tree::{Built, Grown, Random, build, decorate, grow, rename};

/// Which bones are other joints than the generator's.
fn wrong(built: &Built, checked: impl Fn(HumanBone) -> bool) -> Vec<String> {
    let map = infer_humanoid(&built.skeleton);
    let name = |j: Option<JointIdx>| j.map_or("none", |j| &built.labels[j.idx()]);
    let mut wrong = Vec::new();
    for bone in HumanBone::ALL.into_iter().filter(|b| checked(*b)) {
        let own = built
            .truth
            .iter()
            .find(|(b, _)| *b == bone)
            .map(|(_, j)| *j);
        let found = map.joint(bone);
        if found != own {
            let bone = bone.vrm_name();
            wrong.push(format!("{bone} is {}, not {}", name(found), name(own)));
        }
    }
    wrong
}

fn is_finger(bone: HumanBone) -> bool {
    let name = bone.vrm_name();
    ["Thumb", "Index", "Middle", "Ring", "Little"]
        .iter()
        .any(|f| name.contains(f))
}

const BODIES: [(&str, Body); 6] = [
    ("adult in T", ADULT),
    (
        "adult in A",
        Body {
            arms_deg: 45.0,
            ..ADULT
        },
    ),
    (
        "child",
        Body {
            legs: 0.75,
            head: 1.6,
            arms: 0.85,
            size: 0.7,
            arms_deg: 30.0,
            ..ADULT
        },
    ),
    (
        "tall",
        Body {
            legs: 1.2,
            arms: 1.1,
            size: 1.1,
            arms_deg: 50.0,
            ..ADULT
        },
    ),
    (
        "heavy",
        Body {
            width: 1.5,
            arms_deg: 35.0,
            ..ADULT
        },
    ),
    (
        "chibi",
        Body {
            legs: 0.5,
            arms: 0.6,
            head: 3.0,
            size: 0.6,
            arms_deg: 20.0,
            ..ADULT
        },
    ),
];

fn turns() -> [(&'static str, DQuat); 4] {
    [
        ("y up, +z", DQuat::IDENTITY),
        ("y up, -z", DQuat::from_rotation_y(PI)),
        ("z up, -y", DQuat::from_rotation_x(FRAC_PI_2)),
        (
            "z up, +x",
            DQuat::from_rotation_z(FRAC_PI_2) * DQuat::from_rotation_x(FRAC_PI_2),
        ),
    ]
}

/// Every habit on every body, in every space.
fn each(mut test: impl FnMut(&str, Vec<Grown>, &Body, DQuat, &mut Random)) {
    for (habit, text) in HABITS {
        for (b, (who, body)) in BODIES.iter().enumerate() {
            for (t, (space, turn)) in turns().into_iter().enumerate() {
                let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ ((b * 4 + t) as u64 + 1));
                let what = format!("{habit}, {who}, {space}");
                test(&what, grow(text, body), body, turn, &mut random);
            }
        }
    }
}

#[test]
fn every_tools_names_are_read() {
    let mut failed = Vec::new();
    each(|what, grown, _, turn, random| {
        let built = build(&grown, turn, random);
        let wrong = wrong(&built, |_| true);
        if !wrong.is_empty() {
            failed.push(format!("{what}: {}", wrong.join("; ")));
        }
    });
    assert!(
        failed.is_empty(),
        "{} fail\n{}",
        failed.len(),
        failed.join("\n")
    );
}

#[test]
fn names_are_read_among_hair_skirts_wings_and_tails() {
    let mut failed = Vec::new();
    each(|what, mut grown, body, turn, random| {
        decorate(&mut grown, body, random);
        let built = build(&grown, turn, random);
        let wrong = wrong(&built, |_| true);
        if !wrong.is_empty() {
            failed.push(format!("{what}: {}", wrong.join("; ")));
        }
    });
    assert!(
        failed.is_empty(),
        "{} fail\n{}",
        failed.len(),
        failed.join("\n")
    );
}

/// A body whose armature mirrors it, or whose sides are named as a spectator sees them: its feet say which side is left.
#[test]
fn feet_say_which_side_is_left() {
    let mut failed = Vec::new();
    each(|what, mut grown, _, turn, random| {
        let has = |bone| grown.iter().any(|g| g.bone == Some(bone));
        if !(has(HumanBone::LeftToes) && has(HumanBone::RightToes)) {
            return;
        }
        for joint in &mut grown {
            joint.at.x = -joint.at.x;
            let name = joint.bone.map_or("", HumanBone::vrm_name);
            let other = match (name.strip_prefix("left"), name.strip_prefix("right")) {
                (Some(part), _) => format!("right{part}"),
                (_, Some(part)) => format!("left{part}"),
                _ => continue,
            };
            joint.bone = HumanBone::from_vrm_name(&other);
        }
        let built = build(&grown, turn, random);
        let wrong = wrong(&built, |_| true);
        if !wrong.is_empty() {
            failed.push(format!("{what}: {}", wrong.join("; ")));
        }
    });
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Bones that a retarget cannot do without, and where the limbs begin and end.
fn is_limb(bone: HumanBone) -> bool {
    use HumanBone::*;
    bone.is_required() && bone != Spine
        || matches!(bone, LeftToes | RightToes | LeftShoulder | RightShoulder)
}

#[test]
fn without_names_the_shape_tells() {
    let mut failed = Vec::new();
    each(|what, mut grown, _, turn, random| {
        // Which finger is missing from a hand of three, its shape does not tell.
        let five = grown
            .iter()
            .filter_map(|g| g.bone)
            .filter(|b| is_finger(*b))
            .count()
            == 30;
        rename(&mut grown, random);
        let built = build(&grown, turn, random);
        let wrong = wrong(&built, |b| is_limb(b) || (five && is_finger(b)));
        if !wrong.is_empty() {
            failed.push(format!("{what}: {}", wrong.join("; ")));
        }
    });
    assert!(
        failed.is_empty(),
        "{} fail\n{}",
        failed.len(),
        failed.join("\n")
    );
}

#[test]
fn without_names_the_shape_tells_among_hair_skirts_wings_and_tails() {
    let mut failed = Vec::new();
    each(|what, mut grown, body, turn, random| {
        decorate(&mut grown, body, random);
        rename(&mut grown, random);
        let built = build(&grown, turn, random);
        let wrong = wrong(&built, is_limb);
        if !wrong.is_empty() {
            failed.push(format!("{what}: {}", wrong.join("; ")));
        }
    });
    assert!(
        failed.is_empty(),
        "{} fail\n{}",
        failed.len(),
        failed.join("\n")
    );
}
/// Each place a little off, and proportions that no table has.
#[test]
fn bodies_are_not_drawn_with_a_ruler() {
    let mut failed = Vec::new();
    for seed in 1..=40u64 {
        let mut random = Random(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
        for _ in 0..8 {
            random.next();
        }
        let mut between = |a: f64, b: f64| a + (b - a) * random.unit();
        let body = Body {
            arms_deg: between(-5.0, 65.0),
            legs: between(0.6, 1.25),
            arms: between(0.75, 1.2),
            head: between(0.8, 2.5),
            width: between(0.75, 1.6),
            size: between(0.4, 1.4),
        };
        for (habit, text) in HABITS {
            let mut grown = grow(text, &body);
            for joint in &mut grown {
                let mut off = || (random.unit() - 0.5) * 0.006 * body.size;
                joint.at += glam::DVec3::new(off(), off(), off());
            }
            if seed % 2 == 0 {
                decorate(&mut grown, &body, &mut random);
            }
            rename(&mut grown, &mut random);
            let turn = turns()[seed as usize % 4].1;
            let wrong = wrong(&build(&grown, turn, &mut random), is_limb);
            if !wrong.is_empty() {
                failed.push(format!(
                    "{habit}, seed {seed}, {body:?}: {}",
                    wrong.join("; ")
                ));
            }
        }
    }
    assert!(
        failed.is_empty(),
        "{} fail\n{}",
        failed.len(),
        failed.join("\n")
    );
}

/// Without the joints whose label has one of the words, and all below them.
fn without(grown: &[Grown], bones: &[HumanBone]) -> Vec<Grown> {
    let mut kept: Vec<Grown> = Vec::new();
    let mut place = vec![None; grown.len()];
    for (i, joint) in grown.iter().enumerate() {
        let orphan = joint.parent.is_some_and(|p| place[p].is_none());
        if orphan || joint.bone.is_some_and(|b| bones.contains(&b)) {
            continue;
        }
        place[i] = Some(kept.len());
        let parent = joint.parent.and_then(|p| place[p]);
        kept.push(Grown {
            parent,
            ..joint.clone()
        });
    }
    kept
}

#[test]
fn what_is_missing_is_missing_and_the_rest_is_found() {
    use HumanBone::*;
    for (gone, habits) in [
        (vec![LeftToes, RightToes], &["mixamo", "unity", "xsens"][..]),
        (vec![LeftHand], &["mixamo", "unreal 4", "vroid"]),
        (vec![Head], &["mixamo", "vroid", "unity"]),
        (vec![LeftLowerLeg], &["unity", "biped"]),
    ] {
        for habit in habits {
            let (_, text) = HABITS.iter().find(|h| h.0 == *habit).unwrap();
            let grown = without(&grow(text, &ADULT), &gone);
            let built = build(&grown, DQuat::IDENTITY, &mut Random(7));
            // Fingers of a hand that is gone are gone with it.
            let wrong = wrong(&built, is_limb);
            assert!(wrong.is_empty(), "{habit} without {gone:?}: {wrong:?}");
        }
    }
}

/// Exports of control rigs leave limbs without their parents.
#[test]
fn limbs_may_be_roots_of_their_own() {
    use HumanBone::*;
    for habit in ["rigify", "unity", "xsens"] {
        let (_, text) = HABITS.iter().find(|h| h.0 == habit).unwrap();
        for named in [true, false] {
            let mut grown = grow(text, &ADULT);
            for joint in &mut grown {
                let limb = [LeftUpperLeg, RightUpperLeg, LeftShoulder, RightShoulder];
                if joint.bone.is_some_and(|b| limb.contains(&b)) {
                    joint.parent = None;
                }
            }
            let mut random = Random(11);
            if !named {
                rename(&mut grown, &mut random);
            }
            let built = build(&grown, DQuat::IDENTITY, &mut random);
            let wrong = wrong(&built, is_limb);
            assert!(wrong.is_empty(), "{habit}, named {named}: {wrong:?}");
        }
    }
}

#[test]
fn animals_are_no_humans_whatever_their_bones_are_called() {
    for (habit, text) in HABITS {
        for named in [true, false] {
            let mut grown = grow(text, &ADULT);
            // On all fours: the trunk lies forward, and the arms stand on the floor.
            let hips = glam::DVec3::new(0.0, 0.95, 0.0);
            let shoulders = glam::DVec3::new(0.0, 0.95, 0.46);
            let lay = DQuat::from_rotation_x(FRAC_PI_2);
            for joint in &mut grown {
                let above = joint.at.y > 0.96;
                let arm = above && joint.at.x.abs() > 0.1;
                if arm {
                    let along = joint.at.x.abs() - 0.17;
                    let side = joint.at.x.signum();
                    joint.at = shoulders + glam::DVec3::new(0.12 * side, -along * 1.5, joint.at.z);
                } else if above {
                    joint.at = hips + lay * (joint.at - hips);
                }
            }
            let mut random = Random(5);
            if !named {
                rename(&mut grown, &mut random);
            }
            let built = build(&grown, DQuat::IDENTITY, &mut random);
            let map = infer_humanoid(&built.skeleton);
            assert_eq!(map.bones().count(), 0, "{habit}, named {named}: {map:?}");
        }
    }
}
