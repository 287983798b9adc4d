
@group(3) @binding(0) var seen: texture_multisampled_2d<u32>;

struct SeenOut {
    @location(0) color: vec4f,
    @builtin(sample_mask) samples: u32,
}

fn id_of(at: vec2i, sample: i32) -> u32 {
    let halves = textureLoad(seen, at, sample).xy;
    return halves.x | halves.y << 16u;
}

fn touch(a: vec3u, b: vec3u) -> bool {
    return any(a == b) || any(a == b.yzx) || any(a == b.zxy);
}

// Each surface that a pixel's samples see is lit once: triangles that touch each other are one. All samples are given the mean: it
// is what they are averaged to.
@fragment
fn fs_seen(in: BoxOut) -> SeenOut {
    let pixel = pixel_of(in);
    let at = vec2i(in.clip.xy);
    let ids = vec4u(id_of(at, 0), id_of(at, 1), id_of(at, 2), id_of(at, 3));
    let bits = vec4u(1u, 2u, 4u, 8u);
    let own = vec4<bool>(is_own(ids.x), is_own(ids.y), is_own(ids.z), is_own(ids.w));
    let all = dot(select(vec4u(0u), bits, own), vec4u(1u));
    if all == 0u {
        discard;
    }
    var color = vec3f(0.0);
    var left = all;
    while left != 0u {
        let id = ids[firstTrailingBit(left)];
        let vertices = vertices_of(id);
        var surface = dot(select(vec4u(0u), bits, ids == vec4u(id)), vec4u(1u));
        var others = left & ~surface;
        while others != 0u {
            let bit = others & (~others + 1u);
            if touch(vertices, vertices_of(ids[firstTrailingBit(bit)])) {
                surface |= bit;
            }
            others &= ~bit;
        }
        color += light_of(vertices, pixel) * f32(countOneBits(surface));
        left &= ~surface;
    }
    return SeenOut(vec4f(color / f32(countOneBits(all)), 1.0), all);
}
