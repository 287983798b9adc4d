//! Which part of the base mesh becomes which part of the human.

use anyhow::{Context, Result};
use glam::{Vec2, Vec3};

use super::arkit;
use super::charts;
use super::cover::covered;
use super::hair::{self, Head};
use super::obj::BaseMesh;
use super::part::Part;
use super::rig::{self, Rig};
use super::shape::{self, DATA};
use super::subdivide::catmull_clark;
use super::surface::{Surface, normals};
use super::target::Target;
use crate::assets::package::Archive;

/// Metres per unit of the base mesh.
const SCALE_M: f32 = 0.1;
/// Thickness of the suit's cloth over the helper, metres.
const CLOTH_M: f32 = 0.0015;
/// Thickness of the shoes over the suit's feet, metres.
const SHOE_M: f32 = 0.0045;

/// Everything read from the package, shaped and placed: metres, feet on the floor.
pub struct Source {
    /// The base mesh as read.
    pub mesh: BaseMesh,
    /// Shaped positions of its vertices, metres.
    pub positions_m: Vec<Vec3>,
    /// Skeleton and weights.
    pub rig: Rig,
    /// Face-shape displacements, in the mesh's own unit.
    pub shapes: Vec<Target>,
}

impl Source {
    /// Reads and shapes the body.
    ///
    /// # Errors
    /// When a member of the package is missing or malformed.
    pub fn read(archive: &mut Archive) -> Result<Self> {
        let mesh = BaseMesh::parse(&archive.text(&format!("{DATA}/3dobjs/base.obj"))?)?;
        let mut positions_m = shape::shape(archive, &mesh.positions)?;
        let sole = mesh.vertices_of("helper-tights");
        let floor = sole.iter().map(|&v| positions_m[v as usize].y).fold(f32::INFINITY, f32::min);
        for position in &mut positions_m {
            *position = SCALE_M * (*position - Vec3::Y * floor) + Vec3::Y * SHOE_M;
        }
        let rig = Rig::build(archive, &mesh, &positions_m)?;
        let shapes = arkit::read(archive, mesh.positions.len())?;
        Ok(Self { mesh, positions_m, rig, shapes })
    }

    /// Height of the crown above the floor, metres.
    pub fn height_m(&self) -> f32 {
        let body = self.mesh.vertices_of("body");
        body.iter().map(|&v| self.positions_m[v as usize].y).fold(0.0, f32::max)
    }

    /// Centre and radius of the left eye, metres.
    ///
    /// # Errors
    /// When the mesh has no such group.
    pub fn left_eye_m(&self) -> Result<(Vec3, f32)> {
        rig::eye_sphere(&self.mesh, &self.positions_m, "helper-l-eye")
    }

    fn cut(&self, wanted: impl Fn(&str) -> bool, place: impl Fn(Vec2) -> Vec2) -> Surface {
        Surface::cut(&self.mesh, self.mesh.faces_where(wanted), place)
    }

    fn with_shapes(&self, name: &'static str, surface: &Surface) -> Part {
        let positions_m = surface.sample(&self.positions_m);
        let mut part = Part::build(name, surface, &positions_m, &self.rig.weights);
        for shape in &self.shapes {
            let mut offsets = vec![Vec3::ZERO; self.positions_m.len()];
            shape.apply(&mut offsets, SCALE_M);
            part.add_morph(surface, &positions_m, &surface.sample(&offsets));
        }
        part
    }
}

/// The parts of the human, ready to be written.
pub struct Body {
    /// Parts that the face shapes move.
    pub face: Vec<Part>,
    /// Parts that they do not.
    pub clothes: Vec<Part>,
    /// Base-mesh blends behind the vertices of each part of `face`, for sampling masks.
    pub face_surfaces: Vec<Surface>,
}

/// Bounds of the suit's chart in the base layout, upper-left origin.
const SUIT_CHART: [f32; 4] = [0.8099, 0.0113, 0.8796, 0.1165];
/// Height in the suit's own texture below which its charts are the feet.
const FEET_CHART: f32 = 0.79;

impl Body {
    /// Builds all parts.
    ///
    /// # Errors
    /// When the base mesh lacks a group that a part is made of.
    pub fn build(source: &Source) -> Result<Self> {
        let [left, top, right, bottom] = SUIT_CHART;
        let spread = charts::spread(left, top, right, bottom);
        let tights = source.cut(|name| name == "helper-tights", spread);
        let fine = catmull_clark(&tights);
        let suit_m = fine.sample(&source.positions_m);
        let mut edge = vec![false; suit_m.len()];
        for (a, b) in fine.boundary() {
            edge[a as usize] = true;
            edge[b as usize] = true;
        }
        let mut skin = source.cut(|name| name == "body", charts::skin);
        let skin_m = skin.sample(&source.positions_m);
        let hidden = covered(&skin_m, &suit_m, &edge);
        skin.retain(|face| !face.iter().all(|corner| hidden[corner.0 as usize]));

        let eye_chart = |uv: Vec2| {
            let left = if uv.x < 0.7867 { 0.760_085 } else { 0.787_978 };
            0.005 + 0.99 * (uv - Vec2::new(left, 1.0 - 0.956_999)) / 0.025_45
        };
        let is_eye = |name: &str| name == "helper-l-eye" || name == "helper-r-eye";
        let face_surfaces = vec![
            skin,
            catmull_clark(&source.cut(is_eye, eye_chart)),
            source.cut(|name| name.contains("eyelashes"), charts::spread(0.658, 0.0149, 0.7585, 0.0731)),
            source.cut(|name| name.contains("-teeth"), charts::spread(0.678, 0.08, 0.7385, 0.1246)),
            source.cut(|name| name == "helper-tongue", charts::spread(0.6229, 0.0159, 0.6478, 0.0706)),
        ];
        let names = ["skin", "eye", "lashes", "teeth", "tongue"];
        let face: Vec<Part> =
            names.iter().zip(&face_surfaces).map(|(name, s)| source.with_shapes(name, s)).collect();

        let mut suit = fine.clone();
        let is_foot = |surface: &Surface, face: &[(u32, u32)]| {
            face.iter().all(|corner| surface.uvs[corner.1 as usize].y > FEET_CHART)
        };
        suit.retain(|face| !is_foot(&fine, face));
        let mut shoes = fine.clone();
        shoes.retain(|face| is_foot(&fine, face));
        let clothes = vec![
            inflated("suit", &suit, source, CLOTH_M),
            inflated("shoes", &shoes, source, SHOE_M),
            Self::hair(source, &face[0])?,
        ];
        Ok(Self { face, clothes, face_surfaces })
    }

    fn hair(source: &Source, skin: &Part) -> Result<Part> {
        let (eye, _) = source.left_eye_m()?;
        let triangles: Vec<[Vec3; 3]> = skin
            .triangles
            .iter()
            .map(|triangle| triangle.map(|vertex| skin.positions_m[vertex as usize]))
            .filter(|corners| corners.iter().all(|corner| corner.y > eye.y - 0.12 && corner.x.abs() < 0.15))
            .collect();
        let centre_m = Vec3::new(0.0, eye.y + 0.02, source.rig.at("Head")?.z);
        let head = Head { centre_m, triangles_m: &triangles, joint: source.rig.index("Head")? };
        hair::build(&source.mesh, &source.positions_m, &head).context("building the hair")
    }
}

/// A part of the suit, moved outward along its normals but never below the floor.
fn inflated(name: &'static str, surface: &Surface, source: &Source, thickness_m: f32) -> Part {
    let mut positions_m = surface.sample(&source.positions_m);
    let out = normals(surface, &positions_m);
    for (position, normal) in positions_m.iter_mut().zip(out) {
        *position += normal * thickness_m;
        position.y = position.y.max(0.0);
    }
    Part::build(name, surface, &positions_m, &source.rig.weights)
}
