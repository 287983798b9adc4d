"""Path-traces a scene with Cycles and writes its light.

Usage: path_trace.py SCENE.json

The scene: GLB files with the place and yaw of each, the sky as an equirectangular picture of raw floats (Blender's own layout of
rows and directions), the sun (direction, irradiance), the camera (eye, target, vertical field of view), the picture's size, and
a list of runs (samples, whether it is denoised, the file for the light as raw floats, RGBA, rows from the bottom). Stage axes: Y up.
Prints a JSON line for each run with the seconds that its rendering took.
"""

import json
import sys
import tempfile
import time
from math import radians
from pathlib import Path

import bpy
import numpy as np
from mathutils import Vector

SCENE = json.load(open(sys.argv[1]))


def blender(p):
    return Vector((p[0], -p[2], p[1]))


bpy.ops.wm.read_factory_settings(use_empty=True)
scene = bpy.context.scene
for model in SCENE["models"]:
    before = set(scene.objects)
    bpy.ops.import_scene.gltf(filepath=model["file"])
    # What stands for bones in the window is no part of the picture.
    new = [o for o in scene.objects if o not in before]
    place = bpy.data.objects.new("place", None)
    scene.collection.objects.link(place)
    for o in new:
        if o.parent is None:
            o.parent = place
    place.location = blender(model["place_m"])
    place.rotation_euler = (0.0, 0.0, radians(model["yaw_deg"]))

width, height = SCENE["sky_px"]
sky = bpy.data.images.new("sky", width, height, float_buffer=True, is_data=True)
sky.pixels.foreach_set(np.fromfile(SCENE["sky"], dtype=np.float32))
sky.update()
world = bpy.data.worlds.new("sky")
world.use_nodes = True
nodes, links = world.node_tree.nodes, world.node_tree.links
around = nodes.new("ShaderNodeTexEnvironment")
around.image = sky
links.new(around.outputs["Color"], nodes["Background"].inputs["Color"])
nodes["Background"].inputs["Strength"].default_value = 1.0
scene.world = world

sun = bpy.data.lights.new("sun", "SUN")
brightest = max(SCENE["sun"])
sun.energy, sun.color = brightest, [c / brightest for c in SCENE["sun"]]
sun.angle = radians(0.53)
shining = bpy.data.objects.new("sun", sun)
shining.rotation_euler = blender(SCENE["to_sun"]).to_track_quat("Z", "Y").to_euler()
scene.collection.objects.link(shining)

camera = bpy.data.cameras.new("camera")
camera.sensor_fit = "VERTICAL"
camera.angle_y = radians(SCENE["fov_deg"])
eye, target = blender(SCENE["eye_m"]), blender(SCENE["target_m"])
seen = bpy.data.objects.new("camera", camera)
seen.location = eye
seen.rotation_euler = (target - eye).to_track_quat("-Z", "Y").to_euler()
scene.collection.objects.link(seen)
scene.camera = seen

scene.render.engine = "CYCLES"
scene.cycles.device = "CPU"
scene.cycles.use_adaptive_sampling = False
scene.render.resolution_x, scene.render.resolution_y = SCENE["size_px"]
scene.render.resolution_percentage = 100
scene.render.image_settings.file_format = "OPEN_EXR"
scene.render.image_settings.color_depth = "32"
scene.render.image_settings.color_mode = "RGB"
for run in SCENE["runs"]:
    scene.cycles.samples = run["samples"]
    scene.cycles.use_denoising = run["denoised"]
    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = str(Path(folder) / "light.exr")
        begun = time.monotonic()
        bpy.ops.render.render(write_still=True)
        seconds = time.monotonic() - begun
        light = bpy.data.images.load(scene.render.filepath)
        light.colorspace_settings.is_data = True
        pixels = np.empty(len(light.pixels), dtype=np.float32)
        light.pixels.foreach_get(pixels)
        pixels.tofile(run["file"])
        bpy.data.images.remove(light)
    print(json.dumps({"samples": run["samples"], "denoised": run["denoised"], "seconds": seconds}), flush=True)
