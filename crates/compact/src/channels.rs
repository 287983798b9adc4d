//! The channels of a track: whole numbers that each have a value in every frame, in the order in which they are coded.
//!
//! First the track's own numbers, then three a point, then three for each joint that moves in its parent, then three for
//! each joint's rotation. Which channels one looks at follows from the tree of the joints, so it is not in the file.

use crate::predictor::OTHERS_MAX;

/// How a track's channels follow each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Channels {
    /// The track's own numbers.
    pub numbers: usize,
    /// Points.
    pub points: usize,
    /// Joints that move in their parent (roots among them), in order.
    pub moving: Vec<usize>,
    /// Parents of all joints.
    pub parents: Vec<Option<u16>>,
}

impl Channels {
    /// How many channels.
    pub(crate) fn len(&self) -> usize {
        self.first_rotation() + 3 * self.parents.len()
    }

    /// The first channel of the points.
    pub(crate) fn first_point(&self) -> usize {
        self.numbers
    }

    /// The first channel of the translations.
    pub(crate) fn first_translation(&self) -> usize {
        self.numbers + 3 * self.points
    }

    /// The first channel of the rotations.
    pub(crate) fn first_rotation(&self) -> usize {
        self.first_translation() + 3 * self.moving.len()
    }

    /// Whether weights are fitted for a channel. The numbers stand still or count: for them nothing is.
    pub(crate) fn is_fitted(&self, channel: usize) -> bool {
        channel >= self.numbers
    }

    /// The channels that one looks at: all come before it.
    pub(crate) fn others(&self, channel: usize) -> Others {
        let mut others = Others::default();
        let three = |first: usize| first..first + 3;
        if channel < self.first_point() {
            return others;
        }
        let (start, is_rotation) = if channel < self.first_translation() {
            (self.first_point(), false)
        } else if channel < self.first_rotation() {
            (self.first_translation(), false)
        } else {
            (self.first_rotation(), true)
        };
        let unit = (channel - start) / 3;
        let own = start + 3 * unit;
        others.extend(own..channel);
        if !is_rotation {
            if unit > 0 {
                others.extend(three(own - 3));
            }
            return others;
        }
        let parent_of = |j: usize| self.parents.get(j).copied().flatten().map(usize::from);
        match parent_of(unit) {
            Some(parent) => {
                others.extend(three(start + 3 * parent));
                if let Some(grandparent) = parent_of(parent) {
                    others.extend(three(start + 3 * grandparent));
                }
            }
            None => {
                if let Ok(place) = self.moving.binary_search(&unit) {
                    others.extend(three(self.first_translation() + 3 * place));
                }
            }
        }
        others
    }
}

/// Some channels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Others {
    list: [u32; OTHERS_MAX],
    len: usize,
}

impl Others {
    fn extend(&mut self, channels: std::ops::Range<usize>) {
        for channel in channels {
            if let Some(slot) = self.list.get_mut(self.len) {
                *slot = channel as u32;
                self.len += 1;
            }
        }
    }

    /// Them.
    pub(crate) fn list(&self) -> &[u32] {
        self.list.get(..self.len).unwrap_or(&[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_looks_only_at_channels_before_it() {
        let channels = Channels {
            numbers: 5,
            points: 3,
            moving: vec![0, 2],
            parents: vec![None, Some(0), Some(1), Some(1), Some(2)],
        };
        assert_eq!(channels.len(), 5 + 9 + 6 + 15);
        for channel in 0..channels.len() {
            let others = channels.others(channel);
            assert!(others.list().iter().all(|o| (*o as usize) < channel));
        }
        let first = channels.first_rotation();
        assert_eq!(channels.others(first).list(), [14, 15, 16]);
        let third_of_last = channels.others(first + 14);
        assert_eq!(third_of_last.list().len(), 2 + 3 + 3);
    }
}
