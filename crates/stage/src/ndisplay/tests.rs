//! Configurations of our own, by what is known of the format.

use super::*;
use crate::{LeftOutReason, Stage};
use glam::DVec2;

fn import_ndisplay(bytes: &[u8]) -> Result<ImportedStage, NDisplayError> {
    let mut nothing = |_: &str| Err("nothing lies there".to_owned());
    super::import_ndisplay(bytes, &MpcdiReading::default(), &mut nothing)
}

/// Three screens of 50 × 30 cm at yaws of -30°, 0 and 30° around a viewer, on a transform that is turned and lifted.
fn three_screens(policy: &str) -> String {
    let screen = |name: &str, x: f64, y: f64, yaw: f64| {
        format!(
            r#""{name}":{{"size":{{"width":50,"height":30}},"parentId":"rig","location":{{"x":{x},"y":{y},"z":0}},
            "rotation":{{"pitch":0,"yaw":{yaw},"roll":0}}}}"#
        )
    };
    let viewport = |name: &str, x: u32, policy: &str| {
        format!(
            r#""{name}":{{"region":{{"x":{x},"y":0,"w":500,"h":300}},
            "projectionPolicy":{{"type":"{policy}","parameters":{{"screen":"s_{name}"}}}}}}"#
        )
    };
    format!(
        r#"{{"nDisplay":{{"description":"three","version":"5.00","scene":{{
        "xforms":{{"rig":{{"parentId":"","location":{{"x":100,"y":0,"z":120}},"rotation":{{"pitch":0,"yaw":90,"roll":0}}}}}},
        "cameras":{{"view":{{"parentId":"rig","location":{{"x":-10,"y":0,"z":0}},"rotation":{{"pitch":0,"yaw":0,"roll":0}}}}}},
        "screens":{{{},{},{}}}}},
        "cluster":{{"nodes":{{"node_0":{{"window":{{"x":0,"y":0,"w":1500,"h":300}},"viewports":{{{},{},{}}}}}}}}}}}}}"#,
        screen("s_a", 80.0, -45.0, -30.0),
        screen("s_b", 90.0, 0.0, 0.0),
        screen("s_c", 80.0, 45.0, 30.0),
        viewport("a", 0, "simple"),
        viewport("b", 500, policy),
        viewport("c", 1000, "Simple"),
    )
}

#[test]
fn screens_stand_where_the_engine_has_them() {
    let imported = import_ndisplay(three_screens("simple").as_bytes()).unwrap();
    assert_eq!((imported.walls, imported.left_out.len()), (3, 0));
    let stage =
        Stage::from_toml(&imported.toml).unwrap_or_else(|e| panic!("{e}\n{}", imported.toml));
    // The rig's X is turned by 90° to the engine's Y, which is the stage's right; it stands 1 m ahead, 1.2 m up.
    let at =
        |wall: usize, s: f64, t: f64| stage.walls()[wall].point_of_st(DVec2::new(s, t)).metres();
    assert!(at(1, 0.5, 0.5).distance(DVec3::new(0.9, 1.2, -1.0)) < 1e-5);
    // The middle screen is 0.5 m wide; whoever looks to the right sees its left edge further ahead.
    assert!(at(1, 0.0, 0.5).distance(DVec3::new(0.9, 1.2, -1.25)) < 1e-5);
    assert!(at(1, 0.5, 0.0).y - 1.35 < 1e-5);
    // The right one: rig (80, 45) is 0.45 m towards the engine's -X, so 1 - 0.45 = 0.55 m ahead. At yaw 30° its
    // right edge is 25 cm along (-sin 30°, cos 30°) of the rig from there.
    assert!(at(2, 0.5, 0.5).distance(DVec3::new(0.8, 1.2, -0.55)) < 1e-5);
    let (sin, cos) = 30f64.to_radians().sin_cos();
    let edge = DVec3::new(0.8 - 0.25 * sin, 1.2, -0.55 + 0.25 * cos);
    assert!(at(2, 1.0, 0.5).distance(edge) < 1e-5, "{}", at(2, 1.0, 0.5));
    assert_eq!(stage.walls()[2].canvas().x, 1000);
    assert_eq!(stage.walls()[2].size_px(), [500, 300]);
    assert!(
        stage
            .outer_eye()
            .metres()
            .distance(DVec3::new(-0.1, 1.2, -1.0))
            < 1e-5
    );
}

#[test]
fn other_policies_are_named_with_their_reason_and_left_out() {
    let cases = [
        (
            "mpcdi",
            "file",
            r"C:\\shows\\wall.mpcdi",
            "C:\\shows\\wall.mpcdi",
            LeftOutReason::NoFile,
        ),
        (
            "picp_mpcdi",
            "pfm",
            "wall.pfm",
            "wall.pfm",
            LeftOutReason::BareMap,
        ),
        ("mesh", "mesh_component", "LED", "LED", LeftOutReason::Mesh),
        ("camera", "x", "", "camera", LeftOutReason::Camera),
        (
            "vioso",
            "file",
            "a.vwf",
            "vioso",
            LeftOutReason::Calibration,
        ),
    ];
    for (policy, key, value, what, reason) in cases {
        let text =
            three_screens(policy).replace("\"screen\":\"s_b\"", &format!("\"{key}\":\"{value}\""));
        let imported = import_ndisplay(text.as_bytes()).unwrap();
        assert_eq!(imported.walls, 2, "{policy}");
        let left_out = LeftOut {
            part: "b".to_owned(),
            kind: policy.to_owned(),
            what: what.to_owned(),
            reason,
        };
        assert_eq!(imported.left_out, [left_out]);
        Stage::from_toml(&imported.toml).unwrap_or_else(|e| panic!("{e}\n{}", imported.toml));
    }
}

/// What is written of a mesh wants nothing but its shape and the marks taken away.
#[test]
fn a_mesh_is_a_wall_that_waits_for_its_shape() {
    let imported = import_ndisplay(three_screens("mesh").as_bytes()).unwrap();
    let shape = b"v -1 0 -3\nv 1 0 -3\nv 1 1 -3\nv -1 1 -3\nvt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\nf 1/1 2/2 3/3\nf 1/1 3/3 4/4\n";
    let completed: String = imported
        .toml
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') => format!("{rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let completed = completed.replace("shape.glb", "led.obj");
    let stage = Stage::from_toml_with(&completed, &mut |name| {
        assert_eq!(name, "led.obj");
        Ok(shape.to_vec())
    });
    let stage = stage.unwrap_or_else(|e| panic!("{e}\n{completed}"));
    let wall = stage.walls().iter().find(|w| w.name() == "b").unwrap();
    let canvas = wall.canvas();
    assert_eq!((canvas.x, wall.size_px()), (500, [500, 300]));
    assert!(
        wall.point_of_st(DVec2::new(0.5, 0.5))
            .metres()
            .distance(DVec3::new(0.0, 0.5, -3.0))
            < 1e-9
    );
    // All walls of a stage may be meshes.
    let meshes = three_screens("mesh")
        .replace("\"simple\"", "\"mesh\"")
        .replace("Simple", "mesh");
    let imported = import_ndisplay(meshes.as_bytes()).unwrap();
    assert_eq!((imported.walls, imported.left_out.len()), (0, 3));
    assert_eq!(imported.toml.matches("#[[wall]]").count(), 3);
}

#[test]
fn viewports_of_one_name_become_walls_of_two() {
    let one = three_screens("simple");
    let node = one.split_once("\"node_0\":").unwrap().1;
    let node = &node[..node.len() - 4];
    let two = one.replacen("\"node_0\":", &format!("\"node_0\":{node},\"node_1\":"), 1);
    let imported = import_ndisplay(two.as_bytes()).unwrap();
    let stage =
        Stage::from_toml(&imported.toml).unwrap_or_else(|e| panic!("{e}\n{}", imported.toml));
    let names: Vec<_> = stage.walls().iter().map(|w| w.name()).collect();
    assert_eq!(names, ["a", "b", "c", "node_1 a", "node_1 b", "node_1 c"]);
    assert_eq!(stage.walls()[3].canvas().x, 1500);
}

#[test]
fn the_eye_is_the_view_point_that_the_viewports_name() {
    let one = three_screens("simple");
    let (cameras, rest) = one.split_once(",\n        \"screens\"").unwrap();
    let other = r#""zz":{"parentId":"","location":{"x":0,"y":30,"z":150},"rotation":{"pitch":0,"yaw":0,"roll":0}}"#;
    let cameras = cameras.strip_suffix('}').unwrap();
    let text = format!("{cameras},{other}}},\"screens\"{rest}");
    let eye = |text: &str| {
        let imported = import_ndisplay(text.as_bytes()).unwrap();
        Stage::from_toml(&imported.toml)
            .unwrap()
            .outer_eye()
            .metres()
    };
    assert!(eye(&text).distance(DVec3::new(-0.1, 1.2, -1.0)) < 1e-5);
    let named = text.replacen("\"region\"", "\"camera\":\"zz\",\"region\"", 1);
    assert!(eye(&named).distance(DVec3::new(0.3, 1.5, 0.0)) < 1e-5);
}

#[test]
fn what_is_no_configuration_is_refused() {
    let good = three_screens("simple");
    let read = |text: &str| import_ndisplay(text.as_bytes()).unwrap_err();
    assert!(matches!(read("{}"), NDisplayError::NotNDisplay { .. }));
    assert!(matches!(
        read(&good[..good.len() - 1]),
        NDisplayError::NotNDisplay { .. }
    ));
    for (from, to) in [
        ("\"width\":50", "\"width\":-50"),
        ("\"w\":500", "\"w\":0"),
        ("\"screen\":\"s_a\"", "\"screen\":\"s_x\""),
        ("\"parentId\":\"\"", "\"parentId\":\"rig\""),
        ("\"yaw\":-30", "\"yaw\":\"left\""),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from}");
        assert!(matches!(read(&bad), NDisplayError::BadPart { .. }), "{to}");
    }
    assert_eq!(
        read(
            &good
                .replace("\"simple\"", "\"camera\"")
                .replace("Simple", "vioso")
        ),
        NDisplayError::NoWall
    );
}
