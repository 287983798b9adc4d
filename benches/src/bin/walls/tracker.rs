//! The tracked camera's way into the stage: as a Tracker's datagram, written here from the protocol's page, and read by the
//! decoder that a stage uses.

use cyc_model::{Body, HostNs, MocapFrame, Source, Xf};
use cyc_renderer::proof::ViconBody;
use cyc_wire::vicon_udp::Decoder;

/// Sends one body after the other.
#[derive(Default)]
pub struct Tracker {
    decoder: Decoder,
    frame: MocapFrame,
    number: u32,
}

impl Tracker {
    /// What the stage hears of a body that is where it is; `None` when it is lost.
    pub fn carry(&mut self, body: &ViconBody) -> Option<Xf<Source, Body>> {
        self.number += 1;
        let mut datagram = self.number.to_le_bytes().to_vec();
        datagram.extend([1, 0, 72, 0]);
        datagram.extend(b"FilmCamera");
        datagram.resize(8 + 24, 0);
        for value in body.t_mm.iter().chain(&body.euler_rad) {
            datagram.extend(value.to_le_bytes());
        }
        datagram.resize(256, 0);
        let now = HostNs(i64::from(self.number) * 10_000_000);
        self.decoder.decode(&datagram, now, &mut self.frame).ok()?;
        self.frame.segments.first().copied().flatten()
    }
}
