// A wall's pieces: triangles on which canvas pixels, wall pixels and places go together by straight lines. A place is
// a point in the wall's frame before it is bent: on an arc (angle, height, 0). Exact for every shape.

struct Wall {
    stage_from_wall: mat4x4f,
    // Radius of an arc, 0 where nothing is bent; metres a pixel to the right and down; brightness in nits.
    shape: vec4f,
    // Canvas size in pixels; canvas pixels per pixel of the texture.
    canvas: vec4f,
}

fn wall_point(wall: Wall, place: vec3f) -> vec3f {
    let radius = wall.shape.x;
    let bent = vec3f(radius * sin(place.x), place.y, -radius * cos(place.x));
    return (wall.stage_from_wall * vec4f(select(place, bent, radius > 0.0), 1.0)).xyz;
}
