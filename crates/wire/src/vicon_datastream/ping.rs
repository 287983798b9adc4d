//! Round trips, and what they say about the way from the server.
//!
//! The server echoes a ping in its next packet, and half of the mean round trip is the network's part of the latency once
//! twenty came back. The echo waits for the next frame, so the figure is an upper bound. Vicon's own client pings with each
//! frame; here ten a second are enough, since sending one costs a client as much as decoding a frame does.

use super::limits::{PING_EVERY, PINGS_FOR_LATENCY, PINGS_IN_FLIGHT_MAX};
use cyc_model::{HostNs, Nanos};

/// Pings in flight and the mean of those that came back.
#[derive(Debug, Default)]
pub(crate) struct PingClock {
    sent: [Option<(u64, HostNs)>; PINGS_IN_FLIGHT_MAX],
    last_sent: Option<HostNs>,
    last_id: u64,
    round_trips: u32,
    sum: Nanos,
}

impl PingClock {
    /// Whether the last ping is long enough ago.
    pub(crate) fn is_due(&self, now: HostNs) -> bool {
        self.last_sent.is_none_or(|last| now - last >= PING_EVERY)
    }

    /// Notes a ping that is sent now; its id.
    pub(crate) fn send(&mut self, now: HostNs) -> u64 {
        self.last_sent = Some(now);
        self.last_id = self.last_id.wrapping_add(1);
        let slot = self.last_id as usize % PINGS_IN_FLIGHT_MAX;
        if let Some(s) = self.sent.get_mut(slot) {
            *s = Some((self.last_id, now));
        }
        self.last_id
    }

    /// Notes an echo; one that was never sent or was forgotten is left out.
    pub(crate) fn answered(&mut self, id: u64, now: HostNs) {
        let slot = self.sent.get_mut(id as usize % PINGS_IN_FLIGHT_MAX);
        let Some(slot) = slot.filter(|s| s.is_some_and(|(sent_id, _)| sent_id == id)) else {
            return;
        };
        if let Some((_, sent)) = slot.take() {
            let round_trip = (now - sent).0.max(0);
            self.round_trips = self.round_trips.saturating_add(1);
            self.sum = self.sum + Nanos(round_trip);
        }
    }

    /// Half of the mean round trip, once there are enough.
    pub(crate) fn one_way(&self) -> Option<Nanos> {
        let n = i64::from(self.round_trips);
        (self.round_trips >= PINGS_FOR_LATENCY).then(|| Nanos(self.sum.0 / n / 2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_round_trips_make_a_latency_and_strangers_none() {
        let mut clock = PingClock::default();
        for i in 0..20 {
            assert_eq!(clock.one_way(), None);
            let at = HostNs(i * 1_000_000);
            let id = clock.send(at);
            clock.answered(id, at + Nanos(400));
            clock.answered(id, at + Nanos(9_000_000));
            clock.answered(id + 77, at);
        }
        assert_eq!(clock.one_way(), Some(Nanos(200)));
    }

    #[test]
    fn ten_a_second_are_sent() {
        let mut clock = PingClock::default();
        let frames = (0..240i64).map(|i| HostNs(i * 4_166_667));
        let sent = frames.filter(|now| clock.is_due(*now) && clock.send(*now) > 0);
        assert_eq!(sent.count(), 10);
    }
}
