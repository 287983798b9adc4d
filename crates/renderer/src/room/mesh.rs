//! The room's geometry: walls as seen from both sides, floor, film camera, lines of sight.

use cyc_model::{Point, Pupil, Stage as StageSpace, Vector, Xf};
use cyc_stage::{Camera, Stage, Wall};
use glam::{DVec3, Vec3};

#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
pub(super) struct RoomVertex {
    position: [f32; 3],
    normal: [f32; 3],
    color: [f32; 3],
    /// Where on the canvas, in texture coordinates.
    canvas_uv: [f32; 2],
    /// The part of the canvas that belongs to it: left, top, right, bottom.
    canvas_edge: [f32; 4],
}

/// Widest strip of an arc: 0.2 mm of sagitta at 5 m.
const STRIP_RAD: f64 = std::f64::consts::PI / 180.0;

/// Radius of the floor.
const FLOOR_M: f32 = 14.0;

fn vertex(position: Vec3, normal: Vec3, color: [f32; 3]) -> RoomVertex {
    RoomVertex {
        position: position.to_array(),
        normal: normal.to_array(),
        color,
        canvas_uv: [0.0; 2],
        canvas_edge: [0.0; 4],
    }
}

fn push_quad(out: &mut Vec<RoomVertex>, [a, b, c, d]: [RoomVertex; 4]) {
    out.extend([a, b, c, a, c, d]);
}

/// The lit surface of a wall.
pub(super) fn led(out: &mut Vec<RoomVertex>, wall: &Wall, canvas_px: [u32; 2]) {
    let [width, height] = canvas_px.map(f64::from);
    let share = |x: f64, y: f64| [(x / width) as f32, (y / height) as f32];
    let edges: Vec<_> = wall
        .map()
        .blocks()
        .iter()
        .map(|block| {
            // Half a pixel from the edge, so that filtering never mixes in a neighbour's pixels.
            let c = block.canvas;
            let [left, top] = share(f64::from(c.x) + 0.5, f64::from(c.y) + 0.5);
            let [right, bottom] = share(f64::from(c.right()) - 0.5, f64::from(c.bottom()) - 0.5);
            (c, [left, top, right, bottom])
        })
        .collect();
    for triangle in wall.triangles(STRIP_RAD) {
        let [a, b, c] = triangle.map(|c| wall.point_of_place(c.place).metres());
        let normal = (b - a).cross(c - a).normalize_or(DVec3::Y).as_vec3();
        let middle = triangle.iter().map(|c| c.canvas_px).sum::<glam::DVec2>() / 3.0;
        let inside = edges.iter().find(|(rect, _)| {
            let (x, y) = (middle.x.max(0.0) as u32, middle.y.max(0.0) as u32);
            (rect.x..rect.right()).contains(&x) && (rect.y..rect.bottom()).contains(&y)
        });
        let canvas_edge = inside.map_or([0.0, 0.0, 1.0, 1.0], |(_, edge)| *edge);
        for (corner, at) in triangle.iter().zip([a, b, c]) {
            out.push(RoomVertex {
                canvas_uv: share(corner.canvas_px.x, corner.canvas_px.y),
                canvas_edge,
                ..vertex(at.as_vec3(), normal, [1.0; 3])
            });
        }
    }
}

/// The stage floor, in squares that are small enough to be lit at their corners.
pub(super) fn floor(out: &mut Vec<RoomVertex>) {
    const SQUARES: i32 = 28;
    let at = |i: i32, j: i32| {
        let part = |k: i32| (k as f32 / SQUARES as f32 * 2.0 - 1.0) * FLOOR_M;
        // A hair below the wall's foot, so that the lowest row of pixels is not cut.
        let position = Vec3::new(part(i), -0.003, part(j));
        vertex(position, Vec3::Y, [0.085, 0.085, 0.09])
    };
    for i in 0..SQUARES {
        for j in 0..SQUARES {
            push_quad(
                out,
                [at(i, j + 1), at(i + 1, j + 1), at(i + 1, j), at(i, j)],
            );
        }
    }
}

/// A box with its own axes.
fn cuboid(
    out: &mut Vec<RoomVertex>,
    pose: Xf<StageSpace, Pupil>,
    centre: DVec3,
    size: DVec3,
    color: [f32; 3],
) {
    for axis in 0..3 {
        for sign in [-1.0, 1.0] {
            let mut normal = DVec3::ZERO;
            normal[axis] = sign;
            let right = DVec3::new(normal.y, normal.z, normal.x);
            let up = normal.cross(right);
            let turned = (pose * Vector::saturating(normal)).metres().as_vec3();
            let corner = |x: f64, y: f64| {
                let local = centre + (normal + right * x + up * y) * 0.5 * size;
                let at = (pose * Point::saturating(local)).metres().as_vec3();
                vertex(at, turned, color)
            };
            push_quad(
                out,
                [
                    corner(-1.0, -1.0),
                    corner(1.0, -1.0),
                    corner(1.0, 1.0),
                    corner(-1.0, 1.0),
                ],
            );
        }
    }
}

/// The film camera: body, lens, viewfinder and a tripod down to the floor.
pub(super) fn camera_rig(out: &mut Vec<RoomVertex>, stage_from_pupil: Xf<StageSpace, Pupil>) {
    let dark = [0.16, 0.16, 0.17];
    let pose = stage_from_pupil;
    let mut part = |centre: [f64; 3], size: [f64; 3], color| {
        cuboid(
            out,
            pose,
            DVec3::from_array(centre),
            DVec3::from_array(size),
            color,
        );
    };
    part([0.0, 0.0, 0.02], [0.11, 0.11, 0.16], [0.07, 0.07, 0.08]);
    part([0.0, 0.01, 0.25], [0.15, 0.17, 0.30], dark);
    part([0.0, 0.16, 0.22], [0.05, 0.05, 0.22], dark);
    part([-0.12, 0.10, 0.20], [0.10, 0.07, 0.03], [0.25, 0.25, 0.26]);
    let foot = stage_from_pupil.translation().metres();
    let upright = Xf::<StageSpace, Pupil>::from_translation(DVec3::new(foot.x, 0.0, foot.z + 0.22));
    let top = (foot.y - 0.12).max(0.2);
    let mut post = |x: f64, z: f64, width: f64| {
        cuboid(
            out,
            upright,
            DVec3::new(x, top / 2.0, z),
            DVec3::new(width, top, width),
            [0.10, 0.10, 0.11],
        );
    };
    post(0.0, 0.0, 0.06);
    post(-0.12, 0.07, 0.025);
    post(0.12, 0.07, 0.025);
    post(0.0, -0.13, 0.025);
}

/// Lines from the pupil to where the picture's edge meets the walls, and along that edge.
pub(super) fn sight_lines(
    out: &mut Vec<RoomVertex>,
    stage: &Stage,
    camera: &Camera,
    stage_from_pupil: Xf<StageSpace, Pupil>,
) {
    const STEPS: u32 = 24;
    let color = [1.0, 0.62, 0.14];
    let Ok(view) = camera.sensor_view(stage_from_pupil) else {
        return;
    };
    let [straight, dx, dy] = view.ray_basis();
    let eye = view.eye();
    let end_of = |x: f64, y: f64| {
        let ray = Vector::saturating(straight + dx * x + dy * y);
        let hit = stage.intersect(eye, ray);
        let point = hit.map_or(eye.metres() + ray.metres() * 6.0, |(_, h)| {
            // Just before the wall, so that the line is not hidden by it.
            eye.metres() + ray.metres() * (h.t_ray * 0.998)
        });
        vertex(point.as_vec3(), Vec3::Y, color)
    };
    let start = vertex(eye.metres().as_vec3(), Vec3::Y, color);
    let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];
    for (nth, (x, y)) in corners.into_iter().enumerate() {
        out.extend([start, end_of(x, y)]);
        let (next_x, next_y) = corners[(nth + 1) % corners.len()];
        let along = |k: u32| {
            let part = f64::from(k) / f64::from(STEPS);
            end_of(x + (next_x - x) * part, y + (next_y - y) * part)
        };
        for step in 0..STEPS {
            out.extend([along(step), along(step + 1)]);
        }
    }
}
