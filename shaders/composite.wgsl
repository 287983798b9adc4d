// The wall composite: for each canvas pixel, where it stands on the stage, and what light the wall gives there: 1 is the
// brightest that it can do. One draw a facet for the outer view, one a camera and wall for its inner frustum over it.

struct Shown {
    clip_from_stage: mat4x4f,
    // Exposure factor; feather as a part of the half picture; the part of the texture that the view fills.
    settings: vec4f,
    // Keyed: linear colour, and 1 to show it in place of the view.
    key: vec4f,
    // Crosses on the key: linear colour; arms' length tip to tip in metres, 0 for none.
    marker: vec4f,
    // Distance of the crosses in metres.
    spacing: vec4f,
    // The camera's.
    window: Window,
}

@group(0) @binding(0) var<uniform> wall: Wall;
@group(0) @binding(1) var<uniform> shown: Shown;
@group(0) @binding(2) var picture: texture_2d<f32>;
@group(0) @binding(3) var picture_sampler: sampler;

@vertex
fn vs_piece(
    @location(0) canvas_px: vec2f,
    @location(1) wall_px: vec2f,
    @location(2) place: vec3f,
) -> Piece {
    return piece(wall, canvas_px, wall_px, place);
}

fn developed(radiance: vec3f) -> vec3f {
    let exposed = radiance * (shown.settings.x * wall.canvas.w);
    return wall_light(wall, windowed(shown.window, exposed));
}

// Half a pixel inside what the view fills, so that filtering never reads beyond it.
fn look(uv: vec2f) -> vec3f {
    let edge = 0.5 / vec2f(textureDimensions(picture));
    let inside = clamp(uv, edge, vec2f(shown.settings.z) - edge);
    return textureSampleLevel(picture, picture_sampler, inside, 0.0).rgb;
}

// Pixels of a view under one of the wall's up to which four looks see all of them.
const FOUR_LOOKS_PX = 2.5;

// Most looks in each direction: twice as many pixels of the view lie under one of the wall's, more than any lens needs.
const LOOKS_MAX = 12.0;

// Looks on an even grid within a pixel under which the view has many: a look is two pixels of the view wide.
fn averaged_over(uv: vec2f, across: vec2f, down: vec2f, wide: f32) -> vec3f {
    let looks = min(ceil(wide * 0.5), LOOKS_MAX);
    var sum = vec3f(0.0);
    for (var y = 0.5; y < looks; y += 1.0) {
        for (var x = 0.5; x < looks; x += 1.0) {
            sum += look(uv + across * (x / looks - 0.5) + down * (y / looks - 0.5));
        }
    }
    return sum / (looks * looks);
}

// Four looks on a turned grid within the pixel: a view with more pixels than the wall is averaged, not skipped over.
fn averaged(uv: vec2f, across: vec2f, down: vec2f) -> vec3f {
    let size = vec2f(textureDimensions(picture));
    let wide = max(length(across * size), length(down * size));
    if wide > FOUR_LOOKS_PX {
        return averaged_over(uv, across, down, wide);
    }
    let a = across * 0.375 + down * 0.125;
    let b = down * 0.375 - across * 0.125;
    return 0.25 * (look(uv + a) + look(uv - a) + look(uv + b) + look(uv - b));
}

fn ndc_of(clip: vec4f) -> vec2f {
    return clip.xy / max(clip.w, 1e-4);
}

fn uv_of(ndc: vec2f) -> vec2f {
    return vec2f(ndc.x * 0.5 + 0.5, 0.5 - ndc.y * 0.5) * shown.settings.z;
}

@fragment
fn fs_outer(in: Piece) -> @location(0) vec4f {
    let at = wall_point(wall, in.place);
    let scene = developed(look(uv_of(ndc_of(shown.clip_from_stage * vec4f(at, 1.0)))));
    return vec4f(with_cards(scene, wall, in.wall_px, at, false), 1.0);
}

// What no outer view shows: cards alone.
@fragment
fn fs_dark(in: Piece) -> @location(0) vec4f {
    let at = wall_point(wall, in.place);
    return vec4f(with_cards(vec3f(0.0), wall, in.wall_px, at, false), 1.0);
}

@fragment
fn fs_pattern(in: Piece) -> @location(0) vec4f {
    return vec4f(pattern_light(wall, in.wall_px, wall_point(wall, in.place) - cards.eye.xyz), 1.0);
}

// The key's colour, or a cross of it: upright arms, an eighth as thick as long.
fn keyed(wall_px: vec2f) -> vec3f {
    let at = wall_px * wall.shape.yz;
    let spacing = max(shown.spacing.x, 1e-3);
    let away = abs(at - (floor(at / spacing) + 0.5) * spacing);
    let arm = shown.marker.w * 0.5;
    let cross = max(away.x, away.y) < arm && min(away.x, away.y) < arm * 0.125;
    return select(shown.key.rgb, shown.marker.rgb, cross);
}

// How much of an inner view there is at a place: its soft edge.
fn inner_mask(clip: vec4f) -> f32 {
    let edge = (vec2f(1.0) - abs(ndc_of(clip))) / max(shown.settings.y, 1e-4);
    let soft = clamp(min(edge.x, edge.y), 0.0, 1.0);
    return select(0.0, soft * soft * (3.0 - 2.0 * soft), clip.w > 0.01);
}

@fragment
fn fs_inner(in: Piece) -> @location(0) vec4f {
    let at = wall_point(wall, in.place);
    let clip = shown.clip_from_stage * vec4f(at, 1.0);
    let mask = inner_mask(clip);
    let uv = uv_of(ndc_of(clip));
    let seen = developed(averaged(uv, dpdx(uv), dpdy(uv)));
    let light = select(seen, keyed(in.wall_px), shown.key.w > 0.5);
    return vec4f(with_cards(light, wall, in.wall_px, at, true), mask);
}
