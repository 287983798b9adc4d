//! What the servers did, counted.

cyc_telemetry::counters! {
    /// Counts of one simulator since it started; every loss is one of them.
    pub struct ServerCounters {
        /// Frames that the producer made.
        frames_produced,
        /// Frames that were sent, one for each client and each datagram.
        frames_sent,
        /// Frames that a client lost because it was slower than the rate.
        frames_dropped_slow,
        /// Frames that the faults took away.
        frames_lost_by_fault,
        /// Datagrams that the faults sent twice.
        duplicates_by_fault,
        /// Datagrams that the faults held back.
        reorders_by_fault,
        /// Datagrams of junk that the faults sent.
        junk_by_fault,
        /// Frames that were left out because the machine was too slow to make them in time.
        frames_skipped_late,
        /// Frames that could not be told on the wire.
        frames_unsendable,
        /// Clients that connected.
        clients_connected,
        /// Clients that left or were let go.
        clients_gone,
        /// Clients turned away because there were too many.
        clients_refused,
        /// Requests that were not understood; such a client is let go.
        requests_malformed,
        /// Datagrams that the system did not take.
        send_errors,
    }
}

impl ServerCounters {
    /// Clients that are connected now.
    pub fn clients(&self) -> u64 {
        let gone = self.clients_gone.get();
        self.clients_connected.get().saturating_sub(gone)
    }
}
