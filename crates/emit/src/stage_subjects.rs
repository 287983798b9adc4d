//! The stage as a capture system of its own: cameras, props and solved performers as subjects of a frame, so that every
//! output sends them like anything that was captured.
//!
//! A camera is a rigid body at its entrance pupil, looking along -Z, with its lens. A performer is a skeleton with VRM's
//! bone names; each bone is turned as far as it is from the rest pose, in which all are unturned, as VRM and the VMC
//! protocol have it: so the rig's rest pose must be a T-pose.

use cyc_model::{
    Body, CameraBody, HostNs, HumanBone, HumanoidMap, JointFrame, LensSample, LensSpec, MocapFrame,
    Pose, Roster, RosterError, SegmentInfo, Skeleton, Source, SourceId, Stage, StageFrame,
    SubjectInfo, SubjectLens, Xf,
};
use cyc_stage::Camera;
use std::sync::Arc;

/// A performer of the stage.
#[derive(Clone, Copy, Debug)]
pub struct PerformerSetup<'a> {
    /// Her name.
    pub name: &'a str,
    /// The skeleton that she is solved with.
    pub skeleton: &'a Skeleton,
    /// Which of its joints are which bones.
    pub humanoid: &'a HumanoidMap,
}

/// A bone of a performer: her joint, and how it is turned at rest.
#[derive(Clone, Copy, Debug)]
struct BonePlace {
    joint: usize,
    rest_from_model: Xf<JointFrame, JointFrame>,
}

/// Makes a capture frame of each stage frame.
#[derive(Clone, Debug)]
pub struct StageSubjects {
    roster: Arc<Roster>,
    cameras: Vec<Camera>,
    performers: Vec<Vec<BonePlace>>,
    props: usize,
}

impl StageSubjects {
    /// Performers, cameras and props, each in the order of the stage; they become subjects in this order.
    ///
    /// # Errors
    /// When two have one name, or a name is none.
    pub fn new(
        performers: &[PerformerSetup<'_>],
        cameras: Vec<Camera>,
        props: &[String],
    ) -> Result<Self, RosterError> {
        let mut subjects: Vec<SubjectInfo> = performers.iter().map(body_of).collect();
        subjects.extend(cameras.iter().map(|camera| rigid_body(&camera.name)));
        subjects.extend(props.iter().map(|name| rigid_body(name)));
        Ok(Self {
            roster: Arc::new(Roster::build(subjects)?),
            cameras,
            performers: performers.iter().map(bones_of).collect(),
            props: props.len(),
        })
    }

    /// Writes a stage frame as a capture frame in the stage's space. What is absent is occluded. A lens is told as the stage
    /// has it now: a zoom's by its table, with the rings that its source tells. Allocates nothing once warm.
    pub fn fill(&self, frame: &StageFrame, out: &mut MocapFrame) {
        out.reset(&self.roster);
        out.source = SourceId(0);
        out.number = cyc_model::FrameNumber(frame.number);
        out.taken = (frame.due > HostNs(0)).then_some(frame.due);
        out.heard = frame.due;
        out.rate_hz = frame.rate_hz;
        out.timecode = frame.timecode;
        out.stamps = frame.stamps;
        let mut slots = out.segments.iter_mut();
        for (i, bones) in self.performers.iter().enumerate() {
            let span = frame.performers.get(i);
            let is_present = span.is_some_and(|s| s.quality.is_present());
            let joints = frame.joints_of_performer(i);
            for (bone, slot) in bones.iter().zip(slots.by_ref()) {
                let joint = joints.get(bone.joint).filter(|_| is_present);
                *slot = joint.map(|joint| turned_from_rest(*joint, bone));
            }
        }
        for (i, camera) in self.cameras.iter().enumerate() {
            let body = frame.cameras.get(i).filter(|b| b.quality.is_present());
            let told = frame.lenses.get(i);
            let (lens, body_from_pupil) = camera.lens_now(told);
            let pupil = body.map(|body| {
                let body = body.stage_from_body.relabel::<Stage, CameraBody>();
                (body * body_from_pupil).relabel()
            });
            if let Some(slot) = slots.next() {
                *slot = pupil;
            }
            if let Ok(subject) = u16::try_from(self.performers.len() + i) {
                let sample = lens_of(&lens, told);
                out.lenses.push(SubjectLens { subject, sample });
            }
        }
        for (i, slot) in (0..self.props).zip(slots) {
            let body = frame.props.get(i).filter(|b| b.quality.is_present());
            *slot = body.map(|body| body.stage_from_body.relabel());
        }
    }
}

/// The lens that the stage sees with, and what its source tells beside: rings, focus, stops.
fn lens_of(lens: &LensSpec, told: Option<&LensSample>) -> LensSample {
    let told = told.copied().unwrap_or_default();
    LensSample {
        zoom: told.zoom,
        focus: told.focus,
        iris: told.iris,
        focus_distance_m: told.focus_distance_m,
        f_stop: told.f_stop,
        t_stop: told.t_stop,
        ..LensSample::of_lens(lens)
    }
}

/// A bone's place, turned as from the rest pose.
fn turned_from_rest(joint: Xf<Stage, JointFrame>, bone: &BonePlace) -> Pose<Source, Body> {
    (joint * bone.rest_from_model).relabel()
}

fn rigid_body(name: &str) -> SubjectInfo {
    SubjectInfo {
        name: name.to_owned(),
        segments: vec![SegmentInfo {
            name: name.to_owned(),
            parent: None,
            parent_from_segment: None,
        }],
        markers: Vec::new(),
    }
}

/// The mapped bones, parents first.
fn mapped(performer: &PerformerSetup<'_>) -> Vec<(HumanBone, usize)> {
    let bones = performer.humanoid.bones();
    let mut bones: Vec<_> = bones.map(|(bone, joint)| (bone, joint.idx())).collect();
    bones.sort_by_key(|bone| bone.1);
    bones
}

fn body_of(performer: &PerformerSetup<'_>) -> SubjectInfo {
    let bones = mapped(performer);
    let place = |bone: HumanBone| {
        let at = bones.iter().position(|b| b.0 == bone);
        at.and_then(|at| u16::try_from(at).ok())
    };
    let segment = |(i, (bone, _)): (usize, &(HumanBone, usize))| SegmentInfo {
        name: bone.vrm_name().to_owned(),
        // A parent that comes later would be no tree; then the bone stands for itself.
        parent: performer
            .humanoid
            .mapped_parent(*bone)
            .and_then(place)
            .filter(|parent| usize::from(*parent) < i),
        parent_from_segment: None,
    };
    SubjectInfo {
        name: performer.name.to_owned(),
        segments: bones.iter().enumerate().map(segment).collect(),
        markers: Vec::new(),
    }
}

fn bones_of(performer: &PerformerSetup<'_>) -> Vec<BonePlace> {
    let rest = performer.skeleton.rest_global();
    let one = |(_, joint): (HumanBone, usize)| {
        let turned = rest.get(joint).map(|r| r.rotation()).unwrap_or_default();
        BonePlace {
            joint,
            rest_from_model: Xf::saturating(turned.inverse(), Default::default()),
        }
    };
    mapped(performer).into_iter().map(one).collect()
}

#[cfg(test)]
mod tests;
