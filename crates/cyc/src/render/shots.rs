//! The frames that are drawn: those of a take at the stage's frame rate, or the stage at rest.

use super::{RenderArgs, RenderFault};
use crate::demo::take::Recorded;
use crate::failure::Failure;
use cyc_character::Character;
use cyc_model::{FaceWeights, HostNs, Quality, SourceId, StageFrame, TrackedBody, Xf};
use cyc_stage::Stage;
use std::ops::Range;
use std::sync::Arc;

/// Frames with their numbers in the film.
pub struct Shots {
    frames: Vec<StageFrame>,
    /// For each picture of the film, the frame that it shows.
    picked: Vec<usize>,
    range: Range<usize>,
}

impl Shots {
    /// Reads the take, or puts everything where it rests.
    pub fn new(
        args: &RenderArgs,
        stage: &Stage,
        characters: &[Option<Arc<Character>>],
    ) -> Result<Self, Failure> {
        let (frames, picked) = match &args.take {
            Some(path) => {
                let recorded = Recorded::read(path, SourceId::default())?;
                let picked = recorded.wall_frames(stage.timing().frame_rate.hz());
                (recorded.frames, picked)
            }
            None => {
                let count = args
                    .frames
                    .as_ref()
                    .map_or(1, |f| f.end.min(FRAMES_AT_REST_MAX));
                let at_rest = (0..count).map(|nth| rest(stage, characters, nth));
                (at_rest.collect(), (0..count).collect())
            }
        };
        let count = picked.len();
        let range = args.frames.clone().unwrap_or(0..count);
        if range.start >= range.end.min(count) {
            let written = format!("{}..{}", range.start, range.end);
            return Err(RenderFault::BadFrames { written, count }.into());
        }
        Ok(Self {
            frames,
            picked,
            range: range.start..range.end.min(count),
        })
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.range.len()
    }

    /// Each with its number.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &StageFrame)> {
        self.range
            .clone()
            .filter_map(|number| Some((number, self.frames.get(*self.picked.get(number)?)?)))
    }
}

/// A stage that rests looks the same in every frame: more than these say nothing.
const FRAMES_AT_REST_MAX: usize = 1000;

/// Cameras at their homes, humans in the pose that they were made in.
fn rest(stage: &Stage, characters: &[Option<Arc<Character>>], nth: usize) -> StageFrame {
    let mut frame = StageFrame {
        number: nth as u64,
        due: HostNs(stage.timing().frame_rate.time_of(nth as u64).0),
        ..StageFrame::default()
    };
    for camera in stage.cameras() {
        frame.cameras.push(TrackedBody {
            stage_from_body: camera.stage_from_body(camera.home),
            quality: Quality::Live,
        });
    }
    for (performer, character) in stage.performers().iter().zip(characters) {
        let skeleton = character.as_ref().and_then(|c| c.skeleton.as_ref());
        // A character's own space, put where the performer's stage is moved to.
        let place: Xf<cyc_model::Stage, _> = performer.stage_from_performance.relabel();
        let joints: Vec<_> = skeleton
            .map(|s| s.rest_global().iter().map(|j| place * *j).collect())
            .unwrap_or_default();
        frame.push_human(Quality::Live, &joints, FaceWeights::default());
    }
    frame
}
