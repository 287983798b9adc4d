//! Which rig each performer of a take is solved on: the one that was named, or the marker set that its labels show.

use super::error::SolveError;
use super::marker_take::MarkerTake;
use crate::demo::files::read_text;
use crate::failure::Failure;
use cyc_model::{Point, Rig, Stage};
use cyc_solver::{
    BODY_MARKERSETS, HUMAN_SKELETON, MarkerSet, build_rig, osim, parse_markerset, parse_rig,
    parse_skeleton, plain_label, recognise_markerset, vsk,
};
use std::path::{Path, PathBuf};

/// Share of the markers of the performer's own rig that must be among the labels.
const COVERAGE_MIN: f64 = 0.5;
/// Share of a template's: a calibration needs more.
const COVERAGE_MIN_TEMPLATE: f64 = 0.7;
/// The root element of an OpenSim model.
const OSIM_ROOT: &str = "<OpenSimDocument";
/// Labels that a message lists.
const LISTED_MAX: usize = 12;

/// What was asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// A rig's file.
    pub rig: Option<PathBuf>,
    /// A marker set's name or file.
    pub markerset: Option<String>,
}

/// How a rig was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It was named: the performer's own.
    RigFile,
    /// Its marker set was named.
    Named,
    /// Its marker set was recognised from the labels.
    Labels,
    /// Its marker set was recognised from the shape of the points, without labels.
    Shape,
}

/// A performer in a take.
#[derive(Clone, Debug)]
pub struct Performer {
    /// The subject's name; empty when the take names none.
    pub subject: String,
    /// The rig, still a template unless it is the performer's own.
    pub rig: Rig,
    /// How it was found.
    pub found: Found,
    /// Where its markers are.
    pub markers: Markers,
}

/// Where a performer's markers are, in the rig's order.
#[derive(Clone, Debug)]
pub enum Markers {
    /// In columns of the take, by their labels.
    Columns(Vec<Option<usize>>),
    /// Found among all points, frame after frame.
    Labelled {
        /// Of each frame.
        frames: Vec<Vec<Option<Point<Stage>>>>,
        /// How good that is.
        labelling: Labelling,
    },
}

/// How good labels are that were found by shape.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Labelling {
    /// How sure the labels are on average, 0 to 1.
    pub sure: f64,
    /// Markers that the take itself labels with a name of the rig, over all frames.
    pub compared: usize,
    /// Those of them that got the same label.
    pub agreed: usize,
}

impl Labelling {
    /// The share of the take's own labels that were found again; `None` when it has none of the rig's.
    pub fn agreement(&self) -> Option<f64> {
        (self.compared > 0).then(|| self.agreed as f64 / self.compared as f64)
    }
}

impl Performer {
    /// The markers of all frames, in the rig's order.
    pub fn frames(&self, take: &MarkerTake) -> Vec<Vec<Option<Point<Stage>>>> {
        let columns = match &self.markers {
            Markers::Columns(columns) => columns,
            Markers::Labelled { frames, .. } => return frames.clone(),
        };
        let frame = |f: usize| {
            let of_column = |c: &Option<usize>| take.at(f, (*c)?);
            columns.iter().map(of_column).collect()
        };
        (0..take.frames.len()).map(frame).collect()
    }

    /// Markers that the take has a label for, or that were found in some frame.
    pub fn matched(&self) -> usize {
        (0..self.rig.markers().len())
            .filter(|k| self.has(*k))
            .count()
    }

    fn has(&self, marker: usize) -> bool {
        match &self.markers {
            Markers::Columns(columns) => columns.get(marker).copied().flatten().is_some(),
            Markers::Labelled { frames, .. } => frames
                .iter()
                .any(|f| f.get(marker).copied().flatten().is_some()),
        }
    }
}

/// Finds the performers of a take, in the order of the file.
pub fn choose(take: &MarkerTake, path: &Path, wanted: &Wanted) -> Result<Vec<Performer>, Failure> {
    let groups = groups(take);
    if let Some((rig, found)) = named_rig(wanted)? {
        return named(take, &groups, &rig, found);
    }
    let template = parse_skeleton(HUMAN_SKELETON)?;
    let sets = known_sets()?;
    let mut performers = Vec::new();
    for group in &groups {
        let labels: Vec<&str> = group.labels(take).collect();
        if let Some(found) = recognise_markerset(&labels, &sets) {
            let rig = build_rig(&template, &sets[found.set])?;
            performers.push(group.performer(take, rig, Found::Labels));
        }
    }
    if performers.is_empty() {
        let path = path.to_owned();
        let nearest = nearest(take, &groups, &sets);
        return Err(SolveError::NoMarkerSet { path, nearest }.into());
    }
    Ok(performers)
}

/// The rig or the template that was asked for by name, if one was.
pub fn named_rig(wanted: &Wanted) -> Result<Option<(Rig, Found)>, Failure> {
    if let Some(file) = &wanted.rig {
        return Ok(Some((read_rig(file)?, Found::RigFile)));
    }
    let Some(name) = &wanted.markerset else {
        return Ok(None);
    };
    let template = parse_skeleton(HUMAN_SKELETON)?;
    let rig = build_rig(&template, &marker_set(name)?)?;
    Ok(Some((rig, Found::Named)))
}

/// The templates of all known marker sets.
pub fn templates() -> Result<Vec<Rig>, Failure> {
    let template = parse_skeleton(HUMAN_SKELETON)?;
    let rigs: Result<Vec<_>, _> = known_sets()?
        .iter()
        .map(|set| build_rig(&template, set))
        .collect();
    Ok(rigs?)
}

/// The columns of one subject.
struct Group {
    subject: Option<String>,
    columns: Vec<usize>,
}

impl Group {
    fn labels<'t>(&'t self, take: &'t MarkerTake) -> impl Iterator<Item = &'t str> {
        self.columns
            .iter()
            .filter_map(|c| Some(take.columns.get(*c)?.label.as_str()))
    }

    fn performer(&self, take: &MarkerTake, rig: Rig, found: Found) -> Performer {
        let column = |name: &str| {
            let is_it = |c: &&usize| {
                let label = take.columns.get(**c).map(|c| plain_label(&c.label));
                label == Some(plain_label(name))
            };
            self.columns.iter().find(is_it).copied()
        };
        let columns = rig.markers().iter().map(|m| column(&m.name)).collect();
        Performer {
            subject: self.subject.clone().unwrap_or_default(),
            rig,
            found,
            markers: Markers::Columns(columns),
        }
    }
}

fn groups(take: &MarkerTake) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (i, column) in take.columns.iter().enumerate() {
        match groups.iter_mut().find(|g| g.subject == column.subject) {
            Some(group) => group.columns.push(i),
            None => groups.push(Group {
                subject: column.subject.clone(),
                columns: vec![i],
            }),
        }
    }
    groups
}

/// Every subject that wears the named rig's markers.
fn named(
    take: &MarkerTake,
    groups: &[Group],
    rig: &Rig,
    found: Found,
) -> Result<Vec<Performer>, Failure> {
    let all: Vec<Performer> = groups
        .iter()
        .map(|g| g.performer(take, rig.clone(), found))
        .collect();
    let markers = rig.markers().len();
    let coverage = match found {
        Found::RigFile => COVERAGE_MIN,
        Found::Named | Found::Labels | Found::Shape => COVERAGE_MIN_TEMPLATE,
    };
    let enough = |p: &Performer| p.matched() as f64 >= coverage * markers as f64;
    let best = all.iter().max_by_key(|p| p.matched());
    let matched = best.map_or(0, Performer::matched);
    let missing = rig
        .markers()
        .iter()
        .enumerate()
        .filter(|(i, _)| best.is_none_or(|b| !b.has(*i)))
        .map(|(_, m)| m.name.as_str());
    let missing = listed(missing);
    let performers: Vec<Performer> = all.into_iter().filter(enough).collect();
    if performers.is_empty() || matched == 0 {
        let rig = rig.name().to_owned();
        return Err(SolveError::NotThisRig {
            rig,
            matched,
            markers,
            missing,
        }
        .into());
    }
    Ok(performers)
}

/// Reads a rig, by what its text says that it is: Vicon's or OpenSim's XML, or our TOML.
pub fn read_rig(file: &Path) -> Result<Rig, Failure> {
    let rig = parsed(&read_text(file)?)?;
    match rig.markers().is_empty() {
        true => Err(SolveError::RigWithoutMarkers {
            path: file.to_owned(),
        }
        .into()),
        false => Ok(rig),
    }
}

fn parsed(text: &str) -> Result<Rig, Failure> {
    if text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('<')
    {
        if text.contains(OSIM_ROOT) {
            return Ok(osim::parse(text)?.rig);
        }
        return Ok(vsk::parse(text)?.rig);
    }
    Ok(parse_rig(text)?)
}

fn known_sets() -> Result<Vec<MarkerSet>, Failure> {
    let parsed: Result<Vec<_>, _> = BODY_MARKERSETS.into_iter().map(parse_markerset).collect();
    Ok(parsed?)
}

/// A marker set by its name, or from its file.
fn marker_set(name: &str) -> Result<MarkerSet, Failure> {
    let sets = known_sets()?;
    if let Some(set) = sets.iter().find(|s| s.name() == name) {
        return Ok(set.clone());
    }
    let file = Path::new(name);
    if file.is_file() {
        return Ok(parse_markerset(&read_text(file)?)?);
    }
    let known = sets
        .iter()
        .map(MarkerSet::name)
        .collect::<Vec<_>>()
        .join(", ");
    let name = name.to_owned();
    Err(SolveError::UnknownMarkerset { name, known }.into())
}

/// For each set what the nearest subject lacks of it, so that a person sees how near it was.
fn nearest(take: &MarkerTake, groups: &[Group], sets: &[MarkerSet]) -> String {
    let lack = |set: &MarkerSet| {
        let missing_of = |g: &Group| -> Vec<&str> {
            let has = |label: &str| g.labels(take).any(|l| plain_label(l) == label);
            let markers = set.markers().iter().map(|m| m.label.as_str());
            markers.filter(|l| !has(l)).collect()
        };
        let missing = groups.iter().map(missing_of).min_by_key(Vec::len);
        let missing = missing.unwrap_or_default();
        let there = set.markers().len().saturating_sub(missing.len());
        let all = set.markers().len();
        format!(
            "{} ({there}/{all}): {}",
            set.name(),
            listed(missing.into_iter())
        )
    };
    sets.iter().map(lack).collect::<Vec<_>>().join("; ")
}

fn listed<'l>(labels: impl Iterator<Item = &'l str>) -> String {
    let labels: Vec<&str> = labels.collect();
    let more = if labels.len() > LISTED_MAX {
        " …"
    } else {
        ""
    };
    let shown = labels.iter().take(LISTED_MAX).copied();
    shown.collect::<Vec<_>>().join(" ") + more
}
