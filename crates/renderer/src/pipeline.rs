//! Render pipelines in few words.

use crate::shader::Program;

/// Scene-linear colour of inner and outer views.
pub(crate) const LINEAR: wgpu::TextureFormat = wgpu::TextureFormat::Rgba16Float;
/// What displays show: canvas, camera and overview pictures.
pub(crate) const DISPLAY: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8UnormSrgb;
/// Depth of every view and shadow map.
pub(crate) const DEPTH: wgpu::TextureFormat = wgpu::TextureFormat::Depth32Float;

/// Which triangle is seen, in two halves: see `shaders/ids.wgsl`.
pub(crate) const IDS: wgpu::TextureFormat = wgpu::TextureFormat::Rg16Uint;

/// How a draw tests and writes depth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DepthUse {
    /// No depth buffer.
    None,
    /// Nearer wins; depth is reversed.
    Nearer,
    /// Nearer wins, nothing is written: what is drawn over or behind the opaque.
    NearerNoWrite,
    /// There is a depth buffer, but it plays no part.
    Unasked,
    /// A shadow map: the light's depth, not reversed.
    Shadow,
}

/// How a draw mixes with what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mix {
    Replace,
    Alpha,
    Multiply,
}

/// A render pipeline to be made.
pub(crate) struct Draw<'a> {
    pub label: &'a str,
    pub module: &'a wgpu::ShaderModule,
    pub groups: &'a [&'a wgpu::BindGroupLayout],
    pub vertex: &'a str,
    /// `None` for depth only.
    pub fragment: Option<(&'a str, wgpu::TextureFormat, Mix)>,
    pub buffers: &'a [wgpu::VertexBufferLayout<'a>],
    pub topology: wgpu::PrimitiveTopology,
    pub cull: bool,
    pub depth: DepthUse,
    pub samples: u32,
}

impl<'a> Draw<'a> {
    /// Triangles of one sample without depth and culling that replace what was there.
    pub(crate) fn new(
        label: &'a str,
        module: &'a wgpu::ShaderModule,
        groups: &'a [&'a wgpu::BindGroupLayout],
        vertex: &'a str,
        fragment: &'a str,
        format: wgpu::TextureFormat,
    ) -> Self {
        Self {
            label,
            module,
            groups,
            vertex,
            fragment: Some((fragment, format, Mix::Replace)),
            buffers: &[],
            topology: wgpu::PrimitiveTopology::TriangleList,
            cull: false,
            depth: DepthUse::None,
            samples: 1,
        }
    }

    pub(crate) fn make(&self, device: &wgpu::Device) -> wgpu::RenderPipeline {
        let groups: Vec<_> = self.groups.iter().map(|g| Some(*g)).collect();
        let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(self.label),
            bind_group_layouts: &groups,
            immediate_size: 0,
        });
        let targets = self.fragment.map(|(_, format, mix)| {
            [Some(wgpu::ColorTargetState {
                format,
                blend: blend(mix),
                write_mask: wgpu::ColorWrites::ALL,
            })]
        });
        let buffers: Vec<_> = self.buffers.iter().cloned().map(Some).collect();
        device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some(self.label),
            layout: Some(&layout),
            vertex: wgpu::VertexState {
                module: self.module,
                entry_point: Some(self.vertex),
                compilation_options: Default::default(),
                buffers: &buffers,
            },
            primitive: wgpu::PrimitiveState {
                topology: self.topology,
                cull_mode: self.cull.then_some(wgpu::Face::Back),
                ..Default::default()
            },
            depth_stencil: depth_state(self.depth),
            multisample: wgpu::MultisampleState {
                count: self.samples,
                ..Default::default()
            },
            fragment: self
                .fragment
                .zip(targets.as_ref())
                .map(|((entry, ..), targets)| wgpu::FragmentState {
                    module: self.module,
                    entry_point: Some(entry),
                    compilation_options: Default::default(),
                    targets,
                }),
            multiview_mask: None,
            cache: None,
        })
    }
}

fn blend(mix: Mix) -> Option<wgpu::BlendState> {
    match mix {
        Mix::Replace => None,
        Mix::Alpha => Some(wgpu::BlendState::ALPHA_BLENDING),
        Mix::Multiply => Some(wgpu::BlendState {
            color: wgpu::BlendComponent {
                src_factor: wgpu::BlendFactor::Dst,
                dst_factor: wgpu::BlendFactor::Zero,
                operation: wgpu::BlendOperation::Add,
            },
            alpha: wgpu::BlendComponent::REPLACE,
        }),
    }
}

fn depth_state(depth: DepthUse) -> Option<wgpu::DepthStencilState> {
    let (write, compare, bias) = match depth {
        DepthUse::None => return None,
        DepthUse::Nearer => (true, wgpu::CompareFunction::Greater, 0),
        DepthUse::NearerNoWrite => (false, wgpu::CompareFunction::GreaterEqual, 0),
        DepthUse::Unasked => (false, wgpu::CompareFunction::Always, 0),
        DepthUse::Shadow => (true, wgpu::CompareFunction::Less, 0),
    };
    Some(wgpu::DepthStencilState {
        format: DEPTH,
        depth_write_enabled: Some(write),
        depth_compare: Some(compare),
        stencil: wgpu::StencilState::default(),
        bias: wgpu::DepthBiasState {
            constant: bias,
            ..Default::default()
        },
    })
}

/// A pass that draws one triangle over a whole target.
pub(crate) struct WholePass<'a> {
    pub label: &'a str,
    pub program: Program,
    pub slots: &'a [crate::binding::Slot],
    pub vertex: &'a str,
    pub fragment: &'a str,
    pub format: wgpu::TextureFormat,
}

impl WholePass<'_> {
    pub(crate) fn make(
        &self,
        device: &wgpu::Device,
    ) -> (wgpu::BindGroupLayout, wgpu::RenderPipeline) {
        let layout = crate::binding::layout(device, self.label, self.slots);
        let module = self.program.module(device);
        let groups = [&layout];
        let draw = Draw::new(
            self.label,
            &module,
            &groups,
            self.vertex,
            self.fragment,
            self.format,
        );
        let pipeline = draw.make(device);
        (layout, pipeline)
    }
}
