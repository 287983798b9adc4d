//! What the stage makes of one source: where its volume stands, and which of its subjects it knows.

use cyc_model::{
    Epoch, FrameNumber, HostNs, MocapFrame, Nanos, Roster, Source, SourceId, Stage, Xf,
};
use cyc_timing::{GapPolicy, PLAYOUT_MAX, Playout, SourceRate};
use std::sync::Arc;

/// A source as the stage file describes it.
#[derive(Clone, Copy, Debug)]
pub struct SourceSetup {
    /// Its number.
    pub id: SourceId,
    /// Where its volume stands on the stage.
    pub stage_from_source: Xf<Stage, Source>,
    /// How its jitter and its gaps are dealt with.
    pub timing: SourceTiming,
}

/// How a source's jitter and gaps are dealt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceTiming {
    /// No more delay than this is added to its performers for jitter.
    pub playout_max: Nanos,
    /// What is shown of its tracked bodies while nothing is measured.
    pub body_gap: GapPolicy,
    /// The same of its performers.
    pub performer_gap: GapPolicy,
}

impl Default for SourceTiming {
    fn default() -> Self {
        Self {
            playout_max: PLAYOUT_MAX,
            body_gap: GapPolicy::CAMERA,
            performer_gap: GapPolicy::PERFORMER,
        }
    }
}

/// A source with the newest of it.
#[derive(Clone, Debug)]
pub struct SourceBinding {
    pub setup: SourceSetup,
    roster: Option<Arc<Roster>>,
    last: Option<(Epoch, FrameNumber)>,
    last_at: Option<HostNs>,
    playout: Playout,
    rate: SourceRate,
}

impl SourceBinding {
    pub fn new(setup: SourceSetup) -> Self {
        Self {
            playout: Playout::new(setup.timing.playout_max),
            setup,
            roster: None,
            last: None,
            last_at: None,
            rate: SourceRate::default(),
        }
    }

    /// Goes on with what is known of the same source, at the place that this one says.
    pub fn continue_from(&mut self, before: &mut Self) {
        std::mem::swap(self, before);
        std::mem::swap(&mut self.setup, &mut before.setup);
        self.playout.set_most(self.setup.timing.playout_max);
    }

    /// The roster of its newest frame.
    pub fn roster(&self) -> Option<&Arc<Roster>> {
        self.roster.as_ref()
    }

    /// Whether the frame's roster is another one than that of the frame before; remembers it.
    pub fn roster_changed(&mut self, roster: &Arc<Roster>) -> bool {
        if self
            .roster
            .as_ref()
            .is_some_and(|known| Arc::ptr_eq(known, roster))
        {
            return false;
        }
        self.roster = Some(Arc::clone(roster));
        true
    }

    /// Seconds from the frame before to this one; `None` when it is not newer than all before it in its epoch. An older
    /// epoch is refused, a newer one starts over. Frame numbers tell the time better than arrival does, which jitters.
    pub fn advance(&mut self, frame: &MocapFrame) -> Option<f64> {
        let (epoch, number) = (frame.epoch, frame.number);
        let before = self.last;
        if before.is_some_and(|(e, n)| epoch < e || (epoch == e && number <= n)) {
            return None;
        }
        if before.is_some_and(|(e, _)| epoch > e) {
            self.playout.clear();
        }
        self.last = Some((epoch, number));
        self.rate.note(frame.heard, frame.rate_hz);
        let heard = self.last_at.replace(frame.heard);
        let arrival_s = heard.map_or(0.0, |at| (frame.heard - at).secs());
        let counted = before.filter(|(e, _)| *e == epoch && frame.rate_hz > 0.0);
        Some(counted.map_or(arrival_s, |(_, n)| (number.0 - n.0) as f64 / frame.rate_hz))
    }

    /// Frames a second that it gives now, if that is known.
    pub fn rate_hz(&self, now: HostNs) -> Option<f64> {
        self.rate.rate_hz(now)
    }

    /// How far behind now performers are shown.
    pub fn delay(&self) -> Nanos {
        self.playout.delay()
    }

    /// The same, once a frame is there at `now`.
    pub fn note_delay(&mut self, now: HostNs, frame: &MocapFrame) -> Nanos {
        let taken = frame.taken.unwrap_or(frame.heard);
        let period = Nanos::period_of_hz(frame.rate_hz);
        self.playout.note(now, taken, period);
        self.playout.delay()
    }
}
