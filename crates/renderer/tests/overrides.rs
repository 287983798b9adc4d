//! What an operator wants of a running stage is what the walls show: black, held, patterns, light cards, cameras.
//!
//! Truth is a closed form, the stage's own geometry, or digits drawn here by hand.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

use cyc_model::Nanos;
use cyc_stage::{CameraOverride, ChromaKey, FlashPace, StageOverride, TestPattern, WallOverride};
use glam::DVec2;

mod adapter;
#[path = "overrides/cards.rs"]
mod cards;
mod display_code;
#[path = "overrides/show.rs"]
mod show;

use adapter::gpu;
use display_code::code;
use show::{Show, pixel};

/// Pixels of a wall that differ: the first wall is the upper half of the canvas.
fn changed(a: &[u8], b: &[u8], wall: usize) -> usize {
    let half = a.len() / 2;
    let part = |c: &[u8]| c[wall * half..(wall + 1) * half].to_vec();
    let (a, b) = (part(a), part(b));
    let pairs = a.chunks_exact(4).zip(b.chunks_exact(4));
    pairs.filter(|(a, b)| a != b).count()
}

fn of_wall(wall: usize, over: WallOverride) -> StageOverride {
    let mut walls = vec![WallOverride::default(); wall];
    walls.push(over);
    StageOverride {
        walls,
        ..StageOverride::default()
    }
}

fn pattern(pattern: TestPattern) -> WallOverride {
    WallOverride {
        pattern: Some(pattern),
        ..WallOverride::default()
    }
}

#[test]
fn a_held_wall_stays_and_a_black_one_is_black_and_comes_back() {
    let Some(gpu) = gpu() else { return };
    let mut show = Show::new(&gpu);
    let none = StageOverride::default();
    let first = show.canvas(&none, 0, 0.0);
    let held = of_wall(
        0,
        WallOverride {
            frozen: true,
            ..WallOverride::default()
        },
    );
    let later = show.canvas(&held, 1, -25.0);
    assert_eq!(changed(&first, &later, 0), 0);
    assert!(changed(&first, &later, 1) > 1000, "the other wall goes on");

    let mut black = held.clone();
    black.walls[0].blackout = true;
    let dark = show.canvas(&black, 2, 10.0);
    assert!(
        dark[..dark.len() / 2]
            .chunks_exact(4)
            .all(|p| p == [0, 0, 0, 255])
    );
    assert!(
        dark[dark.len() / 2..]
            .chunks_exact(4)
            .any(|p| p[..3] != [0; 3])
    );
    let back = show.canvas(&held, 3, 0.0);
    assert_eq!(changed(&first, &back, 0), 0, "held light outlives the dark");
    let free = show.canvas(&none, 4, -25.0);
    assert!(changed(&first, &free, 0) > 1000);

    // The same picture as one that was never touched.
    let fresh = Show::new(&gpu).canvas(&none, 0, -25.0);
    let worst = free.iter().zip(&fresh).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(worst <= Some(1), "{worst:?}");
}

#[test]
fn ramps_are_even_in_what_a_display_is_told() {
    let Some(gpu) = gpu() else { return };
    let mut show = Show::new(&gpu);
    let canvas = show.canvas(&of_wall(0, pattern(TestPattern::Ramps)), 0, 0.0);
    let band_px = 192.0 / 10.0;
    for x in 0..384 {
        let along = (f64::from(x) + 0.5) / 384.0;
        for (band, channels) in [(0, [1, 0, 0]), (2, [0, 1, 0]), (4, [0, 0, 1]), (6, [1; 3])] {
            let got = pixel(&canvas, x, (band_px * (f64::from(band) + 0.5)) as u32);
            let steps = (along * 17.0).floor().min(16.0) / 16.0;
            let stepped = pixel(&canvas, x, (band_px * (f64::from(band) + 1.5)) as u32);
            for channel in 0..3 {
                let on = f64::from(channels[channel]);
                let near =
                    |got: u8, wanted: f64| (f64::from(got) - wanted * on * 255.0).abs() <= 1.0;
                assert!(near(got[channel], along), "{x} {band}: {got:?}");
                assert!(near(stepped[channel], steps), "{x} {band}: {stepped:?}");
            }
        }
        let back = pixel(&canvas, x, (band_px * 8.5) as u32);
        assert!((f64::from(back[1]) - (1.0 - along) * 255.0).abs() <= 1.0);
    }
}

#[test]
fn flashes_come_at_their_times_and_count_themselves() {
    let Some(gpu) = gpu() else { return };
    let mut show = Show::new(&gpu);
    let pace = FlashPace {
        period: Nanos(1_000_000_000),
        on: Nanos(40_000_000),
    };
    let over = of_wall(0, pattern(TestPattern::Flash(pace)));
    let ms = |ms: i64| ms * 1_000_000;
    let mut white = Vec::new();
    // The fourth is late for its flash and white all the same.
    for due in [ms(5_000), ms(5_039), ms(5_041), ms(6_300), ms(6_600)] {
        let canvas = show.canvas(&over, due, 0.0);
        let middle = pixel(&canvas, 192, 60);
        assert!(middle == [255; 3] || middle == [0; 3], "{middle:?}");
        white.push(middle == [255; 3]);
        let mut count = 0;
        for square in 0..12 {
            let on = pixel(&canvas, square * 32 + 16, 172)[0] > 200;
            count = count * 2 + i64::from(on);
        }
        assert_eq!(count, due / ms(1000));
    }
    assert_eq!(white, [true, true, false, true, false]);
}

/// The digits as a person draws them.
const DIGITS: [&str; 10] = [
    "### #.# #.# #.# ###",
    ".#. ##. .#. .#. ###",
    "### ..# ### #.. ###",
    "### ..# ### ..# ###",
    "#.# #.# ### ..# ..#",
    "### #.. ### ..# ###",
    "### #.. ### #.# ###",
    "### ..# ..# ..# ..#",
    "### #.# ### #.# ###",
    "### #.# ### ..# ###",
];

/// Reads the digit whose upper left corner is so many units from the cabinet's middle.
fn digit_at(canvas: &[u8], middle: [f64; 2], at: [f64; 2]) -> Option<usize> {
    let unit = 96.0 / 32.0;
    let drawn: Vec<String> = (0..5)
        .map(|row| {
            let ink = |column: u32| {
                let x = middle[0] + (at[0] + f64::from(column) + 0.5) * unit;
                let y = middle[1] + (at[1] + f64::from(row) + 0.5) * unit;
                pixel(canvas, x as u32, y as u32).iter().all(|v| *v > 225)
            };
            (0..3).map(|c| if ink(c) { '#' } else { '.' }).collect()
        })
        .collect();
    DIGITS.iter().position(|digit| *digit == drawn.join(" "))
}

#[test]
fn every_cabinet_says_its_wall_column_and_row() {
    let Some(gpu) = gpu() else { return };
    let mut show = Show::new(&gpu);
    let mut over = of_wall(1, pattern(TestPattern::Ids));
    over.walls[0] = pattern(TestPattern::Ids);
    let canvas = show.canvas(&over, 0, 0.0);
    for wall in 0..2u32 {
        for (column, row) in (0..4).flat_map(|c| (0..2).map(move |r| (c, r))) {
            let middle = [
                f64::from(column * 96 + 48),
                f64::from(wall * 192 + row * 96 + 48),
            ];
            let read = |x: f64, y: f64| digit_at(&canvas, middle, [x, y]).unwrap();
            let number = read(-3.5, -6.0) * 10 + read(0.5, -6.0);
            let three = |x: f64| read(x, 1.0) * 100 + read(x + 4.0, 1.0) * 10 + read(x + 8.0, 1.0);
            let ids = [number, three(-13.5), three(2.5)];
            assert_eq!(ids, [wall + 1, column + 1, row + 1].map(|n| n as usize));
        }
    }
}

#[test]
fn alignment_lines_are_where_the_outer_eye_sees_them_on_every_wall() {
    let Some(gpu) = gpu() else { return };
    let mut show = Show::new(&gpu);
    let mut over = of_wall(1, pattern(TestPattern::Alignment));
    over.walls[0] = pattern(TestPattern::Alignment);
    let canvas = show.canvas(&over, 0, 0.0);
    let eye = show.stage.outer_eye().metres();
    let (mut horizon, mut ground) = ([0; 2], 0);
    for (index, wall) in show.stage.walls().iter().enumerate() {
        for y in 0..192u32 {
            for x in 0..384u32 {
                let y = y + 192 * index as u32;
                let at = DVec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
                let way = wall.point_of_canvas(at).unwrap().metres() - eye;
                let elevation = way.y.atan2(way.x.hypot(way.z)).to_degrees();
                let azimuth = way.x.atan2(-way.z).to_degrees();
                let got = pixel(&canvas, x, y);
                let to_line = |angle: f64| (angle - (angle / 5.0).round() * 5.0).abs();
                if elevation.abs() < 0.1 && azimuth.abs() > 3.0 {
                    assert!(got[0] > 200 && got[1] < 100, "{x} {y} {got:?}");
                    horizon[index] += 1;
                }
                if to_line(elevation) > 1.5 && to_line(azimuth) > 1.5 {
                    assert!(got.iter().all(|v| *v < 40), "{x} {y} {got:?}");
                    ground += 1;
                }
            }
        }
    }
    println!("{horizon:?} pixels of the horizon, {ground} of the ground");
    assert!(horizon[0] > 50 && horizon[1] > 50 && ground > 10_000);
}

#[test]
fn a_grid_has_its_lines_at_the_cabinets_edges() {
    let Some(gpu) = gpu() else { return };
    let canvas = Show::new(&gpu).canvas(&of_wall(0, pattern(TestPattern::Grid)), 0, 0.0);
    // Not where middle lines, diagonals and ring run.
    for x in [95, 96, 287, 288] {
        assert!(pixel(&canvas, x, 25).iter().all(|v| *v > 120), "{x}");
    }
    assert!(pixel(&canvas, 80, 25).iter().all(|v| *v < 60));
    for x in 0..384 {
        let rim = pixel(&canvas, x, 1);
        assert!(rim[0] > 200 && rim[1] < 80, "{x}: {rim:?}");
    }
}

#[test]
fn a_camera_is_keyed_and_exposed_live() {
    let Some(gpu) = gpu() else { return };
    let mut show = Show::new(&gpu);
    let with = |camera: CameraOverride| StageOverride {
        cameras: vec![camera],
        ..StageOverride::default()
    };
    let plain = show.canvas(&StageOverride::default(), 0, 0.0);
    let key = ChromaKey {
        color: [0.0, 0.5, 0.0],
        markers: None,
    };
    let keyed = show.canvas(
        &with(CameraOverride {
            key: Some(Some(key)),
            ..CameraOverride::default()
        }),
        0,
        0.0,
    );
    let green = code(0.5).round() as u8;
    let [r, g, b] = pixel(&keyed, 192, 86);
    assert!(r <= 1 && g.abs_diff(green) <= 1 && b <= 1, "{r} {g} {b}");
    let darker = show.canvas(
        &with(CameraOverride {
            exposure_ev: -3.0,
            ..CameraOverride::default()
        }),
        0,
        0.0,
    );
    let light = |c: &[u8]| c.iter().map(|v| u64::from(*v)).sum::<u64>();
    assert!(light(&darker) < light(&plain));
    let wall_darker = show.canvas(
        &of_wall(
            1,
            WallOverride {
                exposure_ev: -3.0,
                ..WallOverride::default()
            },
        ),
        0,
        0.0,
    );
    assert_eq!(changed(&plain, &wall_darker, 0), 0);
    assert!(light(&wall_darker) < light(&plain));
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let Some(gpu) = gpu() else { return };
    let mut show = Show::new(&gpu);
    let plain = show.canvas(&StageOverride::default(), 0, 0.0);
    let bad = StageOverride {
        exposure_ev: f64::NAN,
        ..StageOverride::default()
    };
    assert!(show.renderer.set_override(&bad).is_err());
    assert_eq!(plain, show.canvas(&StageOverride::default(), 0, 0.0));
}
