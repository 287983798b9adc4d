//! The colour of a wall as a stage file says it, and every mistake in it with its line and column.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

use cyc_stage::{LutSpace, Primaries, Problem, Stage, StageError, ToneMap, Transfer};
use glam::{DMat3, DVec3};

const WALL: &str = "name = \"x\"\n[[wall]]\nname = \"w\"\nkind = \"plane\"\nposition_m = [0, 0, -3]\n\
                    width_m = 2\nheight_m = 1\ncabinets = [2, 1]\ncabinet_px = [2, 2]\ncanvas_px = [0, 0]\n\
                    brightness_nit = 1000\n";

const CURVE: &str = "LUT_1D_SIZE 2\n0 0 0\n0.5 0.5 0.5\n";

fn cube() -> String {
    let entry = |i: u32| format!("{} {} {}\n", i & 1, i >> 1 & 1, i >> 2);
    "LUT_3D_SIZE 2\n".to_owned() + &(0..8).map(entry).collect::<String>()
}

fn read(text: &str) -> Result<Stage, StageError> {
    Stage::from_toml_with(text, &mut |name| match name {
        "a.cube" => Ok(CURVE.as_bytes().to_vec()),
        "b.cube" => Ok(cube().into_bytes()),
        "bad.cube" => Ok(b"LUT_3D_SIZE 2\n0 0\n".to_vec()),
        _ => Err("not there".to_owned()),
    })
}

fn with(color: &str) -> Result<Stage, StageError> {
    read(&format!("{WALL}{color}"))
}

#[test]
fn a_wall_that_says_nothing_takes_srgb_of_eight_bits() {
    let stage = with("").unwrap();
    let color = stage.walls()[0].color();
    assert_eq!(
        (color.transfer, color.bits, color.is_dithered),
        (Transfer::Srgb, 8, true)
    );
    assert_eq!((color.unit_nit, color.peak_nit), (1000.0, 1000.0));
    assert_eq!(color.matrix, DMat3::IDENTITY);
}

#[test]
fn everything_that_can_be_said_is_heard() {
    let stage = with(
        "[wall.color]\ntone_map = \"none\"\nprimaries = \"rec2020\"\ntransfer = \"pq\"\nunit_nit = 203\n\
         matrix = [[0.9, 0.1, 0], [0, 1, 0], [0, 0, 1]]\ncurve = \"a.cube\"\nlut = \"b.cube\"\n\
         lut_space = \"light\"\nbits = 10\ndither = false\n\
         window = { gain = [1, 2, 3], offset = [0.1, 0, 0], gamma = [1, 1, 2], saturation = 0.5 }\n",
    )
    .unwrap();
    let color = stage.walls()[0].color();
    assert_eq!(color.tone_map, ToneMap::None);
    assert_eq!((color.transfer, color.unit_nit), (Transfer::Pq, 203.0));
    assert_eq!(color.lut_space, LutSpace::Light);
    assert_eq!((color.bits, color.is_dithered), (10, false));
    assert_eq!(color.window.gain, DVec3::new(1.0, 2.0, 3.0));
    // The calibration comes after the primaries.
    let red = color.matrix * DVec3::X;
    let plain = Primaries::Rec2020.from_scene() * DVec3::X;
    assert!((red.x - (0.9 * plain.x + 0.1 * plain.y)).abs() < 1e-12);
    // Half through the curve, unchanged by the cube, and 203 cd/m² at 0.5: PQ of 101.5 cd/m².
    let signal = color.signal(plain_white(color.matrix));
    assert!((signal.y - 0.5096).abs() < 1e-3, "{signal}");
}

/// Light that the matrix makes white.
fn plain_white(matrix: DMat3) -> DVec3 {
    matrix.inverse() * DVec3::ONE
}

#[test]
fn a_camera_has_a_window_too() {
    let camera = "[[source]]\nname = \"s\"\nurl = \"vicon://h\"\n[[camera]]\nname = \"A\"\nsource = \"s\"\n\
                  subject = \"A\"\nlens = { sensor_mm = [36, 20], focal_length_mm = 35 }\n\
                  inner = { window = { saturation = 0.0 } }\n";
    let stage = with(camera).unwrap();
    assert_eq!(stage.cameras()[0].inner.window.saturation, 0.0);
    let bad = with(&camera.replace("0.0", "-1.0")).unwrap_err();
    let said = bad.to_string();
    assert!(
        said.starts_with("line 20, column 20: camera 'A'.inner.window.saturation"),
        "{said}"
    );
}

#[test]
fn mistakes_are_where_they_are() {
    let problem = |text: &str| match with(text).unwrap_err() {
        StageError::Value {
            line,
            column,
            path,
            problem,
        } => (line, column, path, problem),
        other => panic!("{other}"),
    };
    let (line, column, path, what) = problem("[wall.color]\nbits = 8\n  unit_nit = 0\n");
    assert_eq!((line, column), (14, 3));
    assert_eq!(path, "wall 'w'.color.unit_nit");
    assert!(matches!(what, Problem::OutOfRange { .. }));
    for (text, line, wanted) in [
        ("color = { bits = 7 }\n", 12, "must be from 8 to 16"),
        ("color = { gamma = 2.2 }\n", 12, "has no meaning"),
        (
            "[wall.color]\ntransfer = \"gamma\"\ngamma = 0.5\n",
            14,
            "must be from 1 to 4",
        ),
        (
            "[wall.color]\nmatrix = [[1,0,0],[1,0,0],[0,0,1]]\n",
            13,
            "takes several colours to one",
        ),
        (
            "[wall.color]\nmatrix = [[nan,0,0],[0,1,0],[0,0,1]]\n",
            13,
            "must be from -8 to 8",
        ),
        (
            "[wall.color]\nlut = \"../b.cube\"\n",
            13,
            "must lie in the stage file's folder",
        ),
        (
            "[wall.color]\nlut = \"c.cube\"\n",
            13,
            "'c.cube' cannot be read: not there",
        ),
        (
            "[wall.color]\nlut = \"bad.cube\"\n",
            13,
            "'bad.cube' line 2: 3 finite numbers",
        ),
        (
            "[wall.color]\nlut = \"a.cube\"\n",
            13,
            "must be one of: LUT_1D_SIZE: curve",
        ),
        (
            "[wall.color]\ncurve = \"b.cube\"\n",
            13,
            "must be one of: LUT_1D_SIZE: curve",
        ),
        (
            "[wall.color]\nlut_space = \"light\"\n",
            13,
            "has no meaning",
        ),
        (
            "[wall.color]\nwindow = { gain = [1, 99, 1] }\n",
            13,
            "must be from 0 to 16",
        ),
    ] {
        let (got, _, _, what) = problem(text);
        assert_eq!(got, line, "{text}");
        assert!(what.to_string().starts_with(wanted), "{text}: {what}");
    }
    let unknown = with("[wall.color]\ntone_map = \"film\"\n").unwrap_err();
    assert!(
        matches!(unknown, StageError::Syntax { line: 13, .. }),
        "{unknown}"
    );
    let unknown = with("[wall.color]\nluts = 3\n").unwrap_err();
    assert!(
        matches!(unknown, StageError::Syntax { line: 13, .. }),
        "{unknown}"
    );
}
