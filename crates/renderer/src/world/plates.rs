//! Plates in the virtual world: cards that stand in it, and domes around it.
//!
//! A still on a card is a part of the set: it is in the outer view's still picture. One that plays is drawn like a human, each
//! time. A dome is everywhere, so the whole outer view is drawn anew with each of its pictures.

use crate::binding::{self, Slot};
use crate::pipeline::{DepthUse, Draw, LINEAR, Mix};
use crate::plate_textures::plate_sampler;
use crate::shader::Program;
use cyc_stage::{PlatePlace, Stage};
use glam::{DVec3, Vec3};

/// A plate, as the shader reads it.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, bytemuck::Pod, bytemuck::Zeroable)]
struct PlateUniform {
    middle: [f32; 4],
    right: [f32; 4],
    up: [f32; 4],
}

struct WorldPlate {
    /// Its place among the stage's plates.
    plate: usize,
    place: PlatePlace,
    gain: f32,
    /// `None` before its first picture.
    shown: Option<ShownPlate>,
}

struct ShownPlate {
    group: wgpu::BindGroup,
    /// Low and high corner of a box around a card.
    bounds: [Vec3; 2],
    is_still: bool,
}

/// All plates in the world, in the stage's order.
pub(super) struct WorldPlates {
    plates: Vec<WorldPlate>,
    layout: wgpu::BindGroupLayout,
    card: wgpu::RenderPipeline,
    dome: wgpu::RenderPipeline,
    samplers: [wgpu::Sampler; 2],
}

impl WorldPlates {
    pub(super) fn new(
        device: &wgpu::Device,
        world: &wgpu::BindGroupLayout,
        stage: &Stage,
        samples: u32,
    ) -> Self {
        let slots = [Slot::Uniform, Slot::Texture, Slot::Filter];
        let layout = binding::layout(device, "plate", &slots);
        let module = Program::Plate.module(device);
        let make = |[vertex, fragment]: [&'static str; 2], depth, topology| {
            Draw {
                depth,
                topology,
                samples,
                fragment: Some((fragment, LINEAR, Mix::Alpha)),
                ..Draw::new(fragment, &module, &[world, &layout], vertex, "", LINEAR)
            }
            .make(device)
        };
        let strip = wgpu::PrimitiveTopology::TriangleStrip;
        let whole = wgpu::PrimitiveTopology::TriangleList;
        // The sky's own picture is a dome behind all others.
        let sky = stage.sky().map(|sky| WorldPlate {
            plate: stage.plates().len(),
            place: PlatePlace::Dome {
                yaw_rad: sky.yaw_rad,
            },
            gain: sky.gain as f32,
            shown: None,
        });
        let numbered = stage.plates().iter().enumerate();
        let plates = numbered.filter_map(|(plate, p)| match p.place {
            PlatePlace::Wall { .. } => None,
            PlatePlace::Card { .. } | PlatePlace::Dome { .. } => Some(WorldPlate {
                plate,
                place: p.place.clone(),
                gain: p.gain as f32,
                shown: None,
            }),
        });
        Self {
            plates: sky.into_iter().chain(plates).collect(),
            card: make(["vs_card", "fs_card"], DepthUse::Nearer, strip),
            dome: make(["vs_dome", "fs_dome"], DepthUse::NearerNoWrite, whole),
            samplers: [false, true].map(|round| plate_sampler(device, round)),
            layout,
        }
    }

    /// Shows a picture of a size as one of the stage's plates.
    pub(super) fn set(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        (plate, is_still): (usize, bool),
        (picture, size_px): (&wgpu::TextureView, [u32; 2]),
    ) {
        let Some(at) = self.plates.iter_mut().find(|p| p.plate == plate) else {
            return;
        };
        let (uniform, bounds) = placed(&at.place, at.gain, size_px);
        let (usage, bytes) = (wgpu::BufferUsages::UNIFORM, bytemuck::bytes_of(&uniform));
        let uniform = binding::buffer(device, queue, "plate", usage, bytes);
        let [flat, round] = &self.samplers;
        let sampler = match at.place {
            PlatePlace::Dome { .. } => round,
            _ => flat,
        };
        let resources = [
            uniform.as_entire_binding(),
            binding::view(picture),
            binding::sampler(sampler),
        ];
        at.shown = Some(ShownPlate {
            group: binding::group(device, "plate", &self.layout, &resources),
            bounds,
            is_still,
        });
    }

    /// Boxes around the cards that play.
    pub(super) fn boxes(&self) -> impl Iterator<Item = [Vec3; 2]> + Clone + '_ {
        let cards = self.plates.iter().filter(|p| !p.is_dome());
        let shown = cards.filter_map(|p| p.shown.as_ref());
        shown.filter(|s| !s.is_still).map(|s| s.bounds)
    }

    /// Draws domes, then cards, over sky and set; `still` leaves out the cards that play.
    pub(super) fn draw(&self, pass: &mut wgpu::RenderPass<'_>, still: bool) {
        for (is_dome, pipeline, corners) in [(true, &self.dome, 0..3), (false, &self.card, 0..4)] {
            for plate in self.plates.iter().filter(|p| p.is_dome() == is_dome) {
                let Some(shown) = &plate.shown else { continue };
                if is_dome || !still || shown.is_still {
                    pass.set_pipeline(pipeline);
                    pass.set_bind_group(1, &shown.group, &[]);
                    pass.draw(corners.clone(), 0..1);
                }
            }
        }
    }
}

impl WorldPlate {
    fn is_dome(&self) -> bool {
        matches!(self.place, PlatePlace::Dome { .. })
    }
}

/// Where a picture of a size lies, and a box around it.
fn placed(place: &PlatePlace, gain: f32, size_px: [u32; 2]) -> (PlateUniform, [Vec3; 2]) {
    let wide = |v: DVec3, w: f32| v.as_vec3().extend(w).to_array();
    match place {
        PlatePlace::Card {
            stage_from_card,
            size_m,
        } => {
            let [px_wide, px_high] = size_px.map(|px| f64::from(px.max(1)));
            let (width, height) = match *size_m {
                [Some(width), Some(height)] => (width, height),
                [Some(width), None] => (width, width * px_high / px_wide),
                [None, Some(height)] => (height * px_wide / px_high, height),
                [None, None] => (px_wide / px_high, 1.0),
            };
            let turn = stage_from_card.rotation();
            let middle = stage_from_card.translation().metres();
            let right = turn * DVec3::X * (width / 2.0);
            let up = turn * DVec3::Y * (height / 2.0);
            // Of a little depth, so that it has an inside.
            let reach = right.abs() + up.abs() + DVec3::splat(1e-3);
            let uniform = PlateUniform {
                middle: wide(middle, gain),
                right: wide(right, 0.0),
                up: wide(up, 0.0),
            };
            let bounds = [middle - reach, middle + reach].map(|p| p.as_vec3());
            (uniform, bounds)
        }
        PlatePlace::Dome { yaw_rad } => {
            let uniform = PlateUniform {
                middle: wide(DVec3::ZERO, gain),
                right: wide(DVec3::ZERO, *yaw_rad as f32),
                ..PlateUniform::default()
            };
            (uniform, [Vec3::ZERO; 2])
        }
        PlatePlace::Wall { .. } => (PlateUniform::default(), [Vec3::ZERO; 2]),
    }
}
