//! OpenTrackIO: the first rigid body as source 1, in JSON or CBOR.
//!
//! A group belongs to one source, so only one camera is sent to it.

use crate::servers::protocol::{DatagramEncoder, Protocol};
use cyc_capture::now_host;
use cyc_model::{HostNs, MocapFrame, Roster};
use cyc_wire::opentrackio::{DEFAULT_PORT, EncodeSettings, Encoder, Encoding};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// The group of source 1.
const GROUP: Ipv4Addr = Ipv4Addr::new(239, 135, 1, 1);

/// Seconds that TAI is ahead of UTC since 2017.
const TAI_AHEAD_OF_UTC_NS: i64 = 37_000_000_000;

/// OpenTrackIO.
pub const OPENTRACKIO: Protocol = Protocol::datagrams("opentrackio", DEFAULT_PORT, || {
    Box::new(OpenTrackIoEncoder::new(Encoding::Json))
})
.to_group(GROUP);

/// Writes OpenTrackIO.
#[derive(Debug)]
pub struct OpenTrackIoEncoder {
    encoding: Encoding,
    roster: Arc<Roster>,
    encoder: Encoder,
}

impl OpenTrackIoEncoder {
    /// In an encoding.
    pub fn new(encoding: Encoding) -> Self {
        Self {
            encoding,
            roster: Arc::default(),
            encoder: Encoder::default(),
        }
    }
}

impl DatagramEncoder for OpenTrackIoEncoder {
    fn encode(&mut self, frame: &MocapFrame, datagrams: &mut Vec<Vec<u8>>) {
        if !Arc::ptr_eq(&self.roster, &frame.roster) {
            self.roster = Arc::clone(&frame.roster);
            let subjects = frame.roster.subjects();
            let camera = subjects.iter().find(|s| s.is_rigid_body());
            self.encoder = Encoder::new(EncodeSettings {
                encoding: self.encoding,
                // A name that nobody has: nothing is sent without a camera.
                cameras: vec![camera.map(|c| c.name.clone()).unwrap_or_default()],
                ..EncodeSettings::default()
            });
        }
        let taken = frame.taken.and_then(tai_ns);
        let mut keep = |_: u32, datagram: &[u8]| datagrams.push(datagram.to_vec());
        self.encoder.encode(frame, taken, &mut keep);
    }
}

/// A host's time as nanoseconds since 1970 TAI, as far as the wall clock is right.
fn tai_ns(at: HostNs) -> Option<u64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let utc_ns = i64::try_from(since.as_nanos()).ok()?;
    let age_ns = (now_host() - at).0;
    u64::try_from(utc_ns - age_ns + TAI_AHEAD_OF_UTC_NS).ok()
}
