//! Where the markers of a production set sit on the visible surface of the dressed body.
//!
//! Each landmark is a ray from inside the body (from a joint or between joints) towards the surface; the
//! outermost skin, cloth or hair that it meets within reach is the landmark. Sites follow the Plug-in
//! Gait marker set with inner elbow, inner knee, hand, metatarsal, crown and sacral markers added. As in
//! that set, the technical markers of arm, thigh and shank sit at different heights on the two sides.

use anyhow::{Context, Result, ensure};
use glam::Vec3;
use serde_json::{Value, json};

use super::hair::ray_triangle;
use super::part::Part;
use super::rig::Rig;

/// The 53 labels, in the order of the committed file.
pub const LABELS: [&str; 53] = [
    "LFHD", "RFHD", "LBHD", "RBHD", "TOPH", "C7", "T10", "CLAV", "STRN", "RBAK", "LSHO", "LUPA",
    "LELB", "LIEL", "LFRM", "LWRA", "LWRB", "LIHAND", "LOHAND", "LTHM", "RSHO", "RUPA", "RELB",
    "RIEL", "RFRM", "RWRA", "RWRB", "RIHAND", "ROHAND", "RTHM", "LASI", "RASI", "LPSI", "RPSI",
    "LTHI", "LKNE", "LKNI", "LTIB", "LANK", "LHEE", "LTOE", "LMT1", "LMT5", "RTHI", "RKNE", "RKNI",
    "RTIB", "RANK", "RHEE", "RTOE", "RMT1", "RMT5", "SACR",
];

/// A ray from inside the body.
#[derive(Debug, Clone, Copy)]
struct Ray {
    origin_m: Vec3,
    direction: Vec3,
    reach_m: f32,
}

fn ray(origin_m: Vec3, direction: Vec3, reach_m: f32) -> Ray {
    Ray {
        origin_m,
        direction: direction.normalize_or(Vec3::Y),
        reach_m,
    }
}

/// Joints of the left side and the middle, and directions derived from them.
struct Anatomy<'a> {
    rig: &'a Rig,
    height_m: f32,
}

impl Anatomy<'_> {
    fn at(&self, name: &str) -> Result<Vec3> {
        self.rig.at(name)
    }

    /// The ray of a label; labels of the right side are mirrored from the left.
    fn ray(&self, label: &str) -> Result<Ray> {
        match label {
            "TOPH" | "C7" | "T10" | "CLAV" | "STRN" | "SACR" | "RBAK" => self.middle(label),
            _ => {
                let (side, site) = label.split_at(1);
                let right = side == "R";
                let mut found = match site {
                    "FHD" | "BHD" | "ASI" | "PSI" => self.head_and_pelvis(site)?,
                    "SHO" | "UPA" | "ELB" | "IEL" | "FRM" => self.arm(site, right)?,
                    "WRA" | "WRB" | "IHAND" | "OHAND" | "THM" => self.hand(site)?,
                    "THI" | "KNE" | "KNI" | "TIB" => self.leg(site, right)?,
                    _ => self.foot(site)?,
                };
                if right {
                    found.origin_m.x = -found.origin_m.x;
                    found.direction.x = -found.direction.x;
                }
                Ok(found)
            }
        }
    }

    fn skull(&self) -> Result<Vec3> {
        let (eye, head) = (self.at("LeftEye")?, self.at("Head")?);
        Ok(Vec3::new(0.0, eye.y + 0.02, head.z))
    }

    fn middle(&self, label: &str) -> Result<Ray> {
        let spine = self.at("Spine2")?;
        let at_height = |share: f32| Vec3::new(0.0, share * self.height_m, spine.z);
        Ok(match label {
            "TOPH" => ray(self.skull()?, Vec3::Y, 0.25),
            "C7" => ray(self.at("Neck")? - Vec3::Y * 0.01, Vec3::NEG_Z, 0.15),
            "T10" => ray(at_height(0.735), Vec3::NEG_Z, 0.2),
            "CLAV" => ray(at_height(0.815), Vec3::Z, 0.2),
            "STRN" => ray(at_height(0.735), Vec3::Z, 0.2),
            "RBAK" => ray(at_height(0.785) - Vec3::X * 0.075, Vec3::NEG_Z, 0.2),
            _ => ray(self.at("Hips")? + Vec3::Y * 0.035, Vec3::NEG_Z, 0.2),
        })
    }

    fn head_and_pelvis(&self, site: &str) -> Result<Ray> {
        let (skull, hip) = (self.skull()?, self.at("LeftUpLeg")?);
        Ok(match site {
            "FHD" => ray(skull, Vec3::new(0.55, 0.52, 0.80), 0.25),
            "BHD" => ray(skull, Vec3::new(0.62, 0.38, -0.74), 0.25),
            "ASI" => ray(
                hip + Vec3::new(-0.01, 0.085, 0.0),
                Vec3::new(0.42, 0.0, 1.0),
                0.2,
            ),
            _ => ray(
                Vec3::new(0.045, hip.y + 0.085, hip.z),
                Vec3::new(0.05, 0.0, -1.0),
                0.2,
            ),
        })
    }

    fn arm(&self, site: &str, right: bool) -> Result<Ray> {
        let (shoulder, elbow) = (self.at("LeftArm")?, self.at("LeftForeArm")?);
        let wrist = self.at("LeftHand")?;
        // The elbow's hinge: across the plane of upper arm and forearm, towards the outside.
        let hinge = (wrist - elbow)
            .cross(elbow - shoulder)
            .normalize_or(Vec3::X);
        let outside = hinge * hinge.x.signum();
        Ok(match site {
            "SHO" => ray(shoulder, Vec3::new(-0.12, 1.0, -0.05), 0.12),
            "UPA" => {
                let share = if right { 0.42 } else { 0.58 };
                ray(shoulder.lerp(elbow, share), outside - Vec3::Z * 0.35, 0.12)
            }
            "ELB" => ray(elbow, outside, 0.09),
            "IEL" => ray(elbow, -outside, 0.09),
            _ => {
                let share = if right { 0.42 } else { 0.58 };
                ray(elbow.lerp(wrist, share), outside, 0.09)
            }
        })
    }

    fn hand(&self, site: &str) -> Result<Ray> {
        let wrist = self.at("LeftHand")?;
        let (index, little) = (self.at("LeftHandIndex1")?, self.at("LeftHandPinky1")?);
        let along = (0.5 * (index + little) - wrist).normalize_or(Vec3::X);
        let radial = (index - little).reject_from(along).normalize_or(Vec3::Z);
        let back = along.cross(radial);
        let back = back * back.dot(Vec3::new(1.0, 1.0, 0.0)).signum();
        let thumb = self.at("LeftHandThumb3")?;
        let thumb_along = thumb - self.at("LeftHandThumb2")?;
        Ok(match site {
            "WRA" => ray(wrist, radial, 0.06),
            "WRB" => ray(wrist, -radial, 0.06),
            "IHAND" => ray(index, back, 0.04),
            "OHAND" => ray(little, back, 0.04),
            _ => ray(
                thumb,
                (back + radial).reject_from(thumb_along.normalize_or(Vec3::Z)),
                0.04,
            ),
        })
    }

    fn leg(&self, site: &str, right: bool) -> Result<Ray> {
        let (hip, knee) = (self.at("LeftUpLeg")?, self.at("LeftLeg")?);
        let ankle = self.at("LeftFoot")?;
        let share = if right { 0.45 } else { 0.58 };
        Ok(match site {
            "THI" => ray(hip.lerp(knee, share), Vec3::new(1.0, 0.0, -0.1), 0.16),
            "KNE" => ray(knee, Vec3::X, 0.12),
            "KNI" => ray(knee, Vec3::NEG_X, 0.1),
            _ => ray(knee.lerp(ankle, share), Vec3::new(1.0, 0.0, 0.1), 0.12),
        })
    }

    fn foot(&self, site: &str) -> Result<Ray> {
        let (ankle, toe) = (self.at("LeftFoot")?, self.at("LeftToeBase")?);
        let low = |point: Vec3| Vec3::new(point.x, 0.6 * point.y.min(0.045), point.z);
        Ok(match site {
            "ANK" => ray(ankle, Vec3::new(1.0, 0.0, -0.1), 0.08),
            "HEE" => ray(low(ankle) + Vec3::Y * 0.012, Vec3::NEG_Z, 0.12),
            "TOE" => ray(toe + Vec3::new(0.004, 0.0, -0.012), Vec3::Y, 0.08),
            "MT1" => ray(low(toe) + Vec3::Y * 0.006, Vec3::new(-1.0, 0.35, 0.0), 0.09),
            "MT5" => ray(
                low(toe) + Vec3::new(0.0, 0.004, -0.025),
                Vec3::new(1.0, 0.35, 0.0),
                0.09,
            ),
            _ => anyhow::bail!("no site {site}"),
        })
    }
}

/// A point of a part's surface.
struct Hit<'a> {
    mesh: &'a str,
    part: &'a Part,
    triangle: [u32; 3],
    distance_m: f32,
}

impl Hit<'_> {
    fn shares(&self, point: Vec3) -> [f32; 3] {
        let [a, b, c] = self
            .triangle
            .map(|vertex| self.part.positions_m[vertex as usize]);
        let normal = (b - a).cross(c - a);
        let whole = normal.length_squared().max(1e-20);
        let wa = (b - point).cross(c - point).dot(normal) / whole;
        let wb = (c - point).cross(a - point).dot(normal) / whole;
        [wa, wb, 1.0 - wa - wb]
    }
}

fn cast<'a>(meshes: &[(&'a str, &'a [Part])], ray: &Ray) -> Option<Hit<'a>> {
    let mut best: Option<Hit> = None;
    for &(mesh, parts) in meshes {
        for part in parts
            .iter()
            .filter(|p| ["skin", "suit", "shoes", "hair"].contains(&p.name))
        {
            for &triangle in &part.triangles {
                let corners = triangle.map(|vertex| part.positions_m[vertex as usize]);
                if let Some(distance_m) = ray_triangle(ray.origin_m, ray.direction, &corners)
                    && distance_m <= ray.reach_m
                    && best.as_ref().is_none_or(|hit| distance_m > hit.distance_m)
                {
                    best = Some(Hit {
                        mesh,
                        part,
                        triangle,
                        distance_m,
                    });
                }
            }
        }
    }
    best
}

fn rounded(values: [f32; 3]) -> [f64; 3] {
    values.map(|value| (f64::from(value) * 1e6).round() / 1e6 + 0.0)
}

/// The committed list of landmarks, with what each is bound to.
///
/// # Errors
/// When a ray meets no surface within reach.
pub fn to_json(rig: &Rig, height_m: f32, meshes: &[(&str, &[Part])]) -> Result<Value> {
    let anatomy = Anatomy { rig, height_m };
    let mut list = Vec::new();
    for label in LABELS {
        let ray = anatomy.ray(label)?;
        let hit = cast(meshes, &ray).with_context(|| format!("{label} meets no surface"))?;
        let point = ray.origin_m + ray.direction * hit.distance_m;
        let shares = hit.shares(point);
        ensure!(
            shares.iter().all(|share| *share > -1e-3),
            "{label} is off its triangle"
        );
        let [a, b, c] = hit.triangle.map(|vertex| hit.part.normals[vertex as usize]);
        let normal = (a * shares[0] + b * shares[1] + c * shares[2]).normalize_or(ray.direction);
        list.push(json!({
            "name": label,
            "mesh": hit.mesh,
            "material": hit.part.name,
            "triangle": hit.triangle,
            "barycentric": rounded(shares),
            "rest_position_m": rounded(point.to_array()),
            "rest_normal": rounded(normal.to_array()),
        }));
    }
    Ok(json!({
        "what": "Marker sites on the visible surface: a point of a triangle of the primitive of human.glb \
                 that has this mesh and material; vertex numbers count within that primitive",
        "landmarks": list,
    }))
}
