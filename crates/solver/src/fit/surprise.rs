//! How much the markers around a joint surprise: what tells one that has jumped from a limb that was flung.
//!
//! A quick turn between two slow frames surprises a whole limb, so what is usual around a marker widens its gate. The one
//! that surprises most of all its neighbours is left out of that: two markers that are wrong together would excuse each
//! other.

use super::tree::Tree;

/// A marker's neighbours are those of the joints so far up and down.
const NEIGHBOURS: usize = 2;

/// How far markers are from where they were going to be.
#[derive(Clone, Copy, Debug, Default)]
struct Apart {
    sum_m: f64,
    count: f64,
    /// The farthest and the next.
    most_m: [f64; 2],
}

impl Apart {
    fn add(&mut self, other: &Self) {
        self.sum_m += other.sum_m;
        self.count += other.count;
        other.most_m.iter().for_each(|m| self.rank(*m));
    }

    fn rank(&mut self, apart_m: f64) {
        let [most, next] = self.most_m;
        self.most_m = match apart_m {
            _ if apart_m > most => [apart_m, most],
            _ if apart_m > next => [most, apart_m],
            _ => [most, next],
        };
    }
}

/// One joint's markers,
#[derive(Clone, Copy, Debug, Default)]
struct Limb {
    own: Apart,
    /// and those of its neighbours with them.
    around: Apart,
}

/// The surprise around every joint.
#[derive(Clone, Debug)]
pub(super) struct Surprise {
    limbs: Vec<Limb>,
}

impl Surprise {
    pub(super) fn new(tree: &Tree) -> Self {
        Self {
            limbs: vec![Limb::default(); tree.joints.len()],
        }
    }

    pub(super) fn clear(&mut self) {
        self.limbs.fill(Limb::default());
    }

    /// A marker of a joint is so far from where it was going to be, metres.
    pub(super) fn note(&mut self, joint: usize, apart_m: f64) {
        let own = &mut self.limbs[joint].own;
        own.sum_m += apart_m;
        own.count += 1.0;
        own.rank(apart_m);
    }

    /// Tells neighbours of each other, once all are noted.
    pub(super) fn spread(&mut self, tree: &Tree) {
        for j in 0..self.limbs.len() {
            let own = self.limbs[j].own;
            self.limbs[j].around.add(&own);
            let mut above = tree.joints[j].parent;
            for _ in 0..NEIGHBOURS {
                let Some(other) = self.limbs.get_mut(above) else {
                    break;
                };
                other.around.add(&own);
                let others = other.own;
                self.limbs[j].around.add(&others);
                above = tree.joints[above].parent;
            }
        }
    }

    /// How far a marker's neighbours are on average from where they were going to be, metres, without the farthest of
    /// them. `noted_m` is what was noted of the marker itself.
    pub(super) fn around_m(&self, joint: usize, noted_m: Option<f64>) -> f64 {
        let Apart {
            sum_m,
            count,
            most_m: [most, next],
        } = self.limbs[joint].around;
        let own = noted_m.unwrap_or(0.0);
        let farthest = if own >= most { next } else { most };
        let others = count - 1.0 - f64::from(u8::from(noted_m.is_some()));
        (sum_m - own - farthest).max(0.0) / others.max(1.0)
    }
}
