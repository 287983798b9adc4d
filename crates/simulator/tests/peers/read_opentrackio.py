"""Receives OpenTrackIO, checks every sample against the published schema, and prints them, one JSON object a line.

Usage: read_opentrackio.py ADDRESS PORT SAMPLES SCHEMA
Prints `ready` when it listens. The header is taken apart by the specification, and CBOR by PyPI `cbor2`; PyPI
`jsonschema` judges what comes out.
"""

import json
import socket
import struct
import sys

import cbor2
import jsonschema


def fletcher(data):
    low = high = 0
    for byte in data:
        low = (low + byte) % 256
        high = (high + low) % 256
    return (high << 8) | low


def main():
    address, port, samples, schema = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    with open(schema, encoding="utf-8") as file:
        validator = jsonschema.Draft202012Validator(json.load(file))
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    receiver.bind((address, port))
    if address.startswith("239."):
        joined = socket.inet_aton(address) + socket.inet_aton("127.0.0.1")
        receiver.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
    print("ready", flush=True)
    parts, seen = {}, 0
    while seen < samples:
        datagram = receiver.recv(65536)
        identifier, _, encoding, _, offset, length, checksum = struct.unpack(">4sBBHIHH", datagram[:16])
        payload = datagram[16:]
        assert identifier == b"OTrk", identifier
        assert length & 0x7FFF == len(payload), (length, len(payload))
        assert checksum == fletcher(datagram[:14] + payload), "checksum"
        parts[offset] = payload
        if not length & 0x8000:
            continue
        whole = b"".join(parts[at] for at in sorted(parts))
        parts = {}
        sample = {1: json.loads, 2: cbor2.loads}[encoding](whole)
        validator.validate(sample)
        print(json.dumps({"encoding": encoding, "sample": sample}), flush=True)
        seen += 1


if __name__ == "__main__":
    main()
