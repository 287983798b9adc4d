//! Faces one after the other in a stream, each followed by a mark.

use super::error::DecodeError;
use super::limits::DATAGRAM_MAX;

/// What follows each face.
pub const END_OF_FACE: &[u8] = b"___iFacialMocap";

/// Where the first face of a stream ends, and where the next begins; `None` until the mark is there.
///
/// # Errors
/// When no mark comes within the longest face.
pub fn split_face(stream: &[u8]) -> Result<Option<(usize, usize)>, DecodeError> {
    let looked_at = stream.get(..DATAGRAM_MAX + END_OF_FACE.len());
    let looked_at = looked_at.unwrap_or(stream);
    let mut marks = looked_at.windows(END_OF_FACE.len());
    match marks.position(|w| w == END_OF_FACE) {
        Some(end) => Ok(Some((end, end + END_OF_FACE.len()))),
        None if stream.len() > DATAGRAM_MAX + END_OF_FACE.len() => Err(DecodeError::TooLarge {
            bytes: stream.len(),
            limit: DATAGRAM_MAX,
        }),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ifacialmocap::{Client, Request, Version};
    use cyc_model::HostNs;

    #[test]
    fn faces_are_cut_at_their_marks_however_the_bytes_come() {
        let stream = b"=head#0,0,0,0,0,0|jawOpen&42|___iFacialMocapjawOpen&43|___iFac";
        let (end, next) = split_face(stream).unwrap().unwrap();
        assert_eq!(&stream[..end], b"=head#0,0,0,0,0,0|jawOpen&42|");
        assert!(stream[next..].starts_with(b"jawOpen&43"));
        assert_eq!(split_face(&stream[next..]), Ok(None));
        for cut in 0..next {
            assert_eq!(split_face(&stream[..cut]), Ok(None), "{cut}");
        }
        assert_eq!(split_face(b""), Ok(None));
    }

    #[test]
    fn a_stream_without_marks_is_given_up() {
        let long = vec![b'x'; DATAGRAM_MAX + END_OF_FACE.len() + 1];
        let error = split_face(&long).unwrap_err();
        assert!(matches!(error, DecodeError::TooLarge { .. }));
    }

    #[test]
    fn the_request_for_a_stream_is_what_phones_read() {
        let mut asked = Vec::new();
        assert!(Client::of_stream(Version::V2).poll_transmit(HostNs(0), &mut asked));
        let text: &[u8] =
            b"iFacialMocap_UDPTCP_sahuasouryya9218sauhuiayeta91555dy3719|sendDataVersion=v2";
        assert_eq!(asked, text);
        assert_eq!(Request::read(text), Some(Request::StartStream(Version::V2)));
        let stop = b"iFacialMocap_UDPTCPSTOP_sahuasouryya9218sauhuiayeta91555dy3719";
        assert_eq!(Request::read(stop), Some(Request::Stop));
    }
}
