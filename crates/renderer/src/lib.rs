//! wgpu: skinning, shading, inner and outer views, wall composition, read-back and present.
