//! nDisplay's JSON configuration (Unreal Engine 5, `.ndisplay`) to a stage file.
//!
//! What is taken is what the format says without its engine: flat screens of viewports whose policy is `simple`, their
//! transforms through all parents, windows of the nodes, the first view point as the outer eye. Other policies (meshes,
//! MPCDI files, cameras) lean on assets that are not in the file; they are named and left out. Units are centimetres, X
//! forward, Y right, Z up, left-handed; rotators are yaw, then pitch, then roll, in degrees. A screen's place is its middle
//! and it is looked at along its X.

use crate::SLOTS_MAX;
use glam::{DMat3, DQuat, DVec3, EulerRot};
use serde_json::Value;
use std::fmt::Write as _;
use thiserror::Error;

/// Why a text is no nDisplay configuration that can be taken.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum NDisplayError {
    /// Larger than a stage file may be.
    #[error("has {bytes} bytes, at most {limit} are taken")]
    TooLarge {
        /// Bytes given.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Not JSON, or no object `nDisplay` in it.
    #[error("is no nDisplay configuration: {reason}")]
    NotNDisplay {
        /// Why.
        reason: String,
    },
    /// A part that is missing or has no sense.
    #[error("{part} is missing or has no sense")]
    BadPart {
        /// Where it is, like `screen 'left'`.
        part: String,
    },
    /// No viewport that can be taken.
    #[error("has no viewport with the policy 'simple'")]
    NoWall,
}

impl NDisplayError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "stage-import-too-large",
            Self::NotNDisplay { .. } => "stage-import-not-ndisplay",
            Self::BadPart { .. } => "stage-import-bad-part",
            Self::NoWall => "stage-import-no-wall",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { bytes, limit } => {
                vec![("bytes", bytes.to_string()), ("limit", limit.to_string())]
            }
            Self::NotNDisplay { reason } => vec![("reason", reason.clone())],
            Self::BadPart { part } => vec![("part", part.clone())],
            Self::NoWall => Vec::new(),
        }
    }
}

/// A configuration, translated.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedStage {
    /// The stage file.
    pub toml: String,
    /// How many walls it has.
    pub walls: usize,
    /// What was left out: a viewport or a region, and its policy or its map.
    pub skipped: Vec<(String, String)>,
    /// Files that belong beside the stage file: name and text.
    pub files: Vec<(String, String)>,
}

/// Where something is: axes by columns and place, in nDisplay's own axes and centimetres.
#[derive(Clone, Copy)]
struct Place {
    axes: DMat3,
    at_cm: DVec3,
}

/// Levels of transforms; deeper ones are circles.
const DEPTH_MAX: usize = 32;

/// Cabinets are made about this large, metres: the file knows none.
const CABINET_M: f64 = 0.5;

fn bad(part: impl Into<String>) -> NDisplayError {
    NDisplayError::BadPart { part: part.into() }
}

/// Translates a configuration.
pub fn import_ndisplay(bytes: &[u8]) -> Result<ImportedStage, NDisplayError> {
    let limit = crate::STAGE_FILE_BYTES_MAX;
    if bytes.len() > limit {
        let bytes = bytes.len();
        return Err(NDisplayError::TooLarge { bytes, limit });
    }
    let file: Value = serde_json::from_slice(bytes).map_err(|e| NDisplayError::NotNDisplay {
        reason: e.to_string(),
    })?;
    let root = &file["nDisplay"];
    let nodes = root["cluster"]["nodes"].as_object();
    let nodes = nodes.ok_or_else(|| NDisplayError::NotNDisplay {
        reason: "nDisplay.cluster.nodes".to_owned(),
    })?;
    let scene = &root["scene"];
    let mut out = ImportedStage {
        toml: String::new(),
        walls: 0,
        skipped: Vec::new(),
        files: Vec::new(),
    };
    let name = root["description"].as_str().unwrap_or_default();
    let name = if name.trim().is_empty() {
        "nDisplay"
    } else {
        name
    };
    line(&mut out.toml, format_args!("name = {}", quoted(name)));
    let views = scene["cameras"].as_object();
    if let Some((view, entry)) = views.and_then(|all| all.iter().next()) {
        let place = place_of(scene, entry, &format!("camera '{view}'"), 0)?;
        line(
            &mut out.toml,
            format_args!("\n[outer]\neye_m = {}", vector(metres(place.at_cm))),
        );
    }
    let mut left = 0;
    for (node, entry) in nodes.iter().take(SLOTS_MAX) {
        let window = numbers(&entry["window"], ["x", "y", "w", "h"])
            .ok_or_else(|| bad(format!("window of node '{node}'")))?;
        let [width, height] = [window[2], window[3]].map(|px| px as u32);
        out.toml += &display(node, left, [width, height]);
        let viewports = entry["viewports"].as_object();
        for (viewport, entry) in viewports.into_iter().flatten() {
            let policy = &entry["projectionPolicy"];
            let kind = policy["type"].as_str().unwrap_or_default();
            if !kind.eq_ignore_ascii_case("simple") {
                out.skipped.push((viewport.clone(), kind.to_owned()));
                continue;
            }
            let region = numbers(&entry["region"], ["x", "y", "w", "h"])
                .ok_or_else(|| bad(format!("region of viewport '{viewport}'")))?;
            let screen = policy["parameters"]["screen"].as_str().unwrap_or_default();
            let wall = wall(
                scene,
                (node, viewport),
                screen,
                region.map(|v| v as u32),
                left,
            )?;
            out.toml += &wall;
            out.walls += 1;
        }
        left = left.saturating_add(width);
    }
    if out.walls == 0 {
        return Err(NDisplayError::NoWall);
    }
    Ok(out)
}

/// The table of a node's window.
fn display(node: &str, left: u32, [width, height]: [u32; 2]) -> String {
    let name = quoted(node);
    format!(
        "\n[[display]]\nname = {name}\nkind = \"window\"\nnode = {name}\ncanvas_px = [{left}, 0]\n\
         size_px = [{width}, {height}]\n"
    )
}

/// The table of a wall: a screen, and the pixels of the viewport that shows it.
fn wall(
    scene: &Value,
    (node, viewport): (&str, &str),
    screen: &str,
    [x, y, width_px, height_px]: [u32; 4],
    left: u32,
) -> Result<String, NDisplayError> {
    let what = format!("screen '{screen}'");
    let entry = &scene["screens"][screen];
    let place = place_of(scene, entry, &what, 0)?;
    let size = numbers(&entry["size"], ["width", "height"]).ok_or_else(|| bad(&what))?;
    let [width_m, height_m] = size.map(|cm| cm * 0.01);
    if width_px == 0 || height_px == 0 || !(width_m > 0.0 && height_m > 0.0) {
        return Err(bad(what));
    }
    let axes = [
        turned(place.axes.y_axis),
        turned(place.axes.z_axis),
        -turned(place.axes.x_axis),
    ];
    let rotation = DQuat::from_mat3(&DMat3::from_cols(axes[0], axes[1], axes[2]));
    let (yaw, pitch, roll) = rotation.to_euler(EulerRot::YXZ);
    let foot_m = metres(place.at_cm) - axes[1] * (height_m / 2.0);
    let columns = cabinets(width_px, width_m);
    let rows = cabinets(height_px, height_m);
    Ok(format!(
        "\n[[wall]]\nname = {}\nkind = \"plane\"\nposition_m = {}\nyaw_deg = {:.6}\npitch_deg = {:.6}\n\
         roll_deg = {:.6}\nwidth_m = {width_m:.6}\nheight_m = {height_m:.6}\ncabinets = [{columns}, {rows}]\n\
         cabinet_px = [{}, {}]\ncanvas_px = [{}, {y}]\ndisplay = {}\n",
        quoted(viewport),
        vector(foot_m),
        yaw.to_degrees(),
        pitch.to_degrees(),
        roll.to_degrees(),
        width_px / columns,
        height_px / rows,
        left.saturating_add(x),
        quoted(node),
    ))
}

/// The number of equal parts of `px` that makes them nearest to a cabinet's size.
fn cabinets(px: u32, size_m: f64) -> u32 {
    let wanted = size_m / CABINET_M;
    let apart = |count: &u32| ((f64::from(*count) / wanted).ln().abs() * 1e6) as u64;
    let whole = (1..=px.min(256)).filter(|count| px.is_multiple_of(*count));
    whole.min_by_key(apart).unwrap_or(1)
}

/// A place through all its parents.
fn place_of(
    scene: &Value,
    entry: &Value,
    what: &str,
    depth: usize,
) -> Result<Place, NDisplayError> {
    let at = numbers(&entry["location"], ["x", "y", "z"]).ok_or_else(|| bad(what))?;
    let turn = numbers(&entry["rotation"], ["pitch", "yaw", "roll"]).ok_or_else(|| bad(what))?;
    let own = Place {
        axes: rotator(turn.map(f64::to_radians)),
        at_cm: DVec3::from_array(at),
    };
    let parent = entry["parentId"].as_str().unwrap_or_default();
    if parent.is_empty() {
        return Ok(own);
    }
    if depth >= DEPTH_MAX {
        return Err(bad(what));
    }
    let kinds = ["xforms", "screens", "cameras"];
    let above = kinds
        .iter()
        .map(|kind| &scene[*kind][parent])
        .find(|v| v.is_object());
    let above = above.ok_or_else(|| bad(format!("parent '{parent}' of {what}")))?;
    let above = place_of(scene, above, what, depth + 1)?;
    Ok(Place {
        axes: above.axes * own.axes,
        at_cm: above.at_cm + above.axes * own.at_cm,
    })
}

/// The axes of a rotator by columns: the engine's own convention, written out.
fn rotator([pitch, yaw, roll]: [f64; 3]) -> DMat3 {
    let ((sp, cp), (sy, cy), (sr, cr)) = (pitch.sin_cos(), yaw.sin_cos(), roll.sin_cos());
    DMat3::from_cols(
        DVec3::new(cp * cy, cp * sy, sp),
        DVec3::new(sr * sp * cy - cr * sy, sr * sp * sy + cr * cy, -sr * cp),
        DVec3::new(-(cr * sp * cy + sr * sy), cy * sr - cr * sp * sy, cr * cp),
    )
}

/// A direction in the stage's axes: forward is -Z, right X, up Y.
fn turned(v: DVec3) -> DVec3 {
    DVec3::new(v.y, v.z, -v.x)
}

fn metres(cm: DVec3) -> DVec3 {
    turned(cm) * 0.01
}

/// Finite numbers of an object, by their keys.
fn numbers<const N: usize>(value: &Value, keys: [&str; N]) -> Option<[f64; N]> {
    let mut out = [0.0; N];
    for (slot, key) in out.iter_mut().zip(keys) {
        *slot = value[key].as_f64().filter(|v| v.abs() <= 1e6)?;
    }
    Some(out)
}

fn vector(v: DVec3) -> String {
    format!("[{:.6}, {:.6}, {:.6}]", v.x, v.y, v.z)
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn line(out: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{words}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stage;
    use glam::DVec2;

    /// Three screens of 50 × 30 cm at yaws of -30°, 0 and 30° around a viewer, on a transform that is turned and lifted.
    fn three_screens(policy: &str) -> String {
        let screen = |name: &str, x: f64, y: f64, yaw: f64| {
            format!(
                r#""{name}":{{"size":{{"width":50,"height":30}},"parentId":"rig","location":{{"x":{x},"y":{y},"z":0}},
                "rotation":{{"pitch":0,"yaw":{yaw},"roll":0}}}}"#
            )
        };
        let viewport = |name: &str, x: u32, policy: &str| {
            format!(
                r#""{name}":{{"region":{{"x":{x},"y":0,"w":500,"h":300}},
                "projectionPolicy":{{"type":"{policy}","parameters":{{"screen":"s_{name}"}}}}}}"#
            )
        };
        format!(
            r#"{{"nDisplay":{{"description":"three","version":"5.00","scene":{{
            "xforms":{{"rig":{{"parentId":"","location":{{"x":100,"y":0,"z":120}},"rotation":{{"pitch":0,"yaw":90,"roll":0}}}}}},
            "cameras":{{"view":{{"parentId":"rig","location":{{"x":-10,"y":0,"z":0}},"rotation":{{"pitch":0,"yaw":0,"roll":0}}}}}},
            "screens":{{{},{},{}}}}},
            "cluster":{{"nodes":{{"node_0":{{"window":{{"x":0,"y":0,"w":1500,"h":300}},"viewports":{{{},{},{}}}}}}}}}}}}}"#,
            screen("s_a", 80.0, -45.0, -30.0),
            screen("s_b", 90.0, 0.0, 0.0),
            screen("s_c", 80.0, 45.0, 30.0),
            viewport("a", 0, "simple"),
            viewport("b", 500, policy),
            viewport("c", 1000, "Simple"),
        )
    }

    #[test]
    fn screens_stand_where_the_engine_has_them() {
        let imported = import_ndisplay(three_screens("simple").as_bytes()).unwrap();
        assert_eq!((imported.walls, imported.skipped.len()), (3, 0));
        let stage =
            Stage::from_toml(&imported.toml).unwrap_or_else(|e| panic!("{e}\n{}", imported.toml));
        // The rig's X is turned by 90° to the engine's Y, which is the stage's right; it stands 1 m ahead, 1.2 m up.
        let at = |wall: usize, s: f64, t: f64| {
            stage.walls()[wall].point_of_st(DVec2::new(s, t)).metres()
        };
        assert!(at(1, 0.5, 0.5).distance(DVec3::new(0.9, 1.2, -1.0)) < 1e-5);
        // The middle screen is 0.5 m wide; whoever looks to the right sees its left edge further ahead.
        assert!(at(1, 0.0, 0.5).distance(DVec3::new(0.9, 1.2, -1.25)) < 1e-5);
        assert!(at(1, 0.5, 0.0).y - 1.35 < 1e-5);
        // The right one: rig (80, 45) is 0.45 m towards the engine's -X, so 1 - 0.45 = 0.55 m ahead. At yaw 30° its
        // right edge is 25 cm along (-sin 30°, cos 30°) of the rig from there.
        assert!(at(2, 0.5, 0.5).distance(DVec3::new(0.8, 1.2, -0.55)) < 1e-5);
        let (sin, cos) = 30f64.to_radians().sin_cos();
        let edge = DVec3::new(0.8 - 0.25 * sin, 1.2, -0.55 + 0.25 * cos);
        assert!(at(2, 1.0, 0.5).distance(edge) < 1e-5, "{}", at(2, 1.0, 0.5));
        assert_eq!(stage.walls()[2].canvas().x, 1000);
        assert_eq!(stage.walls()[2].size_px(), [500, 300]);
        assert!(
            stage
                .outer_eye()
                .metres()
                .distance(DVec3::new(-0.1, 1.2, -1.0))
                < 1e-5
        );
    }

    #[test]
    fn other_policies_are_named_and_left_out() {
        let imported = import_ndisplay(three_screens("mpcdi").as_bytes()).unwrap();
        assert_eq!(imported.walls, 2);
        assert_eq!(imported.skipped, [("b".to_owned(), "mpcdi".to_owned())]);
    }

    #[test]
    fn what_is_no_configuration_is_refused() {
        let good = three_screens("simple");
        let read = |text: &str| import_ndisplay(text.as_bytes()).unwrap_err();
        assert!(matches!(read("{}"), NDisplayError::NotNDisplay { .. }));
        assert!(matches!(
            read(&good[..good.len() - 1]),
            NDisplayError::NotNDisplay { .. }
        ));
        for (from, to) in [
            ("\"width\":50", "\"width\":-50"),
            ("\"w\":500", "\"w\":0"),
            ("\"screen\":\"s_a\"", "\"screen\":\"s_x\""),
            ("\"parentId\":\"\"", "\"parentId\":\"rig\""),
            ("\"yaw\":-30", "\"yaw\":\"left\""),
        ] {
            let bad = good.replacen(from, to, 1);
            assert_ne!(bad, good, "{from}");
            assert!(matches!(read(&bad), NDisplayError::BadPart { .. }), "{to}");
        }
        assert_eq!(
            read(
                &good
                    .replace("\"simple\"", "\"mesh\"")
                    .replace("Simple", "mesh")
            ),
            NDisplayError::NoWall
        );
    }
}
