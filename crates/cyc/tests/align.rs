//! `cyc align` as a person uses it: files of points and pictures, a system that is heard, and a stage file that has the answer.
//! Truth is made here by plain matrices, and the written stage file is read back by other commands.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../renderer/tests/adapter/mod.rs"]
mod adapter;
#[path = "align/live_photographs.rs"]
mod live_photographs;
#[path = "align/photographs.rs"]
mod photographs;
mod program;
#[path = "align/wand.rs"]
mod wand;

use glam::{DMat3, DQuat, DVec2, DVec3};
use program::{Running, object, root, run, said};
use std::fmt::Write as _;
use std::path::Path;

/// The demonstration volume with its files' names made absolute.
fn stage_file(folder: &Path, change: impl Fn(String) -> String) -> String {
    let text = std::fs::read_to_string(root().join("rigs/stages/demo.toml")).unwrap();
    let root = root().canonicalize().unwrap();
    let text = text
        .replace(
            "../markersets",
            &root.join("rigs/markersets").display().to_string(),
        )
        .replace("../../assets", &root.join("assets").display().to_string());
    let path = folder.join("stage.toml");
    std::fs::write(&path, change(text)).unwrap();
    path.to_str().unwrap().to_owned()
}

fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The truth of where the source is: not what the stage file says.
fn stage_from_source(p: DVec3) -> DVec3 {
    DMat3::from_rotation_y(-0.7) * DMat3::from_rotation_x(0.02) * p + DVec3::new(-0.4, 0.013, 0.9)
}

fn numbers(values: &[f64]) -> String {
    let each: Vec<String> = values.iter().map(|v| format!("{v:.9}")).collect();
    format!("[{}]", each.join(", "))
}

fn points_file(worst_m: f64) -> String {
    let mut text = String::new();
    for (nth, at) in [
        [0.0, 0.1, 0.0],
        [2.0, 0.1, 0.3],
        [-1.5, 1.8, 1.0],
        [0.4, 2.4, -1.9],
    ]
    .into_iter()
    .enumerate()
    {
        let source = DVec3::from_array(at);
        let lift = if nth == 2 { worst_m } else { 0.0 };
        let stage = stage_from_source(source) + DVec3::Y * lift;
        let (source, stage) = (numbers(&at), numbers(&stage.to_array()));
        writeln!(
            text,
            "[[point]]\nname = \"P{nth}\"\nsource_m = {source}\nstage_m = {stage}"
        )
        .unwrap();
    }
    text
}

#[test]
fn a_source_is_lined_up_and_written_with_every_comment_kept() {
    let folder = tempfile::tempdir().unwrap();
    let stage = stage_file(folder.path(), |text| text);
    let before = std::fs::read_to_string(&stage).unwrap();
    let points = file(folder.path(), "points.toml", &points_file(0.0));
    let ask = ["align", &stage, "--source", "vicon", "--points", &points];
    let shown = run(&ask);
    assert!(shown.status.success(), "{}", said(&shown));
    let text = String::from_utf8_lossy(&shown.stdout);
    assert!(
        text.contains("4 points") && text.contains("--write"),
        "{text}"
    );
    assert_eq!(
        std::fs::read_to_string(&stage).unwrap(),
        before,
        "nothing is written unasked"
    );

    let written = run(&[&ask[..], &["--write", "--json"]].concat());
    let figures = object(&written);
    assert!(figures["rms_mm"].as_f64().unwrap() < 1e-3, "{figures}");
    let after = std::fs::read_to_string(&stage).unwrap();
    for comment in before.lines().filter(|l| l.trim_start().starts_with('#')) {
        assert!(after.contains(comment), "{comment}");
    }
    assert!(after.contains("# the capture volume's origin on the stage"));
    let read: toml::Value = toml::from_str(&after).unwrap();
    let source = &read["source"][0];
    let number = |v: &toml::Value| v.as_float().unwrap();
    let list = |v: &toml::Value| v.as_array().unwrap().iter().map(number).collect::<Vec<_>>();
    let place = DVec3::from_slice(&list(&source["position_m"]));
    let turn = DQuat::from_slice(&list(&source["rotation_xyzw"]));
    let at = DVec3::new(3.0, 1.0, -2.0);
    assert!((turn * at + place - stage_from_source(at)).length() < 1e-5);
    assert!(source.get("yaw_deg").is_none());
    assert!(run(&["stage", "check", &stage]).status.success());
    // The other sources are as they were.
    assert_eq!(read["source"][1]["yaw_deg"].as_float(), Some(12.0));

    let points = file(folder.path(), "worst.toml", &points_file(0.02));
    let ask = [
        "align", &stage, "--source", "vicon", "--points", &points, "--json",
    ];
    assert_eq!(object(&run(&ask))["worst"], "P2");
}

#[test]
fn markers_are_heard_from_a_system() {
    let folder = tempfile::tempdir().unwrap();
    let system = Running::start(&["sim", "vicon", "--json", "--bind", ":0"]);
    let address = system.address("vicon");
    let stage = stage_file(folder.path(), |text| {
        text.replace("127.0.0.1:8801", &address)
    });
    // What the names are does not matter here: that they are heard, and that one which is not is named.
    let place = |x: f64, y: f64, z: f64| numbers(&[x, y, z]);
    let point = |name: &str, at: String| format!("[[point]]\nname = \"{name}\"\nstage_m = {at}\n");
    let text = [
        point("LFHD", place(0.0, 1.7, 0.0)),
        point("LANK", place(0.1, 0.1, 0.0)),
        point("NOBODY", place(-0.1, 0.1, 0.0)),
    ];
    let points = file(folder.path(), "points.toml", &text.concat());
    let ask = [
        "align", &stage, "--source", "vicon", "--points", &points, "--live", "1",
    ];
    let answer = run(&ask);
    assert_eq!(answer.status.code(), Some(65));
    assert!(said(&answer).contains("NOBODY"), "{}", said(&answer));
    system.interrupt();
    let silent = run(&ask);
    assert!(
        said(&silent).contains("Nothing was heard"),
        "{}",
        said(&silent)
    );
}

/// A camera with an unknown offset and lens before the curved wall of the demonstration volume; corners of cabinets are
/// its points. x right, y down, z forward.
fn views_file() -> (String, DVec3) {
    let offset = DVec3::new(0.02, -0.14, 0.09);
    (views_of(1905.0, offset, ""), offset)
}

/// The same with a focal length in pixels, a pupil on the body, and more keys.
fn views_of(focal: f64, offset: DVec3, keys: &str) -> String {
    let own = DMat3::from_rotation_y(0.9) * DMat3::from_rotation_z(-0.5);
    let centre = DVec2::new(955.0, 548.0);
    let mut text = String::new();
    for nth in 0..12 {
        let t = f64::from(nth) / 12.0 * std::f64::consts::TAU;
        let pupil = DVec3::new(
            1.4 * t.sin(),
            1.5 + 0.4 * (2.0 * t).cos(),
            0.6 + 1.1 * t.cos(),
        );
        let turn = DMat3::from_rotation_y(-0.25 * t.sin())
            * DMat3::from_rotation_x(0.1 * (2.0 * t).sin())
            * DMat3::from_rotation_z(0.5 * (3.0 * t).sin());
        let body_turn = turn * own.transpose();
        let body = pupil - body_turn * offset;
        // Into the source's axes, by the inverse of what the stage file says: 12 degrees, (0.35, 0, -0.2).
        let back = DMat3::from_rotation_y(12f64.to_radians()).transpose();
        let in_source = back * (body - DVec3::new(0.35, 0.0, -0.2));
        let quaternion = DQuat::from_mat3(&(back * body_turn));
        let (place, turned) = (
            numbers(&in_source.to_array()),
            numbers(&quaternion.to_array()),
        );
        writeln!(
            text,
            "[[view]]\n{keys}body_m = {place}\nbody_rotation_xyzw = {turned}\npoints = ["
        )
        .unwrap();
        for column in 0..=28 {
            for row in 0..=9 {
                let around = (f64::from(column) / 28.0 - 0.5) * 160f64.to_radians();
                let mark = DVec3::new(
                    5.0 * around.sin(),
                    4.5 - 0.5 * f64::from(row),
                    -5.0 * around.cos(),
                );
                let seen = turn.transpose() * (mark - pupil);
                let (x, y) = (seen.x / -seen.z, -seen.y / -seen.z);
                let r2 = x * x + y * y;
                let radial = 1.0 - 0.09 * r2 + 0.02 * r2 * r2;
                let px = centre + focal * radial * DVec2::new(x, y);
                let inside =
                    seen.z < -0.5 && px.x > 0.0 && px.x < 1920.0 && px.y > 0.0 && px.y < 1080.0;
                if inside && r2 < 1.0 {
                    let (at, px) = (
                        numbers(&[144.0 * f64::from(column), 144.0 * f64::from(row)]),
                        numbers(&px.to_array()),
                    );
                    writeln!(
                        text,
                        "  {{ wall = \"main\", wall_px = {at}, image_px = {px} }},"
                    )
                    .unwrap();
                }
            }
        }
        text += "]\n";
    }
    text
}

#[test]
fn a_zoom_is_lined_up_by_its_rings_and_says_what_lies_between() {
    let folder = tempfile::tempdir().unwrap();
    let larger =
        |text: String| text.replacen("picture_px = [1280, 720]", "picture_px = [1920, 1080]", 1);
    let stage = stage_file(folder.path(), larger);
    // A ring of 24 to 54 mm that is cut by the logarithm, and a pupil that goes forward.
    let truth = |zoom: f64| {
        let focal_mm = 24.0 * 2.25f64.powf(zoom);
        let offset = DVec3::new(0.02, -0.14, 0.09 - 0.04 * zoom * zoom);
        (focal_mm, offset)
    };
    let mut views = String::new();
    for zoom in [0.7, 0.0, 0.35, 1.0] {
        let (focal_mm, offset) = truth(zoom);
        let keys = format!("zoom = {zoom}\n");
        views += &views_of(focal_mm / 36.0 * 1920.0, offset, &keys);
    }
    let path = file(folder.path(), "zoom.toml", &views);
    let parsed: toml::Value = toml::from_str(&std::fs::read_to_string(&stage).unwrap()).unwrap();
    let name = parsed["camera"][0]["name"].as_str().unwrap().to_owned();
    let ask = ["align", &stage, "--camera", &name, "--views", &path];
    let page = run(&[&ask[..], &["--write"]].concat());
    assert!(page.status.success(), "{}", said(&page));
    println!("{}", String::from_utf8_lossy(&page.stdout));
    let figures = object(&run(&[&ask[..], &["--json"]].concat()));
    let points = figures["lens_points"].as_array().unwrap();
    assert_eq!(points.len(), 4);
    for point in points {
        let zoom = point["zoom"].as_f64().unwrap();
        let focal_mm = point["focal_length_mm"].as_f64().unwrap();
        assert!((focal_mm - truth(zoom).0).abs() < 0.02, "{point}");
        assert!(
            point["rms_px"].as_f64().unwrap() < 0.05 && point["rms_mm"].as_f64().unwrap() < 0.2
        );
        let is_between = zoom > 0.1 && zoom < 0.9;
        assert_eq!(point["foretold_px"].is_number(), is_between);
        assert!(
            !is_between || point["foretold_px"].as_f64().unwrap() < 1.0,
            "{point}"
        );
    }
    // What was written is a lens that knows what lies between.
    let read = std::fs::read_to_string(&stage).unwrap();
    assert!(run(&["stage", "check", &stage]).status.success(), "{read}");
    let read = cyc_stage::Stage::from_toml(&read).unwrap();
    let mut sample = cyc_model::LensSample::default();
    sample.zoom.normalised = Some(0.5);
    let seen = read.cameras()[0].view(Some(&sample));
    let (focal_mm, offset) = truth(0.5);
    assert!((seen.lens.focal_length_m * 1e3 / focal_mm - 1.0).abs() < 1e-3);
    assert!((seen.body_from_pupil.translation().metres() - offset).length() < 0.002);

    let silent = views.replacen("zoom = 0.35\n", "", 1);
    let silent = file(folder.path(), "silent.toml", &silent);
    let answer = run(&["align", &stage, "--camera", &name, "--views", &silent]);
    assert!(said(&answer).contains("View 25"), "{}", said(&answer));
    // One picture of a zoom position leaves it open, and the position is named.
    let one = views.replacen("zoom = 0.7\n", "zoom = 0.9\n", 1);
    let few = file(folder.path(), "few.toml", &one);
    let answer = run(&["align", &stage, "--camera", &name, "--views", &few]);
    assert!(
        said(&answer).contains("At zoom 0.9, focus 0: "),
        "{}",
        said(&answer)
    );
}

#[test]
fn a_camera_is_lined_up_by_the_corners_of_cabinets() {
    let folder = tempfile::tempdir().unwrap();
    let larger =
        |text: String| text.replacen("picture_px = [1280, 720]", "picture_px = [1920, 1080]", 1);
    let stage = stage_file(folder.path(), larger);
    let (views, offset) = views_file();
    let views = file(folder.path(), "views.toml", &views);
    let parsed: toml::Value = toml::from_str(&std::fs::read_to_string(&stage).unwrap()).unwrap();
    let name = parsed["camera"][0]["name"].as_str().unwrap().to_owned();
    let ask = [
        "align", &stage, "--camera", &name, "--views", &views, "--write", "--json",
    ];
    let answer = run(&ask);
    assert!(answer.status.success(), "{}", said(&answer));
    let figures = object(&answer);
    assert!(figures["rms_px"].as_f64().unwrap() < 0.01, "{figures}");
    let read: toml::Value = toml::from_str(&std::fs::read_to_string(&stage).unwrap()).unwrap();
    let camera = &read["camera"][0];
    let pupil: Vec<f64> = camera["pupil_m"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_float().unwrap())
        .collect();
    assert!(
        (DVec3::from_slice(&pupil) - offset).length() < 1e-4,
        "{pupil:?}"
    );
    let focal_mm = camera["lens"]["focal_length_mm"].as_float().unwrap();
    assert!(
        (focal_mm - 1905.0 / 1920.0 * 36.0).abs() < 0.01,
        "{focal_mm}"
    );
    let radial = camera["lens"]["radial"][0].as_float().unwrap();
    assert!((radial + 0.09).abs() < 1e-3, "{radial}");
    assert!(run(&["stage", "check", &stage]).status.success());

    // What is wrong with a file is said with its place.
    let broken = file(folder.path(), "broken.toml", "[[view]]\nbody_m = [0, 0]\n");
    let answer = run(&["align", &stage, "--camera", &name, "--views", &broken]);
    assert_eq!(answer.status.code(), Some(65));
    assert!(
        said(&answer).contains("broken.toml, line 2"),
        "{}",
        said(&answer)
    );
    let off = one_point_off(&std::fs::read_to_string(&views).unwrap());
    let off = file(folder.path(), "off.toml", &off);
    let answer = run(&["align", &stage, "--camera", &name, "--views", &off]);
    assert!(
        said(&answer).contains("lies beyond the wall"),
        "{}",
        said(&answer)
    );
}

/// The body of the fifth view 4 mm to the side: a tracker that trembles once.
fn one_body_off(text: &str) -> String {
    let mut parts: Vec<String> = text.split("body_m = [").map(str::to_owned).collect();
    let (x, rest) = parts[5].split_once(',').unwrap();
    parts[5] = format!("{:.9},{rest}", x.parse::<f64>().unwrap() + 0.004);
    parts.join("body_m = [")
}

#[test]
fn a_tracker_that_trembles_is_told_by_how_much_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let larger =
        |text: String| text.replacen("picture_px = [1280, 720]", "picture_px = [1920, 1080]", 1);
    let stage = stage_file(folder.path(), larger);
    let (views, offset) = views_file();
    let views = file(folder.path(), "views.toml", &one_body_off(&views));
    let parsed: toml::Value = toml::from_str(&std::fs::read_to_string(&stage).unwrap()).unwrap();
    let name = parsed["camera"][0]["name"].as_str().unwrap().to_owned();
    let ask = ["align", &stage, "--camera", &name, "--views", &views];
    let noise = ["--tracker-noise", "1.5", "0.002", "--write", "--json"];
    let figures = object(&run(&[&ask[..], &noise[..]].concat()));
    assert_eq!(figures["bodies_off"]["worst_view"], 5, "{figures}");
    // 4 mm in one of twelve, of which the fit leaves most where it is.
    let off_mm = figures["bodies_off"]["rms_mm"].as_f64().unwrap();
    assert!((0.9..1.3).contains(&off_mm), "{figures}");
    // What the points show is not bent to what the tracker says.
    assert!(figures["rms_px"].as_f64().unwrap() < 0.05, "{figures}");
    let read: toml::Value = toml::from_str(&std::fs::read_to_string(&stage).unwrap()).unwrap();
    let pupil = read["camera"][0]["pupil_m"].as_array().unwrap().iter();
    let pupil: Vec<f64> = pupil.map(|v| v.as_float().unwrap()).collect();
    assert!(
        (DVec3::from_slice(&pupil) - offset).length() < 6e-4,
        "{pupil:?}"
    );

    for words in [["0", "0.002"], ["0.1", "nan"]] {
        let bad = [&ask[..], &["--tracker-noise"], &words[..]].concat();
        let refused = run(&bad);
        assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
        assert!(
            said(&refused).contains("tracker-noise"),
            "{}",
            said(&refused)
        );
    }
}

/// The first point of a file of views, on the wall's far side.
fn one_point_off(text: &str) -> String {
    let at = text.find("wall_px = [").unwrap() + "wall_px = [".len();
    format!(
        "{}-5000.0, {}",
        &text[..at],
        text[at..].split_once(", ").unwrap().1
    )
}
