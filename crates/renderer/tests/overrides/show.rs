//! A small stage of two walls and a camera, that shows what an operator wants.

use cyc_model::{HostNs, StageFrame, TrackedBody};
use cyc_renderer::{Gpu, Pictures, RenderSettings, Renderer, Wanted};
use cyc_stage::{Stage, StageOverride};
use glam::{DQuat, EulerRot};

const STAGE: &str = r#"
name = "Two walls"
[environment]
scene = "test-pattern"
[outer]
eye_m = [0.1, 1.5, 0.2]
resolution_scale = 1.0
[[wall]]
name = "main"
kind = "plane"
position_m = [0.0, 0.0, -3.0]
width_m = 4.0
height_m = 2.0
cabinets = [4, 2]
cabinet_px = [96, 96]
canvas_px = [0, 0]
[[wall]]
name = "side"
kind = "cylinder"
position_m = [0.0, 0.0, 0.0]
yaw_deg = -90.0
radius_m = 3.0
arc_deg = 80.0
height_m = 2.0
cabinets = [4, 2]
cabinet_px = [96, 96]
canvas_px = [0, 192]
[[source]]
name = "s"
url = "vicon://127.0.0.1:8801"
[[camera]]
name = "A"
source = "s"
subject = "A"
lens = { sensor_mm = [36.0, 20.25], focal_length_mm = 35.0 }
home = { position_m = [0.0, 1.2, 1.0] }
"#;

/// Of the canvas: one wall above the other.
pub const SIZE: [u32; 2] = [384, 384];

const SMALL: RenderSettings = RenderSettings {
    canvas_scale: 1.0,
    samples: 1,
    camera_px: [320, 180],
    wide_px: [320, 180],
    human_shadow_px: 64,
    sky_px: 32,
};

const CANVAS: Wanted = Wanted {
    canvas: true,
    camera: None,
    wide: false,
    window_only: false,
};

/// A stage that runs.
pub struct Show {
    pub stage: Stage,
    pub renderer: Renderer,
    pictures: Pictures,
}

impl Show {
    pub fn new(gpu: &Gpu) -> Self {
        let stage = Stage::from_toml(STAGE).unwrap();
        assert_eq!(stage.canvas_px(), SIZE);
        let renderer = Renderer::new(gpu, &stage, &[], SMALL).unwrap();
        Self {
            stage,
            renderer,
            pictures: Pictures::default(),
        }
    }

    /// The canvas at a time, the camera turned by a pan.
    pub fn canvas(&mut self, over: &StageOverride, due_ns: i64, pan_deg: f64) -> Vec<u8> {
        let camera = &self.stage.cameras()[0];
        let turn = DQuat::from_euler(EulerRot::YXZ, pan_deg.to_radians(), 0.0, 0.0);
        let at = camera.home.translation();
        let pupil = cyc_model::Xf::saturating(turn, at.metres());
        let mut frame = StageFrame {
            due: HostNs(due_ns),
            ..StageFrame::default()
        };
        frame.cameras.push(TrackedBody {
            stage_from_body: camera.stage_from_body(pupil),
            quality: cyc_model::Quality::Live,
        });
        self.renderer.set_override(over).unwrap();
        self.renderer.render(&frame, CANVAS).unwrap();
        self.renderer.take_pictures(&mut self.pictures).unwrap();
        keep(&self.pictures.canvas);
        self.pictures.canvas.clone()
    }
}

/// Writes what is looked at by a person, when one asks for it.
fn keep(rgba: &[u8]) {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    if let Some(folder) = std::env::var_os("CYC_LOOK") {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::path::Path::new(&folder).join(format!("override-{number:02}.png"));
        image::save_buffer(path, rgba, SIZE[0], SIZE[1], image::ColorType::Rgba8).unwrap();
    }
}

/// One pixel of a canvas.
pub fn pixel(rgba: &[u8], x: u32, y: u32) -> [u8; 3] {
    let at = ((y * SIZE[0] + x) * 4) as usize;
    rgba[at..at + 3].try_into().unwrap()
}
