// The walls as lamps that light the room, eight a wall: once a frame, so that no vertex has to look at a picture.

@group(0) @binding(0) var glow: texture_2d<f32>;
@group(0) @binding(1) var glow_sampler: sampler;
@group(0) @binding(2) var<uniform> walls: array<Wall, 8>;
@group(0) @binding(3) var<storage, read_write> lamps: array<Lamp, 64>;

@compute @workgroup_size(64)
fn cs_lamps(@builtin(local_invocation_index) index: u32) {
    let wall = walls[index / LAMPS_A_WALL];
    let k = index % LAMPS_A_WALL;
    let st = vec2f((f32(k >> 1u) + 0.5) * 0.25, 0.3 + 0.4 * f32(k & 1u));
    let length = select(wall.shape.y, wall.shape.y * wall.shape.z, wall.shape.x > 0.5);
    let area = length * wall.shape.w / f32(LAMPS_A_WALL);
    let color = textureSampleLevel(glow, glow_sampler, wall_canvas_uv(wall, st), 0.0).rgb;
    lamps[index] = Lamp(vec4f(wall_point(wall, st), 1.0), vec4f(color * area, 1.0));
}
