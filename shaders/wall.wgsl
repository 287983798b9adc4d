// A wall's surface: canvas pixels to points on the stage and back. Exact for planes and arcs.

struct Wall {
    stage_from_wall: mat4x4f,
    wall_from_stage: mat4x4f,
    // Kind (0 plane, 1 arc), width or radius, arc in radians, height.
    shape: vec4f,
    // Its canvas pixels: x, y, width, height.
    canvas: vec4f,
    // Canvas size in pixels; canvas pixels per pixel of the texture; brightness.
    size: vec4f,
}

// (s, t): s to the right, t down, 0 to 1 over the wall.
fn wall_point(wall: Wall, st: vec2f) -> vec3f {
    let y = (1.0 - st.y) * wall.shape.w;
    let angle = (st.x - 0.5) * wall.shape.z;
    let arc = vec3f(wall.shape.y * sin(angle), y, -wall.shape.y * cos(angle));
    let flat = vec3f((st.x - 0.5) * wall.shape.y, y, 0.0);
    let local = select(flat, arc, wall.shape.x > 0.5);
    return (wall.stage_from_wall * vec4f(local, 1.0)).xyz;
}

fn wall_st(wall: Wall, position: vec3f) -> vec2f {
    let local = (wall.wall_from_stage * vec4f(position, 1.0)).xyz;
    let t = 1.0 - local.y / wall.shape.w;
    let arc = atan2(local.x, -local.z) / max(wall.shape.z, 1e-6) + 0.5;
    let flat = local.x / wall.shape.y + 0.5;
    return vec2f(select(flat, arc, wall.shape.x > 0.5), t);
}

fn wall_canvas_uv(wall: Wall, st: vec2f) -> vec2f {
    // Half a pixel from the edge, so that filtering never mixes in a neighbour's pixels.
    let inset = vec2f(0.5) / wall.canvas.zw;
    return (wall.canvas.xy + clamp(st, inset, vec2f(1.0) - inset) * wall.canvas.zw) / wall.size.xy;
}
