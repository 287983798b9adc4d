"""Times other people's readers for the benchmark `files`: one line `READER PATH` in, the nanoseconds of one read out.

A reader that is not installed, or that fails on the file, answers `-`.
"""

import sys
import time


def reader(name):
    if name == "ezc3d":
        import ezc3d

        return ezc3d.c3d
    import pybvh

    return pybvh.read_bvh_file


for line in sys.stdin:
    name, path = line.rstrip("\n").split(" ", 1)
    try:
        read = reader(name)
        begin = time.perf_counter_ns()
        read(path)
        print(time.perf_counter_ns() - begin, flush=True)
    except Exception as error:  # noqa: BLE001
        print(f"{name}: {error}", file=sys.stderr)
        print("-", flush=True)
