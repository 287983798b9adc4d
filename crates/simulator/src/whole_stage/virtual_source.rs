//! A capture system of the show: what it sees, as bytes, frame by frame.

use super::fault::FaultKind;
use super::plan::{Carriage, Plan};
use super::rig_motion::{JointPose, RigMotion};
use cyc_model::{
    Body, FrameNumber, HostNs, MocapFrame, Nanos, Point, Pose, Roster, SegmentInfo, Source, Stage,
    SubjectInfo, Timecode, TimecodeRate, Xf,
};
use cyc_wire::natnet::{Server, ServerSettings};
use cyc_wire::{vicon_osc, vicon_udp};
use glam::{DQuat, DVec3};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;

/// Names of the bodies.
pub(super) const CAMERA: &str = "Camera";
/// The prop's name.
pub(super) const PROP: &str = "Prop";
/// The cameras need so long from the exposure to the datagram.
pub(super) const PROCESSING: Nanos = Nanos::from_millis(2);
/// Where the impostor sees everything: far enough to be told from the truth, near enough to be believed.
const IMPOSTOR_AWAY_M: f64 = 6.0;

/// A performer's name.
pub(super) fn performer_name(i: usize) -> String {
    format!("Performer{}", i + 1)
}

/// How a source's volume stands on the stage.
pub(super) fn stage_from_source(source: usize) -> Xf<Stage, Source> {
    let turn = DQuat::from_rotation_y(0.4 * source as f64 - 0.3);
    Xf::saturating(turn, DVec3::new(0.7 - source as f64, 0.0, 0.2))
}

/// Where the camera and the prop are, seconds after the start: walked and turned by hand, up to 1 m/s.
pub(super) fn body_pose(name: &str, t_s: f64) -> Pose<Stage, Body> {
    let own = if name == CAMERA { 0.0 } else { 2.1 };
    let sway = |rate: f64| (rate * t_s + own).sin();
    let at = DVec3::new(
        1.2 * sway(0.5),
        1.5 + 0.1 * sway(1.1),
        3.0 + 0.8 * sway(0.7),
    );
    let turn = DQuat::from_rotation_y(0.5 * sway(0.6)) * DQuat::from_rotation_x(0.15 * sway(0.9));
    Xf::saturating(turn, at)
}

/// The state of one source.
pub(super) struct VirtualSource {
    id: usize,
    server: Server,
    roster: Arc<Roster>,
    /// What the roster was made for: which subjects are renamed, and which left out.
    roster_for: Option<Vec<(usize, bool)>>,
    frame: MocapFrame,
    number: u64,
    /// Faults that have been seen to begin or end.
    taken: Vec<bool>,
    dice: ChaCha8Rng,
    pose: Vec<JointPose>,
    order: Vec<usize>,
}

impl VirtualSource {
    pub fn new(plan: &Plan, id: usize) -> Self {
        let mut dice = ChaCha8Rng::seed_from_u64(plan.settings.seed);
        dice.set_stream(0x200 + id as u64);
        Self {
            id,
            server: Server::new(ServerSettings::default()),
            roster: Arc::default(),
            roster_for: None,
            frame: MocapFrame::default(),
            number: plan.settings.first_number,
            taken: vec![false; plan.faults.len()],
            dice,
            pose: Vec::new(),
            order: Vec::new(),
        }
    }

    /// How long until the next frame.
    pub fn period(&self, plan: &Plan, now: HostNs) -> Nanos {
        let drift_ppm = plan.strength(FaultKind::Drift, self.id, now).unwrap_or(0.0);
        let rate_hz = plan.sources.get(self.id).map_or(60.0, |s| s.rate_hz);
        Nanos::from_secs_real(1.0 / (rate_hz * (1.0 + drift_ppm * 1e-6)))
    }

    /// The datagram of the frame exposed at `now`; nothing while it has nothing to say.
    pub fn expose(&mut self, plan: &Plan, motions: &[RigMotion], now: HostNs) -> Option<Vec<u8>> {
        let is_impostor = self.id == 2;
        self.count(plan, now);
        if is_impostor && plan.on_anywhere(FaultKind::Impostor, now).is_none() {
            return None;
        }
        self.name(plan, motions, now);
        self.fill(plan, motions, now);
        self.encode(plan, now)
    }

    /// What the source answers to a request.
    pub fn answer(&mut self, request: &[u8]) -> Option<Vec<u8>> {
        let mut answer = Vec::new();
        // What it cannot understand it does not answer.
        self.server.take(request, &mut answer).ok()?;
        (!answer.is_empty()).then_some(answer)
    }

    /// Counts the frame, as far as faults let it.
    fn count(&mut self, plan: &Plan, now: HostNs) {
        let mut is_stuck = false;
        for (fault, taken) in plan.faults.iter().zip(&mut self.taken) {
            if fault.source != self.id || *taken {
                continue;
            }
            match fault.kind {
                FaultKind::Restart if now >= fault.ends => {
                    *taken = true;
                    self.number = 0;
                }
                FaultKind::CounterJump if now >= fault.begins => {
                    *taken = true;
                    self.number += fault.strength as u64;
                }
                FaultKind::StuckCounter => is_stuck |= fault.is_on(now),
                _ => {}
            }
        }
        self.number += u64::from(!is_stuck);
    }

    /// The subjects by the names they go by now.
    fn name(&mut self, plan: &Plan, motions: &[RigMotion], now: HostNs) {
        let count = match self.id {
            0 => plan.performers.len() + 1,
            1 => 1,
            _ => plan.performers.len() + 2,
        };
        let mut changed = Vec::new();
        for whom in 0..count {
            let is = |kind| plan.on(kind, self.id, now).any(|f| f.whom == whom);
            match (is(FaultKind::Vanished), is(FaultKind::Renamed)) {
                (true, _) => changed.push((whom, false)),
                (false, true) => changed.push((whom, true)),
                (false, false) => {}
            }
        }
        if self.roster_for.as_ref() == Some(&changed) {
            return;
        }
        self.order.clear();
        let mut told = Vec::new();
        let subjects = subjects(plan, motions, self.id);
        for (whom, mut subject) in subjects.into_iter().enumerate() {
            match changed.iter().find(|(of, _)| *of == whom) {
                Some((_, false)) => continue,
                Some((_, true)) => rename(&mut subject),
                None => {}
            }
            self.order.push(whom);
            told.push(subject);
        }
        self.roster = Roster::build(told).map(Arc::new).unwrap_or_default();
        self.roster_for = Some(changed);
    }

    fn fill(&mut self, plan: &Plan, motions: &[RigMotion], now: HostNs) {
        let t_s = (now - plan.settings.start).secs();
        let source_from_stage = stage_from_source(self.id).inverse();
        let frame = &mut self.frame;
        frame.reset(&self.roster);
        frame.number = FrameNumber(self.number);
        frame.rate_hz = plan.sources.get(self.id).map_or(60.0, |s| s.rate_hz);
        frame.taken = Some(now);
        frame.timecode = timecode(plan, self.id, now);
        let away = if self.id == 2 { IMPOSTOR_AWAY_M } else { 0.0 };
        let away = DVec3::new(away, 0.0, 0.0);
        let count = plan.performers.len();
        for (position, whom) in self.order.iter().enumerate() {
            let Some(span) = self.roster.spans().get(position) else {
                continue;
            };
            let performer = plan.performers.get(*whom).filter(|_| self.id != 1);
            let Some((performer, motion)) =
                performer.and_then(|p| Some((p, motions.get(p.motion)?)))
            else {
                let name = if self.id == 1 || *whom > count {
                    CAMERA
                } else {
                    PROP
                };
                let pose = body_pose(name, t_s);
                let pose: Pose<Stage, Body> =
                    Xf::saturating(pose.rotation(), pose.translation().metres() + away);
                if let Some(slot) = frame.segments.get_mut(span.segments().start) {
                    *slot = Some(source_from_stage * pose);
                }
                continue;
            };
            performer.pose(motion, t_s, &mut self.pose);
            let hidden = plan.on(FaultKind::Occlusion, self.id, now);
            let hidden = hidden.filter(|f| f.whom == *whom).map(|f| f.strength);
            let hidden = hidden.fold(0.0, f64::max);
            let Some(markers) = frame.markers.get_mut(span.markers()) else {
                continue;
            };
            for (slot, marker) in markers.iter_mut().zip(motion.rig().markers()) {
                let joint = self.pose.get(marker.joint.idx());
                let at = joint.map(|joint| (*joint * marker.in_joint).metres() + away);
                let is_hidden = self.dice.random::<f64>() < hidden;
                let at = at.filter(|_| !is_hidden).and_then(Point::<Stage>::new);
                *slot = at.map(|at| source_from_stage * at);
            }
            if plan
                .on(FaultKind::Swap, self.id, now)
                .any(|f| f.whom == *whom)
            {
                markers.reverse();
            }
        }
    }

    fn encode(&mut self, plan: &Plan, now: HostNs) -> Option<Vec<u8>> {
        let mut datagram = Vec::new();
        match plan.sources.get(self.id)?.carriage {
            Carriage::NatNet => {
                let sent = now + PROCESSING;
                let encoded = self.server.encode_frame(&self.frame, sent, &mut datagram);
                encoded.ok()?;
            }
            Carriage::ViconOsc => {
                vicon_osc::encode_frame(&self.frame, &Default::default(), &mut datagram);
            }
            Carriage::ViconUdp => {
                vicon_udp::encode_frame(&self.frame, &Default::default(), &mut datagram);
            }
        }
        Some(datagram)
    }
}

/// Everybody whom a source sees when nothing is wrong.
fn subjects(plan: &Plan, motions: &[RigMotion], source: usize) -> Vec<SubjectInfo> {
    let performers = plan.performers.iter().enumerate().map(|(i, performer)| {
        let rig = motions.get(performer.motion).map(RigMotion::rig);
        let markers = rig.into_iter().flat_map(|rig| rig.markers());
        SubjectInfo {
            name: performer_name(i),
            segments: Vec::new(),
            markers: markers.map(|m| m.name.clone()).collect(),
        }
    });
    match source {
        0 => performers.chain([body(PROP)]).collect(),
        1 => vec![body(CAMERA)],
        _ => performers.chain([body(PROP), body(CAMERA)]).collect(),
    }
}

fn body(name: &str) -> SubjectInfo {
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

fn rename(subject: &mut SubjectInfo) {
    subject.name = format!("Other{}", subject.name);
    if let [only] = subject.segments.as_mut_slice() {
        only.name.clone_from(&subject.name);
    }
}

/// Timecode at 30 frames a second from ten o'clock, set on by an hour while that is wrong.
fn timecode(plan: &Plan, source: usize, now: HostNs) -> Option<Timecode> {
    let rate = TimecodeRate::Fps30;
    let start = Timecode::new(rate, 10, 0, 0, 0).ok()?.frame_of_day();
    let is_set = plan
        .on(FaultKind::TimecodeStep, source, now)
        .next()
        .is_some();
    let frames = ((now - plan.settings.start).secs() * 30.0).floor() as i64;
    let hour = if is_set { 30 * 3600 } else { 0 };
    Some(Timecode::from_frame_of_day(rate, start + frames + hour))
}
