//! nDisplay's JSON configuration (Unreal Engine 5, `.ndisplay`) to a stage file.
//!
//! What is taken is what the format says without its engine: flat screens of viewports whose policy is `simple`, regions of
//! MPCDI archives that lie beside it (`mpcdi`), transforms through all parents, windows of the nodes, the viewports' view
//! point as the outer eye. A mesh is no part of the file: its wall is written as comments that only want the shape's file.
//! What is no wall, or leans on something else, is named with the reason ([`LeftOut`]). Units are centimetres, X forward, Y
//! right, Z up, left-handed; rotators are yaw, then pitch, then roll, in degrees. A screen's place is its middle and it is
//! looked at along its X; an archive's axes are right-handed, Y up and -Z ahead, about its policy's `origin`. Source of the
//! policies' parameters: the engine's public configuration reference.

mod place;
mod viewport;

use crate::{Files, ImportedStage, LeftOut, MpcdiError, MpcdiReading, SLOTS_MAX};
use glam::DVec3;
use place::{numbers, place_of};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use thiserror::Error;
use viewport::{Became, Viewport};

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
    /// An MPCDI archive that a viewport's shape is in.
    #[error(transparent)]
    Archive(#[from] MpcdiError),
    /// Nothing that is a wall or could become one.
    #[error("has no viewport that shows a wall")]
    NoWall,
}

impl NDisplayError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "stage-import-too-large",
            Self::NotNDisplay { .. } => "stage-import-not-ndisplay",
            Self::BadPart { .. } => "stage-import-bad-part",
            Self::Archive(error) => error.key(),
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
            Self::Archive(error) => error.args(),
            Self::NoWall => Vec::new(),
        }
    }
}

fn bad(part: impl Into<String>) -> NDisplayError {
    NDisplayError::BadPart { part: part.into() }
}

/// Translates a configuration. `files` brings what lies beside it; `reading` is what an MPCDI archive does not say.
pub fn import_ndisplay(
    bytes: &[u8],
    reading: &MpcdiReading,
    files: &mut Files<'_>,
) -> Result<ImportedStage, NDisplayError> {
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
        left_out: Vec::new(),
        files: Vec::new(),
    };
    let name = root["description"].as_str().unwrap_or_default();
    let name = if name.trim().is_empty() {
        "nDisplay"
    } else {
        name
    };
    line(&mut out.toml, format_args!("name = {}", quoted(name)));
    let eye = eye(scene, nodes)?;
    if let Some(eye) = eye {
        line(
            &mut out.toml,
            format_args!("\n[outer]\neye_m = {}", vector(eye)),
        );
    }
    let eye = eye.unwrap_or(DVec3::new(0.0, reading.eye_height_m, 0.0));
    let mut walls = Walls {
        scene,
        eye,
        names: BTreeSet::new(),
        out,
    };
    let mut left = 0;
    for (node, entry) in nodes.iter().take(SLOTS_MAX) {
        let window = numbers(&entry["window"], ["x", "y", "w", "h"])
            .ok_or_else(|| bad(format!("window of node '{node}'")))?;
        let [width, height] = [window[2], window[3]].map(|px| px as u32);
        walls.out.toml += &display(node, left, [width, height]);
        walls.take_node((node, entry), left, reading, files)?;
        left = left.saturating_add(width);
    }
    let out = walls.out;
    // What is left to be completed is worth a file too.
    let waits = |left: &LeftOut| left.reason.may_become_a_wall();
    if out.walls == 0 && !out.left_out.iter().any(waits) {
        return Err(NDisplayError::NoWall);
    }
    Ok(out)
}

/// Where the viewports look from: the view point that the first of them names, else the first that there is.
fn eye(
    scene: &Value,
    nodes: &serde_json::Map<String, Value>,
) -> Result<Option<DVec3>, NDisplayError> {
    let Some(views) = scene["cameras"].as_object() else {
        return Ok(None);
    };
    let viewports = nodes
        .values()
        .filter_map(|node| node["viewports"].as_object());
    let mut named = viewports
        .flat_map(|viewports| viewports.values())
        .filter_map(|viewport| viewport["camera"].as_str());
    let named = named.find_map(|name| views.get_key_value(name));
    let Some((view, entry)) = named.or_else(|| views.iter().next()) else {
        return Ok(None);
    };
    let place = place_of(scene, entry, &format!("camera '{view}'"), 0)?;
    Ok(Some(place.metres()))
}

/// The walls that were made so far.
struct Walls<'a> {
    scene: &'a Value,
    eye: DVec3,
    names: BTreeSet<String>,
    out: ImportedStage,
}

impl Walls<'_> {
    /// Takes the viewports of a node, whose window begins at `left`.
    fn take_node(
        &mut self,
        (node, entry): (&str, &Value),
        left: u32,
        reading: &MpcdiReading,
        files: &mut Files<'_>,
    ) -> Result<(), NDisplayError> {
        let viewports = entry["viewports"].as_object();
        for (written, entry) in viewports.into_iter().flatten() {
            // Every node may have a viewport of the same name.
            let name = match self.names.contains(written) {
                true => format!("{node} {written}"),
                false => written.clone(),
            };
            let viewport = Viewport {
                scene: self.scene,
                node,
                written,
                name: &name,
                entry,
                left,
                eye: self.eye,
            };
            let file_name = format!("shape-{}.obj", self.out.files.len() + 1);
            let (became, beside) = viewport.become_wall(&file_name, reading, files)?;
            match became {
                Became::Wall(table, file) => {
                    self.out.toml += &table;
                    self.out.walls += 1;
                    self.out.files.extend(file);
                }
                Became::Nothing(left_out, words) => {
                    self.out.toml += &words;
                    self.out.left_out.push(left_out);
                }
            }
            self.out.left_out.extend(beside);
            self.names.insert(name);
        }
        Ok(())
    }
}

/// The table of a node's window.
fn display(node: &str, left: u32, [width, height]: [u32; 2]) -> String {
    let name = quoted(node);
    format!(
        "\n[[display]]\nname = {name}\nkind = \"window\"\nnode = {name}\ncanvas_px = [{left}, 0]\n\
         size_px = [{width}, {height}]\n"
    )
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
mod tests;
