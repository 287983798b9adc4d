//! The answer, written into the stage file: its other lines and its comments stay as they are, and a file that would not be
//! read any more is never written.

use super::error::AlignFault;
use super::{LinedSource, LinedZoom, StageText};
use crate::failure::Failure;
use crate::stage_file::stage_of_text;
use cyc_align::{CameraAlignment, LensFreedom};
use cyc_model::{Source, Stage as StageSpace, Xf};
use std::io::Write;
use std::path::Path;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value, value};

/// A stage file that is being changed.
pub struct StageEdit<'a> {
    stage: &'a StageText,
    document: DocumentMut,
    changed: Vec<String>,
}

fn numbers(values: &[f64], digits: usize) -> Item {
    let rounded = |v: &f64| {
        let factor = 10f64.powi(i32::try_from(digits).unwrap_or(9));
        // Zero without a sign.
        Value::from((v * factor).round() / factor + 0.0)
    };
    value(values.iter().map(rounded).collect::<Array>())
}

impl<'a> StageEdit<'a> {
    /// Of a stage file that was read.
    pub fn new(stage: &'a StageText) -> Result<Self, Failure> {
        let document = stage.text.parse::<DocumentMut>();
        Ok(Self {
            document: document.map_err(Failure::internal)?,
            stage,
            changed: Vec::new(),
        })
    }

    fn table(&mut self, kind: &str, index: usize) -> Option<&mut Table> {
        let tables = self.document.get_mut(kind)?.as_array_of_tables_mut()?;
        tables.get_mut(index)
    }

    fn set(&mut self, at: (&str, usize), key: &str, item: Item) {
        let said = format!("{key} = {}", item.to_string().trim());
        if let Some(table) = self.table(at.0, at.1) {
            // What stands behind the old value stays there.
            if let (Some(old), Item::Value(new)) = (table.get_mut(key), &item)
                && let Some(old) = old.as_value_mut()
            {
                let decor = old.decor().clone();
                *old = new.clone();
                *old.decor_mut() = decor;
            } else {
                table.insert(key, item);
            }
            self.changed.push(said);
        }
    }

    /// Where a source is.
    pub fn source(&mut self, name: &str, lined: &LinedSource) {
        let sources = self.stage.stage.sources();
        let Some(index) = sources.iter().position(|s| s.name == name) else {
            return;
        };
        self.source_at(index, lined.found.stage_from_source);
    }

    fn source_at(&mut self, index: usize, found: Xf<StageSpace, Source>) {
        let place = found.translation().metres().to_array();
        let at = ("source", index);
        self.set(at, "position_m", numbers(&place, 6));
        self.set(
            at,
            "rotation_xyzw",
            numbers(&found.rotation().to_array(), 9),
        );
        // One way to say how it is turned is enough.
        if let Some(table) = self.table("source", index) {
            table.remove("yaw_deg");
        }
    }

    /// Where a camera's pupil is, its lens as far as it was looked for, and its source where the views contradict the file.
    pub fn camera(&mut self, name: &str, found: &CameraAlignment, freedom: LensFreedom) {
        let cameras = self.stage.stage.cameras();
        let Some(index) = cameras.iter().position(|c| c.name == name) else {
            return;
        };
        let stage = &self.stage.stage;
        let source = stage.cameras().get(index).map(|c| c.tracked.source);
        let stood = source.and_then(|s| stage.sources().get(s));
        if let (Some(at), Some(stood), Some(shift)) = (source, stood, found.source_shift) {
            self.source_at(at, shift * stood.stage_from_source);
        }
        let pupil = found.body_from_pupil;
        let at = ("camera", index);
        self.set(
            at,
            "pupil_m",
            numbers(&pupil.translation().metres().to_array(), 6),
        );
        let turn = pupil.rotation().to_array();
        self.set(at, "pupil_rotation_xyzw", numbers(&turn, 9));
        if freedom == LensFreedom::Fixed {
            return;
        }
        let mm = |m: f64| m * 1e3;
        let lens = &found.lens;
        let mut keys = vec![("focal_length_mm", value(round(mm(lens.focal_length_m), 4)))];
        if freedom == LensFreedom::Full {
            keys.push((
                "principal_point_mm",
                numbers(&lens.principal_point_m.map(mm), 5),
            ));
            keys.push(("radial", numbers(&lens.radial, 8)));
            keys.push(("tangential", numbers(&lens.tangential, 8)));
            keys.push(("model", value("brown-conrady-u-d")));
        }
        let table = self.table("camera", index);
        let lens = table.and_then(|t| t.get_mut("lens"));
        let Some(lens) = lens.and_then(Item::as_table_like_mut) else {
            return;
        };
        let mut said = Vec::new();
        for (key, item) in keys {
            said.push(format!("lens.{key} = {}", item.to_string().trim()));
            lens.insert(key, item);
        }
        self.changed.extend(said);
    }

    /// A zoom's points; the lens itself and its pupil become those of the first.
    pub fn zoom(&mut self, name: &str, lined: &LinedZoom) {
        let Some(first) = lined.points.first() else {
            return;
        };
        self.camera(name, &first.found, LensFreedom::Full);
        let mut points = Array::new();
        for point in &lined.points {
            let (lens, pupil) = (&point.found.lens, point.found.body_from_pupil);
            let mm = |m: f64| m * 1e3;
            let keys = [
                ("zoom", value(point.rings[0])),
                ("focus", value(point.rings[1])),
                ("focal_length_mm", value(round(mm(lens.focal_length_m), 4))),
                (
                    "principal_point_mm",
                    numbers(&lens.principal_point_m.map(mm), 5),
                ),
                ("radial", numbers(&lens.radial, 8)),
                ("tangential", numbers(&lens.tangential, 8)),
                (
                    "pupil_m",
                    numbers(&pupil.translation().metres().to_array(), 6),
                ),
                (
                    "pupil_rotation_xyzw",
                    numbers(&pupil.rotation().to_array(), 9),
                ),
            ];
            let mut table = InlineTable::new();
            for (key, item) in keys {
                if let Item::Value(value) = item {
                    table.insert(key, value);
                }
            }
            let mut table = Value::from(table);
            table.decor_mut().set_prefix("\n  ");
            points.push_formatted(table);
        }
        points.set_trailing("\n");
        let cameras = self.stage.stage.cameras();
        let index = cameras.iter().position(|c| c.name == name);
        let table = index.and_then(|index| self.table("camera", index));
        let lens = table.and_then(|t| t.get_mut("lens"));
        if let Some(lens) = lens.and_then(Item::as_table_like_mut) {
            lens.insert("points", value(points));
            let said = format!("lens.points = [{} points]", lined.points.len());
            self.changed.push(said);
        }
    }

    /// What changed, a line each.
    pub fn changed(&self) -> &[String] {
        &self.changed
    }

    /// The file's new text, if it is one that can be read.
    ///
    /// # Errors
    /// What the stage would say of it.
    pub fn text(&self) -> Result<String, Failure> {
        let text = self.document.to_string();
        stage_of_text(&self.stage.path, &text)?;
        Ok(text)
    }

    /// Writes the file.
    pub fn write(&self) -> Result<(), Failure> {
        let text = self.text()?;
        Ok(write_whole(&self.stage.path, &text)?)
    }
}

/// Writes a file anew, beside itself first, so that it is whole at every moment.
pub fn write_whole(path: &Path, text: &str) -> Result<(), AlignFault> {
    let failed = |e: std::io::Error| AlignFault::CannotWrite {
        path: path.display().to_string(),
        reason: e.to_string(),
    };
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file = std::fs::File::create(&beside).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    std::fs::rename(&beside, path).map_err(failed)
}

fn round(number: f64, digits: i32) -> f64 {
    (number * 10f64.powi(digits)).round() / 10f64.powi(digits)
}
