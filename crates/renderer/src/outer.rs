//! The outer view on the GPU. What is still is drawn once a facet; each frame only the part in which humans move is
//! drawn again, over a copy of the still picture. While the eye moves nothing is still: then all is drawn.

use crate::pipeline::LINEAR;
use crate::texture::{Target, extent};
use crate::timing::{GpuPass, Timer};
use crate::view::ViewUniform;
use crate::view_target::ViewTarget;
use crate::world::{Shot, Window, World};
use cyc_model::{Point, Stage};
use cyc_stage::OuterFacet;
use glam::{DVec4, Vec3};

/// A rectangle of a facet in texture coordinates: left, top, right, bottom.
pub(crate) type UvRect = [f32; 4];

/// One facet.
pub(crate) struct Facet {
    pub facet: OuterFacet,
    size_px: [u32; 2],
    still: Target,
    /// What the composite reads.
    pub live: Target,
    /// Where humans are in this frame, and were in the last one.
    pub touched: Option<UvRect>,
    pub touched_before: Option<UvRect>,
}

/// All facets, and the targets that they are drawn in.
pub(crate) struct Outer {
    pub facets: Vec<Facet>,
    scratch: ViewTarget,
    still_drawn: bool,
    first_view: usize,
    /// Where it is seen from.
    eye: Point<Stage>,
    /// Whether that is another place than in the frame before.
    eye_moves: bool,
}

/// All of a facet.
const WHOLE: UvRect = [0.0, 0.0, 1.0, 1.0];

/// Pixels around the humans that are drawn with them.
const BORDER_PX: f32 = 3.0;

impl Outer {
    pub(crate) fn new(
        device: &wgpu::Device,
        (facets, eye): (Vec<OuterFacet>, Point<Stage>),
        scale: f64,
        side_max_px: u32,
        (samples, has_humans): (u32, bool),
        first_view: usize,
    ) -> Self {
        let facets: Vec<_> = facets
            .into_iter()
            .map(|facet| {
                let px = |full: f64| ((full * scale).round() as u32).clamp(8, side_max_px);
                let size_px = facet.full_px.map(px);
                Facet {
                    still: Target::new(device, "outer still", size_px, LINEAR, 1),
                    live: Target::new(device, "outer live", size_px, LINEAR, 1),
                    facet,
                    size_px,
                    touched: None,
                    touched_before: None,
                }
            })
            .collect();
        let largest = facets.iter().fold([8, 8], |[w, h]: [u32; 2], f| {
            [w.max(f.size_px[0]), h.max(f.size_px[1])]
        });
        Self {
            facets,
            scratch: ViewTarget::new(device, "outer", largest, samples, has_humans),
            still_drawn: false,
            first_view,
            eye,
            eye_moves: false,
        }
    }

    /// Where it is seen from.
    pub(crate) fn eye(&self) -> Point<Stage> {
        self.eye
    }

    /// Whether every facet is seen from another place than in the frame before.
    pub(crate) fn look_from(&mut self, eye: Point<Stage>) -> bool {
        self.eye_moves = eye != self.eye;
        if self.eye_moves {
            self.eye = eye;
            self.still_drawn = false;
            for facet in &mut self.facets {
                // One that cannot see its wall from there goes on as it was.
                facet.facet.look_from(eye);
            }
        }
        self.eye_moves
    }

    /// The still pictures must be drawn again.
    pub(crate) fn invalidate(&mut self) {
        self.still_drawn = false;
    }

    /// Whether the next frame draws every facet anew.
    pub(crate) fn is_invalid(&self) -> bool {
        !self.still_drawn
    }

    /// Takes where things move: boxes by their low and high corners.
    pub(crate) fn plan(&mut self, live_boxes: impl Iterator<Item = [Vec3; 2]> + Clone) {
        for facet in &mut self.facets {
            facet.touched_before = facet.touched;
            let rects = live_boxes.clone().filter_map(|b| facet.rect_of(b));
            facet.touched = rects.reduce(|a, b| {
                [
                    a[0].min(b[0]),
                    a[1].min(b[1]),
                    a[2].max(b[2]),
                    a[3].max(b[3]),
                ]
            });
        }
    }

    pub(crate) fn set_views(&self, queue: &wgpu::Queue, world: &mut World) {
        for (index, facet) in self.facets.iter().enumerate() {
            let view = ViewUniform::of_frustum(&facet.facet.frustum);
            world.set_view(queue, self.first_view + index, &view);
        }
    }

    /// Draws what changed. Returns how many facets.
    pub(crate) fn encode(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        world: &World,
        timer: &mut Timer,
    ) -> u32 {
        if self.eye_moves {
            return self.encode_moving(encoder, world, timer);
        }
        if !self.still_drawn {
            for (index, facet) in self.facets.iter().enumerate() {
                let shot = Shot {
                    view: self.first_view + index,
                    still: true,
                    window: facet.window(WHOLE).0,
                    times: None,
                };
                world.encode_view(encoder, &self.scratch, shot);
                copy(
                    encoder,
                    &self.scratch.color,
                    &facet.still,
                    [0, 0],
                    facet.size_px,
                );
                copy(encoder, &facet.still, &facet.live, [0, 0], facet.size_px);
            }
            self.still_drawn = true;
        }
        let count = self.facets.iter().filter(|f| f.touched.is_some()).count();
        let mut nth = 0;
        for (index, facet) in self.facets.iter().enumerate() {
            if facet.touched_before.is_some() {
                copy(encoder, &facet.still, &facet.live, [0, 0], facet.size_px);
            }
            let Some(rect) = facet.touched else { continue };
            let (window, (at, size)) = facet.window(rect);
            let shot = Shot {
                view: self.first_view + index,
                still: false,
                window,
                times: Some(timer.view(GpuPass::Outer, nth == 0, nth + 1 == count)),
            };
            nth += 1;
            world.encode_view(encoder, &self.scratch, shot);
            copy(encoder, &self.scratch.color, &facet.live, at, size);
        }
        count as u32
    }

    /// Draws every facet whole.
    fn encode_moving(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        world: &World,
        timer: &mut Timer,
    ) -> u32 {
        let count = self.facets.len();
        for (index, facet) in self.facets.iter().enumerate() {
            let (window, (at, size)) = facet.window(WHOLE);
            let shot = Shot {
                view: self.first_view + index,
                still: false,
                window,
                times: Some(timer.view(GpuPass::Outer, index == 0, index + 1 == count)),
            };
            world.encode_view(encoder, &self.scratch, shot);
            copy(encoder, &self.scratch.color, &facet.live, at, size);
        }
        count as u32
    }
}

impl Facet {
    /// For only a rectangle of the facet, which lies in the target's upper left corner; and the rectangle in pixels.
    fn window(&self, rect: UvRect) -> (Window, ([u32; 2], [u32; 2])) {
        let [width, height] = self.size_px;
        let low = |part: f32, px: u32| ((part * px as f32 - BORDER_PX).max(0.0) as u32).min(px - 1);
        let high = |part: f32, px: u32| ((part * px as f32 + BORDER_PX).ceil() as u32).clamp(1, px);
        let at = [low(rect[0], width), low(rect[1], height)];
        let end = [high(rect[2], width), high(rect[3], height)];
        let size = [
            (end[0] - at[0].min(end[0])).max(1),
            (end[1] - at[1].min(end[1])).max(1),
        ];
        let window = Window {
            view_px: self.size_px.map(|px| px as f32),
            only: Some((at, size)),
        };
        (window, (at, size))
    }

    /// Where a box appears; `None` when it is not in the picture.
    pub(crate) fn rect_of(&self, [low, high]: [Vec3; 2]) -> Option<UvRect> {
        let matrix = self.facet.frustum.clip_from_stage();
        let near = self.facet.frustum.near_m();
        let corner = |index: u32| {
            let pick = |bit: u32, a: f32, b: f32| f64::from(if index & bit == 0 { a } else { b });
            matrix
                * DVec4::new(
                    pick(1, low.x, high.x),
                    pick(2, low.y, high.y),
                    pick(4, low.z, high.z),
                    1.0,
                )
        };
        let mut rect = [
            f32::INFINITY,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::NEG_INFINITY,
        ];
        for first in 0..8 {
            for bit in [1, 2, 4] {
                if first & bit == 0 {
                    let (a, b) = (corner(first), corner(first | bit));
                    for clip in before_near(a, b, near).into_iter().flatten() {
                        let (x, y) = ((clip.x / clip.w) as f32, (clip.y / clip.w) as f32);
                        let (u, v) = (x * 0.5 + 0.5, 0.5 - y * 0.5);
                        rect = [
                            rect[0].min(u),
                            rect[1].min(v),
                            rect[2].max(u),
                            rect[3].max(v),
                        ];
                    }
                }
            }
        }
        let clipped = rect.map(|edge| edge.clamp(0.0, 1.0));
        (clipped[2] > clipped[0] && clipped[3] > clipped[1]).then_some(clipped)
    }
}

/// The ends of that part of an edge that lies before the eye.
fn before_near(a: DVec4, b: DVec4, near: f64) -> [Option<DVec4>; 2] {
    let crossing = || a + (b - a) * ((near - a.w) / (b.w - a.w));
    match (a.w >= near, b.w >= near) {
        (true, true) => [Some(a), Some(b)],
        (true, false) => [Some(a), Some(crossing())],
        (false, true) => [Some(crossing()), Some(b)],
        (false, false) => [None, None],
    }
}

fn copy(
    encoder: &mut wgpu::CommandEncoder,
    from: &Target,
    to: &Target,
    [x, y]: [u32; 2],
    size_px: [u32; 2],
) {
    let at = |texture| wgpu::TexelCopyTextureInfo {
        texture,
        mip_level: 0,
        origin: wgpu::Origin3d { x, y, z: 0 },
        aspect: wgpu::TextureAspect::All,
    };
    encoder.copy_texture_to_texture(at(&from.texture), at(&to.texture), extent(size_px, 1));
}
