// From the light that a wall gives to the picture of it: black where the wall is black, dithered to 8 bits.

@group(0) @binding(0) var<uniform> wall: Wall;
@group(0) @binding(1) var light: texture_2d<f32>;

@vertex
fn vs_finish(
    @location(0) canvas_px: vec2f,
    @location(1) wall_px: vec2f,
    @location(2) place: vec3f,
) -> Piece {
    return piece(wall, canvas_px, wall_px, place);
}

@fragment
fn fs_finish(in: Piece) -> @location(0) vec4f {
    let seen = textureLoad(light, vec2i(in.clip.xy), 0).rgb * wall.shown.x;
    return vec4f(with_dither(clamp(seen, vec3f(0.0), vec3f(1.0)), in.clip.xy), 1.0);
}
