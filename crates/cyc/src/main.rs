//! The one program: cyc demo, doctor, sim, listen, solve and the rest.

fn main() {}
