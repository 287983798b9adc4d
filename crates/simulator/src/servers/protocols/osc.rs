//! OSC by a table of addresses; the committed example when no other is given.

use crate::servers::protocol::{DatagramEncoder, Protocol};
use cyc_model::MocapFrame;
use cyc_wire::osc_map::{DEFAULT_PORT, EXAMPLE, MapError, OscMap, encode_frame};

/// OSC by the example's table.
pub const OSC: Protocol =
    Protocol::datagrams("osc", DEFAULT_PORT, || Box::new(OscEncoder::example()));

/// Writes the messages of a table.
#[derive(Clone, Debug)]
pub struct OscEncoder {
    map: Option<OscMap>,
}

impl OscEncoder {
    /// Writes by this table.
    pub fn from_toml(text: &str) -> Result<Self, MapError> {
        OscMap::from_toml(text).map(|map| Self { map: Some(map) })
    }

    /// Writes by the committed example, `rigs/osc/markers.toml`.
    pub fn example() -> Self {
        // The tests read it, so there is a table.
        Self {
            map: OscMap::from_toml(EXAMPLE).ok(),
        }
    }
}

impl DatagramEncoder for OscEncoder {
    fn encode(&mut self, frame: &MocapFrame, datagrams: &mut Vec<Vec<u8>>) {
        if let Some(map) = &self.map {
            datagrams.append(&mut encode_frame(frame, map).datagrams);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_a_table() {
        assert!(OscEncoder::example().map.is_some());
    }
}
