"""Vertices of a GLB file's first animation by glTF's formula, in numpy and double precision.

Usage: skin.py FILE KEY OUT

KEY is a number of the animation's keys. Writes the world positions of all vertices of all primitives that hang in the
scene, nodes in the order of the file, three little-endian doubles each. Source: glTF 2.0, 3.7.2 and 3.7.3.
"""

import base64
import json
import struct
import sys

import numpy as np

FILE, KEY, OUT = sys.argv[1], int(sys.argv[2]), sys.argv[3]
data = open(FILE, "rb").read()
text_length = struct.unpack_from("<I", data, 12)[0]
gltf = json.loads(data[20 : 20 + text_length])
binary = data[28 + text_length :]

KINDS = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


def view_bytes(number):
    view = gltf["bufferViews"][number]
    buffer = gltf["buffers"][view["buffer"]]
    source = base64.b64decode(buffer["uri"].split(",", 1)[1]) if "uri" in buffer else binary
    start = view.get("byteOffset", 0)
    return source[start : start + view["byteLength"]], view.get("byteStride")


def strided(view, offset, kind, width, count):
    raw, stride = view_bytes(view)
    size = np.dtype(kind).itemsize * width
    stride = stride or size
    rows = [np.frombuffer(raw, kind, width, offset + i * stride) for i in range(count)]
    return np.array(rows).reshape(count, width)


def accessor(number):
    entry = gltf["accessors"][number]
    kind, width, count = KINDS[entry["componentType"]], WIDTHS[entry["type"]], entry["count"]
    if "bufferView" in entry:
        values = strided(entry["bufferView"], entry.get("byteOffset", 0), kind, width, count)
    else:
        values = np.zeros((count, width), kind)
    values = values.copy()
    if "sparse" in entry:
        sparse = entry["sparse"]
        at, new = sparse["indices"], sparse["values"]
        index = strided(at["bufferView"], at.get("byteOffset", 0), KINDS[at["componentType"]], 1, sparse["count"])
        values[index[:, 0]] = strided(new["bufferView"], new.get("byteOffset", 0), kind, width, sparse["count"])
    values = values.astype(float)
    if entry.get("normalized"):
        values = np.maximum(values / np.iinfo(np.dtype(kind)).max, -1.0)
    return values


nodes = [dict(node) for node in gltf["nodes"]]
animation = gltf["animations"][0]
for channel in animation["channels"]:
    sampler = animation["samplers"][channel["sampler"]]
    values = accessor(sampler["output"])
    node = nodes[channel["target"]["node"]]
    if channel["target"]["path"] == "weights":
        keys = accessor(sampler["input"]).shape[0]
        node["weights"] = values.reshape(keys, -1)[KEY]
    else:
        node[channel["target"]["path"]] = values[KEY]


def local(node):
    if "matrix" in node:
        return np.array(node["matrix"], float).reshape(4, 4).T
    x, y, z, w = np.array(node.get("rotation", [0, 0, 0, 1]), float) / np.linalg.norm(node.get("rotation", [0, 0, 0, 1]))
    turn = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    matrix = np.eye(4)
    matrix[:3, :3] = turn * np.array(node.get("scale", [1, 1, 1]), float)
    matrix[:3, 3] = node.get("translation", [0, 0, 0])
    return matrix


world = {}


def place(number, above):
    world[number] = above @ local(nodes[number])
    for child in nodes[number].get("children", []):
        place(child, world[number])


for root in gltf["scenes"][gltf.get("scene", 0)]["nodes"]:
    place(root, np.eye(4))

out = []
for number, node in enumerate(nodes):
    if "mesh" not in node or number not in world:
        continue
    mesh = gltf["meshes"][node["mesh"]]
    for primitive in mesh["primitives"]:
        points = accessor(primitive["attributes"]["POSITION"])
        weights = node.get("weights", [])
        for target, weight in zip(primitive.get("targets", []), weights):
            if "POSITION" in target and weight != 0:
                points = points + weight * accessor(target["POSITION"])
        ones = np.concatenate([points, np.ones((len(points), 1))], axis=1)
        if "skin" in node:
            skin = gltf["skins"][node["skin"]]
            bind = accessor(skin["inverseBindMatrices"]).reshape(-1, 4, 4).transpose(0, 2, 1)
            matrices = np.array([world[j] @ bind[i] for i, j in enumerate(skin["joints"])])
            joints = accessor(primitive["attributes"]["JOINTS_0"]).astype(int)
            share = accessor(primitive["attributes"]["WEIGHTS_0"])
            share = share / share.sum(axis=1, keepdims=True)
            placed = np.einsum("vk,vkij,vj->vi", share, matrices[joints], ones)
        else:
            placed = ones @ world[number].T
        out.append(placed[:, :3])
np.concatenate(out).astype("<f8").tofile(OUT)
