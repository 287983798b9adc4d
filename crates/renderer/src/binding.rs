//! Bind groups in few words: which kinds of things a shader sees, in order of their binding numbers.

use std::num::NonZeroU64;

/// One binding of a layout.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Slot {
    Uniform,
    /// A uniform of this many bytes at an offset given with each draw.
    UniformAt(u64),
    Texture,
    /// A texture that is read texel by texel, of any format of floats.
    Texels,
    /// The same in three dimensions.
    TexelCube,
    /// A texture of whole numbers.
    Codes,
    /// The same with several samples a pixel.
    CodeSamples,
    Cube,
    Depth,
    Filter,
    Compare,
    StorageRead,
    StorageWrite,
    /// A list that fragments read.
    FragmentRead,
}

/// Distance between uniforms of one buffer that are bound by offset; every adapter takes 256.
pub(crate) const UNIFORM_STRIDE: u64 = 256;

impl Slot {
    fn binding_type(self) -> wgpu::BindingType {
        let buffer = |ty, dynamic, size| wgpu::BindingType::Buffer {
            ty,
            has_dynamic_offset: dynamic,
            min_binding_size: size,
        };
        let texture = |sample_type, view_dimension| wgpu::BindingType::Texture {
            sample_type,
            view_dimension,
            multisampled: false,
        };
        let float = wgpu::TextureSampleType::Float { filterable: true };
        let raw = wgpu::TextureSampleType::Float { filterable: false };
        let storage = |read_only| wgpu::BufferBindingType::Storage { read_only };
        match self {
            Self::Uniform => buffer(wgpu::BufferBindingType::Uniform, false, None),
            Self::UniformAt(size) => buffer(
                wgpu::BufferBindingType::Uniform,
                true,
                NonZeroU64::new(size),
            ),
            Self::Texture => texture(float, wgpu::TextureViewDimension::D2),
            Self::Texels => texture(raw, wgpu::TextureViewDimension::D2),
            Self::TexelCube => texture(raw, wgpu::TextureViewDimension::D3),
            Self::Codes => texture(
                wgpu::TextureSampleType::Uint,
                wgpu::TextureViewDimension::D2,
            ),
            Self::CodeSamples => wgpu::BindingType::Texture {
                sample_type: wgpu::TextureSampleType::Uint,
                view_dimension: wgpu::TextureViewDimension::D2,
                multisampled: true,
            },
            Self::Cube => texture(float, wgpu::TextureViewDimension::Cube),
            Self::Depth => texture(
                wgpu::TextureSampleType::Depth,
                wgpu::TextureViewDimension::D2,
            ),
            Self::Filter => wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering),
            Self::Compare => wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Comparison),
            Self::StorageRead | Self::FragmentRead => buffer(storage(true), false, None),
            Self::StorageWrite => buffer(storage(false), false, None),
        }
    }
}

/// A layout of these slots, visible to all stages that can see them.
pub(crate) fn layout(device: &wgpu::Device, label: &str, slots: &[Slot]) -> wgpu::BindGroupLayout {
    let compute = slots
        .iter()
        .any(|s| matches!(s, Slot::StorageRead | Slot::StorageWrite));
    let visibility = |slot: &Slot| match slot {
        Slot::FragmentRead => wgpu::ShaderStages::FRAGMENT,
        _ if compute => wgpu::ShaderStages::COMPUTE,
        _ => wgpu::ShaderStages::VERTEX_FRAGMENT,
    };
    let entries: Vec<_> = slots
        .iter()
        .zip(0..)
        .map(|(slot, binding)| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: visibility(slot),
            ty: slot.binding_type(),
            count: None,
        })
        .collect();
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some(label),
        entries: &entries,
    })
}

/// A group of these resources, in order.
pub(crate) fn group(
    device: &wgpu::Device,
    label: &str,
    layout: &wgpu::BindGroupLayout,
    resources: &[wgpu::BindingResource<'_>],
) -> wgpu::BindGroup {
    let entries: Vec<_> = resources
        .iter()
        .zip(0..)
        .map(|(resource, binding)| wgpu::BindGroupEntry {
            binding,
            resource: resource.clone(),
        })
        .collect();
    device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some(label),
        layout,
        entries: &entries,
    })
}

/// A texture view as a resource.
pub(crate) fn view(view: &wgpu::TextureView) -> wgpu::BindingResource<'_> {
    wgpu::BindingResource::TextureView(view)
}

/// A sampler as a resource.
pub(crate) fn sampler(sampler: &wgpu::Sampler) -> wgpu::BindingResource<'_> {
    wgpu::BindingResource::Sampler(sampler)
}

/// The first `size` bytes of a buffer of many uniforms, to be bound by offset.
pub(crate) fn uniform_at(buffer: &wgpu::Buffer, size: u64) -> wgpu::BindingResource<'_> {
    wgpu::BindingResource::Buffer(wgpu::BufferBinding {
        buffer,
        offset: 0,
        size: NonZeroU64::new(size),
    })
}

/// Bytes of plain data, rounded up to what a buffer copy takes.
pub(crate) fn buffer(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    label: &str,
    usage: wgpu::BufferUsages,
    bytes: &[u8],
) -> wgpu::Buffer {
    let made = device.create_buffer(&wgpu::BufferDescriptor {
        label: Some(label),
        size: (bytes.len() as u64).next_multiple_of(4).max(16),
        usage: usage | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    let whole = bytes.len() / 4 * 4;
    queue.write_buffer(&made, 0, &bytes[..whole]);
    if whole < bytes.len() {
        let mut last = [0; 4];
        last[..bytes.len() - whole].copy_from_slice(&bytes[whole..]);
        queue.write_buffer(&made, whole as u64, &last);
    }
    made
}

/// An empty uniform buffer.
pub(crate) fn uniform_buffer(device: &wgpu::Device, label: &str, size: u64) -> wgpu::Buffer {
    device.create_buffer(&wgpu::BufferDescriptor {
        label: Some(label),
        size,
        usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}
