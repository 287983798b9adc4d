//! One chunk's frames as whole numbers, in the order of the channels.

use crate::channels::Channels;
use crate::chunk_plan::ChunkPlan;
use crate::pose_code::PoseCode;
use crate::pose_quantiser::{Quantiser, Truth};
use crate::track::Track;
use crate::turn::from_short;
use cyc_model::Point;

/// A chunk whose error is not kept has steps that are 2^(-1/4) times as long, and again, so often at most.
const FINENESS_MAX: u8 = 64;

/// Of the error so much is not spent, for the rounding of whoever checks.
const SPENT: f64 = 1.0 - 1e-4;

/// The frame that cannot be kept within the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MatrixError {
    /// The frame, counted in the track.
    pub frame: usize,
}

/// A chunk's numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Matrix {
    /// How often the steps were shortened.
    pub fineness: u8,
    /// Frames times channels.
    pub values: Vec<i64>,
}

/// How much shorter the steps of a chunk are.
pub(crate) fn scale(fineness: u8) -> f64 {
    const QUARTERS: [f64; 4] = [
        1.0,
        0.840_896_415_253_714_5,
        0.707_106_781_186_547_5,
        0.594_603_557_501_360_5,
    ];
    QUARTERS[usize::from(fineness % 4)] / (1u64 << (fineness / 4).min(63)) as f64
}

/// The step of points, metres: half of it on each axis is the error at a corner.
pub(crate) fn point_step_m(error_m: f64) -> f64 {
    // 2 / √3, a little less.
    error_m * 1.1546
}

impl Matrix {
    /// The whole chunk.
    pub(crate) fn new(
        (track, truth): (&Track, &Truth),
        channels: &Channels,
        code: &PoseCode,
        plan: &ChunkPlan,
        error_m: f64,
    ) -> Result<Self, MatrixError> {
        let mut matrix = Self::of_poses((track, truth), channels, code, plan, error_m)?;
        let (width, points) = (channels.len(), channels.points);
        let numbers = channels.numbers - points;
        let mut held = vec![[0i64; 3]; points];
        let step_m = point_step_m(error_m);
        for (f, row) in plan
            .frames
            .clone()
            .zip(matrix.values.chunks_exact_mut(width.max(1)))
        {
            let own = track
                .numbers
                .get(f * numbers..(f + 1) * numbers)
                .unwrap_or(&[]);
            let (slots, rest) = row.split_at_mut(numbers);
            slots.copy_from_slice(own);
            let (seen, rest) = rest.split_at_mut(points);
            let of_frame = track
                .points
                .get(f * points..(f + 1) * points)
                .unwrap_or(&[]);
            let slots = seen.iter_mut().zip(rest.chunks_exact_mut(3)).zip(&mut held);
            for (point, ((seen, slot), held)) in of_frame.iter().zip(slots) {
                *seen = i64::from(point.is_some());
                if let Some(point) = point {
                    *held = in_steps(*point, step_m);
                }
                // One that is not seen stays where it was: that costs next to nothing.
                slot.copy_from_slice(held);
            }
        }
        Ok(matrix)
    }

    /// The chunk with poses only; all else is zero.
    pub(crate) fn of_poses(
        (_, truth): (&Track, &Truth),
        channels: &Channels,
        code: &PoseCode,
        plan: &ChunkPlan,
        error_m: f64,
    ) -> Result<Self, MatrixError> {
        let mut references = code.references().to_vec();
        for (joint, reference) in &plan.references {
            if let (Some(slot), Some(q)) = (references.get_mut(*joint), from_short(*reference)) {
                *slot = q;
            }
        }
        let mut quantiser = Quantiser::new(code, error_m * SPENT);
        let width = channels.len();
        let mut values = vec![0; plan.frames.len() * width];
        let mut fineness = 0;
        loop {
            let mut rows = plan
                .frames
                .clone()
                .zip(values.chunks_exact_mut(width.max(1)));
            let missed = rows.find_map(|(f, row)| {
                let (_, poses) = row.split_at_mut(channels.first_translation());
                let slots = poses.split_at_mut(3 * channels.moving.len());
                let made = quantiser.frame(truth, f, &references, scale(fineness), slots);
                made.err().map(|_| f)
            });
            match missed {
                None => return Ok(Self { fineness, values }),
                Some(frame) if fineness >= FINENESS_MAX => return Err(MatrixError { frame }),
                Some(_) => fineness += 1,
            }
        }
    }
}

fn in_steps<S: cyc_model::Space>(point: Point<S>, step_m: f64) -> [i64; 3] {
    (point.metres() / step_m)
        .round()
        .to_array()
        .map(|v| v as i64)
}
