"""Sends OpenTrackIO samples in segments, over a network that loses, repeats and reorders them.

Usage: send_opentrackio_segments.py ADDRESS PORT ENCODING EXAMPLE SEGMENT_BYTES SAMPLES
Each sample is the published example with a number, and with one transform that tells this number: X in millimetres, Y half
of it, Z two metres, pan in degrees modulo 90. ENCODING is 1 (JSON) or 2 (CBOR, by PyPI `cbor2`). Of ten samples the third
loses its second segment, the fifth sends every segment twice, the seventh sends its segments in reverse, and the ninth
sends its last before its second last. Prints `sent` at the end.
"""

import json
import socket
import struct
import sys
import time

import cbor2


def fletcher(data):
    low = high = 0
    for byte in data:
        low = (low + byte) % 256
        high = (high + low) % 256
    return (high << 8) | low


def segments(payload, encoding, size, sequence):
    """The sample's datagrams: a header as the specification lays it out, then the bytes."""
    made = []
    for i, at in enumerate(range(0, len(payload), size)):
        part = payload[at : at + size]
        last = 0x8000 if at + size >= len(payload) else 0
        number = (sequence + i) % 65536
        header = struct.pack(">4sBBHIH", b"OTrk", 0, encoding, number, at, last | len(part))
        made.append(header + struct.pack(">H", fletcher(header + part)) + part)
    return made


def main():
    address, port, encoding, example = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    size, samples = int(sys.argv[5]), int(sys.argv[6])
    with open(example, encoding="utf-8") as file:
        sample = json.load(file)
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    # Begins near the end of the packets' count, so that it overflows on the way.
    sequence = 65500
    for number in range(samples):
        sample["timing"]["sequenceNumber"] = number
        at = {"x": number / 1000, "y": number / 2000, "z": 2.0}
        turn = {"pan": float(number % 90), "tilt": 0.0, "roll": 0.0}
        sample["transforms"] = [{"translation": at, "rotation": turn, "id": "Camera"}]
        payload = json.dumps(sample).encode() if encoding == 1 else cbor2.dumps(sample)
        datagrams = segments(payload, encoding, size, sequence)
        sequence += len(datagrams)
        assert len(datagrams) >= 3, "the sample is too short to be cut"
        what = number % 10
        if what == 3:
            del datagrams[1]
        elif what == 5:
            datagrams = [d for d in datagrams for _ in range(2)]
        elif what == 7:
            datagrams.reverse()
        elif what == 9:
            datagrams[-1], datagrams[-2] = datagrams[-2], datagrams[-1]
        for datagram in datagrams:
            sender.sendto(datagram, (address, port))
        time.sleep(1 / 60)
    print("sent", flush=True)


if __name__ == "__main__":
    main()
