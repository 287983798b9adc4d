//! The 52 face shapes that ARKit named and every face capture speaks.
//!
//! The order is the one Live Link Face sends, so that a packet's floats are a face without a table.

/// A face shape (blendshape) by ARKit's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum FaceShape {
    /// `eyeBlinkLeft`.
    EyeBlinkLeft,
    /// `eyeLookDownLeft`.
    EyeLookDownLeft,
    /// `eyeLookInLeft`.
    EyeLookInLeft,
    /// `eyeLookOutLeft`.
    EyeLookOutLeft,
    /// `eyeLookUpLeft`.
    EyeLookUpLeft,
    /// `eyeSquintLeft`.
    EyeSquintLeft,
    /// `eyeWideLeft`.
    EyeWideLeft,
    /// `eyeBlinkRight`.
    EyeBlinkRight,
    /// `eyeLookDownRight`.
    EyeLookDownRight,
    /// `eyeLookInRight`.
    EyeLookInRight,
    /// `eyeLookOutRight`.
    EyeLookOutRight,
    /// `eyeLookUpRight`.
    EyeLookUpRight,
    /// `eyeSquintRight`.
    EyeSquintRight,
    /// `eyeWideRight`.
    EyeWideRight,
    /// `jawForward`.
    JawForward,
    /// `jawLeft`.
    JawLeft,
    /// `jawRight`.
    JawRight,
    /// `jawOpen`.
    JawOpen,
    /// `mouthClose`.
    MouthClose,
    /// `mouthFunnel`.
    MouthFunnel,
    /// `mouthPucker`.
    MouthPucker,
    /// `mouthLeft`.
    MouthLeft,
    /// `mouthRight`.
    MouthRight,
    /// `mouthSmileLeft`.
    MouthSmileLeft,
    /// `mouthSmileRight`.
    MouthSmileRight,
    /// `mouthFrownLeft`.
    MouthFrownLeft,
    /// `mouthFrownRight`.
    MouthFrownRight,
    /// `mouthDimpleLeft`.
    MouthDimpleLeft,
    /// `mouthDimpleRight`.
    MouthDimpleRight,
    /// `mouthStretchLeft`.
    MouthStretchLeft,
    /// `mouthStretchRight`.
    MouthStretchRight,
    /// `mouthRollLower`.
    MouthRollLower,
    /// `mouthRollUpper`.
    MouthRollUpper,
    /// `mouthShrugLower`.
    MouthShrugLower,
    /// `mouthShrugUpper`.
    MouthShrugUpper,
    /// `mouthPressLeft`.
    MouthPressLeft,
    /// `mouthPressRight`.
    MouthPressRight,
    /// `mouthLowerDownLeft`.
    MouthLowerDownLeft,
    /// `mouthLowerDownRight`.
    MouthLowerDownRight,
    /// `mouthUpperUpLeft`.
    MouthUpperUpLeft,
    /// `mouthUpperUpRight`.
    MouthUpperUpRight,
    /// `browDownLeft`.
    BrowDownLeft,
    /// `browDownRight`.
    BrowDownRight,
    /// `browInnerUp`.
    BrowInnerUp,
    /// `browOuterUpLeft`.
    BrowOuterUpLeft,
    /// `browOuterUpRight`.
    BrowOuterUpRight,
    /// `cheekPuff`.
    CheekPuff,
    /// `cheekSquintLeft`.
    CheekSquintLeft,
    /// `cheekSquintRight`.
    CheekSquintRight,
    /// `noseSneerLeft`.
    NoseSneerLeft,
    /// `noseSneerRight`.
    NoseSneerRight,
    /// `tongueOut`.
    TongueOut,
}

impl FaceShape {
    /// How many shapes there are.
    pub const COUNT: usize = 52;

    /// Every shape, in order.
    pub const ALL: [Self; Self::COUNT] = [
        Self::EyeBlinkLeft,
        Self::EyeLookDownLeft,
        Self::EyeLookInLeft,
        Self::EyeLookOutLeft,
        Self::EyeLookUpLeft,
        Self::EyeSquintLeft,
        Self::EyeWideLeft,
        Self::EyeBlinkRight,
        Self::EyeLookDownRight,
        Self::EyeLookInRight,
        Self::EyeLookOutRight,
        Self::EyeLookUpRight,
        Self::EyeSquintRight,
        Self::EyeWideRight,
        Self::JawForward,
        Self::JawLeft,
        Self::JawRight,
        Self::JawOpen,
        Self::MouthClose,
        Self::MouthFunnel,
        Self::MouthPucker,
        Self::MouthLeft,
        Self::MouthRight,
        Self::MouthSmileLeft,
        Self::MouthSmileRight,
        Self::MouthFrownLeft,
        Self::MouthFrownRight,
        Self::MouthDimpleLeft,
        Self::MouthDimpleRight,
        Self::MouthStretchLeft,
        Self::MouthStretchRight,
        Self::MouthRollLower,
        Self::MouthRollUpper,
        Self::MouthShrugLower,
        Self::MouthShrugUpper,
        Self::MouthPressLeft,
        Self::MouthPressRight,
        Self::MouthLowerDownLeft,
        Self::MouthLowerDownRight,
        Self::MouthUpperUpLeft,
        Self::MouthUpperUpRight,
        Self::BrowDownLeft,
        Self::BrowDownRight,
        Self::BrowInnerUp,
        Self::BrowOuterUpLeft,
        Self::BrowOuterUpRight,
        Self::CheekPuff,
        Self::CheekSquintLeft,
        Self::CheekSquintRight,
        Self::NoseSneerLeft,
        Self::NoseSneerRight,
        Self::TongueOut,
    ];

    /// ARKit's name, as morph targets carry it.
    pub fn arkit_name(self) -> &'static str {
        NAMES[self as usize]
    }

    /// Finds a shape by ARKit's name.
    pub fn from_arkit_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.arkit_name() == name)
    }
}

const NAMES: [&str; FaceShape::COUNT] = [
    "eyeBlinkLeft",
    "eyeLookDownLeft",
    "eyeLookInLeft",
    "eyeLookOutLeft",
    "eyeLookUpLeft",
    "eyeSquintLeft",
    "eyeWideLeft",
    "eyeBlinkRight",
    "eyeLookDownRight",
    "eyeLookInRight",
    "eyeLookOutRight",
    "eyeLookUpRight",
    "eyeSquintRight",
    "eyeWideRight",
    "jawForward",
    "jawLeft",
    "jawRight",
    "jawOpen",
    "mouthClose",
    "mouthFunnel",
    "mouthPucker",
    "mouthLeft",
    "mouthRight",
    "mouthSmileLeft",
    "mouthSmileRight",
    "mouthFrownLeft",
    "mouthFrownRight",
    "mouthDimpleLeft",
    "mouthDimpleRight",
    "mouthStretchLeft",
    "mouthStretchRight",
    "mouthRollLower",
    "mouthRollUpper",
    "mouthShrugLower",
    "mouthShrugUpper",
    "mouthPressLeft",
    "mouthPressRight",
    "mouthLowerDownLeft",
    "mouthLowerDownRight",
    "mouthUpperUpLeft",
    "mouthUpperUpRight",
    "browDownLeft",
    "browDownRight",
    "browInnerUp",
    "browOuterUpLeft",
    "browOuterUpRight",
    "cheekPuff",
    "cheekSquintLeft",
    "cheekSquintRight",
    "noseSneerLeft",
    "noseSneerRight",
    "tongueOut",
];

/// How strongly each shape acts, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaceWeights([f32; FaceShape::COUNT]);

impl Default for FaceWeights {
    fn default() -> Self {
        Self([0.0; FaceShape::COUNT])
    }
}

impl FaceWeights {
    /// From weights in [`FaceShape::ALL`]'s order; clamped to 0..1, what is not finite becomes 0.
    pub fn clamped(weights: [f32; FaceShape::COUNT]) -> Self {
        Self(weights.map(clamp_weight))
    }

    /// Sets one shape; clamped as in [`Self::clamped`].
    pub fn set(&mut self, shape: FaceShape, weight: f32) {
        self.0[shape as usize] = clamp_weight(weight);
    }

    /// One shape's weight.
    pub fn get(&self, shape: FaceShape) -> f32 {
        self.0[shape as usize]
    }

    /// All weights in [`FaceShape::ALL`]'s order.
    pub fn all(&self) -> &[f32; FaceShape::COUNT] {
        &self.0
    }
}

fn clamp_weight(w: f32) -> f32 {
    if w.is_finite() {
        w.clamp(0.0, 1.0)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        for (i, shape) in FaceShape::ALL.into_iter().enumerate() {
            assert_eq!(shape as usize, i);
            assert_eq!(FaceShape::from_arkit_name(shape.arkit_name()), Some(shape));
        }
        // Fixed points of the Live Link Face order.
        assert_eq!(FaceShape::JawForward as u8, 14);
        assert_eq!(FaceShape::BrowDownLeft as u8, 41);
        assert_eq!(FaceShape::TongueOut as u8, 51);
    }

    #[test]
    fn weights_are_clamped() {
        let mut w = FaceWeights::default();
        w.set(FaceShape::JawOpen, f32::NAN);
        assert_eq!(w.get(FaceShape::JawOpen), 0.0);
        w.set(FaceShape::JawOpen, 3.0);
        assert_eq!(w.get(FaceShape::JawOpen), 1.0);
    }
}
