//! Benchmarks against peers, side by side in one run; results are committed under `benches/results`.
