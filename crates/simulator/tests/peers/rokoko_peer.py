"""Reads or sends Rokoko's JSON with Python's own `json` and PyPI `lz4`.

Usage: rokoko_peer.py listen DATAGRAMS        prints `port N`, then each scene as a JSON object
       rokoko_peer.py send HOST:PORT DATAGRAMS    sends an actor whose hip moves by 1 cm a datagram, 20 ms apart
"""

import json
import socket
import sys
import time

from lz4 import frame


def listen(datagrams):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(20)
        s.bind(("127.0.0.1", 0))
        print("port", s.getsockname()[1], flush=True)
        for _ in range(datagrams):
            packed = s.recv(65535)
            print(json.dumps(json.loads(frame.decompress(packed))), flush=True)


def actor(hip_x):
    hip = {"position": {"x": hip_x, "y": 1.0, "z": 0.5}, "rotation": {"x": 0, "y": 0, "z": 0, "w": 1}}
    meta = {"hasGloves": False, "hasLeftGlove": False, "hasRightGlove": False, "hasBody": True, "hasFace": True}
    face = {"faceId": "phone", "jawOpen": 25.0}
    return {"name": "Ann", "meta": meta, "body": {"hip": hip}, "face": face}


def send(place, datagrams):
    host, port = place.rsplit(":", 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for k in range(datagrams):
            scene = {"timestamp": k / 50, "actors": [actor(k / 100)], "props": []}
            text = json.dumps({"version": 3, "fps": 50, "scene": scene}).encode()
            s.sendto(frame.compress(text), (host, int(port)))
            time.sleep(0.02)


if __name__ == "__main__":
    if sys.argv[1] == "listen":
        listen(int(sys.argv[2]))
    else:
        send(sys.argv[2], int(sys.argv[3]))
