//! Stage frames as a track, and back: cameras, props and performers.
//!
//! Numbers of a frame: its place in the take, number, time due, whether it has a timecode, and that; then two of each
//! camera and prop, its quality; then seven of each performer: quality, the markers' error in micrometres, markers seen and
//! of the rig, who named them, whether there are joints. Joints are the cameras and props, each on its own, then each
//! performer's, in her skeleton's tree where that is known.

use super::stamped::{
    TimecodeKind, host, micros, quality, quality_numbers, timecode, timecode_kind, timecode_numbers,
};
use super::{STAGE, description};
use crate::take_file::error::DamageKind;
use crate::take_file::fields::{Field, Fields, Put};
use cyc_compact::{Frame, Track, TrackShape};
use cyc_model::{
    JOINTS_MAX, JointFrame, LabelOrigin, PerformerSpan, STAGE_ACTORS_MAX, Stage, StageFrame,
    TrackedBody, Xf,
};

/// Numbers before those of the actors.
const FIXED: usize = 6;
/// Numbers of a performer.
const PERFORMER: usize = 7;
const LABELS: [LabelOrigin; 3] = [
    LabelOrigin::Given,
    LabelOrigin::Continued,
    LabelOrigin::Cloud,
];

type Local = Xf<JointFrame, JointFrame>;

/// A skeleton's tree: of each joint its parent.
pub(super) type Tree = Vec<Option<u16>>;

/// What all frames of a track have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StageKind {
    bodies: [usize; 2],
    performers: Vec<Tree>,
    timecode: TimecodeKind,
}

impl StageKind {
    fn of(frame: &StageFrame, trees: &[Tree]) -> Self {
        let tree = |p: usize| {
            let joints = frame.joints_of_performer(p).len();
            let known = trees.get(p).filter(|t| t.len() == joints);
            known.cloned().unwrap_or_else(|| vec![None; joints])
        };
        Self {
            bodies: [frame.cameras.len(), frame.props.len()],
            performers: (0..frame.performers.len()).map(tree).collect(),
            timecode: timecode_kind(frame.timecode),
        }
    }

    fn is_of(&self, frame: &StageFrame) -> bool {
        let joints = |(p, tree): (usize, &Tree)| {
            let joints = frame.joints_of_performer(p).len();
            joints == 0 || joints == tree.len()
        };
        let timecode = timecode_kind(frame.timecode);
        self.bodies == [frame.cameras.len(), frame.props.len()]
            && self.performers.len() == frame.performers.len()
            && self.performers.iter().enumerate().all(joints)
            && (timecode.is_none() || timecode == self.timecode)
    }

    fn parents(&self) -> Tree {
        let mut all: Tree = vec![None; self.bodies.iter().sum()];
        for tree in &self.performers {
            let first = all.len() as u16;
            all.extend(tree.iter().map(|p| p.map(|p| p + first)));
        }
        all
    }

    fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut put = Put(&mut bytes);
        let (rate, per_frame) = self.timecode.unwrap_or_default();
        put.u8(u8::from(self.timecode.is_some()));
        put.u8(rate);
        put.u16(per_frame);
        self.bodies.iter().for_each(|n| put.u32(*n as u32));
        put.u32(self.performers.len() as u32);
        for tree in &self.performers {
            put.u32(tree.len() as u32);
            tree.iter().for_each(|p| put.u16(p.map_or(0, |p| p + 1)));
        }
        let mut out = vec![STAGE];
        out.extend(description::compressed(&bytes));
        out
    }

    /// From a description without its first byte.
    pub(super) fn read(bytes: &[u8]) -> Field<Self> {
        let bytes = description::decompressed(bytes)?;
        let mut fields = Fields(&bytes);
        let (has, rate, per_frame) = (fields.u8()?, fields.u8()?, fields.u16()?);
        let bodies = [
            fields.count(STAGE_ACTORS_MAX)?,
            fields.count(STAGE_ACTORS_MAX)?,
        ];
        let mut performers = Vec::new();
        for _ in 0..fields.count(STAGE_ACTORS_MAX)? {
            let mut tree = Tree::new();
            for j in 0..fields.count(JOINTS_MAX)? {
                let parent = fields.u16()?.checked_sub(1);
                if parent.is_some_and(|p| usize::from(p) >= j) {
                    return Err(DamageKind::Number);
                }
                tree.push(parent);
            }
            performers.push(tree);
        }
        fields.end()?;
        Ok(Self {
            bodies,
            performers,
            timecode: (has == 1).then_some((rate, per_frame)),
        })
    }

    /// That a track's frames have what the description says.
    pub(super) fn check(&self, shape: TrackShape) -> Field<()> {
        let bodies: usize = self.bodies.iter().sum();
        let joints = bodies + self.performers.iter().map(Vec::len).sum::<usize>();
        let numbers = FIXED + 2 * bodies + PERFORMER * self.performers.len();
        if shape.joints != joints || shape.numbers != numbers || shape.points != 0 {
            return Err(DamageKind::Count);
        }
        Ok(())
    }

    /// Fills a frame; `scratch` holds a performer's joints on the way.
    pub(super) fn fill(
        &self,
        frame: Frame<'_>,
        locals: &[Local],
        out: &mut StageFrame,
        scratch: &mut Vec<Xf<Stage, JointFrame>>,
    ) {
        out.clear();
        let numbers = frame.numbers();
        let at = |i: usize| numbers.get(i).copied().unwrap_or(0);
        out.number = at(1) as u64;
        out.due = host(at(2));
        out.timecode = if at(3) != 0 {
            timecode(self.timecode, [at(4), at(5)])
        } else {
            None
        };
        let (mut next, mut poses) = (FIXED, locals.iter());
        for (count, bodies) in self.bodies.iter().zip([&mut out.cameras, &mut out.props]) {
            for pose in poses.by_ref().take(*count) {
                bodies.push(TrackedBody {
                    stage_from_body: pose.relabel(),
                    quality: quality([at(next), at(next + 1)]),
                });
                next += 2;
            }
        }
        for tree in &self.performers {
            scratch.clear();
            for (local, parent) in poses.by_ref().take(tree.len()).zip(tree) {
                let above = parent.and_then(|p| scratch.get(usize::from(p)).copied());
                scratch.push(above.map_or_else(|| local.relabel(), |above| above * *local));
            }
            let mut span = PerformerSpan::default();
            span.quality = quality([at(next), at(next + 1)]);
            span.marker_rms_m = at(next + 2) as f32 * 1e-6;
            span.markers_seen = at(next + 3) as u16;
            span.markers_all = at(next + 4) as u16;
            let labels = usize::try_from(at(next + 5)).ok();
            span.labels = labels
                .and_then(|l| LABELS.get(l).copied())
                .unwrap_or_default();
            let joints: &[_] = if at(next + 6) != 0 { scratch } else { &[] };
            out.push_performer(span, joints);
            next += PERFORMER;
        }
    }
}

/// A track while frames are added.
#[derive(Debug)]
pub(super) struct StageGrowing {
    kind: StageKind,
    frames: usize,
    numbers: Vec<i64>,
    locals: Vec<Local>,
}

impl StageGrowing {
    /// For frames like this one.
    pub(super) fn new(frame: &StageFrame, trees: &[Tree]) -> Self {
        Self {
            kind: StageKind::of(frame, trees),
            frames: 0,
            numbers: Vec::new(),
            locals: Vec::new(),
        }
    }

    /// Whether a frame belongs here.
    pub(super) fn takes(&mut self, frame: &StageFrame) -> bool {
        if self.kind.timecode.is_none() {
            self.kind.timecode = timecode_kind(frame.timecode);
        }
        self.kind.is_of(frame)
    }

    /// Adds a frame.
    pub(super) fn push(&mut self, order: i64, frame: &StageFrame) {
        let before = self.locals.len().checked_sub(self.kind.parents().len());
        let [tc, subframe] = timecode_numbers(frame.timecode);
        let has_timecode = i64::from(frame.timecode.is_some());
        let due = micros(frame.due.0);
        let number = frame.number as i64;
        self.numbers
            .extend([order, number, due, has_timecode, tc, subframe]);
        for body in frame.cameras.iter().chain(&frame.props) {
            self.numbers.extend(quality_numbers(body.quality));
            self.locals.push(body.stage_from_body.relabel());
        }
        for (p, span) in frame.performers.iter().enumerate() {
            let joints = frame.joints_of_performer(p);
            self.numbers.extend(quality_numbers(span.quality));
            self.numbers.extend([
                (f64::from(span.marker_rms_m) * 1e6).round() as i64,
                i64::from(span.markers_seen),
                i64::from(span.markers_all),
                span.labels as i64,
                i64::from(!joints.is_empty()),
            ]);
            let tree = self.kind.performers.get(p);
            for (j, parent) in tree.into_iter().flatten().enumerate() {
                let above = parent.and_then(|p| joints.get(usize::from(p)));
                let local = match (joints.get(j), above) {
                    (Some(own), Some(above)) => (above.inverse() * *own).relabel(),
                    (Some(own), None) => own.relabel(),
                    // A performer without joints stands still.
                    (None, _) => {
                        let done = self.locals.len() - self.frames * self.kind.parents().len();
                        let old = before.and_then(|b| self.locals.get(b + done).copied());
                        old.unwrap_or(Xf::IDENTITY)
                    }
                };
                self.locals.push(local);
            }
        }
        self.frames += 1;
    }

    /// The track.
    pub(super) fn finish(self) -> Track {
        Track {
            name: "stage/frame".into(),
            description: self.kind.write(),
            frames: self.frames,
            numbers: self.numbers,
            parents: self.kind.parents(),
            locals: self.locals,
            ..Track::default()
        }
    }
}
