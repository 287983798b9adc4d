//! Places on a body's skin, and where they go when the body moves.
//!
//! A landmark is a point of a triangle of one of the character's primitives, which are told apart by their mesh's and
//! their material's name. Its position follows glTF's linear blend skinning in `f64`, written out here a second time:
//! the renderer's and the loader's versions are judged by it.

use super::linear::Placement;
use super::linear::{add_scaled, cross, length, unit_or};
use cyc_character::{Character, Primitive};
use serde_json::Value;
use thiserror::Error;

/// A named place on the rest mesh.
#[derive(Clone, Debug, PartialEq)]
pub struct Landmark {
    /// The marker's label.
    pub name: String,
    /// Name of the mesh that it is on.
    pub mesh: String,
    /// Name of the material of the mesh's primitive that it is on.
    pub material: String,
    /// Three vertices of that primitive and their weights, sum 1.
    pub corners: [(u32, f64); 3],
    /// Where it was found on the body at rest, metres; a body that has it elsewhere is another body.
    pub rest_position_m: Option<[f64; 3]>,
}

/// How far a landmark may lie from where the file says it is: the file's last digit, and vertices stored as `f32`.
const REST_TOLERANCE_M: f64 = 1e-4;

/// The landmarks of a body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Landmarks(pub Vec<Landmark>);

/// Why landmarks do not fit a body.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LandmarkError {
    /// The file is not what it should be.
    #[error("landmarks: {what}")]
    Malformed {
        /// What is wrong.
        what: String,
    },
    /// A landmark names a mesh or vertex that the body has not.
    #[error("landmark '{name}' is not on the body: {what}")]
    NotOnBody {
        /// The landmark.
        name: String,
        /// What is missing.
        what: String,
    },
}

impl LandmarkError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "simulator-landmarks-malformed",
            Self::NotOnBody { .. } => "simulator-landmark-not-on-body",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Malformed { what } => vec![("what", what.clone())],
            Self::NotOnBody { name, what } => vec![("name", name.clone()), ("what", what.clone())],
        }
    }
}

/// A place on the skin, ready to be followed: up to twelve joints with weights.
#[derive(Clone, Debug)]
pub struct SkinPoint {
    /// Joint index, weight, position in the joint's frame at rest.
    influences: Vec<(usize, f64, [f64; 3])>,
}

impl SkinPoint {
    /// Where the place is for the given joint placements.
    pub fn at(&self, joints: &[Placement]) -> [f64; 3] {
        let mut p = [0.0; 3];
        for (joint, weight, local) in &self.influences {
            if let Some(placed) = joints.get(*joint) {
                p = add_scaled(p, placed.point(*local), *weight);
            }
        }
        p
    }
}

impl Landmark {
    /// The rest position and the outward normal of the skin there, in the mesh's space.
    ///
    /// # Errors
    /// When the body has no such primitive or vertex, or has it elsewhere than the landmarks say.
    pub fn rest(&self, body: &Character) -> Result<([f64; 3], [f64; 3]), LandmarkError> {
        let primitive = self.primitive_of(body)?;
        let (mut p, mut n) = ([0.0; 3], [0.0; 3]);
        for (vertex, weight) in self.corners {
            let (at, normal) =
                vertex_of(primitive, vertex).ok_or_else(|| self.missing("vertex"))?;
            p = add_scaled(p, at, weight);
            n = add_scaled(n, normal, weight);
        }
        if let Some(expected) = self.rest_position_m {
            let off = length(add_scaled(p, expected, -1.0));
            if !(off <= REST_TOLERANCE_M) {
                return Err(self.missing(&format!("{:.1} mm off its place", off * 1000.0)));
            }
        }
        Ok((p, unit_or(n, [0.0, 1.0, 0.0])))
    }

    /// Binds the place, moved by `offset_m` from the skin at rest, to the body's joints.
    ///
    /// # Errors
    /// When the body is not the one of the landmarks, or has no skin there.
    pub fn bind(&self, body: &Character, offset_m: [f64; 3]) -> Result<SkinPoint, LandmarkError> {
        let primitive = self.primitive_of(body)?;
        let skin = primitive
            .skin
            .and_then(|s| body.skins.get(s))
            .ok_or_else(|| self.missing("skin"))?;
        let mut influences = Vec::new();
        let rest = add_scaled(self.rest(body)?.0, offset_m, 1.0);
        for (vertex, corner) in self.corners {
            let v = vertex as usize;
            let (Some(joints), Some(weights)) = (primitive.joints.get(v), primitive.weights.get(v))
            else {
                return Err(self.missing("weights"));
            };
            for (number, weight) in joints.iter().zip(weights) {
                let share = corner * f64::from(*weight);
                let n = usize::from(*number);
                let (Some(joint), Some(inverse_bind)) =
                    (skin.joints.get(n), skin.joint_from_mesh.get(n))
                else {
                    return Err(self.missing("joint"));
                };
                if share > 1e-6 {
                    influences.push((
                        joint.idx(),
                        share,
                        apply(&inverse_bind.to_cols_array(), rest),
                    ));
                }
            }
        }
        let sum: f64 = influences.iter().map(|i| i.1).sum();
        for influence in &mut influences {
            influence.1 /= sum;
        }
        Ok(SkinPoint { influences })
    }

    fn primitive_of<'c>(&self, body: &'c Character) -> Result<&'c Primitive, LandmarkError> {
        let has_material = |p: &&Primitive| {
            body.materials
                .get(p.material)
                .is_some_and(|m| m.name == self.material)
        };
        body.primitives
            .iter()
            .filter(|p| p.name == self.mesh)
            .find(has_material)
            .ok_or_else(|| self.missing(&format!("{}/{}", self.mesh, self.material)))
    }

    fn missing(&self, what: &str) -> LandmarkError {
        LandmarkError::NotOnBody {
            name: self.name.clone(),
            what: what.to_owned(),
        }
    }
}

/// A tangential displacement: `u` and `v` along two directions perpendicular to `normal`, `out` along it; metres.
pub fn on_skin(normal: [f64; 3], u: f64, v: f64, out: f64) -> [f64; 3] {
    let helper = if normal[1].abs() < 0.9 {
        [0.0, 1.0, 0.0]
    } else {
        [1.0, 0.0, 0.0]
    };
    let a = unit_or(cross(normal, helper), [1.0, 0.0, 0.0]);
    let b = cross(normal, a);
    add_scaled(add_scaled(add_scaled([0.0; 3], a, u), b, v), normal, out)
}

fn vertex_of(primitive: &Primitive, vertex: u32) -> Option<([f64; 3], [f64; 3])> {
    let p = primitive.positions.get(vertex as usize)?;
    let n = primitive.normals.get(vertex as usize)?;
    let wide = |v: &glam::Vec3| [f64::from(v.x), f64::from(v.y), f64::from(v.z)];
    Some((wide(p), wide(n)))
}

/// A column-major 4×4 matrix on a point.
fn apply(m: &[f32; 16], p: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|row| {
        f64::from(m[12 + row])
            + (0..3)
                .map(|col| f64::from(m[col * 4 + row]) * p[col])
                .sum::<f64>()
    })
}

impl Landmarks {
    /// Reads `landmarks.json`: `{"landmarks": [{"name", "mesh", "material", "triangle": [a, b, c], "barycentric":
    /// [wa, wb, wc], "rest_position_m": [x, y, z]}]}`; vertices count within the primitive.
    ///
    /// # Errors
    /// When it is not that, names a landmark twice, or has weights that are not shares of one.
    pub fn parse(json: &[u8]) -> Result<Self, LandmarkError> {
        let malformed = |what: String| LandmarkError::Malformed { what };
        let root: Value = serde_json::from_slice(json).map_err(|e| malformed(e.to_string()))?;
        let list = root.get("landmarks").and_then(Value::as_array);
        let list = list.ok_or_else(|| malformed("landmarks: []".to_owned()))?;
        let mut landmarks: Vec<Landmark> = Vec::new();
        for (i, entry) in list.iter().enumerate() {
            let one = Landmark::parse(entry).map_err(|k| malformed(format!("[{i}].{k}")))?;
            if landmarks.iter().any(|l| l.name == one.name) {
                return Err(malformed(format!("[{i}].name = {}, 2×", one.name)));
            }
            landmarks.push(one);
        }
        Ok(Self(landmarks))
    }
}

impl Landmark {
    /// One entry of the list; the name of the key that is wrong when it cannot be read.
    fn parse(entry: &Value) -> Result<Self, &'static str> {
        let text = |key| Some(entry.get(key)?.as_str()?.to_owned());
        let three = |key| {
            let list = entry.get(key)?.as_array().filter(|l| l.len() == 3)?;
            let mut values = [0.0; 3];
            for (slot, value) in values.iter_mut().zip(list) {
                *slot = value.as_f64().filter(|v| v.is_finite())?;
            }
            Some(values)
        };
        let weights = three("barycentric").ok_or("barycentric")?;
        let sum: f64 = weights.iter().sum();
        // On an edge the file's rounding may put a landmark a hair outside.
        if weights.iter().any(|w| *w < -1e-4) || (sum - 1.0).abs() > 1e-3 {
            return Err("barycentric");
        }
        let triangle = entry
            .get("triangle")
            .and_then(Value::as_array)
            .ok_or("triangle")?;
        let mut corners = [(0, 0.0); 3];
        for (i, corner) in corners.iter_mut().enumerate() {
            let vertex = triangle.get(i).and_then(Value::as_u64);
            let vertex = vertex
                .and_then(|v| u32::try_from(v).ok())
                .ok_or("triangle")?;
            *corner = (vertex, weights[i] / sum);
        }
        Ok(Self {
            name: text("name").ok_or("name")?,
            mesh: text("mesh").ok_or("mesh")?,
            material: text("material").ok_or("material")?,
            corners,
            rest_position_m: match entry.get("rest_position_m") {
                Some(_) => Some(three("rest_position_m").ok_or("rest_position_m")?),
                None => None,
            },
        })
    }
}
