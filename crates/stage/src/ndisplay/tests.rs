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
        ("link", "x", "", "link", LeftOutReason::Linked),
        ("manual", "x", "", "manual", LeftOutReason::Frustum),
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
    assert_eq!(read("{}"), NDisplayError::NotNDisplay);
    let cut = read(&good[..good.len() - 1]);
    assert!(matches!(cut, NDisplayError::NotJson { line, .. } if line > 4));
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(read(&deep), NDisplayError::NotJson { .. }));
    // Each by its own key, and what it names.
    for (from, to, key, names) in [
        (
            "\"width\":50",
            "\"width\":-50",
            "bad-size",
            "scene.screens.s_a",
        ),
        ("\"w\":500", "\"w\":0", "bad-region", "a"),
        ("\"w\":500", "\"w\":1501", "bad-region", "a"),
        (
            "{\"x\":0,\"y\":0,\"w\":500",
            "{\"x\":-1,\"y\":0,\"w\":500",
            "bad-region",
            "a",
        ),
        ("\"w\":1500", "\"w\":1e5", "bad-window", "node_0"),
        ("\"w\":1500", "\"w\":null", "bad-window", "node_0"),
        ("\"type\":\"simple\"", "\"type\":7", "no-policy", "a"),
        ("\"screen\":\"s_a\"", "\"screen\":\"s_x\"", "unknown", "s_x"),
        (
            "\"parentId\":\"\"",
            "\"parentId\":\"RIG\"",
            "circle",
            "scene.cameras.view",
        ),
        (
            "\"parentId\":\"\"",
            "\"parentId\":\"rack\"",
            "no-parent",
            "rack",
        ),
        (
            "\"yaw\":-30",
            "\"yaw\":\"left\"",
            "bad-place",
            "scene.screens.s_a",
        ),
        (
            "\"yaw\":-30",
            "\"yaw\":1e300",
            "bad-place",
            "scene.screens.s_a",
        ),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from}");
        let error = read(&bad);
        assert_eq!(error.key(), format!("stage-import-{key}"), "{to}: {error}");
        assert!(
            error.args().iter().any(|(_, value)| value == names),
            "{to}: {error}"
        );
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

/// A file of nodes with a window of 3840 px each, one viewport on each.
fn nodes(count: u32) -> String {
    let node = |n: u32| {
        format!(
            r#""node_{n}":{{"window":{{"x":0,"y":0,"w":3840,"h":2160}},"viewports":{{"v{n}":{{
            "region":{{"x":0,"y":0,"w":3840,"h":2160}},
            "projectionPolicy":{{"type":"simple","parameters":{{"screen":"s"}}}}}}}}}}"#
        )
    };
    let nodes: Vec<String> = (0..count).map(node).collect();
    format!(
        r#"{{"nDisplay":{{"scene":{{"screens":{{"S":{{"size":{{"width":600,"height":300}},
        "location":{{"x":300,"y":0,"z":150}},"rotation":{{"pitch":0,"yaw":0,"roll":0}}}}}}}},
        "cluster":{{"nodes":{{{}}}}}}}}}"#,
        nodes.join(",")
    )
}

/// A cluster that is wider than a canvas is laid out in rows, and node 10 comes after node 2.
#[test]
fn many_nodes_are_in_order_and_on_the_canvas() {
    let imported = import_ndisplay(nodes(12).as_bytes()).unwrap();
    let stage = Stage::from_toml(&imported.toml).unwrap_or_else(|e| panic!("{e}"));
    let corner = |wall: usize| {
        let canvas = stage.walls()[wall].canvas();
        (stage.walls()[wall].name(), canvas.x, canvas.y)
    };
    assert_eq!(corner(3), ("v3", 3 * 3840, 0));
    assert_eq!(corner(4), ("v4", 0, 2160));
    assert_eq!(corner(11), ("v11", 3 * 3840, 2 * 2160));
    let many = import_ndisplay(nodes(17).as_bytes()).unwrap_err();
    assert_eq!(many.key(), "stage-import-too-many-nodes");
}

#[test]
fn more_viewports_than_walls_are_refused_before_their_files_are_read() {
    let viewport = r#":{"region":{"x":0,"y":0,"w":8,"h":8},"projectionPolicy":{"type":"mpcdi","parameters":{"file":"a"}}}"#;
    let viewports: Vec<String> = (0..5000).map(|n| format!("\"{n}\"{viewport}")).collect();
    let text = format!(
        r#"{{"nDisplay":{{"cluster":{{"nodes":{{"n":{{"window":{{"x":0,"y":0,"w":8,"h":8}},"viewports":{{{}}}}}}}}}}}}}"#,
        viewports.join(",")
    );
    let mut asked = 0;
    let mut nothing = |_: &str| {
        asked += 1;
        Err("nothing lies there".to_owned())
    };
    let error = super::import_ndisplay(text.as_bytes(), &MpcdiReading::default(), &mut nothing);
    assert_eq!(error.unwrap_err().key(), "stage-import-too-many-walls");
    assert_eq!(asked, WALLS_MAX);
}

/// The engine turns about its X by roll (clockwise as it looks along), then lifts its nose by pitch, then turns to the right
/// by yaw: written here as three turns one after the other, each by its picture.
#[test]
fn a_screen_that_is_turned_about_all_axes_stands_as_in_the_engine() {
    let turn = |[yaw, pitch, roll]: [f64; 3], [x, y, z]: [f64; 3]| {
        // Clockwise along X: right (Y) goes down.
        let (s, c) = roll.to_radians().sin_cos();
        let (y, z) = (c * y + s * z, -s * y + c * z);
        // Nose up: X goes up, up goes back.
        let (s, c) = pitch.to_radians().sin_cos();
        let (x, z) = (c * x - s * z, s * x + c * z);
        // To the right: X goes to Y.
        let (s, c) = yaw.to_radians().sin_cos();
        let (x, y) = (c * x - s * y, s * x + c * y);
        // Forward, right, up in centimetres is the stage's -Z, X, Y in metres.
        DVec3::new(y, z, -x) * 0.01
    };
    for turns in [
        [0.0, 90.0, 0.0],
        [0.0, 0.0, 90.0],
        [35.0, -20.0, 15.0],
        [-140.0, 60.0, -100.0],
    ] {
        let [yaw, pitch, roll] = turns;
        let text = nodes(1).replace(
            r#""pitch":0,"yaw":0,"roll":0"#,
            &format!(r#""pitch":{pitch},"yaw":{yaw},"roll":{roll}"#),
        );
        let text = text.replacen("\"scene\":{", r#""scene":{"cameras":{"v":{"location":{"x":0,"y":0,"z":0},"rotation":{"pitch":0,"yaw":0,"roll":0}}},"#, 1);
        let imported = import_ndisplay(text.as_bytes()).unwrap();
        // The eye may be behind such a wall; the wall alone counts here.
        let alone = imported.toml.replace("[outer]\neye_m", "[outer]\n#eye_m");
        let towards = turn(turns, [-100.0, 0.0, 0.0]) + DVec3::new(0.0, 1.5, -3.0);
        let alone = alone.replace("#eye_m", &format!("eye_m = {}\n#", vector(towards)));
        let stage = Stage::from_toml(&alone).unwrap_or_else(|e| panic!("{e}\n{alone}"));
        let middle = DVec3::new(0.0, 1.5, -3.0);
        for (s, t, across, up) in [
            (0.0, 0.0, -300.0, 150.0),
            (1.0, 1.0, 300.0, -150.0),
            (1.0, 0.0, 300.0, 150.0),
        ] {
            let found = stage.walls()[0].point_of_st(DVec2::new(s, t)).metres();
            let wanted = middle + turn(turns, [0.0, across, up]);
            assert!(
                found.distance(wanted) < 1e-5,
                "{turns:?}: {found}, {wanted}"
            );
        }
    }
}

#[test]
fn other_encodings_and_long_words_are_taken() {
    let text = three_screens("simple").replace(
        "\"three\"",
        &format!("\"  主墙{}\\nmore\"", "长".repeat(200)),
    );
    let plain = import_ndisplay(text.as_bytes()).unwrap();
    assert_eq!(Stage::from_toml(&plain.toml).unwrap().walls().len(), 3);
    let with_mark = format!("\u{feff}{text}");
    assert_eq!(import_ndisplay(with_mark.as_bytes()).unwrap(), plain);
    for of in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = with_mark.encode_utf16().flat_map(of).collect();
        assert_eq!(import_ndisplay(&bytes).unwrap(), plain);
        assert!(import_ndisplay(&bytes[..101]).is_err());
    }
}

/// Every byte damaged, and the file cut off everywhere: refused or read, never worse.
#[test]
fn damage_is_survived() {
    let good = three_screens("mpcdi").into_bytes();
    for at in 0..good.len() {
        let _ = import_ndisplay(&good[..at]);
        for byte in [b'9', b'"', b'}', 0xFF] {
            let mut damaged = good.clone();
            damaged[at] = byte;
            if let Ok(imported) = import_ndisplay(&damaged) {
                // What is written is TOML, whatever was in the names.
                toml::from_str::<toml::Table>(&imported.toml).unwrap();
            }
        }
    }
}
