"""Reads or sends Live Link Face packets with PyPI `pylivelinkface`.

Usage: face_peer.py listen PACKETS        prints `port N`, then each packet as a JSON object
       face_peer.py send HOST:PORT PACKETS    sends shape k as k/100, then nine angles, 40 ms apart
"""

import json
import socket
import sys
import time

from pylivelinkface import FaceBlendShape, PyLiveLinkFace

ANGLES = [0.3, 0.2, 0.1, -0.3, -0.2, 0.0, 0.25, -0.15, 0.0]


def listen(packets):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(20)
        s.bind(("127.0.0.1", 0))
        print("port", s.getsockname()[1], flush=True)
        for _ in range(packets):
            seen, face = PyLiveLinkFace.decode(s.recv(2048))
            out = {"seen": seen}
            if seen:
                values = [face.get_blendshape(shape) for shape in FaceBlendShape]
                out |= {"name": face.name, "uuid": face.uuid, "fps": face.fps, "values": values}
                out["frame"] = face._frames
            print(json.dumps(out), flush=True)


def send(place, packets):
    host, port = place.rsplit(":", 1)
    face = PyLiveLinkFace(name="Ann", uuid="01234567-89ab-cdef-0123-456789abcdef", fps=60)
    values = [k / 100 for k in range(52)] + ANGLES
    for shape, value in zip(FaceBlendShape, values):
        face.set_blendshape(shape, value, no_filter=True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for _ in range(packets):
            s.sendto(face.encode(), (host, int(port)))
            time.sleep(0.04)


if __name__ == "__main__":
    if sys.argv[1] == "listen":
        listen(int(sys.argv[2]))
    else:
        send(sys.argv[2], int(sys.argv[3]))
