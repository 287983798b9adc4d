//! Writes what an encoder makes of a frame as datagrams to one place: all that most outputs do.

use crate::counters::OutputCounters;
use crate::per_source::PerSource;
use crate::send_socket::SendSocket;
use crate::writer::Writer;
use cyc_model::MocapFrame;

/// Gives each datagram of a frame away, and returns how many values the protocol has no room for.
pub(crate) type Encode<E> = fn(&mut E, &MocapFrame, &mut dyn FnMut(&[u8])) -> usize;

/// Encoders by source, behind one socket.
pub(crate) struct DatagramWriter<E> {
    pub socket: SendSocket,
    pub encoders: PerSource<E>,
    pub encode: Encode<E>,
}

impl<E: Send> Writer<MocapFrame> for DatagramWriter<E> {
    fn write(&mut self, frame: &MocapFrame, counters: &OutputCounters) {
        let mut any = false;
        if let Some(encoder) = self.encoders.of(frame.source) {
            let beyond = (self.encode)(encoder, frame, &mut |datagram| {
                any = true;
                self.socket.send(datagram, counters);
            });
            counters.values_beyond.add(beyond as u64);
        }
        counters.frames_without.add(u64::from(!any));
    }
}
