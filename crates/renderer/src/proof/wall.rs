//! The physical walls: where a ray meets them, and which canvas place is there. Own arithmetic.

use super::rigid::{Motion, V3, add, apply, cross, dot, of_quaternion, scale, sub, transpose};
use super::tree::{Tree, Triangle};
use cyc_stage::{QuarterTurn, Stage, Surface, Wall};

/// A wall's shape in its own frame, by its numbers.
#[derive(Clone, Debug)]
enum Shape {
    /// Width.
    Plane(f64),
    /// Radius and arc (radians).
    Arc(f64, f64),
    /// Foot points (x, z), and how much of the wall's pixels lie left of each.
    Fold(Vec<[f64; 2]>, Vec<f64>),
    /// Triangles whose texture coordinates are parts of the wall.
    Mesh(Tree),
}

/// Cabinets that are together on the canvas.
#[derive(Clone, Copy, Debug)]
struct Block {
    /// Left, top, right, bottom as parts of the wall.
    wall: [f64; 4],
    /// Left, top, width, height on the canvas.
    canvas: [f64; 4],
    /// Quarter turns clockwise.
    turns: u8,
}

/// A wall.
#[derive(Clone, Debug)]
pub(super) struct PhysicalWall {
    /// The wall's frame on the stage.
    place: Motion,
    shape: Shape,
    height: f64,
    blocks: Vec<Block>,
}

/// A place on the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CanvasPlace {
    /// Canvas coordinates, pixel centres at .5.
    pub px: [f64; 2],
    /// Which wall.
    pub wall: usize,
    /// Which block of it.
    pub block: usize,
    /// Which panel or triangle of it.
    piece: usize,
}

/// Where a ray meets a wall: ray parameter, parts to the right and down, panel or triangle.
type Met = (f64, [f64; 2], usize);

impl PhysicalWall {
    /// All walls of a stage.
    pub(super) fn of_stage(stage: &Stage) -> Vec<Self> {
        stage.walls().iter().map(Self::new).collect()
    }

    fn new(wall: &Wall) -> Self {
        let pose = wall.stage_from_wall();
        let (shape, height) = match wall.surface() {
            Surface::Plane { width_m, height_m } => (Shape::Plane(*width_m), *height_m),
            Surface::Cylinder {
                radius_m,
                arc_rad,
                height_m,
            } => (Shape::Arc(*radius_m, *arc_rad), *height_m),
            Surface::Folded(folded) => {
                let all = f64::from(wall.cabinet_grid()[0]);
                let first = folded.panels().first().map(|p| p.left.to_array());
                let feet = first.into_iter();
                let feet = feet.chain(folded.panels().iter().map(|p| p.right.to_array()));
                let ends = folded
                    .panels()
                    .iter()
                    .map(|p| f64::from(p.columns.end) / all);
                let parts = std::iter::once(0.0).chain(ends).collect();
                (Shape::Fold(feet.collect(), parts), folded.height_m())
            }
            Surface::Mesh(mesh) => {
                let corner = |i: u32| mesh.points()[i as usize].to_array();
                let part = |i: u32| mesh.st_of_points()[i as usize].to_array();
                let triangles = mesh.triangles().iter().map(|t| Triangle {
                    at: t.map(corner),
                    part: t.map(part),
                });
                (Shape::Mesh(Tree::new(triangles.collect())), 1.0)
            }
        };
        let [columns, rows] = wall.cabinet_grid().map(f64::from);
        let blocks = wall.map().blocks().iter().map(|block| Block {
            wall: [
                f64::from(block.columns.start) / columns,
                f64::from(block.rows.start) / rows,
                f64::from(block.columns.end) / columns,
                f64::from(block.rows.end) / rows,
            ],
            canvas: [
                block.canvas.x,
                block.canvas.y,
                block.canvas.width,
                block.canvas.height,
            ]
            .map(f64::from),
            turns: match block.turn {
                QuarterTurn::Upright => 0,
                QuarterTurn::Right => 1,
                QuarterTurn::Half => 2,
                QuarterTurn::Left => 3,
            },
        });
        Self {
            place: Motion {
                r: of_quaternion(pose.rotation().to_array()),
                t: pose.translation().metres().to_array(),
            },
            shape,
            height,
            blocks: blocks.collect(),
        }
    }

    /// Where a ray meets the lit side.
    fn meet(&self, origin: V3, direction: V3) -> Option<Met> {
        let back = transpose(&self.place.r);
        let o = apply(&back, sub(origin, self.place.t));
        let d = apply(&back, direction);
        let upright = |t: f64, part_x: f64, piece: usize| {
            let part_y = 1.0 - (o[1] + d[1] * t) / self.height;
            let inside = (0.0..1.0).contains(&part_x) && (0.0..1.0).contains(&part_y);
            (t.is_finite() && t > 1e-6 && inside).then_some((t, [part_x, part_y], piece))
        };
        match &self.shape {
            Shape::Plane(width) => {
                // The lit side looks along +Z.
                let t = -o[2] / d[2];
                (d[2] < 0.0)
                    .then(|| upright(t, (o[0] + d[0] * t) / width + 0.5, 0))
                    .flatten()
            }
            Shape::Arc(radius, arc) => {
                // x² + z² = r² from inside: the far root is where the ray leaves the cylinder.
                let a = d[0] * d[0] + d[2] * d[2];
                let b = 2.0 * (o[0] * d[0] + o[2] * d[2]);
                let c = o[0] * o[0] + o[2] * o[2] - radius * radius;
                let t = (-b + (b * b - 4.0 * a * c).sqrt()) / (2.0 * a);
                let at = add(o, scale(d, t));
                let angle = (at[0] / radius).atan2(-at[2] / radius);
                upright(t, angle / arc + 0.5, 0)
            }
            Shape::Fold(feet, parts) => {
                let met = (0..feet.len() - 1).filter_map(|k| {
                    let ([x0, z0], [x1, z1]) = (feet[k], feet[k + 1]);
                    let (ex, ez) = (x1 - x0, z1 - z0);
                    // Cramer's rule for origin + t direction = foot + w edge, seen from above.
                    let det = d[2] * ex - d[0] * ez;
                    let t = ((x0 - o[0]) * -ez + (z0 - o[2]) * ex) / det;
                    let w = (d[0] * (z0 - o[2]) - d[2] * (x0 - o[0])) / det;
                    // Right of the edge as it runs is behind the wall.
                    let front = d[0] * -ez + d[2] * ex < 0.0;
                    let part = parts[k] + w * (parts[k + 1] - parts[k]);
                    let on = front && (0.0..=1.0).contains(&w);
                    on.then(|| upright(t, part, k)).flatten()
                });
                met.min_by(|a, b| a.0.total_cmp(&b.0))
            }
            Shape::Mesh(tree) => tree.meet(o, d),
        }
    }

    /// The block that a part of the wall belongs to.
    fn block_of(&self, part: [f64; 2]) -> Option<usize> {
        self.blocks.iter().position(|b| {
            (b.wall[0]..=b.wall[2]).contains(&part[0]) && (b.wall[1]..=b.wall[3]).contains(&part[1])
        })
    }

    fn to_canvas(&self, block: usize, part: [f64; 2]) -> [f64; 2] {
        let b = &self.blocks[block];
        let x = (part[0] - b.wall[0]) / (b.wall[2] - b.wall[0]);
        let y = (part[1] - b.wall[1]) / (b.wall[3] - b.wall[1]);
        let (u, v) = match b.turns {
            0 => (x, y),
            1 => (1.0 - y, x),
            2 => (1.0 - x, 1.0 - y),
            _ => (y, 1.0 - x),
        };
        [b.canvas[0] + u * b.canvas[2], b.canvas[1] + v * b.canvas[3]]
    }

    /// The stage point that canvas coordinates in the block and on the panel or triangle of a place show; the panel or
    /// triangle goes on beyond its edges.
    pub(super) fn point(&self, px: [f64; 2], near: &CanvasPlace) -> V3 {
        let b = &self.blocks[near.block];
        let u = (px[0] - b.canvas[0]) / b.canvas[2];
        let v = (px[1] - b.canvas[1]) / b.canvas[3];
        let (x, y) = match b.turns {
            0 => (u, v),
            1 => (v, 1.0 - u),
            2 => (1.0 - u, 1.0 - v),
            _ => (1.0 - v, u),
        };
        let part_x = b.wall[0] + x * (b.wall[2] - b.wall[0]);
        let part_y = b.wall[1] + y * (b.wall[3] - b.wall[1]);
        let up = self.height * (1.0 - part_y);
        let local = match &self.shape {
            Shape::Plane(width) => [width * (part_x - 0.5), up, 0.0],
            Shape::Arc(radius, arc) => {
                let angle = arc * (part_x - 0.5);
                [radius * angle.sin(), up, -radius * angle.cos()]
            }
            Shape::Fold(feet, parts) => {
                let k = near.piece;
                let w = (part_x - parts[k]) / (parts[k + 1] - parts[k]);
                let along = |axis: usize| feet[k][axis] + w * (feet[k + 1][axis] - feet[k][axis]);
                [along(0), up, along(1)]
            }
            Shape::Mesh(tree) => tree.point(near.piece, [part_x, part_y]),
        };
        self.place.point(local)
    }

    /// Left, top, right, bottom of a block on the canvas.
    pub(super) fn canvas_rect(&self, block: usize) -> [f64; 4] {
        let [x, y, w, h] = self.blocks[block].canvas;
        [x, y, x + w, y + h]
    }
}

/// The nearest lit wall place that a ray meets.
pub(super) fn first_met(walls: &[PhysicalWall], origin: V3, direction: V3) -> Option<CanvasPlace> {
    let mut nearest: Option<(f64, usize, Met)> = None;
    for (index, wall) in walls.iter().enumerate() {
        if let Some(met) = wall.meet(origin, direction)
            && nearest.is_none_or(|(before, ..)| met.0 < before)
        {
            nearest = Some((met.0, index, met));
        }
    }
    let (_, wall, (_, part, piece)) = nearest?;
    let block = walls[wall].block_of(part)?;
    Some(CanvasPlace {
        px: walls[wall].to_canvas(block, part),
        wall,
        block,
        piece,
    })
}

impl Triangle {
    /// Ray parameter and weights of the second and third corner, when a ray meets the side from which the corners run
    /// counter-clockwise: the plane first, then the areas of the three parts.
    pub(super) fn meet(&self, origin: V3, direction: V3) -> Option<(f64, [f64; 2])> {
        let [a, b, c] = self.at;
        let normal = cross(sub(b, a), sub(c, a));
        let towards = dot(normal, direction);
        if towards >= 0.0 {
            return None;
        }
        let t = dot(normal, sub(a, origin)) / towards;
        let at = add(origin, scale(direction, t));
        let whole = dot(normal, normal);
        let part = |from: V3, to: V3| dot(normal, cross(sub(to, from), sub(at, from))) / whole;
        let (wa, wb, wc) = (part(b, c), part(c, a), part(a, b));
        let inside = wa >= -1e-9 && wb >= -1e-9 && wc >= -1e-9;
        (t > 1e-6 && inside).then_some((t, [wb, wc]))
    }
}
