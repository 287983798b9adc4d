//! Cameras: where the picture of a camera lies on the wall, ahead of itself, in wall pixels.

use crate::minimal_c3d;
use crate::{LEADS, MeanSquare};
use cyc_benches::report::Report;
use cyc_model::{
    Body, HostNs, MocapFrame, Nanos, Point, Prediction, Stage as StageSpace, Vector, Xf,
};
use cyc_simulator::performance::{CameraMove, CameraMoveSettings};
use cyc_stage::Stage;
use cyc_timing::PoseTrack;
use cyc_wire::mosys_f4::{Decoder, decode_packet};
use glam::{DMat3, DQuat, DVec3};
use std::fmt::Write;
use std::path::Path;

const ABOUT: &str = "The wall is the demonstration stage's main one (R = 5 m). Where five rays of the camera's picture (its middle and towards \
its corners) meet the wall, by the predicted pose and by the one that was measured then, is a distance on the wall; in pixels \
of 3.47 mm. The Mo-Sys recording comes at 25 poses a second; the hand-held move at 120, with the noise of an optical system \
(0.02 mm, 0.001°, root mean square, each axis). The simulator's hand wanders by 6 mrad with waves of 0.3 to 5 Hz of equal speed: what has a period of twice the lead and less is not to be predicted from velocity and acceleration alone; `learned` (cameras and props; a performer's joints go on as by `kalman`) foretells a part of it from what it missed in the last seconds.";

/// Wall pixel of the demonstration stage's main wall: 14 m of arc in 4032 pixels, 4.5 m in 1296.
pub const WALL_PIXEL_M: f64 = 4.5 / 1296.0;

/// Poses at even times.
pub struct Way {
    pub name: &'static str,
    pub rate_hz: f64,
    /// As measured.
    pub poses: Vec<Xf<StageSpace, Body>>,
    /// As they were.
    pub truth: Vec<Xf<StageSpace, Body>>,
}

/// Adds the table.
pub fn measure(report: &mut Report) {
    let Some(stage) = demo_stage() else {
        eprintln!("SKIPPED: cameras (rigs/stages/demo.toml cannot be read)");
        return;
    };
    let mut table = format!(
        "## Cameras\n\n{ABOUT}\n\n| move | lead ms | none px | method | slip px | of none |\n|---|---:|---:|---|---:|---:|\n"
    );
    for way in [mosys(), Some(hand_held(false)), Some(hand_held(true))]
        .into_iter()
        .flatten()
    {
        for lead in LEADS {
            let none = slip_px(&stage, &way, Prediction::None, lead);
            for method in Prediction::ALL.into_iter().skip(1) {
                let px = slip_px(&stage, &way, method, lead);
                let is_default = method == Prediction::default();
                let mark = if is_default { "**" } else { "" };
                // Writing to a string cannot fail.
                let _ = writeln!(
                    table,
                    "| {} | {:.0} | {none:.2} | {mark}{}{mark} | {px:.2} | {mark}{:.2}{mark} |",
                    way.name,
                    lead.millis(),
                    method.word(),
                    px / none,
                );
            }
        }
    }
    report.paragraph(&table);
}

/// The stage that the demo plays on.
pub fn demo_stage() -> Option<Stage> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let text = std::fs::read_to_string(root.join("rigs/stages/demo.toml")).ok()?;
    Stage::from_toml(&text).ok()
}

fn slip_px(stage: &Stage, way: &Way, method: Prediction, lead: Nanos) -> f64 {
    let mut track = PoseTrack::default();
    track.set_prediction(method);
    track.set_lead(lead);
    let mut mean = MeanSquare::default();
    let ahead = lead.secs() * way.rate_hz;
    let (whole, part) = (ahead.floor() as usize, ahead.fract());
    for (f, pose) in way.poses.iter().enumerate() {
        let at = HostNs((f as f64 / way.rate_hz * 1e9) as i64);
        track.push(at, *pose);
        let (Some(a), Some(b)) = (way.truth.get(f + whole), way.truth.get(f + whole + 1)) else {
            break;
        };
        if f >= 32 {
            let off = apart_m(stage, track.at(at).0, a.interpolate(*b, part));
            off.into_iter().for_each(|m| mean.push(m / WALL_PIXEL_M));
        }
    }
    mean.root()
}

/// How far apart on the wall the rays of two poses are, metres.
pub fn apart_m(stage: &Stage, a: Xf<StageSpace, Body>, b: Xf<StageSpace, Body>) -> Vec<f64> {
    let rays = [
        [0.0, 0.0],
        [-0.4, 0.2],
        [0.4, 0.2],
        [-0.4, -0.2],
        [0.4, -0.2],
    ];
    let hit = |pose: Xf<StageSpace, Body>, [x, y]: [f64; 2]| {
        let direction = pose.rotation() * DVec3::new(x, y, -1.0);
        let eye = Point::saturating(pose.translation().metres());
        let (wall, hit) = stage.intersect(eye, Vector::saturating(direction))?;
        Some((wall, hit.point.metres()))
    };
    let pairs = rays
        .into_iter()
        .filter_map(|ray| Some((hit(a, ray)?, hit(b, ray)?)));
    pairs
        .filter(|(a, b)| a.0 == b.0)
        .map(|(a, b)| a.1.distance(b.1))
        .collect()
}

fn mosys() -> Option<Way> {
    let recording = minimal_c3d::shared_file("mosys/A003_C001_01.f4")?;
    let mut decoder = Decoder::default();
    let mut frame = MocapFrame::default();
    let (mut at, mut poses) = (0, Vec::new());
    while at < recording.len() {
        let (_, next) = decode_packet(&recording, at).ok()?;
        decoder
            .decode(&recording[at..next], HostNs(0), &mut frame)
            .ok()?;
        let pose = frame.segments.first().copied().flatten()?;
        poses.push(pose.relabel());
        at = next;
    }
    let poses = facing_wall(poses);
    Some(Way {
        name: "Mo-Sys recording (pan)",
        rate_hz: 25.0,
        truth: poses.clone(),
        poses,
    })
}

/// The recorded camera, which looks down at a table, turned so that it looks at the wall's middle on average.
fn facing_wall(poses: Vec<Xf<StageSpace, Body>>) -> Vec<Xf<StageSpace, Body>> {
    let looks = poses.iter().map(|p| p.rotation() * DVec3::NEG_Z);
    let mean: DVec3 = looks.sum();
    let turn = DQuat::from_rotation_arc(mean.normalize_or(DVec3::NEG_Z), DVec3::NEG_Z);
    let stood = poses
        .first()
        .map_or(DVec3::ZERO, |p| p.translation().metres());
    let turned = poses.into_iter().map(|p| {
        let at = turn * (p.translation().metres() - stood) + DVec3::new(0.0, 2.2, 1.0);
        Xf::saturating(turn * p.rotation(), at)
    });
    turned.collect()
}

/// A minute of a hand-held move with stops; without a hand it is really still at each of them.
pub fn hand_held(has_hand: bool) -> Way {
    let rate_hz = 120.0;
    let mut settings = CameraMoveSettings::default();
    if !has_hand {
        (settings.hand_m, settings.hand_rad) = (0.0, 0.0);
    }
    let camera = CameraMove::new(7, settings);
    let truth: Vec<_> = (0..7200)
        .map(|f| {
            let placement = camera.stage_from_pupil(f64::from(f) / rate_hz);
            let m = placement.r;
            let columns: [DVec3; 3] =
                std::array::from_fn(|c| DVec3::new(m[0][c], m[1][c], m[2][c]));
            let rotation = DQuat::from_mat3(&DMat3::from_cols(columns[0], columns[1], columns[2]));
            Xf::saturating(rotation, DVec3::from_array(placement.t))
        })
        .collect();
    Way {
        name: if has_hand {
            "the same, with the simulator's hand"
        } else {
            "walked arc with stops"
        },
        rate_hz,
        poses: with_noise(&truth),
        truth,
    }
}

/// The noise of an optical system.
pub fn with_noise(truth: &[Xf<StageSpace, Body>]) -> Vec<Xf<StageSpace, Body>> {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let noisy = truth.iter().map(|pose| {
        let shift = dice.vector() * 20e-6;
        let turn = dice.vector() * 0.001_f64.to_radians();
        Xf::saturating(
            DQuat::from_scaled_axis(turn) * pose.rotation(),
            pose.translation().metres() + shift,
        )
    });
    noisy.collect()
}

/// A seeded bell.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Each component with a deviation of one.
    fn vector(&mut self) -> DVec3 {
        let mut bell = || (0..12).map(|_| self.roll()).sum::<f64>() - 6.0;
        DVec3::new(bell(), bell(), bell())
    }
}
