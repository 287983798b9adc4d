"""Colours through OpenColorIO: cases as JSON on standard input, results as JSON on standard output.

A case is a list of steps (`ops`) and a list of colours. OpenColorIO's display transforms take CIE XYZ with 1.0 = 100 cd/m².
"""

import json
import sys

import PyOpenColorIO as ocio


def builtin(style, inverse=False):
    direction = ocio.TRANSFORM_DIR_INVERSE if inverse else ocio.TRANSFORM_DIR_FORWARD
    return ocio.BuiltinTransform(style=style, direction=direction)


def xyz_from_rec709():
    """Linear light with BT.709 primaries to CIE XYZ: the display's own curve undone, then its way back."""
    power = ocio.ExponentTransform(value=[1 / 2.4] * 3 + [1.0])
    return [power, builtin("DISPLAY - CIE-XYZ-D65_to_REC.1886-REC.709", inverse=True)]


def scaled(factor):
    return ocio.MatrixTransform(matrix=[factor, 0, 0, 0, 0, factor, 0, 0, 0, 0, factor, 0, 0, 0, 0, 1])


def transforms(op):
    kind = op["op"]
    if kind == "file":
        return [ocio.FileTransform(src=op["path"], interpolation=ocio.INTERP_TETRAHEDRAL)]
    if kind == "matrix":
        r, g, b = op["rows"]
        return [ocio.MatrixTransform(matrix=[*r, 0, *g, 0, *b, 0, 0, 0, 0, 1])]
    if kind == "scale":
        return [scaled(op["by"])]
    if kind == "cdl":
        return [
            ocio.CDLTransform(
                slope=op["slope"],
                offset=op["offset"],
                power=op["power"],
                sat=op["saturation"],
            )
        ]
    if kind == "display":
        return [*xyz_from_rec709(), builtin(op["style"])]
    if kind == "curve":
        return [builtin(op["style"])]
    raise SystemExit(f"unknown step {kind}")


def main():
    config = ocio.Config.CreateRaw()
    answers = []
    for case in json.load(sys.stdin):
        group = ocio.GroupTransform()
        for op in case["ops"]:
            for transform in transforms(op):
                group.appendTransform(transform)
        processor = config.getProcessor(group)
        cpu = processor.getOptimizedCPUProcessor(ocio.OPTIMIZATION_NONE)
        answers.append([list(cpu.applyRGB(color)) for color in case["colors"]])
    json.dump(answers, sys.stdout)


main()
