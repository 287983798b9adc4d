// Poses a human's vertices: sparse morph targets first, then the skin, once a frame for all views. The skin is glTF's linear
// blend, or dual quaternions for characters whose elbows and wrists collapse under it.

struct Rest {
    px: f32, py: f32, pz: f32,
    nx: f32, ny: f32, nz: f32,
    // Joint numbers, two in a word.
    joints_low: u32,
    joints_high: u32,
    w0: f32, w1: f32, w2: f32, w3: f32,
    // Range of this vertex in `deltas`.
    first_delta: u32,
    delta_count: u32,
}

struct Delta {
    morph: u32,
    px: f32, py: f32, pz: f32,
    nx: f32, ny: f32, nz: f32,
}

// A rigid motion as a dual quaternion, x y z w each.
struct Motion {
    real: vec4f,
    dual: vec4f,
}

// A vertex with its frame; the fourth of the tangent is the side of the bitangent, zero without a tangent.
struct Shape {
    position: vec3f,
    normal: vec3f,
    tangent: vec4f,
}

@group(0) @binding(0) var<storage, read> rest: array<Rest>;
@group(0) @binding(1) var<storage, read> deltas: array<Delta>;
// Where each joint takes the mesh: now, or at rest where dual quaternions move it from there.
@group(0) @binding(2) var<storage, read> stage_from_mesh: array<mat4x4f>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
// Six floats a vertex: position, normal; behind all of them four floats a vertex: tangent.
@group(0) @binding(4) var<storage, read_write> posed: array<f32>;
// One for each vertex, or a single one that is zero.
@group(0) @binding(5) var<storage, read> tangents: array<vec4f>;
// How each joint moved away from the rest pose; for dual quaternions alone.
@group(0) @binding(6) var<storage, read> motions: array<Motion>;
// Three floats for each delta, or a single zero one: what it does to the tangent.
@group(0) @binding(7) var<storage, read> tangent_deltas: array<f32>;

fn morphed(index: u32, v: Rest) -> Shape {
    var position = vec3f(v.px, v.py, v.pz);
    var normal = vec3f(v.nx, v.ny, v.nz);
    var tangent = vec4f(0.0);
    if index < arrayLength(&tangents) {
        tangent = tangents[index];
    }
    let turns_tangents = arrayLength(&tangent_deltas) >= 3u * arrayLength(&deltas);
    for (var i = 0u; i < v.delta_count; i++) {
        let delta = deltas[v.first_delta + i];
        let weight = weights[delta.morph];
        position += weight * vec3f(delta.px, delta.py, delta.pz);
        normal += weight * vec3f(delta.nx, delta.ny, delta.nz);
        if turns_tangents {
            let at = 3u * (v.first_delta + i);
            let turn = vec3f(tangent_deltas[at], tangent_deltas[at + 1u], tangent_deltas[at + 2u]);
            tangent += vec4f(weight * turn, 0.0);
        }
    }
    return Shape(position, normal, tangent);
}

// glTF's formula.
fn blended(v: Rest, shape: Shape) -> Shape {
    let m = stage_from_mesh[v.joints_low & 0xffffu] * v.w0
        + stage_from_mesh[v.joints_low >> 16u] * v.w1
        + stage_from_mesh[v.joints_high & 0xffffu] * v.w2
        + stage_from_mesh[v.joints_high >> 16u] * v.w3;
    let position = (m * vec4f(shape.position, 1.0)).xyz;
    // Normals go with the adjugate's transpose, which exists for every matrix, and is turned over by one that mirrors.
    let normal = shape.normal;
    let yz = cross(m[1].xyz, m[2].xyz);
    let side = select(1.0, -1.0, dot(m[0].xyz, yz) < 0.0);
    let n = yz * normal.x + cross(m[2].xyz, m[0].xyz) * normal.y
        + cross(m[0].xyz, m[1].xyz) * normal.z;
    let unit = side * n * inverseSqrt(max(dot(n, n), 1e-30));
    let along = (m * vec4f(shape.tangent.xyz, 0.0)).xyz;
    return Shape(position, unit, vec4f(along, side * shape.tangent.w));
}

fn times(a: vec4f, b: vec4f) -> vec4f {
    return vec4f(a.w * b.xyz + b.w * a.xyz + cross(a.xyz, b.xyz), a.w * b.w - dot(a.xyz, b.xyz));
}

fn turned(q: vec4f, v: vec3f) -> vec3f {
    let twice = 2.0 * cross(q.xyz, v);
    return v + q.w * twice + cross(q.xyz, twice);
}

// The sum of motions, each by the nearer of the two quaternions that its rotation has: the sum must not cancel.
fn sum_of(sum: Motion, joint: u32, weight: f32) -> Motion {
    let motion = motions[joint];
    let signed = select(weight, -weight, dot(sum.real, motion.real) < 0.0);
    return Motion(sum.real + signed * motion.real, sum.dual + signed * motion.dual);
}

// Kavan and others 2008: the weighted sum of unit dual quaternions, normalised, moves a vertex that stands at rest.
fn moved(v: Rest, standing: Shape) -> Shape {
    var sum = Motion(vec4f(0.0), vec4f(0.0));
    sum = sum_of(sum, v.joints_low & 0xffffu, v.w0);
    sum = sum_of(sum, v.joints_low >> 16u, v.w1);
    sum = sum_of(sum, v.joints_high & 0xffffu, v.w2);
    sum = sum_of(sum, v.joints_high >> 16u, v.w3);
    let size = length(sum.real);
    if size < 1e-9 {
        return standing;
    }
    let real = sum.real / size;
    let place = 2.0 / size * times(sum.dual, vec4f(-real.xyz, real.w)).xyz;
    let position = turned(real, standing.position) + place;
    let along = turned(real, standing.tangent.xyz);
    return Shape(position, turned(real, standing.normal), vec4f(along, standing.tangent.w));
}

fn put(index: u32, shape: Shape) {
    let at = index * 6u;
    posed[at] = shape.position.x;
    posed[at + 1u] = shape.position.y;
    posed[at + 2u] = shape.position.z;
    posed[at + 3u] = shape.normal.x;
    posed[at + 4u] = shape.normal.y;
    posed[at + 5u] = shape.normal.z;
    if index < arrayLength(&tangents) {
        // Across the normal again, which morphs and shear may have tilted.
        let across = shape.tangent.xyz - shape.normal * dot(shape.normal, shape.tangent.xyz);
        let along = across * inverseSqrt(max(dot(across, across), 1e-30));
        let tangent = arrayLength(&rest) * 6u + index * 4u;
        posed[tangent] = along.x;
        posed[tangent + 1u] = along.y;
        posed[tangent + 2u] = along.z;
        posed[tangent + 3u] = shape.tangent.w;
    }
}

@compute @workgroup_size(64)
fn cs_skin(@builtin(global_invocation_id) id: vec3u) {
    let index = id.x;
    if index < arrayLength(&rest) {
        let v = rest[index];
        put(index, blended(v, morphed(index, v)));
    }
}

@compute @workgroup_size(64)
fn cs_skin_dual(@builtin(global_invocation_id) id: vec3u) {
    let index = id.x;
    if index < arrayLength(&rest) {
        let v = rest[index];
        put(index, moved(v, blended(v, morphed(index, v))));
    }
}
