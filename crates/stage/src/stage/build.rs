//! From the file's values to the checked stage: names, references, ranges, and what only holds for the whole.

use super::build_camera::camera;
use super::build_control::{control, metrics};
use super::build_light_card::light_card;
use super::build_parts::{
    environment, outer, output, performer, prediction, prop, set, sky, timing,
};
use super::build_plate::plate;
use super::build_source::source;
use super::build_wall::{Files, display, wall};
use super::{OuterView, PredictionPlan, Stage, Timing};
use crate::file::StageFile;
use crate::locate::Located;
use crate::{
    CAMERAS_MAX, CaptureSource, ControlPlan, DISPLAYS_MAX, Display, Environment, LIGHT_CARDS_MAX,
    LightCard, OUTPUTS_MAX, OuterPlan, OuterSight, PLATES_MAX, Plate, Problem, SLOTS_MAX,
    SOURCES_MAX, SetModel, SkyPicture, StageError, StageOutput, Surface, WALLS_MAX, Wall,
};
use cyc_model::{NAME_BYTES_MAX, Point};
use toml::Spanned;

pub(super) fn build(
    text: &str,
    file: StageFile,
    files: &mut Files<'_>,
) -> Result<Stage, StageError> {
    let at = Located::new(text);
    name_ok(at, &file.name)?;
    let (displays, walls) = displays_and_walls(at, &file, files)?;
    let (plates, light_cards) = shown(at, &file, &walls)?;
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
    let outer = match &file.outer {
        Some(table) => outer(at, table, &cameras)?,
        None => OuterView::default(),
    };
    let eye_at = at.at(file.outer.as_ref().map_or(0, |o| o.span().start), "outer");
    eye_before_walls(eye_at, outer.eye, &walls)?;
    let (environment, sky, set) = world(at, &file)?;
    let timing = match &file.timing {
        Some(table) => timing(at.at(table.span().start, "timing"), table.get_ref())?,
        None => Timing::FILM,
    };
    let control = steered(at, &file)?;
    let prediction = match &file.prediction {
        Some(table) => prediction(at.at(table.span().start, "prediction"), table.get_ref())?,
        None => PredictionPlan::default(),
    };
    Ok(Stage {
        prediction,
        canvas_px: canvas_px(&walls, &displays),
        name: file.name,
        walls,
        displays,
        plates,
        light_cards,
        sources,
        outputs,
        cameras,
        performers,
        props,
        outer,
        environment,
        sky,
        set,
        timing,
        control,
    })
}

/// By what ways it is steered and watched.
fn steered(at: Located<'_>, file: &StageFile) -> Result<ControlPlan, StageError> {
    let mut plan = match &file.control {
        Some(table) => control(at.at(table.span().start, "control"), table.get_ref())?,
        None => ControlPlan::default(),
    };
    if let Some(table) = &file.telemetry {
        plan.metrics = metrics(at.at(table.span().start, "telemetry"), table.get_ref())?;
    }
    Ok(plan)
}

/// What shows the picture.
fn displays_and_walls(
    at: Located<'_>,
    file: &StageFile,
    files: &mut Files<'_>,
) -> Result<(Vec<Display>, Vec<Wall>), StageError> {
    let displays = list(
        at,
        "display",
        &file.displays,
        DISPLAYS_MAX,
        |d| &d.name,
        display,
    )?;
    let known: &[Display] = &displays;
    let walls = list(
        at,
        "wall",
        &file.walls,
        WALLS_MAX,
        |w| &w.name,
        |at, w| wall(at, w, known, files),
    )?;
    overlaps(at, file, &walls)?;
    Ok((displays, walls))
}

/// The virtual world, the picture that is its sky, the model that stands in it.
fn world(
    at: Located<'_>,
    file: &StageFile,
) -> Result<(Environment, Option<SkyPicture>, Option<SetModel>), StageError> {
    let Some(table) = &file.environment else {
        return Ok((Environment::default(), None, None));
    };
    let at = at.at(table.span().start, "environment");
    let table = table.get_ref();
    Ok((environment(at, table)?, sky(at, table)?, set(at, table)?))
}

/// What lies on the walls and in their world beside what is drawn.
fn shown(
    at: Located<'_>,
    file: &StageFile,
    walls: &[Wall],
) -> Result<(Vec<Plate>, Vec<LightCard>), StageError> {
    let of_walls = |at: Located<'_>, p: &_| plate(at, p, walls);
    let plates = list(at, "plate", &file.plates, PLATES_MAX, |p| &p.name, of_walls)?;
    let (cards, limit) = (&file.light_cards, LIGHT_CARDS_MAX);
    let of_walls = |at: Located<'_>, c: &_| light_card(at, c, walls);
    let cards = list(at, "light_card", cards, limit, |c| &c.name, of_walls)?;
    Ok((plates, cards))
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
        let blocks = wall.map().blocks();
        let shares = |other: &Wall| {
            let theirs = other.map().blocks().iter();
            theirs
                .into_iter()
                .any(|b| blocks.iter().any(|a| a.canvas.overlaps(&b.canvas)))
        };
        let own = blocks.iter().enumerate().any(|(index, block)| {
            let before = blocks.iter().take(index);
            before.into_iter().any(|b| b.canvas.overlaps(&block.canvas))
        });
        let other = walls[..nth].iter().find(|other| shares(other));
        let other = other.or(own.then_some(wall));
        if let (Some(other), Some(entry)) = (other, file.walls.get(nth)) {
            let title = format!("wall '{}'", wall.name());
            let key = if entry.get_ref().map.is_some() {
                "map"
            } else {
                "canvas_px"
            };
            let other = other.name().to_owned();
            return Err(at
                .at(entry.span().start, &title)
                .error(key, Problem::Overlaps { other }));
        }
    }
    Ok(())
}

/// A wall of cabinets must be seen from the front; of a mesh some part must be.
fn eye_before_walls(
    at: Located<'_>,
    eye: Point<cyc_model::Stage>,
    walls: &[Wall],
) -> Result<(), StageError> {
    let plan = OuterPlan::new(walls, eye);
    for (wall, sight) in walls.iter().zip(&plan.sights) {
        let mesh = matches!(wall.surface(), Surface::Mesh(_));
        let distance_m = match *sight {
            OuterSight::Front | OuterSight::Off => continue,
            OuterSight::PartlyBehind { .. } if mesh => continue,
            OuterSight::PartlyBehind { behind_m } | OuterSight::Behind { behind_m } => behind_m,
        };
        let problem = Problem::EyeBehindWall {
            wall: wall.name().to_owned(),
            distance_m,
        };
        return Err(at.error("eye_m", problem));
    }
    Ok(())
}

/// The canvas holds every wall and every display.
fn canvas_px(walls: &[Wall], displays: &[Display]) -> [u32; 2] {
    let shown = displays.iter().map(|d| d.canvas);
    let lit = walls.iter().map(Wall::canvas);
    lit.chain(shown).fold([0, 0], |[width, height], rect| {
        [width.max(rect.right()), height.max(rect.bottom())]
    })
}
