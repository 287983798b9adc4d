//! Whether a pose explains markers by the names that a source gives them, however far they have moved.
//!
//! After frames that are missing a limb may stand where another one was, and then markers that are continued one by one seem
//! to have exchanged their names. A body knows better: names that are mixed up make no pose, and right ones make one that
//! misses its markers by no more than ever. That is tried beside the fitter that follows the performer, as after a gap.

use crate::fit::Fitter;
use cyc_model::{Point, Stage};

/// Tries labels on a copy of a performer's fitter.
#[derive(Clone, Debug)]
pub struct LabelTrial {
    fitter: Fitter,
}

impl LabelTrial {
    /// Beside a fitter of the same rig; all allocation happens here.
    pub fn new(fitter: &Fitter) -> Self {
        Self {
            fitter: fitter.clone(),
        }
    }

    /// Fits one frame by the names that were given. They are right when most markers were seen, and the pose explains them as well
    /// as `follower` usually explains its own.
    pub fn explains(&mut self, follower: &Fitter, given: &[Option<Point<Stage>>]) -> bool {
        self.fitter.continue_from(follower);
        self.fitter.expect_gap();
        let report = self.fitter.fit(given);
        2 * report.seen > given.len() && follower.is_usual(report.rms_m)
    }
}
