//! How far a foot's surface reaches: what a skeleton cannot say of a shoe.
//!
//! A foot without toes is one rigid piece, and how long it is, or how long toes are, no joint tells.

/// How far the sole of a foot reaches in the rest pose, from under the ankle, along where the foot points; metres, not negative.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FootReach {
    /// To the tip.
    pub ahead_m: f64,
    /// To the back of the heel.
    pub behind_m: f64,
}
