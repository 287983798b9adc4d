//! The shaders' colour against its definition in `f64`: single colours through every tone map, transfer function and
//! table, and whole walls out of a running renderer.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

use cyc_model::StageFrame;
use cyc_renderer::{RenderSettings, Renderer, Wanted, signal_of};
use cyc_stage::{
    ColorWindow, CubeFile, LutSpace, Primaries, Stage, StageOverride, TestPattern, ToneMap,
    Transfer, WallColor, WallOverride,
};
use glam::{DMat3, DVec3};
use rand::{RngExt, SeedableRng};

mod adapter;

use adapter::gpu;

const STAGE: &str = "name = \"x\"\n[environment]\nscene = \"test-pattern\"\n[[wall]]\nname = \"pq\"\nkind = \"plane\"\n\
    position_m = [-1.5, 0, -3]\nwidth_m = 2\nheight_m = 1\ncabinets = [2, 1]\ncabinet_px = [128, 128]\n\
    canvas_px = [0, 0]\nbrightness_nit = 1500\n\
    color = { tone_map = \"none\", transfer = \"pq\", primaries = \"rec2020\", unit_nit = 203, bits = 10, dither = false }\n\
    [[wall]]\nname = \"srgb\"\nkind = \"plane\"\nposition_m = [1.5, 0, -3]\nwidth_m = 2\nheight_m = 1\n\
    cabinets = [2, 1]\ncabinet_px = [128, 128]\ncanvas_px = [0, 128]\n";

/// One code of 10 bits, spread over 16.
const CODE_10: f64 = 65_535.0 / 1023.0;

fn colors(seed: u64, count: usize, most: f32) -> Vec<[f32; 3]> {
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let mut colors = vec![[0.0; 3], [1.0; 3], [0.18; 3], [most; 3], [-0.1, 0.5, 0.2]];
    // Dark ones as often as bright ones.
    let mut part = || most * random.random_range(0.0f32..1.0).powi(4);
    colors.resize_with(count, || [part(), part(), part()]);
    colors
}

/// A cube and a curve that bend and mix.
fn tables() -> CubeFile {
    let side = 17;
    let mut text = format!(
        "LUT_1D_SIZE 5000\nLUT_3D_SIZE {side}\nLUT_1D_INPUT_RANGE -0.1 1.2\nLUT_3D_INPUT_RANGE 0 1\n"
    );
    for i in 0..5000 {
        let v = f64::from(i) / 4999.0;
        text += &format!("{} {} {}\n", v.powf(0.9), v, v.powf(1.2) * 0.98);
    }
    for i in 0..side * side * side {
        let at = |n: i32| f64::from(n % side) / f64::from(side - 1);
        let (r, g, b) = (at(i), at(i / side), at(i / side / side));
        text += &format!(
            "{} {} {}\n",
            r * 0.9 + 0.1 * g * b,
            g * g,
            (b + 0.2 * r) / 1.2
        );
    }
    CubeFile::read(text.as_bytes()).unwrap()
}

#[test]
fn the_shader_does_what_its_definition_says() {
    let Some(gpu) = gpu() else { return };
    let stage = Stage::from_toml(STAGE).unwrap();
    let plain = WallColor {
        bits: 16,
        is_dithered: false,
        ..WallColor::plain(1000.0)
    };
    let window = ColorWindow {
        gain: DVec3::new(1.1, 0.9, 1.0),
        offset: DVec3::new(0.01, -0.02, 0.0),
        gamma: DVec3::new(1.1, 1.0, 0.8),
        saturation: 1.3,
    };
    let matrix = Primaries::P3D65.from_scene()
        * DMat3::from_cols_array(&[0.95, 0.02, 0.0, 0.05, 0.98, 0.01, 0.0, 0.0, 0.99]);
    let mut cases = Vec::new();
    for tone_map in [ToneMap::None, ToneMap::Aces, ToneMap::AgX, ToneMap::Neutral] {
        for transfer in [
            Transfer::Linear,
            Transfer::Srgb,
            Transfer::Gamma(2.4),
            Transfer::Pq,
            Transfer::Hlg,
        ] {
            cases.push(WallColor {
                tone_map,
                transfer,
                unit_nit: 400.0,
                ..plain.clone()
            });
        }
    }
    for lut_space in [LutSpace::Signal, LutSpace::Light] {
        let CubeFile { curve, lut } = tables();
        for (curve, lut) in [(curve.clone(), None), (None, lut.clone()), (curve, lut)] {
            cases.push(WallColor {
                window,
                matrix,
                lut_space,
                curve,
                lut,
                ..plain.clone()
            });
        }
    }
    let mut worst_of_all = 0.0f64;
    for (nth, color) in cases.iter().enumerate() {
        let given = colors(nth as u64, 4000, 12.0);
        let codes = signal_of(&gpu, &stage.walls()[0], color, &given).unwrap();
        let mut worst = 0.0f64;
        for (given, code) in given.iter().zip(&codes) {
            let radiance = DVec3::from_array(given.map(f64::from));
            let wanted = color.signal(color.light(radiance)) * 65_535.0;
            let got = DVec3::from_array(code.map(f64::from));
            worst = worst.max((got - wanted).abs().max_element() / CODE_10);
        }
        println!(
            "{:?} {:?}, curve {}, cube {}: {worst:.3} codes of 10 bits",
            color.tone_map,
            color.transfer,
            color.curve.is_some(),
            color.lut.is_some()
        );
        worst_of_all = worst_of_all.max(worst);
    }
    println!("worst of all: {worst_of_all:.3} codes of 10 bits");
    assert!(worst_of_all <= 1.0, "{worst_of_all}");
}

#[test]
fn codes_have_the_walls_depth_and_their_dither_tells_the_truth_on_average() {
    let Some(gpu) = gpu() else { return };
    let stage = Stage::from_toml(STAGE).unwrap();
    let color = WallColor {
        tone_map: ToneMap::None,
        transfer: Transfer::Linear,
        unit_nit: 1.0,
        bits: 10,
        is_dithered: true,
        ..WallColor::plain(1.0)
    };
    // A quarter of the way between two codes, seen by many pixels.
    let light = 500.25f32 / 1023.0;
    let codes = signal_of(&gpu, &stage.walls()[0], &color, &vec![[light; 3]; 65_536]).unwrap();
    let mut sum = 0.0;
    for [code, ..] in &codes {
        let code = f64::from(*code) / CODE_10;
        assert!(
            (code - code.round()).abs() < 0.02,
            "{code} is no code of ten bits"
        );
        assert!((499.0..=502.0).contains(&code.round()));
        sum += code.round();
    }
    let mean = sum / codes.len() as f64;
    println!("mean of the dithered codes: {mean:.3} of 500.25");
    assert!((mean - 500.25).abs() < 0.05, "{mean}");
    let black = signal_of(&gpu, &stage.walls()[0], &color, &[[0.0; 3]; 4096]).unwrap();
    assert!(black.iter().all(|c| *c == [0; 3]));
}

#[test]
fn a_running_wall_gives_its_light_and_its_signal() {
    let Some(gpu) = gpu() else { return };
    let stage = Stage::from_toml(STAGE).unwrap();
    let settings = RenderSettings {
        samples: 1,
        sky_px: 32,
        human_shadow_px: 64,
        camera_px: [64, 64],
        wide_px: [64, 64],
        ..RenderSettings::default()
    };
    let mut renderer = Renderer::new(&gpu, &stage, &[], settings).unwrap();
    let ramps = WallOverride {
        pattern: Some(TestPattern::Ramps),
        ..WallOverride::default()
    };
    let over = StageOverride {
        walls: vec![ramps; 2],
        ..StageOverride::default()
    };
    renderer.set_override(&over).unwrap();
    renderer
        .render(&StageFrame::default(), Wanted::default())
        .unwrap();
    let light = renderer.read_light().unwrap();
    let signal = renderer.read_signal().unwrap();
    assert_eq!((light.len(), signal.len()), (256 * 256 * 4, 256 * 256 * 4));
    let mut worst = [0.0f64; 2];
    for (index, wall) in stage.walls().iter().enumerate() {
        let levels = wall.color().levels();
        for x in 0..256 {
            // The smooth grey ramp, and the smooth red one.
            for (down, is_grey) in [(6.5, true), (0.5, false)] {
                let y = index * 128 + (128.0 * down / 10.0) as usize;
                let at = (y * 256 + x) * 4;
                let value = |i: usize| f64::from(light[at + i].to_f32());
                let seen = DVec3::new(value(0), value(1), value(2));
                let srgb = (x as f64 + 0.5) / 256.0;
                let wanted = if srgb <= 0.04045 {
                    srgb / 12.92
                } else {
                    ((srgb + 0.055) / 1.055).powf(2.4)
                };
                assert!(
                    (seen.x - wanted).abs() < 1e-3 * wanted + 1e-6,
                    "{x}: {seen}"
                );
                assert_eq!(seen.y > 0.0, is_grey, "{x}: {seen}");
                let told = wall.color().signal(seen) * levels;
                for axis in 0..3 {
                    let code = f64::from(signal[at + axis]) / 65_535.0 * levels;
                    worst[index] = worst[index].max((code - told[axis]).abs());
                }
            }
        }
    }
    println!("codes off, PQ of 10 bits and sRGB of 8: {worst:?}");
    // Half a code of rounding, and the same of dither on the second wall.
    assert!(worst[0] < 0.55 && worst[1] < 1.0, "{worst:?}");

    // A wall that is black is told black, whatever its light is.
    let black = StageOverride {
        walls: vec![WallOverride {
            blackout: true,
            ..ramps
        }],
        ..over
    };
    renderer.set_override(&black).unwrap();
    renderer
        .render(&StageFrame::default(), Wanted::default())
        .unwrap();
    let signal = renderer.read_signal().unwrap();
    let mut upper = signal[..256 * 128 * 4].chunks_exact(4);
    assert!(upper.all(|p| p[..3] == [0; 3]));
    assert!(signal[256 * 128 * 4..].chunks_exact(4).any(|p| p[0] > 0));
}
