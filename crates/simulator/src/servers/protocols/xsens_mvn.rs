//! Xsens MVN: a character for each performer.

use crate::servers::avatar_view::AvatarView;
use crate::servers::protocol::{DatagramEncoder, Protocol};
use cyc_model::MocapFrame;
use cyc_wire::xsens_mvn::{DEFAULT_PORT, encode_frame};

/// Centimetres, as the description of the protocol has it.
const METRES_PER_UNIT: f64 = 0.01;

/// Xsens MVN's network streamer.
pub const XSENS_MVN: Protocol =
    Protocol::datagrams("mvn", DEFAULT_PORT, || Box::new(XsensMvnEncoder::default()));

/// The same over TCP: MVN connects to its receiver.
pub const XSENS_MVN_TCP: Protocol = Protocol::datagrams("mvn-tcp", DEFAULT_PORT, || {
    Box::new(XsensMvnEncoder::default())
})
.read_as("mvn")
.calling();

/// Writes the poses and names of characters.
#[derive(Debug)]
pub struct XsensMvnEncoder {
    /// How long the unit of positions is.
    pub metres_per_unit: f64,
    view: AvatarView,
    seen: MocapFrame,
}

impl XsensMvnEncoder {
    /// With positions in a unit of so many metres.
    pub fn new(metres_per_unit: f64) -> Self {
        Self {
            metres_per_unit,
            view: AvatarView::default(),
            seen: MocapFrame::default(),
        }
    }
}

impl Default for XsensMvnEncoder {
    fn default() -> Self {
        Self::new(METRES_PER_UNIT)
    }
}

impl DatagramEncoder for XsensMvnEncoder {
    fn encode(&mut self, frame: &MocapFrame, datagrams: &mut Vec<Vec<u8>>) {
        self.view.see(frame, &mut self.seen);
        encode_frame(&self.seen, self.metres_per_unit, datagrams);
    }
}
