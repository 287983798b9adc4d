
@group(3) @binding(0) var seen: texture_2d<u32>;

@fragment
fn fs_seen(in: BoxOut) -> @location(0) vec4f {
    let pixel = pixel_of(in);
    let halves = textureLoad(seen, vec2i(in.clip.xy), 0).xy;
    let id = halves.x | halves.y << 16u;
    if !is_own(id) {
        discard;
    }
    return vec4f(light_of(vertices_of(id), pixel), 1.0);
}
