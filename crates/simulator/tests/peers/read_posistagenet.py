"""Receives PosiStageNet with PyPI `pypsn` and prints what it understands, one JSON object a packet.

Usage: read_posistagenet.py ADDRESS PORT PACKETS
Prints `ready` when it listens.
"""

import json
import socket
import sys

import pypsn


def main():
    address, port, packets = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind((address, port))
    print("ready", flush=True)
    for _ in range(packets):
        packet = pypsn.parse_psn_packet(receiver.recv(1500))
        out = {
            "time_us": packet.info.timestamp,
            "version": [packet.info.version_high, packet.info.version_low],
            "frame": packet.info.frame_id,
            "packets": packet.info.packet_count,
        }
        if isinstance(packet, pypsn.psn_info_packet):
            out["system"] = packet.name.decode()
            out["names"] = {t.tracker_id: t.tracker_name.decode() for t in packet.trackers}
        else:
            out["trackers"] = {
                t.id: {"at": list(t.pos), "turn": list(t.ori), "status": t.status, "time_us": t.timestamp}
                for t in packet.trackers
            }
        print(json.dumps(out), flush=True)


if __name__ == "__main__":
    main()
