//! Searches a cloud for a body: hypotheses grow marker by marker, and the best few hundred live on.
//!
//! A marker is tried on every point whose distances to the markers placed before fit the rig's pattern, and may also
//! stay unplaced at a price. Labels that are certain already are given as anchors; then only the rest is searched. The
//! width, not the cloud, bounds the work; all memory is made once.

use super::pattern::{Pattern, signed_volume};
use super::settings::Tolerance;
use crate::limits::LABEL_HYPOTHESES_MAX;
use cyc_model::UNLABELLED_MAX;
use glam::DVec3;

/// "Not placed".
pub(crate) const UNPLACED: u16 = u16::MAX;
/// The price of leaving a marker out, in units of a squared standard deviation.
const LEFT_OUT: f32 = 4.0;
/// A marker whose distances on its bone fit better than this is not also tried as left out: each such choice would
/// double the hypotheses without adding one that a solve would not find from the other.
const CERTAIN: f32 = 3.0;
/// Placed partners that a point is checked against.
const CHECKS_MAX: usize = 9;
/// Costs are capped here, so that one bad distance is no worse than a few moderate ones.
const PAIR_COST_MAX: f64 = 9.0;
/// A marker may cross its triple's plane by this part of its volume before it counts as on the wrong side.
const SIDE_SLACK: f64 = 0.3;

const USED_WORDS: usize = UNLABELLED_MAX / 64;

#[derive(Clone, Copy, Debug)]
struct Child {
    cost: f32,
    parent: u16,
    point: u16,
}

/// One generation of hypotheses.
#[derive(Clone, Debug)]
struct Generation {
    count: usize,
    /// `places[h·markers + m]` is the point of marker `m`.
    places: Vec<u16>,
    used: Vec<[u64; USED_WORDS]>,
    costs: Vec<f32>,
}

/// What a search may use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SearchSpace<'a> {
    pub cloud: &'a [DVec3],
    /// Points that may be taken.
    pub free: &'a [bool],
    /// Where a marker may be at most: a place and a distance; empty for anywhere.
    pub reach: &'a [(DVec3, f64)],
    pub width: usize,
}

/// The beam search over one rig at a time.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    markers: usize,
    now: Generation,
    next: Generation,
    children: Vec<Child>,
    /// The points that the anchors leave a marker.
    open: Vec<u16>,
}

impl Search {
    /// For rigs of at most `markers` markers.
    pub(crate) fn new(markers: usize) -> Self {
        let generation = Generation {
            count: 0,
            places: vec![UNPLACED; LABEL_HYPOTHESES_MAX * markers],
            used: vec![[0; USED_WORDS]; LABEL_HYPOTHESES_MAX],
            costs: vec![0.0; LABEL_HYPOTHESES_MAX],
        };
        Self {
            markers,
            now: generation.clone(),
            next: generation,
            children: Vec::with_capacity(2 * (LABEL_HYPOTHESES_MAX + UNLABELLED_MAX)),
            open: Vec::with_capacity(UNLABELLED_MAX),
        }
    }

    /// Searches places for the markers in `order`, given those in `anchors`. Afterwards the hypotheses are sorted.
    pub(crate) fn run(
        &mut self,
        pattern: &Pattern,
        tolerance: &Tolerance,
        space: &SearchSpace<'_>,
        anchors: &[u16],
        order: &[u16],
    ) {
        let width = space.width.clamp(1, LABEL_HYPOTHESES_MAX);
        self.markers = pattern.len();
        self.now.count = 1;
        self.now.places[..self.markers].copy_from_slice(anchors);
        self.now.used[0] = [0; USED_WORDS];
        self.now.costs[0] = 0.0;
        for &anchor in anchors.iter().filter(|a| **a != UNPLACED) {
            self.now.used[0][usize::from(anchor) / 64] |= 1 << (anchor % 64);
        }
        for &marker in order {
            let marker = usize::from(marker);
            self.list_open(pattern, space, anchors, marker);
            self.children.clear();
            let mut most = f32::INFINITY;
            for parent in 0..self.now.count {
                // Parents are sorted and nothing makes a child cheaper: neither this one's nor those of the rest are kept.
                if self.now.costs[parent] >= most {
                    break;
                }
                self.expand(pattern, tolerance, space, marker, parent, most);
                if self.children.len() > 2 * width {
                    most = drop_dearest(&mut self.children, width);
                }
            }
            drop_dearest(&mut self.children, width);
            self.children
                .sort_unstable_by(|a, b| a.cost.total_cmp(&b.cost));
            self.bear(marker);
        }
    }

    /// How many hypotheses there are.
    pub(crate) fn len(&self) -> usize {
        self.now.count
    }

    /// The places of a hypothesis and its cost, the best one first.
    pub(crate) fn hypothesis(&self, number: usize) -> (&[u16], f32) {
        let first = number * self.markers;
        (
            &self.now.places[first..first + self.markers],
            self.now.costs[number],
        )
    }

    /// Lists the points at which a marker may be as far as its reach and the anchors that every hypothesis is checked against say.
    fn list_open(
        &mut self,
        pattern: &Pattern,
        space: &SearchSpace<'_>,
        anchors: &[u16],
        marker: usize,
    ) {
        let reach = space.reach.get(marker);
        let checked = pattern.partners(marker).iter().take(CHECKS_MAX);
        let checked = checked.filter_map(|partner| {
            let at = space
                .cloud
                .get(usize::from(*anchors.get(usize::from(*partner))?))?;
            Some((at, pattern.pair(marker, usize::from(*partner))))
        });
        let is_open = |at: DVec3| {
            reach.is_none_or(|(from, far)| from.distance_squared(at) <= far * far)
                && checked.clone().all(|(other, pair)| {
                    let d2 = at.distance_squared(*other);
                    pair.least2 <= d2 && d2 <= pair.most2
                })
        };
        let points = space.cloud.iter().zip(space.free).enumerate();
        let open = points.filter(|(_, (at, free))| **free && is_open(**at));
        self.open.clear();
        self.open.extend(open.map(|(p, _)| p as u16));
    }

    /// Bears the children of a hypothesis that cost less than `most`.
    fn expand(
        &mut self,
        pattern: &Pattern,
        tolerance: &Tolerance,
        space: &SearchSpace<'_>,
        marker: usize,
        parent: usize,
        most: f32,
    ) {
        let first = parent * self.markers;
        let places = &self.now.places[first..first + self.markers];
        let used = &self.now.used[parent];
        let cost = self.now.costs[parent];
        let mut checks = [0u16; CHECKS_MAX];
        let mut count = 0;
        for &partner in pattern.partners(marker) {
            if count < CHECKS_MAX && places[usize::from(partner)] != UNPLACED {
                checks[count] = partner;
                count += 1;
            }
        }
        let checks = &checks[..count];
        let is_held = checks
            .iter()
            .any(|c| pattern.pair(marker, usize::from(*c)).rigid);
        let judge = Judge {
            pattern,
            tolerance,
            cloud: space.cloud,
            places,
        };
        let first_child = self.children.len();
        let mut best = f32::INFINITY;
        let mut fits = 0;
        for &point in &self.open {
            let p = usize::from(point);
            if used[p / 64] >> (p % 64) & 1 == 1 {
                continue;
            }
            let Some(own) = judge.cost(marker, space.cloud[p], checks) else {
                continue;
            };
            best = best.min(own);
            fits += 1;
            if cost + own < most {
                self.children.push(Child {
                    cost: cost + own,
                    parent: parent as u16,
                    point,
                });
            }
        }
        let born = &mut self.children[first_child..];
        let crowd = tolerance.crowd_price * (fits.max(1) as f32).ln();
        born.iter_mut().for_each(|child| child.cost += crowd);
        if best > CERTAIN || !is_held {
            self.children.push(Child {
                cost: cost + LEFT_OUT,
                parent: parent as u16,
                point: UNPLACED,
            });
        }
    }

    /// Makes the children the present generation.
    fn bear(&mut self, marker: usize) {
        let n = self.markers;
        for (h, child) in self.children.iter().enumerate() {
            let parent = usize::from(child.parent);
            let places = &mut self.next.places[h * n..(h + 1) * n];
            places.copy_from_slice(&self.now.places[parent * n..(parent + 1) * n]);
            places[marker] = child.point;
            self.next.used[h] = self.now.used[parent];
            if child.point != UNPLACED {
                self.next.used[h][usize::from(child.point) / 64] |= 1 << (child.point % 64);
            }
            self.next.costs[h] = child.cost;
        }
        self.next.count = self.children.len();
        std::mem::swap(&mut self.now, &mut self.next);
    }
}

/// Keeps the cheapest children; returns what the dearest of them costs when others were dropped.
fn drop_dearest(children: &mut Vec<Child>, width: usize) -> f32 {
    if children.len() <= width {
        return f32::INFINITY;
    }
    let dearest = children.select_nth_unstable_by(width - 1, |a, b| a.cost.total_cmp(&b.cost));
    let most = dearest.1.cost;
    children.truncate(width);
    most
}

/// One hypothesis, asked about one more marker.
struct Judge<'a> {
    pattern: &'a Pattern,
    tolerance: &'a Tolerance,
    cloud: &'a [DVec3],
    places: &'a [u16],
}

impl Judge<'_> {
    /// What it costs to have the marker at a point; `None` when the pattern forbids it.
    fn cost(&self, marker: usize, at: DVec3, checks: &[u16]) -> Option<f32> {
        let (mut rigid, mut rigid_count, mut soft) = (0.0, 0u32, 0.0);
        for &partner in checks {
            let partner = usize::from(partner);
            let other = self.cloud[usize::from(self.places[partner])];
            let pair = self.pattern.pair(marker, partner);
            let d2 = at.distance_squared(other);
            if d2 < pair.least2 || d2 > pair.most2 {
                return None;
            }
            let off = (d2.sqrt() - pair.rest) * pair.inverse_sigma;
            if pair.rigid {
                rigid += (off * off).min(PAIR_COST_MAX);
                rigid_count += 1;
            } else {
                soft += (off * off).min(PAIR_COST_MAX);
            }
        }
        if !self.is_on_its_side(marker, at) {
            return None;
        }
        let rigid = rigid / f64::from(rigid_count.max(1));
        let soft = self.tolerance.rest_prior * soft / (checks.len().max(1) as f64);
        Some((rigid + soft) as f32)
    }

    fn is_on_its_side(&self, marker: usize, at: DVec3) -> bool {
        self.pattern.triples(marker).iter().all(|triple| {
            let places = triple.markers.map(|m| self.places[usize::from(m)]);
            if places.contains(&UNPLACED) {
                return true;
            }
            let corners = places.map(|p| self.cloud[usize::from(p)]);
            let side = signed_volume(at, corners) * triple.volume.signum();
            side > -SIDE_SLACK * triple.volume.abs()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::tree::Tree;
    use crate::fit::{FitSettings, Fitter};
    use crate::label::RigPrecision;
    use crate::{HUMAN_SKELETON, PLUG_IN_GAIT_39, build_rig, parse_markerset, parse_skeleton};

    /// The same search without leaving anything out that cannot be kept.
    fn by_hand(
        pattern: &Pattern,
        tolerance: &Tolerance,
        space: &SearchSpace<'_>,
        anchors: &[u16],
        order: &[u16],
    ) -> Vec<(f32, Vec<u16>)> {
        let mut all = vec![(0.0, anchors.to_vec())];
        for marker in order.iter().map(|m| usize::from(*m)) {
            let mut next = Vec::new();
            for (cost, places) in &all {
                let placed = |p: &&u16| places[usize::from(**p)] != UNPLACED;
                let checks = pattern.partners(marker).iter().filter(placed);
                let checks: Vec<u16> = checks.take(CHECKS_MAX).copied().collect();
                let judge = Judge {
                    pattern,
                    tolerance,
                    cloud: space.cloud,
                    places,
                };
                let open = (0..space.cloud.len())
                    .filter(|p| space.free[*p] && !places.contains(&(*p as u16)));
                let costs = open
                    .filter_map(|p| Some((p as u16, judge.cost(marker, space.cloud[p], &checks)?)));
                let fits: Vec<(u16, f32)> = costs.collect();
                let crowd = tolerance.crowd_price * (fits.len().max(1) as f32).ln();
                let best = fits.iter().map(|f| f.1).fold(f32::INFINITY, f32::min);
                let is_rigid = |c: &u16| pattern.pair(marker, usize::from(*c)).rigid;
                let left_out = best > CERTAIN || !checks.iter().any(is_rigid);
                let left_out = left_out.then_some((UNPLACED, LEFT_OUT - crowd));
                for (point, own) in fits.into_iter().chain(left_out) {
                    let mut places = places.clone();
                    places[marker] = point;
                    next.push((cost + own + crowd, places));
                }
            }
            next.sort_by(|a, b| a.0.total_cmp(&b.0));
            next.truncate(space.width);
            all = next;
        }
        all
    }

    #[test]
    fn nothing_is_left_out_that_would_be_kept() {
        let skeleton = parse_skeleton(HUMAN_SKELETON).unwrap();
        let rig = build_rig(&skeleton, &parse_markerset(PLUG_IN_GAIT_39).unwrap()).unwrap();
        let fitter = Fitter::new(&rig, FitSettings::default());
        let mut cloud: Vec<DVec3> = fitter.fitted_markers().iter().map(|m| m.metres()).collect();
        let markers = cloud.len();
        // Nobody's points between hers, a little beside each second one.
        for k in 0..markers {
            let angle = k as f64;
            let by = DVec3::new(angle.sin(), angle.cos(), (2.0 * angle).sin());
            cloud.push(cloud[k] + (0.03 + 0.01 * (k % 7) as f64) * by);
        }
        let mut free = vec![true; cloud.len()];
        free[3] = false;
        for precision in [RigPrecision::Template, RigPrecision::Calibrated] {
            let tolerance = precision.tolerance();
            let pattern = Pattern::new(&Tree::new(&rig), &tolerance);
            let order = &pattern.orders()[0];
            for known in [0, 15, 30] {
                let mut anchors = vec![UNPLACED; markers];
                for m in &order[..known] {
                    anchors[usize::from(*m)] = *m;
                }
                let space = SearchSpace {
                    cloud: &cloud,
                    free: &free,
                    reach: &[],
                    width: 40,
                };
                let mut search = Search::new(markers);
                search.run(&pattern, &tolerance, &space, &anchors, &order[known..]);
                let all = by_hand(&pattern, &tolerance, &space, &anchors, &order[known..]);
                assert_eq!(search.len(), all.len());
                for (h, (cost, _)) in all.iter().enumerate() {
                    let found = search.hypothesis(h).1;
                    assert!((found - cost).abs() < 1e-3, "{precision:?} {known} {h}");
                }
                assert_eq!(search.hypothesis(0).0, all[0].1);
            }
        }
    }
}
