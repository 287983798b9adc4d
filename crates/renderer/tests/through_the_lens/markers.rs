//! Photographs of the marker pattern, read: the physical camera is the proof's own, so what it saw is known to the pixel.

use super::adapter::gpu;
use super::shapes::{self, Glass, Shape};
use cyc_align::{GreyPicture, MarkerFault, MarkerWall, find_markers};
use cyc_renderer::proof::{Photograph, TruthPose, photograph_pattern};
use cyc_stage::{MarkerGrid, Stage, TestPattern};
use rand::{RngExt, SeedableRng};

/// What happens to a photograph between the lens and the file.
#[derive(Clone, Copy)]
struct Harm {
    blur_px: f64,
    noise: f64,
    /// Stops.
    exposure_ev: f64,
    /// From the left to the right side the wall becomes darker by this part.
    gradient: f64,
    /// A person stands before the wall: from here on to there, of the picture's width.
    hidden: (f64, f64),
    /// And from here on down, of its height.
    hidden_from: f64,
    /// Or everywhere but left of and above these parts.
    shown: (f64, f64),
}

const NONE: Harm = Harm {
    blur_px: 0.0,
    noise: 0.0,
    exposure_ev: 0.0,
    gradient: 0.0,
    hidden: (2.0, 2.0),
    hidden_from: 0.3,
    shown: (2.0, 2.0),
};

/// Linear light of a photograph (red, which all patterns share), harmed there, and coded again with eight bits.
fn taken(photograph: &Photograph, harm: Harm, seed: u64) -> GreyPicture {
    let [width, height] = photograph.size_px.map(|px| px as usize);
    let linear = |v: u8| {
        let v = f64::from(v) / 255.0;
        if v <= 0.04045 {
            v / 12.92
        } else {
            ((v + 0.055) / 1.055).powf(2.4)
        }
    };
    let mut light: Vec<f64> = photograph
        .to_rgba()
        .chunks_exact(4)
        .map(|p| linear(p[0]))
        .collect();
    for y in 0..height {
        for x in 0..width {
            let part = x as f64 / width as f64;
            let shade = 1.0 - harm.gradient * part;
            let down = y as f64 / height as f64;
            let is_hidden = part > harm.hidden.0 && part < harm.hidden.1 && down > harm.hidden_from;
            // A coat whose weave looks like a board, or nothing at all.
            let lit = if part > harm.shown.0 || down > harm.shown.1 {
                0.05
            } else if is_hidden {
                0.05 + 0.02 * ((x / 7 + y / 9) % 3) as f64
            } else {
                light[y * width + x] * shade
            };
            light[y * width + x] = lit * 2f64.powf(harm.exposure_ev);
        }
    }
    if harm.blur_px > 0.0 {
        blur(&mut light, width, height, harm.blur_px);
    }
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let mut code = |v: f64| {
        let v = if v <= 0.003_130_8 {
            v * 12.92
        } else {
            1.055 * v.powf(1.0 / 2.4) - 0.055
        };
        let noise: f64 = (0..12).map(|_| random.random_range(-0.5..0.5)).sum::<f64>() * harm.noise;
        ((v + noise).clamp(0.0, 1.0) * 255.0).round() as f32 / 255.0
    };
    let values = light.iter().map(|v| code(*v)).collect();
    GreyPicture::new(photograph.size_px, values).unwrap()
}

fn blur(light: &mut [f64], width: usize, height: usize, deviation_px: f64) {
    let reach = (3.0 * deviation_px).ceil() as i64;
    let weights: Vec<f64> = (-reach..=reach)
        .map(|k| (-0.5 * (k as f64 / deviation_px).powi(2)).exp())
        .collect();
    let sum: f64 = weights.iter().sum();
    for across in [true, false] {
        let before = light.to_vec();
        for y in 0..height as i64 {
            for x in 0..width as i64 {
                let value = |(k, w): (usize, &f64)| {
                    let k = k as i64 - reach;
                    let (x, y) = if across { (x + k, y) } else { (x, y + k) };
                    let (x, y) = (x.clamp(0, width as i64 - 1), y.clamp(0, height as i64 - 1));
                    w * before[y as usize * width + x as usize]
                };
                light[y as usize * width + x as usize] =
                    weights.iter().enumerate().map(value).sum::<f64>() / sum;
            }
        }
    }
}

fn marker_walls(stage: &Stage) -> Vec<MarkerWall> {
    let wall = |(index, wall)| {
        let MarkerGrid { columns, rows, .. } = MarkerGrid::of(wall);
        MarkerWall {
            wall: index as u32,
            columns,
            rows,
        }
    };
    stage.walls().iter().enumerate().map(wall).collect()
}

/// How many corners were found, and how far they are from where the physical camera saw them: root mean square and p99.
fn misses(stage: &Stage, pose: &TruthPose, picture: &GreyPicture) -> (usize, f64, f64) {
    let found = find_markers(picture, &marker_walls(stage)).unwrap();
    let mut far: Vec<f64> = found
        .sights
        .iter()
        .map(|sight| {
            let wall = &stage.walls()[sight.wall as usize];
            let px = MarkerGrid::of(wall).corner_px(sight.corner);
            let [width, height] = wall.size_px().map(f64::from);
            let point = wall
                .point_of_st(glam::DVec2::new(px.x / width, px.y / height))
                .metres();
            let [u, v] = pose.sees(&stage.cameras()[0], point.to_array()).unwrap();
            (u - sight.image_px.x).hypot(v - sight.image_px.y)
        })
        .collect();
    far.sort_by(f64::total_cmp);
    let rms = (far.iter().map(|f| f * f).sum::<f64>() / far.len() as f64).sqrt();
    (far.len(), rms, far[far.len() * 99 / 100])
}

#[test]
fn corners_are_where_the_camera_saw_them_whatever_happened_to_the_picture() {
    let Some(gpu) = gpu() else { return };
    let harms = [
        ("as it is", NONE),
        (
            "noise",
            Harm {
                noise: 0.02,
                ..NONE
            },
        ),
        (
            "blur",
            Harm {
                blur_px: 1.5,
                noise: 0.01,
                ..NONE
            },
        ),
        (
            "gradient",
            Harm {
                gradient: 0.6,
                noise: 0.01,
                ..NONE
            },
        ),
        (
            "hidden",
            Harm {
                hidden: (0.3, 0.65),
                noise: 0.01,
                ..NONE
            },
        ),
        (
            "dark",
            Harm {
                exposure_ev: -3.0,
                noise: 0.01,
                ..NONE
            },
        ),
    ];
    for (shape, glass, pose) in [
        (Shape::Arc, Glass::Barrel, TruthPose::STANDARD[1]),
        (Shape::Cave, Glass::Plain, TruthPose::STANDARD[0]),
    ] {
        let stage = shapes::stage(shape, glass);
        let views = photograph_pattern(&gpu, &stage, 0, &[pose], TestPattern::Markers).unwrap();
        keep(shape.name(), &views[0].photograph);
        // Everything on one wall, the worst on the others.
        let wanted = harms
            .iter()
            .filter(|(name, _)| shape == Shape::Arc || *name == "hidden");
        for (name, harm) in wanted {
            let picture = taken(&views[0].photograph, *harm, 7);
            let start = std::time::Instant::now();
            let (count, rms, p99) = misses(&stage, &pose, &picture);
            println!(
                "{} {name}: {count} corners, {rms:.3} px, p99 {p99:.3} px; {:.0?}",
                shape.name(),
                start.elapsed()
            );
            assert!(
                count >= 150 && rms <= 0.1 && p99 <= 0.3,
                "{} {name}",
                shape.name()
            );
        }
    }
}

fn keep(name: &str, photograph: &Photograph) {
    if let Ok(folder) = std::env::var("CYC_PROOF_OUT") {
        let [w, h] = photograph.size_px;
        let path = std::path::Path::new(&folder).join(format!("markers_{name}.png"));
        image::save_buffer(path, &photograph.to_rgba(), w, h, image::ColorType::Rgba8).unwrap();
    }
}

#[test]
fn pictures_that_would_mislead_are_refused_with_why() {
    let Some(gpu) = gpu() else { return };
    let (stage, pose) = (
        shapes::stage(Shape::Flat, Glass::Plain),
        TruthPose::STANDARD[0],
    );
    let views = photograph_pattern(&gpu, &stage, 0, &[pose], TestPattern::Markers).unwrap();
    let asked = |harm| find_markers(&taken(&views[0].photograph, harm, 3), &marker_walls(&stage));
    let fault = |harm| asked(harm).map(|f| f.sights.len()).unwrap_err();
    let bright = fault(Harm {
        exposure_ev: 3.0,
        ..NONE
    });
    assert!(
        matches!(bright, MarkerFault::Overexposed { percent } if percent > 30.0),
        "{bright}"
    );
    let dark = fault(Harm {
        exposure_ev: -9.0,
        noise: 0.01,
        ..NONE
    });
    assert!(matches!(dark, MarkerFault::TooDark { .. }), "{dark}");
    let blurred = fault(Harm {
        blur_px: 9.0,
        noise: 0.01,
        ..NONE
    });
    assert!(matches!(blurred, MarkerFault::Blurred { .. }), "{blurred}");
    let few = fault(Harm {
        shown: (0.12, 0.22),
        ..NONE
    });
    assert!(matches!(few, MarkerFault::TooFew { .. }), "{few}");
    println!("{bright}; {dark}; {blurred}; {few}");
    let ramps = photograph_pattern(&gpu, &stage, 0, &[pose], TestPattern::Ramps).unwrap();
    let other =
        find_markers(&taken(&ramps[0].photograph, NONE, 3), &marker_walls(&stage)).unwrap_err();
    assert_eq!(other, MarkerFault::NoPattern);
    // A picture that somebody flipped says so, and its halves of a wall of another stage say nothing.
    let [width, height] = views[0].photograph.size_px;
    let mut values: Vec<f32> = views[0]
        .photograph
        .to_rgba()
        .chunks_exact(4)
        .map(|p| f32::from(p[0]) / 255.0)
        .collect();
    values
        .chunks_exact_mut(width as usize)
        .for_each(<[f32]>::reverse);
    let flipped = GreyPicture::new([width, height], values).unwrap();
    assert_eq!(
        find_markers(&flipped, &marker_walls(&stage)).unwrap_err(),
        MarkerFault::Mirrored
    );
    let elsewhere = [MarkerWall {
        wall: 7,
        columns: 80,
        rows: 36,
    }];
    let picture = taken(&views[0].photograph, NONE, 3);
    assert_eq!(
        find_markers(&picture, &elsewhere).unwrap_err(),
        MarkerFault::NoPattern
    );
}
