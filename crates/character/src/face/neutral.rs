//! The actor's neutral face: what a capture says of her while she does nothing, taken off what it says later.
//!
//! Trackers never say zero: brows and mouth of every face rest a little off. The median of some seconds is the neutral
//! face, since a blink in them must not count; the rest of each shape's range is stretched to the whole.

use cyc_model::{FaceShape, FaceWeights};

/// A shape that rests beyond this is a fault of the capture and not stretched without bound.
const NEUTRAL_MAX: f32 = 0.8;

/// Frames that are looked at: some seconds of any face capture.
pub const FRAMES_MAX: usize = 512;

/// A neutral face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NeutralFace([f32; FaceShape::COUNT]);

impl Default for NeutralFace {
    fn default() -> Self {
        Self([0.0; FaceShape::COUNT])
    }
}

impl NeutralFace {
    /// The median of each shape over at most [`FRAMES_MAX`] of the frames; zero without frames. Allocates nothing.
    pub fn from_frames(frames: &[FaceWeights]) -> Self {
        let mut neutral = Self::default();
        let mut column = [0.0f32; FRAMES_MAX];
        // Of many frames a part, evenly: neighbours say the same.
        let step = frames.len().div_ceil(FRAMES_MAX).max(1);
        let looked_at = frames.len().div_ceil(step);
        for (slot, shape) in neutral.0.iter_mut().zip(FaceShape::ALL) {
            let values = frames.iter().step_by(step).map(|f| f.get(shape));
            column.iter_mut().zip(values).for_each(|(c, v)| *c = v);
            let Some(known) = column.get_mut(..looked_at) else {
                return neutral;
            };
            known.sort_unstable_by(f32::total_cmp);
            let median = known.get(known.len() / 2).copied().unwrap_or(0.0);
            *slot = median.min(NEUTRAL_MAX);
        }
        neutral
    }

    /// A face at rest that is known already, as [`Self::weights`] gave it.
    pub fn from_weights(weights: &FaceWeights) -> Self {
        Self(weights.all().map(|weight| weight.min(NEUTRAL_MAX)))
    }

    /// Every shape's weight at rest, to be kept.
    pub fn weights(&self) -> FaceWeights {
        FaceWeights::clamped(self.0)
    }

    /// One shape's weight at rest.
    pub fn get(&self, shape: FaceShape) -> f32 {
        self.0.get(shape as usize).copied().unwrap_or(0.0)
    }

    /// A captured weight as one that rests at zero, 0 to 1.
    pub fn taken_off(&self, shape: FaceShape, weight: f32) -> f32 {
        let rest = self.get(shape);
        ((weight - rest) / (1.0 - rest)).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blink_does_not_count_and_the_range_stays_whole() {
        let mut frames = vec![FaceWeights::default(); 21];
        for (i, frame) in frames.iter_mut().enumerate() {
            frame.set(FaceShape::BrowInnerUp, 0.25);
            frame.set(FaceShape::EyeBlinkLeft, if i < 4 { 1.0 } else { 0.0 });
        }
        let neutral = NeutralFace::from_frames(&frames);
        assert_eq!(neutral.get(FaceShape::EyeBlinkLeft), 0.0);
        let brow = |w| neutral.taken_off(FaceShape::BrowInnerUp, w);
        assert_eq!([brow(0.1), brow(0.25), brow(1.0)], [0.0, 0.0, 1.0]);
        assert!((brow(0.625) - 0.5).abs() < 1e-6);
        assert_eq!(NeutralFace::from_frames(&[]), NeutralFace::default());
        assert_eq!(NeutralFace::from_weights(&neutral.weights()), neutral);
        // Whatever was written, the range that is left is not stretched without bound.
        let whole = FaceWeights::clamped([1.0; FaceShape::COUNT]);
        let capped = NeutralFace::from_weights(&whole);
        assert_eq!(capped.get(FaceShape::JawOpen), NEUTRAL_MAX);
    }
}
