//! The virtual world on the GPU, drawn into any view: set, ground, sky and humans under one light.
//!
//! Everything in it can be drawn from any eye. Humans are posed once a frame ([`World::prepare`]), then drawn into
//! their shadow map and into each view.

mod bake;
mod pipelines;
mod plates;
mod props;
mod set_model;
mod shot;

pub(crate) use shot::{Shot, Window};

use crate::RenderError;
use crate::gpu::Gpu;
use crate::human::{Human, Skinning};
use crate::light::{Decal, HumanShadow, LightUniform, SHADED_MAX, fit_humans};
use crate::plate_textures::PlateUpload;
use crate::scene::Piece;
use crate::settings::RenderSettings;
use crate::sky::{Sky, SkyTurn};
use crate::texture::Target;
use crate::view::{VIEW_BYTES, ViewUniform, Views};
use cyc_character::Character;
use cyc_model::{FaceWeights, StageFrame};
use cyc_stage::Stage;
use glam::{Mat4, Vec3};
use pipelines::Pipelines;
use plates::WorldPlates;
use props::Props;
use std::sync::Arc;

/// What is drawn of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layers {
    /// Set pieces, ground and plates.
    pub set: bool,
    /// The sky.
    pub sky: bool,
    /// Humans and their shadows.
    pub humans: bool,
    /// The test pattern's fiducials.
    pub fiducials: bool,
}

impl Layers {
    /// Everything.
    pub const ALL: Self = Self {
        set: true,
        sky: true,
        humans: true,
        fiducials: true,
    };
    /// The fiducials alone, on black.
    pub const FIDUCIALS: Self = Self {
        set: false,
        sky: false,
        humans: false,
        fiducials: true,
    };
}

/// The world.
pub(crate) struct World {
    pipelines: Pipelines,
    views: Views,
    /// From where each view is seen: clip space from the stage.
    seen_from: Vec<Mat4>,
    group: wgpu::BindGroup,
    light: LightUniform,
    light_buffer: wgpu::Buffer,
    /// What the light's buffer has.
    light_written: Vec<u8>,
    light_views: Views,
    light_group: wgpu::BindGroup,
    sky: Sky,
    set_shadow: Target,
    human_shadow: Target,
    /// Whether the humans' shadow map may have something in it.
    is_shadow_drawn: bool,
    vertices: wgpu::Buffer,
    indices: wgpu::Buffer,
    pieces: Vec<Piece>,
    /// The stage file's own set.
    model: Option<Human>,
    skinning: Skinning,
    humans: Vec<Option<Human>>,
    props: Props,
    plates: WorldPlates,
    contacts: Vec<[f32; 4]>,
    shadow: Option<HumanShadow>,
    decals: Vec<Decal>,
    layers: Layers,
}

/// The light view of the set pieces' shadow map, and of the humans'.
const SET_LIGHT_VIEW: usize = 0;
const HUMAN_LIGHT_VIEW: usize = 1;

impl World {
    /// Builds the world for `view_count` views.
    pub(crate) fn new(
        gpu: &Gpu,
        stage: &Stage,
        characters: &[Option<Arc<Character>>],
        settings: &RenderSettings,
        view_count: usize,
    ) -> Result<Self, RenderError> {
        let baked = bake::bake(gpu, &stage.environment(), settings, view_count)?;
        let (device, queue) = (gpu.device(), gpu.queue());
        let skinning = Skinning::new(device);
        let shape = Some(&baked.pipelines.humans.seen.shape);
        let makers = (&skinning, &baked.pipelines.materials, shape);
        let mut next_id = 0;
        let humans = characters
            .iter()
            .map(|character| {
                let mut human = Human::new(device, queue, makers, character.clone()?);
                next_id = human.number_from(next_id);
                Some(human)
            })
            .collect();
        let performers = stage.performers().first();
        let stage_from_performance =
            performers.map_or_else(Default::default, |p| p.stage_from_performance);
        Ok(Self {
            props: Props::new(device, queue, stage_from_performance),
            plates: WorldPlates::new(
                device,
                &baked.pipelines.world_layout,
                stage,
                settings.samples,
            ),
            pipelines: baked.pipelines,
            views: baked.views,
            seen_from: vec![Mat4::IDENTITY; view_count],
            group: baked.group,
            light: baked.light,
            light_buffer: baked.light_buffer,
            light_written: Vec::with_capacity(size_of::<LightUniform>()),
            light_views: baked.light_views,
            light_group: baked.light_group,
            sky: baked.sky,
            set_shadow: baked.set_shadow,
            human_shadow: baked.human_shadow,
            is_shadow_drawn: true,
            vertices: baked.vertices,
            indices: baked.indices,
            pieces: baked.pieces,
            model: None,
            skinning,
            humans,
            contacts: Vec::with_capacity(crate::light::CONTACTS_MAX * 2),
            shadow: None,
            decals: Vec::with_capacity(SHADED_MAX),
            layers: Layers::ALL,
        })
    }

    /// Takes a picture as the sky, and its light.
    pub(crate) fn set_sky(
        &mut self,
        gpu: &Gpu,
        view: &wgpu::TextureView,
        upload: &PlateUpload<'_>,
        turn: SkyTurn,
    ) {
        self.sky.take_picture(gpu, view, upload, turn);
        self.light.set_sky(&self.sky);
    }

    /// Shows a picture of a size as one of the stage's plates; nothing for one that is on a wall.
    pub(crate) fn set_plate(
        &mut self,
        gpu: &Gpu,
        plate: (usize, bool),
        picture: (&wgpu::TextureView, [u32; 2]),
    ) {
        self.plates.set(gpu.device(), gpu.queue(), plate, picture);
    }

    pub(crate) fn set_layers(&mut self, layers: Layers) {
        self.layers = layers;
    }

    /// Sets one view.
    pub(crate) fn set_view(&mut self, queue: &wgpu::Queue, index: usize, view: &ViewUniform) {
        if let Some(seen_from) = self.seen_from.get_mut(index) {
            *seen_from = view.clip_from_stage();
        }
        self.views.set(queue, index, view);
    }

    /// Takes the frame's poses and fits the shadow map to them.
    pub(crate) fn take_frame(&mut self, queue: &wgpu::Queue, frame: &StageFrame) {
        self.contacts.clear();
        self.decals.clear();
        let mut low = Vec3::INFINITY;
        let mut high = Vec3::NEG_INFINITY;
        let no_face = FaceWeights::default();
        for (index, human) in self.humans.iter_mut().enumerate() {
            let Some(human) = human else { continue };
            let present = frame
                .humans
                .get(index)
                .is_some_and(|h| h.quality.is_present());
            let joints = frame.joints_of_human(index);
            if !present || !self.layers.humans {
                human.hide();
                continue;
            }
            human.pose(queue, joints, frame.faces.get(index).unwrap_or(&no_face));
            if human.is_visible() {
                let (a, b) = human.bounds();
                low = low.min(a);
                high = high.max(b);
                human.add_contacts(joints, &mut self.contacts);
                if let Some(decal) = Decal::of(self.sky.to_sun, a, b) {
                    decal.add_to(&mut self.decals);
                }
            }
        }
        self.props.take_frame(queue, frame, self.layers.humans);
        for [a, b] in self.props.boxes() {
            low = low.min(a);
            high = high.max(b);
            if let Some(decal) = Decal::of(self.sky.to_sun, a, b) {
                decal.add_to(&mut self.decals);
            }
        }
        self.shadow = low
            .is_finite()
            .then(|| fit_humans(self.sky.to_sun, low, high, self.human_shadow.size_px[0]));
        self.light
            .set_humans(self.shadow.as_ref(), &self.decals, &self.contacts);
        let light = bytemuck::bytes_of(&self.light);
        if self.light_written != light {
            queue.write_buffer(&self.light_buffer, 0, light);
            self.light_written.clear();
            self.light_written.extend_from_slice(light);
        }
        if let Some(fit) = &self.shadow {
            let view = ViewUniform::of_light(fit.clip_from_stage);
            self.light_views.set(queue, HUMAN_LIGHT_VIEW, &view);
        }
    }

    /// Boxes around what moves: each human, and the ground that it shades. As low and high corners.
    pub(crate) fn live_boxes(&self) -> impl Iterator<Item = [Vec3; 2]> + Clone + '_ {
        let humans = self.humans.iter().flatten().filter(|h| h.is_visible());
        let decals = self.decals.iter().map(|decal| {
            let corners = decal.corners();
            let low = corners.into_iter().fold(Vec3::INFINITY, Vec3::min);
            [low, corners.into_iter().fold(Vec3::NEG_INFINITY, Vec3::max)]
        });
        humans
            .map(|h| <[Vec3; 2]>::from(h.bounds()))
            .chain(decals)
            .chain(self.props.boxes())
            .chain(self.plates.boxes())
    }

    /// The humans that are to be seen, with their numbers.
    pub(crate) fn visible_humans(&self) -> impl Iterator<Item = (usize, &Human)> {
        let humans = self.humans.iter().enumerate();
        humans.filter_map(|(index, human)| {
            Some((index, human.as_ref()?)).filter(|(_, h)| h.is_visible())
        })
    }

    /// Poses the humans' vertices.
    pub(crate) fn encode_skin(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        timestamps: Option<wgpu::ComputePassTimestampWrites<'_>>,
    ) {
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
            label: Some("skin"),
            timestamp_writes: timestamps,
        });
        for human in self.humans.iter().flatten().filter(|h| h.is_visible()) {
            human.skin(&mut pass, &self.skinning);
        }
    }

    /// Draws all triangles one by one from now on.
    #[cfg(test)]
    pub(crate) fn draw_one_by_one(&mut self) {
        self.humans.iter_mut().flatten().for_each(Human::one_by_one);
    }

    /// Whether there is anybody at all, posed or not.
    pub(crate) fn has_any_human(&self) -> bool {
        self.humans.iter().any(Option::is_some)
    }

    /// Whether anybody is to be posed.
    pub(crate) fn has_humans(&self) -> bool {
        self.humans.iter().flatten().any(Human::is_visible)
    }

    /// Whether the humans' shadow map changes: where nobody throws a shadow it is cleared once.
    pub(crate) fn changes_shadow(&self) -> bool {
        self.shadow.is_some() || self.is_shadow_drawn
    }

    /// Draws the humans' shadow map.
    pub(crate) fn encode_shadow(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        timestamps: Option<wgpu::RenderPassTimestampWrites<'_>>,
    ) {
        self.is_shadow_drawn = self.shadow.is_some();
        let mut pass =
            bake::shadow_pass(encoder, "human shadow", &self.human_shadow.view, timestamps);
        pass.set_bind_group(0, &self.light_group, &[Views::offset(HUMAN_LIGHT_VIEW)]);
        for human in self.humans.iter().flatten().filter(|h| h.is_visible()) {
            human.draw_depth(&mut pass, &self.pipelines.humans);
        }
        pass.set_pipeline(&self.pipelines.set_depth);
        self.props.draw(&mut pass);
    }
}

/// Bytes of one view, for layouts.
pub(crate) const VIEW_SIZE: u64 = VIEW_BYTES;
