//! A recorded face: weights at a constant rate, between which is interpolated.

use cyc_model::{FaceShape, FaceWeights, FrameNumber};

/// A face over time.
#[derive(Clone, Debug)]
pub struct FaceTrack {
    rate_hz: f64,
    frames: Vec<FaceWeights>,
}

impl FaceTrack {
    /// From frames at a rate; `None` without frames or for a rate that is not positive.
    pub fn new(rate_hz: f64, frames: Vec<FaceWeights>) -> Option<Self> {
        (rate_hz > 0.0 && rate_hz.is_finite() && !frames.is_empty())
            .then_some(Self { rate_hz, frames })
    }

    /// The face at a capture frame of a source that runs at `source_hz`. Beyond its end the track repeats.
    pub fn at_frame(&self, number: FrameNumber, source_hz: f64) -> FaceWeights {
        if !(source_hz > 0.0) {
            return self.frames[0];
        }
        let at = number.0 as f64 / source_hz * self.rate_hz;
        let (whole, part) = (at.floor(), (at - at.floor()) as f32);
        let count = self.frames.len();
        let a = self.frames[whole as usize % count].all();
        let b = self.frames[(whole as usize + 1) % count].all();
        let mixed: [f32; FaceShape::COUNT] = std::array::from_fn(|i| a[i] + (b[i] - a[i]) * part);
        FaceWeights::clamped(mixed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lies_between_its_frames_and_repeats() {
        let face = |jaw| {
            let mut w = FaceWeights::default();
            w.set(FaceShape::JawOpen, jaw);
            w
        };
        let track = FaceTrack::new(30.0, vec![face(0.0), face(1.0)]).unwrap();
        let jaw = |frame| {
            track
                .at_frame(FrameNumber(frame), 120.0)
                .get(FaceShape::JawOpen)
        };
        assert_eq!(
            [jaw(0), jaw(1), jaw(4), jaw(6), jaw(8)],
            [0.0, 0.25, 1.0, 0.5, 0.0]
        );
        assert!(FaceTrack::new(0.0, vec![face(0.0)]).is_none());
        assert!(FaceTrack::new(30.0, vec![]).is_none());
    }
}
