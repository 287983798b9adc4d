//! Blend shapes by name: ARKit's 52, as "perfect sync" avatars have them, and the few of VRM's own that are one of them.
//!
//! VRM's moods (joy, sorrow) and its other vowels are expressions that each avatar draws in its own way; they are no
//! shapes, and are counted as not known.

use cyc_model::{FaceShape, FaceWeights};

/// What a blend shape's name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blend {
    /// A shape by ARKit's name, in whichever case.
    Shape(FaceShape),
    /// VRM 0's and 1.0's names of an open mouth.
    MouthOpen,
    /// VRM's blink of the left, the right, or both eyes.
    Blink { left: bool, right: bool },
}

impl Blend {
    /// Finds a name.
    pub(super) fn find(name: &str) -> Option<Self> {
        let (left, right) = match name {
            "Blink_L" | "blinkLeft" => (true, false),
            "Blink_R" | "blinkRight" => (false, true),
            "Blink" | "BLINK" | "blink" => (true, true),
            "A" | "aa" => return Some(Self::MouthOpen),
            name => {
                let is = |s: &FaceShape| s.arkit_name().eq_ignore_ascii_case(name);
                return FaceShape::ALL.into_iter().find(is).map(Self::Shape);
            }
        };
        Some(Self::Blink { left, right })
    }
}

/// Weights that were told and not yet applied.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PendingFace {
    weights: FaceWeights,
    /// Shapes that were told by ARKit's name; VRM's names yield to them.
    told: u64,
}

impl PendingFace {
    /// Takes a weight. False when it is not finite.
    pub(super) fn put(&mut self, blend: Blend, weight: f32) -> bool {
        if !weight.is_finite() {
            return false;
        }
        match blend {
            Blend::Shape(shape) => {
                self.told |= 1 << shape as u32;
                self.weights.set(shape, weight);
            }
            Blend::MouthOpen => self.put_unless_told(FaceShape::JawOpen, weight),
            Blend::Blink { left, right } => {
                if left {
                    self.put_unless_told(FaceShape::EyeBlinkLeft, weight);
                }
                if right {
                    self.put_unless_told(FaceShape::EyeBlinkRight, weight);
                }
            }
        }
        true
    }

    fn put_unless_told(&mut self, shape: FaceShape, weight: f32) {
        if self.told & (1 << shape as u32) == 0 {
            self.weights.set(shape, weight);
        }
    }

    /// The face, applied. What is told next begins from it, since a sender may tell changes only.
    pub(super) fn apply(&mut self) -> FaceWeights {
        self.told = 0;
        self.weights
    }
}
