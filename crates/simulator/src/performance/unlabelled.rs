//! A virtual system that labels nothing: the same points, without their names and in an order that says nothing, as a
//! camera system sends them whose own labelling is off.

use super::noise::stream;
use crate::servers::FrameProducer;
use cyc_model::{MocapFrame, Roster, RosterError, UNLABELLED_MAX, UnlabelledMarker};
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;

/// What the order of the points is drawn from.
const PURPOSE: u64 = 0x0c10_0d00;

/// Another producer's frames with every marker unlabelled. Segments, faces and lenses stay.
pub struct Unlabelled {
    inner: Box<dyn FrameProducer>,
    named: Arc<Roster>,
    nameless: Arc<Roster>,
    scratch: MocapFrame,
    rng: ChaCha8Rng,
}

impl Unlabelled {
    /// Takes the names off a producer's markers.
    pub fn new(inner: Box<dyn FrameProducer>, seed: u64) -> Result<Self, RosterError> {
        let named = inner.roster();
        Ok(Self {
            nameless: without_names(&named)?,
            named,
            inner,
            scratch: MocapFrame::default(),
            rng: stream(seed, PURPOSE),
        })
    }
}

fn without_names(roster: &Roster) -> Result<Arc<Roster>, RosterError> {
    let mut subjects = roster.subjects().to_vec();
    for subject in &mut subjects {
        subject.markers.clear();
    }
    Roster::build(subjects).map(Arc::new)
}

impl FrameProducer for Unlabelled {
    fn roster(&self) -> Arc<Roster> {
        Arc::clone(&self.nameless)
    }

    fn rate_hz(&self) -> f64 {
        self.inner.rate_hz()
    }

    fn produce(&mut self, number: u64, out: &mut MocapFrame) -> bool {
        let frame = &mut self.scratch;
        if !self.inner.produce(number, frame) {
            return false;
        }
        if !Arc::ptr_eq(&self.named, &frame.roster) {
            let Ok(nameless) = without_names(&frame.roster) else {
                return false;
            };
            (self.named, self.nameless) = (Arc::clone(&frame.roster), nameless);
        }
        out.reset(&self.nameless);
        out.rate_hz = frame.rate_hz;
        out.taken = frame.taken;
        out.timecode = frame.timecode;
        out.segments.clone_from(&frame.segments);
        out.faces.clone_from(&frame.faces);
        out.lenses.clone_from(&frame.lenses);
        out.unlabelled.append(&mut frame.unlabelled);
        let room = UNLABELLED_MAX.saturating_sub(out.unlabelled.len());
        let seen = frame.markers.iter().flatten().take(room);
        let points = seen.map(|at| UnlabelledMarker {
            at: *at,
            trajectory: 0,
        });
        out.unlabelled.extend(points);
        out.unlabelled.shuffle(&mut self.rng);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::{Point, SubjectInfo};

    struct Two(Arc<Roster>);

    impl FrameProducer for Two {
        fn roster(&self) -> Arc<Roster> {
            Arc::clone(&self.0)
        }

        fn rate_hz(&self) -> f64 {
            100.0
        }

        fn produce(&mut self, number: u64, out: &mut MocapFrame) -> bool {
            out.reset(&self.0);
            for (i, marker) in out.markers.iter_mut().enumerate() {
                *marker = Some(Point::xyz(i as f64, number as f64, 0.0));
            }
            out.markers[1] = None;
            number < 9
        }
    }

    #[test]
    fn the_points_stay_and_their_names_and_order_go() {
        let ann = SubjectInfo {
            name: "Ann".into(),
            segments: vec![],
            markers: (0..8).map(|m| format!("M{m}")).collect(),
        };
        let inner = Box::new(Two(Arc::new(Roster::build(vec![ann]).unwrap())));
        let mut producer = Unlabelled::new(inner, 5).unwrap();
        assert_eq!(producer.roster().marker_count(), 0);
        let mut out = MocapFrame::default();
        let mut orders = Vec::new();
        for number in 1..9 {
            assert!(producer.produce(number, &mut out));
            let xs = out.unlabelled.iter().map(|m| m.at.metres().x as u32);
            let order: Vec<u32> = xs.collect();
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 2, 3, 4, 5, 6, 7]);
            orders.push(order);
        }
        orders.dedup();
        assert!(orders.len() > 5, "the order says nothing: {orders:?}");
        assert!(!producer.produce(9, &mut out));
    }
}
