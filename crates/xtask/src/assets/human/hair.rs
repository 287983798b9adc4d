//! The hair: the locks of the base mesh's hair helper, combed back from its parting into a low bun.
//!
//! The helper is sixteen loose strips that hang from a middle parting over face and chest. Each strip
//! keeps its root on the parting and its place in the order; its run is laid anew over the skull, which
//! keeps hair off the face and lets it turn with the head without cutting into the shoulders.

use anyhow::{Context, Result, ensure};
use glam::{Vec2, Vec3};

use super::obj::BaseMesh;
use super::paint::hair::LOCKS;
use super::paint::noise::fraction;
use super::paint::smoothstep;
use super::part::Part;

/// Cells of a lock across and along.
const ACROSS: usize = 4;
const ALONG: usize = 14;
/// Cells of the bun around and along.
const BUN_AROUND: usize = 24;
const BUN_ALONG: usize = 12;

/// What the hair is laid on.
pub struct Head<'a> {
    /// Middle of the skull, metres.
    pub centre_m: Vec3,
    /// Triangles of the head's skin, metres.
    pub triangles_m: &'a [[Vec3; 3]],
    /// Joint that carries the hair.
    pub joint: usize,
    /// Size of the head against the performer's.
    pub size: f32,
}

impl Head<'_> {
    /// Distance of the skin from the centre along a direction, metres.
    fn radius_m(&self, direction: Vec3) -> f32 {
        let hits = self
            .triangles_m
            .iter()
            .filter_map(|t| ray_triangle(self.centre_m, direction, t));
        let nearest = hits.fold(f32::INFINITY, f32::min);
        if nearest.is_finite() { nearest } else { 0.09 }
    }
}

/// Distance along a ray to a triangle, if it meets it.
///
/// Möller and Trumbore, "Fast, minimum storage ray/triangle intersection" (1997), both faces.
pub fn ray_triangle(origin: Vec3, direction: Vec3, [a, b, c]: &[Vec3; 3]) -> Option<f32> {
    // Rays in the plane of symmetry run along shared edges: neither side may lose them to rounding.
    const SLACK: f32 = 1e-4;
    let (ab, ac) = (*b - *a, *c - *a);
    let p = direction.cross(ac);
    let determinant = ab.dot(p);
    if determinant.abs() < 1e-12 {
        return None;
    }
    let from = origin - *a;
    let u = from.dot(p) / determinant;
    let q = from.cross(ab);
    let v = direction.dot(q) / determinant;
    let t = ac.dot(q) / determinant;
    (u >= -SLACK && v >= -SLACK && u + v <= 1.0 + SLACK && t > 1e-6).then_some(t)
}

/// Roots of the helper's strips on the left, front to back: place on the parting (metres).
fn roots(mesh: &BaseMesh, positions_m: &[Vec3]) -> Result<Vec<Vec3>> {
    let mut strips: Vec<Vec<u32>> = Vec::new();
    for face in mesh.faces_where(|name| name == "helper-hair") {
        let corners: Vec<u32> = face.corners.iter().map(|corner| corner.0).collect();
        let touching = |strip: &Vec<u32>| corners.iter().any(|v| strip.contains(v));
        let mut merged = corners.clone();
        let (joined, apart): (Vec<_>, Vec<_>) = strips.into_iter().partition(touching);
        merged.extend(joined.into_iter().flatten());
        strips = apart;
        strips.push(merged);
    }
    let top = |strip: &Vec<u32>| {
        let points = strip.iter().map(|&v| positions_m[v as usize]);
        points.max_by(|a, b| a.y.total_cmp(&b.y))
    };
    let mut roots: Vec<Vec3> = strips
        .iter()
        .filter_map(top)
        .filter(|root| root.x > 0.0)
        .collect();
    roots.sort_by(|a, b| b.z.total_cmp(&a.z));
    ensure!(
        roots.len() == LOCKS,
        "the hair helper has {} strips a side",
        roots.len()
    );
    Ok(roots)
}

/// Direction from the skull's centre of the hair that leaves the parting at `order` (0 front, 1 back),
/// a fraction `t` of its way to the bun, on the left.
fn path(order: f32, root: Vec3, t: f32) -> Vec3 {
    let bun = Vec3::new(0.04, -0.10, -1.0);
    let side = Vec3::new(1.80, -0.36, 0.64).lerp(Vec3::new(0.02, 0.75, -1.2), order);
    let s = 1.0 - t;
    (root * (s * s) + side * (2.0 * s * t) + bun * (t * t)).normalize_or_zero()
}

/// Builds the hair as one part bound to the head.
///
/// # Errors
/// When the helper is not what this expects.
pub fn build(mesh: &BaseMesh, positions_m: &[Vec3], head: &Head) -> Result<Part> {
    let roots = roots(mesh, positions_m)?;
    let (front, back) = (roots[0], roots[LOCKS - 1]);
    let mut part = Part {
        name: "hair",
        ..Part::default()
    };
    for mirror in [1.0, -1.0] {
        for lock in 0..LOCKS {
            add_lock(&mut part, head, lock, mirror, (front, back));
        }
    }
    add_bun(&mut part, head);
    smooth_normals(&mut part).context("hair")?;
    part.influences = vec![vec![(head.joint, 1.0)]; part.positions_m.len()];
    Ok(part)
}

/// The line along which the hair lies on forehead and temple, on the left: the rows of the first lock.
pub fn front_edge_m(hair: &Part) -> Vec<Vec3> {
    (0..=ALONG)
        .filter_map(|row| hair.positions_m.get(row * (ACROSS + 1)).copied())
        .collect()
}

fn add_lock(part: &mut Part, head: &Head, lock: usize, mirror: f32, ends: (Vec3, Vec3)) {
    const OVERLAP: f32 = 0.45;
    let base = part.positions_m.len() as u32;
    let elevation = |point: Vec3| {
        let d = point - head.centre_m;
        libm::atan2f(d.y, d.z)
    };
    let (first, last) = (elevation(ends.0) - 0.43, elevation(ends.1) + 0.25);
    for row in 0..=ALONG {
        for column in 0..=ACROSS {
            let (s, t) = (column as f32 / ACROSS as f32, row as f32 / ALONG as f32);
            let order = (lock as f32 - 0.5 * OVERLAP + s * (1.0 + OVERLAP)) / LOCKS as f32;
            let angle = first + (last - first) * order;
            let root = Vec3::new(0.0, libm::sinf(angle), libm::cosf(angle));
            let d = path(order, root, t);
            let crown = smoothstep(0.0, 0.35, order) * (4.0 * t * (1.0 - t)).powf(0.5);
            let round = 1.0 - (2.0 * s - 1.0) * (2.0 * s - 1.0);
            let loose = fraction(lock as i32, mirror as i32, 0, 5);
            let edge = smoothstep(0.0, 0.10, order);
            let lift =
                0.0014 + 0.0028 * edge + 0.0085 * crown + (0.0030 + 0.003 * loose) * round * edge;
            let hug = smoothstep(1.0, 0.9, t);
            let p = head.centre_m + d * (head.radius_m(d) + lift * hug * head.size + 0.001);
            part.positions_m.push(Vec3::new(p.x * mirror, p.y, p.z));
            part.uvs
                .push(Vec2::new((lock as f32 + s) / LOCKS as f32, 0.01 + 0.98 * t));
        }
    }
    grid(part, base, ACROSS, ALONG, mirror < 0.0);
}

fn add_bun(part: &mut Part, head: &Head) {
    let base = part.positions_m.len() as u32;
    let axis = Vec3::new(0.0, -0.12, -1.0).normalize_or_zero();
    let up = Vec3::new(0.0, 1.0, -0.12).normalize_or_zero();
    let centre = head.centre_m + axis * (head.radius_m(axis) + 0.014 * head.size);
    for row in 0..=BUN_ALONG {
        for column in 0..=BUN_AROUND {
            let t = row as f32 / BUN_ALONG as f32;
            let around = std::f32::consts::TAU * column as f32 / BUN_AROUND as f32;
            let polar = std::f32::consts::PI * (0.06 + 0.94 * t);
            let ridge = 1.0 + 0.055 * libm::cosf(5.0 * around + 7.0 * t);
            let ring = Vec3::X * libm::cosf(around) + up * libm::sinf(around);
            let (sin, cos) = (libm::sinf(polar), libm::cosf(polar));
            let p = centre + (ring * (0.037 * sin) - axis * (0.026 * cos)) * (ridge * head.size);
            part.positions_m.push(p);
            let u = (column as f32 / BUN_AROUND as f32 + 0.9 * t).rem_euclid(2.0);
            part.uvs
                .push(Vec2::new((0.2 + 0.6 * fold(u) + 3.0) / LOCKS as f32, t));
        }
    }
    grid(part, base, BUN_AROUND, BUN_ALONG, true);
}

/// A triangle wave of 0 to 1 with period 1: strands repeat without a visible seam.
fn fold(u: f32) -> f32 {
    let x = (2.0 * u).rem_euclid(2.0);
    if x < 1.0 { x } else { 2.0 - x }
}

fn grid(part: &mut Part, base: u32, across: usize, along: usize, flip: bool) {
    let stride = across as u32 + 1;
    for row in 0..along as u32 {
        for column in 0..across as u32 {
            let a = base + row * stride + column;
            let (b, c, d) = (a + 1, a + stride + 1, a + stride);
            let triangles = [[a, b, c], [a, c, d]];
            part.triangles
                .extend(triangles.map(|[x, y, z]| if flip { [x, y, z] } else { [x, z, y] }));
        }
    }
}

fn smooth_normals(part: &mut Part) -> Result<()> {
    let mut normals = vec![Vec3::ZERO; part.positions_m.len()];
    for triangle in &part.triangles {
        let [a, b, c] = triangle.map(|vertex| part.positions_m[vertex as usize]);
        for vertex in triangle {
            normals[*vertex as usize] += (b - a).cross(c - a);
        }
    }
    part.normals = normals
        .into_iter()
        .map(|n| n.try_normalize().unwrap_or(Vec3::Y))
        .collect();
    ensure!(
        part.normals.iter().all(|normal| normal.is_finite()),
        "a normal is not finite"
    );
    Ok(())
}
