//! The room's geometry: walls as seen from both sides, floor, film camera, lines of sight.

use cyc_model::{Point, Pupil, Stage as StageSpace, Vector, Xf};
use cyc_stage::{Camera, Stage, Surface, Wall};
use glam::{DVec2, DVec3, Vec3};

#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
pub(super) struct RoomVertex {
    position: [f32; 3],
    normal: [f32; 3],
    wall: f32,
    color: [f32; 3],
}

/// Degrees of an arc per strip: 0.2 mm of sagitta at 5 m. What a strip shows is computed per pixel.
const STRIP_RAD: f64 = std::f64::consts::PI / 180.0;

/// Radius of the floor.
const FLOOR_M: f32 = 14.0;

fn vertex(position: Vec3, normal: Vec3, wall: f32, color: [f32; 3]) -> RoomVertex {
    RoomVertex {
        position: position.to_array(),
        normal: normal.to_array(),
        wall,
        color,
    }
}

fn push_quad(out: &mut Vec<RoomVertex>, [a, b, c, d]: [RoomVertex; 4]) {
    out.extend([a, b, c, a, c, d]);
}

/// The lit surface of a wall.
pub(super) fn led(out: &mut Vec<RoomVertex>, wall: &Wall, index: usize) {
    let strips = match wall.surface() {
        Surface::Plane { .. } => 1,
        Surface::Cylinder { arc_rad, .. } => (arc_rad / STRIP_RAD).ceil().max(1.0) as u32,
    };
    let at = |s: f64, t: f64| {
        let st = DVec2::new(s, t);
        let position = wall.point_of_st(st).metres().as_vec3();
        let normal = wall.normal_of_st(st).metres().as_vec3();
        vertex(position, normal, index as f32, [1.0; 3])
    };
    for strip in 0..strips {
        let s = |k: u32| f64::from(k) / f64::from(strips);
        let (left, right) = (s(strip), s(strip + 1));
        push_quad(
            out,
            [at(left, 1.0), at(right, 1.0), at(right, 0.0), at(left, 0.0)],
        );
    }
}

/// The stage floor, in squares that are small enough to be lit at their corners.
pub(super) fn floor(out: &mut Vec<RoomVertex>) {
    const SQUARES: i32 = 28;
    let at = |i: i32, j: i32| {
        let part = |k: i32| (k as f32 / SQUARES as f32 * 2.0 - 1.0) * FLOOR_M;
        // A hair below the wall's foot, so that the lowest row of pixels is not cut.
        let position = Vec3::new(part(i), -0.003, part(j));
        vertex(position, Vec3::Y, -1.0, [0.085, 0.085, 0.09])
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
                vertex(at, turned, -1.0, color)
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
        vertex(point.as_vec3(), Vec3::Y, -1.0, color)
    };
    let start = vertex(eye.metres().as_vec3(), Vec3::Y, -1.0, color);
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
