//! The exported scene, opened by a reader that is not ours: walls stand where the stage has them, cameras look where theirs
//! look; and by ours, as the wall that it was.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

use cyc_stage::Stage;
use glam::{DMat4, DVec2, DVec3, DVec4};

const STAGE: &str = r#"
name = "Two walls"
[[wall]]
name = "arc"
kind = "cylinder"
position_m = [0.1, 0.2, -1.0]
yaw_deg = 20.0
radius_m = 6.0
arc_deg = 90.0
height_m = 3.0
cabinets = [6, 2]
cabinet_px = [64, 64]
canvas_px = [0, 0]
[[wall]]
name = "ceiling"
kind = "ceiling"
position_m = [0.0, 4.0, -4.5]
width_m = 3.0
depth_m = 2.0
cabinets = [3, 2]
cabinet_px = [32, 32]
canvas_px = [0, 128]
[[source]]
name = "s"
url = "vicon://h"
[[camera]]
name = "A"
source = "s"
subject = "A"
lens = { sensor_mm = [36.0, 20.25], focal_length_mm = 35.0 }
home = { position_m = [0.35, 1.5, 0.9], pan_deg = 30.0, tilt_deg = 10.0 }
"#;

#[test]
fn walls_and_cameras_are_where_they_were() {
    let stage = Stage::from_toml(STAGE).unwrap();
    let glb = stage.to_glb();
    let file = gltf::Gltf::from_slice(&glb).unwrap();
    let blob = file.blob.clone().unwrap();
    let scene = file.default_scene().unwrap();
    assert_eq!(scene.nodes().count(), 4);
    for (node, wall) in scene.nodes().zip(stage.walls()) {
        assert_eq!(node.name(), Some(wall.name()));
        let mesh = node.mesh().unwrap();
        let primitive = mesh.primitives().next().unwrap();
        let reader = primitive.reader(|_| Some(&blob));
        let points: Vec<_> = reader.read_positions().unwrap().collect();
        let uvs: Vec<_> = reader.read_tex_coords(0).unwrap().into_f32().collect();
        let corners: Vec<_> = reader.read_indices().unwrap().into_u32().collect();
        let mut area = 0.0;
        for (point, [u, v]) in points.iter().zip(&uvs) {
            let st = DVec2::new(f64::from(*u), f64::from(*v));
            let wanted = wall.point_of_st(st).metres();
            let got = DVec3::from_array(point.map(f64::from));
            assert!(got.distance(wanted) < 2e-6, "{got} {wanted}");
        }
        for triangle in corners.chunks_exact(3) {
            let [a, b, c] =
                [0, 1, 2].map(|i| DVec3::from_array(points[triangle[i] as usize].map(f64::from)));
            let cross = (b - a).cross(c - a);
            area += cross.length() / 2.0;
            // Lit towards the middle of the stage.
            assert!(cross.dot(DVec3::new(0.0, 1.5, -1.0) - a) > 0.0);
        }
        let wanted = if wall.name() == "arc" {
            6.0 * 90f64.to_radians() * 3.0
        } else {
            6.0
        };
        assert!((area / wanted - 1.0).abs() < 1e-4, "{area} of {wanted} m²");
    }
    let camera = scene.nodes().find(|n| n.camera().is_some()).unwrap();
    let lens = camera.camera().unwrap();
    let gltf::camera::Projection::Perspective(view) = lens.projection() else {
        panic!("not a perspective camera");
    };
    assert!((f64::from(view.yfov()) - 2.0 * (20.25f64 / 70.0).atan()).abs() < 1e-6);
    assert!((view.aspect_ratio().unwrap() - 36.0 / 20.25).abs() < 1e-6);
    let matrix = DMat4::from_cols_array_2d(&camera.transform().matrix().map(|c| c.map(f64::from)));
    let ahead = (matrix * DVec4::new(0.0, 0.0, -1.0, 0.0)).truncate();
    let home = stage.cameras()[0].home;
    assert!(
        ahead.abs_diff_eq(home.rotation() * DVec3::NEG_Z, 1e-6),
        "{ahead}"
    );
    assert!(
        (matrix * DVec4::W)
            .truncate()
            .abs_diff_eq(DVec3::new(0.35, 1.5, 0.9), 1e-6)
    );
}

#[test]
fn an_exported_wall_can_be_a_wall_again() {
    let stage = Stage::from_toml(STAGE).unwrap();
    let glb = stage.to_glb();
    let again = "name = \"x\"\n[[wall]]\nname = \"arc\"\nkind = \"mesh\"\nfile = \"stage.glb\"\nobject = \"arc\"\n\
                 cabinets = [6, 2]\ncabinet_px = [64, 64]\ncanvas_px = [0, 0]\n";
    let again = Stage::from_toml_with(again, &mut |_| Ok(glb.clone())).unwrap();
    let (wall, mesh) = (&stage.walls()[0], &again.walls()[0]);
    for n in 0..200 {
        let st = DVec2::new(
            f64::from(n * 37 % 199) / 199.0,
            f64::from(n * 17 % 101) / 101.0,
        );
        let apart = wall
            .point_of_st(st)
            .metres()
            .distance(mesh.point_of_st(st).metres());
        // Half a strip of a degree: R (1 - cos 0.5°).
        assert!(apart < 0.24e-3, "{apart}");
    }
}
