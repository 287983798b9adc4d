//! A frame as programs for avatars know it: a performer's segments are human bones by VRM's names, in VRM's rest pose.
//!
//! A capture system of suits or of avatars does not know what the joints of our body are called, nor that it rests with
//! its arms hanging. So the joints are found by their names as [`infer_humanoid`] reads them, and every rotation is told
//! against a rest pose in which no bone is turned and the arms point to the sides (T). Positions stay as they are. What
//! must stay true: subjects keep their places; one that has VRM's bones already, or none, is left as it is.

use cyc_character::infer_humanoid;
use cyc_model::{
    Body, HumanBone, HumanoidMap, JointIdx, JointSpec, MocapFrame, Roster, SegmentInfo, Skeleton,
    SubjectInfo, Xf,
};
use glam::{DQuat, DVec3};
use std::sync::Arc;

/// Where a segment of the view comes from.
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// Its place among the segments of the frame.
    from: usize,
    /// The bone in VRM's rest pose, seen from the joint in its own.
    joint_from_bone: Xf<Body, Body>,
}

/// Makes the view of one frame after another; what depends on the roster alone is made once for each roster.
#[derive(Clone, Debug, Default)]
pub(crate) struct AvatarView {
    of: Option<Arc<Roster>>,
    roster: Arc<Roster>,
    slots: Vec<Slot>,
}

impl AvatarView {
    /// Fills `out` with the frame as it is to be seen.
    pub(crate) fn see(&mut self, frame: &MocapFrame, out: &mut MocapFrame) {
        let is_known = |known: &Arc<Roster>| Arc::ptr_eq(known, &frame.roster);
        if !self.of.as_ref().is_some_and(is_known) {
            self.rebuild(&frame.roster);
        }
        out.copy_from(frame);
        out.roster = Arc::clone(&self.roster);
        out.segments.clear();
        let seen = self.slots.iter().map(|slot| {
            let pose = frame.segments.get(slot.from).copied().flatten();
            pose.map(|pose| pose * slot.joint_from_bone)
        });
        out.segments.extend(seen);
    }

    fn rebuild(&mut self, roster: &Arc<Roster>) {
        self.of = Some(Arc::clone(roster));
        self.slots.clear();
        let mut subjects = Vec::new();
        for (subject, span) in roster.subjects().iter().zip(roster.spans()) {
            let first = span.segments().start;
            match Bones::of(subject) {
                Some(bones) => {
                    subjects.push(SubjectInfo {
                        segments: bones.segments(),
                        ..subject.clone()
                    });
                    self.slots.extend(bones.slots(first));
                }
                None => {
                    subjects.push(subject.clone());
                    self.slots.extend(span.segments().map(|from| Slot {
                        from,
                        joint_from_bone: Xf::IDENTITY,
                    }));
                }
            }
        }
        // Fewer and other segments of the same subjects: still a roster.
        if let Ok(seen) = Roster::build(subjects) {
            self.roster = Arc::new(seen);
        }
    }
}

/// A performer's joints, and which bones they are.
struct Bones {
    skeleton: Skeleton,
    map: HumanoidMap,
    /// For each joint of the skeleton, its place among the subject's segments.
    segment_of: Vec<usize>,
}

impl Bones {
    /// `None` for what is no body, and for a body with VRM's bones.
    fn of(subject: &SubjectInfo) -> Option<Self> {
        let hips = HumanBone::Hips.vrm_name();
        if subject.is_rigid_body() || subject.segments.iter().any(|s| s.name == hips) {
            return None;
        }
        let spec = |s: &SegmentInfo| JointSpec {
            name: s.name.clone(),
            parent: s.parent.map(usize::from),
            parent_from_joint: s.parent_from_segment.unwrap_or_default(),
        };
        let specs = subject.segments.iter().map(spec).collect();
        let (skeleton, joint_of) = Skeleton::build(specs).ok()?;
        let map = infer_humanoid(&skeleton);
        map.joint(HumanBone::Hips)?;
        let mut segment_of = vec![0; joint_of.len()];
        for (segment, joint) in joint_of.iter().enumerate() {
            *segment_of.get_mut(joint.idx())? = segment;
        }
        Some(Self {
            skeleton,
            map,
            segment_of,
        })
    }

    fn segments(&self) -> Vec<SegmentInfo> {
        let bones: Vec<HumanBone> = self.map.bones().map(|(bone, _)| bone).collect();
        let place = |parent| bones.iter().position(|b| *b == parent).map(|p| p as u16);
        let segment = |bone: &HumanBone| SegmentInfo {
            name: bone.vrm_name().to_owned(),
            parent: self.map.mapped_parent(*bone).and_then(place),
            parent_from_segment: None,
        };
        bones.iter().map(segment).collect()
    }

    fn slots(&self, first: usize) -> impl Iterator<Item = Slot> {
        self.map.bones().map(move |(bone, joint)| Slot {
            from: first + self.segment_of.get(joint.idx()).copied().unwrap_or(0),
            joint_from_bone: Xf::saturating(self.joint_from_bone(bone, joint), DVec3::ZERO),
        })
    }

    /// What a joint is turned by while its bone rests in the T pose: the inverse of its own rest, then what brings the
    /// bone from the side to where it rests.
    fn joint_from_bone(&self, bone: HumanBone, joint: JointIdx) -> DQuat {
        let rests = self.skeleton.rest_global();
        let rest = rests
            .get(joint.idx())
            .map_or(DQuat::IDENTITY, |r| r.rotation());
        rest.conjugate() * self.rest_from_t_pose(bone).unwrap_or(DQuat::IDENTITY)
    }

    /// From the bone of the arm that a bone is of, or hangs on, in the T pose to the same at rest.
    fn rest_from_t_pose(&self, bone: HumanBone) -> Option<DQuat> {
        let mut at = Some(bone);
        while let Some(bone) = at {
            if let Some((_, next, side)) = ARMS.into_iter().find(|a| a.0 == bone)
                && let Some(along) = self.along(bone, next)
            {
                return Some(DQuat::from_rotation_arc(side, along));
            }
            at = bone.parent();
        }
        None
    }

    /// The direction from one bone to the next at rest.
    fn along(&self, bone: HumanBone, next: HumanBone) -> Option<DVec3> {
        let at = |bone| {
            let joint = self.map.joint(bone)?;
            let rest = self.skeleton.rest_global().get(joint.idx())?;
            Some(rest.translation().metres())
        };
        (at(next)? - at(bone)?).try_normalize()
    }
}

/// The bones of the arms, what each points to, and to which side in the T pose, for one who faces +Z.
const ARMS: [(HumanBone, HumanBone, DVec3); 6] = [
    (HumanBone::LeftUpperArm, HumanBone::LeftLowerArm, DVec3::X),
    (HumanBone::LeftLowerArm, HumanBone::LeftHand, DVec3::X),
    (HumanBone::LeftHand, HumanBone::LeftMiddleProximal, DVec3::X),
    (
        HumanBone::RightUpperArm,
        HumanBone::RightLowerArm,
        DVec3::NEG_X,
    ),
    (HumanBone::RightLowerArm, HumanBone::RightHand, DVec3::NEG_X),
    (
        HumanBone::RightHand,
        HumanBone::RightMiddleProximal,
        DVec3::NEG_X,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(name: &str, parent: Option<u16>, at: [f64; 3]) -> SegmentInfo {
        SegmentInfo {
            name: name.to_owned(),
            parent,
            parent_from_segment: Some(Xf::from_translation(at.into())),
        }
    }

    /// Mixamo's names; the left arm rests pointing straight down, and one segment is nobody's bone.
    fn body() -> SubjectInfo {
        SubjectInfo {
            name: "Ann".to_owned(),
            segments: vec![
                segment("mixamorig:Hips", None, [0.0, 1.0, 0.0]),
                segment("mixamorig:HeadTop_End", Some(0), [0.0, 0.7, 0.0]),
                segment("mixamorig:Spine", Some(0), [0.0, 0.2, 0.0]),
                segment("mixamorig:LeftArm", Some(2), [0.2, 0.3, 0.0]),
                segment("mixamorig:LeftForeArm", Some(3), [0.0, -0.3, 0.0]),
                segment("mixamorig:LeftHand", Some(4), [0.0, -0.3, 0.0]),
                segment("mixamorig:Head", Some(2), [0.0, 0.5, 0.0]),
            ],
            markers: vec![],
        }
    }

    fn rigid(name: &str) -> SubjectInfo {
        SubjectInfo {
            name: name.to_owned(),
            segments: vec![segment(name, None, [0.0; 3])],
            markers: vec![],
        }
    }

    fn view(frame: &MocapFrame) -> MocapFrame {
        let mut out = MocapFrame::default();
        AvatarView::default().see(frame, &mut out);
        out
    }

    #[test]
    fn joints_become_bones_and_a_hanging_arm_is_a_turned_one() {
        let roster = Arc::new(Roster::build(vec![rigid("Cam"), body()]).unwrap());
        let mut frame = MocapFrame::default();
        frame.reset(&roster);
        frame.segments.fill(Some(Xf::IDENTITY));
        frame.segments[3] = None;
        let seen = view(&frame);
        let names = seen.roster.subjects()[1].segments.iter();
        let names: Vec<_> = names.map(|s| s.name.as_str()).collect();
        assert_eq!(names[..3], ["hips", "spine", "head"]);
        assert_eq!(names[3..], ["leftUpperArm", "leftLowerArm", "leftHand"]);
        assert_eq!(seen.roster.subjects()[1].segments[5].parent, Some(4));
        assert_eq!(seen.segments_of(0), [Some(Xf::IDENTITY)]);
        let of = |name: &str| {
            let k = names.iter().position(|n| *n == name).unwrap();
            seen.segments_of(1)[k]
        };
        // At rest the spine is as it is in the T pose; the arm, which points to +X there, points down.
        assert_eq!(of("hips"), Some(Xf::IDENTITY));
        assert_eq!(of("spine"), None, "not seen");
        for arm in ["leftUpperArm", "leftLowerArm", "leftHand"] {
            let points = of(arm).unwrap().rotation() * DVec3::X;
            assert!(points.distance(DVec3::NEG_Y) < 1e-12, "{arm} {points}");
        }
        // Turned as a joint, it points where the joint points.
        let turn = DQuat::from_rotation_z(0.5);
        frame.segments[4] = Xf::new(turn, DVec3::ZERO);
        let points = view(&frame).segments_of(1)[3].unwrap().rotation() * DVec3::X;
        assert!(points.distance(turn * DVec3::NEG_Y) < 1e-12, "{points}");
    }

    #[test]
    fn who_has_bones_or_is_no_body_is_left_alone() {
        let mut ready = body();
        ready.segments[0].name = "hips".to_owned();
        let roster = Arc::new(Roster::build(vec![ready, rigid("Cam")]).unwrap());
        let mut frame = MocapFrame::default();
        frame.reset(&roster);
        frame.segments.fill(Some(Xf::IDENTITY));
        let seen = view(&frame);
        assert_eq!(seen.roster.subjects(), roster.subjects());
        assert_eq!(seen.segments, frame.segments);
    }
}
