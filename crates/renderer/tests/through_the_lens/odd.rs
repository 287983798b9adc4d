//! Walls and cameras that stages seldom have: a mesh of mirrored parts, portrait processors, a camera on its side, walls with a
//! gap under a ceiling, a squeezed picture through a strong lens whose middle lies aside.
//!
//! Fiducials alone, so that they cost little; with `CYC_PROOF_OUT` the pictures too.

use super::adapter::gpu;
use super::shapes::HEAD;
use super::{Wire, human, keep};
use cyc_renderer::proof::{ProofOptions, TruthPose, fine_scale, prove};
use cyc_stage::Stage;
use glam::{DVec2, DVec3};

/// The camera of the other proofs, with another picture or lens.
fn camera(picture_px: [u32; 2], lens: &str) -> String {
    format!(
        r#"
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
picture_px = {picture_px:?}
inner = {{ overscan = 1.15, feather = 0.05, resolution_scale = 2.0 }}
lens = {{ {lens} }}
"#
    )
}

const PLAIN: &str =
    "sensor_mm = [36.0, 20.25], focal_length_mm = 35.0, principal_point_mm = [0.9, -0.6]";

#[track_caller]
fn check(name: &str, stage: &Stage, poses: &[TruthPose]) {
    let Some(gpu) = gpu() else { return };
    let pictures = std::env::var_os("CYC_PROOF_OUT").is_some();
    let options = ProofOptions {
        fine_scale: fine_scale(&gpu, stage, 0, poses),
        poses: poses.to_vec(),
        pictures,
        ..ProofOptions::default()
    };
    let mut wire = Wire::new();
    let human = human().filter(|_| pictures);
    let proof = prove(&gpu, stage, human, &options, &mut |body| wire.carry(body)).unwrap();
    keep(name, &proof);
    println!(
        "{name}: {} fiducials (at least {} a pose, {} lost), mean {:.4} px, p99 {:.4} px at {:.2} wall px a camera px; \
         PSNR {:.2?} dB, against the ideal {:.2?} dB",
        proof.fiducials,
        proof.fiducials_min,
        proof.lost,
        proof.mean_px,
        proof.p99_px,
        proof.wall_px_per_camera_px,
        proof.psnr_db,
        proof.psnr_ideal_db,
    );
    assert!(proof.wall_px_per_camera_px >= 2.0, "{name}");
    assert!(proof.holds(), "{name}");
}

/// A flat sheet of 5 × 4.5 m in two primitives, hung by nodes twice: once turned about Y, and once mirrored, so that its texture
/// runs to the left. The upper primitive's texture is upside down.
fn halves() -> String {
    let mut buffer = Vec::new();
    let mut floats = |values: &[f32]| buffer.extend(values.iter().flat_map(|v| v.to_le_bytes()));
    // The lower 2 m, the upper 2.5 m; corners: lower left, lower right, upper right, upper left.
    floats(&[0.0, 0.0, 0.0, 5.0, 0.0, 0.0, 5.0, 2.0, 0.0, 0.0, 2.0, 0.0]);
    floats(&[0.0, 2.0, 0.0, 5.0, 2.0, 0.0, 5.0, 4.5, 0.0, 0.0, 4.5, 0.0]);
    // glTF has v down. The lower half of the texture as it is, the upper half upside down.
    floats(&[0.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.0, 0.5]);
    floats(&[0.0, 0.0, 1.0, 0.0, 1.0, 0.5, 0.0, 0.5]);
    buffer.extend([0u16, 1, 2, 0, 2, 3].iter().flat_map(|i| i.to_le_bytes()));
    let (sin, cos) = (10f64.to_radians().sin(), 10f64.to_radians().cos());
    format!(
        r#"{{"asset":{{"version":"2.0"}},"scene":0,"scenes":[{{"nodes":[0]}}],
        "nodes":[{{"name":"rig","translation":[0,0,-5.5],"children":[1,2]}},
          {{"name":"right","rotation":[0,{},0,{cos}],"mesh":0}},
          {{"name":"left","rotation":[0,{sin},0,{cos}],"scale":[-1,1,1],"mesh":0}}],
        "meshes":[{{"primitives":[
          {{"attributes":{{"POSITION":0,"TEXCOORD_0":2}},"indices":4}},
          {{"attributes":{{"POSITION":1,"TEXCOORD_0":3}},"indices":4}}]}}],
        "accessors":[
          {{"bufferView":0,"componentType":5126,"count":4,"type":"VEC3"}},
          {{"bufferView":0,"byteOffset":48,"componentType":5126,"count":4,"type":"VEC3"}},
          {{"bufferView":1,"componentType":5126,"count":4,"type":"VEC2"}},
          {{"bufferView":1,"byteOffset":32,"componentType":5126,"count":4,"type":"VEC2"}},
          {{"bufferView":2,"componentType":5123,"count":6,"type":"SCALAR"}}],
        "bufferViews":[{{"buffer":0,"byteLength":96}},{{"buffer":0,"byteOffset":96,"byteLength":64}},
          {{"buffer":0,"byteOffset":160,"byteLength":12}}],
        "buffers":[{{"byteLength":172,"uri":"data:application/octet-stream;base64,{}"}}]}}"#,
        -sin,
        base64(&buffer),
    )
}

/// Base64 (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let word = (0..3).fold(0u32, |word, k| {
            word << 8 | u32::from(*three.get(k).unwrap_or(&0))
        });
        for k in 0..4 {
            let sign = SIGNS[(word >> (18 - 6 * k) & 63) as usize];
            text.push(if k <= three.len() { sign as char } else { '=' });
        }
    }
    text
}

#[test]
fn a_gltf_mesh_of_mirrored_parts_shows_the_scene() {
    let wall = |name: &str, x: u32| {
        format!(
            "[[wall]]\nname = \"{name}\"\nkind = \"mesh\"\nfile = \"halves.gltf\"\nobject = \"{name}\"\nyaw_deg = 6.0\n\
             position_m = [0.2, 0.0, 0.1]\ncabinets = [10, 9]\ncabinet_px = [160, 160]\ncanvas_px = [{x}, 0]\n"
        )
    };
    let text = format!(
        "{HEAD}{}{}{}",
        wall("left", 0),
        wall("right", 1600),
        camera([1280, 720], PLAIN)
    );
    let stage = Stage::from_toml_with(&text, &mut |_| Ok(halves().into_bytes())).unwrap();
    // Where the canvas's places are, by hand: the sheets meet in the rig's middle, 5.5 m ahead, each turned by 20° towards the
    // camera; then the whole wall by 6° about Y.
    let at =
        |wall: usize, s: f64, t: f64| stage.walls()[wall].point_of_st(DVec2::new(s, t)).metres();
    let (sin, cos) = 20f64.to_radians().sin_cos();
    let placed =
        |p: DVec3| DVec3::new(0.2, 0.0, 0.1) + glam::DQuat::from_rotation_y(6f64.to_radians()) * p;
    for (wall, side) in [(0, -1.0), (1, 1.0)] {
        let along = |x: f64, y: f64| placed(DVec3::new(side * x * cos, y, -5.5 + x * sin));
        // Lower half upright: t = 1 is the floor, t = 0.5 the border. Upper half upside down: t = 0 is the border.
        for (s, t, x, y) in [
            (0.0, 1.0, 0.0, 0.0),
            (1.0, 1.0, 5.0, 0.0),
            (0.6, 0.75, 3.0, 1.0),
            (0.4, 0.1, 2.0, 2.5),
            (1.0, 0.0, 5.0, 2.0),
        ] {
            let (found, wanted) = (at(wall, s, t), along(x, y));
            assert!(
                found.distance(wanted) < 1e-6,
                "{wall} {s} {t}: {found}, {wanted}"
            );
        }
    }
    check("odd-gltf", &stage, &TruthPose::STANDARD[..1]);
}

#[test]
fn portrait_processors_show_the_scene_to_a_camera_on_its_side() {
    let wall = r#"
[[wall]]
name = "tall"
kind = "plane"
position_m = [0.0, -1.5, -5.0]
yaw_deg = -5.0
pitch_deg = 3.0
roll_deg = 2.0
width_m = 8.0
height_m = 8.0
cabinets = [16, 16]
cabinet_px = [160, 160]
map = [
  { cabinets = [0, 0, 5, 16], canvas_px = [0, 0], turn_deg = 90 },
  { cabinets = [5, 0, 6, 16], canvas_px = [0, 800], turn_deg = 270 },
  { cabinets = [11, 0, 5, 16], canvas_px = [2560, 0] },
]
"#;
    let text = format!("{HEAD}{wall}{}", camera([1280, 720], PLAIN));
    let stage = Stage::from_toml(&text).unwrap();
    let on_its_side = TruthPose {
        position_m: [0.2, 1.7, 0.6],
        pan_deg: 4.0,
        tilt_deg: 3.0,
        roll_deg: 90.0,
    };
    check("odd-rolled", &stage, &[on_its_side]);
}

#[test]
fn walls_with_a_gap_under_a_ceiling_show_the_scene() {
    let walls = r#"
[[wall]]
name = "left"
kind = "plane"
position_m = [-2.9, -0.4, -4.4]
yaw_deg = 22.0
pitch_deg = 6.0
width_m = 5.2
height_m = 3.6
cabinets = [13, 9]
cabinet_px = [128, 128]
canvas_px = [0, 0]
[[wall]]
name = "right"
kind = "plane"
position_m = [2.7, -0.4, -4.6]
yaw_deg = -18.0
width_m = 5.0
height_m = 3.8
cabinets = [10, 8]
cabinet_px = [160, 160]
canvas_px = [1664, 0]
[[wall]]
name = "above"
kind = "ceiling"
position_m = [0.0, 3.6, -5.2]
width_m = 9.0
depth_m = 6.0
cabinets = [18, 12]
cabinet_px = [144, 144]
canvas_px = [0, 1280]
[[wall]]
name = "ground"
kind = "floor"
position_m = [0.0, -0.5, 1.0]
width_m = 9.0
depth_m = 6.0
cabinets = [18, 12]
cabinet_px = [144, 144]
canvas_px = [2592, 1280]
"#;
    let text = format!("{HEAD}{walls}{}", camera([1280, 720], PLAIN));
    let stage = Stage::from_toml(&text).unwrap();
    let up = TruthPose {
        position_m: [0.4, 1.1, 0.7],
        pan_deg: -6.0,
        tilt_deg: 17.0,
        roll_deg: -30.0,
    };
    check("odd-ceiling", &stage, &[up]);
}

/// A squeezed picture: its pixels are 1.34 times as wide as high on the sensor. The lens moves the picture's corner by more than
/// a hundred pixels, and its middle lies 4 mm aside.
#[test]
fn a_squeezed_picture_through_a_strong_lens_sees_the_scene() {
    let wall = r#"
[[wall]]
name = "arc"
kind = "cylinder"
radius_m = 5.0
arc_deg = 115.0
height_m = 5.0
position_m = [0.0, -0.6, 0.0]
pitch_deg = 2.0
yaw_deg = 10.0
cabinets = [20, 10]
cabinet_px = [128, 128]
map = [
  { cabinets = [0, 0, 10, 10], canvas_px = [0, 0] },
  { cabinets = [10, 0, 10, 10], canvas_px = [0, 1280], turn_deg = 180 },
]
"#;
    let lens = "sensor_mm = [48.0, 20.1], focal_length_mm = 40.0, principal_point_mm = [4.0, -2.5], \
                radial = [-0.28, 0.09, 0.0, 0.0, 0.0, 0.0], tangential = [0.004, -0.003]";
    let stage = Stage::from_toml(&format!("{HEAD}{wall}{}", camera([1280, 720], lens))).unwrap();
    check("odd-lens", &stage, &TruthPose::STANDARD[2..]);
}
