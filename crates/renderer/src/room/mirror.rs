//! The walls as the floor mirrors them: flat and curved rectangles that a ray meets without a search.
//!
//! A wall gives one mirror a block of its pixel map, a folded one also one a panel. Meshes give none: a ray would have to
//! look at all their triangles, and the floor's mirror picture is dim.

use cyc_model::Xf;
use cyc_stage::{CanvasBlock, QuarterTurn, Stage, Surface, Wall};
use glam::{DQuat, DVec2, DVec3, Mat4};
use std::ops::Range;

/// Mirrors that the room's shader knows; the shader's `MIRRORS_MAX`.
pub(super) const MIRRORS_MAX: usize = 16;

/// A mirrored rectangle for the shader.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
pub(super) struct MirrorUniform {
    from_stage: [[f32; 4]; 4],
    /// Kind (0 flat, 1 arc), width or radius, arc in radians, height.
    shape: [f32; 4],
    /// Its canvas pixels in texture coordinates: left, top, width, height.
    canvas: [f32; 4],
    /// Quarter turns clockwise on the canvas.
    turn: [f32; 4],
}

/// The mirrors of a stage, [`MIRRORS_MAX`] at most; how many, and all of them.
pub(super) fn mirrors(stage: &Stage) -> (usize, Vec<MirrorUniform>) {
    let mut all = Vec::new();
    for wall in stage.walls() {
        for block in wall.map().blocks() {
            match wall.surface() {
                Surface::Mesh(_) => {}
                Surface::Folded(folded) => {
                    for panel in folded.panels() {
                        let columns = both(&panel.columns, &block.columns);
                        all.extend(mirror(wall, block, columns, stage.canvas_px()));
                    }
                }
                _ => {
                    let columns = block.columns.clone();
                    all.extend(mirror(wall, block, columns, stage.canvas_px()));
                }
            }
        }
    }
    let count = all.len().min(MIRRORS_MAX);
    let none = MirrorUniform {
        from_stage: Mat4::IDENTITY.to_cols_array_2d(),
        shape: [0.0, 1.0, 0.0, 1.0],
        canvas: [0.0; 4],
        turn: [0.0; 4],
    };
    all.resize(MIRRORS_MAX, none);
    (count, all)
}

fn both(a: &Range<u32>, b: &Range<u32>) -> Range<u32> {
    a.start.max(b.start)..a.end.min(b.end)
}

/// The mirror of some columns of a block; `None` when there are none, or when they cannot be seen from the floor.
fn mirror(
    wall: &Wall,
    block: &CanvasBlock,
    columns: Range<u32>,
    canvas_px: [u32; 2],
) -> Option<MirrorUniform> {
    if columns.is_empty() {
        return None;
    }
    let [all_columns, all_rows] = wall.cabinet_grid().map(f64::from);
    let (rows, ends) = (&block.rows, [columns.start, columns.end].map(f64::from));
    let [left, right] = ends.map(|c| c / all_columns);
    // Just inside, so that a fold's border belongs to the panel that is meant.
    let right_inside = (ends[1] - 1e-6) / all_columns;
    let bottom = f64::from(rows.end) / all_rows;
    let surface = wall.surface();
    let normal = surface.normal(DVec2::new((left + right) / 2.0, 0.5));
    if (wall.stage_from_wall().rotation() * normal).y > 0.7 {
        return None;
    }
    let height = surface.height_m() * f64::from(rows.end - rows.start) / all_rows;
    let (low, high) = (
        surface.point(DVec2::new(left, bottom)),
        surface.point(DVec2::new(right_inside, bottom)),
    );
    let (rotation, origin, shape) = match surface {
        Surface::Cylinder {
            radius_m, arc_rad, ..
        } => {
            let turned = -((left + right) / 2.0 - 0.5) * arc_rad;
            let arc = arc_rad * (right - left);
            let shape = [1.0, *radius_m, arc, height];
            (
                DQuat::from_rotation_y(turned),
                DVec3::new(0.0, low.y, 0.0),
                shape,
            )
        }
        _ => {
            let along = (high - low).normalize_or(DVec3::X);
            let turned = (-along.z).atan2(along.x);
            let shape = [0.0, low.distance(high), 0.0, height];
            (DQuat::from_rotation_y(turned), (low + high) * 0.5, shape)
        }
    };
    let wall_from_part: Xf<cyc_stage::WallFrame, cyc_stage::WallFrame> =
        Xf::saturating(rotation, origin);
    let from_stage = (wall.stage_from_wall() * wall_from_part).inverse();
    let rect = part_of_block(wall, block, &columns);
    let share = |px: f64, axis: usize| (px / f64::from(canvas_px[axis])) as f32;
    Some(MirrorUniform {
        from_stage: from_stage.to_matrix().as_mat4().to_cols_array_2d(),
        shape: shape.map(|v| v as f32),
        canvas: [
            share(rect[0].x, 0),
            share(rect[0].y, 1),
            share(rect[1].x, 0),
            share(rect[1].y, 1),
        ],
        turn: [quarter(block.turn), 0.0, 0.0, 0.0],
    })
}

fn quarter(turn: QuarterTurn) -> f32 {
    match turn {
        QuarterTurn::Upright => 0.0,
        QuarterTurn::Right => 1.0,
        QuarterTurn::Half => 2.0,
        QuarterTurn::Left => 3.0,
    }
}

/// Corner and size on the canvas of some columns of a block.
fn part_of_block(wall: &Wall, block: &CanvasBlock, columns: &Range<u32>) -> [DVec2; 2] {
    let [width, height] = wall.map().cabinet_px();
    let corner = |column: u32, row: u32| {
        let wall_px = DVec2::new(f64::from(column * width), f64::from(row * height));
        wall.map()
            .canvas_px_in(columns.start, block.rows.start, wall_px)
    };
    let a = corner(columns.start, block.rows.start);
    let b = corner(columns.end, block.rows.end);
    [a.min(b), (b - a).abs()]
}
