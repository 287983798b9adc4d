//! The geometry of an LED stage: walls, cameras, frusta, lenses; no GPU.
