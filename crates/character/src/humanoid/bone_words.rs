//! Joint names to words: which body part a name speaks of, on which side.
//!
//! Tools write the same bone as `mixamorig:LeftUpLeg`, `thigh_l`, `J_Bip_L_UpperLeg`, `Bip01 L Thigh`, `upperleg01.L`.
//! A name is cut into words, the side and the tools' prefixes are taken off, and what remains is looked up in one
//! small table. A name that also says twist, roll, IK or end is nobody's bone.

/// The side that a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
    Middle,
}

/// A body part as names say it; which bone that is depends on what else the skeleton has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Hips,
    Spine,
    Chest,
    UpperChest,
    Neck,
    Head,
    Eye,
    Jaw,
    /// `thigh`, `upleg`.
    UpperLeg,
    /// `hip` with a side: the upper leg in Biovision's names.
    SidedHip,
    /// `leg`: lower in Mixamo's names, upper where there is a knee.
    Leg,
    /// `leg` with a number: CAT's `LLeg1` is the thigh, `LLeg2` the shin.
    LegOf(u8),
    /// `arm` with a number.
    ArmOf(u8),
    LowerLeg,
    Foot,
    Toes,
    /// `clavicle`, `collar`.
    Collar,
    /// `shoulder`: the clavicle, or the upper arm where there is a collar and no arm.
    Shoulder,
    UpperArm,
    LowerArm,
    Hand,
    /// A phalanx: which finger (0 thumb to 4 little) and which phalanx (1 to 3).
    Finger(u8, u8),
    /// The thumb's `proximal`: the first phalanx unless the skeleton also has a metacarpal.
    ThumbProximal,
}

const NOBODY: &[&str] = &[
    "twist",
    "roll",
    "ik",
    "fk",
    "pole",
    "target",
    "end",
    "nub",
    "helper",
    "site",
    "effector",
    "ctrl",
    "sec",
    "footsteps",
    "camera",
    "corrective",
    "muscle",
    "socket",
    "weapon",
    "dummy",
    "null",
    "tip",
    "control",
    "mch",
];

const PREFIXES: &[&str] = &[
    "mixamorig",
    "j",
    "bip",
    "c",
    "center",
    "def",
    "org",
    "bone",
    "jnt",
    "b",
    "valve",
    "biped",
    "skl",
    "armature",
    "cat",
    "cc",
    "base",
    "rig",
    "f",
    "g",
    "m",
    "root",
];

/// Words that say only that a bone is a bone; not dropped from CMU's `LHipJoint`, which is above the upper leg.
const FILLERS: &[&str] = &["joint", "jnt", "bone", "jt", "stretch", "x"];

const WORDS: &[(&str, Part)] = &[
    ("hips", Part::Hips),
    ("hip", Part::Hips),
    ("pelvis", Part::Hips),
    ("waist", Part::Spine),
    ("abdomenlower", Part::Spine),
    ("abdomenupper", Part::Spine),
    ("chestlower", Part::Chest),
    ("chestupper", Part::Chest),
    ("lowerback", Part::Spine),
    ("upperback", Part::Spine),
    ("spine", Part::Spine),
    ("back", Part::Spine),
    ("abdomen", Part::Spine),
    ("torso", Part::Spine),
    ("chest", Part::Chest),
    ("thorax", Part::Chest),
    ("upperchest", Part::UpperChest),
    ("ribcage", Part::Chest),
    ("ribs", Part::Chest),
    ("neck", Part::Neck),
    ("lowerneck", Part::Neck),
    ("necklower", Part::Neck),
    ("upperneck", Part::Neck),
    ("neckupper", Part::Neck),
    ("head", Part::Head),
    ("skull", Part::Head),
    ("jaw", Part::Jaw),
    ("lowerjaw", Part::Jaw),
    ("jawroot", Part::Jaw),
    ("eye", Part::Eye),
    ("faceeye", Part::Eye),
    ("adjeye", Part::Eye),
    ("adjfaceeye", Part::Eye),
    ("eyeball", Part::Eye),
    ("upleg", Part::UpperLeg),
    ("upperleg", Part::UpperLeg),
    ("thigh", Part::UpperLeg),
    ("thighbend", Part::UpperLeg),
    ("femur", Part::UpperLeg),
    ("leg", Part::Leg),
    ("lowerleg", Part::LowerLeg),
    ("lowleg", Part::LowerLeg),
    ("calf", Part::LowerLeg),
    ("shin", Part::LowerLeg),
    ("knee", Part::LowerLeg),
    ("tibia", Part::LowerLeg),
    ("foot", Part::Foot),
    ("ankle", Part::Foot),
    ("legankle", Part::Foot),
    ("toe", Part::Toes),
    ("toes", Part::Toes),
    ("toebase", Part::Toes),
    ("ball", Part::Toes),
    ("legdigit", Part::Toes),
    ("clavicle", Part::Collar),
    ("collar", Part::Collar),
    ("collarbone", Part::Collar),
    ("armcollarbone", Part::Collar),
    ("shoulder", Part::Shoulder),
    ("shldr", Part::Shoulder),
    ("shldrbend", Part::Shoulder),
    ("arm", Part::UpperArm),
    ("upperarm", Part::UpperArm),
    ("uparm", Part::UpperArm),
    ("humerus", Part::UpperArm),
    ("forearm", Part::LowerArm),
    ("lowerarm", Part::LowerArm),
    ("lowarm", Part::LowerArm),
    ("elbow", Part::LowerArm),
    ("forearmbend", Part::LowerArm),
    ("radius", Part::LowerArm),
    ("hand", Part::Hand),
    ("wrist", Part::Hand),
    ("palm", Part::Hand),
    ("armpalm", Part::Hand),
    // MikuMikuDance. Its lower body is no hips: the upper body does not hang on it.
    ("上半身", Part::Spine),
    ("首", Part::Neck),
    ("頭", Part::Head),
    ("目", Part::Eye),
    ("肩", Part::Collar),
    ("腕", Part::UpperArm),
    ("ひじ", Part::LowerArm),
    ("手首", Part::Hand),
    ("足", Part::UpperLeg),
    ("ひざ", Part::LowerLeg),
    ("足首", Part::Foot),
    ("つま先", Part::Toes),
];

/// Sides that a word may begin with.
const SIDES: [(&str, Side); 4] = [
    ("left", Side::Left),
    ("right", Side::Right),
    ("左", Side::Left),
    ("右", Side::Right),
];

const FINGERS: &[(&str, u8)] = &[
    ("thumb", 0),
    ("index", 1),
    ("middle", 2),
    ("mid", 2),
    ("ring", 3),
    ("little", 4),
    ("pinky", 4),
];

/// The part and side of a joint's name.
pub(crate) fn read(name: &str) -> Option<(Part, Side)> {
    let local = name.rsplit([':', '|']).next().unwrap_or(name);
    let mut words = words_of(local);
    if let Some(part) = vertebra(&words) {
        return Some((part, Side::Middle));
    }
    // Character Creator's neck is called `NeckTwist01`.
    if let Some(i) = words.windows(2).position(|w| w == ["neck", "twist"]) {
        words.remove(i + 1);
    }
    if words.iter().any(|w| NOBODY.contains(&w.as_str())) {
        return None;
    }
    let side = take_side(&mut words);
    if side == Side::Middle || words != ["hip", "joint"] {
        words.retain(|w| !FILLERS.contains(&w.as_str()));
    }
    drop_prefixes(&mut words);
    let (numbers, letters): (Vec<String>, Vec<String>) = words
        .into_iter()
        .partition(|w| w.starts_with(|c: char| c.is_ascii_digit()));
    if side != Side::Middle
        && let Some(finger) = finger(&letters, &numbers)
    {
        return Some((finger, side));
    }
    let key: String = letters.concat();
    if side != Side::Middle
        && let ("leg" | "arm", [number, ..]) = (key.as_str(), numbers.as_slice())
        && let Ok(number) = number.parse::<u8>()
    {
        let is_leg = key == "leg";
        return Some((
            if is_leg {
                Part::LegOf(number)
            } else {
                Part::ArmOf(number)
            },
            side,
        ));
    }
    let (_, part) = WORDS.iter().find(|(word, _)| *word == key)?;
    match (part, side) {
        (Part::Hips, Side::Middle) => Some((Part::Hips, side)),
        (Part::Hips, _) if key == "hip" => Some((Part::SidedHip, side)),
        (Part::Hips, _) => None,
        (part, side) if is_central(*part) != (side == Side::Middle) => None,
        (part, side) => Some((*part, side)),
    }
}

/// Xsens names the spine by its vertebrae: `L5`, `T8`.
fn vertebra(words: &[String]) -> Option<Part> {
    let [letter, number] = words else { return None };
    let number: u8 = number.parse().ok()?;
    match (letter.as_str(), number) {
        ("l", 1..=5) | ("t", 1..=12) => Some(Part::Spine),
        ("c", 1..=7) => Some(Part::Neck),
        _ => None,
    }
}

fn is_central(part: Part) -> bool {
    use Part::{Chest, Head, Hips, Jaw, Neck, Spine, UpperChest};
    matches!(part, Hips | Spine | Chest | UpperChest | Neck | Head | Jaw)
}

/// Lower-case words: cut at anything that is no letter or digit, between letters and digits, before an upper-case
/// letter that follows a lower-case one (`upLeg`), and before the last of several (`LThumb`).
pub(super) fn words_of(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().take(128).collect();
    let mut words = vec![String::new()];
    let mut before: Option<char> = None;
    for (i, &c) in chars.iter().enumerate() {
        let after = chars.get(i + 1);
        let cut = before.is_some_and(|b| {
            b.is_ascii_digit() != c.is_ascii_digit()
                || (b.is_lowercase() && c.is_uppercase())
                || (b.is_uppercase() && c.is_uppercase() && after.is_some_and(|a| a.is_lowercase()))
        });
        if !c.is_alphanumeric() {
            words.push(String::new());
            before = None;
            continue;
        }
        if cut {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
        before = Some(c);
    }
    words.retain(|w| !w.is_empty());
    words
}

pub(super) fn take_side(words: &mut Vec<String>) -> Side {
    for (i, word) in words.iter().enumerate() {
        let side = match word.as_str() {
            "l" | "left" => Side::Left,
            "r" | "right" => Side::Right,
            _ => continue,
        };
        words.remove(i);
        return side;
    }
    for word in words.iter_mut() {
        for (prefix, side) in SIDES {
            if let Some(rest) = word.strip_prefix(prefix) {
                *word = rest.to_owned();
                return side;
            }
        }
    }
    glued_side(words)
}

/// CMU's `lfemur`: a letter before a word that is a body part by itself.
fn glued_side(words: &mut [String]) -> Side {
    for word in words {
        for (prefix, side) in [("l", Side::Left), ("r", Side::Right)] {
            if let Some(rest) = word.strip_prefix(prefix)
                && WORDS
                    .iter()
                    .any(|(w, part)| *w == rest && !is_central(*part))
                && !WORDS.iter().any(|(w, _)| w == word)
            {
                *word = rest.to_owned();
                return side;
            }
        }
    }
    Side::Middle
}

fn drop_prefixes(words: &mut Vec<String>) {
    while words.len() > 1
        && words
            .first()
            .is_some_and(|w| PREFIXES.contains(&w.as_str()))
    {
        let numbered = matches!(words.first().map(String::as_str), Some("bip" | "mixamorig"));
        words.remove(0);
        let is_number = |w: &String| w.starts_with(|c: char| c.is_ascii_digit());
        if numbered && words.len() > 1 && words.first().is_some_and(is_number) {
            words.remove(0);
        }
    }
}

fn finger(letters: &[String], numbers: &[String]) -> Option<Part> {
    let says = |word: &str| letters.iter().any(|l| l == word);
    let named = FINGERS.iter().find(|(word, _)| says(word)).map(|(_, f)| *f);
    if let Some(finger) = named {
        let known = |l: &String| {
            let l = l.as_str();
            FINGERS.iter().any(|(w, _)| *w == l)
                || [
                    "hand",
                    "f",
                    "finger",
                    "proximal",
                    "intermediate",
                    "distal",
                    "metacarpal",
                ]
                .contains(&l)
        };
        if !letters.iter().all(known) {
            return None;
        }
        return match (finger, numbers) {
            (0, []) if says("metacarpal") => Some(Part::Finger(0, 1)),
            (0, []) if says("proximal") => Some(Part::ThumbProximal),
            (_, _) if says("metacarpal") => None,
            (f, []) if says("proximal") => Some(Part::Finger(f, 1)),
            (f, []) if says("intermediate") => Some(Part::Finger(f, 2)),
            (f, []) if says("distal") => Some(Part::Finger(f, 3)),
            (f, [only]) => phalanx(f, only.parse().ok()?),
            _ => None,
        };
    }
    // Rokoko: `LeftFinger2Proximal` is the index finger's first phalanx.
    if let ([finger, of], [number]) = (letters, numbers)
        && finger == "finger"
        && let Some(f) = number.parse::<u8>().ok().and_then(|n| n.checked_sub(1))
    {
        let place = match (f, of.as_str()) {
            (0, "metacarpal") | (1..=4, "proximal") => 1,
            (0, "proximal") | (1..=4, "intermediate" | "medial") => 2,
            (0..=4, "distal") => 3,
            _ => return None,
        };
        return phalanx(f, place);
    }
    if letters != ["finger"] {
        return None;
    }
    match numbers {
        // Biped: `Finger0`, `Finger01`, `Finger02` are the thumb's phalanges.
        [only] => {
            let digits: Vec<u8> = only.bytes().map(|b| b.wrapping_sub(b'0')).collect();
            match digits.as_slice() {
                [f] if *f < 5 => Some(Part::Finger(*f, 1)),
                [f, p] if *f < 5 => phalanx(*f, p + 1),
                _ => None,
            }
        }
        // MakeHuman: `finger1-1` is the thumb's first phalanx.
        [f, p] => {
            let f: u8 = f.parse().ok()?;
            let p: u8 = p.parse().ok()?;
            if (1..=5).contains(&f) {
                phalanx(f - 1, p)
            } else {
                None
            }
        }
        _ => None,
    }
}

fn phalanx(finger: u8, phalanx: u8) -> Option<Part> {
    (1..=3)
        .contains(&phalanx)
        .then_some(Part::Finger(finger, phalanx))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_names_that_tools_write() {
        use Part::*;
        use Side::*;
        for (name, expected) in [
            ("mixamorig:Hips", Some((Hips, Middle))),
            ("mixamorig1:LeftUpLeg", Some((UpperLeg, Left))),
            ("mixamorig:LeftHandThumb1", Some((Finger(0, 1), Left))),
            ("mixamorig:LeftHandIndex3", Some((Finger(1, 3), Left))),
            ("mixamorig:LeftHandIndex4", None),
            ("mixamorig:LeftHand", Some((Hand, Left))),
            ("mixamorig:HeadTop_End", None),
            ("mixamorig:RightToeBase", Some((Toes, Right))),
            ("thigh_l", Some((UpperLeg, Left))),
            ("thigh_twist_01_l", None),
            ("spine_03", Some((Spine, Middle))),
            ("ball_r", Some((Toes, Right))),
            ("index_metacarpal_l", None),
            ("J_Bip_C_UpperChest", Some((UpperChest, Middle))),
            ("J_Bip_R_LowerArm", Some((LowerArm, Right))),
            ("J_Sec_L_Bust1", None),
            ("J_Adj_L_FaceEye", Some((Eye, Left))),
            ("Bip01 L Thigh", Some((UpperLeg, Left))),
            ("Bip001 R Finger12", Some((Finger(1, 3), Right))),
            ("Bip01 Spine1", Some((Spine, Middle))),
            ("Bip01 HeadNub", None),
            ("upperleg01.L", Some((UpperLeg, Left))),
            ("finger2-3.R", Some((Finger(1, 3), Right))),
            ("LThumb", None),
            ("LeftFingerBase", None),
            ("LHipJoint", None),
            ("hips_joint", Some((Hips, Middle))),
            ("left_upLeg_joint", Some((UpperLeg, Left))),
            ("left_handThumb_1_joint", Some((Finger(0, 1), Left))),
            ("LeftHip", Some((SidedHip, Left))),
            ("leftUpperArm", Some((UpperArm, Left))),
            ("leftarm", Some((UpperArm, Left))),
            ("rightThumbProximal", Some((ThumbProximal, Right))),
            ("", None),
            ("木", None),
        ] {
            assert_eq!(read(name), expected, "{name}");
        }
    }
}
