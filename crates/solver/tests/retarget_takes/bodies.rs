//! Characters of other proportions: files, and the committed human stretched to a giant.

use cyc_character::{LoadOptions, load};
use cyc_model::HumanBone::*;
use cyc_model::{HumanBone, HumanoidMap, JointIdx, JointSpec, Skeleton, Xf};
use std::path::{Path, PathBuf};

/// A character to be driven.
pub struct Body {
    pub name: &'static str,
    pub skeleton: Skeleton,
    pub map: HumanoidMap,
}

fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors()
        .find(|p| p.join("Cargo.lock").is_file())
        .unwrap()
        .to_path_buf()
}

fn file(name: &'static str, path: &str) -> Option<Body> {
    let path = root().join(path);
    let Ok(bytes) = std::fs::read(&path) else {
        let required = std::env::var("CYC_SHARED").is_ok_and(|v| v == "required");
        assert!(!required, "CYC_SHARED=required, but {name} is not there");
        eprintln!("SKIPPED: {name} is not there");
        return None;
    };
    let character = load(&bytes, &LoadOptions::default()).unwrap();
    Some(Body {
        name,
        skeleton: character.skeleton?,
        map: character.humanoid,
    })
}

/// The committed human.
pub fn human() -> Option<Body> {
    file("human", "assets/human/human.glb")
}

/// CesiumMan, whose joints have no names: told apart by their tree.
pub fn cesium_man() -> Option<Body> {
    let mut body = file("CesiumMan", "../shared/data/characters/cesium_man.gltf")?;
    let joints = body.skeleton.joints();
    let rest = body.skeleton.rest_global();
    let children = |p: usize| {
        (0..joints.len())
            .filter(|j| joints[*j].parent.is_some_and(|q| q.idx() == p))
            .collect::<Vec<_>>()
    };
    let hips = (0..joints.len()).find(|j| children(*j).len() == 3).unwrap();
    let at = |j: usize| rest[j].translation().metres();
    let chain = |from: usize| {
        let mut all = vec![from];
        while let [next] = children(*all.last().unwrap())[..] {
            all.push(next);
        }
        all
    };
    let mut bones: Vec<(HumanBone, usize)> = vec![(Hips, hips)];
    let [spine, legs] = [true, false].map(|trunk| {
        let of_hips = children(hips).into_iter();
        of_hips
            .filter(|j| (chain(*j).len() == 2) == trunk)
            .collect::<Vec<_>>()
    });
    // It faces where its toes point.
    let leg_links = chain(legs[0]);
    let left = glam::DVec3::Y.cross(at(leg_links[3]) - at(leg_links[2]));
    let side_of = |j: usize| usize::from(at(j).dot(left) < 0.0);
    let leg = [
        [LeftUpperLeg, LeftLowerLeg, LeftFoot, LeftToes],
        [RightUpperLeg, RightLowerLeg, RightFoot, RightToes],
    ];
    for joint in legs {
        let side = side_of(joint);
        bones.extend(leg[side].into_iter().zip(chain(joint)));
    }
    let chest = children(spine[0])[0];
    bones.extend([(Spine, spine[0]), (Chest, chest)]);
    let arm = [
        [LeftUpperArm, LeftLowerArm, LeftHand],
        [RightUpperArm, RightLowerArm, RightHand],
    ];
    for joint in children(chest) {
        let links = chain(joint);
        if links.len() == 3 {
            let side = side_of(joint);
            bones.extend(arm[side].into_iter().zip(links));
        } else {
            bones.extend([Neck, Head].into_iter().zip(links));
        }
    }
    let bones = bones.into_iter().map(|(b, j)| (b, JointIdx(j as u16)));
    body.map = HumanoidMap::build(&body.skeleton, bones).unwrap();
    Some(body)
}

/// cryptovoxels, VRM 0.
pub fn cryptovoxels() -> Option<Body> {
    file("cryptovoxels", "../shared/data/characters/cryptovoxels.vrm")
}

/// The committed people of other proportions: a child, somebody tall and thin, somebody heavy.
pub const PEOPLE: [(&str, &str); 3] = [
    ("child", "assets/bodies/child.glb"),
    ("tall", "assets/bodies/tall.glb"),
    ("heavy", "assets/bodies/heavy.glb"),
];

/// One of [`PEOPLE`].
pub fn person(name: &str) -> Option<Body> {
    let (name, path) = PEOPLE.into_iter().find(|(n, _)| *n == name)?;
    file(name, path)
}

/// A body with its bones scaled: trunk and head, arms, legs, how wide hips and shoulders are, and feet.
pub struct Build {
    pub name: &'static str,
    pub trunk: f64,
    pub arms: f64,
    pub thighs: f64,
    pub shanks: f64,
    pub width: f64,
    pub feet: f64,
}

/// A giant with short shanks, as nobody's data has one.
pub const GIANT: Build = Build {
    name: "giant",
    trunk: 1.7,
    arms: 1.9,
    thighs: 1.8,
    shanks: 1.45,
    width: 1.6,
    feet: 1.9,
};

/// The human, built otherwise; its soles stay on y = 0.
pub fn built(human: &Body, build: &Build) -> Body {
    let joints = human.skeleton.joints();
    let mut scaled: Vec<JointSpec> = Vec::new();
    for (j, joint) in joints.iter().enumerate() {
        let bone = human.map.bone(JointIdx(j as u16));
        let local = joint.parent_from_joint;
        let by = factor(build, bone);
        let mut at = local.translation().metres() * by;
        if matches!(
            bone,
            Some(
                LeftUpperLeg
                    | RightUpperLeg
                    | LeftUpperArm
                    | RightUpperArm
                    | LeftShoulder
                    | RightShoulder
            )
        ) {
            at.x = local.translation().metres().x * build.width;
        }
        scaled.push(JointSpec {
            name: joint.name.clone(),
            parent: joint.parent.map(|p| p.idx()),
            parent_from_joint: Xf::saturating(local.rotation(), at),
        });
    }
    // Down to the floor: as high as the ankles are over it, scaled.
    let (probe, _) = Skeleton::build(scaled.clone()).unwrap();
    let foot = human.map.joint(LeftFoot).unwrap().idx();
    let height = |s: &Skeleton| s.rest_global()[foot].translation().metres().y;
    let raise = height(&human.skeleton) * build.feet - height(&probe);
    for joint in scaled.iter_mut().filter(|j| j.parent.is_none()) {
        let at = joint.parent_from_joint.translation().metres();
        joint.parent_from_joint = Xf::saturating(
            joint.parent_from_joint.rotation(),
            at + glam::DVec3::Y * raise,
        );
    }
    let (skeleton, order) = Skeleton::build(scaled).unwrap();
    let bones = human.map.bones().map(|(b, j)| (b, order[j.idx()]));
    let map = HumanoidMap::build(&skeleton, bones).unwrap();
    Body {
        name: build.name,
        skeleton,
        map,
    }
}

/// What the way from its parent to a joint is scaled by.
fn factor(build: &Build, bone: Option<HumanBone>) -> f64 {
    match bone {
        Some(LeftLowerLeg | RightLowerLeg) => build.thighs,
        Some(LeftFoot | RightFoot) => build.shanks,
        Some(LeftToes | RightToes) => build.feet,
        Some(LeftLowerArm | RightLowerArm | LeftHand | RightHand) => build.arms,
        _ => build.trunk,
    }
}

/// The human without toes.
pub fn toeless(human: &Body) -> Body {
    let bones = human
        .map
        .bones()
        .filter(|(b, _)| !matches!(b, LeftToes | RightToes));
    let map = HumanoidMap::build(&human.skeleton, bones).unwrap();
    Body {
        name: "toeless",
        skeleton: human.skeleton.clone(),
        map,
    }
}

/// Every character that is there.
pub fn all() -> Vec<Body> {
    let human = human();
    let mut bodies: Vec<Body> = Vec::new();
    bodies.extend(PEOPLE.iter().filter_map(|(name, _)| person(name)));
    if let Some(human) = &human {
        bodies.push(built(human, &GIANT));
        bodies.push(toeless(human));
    }
    human
        .into_iter()
        .chain(cesium_man())
        .chain(cryptovoxels())
        .chain(bodies)
        .collect()
}
