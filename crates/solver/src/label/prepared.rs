//! A subject made ready off the live path, for a labeller that is already at work: a performer who was calibrated in the
//! middle of a show is labelled by her own rig from the next frame on, and nobody else is disturbed.

use super::error::LabelError;
use super::settings::{LabelRig, LabelSettings};
use super::subject::Subject;

/// Fewest markers of a rig that can be told from its mirror image and from noise.
const MARKERS_MIN: usize = 3;

/// A subject for [`Labeller::replace`](crate::Labeller::replace).
#[derive(Clone, Debug)]
pub struct LabelSubject(pub(super) Box<Subject>);

impl LabelSubject {
    /// Prepares a rig; all allocation happens here. The settings are those of the labeller.
    ///
    /// # Errors
    /// When the rig has fewer than three markers.
    pub fn new(rig: &LabelRig, settings: &LabelSettings) -> Result<Self, LabelError> {
        can_be_told(rig)?;
        Ok(Self(Box::new(Subject::new(rig, settings))))
    }
}

/// Whether a rig has a pattern at all.
pub(super) fn can_be_told(given: &LabelRig) -> Result<(), LabelError> {
    let markers = given.rig.markers().len();
    if markers < MARKERS_MIN {
        let rig = given.rig.name().to_owned();
        return Err(LabelError::TooFewMarkers { rig, markers });
    }
    Ok(())
}
