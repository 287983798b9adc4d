//! A recorded take: labelled forwards and backwards, and of both the surer label kept.
//!
//! What the forward pass learns only after a while (who somebody is, where a limb came back) the backward pass knows
//! before it gets there.

use super::first_labelling::Finding;
use super::{LabelError, LabelRig, LabelSettings, Labeller, MarkerOwner};
use cyc_model::{Point, Stage};

/// The labels of one frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LabelledFrame {
    /// Who each point is, in the cloud's order.
    pub owners: Vec<Option<MarkerOwner>>,
    /// The markers of each subject, in its rig's order.
    pub markers: Vec<Vec<Option<Point<Stage>>>>,
    /// How sure each of those labels is, 0 to 1.
    pub confidence: Vec<Vec<f32>>,
}

/// Labels a whole take at `rate_hz` frames a second.
///
/// # Errors
/// When no labeller can be made for the rigs.
pub fn label_take(
    rigs: &[LabelRig],
    clouds: &[Vec<Point<Stage>>],
    rate_hz: f64,
    settings: LabelSettings,
) -> Result<Vec<LabelledFrame>, LabelError> {
    let mut labeller = Labeller::new(rigs, settings)?;
    let dt_s = 1.0 / rate_hz;
    let mut frames: Vec<LabelledFrame> = clouds
        .iter()
        .map(|cloud| {
            labeller.label(cloud, dt_s);
            labeller.frame(rigs.len())
        })
        .collect();
    labeller.reset();
    for (cloud, frame) in clouds.iter().zip(&mut frames).rev() {
        labeller.label(cloud, dt_s);
        frame.merge(&labeller.frame(rigs.len()), cloud);
    }
    Ok(frames)
}

/// Labels frames for the only rig of a labeller, which was found in the frame `start`: from there to the end, and back to the
/// beginning. Nobody's limbs are looked for again on the way: they were where the rig was found.
pub(super) fn label_from(
    labeller: &Labeller,
    found: &Finding,
    clouds: &[Vec<Point<Stage>>],
    start: usize,
    rate_hz: f64,
) -> Vec<LabelledFrame> {
    let mut labeller = labeller.clone();
    labeller.reset();
    labeller.finds_limbs_again = false;
    let dt_s = 1.0 / rate_hz;
    let mut frames = vec![LabelledFrame::default(); clouds.len()];
    for (f, (cloud, frame)) in clouds.iter().zip(&mut frames).enumerate().skip(start) {
        if f == start {
            labeller.start_with(cloud, found, dt_s);
        } else {
            labeller.label(cloud, dt_s);
        }
        *frame = labeller.frame(1);
    }
    for (f, (cloud, frame)) in clouds.iter().zip(&mut frames).enumerate().rev() {
        labeller.label(cloud, dt_s);
        let back = labeller.frame(1);
        if f < start {
            *frame = back;
        } else {
            frame.merge(&back, cloud);
        }
    }
    frames
}

impl Labeller {
    fn frame(&self, subjects: usize) -> LabelledFrame {
        LabelledFrame {
            owners: self.owners().to_vec(),
            markers: (0..subjects).map(|s| self.markers(s).to_vec()).collect(),
            confidence: (0..subjects).map(|s| self.confidence(s).to_vec()).collect(),
        }
    }
}

impl LabelledFrame {
    /// Takes each label from the pass that is surer of it. A pass is sure of a subject by all its labels together, so
    /// that the two passes' opinions are not mixed within a body.
    fn merge(&mut self, other: &Self, cloud: &[Point<Stage>]) {
        let sureness = |frame: &Self, s: usize| frame.confidence[s].iter().sum::<f32>();
        for s in 0..self.markers.len() {
            if sureness(other, s) > sureness(self, s) {
                self.markers[s].clone_from(&other.markers[s]);
                self.confidence[s].clone_from(&other.confidence[s]);
            }
        }
        // A point that both passes gave to different subjects goes to the surer label. Of points in one and the same place
        // the first is the marker.
        for p in 0..self.owners.len() {
            let mut owner: Option<(MarkerOwner, f32)> = None;
            for (s, markers) in self.markers.iter().enumerate() {
                for (m, at) in markers.iter().enumerate() {
                    let sure = self.confidence[s][m];
                    if *at == cloud.get(p).copied() && owner.is_none_or(|o| o.1 < sure) {
                        let is = MarkerOwner {
                            subject: s as u16,
                            marker: m as u16,
                        };
                        owner = Some((is, sure));
                    }
                }
            }
            let is_repeated = || match (cloud.get(..p), cloud.get(p)) {
                (Some(before), Some(at)) => before.contains(at),
                _ => false,
            };
            self.owners[p] = owner.filter(|_| !is_repeated()).map(|o| o.0);
        }
        self.drop_unowned(cloud);
    }

    fn drop_unowned(&mut self, cloud: &[Point<Stage>]) {
        let owners = &self.owners;
        for (s, markers) in self.markers.iter_mut().enumerate() {
            for (m, at) in markers.iter_mut().enumerate() {
                let is_owner =
                    |o: &MarkerOwner| (usize::from(o.subject), usize::from(o.marker)) == (s, m);
                let is_kept = owners
                    .iter()
                    .zip(cloud)
                    .any(|(o, p)| o.as_ref().is_some_and(is_owner) && Some(*p) == *at);
                if !is_kept {
                    *at = None;
                    self.confidence[s][m] = 0.0;
                }
            }
        }
    }
}
