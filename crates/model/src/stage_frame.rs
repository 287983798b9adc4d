//! Everything the renderer needs for one moment of the stage.

use crate::{
    Body, FaceWeights, HostNs, JointFrame, LensSample, PerformerIdx, Point, Pose, Quality, Stage,
    Stamps, Timecode, Xf,
};
use std::ops::Range;

/// A tracked rigid body: a film camera's tracker or a prop.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct TrackedBody {
    /// Where the tracked body is.
    pub stage_from_body: Pose<Stage, Body>,
    /// How sure that is.
    pub quality: Quality,
}

/// Who named the markers that a performer was solved with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum LabelOrigin {
    /// The source, and its names were believed.
    #[default]
    Given,
    /// The source mixed its names up; those of the frames before were continued.
    Continued,
    /// The solver, from a cloud without names.
    Cloud,
}

/// A solved performer; its joints lie in [`StageFrame::performer_joints`].
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct PerformerSpan {
    first_joint: u32,
    joints: u32,
    /// Root mean square distance of the seen markers from the solved skeleton, metres; zero without markers.
    pub marker_rms_m: f32,
    /// Markers seen.
    pub markers_seen: u16,
    /// Markers of the rig.
    pub markers_all: u16,
    /// Who named them.
    pub labels: LabelOrigin,
    /// How sure the pose is.
    pub quality: Quality,
}

impl PerformerSpan {
    /// Range in [`StageFrame::performer_joints`].
    pub fn joints(&self) -> Range<usize> {
        self.first_joint as usize..(self.first_joint + self.joints) as usize
    }
}

/// A marker that a performer wears and no camera saw, where her skeleton and its own past put it. It describes the newest capture
/// frame that she was solved with: unlike her joints it is led nowhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HiddenMarker {
    /// Who wears it.
    pub performer: PerformerIdx,
    /// Its number in her rig.
    pub marker: u16,
    /// Where it is, metres.
    pub at: Point<Stage>,
    /// How sure that is, 0 to 1: half after half a second in which the rest of its bone is seen.
    pub confidence: f32,
}

/// A posed digital human; its joints lie in [`StageFrame::human_joints`].
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct HumanSpan {
    first_joint: u32,
    joints: u32,
    /// How sure the pose is.
    pub quality: Quality,
}

impl HumanSpan {
    /// Range in [`StageFrame::human_joints`].
    pub fn joints(&self) -> Range<usize> {
        self.first_joint as usize..(self.first_joint + self.joints) as usize
    }
}

/// One moment of the stage. Made to be reused: [`Self::clear`] and [`Self::copy_from`] keep capacities.
#[derive(Debug, Default)]
pub struct StageFrame {
    /// Counts up by one for each published frame.
    pub number: u64,
    /// Which configuration of the stage it is of: what its lists hold, and in what order. Counts up with each exchange.
    pub config: u32,
    /// The moment that the frame describes.
    pub due: HostNs,
    /// Frames a second of the source that gives most of them; zero while none is known.
    pub rate_hz: f64,
    /// Timecode of the newest capture frame in it.
    pub timecode: Option<Timecode>,
    /// Camera trackers, in the order of the stage file's cameras.
    pub cameras: Vec<TrackedBody>,
    /// What the cameras' sources tell of their lenses, in the same order; those beyond its end tell nothing.
    pub lenses: Vec<LensSample>,
    /// Props, in the order of the stage file's props.
    pub props: Vec<TrackedBody>,
    /// Performers, in the order of the stage file.
    pub performers: Vec<PerformerSpan>,
    /// Joints of all performers.
    pub performer_joints: Vec<Xf<Stage, JointFrame>>,
    /// Markers of all performers that are hidden now. For people who look; a take keeps what was heard, and is filled by solving.
    pub hidden_markers: Vec<HiddenMarker>,
    /// Digital humans, in the order of the stage file's character slots.
    pub humans: Vec<HumanSpan>,
    /// Joints of all humans, each in its character's skeleton order.
    pub human_joints: Vec<Xf<Stage, JointFrame>>,
    /// Faces of the humans, in the same order.
    pub faces: Vec<FaceWeights>,
    /// When the newest capture frame in it passed each hop.
    pub stamps: Stamps,
}

impl StageFrame {
    /// Empties the lists and keeps their capacity.
    pub fn clear(&mut self) {
        self.timecode = None;
        self.cameras.clear();
        self.lenses.clear();
        self.props.clear();
        self.performers.clear();
        self.performer_joints.clear();
        self.hidden_markers.clear();
        self.humans.clear();
        self.human_joints.clear();
        self.faces.clear();
        self.stamps = Stamps::default();
    }

    /// Becomes a copy of `other`; allocates only while the lists have not yet been this long.
    pub fn copy_from(&mut self, other: &Self) {
        self.number = other.number;
        self.config = other.config;
        self.due = other.due;
        self.rate_hz = other.rate_hz;
        self.timecode = other.timecode;
        self.cameras.clone_from(&other.cameras);
        self.lenses.clone_from(&other.lenses);
        self.props.clone_from(&other.props);
        self.performers.clone_from(&other.performers);
        self.performer_joints.clone_from(&other.performer_joints);
        // How many are hidden changes from frame to frame: there is room for all from the first one on.
        self.hidden_markers.clear();
        self.hidden_markers
            .reserve_exact(other.hidden_markers.capacity());
        self.hidden_markers.extend_from_slice(&other.hidden_markers);
        self.humans.clone_from(&other.humans);
        self.human_joints.clone_from(&other.human_joints);
        self.faces.clone_from(&other.faces);
        self.stamps = other.stamps;
    }

    /// Adds a performer with its joints; the span's own joint range is set here.
    pub fn push_performer(&mut self, mut span: PerformerSpan, joints: &[Xf<Stage, JointFrame>]) {
        span.first_joint = self.performer_joints.len() as u32;
        span.joints = joints.len() as u32;
        self.performer_joints.extend_from_slice(joints);
        self.performers.push(span);
    }

    /// Adds a human with its joints and face.
    pub fn push_human(
        &mut self,
        quality: Quality,
        joints: &[Xf<Stage, JointFrame>],
        face: FaceWeights,
    ) {
        let first_joint = self.human_joints.len() as u32;
        self.human_joints.extend_from_slice(joints);
        self.humans.push(HumanSpan {
            first_joint,
            joints: joints.len() as u32,
            quality,
        });
        self.faces.push(face);
    }

    /// The joints of one human; empty beyond the last.
    pub fn joints_of_human(&self, human: usize) -> &[Xf<Stage, JointFrame>] {
        self.humans
            .get(human)
            .and_then(|h| self.human_joints.get(h.joints()))
            .unwrap_or(&[])
    }

    /// The joints of one performer; empty beyond the last.
    pub fn joints_of_performer(&self, performer: usize) -> &[Xf<Stage, JointFrame>] {
        self.performers
            .get(performer)
            .and_then(|p| self.performer_joints.get(p.joints()))
            .unwrap_or(&[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actors_find_their_own_joints() {
        let mut frame = StageFrame::default();
        let joint = |x: f64| Xf::from_translation(glam::DVec3::new(x, 0.0, 0.0));
        frame.push_human(
            Quality::Live,
            &[joint(1.0), joint(2.0)],
            FaceWeights::default(),
        );
        frame.push_human(Quality::Live, &[joint(3.0)], FaceWeights::default());
        assert_eq!(frame.joints_of_human(1), [joint(3.0)]);
        assert_eq!(frame.joints_of_human(2), []);
        let mut copy = StageFrame::default();
        copy.copy_from(&frame);
        copy.clear();
        assert_eq!((copy.humans.len(), copy.human_joints.len()), (0, 0));
    }
}
