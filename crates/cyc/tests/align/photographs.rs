//! From photographs of the walls to a proof: a simulated stage of which the stage file knows neither where the capture system
//! is, nor the pupil, nor the lens, is lined up by the commands that a person has, and what they wrote is proved through the
//! true lens. The photographs are the proof's own world: its camera, glass and walls share nothing with what reads them.

use super::program::{object, run, said};
use super::{adapter, file, numbers};
use cyc_renderer::Gpu;
use cyc_renderer::proof::{PatternView, ProofOptions, TruthPose, ViconBody};
use cyc_renderer::proof::{fine_scale, photograph_pattern, prove};
use cyc_stage::{Stage, TestPattern};
use glam::{DMat3, DQuat, DVec3};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, OnceLock};

const WALL: &str = r#"
name = "Unknown"
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
[[source]]
name = "vicon"
url = "vicon-udp://127.0.0.1:51001"
"#;

/// What is really there.
pub const TRUE_SOURCE: &str =
    "position_m = [0.85, 0.06, -0.7]\nrotation_xyzw = [0.0087, 0.2924, -0.0052, 0.9562]\n";
pub const TRUE_CAMERA: &str = r#"
pupil_m = [0.07, -0.13, -0.21]
pupil_rotation_xyzw = [0.0262, -0.3175, 0.0087, 0.9479]
lens = { sensor_mm = [36.0, 20.25], focal_length_mm = 27.4, principal_point_mm = [0.5, -0.3], radial = [-0.11, 0.02, 0.0, 0.0, 0.0, 0.0], tangential = [0.0012, -0.0009] }
"#;
/// What is written on the lens.
pub const WRITTEN_CAMERA: &str = "lens = { sensor_mm = [36.0, 20.25], focal_length_mm = 29.0 }\n";

pub fn stage_text(source: &str, camera: &str) -> String {
    format!(
        "{WALL}{source}[[camera]]\nname = \"A\"\nsource = \"vicon\"\nsubject = \"FilmCamera\"\n\
         picture_px = [960, 540]\ninner = {{ overscan = 1.15, resolution_scale = 2.0 }}\n{camera}"
    )
}

/// Places from which a person takes the pictures: left and right, near and far, upright and rolled.
pub fn stands(count: usize) -> Vec<TruthPose> {
    let stand = |nth: usize| {
        let t = nth as f64 / count as f64 * std::f64::consts::TAU;
        TruthPose {
            position_m: [
                1.5 * t.sin(),
                1.6 + 0.5 * (2.0 * t).cos(),
                1.2 * t.cos() - 0.9,
            ],
            pan_deg: -18.0 * t.sin(),
            tilt_deg: 7.0 + 6.0 * (2.0 * t).sin(),
            roll_deg: 34.0 * (3.0 * t + 0.4).sin(),
        }
    };
    (0..count).map(stand).collect()
}

/// What is seen of the true stage from [`stands`] of nine, photographed once for all tests.
pub fn taken(gpu: &Gpu, truth: &Stage) -> &'static [PatternView] {
    static TAKEN: OnceLock<Vec<PatternView>> = OnceLock::new();
    TAKEN.get_or_init(|| {
        photograph_pattern(gpu, truth, 0, &stands(9), TestPattern::Markers).unwrap()
    })
}

/// A body as Vicon sends it, in metres and Y up: place and turn.
pub fn ours(body: &ViconBody) -> (DVec3, DQuat) {
    let [x, y, z] = body.t_mm;
    let [a, b, c] = body.euler_rad;
    let turn = DMat3::from_rotation_x(a) * DMat3::from_rotation_y(b) * DMat3::from_rotation_z(c);
    // Columns: where Vicon's axes are in ours.
    let from_vicon = DMat3::from_cols(DVec3::X, DVec3::NEG_Z, DVec3::Y);
    let turn = from_vicon * turn * from_vicon.transpose();
    (DVec3::new(x, z, -y) * 1e-3, DQuat::from_mat3(&turn))
}

/// Writes the photographs and their file of views, which says nothing of points.
fn views_file(folder: &Path, views: &[PatternView]) -> (String, Vec<String>) {
    let (mut text, mut photos) = (String::new(), Vec::new());
    for (nth, view) in views.iter().enumerate() {
        let (place, turn) = ours(&view.body);
        let (place, turn) = (numbers(&place.to_array()), numbers(&turn.to_array()));
        writeln!(
            text,
            "[[view]]\nbody_m = {place}\nbody_rotation_xyzw = {turn}"
        )
        .unwrap();
        let path = folder.join(format!("photo-{nth}.png"));
        let [w, h] = view.photograph.size_px;
        image::save_buffer(
            &path,
            &view.photograph.to_rgba(),
            w,
            h,
            image::ColorType::Rgba8,
        )
        .unwrap();
        photos.push(path.to_str().unwrap().to_owned());
    }
    (file(folder, "views.toml", &text), photos)
}

/// Points on both sides, by the true place of the source.
fn points_file(folder: &Path, truth: &Stage) -> String {
    let place = truth.sources()[0].stage_from_source;
    let (turn, shift) = (
        DMat3::from_quat(place.rotation()),
        place.translation().metres(),
    );
    let mut text = String::new();
    for (nth, at) in [
        [0.1, 0.2, 0.0],
        [2.0, 0.1, 0.3],
        [-1.5, 1.8, 1.0],
        [0.4, 2.4, -1.9],
    ]
    .iter()
    .enumerate()
    {
        let stage = turn * DVec3::from_array(*at) + shift;
        let (source, stage) = (numbers(at), numbers(&stage.to_array()));
        writeln!(
            text,
            "[[point]]\nname = \"P{nth}\"\nsource_m = {source}\nstage_m = {stage}"
        )
        .unwrap();
    }
    file(folder, "points.toml", &text)
}

/// Millimetres, degrees and pixels between what was found and what is there.
pub fn errors(found: &Stage, truth: &Stage) -> (f64, f64, f64) {
    let (a, b) = (&found.cameras()[0], &truth.cameras()[0]);
    let far = a.body_from_pupil.translation().metres() - b.body_from_pupil.translation().metres();
    let turned = a
        .body_from_pupil
        .rotation()
        .angle_between(b.body_from_pupil.rotation());
    let mut worst_px = 0.0f64;
    for pose in stands(3) {
        for nth in 0..200 {
            let (x, y) = (f64::from(nth % 20) * 0.4 - 4.0, f64::from(nth / 20) * 0.45);
            let at = [x, y, -(25.0 - x * x).sqrt()];
            let inside =
                |p: &[f64; 2]| (0.0..960.0).contains(&p[0]) && (0.0..540.0).contains(&p[1]);
            if let (Some(p), Some(q)) = (pose.sees(a, at), pose.sees(b, at))
                && inside(&q)
            {
                worst_px = worst_px.max((p[0] - q[0]).hypot(p[1] - q[1]));
            }
        }
    }
    (far.length() * 1e3, turned.to_degrees(), worst_px)
}

#[test]
fn what_photographs_tell_is_proved_through_the_true_lens() {
    let Some(gpu) = adapter::gpu() else { return };
    let folder = tempfile::tempdir().unwrap();
    let truth = Stage::from_toml(&stage_text(TRUE_SOURCE, TRUE_CAMERA)).unwrap();
    let stage = file(folder.path(), "stage.toml", &stage_text("", WRITTEN_CAMERA));
    let points = points_file(folder.path(), &truth);
    let lined = run(&[
        "align", &stage, "--source", "vicon", "--points", &points, "--write",
    ]);
    assert!(lined.status.success(), "{}", said(&lined));

    let (views, mut photos) = views_file(folder.path(), taken(&gpu, &truth));
    // One was taken with the lens cap on.
    image::GrayImage::new(960, 540).save(&photos[4]).unwrap();
    let ask: Vec<&str> = [
        "align", &stage, "--camera", "A", "--views", &views, "--write", "--json", "--photo",
    ]
    .into_iter()
    .chain(photos.iter().map(String::as_str))
    .collect();
    let answer = run(&ask);
    assert!(answer.status.success(), "{}", said(&answer));
    let figures = object(&answer);
    println!("{figures}");
    assert_eq!(figures["views"], 8);
    let left_out = figures["left_out"][0].as_str().unwrap();
    assert!(
        left_out.contains("photo-4.png") && left_out.contains("too dark"),
        "{left_out}"
    );
    assert!(figures["rms_px"].as_f64().unwrap() < 0.1, "{figures}");

    let found = Stage::from_toml(&std::fs::read_to_string(&stage).unwrap()).unwrap();
    let (mm, deg, px) = errors(&found, &truth);
    println!("pupil {mm:.3} mm, direction {deg:.4} deg, picture {px:.3} px");
    assert!(mm <= 1.0 && deg <= 0.02 && px <= 0.3, "{mm} {deg} {px}");

    let proved = [TruthPose::STANDARD[0]];
    let options = ProofOptions {
        poses: proved.to_vec(),
        fine_scale: fine_scale(&gpu, &truth, 0, &proved),
        pictures: false,
        truth: Some(Arc::new(truth)),
        ..ProofOptions::default()
    };
    let carry = &mut |body: &ViconBody| {
        let (place, turn) = ours(body);
        cyc_model::Xf::new(turn, place)
    };
    let proof = prove(&gpu, &found, None, &options, carry).unwrap();
    println!(
        "{} fiducials, mean {:.3} px, p99 {:.3} px",
        proof.fiducials, proof.mean_px, proof.p99_px
    );
    assert!(proof.holds(), "{proof:?}");
    // What the file said before does not hold.
    let before = Stage::from_toml(&stage_text(TRUE_SOURCE, WRITTEN_CAMERA)).unwrap();
    assert!(!prove(&gpu, &before, None, &options, carry).unwrap().holds());

    // Too few photographs for the views, and one that is no picture, are said.
    photos.truncate(3);
    let ask: Vec<&str> = [
        "align", &stage, "--camera", "A", "--views", &views, "--photo",
    ]
    .into_iter()
    .chain(photos.iter().map(String::as_str))
    .collect();
    assert!(
        said(&run(&ask)).contains("3 photographs for 9 views"),
        "{}",
        said(&run(&ask))
    );
    let one = file(
        folder.path(),
        "one.toml",
        "[[view]]\nbody_m = [0, 0, 0]\nbody_rotation_xyzw = [0, 0, 0, 1]\nphoto = \"points.toml\"\n",
    );
    let answer = run(&["align", &stage, "--camera", "A", "--views", &one]);
    assert_eq!(answer.status.code(), Some(65));
    assert!(
        said(&answer).contains("no picture that can be read"),
        "{}",
        said(&answer)
    );
}
