"""Renders small bright balls in Cycles as an eye sees them through a wall: a camera across the wall, shifted sideways.

Usage: lens_shift.py SCENE.json PICTURE.png

The scene: eye, the wall's foot (middle of its lower edge), its yaw in degrees, width and height, all metres on the stage
(Y up, a wall without yaw looks along +Z), balls (middle, radius), the picture's size, samples. The picture is the wall's own,
seen from its lit side. Blender's shift and sensor do all of the projection.
"""

import json
import sys
from math import cos, radians, sin

import bpy
from mathutils import Euler, Vector

SCENE, PICTURE = json.load(open(sys.argv[1])), sys.argv[2]


def blender(p):
    return Vector((p[0], -p[2], p[1]))


bpy.ops.wm.read_factory_settings(use_empty=True)
scene = bpy.context.scene
scene.render.engine = "CYCLES"
scene.cycles.device = "CPU"
scene.cycles.samples = SCENE["samples"]
scene.cycles.use_adaptive_sampling = False
scene.cycles.use_denoising = False
scene.render.resolution_x, scene.render.resolution_y = SCENE["size_px"]
scene.render.resolution_percentage = 100
scene.view_settings.view_transform = "Standard"
scene.render.image_settings.file_format = "PNG"
scene.render.image_settings.color_mode = "RGB"
scene.render.filepath = PICTURE
scene.world = bpy.data.worlds.new("black")
scene.world.use_nodes = True
scene.world.node_tree.nodes["Background"].inputs["Strength"].default_value = 0.0

light = bpy.data.materials.new("light")
light.use_nodes = True
nodes = light.node_tree.nodes
nodes.clear()
emission = nodes.new("ShaderNodeEmission")
output = nodes.new("ShaderNodeOutputMaterial")
light.node_tree.links.new(emission.outputs["Emission"], output.inputs["Surface"])

bpy.ops.mesh.primitive_uv_sphere_add(segments=48, ring_count=24, radius=1.0)
ball = bpy.context.object
ball.data.materials.append(light)
for centre, radius in SCENE["balls"]:
    copy = bpy.data.objects.new("ball", ball.data)
    copy.location, copy.scale = blender(centre), (radius,) * 3
    scene.collection.objects.link(copy)
bpy.data.objects.remove(ball)

# The wall's axes on the stage: across, and out of its lit side.
yaw = radians(SCENE["yaw_deg"])
across, out = Vector((cos(yaw), 0.0, -sin(yaw))), Vector((sin(yaw), 0.0, cos(yaw)))
eye, foot = Vector(SCENE["eye_m"]), Vector(SCENE["foot_m"])
width, height = SCENE["width_m"], SCENE["height_m"]
away = (eye - foot).dot(out)
aside, below = (eye - foot).dot(across), height / 2 - (eye - foot).y

camera = bpy.data.cameras.new("eye")
camera.sensor_fit = "HORIZONTAL"
camera.sensor_width = 36.0
camera.lens = camera.sensor_width * away / width
camera.shift_x, camera.shift_y = -aside / width, below / width
camera.clip_start, camera.clip_end = 0.01, 200.0
seen = bpy.data.objects.new("eye", camera)
seen.location = blender(eye)
seen.rotation_euler = Euler((radians(90.0), 0.0, yaw))
scene.collection.objects.link(seen)
scene.camera = seen
bpy.ops.render.render(write_still=True)
