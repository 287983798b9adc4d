//! Golden bytes by the specification's table.

use super::*;

#[test]
fn golden_bytes() {
    let packet = encode_packet(0x1234, 5, &[1, 2, 255]);
    let mut golden = b"Art-Net\0".to_vec();
    golden.extend([
        0x00, 0x50, 0x00, 0x0e, 5, 0, 0x34, 0x12, 0x02, 0x00, 1, 2, 255,
    ]);
    golden.resize(530, 0);
    assert_eq!(packet[..], golden);
    // The sixteenth bit is none of the address.
    assert_eq!(encode_packet(0x8001, 1, &[])[14..16], [1, 0]);
    assert_eq!(encode_packet(0, 1, &[7; 600])[529], 7);
}

#[test]
fn sequence_numbers_leave_out_zero() {
    let mut encoder = Encoder::new(0);
    let numbers: Vec<u8> = (0..600).map(|_| encoder.encode(&[])[12]).collect();
    assert_eq!((numbers[0], numbers[254], numbers[255]), (1, 255, 1));
    assert!(!numbers.contains(&0));
}
