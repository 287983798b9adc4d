//! Colour against OpenColorIO: tables, matrices, primaries, transfer functions and windows give what it gives.
//!
//! Without its Python module the test says so and is skipped, unless `CYC_PEERS=required`.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

use cyc_stage::{ColorWindow, CubeFile, LutSpace, Primaries, ToneMap, Transfer, WallColor};
use glam::{DMat3, DVec3};
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

fn python() -> Option<PathBuf> {
    let named = std::env::var_os("CYC_PEER_PYTHON").map(PathBuf::from);
    let cached = std::env::home_dir().map(|h| h.join(".cache/cyclorama/venv/peers/bin/python"));
    let found = named.or(cached.filter(|p| p.exists()));
    let works = |p: &PathBuf| {
        let import = Command::new(p)
            .args(["-c", "import PyOpenColorIO"])
            .output();
        import.is_ok_and(|o| o.status.success())
    };
    let usable = found.filter(works);
    if usable.is_none() {
        let required = std::env::var("CYC_PEERS").is_ok_and(|v| v == "required");
        assert!(
            !required,
            "CYC_PEERS=required, but no Python has PyOpenColorIO"
        );
        eprintln!("SKIPPED: no Python with PyOpenColorIO (set CYC_PEER_PYTHON)");
    }
    usable
}

/// One comparison: what OpenColorIO does, what we do, and how far apart they may be.
struct Case {
    name: &'static str,
    ops: Value,
    colors: Vec<DVec3>,
    ours: Box<dyn Fn(DVec3) -> DVec3>,
    slack: f64,
    /// Ours ends at 0 and 1, where OpenColorIO goes on.
    is_signal: bool,
}

fn colors(seed: u64, low: f64, high: f64) -> Vec<DVec3> {
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let mut part = || random.random_range(low..high);
    let mut made: Vec<_> = (0..500)
        .map(|_| DVec3::new(part(), part(), part()))
        .collect();
    let span = high - low;
    made.extend([0.0, 0.25, 0.5, 1.0].map(|v| DVec3::splat(low + v * span)));
    made
}

/// A curve that bends, as a `.cube` file writes it.
fn curve_lines(count: usize) -> String {
    (0..count)
        .map(|i| i as f64 / (count - 1) as f64)
        .map(|v| format!("{} {} {}\n", v * v, v, v.sqrt() * 0.9))
        .collect()
}

/// A cube that bends and mixes.
fn cube_lines(side: usize) -> String {
    let last = (side - 1) as f64;
    (0..side * side * side)
        .map(|i| {
            let [r, g, b] = [i % side, i / side % side, i / side / side].map(|n| n as f64 / last);
            format!(
                "{} {} {}\n",
                r * 0.9 + 0.1 * g * b,
                g * g,
                (b + 0.3 * r * r) / 1.3
            )
        })
        .collect()
}

fn table_cases(folder: &std::path::Path) -> Vec<Case> {
    let texts = [
        ("a curve", format!("LUT_1D_SIZE 33\n{}", curve_lines(33))),
        (
            "a curve with a domain",
            format!(
                "LUT_1D_SIZE 65\nLUT_1D_INPUT_RANGE -0.5 1.5\n{}",
                curve_lines(65)
            ),
        ),
        ("a cube of 2", format!("LUT_3D_SIZE 2\n{}", cube_lines(2))),
        (
            "a cube of 33",
            format!("LUT_3D_SIZE 33\n{}", cube_lines(33)),
        ),
        (
            "a cube with a domain",
            format!(
                "DOMAIN_MIN -0.1 0.0 0.1\nDOMAIN_MAX 1.1 0.9 1.0\nLUT_3D_SIZE 17\n{}",
                cube_lines(17)
            ),
        ),
        (
            "a curve before a cube",
            format!(
                "LUT_1D_SIZE 17\nLUT_1D_INPUT_RANGE 0 1.2\nLUT_3D_SIZE 9\nLUT_3D_INPUT_RANGE 0 1\n{}{}",
                curve_lines(17),
                cube_lines(9)
            ),
        ),
    ];
    let made = texts.into_iter().enumerate().map(|(nth, (name, text))| {
        let path = folder.join(format!("{nth}.cube"));
        std::fs::write(&path, &text).unwrap();
        let read = CubeFile::read(text.as_bytes()).unwrap();
        Case {
            name,
            ops: json!([{ "op": "file", "path": path }]),
            colors: colors(nth as u64, -0.6, 1.6),
            ours: Box::new(move |color| {
                let curved = read.curve.as_ref().map_or(color, |c| c.apply(color));
                read.lut.as_ref().map_or(curved, |l| l.apply(curved))
            }),
            slack: 2e-6,
            is_signal: false,
        }
    });
    made.collect()
}

fn wall(transfer: Transfer, primaries: Primaries, unit_nit: f64, peak_nit: f64) -> WallColor {
    WallColor {
        tone_map: ToneMap::None,
        transfer,
        matrix: primaries.from_scene(),
        unit_nit,
        ..WallColor::plain(peak_nit)
    }
}

/// Whole signals: light of 1 = 100 cd/m² with the scene's primaries.
fn signal_cases() -> Vec<Case> {
    let case = |name, style: &str, wall: WallColor, high| Case {
        name,
        ops: json!([{ "op": "display", "style": format!("DISPLAY - CIE-XYZ-D65_to_{style}") }]),
        colors: colors(7, 0.0, high),
        ours: Box::new(move |color| wall.signal(color)),
        slack: 2e-5,
        is_signal: true,
    };
    let rec2020 = Primaries::Rec2020;
    vec![
        case(
            "sRGB",
            "sRGB",
            wall(Transfer::Srgb, Primaries::Rec709, 100.0, 100.0),
            1.0,
        ),
        case(
            "PQ",
            "REC.2100-PQ",
            wall(Transfer::Pq, rec2020, 100.0, 10_000.0),
            20.0,
        ),
        case(
            "PQ P3",
            "ST2084-P3-D65",
            wall(Transfer::Pq, Primaries::P3D65, 100.0, 10_000.0),
            20.0,
        ),
        case(
            "HLG",
            "REC.2100-HLG-1000nit",
            wall(Transfer::Hlg, rec2020, 100.0, 1000.0),
            9.9,
        ),
        case(
            "gamma 2.6",
            "G2.6-P3-D65",
            wall(Transfer::Gamma(2.6), Primaries::P3D65, 100.0, 100.0),
            1.0,
        ),
    ]
}

fn other_cases(folder: &std::path::Path) -> Vec<Case> {
    let window = ColorWindow {
        gain: DVec3::new(1.2, 0.9, 1.0),
        offset: DVec3::new(0.02, 0.01, 0.05),
        gamma: DVec3::new(1.3, 0.8, 1.0),
        saturation: 1.2,
    };
    let rows = [[0.9, 0.08, 0.02], [0.05, 0.9, 0.05], [0.0, 0.1, 0.9]];
    let text = format!("LUT_3D_SIZE 33\n{}", cube_lines(33));
    let path = folder.join("wall.cube");
    std::fs::write(&path, &text).unwrap();
    let whole = WallColor {
        matrix: DMat3::from_cols_array_2d(&rows).transpose(),
        lut: CubeFile::read(text.as_bytes()).unwrap().lut,
        lut_space: LutSpace::Signal,
        ..wall(Transfer::Pq, Primaries::Rec709, 100.0, 10_000.0)
    };
    vec![
        Case {
            name: "a window",
            ops: json!([{
                "op": "cdl", "slope": window.gain.to_array(), "offset": window.offset.to_array(),
                "power": window.gamma.recip().to_array(), "saturation": window.saturation,
            }]),
            colors: colors(3, 0.0, 0.6),
            ours: Box::new(move |color| window.apply(color)),
            slack: 2e-6,
            is_signal: true,
        },
        Case {
            name: "matrix, PQ, cube",
            ops: json!([
                { "op": "matrix", "rows": rows },
                { "op": "curve", "style": "CURVE - LINEAR_to_ST-2084" },
                { "op": "file", "path": path },
            ]),
            colors: colors(4, 0.0, 30.0),
            ours: Box::new(move |color| whole.signal(color)),
            slack: 2e-5,
            is_signal: true,
        },
    ]
}

#[test]
fn colors_are_those_of_opencolorio() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut cases = table_cases(folder.path());
    cases.extend(signal_cases());
    cases.extend(other_cases(folder.path()));
    let asked: Vec<_> = cases
        .iter()
        .map(|c| {
            let colors: Vec<_> = c.colors.iter().map(|c| c.to_array()).collect();
            json!({ "ops": c.ops, "colors": colors })
        })
        .collect();
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/peers/opencolorio_reference.py"
    );
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let text = serde_json::to_vec(&asked).unwrap();
    child.stdin.take().unwrap().write_all(&text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let answers: Vec<Vec<[f64; 3]>> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answers.len(), cases.len());
    for (case, answers) in cases.iter().zip(&answers) {
        let mut worst = 0.0f64;
        assert_eq!(answers.len(), case.colors.len());
        for (color, answer) in case.colors.iter().zip(answers) {
            let mut theirs = DVec3::from_array(*answer);
            if case.is_signal {
                theirs = theirs.clamp(DVec3::ZERO, DVec3::ONE);
            }
            let ours = (case.ours)(*color);
            let off = (ours - theirs).abs().max_element();
            worst = worst.max(off);
        }
        println!("{}: {worst:.1e} apart at worst", case.name);
        assert!(worst <= case.slack, "{}: {worst:e}", case.name);
    }
}
