//! How a part's surface is drawn: its sides, and what its alpha means; a pipeline for each.

use super::SeenPipelines;
use cyc_character::{AlphaMode, Material};

/// Which sides of a surface are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sides {
    /// The front alone. A character is closed: half of its triangles look away and need not be drawn.
    Front,
    /// Both.
    Both,
}

impl Sides {
    pub(crate) const BOTH: [Self; 2] = [Self::Front, Self::Both];

    /// What a material asks for; without one glTF's own default.
    pub(super) fn of(material: Option<&Material>) -> Self {
        match material.is_some_and(|m| m.double_sided) {
            true => Self::Both,
            false => Self::Front,
        }
    }
}

/// What alpha does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Surface {
    /// Nothing.
    Opaque,
    /// Cuts holes.
    Masked,
    /// Mixes with what is behind.
    Blended,
}

impl Surface {
    const ALL: [Self; 3] = [Self::Opaque, Self::Masked, Self::Blended];

    pub(super) fn of(material: Option<&Material>) -> Self {
        match material.map(|m| m.alpha) {
            None | Some(AlphaMode::Opaque) => Self::Opaque,
            Some(AlphaMode::Mask { .. }) => Self::Masked,
            Some(AlphaMode::Blend) => Self::Blended,
        }
    }
}

/// The pipelines that draw humans, and the sets that are drawn like them.
pub(crate) struct HumanPipelines {
    /// By surface, then by sides.
    pub lit: [[wgpu::RenderPipeline; 2]; 3],
    /// Into a shadow map, by sides.
    pub depth: [wgpu::RenderPipeline; 2],
    /// For small triangles.
    pub seen: SeenPipelines,
}

impl HumanPipelines {
    /// One of something for each surface and side.
    pub(crate) fn each<T>(mut make: impl FnMut(Surface, Sides) -> T) -> [[T; 2]; 3] {
        Surface::ALL.map(|surface| Sides::BOTH.map(|sides| make(surface, sides)))
    }

    pub(super) fn lit(&self, surface: Surface, sides: Sides) -> &wgpu::RenderPipeline {
        &self.lit[surface as usize][sides as usize]
    }

    pub(super) fn depth(&self, sides: Sides) -> &wgpu::RenderPipeline {
        &self.depth[sides as usize]
    }
}
