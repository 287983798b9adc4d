//! Whether labels that a source gives can be believed, frame by frame.
//!
//! A source that mixes labels up moves no marker: the points go on where they were going, only their names do not.
//! So the markers of the frame before are continued by assignment, whatever the points are called now, and when many
//! are called otherwise the frame is mislabelled. Then the continued labels stand in, until the source's agree again;
//! that costs no frame. When points do not go on (a cut, a performer who comes in), the source is believed, and also
//! when it insists for long.

use super::assignment::Assigner;
use cyc_model::{Point, Stage};
use glam::DVec3;

/// Of the continued markers at most this part may be called otherwise.
const OTHERWISE_MAX: f64 = 0.2;
/// At least this part of the markers must go on for the names to be judged at all.
const CONTINUED_MIN: f64 = 0.5;
/// A source that insists for so long is right, seconds.
const INSISTS_S: f64 = 1.0;
/// A hidden marker is continued for so long, seconds; so are all of them while no frame comes.
const HIDDEN_MAX_S: f64 = 0.1;
/// Noise and rounding, metres.
const GATE_M: f64 = 0.010;
/// The strongest change of velocity that is followed, m/s².
const ACCELERATION_MAX_M_S2: f64 = 300.0;
/// Nobody's marker is faster, metres a second.
const SPEED_MAX_M_S: f64 = 30.0;
/// Where a point is sorted that is not seen.
const UNSEEN: DVec3 = DVec3::INFINITY;
/// The gate of slow sources, metres. It may be wider than markers are apart: a limb that is flung goes as a whole, and of all
/// ways to give its markers their points the squares are least for the one that exchanges none, however far all of them
/// are off in common. A narrow gate would give a few of them their neighbours' points, and the rest none.
const GATE_MAX_M: f64 = 0.15;
/// A marker that stays without a point costs so many squared gates: else some of a flung limb's markers would take their
/// neighbours' points, and one would be left out, for less than all of them going as far.
const ALONE: f64 = 4.0;

/// What a frame's labels are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelVerdict {
    /// The source's labels are believed.
    Believed,
    /// The source has mixed labels up: hold the performer, or go on with [`LabelGate::markers`].
    Mislabelled,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    at: DVec3,
    /// Metres a second: frames may be missing before the next one.
    velocity: DVec3,
    hidden_s: f64,
    is_known: bool,
}

/// Judges the labels of one performer. Owns all its memory.
#[derive(Clone, Debug)]
pub struct LabelGate {
    known: Vec<Known>,
    markers: Vec<Option<Point<Stage>>>,
    /// The points and their places, from the lowest to the highest, behind them those that are not seen. The order stays
    /// from frame to frame, so that there is little to sort.
    by_height: Vec<(DVec3, usize)>,
    assigner: Assigner,
    insisted_s: f64,
    mislabelled: u64,
    swapped: usize,
}

impl LabelGate {
    /// For a rig of `markers` markers; all allocation happens here.
    pub fn new(markers: usize) -> Self {
        let nothing = Known {
            at: DVec3::ZERO,
            velocity: DVec3::ZERO,
            hidden_s: 0.0,
            is_known: false,
        };
        Self {
            known: vec![nothing; markers],
            markers: vec![None; markers],
            by_height: (0..markers).map(|m| (UNSEEN, m)).collect(),
            assigner: Assigner::new(markers, markers),
            insisted_s: 0.0,
            mislabelled: 0,
            swapped: 0,
        }
    }

    /// Forgets where the markers were: their names turned out to be wrong.
    pub fn forget(&mut self) {
        for known in &mut self.known {
            known.is_known = false;
        }
        self.insisted_s = 0.0;
        self.swapped = 0;
    }

    /// Judges one frame that comes `dt_s` seconds after the one before; `given` is in the rig's order, what is beyond
    /// its end was not seen.
    pub fn judge(&mut self, given: &[Option<Point<Stage>>], dt_s: f64) -> LabelVerdict {
        let dt_s = if dt_s.is_finite() {
            dt_s.clamp(1e-4, 0.25)
        } else {
            0.25
        };
        if dt_s > HIDDEN_MAX_S {
            // A limb may be where another one was by now.
            self.known.iter_mut().for_each(|k| k.is_known = false);
        }
        self.continue_markers(given, dt_s);
        let (mut known, mut continued, mut otherwise) = (0usize, 0usize, 0usize);
        self.swapped = 0;
        for m in 0..self.known.len() {
            known += usize::from(self.known[m].is_known);
            if let Some(place) = self.assigner.column_of(m) {
                continued += 1;
                otherwise += usize::from(place != m);
                let is_pair = place > m && self.assigner.column_of(place) == Some(m);
                self.swapped += usize::from(is_pair);
            }
        }
        let goes_on = continued as f64 >= CONTINUED_MIN * known as f64;
        let is_mixed = goes_on && otherwise as f64 > OTHERWISE_MAX * continued as f64;
        self.insisted_s = if is_mixed {
            self.insisted_s + dt_s
        } else {
            0.0
        };
        let is_believed = !is_mixed || self.insisted_s > INSISTS_S;
        for m in 0..self.known.len() {
            let place = if is_believed {
                Some(m)
            } else {
                self.assigner.column_of(m)
            };
            let seen = place.and_then(|p| given.get(p).copied().flatten());
            self.markers[m] = seen;
            let jumped = is_believed && self.has_jumped(m, seen, dt_s);
            self.remember(m, seen, jumped, dt_s);
        }
        if is_believed {
            LabelVerdict::Believed
        } else {
            self.mislabelled += 1;
            LabelVerdict::Mislabelled
        }
    }

    /// The frame that was judged last is believed after all: a pose explains its names. `given` is the same again.
    pub fn believe(&mut self, given: &[Option<Point<Stage>>]) {
        for m in 0..self.known.len() {
            let seen = given.get(m).copied().flatten();
            self.markers[m] = seen;
            if self.assigner.column_of(m) != Some(m) {
                self.remember(m, seen, true, 0.0);
            }
        }
        self.insisted_s = 0.0;
        self.swapped = 0;
        self.mislabelled = self.mislabelled.saturating_sub(1);
    }

    /// The last frame's markers as they are believed, in the rig's order.
    pub fn markers(&self) -> &[Option<Point<Stage>>] {
        &self.markers
    }

    /// Pairs of markers that took each other's names with the last frame. Each is counted when it begins and when it ends.
    pub fn swapped(&self) -> usize {
        self.swapped
    }

    /// Frames that were mislabelled so far.
    pub fn mislabelled(&self) -> u64 {
        self.mislabelled
    }

    /// Assigns the known markers to the points, whatever those are called. Only points about as high as a marker is
    /// expected are offered to it: of fifty those are two or three.
    fn continue_markers(&mut self, given: &[Option<Point<Stage>>], dt_s: f64) {
        let gate = (GATE_M + ACCELERATION_MAX_M_S2 * dt_s * dt_s).min(GATE_MAX_M);
        // A little more, so that no rounding keeps one away that the gate lets through.
        let window = gate * 1.001;
        self.sort_by_height(given);
        self.assigner.begin(self.known.len());
        for known in &self.known {
            self.assigner.add_row(ALONE * gate * gate);
            if !known.is_known {
                continue;
            }
            let expected = known.at + known.velocity * dt_s;
            let (lowest, highest) = (expected.y - window, expected.y + window);
            let first = self.by_height.partition_point(|(at, _)| at.y < lowest);
            let near = self.by_height.iter().skip(first);
            for (at, place) in near.take_while(|(at, _)| at.y < highest) {
                let d2 = at.distance_squared(expected);
                if d2 < gate * gate {
                    self.assigner.offer(*place, d2);
                }
            }
        }
        self.assigner.solve();
    }

    fn sort_by_height(&mut self, given: &[Option<Point<Stage>>]) {
        for (at, place) in &mut self.by_height {
            let seen = given.get(*place).copied().flatten();
            *at = seen.map_or(UNSEEN, Point::metres);
        }
        // By insertion: from one frame to the next hardly any two change their places.
        for next in 1..self.by_height.len() {
            let mut at = next;
            while at > 0 && self.by_height[at].0.y < self.by_height[at - 1].0.y {
                self.by_height.swap(at, at - 1);
                at -= 1;
            }
        }
    }

    /// Whether a marker's way to where its name is now is nobody's way. One that is called otherwise has jumped. One that only
    /// went further than it was expected to, where nobody else is, has not: were its speed not known, it would be further off
    /// again with the next frame, and with every one after it.
    fn has_jumped(&self, marker: usize, seen: Option<Point<Stage>>, dt_s: f64) -> bool {
        match (self.assigner.column_of(marker), seen) {
            (Some(place), _) => place != marker,
            (None, Some(at)) if self.assigner.row_of(marker).is_none() => {
                at.metres().distance(self.known[marker].at) > SPEED_MAX_M_S * dt_s
            }
            (None, _) => true,
        }
    }

    fn remember(&mut self, marker: usize, seen: Option<Point<Stage>>, jumped: bool, dt_s: f64) {
        let known = &mut self.known[marker];
        let Some(at) = seen.map(Point::metres) else {
            known.at += known.velocity * dt_s;
            known.hidden_s += dt_s;
            known.is_known &= known.hidden_s <= HIDDEN_MAX_S;
            return;
        };
        known.velocity = if known.is_known && !jumped && known.hidden_s == 0.0 {
            (at - known.at) / dt_s
        } else {
            DVec3::ZERO
        };
        *known = Known {
            at,
            hidden_s: 0.0,
            is_known: true,
            ..*known
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MARKERS: usize = 24;

    type Place = (f64, f64, f64);

    /// A marker's place in a small box, so that many are about as high and within each other's gate.
    fn place() -> impl Strategy<Value = Place> {
        (0.0..0.12f64, 0.0..0.06f64, 0.0..0.12f64)
    }

    proptest! {
        /// As if every point were offered to every marker.
        #[test]
        fn what_is_about_as_high_is_all_that_counts(
            frames in prop::collection::vec(
                prop::collection::vec((place(), 0.0..1.0f64), MARKERS),
                2..5,
            ),
            dt_s in 0.002..0.02f64,
        ) {
            let mut gate = LabelGate::new(MARKERS);
            for frame in frames {
                // A quarter is hidden.
                let given = |(at, hidden): &(Place, f64)| {
                    let (x, y, z) = *at;
                    (*hidden > 0.25).then_some(Point::xyz(x, y, z))
                };
                let given: Vec<_> = frame.iter().map(given).collect();
                let reach = (GATE_M + ACCELERATION_MAX_M_S2 * dt_s * dt_s).min(GATE_MAX_M);
                let mut every = Assigner::new(MARKERS, MARKERS);
                every.begin(MARKERS);
                for known in &gate.known {
                    every.add_row(ALONE * reach * reach);
                    for (p, point) in given.iter().enumerate().filter(|_| known.is_known) {
                        if let Some(point) = point {
                            let expected = known.at + known.velocity * dt_s;
                            let d2 = point.metres().distance_squared(expected);
                            if d2 < reach * reach {
                                every.offer(p, d2);
                            }
                        }
                    }
                }
                every.solve();
                gate.judge(&given, dt_s);
                for m in 0..MARKERS {
                    prop_assert_eq!(gate.assigner.column_of(m), every.column_of(m));
                }
            }
        }
    }

    /// Two hands of a few markers each, one where the other was before: from one frame to the next nobody does that, in three
    /// tenths of a second anybody may.
    #[test]
    fn after_a_silence_a_hand_may_be_where_the_other_one_was() {
        let hand = |x: f64| [0.0, 0.05, 0.11].map(|y| Some(Point::xyz(x, y, 1.0)));
        let [before, after] = [[0.0, 0.4], [0.4, 0.0]].map(|hands| hands.map(hand).concat());
        for (dt_s, verdict) in [
            (0.05, LabelVerdict::Mislabelled),
            (0.3, LabelVerdict::Believed),
        ] {
            let mut gate = LabelGate::new(before.len());
            gate.judge(&before, 0.01);
            gate.judge(&before, 0.01);
            assert_eq!(gate.judge(&after, dt_s), verdict, "after {dt_s} s");
        }
    }

    /// A foot goes at 5 m/s before it is seen for the first time. After three frames its names may be mixed up: it is continued.
    #[test]
    fn what_is_fast_from_the_start_is_continued() {
        let (dt_s, step_m) = (1.0 / 120.0, 5.0 / 120.0);
        let foot = |frame: usize| -> Vec<_> {
            let x = step_m * frame as f64;
            let all = [0.0, 0.07, 0.12, 0.2].map(|y| Some(Point::xyz(x, y, 0.3 * y)));
            all.to_vec()
        };
        let mut gate = LabelGate::new(4);
        for frame in 0..3 {
            gate.judge(&foot(frame), dt_s);
        }
        for frame in 3..9 {
            let (right, mut mixed) = (foot(frame), foot(frame));
            mixed.reverse();
            assert_eq!(gate.judge(&mixed, dt_s), LabelVerdict::Mislabelled);
            assert_eq!(gate.markers(), right, "frame {frame}");
        }
    }
}
