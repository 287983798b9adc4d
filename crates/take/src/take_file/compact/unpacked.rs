//! A compact take as the bytes of the take that it was made of, made while they are read.

use super::mocap_track::MocapKind;
use super::stage_track::StageKind;
use super::{CLIP, MOCAP, STAGE, description};
use crate::take_file::encoder::TakeEncoder;
use crate::take_file::error::{DamageKind, TakeError};
use cyc_compact::{CompactTake, TrackCursor};
use cyc_model::{JointFrame, MocapFrame, Stage, StageFrame, Xf};

/// Of which kind a track is.
enum Kind {
    Mocap(MocapKind),
    Stage(StageKind),
}

/// A track and how far it has been read.
struct Line {
    kind: Kind,
    cursor: TrackCursor,
    at: usize,
    locals: Vec<Xf<JointFrame, JointFrame>>,
    /// The next frame's place in the take.
    order: Option<i64>,
}

/// Makes the bytes.
pub(in crate::take_file) struct Unpacked {
    lines: Vec<Line>,
    encoder: TakeEncoder,
    given: usize,
    finished: bool,
    mocap: MocapFrame,
    stage: StageFrame,
    scratch: Vec<Xf<Stage, JointFrame>>,
}

impl Unpacked {
    /// Opens a compact take.
    pub(super) fn open(bytes: Vec<u8>) -> Result<Self, TakeError> {
        let take = CompactTake::open(bytes)?;
        let config = description::config(take.description()).map_err(description::damaged)?;
        let mut lines = Vec::new();
        for (t, track) in take.tracks().enumerate() {
            let (kind, rest) = track.description.split_first().unwrap_or((&0, &[]));
            let kind = match *kind {
                MOCAP => MocapKind::read(rest)
                    .and_then(|k| k.check(track.shape).map(|()| Kind::Mocap(k))),
                STAGE => StageKind::read(rest)
                    .and_then(|k| k.check(track.shape).map(|()| Kind::Stage(k))),
                // Clips are no frames of a stage; see `clip_of`.
                CLIP => continue,
                _ => Err(DamageKind::Code),
            };
            let Some(cursor) = take.cursor(t) else {
                continue;
            };
            let mut line = Line {
                kind: kind.map_err(description::damaged)?,
                cursor,
                at: 0,
                locals: vec![Xf::IDENTITY; track.shape.joints],
                order: None,
            };
            line.look()?;
            lines.push(line);
        }
        Ok(Self {
            lines,
            encoder: TakeEncoder::new(&config),
            given: 0,
            finished: false,
            mocap: MocapFrame::default(),
            stage: StageFrame::default(),
            scratch: Vec::new(),
        })
    }

    /// Puts as many bytes into the buffer as there are; none at the end.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, TakeError> {
        loop {
            let ready = self.encoder.ready().get(self.given..).unwrap_or(&[]);
            if !ready.is_empty() {
                let n = ready.len().min(buffer.len());
                if let (Some(to), Some(from)) = (buffer.get_mut(..n), ready.get(..n)) {
                    to.copy_from_slice(from);
                }
                self.given += n;
                return Ok(n);
            }
            self.encoder.clear_ready();
            self.given = 0;
            if self.finished {
                return Ok(0);
            }
            self.next_frame()?;
        }
    }

    fn next_frame(&mut self) -> Result<(), TakeError> {
        let waiting = self.lines.iter_mut().filter(|l| l.order.is_some());
        let Some(line) = waiting.min_by_key(|l| l.order) else {
            self.finished = true;
            self.encoder.finish();
            return Ok(());
        };
        let frame = line.cursor.frame(line.at)?;
        frame.locals(&mut line.locals);
        match &line.kind {
            Kind::Mocap(kind) => {
                kind.fill(frame, &line.locals, &mut self.mocap);
                self.encoder.mocap(&self.mocap);
            }
            Kind::Stage(kind) => {
                kind.fill(frame, &line.locals, &mut self.stage, &mut self.scratch);
                self.encoder.stage(&self.stage);
            }
        }
        line.at += 1;
        line.look()
    }
}

impl Line {
    /// Finds the next frame's place in the take.
    fn look(&mut self) -> Result<(), TakeError> {
        self.order = None;
        if self.at < self.cursor.frames() {
            let frame = self.cursor.frame(self.at)?;
            self.order = frame.numbers().first().copied();
        }
        Ok(())
    }
}
