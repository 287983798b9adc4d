//! Counters, latency histograms and the fault ring: plain data that hot threads may write.
