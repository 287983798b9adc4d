//! When the solve thread sleeps, and when it watches for the next frame instead.
//!
//! A thread that sleeps is called by the kernel some forty microseconds after its frame is there, on a processor that has gone
//! cold meanwhile. Frames come evenly, so the next one is due at a known time: a little before that the thread is awake
//! already, and looks until it has come. That takes a few parts in a hundred of one core.

use cyc_model::{HostNs, Nanos};
use std::num::NonZero;
use std::time::Duration;

/// Longest sleep without a frame: so often is the stage frame renewed when sources are silent.
const IDLE: Duration = Duration::from_millis(4);
/// It is awake so long before a frame is due: called late, it is still in time.
const EARLY: Nanos = Nanos(120_000);
/// It looks for a frame so long after it was due.
const LATE: Nanos = Nanos(60_000);
/// A gap less than this leaves no time to sleep; one longer is nobody's rhythm.
const GAPS: std::ops::RangeInclusive<f64> = 1.8e6..=50e6;
/// Frames that come less evenly than this are not watched for.
const SPREAD_MAX_NS: f64 = 60_000.0;
/// Gaps from which a rhythm is known.
const GAPS_KNOWN: u32 = 12;

/// The rhythm of a source.
#[derive(Clone, Copy, Debug, Default)]
struct Rhythm {
    last: Option<HostNs>,
    gap_ns: f64,
    /// How far a gap is from the usual one, on average.
    spread_ns: f64,
    known: u32,
}

impl Rhythm {
    fn take(&mut self, heard: HostNs) {
        let Some(last) = self.last.replace(heard) else {
            return;
        };
        let gap_ns = (heard - last).0 as f64;
        // A frame that was passed over, a pause, or another rate. Twice in a row, and it begins anew.
        let is_usual = (gap_ns - self.gap_ns).abs() < 0.5 * self.gap_ns;
        if self.known == 0 || !is_usual {
            let known = self.known.saturating_sub(GAPS_KNOWN / 2);
            if known == 0 {
                *self = Self {
                    last: self.last,
                    gap_ns,
                    spread_ns: 0.0,
                    known: 1,
                };
            } else {
                self.known = known;
            }
            return;
        }
        self.known = (self.known + 1).min(2 * GAPS_KNOWN);
        let share = 1.0 / f64::from(self.known.clamp(2, 32));
        self.gap_ns += share * (gap_ns - self.gap_ns);
        self.spread_ns += share * ((gap_ns - self.gap_ns).abs() - self.spread_ns);
    }

    /// From when until when its next frame is watched for; `None` when nobody knows, or when it is long overdue.
    fn watch(&self, now: HostNs) -> Option<(HostNs, HostNs)> {
        let is_even = self.spread_ns < SPREAD_MAX_NS && GAPS.contains(&self.gap_ns);
        let last = self.last.filter(|_| is_even && self.known >= GAPS_KNOWN)?;
        let slack = Nanos(2 * self.spread_ns as i64);
        let due = last + Nanos(self.gap_ns as i64);
        let (from, until) = (due - EARLY - slack, due + LATE + slack);
        (now <= until).then_some((from, until))
    }
}

/// What to do until the next look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Look again at once.
    Watch,
    /// Sleep so long, or until called.
    Sleep(Duration),
}

/// See the module's page.
#[derive(Clone, Debug)]
pub struct Attention {
    rhythms: Vec<Rhythm>,
    watches: bool,
}

impl Attention {
    /// For so many sources. Without real-time priority, or with a single core, watching would keep from their work those that the
    /// frame comes from.
    pub fn new(sources: usize, has_real_time: bool) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            rhythms: vec![Rhythm::default(); sources],
            watches: has_real_time && cores > 1,
        }
    }

    /// Another configuration has so many sources, and may have them in other places.
    pub fn begin_anew(&mut self, sources: usize) {
        self.rhythms.clear();
        self.rhythms.resize_with(sources, Rhythm::default);
    }

    /// A source's frame was heard.
    pub fn take(&mut self, source: usize, heard: HostNs) {
        if let Some(rhythm) = self.rhythms.get_mut(source) {
            rhythm.take(heard);
        }
    }

    /// There is no frame now.
    pub fn rest(&self, now: HostNs) -> Rest {
        if !self.watches {
            return Rest::Sleep(IDLE);
        }
        let watches = self.rhythms.iter().filter_map(|r| r.watch(now));
        let next = watches.map(|(from, _)| from).min();
        match next {
            Some(from) if from <= now => Rest::Watch,
            Some(from) => Rest::Sleep(IDLE.min(Duration::from_nanos((from - now).0 as u64))),
            None => Rest::Sleep(IDLE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: i64 = 4_166_667;

    fn attention(times: impl IntoIterator<Item = i64>) -> Attention {
        let mut attention = Attention::new(1, true);
        attention.watches = true;
        times.into_iter().for_each(|t| attention.take(0, HostNs(t)));
        attention
    }

    /// The part of the time after the last frame, until the second one after it, in which it watches.
    fn watched(attention: &Attention, last: i64) -> Vec<i64> {
        let looks = (0..2 * GAP).step_by(10_000);
        looks
            .filter(|t| attention.rest(HostNs(last + t)) == Rest::Watch)
            .collect()
    }

    #[test]
    fn it_is_awake_when_an_even_frame_comes_and_asleep_otherwise() {
        let attention = attention((0..100).map(|i| i * GAP + 20_000 * (i % 2)));
        let watched = watched(&attention, 99 * GAP + 20_000);
        assert!(watched.contains(&(GAP / 10_000 * 10_000)));
        let share = watched.len() as f64 * 10_000.0 / GAP as f64;
        assert!((0.03..0.09).contains(&share), "{share}");
        // One that does not come is not waited for.
        assert!(watched.iter().all(|t| *t < GAP + 200_000));
    }

    #[test]
    fn nobody_is_watched_for_who_comes_unevenly_or_all_the_time_or_hardly_ever() {
        let uneven = (0..100).map(|i| i * GAP + 900_000 * (i * 7 % 3));
        assert_eq!(watched(&attention(uneven), 100 * GAP), [0i64; 0]);
        for gap in [900_000, 80_000_000] {
            let attention = attention((0..100).map(|i| i * gap));
            assert_eq!(watched(&attention, 99 * gap), [0i64; 0], "{gap}");
        }
        let new = attention((0..6).map(|i| i * GAP));
        assert_eq!(watched(&new, 5 * GAP), [0i64; 0]);
    }

    #[test]
    fn another_rate_is_learnt_and_a_lost_frame_is_not_one() {
        let mut times: Vec<i64> = (0..60)
            .map(|i| i * GAP)
            .filter(|t| *t != 50 * GAP)
            .collect();
        let last = 59 * GAP;
        assert!(!watched(&attention(times.clone()), last).is_empty());
        times.extend((1..60).map(|i| last + i * 2 * GAP));
        let attention = attention(times);
        let at = last + 59 * 2 * GAP;
        assert_eq!(attention.rest(HostNs(at + 2 * GAP - 50_000)), Rest::Watch);
        assert_ne!(attention.rest(HostNs(at + GAP)), Rest::Watch);
    }

    #[test]
    fn it_sleeps_until_shortly_before_the_first_of_all_sources() {
        let mut attention = Attention::new(2, true);
        attention.watches = true;
        for i in 0..50 {
            attention.take(0, HostNs(i * GAP));
            attention.take(1, HostNs(i * GAP + 1_000_000));
        }
        let last = 49 * GAP + 1_000_000;
        let Rest::Sleep(first) = attention.rest(HostNs(last + 100_000)) else {
            panic!("it is long until then");
        };
        let due = Duration::from_nanos((GAP - 1_100_000) as u64);
        assert!(
            first < due && due - first < Duration::from_micros(200),
            "{first:?}"
        );
        attention.begin_anew(2);
        assert_eq!(attention.rest(HostNs(last)), Rest::Sleep(IDLE));
    }
}
