//! A skeleton as a tree of points: children, reach, and the chain that a limb follows.
//!
//! Where names say nothing, only positions and parents are left. Joints without a parent hang on one more, imaginary
//! joint, since files split a body over several roots. What follows a joint is the child that reaches furthest: a
//! twist or helper joint beside the elbow is shorter than the forearm with its hand.

use cyc_model::Skeleton;
use glam::DVec3;

/// The joints' rest positions with what hangs on what.
pub(super) struct Tree {
    /// Where each joint is, metres.
    pub at: Vec<DVec3>,
    parent: Vec<Option<usize>>,
    /// Children of each joint; the last entry holds the roots.
    pub children: Vec<Vec<usize>>,
    /// The longest way from each joint to a leaf below it, metres.
    pub reach: Vec<f64>,
    next: Vec<Option<usize>>,
}

impl Tree {
    /// From a skeleton's rest pose.
    pub fn new(skeleton: &Skeleton) -> Self {
        let n = skeleton.len();
        let rest = skeleton.rest_global();
        let at: Vec<DVec3> = rest.iter().map(|x| x.translation().metres()).collect();
        let parents = skeleton.joints().iter();
        let parent: Vec<Option<usize>> = parents.map(|j| j.parent.map(|p| p.idx())).collect();
        let mut tree = Self {
            at,
            children: vec![Vec::new(); n + 1],
            reach: vec![0.0; n],
            next: vec![None; n],
            parent,
        };
        for j in 0..n {
            let above = tree.parent.get(j).copied().flatten().unwrap_or(n);
            if let Some(list) = tree.children.get_mut(above) {
                list.push(j);
            }
        }
        // Parents come first in a skeleton, so from the end every child is done before its parent.
        for j in (0..n).rev() {
            let Some(p) = tree.parent(j) else { continue };
            let reach = tree.distance(p, j) + tree.reach_of(j);
            let further = tree.next.get(p).copied().flatten().is_none() || reach > tree.reach_of(p);
            if further && let (Some(r), Some(x)) = (tree.reach.get_mut(p), tree.next.get_mut(p)) {
                (*r, *x) = (reach, Some(j));
            }
        }
        tree
    }

    /// How many joints.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// A joint's position; the origin for the imaginary root.
    pub fn point(&self, joint: usize) -> DVec3 {
        self.at.get(joint).copied().unwrap_or(DVec3::ZERO)
    }

    /// A joint's parent.
    pub fn parent(&self, joint: usize) -> Option<usize> {
        self.parent.get(joint).copied().flatten()
    }

    /// Distance between two joints, metres.
    pub fn distance(&self, a: usize, b: usize) -> f64 {
        self.point(a).distance(self.point(b))
    }

    /// See [`Self::reach`].
    pub fn reach_of(&self, joint: usize) -> f64 {
        self.reach.get(joint).copied().unwrap_or(0.0)
    }

    /// A joint's children.
    pub fn children_of(&self, joint: usize) -> &[usize] {
        self.children.get(joint).map_or(&[], Vec::as_slice)
    }

    /// The joint and what follows it to the furthest leaf.
    pub fn chain(&self, first: usize) -> Vec<usize> {
        let mut chain = vec![first];
        let mut at = first;
        while let Some(next) = self.next.get(at).copied().flatten() {
            chain.push(next);
            at = next;
        }
        chain
    }

    /// The joints from `joint` up to its root, itself first.
    pub fn ancestry(&self, joint: usize) -> Vec<usize> {
        let mut path = vec![joint];
        let mut at = joint;
        while let Some(p) = self.parent(at) {
            path.push(p);
            at = p;
        }
        path
    }

    /// Whether `joint` is `above` or hangs on it; everything hangs on the imaginary root.
    pub fn is_within(&self, joint: usize, above: usize) -> bool {
        if above >= self.len() {
            return true;
        }
        let mut at = Some(joint);
        while let Some(j) = at {
            if j == above {
                return true;
            }
            at = self.parent(j);
        }
        false
    }

    /// The lowest joint that both hang on, the imaginary root if there is no other.
    pub fn common(&self, a: usize, b: usize) -> usize {
        if a >= self.len() || b >= self.len() {
            return self.len();
        }
        let above_b = self.ancestry(b);
        let shared = self.ancestry(a).into_iter().find(|j| above_b.contains(j));
        shared.unwrap_or(self.len())
    }

    /// From below `above` down to `joint`, which hangs on it.
    pub fn path(&self, above: usize, joint: usize) -> Vec<usize> {
        let mut path = self.ancestry(joint);
        if let Some(end) = path.iter().position(|j| *j == above) {
            path.truncate(end);
        }
        path.reverse();
        path
    }

    /// The length of a chain of joints, metres.
    pub fn length(&self, chain: &[usize]) -> f64 {
        let pairs = chain.windows(2);
        pairs
            .map(|w| match *w {
                [a, b] => self.distance(a, b),
                _ => 0.0,
            })
            .sum()
    }
}
