// A wall's pieces: triangles on which canvas pixels, wall pixels and places go together by straight lines. A place is
// a point in the wall's frame before it is bent: on an arc (angle, height, 0). Exact for every shape.

struct Wall {
    stage_from_wall: mat4x4f,
    // Radius of an arc, 0 where nothing is bent; metres a pixel to the right and down; brightness in nits.
    shape: vec4f,
    // Canvas size in pixels; canvas pixels per pixel of the texture; exposure factor of the scene on this wall.
    canvas: vec4f,
    // Wall size in pixels, cabinet size in pixels.
    grid: vec4f,
    // Kind of the test pattern; the wall's number from 1; whether a flash is white, or the side of a marker cell in pixels;
    // which flash it is.
    pattern: vec4f,
    // What the light is multiplied by at the very end: 0 for a wall that is black; number of the tone map.
    shown: vec4f,
    window: Window,
}

// Wall light of radiance, as `stage::WallColor` defines it.
fn wall_light(wall: Wall, radiance: vec3f) -> vec3f {
    return tone_map(u32(wall.shown.y), windowed(wall.window, radiance));
}

fn wall_point(wall: Wall, place: vec3f) -> vec3f {
    let radius = wall.shape.x;
    let bent = vec3f(radius * sin(place.x), place.y, -radius * cos(place.x));
    return (wall.stage_from_wall * vec4f(select(place, bent, radius > 0.0), 1.0)).xyz;
}

struct Piece {
    @builtin(position) clip: vec4f,
    @location(0) place: vec3f,
    @location(1) wall_px: vec2f,
}

fn piece(wall: Wall, canvas_px: vec2f, wall_px: vec2f, place: vec3f) -> Piece {
    let uv = canvas_px / wall.canvas.xy;
    return Piece(vec4f(uv.x * 2.0 - 1.0, 1.0 - uv.y * 2.0, 0.0, 1.0), place, wall_px);
}
