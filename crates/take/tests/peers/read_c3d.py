"""Reads C3D files with ezc3d and tells what is in them: read_c3d.py FILE OUT [FILE OUT ...]

OUT gets a line `points frames rate`, a line for each label, then little-endian float64: for each frame and point x, y, z
(not a number where it was not seen), residual, and the seven camera flags as bits of a number.
"""

import sys

import ezc3d
import numpy

for path, out in zip(sys.argv[1::2], sys.argv[2::2]):
    file = ezc3d.c3d(path)
    points = file["data"]["points"]
    about = file["data"]["meta_points"]
    parameters = file["parameters"]["POINT"]
    labels = list(parameters["LABELS"]["value"])
    number = 2
    while f"LABELS{number}" in parameters:
        labels += parameters[f"LABELS{number}"]["value"]
        number += 1
    bits = sum(about["camera_masks"][k].astype(float) * 2**k for k in range(7))
    table = numpy.stack([*points[:3], about["residuals"][0], bits])
    with open(out, "wb") as stream:
        rate = parameters["RATE"]["value"][0]
        stream.write(f"{points.shape[1]} {points.shape[2]} {rate:.17g}\n".encode())
        stream.write(("\n".join(labels[: points.shape[1]]) + "\n").encode())
        stream.write(table.transpose(2, 1, 0).astype("<f8").tobytes())
