//! Facets of meshes: the cells of a cube around the eye.
//!
//! A cube's face is four cells of at most 55°. Every triangle is cut along the planes through the eye that bound the
//! cells, so that each piece lies in one of them; on a flat triangle pixels and places run evenly, and a cut changes
//! nothing. A mesh that fits one view of 60° straight ahead gets that view and is not cut.

use super::screen::FacetScreen;
use super::{FACET_MAX_RAD, NEAR_M, OuterFacet, OuterPlan, OuterSight, WallPatch, sight};
use crate::{CANVAS_SIDE_MAX_PX, Frustum, Wall, WallCorner};
use cyc_model::{Point, Stage};
use glam::{DMat3, DVec2, DVec3};
use std::collections::BTreeMap;

/// A corner, and where it is from the eye in the cube's axes (right, up, back).
#[derive(Clone, Copy)]
struct Seen {
    at: DVec3,
    corner: WallCorner,
}

/// Normals of the planes through the eye that bound the cells.
const PLANES: [DVec3; 9] = [
    DVec3::new(1.0, 1.0, 0.0),
    DVec3::new(1.0, -1.0, 0.0),
    DVec3::new(1.0, 0.0, 1.0),
    DVec3::new(1.0, 0.0, -1.0),
    DVec3::new(0.0, 1.0, 1.0),
    DVec3::new(0.0, 1.0, -1.0),
    DVec3::X,
    DVec3::Y,
    DVec3::Z,
];

/// Right, up and back of the views onto the faces: front, rear, right, left, above, below.
const FACES: [[DVec3; 3]; 6] = [
    [DVec3::X, DVec3::Y, DVec3::Z],
    [DVec3::NEG_X, DVec3::Y, DVec3::NEG_Z],
    [DVec3::Z, DVec3::Y, DVec3::NEG_X],
    [DVec3::NEG_Z, DVec3::Y, DVec3::X],
    [DVec3::X, DVec3::Z, DVec3::NEG_Y],
    [DVec3::X, DVec3::NEG_Z, DVec3::Y],
];

/// What a view has more than its mesh on each side, tangent: a piece as thin as a line has a view too.
const PAD: f64 = 1e-4;

/// Face, and quadrant of the face (0 when the whole face is one cell).
type Cell = (usize, u8);

/// The pieces of a cell, by cabinet: row, column.
type Pieces = BTreeMap<(u32, u32), Vec<[Seen; 3]>>;

/// Adds the facets and patches of a mesh.
pub(super) fn add_mesh(
    plan: &mut OuterPlan,
    index: usize,
    wall: &Wall,
    eye: Point<Stage>,
) -> OuterSight {
    let triangles = wall.triangles(1.0);
    let axes = axes_towards(wall, &triangles, eye);
    let mut lit = Vec::new();
    let mut dark = Vec::new();
    let mut behind_m: Option<f64> = None;
    for triangle in triangles {
        let seen = triangle.map(|corner| Seen {
            at: axes.transpose() * (wall.point_of_place(corner.place).metres() - eye.metres()),
            corner,
        });
        let [a, b, c] = seen.map(|s| s.at);
        let normal = (b - a).cross(c - a).normalize_or(DVec3::Z);
        let before_m = -normal.dot(a);
        if before_m > 0.0 && wall.shows_outer() {
            lit.push(seen);
        } else {
            if wall.shows_outer() {
                behind_m = Some(behind_m.unwrap_or(0.0).max(-before_m));
            }
            dark.push(triangle);
        }
    }
    let front = !lit.is_empty();
    for ((face, _), pieces) in by_cell(wall, lit) {
        let facet = facet_of(index, wall, eye, axes, face, &pieces);
        let number = facet.map(|facet| {
            plan.facets.push(facet);
            plan.facets.len() - 1
        });
        for (_, triangles) in pieces {
            let triangles = triangles.into_iter().map(|t| t.map(|s| s.corner)).collect();
            plan.patches
                .push(WallPatch::around(index, wall, number, triangles));
        }
    }
    let mut unlit: BTreeMap<(u32, u32), Vec<[WallCorner; 3]>> = BTreeMap::new();
    for triangle in dark {
        let middle = triangle.iter().map(|c| c.wall_px).sum::<DVec2>() / 3.0;
        unlit
            .entry(cabinet_at(wall, middle))
            .or_default()
            .push(triangle);
    }
    for triangles in unlit.into_values() {
        plan.patches
            .push(WallPatch::around(index, wall, None, triangles));
    }
    sight(front, behind_m)
}

/// Axes of the cube by columns (right, up, back): straight ahead is the middle of the mesh.
fn axes_towards(wall: &Wall, triangles: &[[WallCorner; 3]], eye: Point<Stage>) -> DMat3 {
    let mut middle = DVec3::ZERO;
    for triangle in triangles {
        let [a, b, c] = triangle.map(|c| wall.point_of_place(c.place).metres() - eye.metres());
        middle += (a + b + c) * (b - a).cross(c - a).length();
    }
    let ahead = middle.normalize_or(DVec3::NEG_Z);
    let above = if ahead.y.abs() < 0.99 {
        DVec3::Y
    } else {
        DVec3::NEG_Z
    };
    let right = ahead.cross(above).normalize_or(DVec3::X);
    DMat3::from_cols(right, right.cross(ahead), -ahead)
}

/// Cuts triangles into the pieces of each cell.
fn by_cell(wall: &Wall, triangles: Vec<[Seen; 3]>) -> BTreeMap<Cell, Pieces> {
    let mut cells: BTreeMap<Cell, Pieces> = BTreeMap::new();
    let edge = (FACET_MAX_RAD / 2.0).tan();
    let ahead = |s: &Seen| s.at.z < 0.0 && s.at.x.abs().max(s.at.y.abs()) <= -s.at.z * edge;
    let whole = triangles.iter().flatten().all(ahead);
    for triangle in triangles {
        let mut polygons = vec![triangle.to_vec()];
        if !whole {
            for plane in PLANES {
                polygons = polygons.iter().flat_map(|p| cut(p, plane)).collect();
            }
        }
        for polygon in polygons {
            let middle = polygon.iter().map(|s| s.at).sum::<DVec3>() / polygon.len() as f64;
            let cell = if whole { (0, 0) } else { cell_of(middle) };
            let pieces = cells.entry(cell).or_default();
            for pair in polygon[1..].windows(2) {
                let piece = [polygon[0], pair[0], pair[1]];
                let wall_px = piece.iter().map(|s| s.corner.wall_px).sum::<DVec2>() / 3.0;
                pieces
                    .entry(cabinet_at(wall, wall_px))
                    .or_default()
                    .push(piece);
            }
        }
    }
    cells
}

fn cabinet_at(wall: &Wall, wall_px: DVec2) -> (u32, u32) {
    let ([width, height], [columns, rows]) = (wall.map().cabinet_px(), wall.cabinet_grid());
    let index =
        |at: f64, px: u32, count: u32| ((at / f64::from(px)).max(0.0) as u32).min(count - 1);
    (
        index(wall_px.y, height, rows),
        index(wall_px.x, width, columns),
    )
}

/// Both sides of a convex polygon that a plane through the eye cuts.
fn cut(polygon: &[Seen], plane: DVec3) -> Vec<Vec<Seen>> {
    // Corners this near to the plane (metres) lie in it.
    const IN_PLANE_M: f64 = 1e-9;
    let side = |s: &Seen| {
        let d = plane.dot(s.at);
        if d.abs() < IN_PLANE_M { 0.0 } else { d }
    };
    let (any_before, any_behind) = (
        polygon.iter().any(|s| side(s) > 0.0),
        polygon.iter().any(|s| side(s) < 0.0),
    );
    if !(any_before && any_behind) {
        return vec![polygon.to_vec()];
    }
    let (mut before, mut behind) = (Vec::new(), Vec::new());
    for (nth, a) in polygon.iter().enumerate() {
        let b = &polygon[(nth + 1) % polygon.len()];
        let (da, db) = (side(a), side(b));
        if da >= 0.0 {
            before.push(*a);
        }
        if da <= 0.0 {
            behind.push(*a);
        }
        if da * db < 0.0 {
            let middle = between(a, b, da, db);
            before.push(middle);
            behind.push(middle);
        }
    }
    [before, behind]
        .into_iter()
        .filter(|p| p.len() >= 3)
        .collect()
}

/// Where an edge meets the plane. The edge's ends are taken in an order of their own, so that both triangles of an edge
/// get the same point to the last bit and no gap opens between them.
fn between(a: &Seen, b: &Seen, da: f64, db: f64) -> Seen {
    let first = a.at.to_array() <= b.at.to_array();
    let (a, b, da, db) = if first {
        (a, b, da, db)
    } else {
        (b, a, db, da)
    };
    let part = da / (da - db);
    Seen {
        at: a.at.lerp(b.at, part),
        corner: WallCorner {
            wall_px: a.corner.wall_px.lerp(b.corner.wall_px, part),
            canvas_px: a.corner.canvas_px.lerp(b.corner.canvas_px, part),
            place: a.corner.place.lerp(b.corner.place, part),
        },
    }
}

/// The cell of a direction.
fn cell_of(at: DVec3) -> Cell {
    let face = FACES
        .iter()
        .enumerate()
        .max_by(|(_, a), (_, b)| (-a[2]).dot(at).total_cmp(&(-b[2]).dot(at)))
        .map_or(0, |(index, _)| index);
    let [right, up, _] = FACES[face];
    let quadrant = u8::from(right.dot(at) > 0.0) | u8::from(up.dot(at) > 0.0) << 1;
    (face, quadrant)
}

/// The view of a cell, as far as the mesh needs it.
fn facet_of(
    index: usize,
    wall: &Wall,
    eye: Point<Stage>,
    axes: DMat3,
    face: usize,
    pieces: &Pieces,
) -> Option<OuterFacet> {
    let back = FACES[face][2];
    let (mut depths, mut count) = (0.0, 0.0);
    let mut points = Vec::new();
    for seen in pieces.values().flatten().flatten() {
        let depth = -back.dot(seen.at);
        if depth <= 0.0 {
            continue;
        }
        points.push(eye.metres() + axes * seen.at);
        depths += depth;
        count += 1.0;
    }
    let stage_axes = FACES[face].map(|axis| axes * axis);
    let screen = FacetScreen::new(stage_axes, points, PAD, eye);
    let tangents = screen.tangents(eye)?;
    let frustum = Frustum::from_axes(stage_axes, eye, tangents, NEAR_M).ok()?;
    let [pitch_x, pitch_y] = wall.pitch_m();
    let px = |extent: f64, pitch: f64| {
        (extent * depths / count / pitch).clamp(8.0, f64::from(CANVAS_SIDE_MAX_PX))
    };
    Some(OuterFacet {
        wall: index,
        frustum,
        full_px: [
            px(tangents.right - tangents.left, pitch_x),
            px(tangents.top - tangents.bottom, pitch_y),
        ],
        screen,
    })
}
