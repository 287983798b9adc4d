"""Opens a glTF or BVH file in Blender and tells where its joints are.

Usage: blender_joints.py FILE RATE FRAME...

For each frame, counted from 0 at RATE a second, one JSON object on a line: the frame, and for each bone its name with
seven numbers, place in metres and rotation (x, y, z, w), in glTF's axes (Y up, facing +Z). For glTF the rotation is the
joint's own; BVH has no rotations at rest, so there it is how far the bone has turned from its rest.
"""

import json
import sys

import bpy
from mathutils import Matrix

FILE, RATE, FRAMES = sys.argv[1], float(sys.argv[2]), [int(f) for f in sys.argv[3:]]
BLENDER_FROM_GLTF = Matrix(((1, 0, 0, 0), (0, 0, -1, 0), (0, 1, 0, 0), (0, 0, 0, 1)))

bpy.ops.wm.read_factory_settings(use_empty=True)
scene = bpy.context.scene
scene.render.fps, scene.render.fps_base = round(RATE), round(RATE) / RATE

if FILE.lower().endswith(".bvh"):
    bpy.ops.import_anim.bvh(
        filepath=FILE, global_scale=0.01, frame_start=0, use_fps_scale=False, update_scene_fps=False,
        axis_forward="-Z", axis_up="Y",
    )
else:
    # "BLENDER" leaves the joints' axes as they are in the file, instead of turning them along the bones.
    bpy.ops.import_scene.gltf(filepath=FILE, bone_heuristic="BLENDER")

armatures = [o for o in scene.objects if o.type == "ARMATURE"]
assert armatures, "no armature"


# Blender's reader of BVH puts the first frame one after the frame that it is told to start at.
first = 1 if FILE.lower().endswith(".bvh") else 0
for frame in FRAMES:
    scene.frame_set(frame + first)
    graph = bpy.context.evaluated_depsgraph_get()
    bones = {}
    for armature in armatures:
        posed = armature.evaluated_get(graph)
        for bone in posed.pose.bones:
            world = posed.matrix_world @ bone.matrix
            place = BLENDER_FROM_GLTF.inverted() @ world.translation
            if FILE.lower().endswith(".bvh"):
                rest = (posed.matrix_world @ bone.bone.matrix_local).to_3x3()
                turned = (world.to_3x3() @ rest.inverted()).to_4x4()
                turn = BLENDER_FROM_GLTF.inverted() @ turned @ BLENDER_FROM_GLTF
            else:
                turn = BLENDER_FROM_GLTF.inverted() @ world
            q = turn.to_quaternion()
            bones[bone.name] = [*place, q.x, q.y, q.z, q.w]
    print(json.dumps({"frame": frame, "bones": bones}), flush=True)
