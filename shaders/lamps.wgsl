// The walls as lamps that light the room: once a frame, so that no vertex has to look at a picture.

// Where a lamp is, and where on the canvas its light comes from.
struct Seed {
    // Stage, metres; area in m².
    at: vec4f,
    // Texture coordinates.
    uv: vec4f,
}

@group(0) @binding(0) var glow: texture_2d<f32>;
@group(0) @binding(1) var glow_sampler: sampler;
@group(0) @binding(2) var<uniform> seeds: array<Seed, 64>;
@group(0) @binding(3) var<storage, read_write> lamps: array<Lamp, 64>;

@compute @workgroup_size(64)
fn cs_lamps(@builtin(local_invocation_index) index: u32) {
    let seed = seeds[index];
    let color = textureSampleLevel(glow, glow_sampler, seed.uv.xy, 0.0).rgb;
    lamps[index] = Lamp(vec4f(seed.at.xyz, 1.0), vec4f(color * seed.at.w, 1.0));
}
