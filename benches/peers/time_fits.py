"""Fits a rig to frames of markers with other people's solvers: `time_fits.py PEER MODEL.json`.

The model file holds joints (parent, rest offset and rotation, kind, axes), markers (joint, offset, weight) and frames
of marker positions in metres. Every peer gets the same joints and markers as its own kind of model. One JSON object a
row goes to standard output: name, rms_mm, p50_us, p99_us, iteration_us. The residual is computed here from the
joints' poses as the peer itself gives them.
"""

import json
import os
import sys
import time

# One core, as for ours; numpy reads it when it is loaded.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import numpy as np  # noqa: E402
from scipy.spatial.transform import Rotation  # noqa: E402

MODEL = json.load(open(sys.argv[2], encoding="utf-8"))
JOINTS, MARKERS = MODEL["joints"], MODEL["markers"]
MARKER_JOINT = np.array([m["joint"] for m in MARKERS])
MARKER_OFFSET = np.array([m["offset_m"] for m in MARKERS])
FRAMES = [
    (
        np.array([i for i, p in enumerate(frame) if p is not None]),
        np.array([p for p in frame if p is not None]),
    )
    for frame in MODEL["frames"]
]
# A frame before which nothing is warm takes many steps; it is not timed.
COLD_STEPS = 200
# Smallest and largest damping of the numpy solver.
DAMPING = (1e-3, 1e-2)


def matrix(xyzw):
    """The rotation matrix of a unit quaternion."""
    x, y, z, w = xyzw
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


def turning(axis):
    """The shortest rotation that takes x to an axis, as a quaternion xyzw."""
    axis = np.array(axis) / np.linalg.norm(axis)
    w = 1 + axis[0]
    if w < 1e-9:
        return np.array([0.0, 0.0, 1.0, 0.0])
    quaternion = np.array([0.0, -axis[2], axis[1], w])
    return quaternion / np.linalg.norm(quaternion)


def product(a, b):
    """The product of two quaternions xyzw."""
    va, wa, vb, wb = a[:3], a[3], b[:3], b[3]
    vector = wa * np.asarray(vb) + wb * np.asarray(va) + np.cross(va, vb)
    return np.array([*vector, wa * wb - np.dot(va, vb)])


class Residual:
    """Adds up what is left between markers and their places, over all frames."""

    def __init__(self):
        self.square, self.count = 0.0, 0

    def add(self, places, wanted):
        self.square += float(((places - wanted) ** 2).sum())
        self.count += len(wanted)

    def rms_mm(self):
        return 1e3 * (self.square / max(1, self.count)) ** 0.5


def rest_places():
    """Where the markers are in the rest pose, with the root's rest pose taken away."""
    poses = []
    for joint in JOINTS:
        turn, place = matrix(joint["rotation_xyzw"]), np.array(joint["offset_m"])
        if joint["parent"] < 0:
            turn, place = np.eye(3), np.zeros(3)
        else:
            parent_turn, parent_place = poses[joint["parent"]]
            turn, place = parent_turn @ turn, parent_place + parent_turn @ place
        poses.append((turn, place))
    return np.array([poses[j][0] @ o + poses[j][1] for j, o in zip(MARKER_JOINT, MARKER_OFFSET)])


def first_root():
    """The root's pose that brings the rest pose nearest to the first frame (Kabsch): every peer begins there."""
    seen, wanted = FRAMES[0]
    rest = rest_places()[seen]
    middle, centre = rest.mean(axis=0), wanted.mean(axis=0)
    left, _, right = np.linalg.svd((rest - middle).T @ (wanted - centre))
    mirrored = np.sign(np.linalg.det(left @ right))
    turn = (left @ np.diag([1, 1, mirrored]) @ right).T
    return turn, centre - turn @ middle


def row(name, residual, times_ns, iteration_us=None):
    times = np.array(times_ns) / 1e3
    print(
        json.dumps(
            {
                "name": name,
                "rms_mm": residual.rms_mm(),
                "p50_us": float(np.percentile(times, 50)),
                "p99_us": float(np.percentile(times, 99)),
                "iteration_us": iteration_us,
            }
        ),
        flush=True,
    )


def timed(function, *arguments):
    begin = time.perf_counter_ns()
    value = function(*arguments)
    return value, time.perf_counter_ns() - begin


# --- Meta's momentum -------------------------------------------------------------------------------------------------

CM = 100.0


class Momentum:
    """A rig as momentum's character. Lengths in centimetres, as its defaults are made for.

    A hinge about any axis is a joint whose own x is that axis, followed by a joint that turns back.
    """

    def __init__(self):
        import pymomentum.geometry as geometry

        self.joints, self.parameters, self.end = [], [], []
        for joint in JOINTS:
            self.add(joint)
        skeleton = geometry.Skeleton(
            [geometry.Joint(name, parent, np.float32(q), np.float32(t)) for name, parent, q, t in self.joints]
        )
        table = np.zeros((7 * len(self.joints), len(self.parameters)), np.float32)
        for column, (_, at) in enumerate(self.parameters):
            table[at, column] = 1.0
        names = [name for name, _ in self.parameters]
        transform = geometry.ParameterTransform(names, skeleton, table)
        self.character = geometry.Character("rig", skeleton, transform)
        self.parents = np.array([self.end[j] for j in MARKER_JOINT], np.int32)
        self.offsets = np.float32(MARKER_OFFSET * CM)
        self.places = geometry.model_parameters_to_positions

    def append(self, name, parent, rotation, offset, free):
        """Adds a joint; `free` names which of its tx ty tz rx ry rz are parameters."""
        index = len(self.joints)
        self.joints.append((name, parent, rotation, offset))
        for k in free:
            self.parameters.append((f"{name}_{k}", 7 * index + k))
        return index

    def add(self, joint):
        parent = -1 if joint["parent"] < 0 else self.end[joint["parent"]]
        rotation, offset = joint["rotation_xyzw"], np.array(joint["offset_m"]) * CM
        name, kind = joint["name"], joint["kind"]
        free = {"free": range(6), "ball": range(3, 6), "fixed": ()}.get(kind)
        if free is not None:
            self.end.append(self.append(name, parent, rotation, offset, free))
            return
        for number, axis in enumerate(joint["axes"]):
            to_axis = turning(axis)
            back = to_axis * np.array([-1, -1, -1, 1])
            parent = self.append(f"{name}{number}", parent, product(rotation, to_axis), offset, (3,))
            rotation, offset = back, np.zeros(3)
        self.end.append(self.append(f"{name}_back", parent, rotation, offset, ()))

    def function(self, seen, wanted):
        import pymomentum.solver2 as solver

        error = solver.PositionErrorFunction(self.character)
        error.add_constraints(
            self.parents[seen],
            target=np.float32(wanted * CM),
            offset=self.offsets[seen],
            weight=np.ones(len(seen), np.float32),
        )
        return solver.SkeletonSolverFunction(self.character, [error])

    def solver(self, seen, wanted, iterations, regularization, qr=False):
        import pymomentum.solver2 as solver

        options = solver.GaussNewtonSolverQROptions() if qr else solver.GaussNewtonSolverOptions()
        options.min_iterations = options.max_iterations = iterations
        options.threshold = 0.0
        options.regularization = regularization
        make = solver.GaussNewtonSolverQR if qr else solver.GaussNewtonSolver
        return make(self.function(seen, wanted), options)

    def begin(self):
        """The parameters that put the root where every peer begins: a shift, and angles about z, y, x in this order."""
        turn, place = first_root()
        root = JOINTS[0]
        turn = matrix(root["rotation_xyzw"]).T @ turn
        pose = np.zeros(len(self.parameters), np.float32)
        pose[:3] = (place - np.array(root["offset_m"])) * CM
        pose[3:6] = Rotation.from_matrix(turn).as_euler("ZYX")[::-1]
        return pose

    def run(self, iterations, regularization, qr):
        residual, times, pose = Residual(), [], self.begin()
        for number, (seen, wanted) in enumerate(FRAMES):
            cold = number == 0
            steps, damping = (COLD_STEPS, 10.0) if cold else (iterations, regularization)
            pose, took = timed(self.solver(seen, wanted, steps, damping, qr).solve, pose)
            times += [] if cold else [took]
            places = self.places(self.character, pose, self.parents[seen], self.offsets[seen])
            residual.add(np.asarray(places, float) / CM, wanted)
        return residual, times, pose

    def iteration_us(self, regularization, qr):
        """The slope between one and eleven iterations, on every tenth frame."""
        slopes = []
        pose = self.begin()
        for seen, wanted in FRAMES[::10]:
            pose = self.solver(seen, wanted, COLD_STEPS, 10.0).solve(pose)
            took = [
                min(timed(self.solver(seen, wanted, n, regularization, qr).solve, pose)[1] for _ in range(5))
                for n in (1, 11)
            ]
            slopes.append((took[1] - took[0]) / 10e3)
        return float(np.median(slopes))


def momentum():
    model = Momentum()
    for iterations, regularization, qr in [(1, 3.0, False), (2, 3.0, False), (2, 0.05, False), (2, 3.0, True)]:
        kind = "QR" if qr else "Gauss-Newton"
        residual, times, _ = model.run(iterations, regularization, qr)
        name = f"momentum {kind}, {iterations} iterations, regularisation {regularization:g}"
        row(name, residual, times, model.iteration_us(regularization, qr))


# --- MuJoCo's kinematics and Jacobians, and mink on them ------------------------------------------------------------


def mjcf():
    """The rig as MuJoCo's XML: a body a joint, a site a marker."""
    children = {}
    for index, joint in enumerate(JOINTS):
        children.setdefault(joint["parent"], []).append(index)

    def numbers(values):
        return " ".join(repr(float(v)) for v in values)

    def body(index):
        joint = JOINTS[index]
        x, y, z, w = joint["rotation_xyzw"]
        text = f'<body name="b{index}" pos="{numbers(joint["offset_m"])}" quat="{numbers((w, x, y, z))}">'
        text += '<inertial pos="0 0 0" mass="1" diaginertia="0.01 0.01 0.01"/>'
        kind = joint["kind"]
        if kind == "free":
            text += f'<freejoint name="j{index}"/>'
        elif kind == "ball":
            text += f'<joint name="j{index}" type="ball"/>'
        for number, axis in enumerate(joint["axes"]):
            text += f'<joint name="j{index}_{number}" type="hinge" axis="{numbers(axis)}"/>'
        for number, marker in enumerate(MARKERS):
            if marker["joint"] == index:
                text += f'<site name="m{number}" pos="{numbers(marker["offset_m"])}"/>'
        return text + "".join(body(c) for c in children.get(index, [])) + "</body>"

    bodies = "".join(body(i) for i in children[-1])
    return (
        '<mujoco><compiler angle="radian"/><option gravity="0 0 0"/>'
        f'<worldbody>{bodies}</worldbody></mujoco>'
    )


def levenberg_marquardt():
    """Builds the Jacobian from MuJoCo's and solves with numpy; gives a function (data, seen, wanted, steps)."""
    import mujoco

    model = mujoco.MjModel.from_xml_string(mjcf())
    data = mujoco.MjData(model)
    turn, place = first_root()
    data.qpos[:] = model.qpos0
    data.qpos[:3] = place
    data.qpos[3:7] = np.roll(Rotation.from_matrix(turn).as_quat(), 1)
    sites = [mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_SITE, f"m{i}") for i in range(len(MARKERS))]

    def residual(seen, wanted):
        mujoco.mj_kinematics(model, data)
        return (wanted - data.site_xpos[[sites[i] for i in seen]]).ravel()

    def fit(seen, wanted, steps, damping):
        wrong = residual(seen, wanted)
        for _ in range(steps):
            mujoco.mj_comPos(model, data)
            rows = np.empty((3 * len(seen), model.nv))
            for k, i in enumerate(seen):
                mujoco.mj_jacSite(model, data, rows[3 * k : 3 * k + 3], None, sites[i])
            square = rows.T @ rows
            square[np.diag_indices_from(square)] += damping
            step = np.linalg.solve(square, rows.T @ wrong)
            before = data.qpos.copy()
            mujoco.mj_integratePos(model, data.qpos, step, 1.0)
            now = residual(seen, wanted)
            if now @ now <= wrong @ wrong:
                wrong, damping = now, max(damping * 0.3, DAMPING[0])
            else:
                data.qpos[:] = before
                wrong, damping = residual(seen, wanted), min(damping * 10, DAMPING[1])
        return damping

    return model, data, sites, fit


def mujoco():
    import mujoco as library

    model, data, sites, fit = levenberg_marquardt()
    left, times, damping = Residual(), [], 1e-3
    for number, (seen, wanted) in enumerate(FRAMES):
        cold = number == 0
        damping, took = timed(fit, seen, wanted, COLD_STEPS if cold else 1, damping)
        times += [] if cold else [took]
        library.mj_kinematics(model, data)
        left.add(data.site_xpos[[sites[i] for i in seen]], wanted)
    name = f"Levenberg-Marquardt in numpy on MuJoCo {library.__version__}'s Jacobians, 1 iteration"
    row(name, left, times)


def mink():
    import mink as library
    import mujoco

    model, data, sites, fit = levenberg_marquardt()
    fit(*FRAMES[0], COLD_STEPS, 1e-3)
    configuration = library.Configuration(model, q=data.qpos.copy())
    tasks = [
        library.FrameTask(f"m{i}", "site", position_cost=1.0, orientation_cost=0.0)
        for i in range(len(MARKERS))
    ]
    left, times = Residual(), []
    for seen, wanted in FRAMES[1:]:
        for i, place in zip(seen, wanted):
            tasks[i].set_target(library.SE3.from_translation(place))
        chosen = [tasks[i] for i in seen]

        def step():
            velocity = library.solve_ik(configuration, chosen, 1.0, "daqp", damping=1e-3)
            configuration.integrate_inplace(velocity, 1.0)

        _, took = timed(step)
        times.append(took)
        mujoco.mj_kinematics(model, configuration.data)
        left.add(configuration.data.site_xpos[[sites[i] for i in seen]], wanted)
    row("mink with daqp, 1 iteration", left, times)


# --- OpenSim ---------------------------------------------------------------------------------------------------------


class OpenSim:
    """The rig as an OpenSim model: a custom joint for every joint, three rotations for a ball."""

    def __init__(self):
        import opensim

        opensim.Logger.setLevelString("Error")
        self.library = opensim
        self.model = opensim.Model()
        self.bodies = []
        for index, joint in enumerate(JOINTS):
            self.add(index, joint)
        for number, marker in enumerate(MARKERS):
            place = opensim.Vec3(*marker["offset_m"])
            self.model.addMarker(opensim.Marker(f"m{number}", self.bodies[marker["joint"]], place))
        self.model.finalizeConnections()
        self.state = self.model.initSystem()

    def add(self, index, joint):
        osim = self.library
        body = osim.Body(f"b{index}", 1.0, osim.Vec3(0), osim.Inertia(0.01, 0.01, 0.01))
        parent = self.model.getGround() if joint["parent"] < 0 else self.bodies[joint["parent"]]
        place, turn = osim.Vec3(*joint["offset_m"]), self.angles(joint["rotation_xyzw"])
        zero, name, kind = osim.Vec3(0), f"j{index}", joint["kind"]
        if kind == "fixed":
            made = osim.WeldJoint(name, parent, place, turn, body, zero, zero)
        else:
            made = osim.CustomJoint(name, parent, place, turn, body, zero, zero, self.motion(index, joint))
        self.model.addBody(body)
        self.model.addJoint(made)
        self.bodies.append(body)

    def motion(self, index, joint):
        """Rotations about the joint's axes in order (x, y, z for a ball), then translations of a free joint."""
        osim = self.library
        moved = osim.SpatialTransform()
        kind = joint["kind"]
        axes = joint["axes"] or [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        spare = [a for a in ([1, 0, 0], [0, 1, 0], [0, 0, 1])]
        for number in range(3):
            part = getattr(moved, f"upd_rotation{number + 1}")()
            if number < len(axes):
                self.drive(part, f"r{index}_{number}", axes[number])
            else:
                # The axes that do not turn must only not lie in a plane with the others.
                used = [np.array(a, float) for a in axes[:3]]
                free = max(spare, key=lambda s: min(np.linalg.norm(np.cross(s, u)) for u in used))
                axes = [*axes, free]
                part.setAxis(osim.Vec3(*free))
                part.set_function(osim.Constant(0.0))
        for number in range(3):
            part = getattr(moved, f"upd_translation{number + 1}")()
            axis = [float(k == number) for k in range(3)]
            if kind == "free":
                self.drive(part, f"t{index}_{number}", axis)
            else:
                part.setAxis(osim.Vec3(*axis))
                part.set_function(osim.Constant(0.0))
        return moved

    def drive(self, part, name, axis):
        osim = self.library
        part.setCoordinateNames(osim.ArrayStr(name, 1))
        part.setAxis(osim.Vec3(*[float(a) for a in axis]))
        part.set_function(osim.LinearFunction(1.0, 0.0))

    def angles(self, xyzw):
        osim = self.library
        x, y, z, w = xyzw
        rotation = osim.Rotation(osim.Quaternion(w, x, y, z))
        return rotation.convertRotationToBodyFixedXYZ()

    def table(self):
        """All frames as a table; what is not seen is not a number."""
        osim = self.library
        table = osim.TimeSeriesTableVec3()
        table.setColumnLabels([f"m{i}" for i in range(len(MARKERS))])
        nothing = osim.Vec3(float("nan"))
        for number, (seen, wanted) in enumerate(FRAMES):
            line = osim.RowVectorVec3(len(MARKERS), nothing)
            for i, place in zip(seen, wanted):
                line[int(i)] = osim.Vec3(*place)
            table.appendRow(number / 100.0, line)
        return table

    def run(self, accuracy):
        osim = self.library
        markers = osim.MarkersReference(self.table(), osim.SetMarkerWeights())
        coordinates = osim.SimTKArrayCoordinateReference()
        solver = osim.InverseKinematicsSolver(self.model, markers, coordinates)
        solver.setAccuracy(accuracy)
        self.state.setTime(0.0)
        solver.assemble(self.state)
        left, times = Residual(), []
        for number, (seen, wanted) in enumerate(FRAMES):
            self.state.setTime(number / 100.0)
            _, took = timed(solver.track, self.state)
            times.append(took)
            self.model.realizePosition(self.state)
            left.add(np.array([self.place(i) for i in seen]), wanted)
        return left, times[1:]

    def place(self, number):
        found = self.model.getMarkerSet().get(f"m{number}").getLocationInGround(self.state)
        return [found.get(k) for k in range(3)]


def opensim():
    import opensim as library

    for accuracy in (1e-3, 1e-4, 1e-5):
        left, times = OpenSim().run(accuracy)
        row(f"OpenSim {library.GetVersion()}, accuracy {accuracy:g}", left, times)


{"momentum": momentum, "mujoco": mujoco, "mink": mink, "opensim": opensim}[sys.argv[1]]()
