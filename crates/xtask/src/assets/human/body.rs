//! Which part of the base mesh becomes which part of the human.

use anyhow::{Context, Result};
use glam::{Vec2, Vec3};

use super::arkit;
use super::charts;
use super::cover::covered;
use super::hair::{self, Head};
use super::lips;
use super::obj::BaseMesh;
use super::paint::smoothstep;
use super::part::Part;
use super::rig::{self, Rig};
use super::shape::{self, DATA, Person};
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

/// Shoe below this height is pressed flat onto the floor, metres.
const SOLE_TOP_M: f32 = 0.03;
/// Height of the foot's underside that becomes the floor, metres.
const UNDERSIDE_M: f32 = 0.004;
/// How far the teeth move back from the lips, which this shape leaves a slit apart, metres.
const TEETH_BACK_M: f32 = 0.003;
/// How far behind its centre the eyeball is left out, where no look can turn it into sight, metres.
const BACK_OF_EYE_M: f32 = 0.006;
/// How far the sole stands out around the shoe, metres.
const SOLE_M: f32 = 0.0035;

/// Everything read from the package, shaped and placed: metres, feet on the floor.
pub struct Source {
    /// Who it is.
    pub person: Person,
    /// The base mesh as read.
    pub mesh: BaseMesh,
    /// Shaped positions of its vertices, metres.
    pub positions_m: Vec<Vec3>,
    /// Skeleton and weights.
    pub rig: Rig,
    /// Face-shape displacements, in the mesh's own unit.
    pub shapes: Vec<Target>,
    /// Middle of the parting between the lips, metres.
    pub mouth_m: Vec3,
}

impl Source {
    /// Reads and shapes the body.
    ///
    /// # Errors
    /// When a member of the package is missing or malformed.
    pub fn read(archive: &mut Archive, person: &Person) -> Result<Self> {
        let mesh = BaseMesh::parse(&archive.text(&format!("{DATA}/3dobjs/base.obj"))?)?;
        let mut positions_m = shape::shape(archive, person, &mesh.positions)?;
        let sole = mesh.vertices_of("helper-tights");
        let floor = sole
            .iter()
            .map(|&v| positions_m[v as usize].y)
            .fold(f32::INFINITY, f32::min);
        for position in &mut positions_m {
            *position = SCALE_M * (*position - Vec3::Y * floor) + Vec3::Y * SHOE_M;
        }
        let rig = Rig::build(archive, &mesh, &positions_m)?;
        let shapes = arkit::read(archive, mesh.positions.len())?;
        let (eye_m, _) = rig::eye_sphere(&mesh, &positions_m, "helper-l-eye")?;
        let mouth_m = lips::parting_m(&positions_m, &shapes, eye_m, person.size)?;
        lips::close(
            &mut positions_m,
            &mesh.vertices_of("body"),
            mouth_m,
            person.size,
        );
        Ok(Self {
            person: *person,
            mesh,
            positions_m,
            rig,
            shapes,
            mouth_m,
        })
    }

    /// Height of the crown above the floor, metres.
    pub fn height_m(&self) -> f32 {
        let body = self.mesh.vertices_of("body");
        body.iter()
            .map(|&v| self.positions_m[v as usize].y)
            .fold(0.0, f32::max)
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

    /// Clothes as fine as the person's are to be.
    fn tailored(&self, clothes: Surface) -> Surface {
        if self.person.fine {
            catmull_clark(&clothes)
        } else {
            clothes
        }
    }

    fn with_shapes(&self, name: &'static str, surface: &Surface) -> Part {
        let mut positions_m = surface.sample(&self.positions_m);
        if name == "teeth" {
            positions_m
                .iter_mut()
                .for_each(|position| position.z -= TEETH_BACK_M * self.person.size);
        }
        let mut part = Part::build(name, surface, &positions_m, &self.rig.weights);
        for shape in &self.shapes {
            let mut offsets = vec![Vec3::ZERO; self.positions_m.len()];
            shape.apply(&mut offsets, SCALE_M * self.person.size);
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
/// Height of the shoes' edge above the floor, metres.
const SHOE_TOP_M: f32 = 0.098;
/// How far the suit reaches down into the shoes, metres.
const SHOE_OVERLAP_M: f32 = 0.016;

impl Body {
    /// Builds all parts.
    ///
    /// # Errors
    /// When the base mesh lacks a group that a part is made of.
    pub fn build(source: &Source) -> Result<Self> {
        let [left, top, right, bottom] = SUIT_CHART;
        let spread = charts::spread(left, top, right, bottom);
        let tights = source.cut(|name| name == "helper-tights", spread);
        let fine = source.tailored(tights);
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
        let mut eyes = catmull_clark(&source.cut(is_eye, eye_chart));
        let (eye, _) = source.left_eye_m()?;
        let eyes_m = eyes.sample(&source.positions_m);
        eyes.retain(|face| {
            face.iter().any(|corner| {
                eyes_m[corner.0 as usize].z > eye.z - BACK_OF_EYE_M * source.person.size
            })
        });
        let face_surfaces = vec![
            skin,
            eyes,
            source.cut(
                |name| name.contains("eyelashes"),
                charts::spread(0.658, 0.0149, 0.7585, 0.0731),
            ),
            source.cut(
                |name| name.contains("-teeth"),
                charts::spread(0.678, 0.08, 0.7385, 0.1246),
            ),
            source.cut(
                |name| name == "helper-tongue",
                charts::spread(0.6229, 0.0159, 0.6478, 0.0706),
            ),
        ];
        let names = ["skin", "eye", "lashes", "teeth", "tongue"];
        let face: Vec<Part> = names
            .iter()
            .zip(&face_surfaces)
            .map(|(name, s)| source.with_shapes(name, s))
            .collect();

        let (mut suit, mut shoes) = (fine.clone(), fine);
        let feet = source.person.feet;
        let below = |face: &[(u32, u32)], top_m: f32| {
            face.iter()
                .all(|corner| suit_m[corner.0 as usize].y < top_m)
        };
        suit.retain(|face| !below(face, (SHOE_TOP_M - SHOE_OVERLAP_M) * feet));
        shoes.retain(|face| below(face, SHOE_TOP_M * feet));
        let clothes = vec![
            inflated("suit", &suit, source, CLOTH_M),
            inflated("shoes", &shoes, source, SHOE_M),
            Self::hair(source, &face[0])?,
        ];
        Ok(Self {
            face,
            clothes,
            face_surfaces,
        })
    }

    fn hair(source: &Source, skin: &Part) -> Result<Part> {
        let (eye, _) = source.left_eye_m()?;
        let size = source.person.size;
        let triangles: Vec<[Vec3; 3]> = skin
            .triangles
            .iter()
            .map(|triangle| triangle.map(|vertex| skin.positions_m[vertex as usize]))
            .filter(|corners| {
                corners
                    .iter()
                    .all(|corner| corner.y > eye.y - 0.12 * size && corner.x.abs() < 0.15 * size)
            })
            .collect();
        let centre_m = Vec3::new(0.0, eye.y + 0.02 * size, source.rig.at("Head")?.z);
        let head = Head {
            centre_m,
            triangles_m: &triangles,
            joint: source.rig.index("Head")?,
            size,
        };
        hair::build(&source.mesh, &source.positions_m, &head).context("building the hair")
    }
}

/// A part of the suit, moved outward along its normals; the underside of shoes is flat on the floor.
fn inflated(name: &'static str, surface: &Surface, source: &Source, thickness_m: f32) -> Part {
    let mut positions_m = surface.sample(&source.positions_m);
    let out = normals(surface, &positions_m);
    for (position, normal) in positions_m.iter_mut().zip(out) {
        let sole = if name == "shoes" {
            smoothstep(0.026, 0.016, position.y)
        } else {
            0.0
        };
        *position += normal * thickness_m + Vec3::new(normal.x, 0.0, normal.z) * (SOLE_M * sole);
        if name == "shoes" && position.y < SOLE_TOP_M {
            let share = (position.y - UNDERSIDE_M) / (SOLE_TOP_M - UNDERSIDE_M);
            position.y = SOLE_TOP_M * share.max(0.0);
        }
    }
    if name == "shoes" {
        even_edge(surface, &mut positions_m);
    }
    Part::build(name, surface, &positions_m, &source.rig.weights)
}

/// Evens out the open edge of a surface, which whole faces leave jagged.
fn even_edge(surface: &Surface, positions_m: &mut [Vec3]) {
    const ROUNDS: usize = 6;
    let boundary = surface.boundary();
    for _ in 0..ROUNDS {
        let before = positions_m.to_vec();
        let mut around = vec![(Vec3::ZERO, 0.0_f32); before.len()];
        for &(a, b) in &boundary {
            for (vertex, other) in [(a, b), (b, a)] {
                around[vertex as usize].0 += before[other as usize];
                around[vertex as usize].1 += 1.0;
            }
        }
        for (position, (sum, count)) in positions_m.iter_mut().zip(around) {
            if count > 0.0 {
                *position = 0.5 * *position + 0.5 * sum / count;
            }
        }
    }
}
