//! The stage file as it is written: permissive types that only the builder sees.

mod outer;

pub(crate) use outer::{FollowFile, OuterFile};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StageFile {
    pub name: String,
    #[serde(default)]
    pub timing: Option<Spanned<TimingFile>>,
    #[serde(default)]
    pub prediction: Option<Spanned<PredictionFile>>,
    #[serde(default)]
    pub environment: Option<Spanned<EnvironmentFile>>,
    #[serde(default)]
    pub outer: Option<Spanned<OuterFile>>,
    #[serde(default)]
    pub control: Option<Spanned<ControlFile>>,
    #[serde(default)]
    pub telemetry: Option<Spanned<TelemetryFile>>,
    #[serde(default, rename = "wall")]
    pub walls: Vec<Spanned<WallFile>>,
    #[serde(default, rename = "display")]
    pub displays: Vec<Spanned<DisplayFile>>,
    #[serde(default, rename = "plate")]
    pub plates: Vec<Spanned<PlateFile>>,
    #[serde(default, rename = "light_card")]
    pub light_cards: Vec<Spanned<LightCardFile>>,
    #[serde(default, rename = "source")]
    pub sources: Vec<Spanned<SourceFile>>,
    #[serde(default, rename = "output")]
    pub outputs: Vec<Spanned<OutputFile>>,
    #[serde(default, rename = "camera")]
    pub cameras: Vec<Spanned<CameraFile>>,
    #[serde(default, rename = "performer")]
    pub performers: Vec<Spanned<PerformerFile>>,
    #[serde(default, rename = "prop")]
    pub props: Vec<Spanned<PropFile>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimingFile {
    pub frame_rate: String,
    pub latency_ms: Option<f64>,
    pub genlock: Option<GenlockFile>,
    pub phase_ms: Option<f64>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum GenlockFile {
    Free,
    Timecode,
    Ptp,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ControlFile {
    pub http: Option<String>,
    pub osc: Option<String>,
    pub osc_allow: Option<Vec<String>>,
    pub takes: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TelemetryFile {
    pub metrics: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PredictionFile {
    pub method: Option<String>,
    pub lead_ms: Option<LeadFile>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum LeadFile {
    Milliseconds(f64),
    Word(String),
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SceneFile {
    StandingStones,
    Empty,
    TestPattern,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EnvironmentFile {
    pub scene: Option<SceneFile>,
    pub sun_azimuth_deg: Option<f64>,
    pub sun_elevation_deg: Option<f64>,
    pub clouds: Option<f64>,
    pub haze: Option<f64>,
    pub exposure_ev: Option<f64>,
    pub seed: Option<u32>,
    pub sky: Option<String>,
    pub sky_yaw_deg: Option<f64>,
    pub sky_gain: Option<f64>,
    pub set: Option<String>,
    pub set_position_m: Option<[f64; 3]>,
    pub set_yaw_deg: Option<f64>,
    pub set_scale: Option<f64>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WallKind {
    Plane,
    Floor,
    Ceiling,
    Cylinder,
    Folded,
    Mesh,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum UnitFile {
    M,
    Cm,
    Mm,
    Dm,
    In,
    Ft,
    Yd,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum UpFile {
    Y,
    Z,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WallFile {
    pub name: String,
    pub kind: WallKind,
    pub position_m: Option<[f64; 3]>,
    pub yaw_deg: Option<f64>,
    pub pitch_deg: Option<f64>,
    pub roll_deg: Option<f64>,
    pub width_m: Option<f64>,
    pub depth_m: Option<f64>,
    pub radius_m: Option<f64>,
    pub arc_deg: Option<f64>,
    pub height_m: Option<f64>,
    pub feet_m: Option<Vec<[f64; 2]>>,
    pub panel_columns: Option<Vec<u32>>,
    pub file: Option<String>,
    pub object: Option<String>,
    pub unit: Option<UnitFile>,
    pub up: Option<UpFile>,
    pub flip: Option<bool>,
    pub cabinets: [u32; 2],
    pub cabinet_px: [u32; 2],
    pub canvas_px: Option<[u32; 2]>,
    pub map: Option<Vec<MapFile>>,
    pub display: Option<String>,
    pub display_latency_ms: Option<f64>,
    pub color_profile: Option<String>,
    pub color: Option<Spanned<ColorFile>>,
    pub brightness_nit: Option<f64>,
    pub outer: Option<bool>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ToneMapFile {
    None,
    Aces,
    Agx,
    Neutral,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TransferFile {
    Linear,
    Srgb,
    Gamma,
    Pq,
    Hlg,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub(crate) enum PrimariesFile {
    #[serde(rename = "rec709")]
    Rec709,
    #[serde(rename = "p3-d65")]
    P3D65,
    #[serde(rename = "rec2020")]
    Rec2020,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LutSpaceFile {
    Signal,
    Light,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ColorFile {
    pub tone_map: Option<ToneMapFile>,
    pub window: Option<Spanned<WindowFile>>,
    pub primaries: Option<PrimariesFile>,
    /// Rows.
    pub matrix: Option<[[f64; 3]; 3]>,
    pub transfer: Option<TransferFile>,
    pub gamma: Option<f64>,
    pub unit_nit: Option<f64>,
    pub curve: Option<String>,
    pub lut: Option<String>,
    pub lut_space: Option<LutSpaceFile>,
    pub bits: Option<u32>,
    pub dither: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WindowFile {
    pub gain: Option<[f64; 3]>,
    pub offset: Option<[f64; 3]>,
    pub gamma: Option<[f64; 3]>,
    pub saturation: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MapFile {
    /// First column, first row, columns, rows.
    pub cabinets: [u32; 4],
    pub canvas_px: [u32; 2],
    pub turn_deg: Option<f64>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DisplayKind {
    Window,
    Offscreen,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DisplayFile {
    pub name: String,
    pub kind: DisplayKind,
    pub node: Option<String>,
    pub monitor: Option<String>,
    pub guard: Option<bool>,
    pub canvas_px: [u32; 2],
    pub size_px: [u32; 2],
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceFile {
    pub name: String,
    pub url: String,
    pub position_m: Option<[f64; 3]>,
    pub yaw_deg: Option<f64>,
    pub rotation_xyzw: Option<[f64; 4]>,
    pub scale: Option<f64>,
    pub latency_ms: Option<f64>,
    pub interface: Option<String>,
    pub allow: Option<Vec<String>>,
    pub rate_hz: Option<f64>,
    pub silent_after_ms: Option<f64>,
    pub reorder_frames: Option<usize>,
    pub reorder_ms: Option<f64>,
    pub playout_max_ms: Option<f64>,
    pub dropout: Option<Spanned<DropoutFile>>,
    /// The source's names, each with the stage's.
    pub subjects: Option<Spanned<BTreeMap<String, String>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DropoutFile {
    pub predict_ms: Option<f64>,
    pub ease_ms: Option<f64>,
    pub fade_ms: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutputFile {
    pub name: String,
    pub url: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LensFile {
    pub sensor_mm: [f64; 2],
    pub focal_length_mm: f64,
    pub principal_point_mm: Option<[f64; 2]>,
    pub radial: Option<[f64; 6]>,
    pub tangential: Option<[f64; 2]>,
    pub model: Option<LensModelFile>,
    pub points: Option<Vec<LensPointFile>>,
    pub from_source: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LensPointFile {
    pub zoom: f64,
    pub focus: Option<f64>,
    pub focal_length_mm: f64,
    pub principal_point_mm: Option<[f64; 2]>,
    pub radial: Option<[f64; 6]>,
    pub tangential: Option<[f64; 2]>,
    pub pupil_m: Option<[f64; 3]>,
    pub pupil_rotation_xyzw: Option<[f64; 4]>,
}

/// The names that OpenTrackIO gives to the two ways of the polynomial.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub(crate) enum LensModelFile {
    #[serde(rename = "brown-conrady-u-d")]
    UndistortedToDistorted,
    #[serde(rename = "brown-conrady-d-u")]
    DistortedToUndistorted,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InnerFile {
    pub on: Option<bool>,
    pub overscan: Option<OverscanFile>,
    pub overscan_max: Option<f64>,
    pub feather: Option<f64>,
    pub resolution_scale: Option<f64>,
    pub priority: Option<u8>,
    pub freeze: Option<bool>,
    pub exposure_ev: Option<f64>,
    pub window: Option<Spanned<WindowFile>>,
    pub key: Option<KeyFile>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum OverscanFile {
    Factor(f64),
    Word(String),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyFile {
    /// `#rrggbb`, sRGB.
    pub color: String,
    pub marker_color: Option<String>,
    pub marker_size_m: Option<f64>,
    pub marker_spacing_m: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HomeFile {
    pub position_m: [f64; 3],
    pub pan_deg: Option<f64>,
    pub tilt_deg: Option<f64>,
    pub roll_deg: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CameraFile {
    pub name: String,
    pub source: String,
    pub subject: String,
    pub pupil_m: Option<[f64; 3]>,
    pub pupil_rotation_xyzw: Option<[f64; 4]>,
    pub picture_px: Option<[u32; 2]>,
    pub lens: LensFile,
    pub home: Option<HomeFile>,
    pub inner: Option<InnerFile>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SkinningWord {
    Linear,
    DualQuaternion,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PerformerFile {
    pub name: String,
    pub source: String,
    pub subject: Option<String>,
    pub markerset: String,
    pub rig: Option<String>,
    pub labels: Option<crate::LabelPolicy>,
    pub character: String,
    pub map: Option<String>,
    pub skinning: Option<SkinningWord>,
    pub retarget: Option<String>,
    pub face: Option<String>,
    pub face_source: Option<String>,
    pub face_subject: Option<String>,
    pub position_m: Option<[f64; 3]>,
    pub yaw_deg: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PropFile {
    pub name: String,
    pub source: String,
    pub subject: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PlateKind {
    Wall,
    Card,
    Dome,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlateFile {
    pub name: String,
    pub file: String,
    pub kind: PlateKind,
    pub wall: Option<String>,
    pub part: Option<[f64; 4]>,
    pub position_m: Option<[f64; 3]>,
    pub yaw_deg: Option<f64>,
    pub pitch_deg: Option<f64>,
    pub roll_deg: Option<f64>,
    pub width_m: Option<f64>,
    pub height_m: Option<f64>,
    pub in_frame: Option<u64>,
    pub out_frame: Option<u64>,
    #[serde(rename = "loop")]
    pub is_loop: Option<bool>,
    pub frame_rate: Option<String>,
    pub timecode: Option<String>,
    pub gain: Option<f64>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CardShapeFile {
    Rectangle,
    Ellipse,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LightCardFile {
    pub name: String,
    pub on: Option<bool>,
    pub wall: Option<String>,
    pub uv: Option<[f64; 2]>,
    pub size_m: Option<[f64; 2]>,
    pub azimuth_deg: Option<f64>,
    pub elevation_deg: Option<f64>,
    pub size_deg: Option<[f64; 2]>,
    pub roll_deg: Option<f64>,
    pub shape: Option<CardShapeFile>,
    pub color: Option<[f64; 3]>,
    pub gain: Option<f64>,
    pub opacity: Option<f64>,
    pub feather: Option<f64>,
    pub over_inner: Option<bool>,
}
