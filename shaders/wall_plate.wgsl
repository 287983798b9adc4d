// Plates on a wall's own surface. They lie over the outer view, and once more over each inner one within its mask: there with
// the camera's exposure and colour, and without the light cards that cameras are not to see.

struct WallPlate {
    // Left, top, right and bottom edge as parts of the wall.
    part: vec4f,
    // Gain.
    settings: vec4f,
}

@group(0) @binding(5) var<uniform> plate: WallPlate;

fn plate_look(wall_px: vec2f) -> vec4f {
    let st = wall_px / wall.grid.xy;
    let uv = (st - plate.part.xy) / (plate.part.zw - plate.part.xy);
    let texel = textureSample(picture, picture_sampler, uv);
    let inside = all(uv >= vec2f(0.0)) && all(uv <= vec2f(1.0));
    let light = texel.rgb * (plate.settings.x / max(texel.a, 1e-4));
    return vec4f(light, select(0.0, texel.a, inside));
}

@fragment
fn fs_plate(in: Piece) -> @location(0) vec4f {
    let seen = plate_look(in.wall_px);
    let at = wall_point(wall, in.place);
    return vec4f(with_cards(developed(seen.rgb), wall, in.wall_px, at, false), seen.a);
}

@fragment
fn fs_plate_inner(in: Piece) -> @location(0) vec4f {
    let seen = plate_look(in.wall_px);
    let at = wall_point(wall, in.place);
    let mask = inner_mask(shown.clip_from_stage * vec4f(at, 1.0));
    return vec4f(with_cards(developed(seen.rgb), wall, in.wall_px, at, true), seen.a * mask);
}
