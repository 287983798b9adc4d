"""Reads or sends OSC with PyPI `python-osc`.

Usage: osc_peer.py listen DATAGRAMS         prints `port N`, then each datagram as a JSON list of [address, arguments]
       osc_peer.py send HOST:PORT FRAMES    reads a JSON list of bundles from standard input, each a list of [address,
                                            arguments], and sends them over and over, as many as FRAMES, 16 ms apart
"""

import json
import socket
import sys
import time

from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.osc_packet import OscPacket


def listen(datagrams):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(20)
        s.bind(("127.0.0.1", 0))
        print("port", s.getsockname()[1], flush=True)
        for _ in range(datagrams):
            packet = OscPacket(s.recv(65535))
            messages = [[m.message.address, m.message.params] for m in packet.messages]
            print(json.dumps(messages), flush=True)


def bundle_of(messages):
    bundle = OscBundleBuilder(IMMEDIATELY)
    for address, arguments in messages:
        builder = OscMessageBuilder(address=address)
        for argument in arguments:
            # Whole numbers go out as 64 bits where they need them.
            wide = isinstance(argument, int) and abs(argument) >= 1 << 31
            builder.add_arg(argument, "h" if wide else None)
        bundle.add_content(builder.build())
    return bundle.build().dgram


def send(place, frames):
    host, port = place.rsplit(":", 1)
    bundles = [bundle_of(messages) for messages in json.load(sys.stdin)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for i in range(frames):
            s.sendto(bundles[i % len(bundles)], (host, int(port)))
            time.sleep(0.016)


if __name__ == "__main__":
    if sys.argv[1] == "listen":
        listen(int(sys.argv[2]))
    else:
        send(sys.argv[2], int(sys.argv[3]))
