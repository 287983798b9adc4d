//! nDisplay's JSON configuration (Unreal Engine 5, `.ndisplay`) to a stage file.
//!
//! What is taken is what the format says without its engine: flat screens of viewports whose policy is `simple`, regions of
//! MPCDI archives that lie beside it (`mpcdi`), transforms through all parents, windows of the nodes, the viewports' view
//! point as the outer eye. A mesh is no part of the file: its wall is written as comments that only want the shape's file.
//! What is no wall, or leans on something else, is named with the reason ([`LeftOut`]). Units are centimetres, X forward, Y
//! right, Z up, left-handed; rotators are yaw, then pitch, then roll, in degrees. A screen's place is its middle and it is
//! looked at along its X; an archive's axes are right-handed, Y up and -Z ahead, about its policy's `origin`. Source of the
//! policies' parameters: the engine's public configuration reference.

mod error;
mod place;
mod viewport;

use crate::imported_stage::free_name;
use crate::shelves::Shelves;
use crate::{DISPLAYS_MAX, Files, ImportedStage, LeftOut, MpcdiReading, WALLS_MAX};
use cyc_model::NAME_BYTES_MAX;
pub use error::NDisplayError;
use glam::DVec3;
use place::{CAMERAS, Thing, named, numbers, place_of};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use viewport::{Became, Viewport};

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
    let text = plain_text(bytes);
    let file: Value = serde_json::from_slice(&text).map_err(|e| NDisplayError::NotJson {
        line: e.line(),
        column: e.column(),
    })?;
    let root = &file["nDisplay"];
    let nodes = root["cluster"]["nodes"].as_object();
    let nodes = in_order(nodes.ok_or(NDisplayError::NotNDisplay)?);
    if nodes.len() > DISPLAYS_MAX {
        return Err(NDisplayError::TooManyNodes {
            count: nodes.len(),
            limit: DISPLAYS_MAX,
        });
    }
    let scene = &root["scene"];
    let mut out = ImportedStage {
        toml: String::new(),
        walls: 0,
        left_out: Vec::new(),
        files: Vec::new(),
    };
    let name = title(root["description"].as_str().unwrap_or_default());
    line(&mut out.toml, format_args!("name = {}", quoted(name)));
    let eye = eye(scene, &nodes)?;
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
    let mut shelves = Shelves::default();
    for (node, entry) in nodes {
        let window_px = window_px(entry).ok_or_else(|| NDisplayError::BadWindow {
            node: node.to_owned(),
        })?;
        let corner_px = shelves.place(window_px);
        walls.out.toml += &display(node, corner_px, window_px);
        walls.take_node((node, entry), (corner_px, window_px), reading, files)?;
    }
    let out = walls.out;
    // What is left to be completed is worth a file too.
    let waits = |left: &LeftOut| left.reason.may_become_a_wall();
    if out.walls == 0 && !out.left_out.iter().any(waits) {
        return Err(NDisplayError::NoWall);
    }
    Ok(out)
}

/// A text without its byte order mark, as UTF-8: the engine writes UTF-16 when a name is not ASCII.
fn plain_text(bytes: &[u8]) -> Cow<'_, [u8]> {
    let units = |of: fn([u8; 2]) -> u16| {
        let pairs = bytes[2..].chunks_exact(2);
        let units: Vec<u16> = pairs.map(|pair| of([pair[0], pair[1]])).collect();
        Cow::Owned(String::from_utf16_lossy(&units).into_bytes())
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => Cow::Borrowed(rest),
        [0xFF, 0xFE, ..] => units(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => units(u16::from_be_bytes),
        _ => Cow::Borrowed(bytes),
    }
}

/// A configuration's own words about itself, as far as they are a name.
fn title(description: &str) -> &str {
    let first = description.trim().lines().next().unwrap_or_default();
    let mut end = first.len().min(NAME_BYTES_MAX);
    while !first.is_char_boundary(end) {
        end -= 1;
    }
    match first[..end].trim() {
        "" => "nDisplay",
        name => name,
    }
}

/// Entries by their names, numbers in these by their value: `node_2` comes before `node_10`.
fn in_order(entries: &Map<String, Value>) -> Vec<(&str, &Value)> {
    let mut entries: Vec<_> = entries.iter().map(|(k, v)| (k.as_str(), v)).collect();
    entries.sort_by_cached_key(|(name, _)| {
        let digit = |byte: &u8| byte.is_ascii_digit();
        let parts = name.as_bytes().chunk_by(|a, b| digit(a) == digit(b));
        let part = |part: &[u8]| {
            let number = part.iter().all(digit).then_some(part.len());
            (number, part.to_vec())
        };
        parts.map(part).collect::<Vec<_>>()
    });
    entries
}

/// Width and height of a node's window.
fn window_px(node: &Value) -> Option<[u32; 2]> {
    let [_, _, width, height] = numbers(&node["window"], ["x", "y", "w", "h"])?;
    let most = f64::from(crate::CANVAS_SIDE_MAX_PX);
    let is_side = |px: &f64| (1.0..=most).contains(px);
    let sides = [width, height];
    sides
        .iter()
        .all(is_side)
        .then_some(sides.map(|px| px as u32))
}

/// Where the viewports look from: the view point that the first of them names, else the first that there is.
fn eye(scene: &Value, nodes: &[(&str, &Value)]) -> Result<Option<DVec3>, NDisplayError> {
    let Some(views) = scene[CAMERAS].as_object() else {
        return Ok(None);
    };
    let viewports = nodes
        .iter()
        .filter_map(|(_, node)| node["viewports"].as_object());
    let mut asked = viewports
        .flat_map(in_order)
        .filter_map(|(_, viewport)| viewport["camera"].as_str())
        .filter(|name| !name.is_empty());
    let asked = asked.find_map(|name| named(views, name));
    let asked = asked.map(|(name, entry)| (name.as_str(), entry));
    let Some((view, entry)) = asked.or_else(|| in_order(views).into_iter().next()) else {
        return Ok(None);
    };
    let at = format!("scene.{CAMERAS}.{view}");
    let place = place_of(scene, &Thing { entry, at })?;
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
    /// Takes the viewports of a node, whose window has these pixels on the canvas: corner and size.
    fn take_node(
        &mut self,
        (node, entry): (&str, &Value),
        (corner_px, window_px): ([u32; 2], [u32; 2]),
        reading: &MpcdiReading,
        files: &mut Files<'_>,
    ) -> Result<(), NDisplayError> {
        let viewports = entry["viewports"].as_object();
        for (written, entry) in viewports.map(in_order).unwrap_or_default() {
            let waiting = self.out.left_out.iter();
            let waiting = waiting.filter(|left| left.reason.may_become_a_wall());
            if self.out.walls + waiting.count() == WALLS_MAX {
                return Err(NDisplayError::TooManyWalls { limit: WALLS_MAX });
            }
            let name = free_name(&self.names, written, node);
            let viewport = Viewport {
                scene: self.scene,
                node,
                written,
                name: &name,
                entry,
                corner_px,
                window_px,
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
fn display(node: &str, [left, top]: [u32; 2], [width, height]: [u32; 2]) -> String {
    let name = quoted(node);
    format!(
        "\n[[display]]\nname = {name}\nkind = \"window\"\nnode = {name}\ncanvas_px = [{left}, {top}]\n\
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
