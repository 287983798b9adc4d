//! `mpcdi.xml`: what regions there are, and which files describe them.
//!
//! Names of elements and attributes differ in case between the versions and the programs that write them, so case does not
//! count. Files stand in the `fileset` of a region's name, not in the region.

use super::{DOCUMENT, MpcdiAmount, MpcdiError, MpcdiReading, bad};
use crate::shelves::Shelves;
use glam::{DMat3, DQuat, DVec3, EulerRot};
use roxmltree::{Node, ParsingOptions};

/// Nodes of a document: a region has a few dozen.
const NODES_MAX: u32 = 20_000;

/// What the maps hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Profile {
    TwoD,
    ThreeD,
    A3,
    ShaderLamps,
}

impl Profile {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::TwoD => "2d",
            Self::ThreeD => "3d",
            Self::A3 => "a3",
            Self::ShaderLamps => "sl",
        }
    }
}

/// A frustum by its angles, radians.
#[derive(Clone, Copy, Debug)]
pub(super) struct Angles {
    turn: DQuat,
    /// Tangents: left, right, down, up.
    sides: [f64; 4],
}

impl Angles {
    /// Towards a place on the frustum's picture, (0, 0) at its lower left.
    pub(super) fn direction(&self, u: f64, v: f64) -> DVec3 {
        let [left, right, down, up] = self.sides;
        self.turn * DVec3::new(left + u * (right - left), down + v * (up - down), -1.0)
    }
}

/// Where the origin of `a3` places is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    CenterOfMass,
    IdealEyePoint,
    FloorCenter,
}

/// A region and what is known of it.
pub(super) struct Region {
    /// As it is written, and the buffer's.
    pub(super) id: String,
    pub(super) buffer: String,
    pub(super) name: String,
    pub(super) size_px: [u32; 2],
    pub(super) canvas_px: [u32; 2],
    /// Height over width of the buffer that it is in.
    pub(super) buffer_aspect: f64,
    pub(super) frustum: Option<Angles>,
    /// Place and axes (right, up, back) of a projector.
    pub(super) frame: Option<(DVec3, DMat3)>,
    pub(super) map_file: String,
    pub(super) blending: Vec<String>,
    unit_m: f64,
    origin: Origin,
}

impl Region {
    /// Samples of an `a3` map as places, metres and Y up.
    pub(super) fn places(
        &self,
        samples: impl Iterator<Item = Option<DVec3>>,
        reading: &MpcdiReading,
    ) -> Vec<Option<DVec3>> {
        let place = |s: DVec3| {
            let up = if reading.z_up {
                DVec3::new(s.x, s.z, -s.y)
            } else {
                s
            };
            up * self.unit_m
        };
        samples
            .map(|s| s.filter(|s| s.z.is_finite()).map(place))
            .collect()
    }

    /// From the map's origin to the stage's, the middle of the floor.
    pub(super) fn origin_shift(&self, lowest_m: f64, reading: &MpcdiReading) -> DVec3 {
        match self.origin {
            Origin::FloorCenter => DVec3::ZERO,
            Origin::IdealEyePoint => DVec3::new(0.0, reading.eye_height_m, 0.0),
            // It stands on the floor, before the eye.
            Origin::CenterOfMass => DVec3::new(0.0, -lowest_m, -reading.distance_m),
        }
    }
}

/// The whole document.
pub(super) struct Document {
    pub(super) version: String,
    pub(super) profile: Profile,
    pub(super) regions: Vec<Region>,
}

fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name().eq_ignore_ascii_case(name)
}

fn child<'a, 'x>(node: Node<'a, 'x>, name: &str) -> Option<Node<'a, 'x>> {
    node.children().find(|c| is(*c, name))
}

fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes()
        .find(|a| a.name().eq_ignore_ascii_case(name))
        .map(|a| a.value())
}

fn number(node: Node<'_, '_>, name: &str, place: &str) -> Result<f64, MpcdiError> {
    let text = match attribute(node, name) {
        Some(text) => Some(text),
        None => child(node, name).and_then(|c| c.text()),
    };
    text.and_then(|t| t.trim().parse::<f64>().ok())
        .filter(|v| v.is_finite() && v.abs() <= 1e6)
        .ok_or_else(|| bad(format!("{place}/{name}")))
}

impl Document {
    pub(super) fn read(xml: &str) -> Result<Self, MpcdiError> {
        let options = ParsingOptions {
            nodes_limit: NODES_MAX,
            ..ParsingOptions::default()
        };
        let xml = xml.strip_prefix('\u{feff}').unwrap_or(xml);
        let tree = roxmltree::Document::parse_with_options(xml, options)
            .map_err(|error| bad(format!("{DOCUMENT}:{}", error.pos())))?;
        let root = tree.root_element();
        if !is(root, "mpcdi") {
            return Err(bad(DOCUMENT));
        }
        let profile = match attribute(root, "profile").map(str::to_lowercase).as_deref() {
            Some("2d") => Profile::TwoD,
            Some("3d") => Profile::ThreeD,
            Some("a3" | "a3d") => Profile::A3,
            Some("sl") => Profile::ShaderLamps,
            _ => return Err(bad("profile")),
        };
        let version = attribute(root, "version").unwrap_or("1.0");
        let version = version.chars().filter(char::is_ascii_graphic).take(8);
        let mut regions = Vec::new();
        let mut shelves = Shelves::default();
        for buffer in tree.descendants().filter(|n| is(*n, "buffer")) {
            let width = side(buffer, "xresolution", "buffer")?;
            let height = side(buffer, "yresolution", "buffer")?;
            let size_px = [width, height];
            let corner_px = shelves.place(size_px);
            for node in buffer.children().filter(|n| is(*n, "region")) {
                if regions.len() == crate::WALLS_MAX {
                    return Err(MpcdiError::TooLarge {
                        name: DOCUMENT.to_owned(),
                        of: MpcdiAmount::Regions,
                        count: regions.len() as u64 + 1,
                        limit: crate::WALLS_MAX as u64,
                    });
                }
                let place = (buffer, corner_px, size_px);
                regions.push(region(root, node, place, profile)?);
            }
        }
        if regions.is_empty() {
            return Err(bad("region"));
        }
        Ok(Self {
            version: version.collect(),
            profile,
            regions,
        })
    }
}

fn side(node: Node<'_, '_>, name: &str, place: &str) -> Result<u32, MpcdiError> {
    let px = number(node, name, place)?;
    let most = f64::from(crate::CANVAS_SIDE_MAX_PX);
    if (1.0..=most).contains(&px) {
        Ok(px.round() as u32)
    } else {
        Err(bad(format!("{place}/{name}")))
    }
}

fn region(
    root: Node<'_, '_>,
    node: Node<'_, '_>,
    (buffer, corner_px, buffer_px): (Node<'_, '_>, [u32; 2], [u32; 2]),
    profile: Profile,
) -> Result<Region, MpcdiError> {
    let id = attribute(node, "id").unwrap_or_default().trim();
    let name = if id.is_empty() { "region" } else { id };
    let name: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
    let place = format!("region[{name}]");
    let unit = |name: &str| {
        let part = number(node, name, &place)?;
        (0.0..=1.0)
            .contains(&part)
            .then_some(part)
            .ok_or_else(|| bad(format!("{place}/{name}")))
    };
    let corner =
        |name: &str, px: u32| Ok::<_, MpcdiError>((unit(name)? * f64::from(px)).round() as u32);
    let size = |resolution: &str, part: &str, px: u32| match number(node, resolution, &place) {
        Ok(_) => side(node, resolution, &place),
        Err(_) => Ok(((unit(part)? * f64::from(px)).round() as u32).max(1)),
    };
    let files = root
        .descendants()
        .filter(|n| is(*n, "fileset"))
        .find(|n| attribute(*n, "region").map(str::trim) == Some(id))
        .ok_or_else(|| bad(format!("{place}/fileset")))?;
    let map = map_node(files, profile).ok_or_else(|| bad(format!("{place}/geometryWarpFile")))?;
    let file = child(map, "path")
        .and_then(|p| p.text())
        .unwrap_or_default()
        .trim();
    if file.is_empty() {
        return Err(bad(format!("{place}/path")));
    }
    let blending = ["alphaMap", "betaMap"];
    let blending = blending.iter().filter(|name| child(files, name).is_some());
    Ok(Region {
        size_px: [
            size("xresolution", "xsize", buffer_px[0])?,
            size("yresolution", "ysize", buffer_px[1])?,
        ],
        canvas_px: [
            corner_px[0] + corner("x", buffer_px[0])?,
            corner_px[1].saturating_add(corner("y", buffer_px[1])?),
        ],
        id: id.to_owned(),
        buffer: attribute(buffer, "id")
            .unwrap_or_default()
            .trim()
            .to_owned(),
        buffer_aspect: f64::from(buffer_px[1]) / f64::from(buffer_px[0]),
        frustum: child(node, "frustum")
            .map(|f| angles(f, &place))
            .transpose()?,
        frame: child(node, "coordinateFrame")
            .map(|f| frame(f, &place))
            .transpose()?,
        map_file: file.to_owned(),
        blending: blending.map(|name| (*name).to_owned()).collect(),
        unit_m: match profile {
            Profile::A3 => unit_m(map, &place)?,
            _ => 1.0,
        },
        origin: origin(map, &place)?,
        name,
    })
}

/// The file that says where pixels are: shader lamps have theirs in a distortion map.
fn map_node<'a, 'x>(files: Node<'a, 'x>, profile: Profile) -> Option<Node<'a, 'x>> {
    let names = match profile {
        Profile::ShaderLamps => ["distortionMap", "geometryWarpFile"],
        _ => ["geometryWarpFile", "geometryWarp"],
    };
    names.iter().find_map(|name| child(files, name))
}

fn unit_m(map: Node<'_, '_>, place: &str) -> Result<f64, MpcdiError> {
    let text = child(map, "geometricUnit").and_then(|u| u.text());
    Ok(match text.unwrap_or("m").trim().to_lowercase().as_str() {
        "mm" => 0.001,
        "cm" => 0.01,
        "dm" => 0.1,
        "m" => 1.0,
        "in" => 0.0254,
        "ft" => 0.3048,
        "yd" => 0.9144,
        _ => return Err(bad(format!("{place}/geometricUnit"))),
    })
}

fn origin(map: Node<'_, '_>, place: &str) -> Result<Origin, MpcdiError> {
    let text = child(map, "originOf3DData").and_then(|o| o.text());
    Ok(match text.map(|t| t.trim().to_lowercase()).as_deref() {
        None | Some("idealeyepoint") => Origin::IdealEyePoint,
        Some("centerofmass") => Origin::CenterOfMass,
        Some("floorcenter") => Origin::FloorCenter,
        Some(_) => return Err(bad(format!("{place}/originOf3DData"))),
    })
}

fn angles(node: Node<'_, '_>, place: &str) -> Result<Angles, MpcdiError> {
    let place = format!("{place}/frustum");
    let radians = |name: &str| Ok::<_, MpcdiError>(number(node, name, &place)?.to_radians());
    let turn = DQuat::from_euler(
        EulerRot::YXZ,
        -radians("yaw")?,
        radians("pitch")?,
        -radians("roll")?,
    );
    let tangent = |name: &str| {
        let angle = radians(name)?;
        // A frustum is open by less than a half turn.
        let fits = angle.abs() < 89.9f64.to_radians();
        fits.then(|| angle.tan())
            .ok_or_else(|| bad(format!("{place}/{name}")))
    };
    // Some programs give the left and the lower angle without their sign.
    let ordered = |low: f64, high: f64| {
        let low = if low < high { low } else { -low };
        (low < high)
            .then_some((low, high))
            .ok_or_else(|| bad(place.clone()))
    };
    let (left, right) = ordered(tangent("leftAngle")?, tangent("rightAngle")?)?;
    let (down, up) = ordered(tangent("downAngle")?, tangent("upAngle")?)?;
    Ok(Angles {
        turn,
        sides: [left, right, down, up],
    })
}

/// A projector turns about its right (pitch), its up (yaw) and its forward axis (roll).
fn frame(node: Node<'_, '_>, place: &str) -> Result<(DVec3, DMat3), MpcdiError> {
    let place = format!("{place}/coordinateFrame");
    let vector = |name: &str| {
        let part = |axis: &str| number(node, &format!("{name}{axis}"), &place);
        Ok::<_, MpcdiError>(DVec3::new(part("x")?, part("y")?, part("z")?))
    };
    let unit = |name: &str| {
        let axis = vector(name)?.try_normalize();
        axis.ok_or_else(|| bad(format!("{place}/{name}")))
    };
    let axes = DMat3::from_cols(unit("pitch")?, unit("yaw")?, -unit("roll")?);
    if axes.determinant() < 0.9 {
        return Err(bad(place));
    }
    Ok((vector("pos")?, axes))
}
