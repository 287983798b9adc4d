//! Trees of joints written as text, grown on a body.
//!
//! A line is a joint, its depth its indentation: `name =bone` for a bone, `name @place` for what is none. `{Left|Right}` in a
//! line makes it, with all below it, twice; `S` in a bone or place is the side. `%fingers A,B,C,D,E 1,2,3 FORMAT` is five
//! fingers of three joints, with `$F` and `$N` in the format; `%fingers4` has a tip besides.

use super::body::Body;
use cyc_model::{HumanBone, JointIdx, JointSpec, Skeleton, Xf};
use glam::{DQuat, DVec3};

/// A joint of a tree.
#[derive(Clone, Debug)]
pub struct Grown {
    pub name: String,
    pub label: String,
    pub parent: Option<usize>,
    pub at: DVec3,
    pub bone: Option<HumanBone>,
}

/// Random numbers of a seed.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// 0 to 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn rotation(&mut self) -> DQuat {
        let mut v = || self.unit() * 2.0 - 1.0;
        DQuat::from_xyzw(v(), v(), v(), v() + 0.1).normalize()
    }
}

const FINGERS: [&str; 5] = ["Thumb", "Index", "Middle", "Ring", "Little"];

/// The lines with sides and fingers written out.
fn lines(text: &str) -> Vec<(usize, String)> {
    let mut all: Vec<(usize, String)> = Vec::new();
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        let depth = (line.len() - line.trim_start().len()) / 2;
        let line = line.trim();
        let Some(rest) = line.strip_prefix("%fingers") else {
            all.push((depth, line.to_owned()));
            continue;
        };
        let tipped = rest.starts_with('4');
        let parts: Vec<&str> = rest.trim_start_matches('4').split_whitespace().collect();
        let [names, numbers, format] = parts[..] else {
            panic!("{line}")
        };
        let numbers: Vec<&str> = numbers.split(',').collect();
        for (f, name) in names.split(',').enumerate() {
            let format = format.replace('~', " ");
            let joint = |n: &str| format.replace("$F", name).replace("$N", n);
            for (n, number) in numbers.iter().take(3).enumerate() {
                let phalanx = match f {
                    0 => ["Metacarpal", "Proximal", "Distal"][n],
                    _ => ["Proximal", "Intermediate", "Distal"][n],
                };
                let bone = format!("{} =S{}{phalanx}", joint(number), FINGERS[f]);
                all.push((depth + n, bone));
            }
            if tipped {
                let tip = format!("{} @S{}DistalTip", joint(numbers[3]), FINGERS[f]);
                all.push((depth + 3, tip));
            }
        }
    }
    let mut expanded = Vec::new();
    let mut i = 0;
    while i < all.len() {
        let depth = all[i].0;
        let mut end = i + 1;
        if all[i].1.contains('{') {
            while end < all.len() && all[end].0 > depth {
                end += 1;
            }
            for side in 0..2 {
                for (d, line) in &all[i..end] {
                    expanded.push((*d, of_side(line, side)));
                }
            }
        } else {
            expanded.push(all[i].clone());
        }
        i = end;
    }
    expanded
}

fn of_side(line: &str, side: usize) -> String {
    let mut out = line.to_owned();
    while let Some(start) = out.find('{') {
        let end = out.find('}').unwrap();
        let choice = out[start + 1..end].split('|').nth(side).unwrap().to_owned();
        out.replace_range(start..=end, &choice);
    }
    let word = ["left", "right"][side];
    for mark in ["=S", "@S", ">S"] {
        let kept = &mark[..1];
        out = out.replace(mark, &format!("{kept}{word}"));
    }
    out
}

/// Grows a tree on a body.
pub fn grow(text: &str, body: &Body) -> Vec<Grown> {
    let mut grown: Vec<Grown> = Vec::new();
    let mut above: Vec<usize> = Vec::new();
    for (depth, line) in lines(text) {
        above.truncate(depth);
        let (name, bone, place) = match (line.rsplit_once(" ="), line.rsplit_once(" @")) {
            (Some((name, bone)), _) => (
                name,
                Some(HumanBone::from_vrm_name(bone).expect(bone)),
                bone,
            ),
            (None, Some((name, place))) => (name, None, place),
            (None, None) => panic!("{line}"),
        };
        grown.push(Grown {
            name: name.trim().to_owned(),
            label: name.trim().to_owned(),
            parent: above.last().copied(),
            at: body.place(place),
            bone,
        });
        above.push(grown.len() - 1);
    }
    grown
}

/// Things that grow on characters besides their bones: hair, a skirt, a tail, wings, twist and IK joints, a sword.
pub fn decorate(grown: &mut Vec<Grown>, body: &Body, random: &mut Random) {
    let of = |grown: &[Grown], bone: HumanBone| grown.iter().position(|g| g.bone == Some(bone));
    let s = body.size;
    let chain =
        |grown: &mut Vec<Grown>, on: usize, name: &str, start: DVec3, step: DVec3, n: usize| {
            let mut parent = on;
            for i in 0..n {
                grown.push(Grown {
                    name: format!("{name}_{i}"),
                    label: format!("{name}_{i}"),
                    parent: Some(parent),
                    at: start + step * i as f64,
                    bone: None,
                });
                parent = grown.len() - 1;
            }
        };
    let (hips, head) = (
        of(grown, HumanBone::Hips).unwrap(),
        of(grown, HumanBone::Head).unwrap(),
    );
    let chest = [HumanBone::UpperChest, HumanBone::Chest, HumanBone::Spine];
    let chest = chest.into_iter().find_map(|b| of(grown, b)).unwrap();
    let jitter = |random: &mut Random| 0.9 + 0.2 * random.unit();
    for i in 0..8 {
        let angle = i as f64 / 8.0 * std::f64::consts::TAU + 0.3;
        let out = DVec3::new(angle.sin(), 0.0, angle.cos());
        let at = grown[head].at + (out * 0.09 + DVec3::Y * 0.1) * s;
        chain(
            grown,
            head,
            &format!("hair{i}"),
            at,
            (out * 0.01 - DVec3::Y * 0.05) * s,
            4,
        );
        let at = grown[hips].at + out * 0.13 * s;
        let step = (out * 0.02 - DVec3::Y * 0.13 * body.legs) * s * jitter(random);
        chain(grown, hips, &format!("skirt{i}"), at, step, 4);
    }
    for (i, x) in [(0, 1.0), (1, -1.0)] {
        let at = grown[head].at + DVec3::new(0.1 * x, 0.1, -0.03) * s;
        chain(
            grown,
            head,
            &format!("pony{i}"),
            at,
            DVec3::new(0.03 * x, -0.12, -0.01) * s,
            6,
        );
        let at = grown[chest].at + DVec3::new(0.06 * x, 0.05, -0.12) * s;
        chain(
            grown,
            chest,
            &format!("wing{i}"),
            at,
            DVec3::new(0.25 * x, 0.08, -0.06) * s,
            4,
        );
        let at = grown[chest].at + DVec3::new(0.06 * x, 0.0, 0.1) * s;
        chain(
            grown,
            chest,
            &format!("bust{i}"),
            at,
            DVec3::new(0.0, -0.01, 0.03) * s,
            2,
        );
    }
    let at = grown[hips].at - DVec3::Z * 0.1 * s;
    chain(grown, hips, "tail", at, DVec3::new(0.0, -0.08, -0.1) * s, 6);
    let hand = of(grown, HumanBone::RightHand).unwrap();
    chain(
        grown,
        hand,
        "sword",
        grown[hand].at,
        DVec3::new(-0.02, 0.0, 0.4) * s,
        2,
    );
    for (upper, lower) in [
        (HumanBone::LeftUpperArm, HumanBone::LeftLowerArm),
        (HumanBone::RightUpperArm, HumanBone::RightLowerArm),
        (HumanBone::LeftLowerArm, HumanBone::LeftHand),
        (HumanBone::RightLowerArm, HumanBone::RightHand),
        (HumanBone::LeftUpperLeg, HumanBone::LeftLowerLeg),
        (HumanBone::RightUpperLeg, HumanBone::RightLowerLeg),
    ] {
        let (u, l) = (of(grown, upper).unwrap(), of(grown, lower).unwrap());
        let at = grown[u].at.lerp(grown[l].at, 0.5);
        chain(grown, u, &format!("twist{u}"), at, DVec3::ZERO, 1);
    }
    // IK goals are roots of their own.
    for bone in [
        HumanBone::LeftFoot,
        HumanBone::RightFoot,
        HumanBone::LeftHand,
        HumanBone::RightHand,
    ] {
        let at = grown[of(grown, bone).unwrap()].at;
        grown.push(Grown {
            name: format!("ik_{}", bone.vrm_name()),
            label: format!("ik_{}", bone.vrm_name()),
            parent: None,
            at,
            bone: None,
        });
    }
}

/// Names that say nothing.
pub fn rename(grown: &mut [Grown], random: &mut Random) {
    for joint in grown {
        joint.name = format!("n{:x}", random.next() >> 20);
    }
}

/// A skeleton with what is right.
pub struct Built {
    pub skeleton: Skeleton,
    /// Where each bone is.
    pub truth: Vec<(HumanBone, JointIdx)>,
    /// What each joint was called before it was renamed.
    pub labels: Vec<String>,
}

/// The skeleton, its space turned by `turn`, the joints in random order with random axes.
pub fn build(grown: &[Grown], turn: DQuat, random: &mut Random) -> Built {
    let mut order: Vec<usize> = (0..grown.len()).collect();
    for i in (1..order.len()).rev() {
        order.swap(i, (random.next() % (i as u64 + 1)) as usize);
    }
    let globals: Vec<Xf<cyc_model::ModelSpace, cyc_model::JointFrame>> = grown
        .iter()
        .map(|g| Xf::new(random.rotation(), turn * g.at).unwrap())
        .collect();
    let place = |old: usize| order.iter().position(|o| *o == old).unwrap();
    let specs = order.iter().map(|&old| {
        let parent = grown[old].parent;
        JointSpec {
            name: grown[old].name.clone(),
            parent: parent.map(place),
            parent_from_joint: match parent {
                Some(p) => (globals[p].inverse() * globals[old]).relabel(),
                None => globals[old].relabel(),
            },
        }
    });
    let (skeleton, index) = Skeleton::build(specs.collect()).unwrap();
    let place_of = |old: usize| index[place(old)];
    let bones = grown.iter().enumerate();
    let truth = bones
        .filter_map(|(old, g)| Some((g.bone?, place_of(old))))
        .collect();
    let mut labels = vec![String::new(); grown.len()];
    for (old, joint) in grown.iter().enumerate() {
        labels[place_of(old).idx()] = joint.label.clone();
    }
    Built {
        skeleton,
        truth,
        labels,
    }
}
