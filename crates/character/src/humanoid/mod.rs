//! Which joint is which human bone, how that is known, and why a model is no human.
//!
//! A VRM file or a person's map says it. Otherwise names are read first, since whoever named the bones knew; what they
//! leave open is found by shape. The two check each other: where they contradict on the limbs, the one that finds more
//! of the required bones is believed. A model on four legs is refused even when its bones are named like a human's.

mod between;
mod bone_words;
mod by_name;
mod by_shape;
mod fingers;
mod limb;
mod pair;
mod rig_prefix;
mod stance;
mod tree;

pub use stance::Stance;

use cyc_model::{HumanBone, HumanoidMap, JointIdx, Skeleton};
use tree::Tree;

/// How it is known that a joint is a bone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoneSource {
    /// The VRM file says so.
    Vrm,
    /// The person's map says so.
    Map,
    /// By the joint's name.
    Name,
    /// By the tree and the rest pose.
    Shape,
}

/// For each bone, how it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoneSources([Option<BoneSource>; HumanBone::COUNT]);

impl Default for BoneSources {
    fn default() -> Self {
        Self([None; HumanBone::COUNT])
    }
}

impl BoneSources {
    /// How it is known which joint a bone is; `None` for one that is not known.
    pub fn of(&self, bone: HumanBone) -> Option<BoneSource> {
        self.0.get(bone as usize).copied().flatten()
    }

    fn set(&mut self, bone: HumanBone, source: BoneSource) {
        if let Some(slot) = self.0.get_mut(bone as usize) {
            *slot = Some(source);
        }
    }
}

/// Why a model cannot be moved as a human.
#[derive(Clone, Debug, PartialEq)]
pub enum NotHumanoid {
    /// It has no joints.
    NoJoints,
    /// Neither names nor shape tell two legs, two arms and a head.
    NoLimbs {
        /// How many joints it has.
        joints: usize,
    },
    /// It stands on four legs.
    FourLegs {
        /// Between the spine and the continued line of the hind legs, degrees.
        spine_deg: f64,
    },
    /// Bones that every humanoid has were not found.
    MissingBones {
        /// Which.
        bones: Vec<HumanBone>,
    },
}

impl NotHumanoid {
    /// The message id in `assets/text`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NoJoints => "character-not-humanoid-no-joints",
            Self::NoLimbs { .. } => "character-not-humanoid-no-limbs",
            Self::FourLegs { .. } => "character-not-humanoid-four-legs",
            Self::MissingBones { .. } => "character-not-humanoid-missing-bones",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoJoints => vec![],
            Self::NoLimbs { joints } => vec![("joints", joints.to_string())],
            Self::FourLegs { spine_deg } => vec![("degrees", format!("{spine_deg:.0}"))],
            Self::MissingBones { bones } => {
                let names: Vec<&str> = bones.iter().map(|b| b.vrm_name()).collect();
                vec![("bones", names.join(", "))]
            }
        }
    }
}

/// The bones of a character, each with how it is known.
pub(crate) struct Humanoid {
    /// Which joint is which bone; empty for what is no human.
    pub map: HumanoidMap,
    /// How that is known.
    pub sources: BoneSources,
    /// Whether names say left for what is right of the body.
    pub sides_swapped: bool,
    /// How the body stands, where that is known.
    pub stance: Option<Stance>,
    /// Why it cannot be moved as a human.
    pub refusal: Option<NotHumanoid>,
}

impl Humanoid {
    /// Of what is no human.
    pub fn none(why: NotHumanoid) -> Self {
        Self {
            map: HumanoidMap::default(),
            sources: BoneSources::default(),
            sides_swapped: false,
            stance: None,
            refusal: Some(why),
        }
    }
}

/// A bone's joint and how it is known.
pub(crate) type Known = (HumanBone, JointIdx, BoneSource);

/// Infers the humanoid map of a skeleton from its joints' names, their tree and the rest pose; what is found is empty
/// when they say nothing, or when the skeleton is an animal's.
///
/// Known conventions: Mixamo, Unreal, Unity, VRoid (`J_Bip`), VRM's own names, MakeHuman, 3ds Max Biped and CAT,
/// Biovision and CMU BVH, Vicon, Xsens, Rokoko, Daz, Character Creator, Rigify. The nearest joint to the root wins when
/// two say the same.
pub fn infer_humanoid(skeleton: &Skeleton) -> HumanoidMap {
    find_humanoid(skeleton, &[], &[]).map
}

/// The bones of a skeleton. `said` is what a file or a person says; bones in `closed` are not looked for, since the body
/// has none.
pub(crate) fn find_humanoid(skeleton: &Skeleton, said: &[Known], closed: &[HumanBone]) -> Humanoid {
    let tree = Tree::new(skeleton);
    let mut known: Vec<Known> = said.to_vec();
    let mut sides_swapped = false;
    let is_vrm = said.iter().any(|(_, _, s)| *s == BoneSource::Vrm);
    if !is_vrm {
        let free = |known: &[Known], bone: HumanBone, joint: JointIdx| {
            !closed.contains(&bone) && !known.iter().any(|(b, j, _)| *b == bone || *j == joint)
        };
        let (bones, swapped) = inferred(skeleton, &tree);
        sides_swapped = swapped;
        for (bone, joint, source) in bones {
            if free(&known, bone, joint) {
                known.push((bone, joint, source));
            }
        }
    }
    let bones = known.iter().map(|(b, j, _)| (*b, *j));
    // Each joint was added once and exists, so the map cannot be refused.
    let mut map = HumanoidMap::build(skeleton, bones).unwrap_or_default();
    let mut sources = BoneSources::default();
    for (bone, _, source) in &known {
        sources.set(*bone, *source);
    }
    let mut refusal = None;
    let missing: Vec<HumanBone> = map.missing_required().collect();
    let trusted = |s: &Option<BoneSource>| matches!(s, Some(BoneSource::Vrm | BoneSource::Map));
    if let Some(spine_deg) = stance::four_legs_deg(&tree, &map)
        && !sources.0.iter().any(trusted)
    {
        refusal = Some(NotHumanoid::FourLegs { spine_deg });
    } else if map.joint(HumanBone::Hips).is_none() && missing.len() > 7 {
        let joints = skeleton.len();
        refusal = Some(NotHumanoid::NoLimbs { joints });
    } else if !missing.is_empty() {
        refusal = Some(NotHumanoid::MissingBones { bones: missing });
    }
    let stance = Stance::of_map(&tree, &map);
    if matches!(
        refusal,
        Some(NotHumanoid::FourLegs { .. } | NotHumanoid::NoLimbs { .. })
    ) {
        map = HumanoidMap::default();
        sources = BoneSources::default();
    }
    Humanoid {
        map,
        sources,
        sides_swapped,
        stance,
        refusal,
    }
}

/// By names and by shape, together; and whether the names' sides were exchanged.
fn inferred(skeleton: &Skeleton, tree: &Tree) -> (Vec<Known>, bool) {
    let mut said = by_name::find(skeleton);
    let named = HumanoidMap::build(skeleton, said.iter().copied()).unwrap_or_default();
    let swapped = Stance::is_contradicted(tree, &named);
    if swapped {
        said.iter_mut()
            .for_each(|(bone, _)| *bone = mirrored(*bone));
    }
    (with_shape(said, tree), swapped)
}

/// What names say, with what they leave open by shape.
fn with_shape(said: Vec<(HumanBone, JointIdx)>, tree: &Tree) -> Vec<Known> {
    let mut named = said.clone();
    named.retain(|(bone, joint)| !breaks_tree(tree, &said, *bone, *joint));
    let shaped = by_shape::find(tree).map_or_else(Vec::new, |f| f.bones);
    let shaped: Vec<(HumanBone, JointIdx)> = shaped
        .into_iter()
        .map(|(b, j)| (b, JointIdx(j as u16)))
        .collect();
    let required =
        |bones: &[(HumanBone, JointIdx)]| bones.iter().filter(|(b, _)| b.is_required()).count();
    let limb = |b: HumanBone| b.is_required() && !matches!(b, Hips | Spine | Head);
    use HumanBone::{Head, Hips, Spine};
    let both = named.iter().filter(|(b, _)| limb(*b)).filter_map(|(b, j)| {
        let other = shaped.iter().find(|(s, _)| s == b)?;
        Some(other.1 == *j)
    });
    let (mut agree, mut differ) = (0usize, 0usize);
    both.for_each(|same| if same { agree += 1 } else { differ += 1 });
    let with = |bones: Vec<(HumanBone, JointIdx)>, source| {
        bones.into_iter().map(move |(b, j)| (b, j, source))
    };
    if differ > agree && required(&named) < 12 && required(&shaped) > required(&named) {
        return with(shaped, BoneSource::Shape).collect();
    }
    let complete = required(&named) == 15;
    let has_fingers = |left: bool| {
        named
            .iter()
            .any(|(b, _)| fingers::is_finger(*b) && b.vrm_name().starts_with('l') == left)
    };
    let has_fingers = [has_fingers(true), has_fingers(false)];
    let mut known: Vec<Known> = with(named, BoneSource::Name).collect();
    for (bone, joint) in shaped {
        let taken = known.iter().any(|(b, j, _)| *b == bone || *j == joint);
        // Whoever named some fingers of a hand named all.
        let [left, right] = has_fingers;
        let hand_named = if bone.vrm_name().starts_with('l') {
            left
        } else {
            right
        };
        let fits = differ <= agree
            && !(complete && is_loose(bone))
            && !(hand_named && fingers::is_finger(bone));
        if !taken && fits && keeps_order(tree, &known, bone, joint) {
            known.push((bone, joint, BoneSource::Shape));
        }
    }
    between::fill(tree, &mut known);
    known
}

/// Bones that are not added by shape to a body whose names are whole: whoever named it left them out.
fn is_loose(bone: HumanBone) -> bool {
    use HumanBone::*;
    matches!(
        bone,
        Spine | Chest | UpperChest | Neck | Jaw | LeftShoulder | RightShoulder | LeftEye | RightEye
    )
}

/// Whether a bone hangs on the bones above it and holds those below it, as far as they are known and of one tree.
fn keeps_order(tree: &Tree, known: &[Known], bone: HumanBone, joint: JointIdx) -> bool {
    let is_above = |upper: HumanBone, lower: HumanBone| {
        let mut at = lower.parent();
        while let Some(b) = at {
            if b == upper {
                return true;
            }
            at = b.parent();
        }
        false
    };
    let one_tree = |a: usize, b: usize| tree.common(a, b) < tree.len();
    known.iter().all(|(other, j, _)| {
        let (a, b) = (joint.idx(), j.idx());
        if !one_tree(a, b) {
            return true;
        }
        if is_above(*other, bone) {
            return tree.is_within(a, b);
        }
        if is_above(bone, *other) {
            return tree.is_within(b, a);
        }
        true
    })
}

/// Whether a limb's bone does not hang on the bone above it although both are of one tree.
fn breaks_tree(
    tree: &Tree,
    bones: &[(HumanBone, JointIdx)],
    bone: HumanBone,
    joint: JointIdx,
) -> bool {
    let mut at = bone.parent();
    while let Some(above) = at {
        if let Some((_, j)) = bones.iter().find(|(b, _)| *b == above) {
            let (j, joint) = (j.idx(), joint.idx());
            return tree.common(j, joint) < tree.len() && !tree.is_within(joint, j);
        }
        at = above.parent();
    }
    false
}

/// The bone of the other side; the same for bones of the middle.
pub(crate) fn mirrored(bone: HumanBone) -> HumanBone {
    let name = bone.vrm_name();
    let other = match (name.strip_prefix("left"), name.strip_prefix("right")) {
        (Some(rest), _) => format!("right{rest}"),
        (_, Some(rest)) => format!("left{rest}"),
        _ => return bone,
    };
    HumanBone::from_vrm_name(&other).unwrap_or(bone)
}
