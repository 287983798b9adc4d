//! A face that another source sees than the body, and its rest.

use super::tests::{at, fill, rig, roster};
use super::*;
use crate::bring_up::{JobSettings, performer_job};
use cyc_character::{Character, NeutralFace};
use cyc_model::{
    CapturedFace, FaceShape, FaceWeights, FrameNumber, HostNs, MocapFrame, PerformerIdx, Roster,
    SourceId, StageFrame, SubjectInfo, Xf,
};
use cyc_stage::LabelPolicy;
use std::sync::Arc;

const BODY: SourceId = SourceId(0);
const PHONE: SourceId = SourceId(1);
const ANN: PerformerIdx = PerformerIdx(0);

fn job() -> Box<PerformerJob> {
    let job = performer_job(rig(), &Character::default(), &JobSettings::default());
    Box::new(job.unwrap())
}

/// A stage with a body in one source and, under another name, the face in a second one.
fn core(face: Option<&str>, face_rest: NeutralFace) -> Core {
    let rig = rig();
    let source = |id| SourceSetup {
        id,
        stage_from_source: Xf::IDENTITY,
        timing: SourceTiming::default(),
    };
    Core::new(CoreSetup {
        sources: vec![source(BODY), source(PHONE)],
        performers: vec![PerformerSetup {
            source: BODY,
            subject: "Ann".into(),
            job: Some(job()),
            memory_frames: 10,
            labels: rig.markers().iter().map(|m| m.name.clone()).collect(),
            label_policy: LabelPolicy::Auto,
            stage_from_performance: Xf::IDENTITY,
            face: face.map(|subject| TrackedSetup {
                source: PHONE,
                subject: subject.into(),
            }),
            face_track: None,
            face_rest,
        }],
        ..CoreSetup::default()
    })
}

/// The phone's frame: one shape of a subject's face.
fn phone(name: &str, number: u64, shape: FaceShape, weight: f32) -> MocapFrame {
    let subject = SubjectInfo {
        name: name.into(),
        segments: vec![],
        markers: vec![],
    };
    let mut frame = MocapFrame::default();
    frame.reset(&Arc::new(Roster::build(vec![subject]).unwrap()));
    frame.source = PHONE;
    frame.number = FrameNumber(number);
    frame.heard = at(number) + cyc_model::Nanos(1_000_000);
    frame.rate_hz = 60.0;
    let mut weights = FaceWeights::default();
    weights.set(shape, weight);
    let face = CapturedFace {
        weights,
        ..CapturedFace::default()
    };
    assert!(frame.set_face(face));
    frame
}

struct Show {
    core: Core,
    roster: Arc<Roster>,
    out: StageFrame,
    number: u64,
    now: HostNs,
}

impl Show {
    fn new(face: Option<&str>) -> Self {
        Self::resting(face, NeutralFace::default())
    }

    /// Her face's rest is known before anything is heard.
    fn resting(face: Option<&str>, rest: NeutralFace) -> Self {
        let roster = roster(&rig());
        Self {
            core: core(face, rest),
            roster,
            out: StageFrame::default(),
            number: 0,
            now: HostNs(0),
        }
    }

    /// The body's frame, then the phone's, whose picture is given.
    fn next(&mut self, name: &str, shape: FaceShape, weight: f32) -> f32 {
        self.number += 1;
        let mut body = MocapFrame::default();
        fill(
            &mut body,
            &rig(),
            &self.roster,
            self.number,
            glam::DVec3::ZERO,
        );
        self.now = at(self.number);
        self.core.step(self.now, Event::Frame(&body), &mut self.out);
        let frame = phone(name, self.number, shape, weight);
        let effects = self
            .core
            .step(frame.heard, Event::Frame(&frame), &mut self.out);
        let is_ours = self.core.faces_heard() == 1 && name != "iPhone 2";
        assert_eq!(effects.publish, is_ours, "{name}");
        self.out.faces[0].get(shape)
    }
}

#[test]
fn a_face_comes_from_the_source_that_sees_it() {
    let mut show = Show::new(Some("iPhone"));
    for weight in [0.5, 0.25, 1.0] {
        let shown = show.next("iPhone", FaceShape::JawOpen, weight);
        assert!((shown - weight).abs() < 1e-6, "{shown} for {weight}");
    }
    assert_eq!(show.core.faces_heard(), 1);
    // Nobody's face, and one that the stage file does not send for.
    assert_eq!(show.next("iPhone 2", FaceShape::JawOpen, 0.1), 1.0);
    let mut own = Show::new(None);
    assert_eq!(own.next("Ann", FaceShape::JawOpen, 0.7), 0.0);
    assert_eq!(own.core.faces_heard(), 0);
}

#[test]
fn a_face_at_rest_is_zero_and_stays_so_over_a_calibration() {
    let brow = FaceShape::BrowInnerUp;
    let mut show = Show::new(Some("iPhone"));
    // It was up a second before, which is long enough ago.
    for _ in 0..30 {
        show.next("iPhone", brow, 1.0);
    }
    for _ in 0..60 {
        show.next("iPhone", brow, 0.25);
    }
    assert_eq!(show.out.faces[0].get(brow), 0.25);
    let effects = show
        .core
        .step(show.now, Event::RestFace(ANN), &mut show.out);
    let (whose, rest) = effects.face_rest.expect("how it rests is told");
    assert_eq!((whose, rest.get(brow)), (ANN, 0.25));
    assert_eq!(show.next("iPhone", brow, 0.25), 0.0);
    assert!((show.next("iPhone", brow, 0.625) - 0.5).abs() < 1e-6);
    show.core
        .step(show.now, Event::Job(ANN, job()), &mut show.out);
    assert_eq!(show.next("iPhone", brow, 0.25), 0.0);
    assert_eq!(show.next("iPhone", brow, 1.0), 1.0);
    // Whoever begins with it, or is told, shows the same without having heard her before.
    let mut again = Show::resting(Some("iPhone"), rest);
    assert_eq!(again.next("iPhone", brow, 0.25), 0.0);
    let mut told = Show::new(Some("iPhone"));
    assert_eq!(told.next("iPhone", brow, 0.25), 0.25);
    told.core
        .step(told.now, Event::FaceRest(ANN, rest), &mut told.out);
    assert_eq!(told.next("iPhone", brow, 0.25), 0.0);
}

#[test]
fn a_phone_that_goes_by_its_performers_name_claims_nobody() {
    for (face, claims) in [(Some("Ann"), false), (None, true)] {
        let mut show = Show::new(face);
        show.next("Ann", FaceShape::JawOpen, 0.5);
        let claimed = show.core.claims().all().next().unwrap();
        assert_eq!(claimed == Some(PHONE), claims, "{face:?}");
    }
}
