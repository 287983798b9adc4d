//! The built stage: everything a stage file says, checked.

mod build;
mod build_camera;
mod build_color;
mod build_control;
mod build_light_card;
mod build_parts;
mod build_plate;
mod build_source;
mod build_wall;
#[cfg(test)]
mod tests;

use crate::file::StageFile;
use crate::locate::line_and_column;
use crate::surplus::{Surplus, surplus};
use crate::{
    Camera, CaptureSource, ControlPlan, Display, Environment, EyeFollow, LightCard, OuterPlan,
    PerformerSlot, Plate, Prop, STAGE_FILE_BYTES_MAX, SceneKind, SetModel, SkyPicture, StageError,
    StageOutput, Wall, WallHit,
};
pub use build_wall::Files;
use cyc_model::{Nanos, Point, Prediction, Stage as StageSpace, Vector};

/// A frame rate as a fraction of hertz.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameRate {
    /// Frames…
    pub numerator: u32,
    /// …in so many seconds.
    pub denominator: u32,
}

impl FrameRate {
    /// In hertz.
    pub fn hz(self) -> f64 {
        f64::from(self.numerator) / f64::from(self.denominator)
    }

    /// How many frames have begun after the first one within a time; none in a negative one.
    pub fn frames_in(self, time: Nanos) -> u64 {
        let ns = u128::from(time.0.max(0).unsigned_abs());
        let frames =
            ns * u128::from(self.numerator) / (u128::from(self.denominator) * 1_000_000_000);
        u64::try_from(frames).unwrap_or(u64::MAX)
    }

    /// The time from the first frame to frame `number`, rounded down; exact over years.
    pub fn time_of(self, number: u64) -> Nanos {
        let ns = u128::from(number) * 1_000_000_000 * u128::from(self.denominator)
            / u128::from(self.numerator);
        Nanos(i64::try_from(ns).unwrap_or(i64::MAX))
    }
}

/// What the moments at which walls change their picture follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Genlock {
    /// Nothing: the computer's own steady clock.
    #[default]
    Free,
    /// Where the sources' timecode frames begin.
    Timecode,
    /// Where frames begin that are counted from the system clock's epoch; PTP holds the clocks of several machines together.
    Ptp,
}

impl Genlock {
    /// Its word in stage files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Timecode => "timecode",
            Self::Ptp => "ptp",
        }
    }
}

/// When the walls change their picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Pictures a second.
    pub frame_rate: FrameRate,
    /// From the moment that a camera's pose was measured to the picture that leaves this machine: what automatic overscan
    /// reckons with. A wall's display comes on top of it.
    pub latency: Nanos,
    /// What the moments of the pictures follow.
    pub genlock: Genlock,
    /// How much later than that they are.
    pub phase: Nanos,
}

impl Timing {
    /// 24 pictures a second: what a stage does that says nothing else.
    pub const FILM: Self = Self {
        frame_rate: FrameRate {
            numerator: 24,
            denominator: 1,
        },
        // Two pictures of 24 a second: tracking, drawing, scan-out.
        latency: Nanos(83_333_333),
        genlock: Genlock::Free,
        phase: Nanos::ZERO,
    };
}

/// How motions are continued to the moment at which the light leaves the wall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PredictionPlan {
    /// By which method.
    pub method: Prediction,
    /// From a published pose to its light; `None`: as it is measured while the stage runs.
    pub lead: Option<Nanos>,
}

/// How the outer view is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
struct OuterView {
    eye: Point<StageSpace>,
    follow: Option<EyeFollow>,
    resolution_scale: f64,
}

impl Default for OuterView {
    fn default() -> Self {
        Self {
            eye: Point::xyz(0.0, 1.6, 0.0),
            follow: None,
            resolution_scale: 0.5,
        }
    }
}

/// A checked LED stage.
#[derive(Clone, Debug)]
pub struct Stage {
    name: String,
    walls: Vec<Wall>,
    canvas_px: [u32; 2],
    displays: Vec<Display>,
    plates: Vec<Plate>,
    light_cards: Vec<LightCard>,
    sources: Vec<CaptureSource>,
    outputs: Vec<StageOutput>,
    cameras: Vec<Camera>,
    performers: Vec<PerformerSlot>,
    props: Vec<Prop>,
    outer: OuterView,
    environment: Environment,
    sky: Option<SkyPicture>,
    set: Option<SetModel>,
    timing: Timing,
    control: ControlPlan,
    prediction: PredictionPlan,
}

impl Stage {
    /// Reads and checks a stage file (TOML) that names no mesh. Errors carry the line and column.
    pub fn from_toml(text: &str) -> Result<Self, StageError> {
        Self::from_toml_with(text, &mut |_| Err("no files here".to_owned()))
    }

    /// Reads and checks a stage file (TOML); `files` brings the meshes that it names, which lie in its own folder.
    pub fn from_toml_with(text: &str, files: &mut Files<'_>) -> Result<Self, StageError> {
        if text.len() > STAGE_FILE_BYTES_MAX {
            return Err(StageError::TooLarge {
                bytes: text.len(),
                limit: STAGE_FILE_BYTES_MAX,
            });
        }
        let file: StageFile = toml::from_str(text).map_err(|error| {
            let (line, column) = line_and_column(text, error.span().map_or(0, |span| span.start));
            StageError::Syntax {
                line,
                column,
                message: error.message().to_owned(),
            }
        })?;
        if let Some(Surplus { at, found, wanted }) = surplus(text) {
            let (line, column) = line_and_column(text, at);
            return Err(StageError::Syntax {
                line,
                column,
                message: format!("invalid length {found}, expected an array of length {wanted}"),
            });
        }
        build::build(text, file, files)
    }

    /// Name for people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The walls; at least one.
    pub fn walls(&self) -> &[Wall] {
        &self.walls
    }

    /// Width and height of the canvas that holds all walls' pixels.
    pub fn canvas_px(&self) -> [u32; 2] {
        self.canvas_px
    }

    /// Pixels that are on a wall.
    pub fn lit_px(&self) -> u64 {
        self.walls
            .iter()
            .map(|w| w.size_px().iter().map(|px| u64::from(*px)).product::<u64>())
            .sum()
    }

    /// Displays, in the order of the file; none when the whole canvas is one picture.
    pub fn displays(&self) -> &[Display] {
        &self.displays
    }

    /// Plates, in the order of the file: later ones lie over earlier ones.
    pub fn plates(&self) -> &[Plate] {
        &self.plates
    }

    /// The light cards that it begins with.
    pub fn light_cards(&self) -> &[LightCard] {
        &self.light_cards
    }

    /// From a measured camera pose to light, for the slowest wall.
    pub fn latency(&self) -> Nanos {
        self.timing.latency + self.display_latency()
    }

    /// Capture sources.
    pub fn sources(&self) -> &[CaptureSource] {
        &self.sources
    }

    /// Where the stage's frames go to.
    pub fn outputs(&self) -> &[StageOutput] {
        &self.outputs
    }

    /// Film cameras, in the order of `StageFrame::cameras`.
    pub fn cameras(&self) -> &[Camera] {
        &self.cameras
    }

    /// Performers with their digital humans, in the order of `StageFrame::performers` and `humans`.
    pub fn performers(&self) -> &[PerformerSlot] {
        &self.performers
    }

    /// Props, in the order of `StageFrame::props`.
    pub fn props(&self) -> &[Prop] {
        &self.props
    }

    /// Where the outer view is seen from; where its eye rests when it follows a camera. Light cards and patterns lie in
    /// directions from here, wherever the eye goes.
    pub fn outer_eye(&self) -> Point<StageSpace> {
        self.outer.eye
    }

    /// How the outer view's eye follows a camera; `None`: it is fixed.
    pub fn outer_follow(&self) -> Option<EyeFollow> {
        self.outer.follow
    }

    /// Pixels of the outer view per wall pixel, in each direction.
    pub fn outer_resolution_scale(&self) -> f64 {
        self.outer.resolution_scale
    }

    /// The virtual world.
    pub fn environment(&self) -> Environment {
        self.environment
    }

    /// The picture that is its sky; `None` where the sky is reckoned from the environment's settings.
    pub fn sky(&self) -> Option<&SkyPicture> {
        self.sky.as_ref()
    }

    /// The model that stands in its world, beside the scene.
    pub fn set(&self) -> Option<&SetModel> {
        self.set.as_ref()
    }

    /// The same stage as another one that runs, as far as that is kept until it is started again: its name and its doors.
    pub fn as_running(mut self, running: &Self) -> Self {
        self.name.clone_from(&running.name);
        let takes = std::mem::take(&mut self.control.takes);
        self.control = ControlPlan {
            takes,
            ..running.control.clone()
        };
        self
    }

    /// The same stage in another virtual world.
    pub fn with_scene(&self, scene: SceneKind) -> Self {
        let mut other = self.clone();
        other.environment.scene = scene;
        other
    }

    /// The same stage with inner views of at least so many pixels for each of the camera's, in each direction.
    pub fn with_inner_resolution(&self, least: f64) -> Self {
        let mut other = self.clone();
        for camera in &mut other.cameras {
            camera.inner.resolution_scale = camera.inner.resolution_scale.max(least);
        }
        other
    }

    /// By what ways it may be steered while it runs.
    pub fn control(&self) -> &ControlPlan {
        &self.control
    }

    /// The same stage with its sources heard elsewhere: `url_of` is asked for each source's URL by its place.
    pub fn with_source_urls(&self, url_of: impl Fn(usize) -> String) -> Self {
        let mut other = self.clone();
        for (place, source) in other.sources.iter_mut().enumerate() {
            source.url = url_of(place);
        }
        other
    }

    /// When pictures are due.
    pub fn timing(&self) -> Timing {
        self.timing
    }

    /// How motions are predicted.
    pub fn prediction(&self) -> PredictionPlan {
        self.prediction
    }

    /// From a picture that leaves this machine to its light, for the slowest wall.
    pub fn display_latency(&self) -> Nanos {
        let slowest = self.walls.iter().map(|w| w.display_latency().0).max();
        Nanos(slowest.unwrap_or(0))
    }

    /// The views of the outer picture, and the pieces of the walls that show them.
    pub fn outer_plan(&self) -> OuterPlan {
        OuterPlan::new(&self.walls, self.outer.eye)
    }

    /// The nearest lit wall point that a ray meets, and the wall's index.
    pub fn intersect(
        &self,
        origin: Point<StageSpace>,
        direction: Vector<StageSpace>,
    ) -> Option<(usize, WallHit)> {
        self.walls
            .iter()
            .enumerate()
            .filter_map(|(index, wall)| Some((index, wall.intersect(origin, direction)?)))
            .min_by(|a, b| a.1.t_ray.total_cmp(&b.1.t_ray))
    }
}
