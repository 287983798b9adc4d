// One view of the stage. Spaces: stage (metres, Y up), clip (reversed depth: 1 near, 0 at infinity).

struct View {
    clip_from_stage: mat4x4f,
    // Eye in stage space; w: 1 when the view may be dithered.
    eye: vec4f,
    // Ray through normalised device coordinates (x, y): ray_straight + x * ray_x + y * ray_y.
    ray_straight: vec4f,
    ray_x: vec4f,
    ray_y: vec4f,
}

@group(0) @binding(0) var<uniform> view: View;
