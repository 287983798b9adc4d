//! Limbs that a first labelling has laid wrongly, taken off and found again.
//!
//! A search grows a body marker by marker and keeps the best few hundred beginnings. Among points of something else, or
//! when the rig is but a template, the right beginning may be the dearer one, and the body that comes of it has one arm
//! shifted by a marker, both legs in one, or the pelvis on a thigh. A fit says so: the right body leaves clearly less
//! unexplained. So each limb, and what remains without it, is taken off in turn and searched anew on what the rest of the body says, and
//! whatever explains the cloud clearly better stays.

use super::Labeller;
use super::pattern::{LIMB_PAIRS_MIN, is_above};
use super::search::{SearchSpace, UNPLACED};
use super::tried::Try;
use crate::fit::tree::Tree;

/// Hypotheses followed at once: of a part less is open than of a whole body.
const WIDTH: usize = 200;
/// Hypotheses of a limb that are fitted.
const FITTED_MAX: usize = 6;
/// They differ in at least this part of the limb's markers.
const DIFFERENT_PART: usize = 3;
/// A limb that is found anew must lower the cost to this part.
const CLEARLY: f64 = 0.97;
/// Rounds over all limbs: one may be free only once another one has left it.
const ROUNDS_MAX: usize = 3;

/// The markers below each joint, and the others: as far as they are enough to be found, and the rest enough to say where. The larger
/// come first.
pub(super) fn limbs(tree: &Tree) -> Vec<Vec<u16>> {
    let count = tree.markers.len();
    let mut limbs: Vec<Vec<u16>> = Vec::new();
    for joint in 0..tree.joints.len() {
        let is_below = |m: &u16| is_above(tree, joint, tree.markers[usize::from(*m)].joint);
        let (below, rest): (Vec<u16>, Vec<u16>) = (0..count as u16).partition(is_below);
        for limb in [below, rest] {
            let is_limb = limb.len() >= LIMB_PAIRS_MIN && 3 * limb.len() <= 2 * count;
            if is_limb && !limbs.contains(&limb) {
                limbs.push(limb);
            }
        }
    }
    limbs.sort_by_key(|limb| std::cmp::Reverse(limb.len()));
    limbs
}

impl Labeller {
    /// Improves the next finding, of a subject, limb by limb.
    pub(super) fn find_limbs_again(&mut self, s: usize) {
        for _ in 0..ROUNDS_MAX {
            let before = self.next_finding_cost();
            for limb in 0..self.subjects[s].pattern.limbs().len() {
                self.find_limb_again(s, limb);
            }
            if self.next_finding_cost() >= before {
                break;
            }
            self.refine_next_finding(s);
        }
    }

    fn find_limb_again(&mut self, s: usize, limb: usize) {
        let subject = &mut self.subjects[s];
        let finding = &mut self.findings.list[self.findings.count];
        let count = subject.len();
        subject
            .tried_places
            .copy_from_slice(&finding.places[..count]);
        let markers = &subject.pattern.limbs()[limb];
        let different = (markers.len() / DIFFERENT_PART).max(1);
        for m in markers {
            subject.tried_places[usize::from(*m)] = UNPLACED;
        }
        let rest = subject.tried_places.iter().copied();
        if self.tried.note(Try::Limb(limb), rest) {
            return;
        }
        let space = SearchSpace {
            cloud: &self.cloud.points,
            free: &self.free,
            reach: &[],
            width: WIDTH,
        };
        let (pattern, tolerance) = (&subject.pattern, &subject.tolerance);
        self.search
            .run(pattern, tolerance, &space, &subject.tried_places, markers);
        let mut fitted = [0usize; FITTED_MAX];
        let mut fitted_count = 0;
        for h in 0..self.search.len() {
            let (places, _) = self.search.hypothesis(h);
            let is_new = fitted[..fitted_count].iter().all(|&f| {
                let (other, _) = self.search.hypothesis(f);
                places.iter().zip(other).filter(|(a, b)| a != b).count() >= different
            });
            if !is_new {
                continue;
            }
            // What was fitted before was no better than what there is.
            if !self.tried.note(Try::Body, places.iter().copied()) {
                subject.tried_places.copy_from_slice(places);
                let cost = subject.settle(&self.cloud.points, &self.free, &mut self.assigner);
                if cost < CLEARLY * finding.cost {
                    finding.cost = cost;
                    finding.places[..count].copy_from_slice(&subject.tried_places);
                    subject.spare.adopt(&subject.trial);
                }
            }
            fitted[fitted_count] = h;
            fitted_count += 1;
            if fitted_count == FITTED_MAX {
                break;
            }
        }
    }
}
