//! Segments to samples.
//!
//! Segments may arrive in any order and twice. They belong together when both their sequence numbers and their offsets
//! follow each other without a gap; a sample is given out only when it is whole, and a segment that cannot belong to
//! those that wait drops them, because what they miss will not come any more. Memory is one sample, made once.

use super::error::DecodeError;
use super::limits::{REMEMBERED_PACKETS, SAMPLE_BYTES_MAX, SEGMENTS_MAX};
use super::packet::{Encoding, Packet};

#[derive(Clone, Copy, Debug, Default)]
struct Segment {
    sequence: u16,
    offset: usize,
    length: usize,
    is_last: bool,
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assembled<'a> {
    /// It completes a sample.
    Sample(Encoding, &'a [u8]),
    /// More segments are needed.
    Waiting,
    /// It came before.
    Duplicate,
}

/// The segments of the sample that is under way.
#[derive(Debug, Default)]
pub(crate) struct Assembly {
    bytes: Vec<u8>,
    encoding: Encoding,
    segments: Vec<Segment>,
    /// Sequence number and a sum of the bytes of the newest packets, in a ring.
    remembered: Vec<(u16, u64)>,
    next_remembered: usize,
    dropped: u64,
}

impl Assembly {
    /// Samples that were never whole.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Takes a packet.
    pub(crate) fn take<'s>(
        &'s mut self,
        packet: &Packet<'s>,
    ) -> Result<Assembled<'s>, DecodeError> {
        let offset = packet.offset as usize;
        let end = offset.saturating_add(packet.payload.len());
        if end > SAMPLE_BYTES_MAX {
            return Err(DecodeError::SampleTooLarge { bytes: end });
        }
        if self.is_known(packet) {
            return Ok(Assembled::Duplicate);
        }
        if packet.is_last && offset == 0 {
            // A whole sample overtakes the segments of an older one, which may still become whole.
            return Ok(Assembled::Sample(packet.encoding, packet.payload));
        }
        let segment = Segment {
            sequence: packet.sequence,
            offset,
            length: packet.payload.len(),
            is_last: packet.is_last,
        };
        let belongs = self.encoding == packet.encoding
            && self.segments.len() < SEGMENTS_MAX
            && self.segments.iter().all(|s| fit(s, &segment));
        if !belongs {
            self.dropped += u64::from(!self.segments.is_empty());
            self.segments.clear();
        }
        self.encoding = packet.encoding;
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        if let Some(to) = self.bytes.get_mut(offset..end) {
            to.copy_from_slice(packet.payload);
        }
        let after = self.segments.partition_point(|s| s.offset < offset);
        self.segments.insert(after, segment);
        Ok(match self.whole() {
            Some(length) => {
                self.segments.clear();
                let sample = self.bytes.get(..length).unwrap_or_default();
                Assembled::Sample(self.encoding, sample)
            }
            None => Assembled::Waiting,
        })
    }

    /// The sample's length, when nothing is missing.
    fn whole(&self) -> Option<usize> {
        let last = self.segments.last().filter(|s| s.is_last)?;
        let first = self.segments.first().filter(|s| s.offset == 0)?;
        let mut end = 0;
        for (i, segment) in self.segments.iter().enumerate() {
            let sequence = first.sequence.wrapping_add(i as u16);
            if segment.offset != end || segment.sequence != sequence {
                return None;
            }
            end += segment.length;
        }
        Some(last.offset + last.length)
    }

    /// Whether exactly this packet was there a moment ago; if not, it is remembered. By its bytes as well as its number:
    /// two senders of one group count each for itself.
    fn is_known(&mut self, packet: &Packet<'_>) -> bool {
        let key = (packet.sequence, sum_of(packet));
        if self.remembered.contains(&key) {
            return true;
        }
        if self.remembered.len() < REMEMBERED_PACKETS {
            self.remembered.reserve_exact(REMEMBERED_PACKETS);
            self.remembered.push(key);
        } else if let Some(oldest) = self.remembered.get_mut(self.next_remembered) {
            *oldest = key;
        }
        self.next_remembered = (self.next_remembered + 1) % REMEMBERED_PACKETS;
        false
    }
}

/// Whether two segments can be of one sample: what is further on in it was sent later, by at most as many packets.
fn fit(a: &Segment, b: &Segment) -> bool {
    let later = b.sequence.wrapping_sub(a.sequence) as i16;
    if later.unsigned_abs() as usize >= SEGMENTS_MAX {
        return false;
    }
    match later {
        0 => false,
        1.. => a.offset + a.length <= b.offset && !a.is_last,
        _ => b.offset + b.length <= a.offset && !b.is_last,
    }
}

/// FNV-1a over what tells packets apart.
fn sum_of(packet: &Packet<'_>) -> u64 {
    let head = packet.offset.to_be_bytes();
    let bytes = head.iter().chain(packet.payload);
    bytes.fold(0xcbf2_9ce4_8422_2325, |sum, b| {
        (sum ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::WireError;

    fn packet(sequence: u16, offset: u32, is_last: bool, payload: &[u8]) -> Packet<'_> {
        Packet {
            encoding: Encoding::Json,
            sequence,
            offset,
            is_last,
            payload,
        }
    }

    fn taken(assembly: &mut Assembly, p: &Packet<'_>) -> Option<Vec<u8>> {
        match assembly.take(p).unwrap() {
            Assembled::Sample(_, bytes) => Some(bytes.to_vec()),
            _ => None,
        }
    }

    #[test]
    fn segments_in_any_order_and_twice_become_one_sample() {
        let parts = [
            packet(u16::MAX, 0, false, b"ab"),
            packet(0, 2, false, b"cde"),
            packet(1, 5, true, b"f"),
        ];
        for order in [
            [0, 1, 2],
            [0, 2, 1],
            [1, 0, 2],
            [1, 2, 0],
            [2, 0, 1],
            [2, 1, 0],
        ] {
            let mut assembly = Assembly::default();
            let got: Vec<_> = order
                .iter()
                .flat_map(|i| [i, i])
                .filter_map(|i| taken(&mut assembly, &parts[*i]))
                .collect();
            assert_eq!(got, [b"abcdef".to_vec()], "{order:?}");
        }
    }

    #[test]
    fn a_sample_that_lost_a_segment_is_lost_and_never_mixed_with_the_next() {
        let sample = |n: u16| {
            [
                packet(n, 0, false, b"ab"),
                packet(n + 1, 2, false, b"cd"),
                packet(n + 2, 4, true, b"e"),
            ]
        };
        for lost in 0..3 {
            let mut assembly = Assembly::default();
            for (i, p) in sample(10).iter().enumerate().filter(|(i, _)| *i != lost) {
                assert_eq!(taken(&mut assembly, p), None, "{i}");
            }
            let got: Vec<_> = sample(13)
                .iter()
                .filter_map(|p| taken(&mut assembly, p))
                .collect();
            assert_eq!(got, [b"abcde".to_vec()], "lost {lost}");
            assert_eq!(assembly.dropped(), 1);
        }
    }

    #[test]
    fn a_segment_beyond_the_largest_sample_is_refused() {
        let mut assembly = Assembly::default();
        let error = assembly.take(&packet(1, u32::MAX, true, b"x")).unwrap_err();
        assert_eq!(error.key(), "opentrackio-sample-too-large");
        assert!(assembly.bytes.is_empty());
    }

    #[test]
    fn two_senders_may_use_one_number() {
        let mut assembly = Assembly::default();
        assert!(taken(&mut assembly, &packet(5, 0, true, b"one")).is_some());
        assert!(taken(&mut assembly, &packet(5, 0, true, b"other")).is_some());
        assert!(taken(&mut assembly, &packet(5, 0, true, b"one")).is_none());
    }
}
