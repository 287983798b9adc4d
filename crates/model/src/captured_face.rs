//! A face as a capture system saw it: the shapes, and which way the head and the eyes are turned.
//!
//! Shapes and rotations are apart because a character may take the one without the other: a head that a body suit
//! already turns, eyes that a game engine aims. What the source does not tell, or tells as nonsense, is `None` and
//! never a rest pose. What must stay true: a value that exists is finite, its weights lie in 0..1 and its rotations
//! are unit quaternions, by the types it is made of.

use crate::{FaceWeights, JointFrame, Source, Xf};

/// One face of one frame. A face that is not seen is not in the frame.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct CapturedFace {
    /// Whose it is: the subject's position in the frame's roster.
    pub subject: u16,
    /// How strongly each shape acts.
    pub weights: FaceWeights,
    /// The head in the source's space; a head at rest faces +Z. Its translation is zero when the source tells only a
    /// rotation.
    pub source_from_head: Option<Xf<Source, JointFrame>>,
    /// The left eye in the head; an eye at rest looks along the head's +Z. Its translation is zero.
    pub head_from_left_eye: Option<Xf<JointFrame, JointFrame>>,
    /// The right eye, likewise.
    pub head_from_right_eye: Option<Xf<JointFrame, JointFrame>>,
}
