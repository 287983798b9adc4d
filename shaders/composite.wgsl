// The wall composite: for each canvas pixel, where it stands on the stage, and what a view shows there.
// One draw a facet for the outer view, one a camera for its inner frustum over it.

struct Shown {
    clip_from_stage: mat4x4f,
    // Exposure factor; feather as a part of the half picture (0: no mask, the outer view).
    settings: vec4f,
}

@group(0) @binding(0) var<uniform> wall: Wall;
@group(0) @binding(1) var<uniform> shown: Shown;
@group(0) @binding(2) var picture: texture_2d<f32>;
@group(0) @binding(3) var picture_sampler: sampler;

struct Out {
    @builtin(position) clip: vec4f,
}

// A cabinet's canvas rectangle: x, y, width, height.
@vertex
fn vs_cabinet(@builtin(vertex_index) index: u32, @location(0) rect: vec4f) -> Out {
    let corner = vec2f(f32(index & 1u), f32(index >> 1u));
    let uv = (rect.xy + corner * rect.zw) / wall.size.xy;
    return Out(vec4f(uv.x * 2.0 - 1.0, 1.0 - uv.y * 2.0, 0.0, 1.0));
}

fn developed(radiance: vec3f, pixel: vec2f) -> vec3f {
    return with_dither(tone_map(radiance * shown.settings.x), pixel);
}

fn look(uv: vec2f) -> vec3f {
    return textureSampleLevel(picture, picture_sampler, uv, 0.0).rgb;
}

// Four looks on a turned grid within the pixel: a view with more pixels than the wall is averaged, not skipped over.
fn averaged(uv: vec2f, across: vec2f, down: vec2f) -> vec3f {
    let a = across * 0.375 + down * 0.125;
    let b = down * 0.375 - across * 0.125;
    return 0.25 * (look(uv + a) + look(uv - a) + look(uv + b) + look(uv - b));
}

fn place(pixel: vec2f) -> vec4f {
    let st = (pixel * wall.size.z - wall.canvas.xy) / wall.canvas.zw;
    return shown.clip_from_stage * vec4f(wall_point(wall, st), 1.0);
}

@fragment
fn fs_outer(in: Out) -> @location(0) vec4f {
    let clip = place(in.clip.xy);
    let ndc = clip.xy / max(clip.w, 1e-4);
    let radiance = look(vec2f(ndc.x * 0.5 + 0.5, 0.5 - ndc.y * 0.5));
    return vec4f(developed(radiance, in.clip.xy), 1.0);
}

@fragment
fn fs_inner(in: Out) -> @location(0) vec4f {
    let clip = place(in.clip.xy);
    let ndc = clip.xy / max(clip.w, 1e-4);
    let edge = (vec2f(1.0) - abs(ndc)) / max(shown.settings.y, 1e-4);
    let soft = clamp(min(edge.x, edge.y), 0.0, 1.0);
    let mask = select(0.0, soft * soft * (3.0 - 2.0 * soft), clip.w > 0.01);
    let uv = vec2f(ndc.x * 0.5 + 0.5, 0.5 - ndc.y * 0.5);
    let radiance = averaged(uv, dpdx(uv), dpdy(uv));
    return vec4f(developed(radiance, in.clip.xy), mask);
}
