//! `cyc align`: lines a capture system up with the stage, and a camera's lens with its tracked body.
//!
//! The mathematics is `cyc_align`; here is what a person has: files of points and pictures, photographs, walls with pixels, a system
//! that can be listened to, and a stage file that is to have the answer.

mod camera;
mod error;
mod files;
mod live;
mod photo;
mod stage_edit;
mod wand;
mod zoom;

pub use camera::{AddedView, Lined, LinedCamera, add_view, camera};
pub use error::AlignFault;
pub use stage_edit::StageEdit;
pub use wand::{TouchedPoint, touch};
pub use zoom::{FoundPoint, LinedZoom};

use crate::demo::files::read_text;
use crate::failure::Failure;
use crate::interrupt;
use crate::stage_file::stage_of_text;
use cyc_align::{PointPair, SourceAlignment, align_source};
use cyc_model::Point;
use cyc_stage::Stage;
use files::PointsFile;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A stage file with its text.
pub struct StageText {
    /// Where it is.
    pub path: PathBuf,
    /// What it says.
    pub text: String,
    /// What that means.
    pub stage: Stage,
}

impl StageText {
    /// Reads a stage file.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = read_text(path)?;
        let stage = stage_of_text(path, &text)?;
        Ok(Self {
            path: path.to_owned(),
            stage,
            text,
        })
    }
}

/// A source that was lined up.
pub struct LinedSource {
    /// Names of the points, in the file's order.
    pub names: Vec<String>,
    /// The answer.
    pub found: SourceAlignment,
}

/// Lines a source up with the stage, by points whose places are in a file or are heard for a time.
pub fn source(
    stage: &StageText,
    name: &str,
    points: &Path,
    live: Option<Duration>,
) -> Result<LinedSource, Failure> {
    let index = stage.stage.sources().iter().position(|s| s.name == name);
    let index = index.ok_or_else(|| AlignFault::no_source(&stage.stage, name))?;
    let file = PointsFile::parse(points, &read_text(points)?)?;
    let mut pairs = Vec::new();
    let heard = match (live, stage.stage.sources().get(index)) {
        (Some(time), Some(source)) => {
            let wanted = file.points.iter().map(|p| p.name.clone()).collect();
            let stop = interrupt::flag()?;
            let means = live::MarkerMeans::new(wanted);
            Some(live::hear(source, means, time, &stop, |_| ())?.means())
        }
        _ => None,
    };
    let mut names = Vec::new();
    for (nth, point) in file.points.iter().enumerate() {
        let place = point.place.on(&stage.stage, &point.name)?;
        let seen = match &heard {
            Some(heard) => heard.get(nth).copied().flatten(),
            None => point.source_m.map(|p| Point::xyz(p[0], p[1], p[2])),
        };
        let Some(source) = seen else {
            return Err(AlignFault::point_unseen(&point.name, heard.is_some()).into());
        };
        names.push(point.name.clone());
        pairs.push(PointPair {
            source,
            stage: place,
        });
    }
    let found = align_source(&pairs)?;
    Ok(LinedSource { names, found })
}
