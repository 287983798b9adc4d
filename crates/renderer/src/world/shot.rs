//! The world drawn into one view.

use super::World;
use crate::human::{Human, Sight};
use crate::scene::Finish;
use crate::timing::ViewTimes;
use crate::view::Views;
use crate::view_target::{DepthFound, ViewTarget};

/// The part of a target that a view is drawn into, from the upper left corner on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// Width and height of the whole view.
    pub view_px: [f32; 2],
    /// Corner and size of the rectangle that is drawn; `None`: all of it.
    pub only: Option<([u32; 2], [u32; 2])>,
}

impl Window {
    /// A part of a target's width and height.
    pub(crate) fn part_of(target: &ViewTarget, part: f64) -> Self {
        let part = part.min(1.0);
        Self {
            view_px: target.color.size_px.map(|px| (f64::from(px) * part) as f32),
            only: None,
        }
    }

    fn restrict(&self, pass: &mut wgpu::RenderPass<'_>) {
        let [width, height] = self.view_px;
        pass.set_viewport(0.0, 0.0, width, height, 0.0, 1.0);
        if let Some(([x, y], [width, height])) = self.only {
            pass.set_scissor_rect(x, y, width, height);
        }
    }
}

/// What is drawn of the world, and from where.
pub(crate) struct Shot<'a> {
    /// Number of the view.
    pub view: usize,
    /// Without the humans and what they do to the ground.
    pub still: bool,
    pub window: Window,
    pub times: Option<ViewTimes<'a>>,
}

impl World {
    fn humans_seen(&self) -> impl Iterator<Item = &Human> {
        self.humans.iter().flatten().filter(|h| h.is_visible())
    }

    /// Draws the world into a view.
    pub(crate) fn encode_view(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        target: &ViewTarget,
        mut shot: Shot<'_>,
    ) {
        let seen_from = self.seen_from.get(shot.view).copied();
        let sight = Sight {
            clip_from_stage: seen_from.unwrap_or_default(),
            size_px: shot.window.view_px,
        };
        let is_any = !shot.still && self.humans_seen().any(|human| human.has_small(&sight));
        let ids = target.ids().filter(|_| is_any);
        let offset = [Views::offset(shot.view)];
        let mut depth = DepthFound::Cleared;
        if ids.is_some() {
            let times = shot.times.as_mut().and_then(ViewTimes::opening);
            if let Some(mut pass) = target.ids_pass(encoder, times) {
                shot.window.restrict(&mut pass);
                pass.set_bind_group(0, &self.group, &offset);
                for human in self.humans_seen() {
                    human.draw_ids(&mut pass, &self.pipelines.humans.seen, &sight);
                }
                depth = DepthFound::Kept;
            }
        }
        let times = shot.times.as_mut().and_then(ViewTimes::closing);
        let mut pass = target.pass(encoder, depth, times);
        shot.window.restrict(&mut pass);
        pass.set_bind_group(0, &self.group, &offset);
        self.draw(&mut pass, (&sight, ids), shot.still);
    }

    fn draw(
        &self,
        pass: &mut wgpu::RenderPass<'_>,
        (sight, ids): (&Sight, Option<&wgpu::BindGroup>),
        still: bool,
    ) {
        if !still {
            self.draw_humans(pass, sight, ids);
            pass.set_pipeline(&self.pipelines.prop);
            self.props.draw(pass);
        }
        let model = self.model.as_ref().filter(|_| self.layers.set);
        if let Some(model) = model {
            model.draw(pass, &self.pipelines.humans, false, None);
        }
        self.draw_set(pass);
        let ground = self.pieces.iter().any(|p| p.finish == Finish::Ground);
        if !still && ground && self.layers.set && !self.decals.is_empty() {
            pass.set_pipeline(&self.pipelines.contact);
            pass.draw(0..4, 0..self.decals.len() as u32);
        }
        if self.layers.sky {
            pass.set_pipeline(&self.pipelines.sky);
            pass.draw(0..3, 0..1);
        }
        if self.layers.set {
            self.plates.draw(pass, still);
        }
        if let Some(model) = model {
            model.draw(pass, &self.pipelines.humans, true, None);
        }
        if !still {
            for human in self.humans_seen() {
                human.draw(pass, &self.pipelines.humans, true, Some(sight));
            }
        }
    }

    /// What of the humans is not blended.
    fn draw_humans(
        &self,
        pass: &mut wgpu::RenderPass<'_>,
        sight: &Sight,
        ids: Option<&wgpu::BindGroup>,
    ) {
        if let Some(ids) = ids {
            pass.set_bind_group(3, ids, &[]);
            for human in self.humans_seen() {
                human.light_seen(pass, &self.pipelines.humans, sight);
            }
        }
        for human in self.humans_seen() {
            human.draw(pass, &self.pipelines.humans, false, Some(sight));
        }
    }

    fn draw_set(&self, pass: &mut wgpu::RenderPass<'_>) {
        pass.set_vertex_buffer(0, self.vertices.slice(..));
        pass.set_index_buffer(self.indices.slice(..), wgpu::IndexFormat::Uint32);
        for piece in &self.pieces {
            let (wanted, pipeline) = match piece.finish {
                Finish::Stone => (self.layers.set, &self.pipelines.stone),
                Finish::Pattern => (self.layers.set, &self.pipelines.pattern),
                Finish::Ground => (self.layers.set, &self.pipelines.ground),
                Finish::Plain => (self.layers.fiducials, &self.pipelines.plain),
            };
            if wanted {
                pass.set_pipeline(pipeline);
                pass.draw_indexed(piece.indices.clone(), 0, 0..1);
            }
        }
    }
}
