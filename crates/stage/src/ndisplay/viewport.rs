//! A viewport: pixels of a node's window, and by its policy the wall that they are on.

use super::place::{Place, numbers, place_of};
use super::{NDisplayError, bad, quoted, vector};
use crate::mpcdi::region_shape;
use crate::{Files, LeftOut, LeftOutReason, MpcdiReading};
use glam::{DQuat, DVec3, EulerRot};
use serde_json::Value;

/// Cabinets are made about this large, metres: the file knows none.
const CABINET_M: f64 = 0.5;

/// Cabinets of a mesh, whose size is not known here, are made about this large, pixels.
const CABINET_PX: f64 = 200.0;

/// What a viewport is made from.
pub(super) struct Viewport<'a> {
    pub(super) scene: &'a Value,
    pub(super) node: &'a str,
    /// As it is written.
    pub(super) written: &'a str,
    /// What the wall is to be called: no other one is called so.
    pub(super) name: &'a str,
    pub(super) entry: &'a Value,
    /// Where the node's window begins on the canvas, pixels.
    pub(super) left: u32,
    /// Where the walls are looked at from.
    pub(super) eye: DVec3,
}

/// What a viewport became: tables of the stage file.
pub(super) enum Became {
    /// A wall, and the file that its shape is in.
    Wall(String, Option<(String, String)>),
    /// Nothing that is a wall, for a reason; perhaps words for the stage file all the same.
    Nothing(LeftOut, String),
}

impl Viewport<'_> {
    /// Follows the policy. `file_name` is what a shape's file may be called.
    pub(super) fn become_wall(
        &self,
        file_name: &str,
        reading: &MpcdiReading,
        files: &mut Files<'_>,
    ) -> Result<(Became, Vec<LeftOut>), NDisplayError> {
        let policy = &self.entry["projectionPolicy"];
        let kind = policy["type"].as_str().unwrap_or_default();
        let parameters = &policy["parameters"];
        let left_out = |what: &str, reason| LeftOut {
            part: self.written.to_owned(),
            kind: kind.to_owned(),
            what: if what.is_empty() { kind } else { what }.to_owned(),
            reason,
        };
        let nothing = |left_out, words: String| Ok((Became::Nothing(left_out, words), Vec::new()));
        match kind.to_lowercase().as_str() {
            "simple" | "screen" => {
                let screen = parameters["screen"].as_str().unwrap_or_default();
                Ok((Became::Wall(self.screen(screen)?, None), Vec::new()))
            }
            "mpcdi" | "picp_mpcdi" => {
                let file = parameters["file"].as_str().unwrap_or_default();
                let bare = parameters["pfm"].as_str().unwrap_or_default();
                if file.is_empty() && !bare.is_empty() {
                    return nothing(left_out(bare, LeftOutReason::BareMap), String::new());
                }
                let Some(bytes) = beside(file, files) else {
                    return nothing(left_out(file, LeftOutReason::NoFile), String::new());
                };
                self.mapped(&bytes, parameters, file_name, reading)
            }
            "mesh" | "picp_mesh" => {
                let component = component(parameters);
                let words = self.unknown_mesh(component)?;
                nothing(left_out(component, LeftOutReason::Mesh), words)
            }
            "camera" => nothing(left_out("", LeftOutReason::Camera), String::new()),
            _ => nothing(left_out("", LeftOutReason::Calibration), String::new()),
        }
    }

    /// The pixels of the window: left, top, width, height.
    fn region_px(&self) -> Result<[u32; 4], NDisplayError> {
        let region =
            numbers(&self.entry["region"], ["x", "y", "w", "h"]).map(|r| r.map(|v| v as u32));
        let region = region.filter(|[_, _, width, height]| *width > 0 && *height > 0);
        region.ok_or_else(|| bad(format!("region of viewport '{}'", self.written)))
    }

    /// The keys of every wall that say which pixels are on it.
    fn pixels(&self, [columns, rows]: [u32; 2]) -> Result<String, NDisplayError> {
        let [x, y, width_px, height_px] = self.region_px()?;
        Ok(format!(
            "cabinets = [{columns}, {rows}]\ncabinet_px = [{}, {}]\ncanvas_px = [{}, {y}]\ndisplay = {}\n",
            width_px / columns,
            height_px / rows,
            self.left.saturating_add(x),
            quoted(self.node),
        ))
    }

    /// A flat screen.
    fn screen(&self, screen: &str) -> Result<String, NDisplayError> {
        let what = format!("screen '{screen}'");
        let entry = &self.scene["screens"][screen];
        let place = place_of(self.scene, entry, &what, 0)?;
        let size = numbers(&entry["size"], ["width", "height"]).ok_or_else(|| bad(&what))?;
        let [width_m, height_m] = size.map(|cm| cm * 0.01);
        if !(width_m > 0.0 && height_m > 0.0) {
            return Err(bad(what));
        }
        let axes = place.stage_axes();
        let (yaw, pitch, roll) = DQuat::from_mat3(&axes).to_euler(EulerRot::YXZ);
        let foot_m = place.metres() - axes.y_axis * (height_m / 2.0);
        let [_, _, width_px, height_px] = self.region_px()?;
        let count = |px, size_m: f64| parts(px, size_m / CABINET_M);
        Ok(format!(
            "\n[[wall]]\nname = {}\nkind = \"plane\"\nposition_m = {}\nyaw_deg = {:.6}\npitch_deg = {:.6}\n\
             roll_deg = {:.6}\nwidth_m = {width_m:.6}\nheight_m = {height_m:.6}\n{}",
            quoted(self.name),
            vector(foot_m),
            yaw.to_degrees(),
            pitch.to_degrees(),
            roll.to_degrees(),
            self.pixels([count(width_px, width_m), count(height_px, height_m)])?,
        ))
    }

    /// Cabinets of a wall whose size is not known.
    fn cabinets_of_mesh(&self) -> Result<[u32; 2], NDisplayError> {
        let [_, _, width_px, height_px] = self.region_px()?;
        Ok([width_px, height_px].map(|px| parts(px, f64::from(px) / CABINET_PX)))
    }

    /// A region of an MPCDI archive, whose own axes stand where the policy's origin is.
    fn mapped(
        &self,
        archive: &[u8],
        parameters: &Value,
        file_name: &str,
        reading: &MpcdiReading,
    ) -> Result<(Became, Vec<LeftOut>), NDisplayError> {
        let text = |key: &str| parameters[key].as_str().unwrap_or_default();
        let origin = text("origin");
        let place = match origin {
            "" => Place::ROOT,
            origin => {
                let what = format!("origin '{origin}'");
                let kinds = ["xforms", "screens", "cameras"].iter();
                let mut entries = kinds.map(|kind| &self.scene[*kind][origin]);
                let entry = entries.find(|entry| entry.is_object());
                place_of(self.scene, entry.ok_or_else(|| bad(&what))?, &what, 0)?
            }
        };
        let region = [text("buffer"), text("region")];
        let place = (place.metres(), place.stage_axes());
        let shape = region_shape(archive, region, reading, place, self.eye)?;
        let table = format!(
            "\n[[wall]]\nname = {}\nkind = \"mesh\"\nfile = {}\n{}",
            quoted(self.name),
            quoted(file_name),
            self.pixels(self.cabinets_of_mesh()?)?,
        );
        let blending = shape.blending.into_iter().map(|map| LeftOut {
            part: self.written.to_owned(),
            kind: map.clone(),
            what: map,
            reason: LeftOutReason::Blending,
        });
        let became = Became::Wall(table, Some((file_name.to_owned(), shape.obj)));
        Ok((became, blending.collect()))
    }

    /// A wall whose shape somebody must bring: all of it but that, as comments.
    fn unknown_mesh(&self, component: &str) -> Result<String, NDisplayError> {
        let component: String = component.chars().filter(|c| !c.is_control()).collect();
        let table = format!(
            "[[wall]]\nname = {}\nkind = \"mesh\"\nfile = \"shape.glb\"\n{}",
            quoted(self.name),
            self.pixels(self.cabinets_of_mesh()?)?,
        );
        let table: String = table.lines().map(|line| format!("#{line}\n")).collect();
        Ok(format!(
            "\n# Its shape is the mesh '{component}', which only the engine has: export it (glTF, or OBJ in metres with Y up)\n\
             # into this file's folder, name that file here, and take the marks away.\n{table}"
        ))
    }
}

/// The component that a policy names.
fn component(parameters: &Value) -> &str {
    let all = parameters.as_object().into_iter().flatten();
    let mut named = all.filter(|(key, _)| key.to_lowercase().contains("component"));
    named
        .find_map(|(_, value)| value.as_str())
        .unwrap_or_default()
}

/// The bytes of a file that a configuration names. It was written on another machine: what lies beside the configuration
/// under the same name is meant.
fn beside(written: &str, files: &mut Files<'_>) -> Option<Vec<u8>> {
    let name = written.rsplit(['/', '\\']).next()?;
    if name.is_empty() || name == ".." {
        return None;
    }
    files(name).ok()
}

/// The number of equal parts of `px` that is nearest to the wanted one.
fn parts(px: u32, wanted: f64) -> u32 {
    let apart = |count: &u32| ((f64::from(*count) / wanted).ln().abs() * 1e6) as u64;
    let whole = (1..=px.min(256)).filter(|count| px.is_multiple_of(*count));
    whole.min_by_key(apart).unwrap_or(1)
}
