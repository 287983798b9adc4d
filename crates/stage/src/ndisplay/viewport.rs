//! A viewport: pixels of a node's window, and by its policy the wall that they are on.

use super::place::{CAMERAS, Place, SCREENS, Thing, XFORMS, numbers, place_of, thing};
use super::{NDisplayError, quoted, vector};
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
    pub(super) corner_px: [u32; 2],
    /// Width and height of it.
    pub(super) window_px: [u32; 2],
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
            "" => Err(NDisplayError::NoPolicy {
                viewport: self.written.to_owned(),
            }),
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
                self.mapped((file, &bytes), parameters, file_name, reading)
            }
            "mesh" | "picp_mesh" => {
                let component = component(parameters);
                let words = self.unknown_mesh(component)?;
                nothing(left_out(component, LeftOutReason::Mesh), words)
            }
            "camera" => nothing(left_out("", LeftOutReason::Camera), String::new()),
            "link" => nothing(left_out("", LeftOutReason::Linked), String::new()),
            "manual" => nothing(left_out("", LeftOutReason::Frustum), String::new()),
            _ => nothing(left_out("", LeftOutReason::Calibration), String::new()),
        }
    }

    /// The pixels of the window: left, top, width, height.
    fn region_px(&self) -> Result<[u32; 4], NDisplayError> {
        let bad = || NDisplayError::BadRegion {
            viewport: self.written.to_owned(),
        };
        let region = numbers(&self.entry["region"], ["x", "y", "w", "h"]).ok_or_else(bad)?;
        let [x, y, width, height] = region.map(f64::round);
        let [window_width, window_height] = self.window_px.map(f64::from);
        let is_within = |from: f64, length: f64, whole: f64| {
            from >= 0.0 && length >= 1.0 && from + length <= whole
        };
        if is_within(x, width, window_width) && is_within(y, height, window_height) {
            Ok([x, y, width, height].map(|px| px as u32))
        } else {
            Err(bad())
        }
    }

    /// Something of the scene that this viewport names.
    fn of_scene(&self, kinds: &[&str], name: &str) -> Result<Thing<'_>, NDisplayError> {
        thing(self.scene, kinds, name).ok_or_else(|| NDisplayError::Unknown {
            viewport: self.written.to_owned(),
            name: name.to_owned(),
        })
    }

    /// The keys of every wall that say which pixels are on it.
    fn pixels(&self, [columns, rows]: [u32; 2]) -> Result<String, NDisplayError> {
        let [x, y, width_px, height_px] = self.region_px()?;
        Ok(format!(
            "cabinets = [{columns}, {rows}]\ncabinet_px = [{}, {}]\ncanvas_px = [{}, {}]\ndisplay = {}\n",
            width_px / columns,
            height_px / rows,
            self.corner_px[0] + x,
            self.corner_px[1] + y,
            quoted(self.node),
        ))
    }

    /// A flat screen.
    fn screen(&self, screen: &str) -> Result<String, NDisplayError> {
        let screen = self.of_scene(&[SCREENS], screen)?;
        let place = place_of(self.scene, &screen)?;
        let size = numbers(&screen.entry["size"], ["width", "height"]);
        let size = size.filter(|sides| sides.iter().all(|cm| *cm > 0.0));
        let Some([width_m, height_m]) = size.map(|sides| sides.map(|cm| cm * 0.01)) else {
            return Err(NDisplayError::BadSize { at: screen.at });
        };
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
        (file, archive): (&str, &[u8]),
        parameters: &Value,
        file_name: &str,
        reading: &MpcdiReading,
    ) -> Result<(Became, Vec<LeftOut>), NDisplayError> {
        let text = |key: &str| parameters[key].as_str().unwrap_or_default();
        let origin = text("origin");
        let place = match origin {
            "" => Place::ROOT,
            origin => place_of(
                self.scene,
                &self.of_scene(&[XFORMS, SCREENS, CAMERAS], origin)?,
            )?,
        };
        let region = [text("buffer"), text("region")];
        let place = (place.metres(), place.stage_axes());
        let shape = region_shape(archive, region, reading, place, self.eye);
        let shape = shape.map_err(|error| NDisplayError::Archive {
            viewport: self.written.to_owned(),
            file: file.to_owned(),
            error,
        })?;
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
