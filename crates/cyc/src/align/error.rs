//! What is wrong with the files that `cyc align` reads.

use super::files::PointsFile;
use crate::exit::Exit;
use crate::failure::explained;
use cyc_align::MarkerFault;
use cyc_stage::Stage;
use std::path::Path;

/// What `cyc align` cannot use.
#[derive(Clone, Debug, PartialEq)]
pub enum AlignFault {
    /// A file is not what it should be.
    BadFile {
        path: String,
        line: usize,
        reason: String,
    },
    /// A point has no place.
    NoPlace { point: String },
    /// A point's wall is none of the stage's.
    NoWall { wall: String, known: String },
    /// A point lies beyond its wall.
    OffWall {
        point: String,
        wall: String,
        size: String,
    },
    /// A source is none of the stage's.
    NoSource { name: String, known: String },
    /// A camera is none of the stage's.
    NoCamera { name: String, known: String },
    /// The file has no point of this name.
    NoPoint { name: String, known: String },
    /// A point has no place in the source.
    PointUnseen { point: String, heard: bool },
    /// A source's address is none.
    NothingHeard { url: String },
    /// Numbers of a view are no pose.
    BadPose { path: String, view: usize },
    /// A file cannot be written.
    CannotWrite { path: String, reason: String },
    /// A photograph is no picture.
    NoPicture { path: String, reason: String },
    /// A photograph has other proportions than the camera's picture.
    PhotoShape {
        path: String,
        given: String,
        wanted: String,
    },
    /// A photograph's pattern cannot be relied on.
    BadPhoto { path: String, fault: MarkerFault },
    /// Photographs and views do not go together.
    PhotoCount { photos: usize, views: usize },
    /// Some views say where the zoom ring was, this one does not.
    NoZoom { view: usize },
    /// A tracked body was not heard.
    BodyUnheard { subject: String, url: String },
    /// A body moved while it was to be still.
    BodyMoved { subject: String, mm: String },
}

explained! {
    AlignFault => Exit::Asset;
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

impl AlignFault {
    /// No source has this name.
    pub fn no_source(stage: &Stage, name: &str) -> Self {
        Self::NoSource {
            name: name.to_owned(),
            known: listed(stage.sources().iter().map(|s| s.name.as_str())),
        }
    }

    /// No camera has this name.
    pub fn no_camera(stage: &Stage, name: &str) -> Self {
        Self::NoCamera {
            name: name.to_owned(),
            known: listed(stage.cameras().iter().map(|c| c.name.as_str())),
        }
    }

    /// No wall has this name.
    pub fn no_wall(stage: &Stage, name: &str) -> Self {
        Self::NoWall {
            wall: name.to_owned(),
            known: listed(stage.walls().iter().map(|w| w.name())),
        }
    }

    /// The file has no point of this name.
    pub fn no_point(file: &PointsFile, name: &str) -> Self {
        Self::NoPoint {
            name: name.to_owned(),
            known: listed(file.points.iter().map(|p| p.name.as_str())),
        }
    }

    /// A point has no place in the source.
    pub fn point_unseen(point: &str, heard: bool) -> Self {
        Self::PointUnseen {
            point: point.to_owned(),
            heard,
        }
    }

    /// A photograph's pattern cannot be relied on.
    pub fn bad_photo(path: &Path, fault: MarkerFault) -> Self {
        Self::BadPhoto {
            path: path.display().to_string(),
            fault,
        }
    }

    /// A file is not TOML, or has other keys.
    pub fn bad_file(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let at = error.span().map_or(0, |span| span.start);
        let before = text.get(..at).unwrap_or_default();
        Self::BadFile {
            path: path.display().to_string(),
            line: before.matches('\n').count() + 1,
            reason: error.message().to_owned(),
        }
    }

    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::BadFile { .. } => "align-bad-file",
            Self::NoPlace { .. } => "align-no-place",
            Self::NoWall { .. } => "align-no-wall",
            Self::OffWall { .. } => "align-off-wall",
            Self::NoSource { .. } => "align-no-source",
            Self::NoCamera { .. } => "align-no-camera",
            Self::NoPoint { .. } => "align-no-point",
            Self::PointUnseen { heard: true, .. } => "align-point-not-heard",
            Self::PointUnseen { heard: false, .. } => "align-point-not-given",
            Self::NothingHeard { .. } => "align-nothing-heard",
            Self::BadPose { .. } => "align-bad-pose",
            Self::CannotWrite { .. } => "align-cannot-write",
            Self::NoPicture { .. } => "align-no-picture",
            Self::PhotoShape { .. } => "align-photo-shape",
            Self::BadPhoto { fault, .. } => fault.key(),
            Self::PhotoCount { .. } => "align-photo-count",
            Self::NoZoom { .. } => "align-no-zoom",
            Self::BodyUnheard { .. } => "align-body-unheard",
            Self::BodyMoved { .. } => "align-body-moved",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self.clone() {
            Self::BadFile { path, line, reason } => {
                vec![
                    ("path", path),
                    ("line", line.to_string()),
                    ("reason", reason),
                ]
            }
            Self::NoPlace { point } | Self::PointUnseen { point, .. } => vec![("point", point)],
            Self::NoWall { wall, known } => vec![("wall", wall), ("known", known)],
            Self::OffWall { point, wall, size } => {
                vec![("point", point), ("wall", wall), ("size", size)]
            }
            Self::NoSource { name, known }
            | Self::NoPoint { name, known }
            | Self::NoCamera { name, known } => {
                vec![("name", name), ("known", known)]
            }
            Self::NothingHeard { url } => vec![("url", url)],
            Self::BadPose { path, view } => vec![("path", path), ("view", view.to_string())],
            Self::CannotWrite { path, reason } | Self::NoPicture { path, reason } => {
                vec![("path", path), ("reason", reason)]
            }
            Self::PhotoShape {
                path,
                given,
                wanted,
            } => vec![("path", path), ("given", given), ("wanted", wanted)],
            Self::BadPhoto { path, fault } => {
                let mut args = fault.args();
                args.push(("path", path));
                args
            }
            Self::PhotoCount { photos, views } => {
                vec![("photos", photos.to_string()), ("views", views.to_string())]
            }
            Self::NoZoom { view } => vec![("view", view.to_string())],
            Self::BodyUnheard { subject, url } => vec![("subject", subject), ("url", url)],
            Self::BodyMoved { subject, mm } => vec![("subject", subject), ("mm", mm)],
        }
    }
}
