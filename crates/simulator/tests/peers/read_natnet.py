"""Reads everything that a NatNet server tells with PyPI `natnet` and prints a JSON object a frame.

Usage: read_natnet.py HOST COMMAND_PORT DATA_PORT GROUP_OR_EMPTY FRAMES
"""

import json
import sys
import time

from natnet import NatNetClient


def pose(body):
    return {"at": list(body.pos), "xyzw": list(body.rot), "tracked": bool(body.tracking_valid)}


def names_of(model):
    """Names by id: bodies, bones as SKELETON.BONE, markers as SUBJECT.MARKER."""
    labels = {s.name: s.marker_names for s in model.marker_sets}
    bodies = {b.id_num: b.name for b in model.rigid_bodies}
    skeletons = {s.id_num: s for s in model.skeletons}
    bones = {}
    for skeleton in model.skeletons:
        for bone in skeleton.rigid_body_descriptions:
            bones[skeleton.id_num << 16 | bone.id_num] = f"{skeleton.name}.{bone.name}"
    markers = {}
    for number, name in list(bodies.items()) + [(s.id_num, s.name) for s in skeletons.values()]:
        for k, label in enumerate(labels[name]):
            markers[number << 16 | k + 1] = f"{name}.{label}"
    return bodies, bones, markers


def main():
    host, command, data, group, frames = sys.argv[1:6]
    multicast = bool(group)
    settings = {"multicast_address": group} if multicast else {}
    client = NatNetClient(
        server_ip_address=host,
        local_ip_address="127.0.0.1",
        command_port=int(command),
        data_port=int(data),
        use_multicast=multicast,
        **settings,
    )
    model, seen = [], [0]

    def on_model(descriptions):
        model[:] = [descriptions]

    def on_frame(frame):
        if not model or seen[0] == int(frames):
            return
        bodies, bones, markers = names_of(model[0])
        suffix = frame.suffix
        labelled = [m for m in frame.labeled_markers if not m.unlabeled]
        loose = [m for m in frame.labeled_markers if m.unlabeled]
        out = {
            "number": frame.prefix.frame_number,
            "bodies": {bodies[b.id_num]: pose(b) for b in frame.rigid_bodies},
            "bones": {bones[b.id_num]: pose(b) for s in frame.skeletons for b in s.rigid_bodies},
            "markers": {markers[m.id_num]: {"at": list(m.pos), "occluded": m.occluded} for m in labelled},
            "loose": [[m.id_num, *m.pos] for m in loose],
            "sets": {s.model_name: [list(p) for p in s.marker_pos_list] for s in frame.marker_sets},
            "timecode": [suffix.timecode, suffix.timecode_sub],
            "ticks": [suffix.stamp_camera_mid_exposure, suffix.stamp_transmit],
        }
        print(json.dumps(out), flush=True)
        seen[0] += 1

    client.on_data_description_received_event.handlers.append(on_model)
    client.on_data_frame_received_event.handlers.append(on_frame)
    with client:
        info = client.server_info
        version = info.nat_net_protocol_version
        print(json.dumps({"server": info.application_name, "version": [version.major, version.minor]}), flush=True)
        client.run_async()
        while seen[0] < int(frames):
            if not model:
                client.request_modeldef()
            time.sleep(0.05)
        client.stop_async()


if __name__ == "__main__":
    main()
