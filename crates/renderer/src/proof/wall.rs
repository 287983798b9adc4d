//! The physical walls: where a ray meets them, and which canvas place is there. Own arithmetic.

use super::rigid::{Motion, V3, add, apply, of_quaternion, scale, sub, transpose};
use cyc_stage::{Stage, Surface};

/// A wall by its numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct PhysicalWall {
    /// The wall's frame on the stage.
    place: Motion,
    /// Radius and arc (radians) of an arc; width of a plane.
    arc: Option<(f64, f64)>,
    width: f64,
    height: f64,
    /// Its canvas pixels: x, y, width, height.
    canvas: [f64; 4],
}

/// A place on the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CanvasPlace {
    /// Canvas coordinates, pixel centres at .5.
    pub px: [f64; 2],
    /// Which wall.
    pub wall: usize,
}

impl PhysicalWall {
    /// All walls of a stage.
    pub(super) fn of_stage(stage: &Stage) -> Vec<Self> {
        stage
            .walls()
            .iter()
            .map(|wall| {
                let pose = wall.stage_from_wall();
                let (arc, width, height) = match wall.surface() {
                    Surface::Plane { width_m, height_m } => (None, width_m, height_m),
                    Surface::Cylinder {
                        radius_m,
                        arc_rad,
                        height_m,
                    } => (Some((radius_m, arc_rad)), 0.0, height_m),
                };
                let c = wall.canvas();
                Self {
                    place: Motion {
                        r: of_quaternion(pose.rotation().to_array()),
                        t: pose.translation().metres().to_array(),
                    },
                    arc,
                    width,
                    height,
                    canvas: [c.x, c.y, c.width, c.height].map(f64::from),
                }
            })
            .collect()
    }

    /// Ray parameter and canvas place where a ray meets the lit side.
    fn meet(&self, origin: V3, direction: V3) -> Option<(f64, [f64; 2])> {
        let back = transpose(&self.place.r);
        let o = apply(&back, sub(origin, self.place.t));
        let d = apply(&back, direction);
        let (t, part_x, y) = match self.arc {
            None => {
                let t = -o[2] / d[2];
                let at = add(o, scale(d, t));
                // The lit side looks along +Z.
                if d[2] >= 0.0 {
                    return None;
                }
                (t, at[0] / self.width + 0.5, at[1])
            }
            Some((radius, arc)) => {
                let a = d[0] * d[0] + d[2] * d[2];
                let b = 2.0 * (o[0] * d[0] + o[2] * d[2]);
                let c = o[0] * o[0] + o[2] * o[2] - radius * radius;
                // From inside, the far root is the lit side.
                let t = (-b + (b * b - 4.0 * a * c).sqrt()) / (2.0 * a);
                let at = add(o, scale(d, t));
                let angle = (at[0] / radius).atan2(-at[2] / radius);
                (t, angle / arc + 0.5, at[1])
            }
        };
        let part_y = 1.0 - y / self.height;
        let inside = (0.0..1.0).contains(&part_x) && (0.0..1.0).contains(&part_y);
        (t.is_finite() && t > 1e-6 && inside).then_some((
            t,
            [
                self.canvas[0] + part_x * self.canvas[2],
                self.canvas[1] + part_y * self.canvas[3],
            ],
        ))
    }

    /// The stage point that canvas coordinates show.
    pub(super) fn point(&self, px: [f64; 2]) -> V3 {
        let part_x = (px[0] - self.canvas[0]) / self.canvas[2];
        let part_y = (px[1] - self.canvas[1]) / self.canvas[3];
        let y = self.height * (1.0 - part_y);
        let local = match self.arc {
            None => [self.width * (part_x - 0.5), y, 0.0],
            Some((radius, arc)) => {
                let angle = arc * (part_x - 0.5);
                [radius * angle.sin(), y, -radius * angle.cos()]
            }
        };
        self.place.point(local)
    }

    /// Left, top, right, bottom of its canvas rectangle.
    pub(super) fn canvas_rect(&self) -> [f64; 4] {
        let [x, y, w, h] = self.canvas;
        [x, y, x + w, y + h]
    }
}

/// The nearest lit wall place that a ray meets.
pub(super) fn first_met(walls: &[PhysicalWall], origin: V3, direction: V3) -> Option<CanvasPlace> {
    let mut nearest: Option<(f64, CanvasPlace)> = None;
    for (index, wall) in walls.iter().enumerate() {
        if let Some((t, px)) = wall.meet(origin, direction)
            && nearest.is_none_or(|(before, _)| t < before)
        {
            nearest = Some((t, CanvasPlace { px, wall: index }));
        }
    }
    nearest.map(|(_, place)| place)
}
