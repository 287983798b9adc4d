// Which triangle of a digital human is seen in each sample of a view. Light comes later, once for each surface that is seen
// there (Burns and Hunt 2013): triangles smaller than a pixel would each be lit over the whole block that a rasteriser works
// in, and those behind others too.

struct IdOut {
    @builtin(position) clip: vec4f,
    // The first corner's.
    @location(0) @interpolate(flat) id: u32,
}

struct MaskedIdOut {
    @builtin(position) clip: vec4f,
    @location(0) @interpolate(flat) id: u32,
    @location(1) uv: vec2f,
}

// What a draw's numbers begin with comes as the number of its only instance.
@vertex
fn vs_ids(
    @location(0) position: vec3f,
    @builtin(vertex_index) vertex: u32,
    @builtin(instance_index) first: u32,
) -> IdOut {
    return IdOut(view.clip_from_stage * vec4f(position, 1.0), first + vertex);
}

@vertex
fn vs_ids_masked(
    @location(0) position: vec3f,
    @location(2) uv: vec2f,
    @builtin(vertex_index) vertex: u32,
    @builtin(instance_index) first: u32,
) -> MaskedIdOut {
    return MaskedIdOut(view.clip_from_stage * vec4f(position, 1.0), first + vertex, uv);
}

// In two halves: whole numbers of 32 bits cannot be multisampled.
fn halves(id: u32) -> vec2u {
    return vec2u(id & 0xffffu, id >> 16u);
}

@fragment
fn fs_ids(in: IdOut) -> @location(0) vec2u {
    return halves(in.id);
}

// With holes where the picture says so.
@fragment
fn fs_ids_masked(in: MaskedIdOut) -> @location(0) vec2u {
    let uv = in.uv * material.uv.xy + material.uv.zw;
    let alpha = textureSample(base_map, material_sampler, uv).a * material.base_color.a;
    if alpha < material.surface.w {
        discard;
    }
    return halves(in.id);
}
