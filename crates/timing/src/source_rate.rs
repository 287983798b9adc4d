//! How often a source gives frames: what it tells of itself, held against what is heard.
//!
//! Some sources tell no rate, and some tell their cameras' while they send every second frame. Whoever sends the stage's
//! frames on has to tell receivers the rate that there is, so both are looked at: what is told holds as long as what is
//! heard can be that rate with losses.

use crate::limits::{RATE_OVER, RATE_SILENT_AFTER};
use cyc_model::{HostNs, Nanos};

/// Rates that capture systems, trackers and films run at, in frames a second. Those of television (59.94) cannot be told from
/// the whole ones by counting, and are those of sources that tell them.
const USUAL_HZ: [f64; 24] = [
    24.0, 25.0, 30.0, 48.0, 50.0, 60.0, 72.0, 75.0, 90.0, 96.0, 100.0, 120.0, 144.0, 150.0, 160.0,
    180.0, 200.0, 240.0, 250.0, 300.0, 330.0, 360.0, 480.0, 500.0,
];

/// Share that a count may be off: jitter moves its ends.
const USUAL_SHARE: f64 = 0.012;

/// Shares of the told rate that can be heard of it: more than this is lost only where nothing works, and no source gives more.
const HEARD_OF_TOLD: std::ops::RangeInclusive<f64> = 0.55..=1.1;

/// The rate of one source.
#[derive(Clone, Copy, Debug, Default)]
pub struct SourceRate {
    told_hz: f64,
    heard_hz: f64,
    began: Option<HostNs>,
    last: HostNs,
    frames: u32,
}

impl SourceRate {
    /// A frame was heard at `heard`; the source tells `told_hz` frames a second, zero for nothing.
    pub fn note(&mut self, heard: HostNs, told_hz: f64) {
        let is_rate = told_hz.is_finite() && told_hz > 0.0;
        self.told_hz = if is_rate { told_hz } else { 0.0 };
        let gap = heard - self.last;
        let goes_on = (Nanos::ZERO..RATE_SILENT_AFTER).contains(&gap);
        self.last = heard;
        let Some(began) = self.began.filter(|_| goes_on) else {
            (self.began, self.frames) = (Some(heard), 0);
            return;
        };
        self.frames += 1;
        let over = heard - began;
        if over >= RATE_OVER {
            self.heard_hz = usual(f64::from(self.frames) / over.secs());
            (self.began, self.frames) = (Some(heard), 0);
        }
    }

    /// Frames a second at `now`; `None` while nothing is heard or not enough is known.
    #[must_use]
    pub fn rate_hz(&self, now: HostNs) -> Option<f64> {
        self.began?;
        if now - self.last >= RATE_SILENT_AFTER {
            return None;
        }
        let (told, heard) = (self.told_hz, self.heard_hz);
        let can_be_told = heard == 0.0 || HEARD_OF_TOLD.contains(&(heard / told));
        let rate = if told > 0.0 && can_be_told {
            told
        } else {
            heard
        };
        (rate > 0.0).then_some(rate)
    }
}

/// The usual rate that was counted, or the whole number beside it.
fn usual(counted_hz: f64) -> f64 {
    let distance = |hz: &f64| (hz / counted_hz - 1.0).abs();
    let nearest = USUAL_HZ
        .into_iter()
        .min_by(|a, b| distance(a).total_cmp(&distance(b)));
    nearest
        .filter(|hz| distance(hz) < USUAL_SHARE)
        .unwrap_or_else(|| counted_hz.round().max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames of `hz` for `seconds`, of which every `every`th is heard, with a jitter of up to `jitter_ms`.
    fn heard(
        rate: &mut SourceRate,
        from_s: f64,
        seconds: f64,
        hz: f64,
        told_hz: f64,
        jitter_ms: f64,
    ) -> HostNs {
        let mut last = HostNs(0);
        for i in 0..(seconds * hz) as u32 {
            let wobble = jitter_ms * 1e-3 * (f64::from(i) * 2.39).sin();
            let at = HostNs(((from_s + f64::from(i) / hz + wobble) * 1e9) as i64);
            rate.note(at, told_hz);
            last = at;
        }
        last
    }

    #[test]
    fn what_is_told_holds_from_the_first_frame() {
        let mut rate = SourceRate::default();
        rate.note(HostNs(5), 240.0);
        assert_eq!(rate.rate_hz(HostNs(6)), Some(240.0));
    }

    #[test]
    fn without_a_word_the_usual_rate_that_is_heard_is_found() {
        for hz in [24.0, 25.0, 30.0, 50.0, 60.0, 90.0, 100.0, 120.0, 240.0] {
            let mut rate = SourceRate::default();
            let last = heard(&mut rate, 10.0, 3.0, hz, 0.0, 1.0);
            assert_eq!(rate.rate_hz(last), Some(hz));
        }
        let mut rate = SourceRate::default();
        let last = heard(&mut rate, 10.0, 3.0, 40.0, 0.0, 0.0);
        assert_eq!(rate.rate_hz(last), Some(40.0), "no usual one");
    }

    #[test]
    fn a_source_that_sends_every_second_frame_of_what_it_tells_is_found_out() {
        let mut rate = SourceRate::default();
        let last = heard(&mut rate, 0.0, 3.0, 120.0, 240.0, 0.5);
        assert_eq!(rate.rate_hz(last), Some(120.0));
    }

    #[test]
    fn losses_do_not_change_what_is_told() {
        let mut rate = SourceRate::default();
        // Four of five frames.
        let last = heard(&mut rate, 0.0, 3.0, 192.0, 240.0, 0.5);
        assert_eq!(rate.rate_hz(last), Some(240.0));
    }

    #[test]
    fn a_silent_source_has_none_and_begins_anew() {
        let mut rate = SourceRate::default();
        let last = heard(&mut rate, 0.0, 2.5, 100.0, 0.0, 0.0);
        assert_eq!(rate.rate_hz(last + RATE_SILENT_AFTER), None);
        let last = heard(&mut rate, 60.0, 2.5, 50.0, 0.0, 0.0);
        assert_eq!(rate.rate_hz(last), Some(50.0));
    }
}
