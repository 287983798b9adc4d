"""Reads rigid bodies with the vendor's client inside PyPI `motioncapture` and prints them, one JSON object a frame.

Usage: read_rigid_bodies.py HOST:PORT FRAMES BODY...
The client spins for ever when nothing comes, so whoever starts this must end it.
"""

import json
import sys

import motioncapture


def main():
    address, frames, names = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    client = motioncapture.connect("vicon", {"hostname": address})
    seen = 0
    while seen < frames:
        client.waitForNextFrame()
        bodies = client.rigidBodies
        # Newly asked types reach a server one packet late, so the first frames have names and no poses.
        if any(name not in bodies for name in names):
            continue
        out = {}
        for name in names:
            body = bodies[name]
            q = body.rotation
            out[name] = {"at": [float(v) for v in body.position], "xyzw": [q.x, q.y, q.z, q.w]}
        print(json.dumps(out), flush=True)
        seen += 1


if __name__ == "__main__":
    main()
