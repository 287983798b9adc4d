//! What is written is read, whatever it is.

use crate::random_objects::object;
use cyc_wire::vicon_datastream::{decode_payload, encode_packet};
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn objects_come_back_bit_by_bit(objects in vec(object(), 0..8)) {
        let mut bytes = Vec::new();
        encode_packet(&objects, &mut bytes).unwrap();
        let payload = u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize;
        prop_assert_eq!(payload + 8, bytes.len());
        let decoded = decode_payload(&bytes[8..]).unwrap();
        // Compared as text, in which NaN equals NaN and -0 differs from 0, and as bytes.
        prop_assert_eq!(format!("{decoded:?}"), format!("{objects:?}"));
        let mut again = Vec::new();
        encode_packet(&decoded, &mut again).unwrap();
        prop_assert_eq!(again, bytes);
    }

    #[test]
    fn every_block_that_is_cut_short_is_refused(o in object(), share in 0.0..1.0f64) {
        let mut bytes = Vec::new();
        encode_packet(std::slice::from_ref(&o), &mut bytes).unwrap();
        let body = bytes.len() - 16;
        let kept = (body as f64 * share) as usize;
        prop_assume!(kept < body && !matches!(o, cyc_wire::vicon_datastream::Object::Other(..)));
        bytes.truncate(16 + kept);
        bytes[12..16].copy_from_slice(&(kept as u32).to_le_bytes());
        prop_assert!(decode_payload(&bytes[8..]).is_err());
    }
}
