//! Every kind of wall: its points, pixels and rays agree; its pieces cover each canvas pixel once and lie in their
//! facets; and what is wrong in its table has its line.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

use cyc_model::{Point, Vector};
use cyc_stage::{
    DisplayTarget, OuterSight, Overscan, Problem, Stage, StageError, Surface, Wall, WallCorner,
};
use glam::{DVec2, DVec3};

const HEAD: &str = "name = \"walls\"\n[outer]\neye_m = [0.1, 1.5, 0.2]\n";

const FOLDED: &str = r#"
[[wall]]
name = "folded"
kind = "folded"
feet_m = [[-4.0, 1.0], [-2.5, -3.0], [2.5, -3.5], [4.2, 0.5]]
panel_columns = [6, 8, 6]
height_m = 3.0
cabinets = [20, 6]
cabinet_px = [32, 32]
canvas_px = [64, 32]
"#;

const MAPPED: &str = r#"
[[wall]]
name = "mapped"
kind = "plane"
position_m = [0.0, 0.0, -4.0]
width_m = 6.0
height_m = 2.0
cabinets = [6, 2]
cabinet_px = [20, 30]
map = [
  { cabinets = [0, 0, 4, 2], canvas_px = [0, 0] },
  { cabinets = [4, 0, 2, 1], canvas_px = [100, 0], turn_deg = 90 },
  { cabinets = [4, 1, 2, 1], canvas_px = [0, 100], turn_deg = 180 },
]
"#;

const ROOM: &str = r#"
[[wall]]
name = "floor"
kind = "floor"
position_m = [0.0, 0.0, 2.0]
width_m = 5.0
depth_m = 6.0
cabinets = [10, 12]
cabinet_px = [16, 16]
canvas_px = [0, 0]

[[wall]]
name = "ceiling"
kind = "ceiling"
position_m = [0.0, 4.0, -4.0]
width_m = 5.0
depth_m = 6.0
cabinets = [10, 12]
cabinet_px = [16, 16]
canvas_px = [200, 0]
"#;

const CYLINDER: &str = r#"
[[wall]]
name = "round"
kind = "cylinder"
position_m = [0.0, 0.0, 0.0]
radius_m = 4.0
arc_deg = 270.0
height_m = 3.5
cabinets = [36, 7]
cabinet_px = [24, 24]
canvas_px = [0, 0]
"#;

const MESH: &str = r#"
[[wall]]
name = "shell"
kind = "mesh"
file = "shell.obj"
cabinets = [16, 8]
cabinet_px = [24, 24]
canvas_px = [8, 8]
"#;

/// A sphere's inside: `columns` × `rows` quads over the whole way round and `height` of its latitudes.
fn sphere(columns: u32, rows: u32, turn: f64) -> String {
    let mut text = String::from("o shell\n");
    for j in 0..=rows {
        for i in 0..=columns {
            let (u, v) = (
                f64::from(i) / f64::from(columns),
                f64::from(j) / f64::from(rows),
            );
            let (a, b) = ((u - 0.5) * turn, (v - 0.4) * 2.4);
            let (x, y, z) = (
                4.0 * a.sin() * b.cos(),
                1.5 + 4.0 * b.sin(),
                -4.0 * a.cos() * b.cos(),
            );
            text += &format!("v {x} {y} {z}\nvt {u} {v}\n");
        }
    }
    for j in 0..rows {
        for i in 0..columns {
            let a = j * (columns + 1) + i + 1;
            let (b, c, d) = (a + 1, a + columns + 2, a + columns + 1);
            text += &format!("f {a}/{a} {b}/{b} {c}/{c} {d}/{d}\n");
        }
    }
    text
}

fn build(walls: &str) -> Result<Stage, StageError> {
    Stage::from_toml_with(&format!("{HEAD}{walls}"), &mut |name| match name {
        "shell.obj" => Ok(sphere(40, 20, std::f64::consts::TAU * 0.98).into_bytes()),
        "dome.obj" => Ok(sphere(20, 10, 1.0).into_bytes()),
        "text.obj" => Ok(b"hello".to_vec()),
        _ => Err("there is no such file".to_owned()),
    })
}

fn shapes() -> Vec<(&'static str, Stage)> {
    let small = MESH.replace("shell.obj", "dome.obj");
    [
        ("folded", FOLDED),
        ("mapped", MAPPED),
        ("room", ROOM),
        ("cylinder", CYLINDER),
        ("mesh", MESH),
        ("small mesh", &small),
    ]
    .map(|(name, text)| (name, build(text).unwrap_or_else(|e| panic!("{name}: {e}"))))
    .into()
}

#[test]
fn rays_points_and_canvas_pixels_agree_on_every_shape() {
    let eye = Point::xyz(0.2, 1.4, 0.3);
    for (name, stage) in shapes() {
        for wall in stage.walls() {
            let mut checked = 0;
            for (u, v) in [
                (0.013, 0.02),
                (0.31, 0.9),
                (0.5, 0.47),
                (0.77, 0.31),
                (0.99, 0.42),
            ] {
                let point = wall.point_of_st(DVec2::new(u, v));
                let px = wall.canvas_of_point(point).unwrap();
                let again = wall.point_of_canvas(px).unwrap();
                assert!(again.distance_m(point) < 1e-6, "{name} {u} {v}");
                let ray = Vector::saturating((point.metres() - eye.metres()) * 0.5);
                let Some(hit) = wall.intersect(eye, ray) else {
                    continue;
                };
                // What lies before it is another part of the same wall.
                if hit.t_ray > 1.999 {
                    assert!(hit.point.distance_m(point) < 1e-6, "{name} {u} {v}");
                    assert!(hit.canvas_px.distance(px) < 1e-4, "{name} {u} {v}");
                    checked += 1;
                }
            }
            assert!(checked >= 3, "{name}: {checked}");
        }
    }
}

/// Draws triangles as a rasteriser does: a pixel belongs to the triangle that holds its centre.
fn cover(picture: &mut [u8], width: u32, [a, b, c]: [DVec2; 3]) {
    let (low, high) = (a.min(b).min(c), a.max(b).max(c));
    for y in low.y.floor() as u32..=high.y.ceil() as u32 {
        for x in low.x.floor() as u32..=high.x.ceil() as u32 {
            // Off the diagonal of a square pixel, so that no centre lies on an edge.
            let p = DVec2::new(f64::from(x) + 0.5001, f64::from(y) + 0.50007);
            let sides = [(a, b), (b, c), (c, a)].map(|(p0, p1)| (p1 - p0).perp_dot(p - p0));
            if (sides.iter().all(|s| *s > 0.0) || sides.iter().all(|s| *s < 0.0))
                && let Some(pixel) = picture.get_mut((y * width + x) as usize)
            {
                *pixel += 1;
            }
        }
    }
}

#[test]
fn the_pieces_cover_every_canvas_pixel_once() {
    for (name, stage) in shapes() {
        let [width, height] = stage.canvas_px();
        let mut drawn = vec![0u8; (width * height) as usize];
        for patch in stage.outer_plan().patches {
            for triangle in patch.triangles {
                cover(&mut drawn, width, triangle.map(|c| c.canvas_px));
            }
        }
        let lit = drawn.iter().filter(|n| **n == 1).count() as u64;
        assert!(drawn.iter().all(|n| *n <= 1), "{name}: a pixel twice");
        assert_eq!(lit, stage.lit_px(), "{name}");
    }
}

#[test]
fn the_pieces_are_where_the_wall_is_and_face_the_audience() {
    for (name, stage) in shapes() {
        for patch in stage.outer_plan().patches {
            let wall = &stage.walls()[patch.wall];
            for [a, b, c] in patch.triangles {
                let middle = |f: fn(&WallCorner) -> DVec2| (f(&a) + f(&b) + f(&c)) / 3.0;
                let place = (a.place + b.place + c.place) / 3.0;
                let point = wall.point_of_place(place);
                let there = wall.point_of_canvas(middle(|c| c.canvas_px)).unwrap();
                assert!(there.distance_m(point) < 1e-5, "{name}");
                let [pa, pb, pc] = [a, b, c].map(|c| wall.point_of_place(c.place).metres());
                let front = (pb - pa).cross(pc - pa);
                let towards = stage.outer_eye().metres() - point.metres();
                assert!(front.dot(towards) > 0.0, "{name} looks away");
            }
        }
    }
}

#[test]
fn every_piece_is_seen_whole_by_a_facet_of_at_most_60_degrees() {
    for (name, stage) in shapes() {
        let plan = stage.outer_plan();
        for patch in &plan.patches {
            let facet = &plan.facets[patch.facet.unwrap()];
            let wall = &stage.walls()[patch.wall];
            let places = patch.triangles.iter().flatten().map(|c| c.place);
            let mut rays = Vec::new();
            for place in places {
                let point = wall.point_of_place(place);
                let ndc = facet.frustum.project(point).unwrap();
                assert!(ndc.abs().max_element() < 1.0, "{name} {ndc}");
                assert!(point.distance_m(patch.centre) < patch.radius_m + 1e-9);
                rays.push(point.metres() - stage.outer_eye().metres());
            }
            assert!(!rays.is_empty());
        }
        for facet in &plan.facets {
            let wall = stage.walls()[facet.wall].surface();
            if !matches!(wall, Surface::Cylinder { .. } | Surface::Mesh(_)) {
                continue;
            }
            let [straight, dx, dy] = facet.frustum.ray_basis();
            let across = (straight - dx).angle_between(straight + dx).to_degrees();
            let down = (straight - dy).angle_between(straight + dy).to_degrees();
            // The screen of an arc's chord and the margin are a little wider than the facet itself.
            assert!(across < 75.0 && down < 75.0, "{name}: {across} {down}");
        }
        assert!(
            plan.sights.iter().all(|s| *s == OuterSight::Front),
            "{name}"
        );
    }
}

#[test]
fn a_floor_looks_up_and_a_ceiling_down() {
    let stage = build(ROOM).unwrap();
    let ends = |wall: &Wall| {
        let normal = wall.normal_of_st(DVec2::splat(0.5)).metres();
        let z = [0.0, 1.0].map(|t| wall.point_of_st(DVec2::new(0.5, t)).metres().z);
        (normal, z)
    };
    let (normal, [upper, lower]) = ends(&stage.walls()[0]);
    assert!(normal.distance(DVec3::Y) < 1e-9);
    assert!((upper + 4.0).abs() < 1e-9 && (lower - 2.0).abs() < 1e-9);
    let (normal, [upper, lower]) = ends(&stage.walls()[1]);
    assert!(normal.distance(DVec3::NEG_Y) < 1e-9);
    assert!((upper - 2.0).abs() < 1e-9 && (lower + 4.0).abs() < 1e-9);
}

#[test]
fn a_fold_stands_on_its_feet() {
    let stage = build(FOLDED).unwrap();
    let wall = &stage.walls()[0];
    // The border of the first two panels is at column 6 of 20, half-way up.
    let border = wall
        .point_of_canvas(DVec2::new(64.0 + 6.0 * 32.0, 32.0 + 96.0))
        .unwrap();
    assert!(
        border.metres().distance(DVec3::new(-2.5, 1.5, -3.0)) < 1e-9,
        "{border:?}"
    );
    let Surface::Folded(folded) = wall.surface() else {
        panic!()
    };
    assert_eq!(folded.panels().len(), 3);
    // Columns are shared out by width when that is even.
    let even = FOLDED
        .replace(
            "[[-4.0, 1.0], [-2.5, -3.0], [2.5, -3.5], [4.2, 0.5]]",
            "[[-4.0, 0.0], [-2.0, -3.0], [2.0, -3.0]]",
        )
        .replace("panel_columns = [6, 8, 6]\n", "")
        .replace("cabinets = [20, 6]", "cabinets = [19, 6]");
    let Surface::Folded(folded) = build(&even).unwrap().walls()[0].surface().clone() else {
        panic!()
    };
    assert_eq!(folded.panels()[1].columns, 9..19);
}

#[test]
fn an_eye_behind_a_wall_is_a_state_that_the_file_may_allow() {
    let behind = CYLINDER.replace("arc_deg = 270.0", "arc_deg = 90.0");
    let behind = behind.replace(
        "position_m = [0.0, 0.0, 0.0]",
        "position_m = [0.0, 0.0, 6.0]",
    );
    match build(&behind).unwrap_err() {
        StageError::Value {
            path,
            problem: Problem::EyeBehindWall { wall, distance_m },
            ..
        } => {
            assert_eq!((path.as_str(), wall.as_str()), ("outer.eye_m", "round"));
            assert!((0.1..4.0).contains(&distance_m), "{distance_m}");
        }
        other => panic!("{other}"),
    }
    let stage = build(&format!("{behind}outer = false\n")).unwrap();
    let plan = stage.outer_plan();
    assert_eq!(plan.sights, [OuterSight::Off]);
    assert!(plan.facets.is_empty() && plan.patches.iter().all(|p| p.facet.is_none()));
}

fn fault(walls: &str) -> (usize, String, Problem) {
    match build(walls).unwrap_err() {
        StageError::Value {
            line,
            path,
            problem,
            ..
        } => (line, path, problem),
        other => panic!("{other}"),
    }
}

#[test]
fn every_mistake_in_a_wall_has_its_line() {
    let cases: [(&str, &str, &str, &str); 14] = [
        (
            FOLDED,
            "panel_columns = [6, 8, 6]",
            "panel_columns = [6, 8, 7]",
            "panel_columns",
        ),
        (FOLDED, "panel_columns = [6, 8, 6]", "", "panel_columns"),
        (FOLDED, "[2.5, -3.5]", "[-2.5, -3.0]", "feet_m"),
        (FOLDED, "[2.5, -3.5]", "[2.5, nan]", "feet_m"),
        (
            FOLDED,
            "height_m = 3.0",
            "height_m = 3.0\nradius_m = 2.0",
            "radius_m",
        ),
        (
            MAPPED,
            "cabinets = [4, 1, 2, 1]",
            "cabinets = [4, 0, 2, 1]",
            "map",
        ),
        (MAPPED, "turn_deg = 90", "turn_deg = 45", "map"),
        (MAPPED, "canvas_px = [0, 100]", "canvas_px = [0, 40]", "map"),
        (MESH, "shell.obj", "../shell.obj", "file"),
        (MESH, "shell.obj", "/etc/passwd", "file"),
        (MESH, "shell.obj", "none.obj", "file"),
        (MESH, "shell.obj", "text.obj", "file"),
        (
            MESH,
            "canvas_px = [8, 8]",
            "display = \"left\"\ncanvas_px = [8, 8]",
            "display",
        ),
        (
            ROOM,
            "depth_m = 6.0",
            "depth_m = 6.0\npitch_deg = 3.0",
            "pitch_deg",
        ),
    ];
    for (good, from, to, key) in cases {
        assert!(good.contains(from), "{from}");
        let bad = good.replacen(from, to, 1);
        let (line, path, problem) = fault(&bad);
        assert!(path.ends_with(&format!(".{key}")), "{path}: {problem}");
        let text = format!("{HEAD}{bad}");
        let written = text.lines().position(|l| l.starts_with(key));
        let wall = text.lines().position(|l| l == "[[wall]]").unwrap();
        assert_eq!(line, written.unwrap_or(wall) + 1, "{path}");
    }
}

#[test]
fn displays_latency_overscan_and_keys_are_read() {
    let text = format!(
        "{MESH}display = \"left\"\ndisplay_latency_ms = 41.7\ncolor_profile = \"main 2026-11\"\n\
         [[display]]\nname = \"left\"\nkind = \"window\"\nnode = \"render-1\"\nmonitor = \"DP-1\"\n\
         canvas_px = [0, 0]\nsize_px = [1920, 1080]\n\
         [timing]\nframe_rate = \"24\"\nlatency_ms = 100\n\
         [[source]]\nname = \"s\"\nurl = \"freed://:40000\"\n\
         [[camera]]\nname = \"A\"\nsource = \"s\"\nsubject = \"1\"\n\
         lens = {{ sensor_mm = [24.0, 13.5], focal_length_mm = 20.0 }}\n\
         home = {{ position_m = [0.0, 1.2, 1.0], pan_deg = 10.0 }}\n\
         inner = {{ overscan = \"auto\", overscan_max = 1.9, freeze = true, exposure_ev = -1.0, \
         key = {{ color = \"#00b140\", marker_spacing_m = 0.6 }} }}\n"
    );
    let stage = build(&text).unwrap();
    let display = &stage.displays()[0];
    assert_eq!(display.node.as_deref(), Some("render-1"));
    assert_eq!(
        display.target,
        DisplayTarget::Window {
            monitor: Some("DP-1".into()),
            is_guarded: true,
        }
    );
    assert_eq!(stage.canvas_px(), [1920, 1080]);
    assert_eq!(stage.walls()[0].display(), Some(0));
    assert_eq!(stage.walls()[0].color_profile(), Some("main 2026-11"));
    assert_eq!(stage.latency().0, 141_700_000);
    let inner = stage.cameras()[0].inner;
    assert_eq!(
        inner.overscan,
        Overscan::Automatic {
            least: 1.15,
            most: 1.9
        }
    );
    assert!(inner.frozen && inner.exposure_ev == -1.0);
    let key = inner.key.unwrap();
    assert!(
        key.color[0] == 0.0 && (key.color[1] - 0.439_66).abs() < 1e-4,
        "{key:?}"
    );
    assert_eq!(key.markers.unwrap().spacing_m, 0.6);
    for (from, to) in [
        ("#00b140", "green"),
        ("\"auto\"", "\"wide\""),
        ("size_px = [1920", "size_px = [192"),
    ] {
        assert!(text.contains(from));
        let refused = build(&text.replace(from, to)).unwrap_err();
        assert!(
            matches!(refused, StageError::Value { line, .. } if line > 3),
            "{refused}"
        );
    }
}

#[test]
fn a_buffer_beside_a_gltf_wall_is_read_from_its_folder_and_from_no_other() {
    let numbers = [[0.0f32, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
    let numbers = numbers.as_flattened().iter();
    let mut buffer: Vec<u8> = numbers.flat_map(|v| v.to_le_bytes()).collect();
    buffer.extend([0u8, 255, 255, 255, 0, 0]);
    let gltf = |uri: &str| {
        format!(
            r#"{{"scenes":[{{"nodes":[0]}}],"nodes":[{{"mesh":0}}],
            "meshes":[{{"primitives":[{{"attributes":{{"POSITION":0,"TEXCOORD_0":1}}}}]}}],
            "accessors":[{{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3"}},
            {{"bufferView":1,"componentType":5121,"normalized":true,"count":3,"type":"VEC2"}}],
            "bufferViews":[{{"buffer":0,"byteLength":36}},{{"buffer":0,"byteOffset":36,"byteLength":6}}],
            "buffers":[{{"uri":"{uri}","byteLength":42}}]}}"#
        )
    };
    let read = |uri: &str| {
        let walls = MESH.replace("shell.obj", "walls/a.gltf");
        let mut asked = Vec::new();
        let built = Stage::from_toml_with(&format!("{HEAD}{walls}"), &mut |name| {
            asked.push(name.to_owned());
            match name {
                "walls/a.gltf" => Ok(gltf(uri).into_bytes()),
                _ => Ok(buffer.clone()),
            }
        });
        (built, asked)
    };
    let (built, asked) = read("a%20b.bin");
    assert_eq!(asked, ["walls/a.gltf", "walls/a b.bin"]);
    built.unwrap_or_else(|e| panic!("{e}"));
    for uri in [
        "../../x.bin",
        "%2e%2e/x.bin",
        "/etc/passwd",
        "file:///etc/passwd",
    ] {
        let (built, asked) = read(uri);
        // Below the folder there may be whatever there is; above it nothing is asked for.
        let leaves = asked
            .iter()
            .any(|name| name.contains("..") || name.starts_with('/'));
        assert!(!leaves, "{asked:?}");
        assert!(built.is_err() || uri == "/etc/passwd", "{uri}");
    }
}
