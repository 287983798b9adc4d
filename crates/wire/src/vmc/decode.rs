//! Datagrams to frames.

use super::blend::{Blend, PendingFace};
use super::bone::bone_of_unity;
use super::collector::{Collector, Step};
use super::limits::{DEVICES_MAX, FRESH};
use crate::axis_map::AxisMap;
use crate::osc::{Arguments, OscArgument, OscError, OscMessage, OscPacket};
use crate::vicon_axes::SourcePose;
use cyc_model::{
    Body, CapturedFace, FaceWeights, FrameNumber, Hop, HostNs, HumanBone, JointFrame, MocapFrame,
    NAME_BYTES_MAX, Pose, Roster, SegmentInfo, SubjectInfo, Xf,
};
use glam::DQuat;
use std::sync::Arc;

/// The root's bit behind the bones'.
const ROOT_BIT: u32 = HumanBone::COUNT as u32;

const _: () = assert!(ROOT_BIT < 64);

/// What the sender says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct PerformerStatus {
    /// Whether an avatar is loaded.
    pub is_loaded: bool,
    /// 0 uncalibrated, 1 waiting, 2 calibrating, 3 calibrated; if told.
    pub calibration: Option<i32>,
    /// 0 normal, 1 mixed reality by hands, 2 mixed reality by floor; if told.
    pub calibration_mode: Option<i32>,
    /// Whether tracking is good; if told.
    pub is_tracking: Option<bool>,
}

/// What arrived but could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DecoderCounts {
    /// Poses and weights that cannot be, and messages with too few arguments or of another type.
    pub values: u64,
    /// Bones, blend shapes and addresses that are not known, and devices beyond the limit.
    pub unknown: u64,
    /// Frames that were dropped because parts of them never came.
    pub incomplete: u64,
    /// Frames that had to make room for the next one in the same datagram.
    pub superseded: u64,
}

#[derive(Debug)]
struct Device {
    serial: String,
    pose: Option<SourcePose>,
    heard: HostNs,
}

/// Collects the frames of one sender. Segments are named as VRM 1.0 names its bones.
#[derive(Debug)]
pub struct Decoder {
    subject: String,
    collector: Collector,
    bones: [Option<Xf<JointFrame, JointFrame>>; HumanBone::COUNT],
    root: Option<SourcePose>,
    /// Bones that ever came, in the roster's order, as bits.
    known_bones: u64,
    devices: Vec<Device>,
    pending: PendingFace,
    face: Option<(FaceWeights, HostNs)>,
    status: Option<PerformerStatus>,
    time_s: Option<f32>,
    roster: Arc<Roster>,
    is_stale: bool,
    has_news: bool,
    frames: u64,
    counts: DecoderCounts,
}

impl Decoder {
    /// For a sender whose avatar is to have this name.
    pub fn new(subject: &str) -> Self {
        Self {
            subject: subject.to_owned(),
            collector: Collector::default(),
            bones: [None; HumanBone::COUNT],
            root: None,
            known_bones: 0,
            devices: Vec::new(),
            pending: PendingFace::default(),
            face: None,
            status: None,
            time_s: None,
            roster: Arc::default(),
            is_stale: true,
            has_news: false,
            frames: 0,
            counts: DecoderCounts::default(),
        }
    }

    /// Decodes a datagram, received at `heard`. True when a frame is whole: it is in `out` then, all but its source and
    /// epoch, which are the caller's.
    pub fn decode(
        &mut self,
        datagram: &[u8],
        heard: HostNs,
        out: &mut MocapFrame,
    ) -> Result<bool, OscError> {
        let packet = OscPacket::scan(datagram)?;
        self.has_news = false;
        let mut is_whole = false;
        let step = self.collector.datagram(heard);
        self.follow(step, heard, out, &mut is_whole);
        for message in packet.messages() {
            if let Some(bit) = self.part_of(&message) {
                let step = self.collector.part(bit);
                self.follow(step, heard, out, &mut is_whole);
            }
            self.take(&message, heard);
        }
        let mut step = self.collector.datagram_ends();
        // A sender of faces or devices alone: each of its datagrams with news is a frame.
        if self.has_news && !self.collector.has_parts() {
            step = Step::Whole;
        }
        self.follow(step, heard, out, &mut is_whole);
        Ok(is_whole)
    }

    /// What the sender last said of itself.
    pub fn status(&self) -> Option<PerformerStatus> {
        self.status
    }

    /// The sender's time, seconds from an origin of its own; too coarse to be used when it is large.
    pub fn time_s(&self) -> Option<f32> {
        self.time_s
    }

    /// What could not be taken.
    pub fn counts(&self) -> DecoderCounts {
        self.counts
    }

    fn follow(&mut self, step: Step, heard: HostNs, out: &mut MocapFrame, is_whole: &mut bool) {
        match step {
            Step::Goes => return,
            Step::Broken => self.counts.incomplete += 1,
            Step::Whole => {
                self.counts.superseded += u64::from(*is_whole);
                self.fill(heard, out);
                *is_whole = true;
            }
        }
        self.bones = [None; HumanBone::COUNT];
        self.root = None;
    }

    /// Which part of a frame a message is, if it is one.
    fn part_of(&self, message: &OscMessage<'_>) -> Option<u32> {
        match message.address() {
            "/VMC/Ext/Bone/Pos" => {
                let bone = bone_of_unity(message.arguments().text()?)?;
                Some(bone as u32)
            }
            "/VMC/Ext/Root/Pos" => Some(ROOT_BIT),
            _ => None,
        }
    }

    fn take(&mut self, message: &OscMessage<'_>, heard: HostNs) {
        let arguments = message.arguments();
        let understood = match message.address() {
            "/VMC/Ext/Bone/Pos" => self.bone(arguments),
            "/VMC/Ext/Root/Pos" => self.root(arguments),
            "/VMC/Ext/Blend/Val" => self.blend(arguments),
            "/VMC/Ext/Blend/Apply" => {
                self.face = Some((self.pending.apply(), heard));
                self.has_news = true;
                Some(())
            }
            "/VMC/Ext/Hmd/Pos" | "/VMC/Ext/Con/Pos" | "/VMC/Ext/Tra/Pos" => {
                self.device(arguments, heard)
            }
            "/VMC/Ext/OK" => self.ok(arguments),
            "/VMC/Ext/T" => self.time(arguments),
            // Known, and of no use here: the same devices before their scaling, and things that are no capture.
            address if is_of_no_use(address) => Some(()),
            _ => {
                self.counts.unknown += 1;
                Some(())
            }
        };
        self.counts.values += u64::from(understood.is_none());
    }

    fn bone(&mut self, mut arguments: Arguments<'_>) -> Option<()> {
        let name = arguments.text()?;
        let Some(bone) = bone_of_unity(name) else {
            // The end of Unity's list, which some senders send as if it were a bone.
            self.counts.unknown += u64::from(name != "LastBone");
            return Some(());
        };
        let bit = 1u64 << bone as u32;
        self.is_stale |= self.known_bones & bit == 0;
        self.known_bones |= bit;
        let pose = pose(&mut arguments);
        if let Some(slot) = self.bones.get_mut(bone as usize) {
            *slot = pose;
        }
        pose.map(|_| ())
    }

    fn root(&mut self, mut arguments: Arguments<'_>) -> Option<()> {
        arguments.text()?;
        self.root = pose(&mut arguments);
        self.root.map(|_| ())
    }

    fn blend(&mut self, mut arguments: Arguments<'_>) -> Option<()> {
        let name = arguments.text()?;
        let weight = arguments.number()?;
        match Blend::find(name) {
            Some(blend) => self.pending.put(blend, weight as f32).then_some(()),
            None => {
                self.counts.unknown += 1;
                Some(())
            }
        }
    }

    fn device(&mut self, mut arguments: Arguments<'_>, heard: HostNs) -> Option<()> {
        let serial = arguments.text()?;
        let pose = pose(&mut arguments);
        self.has_news = true;
        if let Some(device) = self.devices.iter_mut().find(|d| d.serial == serial) {
            (device.pose, device.heard) = (pose, heard);
            return pose.map(|_| ());
        }
        let is_bad = serial.is_empty() || serial.len() > NAME_BYTES_MAX || serial == self.subject;
        if is_bad || self.devices.len() == DEVICES_MAX {
            self.counts.unknown += 1;
            return Some(());
        }
        let serial = serial.to_owned();
        self.devices.push(Device {
            serial,
            pose,
            heard,
        });
        self.is_stale = true;
        pose.map(|_| ())
    }

    fn ok(&mut self, mut arguments: Arguments<'_>) -> Option<()> {
        let is_loaded = arguments.next()?.truth()?;
        let mut more = || match arguments.next() {
            Some(OscArgument::Int(v)) => Some(v),
            _ => None,
        };
        self.status = Some(PerformerStatus {
            is_loaded,
            calibration: more(),
            calibration_mode: more(),
            is_tracking: more().map(|v| v != 0),
        });
        Some(())
    }

    fn time(&mut self, mut arguments: Arguments<'_>) -> Option<()> {
        self.time_s = Some(arguments.number()? as f32);
        Some(())
    }

    fn fill(&mut self, heard: HostNs, out: &mut MocapFrame) {
        if std::mem::take(&mut self.is_stale) {
            self.rebuild();
        }
        out.reset(&self.roster);
        out.number = FrameNumber(self.frames);
        out.rate_hz = 0.0;
        out.heard = heard;
        out.stamps.stamp(Hop::Heard, heard);
        self.frames += 1;
        let is_shown = self
            .status
            .is_none_or(|s| s.is_loaded && s.is_tracking != Some(false));
        if is_shown {
            self.fill_bones(out);
        }
        let fresh = |at: HostNs| heard - at <= FRESH;
        let first_device = self.known_bones.count_ones() as usize;
        let slots = out.segments.iter_mut().skip(first_device);
        for (slot, device) in slots.zip(&self.devices) {
            *slot = device.pose.filter(|_| fresh(device.heard));
        }
        if let Some((weights, _)) = self.face.filter(|f| fresh(f.1)) {
            out.set_face(CapturedFace {
                subject: 0,
                weights,
                ..CapturedFace::default()
            });
        }
    }

    /// Bones from their parents' frames to the source's: parents come first among [`HumanBone::ALL`].
    fn fill_bones(&self, out: &mut MocapFrame) {
        let root = self.root.unwrap_or(Xf::IDENTITY);
        let mut global: [Option<Pose<cyc_model::Source, Body>>; HumanBone::COUNT] =
            [None; HumanBone::COUNT];
        let mut slots = out.segments.iter_mut();
        for bone in HumanBone::ALL {
            if self.known_bones & (1 << bone as u32) == 0 {
                continue;
            }
            let parent = match self.parent_of(bone) {
                Some(parent) => global.get(parent as usize).copied().flatten(),
                None => Some(root),
            };
            let local = self.bones.get(bone as usize).copied().flatten();
            let pose = parent.zip(local);
            let pose = pose.map(|(parent, local)| parent * local.relabel::<Body, Body>());
            if let Some(slot) = global.get_mut(bone as usize) {
                *slot = pose;
            }
            if let Some(slot) = slots.next() {
                *slot = pose;
            }
        }
    }

    fn parent_of(&self, bone: HumanBone) -> Option<HumanBone> {
        let mut at = bone.parent();
        while let Some(parent) = at {
            if self.known_bones & (1 << parent as u32) != 0 {
                return Some(parent);
            }
            at = parent.parent();
        }
        None
    }

    fn rebuild(&mut self) {
        let known = |b: &HumanBone| self.known_bones & (1 << *b as u32) != 0;
        let bones: Vec<HumanBone> = HumanBone::ALL.into_iter().filter(known).collect();
        let place = |parent| bones.iter().position(|b| *b == parent).map(|p| p as u16);
        let segments = bones.iter().map(|bone| SegmentInfo {
            name: bone.vrm_name().to_owned(),
            parent: self.parent_of(*bone).and_then(place),
            parent_from_segment: None,
        });
        let avatar = SubjectInfo {
            name: self.subject.clone(),
            segments: segments.collect(),
            markers: Vec::new(),
        };
        let device = |d: &Device| SubjectInfo {
            name: d.serial.clone(),
            segments: vec![SegmentInfo {
                name: d.serial.clone(),
                parent: None,
                parent_from_segment: None,
            }],
            markers: Vec::new(),
        };
        let subjects = std::iter::once(avatar).chain(self.devices.iter().map(device));
        // Names are short, unique and few, so this holds but for a subject's name that is none; then nobody is shown.
        if let Ok(roster) = Roster::build(subjects.collect()) {
            self.roster = Arc::new(roster);
        }
    }
}

/// The next seven arguments as a pose; Unity's axes.
fn pose<A: cyc_model::Space, B: cyc_model::Space>(
    arguments: &mut Arguments<'_>,
) -> Option<Xf<A, B>> {
    let at = arguments.numbers::<3>()?;
    let xyzw = arguments.numbers::<4>()?;
    AxisMap::UNITY.pose(at, DQuat::from_array(xyzw))
}

fn is_of_no_use(address: &str) -> bool {
    let known = [
        "/VMC/Ext/Hmd/Pos/Local",
        "/VMC/Ext/Con/Pos/Local",
        "/VMC/Ext/Tra/Pos/Local",
        "/VMC/Ext/Cam",
        "/VMC/Ext/Light",
        "/VMC/Ext/VRM",
        "/VMC/Ext/Remote",
        "/VMC/Ext/Opt",
        "/VMC/Ext/Setting/Color",
        "/VMC/Ext/Setting/Win",
        "/VMC/Ext/Config",
        "/VMC/Ext/Rcv",
        "/VMC/Ext/Con",
        "/VMC/Ext/Key",
        "/VMC/Ext/Midi/Note",
        "/VMC/Ext/Midi/CC/Val",
        "/VMC/Ext/Midi/CC/Bit",
    ];
    known.contains(&address)
        || address.starts_with("/VMC/Ext/Set/")
        || address.starts_with("/VMC/Thru/")
}
