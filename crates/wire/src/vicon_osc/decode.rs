//! Datagrams to frames.

use super::NAMELESS_SUBJECT;
use super::error::DecodeError;
use crate::growing_roster::GrowingRoster;
use crate::osc::{Arguments, OscMessage, OscPacket};
use crate::vicon_axes::{ServerAxes, SourcePose};
use crate::vicon_datastream::TimecodeObject;
use crate::vicon_datastream::timecode;
use cyc_model::{
    FrameNumber, Hop, HostNs, MocapFrame, Point, Source, Timecode, UNLABELLED_MAX, UnlabelledMarker,
};
use glam::{DQuat, EulerRot};

/// What arrived but could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DecoderCounts {
    /// Positions, poses and timecodes that cannot be: shown as occluded.
    pub values: u64,
    /// Messages that are not known, and things beyond the limits.
    pub unknown: u64,
}

/// Remembers who was heard of, so that everybody keeps their place.
#[derive(Debug, Default)]
pub struct Decoder {
    roster: GrowingRoster,
    unlabelled: Vec<UnlabelledMarker>,
    counts: DecoderCounts,
}

/// What a frame's head says.
struct Head {
    number: u64,
    rate_hz: f64,
    timecode: Option<Timecode>,
}

impl Decoder {
    /// Decodes a datagram, received at `heard`, into `out`, except for its source and epoch, which are the caller's.
    pub fn decode(
        &mut self,
        datagram: &[u8],
        heard: HostNs,
        out: &mut MocapFrame,
    ) -> Result<(), DecodeError> {
        let packet = OscPacket::scan(datagram)?;
        let mut head = None;
        self.roster.begin();
        self.unlabelled.clear();
        for message in packet.messages() {
            match message.address() {
                "/vicon/frame" => head = self.head(&message).or(head),
                address => self.take(address, message.arguments()),
            }
        }
        let head = head.ok_or(DecodeError::NoFrame)?;
        self.roster.fill(out);
        out.unlabelled.clone_from(&self.unlabelled);
        out.number = FrameNumber(head.number);
        out.rate_hz = head.rate_hz;
        out.timecode = head.timecode;
        out.heard = heard;
        out.stamps.stamp(Hop::Heard, heard);
        Ok(())
    }

    /// What could not be taken.
    pub fn counts(&self) -> DecoderCounts {
        self.counts
    }

    fn head(&mut self, message: &OscMessage<'_>) -> Option<Head> {
        let mut arguments = message.arguments();
        let number = u64::try_from(arguments.next()?.whole()?).ok()?;
        let rate_hz = arguments.number().filter(|r| *r > 0.0 && *r <= 1e6);
        let mut fields = [0u32; 9];
        let mut told = 0;
        for (field, argument) in fields.iter_mut().zip(arguments) {
            // Bits, not a number: standard "none" and user bits come as negative ones.
            *field = argument.whole().map_or(0, |v| v as u32);
            told += 1;
        }
        Some(Head {
            number,
            rate_hz: rate_hz.unwrap_or(0.0),
            // Nexus sends one flag in the timecode's place: that is none.
            timecode: (told >= 7).then(|| self.timecode(fields, told)).flatten(),
        })
    }

    fn timecode(&mut self, fields: [u32; 9], told: usize) -> Option<Timecode> {
        let [
            h,
            m,
            s,
            f,
            subframes,
            field_flag,
            standard,
            per_frame,
            user_bits,
        ] = fields;
        let byte = |v: u32| u8::try_from(v).unwrap_or(u8::MAX);
        let short = |v: u32| u16::try_from(v).unwrap_or(u16::MAX);
        let label = TimecodeObject {
            label: [byte(h), byte(m), byte(s), byte(f)],
            // Without the number of sub-frames in a frame a sub-frame means nothing.
            subframes: if told >= 8 { short(subframes) } else { 0 },
            subframes_per_frame: short(per_frame),
            standard,
            user_bits,
            field_flag: byte(field_flag),
        };
        timecode::from_wire(&label).unwrap_or_else(|_| {
            self.counts.values += 1;
            None
        })
    }

    fn take(&mut self, address: &str, arguments: Arguments<'_>) {
        let rest = address.strip_prefix("/vicon/").unwrap_or_default();
        let (kind, name) = rest.split_once('/').unwrap_or((rest, ""));
        let taken = match kind {
            "marker" => self.marker(name, arguments),
            "object" => self.object(name, arguments),
            kind if kind.starts_with("unlabeled") => self.unlabelled(arguments),
            _ => false,
        };
        self.counts.unknown += u64::from(!taken);
    }

    fn marker(&mut self, name: &str, mut arguments: Arguments<'_>) -> bool {
        let (subject, marker) = name.split_once('/').unwrap_or((NAMELESS_SUBJECT, name));
        let at = arguments.numbers::<3>();
        let at = at.and_then(|mm| self.point(mm));
        self.roster.put_marker(subject, marker, at)
    }

    fn unlabelled(&mut self, mut arguments: Arguments<'_>) -> bool {
        let at = arguments.numbers::<3>();
        let Some(at) = at.and_then(|mm| self.point(mm)) else {
            return true;
        };
        let has_room = self.unlabelled.len() < UNLABELLED_MAX;
        if has_room {
            let trajectory = 0;
            self.unlabelled.push(UnlabelledMarker { at, trajectory });
        }
        has_room
    }

    fn object(&mut self, name: &str, arguments: Arguments<'_>) -> bool {
        let (subject, segment) = name.split_once('/').unwrap_or((name, name));
        let pose = self.pose(arguments);
        self.roster.put_segment(subject, segment, pose)
    }

    fn pose(&mut self, mut arguments: Arguments<'_>) -> Option<SourcePose> {
        let pose = arguments.numbers::<3>().and_then(|t_mm| {
            let [x, y, z] = arguments.numbers::<3>()?;
            let turned = match arguments.number() {
                Some(w) => DQuat::from_xyzw(x, y, z, w),
                None => DQuat::from_euler(EulerRot::XYZ, x, y, z),
            };
            ServerAxes::ZUp.pose(t_mm, turned)
        });
        self.counts.values += u64::from(pose.is_none());
        pose
    }

    fn point(&mut self, mm: [f64; 3]) -> Option<Point<Source>> {
        let at = ServerAxes::ZUp.point_from_mm(mm);
        self.counts.values += u64::from(at.is_none());
        at
    }
}
