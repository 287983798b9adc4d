//! The stage as it is now, as one document: what the panel, scripts and web pages read.
//!
//! Everything is in it that a person needs to see at a glance what is wrong. Sentences come in both languages, because
//! who reads them is not known here. Times are ages, so that nobody's clock matters.

use serde::{Deserialize, Serialize};

/// Version of the document's shape; grows when a field changes its meaning.
pub const DOCUMENT_FORMAT: u32 = 1;

/// The state of the whole stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageState {
    /// Nothing has been heard from anybody yet.
    #[default]
    Starting,
    /// Everything that the stage file names is there.
    Running,
    /// The show goes on, and something is wrong.
    Degraded,
    /// No source is heard any more: what was shown last stays.
    Holding,
    /// The show cannot go on.
    Failed,
}

/// How something is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    /// Not in use.
    #[default]
    Off,
    /// As it should be.
    Good,
    /// Degraded, but the audience cannot see it.
    Amber,
    /// The audience can see it, or will.
    Red,
}

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Said {
    /// English.
    pub en: String,
    /// Chinese.
    #[serde(rename = "zh-CN")]
    pub zh_cn: String,
}

/// Something that is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FindingDocument {
    /// Its stable name.
    pub key: String,
    /// How bad it is.
    pub mood: Mood,
    /// Whom it is about: a source's, performer's or camera's name; empty for the stage.
    pub about: String,
    /// For how long, seconds.
    pub age_s: u64,
    /// What is wrong.
    pub what: Said,
    /// What to do.
    pub fix: Said,
}

/// The chains that have a light.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chain {
    /// What is heard.
    Source,
    /// Performers solved.
    Solve,
    /// Pictures drawn.
    Render,
    /// What is recorded.
    Record,
    /// Clocks and timecode.
    Sync,
}

impl Chain {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::Source,
        Self::Solve,
        Self::Render,
        Self::Record,
        Self::Sync,
    ];
}

/// What a light's figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Frames a second.
    Hertz,
    /// Milliseconds.
    Milliseconds,
    /// Seconds.
    Seconds,
}

/// One of the five lights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Light {
    /// Whose it is.
    pub chain: Chain,
    /// How it is doing.
    pub mood: Mood,
    /// Age of the newest thing that went through, milliseconds.
    pub age_ms: Option<f64>,
    /// Its figure.
    pub figure: Option<f64>,
    /// What the figure counts.
    pub unit: Unit,
}

/// A source.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct SourceDocument {
    /// Its name.
    pub name: String,
    /// Where it is heard.
    pub url: String,
    /// `connecting`, `connected`, `live`, `silent`, `disconnected` or `off`.
    pub state: String,
    /// How it is doing.
    pub mood: Mood,
    /// Whether it is listened to.
    pub on: bool,
    /// Frames a second lately.
    pub rate_hz: f64,
    /// Share of the frames that did not come lately, 0 to 1.
    pub loss: f64,
    /// How unevenly frames came lately: deviation of their arrival, milliseconds.
    pub jitter_ms: f64,
    /// Age of the newest frame, milliseconds.
    pub age_ms: Option<f64>,
    /// Frames since the start.
    pub frames: u64,
    /// Frame numbers that never came since the start.
    pub frames_lost: u64,
}

/// A performer.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct PerformerDocument {
    /// Her name.
    pub name: String,
    /// The source that sees her.
    pub source: String,
    /// How she is doing.
    pub mood: Mood,
    /// Whether she is solved on a rig of her own.
    pub calibrated: bool,
    /// `live`, `interpolated`, `predicted`, `held` or `absent`.
    pub quality: String,
    /// For how long she has been predicted or held, milliseconds.
    pub quality_age_ms: f64,
    /// Residual of her markers, millimetres.
    pub marker_rms_mm: f64,
    /// Markers that are seen.
    pub markers_seen: u32,
    /// All of them.
    pub markers: u32,
    /// Names of those that are not seen; at most sixteen.
    pub missing: Vec<String>,
    /// Her digital human's file.
    pub character: String,
}

/// A film camera.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct CameraDocument {
    /// Its name.
    pub name: String,
    /// The source that tracks it; empty when nothing does.
    pub source: String,
    /// How it is doing.
    pub mood: Mood,
    /// `live`, `interpolated`, `predicted`, `held` or `absent`.
    pub quality: String,
    /// Whether it is the one on air.
    pub on_air: bool,
    /// Whether its inner frustum is shown.
    pub inner: bool,
    /// Whether its inner frustum stays where it is.
    pub frozen: bool,
    /// Whether its inner frustum is a chroma key.
    pub chroma_key: bool,
    /// The higher lies on top.
    pub priority: u8,
    /// Its last jumps, the oldest first: more than 0.15 m from one picture to the next.
    #[serde(default)]
    pub jumps: Vec<JumpDocument>,
}

/// A film camera that jumped, and when a picture showed it. These times are none of people: nanoseconds of the machine's
/// monotonic clock, for a program on the same machine that knows when it moved the camera.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct JumpDocument {
    /// Its number since the start, from 1.
    pub number: u64,
    /// How far, metres.
    pub by_m: f64,
    /// When the newest packet that the picture shows was heard, if it was.
    pub heard_ns: Option<i64>,
    /// When the picture's poses were taken.
    pub latched_ns: i64,
    /// When the picture was handed over to be shown.
    pub presented_ns: i64,
}

/// A wall.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WallDocument {
    /// Its name.
    pub name: String,
    /// Its size, pixels.
    pub size_px: [u32; 2],
    /// The test pattern on it: `off` for the show.
    pub pattern: String,
}

/// A display: a window that fills a monitor, or has a frame.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct DisplayDocument {
    /// Its name.
    pub name: String,
    /// How well it is.
    pub mood: Mood,
    /// The monitor that it fills; `None` for a window with a frame.
    pub monitor: Option<String>,
    /// Pictures a second of that monitor, when the system tells.
    pub refresh_hz: Option<f64>,
    /// Bits of a channel that the window takes.
    pub bits: u8,
    /// The window's size, pixels.
    pub window_px: [u32; 2],
    /// Pictures that it was given since the start.
    pub presented: u64,
    /// Pictures that it could not be given.
    pub missed: u64,
    /// Those of the last two seconds.
    pub missed_lately: u64,
}

/// A plate.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct PlateDocument {
    /// Its name.
    pub name: String,
    /// How well it is.
    pub mood: Mood,
    /// Frames that were shown since the start.
    pub shown: u64,
    /// Frames that were due and not there.
    pub late: u64,
    /// Those of the last two seconds.
    pub late_lately: u64,
}

/// A light card.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct LightCardDocument {
    /// Its name.
    pub name: String,
    /// Whether it is shown.
    pub on: bool,
    /// Its brightness.
    pub gain: f64,
    /// Where its middle is seen from the outer eye, from -Z towards +X, degrees.
    pub azimuth_deg: f64,
    /// The same, upwards.
    pub elevation_deg: f64,
    /// Its width and height as the outer eye sees them, degrees.
    pub size_deg: [f64; 2],
    /// Its colour, linear light with sRGB primaries.
    pub color: [f64; 3],
}

/// What was told to all walls.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct ShowDocument {
    /// Every wall keeps its picture.
    pub frozen: bool,
    /// Every wall is black.
    pub blackout: bool,
    /// Stops over the stage file's own exposure.
    pub exposure_stops: f64,
    /// The light cards.
    pub light_cards: Vec<LightCardDocument>,
}

/// How far a take is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakeState {
    /// None is armed.
    #[default]
    Idle,
    /// Named, not begun.
    Armed,
    /// Being recorded.
    Rolling,
}

/// The recording.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct TakeDocument {
    /// How far it is.
    pub state: TakeState,
    /// The slate's name.
    pub slate: String,
    /// The take's number.
    pub take: u32,
    /// The remark.
    pub notes: String,
    /// The file, while one is written; else the last one.
    pub path: String,
    /// How long it has rolled, seconds.
    pub seconds: f64,
    /// Frames in it.
    pub frames: u64,
    /// Frames that it had no room for.
    pub frames_dropped: u64,
    /// Minutes until the disk is full, if that is known.
    pub minutes_left: Option<f64>,
}

/// Figures of one leg of a frame's way, microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct LatencyFigures {
    /// How many.
    pub count: u64,
    /// Median.
    pub p50_us: f64,
    /// 99 of 100 are below.
    pub p99_us: f64,
    /// 999 of 1000 are below.
    pub p999_us: f64,
    /// The worst.
    pub max_us: f64,
}

/// One leg of a frame's way.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct LatencyDocument {
    /// Its stable name.
    pub leg: String,
    /// Whether it is the sum of others.
    pub is_sum: bool,
    /// Since the start.
    pub since_start: LatencyFigures,
    /// Over the last ten seconds.
    pub last_10_s: LatencyFigures,
}

/// A queue between two threads.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QueueDocument {
    /// Its stable name.
    pub queue: String,
    /// Whose it is, where there are several of that name: a source's name, an output's URL; else empty.
    pub about: String,
    /// Values that wait.
    pub waiting: u64,
    /// Values that there is room for. One: a cell that holds the newest value alone.
    pub capacity: u64,
    /// The most that ever waited.
    pub most: u64,
    /// Values that were lost since the start: displaced by newer ones, or refused. Of a cell: newer ones came before its
    /// reader looked, which is what it is for.
    pub dropped: u64,
}

/// The pictures.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct RenderDocument {
    /// Whether anything is drawn.
    pub on: bool,
    /// What draws, in the driver's words.
    pub adapter: String,
    /// Whether that is the processor.
    pub software: bool,
    /// Pictures a second lately.
    pub rate_hz: f64,
    /// The time that one frame of the wall has, milliseconds, by the stage file's frame rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame_budget_ms: Option<f64>,
    /// What the moments of the pictures follow: `free`, `timecode` or `ptp`.
    #[serde(default)]
    pub genlock: String,
    /// Whether they do.
    #[serde(default)]
    pub locked: bool,
    /// How far the reference was from them lately, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_ms: Option<f64>,
    /// Moments that passed without a picture since the start.
    #[serde(default)]
    pub missed: u64,
    /// Pictures since the start.
    pub drawn: u64,
    /// Age of the newest, milliseconds.
    pub age_ms: Option<f64>,
}

/// A command as the log keeps it.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct LogEntry {
    /// Counts up by one.
    pub number: u64,
    /// Seconds since the stage began.
    pub at_s: f64,
    /// By what way it came: `http`, `osc`, `key`, `panel`; `file` for an edit of the stage file.
    pub via: String,
    /// The command in its JSON form; what an edit changed, in the file's own words.
    pub command: String,
    /// Whether it was done.
    pub done: bool,
    /// Why not, when it was not.
    pub why_not: Option<Said>,
}

/// The stage as it is now.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct StageDocument {
    /// [`DOCUMENT_FORMAT`].
    pub format: u32,
    /// The program's version.
    pub version: String,
    /// The stage's name.
    pub stage: String,
    /// Counts up by one each time it is written.
    pub number: u64,
    /// Seconds since the stage began.
    pub uptime_s: f64,
    /// The state.
    pub state: StageState,
    /// For how long, seconds.
    pub state_age_s: f64,
    /// What is wrong, the worst first.
    pub findings: Vec<FindingDocument>,
    /// The five lights.
    pub lights: Vec<Light>,
    /// Sources.
    pub sources: Vec<SourceDocument>,
    /// Performers.
    pub performers: Vec<PerformerDocument>,
    /// Cameras.
    pub cameras: Vec<CameraDocument>,
    /// Walls.
    pub walls: Vec<WallDocument>,
    /// The walls' windows on this machine, in the order of the stage file.
    #[serde(default)]
    pub displays: Vec<DisplayDocument>,
    /// Plates, in the order of the stage file.
    #[serde(default)]
    pub plates: Vec<PlateDocument>,
    /// What was told to all walls.
    pub show: ShowDocument,
    /// The recording.
    pub take: TakeDocument,
    /// Where the time goes.
    pub latency: Vec<LatencyDocument>,
    /// The queues between the threads.
    #[serde(default)]
    pub queues: Vec<QueueDocument>,
    /// The pictures.
    pub render: RenderDocument,
    /// Timecode of the newest frame.
    pub timecode: Option<String>,
    /// Whether the frame-carrying threads have real-time priority.
    pub real_time: bool,
    /// The newest commands, oldest first.
    pub log: Vec<LogEntry>,
    /// Edits of the stage file that were taken over: with each one the shapes may be others.
    #[serde(default)]
    pub edits: u32,
    /// The command that [`crate::Command::Undo`] would take back.
    pub undo: Option<String>,
}
