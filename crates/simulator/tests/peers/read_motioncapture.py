"""Reads rigid bodies with a client inside PyPI `motioncapture` and prints a JSON object a frame.

Usage: read_motioncapture.py KIND JSON_SETTINGS FRAMES BODY...
A client may spin for ever when nothing comes, so whoever starts this must end it.
"""

import json
import sys

import motioncapture


def main():
    kind, settings, frames, names = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
    client = motioncapture.connect(kind, settings)
    seen = 0
    while seen < frames:
        client.waitForNextFrame()
        bodies = client.rigidBodies
        if any(name not in bodies for name in names):
            continue
        out = {"bodies": {}, "all": sorted(bodies)}
        for name in names:
            body = bodies[name]
            q = body.rotation
            out["bodies"][name] = {"at": [float(v) for v in body.position], "xyzw": [q.x, q.y, q.z, q.w]}
        print(json.dumps(out), flush=True)
        seen += 1


if __name__ == "__main__":
    main()
