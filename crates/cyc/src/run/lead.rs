//! How far ahead the running stage is shown: as the stage file says, or as it is measured while pictures are drawn.
//!
//! The measured lead is half of the pictures' own delay, from a published pose to the finished picture (the median of the
//! last ten seconds), and what the slowest wall's display adds. Without a picture there is no light, and no lead.

use cyc_engine::core::Lead;
use cyc_engine::run::Engine;
use cyc_model::{Body, HostNs, Nanos, Stage as StageSpace, StageFrame, Vector, Xf};
use cyc_stage::{PredictionPlan, Stage};
use cyc_telemetry::LatencyWindow;
use glam::{DQuat, DVec3};

/// How often the lead is thought over.
const EVERY: Nanos = Nanos::from_millis(500);
/// Pictures that a measured lead is known from.
const PICTURES_MIN: u64 = 20;

/// Keeps the engine's lead.
pub struct LeadKeeper {
    plan: PredictionPlan,
    display: Nanos,
    has_picture: bool,
    window: LatencyWindow,
    next: HostNs,
    wanted: Lead,
}

impl LeadKeeper {
    /// For a stage, with or without pictures.
    pub fn new(stage: &Stage, has_picture: bool) -> Self {
        let plan = stage.prediction();
        Self {
            plan,
            display: stage.display_latency(),
            has_picture,
            window: LatencyWindow::default(),
            next: HostNs(0),
            wanted: Lead {
                prediction: plan.method,
                time: plan.lead.unwrap_or(Nanos::ZERO),
            },
        }
    }

    /// Goes on with another stage's plan.
    pub fn exchange(&mut self, stage: &Stage) {
        self.plan = stage.prediction();
        self.display = stage.display_latency();
        self.wanted.prediction = self.plan.method;
        self.wanted.time = self.plan.lead.unwrap_or(self.wanted.time);
        self.next = HostNs(0);
    }

    /// Tells the engine, now and then.
    pub fn advance(&mut self, now: HostNs, engine: &Engine) {
        if now < self.next {
            return;
        }
        self.next = now + EVERY;
        if self.plan.lead.is_none() && self.has_picture {
            let picture = engine.latency.histogram("pose_to_picture");
            let seen = picture.map(|h| self.window.view(now, h));
            if let Some(seen) = seen.filter(|s| s.count() >= PICTURES_MIN) {
                self.wanted.time = seen.percentile(0.5) + self.display;
            }
        }
        engine.lead.set(self.wanted);
    }

    /// The lead that is asked for.
    pub fn lead(&self) -> Lead {
        self.wanted
    }
}

/// How many wall pixels each camera's picture was off lately, root mean square; `None` while that is not known.
pub fn slips_px(stage: &Stage, engine: &Engine, newest: Option<&StageFrame>) -> Vec<Option<f64>> {
    let slips = engine.lead.slips();
    let read = |((i, camera), slip): ((usize, &cyc_stage::Camera), (f64, f64))| {
        let body = newest.and_then(|f| f.cameras.get(i))?;
        let is_there = body.quality.is_present();
        is_there.then(|| slip_px(stage, camera, body.stage_from_body, slip))?
    };
    let cameras = stage.cameras().iter().enumerate();
    cameras.zip(slips).map(read).collect()
}

/// What a shift (metres) and a turn (radians) are on the wall that the camera looks at, in canvas pixels. Both are taken
/// sideways, where they are seen most, and as independent. `None` when it looks at no wall.
fn slip_px(
    stage: &Stage,
    camera: &cyc_stage::Camera,
    stage_from_body: Xf<StageSpace, Body>,
    (shift_m, turn_rad): (f64, f64),
) -> Option<f64> {
    let pupil = camera.stage_from_pupil(stage_from_body);
    let (right, up) = (pupil.rotation() * DVec3::X, pupil.rotation() * DVec3::Y);
    let ahead = pupil.rotation() * DVec3::NEG_Z;
    let meets = |sideways_m: f64, turned_rad: f64| {
        let from = Xf::<StageSpace, StageSpace>::from_translation(right * sideways_m);
        let direction = DQuat::from_axis_angle(up, turned_rad) * ahead;
        let hit = stage.intersect(from * pupil.translation(), Vector::saturating(direction));
        hit.map(|(wall, hit)| (wall, hit.canvas_px))
    };
    let (wall, middle) = meets(0.0, 0.0)?;
    let off_px = |to: Option<(usize, glam::DVec2)>| {
        let (other, px) = to?;
        (other == wall).then(|| px.distance(middle))
    };
    let (shifted, turned) = (off_px(meets(shift_m, 0.0))?, off_px(meets(0.0, turn_rad))?);
    Some(shifted.hypot(turned))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGE: &str = r#"
name = "one wall"
[[wall]]
name = "main"
kind = "plane"
position_m = [0.0, 0.0, -4.0]
width_m = 4.0
height_m = 3.0
cabinets = [4, 3]
cabinet_px = [100, 100]
canvas_px = [0, 0]
[[source]]
name = "s"
url = "vicon://127.0.0.1"
[[camera]]
name = "A"
source = "s"
subject = "Cam"
lens = { sensor_mm = [36.0, 20.25], focal_length_mm = 35.0 }
"#;

    #[test]
    fn a_slip_is_as_many_pixels_as_it_moves_the_picture_on_the_wall() {
        let stage = Stage::from_toml(STAGE).unwrap();
        let camera = &stage.cameras()[0];
        let at = Xf::from_translation(DVec3::new(0.1, 1.5, 1.0));
        // 100 pixels a metre: 30 mm sideways are 3 px; 10 mrad at 5 m are 5 px.
        let px = |slip| slip_px(&stage, camera, at, slip).unwrap();
        assert!((px((0.03, 0.0)) - 3.0).abs() < 1e-6);
        assert!((px((0.0, 0.01)) - 5.0).abs() < 1e-3);
        assert!((px((0.03, 0.01)) - 34f64.sqrt()).abs() < 1e-3);
        let away = Xf::saturating(DQuat::from_rotation_y(3.0), DVec3::new(0.0, 1.5, 1.0));
        assert_eq!(slip_px(&stage, camera, away, (0.1, 0.0)), None);
    }
}
