//! Bytes to frames and frames to bytes, for every protocol; bounded and panic-free.
