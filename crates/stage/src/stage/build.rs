//! From the file's values to the checked stage: names, references, ranges, and what only holds for the whole.

use super::build_parts::{
    camera, environment, outer, output, performer, prop, source, timing, wall,
};
use super::{Stage, Timing};
use crate::file::StageFile;
use crate::locate::Located;
use crate::{
    CAMERAS_MAX, CaptureSource, Environment, FrustumError, OUTPUTS_MAX, Problem, SLOTS_MAX,
    SOURCES_MAX, StageError, StageOutput, WALLS_MAX, Wall, outer_facets,
};
use cyc_model::{NAME_BYTES_MAX, Point};
use toml::Spanned;

pub(super) fn build(text: &str, file: StageFile) -> Result<Stage, StageError> {
    let at = Located::new(text);
    name_ok(at, &file.name)?;
    let walls = list(at, "wall", &file.walls, WALLS_MAX, |w| &w.name, wall)?;
    if walls.is_empty() {
        return Err(at.error("wall", Problem::None));
    }
    overlaps(at, &file, &walls)?;
    let (sources, outputs) = ways_in_and_out(at, &file)?;
    let known: &[CaptureSource] = &sources;
    let cameras = list(
        at,
        "camera",
        &file.cameras,
        CAMERAS_MAX,
        |c| &c.name,
        |at, c| camera(at, c, known),
    )?;
    let performers = list(
        at,
        "performer",
        &file.performers,
        SLOTS_MAX,
        |p| &p.name,
        |at, p| performer(at, p, known),
    )?;
    let props = list(
        at,
        "prop",
        &file.props,
        SLOTS_MAX,
        |p| &p.name,
        |at, p| prop(at, p, known),
    )?;
    let (outer_eye, outer_resolution_scale) = match &file.outer {
        Some(table) => outer(at.at(table.span().start, "outer"), table.get_ref())?,
        None => (Point::xyz(0.0, 1.6, 0.0), 0.5),
    };
    let eye_at = at.at(file.outer.as_ref().map_or(0, |o| o.span().start), "outer");
    eye_before_walls(eye_at, outer_eye, &walls)?;
    let environment = match &file.environment {
        Some(table) => environment(at.at(table.span().start, "environment"), table.get_ref())?,
        None => Environment::default(),
    };
    let timing = match &file.timing {
        Some(table) => timing(at.at(table.span().start, "timing"), table.get_ref())?,
        None => Timing::FILM,
    };
    Ok(Stage {
        canvas_px: canvas_px(&walls),
        name: file.name,
        walls,
        sources,
        outputs,
        cameras,
        performers,
        props,
        outer_eye,
        outer_resolution_scale,
        environment,
        timing,
    })
}

/// Where frames come from, and where they go to.
fn ways_in_and_out(
    at: Located<'_>,
    file: &StageFile,
) -> Result<(Vec<CaptureSource>, Vec<StageOutput>), StageError> {
    let (sources, outputs) = (&file.sources, &file.outputs);
    let sources = list(at, "source", sources, SOURCES_MAX, |s| &s.name, source)?;
    let outputs = list(at, "output", outputs, OUTPUTS_MAX, |o| &o.name, output)?;
    Ok((sources, outputs))
}

/// Builds each entry of an array of tables: its number, its name, then the entry itself.
fn list<'t, F, B>(
    at: Located<'t>,
    kind: &str,
    entries: &[Spanned<F>],
    limit: usize,
    name_of: impl Fn(&F) -> &String,
    mut build: impl FnMut(Located<'_>, &F) -> Result<B, StageError>,
) -> Result<Vec<B>, StageError> {
    if let Some(first_over) = entries.get(limit) {
        let count = entries.len();
        let there = at.at(first_over.span().start, kind);
        return Err(there.error("", Problem::TooMany { count, limit }));
    }
    let mut built = Vec::with_capacity(entries.len());
    for (nth, entry) in entries.iter().enumerate() {
        let name = name_of(entry.get_ref());
        let title = format!("{kind} '{name}'");
        let there = at.at(entry.span().start, &title);
        name_ok(there, name)?;
        if entries[..nth].iter().any(|e| name_of(e.get_ref()) == name) {
            return Err(there.error("name", Problem::BadName));
        }
        built.push(build(there, entry.get_ref())?);
    }
    Ok(built)
}

fn name_ok(at: Located<'_>, name: &str) -> Result<(), StageError> {
    if name.trim().is_empty() || name.len() > NAME_BYTES_MAX {
        return Err(at.error("name", Problem::BadName));
    }
    Ok(())
}

fn overlaps(at: Located<'_>, file: &StageFile, walls: &[Wall]) -> Result<(), StageError> {
    for (nth, wall) in walls.iter().enumerate() {
        let other = walls[..nth]
            .iter()
            .find(|other| other.canvas().overlaps(&wall.canvas()));
        if let (Some(other), Some(entry)) = (other, file.walls.get(nth)) {
            let title = format!("wall '{}'", wall.name());
            let problem = Problem::Overlaps {
                other: other.name().to_owned(),
            };
            return Err(at
                .at(entry.span().start, &title)
                .error("canvas_px", problem));
        }
    }
    Ok(())
}

fn eye_before_walls(
    at: Located<'_>,
    eye: Point<cyc_model::Stage>,
    walls: &[Wall],
) -> Result<(), StageError> {
    for (index, wall) in walls.iter().enumerate() {
        if let Err(error) = outer_facets(index, wall, eye) {
            let distance_m = match error {
                FrustumError::EyeBehindScreen { behind_m } => behind_m,
                FrustumError::NoScreen | FrustumError::EmptyView => 0.0,
            };
            let problem = Problem::EyeBehindWall {
                wall: wall.name().to_owned(),
                distance_m,
            };
            return Err(at.error("eye_m", problem));
        }
    }
    Ok(())
}

fn canvas_px(walls: &[Wall]) -> [u32; 2] {
    walls.iter().fold([0, 0], |[w, h], wall| {
        [w.max(wall.canvas().right()), h.max(wall.canvas().bottom())]
    })
}
