//! What an output counts; every loss is one of these.

cyc_telemetry::counters! {
    /// Counts of one output since it was started.
    pub struct OutputCounters {
        /// Frames given to it.
        frames,
        /// Frames that newer ones displaced, because it was slow.
        frames_dropped,
        /// Frames that hold nothing it could tell.
        frames_without,
        /// Datagrams sent, or labels written.
        sent,
        /// Bytes sent or written.
        bytes,
        /// Datagrams that the system did not take, and writes that failed.
        refused,
        /// Times that its thread failed by a fault of the program, and began again.
        panics,
        /// Values beyond what the format can tell: left out, or sent as far as it reaches.
        values_beyond,
        /// Times that timecode jumped, so that sound was cut.
        jumps,
    }
}
