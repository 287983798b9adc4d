//! The stages of the proof: one a shape of wall, all with the same tracked camera on a stage that is turned and shifted
//! against the capture volume.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

use cyc_stage::Stage;

/// A shape of the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Flat,
    Folded,
    Arc,
    Cylinder270,
    Cave,
    Mesh,
}

impl Shape {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Flat,
        Self::Folded,
        Self::Arc,
        Self::Cylinder270,
        Self::Cave,
        Self::Mesh,
    ];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flat => "flat",
            Self::Folded => "folded",
            Self::Arc => "arc",
            Self::Cylinder270 => "cylinder-270",
            Self::Cave => "cave",
            Self::Mesh => "mesh",
        }
    }

    fn walls(self) -> &'static str {
        match self {
            Self::Flat => FLAT,
            Self::Folded => FOLDED,
            Self::Arc => ARC,
            Self::Cylinder270 => CYLINDER,
            Self::Cave => CAVE,
            Self::Mesh => MESH,
        }
    }

    /// The stage file as far as the walls go: who comes after them is another's business.
    pub fn head(self) -> String {
        format!("{HEAD}{}", self.walls())
    }

    /// Canvas pixels drawn per real one, so that a camera pixel sees two wall pixels or more.
    pub fn fine_scale(self) -> f64 {
        match self {
            Self::Flat => 2.4,
            Self::Folded | Self::Mesh => 2.5,
            Self::Arc => 2.6,
            Self::Cylinder270 => 2.8,
            Self::Cave => 2.2,
        }
    }
}

/// A lens of the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glass {
    Plain,
    /// A barrel with tangential terms in OpenCV's way: the corner of the picture moves by some 25 px.
    Barrel,
    /// A pincushion in OpenTrackIO's way, with a rational term.
    Pincushion,
}

impl Glass {
    pub const ALL: [Self; 3] = [Self::Plain, Self::Barrel, Self::Pincushion];

    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Barrel => "barrel",
            Self::Pincushion => "pincushion",
        }
    }

    fn settings(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Barrel => {
                ", radial = [-0.11, 0.02, 0.0, 0.0, 0.0, 0.0], tangential = [0.0012, -0.0009]"
            }
            Self::Pincushion => {
                ", model = \"brown-conrady-d-u\", radial = [-0.09, 0.01, 0.0, 0.02, 0.0, 0.0], \
                 tangential = [-0.0008, 0.0011]"
            }
        }
    }
}

/// What every stage of the proof begins with.
pub const HEAD: &str = r#"
name = "Proof"
[environment]
scene = "test-pattern"
[outer]
eye_m = [0.0, 1.6, 0.0]
"#;

/// A camera whose pupil lies well off the tracked body and whose principal point is off centre, and a floor of the capture
/// volume that is not quite level.
const TAIL: &str = r#"
[[source]]
name = "vicon"
url = "vicon-udp://127.0.0.1:51001"
position_m = [0.85, 0.06, -0.7]
rotation_xyzw = [0.0087, 0.2924, -0.0052, 0.9562]

[[camera]]
name = "A"
source = "vicon"
subject = "FilmCamera"
pupil_m = [0.07, -0.13, -0.21]
pupil_rotation_xyzw = [0.0262, -0.0175, 0.0087, 0.9995]
picture_px = [1280, 720]
inner = { overscan = 1.15, feather = 0.05, resolution_scale = 2.0 }
lens = { sensor_mm = [36.0, 20.25], focal_length_mm = 35.0, principal_point_mm = [0.9, -0.6]"#;

const FLAT: &str = r#"
[[wall]]
name = "flat"
kind = "plane"
position_m = [0.0, 0.0, -5.0]
width_m = 10.0
height_m = 4.5
cabinets = [20, 9]
cabinet_px = [160, 160]
canvas_px = [0, 0]
"#;

const FOLDED: &str = r#"
[[wall]]
name = "folded"
kind = "folded"
feet_m = [[-5.2, -1.2], [-3.0, -4.4], [0.4, -5.2], [3.2, -4.6], [5.4, -1.6]]
panel_columns = [10, 9, 7, 9]
height_m = 4.5
cabinets = [35, 12]
cabinet_px = [108, 108]
map = [
  { cabinets = [0, 0, 20, 12], canvas_px = [0, 0] },
  { cabinets = [20, 0, 15, 12], canvas_px = [2160, 0], turn_deg = 180 },
]
"#;

const ARC: &str = r#"
[[wall]]
name = "arc"
kind = "cylinder"
position_m = [0.0, 0.0, 0.0]
radius_m = 5.0
arc_deg = 160.0
height_m = 4.5
cabinets = [28, 9]
cabinet_px = [144, 144]
canvas_px = [0, 0]
"#;

const CYLINDER: &str = r#"
[[wall]]
name = "cylinder"
kind = "cylinder"
position_m = [0.3, 0.0, 0.4]
yaw_deg = 20.0
radius_m = 5.2
arc_deg = 270.0
height_m = 4.5
cabinets = [48, 9]
cabinet_px = [112, 112]
map = [
  { cabinets = [0, 0, 24, 9], canvas_px = [0, 0] },
  { cabinets = [24, 0, 24, 9], canvas_px = [0, 1008] },
]
"#;

const CAVE: &str = r#"
[[wall]]
name = "front"
kind = "plane"
position_m = [0.0, -0.5, -4.0]
width_m = 5.0
height_m = 4.0
cabinets = [10, 8]
cabinet_px = [144, 144]
canvas_px = [0, 0]
[[wall]]
name = "left"
kind = "plane"
position_m = [-2.5, -0.5, -1.5]
yaw_deg = 90.0
width_m = 5.0
height_m = 4.0
cabinets = [10, 8]
cabinet_px = [144, 144]
canvas_px = [1440, 0]
[[wall]]
name = "right"
kind = "plane"
position_m = [2.5, -0.5, -1.5]
yaw_deg = -90.0
width_m = 5.0
height_m = 4.0
cabinets = [10, 8]
cabinet_px = [144, 144]
canvas_px = [2880, 0]
[[wall]]
name = "floor"
kind = "floor"
position_m = [0.0, -0.5, 1.0]
width_m = 5.0
depth_m = 5.0
cabinets = [10, 10]
cabinet_px = [144, 144]
canvas_px = [0, 1152]
[[wall]]
name = "ceiling"
kind = "ceiling"
position_m = [0.0, 3.5, -4.0]
width_m = 5.0
depth_m = 5.0
cabinets = [10, 10]
cabinet_px = [144, 144]
canvas_px = [1440, 1152]
"#;

const MESH: &str = r#"
[[wall]]
name = "wave"
kind = "mesh"
file = "wave.obj"
unit = "cm"
cabinets = [24, 10]
cabinet_px = [144, 144]
canvas_px = [0, 0]
"#;

/// A sheet that waves both ways and bends about the camera; centimetres.
pub fn wave() -> String {
    const COLUMNS: u32 = 48;
    const ROWS: u32 = 20;
    let mut text = String::from("# a waving sheet\no wave\n");
    for j in 0..=ROWS {
        for i in 0..=COLUMNS {
            let (u, v) = (
                f64::from(i) / f64::from(COLUMNS),
                f64::from(j) / f64::from(ROWS),
            );
            let (x, y) = ((u - 0.5) * 1080.0, v * 460.0);
            let z = -500.0 + x * x / 1600.0 + 25.0 * (x / 130.0).sin() * (y / 110.0).cos();
            text += &format!("v {x} {y} {z}\nvt {u} {v}\n");
        }
    }
    for j in 0..ROWS {
        for i in 0..COLUMNS {
            let a = j * (COLUMNS + 1) + i + 1;
            let (b, c, d) = (a + 1, a + COLUMNS + 2, a + COLUMNS + 1);
            text += &format!("f {a}/{a} {b}/{b} {c}/{c}\nf {a}/{a} {c}/{c} {d}/{d}\n");
        }
    }
    text
}

/// The stage of a shape, seen through a lens.
pub fn stage(shape: Shape, glass: Glass) -> Stage {
    let text = format!("{HEAD}{}{TAIL}{} }}\n", shape.walls(), glass.settings());
    Stage::from_toml_with(&text, &mut |_| Ok(wave().into_bytes())).unwrap()
}
