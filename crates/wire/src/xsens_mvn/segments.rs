//! The segments of a character: names and parents, which are the same for everybody and not on the wire.

use super::limits::BODY_SEGMENTS_MAX;
use cyc_model::{HumanBone, SegmentInfo};

/// The body's segments, in the order of their ids, each with its parent's place.
pub const BODY_SEGMENTS: [(&str, Option<u16>); BODY_SEGMENTS_MAX] = [
    ("Pelvis", None),
    ("L5", Some(0)),
    ("L3", Some(1)),
    ("T12", Some(2)),
    ("T8", Some(3)),
    ("Neck", Some(4)),
    ("Head", Some(5)),
    ("RightShoulder", Some(4)),
    ("RightUpperArm", Some(7)),
    ("RightForearm", Some(8)),
    ("RightHand", Some(9)),
    ("LeftShoulder", Some(4)),
    ("LeftUpperArm", Some(11)),
    ("LeftForearm", Some(12)),
    ("LeftHand", Some(13)),
    ("RightUpperLeg", Some(0)),
    ("RightLowerLeg", Some(15)),
    ("RightFoot", Some(16)),
    ("RightToe", Some(17)),
    ("LeftUpperLeg", Some(0)),
    ("LeftLowerLeg", Some(19)),
    ("LeftFoot", Some(20)),
    ("LeftToe", Some(21)),
];

/// The human bone that each of the body's segments is. Of MVN's five segments of the spine, bodies have at most four.
pub(crate) const HUMAN_BONES: [Option<HumanBone>; BODY_SEGMENTS_MAX] = {
    use HumanBone as B;
    [
        Some(B::Hips),
        Some(B::Spine),
        None,
        Some(B::Chest),
        Some(B::UpperChest),
        Some(B::Neck),
        Some(B::Head),
        Some(B::RightShoulder),
        Some(B::RightUpperArm),
        Some(B::RightLowerArm),
        Some(B::RightHand),
        Some(B::LeftShoulder),
        Some(B::LeftUpperArm),
        Some(B::LeftLowerArm),
        Some(B::LeftHand),
        Some(B::RightUpperLeg),
        Some(B::RightLowerLeg),
        Some(B::RightFoot),
        Some(B::RightToes),
        Some(B::LeftUpperLeg),
        Some(B::LeftLowerLeg),
        Some(B::LeftFoot),
        Some(B::LeftToes),
    ]
};

/// Where the hands are in the body.
const LEFT_HAND: u16 = 14;
const RIGHT_HAND: u16 = 10;

/// A hand's segments: the carpus, three of the thumb, four of each other finger.
const FINGERS: [&str; 20] = [
    "Carpus",
    "FirstMetacarpal",
    "FirstProximalPhalange",
    "FirstDistalPhalange",
    "SecondMetacarpal",
    "SecondProximalPhalange",
    "SecondMiddlePhalange",
    "SecondDistalPhalange",
    "ThirdMetacarpal",
    "ThirdProximalPhalange",
    "ThirdMiddlePhalange",
    "ThirdDistalPhalange",
    "FourthMetacarpal",
    "FourthProximalPhalange",
    "FourthMiddlePhalange",
    "FourthDistalPhalange",
    "FifthMetacarpal",
    "FifthProximalPhalange",
    "FifthMiddlePhalange",
    "FifthDistalPhalange",
];

/// How many of each kind a character has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Shape {
    pub(crate) body: usize,
    pub(crate) props: usize,
    pub(crate) fingers: usize,
}

impl Shape {
    /// All segments together.
    pub(crate) fn count(self) -> usize {
        self.body + self.props + self.fingers
    }

    /// The segments in the order of their ids.
    pub(crate) fn segments(self) -> Vec<SegmentInfo> {
        let segment = |name: String, parent: Option<u16>| SegmentInfo {
            name,
            parent,
            parent_from_segment: None,
        };
        let body = BODY_SEGMENTS.iter().take(self.body);
        let mut all: Vec<_> = body.map(|(n, p)| segment((*n).to_owned(), *p)).collect();
        for prop in 1..=self.props {
            all.push(segment(format!("Prop{prop}"), None));
        }
        let hands = [("Left", LEFT_HAND), ("Right", RIGHT_HAND)];
        let each = self.fingers / hands.len();
        for (side, hand) in hands {
            let carpus = all.len() as u16;
            for (k, name) in FINGERS.iter().enumerate().take(each) {
                let hand = Some(hand).filter(|_| self.body == BODY_SEGMENTS_MAX);
                let parent = match k {
                    0 => hand,
                    // Each finger begins at the carpus; what follows hangs on what is before it.
                    1 | 4 | 8 | 12 | 16 => Some(carpus),
                    _ => Some(carpus + k as u16 - 1),
                };
                all.push(segment(format!("{side}{name}"), parent));
            }
        }
        all
    }
}
