//! How far a foot's surface reaches: what a skeleton cannot say of a shoe.
//!
//! A foot without toes is one rigid piece, and how long it is, or how long toes are, no joint tells.

/// How far the sole of a foot reaches in the rest pose, from under the ankle, along where the foot points; metres.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FootReach {
    /// To the tip; not negative.
    pub ahead_m: f64,
    /// To the back of the heel; negative where the sole begins ahead of the ankle, as of a cat that walks on its toes.
    pub behind_m: f64,
}
