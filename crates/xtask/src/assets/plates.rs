//! The plates of `rigs/stages/plates.toml`: a fire that burns for a second and begins anew without a jump, as a sequence, and
//! a matte painting of far hills, as a still. Painted by procedure, with what is not there left clear.

use super::human::paint::noise::fractal;
use super::human::paint::smoothstep;
use anyhow::{Context, Result};
use glam::{Vec2, Vec3};
use image::{Rgba, RgbaImage};
use std::path::Path;

/// Frames of the fire; at 24 a second they last a second.
const FRAMES: u32 = 24;

/// Width and height of the fire, pixels.
const FIRE_PX: [u32; 2] = [128, 192];

/// Width and height of the hills, pixels.
const HILLS_PX: [u32; 2] = [1024, 160];

/// Writes all of them into a folder.
///
/// # Errors
/// When the folder or a picture cannot be written.
pub fn build(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    for frame in 0..FRAMES {
        let part = frame as f32 / FRAMES as f32;
        let name = format!("fire.{:04}.png", frame + 1);
        save(&folder.join(name), FIRE_PX, |at| fire(at, part))?;
    }
    save(&folder.join("hills.png"), HILLS_PX, hills)
}

/// Paints a picture by place: x from 0 at the left to 1, y from 0 at the bottom to 1; colours are sRGB and coverage.
fn save(path: &Path, [width, height]: [u32; 2], paint: impl Fn(Vec2) -> (Vec3, f32)) -> Result<()> {
    let picture = RgbaImage::from_fn(width, height, |x, y| {
        let at = Vec2::new(
            (x as f32 + 0.5) / width as f32,
            1.0 - (y as f32 + 0.5) / height as f32,
        );
        let (color, cover) = paint(at);
        let byte = |v: f32| (v.clamp(0.0, 1.0) * 255.0).round() as u8;
        Rgba([byte(color.x), byte(color.y), byte(color.z), byte(cover)])
    });
    picture
        .save(path)
        .with_context(|| path.display().to_string())
}

/// Noise that rises and is the same again after a loop: two of it, a loop apart, of which one comes as the other goes.
fn rising(at: Vec3, part: f32, speed: f32, seed: u32) -> f32 {
    let one = |part: f32| fractal(at - Vec3::new(0.0, speed * part, -0.8 * part), 4, seed);
    one(part) * (1.0 - part) + one(part - 1.0) * part
}

/// The fire at a part of its loop.
fn fire(at: Vec2, part: f32) -> (Vec3, f32) {
    let (x, y) = (at.x * 2.0 - 1.0, at.y);
    let sway = 0.45 * y * rising(Vec3::new(0.0, y * 1.4, 0.0), part, 1.5, 11);
    let width = 0.58 * (1.0 - y).max(0.0).powf(0.75) + 0.015;
    let inside = 1.0 - ((x - sway).abs() / width).powf(1.5);
    let torn = rising(Vec3::new(x * 2.6, y * 2.4, 3.0), part, 2.6, 5);
    let heat = inside * (1.0 - 0.55 * y) + (0.5 + 1.1 * y) * torn - 0.25 * y;
    let framed =
        smoothstep(0.0, 0.09, y) * smoothstep(1.0, 0.86, y) * smoothstep(1.0, 0.8, x.abs());
    let heat = heat * framed;
    let color = Vec3::new(
        0.35 + 0.65 * smoothstep(0.0, 0.35, heat),
        0.04 + 0.88 * smoothstep(0.12, 0.85, heat),
        0.01 + 0.62 * smoothstep(0.55, 1.05, heat),
    );
    (color, smoothstep(0.04, 0.38, heat))
}

/// Three ridges one behind the other, each paler than the one before it.
fn hills(at: Vec2) -> (Vec3, f32) {
    let ridge = |base: f32, rise: f32, across: f32, seed: u32| {
        base + rise * fractal(Vec3::new(at.x * across, 0.0, 0.0), 6, seed)
    };
    let layers = [
        (ridge(0.62, 0.36, 5.0, 21), Vec3::new(0.62, 0.58, 0.62)),
        (ridge(0.42, 0.30, 7.0, 22), Vec3::new(0.46, 0.44, 0.50)),
        (ridge(0.22, 0.22, 10.0, 23), Vec3::new(0.30, 0.31, 0.36)),
    ];
    let soft = 1.5 / HILLS_PX[1] as f32;
    let (mut color, mut cover) = (layers[0].1, 0.0f32);
    for (height, own) in layers {
        let there = smoothstep(height + soft, height - soft, at.y);
        // Haze lies low between them.
        let own = own + Vec3::splat(0.10) * (1.0 - at.y / height.max(0.1)).clamp(0.0, 1.0);
        color = color.lerp(own, there);
        cover = cover.max(there);
    }
    // They end in haze, not at the picture's edge.
    let sides = smoothstep(0.0, 0.07, at.x) * smoothstep(1.0, 0.93, at.x);
    (color, cover * sides)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fire_begins_anew_without_a_jump_and_leaves_its_edges_clear() {
        let apart = |a: f32, b: f32| {
            let mut worst = 0.0f32;
            for nth in 0..400 {
                let at = Vec2::new((nth % 20) as f32 / 19.0, (nth / 20) as f32 / 19.0);
                worst = worst.max((fire(at, a).1 - fire(at, b).1).abs());
            }
            worst
        };
        assert!(apart(0.0, 1.0) < 1e-3);
        assert!(apart(0.0, 0.5) > 0.3);
        for nth in 0..=20 {
            let along = nth as f32 / 20.0;
            for at in [[0.0, along], [1.0, along], [along, 0.0], [along, 1.0]] {
                assert_eq!(fire(Vec2::from_array(at), 0.3).1, 0.0, "{at:?}");
            }
        }
    }
}
