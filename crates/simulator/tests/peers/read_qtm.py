"""Reads everything that a QTM server tells with PyPI `qtm-rt` and prints a JSON object a frame, in millimetres.

Usage: read_qtm.py HOST BASE_PORT FRAMES
"""

import asyncio
import json
import math
import sys
import xml.etree.ElementTree as xml

import qtm_rt


def numbers(values):
    return [None if math.isnan(v) else v for v in values]


async def main():
    host, port, frames = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    client = await qtm_rt.connect(host, port, version="1.25", timeout=5)
    if client is None:
        sys.exit("no connection")
    parameters = xml.fromstring(await client.get_parameters(parameters=["general", "3d", "6d", "skeleton"]))
    names = {
        "frequency": parameters.findtext("General/Frequency"),
        "up": parameters.findtext("The_3D/AxisUpwards"),
        "labels": [e.findtext("Name") for e in parameters.iterfind("The_3D/Label")],
        "bodies": [e.findtext("Name") for e in parameters.iterfind("The_6D/Body")],
        "skeletons": [
            {"name": s.get("Name"), "segments": {e.get("ID"): e.get("Name") for e in s.iter("Segment")}}
            for s in parameters.iterfind("Skeletons/Skeleton")
        ],
    }
    print(json.dumps(names), flush=True)
    done, seen = asyncio.get_running_loop().create_future(), [0]

    def on_packet(packet):
        if seen[0] == frames:
            return
        seen[0] += 1
        out = {
            "number": packet.framenumber,
            "markers": [numbers(m) for m in packet.get_3d_markers()[1]],
            "loose": [list(m) for m in packet.get_3d_markers_no_label()[1]],
            "bodies": [[numbers(at), numbers(columns.matrix)] for at, columns in packet.get_6d()[1]],
            "skeletons": [
                {str(s[0]): [list(s[1]), list(s[2])] for s in skeleton} for skeleton in packet.get_skeletons()[1]
            ],
        }
        print(json.dumps(out), flush=True)
        if seen[0] == frames and not done.done():
            done.set_result(None)

    await client.stream_frames(components=["3d", "3dnolabels", "6d", "skeleton:global"], on_packet=on_packet)
    await done
    client.disconnect()


asyncio.run(main())
