//! A point of the file that is touched with a wand: a tracked body is rocked about the mark, and where that is in the source
//! goes into the file.

use super::StageText;
use super::error::AlignFault;
use super::files::PointsFile;
use super::live::{Collect, body_in, hear};
use super::stage_edit::write_whole;
use crate::demo::files::read_text;
use crate::failure::Failure;
use crate::interrupt;
use cyc_align::{Touch, touched};
use cyc_model::{Body, MocapFrame, Pose, Source};
use glam::DVec3;
use std::path::Path;
use std::time::Duration;
use toml_edit::{Array, DocumentMut, Item, TableLike, Value, value};

/// A pose counts when it is turned by so much against the last one that did: a wand that rests says nothing new.
const TURNED_RAD: f64 = 0.0175;

/// Poses that are kept: five minutes of a wand that is turned all the time.
const POSES_MAX: usize = 20_000;

/// A point that was touched.
pub struct TouchedPoint {
    /// Where, and how well.
    pub touch: Touch,
    /// Poses that differ.
    pub poses: usize,
    /// How far the tip is from where another point has it on the same wand, millimetres, and that point.
    pub tip_off: Option<(String, f64)>,
    /// Points of the file that have no place in the source yet.
    pub left: Vec<String>,
}

/// Poses of a body that differ.
struct Turns {
    subject: String,
    poses: Vec<Pose<Source, Body>>,
    is_seen: bool,
}

impl Collect for Turns {
    fn frame(&mut self, frame: &MocapFrame) {
        let Some(pose) = body_in(frame, &self.subject) else {
            return;
        };
        self.is_seen = true;
        let turned = |last: &Pose<Source, Body>| pose.rotation().angle_between(last.rotation());
        let is_new = self
            .poses
            .last()
            .is_none_or(|last| turned(last) >= TURNED_RAD);
        if is_new && self.poses.len() < POSES_MAX {
            self.poses.push(pose);
        }
    }
}

/// Hears a wand for a time, and writes the point that it was rocked about into the file of the points.
pub fn touch(
    stage: &StageText,
    (source, wand): (&str, &str),
    (path, point): (&Path, &str),
    time: Duration,
) -> Result<TouchedPoint, Failure> {
    let mut sources = stage.stage.sources().iter();
    let known = sources.find(|s| s.name == source);
    let known = known.ok_or_else(|| AlignFault::no_source(&stage.stage, source))?;
    let text = read_text(path)?;
    let file = PointsFile::parse(path, &text)?;
    if !file.points.iter().any(|p| p.name == point) {
        return Err(AlignFault::no_point(&file, point).into());
    }
    let turns = Turns {
        subject: wand.to_owned(),
        poses: Vec::new(),
        is_seen: false,
    };
    let stop = interrupt::flag()?;
    let heard = hear(known, turns, time, &stop, |_| ())?;
    if !heard.is_seen {
        return Err(AlignFault::BodyUnheard {
            subject: wand.to_owned(),
            url: known.url.clone(),
        }
        .into());
    }
    let found = touched(&heard.poses)?;
    let text = with_place(path, &text, (point, wand), &found)?;
    write_whole(path, &text)?;
    let others = file.points.iter().filter(|p| p.name != point);
    let left = others.clone().filter(|p| p.source_m.is_none());
    let tip_off = others
        .filter(|p| p.wand.as_deref() == Some(wand))
        .filter_map(|p| Some((p.name.clone(), DVec3::from_array(p.wand_tip_m?))))
        .map(|(name, tip_m)| (name, tip_m.distance(found.tip_m) * 1e3))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    Ok(TouchedPoint {
        touch: found,
        poses: heard.poses.len(),
        tip_off,
        left: left.map(|p| p.name.clone()).collect(),
    })
}

/// The file's text with the point's place in it; everything else stays as it is.
fn with_place(
    path: &Path,
    text: &str,
    (point, wand): (&str, &str),
    found: &Touch,
) -> Result<String, Failure> {
    let mut document: DocumentMut =
        text.parse()
            .map_err(|e: toml_edit::TomlError| AlignFault::BadFile {
                path: path.display().to_string(),
                line: 1,
                reason: e.message().to_owned(),
            })?;
    // It was found when the file was read.
    let table = table_of(&mut document, point).ok_or_else(|| Failure::internal("no point"))?;
    let metres = |v: DVec3| {
        let rounded = v.to_array().map(|m| (m * 1e6).round() / 1e6);
        value(rounded.into_iter().collect::<Array>())
    };
    table.insert("source_m", metres(found.point.metres()));
    table.insert("wand", value(wand));
    table.insert("wand_tip_m", metres(found.tip_m));
    Ok(document.to_string())
}

/// A point's table, however the file has its list.
fn table_of<'d>(document: &'d mut DocumentMut, point: &str) -> Option<&'d mut dyn TableLike> {
    let is_it = |t: &dyn TableLike| t.get("name").and_then(Item::as_str) == Some(point);
    match document.get_mut("point")? {
        Item::ArrayOfTables(tables) => {
            let table = tables.iter_mut().find(|t| is_it(*t));
            table.map(|t| t as &mut dyn TableLike)
        }
        Item::Value(Value::Array(list)) => {
            let mut tables = list.iter_mut().filter_map(Value::as_inline_table_mut);
            let table = tables.find(|t| is_it(*t));
            table.map(|t| t as &mut dyn TableLike)
        }
        _ => None,
    }
}
