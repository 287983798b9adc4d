//! A take, or a C3D file, to the bytes of a compact one.

use super::description;
use super::mocap_track::MocapGrowing;
use super::stage_track::{StageGrowing, Tree};
use crate::c3d::C3dTake;
use crate::take_file::TakeConfig;
use crate::take_file::error::TakeError;
use crate::take_file::reader::{TakeItem, TakeReader};
use cyc_compact::{PackOptions, Track, pack};
use cyc_model::{FrameNumber, HostNs, MocapFrame, Nanos, Roster, StageFrame, SubjectInfo};
use std::collections::HashSet;
use std::io::Read;
use std::sync::Arc;

/// The name of a subject that a C3D file does not name.
const NAMELESS: &str = "Subject";

/// What of a take is not in the compact one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Packets as they were received.
    pub raw_packets: u64,
    /// What the stage said, and its gaps.
    pub events: u64,
    /// Faces of subjects and humans, one a frame.
    pub faces: u64,
    /// Lenses, one a frame.
    pub lenses: u64,
    /// Poses of digital humans, one a frame.
    pub humans: u64,
    /// Records that could not be read.
    pub damaged: u64,
}

/// A compact take and what is in it.
#[derive(Clone, Debug, Default)]
pub struct PackedTake {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Capture frames.
    pub mocap_frames: u64,
    /// Stage frames.
    pub stage_frames: u64,
    /// What is not in it.
    pub left_out: LeftOut,
}

/// Tracks while a take is read.
#[derive(Default)]
struct Growing {
    mocap: Vec<MocapGrowing>,
    stage: Vec<StageGrowing>,
    order: i64,
    packed: PackedTake,
}

/// Makes a take compact. `trees` are the parents of each performer's joints, in the order of the take's performers; where
/// one is missing her joints are kept one by one, which takes more bytes.
pub fn pack_take<R: Read>(
    reader: &mut TakeReader<R>,
    trees: &[Tree],
    options: PackOptions,
) -> Result<PackedTake, TakeError> {
    let mut growing = Growing::default();
    loop {
        match reader.next_item() {
            Ok(Some(TakeItem::Mocap(frame))) => growing.mocap(frame),
            Ok(Some(TakeItem::Stage(frame))) => growing.stage(frame, trees),
            Ok(Some(TakeItem::Raw(..))) => growing.packed.left_out.raw_packets += 1,
            Ok(Some(TakeItem::Event(_) | TakeItem::Gap(_))) => growing.packed.left_out.events += 1,
            Ok(None) => break,
            Err(TakeError::Damaged { .. }) => growing.packed.left_out.damaged += 1,
            Err(TakeError::Unfinished { .. }) => {
                growing.packed.left_out.damaged += 1;
                break;
            }
            Err(other) => return Err(other),
        }
    }
    growing.finish(reader.config(), options)
}

/// Makes the markers of a C3D file compact. Residuals, cameras, events and parameters are left out.
pub fn pack_c3d(
    take: &C3dTake,
    config: &TakeConfig,
    options: PackOptions,
) -> Result<PackedTake, TakeError> {
    let (roster, columns) = roster_of(take)?;
    let roster = Arc::new(roster);
    let mut growing = Growing::default();
    let mut frame = MocapFrame::default();
    for f in 0..take.frame_count() {
        frame.reset(&roster);
        frame.number = FrameNumber(u64::from(take.first_frame()) + f as u64);
        frame.rate_hz = take.rate_hz();
        frame.heard = HostNs(Nanos::from_secs_real(f as f64 / take.rate_hz()).0);
        let points = take.frame(f);
        for (slot, column) in frame.markers.iter_mut().zip(&columns) {
            *slot = points.get(*column).copied().flatten();
        }
        growing.mocap(&frame);
    }
    growing.finish(config, options)
}

impl Growing {
    fn mocap(&mut self, frame: &MocapFrame) {
        self.packed.left_out.faces += frame.faces.len() as u64;
        self.packed.left_out.lenses += frame.lenses.len() as u64;
        self.packed.mocap_frames += 1;
        let place = self.mocap.iter_mut().rposition(|t| t.takes(frame));
        let place = place.unwrap_or(self.mocap.len());
        if place == self.mocap.len() {
            self.mocap.push(MocapGrowing::new(frame));
        }
        if let Some(track) = self.mocap.get_mut(place) {
            track.push(self.order, frame);
        }
        self.order += 1;
    }

    fn stage(&mut self, frame: &StageFrame, trees: &[Tree]) {
        self.packed.left_out.humans += frame.humans.len() as u64;
        self.packed.left_out.faces += frame.faces.len() as u64;
        self.packed.stage_frames += 1;
        if !self.stage.last_mut().is_some_and(|t| t.takes(frame)) {
            self.stage.push(StageGrowing::new(frame, trees));
        }
        if let Some(track) = self.stage.last_mut() {
            track.push(self.order, frame);
        }
        self.order += 1;
    }

    fn finish(
        mut self,
        config: &TakeConfig,
        options: PackOptions,
    ) -> Result<PackedTake, TakeError> {
        let mocap = self.mocap.drain(..).map(MocapGrowing::finish);
        let mut tracks: Vec<Track> = mocap.collect();
        tracks.extend(self.stage.drain(..).map(StageGrowing::finish));
        self.packed.bytes = pack(&description::of_config(config), &tracks, options)?;
        Ok(self.packed)
    }
}

/// The subjects of a C3D file, and which of its columns each marker is. Names used twice get a number.
fn roster_of(take: &C3dTake) -> Result<(Roster, Vec<usize>), TakeError> {
    let mut subjects: Vec<SubjectInfo> = Vec::new();
    let mut columns: Vec<Vec<usize>> = Vec::new();
    let mut names = HashSet::new();
    for (column, label) in take.labels().iter().enumerate() {
        let subject = label
            .subject
            .as_deref()
            .filter(|s| !s.is_empty())
            .unwrap_or(NAMELESS);
        let place = subjects
            .iter()
            .position(|s| s.name == subject)
            .unwrap_or(subjects.len());
        if place == subjects.len() {
            subjects.push(SubjectInfo {
                name: subject.to_owned(),
                segments: Vec::new(),
                markers: Vec::new(),
            });
            columns.push(Vec::new());
        }
        let mut name = label.name.clone();
        let mut count = 2;
        while !names.insert((place, name.clone())) {
            name = format!("{}_{count}", label.name);
            count += 1;
        }
        if let (Some(subject), Some(columns)) = (subjects.get_mut(place), columns.get_mut(place)) {
            subject.markers.push(name);
            columns.push(column);
        }
    }
    let roster = Roster::build(subjects).map_err(|e| TakeError::Write {
        reason: e.to_string(),
    })?;
    Ok((roster, columns.concat()))
}
