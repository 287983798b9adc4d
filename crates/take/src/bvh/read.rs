//! Reading BVH: hierarchy, then motion.
//!
//! No recursion: joints nest as deep as a file likes. The motion, which is nearly all of a file, is read in `motion`.

use super::error::{BvhError, BvhProblem};
use super::motion::read_frames;
use super::scan::Scan;
use super::units::guess;
use super::{BvhClip, BvhUnits, EndSite};
use crate::limits::{FRAMES_MAX, POSES_MAX, TEXT_BYTES_MAX};
use cyc_model::{
    COORDINATE_MAX_M, JOINTS_MAX, JointIdx, JointSpec, NAME_BYTES_MAX, Point, Skeleton, Xf,
};
use glam::DVec3;
use std::collections::HashSet;

/// How to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct BvhReadOptions {
    /// Metres in one of the file's units; `None`: guessed from the skeleton's size, see [`BvhUnits`].
    pub metres_per_unit: Option<f64>,
}

/// One channel of a joint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    Position(u8),
    Rotation(u8),
}

#[derive(Default)]
pub(super) struct Hierarchy {
    pub names: Vec<String>,
    parents: Vec<Option<usize>>,
    pub offsets: Vec<DVec3>,
    pub channels: Vec<Vec<Channel>>,
    ends: Vec<(usize, DVec3)>,
}

/// Reads a BVH file.
pub fn read(text: &[u8], options: &BvhReadOptions) -> Result<BvhClip, BvhError> {
    let mut scan = Scan::new(text);
    if text.len() as u64 > TEXT_BYTES_MAX {
        return Err(scan.error(BvhProblem::TooMany {
            what: "bytes",
            count: text.len() as u64,
            limit: TEXT_BYTES_MAX,
        }));
    }
    let hierarchy = read_hierarchy(&mut scan)?;
    let (skeleton, ends, units) = build_skeleton(&hierarchy, options, &scan)?;
    let scale = units.metres_per_unit();
    let (frames, frame_time_s) = read_motion_header(&mut scan, &hierarchy)?;
    let locals = read_frames(&mut scan, &hierarchy, frames, scale)?;
    let mut numbers_ignored = 0;
    while scan.peek().is_some() {
        scan.number()?;
        numbers_ignored += 1;
    }
    Ok(BvhClip {
        skeleton,
        end_sites: ends,
        frame_time_s,
        locals,
        units,
        numbers_ignored,
    })
}

fn read_hierarchy(scan: &mut Scan<'_>) -> Result<Hierarchy, BvhError> {
    let mut h = Hierarchy::default();
    scan.need("HIERARCHY")?;
    scan.need("ROOT")?;
    let mut open = vec![open_joint(scan, &mut h, None)?];
    while let Some(&joint) = open.last() {
        if scan.takes("}") {
            open.pop();
        } else if scan.takes("JOINT") {
            open.push(open_joint(scan, &mut h, Some(joint))?);
        } else if scan.takes("End") {
            scan.name();
            scan.need("{")?;
            scan.need("OFFSET")?;
            h.ends.push((joint, vector(scan)?));
            scan.need("}")?;
        } else if scan.takes("OFFSET") {
            let offset = vector(scan)?;
            if let Some(slot) = h.offsets.get_mut(joint) {
                *slot = offset;
            }
        } else if scan.takes("CHANNELS") {
            let channels = read_channels(scan)?;
            if let Some(slot) = h.channels.get_mut(joint) {
                *slot = channels;
            }
        } else {
            return Err(scan.unexpected("OFFSET, CHANNELS, JOINT, End Site or }"));
        }
    }
    if scan.takes("ROOT") {
        return Err(scan.error(BvhProblem::SecondRoot));
    }
    Ok(h)
}

fn open_joint(
    scan: &mut Scan<'_>,
    h: &mut Hierarchy,
    parent: Option<usize>,
) -> Result<usize, BvhError> {
    let joint = h.names.len();
    if joint >= JOINTS_MAX {
        return Err(scan.error(BvhProblem::TooMany {
            what: "joints",
            count: joint as u64 + 1,
            limit: JOINTS_MAX as u64,
        }));
    }
    let name = scan.name();
    scan.need("{")?;
    h.names.push(name);
    h.parents.push(parent);
    h.offsets.push(DVec3::ZERO);
    h.channels.push(Vec::new());
    Ok(joint)
}

fn vector(scan: &mut Scan<'_>) -> Result<DVec3, BvhError> {
    let v = DVec3::new(scan.number()?, scan.number()?, scan.number()?);
    if v.abs().max_element() > COORDINATE_MAX_M {
        return Err(scan.error(BvhProblem::TooFar));
    }
    Ok(v)
}

fn read_channels(scan: &mut Scan<'_>) -> Result<Vec<Channel>, BvhError> {
    let count = scan.number()?;
    // At most three positions and three rotations, so anything else is a mistake.
    if !(0.0..=6.0).contains(&count) || count.fract() != 0.0 {
        return Err(scan.error(BvhProblem::BadChannels));
    }
    let mut channels = Vec::with_capacity(6);
    for _ in 0..count as usize {
        let known = [
            ("Xposition", Channel::Position(0)),
            ("Yposition", Channel::Position(1)),
            ("Zposition", Channel::Position(2)),
            ("Xrotation", Channel::Rotation(0)),
            ("Yrotation", Channel::Rotation(1)),
            ("Zrotation", Channel::Rotation(2)),
        ];
        let Some((_, channel)) = known.into_iter().find(|(name, _)| scan.takes(name)) else {
            return Err(scan.unexpected("a channel such as Xposition or Zrotation"));
        };
        if channels.contains(&channel) {
            return Err(scan.error(BvhProblem::BadChannels));
        }
        channels.push(channel);
    }
    Ok(channels)
}

fn build_skeleton(
    h: &Hierarchy,
    options: &BvhReadOptions,
    scan: &Scan<'_>,
) -> Result<(Skeleton, Vec<EndSite>, BvhUnits), BvhError> {
    let names = unique(&h.names);
    let build = |scale: f64| {
        let joints = names.iter().zip(&h.parents).zip(&h.offsets);
        let specs = joints.map(|((name, parent), offset)| JointSpec {
            name: name.clone(),
            parent: *parent,
            parent_from_joint: Xf::from_translation(*offset * scale),
        });
        // Joints were read parents first, so the skeleton keeps their order.
        Skeleton::build(specs.collect()).map_err(|e| {
            scan.error(BvhProblem::Skeleton {
                reason: e.to_string(),
            })
        })
    };
    let ends = |scale: f64| -> Vec<EndSite> {
        let site = |(joint, offset): &(usize, DVec3)| EndSite {
            joint: JointIdx(*joint as u16),
            in_joint: Point::saturating(*offset * scale),
        };
        h.ends.iter().map(site).collect()
    };
    let units = match options.metres_per_unit {
        Some(metres_per_unit) => BvhUnits::Given { metres_per_unit },
        None => guess(&build(1.0)?.0, &ends(1.0)).map_err(|p| scan.error(p))?,
    };
    let scale = units.metres_per_unit();
    if !(scale.is_finite() && scale > 0.0) {
        let size = scale.to_string();
        return Err(scan.error(BvhProblem::UnknownUnit { size }));
    }
    Ok((build(scale)?.0, ends(scale), units))
}

/// `joint_<i>` for a joint without a name, `_2`, `_3` … for twins, cut at the model's limit.
fn unique(given: &[String]) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut names = Vec::with_capacity(given.len());
    for (i, name) in given.iter().enumerate() {
        let mut end = name.len().min(NAME_BYTES_MAX - 8);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        let base = match name.get(..end) {
            Some(base) if !base.is_empty() => base.to_owned(),
            _ => format!("joint_{i}"),
        };
        let mut unique = base.clone();
        let mut twin = 2;
        while !taken.insert(unique.clone()) {
            unique = format!("{base}_{twin}");
            twin += 1;
        }
        names.push(unique);
    }
    names
}

fn read_motion_header(scan: &mut Scan<'_>, h: &Hierarchy) -> Result<(u64, f64), BvhError> {
    scan.need("MOTION")?;
    scan.need("Frames:")?;
    let frames = scan.number()?;
    let in_range = (0.0..=FRAMES_MAX as f64).contains(&frames) && frames.fract() == 0.0;
    let poses = frames * h.names.len() as f64;
    if !in_range || poses > POSES_MAX as f64 {
        return Err(scan.error(BvhProblem::TooMany {
            what: "frames",
            count: frames as u64,
            limit: FRAMES_MAX.min(POSES_MAX / h.names.len().max(1) as u64),
        }));
    }
    scan.need("Frame")?;
    scan.need("Time:")?;
    let frame_time_s = scan.number()?;
    if frame_time_s <= 0.0 {
        return Err(scan.error(BvhProblem::BadFrameTime));
    }
    Ok((frames as u64, frame_time_s))
}
