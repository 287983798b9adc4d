//! Why there is no answer.

use thiserror::Error;

/// What is wrong with measurements.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum AlignError {
    /// Fewer points than an answer needs.
    #[error("{given} points are given; at least {least} are needed")]
    TooFewPoints {
        /// How many there are.
        given: usize,
        /// How many are needed.
        least: usize,
    },
    /// More than are taken.
    #[error("{given} {what} are given; at most {most} are taken")]
    TooMany {
        /// Points, views or points of a view.
        what: &'static str,
        /// How many there are.
        given: usize,
        /// How many are taken.
        most: usize,
    },
    /// The points lie on one line: the turn about it stays free.
    #[error("the points lie within {beside_mm:.1} mm of one line")]
    OnALine {
        /// How far they lie beside it, millimetres.
        beside_mm: f64,
    },
    /// Only a mirror takes the points of one side to the other: an axis is reversed, or names are mixed up.
    #[error("the points fit mirrored ({mirrored_mm:.1} mm), not turned ({turned_mm:.1} mm)")]
    Mirrored {
        /// Root mean square of the distances when mirrored, millimetres.
        mirrored_mm: f64,
        /// When turned.
        turned_mm: f64,
    },
    /// One side is larger than the other.
    #[error("the source's distances are {factor:.4} of the stage's")]
    WrongUnit {
        /// Length on the stage of one metre of the source.
        factor: f64,
    },
    /// A wand was hardly turned.
    #[error("the wand has {given} poses that differ; at least {least} are needed")]
    WandStill {
        /// How many there are.
        given: usize,
        /// How many are needed.
        least: usize,
    },
    /// A wand was turned about one axis alone, or too little.
    #[error("the wand's turns leave the point open: it is known to {error_mm:.1} mm only")]
    WandOneWay {
        /// Its standard error, millimetres.
        error_mm: f64,
    },
    /// A wand's tip did not rest.
    #[error("the wand's tip moved by {mm:.1} mm")]
    TipMoved {
        /// Root mean square, millimetres.
        mm: f64,
    },
    /// A view has too few points in front of the camera.
    #[error("view {view} has {given} points; at least {least} are needed")]
    ThinView {
        /// Its number, from 1.
        view: usize,
        /// How many there are.
        given: usize,
        /// How many are needed.
        least: usize,
    },
    /// No pose of a view comes near its points.
    #[error("no pose fits view {view}")]
    NoPose {
        /// Its number, from 1.
        view: usize,
    },
    /// The views leave something open.
    #[error("{unknown} is known to {error} only")]
    Undetermined {
        /// What stays open.
        unknown: Unknown,
        /// Its standard error, in its unit.
        error: f64,
    },
    /// The pictures' size or the lens to begin with is none.
    #[error("{what} must be positive")]
    BadStart {
        /// Which figure.
        what: &'static str,
    },
}

/// What views may leave open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// The entrance pupil's place on the body, millimetres.
    Place,
    /// Its direction, degrees.
    Turn,
    /// The focal length, per cent.
    FocalLength,
}

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

impl Unknown {
    /// Its stable name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Turn => "turn",
            Self::FocalLength => "focal-length",
        }
    }
}

impl AlignError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooFewPoints { .. } => "align-too-few-points",
            Self::TooMany { .. } => "align-too-many",
            Self::OnALine { .. } => "align-on-a-line",
            Self::Mirrored { .. } => "align-mirrored",
            Self::WrongUnit { .. } => "align-wrong-unit",
            Self::WandStill { .. } => "align-wand-still",
            Self::WandOneWay { .. } => "align-wand-one-way",
            Self::TipMoved { .. } => "align-tip-moved",
            Self::ThinView { .. } => "align-thin-view",
            Self::NoPose { .. } => "align-no-pose",
            Self::Undetermined { unknown, .. } => match unknown {
                Unknown::Place => "align-open-place",
                Unknown::Turn => "align-open-turn",
                Unknown::FocalLength => "align-open-focal-length",
            },
            Self::BadStart { .. } => "align-bad-start",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        let count = |name, n: &usize| (name, n.to_string());
        match self {
            Self::WandOneWay { error_mm: mm } | Self::TipMoved { mm } => {
                // One axis alone tells nothing of the rest.
                let known = if mm.is_finite() {
                    format!("{mm:.1}")
                } else {
                    "∞".to_owned()
                };
                vec![("mm", known)]
            }
            Self::TooFewPoints { given, least } | Self::WandStill { given, least } => {
                vec![count("given", given), count("least", least)]
            }
            Self::TooMany { what, given, most } => vec![
                ("what", (*what).to_owned()),
                count("given", given),
                count("most", most),
            ],
            Self::OnALine { beside_mm } => vec![("mm", format!("{beside_mm:.1}"))],
            Self::Mirrored {
                mirrored_mm,
                turned_mm,
            } => vec![
                ("mirrored", format!("{mirrored_mm:.1}")),
                ("turned", format!("{turned_mm:.1}")),
            ],
            Self::WrongUnit { factor } => vec![("factor", format!("{factor:.4}"))],
            Self::ThinView { view, given, least } => vec![
                count("view", view),
                count("given", given),
                count("least", least),
            ],
            Self::NoPose { view } => vec![count("view", view)],
            Self::Undetermined { error, .. } => vec![("error", format!("{error:.2}"))],
            Self::BadStart { what } => vec![("what", (*what).to_owned())],
        }
    }
}
