//! One performer, from markers to every digital human that follows: fit, then retarget, in one call a frame.

use crate::fit::{FitReport, FitSettings, Fitter};
use crate::retarget::{RetargetError, RetargetReport, RetargetSettings, Retargeter};
use cyc_model::{HumanoidMap, JointFrame, Point, Rig, Skeleton, Stage, Xf};

/// What a performer's frames came to so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PerformerStats {
    /// Frames fitted.
    pub frames: u64,
    /// Frames in which no marker was seen.
    pub unseen: u64,
    /// Times the pose was found from nothing.
    pub cold_starts: u64,
    /// Iterations of all frames.
    pub iterations: u64,
    /// Markers seen in all frames.
    pub markers: u64,
    sum_of_squares_m2: f64,
}

impl PerformerStats {
    /// Marker RMS over all frames, metres.
    pub fn rms_m(&self) -> f64 {
        (self.sum_of_squares_m2 / self.markers.max(1) as f64).sqrt()
    }

    fn add(&mut self, report: &FitReport) {
        self.frames += 1;
        self.unseen += u64::from(report.seen == 0);
        self.cold_starts += u64::from(report.cold);
        self.iterations += report.iterations as u64;
        self.markers += report.seen as u64;
        self.sum_of_squares_m2 += report.rms_m * report.rms_m * report.seen as f64;
    }
}

#[derive(Clone, Debug)]
struct Follower {
    retargeter: Retargeter,
    joints: Vec<Xf<Stage, JointFrame>>,
    report: RetargetReport,
}

/// A performer's rig, its fitter and the characters that follow.
#[derive(Clone, Debug)]
pub struct Performer {
    rig: Rig,
    fitter: Fitter,
    followers: Vec<Follower>,
    stats: PerformerStats,
    /// Time since the last frame that moved the characters, seconds.
    unseen_s: f64,
}

impl Performer {
    /// Prepares a performer; all allocation happens here and in [`Self::add_character`].
    pub fn new(rig: Rig, settings: FitSettings) -> Self {
        Self {
            fitter: Fitter::new(&rig, settings),
            rig,
            followers: Vec::new(),
            stats: PerformerStats::default(),
            unseen_s: 0.0,
        }
    }

    /// Lets a character follow; returns its number.
    ///
    /// # Errors
    /// When the two skeletons cannot be brought together.
    pub fn add_character(
        &mut self,
        skeleton: &Skeleton,
        map: &HumanoidMap,
        settings: &RetargetSettings,
    ) -> Result<usize, RetargetError> {
        let own = (self.rig.skeleton(), self.rig.humanoid());
        let retargeter = Retargeter::build(own, (skeleton, map), settings)?;
        let rest = skeleton.rest_global().iter().map(|x| x.relabel()).collect();
        self.followers.push(Follower {
            retargeter,
            joints: rest,
            report: RetargetReport::default(),
        });
        Ok(self.followers.len() - 1)
    }

    /// Fits one frame that comes `dt_s` seconds after the one before, and moves every character. Until the performer was
    /// found once, characters keep their rest pose.
    pub fn run(&mut self, markers: &[Option<Point<Stage>>], dt_s: f64) -> FitReport {
        let report = self.fitter.fit(markers);
        self.stats.add(&report);
        self.unseen_s += dt_s;
        if self.fitter.is_tracking() {
            for follower in &mut self.followers {
                follower.report = follower.retargeter.run(
                    self.fitter.globals(),
                    self.unseen_s,
                    &mut follower.joints,
                );
            }
            self.unseen_s = 0.0;
        }
        report
    }

    /// The performer's rig.
    pub fn rig(&self) -> &Rig {
        &self.rig
    }

    /// The fitter, for residuals and fitted markers.
    pub fn fitter(&self) -> &Fitter {
        &self.fitter
    }

    /// Forgets the pose: the next frame starts from nothing.
    pub fn reset(&mut self) {
        self.fitter.reset();
        for follower in &mut self.followers {
            follower.retargeter.reset();
        }
    }

    /// The performer's joints, in the rig's order.
    pub fn joints(&self) -> &[Xf<Stage, JointFrame>] {
        self.fitter.globals()
    }

    /// A character's joints, in its skeleton's order.
    pub fn character(&self, number: usize) -> Option<&[Xf<Stage, JointFrame>]> {
        self.followers.get(number).map(|f| f.joints.as_slice())
    }

    /// What the last retarget of a character did.
    pub fn retarget_report(&self, number: usize) -> Option<RetargetReport> {
        self.followers.get(number).map(|f| f.report)
    }

    /// What all frames came to so far.
    pub fn stats(&self) -> PerformerStats {
        self.stats
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HUMAN_SKELETON, PRODUCTION_53, build_rig, parse_markerset, parse_skeleton};

    #[test]
    fn a_character_follows_once_the_performer_is_found() {
        let set = parse_markerset(PRODUCTION_53).unwrap();
        let rig = build_rig(&parse_skeleton(HUMAN_SKELETON).unwrap(), &set).unwrap();
        let mut performer = Performer::new(rig.clone(), FitSettings::default());
        let number = performer
            .add_character(rig.skeleton(), rig.humanoid(), &RetargetSettings::default())
            .unwrap();
        let rest = performer.character(number).unwrap().to_vec();
        let away = |m: &Point<Stage>| Some(Point::saturating(m.metres() + glam::DVec3::X));
        let markers: Vec<_> = performer
            .fitter()
            .fitted_markers()
            .iter()
            .map(away)
            .collect();
        performer.run(&[], 0.01);
        assert_eq!(performer.character(number).unwrap(), rest);
        let report = performer.run(&markers, 0.01);
        assert!(report.cold && report.rms_m < 1e-3, "{report:?}");
        let moved = performer.character(number).unwrap()[0].translation();
        assert!((moved - rest[0].translation()).length_m() > 0.99);
        let stats = performer.stats();
        assert_eq!((stats.frames, stats.unseen, stats.cold_starts), (2, 1, 1));
        assert_eq!(performer.character(1), None);
    }
}
