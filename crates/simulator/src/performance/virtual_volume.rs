//! The virtual capture volume: performers, a film camera and a prop, frame by frame.

use super::body_motion::{BodyMotion, Clip, MotionError};
use super::camera_move::CameraMove;
use super::face_motion::FaceMotion;
use super::linear::Placement;
use super::marker_layer::{MarkerLayer, MarkerRealism};
use super::prop_move::PropMove;
use super::skin::{LandmarkError, Landmarks};
use super::truth::{self, TruthState, TruthWriter};
use crate::servers::FrameProducer;
use cyc_character::Character;
use cyc_model::{
    CapturedFace, LensSample, MocapFrame, Point, Roster, RosterError, SegmentInfo, SubjectInfo,
    SubjectLens, Timecode, TimecodeRate, Xf,
};
use glam::{DQuat, DVec3};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The focus ring goes there and back in twelve seconds.
const FOCUS_PULL_RAD_PER_S: f64 = std::f64::consts::TAU / 12.0;
/// Where the picture is sharp at the ring's near end stop; the distance is inverse to the ring's share.
const NEAREST_FOCUS_M: f64 = 1.5;

/// How the volume is set up.
#[derive(Clone, Debug)]
pub struct VolumeSettings {
    /// Frames a second.
    pub rate_hz: f64,
    /// Decides everything that is random.
    pub seed: u64,
    /// Where the capture volume stands on the stage.
    pub stage_from_source: Placement,
    /// The tracked body on the camera, seen from its entrance pupil (the mount's offset, measured on the set).
    pub pupil_from_body: Placement,
    /// Name of the film camera's subject; empty for none.
    pub camera_subject: String,
    /// The camera's lens, when its system tracks it; its focus is pulled while the camera moves.
    pub camera_lens: Option<LensSample>,
    /// Name of the prop's subject; empty for none.
    pub prop_subject: String,
    /// How real the markers are.
    pub realism: MarkerRealism,
    /// Seconds of the motion that are skipped at the start.
    pub start_s: f64,
}

/// A performer: a body, its motion and its markers.
#[derive(Debug)]
pub struct Performer {
    name: String,
    joints: Vec<String>,
    segments: Vec<SegmentInfo>,
    motion: BodyMotion,
    markers: MarkerLayer,
    face: FaceMotion,
    seen: Vec<Option<[f64; 3]>>,
}

/// Why a performer cannot be set up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PerformerError {
    /// The body is no skinned character.
    #[error("the body has no skeleton")]
    NoSkeleton,
    /// The motion does not fit.
    #[error(transparent)]
    Motion(#[from] MotionError),
    /// The landmarks do not fit.
    #[error(transparent)]
    Landmarks(#[from] LandmarkError),
}

impl PerformerError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NoSkeleton => "simulator-body-no-skeleton",
            Self::Motion(e) => e.key(),
            Self::Landmarks(e) => e.key(),
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoSkeleton => vec![],
            Self::Motion(e) => e.args(),
            Self::Landmarks(e) => e.args(),
        }
    }
}

impl Performer {
    /// Dresses a body in markers and gives it a motion.
    pub fn new(
        name: &str,
        body: &Character,
        landmarks: &Landmarks,
        clip: Clip,
        seed: u64,
        realism: MarkerRealism,
    ) -> Result<Self, PerformerError> {
        let skeleton = body.skeleton.as_ref().ok_or(PerformerError::NoSkeleton)?;
        let motion = BodyMotion::new(clip, skeleton, &body.humanoid)?;
        let markers = MarkerLayer::new(body, landmarks, seed, realism)?;
        let segments = skeleton
            .joints()
            .iter()
            .map(|j| SegmentInfo {
                name: j.name.clone(),
                parent: j.parent.map(|p| p.0),
                parent_from_segment: Some(j.parent_from_joint),
            })
            .collect();
        let joints = skeleton.joints().iter().map(|j| j.name.clone()).collect();
        Ok(Self {
            name: name.to_owned(),
            joints,
            segments,
            motion,
            markers,
            face: FaceMotion::new(seed),
            seen: Vec::new(),
        })
    }

    /// Length of the motion, seconds.
    pub fn length_s(&self) -> f64 {
        self.motion.length_s()
    }

    fn subject(&self) -> SubjectInfo {
        SubjectInfo {
            name: self.name.clone(),
            segments: self.segments.clone(),
            markers: self.markers.labels().to_vec(),
        }
    }
}

/// Everything that the virtual cameras see.
#[derive(Debug)]
pub struct VirtualVolume {
    settings: VolumeSettings,
    performers: Vec<Performer>,
    camera: Option<CameraMove>,
    prop: Option<PropMove>,
    roster: Arc<Roster>,
    source_from_stage: Placement,
    truth: Option<TruthWriter>,
}

impl VirtualVolume {
    /// Sets the volume up. The roster is: performers, then camera, then prop.
    pub fn new(
        settings: VolumeSettings,
        performers: Vec<Performer>,
        camera: Option<CameraMove>,
        prop: Option<PropMove>,
        truth: Option<TruthWriter>,
    ) -> Result<Self, RosterError> {
        let mut subjects: Vec<_> = performers.iter().map(Performer::subject).collect();
        if camera.is_some() {
            subjects.push(rigid_body(&settings.camera_subject));
        }
        if prop.is_some() {
            subjects.push(rigid_body(&settings.prop_subject));
        }
        let roster = Arc::new(Roster::build(subjects)?);
        let source_from_stage = settings.stage_from_source.inverse();
        Ok(Self {
            settings,
            performers,
            camera,
            prop,
            roster,
            source_from_stage,
            truth,
        })
    }

    /// How the writing of the truth goes, if there is any.
    pub fn truth_state(&self) -> Option<TruthState> {
        self.truth.as_ref().map(TruthWriter::state)
    }

    /// The camera's tracked body in the stage.
    fn stage_from_camera_body(&self, t_s: f64) -> Option<(Placement, Placement)> {
        let pupil = self.camera.as_ref()?.stage_from_pupil(t_s);
        Some((pupil, pupil.then(&self.settings.pupil_from_body)))
    }

    /// The camera's lens at a time.
    fn put_lens(&self, has_camera: bool, t_s: f64, out: &mut MocapFrame) {
        let Some(lens) = self.settings.camera_lens.filter(|_| has_camera) else {
            return;
        };
        let mut sample = lens;
        let share = 0.5 + 0.4 * (t_s * FOCUS_PULL_RAD_PER_S).sin();
        sample.focus.normalised = Some(share);
        sample.focus_distance_m = Some(NEAREST_FOCUS_M / share);
        if let Ok(subject) = u16::try_from(self.performers.len()) {
            out.lenses.push(SubjectLens { subject, sample });
        }
    }

    fn put_performers(&mut self, t_s: f64, out: &mut MocapFrame) -> Vec<Value> {
        let dt_s = 1.0 / self.settings.rate_hz;
        let (mut segment, mut marker) = (0, 0);
        let mut lines = Vec::new();
        for (subject, performer) in self.performers.iter_mut().enumerate() {
            let face = performer.face.at(t_s);
            out.set_face(CapturedFace {
                // A roster has far fewer subjects than that.
                subject: subject as u16,
                ..face
            });
            let joints = performer.motion.pose(t_s);
            for joint in joints {
                if let Some(slot) = out.segments.get_mut(segment) {
                    *slot = to_model(&self.source_from_stage.then(joint));
                }
                segment += 1;
            }
            performer.markers.observe(joints, dt_s, &mut performer.seen);
            for seen in &performer.seen {
                if let Some(slot) = out.markers.get_mut(marker) {
                    *slot = seen.and_then(|p| Point::new(self.source_from_stage.point(p).into()));
                }
                marker += 1;
            }
            if self.truth.is_some() {
                lines.push(json!({
                    "name": performer.name,
                    "joints": truth::joints(&performer.joints, joints),
                    "markers": truth::markers(performer.markers.labels(), &performer.seen),
                    "face": face.weights.all().as_slice(),
                }));
            }
        }
        lines
    }
}

impl FrameProducer for VirtualVolume {
    fn roster(&self) -> Arc<Roster> {
        Arc::clone(&self.roster)
    }

    fn rate_hz(&self) -> f64 {
        self.settings.rate_hz
    }

    fn produce(&mut self, number: u64, out: &mut MocapFrame) -> bool {
        out.reset(&self.roster);
        let since_start_s = number as f64 / self.settings.rate_hz;
        out.rate_hz = self.settings.rate_hz;
        out.timecode = timecode(since_start_s, number, self.settings.rate_hz);
        let performers = self.put_performers(self.settings.start_s + since_start_s, out);
        let mut bodies = Map::new();
        let mut pupils = Map::new();
        let mut slot = self.roster.segment_count();
        let prop = self.prop.as_ref().map(|p| p.stage_from_prop(since_start_s));
        let camera = self.stage_from_camera_body(since_start_s);
        let named = [
            (prop, self.settings.prop_subject.as_str()),
            (camera.map(|c| c.1), self.settings.camera_subject.as_str()),
        ];
        for (stage_from_body, name) in named {
            let Some(placed) = stage_from_body else {
                continue;
            };
            slot -= 1;
            let in_source = self.source_from_stage.then(&placed);
            if let Some(segment) = out.segments.get_mut(slot) {
                *segment = to_model(&in_source);
            }
            let entry =
                json!({"stage": truth::seven(&placed), "vicon_mm": truth::vicon_mm(&in_source)});
            bodies.insert(name.to_owned(), entry);
        }
        self.put_lens(camera.is_some(), since_start_s, out);
        if let Some((pupil, _)) = camera {
            pupils.insert(self.settings.camera_subject.clone(), truth::seven(&pupil));
        }
        if let Some(writer) = &mut self.truth {
            writer.line(&json!({
                "frame": number, "t_s": since_start_s, "performers": performers,
                "bodies": bodies, "pupils": pupils,
            }));
        }
        true
    }
}

fn rigid_body(name: &str) -> SubjectInfo {
    let segment = SegmentInfo {
        name: name.to_owned(),
        parent: None,
        parent_from_segment: None,
    };
    SubjectInfo {
        name: name.to_owned(),
        segments: vec![segment],
        markers: vec![],
    }
}

fn to_model<A: cyc_model::Space, B: cyc_model::Space>(p: &Placement) -> Option<Xf<A, B>> {
    let [x, y, z, w] = p.quaternion();
    Xf::new(DQuat::from_xyzw(x, y, z, w), DVec3::from_array(p.t))
}

/// Timecode at 30 frames a second from ten o'clock, with sub-frames at faster rates.
fn timecode(t_s: f64, number: u64, rate_hz: f64) -> Option<Timecode> {
    const RATE: TimecodeRate = TimecodeRate::Fps30;
    let start = Timecode::new(RATE, 10, 0, 0, 0).ok()?;
    let frame = start.frame_of_day() + (t_s * 30.0 + 1e-6).floor() as i64;
    let code = Timecode::from_frame_of_day(RATE, frame);
    let per_frame = (rate_hz / 30.0).round();
    if (2.0..1000.0).contains(&per_frame) {
        let sub = (number % per_frame as u64) as u16;
        return code.with_subframe(sub, per_frame as u16);
    }
    Some(code)
}
