"""Vicon's own client for the benchmark `capture`: `ADDRESS WARM FRAMES` in, processor microseconds a frame out.

Only frames are waited for; the poses that Vicon's client has decoded are not copied into Python.
"""

import resource
import sys

import motioncapture


def processor_time():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


address, warm, frames = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
client = motioncapture.connect("vicon", {"hostname": address})
for _ in range(warm):
    client.waitForNextFrame()
began = processor_time()
for _ in range(frames):
    client.waitForNextFrame()
print((processor_time() - began) * 1e6 / frames)
