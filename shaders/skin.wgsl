// Poses a human's vertices: sparse morph targets first, then linear blend skinning, once a frame for all views.

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

@group(0) @binding(0) var<storage, read> rest: array<Rest>;
@group(0) @binding(1) var<storage, read> deltas: array<Delta>;
@group(0) @binding(2) var<storage, read> stage_from_mesh: array<mat4x4f>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
// Six floats a vertex: position, normal.
@group(0) @binding(4) var<storage, read_write> posed: array<f32>;

@compute @workgroup_size(64)
fn cs_skin(@builtin(global_invocation_id) id: vec3u) {
    let index = id.x;
    if index >= arrayLength(&rest) {
        return;
    }
    let v = rest[index];
    var position = vec3f(v.px, v.py, v.pz);
    var normal = vec3f(v.nx, v.ny, v.nz);
    for (var i = 0u; i < v.delta_count; i++) {
        let delta = deltas[v.first_delta + i];
        let weight = weights[delta.morph];
        position += weight * vec3f(delta.px, delta.py, delta.pz);
        normal += weight * vec3f(delta.nx, delta.ny, delta.nz);
    }
    let m = stage_from_mesh[v.joints_low & 0xffffu] * v.w0
        + stage_from_mesh[v.joints_low >> 16u] * v.w1
        + stage_from_mesh[v.joints_high & 0xffffu] * v.w2
        + stage_from_mesh[v.joints_high >> 16u] * v.w3;
    let p = (m * vec4f(position, 1.0)).xyz;
    // Normals go with the adjugate's transpose, which exists for every matrix.
    let n = cross(m[1].xyz, m[2].xyz) * normal.x + cross(m[2].xyz, m[0].xyz) * normal.y
        + cross(m[0].xyz, m[1].xyz) * normal.z;
    let unit = n * inverseSqrt(max(dot(n, n), 1e-30));
    let at = index * 6u;
    posed[at] = p.x;
    posed[at + 1u] = p.y;
    posed[at + 2u] = p.z;
    posed[at + 3u] = unit.x;
    posed[at + 4u] = unit.y;
    posed[at + 5u] = unit.z;
}
