//! MPCDI archives made here by hand: four profiles, two versions, every unit, and archives that mean harm.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

use cyc_stage::{
    ImportedStage, LeftOutReason, MpcdiError, MpcdiReading, NDisplayError, Stage, import_mpcdi,
    import_ndisplay,
};
use glam::{DVec2, DVec3};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A map of the given samples, (column, row from the bottom).
fn pfm(
    columns: usize,
    rows: usize,
    little: bool,
    sample: impl Fn(f64, f64) -> [f64; 3],
) -> Vec<u8> {
    let scale = if little { "-1.0" } else { "1.0" };
    let mut bytes = format!("PF\n{columns} {rows}\n{scale}\n").into_bytes();
    for row in 0..rows {
        for column in 0..columns {
            let at = (
                column as f64 / (columns - 1) as f64,
                row as f64 / (rows - 1) as f64,
            );
            for value in sample(at.0, at.1) {
                let value = value as f32;
                bytes.extend(if little {
                    value.to_le_bytes()
                } else {
                    value.to_be_bytes()
                });
            }
        }
    }
    bytes
}

/// The document as version 1 or 2 writes it: case and places differ.
fn xml(version: u32, profile: &str, inside: &str, map: &str) -> String {
    if version == 1 {
        format!(
            r#"<?xml version="1.0"?><MPCDI profile="{profile}" geometry="1" color="1" version="1.0"><display>
            <buffer id="b" Xresolution="400" Yresolution="200">
            <region id="left" Xresolution="200" Yresolution="200" x="0" y="0" xsize="0.5" ysize="1">{inside}</region>
            </buffer></display><files><fileset region="left">{map}<alphaMap><path>a.png</path></alphaMap>
            </fileset></files></MPCDI>"#
        )
    } else {
        format!(
            r#"<mpcdi Profile="{}" version="2.0"><display>
            <buffer id="b" xResolution="400" yResolution="200">
            <region id="left" xResolution="200" yResolution="200" x="0.0" y="0.0" xSize="0.5" ySize="1.0">{inside}</region>
            </buffer></display><files><fileset region="left">{map}<alphaMap><path>a.png</path></alphaMap>
            </fileset></files></mpcdi>"#,
            profile.to_uppercase()
        )
    }
}

fn geometry(more: &str) -> String {
    format!(
        "<geometryWarpFile><path>Maps\\left.PFM</path><interpolation>linear</interpolation>{more}</geometryWarpFile>"
    )
}

fn import(
    version: u32,
    profile: &str,
    inside: &str,
    map: &str,
    pfm: &[u8],
    reading: &MpcdiReading,
) -> Result<ImportedStage, MpcdiError> {
    let xml = xml(version, profile, inside, map);
    import_mpcdi(
        &archive(&[("MPCDI.xml", xml.as_bytes()), ("maps/left.pfm", pfm)]),
        reading,
    )
}

fn stage(imported: &ImportedStage) -> Stage {
    Stage::from_toml_with(&imported.toml, &mut |name| {
        let file = imported.files.iter().find(|(file, _)| file == name);
        file.map(|(_, text)| text.clone().into_bytes())
            .ok_or_else(|| "not there".to_owned())
    })
    .unwrap_or_else(|e| panic!("{e}\n{}", imported.toml))
}

/// Where wall pixels stand against where they should.
fn worst(stage: &Stage, wanted: impl Fn(DVec2) -> DVec3) -> f64 {
    let wall = &stage.walls()[0];
    let mut worst = 0.0f64;
    for n in 0..300 {
        let st = DVec2::new(
            f64::from(n * 37 % 299) / 299.0,
            f64::from(n * 17 % 211) / 211.0,
        );
        worst = worst.max(wall.point_of_st(st).metres().distance(wanted(st)));
    }
    worst
}

/// A quarter of a cylinder of 4 m about the origin, 2 m high, as (x, y, z) of (u, v up).
fn arc(u: f64, v: f64) -> DVec3 {
    let angle = (u - 0.5) * std::f64::consts::FRAC_PI_2;
    DVec3::new(4.0 * angle.sin(), 2.0 * v, -4.0 * angle.cos())
}

#[test]
fn a3_stands_where_its_map_says_in_every_unit_and_byte_order() {
    let units = [
        ("mm", 1e-3),
        ("cm", 1e-2),
        ("dm", 0.1),
        ("m", 1.0),
        ("in", 0.0254),
        ("ft", 0.3048),
        ("yd", 0.9144),
    ];
    for (nth, (unit, metres)) in units.into_iter().enumerate() {
        for version in [1, 2] {
            let more = format!(
                "<geometricUnit>{unit}</geometricUnit><originOf3DData>floorCenter</originOf3DData>"
            );
            let map = pfm(91, 5, nth % 2 == 0, |u, v| (arc(u, v) / metres).to_array());
            let imported = import(
                version,
                "a3",
                "",
                &geometry(&more),
                &map,
                &MpcdiReading::default(),
            )
            .unwrap();
            assert_eq!(imported.walls, 1);
            let left_out = imported.left_out.iter();
            let left_out: Vec<_> = left_out.map(|l| (&*l.part, &*l.what, l.reason)).collect();
            assert_eq!(left_out, [("left", "alphaMap", LeftOutReason::Blending)]);
            let stage = stage(&imported);
            assert_eq!(stage.walls()[0].size_px(), [200, 200]);
            // Chords of a degree.
            let off = worst(&stage, |st| arc(st.x, 1.0 - st.y));
            assert!(off < 0.16e-3, "{unit}, version {version}: {off}");
        }
    }
}

#[test]
fn origins_axes_and_unmapped_samples_are_understood() {
    let places = |origin: &str, z_up: bool, hole: bool| {
        let map = pfm(31, 5, true, |u, v| {
            let p = arc(u, v);
            let [x, y, z] = if z_up { [p.x, -p.z, p.y] } else { p.to_array() };
            if hole && u > 0.6 {
                [f64::NAN; 3]
            } else {
                [x, y, z]
            }
        });
        let reading = MpcdiReading {
            z_up,
            ..MpcdiReading::default()
        };
        let more = format!("<originOf3DData>{origin}</originOf3DData>");
        import(1, "A3", "", &geometry(&more), &map, &reading).unwrap()
    };
    let at = |imported: &ImportedStage| {
        stage(imported).walls()[0]
            .point_of_st(DVec2::new(0.5, 1.0))
            .metres()
    };
    assert!(at(&places("floorCenter", false, false)).distance(DVec3::new(0.0, 0.0, -4.0)) < 1e-3);
    assert!(at(&places("idealEyePoint", false, false)).distance(DVec3::new(0.0, 1.6, -4.0)) < 1e-3);
    assert!(at(&places("centerOfMass", false, false)).distance(DVec3::new(0.0, 0.0, -9.0)) < 1e-3);
    assert!(at(&places("floorCenter", true, false)).distance(DVec3::new(0.0, 0.0, -4.0)) < 1e-3);
    let holed = places("floorCenter", false, true);
    let wall = stage(&holed);
    let lit = |s: f64| {
        wall.walls()[0]
            .point_of_canvas(DVec2::new(s * 200.0, 100.0))
            .is_some()
    };
    assert!(lit(0.3) && !lit(0.8));
}

#[test]
fn a_flat_map_lies_on_a_picture_of_the_width_asked_for() {
    for version in [1, 2] {
        // The left half of the picture, pinched.
        let warp = |u: f64, v: f64| [0.5 * u, 0.1 + 0.8 * v, 0.0];
        let map = pfm(21, 11, version == 1, warp);
        let reading = MpcdiReading {
            width_m: 6.0,
            distance_m: 3.0,
            ..MpcdiReading::default()
        };
        let imported = import(version, "2d", "", &geometry(""), &map, &reading).unwrap();
        let off = worst(&stage(&imported), |st| {
            let [u, v, _] = warp(st.x, 1.0 - st.y);
            DVec3::new(6.0 * (u - 0.5), 3.0 * v, -3.0)
        });
        assert!(off < 2e-6, "{off}");
    }
}

const FRUSTUM: &str = "<frustum><yaw>30</yaw><pitch>-10</pitch><roll>0</roll><rightAngle>35</rightAngle>\
                       <leftAngle>-25</leftAngle><upAngle>20</upAngle><downAngle>-15</downAngle></frustum>";

#[test]
fn a_frustums_map_gives_the_directions_from_its_eye() {
    for (version, frustum) in [
        (1, FRUSTUM.to_owned()),
        (2, FRUSTUM.replace("-25", "25").replace("-15", "15")),
    ] {
        let map = pfm(65, 65, true, |u, v| [u, v, 0.0]);
        let imported = import(
            version,
            "3d",
            &frustum,
            &geometry(""),
            &map,
            &MpcdiReading::default(),
        )
        .unwrap();
        let stage = stage(&imported);
        let eye = stage.outer_eye().metres();
        // The upper right corner by hand: tangents of 35° and 20°, turned up by -10°, then to the right by 30°.
        let (x, y) = (35f64.to_radians().tan(), 20f64.to_radians().tan());
        let (sin, cos) = 10f64.to_radians().sin_cos();
        let (up, ahead) = (y * cos - sin, y * sin + cos);
        let (sin, cos) = 30f64.to_radians().sin_cos();
        let wanted =
            DVec3::new(x * cos + ahead * sin, up, x * sin - ahead * cos).normalize_or_zero();
        let got = stage.walls()[0].point_of_st(DVec2::new(1.0, 0.0)).metres() - eye;
        assert!((got.length() - 5.0).abs() < 1e-4, "{got}");
        assert!((got / 5.0).distance(wanted) < 1e-5, "{got} {wanted}");
    }
}

#[test]
fn shader_lamps_look_from_their_own_place_along_their_own_axes() {
    // A projector 2 m to the left that looks to the right (+X), upright.
    let frame = "<coordinateFrame><posx>-2</posx><posy>1</posy><posz>0</posz><yawx>0</yawx><yawy>1</yawy><yawz>0</yawz>\
                 <pitchx>0</pitchx><pitchy>0</pitchy><pitchz>1</pitchz><rollx>1</rollx><rolly>0</rolly><rollz>0</rollz></coordinateFrame>";
    let straight = "<frustum><yaw>0</yaw><pitch>0</pitch><roll>0</roll><rightAngle>20</rightAngle><leftAngle>-20</leftAngle>\
                    <upAngle>20</upAngle><downAngle>-20</downAngle></frustum>";
    for version in [1, 2] {
        let map = pfm(33, 33, false, |u, v| [u, v, 0.0]);
        let inside = format!("{straight}{frame}");
        let distortion = "<distortionMap><path>maps/left.pfm</path></distortionMap>";
        let imported = import(
            version,
            "sl",
            &inside,
            distortion,
            &map,
            &MpcdiReading::default(),
        )
        .unwrap();
        let middle = stage(&imported).walls()[0]
            .point_of_st(DVec2::new(0.5, 0.5))
            .metres();
        assert!(
            middle.distance(DVec3::new(3.0, 1.0, 0.0)) < 1e-5,
            "{middle}"
        );
        let right = stage(&imported).walls()[0]
            .point_of_st(DVec2::new(1.0, 0.5))
            .metres();
        assert!(right.z > 1.5, "its right is +Z: {right}");
        assert!(
            import(
                version,
                "sl",
                straight,
                distortion,
                &map,
                &MpcdiReading::default()
            )
            .is_err()
        );
    }
}

#[test]
fn a_map_of_many_samples_is_thinned_out_and_says_by_how_much() {
    let map = pfm(600, 400, true, |u, v| arc(u, v).to_array());
    let more = "<originOf3DData>floorCenter</originOf3DData>";
    let imported = import(1, "a3", "", &geometry(more), &map, &MpcdiReading::default()).unwrap();
    assert!(imported.toml.contains("at most 0."), "{}", imported.toml);
    let off = worst(&stage(&imported), |st| arc(st.x, 1.0 - st.y));
    assert!(off < 0.1e-3, "{off}");
}

#[test]
fn archives_that_mean_harm_are_refused() {
    let map = pfm(3, 3, true, |u, v| [u, v, 0.0]);
    let reading = MpcdiReading::default();
    let good = xml(1, "2d", "", &geometry(""));
    let refused = |files: &[(&str, &[u8])]| import_mpcdi(&archive(files), &reading).unwrap_err();
    assert!(matches!(
        import_mpcdi(b"PK\x03\x04", &reading),
        Err(MpcdiError::NotAnArchive { .. })
    ));
    assert!(matches!(refused(&[]), MpcdiError::NoFile { .. }));
    assert!(matches!(
        refused(&[("mpcdi.xml", good.as_bytes())]),
        MpcdiError::NoFile { .. }
    ));
    // A bomb: a map of a gigabyte of zeros would be 1 MB packed; a document likewise.
    let zeros = vec![b' '; (1 << 20) + 1];
    assert!(matches!(
        refused(&[("mpcdi.xml", &zeros)]),
        MpcdiError::TooLarge { .. }
    ));
    let bomb = vec![0; 52 << 20];
    assert!(matches!(
        refused(&[("mpcdi.xml", good.as_bytes()), ("maps/left.pfm", &bomb)]),
        MpcdiError::TooLarge { .. }
    ));
    let many: Vec<String> = (0..600).map(|n| n.to_string()).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|n| (n.as_str(), &b""[..])).collect();
    assert!(matches!(refused(&many), MpcdiError::TooLarge { .. }));
    for (from, to) in [
        ("profile=\"2d\"", "profile=\"5d\""),
        ("Xresolution=\"400\"", "Xresolution=\"-1\""),
        ("x=\"0\"", "x=\"nan\""),
        ("<region ", "<nothing "),
        ("fileset region=\"left\"", "fileset region=\"right\""),
        ("<path>Maps\\left.PFM</path>", ""),
        ("<MPCDI", "<!DOCTYPE a [<!ENTITY b \"c\">]><MPCDI"),
    ] {
        let mut bad = good.replacen(from, to, 1);
        if from == "<region " {
            bad = bad.replace("</region>", "</nothing>");
        }
        assert_ne!(bad, good, "{from}");
        let error = refused(&[("mpcdi.xml", bad.as_bytes()), ("maps/left.pfm", &map)]);
        assert!(matches!(error, MpcdiError::BadPart { .. }), "{to}: {error}");
    }
    // Every byte of a good archive damaged, and the archive cut off: refused or read, never worse.
    let whole = archive(&[("mpcdi.xml", good.as_bytes()), ("maps/left.pfm", &map)]);
    assert!(import_mpcdi(&whole, &reading).is_ok());
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        let _ = import_mpcdi(&damaged, &reading);
        let _ = import_mpcdi(&whole[..at], &reading);
    }
}

/// A node that shows two viewports: a region of an archive, its axes on a transform that is turned by 90° and lifted, and a
/// screen.
fn ndisplay(buffer: &str, region: &str) -> String {
    let place = |x: i32, y: i32, z: i32, yaw: i32| {
        format!(
            r#""parentId":"","location":{{"x":{x},"y":{y},"z":{z}}},"rotation":{{"pitch":0,"yaw":{yaw},"roll":0}}"#
        )
    };
    let viewport = |name: &str, x: u32, policy: &str| {
        format!(
            r#""{name}":{{"region":{{"x":{x},"y":20,"w":200,"h":100}},"projectionPolicy":{policy}}}"#
        )
    };
    let mapped = format!(
        r#"{{"type":"mpcdi","parameters":{{"file":"D:\\Shows\\wall.mpcdi","buffer":"{buffer}","region":"{region}","origin":"rig"}}}}"#
    );
    let screen = r#"{"type":"simple","parameters":{"screen":"s"}}"#;
    format!(
        r#"{{"nDisplay":{{"scene":{{"xforms":{{"rig":{{{}}}}},"cameras":{{"eye":{{{}}}}},"screens":{{"s":{{"size":{{"width":400,"height":200}},{}}}}}}},
        "cluster":{{"nodes":{{"n":{{"window":{{"x":0,"y":0,"w":1920,"h":1080}},"viewports":{{{},{}}}}}}}}}}}}}"#,
        place(100, 50, 20, 90),
        place(100, 50, 100, 0),
        place(-200, 0, 150, 180),
        viewport("arc", 300, &mapped),
        viewport("flat", 0, screen),
    )
}

#[test]
fn a_viewport_of_ndisplay_takes_its_region_of_the_archive_where_its_origin_stands() {
    let map = pfm(65, 33, true, |u, v| arc(u, v).to_array());
    let document = xml(
        1,
        "a3",
        "",
        &geometry("<originOf3DData>centerOfMass</originOf3DData>"),
    );
    let document = document.replace("id=\"b\"", "id=\"buffer 1\"");
    let archive = archive(&[("mpcdi.xml", document.as_bytes()), ("maps/left.pfm", &map)]);
    let import = |text: &str, is_there: bool| {
        let mut asked = Vec::new();
        let imported = import_ndisplay(text.as_bytes(), &MpcdiReading::default(), &mut |name| {
            asked.push(name.to_owned());
            let bytes = is_there.then(|| archive.clone());
            bytes.ok_or_else(|| "not there".to_owned())
        });
        // Written on another machine: the file beside the configuration is meant.
        assert_eq!(asked, ["wall.mpcdi"]);
        imported
    };
    let imported = import(&ndisplay("buffer 1", "left"), true).unwrap();
    assert_eq!(imported.walls, 2);
    let reasons: Vec<_> = imported
        .left_out
        .iter()
        .map(|l| (&*l.part, l.reason))
        .collect();
    assert_eq!(reasons, [("arc", LeftOutReason::Blending)]);
    let stage = stage(&imported);
    // The rig's ahead is the engine's Y, the stage's right; its right is the engine's -X, which lies behind.
    let wanted = |st: DVec2| {
        let p = arc(st.x, 1.0 - st.y);
        DVec3::new(0.5 - p.z, 0.2 + p.y, -1.0 + p.x)
    };
    let worst = worst(&stage, wanted);
    // A chord of a 64th of 90° at 4 m is 0.3 mm deep.
    assert!(worst < 4e-4, "{worst}");
    let (wall, eye) = (&stage.walls()[0], stage.outer_eye().metres());
    assert!(eye.distance(DVec3::new(0.5, 1.0, -1.0)) < 1e-9, "{eye}");
    let canvas = wall.canvas();
    assert_eq!((wall.name(), canvas.x, canvas.y), ("arc", 300, 20));
    assert_eq!(wall.size_px(), [200, 100]);
    assert!(wall.normal_of_st(DVec2::splat(0.5)).metres().x < -0.99);

    // Without names the only region is meant; one that is not there is an error, not another one.
    assert_eq!(import(&ndisplay("", ""), true).unwrap().walls, 2);
    let wrong = import(&ndisplay("buffer 1", "right"), true).unwrap_err();
    let NDisplayError::Archive {
        viewport, error, ..
    } = wrong
    else {
        panic!("{wrong}");
    };
    let part = "buffer[buffer 1]/region[right]".to_owned();
    assert_eq!((&*viewport, error), ("arc", MpcdiError::BadPart { part }));
    let without = import(&ndisplay("buffer 1", "left"), false).unwrap();
    assert_eq!(without.left_out[0].reason, LeftOutReason::NoFile);
    assert_eq!((without.walls, &*without.left_out[0].part), (1, "arc"));
}

#[test]
fn many_wide_outputs_without_names_find_room_and_two_imports_lie_beside_each_other() {
    let long = "左".repeat(70);
    let region = |id: &str| {
        format!(
            r#"<buffer id="out" xResolution="3840" yResolution="2160"><region id="{id}" x="0" y="0" xSize="1" ySize="1"
            xResolution="3840" yResolution="2160"/></buffer>"#
        )
    };
    let files = |id: &str| format!(r#"<fileset region="{id}">{}</fileset>"#, geometry(""));
    let document = format!(
        r#"<MPCDI profile="a3" version="2.0"><display>{}{}</display><files>{}{}</files></MPCDI>"#,
        region("").repeat(5),
        region(&long).repeat(2),
        files(""),
        files(&long),
    );
    let map = pfm(9, 5, true, |u, v| arc(u, v).to_array());
    let archive = archive(&[("mpcdi.xml", document.as_bytes()), ("maps/left.pfm", &map)]);
    let imported = import_mpcdi(&archive, &MpcdiReading::default()).unwrap();
    let [one, other] = ["墙 \"a\"", "b"].map(|stem| imported.clone().named_after(stem));
    for imported in [&imported, &one, &other] {
        let stage = stage(imported);
        assert_eq!(stage.walls().len(), 7);
        let corners = stage.walls().iter().map(|w| [w.canvas().x, w.canvas().y]);
        let corners: Vec<_> = corners.collect();
        let [row, next] = [0, 2160].map(|y| [0, 3840, 7680, 11_520].map(|x| [x, y]));
        assert_eq!(corners, [&row[..], &next[..3]].concat());
    }
    let is_shared = |(name, _): &(String, String)| other.files.iter().any(|(n, _)| n == name);
    assert!(!one.files.iter().any(is_shared));
}
